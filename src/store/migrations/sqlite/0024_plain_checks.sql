-- A list of three words or more in a CHECK is a temporary table that each writing of a row builds anew (docs/adr/0012).
-- The tables that payments by debit and their files go through say the same without lists.
CREATE TABLE levy_2 (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    payment TEXT NOT NULL,
    consumer TEXT NOT NULL,
    sdd_reference TEXT NOT NULL,
    payment_reference TEXT NOT NULL,
    beneficiary TEXT,
    url_callback TEXT,
    url_status TEXT,
    account_data TEXT,
    status TEXT NOT NULL CHECK (status = 'created' OR status = 'issued' OR status = 'settled' OR status = 'in_credit'
        OR status = 'credited' OR status = 'pending' OR status = 'rejected' OR status = 'returned'
        OR status = 'canceled' OR status = 'to_refund' OR status = 'refunded'),
    validated_us INTEGER,
    ended_us INTEGER,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, payment)
) STRICT, WITHOUT ROWID;
INSERT INTO levy_2 (merchant, mode, payment, consumer, sdd_reference, payment_reference, beneficiary, url_callback,
    url_status, account_data, status, validated_us, ended_us, created_us)
SELECT merchant, mode, payment, consumer, sdd_reference, payment_reference, beneficiary, url_callback, url_status,
    account_data, status, validated_us, ended_us, created_us FROM levy;
DROP TABLE levy;
-- One row: a payment that was asked for as a levy of a consumer, as Safedebit knows it; its amount, text and day are the
-- payment's, its mandate the debit's. `status` is the last one that anybody was told; `ended_us` is when it was rejected
-- or returned. References are never used again, so rows stay.
ALTER TABLE levy_2 RENAME TO levy;
CREATE UNIQUE INDEX levy_by_sdd ON levy (merchant, mode, sdd_reference);
CREATE UNIQUE INDEX levy_by_reference ON levy (merchant, mode, payment_reference);
CREATE INDEX levy_by_status ON levy (merchant, mode, status, payment);
CREATE INDEX levy_by_ended ON levy (merchant, mode, ended_us, payment) WHERE ended_us IS NOT NULL;
CREATE INDEX levy_by_beneficiary ON levy (merchant, mode, beneficiary, payment) WHERE beneficiary IS NOT NULL;
-- Those of a consumer are found by its accounts. Most are valid from the moment in which they are made, and are found by that.
CREATE INDEX levy_validated_late ON levy (merchant, mode, validated_us, payment) WHERE validated_us <> created_us;

CREATE TABLE outbox_2 (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel = 'stancer' OR channel = 'safedebit' OR channel = 'mail' OR channel = 'sms'
        OR channel = 'seqino'),
    receiver TEXT NOT NULL,
    address TEXT,
    event TEXT NOT NULL,
    type TEXT NOT NULL,
    object TEXT NOT NULL,
    body TEXT,
    due_us INTEGER,
    tries INTEGER NOT NULL DEFAULT 0,
    code INTEGER,
    why TEXT,
    outcome TEXT CHECK (outcome IN ('delivered', 'dead')),
    created_us INTEGER NOT NULL,
    done_us INTEGER,
    PRIMARY KEY (merchant, mode, id),
    CHECK ((outcome IS NULL) = (done_us IS NULL)),
    CHECK (outcome IS NULL OR due_us IS NULL)
) STRICT, WITHOUT ROWID;
INSERT INTO outbox_2 (merchant, mode, id, channel, receiver, address, event, type, object, body, due_us, tries, code,
    why, outcome, created_us, done_us)
SELECT merchant, mode, id, channel, receiver, address, event, type, object, body, due_us, tries, code, why, outcome,
    created_us, done_us FROM outbox;
DROP TABLE outbox;
-- One row: a piece of news for one receiver, on its way until it has an outcome. Of the rows of one receiver
-- and object that are on their way only the oldest is due; the others wait for it without a time. `body` is
-- what is sent, the same in every try: there at once, or from the first try on.
ALTER TABLE outbox_2 RENAME TO outbox;
CREATE INDEX outbox_by_due ON outbox (merchant, mode, receiver, due_us) WHERE due_us IS NOT NULL;
CREATE INDEX outbox_by_lane ON outbox (merchant, mode, receiver, object, id) WHERE done_us IS NULL;
CREATE INDEX outbox_by_end ON outbox (merchant, mode, outcome, done_us) WHERE done_us IS NOT NULL;

