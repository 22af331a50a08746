-- name: webhook_insert   ($1 merchant, $2 mode, $3 id, $4 channel, $5 url, $6 sealed, $7 created_us)   rows: exactly 1
INSERT INTO webhook (merchant, mode, id, channel, url, sealed, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: webhook_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT id, channel, url, sealed, created_us FROM webhook
WHERE merchant = $1 AND mode = $2 AND id = $3;

-- A merchant has a handful of them.
-- name: webhook_list   ($1 merchant, $2 mode)   rows: many, whole table
SELECT id, channel, url, sealed, created_us FROM webhook
WHERE merchant = $1 AND mode = $2 ORDER BY id;

-- name: webhook_delete   ($1 merchant, $2 mode, $3 id)   rows: exactly 1
DELETE FROM webhook WHERE merchant = $1 AND mode = $2 AND id = $3;

-- Once, at the start.
-- name: webhook_owners   rows: many, whole table
SELECT DISTINCT merchant, mode FROM webhook;
