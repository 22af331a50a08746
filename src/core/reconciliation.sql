-- name: reconciliation_find_day   ($1 merchant, $2 mode, $3 day, $4 currency)   rows: at most 1
SELECT id FROM reconciliation WHERE merchant = $1 AND mode = $2 AND day = $3 AND currency = $4;

-- name: reconciliation_insert   ($1 merchant, $2 mode, $3 id, $4 day, $5 currency, $6 created_us)   rows: exactly 1
INSERT INTO reconciliation (merchant, mode, id, day, currency, state, created_us)
VALUES ($1, $2, $3, $4, $5, 'open', $6);

-- name: reconciliation_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT id, state, day, currency, stan, sent_us, credits, credits_minor, debits, debits_minor, their_credits,
    their_credits_minor, their_debits, their_debits_minor
FROM reconciliation WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: reconciliation_sent   ($1 merchant, $2 mode, $3 id, $4 stan, $5 sent_us, $6 credits, $7 credits_minor, $8 debits, $9 debits_minor, $10 from_state)   rows: exactly 1
UPDATE reconciliation SET state = 'sent', stan = $4, sent_us = $5, credits = $6, credits_minor = $7,
    debits = $8, debits_minor = $9,
    explained_us = CASE WHEN credits = $6 AND credits_minor = $7 AND debits = $8 AND debits_minor = $9 THEN explained_us END
WHERE merchant = $1 AND mode = $2 AND id = $3 AND state = $10;

-- Only the question that waits: another server may have its answer already, or have asked anew.
-- name: reconciliation_answered   ($1 merchant, $2 mode, $3 id, $4 state, $5 credits, $6 credits_minor, $7 debits, $8 debits_minor, $9 answered_us, $10 stan, $11 sent_us)   rows: exactly 1
UPDATE reconciliation SET state = $4, their_credits = $5, their_credits_minor = $6,
    their_debits = $7, their_debits_minor = $8, answered_us = $9,
    explained_us = CASE WHEN their_credits = $5 AND their_credits_minor = $6 AND their_debits = $7
        AND their_debits_minor = $8 THEN explained_us END
WHERE merchant = $1 AND mode = $2 AND id = $3 AND state = 'sent' AND stan = $10 AND sent_us = $11;

-- name: reconciliations_differing   ($1 merchant, $2 mode, $3 limit)   rows: many
SELECT id, state, day, currency, stan, sent_us, credits, credits_minor, debits, debits_minor, their_credits,
    their_credits_minor, their_debits, their_debits_minor
FROM reconciliation WHERE merchant = $1 AND mode = $2 AND id >= '' AND state = 'out_of_balance' AND explained_us IS NULL
ORDER BY id LIMIT $3;

-- Whose day is it? For the operator, who has only its id.
-- name: reconciliation_owner   ($1 id)   rows: at most 1, whole table
SELECT r.merchant, r.mode FROM merchant m
JOIN reconciliation r ON r.merchant = m.id AND r.mode IN ('test', 'live') AND r.id = $1;

-- name: reconciliation_explain   ($1 merchant, $2 mode, $3 id, $4 note, $5 now_us)   rows: at most 1
UPDATE reconciliation SET note = $4, explained_us = $5
WHERE merchant = $1 AND mode = $2 AND id = $3 AND state = 'out_of_balance' AND explained_us IS NULL;

-- The retrieval references begin with the day and hour in UTC, so those of a day lie together.
-- name: reconciliation_totals   ($1 merchant, $2 rrn_from, $3 rrn_until, $4 mode, $5 currency, $6 from_us, $7 until_us)   rows: exactly 1
SELECT COALESCE(SUM(CASE WHEN op = 'refund' AND state = 'approved' THEN 1 ELSE 0 END), 0),
    COALESCE(SUM(CASE WHEN op = 'refund' AND state = 'approved' THEN amount_minor ELSE 0 END), 0),
    COALESCE(SUM(CASE WHEN state = 'approved' AND (op = 'capture' OR moved = 1) THEN 1
        ELSE 0 END), 0),
    COALESCE(SUM(CASE WHEN state = 'approved' AND (op = 'capture' OR moved = 1)
        THEN amount_minor ELSE 0 END), 0),
    COALESCE(SUM(CASE WHEN state = 'sent' AND op IN ('capture', 'refund') THEN 1 ELSE 0 END), 0)
FROM card_attempt
WHERE merchant = $1 AND rrn >= $2 AND rrn < $3 AND mode = $4 AND currency = $5
    AND sent_us >= $6 AND sent_us < $7;