CREATE TABLE debit_2 (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    payment TEXT NOT NULL,
    account TEXT NOT NULL,
    mandate TEXT,
    scheme TEXT NOT NULL CHECK (scheme IN ('CORE', 'B2B')),
    sequence TEXT NOT NULL CHECK (sequence = 'RCUR' OR sequence = 'OOFF' OR sequence = 'FRST' OR sequence = 'FNAL'),
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
    umr TEXT,
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
INSERT INTO debit_2 (merchant, mode, payment, account, mandate, scheme, sequence, due, end_to_end, cutoff_us, file, reason,
    retry_of, presentation, sent_us, settled_us, released_us, ended_us, returned_us, umr, created_us)
SELECT merchant, mode, payment, account, mandate, scheme, sequence, due, end_to_end, cutoff_us, file, reason, retry_of,
    presentation, sent_us, settled_us, released_us, ended_us, returned_us, umr, created_us FROM debit;
DROP TABLE debit;
-- One row: the bank's side of a payment by direct debit. `due` is a TARGET day, `cutoff_us` when the debit goes into a
-- file at the latest; both are NULL as long as the account is chosen and nothing else asked. `file` is the bank file it
-- lies in. `ended_us` is when it was cancelled, or rejected before settlement: its mandate is free again. `retry_of` is
-- the payment that it presents again, `presentation` counts from 1. `umr` is the reference that its file names.
ALTER TABLE debit_2 RENAME TO debit;
CREATE UNIQUE INDEX debit_by_end_to_end ON debit (merchant, mode, end_to_end) WHERE end_to_end IS NOT NULL;
CREATE INDEX debit_waiting ON debit (merchant, mode, cutoff_us, payment)
    WHERE cutoff_us IS NOT NULL AND file IS NULL AND ended_us IS NULL;
CREATE UNIQUE INDEX debit_one_off ON debit (merchant, mode, mandate)
    WHERE sequence = 'OOFF' AND due IS NOT NULL AND ended_us IS NULL;
CREATE INDEX debit_by_mandate ON debit (merchant, mode, mandate, payment) WHERE mandate IS NOT NULL;
CREATE INDEX debit_by_account ON debit (merchant, mode, account, payment);
CREATE INDEX debit_by_file ON debit (merchant, mode, file, payment) WHERE file IS NOT NULL;

CREATE TABLE bank_item_2 (
    merchant TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    file TEXT NOT NULL,
    block INTEGER NOT NULL,
    object TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind = 'debit' OR kind = 'refund' OR kind = 'payout'),
    end_to_end TEXT NOT NULL,
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    state TEXT NOT NULL CHECK (state = 'taken' OR state = 'sent' OR state = 'received' OR state = 'accepted'
        OR state = 'settled' OR state = 'rejected' OR state = 'returned'),
    reason TEXT,
    credit TEXT,
    back TEXT,
    back_cents INTEGER,
    reverses TEXT,
    payee TEXT,
    payee_name TEXT,
    held TEXT,
    PRIMARY KEY (merchant, mode, file, block, object),
    FOREIGN KEY (merchant, mode, file, block) REFERENCES bank_block (merchant, mode, file, number)
) STRICT, WITHOUT ROWID;
INSERT INTO bank_item_2 (merchant, mode, file, block, object, kind, end_to_end, amount_cents, state, reason, credit, back,
    back_cents, reverses, payee, payee_name, held)
SELECT merchant, mode, file, block, object, kind, end_to_end, amount_cents, state, reason, credit, back, back_cents,
    reverses, payee, payee_name, held FROM bank_item;
DROP TABLE bank_item;
-- One row: a transaction of a file, and what the bank said of it. `credit` is the report's line that booked it.
ALTER TABLE bank_item_2 RENAME TO bank_item;
CREATE UNIQUE INDEX bank_item_by_reference ON bank_item (merchant, mode, end_to_end);
CREATE UNIQUE INDEX bank_item_by_object ON bank_item (merchant, mode, object);
CREATE UNIQUE INDEX bank_item_reversing ON bank_item (merchant, mode, reverses) WHERE reverses IS NOT NULL;
CREATE INDEX bank_item_held ON bank_item (merchant, mode, held) WHERE held IS NOT NULL;

-- As in 0001: how the tables grow, for the planner.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('levy', 'levy', '1000000 1000000 1000000 1'),
    ('levy', 'levy_by_sdd', '1000000 1000000 1000000 1'),
    ('levy', 'levy_by_reference', '1000000 1000000 1000000 1'),
    ('levy', 'levy_by_status', '1000000 1000000 1000000 100000 1'),
    ('levy', 'levy_by_ended', '50000 50000 50000 1 1'),
    ('levy', 'levy_by_beneficiary', '1000000 1000000 1000000 10000 1'),
    ('levy', 'levy_validated_late', '50000 50000 50000 1 1'),
    ('outbox', 'outbox', '1000000 1000000 1000000 1'),
    ('outbox', 'outbox_by_due', '10000 10000 10000 1000 2'),
    ('outbox', 'outbox_by_lane', '10000 10000 10000 1000 2 1'),
    ('outbox', 'outbox_by_end', '1000000 1000000 1000000 500000 2'),
    ('debit', 'debit', '1000000 1000000 1000000 1'),
    ('debit', 'debit_by_end_to_end', '1000000 1000000 1000000 1'),
    ('debit', 'debit_waiting', '10000 10000 10000 1000 1'),
    ('debit', 'debit_one_off', '1000000 1000000 1000000 1'),
    ('debit', 'debit_by_mandate', '1000000 1000000 1000000 4 1'),
    ('debit', 'debit_by_account', '1000000 1000000 1000000 4 1'),
    ('debit', 'debit_by_file', '1000000 1000000 1000000 1000 1'),
    ('bank_item', 'bank_item', '1000000 1000000 1000000 1000 500 1'),
    ('bank_item', 'bank_item_by_reference', '1000000 1000000 1000000 1'),
    ('bank_item', 'bank_item_by_object', '1000000 1000000 1000000 1'),
    ('bank_item', 'bank_item_reversing', '10000 10000 10000 1'),
    ('bank_item', 'bank_item_held', '100 10 10 1');
ANALYZE sqlite_schema;
