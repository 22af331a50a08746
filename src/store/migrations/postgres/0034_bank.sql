-- Files to the bank and reports from it.

-- One row: what a merchant has with its bank in one mode: how many files and facts were numbered, and until when its
-- reports were asked for.
CREATE TABLE bank_link (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    files BIGINT NOT NULL DEFAULT 0,
    asked_us BIGINT,
    facts BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (merchant, mode)
);

-- One row: a file of debits, transfers or reversals (pain.007) for the bank. Once built its bytes never change (until then
-- `bytes` is an estimate); its number is never used again. All reversals of one file are about one file of debits,
-- `original`, and a block has the number of the block there that it is about. `heard`: all that the bank of test mode
-- answered it with was read.
CREATE TABLE bank_file (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('debits', 'transfers', 'reversals')),
    scheme TEXT COLLATE "C" CHECK (scheme IN ('CORE', 'B2B')),
    original TEXT COLLATE "C",
    msg_id TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('building', 'built', 'released', 'acknowledged',
        'partly_rejected', 'rejected', 'blocked', 'given_up')),
    version TEXT COLLATE "C",
    tx_count BIGINT NOT NULL DEFAULT 0,
    sum_cents BIGINT NOT NULL DEFAULT 0,
    bytes BIGINT NOT NULL DEFAULT 0,
    sha256 TEXT COLLATE "C",
    name TEXT COLLATE "C",
    fault TEXT COLLATE "C",
    created_us BIGINT NOT NULL,
    built_us BIGINT,
    released_us BIGINT,
    answered_us BIGINT,
    heard flag NOT NULL DEFAULT 0,
    PRIMARY KEY (merchant, mode, id),
    CHECK (state NOT IN ('built', 'released', 'acknowledged', 'partly_rejected', 'rejected')
        OR (sha256 IS NOT NULL AND name IS NOT NULL)),
    CHECK ((state IN ('building', 'built', 'blocked', 'given_up')) = (released_us IS NULL)),
    CHECK ((kind = 'reversals') = (original IS NOT NULL))
);
CREATE INDEX bank_file_open ON bank_file (merchant, mode, id) WHERE state IN ('building', 'built');
CREATE INDEX bank_file_unanswered ON bank_file (merchant, mode, id) WHERE state = 'released';
CREATE INDEX bank_file_unheard ON bank_file (merchant, mode, id)
    WHERE heard = 0 AND mode = 'test' AND released_us IS NOT NULL;

-- Global. One row: a file's number, which reports quote without telling whose it is.
CREATE TABLE bank_message (
    msg_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    file TEXT COLLATE "C" NOT NULL
);

-- One row: a block of a file: transactions that the bank may book as one.
CREATE TABLE bank_block (
    merchant TEXT COLLATE "C" NOT NULL,
    mode test_or_live NOT NULL,
    file TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    payment_info TEXT COLLATE "C" NOT NULL,
    scheme TEXT COLLATE "C" CHECK (scheme IN ('CORE', 'B2B')),
    sequence TEXT COLLATE "C" CHECK (sequence IN ('FRST', 'RCUR', 'FNAL', 'OOFF')),
    day TEXT COLLATE "C" NOT NULL,
    tx_count BIGINT NOT NULL,
    sum_cents BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, file, number),
    FOREIGN KEY (merchant, mode, file) REFERENCES bank_file (merchant, mode, id)
);
CREATE UNIQUE INDEX bank_block_by_info ON bank_block (merchant, mode, payment_info);

-- One row: a transaction of a file, and what the bank said of it. `credit` is the report's line that booked it.
CREATE TABLE bank_item (
    merchant TEXT COLLATE "C" NOT NULL,
    mode test_or_live NOT NULL,
    file TEXT COLLATE "C" NOT NULL,
    block BIGINT NOT NULL,
    object TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('debit', 'refund', 'payout')),
    end_to_end TEXT COLLATE "C" NOT NULL,
    amount_cents positive NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('taken', 'sent', 'received', 'accepted', 'settled', 'rejected',
        'returned')),
    reason TEXT COLLATE "C",
    credit TEXT COLLATE "C",
    back TEXT COLLATE "C",
    back_cents BIGINT,
    reverses TEXT COLLATE "C",
    payee TEXT COLLATE "C",
    payee_name TEXT COLLATE "C",
    held TEXT COLLATE "C",
    PRIMARY KEY (merchant, mode, file, block, object),
    FOREIGN KEY (merchant, mode, file, block) REFERENCES bank_block (merchant, mode, file, number)
);
CREATE UNIQUE INDEX bank_item_by_reference ON bank_item (merchant, mode, end_to_end);
CREATE UNIQUE INDEX bank_item_by_object ON bank_item (merchant, mode, object);
CREATE UNIQUE INDEX bank_item_reversing ON bank_item (merchant, mode, reverses) WHERE reverses IS NOT NULL;
CREATE INDEX bank_item_held ON bank_item (merchant, mode, held) WHERE held IS NOT NULL;

