-- name: bank_work_insert   ($1 merchant, $2 mode, $3 id, $4 what, $5 object, $6 report, $7 reference, $8 reason, $9 amount_cents, $10 day, $11 created_us)   rows: exactly 1
INSERT INTO bank_work (merchant, mode, id, what, object, report, reference, reason, amount_cents, day,
    created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: bank_work_open   ($1 merchant, $2 mode, $3 limit)   rows: many
SELECT w.id, w.what, w.object, w.report, w.reference, w.reason, w.amount_cents, w.day, w.created_us,
    w.closed_us, (SELECT l.cents FROM bank_line l
        WHERE l.merchant = w.merchant AND l.mode = w.mode AND l.work = w.id AND l.state = 'suspense'),
    CASE WHEN w.what = 'payee' THEN i.payee_name END, i.held = w.id
FROM bank_work w
LEFT JOIN bank_item i ON i.merchant = w.merchant AND i.mode = w.mode AND i.object = w.object
WHERE w.merchant = $1 AND w.mode = $2 AND w.id >= '' AND w.closed_us IS NULL
ORDER BY w.id LIMIT $3;

-- name: bank_work_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT w.id, w.what, w.object, w.report, w.reference, w.reason, w.amount_cents, w.day, w.created_us,
    w.closed_us, NULL, NULL, NULL
FROM bank_work w WHERE w.merchant = $1 AND w.mode = $2 AND w.id = $3;

-- Whose work is it? For the operator, who has only its id.
-- name: bank_work_owner   ($1 id)   rows: at most 1, whole table
SELECT w.merchant, w.mode FROM merchant m
JOIN bank_work w ON w.merchant = m.id AND w.mode IN ('test', 'live') AND w.id = $1;

-- name: bank_work_close   ($1 merchant, $2 mode, $3 id, $4 closed_us)   rows: at most 1
UPDATE bank_work SET closed_us = $4
WHERE merchant = $1 AND mode = $2 AND id = $3 AND closed_us IS NULL;
