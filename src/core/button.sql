-- Numbers are given by persons: two merchants may have the same one, and their signatures tell them apart.
-- name: button_merchants   ($1 account, $2 most)   rows: many
SELECT merchant FROM merchant_setting
WHERE name = 'account_number' AND value = $1 ORDER BY merchant LIMIT $2;
