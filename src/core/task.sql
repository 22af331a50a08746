-- name: task_insert   ($1 merchant, $2 mode, $3 kind, $4 object, $5 due_us, $6 created_us)   rows: any
INSERT INTO task (merchant, mode, kind, object, due_us, created_us)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (merchant, mode, kind, object) DO NOTHING;

-- name: task_sends   ($1 merchant, $2 mode, $3 kind, $4 object, $5 attempt)   rows: exactly 1
UPDATE task SET attempt = $5 WHERE merchant = $1 AND mode = $2 AND kind = $3 AND object = $4;

-- name: task_again   ($1 merchant, $2 mode, $3 kind, $4 object, $5 due_us, $6 tried)   rows: any
UPDATE task SET due_us = $5, tries = tries + $6
WHERE merchant = $1 AND mode = $2 AND kind = $3 AND object = $4;

-- Found by the attempts that wait for their reversal, the whole of a table that is nearly always empty.
-- name: task_reverse_now   ($1 mode)   rows: any, whole table
UPDATE task SET due_us = created_us
WHERE (merchant, mode, kind, object) IN (
        SELECT u.merchant, u.mode, 'card_reverse', u.attempt FROM card_unreversed u)
    AND mode = $1 AND due_us > created_us;

-- name: task_delete   ($1 merchant, $2 mode, $3 kind, $4 object)   rows: any
DELETE FROM task WHERE merchant = $1 AND mode = $2 AND kind = $3 AND object = $4;

-- name: task_due_live   ($1 now_us, $2 limit)   rows: many
SELECT merchant, kind, object, due_us, tries, attempt, created_us, 0 FROM task
WHERE mode = 'live' AND due_us <= $1 ORDER BY due_us LIMIT $2;

-- Test clocks only run ahead: nothing is due later than now plus the furthest of them.
-- name: task_due_test   ($1 now_us, $2 limit)   rows: many
SELECT t.merchant, t.kind, t.object, t.due_us, t.tries, t.attempt, t.created_us,
    s.clock_offset_us
FROM task t
JOIN merchant m ON m.id = t.merchant
JOIN sponsor s ON s.id = m.sponsor
WHERE t.mode = 'test' AND t.due_us <= $1 + (SELECT MAX(clock_offset_us) FROM sponsor)
    AND t.due_us <= $1 + s.clock_offset_us
ORDER BY t.due_us LIMIT $2;

-- name: task_due_first   ($1 sponsor)   rows: exactly 1
SELECT (SELECT t.due_us FROM task t
    JOIN merchant m ON m.id = t.merchant
    WHERE t.mode = 'test' AND m.sponsor = $1 ORDER BY t.due_us LIMIT 1);

-- name: sponsor_clock   ($1 merchant)   rows: at most 1
SELECT s.id, s.clock_offset_us FROM merchant m JOIN sponsor s ON s.id = m.sponsor WHERE m.id = $1;

-- name: sponsor_clock_set   ($1 sponsor, $2 clock_offset_us)   rows: exactly 1
UPDATE sponsor SET clock_offset_us = $2 WHERE id = $1 AND clock_offset_us <= $2;
