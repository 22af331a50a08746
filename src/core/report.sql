-- name: report_insert   ($1 merchant, $2 mode, $3 id, $4 kind, $5 state, $6 day, $7 reference, $8 content, $9 due_us, $10 created_us)   rows: exactly 1
INSERT INTO report (merchant, mode, id, kind, state, day, reference, content, due_us, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: report_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT id, kind, state, day, reference, content, cause, created_us, due_us, ended_us
FROM report WHERE merchant = $1 AND mode = $2 AND id = $3;

-- One that was rejected may be given again.
-- name: report_of_reference   ($1 merchant, $2 mode, $3 kind, $4 reference)   rows: at most 1
SELECT id FROM report
WHERE merchant = $1 AND mode = $2 AND kind = $3 AND reference = $4 AND state <> 'rejected';

-- name: report_end   ($1 merchant, $2 mode, $3 id, $4 state, $5 cause, $6 ended_us)   rows: exactly 1
UPDATE report SET state = $4, cause = $5, ended_us = $6
WHERE merchant = $1 AND mode = $2 AND id = $3 AND state = 'pending';
