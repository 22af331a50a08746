-- name: bank_collections   ($1 merchant, $2 mode, $3 file, $4 block, $5 object, $6 limit)   rows: many
SELECT i.block, i.object, i.end_to_end, i.amount_cents, p.description, p.amount_minor, a.id, a.name,
    a.bic, a.iban_sealed, a.created_us, d.mandate, COALESCE(d.umr, m.umr), m.signed_us,
    EXISTS (SELECT 1 FROM mandate_amendment t WHERE t.merchant = d.merchant AND t.mode = d.mode
        AND t.mandate = d.mandate AND t.payment = d.payment),
    a.country, m.ics, m.creditor_name, m.debtor_address
FROM bank_item i
JOIN debit d ON d.merchant = i.merchant AND d.mode = i.mode AND d.payment = i.object
JOIN payment p ON p.merchant = d.merchant AND p.mode = d.mode AND p.id = d.payment
JOIN bank_account a ON a.merchant = d.merchant AND a.mode = d.mode AND a.id = d.account
LEFT JOIN mandate m ON m.merchant = d.merchant AND m.mode = d.mode AND m.id = d.mandate
WHERE i.merchant = $1 AND i.mode = $2 AND i.file = $3 AND (i.block, i.object) > ($4, $5)
ORDER BY i.block, i.object LIMIT $6;
