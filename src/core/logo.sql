-- name: logo_put   ($1 merchant, $2 hash, $3 image, $4 created_us)   rows: exactly 1
INSERT INTO merchant_logo (merchant, hash, image, created_us) VALUES ($1, $2, $3, $4)
ON CONFLICT (merchant) DO UPDATE SET hash = excluded.hash, image = excluded.image,
    created_us = excluded.created_us;

-- name: logo_drop   ($1 merchant)   rows: any
DELETE FROM merchant_logo WHERE merchant = $1;

-- name: logo_hash   ($1 merchant)   rows: at most 1
SELECT hash FROM merchant_logo WHERE merchant = $1;

-- name: logo_image   ($1 merchant, $2 hash)   rows: at most 1
SELECT image FROM merchant_logo WHERE merchant = $1 AND hash = $2;
