-- name: sepa_check_insert   ($1 merchant, $2 mode, $3 account, $4 status, $5 response, $6 date_birth, $7 score_name, $8 created_us)   rows: exactly 1
INSERT INTO sepa_check (merchant, mode, account, status, response, date_birth, score_name, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (merchant, mode, account) DO UPDATE SET status = excluded.status,
    response = excluded.response, date_birth = excluded.date_birth,
    score_name = excluded.score_name, created_us = excluded.created_us;

-- name: sepa_check_find   ($1 merchant, $2 mode, $3 account)   rows: at most 1
SELECT status, response, date_birth, score_name, created_us FROM sepa_check
WHERE merchant = $1 AND mode = $2 AND account = $3;
