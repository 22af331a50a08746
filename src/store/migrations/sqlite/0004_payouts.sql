-- One row: money paid out to a merchant, or found on its own account already. `day` is the business day it was made for;
-- `daily` tells those that the morning makes, of which there is one a day, from those asked for by a test key.
CREATE TABLE payout (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'to_pay', 'sent', 'paid', 'failed')),
    currency TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    day TEXT NOT NULL,
    description TEXT,
    daily INTEGER NOT NULL CHECK (daily IN (0, 1)),
    transfer INTEGER NOT NULL CHECK (transfer IN (0, 1)),
    sent_us INTEGER,
    bank_us INTEGER,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX payout_once_a_day ON payout (merchant, mode, currency, day) WHERE daily = 1;
CREATE INDEX payout_to_send ON payout (merchant, mode, id)
    WHERE state = 'to_pay' AND transfer = 1 AND currency = 'eur';

-- One row: what a payout holds of one kind of object and one method: the sums of its lines.
CREATE TABLE payout_part (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    payout TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('payment', 'refund', 'dispute')),
    method TEXT NOT NULL CHECK (method IN ('card', 'sepa')),
    amount_minor INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    fees_minor INTEGER NOT NULL,
    fees_vat_minor INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, payout, kind, method)
) STRICT, WITHOUT ROWID;

-- One row: what an object has moved on the account merchant payable: amount (negative for what was taken from the
-- merchant) less fee and VAT. Written with the ledger entry; it waits without a payout until one takes it. `back` is a
-- row that gives an amount back (a refund that was not honoured). When a payout fails its rows stay with it, marked, and
-- new ones of the next round wait again: of the rows that did not fail an object has one.
CREATE TABLE payout_line (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    object TEXT NOT NULL,
    back INTEGER NOT NULL CHECK (back IN (0, 1)),
    round INTEGER NOT NULL CHECK (round >= 0),
    kind TEXT NOT NULL CHECK (kind IN ('payment', 'refund', 'dispute')),
    method TEXT NOT NULL CHECK (method IN ('card', 'sepa')),
    currency TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    fee_minor INTEGER NOT NULL CHECK (fee_minor >= 0),
    fee_vat_minor INTEGER NOT NULL CHECK (fee_vat_minor >= 0),
    payout TEXT,
    failed INTEGER NOT NULL CHECK (failed IN (0, 1)),
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, object, back, round),
    CHECK (failed = 0 OR payout IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX payout_line_once ON payout_line (merchant, mode, object, back)
    WHERE failed = 0;
CREATE INDEX payout_line_open ON payout_line (merchant, mode, currency, object)
    WHERE payout IS NULL;
CREATE INDEX payout_line_of_payout ON payout_line (merchant, mode, payout, kind, object)
    WHERE payout IS NOT NULL;

-- What was settled, refunded and disputed before there were payouts waits for the first one, which is made at once.
INSERT INTO payout_line (merchant, mode, object, back, round, kind, method, currency, amount_minor,
    fee_minor, fee_vat_minor, payout, failed, created_us)
SELECT merchant, mode, id, 0, 0, 'payment', COALESCE(method, 'card'), currency, amount_minor,
    fee_minor, fee_vat_minor, NULL, 0, COALESCE(bank_us, created_us)
FROM payment WHERE state IN ('captured', 'disputed');
INSERT INTO payout_line (merchant, mode, object, back, round, kind, method, currency, amount_minor,
    fee_minor, fee_vat_minor, payout, failed, created_us)
SELECT r.merchant, r.mode, r.id, 0, 0, 'refund', COALESCE(p.method, 'card'), r.currency,
    -r.amount_minor, 0, 0, NULL, 0, r.created_us
FROM refund r JOIN payment p ON p.merchant = r.merchant AND p.mode = r.mode AND p.id = r.payment
WHERE r.state IN ('to_refund', 'refund_sent', 'refunded');
INSERT INTO payout_line (merchant, mode, object, back, round, kind, method, currency, amount_minor,
    fee_minor, fee_vat_minor, payout, failed, created_us)
SELECT d.merchant, d.mode, d.id, 0, 0, 'dispute', COALESCE(p.method, 'card'), d.currency,
    -d.amount_minor, d.fee_minor, d.fee_vat_minor, NULL, 0, d.created_us
FROM dispute d JOIN payment p ON p.merchant = d.merchant AND p.mode = d.mode AND p.id = d.payment;
INSERT INTO task (merchant, mode, kind, object, due_us, created_us)
SELECT DISTINCT merchant, mode, 'payout', merchant, 0,
    CAST(strftime('%s', 'now') AS INTEGER) * 1000000
FROM payout_line;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('payout', 'payout', '1000000 1000000 1000000 1'),
    ('payout', 'payout_once_a_day', '1000000 1000000 1000000 100000 1'),
    ('payout', 'payout_to_send', '100 100 100 1'),
    ('payout_part', 'payout_part', '1000000 1000000 1000000 6 2 1'),
    ('payout_line', 'payout_line', '1000000 1000000 1000000 2 2 1'),
    ('payout_line', 'payout_line_once', '1000000 1000000 1000000 2 1'),
    ('payout_line', 'payout_line_open', '10000 10000 10000 10000 1'),
    ('payout_line', 'payout_line_of_payout', '1000000 1000000 1000000 1000 500 1');
ANALYZE sqlite_schema;
