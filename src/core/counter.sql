-- name: counter_add   ($1 merchant, $2 mode, $3 kind, $4 hour, $5 count)   rows: exactly 1, gathered
INSERT INTO counter (merchant, mode, kind, hour, count) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (merchant, mode, kind, hour) DO UPDATE SET count = counter.count + excluded.count;

-- name: counter_span_add   ($1 merchant, $2 mode, $3 kind, $4 span, $5 count)   rows: exactly 1, gathered
INSERT INTO counter_span (merchant, mode, kind, span, count) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (merchant, mode, kind, span)
DO UPDATE SET count = counter_span.count + excluded.count;

-- name: counter_total_add   ($1 merchant, $2 mode, $3 kind, $4 count)   rows: exactly 1, gathered
INSERT INTO counter_total (merchant, mode, kind, count) VALUES ($1, $2, $3, $4)
ON CONFLICT (merchant, mode, kind) DO UPDATE SET count = counter_total.count + excluded.count;

-- name: counter_take   ($1 merchant, $2 mode, $3 kind, $4 hour)   rows: exactly 1
UPDATE counter SET count = count - 1
WHERE merchant = $1 AND mode = $2 AND kind = $3 AND hour = $4;

-- name: counter_span_take   ($1 merchant, $2 mode, $3 kind, $4 span)   rows: exactly 1
UPDATE counter_span SET count = count - 1
WHERE merchant = $1 AND mode = $2 AND kind = $3 AND span = $4;

-- name: counter_total_take   ($1 merchant, $2 mode, $3 kind)   rows: exactly 1
UPDATE counter_total SET count = count - 1 WHERE merchant = $1 AND mode = $2 AND kind = $3;

-- name: counter_total   ($1 merchant, $2 mode, $3 kind)   rows: at most 1
SELECT count FROM counter_total WHERE merchant = $1 AND mode = $2 AND kind = $3;

-- name: counter_sum   ($1 merchant, $2 mode, $3 kind, $4 from_hour, $5 until_hour, $6 from_span, $7 until_span, $8 rest_from, $9 rest_until)   rows: exactly 1
SELECT COALESCE((SELECT SUM(count) FROM counter
        WHERE merchant = $1 AND mode = $2 AND kind = $3 AND hour BETWEEN $4 AND $5), 0)
    + COALESCE((SELECT SUM(count) FROM counter_span
        WHERE merchant = $1 AND mode = $2 AND kind = $3 AND span BETWEEN $6 AND $7), 0)
    + COALESCE((SELECT SUM(count) FROM counter
        WHERE merchant = $1 AND mode = $2 AND kind = $3 AND hour BETWEEN $8 AND $9), 0);
