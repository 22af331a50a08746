-- Settings are a handful for each merchant.
-- name: merchants_of_account   ($1 iban, $2 ics, $3 limit)   rows: many, whole table
SELECT DISTINCT merchant FROM merchant_setting
WHERE (name = 'iban' AND value = $1) OR (name = 'ics' AND value = $2)
ORDER BY merchant LIMIT $3;
