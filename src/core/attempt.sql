-- The next message numbers of the link, from 1 to 999999 and then from 1 again (cards.md 3.4). They do not begin anew with
-- the day: what is numbered just before midnight may come after what is numbered behind it, and each merchant in test mode
-- has a day of its own. They are read apart:
-- with RETURNING SQLite would make a table for the answer and throw it away, which costs more than the rest.
-- name: stan_reserve   ($1 link, $2 count)   rows: exactly 1
INSERT INTO stan_counter (link, last) VALUES ($1, $2)
ON CONFLICT (link) DO UPDATE SET
    last = CASE WHEN stan_counter.last + excluded.last > 999999
        THEN excluded.last ELSE stan_counter.last + excluded.last END;

-- name: stan_last   ($1 link)   rows: exactly 1
SELECT last FROM stan_counter WHERE link = $1;

-- name: stan_restart   ($1 last)   rows: any, whole table
UPDATE stan_counter SET last = $1;

-- name: attempt_insert   ($1 merchant, $2 mode, $3 id, $4 payment, $5 card, $6 op, $7 stan, $8 rrn, $9 amount_minor, $10 currency, $11 original, $12 object, $13 eci, $14 sent_us, $15 holder)   rows: exactly 1, gathered
INSERT INTO card_attempt (merchant, mode, id, payment, card, op, state, stan, rrn, amount_minor,
    currency, original, object, eci, sent_us, holder)
VALUES ($1, $2, $3, $4, $5, $6, 'sent', $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- Only one that waits: the answer to an attempt that was taken back meanwhile changes nothing.
-- name: attempt_answer   ($1 merchant, $2 mode, $3 id, $4 state, $5 response, $6 auth_code, $7 network, $8 network_txn, $9 answered_us)   rows: exactly 1, gathered
UPDATE card_attempt SET state = $4, response = $5, auth_code = $6, network = $7, network_txn = $8,
    answered_us = $9
WHERE merchant = $1 AND mode = $2 AND id = $3 AND state = 'sent';

-- Money moved with this message itself: an authorisation that was captured at once.
-- name: attempt_moved   ($1 merchant, $2 mode, $3 id)   rows: exactly 1
UPDATE card_attempt SET moved = 1 WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: attempt_move   ($1 merchant, $2 mode, $3 id, $4 from_state, $5 to_state)   rows: exactly 1
UPDATE card_attempt SET state = $5 WHERE merchant = $1 AND mode = $2 AND id = $3 AND state = $4;

-- name: attempt_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT id, payment, card, op, state, stan, rrn, amount_minor, currency, original, object, response,
    auth_code, network_txn, eci, sent_us
FROM card_attempt WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: attempt_find_rrn   ($1 merchant, $2 rrn, $3 mode, $4 op)   rows: at most 1
SELECT id, payment, card, op, state, stan, rrn, amount_minor, currency, original, object, response,
    auth_code, network_txn, eci, sent_us
FROM card_attempt WHERE merchant = $1 AND rrn = $2 AND mode = $3 AND op = $4
ORDER BY id DESC LIMIT 1;

-- name: card_unreversed_insert   ($1 merchant, $2 mode, $3 attempt, $4 fingerprint)   rows: exactly 1
INSERT INTO card_unreversed (merchant, mode, attempt, fingerprint) VALUES ($1, $2, $3, $4);

-- name: card_unreversed_delete   ($1 merchant, $2 mode, $3 attempt)   rows: any
DELETE FROM card_unreversed WHERE merchant = $1 AND mode = $2 AND attempt = $3;

-- name: attempt_left   ($1 most, $2 before_id)   rows: many
SELECT merchant, mode, id FROM card_attempt
WHERE state = 'sent' AND op = 'authorise' AND id < $2 LIMIT $1;

-- Those whose answer a server waited for that is gone.
-- name: attempt_left_of   ($1 most, $2 holder)   rows: many
SELECT merchant, mode, id FROM card_attempt
WHERE state = 'sent' AND op = 'authorise' AND holder = $2 LIMIT $1;
