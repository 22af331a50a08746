-- name: counter_add   ($1 merchant, $2 mode, $3 kind, $4 hour, $5 count)   rows: exactly 1
INSERT INTO counter (merchant, mode, kind, hour, count) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (merchant, mode, kind, hour) DO UPDATE SET count = counter.count + excluded.count;

-- name: counter_take   ($1 merchant, $2 mode, $3 kind, $4 hour)   rows: exactly 1
UPDATE counter SET count = count - 1
WHERE merchant = $1 AND mode = $2 AND kind = $3 AND hour = $4;

-- name: counter_sum   ($1 merchant, $2 mode, $3 kind, $4 from_hour, $5 until_hour)   rows: exactly 1
SELECT COALESCE(SUM(count), 0) FROM counter
WHERE merchant = $1 AND mode = $2 AND kind = $3 AND hour BETWEEN $4 AND $5;
