-- Both tables are read along their keys, and no further than the limit.
-- name: invoice_index   ($1 merchant, $2 mode, $3 before, $4 limit)   rows: many
SELECT id, 'outgoing' AS direction, number, CASE WHEN kind = 'credit_note' THEN '381' ELSE '380' END AS type, issued,
    NULL AS seller, buyer, UPPER(currency) AS currency, total_minor, due_minor, NULL AS total, NULL AS due, created_us
FROM invoice
WHERE merchant = $1 AND mode = $2 AND id < $3 AND (kind = 'invoice' OR kind = 'credit_note')
UNION ALL
SELECT id, direction, number, type, issued, seller_name, buyer_name, currency, NULL, NULL, total, due, created_us
FROM submission
WHERE merchant = $1 AND mode = $2 AND id < $3 AND buyer_name IS NOT NULL
ORDER BY id DESC LIMIT $4;
