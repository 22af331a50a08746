-- What a transaction changes together with many others of its kind is listed here first, so that one statement can change
-- all of them (docs/adr/0026-files-of-many-debits.md). The tables are empty between transactions.

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

-- When the bank told of the settlement: with `sent_us` the history of a payment that moved with many others.
ALTER TABLE debit ADD COLUMN heard_us INTEGER;

-- Facts are numbered in the order in which they come, so that their rows lie together (docs/adr/0026). `key` tells whether
-- one was told before; it is looked for among the facts of the same scope: the day of a line, the message of a status.
ALTER TABLE bank_link ADD COLUMN facts INTEGER NOT NULL DEFAULT 0;

-- One row: a fact that a report of the bank told first, and what came of it.
CREATE TABLE bank_fact_new (
    merchant TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode = 'test' OR mode = 'live'),
    serial INTEGER NOT NULL,
    key TEXT NOT NULL,
    report TEXT NOT NULL,
    what TEXT NOT NULL,
    source TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome = 'applied' OR outcome = 'history' OR outcome = 'parked' OR outcome = 'work'),
    message TEXT,
    payment_info TEXT,
    instruction TEXT,
    end_to_end TEXT,
    reason TEXT,
    amount_cents INTEGER,
    original_cents INTEGER,
    charge_cents INTEGER NOT NULL DEFAULT 0,
    reversal INTEGER NOT NULL DEFAULT 0 CHECK (reversal IN (0, 1)),
    day TEXT,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, serial)
) STRICT, WITHOUT ROWID;
INSERT INTO bank_fact_new (merchant, mode, serial, key, report, what, source, outcome, message, payment_info, instruction,
    end_to_end, reason, amount_cents, original_cents, charge_cents, reversal, day, created_us)
SELECT merchant, mode, ROW_NUMBER() OVER (PARTITION BY merchant, mode ORDER BY created_us, key), key, report, what, source,
    outcome, message, payment_info, instruction, end_to_end, reason, amount_cents, original_cents, charge_cents, reversal,
    day, created_us
FROM bank_fact;

-- One row: where facts of a scope are: from one number to another, with what came between them.
CREATE TABLE bank_fact_span (
    merchant TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode = 'test' OR mode = 'live'),
    scope TEXT NOT NULL,
    first_serial INTEGER NOT NULL,
    last_serial INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, scope, first_serial),
    CHECK (first_serial <= last_serial)
) STRICT, WITHOUT ROWID;
INSERT INTO bank_fact_span (merchant, mode, scope, first_serial, last_serial)
SELECT merchant, mode, COALESCE(CASE WHEN source LIKE 'camt.05_' THEN day ELSE message END, '-'), MIN(serial), MAX(serial)
FROM bank_fact_new
GROUP BY merchant, mode, COALESCE(CASE WHEN source LIKE 'camt.05_' THEN day ELSE message END, '-');
INSERT INTO bank_link (merchant, mode, facts)
SELECT merchant, mode, MAX(serial) FROM bank_fact_new WHERE TRUE GROUP BY merchant, mode
ON CONFLICT (merchant, mode) DO UPDATE SET facts = excluded.facts;

DROP TABLE bank_fact;
ALTER TABLE bank_fact_new RENAME TO bank_fact;
CREATE INDEX bank_fact_parked ON bank_fact (merchant, mode, created_us, serial) WHERE outcome = 'parked';
DELETE FROM sqlite_stat1 WHERE tbl = 'bank_fact';

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('bank_fact', 'bank_fact', '1000000 1000000 1000000 1'),
    ('bank_fact', 'bank_fact_parked', '100 10 10 2 1'),
    ('bank_fact_span', 'bank_fact_span', '10000 10000 10000 10 1'),
    ('moving_debit', 'moving_debit', '500 500 500 1'),
    ('moving_mandate', 'moving_mandate', '500 500 500 1'),
    ('moving_reference', 'moving_reference', '500 500 500 1');
ANALYZE sqlite_schema;
