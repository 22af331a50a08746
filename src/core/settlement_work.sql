-- A line is the same by its reference, kind and amount, and by its place, where several may be alike.
-- name: settlement_work_insert   ($1 merchant, $2 mode, $3 id, $4 rrn, $5 kind, $6 amount_minor, $7 currency, $8 moved_minor, $9 file, $10 line, $11 created_us)   rows: at most 1
INSERT INTO settlement_work (merchant, mode, id, state, rrn, kind, amount_minor, currency, moved_minor, booked, file, line,
    created_us)
VALUES ($1, $2, $3, 'open', $4, $5, $6, $7, $8, 1, $9, $10, $11)
ON CONFLICT DO NOTHING;

-- name: settlement_work_open   ($1 merchant, $2 mode, $3 limit)   rows: many
SELECT id, state, kind, rrn, amount_minor, currency, moved_minor, booked, file, line, created_us
FROM settlement_work WHERE merchant = $1 AND mode = $2 AND id >= '' AND done_us IS NULL
ORDER BY id LIMIT $3;

-- name: settlement_work_find   ($1 merchant, $2 mode, $3 id)   rows: exactly 1
SELECT id, state, kind, rrn, amount_minor, currency, moved_minor, booked, file, line, created_us
FROM settlement_work WHERE merchant = $1 AND mode = $2 AND id = $3;

-- Whose line is it? For the operator, who has only its id.
-- name: settlement_work_owner   ($1 id)   rows: at most 1, whole table
SELECT w.merchant, w.mode FROM merchant m
JOIN settlement_work w ON w.merchant = m.id AND w.mode IN ('test', 'live') AND w.id = $1;

-- name: settlement_work_done   ($1 merchant, $2 mode, $3 id, $4 state, $5 matched, $6 note, $7 done_us)   rows: exactly 1
UPDATE settlement_work SET state = $4, matched = $5, note = $6, done_us = $7
WHERE merchant = $1 AND mode = $2 AND id = $3 AND done_us IS NULL;
