-- One row: the bank's side of a payment by direct debit. `due` is a TARGET day, `cutoff_us` when the debit goes into a
-- file at the latest; both are NULL as long as the account is chosen and nothing else asked. `file` is the bank file it
-- lies in. `ended_us` is when it was cancelled, or rejected before settlement: its mandate is free again. `retry_of` is
-- the payment that it presents again, `presentation` counts from 1.
CREATE TABLE debit (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    payment TEXT NOT NULL,
    account TEXT NOT NULL,
    mandate TEXT,
    scheme TEXT NOT NULL CHECK (scheme IN ('CORE', 'B2B')),
    sequence TEXT NOT NULL CHECK (sequence IN ('FRST', 'RCUR', 'FNAL', 'OOFF')),
    due TEXT,
    end_to_end TEXT,
    cutoff_us INTEGER,
    file TEXT,
    reason TEXT,
    retry_of TEXT,
    presentation INTEGER NOT NULL CHECK (presentation BETWEEN 1 AND 3),
    sent_us INTEGER,
    settled_us INTEGER,
    released_us INTEGER,
    ended_us INTEGER,
    returned_us INTEGER,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, payment),
    CHECK ((due IS NULL) = (cutoff_us IS NULL)),
    CHECK ((due IS NULL) = (end_to_end IS NULL)),
    CHECK (due IS NOT NULL OR file IS NULL),
    CHECK (sent_us IS NULL OR file IS NOT NULL),
    CHECK (settled_us IS NULL OR sent_us IS NOT NULL),
    CHECK (released_us IS NULL OR settled_us IS NOT NULL),
    CHECK (returned_us IS NULL OR released_us IS NOT NULL),
    CHECK (ended_us IS NULL OR settled_us IS NULL)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX debit_by_end_to_end ON debit (merchant, mode, end_to_end)
    WHERE end_to_end IS NOT NULL;
CREATE INDEX debit_waiting ON debit (merchant, mode, cutoff_us, payment)
    WHERE cutoff_us IS NOT NULL AND file IS NULL AND ended_us IS NULL;
-- A mandate for one debit has one, unless it came to nothing.
CREATE UNIQUE INDEX debit_one_off ON debit (merchant, mode, mandate)
    WHERE sequence = 'OOFF' AND due IS NOT NULL AND ended_us IS NULL;
CREATE INDEX debit_by_mandate ON debit (merchant, mode, mandate, payment) WHERE mandate IS NOT NULL;
CREATE INDEX debit_by_account ON debit (merchant, mode, account, payment);
CREATE INDEX debit_by_file ON debit (merchant, mode, file, payment) WHERE file IS NOT NULL;

-- As in 0001: how the table grows, for the planner.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('debit', 'debit', '1000000 1000000 1000000 1'),
    ('debit', 'debit_by_end_to_end', '1000000 1000000 1000000 1'),
    ('debit', 'debit_waiting', '10000 10000 10000 1000 1'),
    ('debit', 'debit_one_off', '1000000 1000000 1000000 1'),
    ('debit', 'debit_by_mandate', '1000000 1000000 1000000 4 1'),
    ('debit', 'debit_by_account', '1000000 1000000 1000000 4 1'),
    ('debit', 'debit_by_file', '1000000 1000000 1000000 1000 1');
ANALYZE sqlite_schema;
