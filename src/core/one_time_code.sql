-- name: one_time_code_put   ($1 merchant, $2 mode, $3 purpose, $4 object, $5 hash, $6 sent_us, $7 expires_us, $8 since_before_us)   rows: exactly 1
INSERT INTO one_time_code (merchant, mode, purpose, object, hash, made, since_us, sent_us,
    expires_us)
VALUES ($1, $2, $3, $4, $5, 1, $6, $6, $7)
ON CONFLICT (merchant, mode, purpose, object)
DO UPDATE SET hash = excluded.hash, tries = 0,
    made = CASE WHEN one_time_code.since_us <= $8 THEN 1 ELSE one_time_code.made + 1 END,
    since_us = CASE WHEN one_time_code.since_us <= $8 THEN excluded.sent_us
        ELSE one_time_code.since_us END,
    sent_us = excluded.sent_us, expires_us = excluded.expires_us;

-- name: one_time_code_find   ($1 merchant, $2 mode, $3 purpose, $4 object)   rows: at most 1
SELECT hash, made, tries, sent_us, expires_us, since_us FROM one_time_code
WHERE merchant = $1 AND mode = $2 AND purpose = $3 AND object = $4;

-- name: one_time_code_tried   ($1 merchant, $2 mode, $3 purpose, $4 object)   rows: exactly 1
UPDATE one_time_code SET tries = tries + 1
WHERE merchant = $1 AND mode = $2 AND purpose = $3 AND object = $4;

-- name: one_time_code_drop   ($1 merchant, $2 mode, $3 purpose, $4 object)   rows: any
DELETE FROM one_time_code WHERE merchant = $1 AND mode = $2 AND purpose = $3 AND object = $4;
