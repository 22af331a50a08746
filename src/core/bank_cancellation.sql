-- name: bank_cancellation_put   ($1 merchant, $2 mode, $3 payment, $4 state, $5 asked_us)   rows: exactly 1
INSERT INTO bank_cancellation (merchant, mode, payment, state, asked_us) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (merchant, mode, payment) DO UPDATE SET state = excluded.state,
    asked_us = excluded.asked_us, reason = NULL, answered_us = NULL;

-- name: bank_cancellation_find   ($1 merchant, $2 mode, $3 payment)   rows: at most 1
SELECT state FROM bank_cancellation WHERE merchant = $1 AND mode = $2 AND payment = $3;

-- name: bank_cancellation_answer   ($1 merchant, $2 mode, $3 payment, $4 state, $5 reason, $6 answered_us)   rows: exactly 1
UPDATE bank_cancellation SET state = $4, reason = $5, answered_us = $6
WHERE merchant = $1 AND mode = $2 AND payment = $3;
