-- The next entries behind one of them and before another, leg by leg, of both books.
-- name: fec_legs   ($1 merchant, $2 mode, $3 after, $4 before, $5 limit)   rows: many
SELECT entry, kind, object, account, currency, amount_minor, created_us
FROM ledger_leg
WHERE merchant = $1 AND mode = $2 AND entry > $3 AND entry <= (SELECT MAX(id)
    FROM (SELECT id FROM ledger_entry WHERE merchant = $1 AND mode = $2 AND id > $3 AND id < $4 ORDER BY id LIMIT $5) e)
ORDER BY entry, position;
