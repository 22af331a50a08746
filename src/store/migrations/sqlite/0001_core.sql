-- Global configuration: the software houses that run merchants (design.md 5). One row: one sponsor, with
-- the offset of its test clock.
CREATE TABLE sponsor (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    siren TEXT,
    clock_offset_us INTEGER NOT NULL DEFAULT 0 CHECK (clock_offset_us >= 0),
    created_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row: a business whose money it is.
CREATE TABLE merchant (
    id TEXT NOT NULL PRIMARY KEY,
    sponsor TEXT NOT NULL REFERENCES sponsor (id),
    name TEXT NOT NULL,
    acceptor TEXT NOT NULL,
    created_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX merchant_by_sponsor ON merchant (sponsor);

-- One row: a setting of design.md 7 that the merchant has of its own.
CREATE TABLE merchant_setting (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (merchant, name)
) STRICT, WITHOUT ROWID;

-- Directory: one row leads from the hash of an API key to its merchant and mode. `shown` holds a public key
-- itself, the end of a secret one.
CREATE TABLE api_key (
    hash TEXT NOT NULL PRIMARY KEY,
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    face TEXT NOT NULL CHECK (face IN ('stancer', 'seqino')),
    kind TEXT NOT NULL CHECK (kind IN ('secret', 'public')),
    shown TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    expires_us INTEGER,
    revoked_us INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX api_key_by_merchant ON api_key (merchant, mode);

-- Directory: one row leads from a login of a face with passwords to its merchant. `secret_hash` is argon2id.
CREATE TABLE login (
    face TEXT NOT NULL CHECK (face IN ('simplypaie', 'safedebit')),
    name TEXT NOT NULL,
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    secret_hash TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    revoked_us INTEGER,
    PRIMARY KEY (face, name)
) STRICT, WITHOUT ROWID;

-- One row: a secret we sign with (callbacks), sealed with a data key.
CREATE TABLE signing_secret (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    face TEXT NOT NULL CHECK (face IN ('safedebit', 'seqino')),
    sealed BLOB NOT NULL,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, face)
) STRICT, WITHOUT ROWID;

-- Directory: one row leads from the number a merchant has at its acquirer (DE 42) to the merchant.
CREATE TABLE acceptor (
    acceptor TEXT NOT NULL PRIMARY KEY,
    merchant TEXT NOT NULL REFERENCES merchant (id)
) STRICT, WITHOUT ROWID;

-- Directory: one row leads from the hash of a token in a link to the object it opens.
CREATE TABLE link (
    hash TEXT NOT NULL PRIMARY KEY,
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    kind TEXT NOT NULL CHECK (kind IN ('authentication')),
    object TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Global configuration: one row is a data key, wrapped by a key that is not in the database (cards.md 13).
CREATE TABLE data_key (
    id INTEGER NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('seal', 'fingerprint')),
    kek TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'decrypt_only', 'retired')),
    created_us INTEGER NOT NULL
) STRICT;

