-- Payments, what is asked for, and what they lead to: attempts, refunds, disputes, tasks.

CREATE DOMAIN payment_state AS TEXT COLLATE "C" CHECK (VALUE IN ('new', 'authenticating', 'authorizing', 'authorized', 'to_capture', 'capture_sent',
        'captured', 'refused', 'failed', 'canceled', 'expired', 'disputed'));
CREATE DOMAIN payment_method AS TEXT COLLATE "C" CHECK (VALUE IN ('card', 'sepa'));
-- One row: an attempt to move money from a payer to the merchant.
CREATE TABLE payment (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    state payment_state NOT NULL,
    amount_minor not_negative NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    capture flag NOT NULL,
    methods BIGINT NOT NULL,
    method payment_method,
    card TEXT COLLATE "C",
    customer TEXT COLLATE "C",
    description TEXT COLLATE "C",
    order_id TEXT COLLATE "C",
    unique_id TEXT COLLATE "C",
    return_url TEXT COLLATE "C",
    auth_asked flag NOT NULL,
    auth_return_url TEXT COLLATE "C",
    authentication TEXT COLLATE "C",
    device_ip TEXT COLLATE "C",
    device_port BIGINT,
    device_agent TEXT COLLATE "C",
    device_accept TEXT COLLATE "C",
    device_languages TEXT COLLATE "C",
    date_settlement TEXT COLLATE "C",
    billing_address TEXT COLLATE "C",
    shipping_address TEXT COLLATE "C",
    response TEXT COLLATE "C",
    response_author TEXT COLLATE "C",
    attempt TEXT COLLATE "C",
    fee_minor BIGINT NOT NULL DEFAULT 0,
    fee_vat_minor BIGINT NOT NULL DEFAULT 0,
    refunded_minor BIGINT NOT NULL DEFAULT 0,
    refusals BIGINT NOT NULL DEFAULT 0,
    paused_until_us BIGINT,
    hold_expires_us BIGINT,
    paid_us BIGINT,
    bank_us BIGINT,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, id),
    CHECK (refunded_minor BETWEEN 0 AND amount_minor)
);
CREATE UNIQUE INDEX payment_unique_id ON payment (merchant, mode, unique_id)
    WHERE unique_id IS NOT NULL;
CREATE INDEX payment_by_order ON payment (merchant, mode, order_id, id) WHERE order_id IS NOT NULL;
CREATE INDEX payment_by_card ON payment (merchant, mode, card, id) WHERE card IS NOT NULL;
CREATE INDEX payment_by_paid ON payment (merchant, mode, paid_us, id) WHERE paid_us IS NOT NULL;

CREATE DOMAIN trace_number AS BIGINT CHECK (VALUE BETWEEN 1 AND 999999);
CREATE DOMAIN attempt_op AS TEXT COLLATE "C" CHECK (VALUE IN ('authorise', 'capture', 'refund', 'void', 'reverse'));
CREATE DOMAIN attempt_state AS TEXT COLLATE "C" CHECK (VALUE IN ('sent', 'approved', 'declined',
        'soft_declined', 'unknown', 'unreachable', 'reversed'));
-- One row: a message to an acquirer, written before its first byte leaves. It is also the record that the card
-- number was opened (cards.md 13, 10.2): who, why, which card.
CREATE TABLE card_attempt (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    payment TEXT COLLATE "C" NOT NULL,
    card TEXT COLLATE "C" NOT NULL,
    op attempt_op NOT NULL,
    state attempt_state NOT NULL,
    stan trace_number NOT NULL,
    rrn TEXT COLLATE "C" NOT NULL,
    amount_minor not_negative NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    original TEXT COLLATE "C",
    object TEXT COLLATE "C",
    response TEXT COLLATE "C",
    auth_code TEXT COLLATE "C",
    network TEXT COLLATE "C",
    network_txn TEXT COLLATE "C",
    eci TEXT COLLATE "C",
    sent_us BIGINT NOT NULL,
    answered_us BIGINT,
    moved flag NOT NULL DEFAULT 0,
    PRIMARY KEY (merchant, mode, id)
);
CREATE INDEX card_attempt_sent ON card_attempt (merchant, mode, id) WHERE state = 'sent';
CREATE INDEX card_attempt_by_rrn ON card_attempt (merchant, rrn);

-- One row: a 3-D Secure authentication of a payment.
CREATE TABLE authentication (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    payment TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('requested', 'available', 'attempted', 'success', 'declined',
        'failed', 'expired', 'unavailable')),
    origin TEXT COLLATE "C" NOT NULL CHECK (origin IN ('api', 'page')),
    uuid TEXT COLLATE "C" NOT NULL,
    return_url TEXT COLLATE "C",
    mandated flag NOT NULL,
    version TEXT COLLATE "C",
    eci TEXT COLLATE "C",
    cavv TEXT COLLATE "C",
    ds_trans_id TEXT COLLATE "C",
    acs_trans_id TEXT COLLATE "C",
    acs_url TEXT COLLATE "C",
    creq TEXT COLLATE "C",
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, id)
);

