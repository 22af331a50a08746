-- One row: an amount asked for, with a page (design.md 5): a payment intent of Stancer, a link of another face. `card`
-- is the one it is to be paid with, then the one that paid it; `payment` the one that paid it. `due` orders lists:
-- the day wished for, or else the day of creation.
CREATE TABLE request (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    face TEXT NOT NULL CHECK (face IN ('stancer', 'simplypaie')),
    state TEXT NOT NULL CHECK (state IN ('require_method', 'require_authentication', 'authorized',
        'captured', 'unpaid', 'canceled')),
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    currency TEXT NOT NULL,
    capture INTEGER NOT NULL CHECK (capture IN (0, 1)),
    methods INTEGER NOT NULL,
    authenticate INTEGER NOT NULL CHECK (authenticate IN (0, 1)),
    customer TEXT,
    card TEXT,
    payment TEXT,
    description TEXT,
    order_id TEXT,
    metadata TEXT,
    return_url TEXT,
    date_settlement TEXT,
    due TEXT NOT NULL,
    billing_address TEXT,
    shipping_address TEXT,
    expires_us INTEGER NOT NULL,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_by_order ON request (merchant, mode, order_id, id) WHERE order_id IS NOT NULL;
CREATE INDEX request_by_card ON request (merchant, mode, card, id) WHERE card IS NOT NULL;
CREATE INDEX request_by_due ON request (merchant, mode, due, id);

-- One row: a payment that a request made; the refused ones stay.
CREATE TABLE request_payment (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    request TEXT NOT NULL,
    payment TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, request, payment)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX request_payment_by_payment ON request_payment (merchant, mode, payment);

-- Directory: one row leads from the id of a request, as it stands in the address of its page, to its merchant.
CREATE TABLE request_page (
    request TEXT NOT NULL PRIMARY KEY,
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live'))
) STRICT, WITHOUT ROWID;

-- One row: the picture that a merchant shows on its pay pages, a PNG of which only the image was kept.
CREATE TABLE merchant_logo (
    merchant TEXT NOT NULL PRIMARY KEY REFERENCES merchant (id),
    hash TEXT NOT NULL,
    image BLOB NOT NULL,
    created_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('request', 'request', '1000000 1000000 1000000 1'),
    ('request', 'request_by_order', '1000000 1000000 1000000 2 1'),
    ('request', 'request_by_card', '1000000 1000000 1000000 2 1'),
    ('request', 'request_by_due', '1000000 1000000 1000000 100 1'),
    ('request_payment', 'request_payment', '1000000 1000000 1000000 2 1'),
    ('request_payment', 'request_payment_by_payment', '1000000 1000000 1000000 1');
ANALYZE sqlite_schema;
