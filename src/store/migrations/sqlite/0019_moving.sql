-- What a transaction changes together with many others of its kind is listed here first, so that one statement can change
-- all of them (docs/adr/0030-many-debits-at-once.md). The tables are empty between transactions.

-- One row: a debit that takes the step of the transaction under way: where it goes, or what is said of it.
CREATE TABLE moving_debit (
    merchant TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode = 'test' OR mode = 'live'),
    payment TEXT NOT NULL,
    block INTEGER,
    end_to_end TEXT,
    amount_cents INTEGER,
    word TEXT,
    due_us INTEGER,
    PRIMARY KEY (merchant, mode, payment)
) STRICT, WITHOUT ROWID;

-- One row: a mandate of such debits, with the last day that it was collected on and the day that it expires on then.
CREATE TABLE moving_mandate (
    merchant TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode = 'test' OR mode = 'live'),
    mandate TEXT NOT NULL,
    last_due TEXT NOT NULL,
    expires_on TEXT NOT NULL,
    PRIMARY KEY (merchant, mode, mandate)
) STRICT, WITHOUT ROWID;

-- One row: a reference that the bank has named, with the place of who named it first.
CREATE TABLE moving_reference (
    merchant TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode = 'test' OR mode = 'live'),
    reference TEXT NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, reference)
) STRICT, WITHOUT ROWID;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('moving_debit', 'moving_debit', '500 500 500 1'),
    ('moving_mandate', 'moving_mandate', '500 500 500 1'),
    ('moving_reference', 'moving_reference', '500 500 500 1');
ANALYZE sqlite_schema;
