-- name: page_refusals_add   ($1 merchant, $2 mode, $3 address_hash, $4 hour, $5 most, $6 paused_until_us)   rows: exactly 1
INSERT INTO page_refusals (merchant, mode, address_hash, hour, count) VALUES ($1, $2, $3, $4, 1)
ON CONFLICT (merchant, mode, address_hash, hour) DO UPDATE SET count = page_refusals.count + 1,
    paused_until_us = CASE WHEN page_refusals.count + 1 >= $5 THEN $6
        ELSE page_refusals.paused_until_us END;

-- name: page_refusals_find   ($1 merchant, $2 mode, $3 address_hash, $4 from_hour)   rows: exactly 1
SELECT COALESCE(MAX(paused_until_us), 0) FROM page_refusals
WHERE merchant = $1 AND mode = $2 AND address_hash = $3 AND hour >= $4;

-- name: page_refusals_purge   ($1 merchant, $2 mode, $3 before_hour, $4 most)   rows: any
DELETE FROM page_refusals WHERE merchant = $1 AND mode = $2 AND (address_hash, hour) IN (
    SELECT address_hash, hour FROM page_refusals
    WHERE merchant = $1 AND mode = $2 AND hour < $3 LIMIT $4);

-- name: page_submit_purge   ($1 merchant, $2 mode, $3 before_us, $4 most)   rows: any
DELETE FROM page_submit WHERE merchant = $1 AND mode = $2 AND (payment, token) IN (
    SELECT payment, token FROM page_submit
    WHERE merchant = $1 AND mode = $2 AND created_us < $3 LIMIT $4);

-- name: page_submit_insert   ($1 merchant, $2 mode, $3 payment, $4 token, $5 card, $6 created_us)   rows: exactly 1
INSERT INTO page_submit (merchant, mode, payment, token, card, created_us)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: page_submit_find   ($1 merchant, $2 mode, $3 payment, $4 token)   rows: at most 1
SELECT created_us FROM page_submit
WHERE merchant = $1 AND mode = $2 AND payment = $3 AND token = $4;
