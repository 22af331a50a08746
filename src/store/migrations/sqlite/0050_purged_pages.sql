-- What pages leave is forgotten by its time, a part of it at once.
CREATE INDEX page_submit_by_time ON page_submit (merchant, mode, created_us);
CREATE INDEX page_refusals_by_hour ON page_refusals (merchant, mode, hour);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('page_submit', 'page_submit_by_time', '1000000 1000000 1000000 2'),
    ('page_refusals', 'page_refusals', '10000 10000 10000 2 1'),
    ('page_refusals', 'page_refusals_by_hour', '10000 10000 10000 100');
ANALYZE sqlite_schema;
