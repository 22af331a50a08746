-- One row: what a merchant has with its bank in one mode: how many files were numbered, and until when its reports were asked for.
CREATE TABLE bank_link (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    files INTEGER NOT NULL DEFAULT 0,
    asked_us INTEGER,
    PRIMARY KEY (merchant, mode)
) STRICT, WITHOUT ROWID;

-- One row: a file of debits or transfers for the bank. Once built its bytes never change (until then `bytes` is an estimate); its
-- number is never used again.
CREATE TABLE bank_file (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('debits', 'transfers')),
    scheme TEXT CHECK (scheme IN ('CORE', 'B2B')),
    msg_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('building', 'built', 'released', 'acknowledged', 'partly_rejected',
        'rejected', 'blocked', 'given_up')),
    version TEXT,
    tx_count INTEGER NOT NULL DEFAULT 0,
    sum_cents INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    sha256 TEXT,
    name TEXT,
    fault TEXT,
    created_us INTEGER NOT NULL,
    built_us INTEGER,
    released_us INTEGER,
    answered_us INTEGER,
    PRIMARY KEY (merchant, mode, id),
    CHECK (state NOT IN ('built', 'released', 'acknowledged', 'partly_rejected', 'rejected')
        OR (sha256 IS NOT NULL AND name IS NOT NULL)),
    CHECK ((state IN ('building', 'built', 'blocked', 'given_up')) = (released_us IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX bank_file_open ON bank_file (merchant, mode, id) WHERE state IN ('building', 'built');
CREATE INDEX bank_file_unanswered ON bank_file (merchant, mode, id) WHERE state = 'released';

-- Global. One row: a file's number, which reports quote without telling whose it is.
CREATE TABLE bank_message (
    msg_id TEXT NOT NULL PRIMARY KEY,
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    file TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row: a block of a file: transactions that the bank may book as one.
CREATE TABLE bank_block (
    merchant TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    file TEXT NOT NULL,
    number INTEGER NOT NULL,
    payment_info TEXT NOT NULL,
    scheme TEXT CHECK (scheme IN ('CORE', 'B2B')),
    sequence TEXT CHECK (sequence IN ('FRST', 'RCUR', 'FNAL', 'OOFF')),
    day TEXT NOT NULL,
    tx_count INTEGER NOT NULL,
    sum_cents INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, file, number),
    FOREIGN KEY (merchant, mode, file) REFERENCES bank_file (merchant, mode, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX bank_block_by_info ON bank_block (merchant, mode, payment_info);

-- One row: a transaction of a file, and what the bank said of it. `credit` is the report's line that booked it.
CREATE TABLE bank_item (
    merchant TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    file TEXT NOT NULL,
    block INTEGER NOT NULL,
    object TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('debit', 'refund', 'payout')),
    end_to_end TEXT NOT NULL,
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    state TEXT NOT NULL CHECK (state IN ('taken', 'sent', 'received', 'accepted', 'settled', 'rejected', 'returned')),
    reason TEXT,
    credit TEXT,
    PRIMARY KEY (merchant, mode, file, block, object),
    FOREIGN KEY (merchant, mode, file, block) REFERENCES bank_block (merchant, mode, file, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX bank_item_by_reference ON bank_item (merchant, mode, end_to_end);
CREATE UNIQUE INDEX bank_item_by_object ON bank_item (merchant, mode, object);

-- One row: a file from the bank, known by its bytes.
CREATE TABLE bank_report (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    sha256 TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('pain.002', 'camt.053', 'camt.054', 'camt.029')),
    version INTEGER NOT NULL,
    msg_id TEXT,
    sender TEXT,
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('importing', 'imported')),
    replaced INTEGER NOT NULL DEFAULT 0,
    warning TEXT,
    facts INTEGER NOT NULL DEFAULT 0,
    known INTEGER NOT NULL DEFAULT 0,
    parked INTEGER NOT NULL DEFAULT 0,
    work INTEGER NOT NULL DEFAULT 0,
    created_us INTEGER NOT NULL,
    done_us INTEGER,
    PRIMARY KEY (merchant, mode, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX bank_report_by_message ON bank_report (merchant, mode, msg_id);
CREATE INDEX bank_report_by_time ON bank_report (merchant, mode, created_us);

-- One row: something the bank said, once, whichever file said it. What is parked waits for a file or line that explains it.
CREATE TABLE bank_fact (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    key TEXT NOT NULL,
    report TEXT NOT NULL,
    what TEXT NOT NULL,
    source TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('applied', 'history', 'parked', 'work')),
    message TEXT,
    payment_info TEXT,
    instruction TEXT,
    end_to_end TEXT,
    reason TEXT,
    amount_cents INTEGER,
    original_cents INTEGER,
    day TEXT,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX bank_fact_parked ON bank_fact (merchant, mode, created_us, key) WHERE outcome = 'parked';

-- One row: something a person has to look at. It is never booked silently, and closed by that person.
CREATE TABLE bank_work (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    what TEXT NOT NULL,
    object TEXT,
    report TEXT,
    reference TEXT,
    reason TEXT,
    amount_cents INTEGER,
    day TEXT,
    created_us INTEGER NOT NULL,
    closed_us INTEGER,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX bank_work_open ON bank_work (merchant, mode, id) WHERE closed_us IS NULL;

-- Refunds that have not left: those of debits travel in files.
CREATE INDEX refund_waiting ON refund (merchant, mode, id) WHERE state = 'to_refund';

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('bank_link', 'bank_link', '1000 2 1'),
    ('bank_file', 'bank_file', '100000 100000 100000 1'),
    ('bank_file', 'bank_file_open', '100 10 10 1'),
    ('bank_file', 'bank_file_unanswered', '1000 100 100 1'),
    ('bank_message', 'bank_message', '100000 1'),
    ('bank_block', 'bank_block', '200000 200000 200000 2 1'),
    ('bank_block', 'bank_block_by_info', '200000 200000 200000 1'),
    ('bank_item', 'bank_item', '1000000 1000000 1000000 1000 500 1'),
    ('bank_item', 'bank_item_by_reference', '1000000 1000000 1000000 1'),
    ('bank_item', 'bank_item_by_object', '1000000 1000000 1000000 1'),
    ('bank_report', 'bank_report', '100000 100000 100000 1'),
    ('bank_report', 'bank_report_by_message', '100000 100000 100000 2'),
    ('bank_report', 'bank_report_by_time', '100000 100000 100000 2'),
    ('bank_fact', 'bank_fact', '1000000 1000000 1000000 1'),
    ('bank_fact', 'bank_fact_parked', '100 10 10 2 1'),
    ('bank_work', 'bank_work', '10000 10000 10000 1'),
    ('bank_work', 'bank_work_open', '100 10 10 1'),
    ('refund', 'refund_waiting', '100 100 100 1');
ANALYZE sqlite_schema;
