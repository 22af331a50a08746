-- A levy that waits for its code ends by a task; those that wait already get one. Three codes may still follow the one
-- that was sent: an hour and a quarter after it.
INSERT INTO task (merchant, mode, kind, object, due_us, created_us)
SELECT merchant, mode, 'levy_code', payment, created_us + 4500000000, created_us FROM levy WHERE status = 'pending';

-- Links and forms that have ended are forgotten after a while.
CREATE INDEX link_by_object ON link (merchant, mode, kind, object);
CREATE INDEX mandate_form_by_end ON mandate_form (merchant, mode, ended_us) WHERE ended_us IS NOT NULL;

-- As in 0001: how the tables grow, for the planner.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('link', 'link_by_object', '1000000 1000000 1000000 500000 1'),
    ('mandate_form', 'mandate_form_by_end', '1000000 1000000 1000000 2');
ANALYZE sqlite_schema;
