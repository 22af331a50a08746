-- One row: a settlement line that matched nothing. A person decides about it; until then what it moved on the bank's
-- account lies in suspense, unless it is of before such lines were booked.
CREATE TABLE settlement_work (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'matched', 'charge', 'explained')),
    rrn TEXT NOT NULL,
    kind TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    moved_minor INTEGER NOT NULL,
    booked INTEGER NOT NULL CHECK (booked IN (0, 1)),
    file TEXT NOT NULL,
    line INTEGER NOT NULL,
    matched TEXT,
    note TEXT,
    created_us INTEGER NOT NULL,
    done_us INTEGER,
    PRIMARY KEY (merchant, mode, id),
    CHECK ((state = 'open') = (done_us IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX settlement_work_once ON settlement_work (merchant, mode, rrn, kind, amount_minor);
CREATE INDEX settlement_work_by_state ON settlement_work (merchant, mode, id) WHERE done_us IS NULL;
INSERT INTO settlement_work (merchant, mode, id, state, rrn, kind, amount_minor, currency, moved_minor, booked, file, line,
    created_us)
SELECT merchant, mode, printf('%024d', ROW_NUMBER() OVER (ORDER BY created_us, file, line)), 'open', rrn, kind,
    amount_minor, currency, CASE WHEN kind IN ('debit', 'representment') THEN amount_minor ELSE -amount_minor END, 0, file,
    line, created_us
FROM settlement_unmatched;
DROP TABLE settlement_unmatched;

-- As in 0001: how the tables grow, for the planner.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('settlement_work', 'settlement_work', '10000 10000 10000 1'),
    ('settlement_work', 'settlement_work_once', '10000 10000 10000 1 1 1'),
    ('settlement_work', 'settlement_work_by_state', '100 100 100 1');
ANALYZE sqlite_schema;
