-- name: debit_put   ($1 merchant, $2 mode, $3 payment, $4 account, $5 mandate, $6 scheme, $7 sequence, $8 due, $9 end_to_end, $10 cutoff_us, $11 file, $12 reason, $13 retry_of, $14 presentation, $15 sent_us, $16 settled_us, $17 released_us, $18 ended_us, $19 returned_us, $20 umr, $21 heard_us, $22 created_us)   rows: exactly 1
INSERT INTO debit (merchant, mode, payment, account, mandate, scheme, sequence, due, end_to_end,
    cutoff_us, file, reason, retry_of, presentation, sent_us, settled_us, released_us, ended_us,
    returned_us, umr, heard_us, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
    $22)
ON CONFLICT (merchant, mode, payment) DO UPDATE SET account = $4, mandate = $5, scheme = $6,
    sequence = $7, due = $8, end_to_end = $9, cutoff_us = $10, file = $11, reason = $12,
    retry_of = $13, presentation = $14, sent_us = $15, settled_us = $16, released_us = $17,
    ended_us = $18, returned_us = $19, umr = $20, heard_us = $21;

-- Another method was chosen before anything was asked.
-- name: debit_drop   ($1 merchant, $2 mode, $3 payment)   rows: any
DELETE FROM debit WHERE merchant = $1 AND mode = $2 AND payment = $3 AND due IS NULL;

-- columns: debit_row (payment, account, mandate, scheme, sequence, due, end_to_end, cutoff_us,
--     file, reason, retry_of, presentation, sent_us, settled_us, released_us, ended_us, returned_us,
--     created_us, umr, heard_us)

-- name: debit_find   ($1 merchant, $2 mode, $3 payment)   rows: at most 1
SELECT {d.debit_row}
FROM debit d WHERE d.merchant = $1 AND d.mode = $2 AND d.payment = $3;

-- name: debit_find_end_to_end   ($1 merchant, $2 mode, $3 end_to_end)   rows: at most 1
SELECT {d.debit_row}
FROM debit d WHERE d.merchant = $1 AND d.mode = $2 AND d.end_to_end = $3;

-- Transfers, and debits without a name of their own, are called by these ids.
-- name: debit_reference_taken   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT id FROM payment WHERE merchant = $1 AND mode = $2 AND id = $3
UNION ALL SELECT id FROM refund WHERE merchant = $1 AND mode = $2 AND id = $3
UNION ALL SELECT id FROM payout WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: debit_find_one_off   ($1 merchant, $2 mode, $3 mandate)   rows: at most 1
SELECT payment FROM debit
WHERE merchant = $1 AND mode = $2 AND mandate = $3 AND sequence = 'OOFF' AND due IS NOT NULL
    AND ended_us IS NULL;

-- Whether the mandate has a debit that was not taken back.
-- name: debit_find_first   ($1 merchant, $2 mode, $3 mandate)   rows: at most 1
SELECT payment FROM debit
WHERE merchant = $1 AND mode = $2 AND mandate = $3 AND due IS NOT NULL AND ended_us IS NULL
LIMIT 1;

-- name: debit_count_reason   ($1 merchant, $2 mode, $3 mandate, $4 reason)   rows: exactly 1
SELECT COUNT(*) FROM debit
WHERE merchant = $1 AND mode = $2 AND mandate = $3 AND reason = $4;

-- name: debit_move_find   ($1 merchant, $2 mode, $3 payment)   rows: at most 1
SELECT d.payment, p.state, p.amount_minor, p.currency, p.fee_minor, p.fee_vat_minor,
    LENGTH(p.description), d.scheme, d.sequence, d.due, d.end_to_end, d.cutoff_us, d.file, d.sent_us,
    d.settled_us, d.mandate, m.state, m.type, m.signed_us, m.expires_on, m.created_us,
    EXISTS (SELECT 1 FROM mandate_amendment a WHERE a.merchant = d.merchant AND a.mode = d.mode
        AND a.mandate = d.mandate AND a.told_us IS NULL), p.created_us, m.umr, m.ics, m.creditor_name,
    b.country
FROM debit d
JOIN payment p ON p.merchant = d.merchant AND p.mode = d.mode AND p.id = d.payment
JOIN bank_account b ON b.merchant = d.merchant AND b.mode = d.mode AND b.id = d.account
LEFT JOIN mandate m ON m.merchant = d.merchant AND m.mode = d.mode AND m.id = d.mandate
WHERE d.merchant = $1 AND d.mode = $2 AND d.payment = $3;

-- name: debits_due   ($1 merchant, $2 mode, $3 now_us, $4 after_us, $5 after, $6 limit)   rows: many
SELECT d.payment, p.state, p.amount_minor, p.currency, p.fee_minor, p.fee_vat_minor,
    LENGTH(p.description), d.scheme, d.sequence, d.due, d.end_to_end, d.cutoff_us, d.file, d.sent_us,
    d.settled_us, d.mandate, m.state, m.type, m.signed_us, m.expires_on, m.created_us,
    EXISTS (SELECT 1 FROM mandate_amendment a WHERE a.merchant = d.merchant AND a.mode = d.mode
        AND a.mandate = d.mandate AND a.told_us IS NULL), p.created_us, m.umr, m.ics, m.creditor_name,
    b.country
