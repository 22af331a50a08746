-- name: task_insert   ($1 merchant, $2 mode, $3 kind, $4 object, $5 due_us, $6 created_us)   rows: any
INSERT INTO task (merchant, mode, kind, object, due_us, created_us)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (merchant, mode, kind, object) DO NOTHING;

-- One that exists forgets how far it has come.
-- name: task_insert_anew   ($1 merchant, $2 mode, $3 kind, $4 object, $5 due_us, $6 created_us)   rows: any
INSERT INTO task (merchant, mode, kind, object, due_us, created_us)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (merchant, mode, kind, object)
    DO UPDATE SET attempt = NULL WHERE task.attempt IS NOT NULL;

-- A reversal is asked for by a message of its own, whatever was sent before.
-- name: task_reverse_anew   ($1 merchant, $2 mode, $3 object, $4 due_us, $5 created_us)   rows: exactly 1
INSERT INTO task (merchant, mode, kind, object, due_us, created_us)
VALUES ($1, $2, 'card_reverse', $3, $4, $5) ON CONFLICT (merchant, mode, kind, object)
    DO UPDATE SET due_us = excluded.due_us, created_us = excluded.created_us, tries = 0, attempt = NULL;

-- name: task_has_sent   ($1 merchant, $2 mode, $3 kind, $4 object, $5 attempt)   rows: at most 1
SELECT 1 FROM task
WHERE merchant = $1 AND mode = $2 AND kind = $3 AND object = $4 AND attempt = $5;

-- Never a second message beside the first one, whoever believes that the task is still its own.
-- name: task_sends   ($1 merchant, $2 mode, $3 kind, $4 object, $5 attempt)   rows: exactly 1
UPDATE task SET attempt = $5
WHERE merchant = $1 AND mode = $2 AND kind = $3 AND object = $4 AND attempt IS NULL;

-- What it could not do before is behind it.
-- name: task_moves_on   ($1 merchant, $2 mode, $3 kind, $4 object, $5 attempt, $6 from_attempt)   rows: exactly 1
UPDATE task SET attempt = $5, tries = 0
WHERE merchant = $1 AND mode = $2 AND kind = $3 AND object = $4 AND COALESCE(attempt, '') = $6;

-- name: task_again   ($1 merchant, $2 mode, $3 kind, $4 object, $5 due_us, $6 tried)   rows: any
UPDATE task SET due_us = $5, tries = tries + $6, holder = NULL
WHERE merchant = $1 AND mode = $2 AND kind = $3 AND object = $4;

-- Only by the one that has it: another one may have taken it over, and be at it.
-- name: task_put_off   ($1 merchant, $2 mode, $3 kind, $4 object, $5 due_us, $6 holder)   rows: at most 1
UPDATE task SET due_us = $5, tries = tries + 1, holder = NULL
WHERE merchant = $1 AND mode = $2 AND kind = $3 AND object = $4 AND holder = $6;

-- Found by the attempts that wait for their reversal, the whole of a table that is nearly always empty.
-- name: task_reverse_now   ($1 mode)   rows: any, whole table
UPDATE task SET due_us = created_us
WHERE (merchant, mode, kind, object) IN (
        SELECT u.merchant, u.mode, 'card_reverse', u.attempt FROM card_unreversed u)
    AND mode = $1 AND due_us > created_us;

-- name: task_delete   ($1 merchant, $2 mode, $3 kind, $4 object)   rows: any
DELETE FROM task WHERE merchant = $1 AND mode = $2 AND kind = $3 AND object = $4;

-- name: task_ends   ($1 merchant, $2 mode, $3 kind, $4 object, $5 attempt)   rows: exactly 1
DELETE FROM task
WHERE merchant = $1 AND mode = $2 AND kind = $3 AND object = $4 AND COALESCE(attempt, '') = $5;

-- What another server that lives has taken is its own.
-- name: task_due_live   ($1 now_us, $2 limit, $3 holder, $4 dead_before_us)   rows: many
SELECT t.merchant, t.kind, t.object, t.due_us, t.tries, t.attempt, t.created_us, 0 FROM task t
WHERE t.mode = 'live' AND t.due_us <= $1 AND (t.holder IS NULL OR t.holder = $3
    OR NOT EXISTS (SELECT 1 FROM holder h WHERE h.number = t.holder AND h.until_us >= $4))
ORDER BY t.due_us LIMIT $2;

-- Test clocks only run ahead: nothing is due later than now plus the furthest of them.
-- name: task_due_test   ($1 now_us, $2 limit, $3 holder, $4 dead_before_us)   rows: many
SELECT t.merchant, t.kind, t.object, t.due_us, t.tries, t.attempt, t.created_us,
    s.clock_offset_us
FROM task t
JOIN merchant m ON m.id = t.merchant
JOIN sponsor s ON s.id = m.sponsor
WHERE t.mode = 'test' AND t.due_us <= $1 + (SELECT MAX(clock_offset_us) FROM sponsor)
    AND t.due_us <= $1 + s.clock_offset_us AND (t.holder IS NULL OR t.holder = $3
        OR NOT EXISTS (SELECT 1 FROM holder h WHERE h.number = t.holder AND h.until_us >= $4))
ORDER BY t.due_us LIMIT $2;

-- One server takes it, as it was due: gives what it is now. Nothing when another one was quicker.
-- name: task_take   ($1 merchant, $2 mode, $3 kind, $4 object, $5 due_us, $6 holder, $7 dead_before_us)   rows: at most 1
UPDATE task SET holder = $6
WHERE merchant = $1 AND mode = $2 AND kind = $3 AND object = $4 AND due_us = $5
    AND (holder IS NULL OR holder = $6
        OR NOT EXISTS (SELECT 1 FROM holder h WHERE h.number = task.holder AND h.until_us >= $7))
RETURNING tries, attempt, created_us;

-- name: task_due_first   ($1 sponsor)   rows: exactly 1
SELECT (SELECT t.due_us FROM task t
    JOIN merchant m ON m.id = t.merchant
    WHERE t.mode = 'test' AND m.sponsor = $1 ORDER BY t.due_us LIMIT 1);

-- name: sponsor_clock   ($1 merchant)   rows: at most 1
SELECT s.id, s.clock_offset_us FROM merchant m JOIN sponsor s ON s.id = m.sponsor WHERE m.id = $1;

-- name: sponsor_clock_set   ($1 sponsor, $2 clock_offset_us)   rows: exactly 1
UPDATE sponsor SET clock_offset_us = $2 WHERE id = $1 AND clock_offset_us <= $2;
