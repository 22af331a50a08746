-- The payment that the batch of an evening begins with.
-- name: capture_batch   ($1 merchant, $2 mode, $3 object)   rows: at most 1
SELECT attempt FROM task
WHERE merchant = $1 AND mode = $2 AND kind = 'card_batch' AND object = $3;

-- Where the next portion of a batch begins.
-- name: capture_portion   ($1 merchant, $2 mode, $3 from_id, $4 places)   rows: at most 1
SELECT id FROM payment WHERE merchant = $1 AND mode = $2 AND id >= $3 ORDER BY id LIMIT 1 OFFSET $4;

-- The tasks of a portion. One that is there stays as it is: it may have been put off, or belong to another evening.
-- name: capture_make   ($1 merchant, $2 mode, $3 from_id, $4 until_id, $5 due_us, $6 created_us)   rows: any
INSERT INTO task (merchant, mode, kind, object, due_us, created_us)
SELECT $1, CAST($2 AS TEXT), 'card_capture', id, $5, $6 FROM payment
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND state = 'to_capture'
    AND method = 'card' AND paid_us < $5
ON CONFLICT (merchant, mode, kind, object) DO NOTHING;