FROM debit d
JOIN payment p ON p.merchant = d.merchant AND p.mode = d.mode AND p.id = d.payment
JOIN bank_account b ON b.merchant = d.merchant AND b.mode = d.mode AND b.id = d.account
LEFT JOIN mandate m ON m.merchant = d.merchant AND m.mode = d.mode AND m.id = d.mandate
WHERE d.merchant = $1 AND d.mode = $2 AND d.file IS NULL AND d.ended_us IS NULL
    AND d.cutoff_us <= $3 AND d.cutoff_us >= $4 AND (d.cutoff_us > $4 OR d.payment > $5)
ORDER BY d.cutoff_us, d.payment LIMIT $6;

-- Those that the one above finds, but for what does not hold any more.
-- name: debits_due_alike   ($1 merchant, $2 mode, $3 now_us, $4 late_us)   rows: many
SELECT d.scheme, d.sequence, d.due, COUNT(*), SUM(p.amount_minor)
FROM debit d
JOIN payment p ON p.merchant = d.merchant AND p.mode = d.mode AND p.id = d.payment
LEFT JOIN mandate m ON m.merchant = d.merchant AND m.mode = d.mode AND m.id = d.mandate
WHERE d.merchant = $1 AND d.mode = $2 AND d.file IS NULL AND d.ended_us IS NULL
    AND d.cutoff_us <= $3 AND d.cutoff_us >= $4 AND (d.mandate IS NULL OR m.state = 'active')
GROUP BY d.scheme, d.sequence, d.due;

-- Those that cannot go as they are: too late, or their mandate does not hold any more, or may not.
-- name: debits_wrong   ($1 merchant, $2 mode, $3 now_us, $4 late_us, $5 today, $6 limit)   rows: many
SELECT {d.debit_row}
FROM debit d
LEFT JOIN mandate m ON m.merchant = d.merchant AND m.mode = d.mode AND m.id = d.mandate
WHERE d.merchant = $1 AND d.mode = $2 AND d.file IS NULL AND d.ended_us IS NULL
    AND d.cutoff_us <= $3 AND (d.cutoff_us < $4 OR m.state <> 'active' OR m.expires_on <= $5)
ORDER BY d.cutoff_us, d.payment LIMIT $6;

-- name: debit_next_cutoff   ($1 merchant, $2 mode)   rows: at most 1
SELECT cutoff_us FROM debit
WHERE merchant = $1 AND mode = $2 AND cutoff_us > 0 AND file IS NULL AND ended_us IS NULL
ORDER BY cutoff_us LIMIT 1;

-- What lies in a file is found by its transactions.
-- name: debit_of_file_sent   ($1 merchant, $2 mode, $3 file)   rows: at most 1
SELECT d.payment FROM bank_item i
JOIN debit d ON d.merchant = i.merchant AND d.mode = i.mode AND d.payment = i.object
WHERE i.merchant = $1 AND i.mode = $2 AND i.file = $3 AND d.sent_us IS NOT NULL LIMIT 1;

-- name: debit_file_amendments_back   ($1 merchant, $2 mode, $3 file)   rows: any
UPDATE mandate_amendment SET payment = NULL
WHERE merchant = $1 AND mode = $2 AND told_us IS NULL
    AND (mandate, payment) IN (SELECT d.mandate, d.payment FROM bank_item i
        JOIN debit d ON d.merchant = i.merchant AND d.mode = i.mode AND d.payment = i.object
        WHERE i.merchant = $1 AND i.mode = $2 AND i.file = $3 AND d.mandate IS NOT NULL);

-- name: debits_waiting   ($1 merchant, $2 mode, $3 mandate, $4 limit)   rows: many
SELECT {d.debit_row}
FROM debit d
WHERE d.merchant = $1 AND d.mode = $2 AND d.mandate = $3 AND d.due IS NOT NULL AND d.file IS NULL
    AND d.ended_us IS NULL
ORDER BY d.payment LIMIT $4;

-- What lies in no file and has not ended.
-- name: debits_move   ($1 merchant, $2 mode, $3 mandate, $4 account)   rows: any
UPDATE debit SET account = $4
WHERE merchant = $1 AND mode = $2 AND mandate = $3 AND file IS NULL AND ended_us IS NULL;

-- name: debits_give_back   ($1 merchant, $2 mode, $3 file)   rows: any
UPDATE debit SET file = NULL
WHERE merchant = $1 AND mode = $2 AND file = $3 AND sent_us IS NULL AND ended_us IS NULL
    AND payment IN (SELECT i.object FROM bank_item i
        WHERE i.merchant = $1 AND i.mode = $2 AND i.file = $3);

-- Of those that settled at one moment: whose money is still pending, in the order of their ids.
-- name: debits_to_release   ($1 merchant, $2 mode, $3 settled_us, $4 scheme, $5 after, $6 limit)   rows: many
SELECT p.id FROM payment p
JOIN debit d ON d.merchant = p.merchant AND d.mode = p.mode AND d.payment = p.id
WHERE p.merchant = $1 AND p.mode = $2 AND p.paid_us = $3 AND p.id > $5 AND p.state = 'captured'
    AND d.settled_us = $3 AND d.scheme = $4 AND d.released_us IS NULL
ORDER BY p.id LIMIT $6;

-- name: task_sooner   ($1 merchant, $2 mode, $3 kind, $4 object, $5 due_us)   rows: any
UPDATE task SET due_us = $5
WHERE merchant = $1 AND mode = $2 AND kind = $3 AND object = $4 AND due_us > $5;
