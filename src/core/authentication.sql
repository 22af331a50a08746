-- name: authentication_insert   ($1 merchant, $2 mode, $3 id, $4 payment, $5 state, $6 origin, $7 uuid, $8 return_url, $9 mandated, $10 created_us, $11 expires_us)   rows: exactly 1
INSERT INTO authentication (merchant, mode, id, payment, state, origin, uuid, return_url, mandated,
    created_us, expires_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: authentication_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT id, payment, state, origin, uuid, return_url, mandated, version, eci, cavv, ds_trans_id,
    acs_trans_id, acs_url, creq, created_us, expires_us
FROM authentication WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: authentication_update   ($1 merchant, $2 mode, $3 id, $4 state, $5 version, $6 eci, $7 cavv, $8 ds_trans_id, $9 acs_trans_id, $10 acs_url, $11 creq)   rows: exactly 1
UPDATE authentication SET state = $4, version = $5, eci = $6, cavv = $7, ds_trans_id = $8,
    acs_trans_id = $9, acs_url = $10, creq = $11
WHERE merchant = $1 AND mode = $2 AND id = $3;
