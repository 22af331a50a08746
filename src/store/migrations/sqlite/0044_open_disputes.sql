-- What the acquirer has still to take back: its files are asked for as long as there is any.
CREATE INDEX dispute_open ON dispute (merchant, mode, id) WHERE state = 'open';

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('dispute', 'dispute_open', '10000 10000 10000 1');
ANALYZE sqlite_schema;
