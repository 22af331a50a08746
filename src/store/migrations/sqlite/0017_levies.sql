-- One row: a payment that was asked for as a levy of a consumer, as Safedebit knows it; its amount, text and day are the
-- payment's, its mandate the debit's. `status` is the last one that anybody was told; `ended_us` is when it was rejected
-- or returned. References are never used again, so rows stay.
CREATE TABLE levy (
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
    status TEXT NOT NULL CHECK (status IN ('pending', 'created', 'issued', 'settled', 'in_credit', 'credited', 'rejected',
        'returned', 'canceled', 'to_refund', 'refunded')),
    validated_us INTEGER,
    ended_us INTEGER,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, payment)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX levy_by_sdd ON levy (merchant, mode, sdd_reference);
CREATE UNIQUE INDEX levy_by_reference ON levy (merchant, mode, payment_reference);
CREATE INDEX levy_by_consumer ON levy (merchant, mode, consumer, payment);
CREATE INDEX levy_by_status ON levy (merchant, mode, status, payment);
CREATE INDEX levy_by_validated ON levy (merchant, mode, validated_us, payment) WHERE validated_us IS NOT NULL;
CREATE INDEX levy_by_ended ON levy (merchant, mode, ended_us, payment) WHERE ended_us IS NOT NULL;
CREATE INDEX levy_by_beneficiary ON levy (merchant, mode, beneficiary, payment) WHERE beneficiary IS NOT NULL;

-- As in 0001: how the tables grow, for the planner.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('levy', 'levy', '1000000 1000000 1000000 1'),
    ('levy', 'levy_by_sdd', '1000000 1000000 1000000 1'),
    ('levy', 'levy_by_reference', '1000000 1000000 1000000 1'),
    ('levy', 'levy_by_consumer', '1000000 1000000 1000000 4 1'),
    ('levy', 'levy_by_status', '1000000 1000000 1000000 100000 1'),
    ('levy', 'levy_by_validated', '1000000 1000000 1000000 1 1'),
    ('levy', 'levy_by_ended', '50000 50000 50000 1 1'),
    ('levy', 'levy_by_beneficiary', '1000000 1000000 1000000 10000 1');
ANALYZE sqlite_schema;
