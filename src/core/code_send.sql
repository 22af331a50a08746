-- name: one_time_code_sent   ($1 merchant, $2 mode, $3 purpose, $4 object, $5 channel, $6 receiver)   rows: exactly 1
UPDATE one_time_code SET channel = $5, receiver = $6
WHERE merchant = $1 AND mode = $2 AND purpose = $3 AND object = $4;

-- name: one_time_code_where   ($1 merchant, $2 mode, $3 purpose, $4 object)   rows: at most 1
SELECT channel, receiver, hash, expires_us FROM one_time_code
WHERE merchant = $1 AND mode = $2 AND purpose = $3 AND object = $4;
