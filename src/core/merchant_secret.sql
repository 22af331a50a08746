-- name: signing_secret_put   ($1 merchant, $2 mode, $3 face, $4 sealed, $5 created_us)   rows: exactly 1
INSERT INTO signing_secret (merchant, mode, face, sealed, created_us) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (merchant, mode, face)
DO UPDATE SET sealed = excluded.sealed, created_us = excluded.created_us;

-- name: signing_secret_get   ($1 merchant, $2 mode, $3 face)   rows: at most 1
SELECT sealed FROM signing_secret WHERE merchant = $1 AND mode = $2 AND face = $3;
