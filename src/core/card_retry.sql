-- Nothing is known of nearly every number.
-- name: card_known   ($1 merchant, $2 mode, $3 fingerprint)   rows: exactly 0, gathered
SELECT 1 FROM card_unreversed WHERE merchant = $1 AND mode = $2 AND fingerprint = $3
UNION ALL
SELECT 1 FROM card_refusal WHERE merchant = $1 AND mode = $2 AND fingerprint = $3
LIMIT 1;

-- What is known of a number before it is charged, in one question: is it held for a reversal, and what was refused.
-- name: card_history   ($1 merchant, $2 mode, $3 fingerprint, $4 since_us)   rows: exactly 1
SELECT EXISTS (SELECT 1 FROM card_unreversed
        WHERE merchant = $1 AND mode = $2 AND fingerprint = $3),
    COUNT(CASE WHEN kind = 'stop' THEN 1 END), COUNT(CASE WHEN kind = 'hard' THEN 1 END),
    COUNT(CASE WHEN kind = 'soft' AND refused_us > $4 THEN 1 END)
FROM card_refusal
WHERE merchant = $1 AND mode = $2 AND fingerprint = $3;

-- name: card_refusal_insert   ($1 merchant, $2 mode, $3 fingerprint, $4 kind, $5 attempt, $6 refused_us)   rows: exactly 1
INSERT INTO card_refusal (merchant, mode, fingerprint, kind, attempt, refused_us)
VALUES ($1, $2, $3, $4, $5, $6);

-- What an approval ends: everything but what forbids it for good.
-- name: card_refusal_end   ($1 merchant, $2 mode, $3 fingerprint)   rows: any
DELETE FROM card_refusal
WHERE merchant = $1 AND mode = $2 AND fingerprint = $3 AND (kind = 'soft' OR kind = 'hard');

-- name: card_refusal_age   ($1 merchant, $2 mode, $3 fingerprint, $4 before_us)   rows: any
DELETE FROM card_refusal
WHERE merchant = $1 AND mode = $2 AND fingerprint = $3 AND kind = 'soft' AND refused_us <= $4;

-- name: card_refusal_move   ($1 merchant, $2 mode, $3 old, $4 fresh)   rows: any
UPDATE card_refusal SET fingerprint = $4
WHERE merchant = $1 AND mode = $2 AND fingerprint = $3;