-- One row: money going back to a payer.
CREATE TABLE refund (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    payment TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('to_refund', 'refund_sent', 'refunded', 'not_honored',
        'payment_canceled')),
    amount_minor not_negative NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    attempt TEXT COLLATE "C",
    refund_us BIGINT,
    bank_us BIGINT,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, id)
);
CREATE INDEX refund_by_payment ON refund (merchant, mode, payment, id);
-- Refunds that have not left: those of debits travel in files.
CREATE INDEX refund_waiting ON refund (merchant, mode, id) WHERE state = 'to_refund';

-- One row: a payment contested by its payer. `notice` is the message that said so, which may come more than once.
CREATE TABLE dispute (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    payment TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('chargeback', 'return')),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'settled')),
    amount_minor positive NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    response TEXT COLLATE "C" NOT NULL,
    fee_minor BIGINT NOT NULL,
    fee_vat_minor BIGINT NOT NULL,
    answer_by TEXT COLLATE "C",
    bank_us BIGINT,
    created_us BIGINT NOT NULL,
    notice TEXT COLLATE "C",
    settled_by TEXT COLLATE "C",
    PRIMARY KEY (merchant, mode, id)
);
CREATE UNIQUE INDEX dispute_once ON dispute (merchant, mode, payment, notice);

-- Global configuration: one row counts the message numbers of a link on a business day (cards.md 3.4).
CREATE TABLE stan_counter (
    link TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    day TEXT COLLATE "C" NOT NULL,
    last BIGINT NOT NULL
);

-- One row: an amount asked for, with a page (design.md 5): a payment intent of Stancer, a link of another face. `card`
-- is the one it is to be paid with, then the one that paid it; `payment` the one that paid it. `due` orders lists:
-- the day wished for, or else the day of creation.
CREATE TABLE request (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    face TEXT COLLATE "C" NOT NULL CHECK (face IN ('stancer', 'simplypaie')),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('require_method', 'require_authentication', 'authorized',
        'captured', 'unpaid', 'canceled')),
    amount_minor not_negative NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    capture flag NOT NULL,
    methods BIGINT NOT NULL,
    authenticate flag NOT NULL,
    customer TEXT COLLATE "C",
    card TEXT COLLATE "C",
    payment TEXT COLLATE "C",
    description TEXT COLLATE "C",
    order_id TEXT COLLATE "C",
    metadata TEXT COLLATE "C",
    return_url TEXT COLLATE "C",
    date_settlement TEXT COLLATE "C",
    due TEXT COLLATE "C" NOT NULL,
    billing_address TEXT COLLATE "C",
    shipping_address TEXT COLLATE "C",
    expires_us BIGINT NOT NULL,
    created_us BIGINT NOT NULL,
    account TEXT COLLATE "C",
    sent_by TEXT COLLATE "C" CHECK (sent_by IN ('web', 'email', 'sms', 'link', 'simply')),
    page TEXT COLLATE "C" CHECK (page IN ('standard', 'short')),
    payer_name TEXT COLLATE "C",
    payer_email TEXT COLLATE "C",
    payer_phone TEXT COLLATE "C",
    link_sealed BYTEA,
    reminders not_negative NOT NULL DEFAULT 0,
    reminded_us BIGINT,
    PRIMARY KEY (merchant, mode, id)
);
CREATE INDEX request_by_order ON request (merchant, mode, order_id, id) WHERE order_id IS NOT NULL;
CREATE INDEX request_by_card ON request (merchant, mode, card, id) WHERE card IS NOT NULL;
CREATE INDEX request_by_due ON request (merchant, mode, due, id);
CREATE INDEX request_by_account ON request (merchant, mode, account, id) WHERE account IS NOT NULL;

-- One row: a payment that a request made; the refused ones stay.
CREATE TABLE request_payment (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    request TEXT COLLATE "C" NOT NULL,
    payment TEXT COLLATE "C" NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, request, payment)
);
CREATE UNIQUE INDEX request_payment_by_payment ON request_payment (merchant, mode, payment);

-- Directory: one row leads from the id of a request, as it stands in the address of its page, to its merchant.
CREATE TABLE request_page (
    request TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL
);

-- One row: a form of the pay page that was submitted. A second submission shows the result of the first.
CREATE TABLE page_submit (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    payment TEXT COLLATE "C" NOT NULL,
    token TEXT COLLATE "C" NOT NULL,
    card TEXT COLLATE "C",
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, payment, token)
);

-- One row: refusals on pay pages from one address within an hour (card testing, pages.md 14).
CREATE TABLE page_refusals (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    address_hash TEXT COLLATE "C" NOT NULL,
    hour BIGINT NOT NULL,
    count BIGINT NOT NULL,
    paused_until_us BIGINT,
    PRIMARY KEY (merchant, mode, address_hash, hour)
);

-- One row: the answer given to a creating call with an Idempotency-Key; sealed, because it may hold a link.
CREATE TABLE idempotency (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    request_hash TEXT COLLATE "C" NOT NULL,
    status BIGINT,
    answer_sealed BYTEA,
    object TEXT COLLATE "C",
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, key)
);
CREATE INDEX idempotency_by_time ON idempotency (merchant, mode, created_us);

-- One row: work that is due at a time of the merchant's clock: what, when, for which object. It goes with the
-- outcome of the work, in the same commit. `attempt` is the message it sends, the same in every repeat.
CREATE TABLE task (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    object TEXT COLLATE "C" NOT NULL,
    due_us BIGINT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    attempt TEXT COLLATE "C",
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, kind, object)
);
CREATE INDEX task_by_due ON task (mode, due_us);
