-- The first entries of all merchants, and those behind one of them.
-- name: ledger_verify_first   ($1 limit)   rows: many, whole table
SELECT merchant, mode, id, currency, legs, created_us FROM ledger_entry ORDER BY merchant, mode, id LIMIT $1;

-- name: ledger_verify_next   ($1 merchant, $2 mode, $3 after, $4 limit)   rows: many
SELECT merchant, mode, id, currency, legs, created_us FROM ledger_entry
WHERE (merchant, mode, id) > ($1, $2, $3) ORDER BY merchant, mode, id LIMIT $4;

-- name: ledger_verify_balances   ($1 merchant, $2 mode)   rows: many, whole table
SELECT account, currency, amount_minor FROM ledger_balance WHERE merchant = $1 AND mode = $2;

-- Balances of merchants who have no entry at all.
-- name: verify_balances_of_nothing   ($1 limit)   rows: many, whole table
SELECT b.merchant, b.mode, b.account FROM ledger_balance b
WHERE b.amount_minor <> 0
    AND NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.merchant = b.merchant AND e.mode = b.mode)
LIMIT $1;

-- An entry is booked when something happens to its object: those of one object are looked for around the times of that
-- alone (ledger_times in ledger.sql). That its id is of that time the walk proves.
-- name: verify_entry_times   ($1 limit)   rows: many, whole table
SELECT e.merchant, e.mode, e.id FROM ledger_entry e
WHERE NOT (CASE
    WHEN e.kind IN ('capture_decided', 'capture_reversed', 'capture_settled')
        THEN EXISTS (SELECT 1 FROM payment p WHERE p.merchant = e.merchant AND p.mode = e.mode AND p.id = e.object
            AND e.created_us IN (p.created_us, p.paid_us, p.bank_us))
    WHEN e.kind IN ('debit_released', 'debit_rejected', 'debit_settled', 'debit_final')
        THEN EXISTS (SELECT 1 FROM debit d WHERE d.merchant = e.merchant AND d.mode = e.mode AND d.payment = e.object
            AND e.created_us IN (d.sent_us, d.heard_us, d.released_us, d.ended_us))
    WHEN e.kind = 'chargeback_settled'
        THEN EXISTS (SELECT 1 FROM dispute d WHERE d.merchant = e.merchant AND d.mode = e.mode AND d.id = e.object
            AND d.bank_us = e.created_us)
    WHEN e.kind = 'bank_suspended'
        THEN EXISTS (SELECT 1 FROM settlement_work s WHERE s.merchant = e.merchant AND s.mode = e.mode AND s.id = e.object
            AND s.created_us = e.created_us)
    WHEN e.kind IN ('invoice_issued', 'credit_issued', 'invoice_settled', 'invoice_unsettled')
        THEN EXISTS (SELECT 1 FROM invoice i WHERE i.merchant = e.merchant AND i.mode = e.mode AND i.id = e.object
                AND i.created_us = e.created_us)
            OR EXISTS (SELECT 1 FROM invoice_received r WHERE r.merchant = e.merchant AND r.mode = e.mode
                AND r.invoice = e.object AND r.received_us = e.created_us)
    ELSE FALSE END
    OR EXISTS (SELECT 1 FROM event v WHERE v.merchant = e.merchant AND v.mode = e.mode AND v.object = e.object
        AND v.created_us = e.created_us))
LIMIT $1;
