-- A merchant has one row of listing_owner for each mode.
-- name: listing_owner_insert   ($1 merchant, $2 mode)   rows: exactly 1
INSERT INTO listing_owner (merchant, mode, built, upto, last) VALUES ($1, $2, 0, '', 0);

-- name: listing_owner_find   ($1 merchant, $2 mode)   rows: at most 1, whole table
SELECT built, upto, last FROM listing_owner WHERE merchant = $1 AND mode = $2;

-- name: listing_owner_count   ($1 merchant, $2 mode, $3 last)   rows: exactly 1, whole table
UPDATE listing_owner SET last = $3 WHERE merchant = $1 AND mode = $2;
