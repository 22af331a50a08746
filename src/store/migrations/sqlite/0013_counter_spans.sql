-- How many payments are paid, by the hour of their creation: the total of a list by the time of payment.
INSERT INTO counter (merchant, mode, kind, hour, count)
SELECT merchant, mode, 'payment_paid', created_us / 3600000000, COUNT(*) FROM payment WHERE paid_us IS NOT NULL
GROUP BY merchant, mode, created_us / 3600000000;

-- One row: how many objects of a kind were created within a span of 128 hours from 1970 on: the sum of its hours in
-- `counter`, so that the total of years is a sum of few rows.
CREATE TABLE counter_span (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    kind TEXT NOT NULL,
    span INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (merchant, mode, kind, span)
) STRICT, WITHOUT ROWID;
INSERT INTO counter_span (merchant, mode, kind, span, count)
SELECT merchant, mode, kind, hour / 128, SUM(count) FROM counter GROUP BY merchant, mode, kind, hour / 128;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('counter_span', 'counter_span', '100000 1000 500 100 1');
ANALYZE sqlite_schema;
