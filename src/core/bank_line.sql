-- name: bank_line_insert   ($1 merchant, $2 mode, $3 id, $4 fact, $5 state, $6 cents, $7 day, $8 object, $9 work, $10 created_us, $11 closed_us)   rows: exactly 1
INSERT INTO bank_line (merchant, mode, id, fact, state, cents, day, object, work, created_us, closed_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: bank_line_of_work   ($1 merchant, $2 mode, $3 work)   rows: at most 1
SELECT id, state, fact, object, cents, day, work FROM bank_line
WHERE merchant = $1 AND mode = $2 AND work = $3 AND work IS NOT NULL AND state = 'suspense';

-- name: bank_line_opposite   ($1 merchant, $2 mode, $3 object, $4 cents)   rows: at most 1
SELECT id, state, fact, object, cents, day, work FROM bank_line
WHERE merchant = $1 AND mode = $2 AND object = $3 AND state = 'suspense' AND cents = $4
ORDER BY id LIMIT 1;

-- name: bank_line_move   ($1 merchant, $2 mode, $3 id, $4 state, $5 matched, $6 note, $7 closed_us)   rows: exactly 1
UPDATE bank_line SET state = $4, matched = $5, note = $6, closed_us = $7
WHERE merchant = $1 AND mode = $2 AND id = $3 AND state = 'suspense';
