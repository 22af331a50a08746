-- One row: what the administration is told of an invoice to or from abroad, or of a day's sales to consumers. It leaves
-- at `due_us`; `reference` is what it is about, told once unless it was rejected.
CREATE TABLE report (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('exempt_invoice', 'b2c_transactions')),
    state TEXT NOT NULL CHECK (state = 'pending' OR state = 'transmitted' OR state = 'rejected'),
    day TEXT NOT NULL,
    reference TEXT NOT NULL,
    content TEXT NOT NULL,
    cause TEXT,
    due_us INTEGER NOT NULL,
    created_us INTEGER NOT NULL,
    ended_us INTEGER,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX report_by_reference ON report (merchant, mode, kind, reference) WHERE state <> 'rejected';

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('report', 'report', '100000 10000 10000 1'),
    ('report', 'report_by_reference', '100000 10000 10000 5000 1');
ANALYZE sqlite_schema;