-- One row: a file from the bank, known by its bytes.
CREATE TABLE bank_report (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    sha256 TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('pain.002', 'camt.053', 'camt.054', 'camt.029')),
    version BIGINT NOT NULL,
    msg_id TEXT COLLATE "C",
    sender TEXT COLLATE "C",
    name TEXT COLLATE "C" NOT NULL,
    bytes BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('importing', 'imported')),
    replaced BIGINT NOT NULL DEFAULT 0,
    warning TEXT COLLATE "C",
    facts BIGINT NOT NULL DEFAULT 0,
    known BIGINT NOT NULL DEFAULT 0,
    parked BIGINT NOT NULL DEFAULT 0,
    work BIGINT NOT NULL DEFAULT 0,
    created_us BIGINT NOT NULL,
    done_us BIGINT,
    PRIMARY KEY (merchant, mode, sha256)
);
CREATE INDEX bank_report_by_message ON bank_report (merchant, mode, msg_id);
CREATE INDEX bank_report_by_time ON bank_report (merchant, mode, created_us);

-- One row: a fact that a report of the bank told first, and what came of it. Facts are numbered in the order in which they
-- come, so that their rows lie together (docs/adr/0026). `key` tells whether one was told before.
CREATE TABLE bank_fact (
    merchant TEXT COLLATE "C" NOT NULL,
    mode test_or_live NOT NULL,
    serial BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    report TEXT COLLATE "C" NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL CHECK (outcome IN ('applied', 'history', 'parked', 'work')),
    message TEXT COLLATE "C",
    payment_info TEXT COLLATE "C",
    instruction TEXT COLLATE "C",
    end_to_end TEXT COLLATE "C",
    reason TEXT COLLATE "C",
    amount_cents BIGINT,
    original_cents BIGINT,
    charge_cents BIGINT NOT NULL DEFAULT 0,
    reversal flag NOT NULL DEFAULT 0,
    day TEXT COLLATE "C",
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, serial)
);
CREATE INDEX bank_fact_parked ON bank_fact (merchant, mode, created_us, serial) WHERE outcome = 'parked';

-- One row: where facts of a scope are: from one number to another, with what came between them.
CREATE TABLE bank_fact_span (
    merchant TEXT COLLATE "C" NOT NULL,
    mode test_or_live NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    first_serial BIGINT NOT NULL,
    last_serial BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, scope, first_serial),
    CHECK (first_serial <= last_serial)
);

-- One row: something a person has to look at. It is never booked silently, and closed by that person.
CREATE TABLE bank_work (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    object TEXT COLLATE "C",
    report TEXT COLLATE "C",
    reference TEXT COLLATE "C",
    reason TEXT COLLATE "C",
    amount_cents BIGINT,
    day TEXT COLLATE "C",
    created_us BIGINT NOT NULL,
    closed_us BIGINT,
    PRIMARY KEY (merchant, mode, id)
);
CREATE INDEX bank_work_open ON bank_work (merchant, mode, id) WHERE closed_us IS NULL;

-- One row: a line of the statement that books (posting_source), or a part of one, which is about none of our transactions:
-- the bank's own charge, or money in suspense until a person has decided. `cents` is what it moved on the account, above
-- zero when it came in. `fact` is the line; `object` what it named of ours, `matched` what a person found it to be about,
-- `work` what asks that person.
CREATE TABLE bank_line (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    fact TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('suspense', 'charge', 'matched', 'explained', 'balanced')),
    cents BIGINT NOT NULL CHECK (cents <> 0),
    day TEXT COLLATE "C",
    object TEXT COLLATE "C",
    matched TEXT COLLATE "C",
    work TEXT COLLATE "C",
    note TEXT COLLATE "C",
    created_us BIGINT NOT NULL,
    closed_us BIGINT,
    PRIMARY KEY (merchant, mode, id),
    CHECK (state <> 'suspense' OR (work IS NOT NULL AND closed_us IS NULL)),
    CHECK (state NOT IN ('matched', 'explained') OR (work IS NOT NULL AND closed_us IS NOT NULL))
);
CREATE UNIQUE INDEX bank_line_by_fact ON bank_line (merchant, mode, fact, COALESCE(object, ''));
CREATE INDEX bank_line_by_work ON bank_line (merchant, mode, work) WHERE work IS NOT NULL;
CREATE INDEX bank_line_in_suspense ON bank_line (merchant, mode, object) WHERE state = 'suspense';

-- One row: a statement (camt.053) or notification (camt.054) of an account, to see that none is missing: `identity` is what
-- it is known by, whatever file brings it; `place` is its order among those of the account. Balances are NULL where it tells
-- none. `work_sum`, `work_number` and `work_opening` are what a person was asked about it: its own sum, a number missing
-- before it, an opening that is not what the one before closed with.
CREATE TABLE bank_statement (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('camt.053', 'camt.054')),
    identity TEXT COLLATE "C" NOT NULL,
    place TEXT COLLATE "C" NOT NULL,
    report TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    number BIGINT,
    legal_number BIGINT,
    opening_cents BIGINT,
    closing_cents BIGINT,
    adds_up flag NOT NULL,
    made TEXT COLLATE "C" NOT NULL,
    work_sum TEXT COLLATE "C",
    work_number TEXT COLLATE "C",
    work_opening TEXT COLLATE "C",
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, account, kind, identity)
);
CREATE UNIQUE INDEX bank_statement_by_place ON bank_statement (merchant, mode, account, kind, place);
