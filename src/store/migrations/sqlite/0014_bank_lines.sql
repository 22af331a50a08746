-- One row: a line of the statement that books (posting_source), or a part of one, which is about none of our transactions:
-- the bank's own charge, or money in suspense until a person has decided. `cents` is what it moved on the account, above
-- zero when it came in. `fact` is the line; `object` what it named of ours, `matched` what a person found it to be about,
-- `work` what asks that person.
CREATE TABLE bank_line (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    fact TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('suspense', 'charge', 'matched', 'explained', 'balanced')),
    cents INTEGER NOT NULL CHECK (cents <> 0),
    day TEXT,
    object TEXT,
    matched TEXT,
    work TEXT,
    note TEXT,
    created_us INTEGER NOT NULL,
    closed_us INTEGER,
    PRIMARY KEY (merchant, mode, id),
    CHECK (state <> 'suspense' OR (work IS NOT NULL AND closed_us IS NULL)),
    CHECK (state NOT IN ('matched', 'explained') OR (work IS NOT NULL AND closed_us IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX bank_line_by_fact ON bank_line (merchant, mode, fact, COALESCE(object, ''));
CREATE INDEX bank_line_by_work ON bank_line (merchant, mode, work) WHERE work IS NOT NULL;
CREATE INDEX bank_line_in_suspense ON bank_line (merchant, mode, object) WHERE state = 'suspense';

-- `back` is the line of the statement that books which shows that the money of a transaction came back, `back_cents` what
-- the book has for it.
ALTER TABLE bank_item ADD COLUMN back TEXT;
ALTER TABLE bank_item ADD COLUMN back_cents INTEGER;

-- What a line says of charges within its amount.
ALTER TABLE bank_fact ADD COLUMN charge_cents INTEGER NOT NULL DEFAULT 0;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('bank_line', 'bank_line', '100000 100000 100000 1'),
    ('bank_line', 'bank_line_by_fact', '100000 100000 100000 1 1'),
    ('bank_line', 'bank_line_by_work', '100000 100000 100000 1'),
    ('bank_line', 'bank_line_in_suspense', '100 10 10 1');

-- One row: a statement (camt.053) or notification (camt.054) of an account, to see that none is missing: `identity` is what
-- it is known by, whatever file brings it; `place` is its order among those of the account. Balances are NULL where it tells
-- none. `work_sum`, `work_number` and `work_opening` are what a person was asked about it: its own sum, a number missing
-- before it, an opening that is not what the one before closed with.
CREATE TABLE bank_statement (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    account TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('camt.053', 'camt.054')),
    identity TEXT NOT NULL,
    place TEXT NOT NULL,
    report TEXT NOT NULL,
    name TEXT NOT NULL,
    day TEXT NOT NULL,
    number INTEGER,
    legal_number INTEGER,
    opening_cents INTEGER,
    closing_cents INTEGER,
    adds_up INTEGER NOT NULL CHECK (adds_up IN (0, 1)),
    made TEXT NOT NULL,
    work_sum TEXT,
    work_number TEXT,
    work_opening TEXT,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, account, kind, identity)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX bank_statement_by_place ON bank_statement (merchant, mode, account, kind, place);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('bank_statement', 'bank_statement', '100000 100000 100000 50000 50000 1'),
    ('bank_statement', 'bank_statement_by_place', '100000 100000 100000 50000 50000 1');

-- Files of reversals too (pain.007): all of one file are about one file of debits, `original`, and a block has the number of
-- the block there that it is about. `heard`: all that the bank of test mode answered it with was read.
CREATE TABLE bank_file_2 (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('debits', 'transfers', 'reversals')),
    scheme TEXT CHECK (scheme IN ('CORE', 'B2B')),
    original TEXT,
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
    heard INTEGER NOT NULL DEFAULT 0 CHECK (heard IN (0, 1)),
    PRIMARY KEY (merchant, mode, id),
    CHECK (state NOT IN ('built', 'released', 'acknowledged', 'partly_rejected', 'rejected')
        OR (sha256 IS NOT NULL AND name IS NOT NULL)),
    CHECK ((state IN ('building', 'built', 'blocked', 'given_up')) = (released_us IS NULL)),
    CHECK ((kind = 'reversals') = (original IS NOT NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO bank_file_2 (merchant, mode, id, kind, scheme, msg_id, state, version, tx_count, sum_cents, bytes, sha256,
    name, fault, created_us, built_us, released_us, answered_us, heard)
SELECT merchant, mode, id, kind, scheme, msg_id, state, version, tx_count, sum_cents, bytes, sha256, name, fault,
    created_us, built_us, released_us, answered_us, CASE WHEN answered_us IS NULL THEN 0 ELSE 1 END
FROM bank_file;
DROP TABLE bank_file;
ALTER TABLE bank_file_2 RENAME TO bank_file;
CREATE INDEX bank_file_open ON bank_file (merchant, mode, id) WHERE state IN ('building', 'built');
CREATE INDEX bank_file_unanswered ON bank_file (merchant, mode, id) WHERE state = 'released';
CREATE INDEX bank_file_unheard ON bank_file (merchant, mode, id)
    WHERE heard = 0 AND mode = 'test' AND released_us IS NOT NULL;

-- The debit that a refund reverses.
ALTER TABLE bank_item ADD COLUMN reverses TEXT;
CREATE UNIQUE INDEX bank_item_reversing ON bank_item (merchant, mode, reverses) WHERE reverses IS NOT NULL;

-- A line that by its kind is a reversal.
ALTER TABLE bank_fact ADD COLUMN reversal INTEGER NOT NULL DEFAULT 0 CHECK (reversal IN (0, 1));

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('bank_file', 'bank_file', '100000 100000 100000 1'),
    ('bank_file', 'bank_file_open', '100 10 10 1'),
    ('bank_file', 'bank_file_unanswered', '1000 100 100 1'),
    ('bank_file', 'bank_file_unheard', '100 10 10 1'),
    ('bank_item', 'bank_item_reversing', '10000 10000 10000 1');

-- One row: a debit on its way that the bank was asked, on its portal, not to collect.
CREATE TABLE bank_cancellation (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    payment TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('asked', 'confirmed', 'refused')),
    reason TEXT,
    asked_us INTEGER NOT NULL,
    answered_us INTEGER,
    PRIMARY KEY (merchant, mode, payment),
    CHECK ((state = 'asked') = (answered_us IS NULL))
) STRICT, WITHOUT ROWID;

-- What the bank found of who is paid (VoP): its code, the name that it suggests, and the work of the person who has to say
-- whether the transfer may go on.
ALTER TABLE bank_item ADD COLUMN payee TEXT;
ALTER TABLE bank_item ADD COLUMN payee_name TEXT;
ALTER TABLE bank_item ADD COLUMN held TEXT;
CREATE INDEX bank_item_held ON bank_item (merchant, mode, held) WHERE held IS NOT NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('bank_cancellation', 'bank_cancellation', '10000 10000 10000 1'),
    ('bank_item', 'bank_item_held', '100 10 10 1');
ANALYZE sqlite_schema;
