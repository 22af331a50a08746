-- What pages leave is forgotten by its time, a part of it at once.
CREATE INDEX page_submit_by_time ON page_submit (merchant, mode, created_us);
CREATE INDEX page_refusals_by_hour ON page_refusals (merchant, mode, hour);