-- One row: somebody who pays.
CREATE TABLE customer (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    name TEXT,
    email TEXT,
    mobile TEXT,
    external_id TEXT,
    date_birth TEXT,
    legal_id TEXT,
    country TEXT,
    billing_address TEXT,
    shipping_address TEXT,
    created_us INTEGER NOT NULL,
    deleted_us INTEGER,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_by_external ON customer (merchant, mode, external_id)
    WHERE external_id IS NOT NULL AND deleted_us IS NULL;
CREATE INDEX customer_by_email ON customer (merchant, mode, email)
    WHERE email IS NOT NULL AND deleted_us IS NULL;
CREATE INDEX customer_by_mobile ON customer (merchant, mode, mobile)
    WHERE mobile IS NOT NULL AND deleted_us IS NULL;

-- One row: a postal address of a payer.
CREATE TABLE address (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    line1 TEXT,
    line2 TEXT,
    line3 TEXT,
    zip_code TEXT NOT NULL,
    city TEXT NOT NULL,
    state TEXT,
    country TEXT NOT NULL,
    metadata TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    deleted_us INTEGER,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;

-- One row: a card. `pan_sealed` is the number under data key `key_id`; it is erased with the card.
CREATE TABLE card (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    customer TEXT,
    brand TEXT NOT NULL,
    country TEXT,
    funding TEXT,
    nature TEXT,
    network TEXT,
    preferred_network TEXT,
    last4 TEXT NOT NULL,
    exp_month INTEGER NOT NULL CHECK (exp_month BETWEEN 1 AND 12),
    exp_year INTEGER NOT NULL,
    name TEXT,
    zip_code TEXT,
    external_id TEXT,
    reusable INTEGER NOT NULL CHECK (reusable IN (0, 1)),
    used INTEGER NOT NULL DEFAULT 0 CHECK (used IN (0, 1)),
    fingerprint BLOB,
    key_id INTEGER,
    pan_sealed BLOB,
    created_us INTEGER NOT NULL,
    deleted_us INTEGER,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX card_by_fingerprint ON card (merchant, mode, fingerprint)
    WHERE fingerprint IS NOT NULL AND deleted_us IS NULL;
CREATE INDEX card_by_customer ON card (merchant, mode, customer, id) WHERE customer IS NOT NULL;
CREATE INDEX card_by_external ON card (merchant, mode, external_id)
    WHERE external_id IS NOT NULL AND deleted_us IS NULL;

-- One row: an attempt to move money from a payer to the merchant.
CREATE TABLE payment (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state = 'new' OR state = 'authenticating' OR state = 'authorizing'
        OR state = 'authorized' OR state = 'to_capture' OR state = 'capture_sent'
        OR state = 'captured' OR state = 'refused' OR state = 'failed' OR state = 'canceled'
        OR state = 'expired' OR state = 'disputed'),
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    currency TEXT NOT NULL,
    capture INTEGER NOT NULL CHECK (capture IN (0, 1)),
    methods INTEGER NOT NULL,
    method TEXT CHECK (method IN ('card', 'sepa')),
    card TEXT,
    customer TEXT,
    description TEXT,
    order_id TEXT,
    unique_id TEXT,
    return_url TEXT,
    auth_asked INTEGER NOT NULL CHECK (auth_asked IN (0, 1)),
    auth_return_url TEXT,
    authentication TEXT,
    device_ip TEXT,
    device_port INTEGER,
    device_agent TEXT,
    device_accept TEXT,
    device_languages TEXT,
    date_settlement TEXT,
    billing_address TEXT,
    shipping_address TEXT,
    response TEXT,
    response_author TEXT,
    attempt TEXT,
    fee_minor INTEGER NOT NULL DEFAULT 0,
    fee_vat_minor INTEGER NOT NULL DEFAULT 0,
    refunded_minor INTEGER NOT NULL DEFAULT 0,
    refusals INTEGER NOT NULL DEFAULT 0,
    paused_until_us INTEGER,
    hold_expires_us INTEGER,
    paid_us INTEGER,
    bank_us INTEGER,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, id),
    CHECK (refunded_minor BETWEEN 0 AND amount_minor)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX payment_unique_id ON payment (merchant, mode, unique_id)
    WHERE unique_id IS NOT NULL;
CREATE INDEX payment_by_order ON payment (merchant, mode, order_id, id) WHERE order_id IS NOT NULL;
CREATE INDEX payment_by_card ON payment (merchant, mode, card, id) WHERE card IS NOT NULL;
CREATE INDEX payment_by_paid ON payment (merchant, mode, paid_us, id) WHERE paid_us IS NOT NULL;

-- One row: a message to an acquirer, written before its first byte leaves. It is also the record that the card
-- number was opened (cards.md 13, 10.2): who, why, which card.
CREATE TABLE card_attempt (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    payment TEXT NOT NULL,
    card TEXT NOT NULL,
    op TEXT NOT NULL CHECK (op = 'authorise' OR op = 'capture' OR op = 'refund' OR op = 'void'
        OR op = 'reverse'),
    state TEXT NOT NULL CHECK (state = 'sent' OR state = 'approved' OR state = 'declined'
        OR state = 'soft_declined' OR state = 'unknown' OR state = 'unreachable'
        OR state = 'reversed'),
    stan INTEGER NOT NULL CHECK (stan BETWEEN 1 AND 999999),
    rrn TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    currency TEXT NOT NULL,
    original TEXT,
    object TEXT,
    response TEXT,
    auth_code TEXT,
    network TEXT,
    network_txn TEXT,
    eci TEXT,
    sent_us INTEGER NOT NULL,
    answered_us INTEGER,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX card_attempt_sent ON card_attempt (merchant, mode, id) WHERE state = 'sent';
CREATE INDEX card_attempt_unknown ON card_attempt (merchant, mode, card) WHERE state = 'unknown';
CREATE INDEX card_attempt_by_rrn ON card_attempt (merchant, rrn);

-- Global configuration: one row counts the message numbers of a link on a business day (cards.md 3.4).
CREATE TABLE stan_counter (
    link TEXT NOT NULL PRIMARY KEY,
    day TEXT NOT NULL,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row: a 3-D Secure authentication of a payment.
CREATE TABLE authentication (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    payment TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('requested', 'available', 'attempted', 'success',
        'declined', 'failed', 'expired', 'unavailable')),
    origin TEXT NOT NULL CHECK (origin IN ('api', 'page')),
    uuid TEXT NOT NULL,
    return_url TEXT,
    mandated INTEGER NOT NULL CHECK (mandated IN (0, 1)),
    version TEXT,
    eci TEXT,
    cavv TEXT,
    ds_trans_id TEXT,
    acs_trans_id TEXT,
    acs_url TEXT,
    creq TEXT,
    created_us INTEGER NOT NULL,
    expires_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;

-- One row: money going back to a payer.
CREATE TABLE refund (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    payment TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('to_refund', 'refund_sent', 'refunded', 'not_honored',
        'payment_canceled')),
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    currency TEXT NOT NULL,
    attempt TEXT,
    refund_us INTEGER,
    bank_us INTEGER,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX refund_by_payment ON refund (merchant, mode, payment, id);

-- One row: a payment contested by its payer.
CREATE TABLE dispute (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    payment TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('chargeback', 'return')),
    state TEXT NOT NULL CHECK (state IN ('open', 'settled')),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL,
    response TEXT NOT NULL,
    fee_minor INTEGER NOT NULL,
    fee_vat_minor INTEGER NOT NULL,
    answer_by TEXT,
    bank_us INTEGER,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX dispute_once ON dispute (merchant, mode, payment, response, amount_minor);

-- One row: an entry of the money book (design.md 5), never changed.
CREATE TABLE ledger_entry (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;

-- One row: a leg of an entry; a debit is positive, a credit negative. The legs of an entry sum to zero.
CREATE TABLE ledger_leg (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    entry TEXT NOT NULL,
    position INTEGER NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
    PRIMARY KEY (merchant, mode, entry, position)
) STRICT, WITHOUT ROWID;

-- One row: the balance of an account, kept with each leg; verify proves it equal to their sum.
CREATE TABLE ledger_balance (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, account, currency)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER ledger_entry_fixed BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE (ABORT, 'ledger_entry is append-only'); END;
CREATE TRIGGER ledger_entry_kept BEFORE DELETE ON ledger_entry
BEGIN SELECT RAISE (ABORT, 'ledger_entry is append-only'); END;
CREATE TRIGGER ledger_leg_fixed BEFORE UPDATE ON ledger_leg
BEGIN SELECT RAISE (ABORT, 'ledger_leg is append-only'); END;
CREATE TRIGGER ledger_leg_kept BEFORE DELETE ON ledger_leg
BEGIN SELECT RAISE (ABORT, 'ledger_leg is append-only'); END;

-- One row: something that happened to an object: the history of its states.
CREATE TABLE event (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER event_fixed BEFORE UPDATE ON event
BEGIN SELECT RAISE (ABORT, 'event is append-only'); END;
CREATE TRIGGER event_kept BEFORE DELETE ON event
BEGIN SELECT RAISE (ABORT, 'event is append-only'); END;

-- One row: how many objects of a kind were created in an hour, so that totals need no scan.
CREATE TABLE counter (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    kind TEXT NOT NULL,
    hour INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (merchant, mode, kind, hour)
) STRICT, WITHOUT ROWID;

-- One row: work that is due at a time of the merchant's clock: what, when, for which object. It goes with the
-- outcome of the work, in the same commit. `attempt` is the message it sends, the same in every repeat.
CREATE TABLE task (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    due_us INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    attempt TEXT,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, kind, object)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_by_due ON task (mode, due_us);

-- One row: the answer given to a creating call with an Idempotency-Key; sealed, because it may hold a link.
CREATE TABLE idempotency (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status INTEGER,
    answer_sealed BLOB,
    object TEXT,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_time ON idempotency (merchant, mode, created_us);

-- One row: a form of the pay page that was submitted. A second submission shows the result of the first.
CREATE TABLE page_submit (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    payment TEXT NOT NULL,
    token TEXT NOT NULL,
    card TEXT,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, payment, token)
) STRICT, WITHOUT ROWID;

-- One row: refusals on pay pages from one address within an hour (card testing, pages.md 14).
CREATE TABLE page_refusals (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    address_hash TEXT NOT NULL,
    hour INTEGER NOT NULL,
    count INTEGER NOT NULL,
    paused_until_us INTEGER,
    PRIMARY KEY (merchant, mode, address_hash, hour)
) STRICT, WITHOUT ROWID;

-- One row: a settlement file that was imported.
CREATE TABLE settlement_file (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    hash TEXT NOT NULL,
    name TEXT NOT NULL,
    lines INTEGER NOT NULL,
    imported_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, hash)
) STRICT, WITHOUT ROWID;

-- One row: a settlement line that matched nothing; a person decides, nothing is booked.
CREATE TABLE settlement_unmatched (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    rrn TEXT NOT NULL,
    kind TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    file TEXT NOT NULL,
    line INTEGER NOT NULL,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, rrn, kind, amount_minor)
) STRICT, WITHOUT ROWID;

-- Without figures SQLite takes ten rows for each first column it knows and would rather read all rows of a
-- merchant than look one of them up in another index. These say how tables grow: a merchant may own nearly
-- every row, a partial index holds few, any other column tells rows apart. They are not measured again, so
-- that plans never change under load. One row for each index, in the order of its columns: how many rows
-- share the first one, the first two, ...
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('customer', 'customer', '1000000 1000000 1000000 1'),
    ('customer', 'customer_by_external', '1000000 1000000 1000000 2'),
    ('customer', 'customer_by_email', '1000000 1000000 1000000 2'),
    ('customer', 'customer_by_mobile', '1000000 1000000 1000000 2'),
    ('address', 'address', '1000000 1000000 1000000 1'),
    ('card', 'card', '1000000 1000000 1000000 1'),
    ('card', 'card_by_fingerprint', '1000000 1000000 1000000 2'),
    ('card', 'card_by_customer', '1000000 1000000 1000000 2 1'),
    ('card', 'card_by_external', '1000000 1000000 1000000 2'),
    ('payment', 'payment', '1000000 1000000 1000000 1'),
    ('payment', 'payment_unique_id', '1000000 1000000 1000000 1'),
    ('payment', 'payment_by_order', '1000000 1000000 1000000 2 1'),
    ('payment', 'payment_by_card', '1000000 1000000 1000000 2 1'),
    ('payment', 'payment_by_paid', '1000000 1000000 1000000 2 1'),
    ('card_attempt', 'card_attempt', '1000000 1000000 1000000 1'),
    ('card_attempt', 'card_attempt_sent', '100 100 100 1'),
    ('card_attempt', 'card_attempt_unknown', '100 100 100 1'),
    ('card_attempt', 'card_attempt_by_rrn', '1000000 1000000 2'),
    ('authentication', 'authentication', '1000000 1000000 1000000 1'),
    ('refund', 'refund', '1000000 1000000 1000000 1'),
    ('refund', 'refund_by_payment', '1000000 1000000 1000000 2 1'),
    ('dispute', 'dispute', '1000000 1000000 1000000 1'),
    ('dispute', 'dispute_once', '1000000 1000000 1000000 2 2 1'),
    ('ledger_entry', 'ledger_entry', '1000000 1000000 1000000 1'),
    ('ledger_leg', 'ledger_leg', '1000000 1000000 1000000 5 1'),
    ('event', 'event', '1000000 1000000 1000000 1'),
    ('task', 'task', '1000000 1000000 1000000 500000 1'),
    ('task', 'task_by_due', '1000000 500000 10'),
    ('idempotency', 'idempotency', '1000000 1000000 1000000 1'),
    ('idempotency', 'idempotency_by_time', '1000000 1000000 1000000 2'),
    ('page_submit', 'page_submit', '1000000 1000000 1000000 2 1');
ANALYZE sqlite_schema;
