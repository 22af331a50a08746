-- One row: an invoice that is paid by a request. `payment` is the one that paid it last, once it did.
CREATE TABLE invoice_payment (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    invoice TEXT NOT NULL,
    request TEXT NOT NULL,
    payment TEXT,
    PRIMARY KEY (merchant, mode, invoice),
    FOREIGN KEY (merchant, mode, invoice) REFERENCES invoice (merchant, mode, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX invoice_payment_by_request ON invoice_payment (merchant, mode, request);
CREATE UNIQUE INDEX invoice_payment_by_payment ON invoice_payment (merchant, mode, payment) WHERE payment IS NOT NULL;
CREATE TRIGGER invoice_payment_kept BEFORE DELETE ON invoice_payment
BEGIN SELECT RAISE (ABORT, 'what pays an invoice is kept'); END;

-- One row: what an invoice received for one of its groups of VAT, tax included, or gave back (below zero), by a payment,
-- a refund or a dispute: `object`. This is what status 212 of its life cycle tells. `turn` counts the movements of an
-- invoice, `position` its groups.
CREATE TABLE invoice_received (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    invoice TEXT NOT NULL,
    turn INTEGER NOT NULL CHECK (turn > 0),
    position INTEGER NOT NULL CHECK (position >= 0),
    object TEXT NOT NULL,
    category TEXT NOT NULL CHECK (category = 'S' OR category = 'Z' OR category = 'E' OR category = 'AE' OR category = 'K'
        OR category = 'G' OR category = 'O'),
    rate_bp INTEGER NOT NULL CHECK (rate_bp BETWEEN 0 AND 10000),
    amount_minor INTEGER NOT NULL,
    received_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, invoice, turn, position),
    FOREIGN KEY (merchant, mode, invoice) REFERENCES invoice_payment (merchant, mode, invoice)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER invoice_received_fixed BEFORE UPDATE ON invoice_received
BEGIN SELECT RAISE (ABORT, 'what an invoice received never changes'); END;
CREATE TRIGGER invoice_received_kept BEFORE DELETE ON invoice_received
BEGIN SELECT RAISE (ABORT, 'what an invoice received is kept'); END;

-- As in 0001: how the tables grow, for the planner.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('invoice_payment', 'invoice_payment', '1000000 1000000 1000000 1'),
    ('invoice_payment', 'invoice_payment_by_request', '1000000 1000000 1000000 1'),
    ('invoice_payment', 'invoice_payment_by_payment', '1000000 1000000 1000000 1'),
    ('invoice_received', 'invoice_received', '1000000 1000000 1000000 3 2 1');
ANALYZE sqlite_schema;
