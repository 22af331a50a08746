-- name: idempotency_find   ($1 merchant, $2 mode, $3 key)   rows: at most 1
SELECT request_hash, status, answer_sealed, object, created_us,
    (SELECT 1 FROM holder h WHERE h.number = idempotency.holder)
FROM idempotency
WHERE merchant = $1 AND mode = $2 AND key = $3;

-- name: idempotency_insert   ($1 merchant, $2 mode, $3 key, $4 request_hash, $5 object, $6 created_us, $7 holder)   rows: exactly 1
INSERT INTO idempotency (merchant, mode, key, request_hash, object, created_us, holder)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: idempotency_answer   ($1 merchant, $2 mode, $3 key, $4 status, $5 answer_sealed)   rows: exactly 1
UPDATE idempotency SET status = $4, answer_sealed = $5
WHERE merchant = $1 AND mode = $2 AND key = $3;

-- name: idempotency_purge   ($1 merchant, $2 mode, $3 before_us, $4 most)   rows: any
DELETE FROM idempotency WHERE merchant = $1 AND mode = $2 AND key IN (
    SELECT key FROM idempotency
    WHERE merchant = $1 AND mode = $2 AND created_us < $3 ORDER BY created_us LIMIT $4);
