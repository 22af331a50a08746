-- A set has at most some hundreds of rows, and nobody else's.

-- name: moving_debit_add   ($1 merchant, $2 mode, $3 payment, $4 block, $5 end_to_end, $6 amount_cents, $7 word)   rows: exactly 1
INSERT INTO moving_debit (merchant, mode, payment, block, end_to_end, amount_cents, word)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: moving_debit_payments   ($1 merchant, $2 mode)   rows: many, whole table
SELECT payment FROM moving_debit WHERE merchant = $1 AND mode = $2;

-- name: moving_debit_levies   ($1 merchant, $2 mode)   rows: many, whole table
SELECT l.payment FROM moving_debit q
JOIN levy l ON l.merchant = q.merchant AND l.mode = q.mode AND l.payment = q.payment
WHERE q.merchant = $1 AND q.mode = $2;

-- Of a file what was taken into it and not sent, between two places.
-- name: moving_debit_taken   ($1 merchant, $2 mode, $3 file, $4 block, $5 object, $6 until_block, $7 until_object)   rows: any
INSERT INTO moving_debit (merchant, mode, payment)
SELECT i.merchant, i.mode, i.object FROM bank_item i
WHERE i.merchant = $1 AND i.mode = $2 AND i.file = $3 AND (i.block, i.object) > ($4, $5)
    AND (i.block, i.object) <= ($6, $7) AND i.state = 'taken';

-- name: moving_debit_end   ($1 merchant, $2 mode)   rows: any, whole table
DELETE FROM moving_debit WHERE merchant = $1 AND mode = $2;

-- name: moving_debit_items   ($1 merchant, $2 mode, $3 file)   rows: any, whole table
INSERT INTO bank_item (merchant, mode, file, block, object, kind, end_to_end, amount_cents, state)
SELECT q.merchant, q.mode, $3, q.block, q.payment, 'debit', q.end_to_end, q.amount_cents, 'taken'
FROM moving_debit q WHERE q.merchant = $1 AND q.mode = $2;

-- name: moving_debit_file   ($1 merchant, $2 mode, $3 file)   rows: any, whole table
UPDATE debit SET file = $3, umr = (SELECT q.word FROM moving_debit q
        WHERE q.merchant = debit.merchant AND q.mode = debit.mode AND q.payment = debit.payment)
WHERE merchant = $1 AND mode = $2 AND file IS NULL
    AND payment IN (SELECT q.payment FROM moving_debit q WHERE q.merchant = $1 AND q.mode = $2);

-- As debit_move_find, of which a debit that is sent needs less.
-- name: debits_taken   ($1 merchant, $2 mode, $3 file, $4 block, $5 object, $6 limit)   rows: many
SELECT d.payment, p.state, p.amount_minor, p.currency, p.fee_minor, p.fee_vat_minor, 0, d.scheme,
    d.sequence, d.due, d.end_to_end, d.cutoff_us, d.file, d.sent_us, d.settled_us, d.mandate, NULL,
    NULL, NULL, NULL, NULL, 0, p.created_us, NULL, NULL, NULL, 'FR', i.block
FROM bank_item i
JOIN debit d ON d.merchant = i.merchant AND d.mode = i.mode AND d.payment = i.object
JOIN payment p ON p.merchant = i.merchant AND p.mode = i.mode AND p.id = i.object
WHERE i.merchant = $1 AND i.mode = $2 AND i.file = $3 AND (i.block, i.object) > ($4, $5)
    AND i.state = 'taken'
ORDER BY i.block, i.object LIMIT $6;

-- name: moving_debit_sent   ($1 merchant, $2 mode, $3 sent_us)   rows: any, whole table
UPDATE debit SET sent_us = $3
WHERE merchant = $1 AND mode = $2 AND sent_us IS NULL
    AND payment IN (SELECT q.payment FROM moving_debit q WHERE q.merchant = $1 AND q.mode = $2);

-- name: moving_debit_settled   ($1 merchant, $2 mode, $3 settled_us, $4 heard_us)   rows: any, whole table
UPDATE debit SET settled_us = $3, heard_us = $4
WHERE merchant = $1 AND mode = $2 AND settled_us IS NULL
    AND payment IN (SELECT q.payment FROM moving_debit q WHERE q.merchant = $1 AND q.mode = $2);

-- name: moving_debit_lines   ($1 merchant, $2 mode, $3 state)   rows: any, whole table
UPDATE bank_item SET state = $3, credit = (SELECT q.word FROM moving_debit q
        WHERE q.merchant = bank_item.merchant AND q.mode = bank_item.mode
            AND q.payment = bank_item.object)
WHERE merchant = $1 AND mode = $2 AND credit IS NULL AND held IS NULL
    AND state IN ('sent', 'received', 'accepted')
    AND object IN (SELECT q.payment FROM moving_debit q WHERE q.merchant = $1 AND q.mode = $2);

-- --- what the bank names

-- The debits that are named and wait for their settlement. Not those of which more has to be known: with a refund that
-- reverses them, or with news of their mandate for the bank.
-- name: debits_named   ($1 merchant, $2 mode, $3 one, $4 two, $5 three, $6 four, $7 five, $8 six, $9 seven, $10 eight, $11 nine, $12 ten, $13 eleven, $14 twelve, $15 thirteen, $16 fourteen, $17 fifteen, $18 sixteen)   rows: many
SELECT d.end_to_end, d.payment, i.file, i.amount_cents, d.scheme, p.created_us
FROM debit d
JOIN bank_item i ON i.merchant = d.merchant AND i.mode = d.mode AND i.object = d.payment
JOIN payment p ON p.merchant = d.merchant AND p.mode = d.mode AND p.id = d.payment
WHERE d.merchant = $1 AND d.mode = $2
    AND d.end_to_end IN ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
    AND i.kind = 'debit' AND i.credit IS NULL AND i.held IS NULL
    AND i.state IN ('sent', 'received', 'accepted') AND p.state = 'capture_sent'
    AND p.paid_us IS NULL AND p.currency = 'eur' AND p.amount_minor = i.amount_cents
    AND d.settled_us IS NULL
    AND NOT EXISTS (SELECT 1 FROM bank_item r WHERE r.merchant = i.merchant AND r.mode = i.mode
        AND r.reverses = i.object AND r.reverses IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM mandate_amendment a WHERE a.merchant = d.merchant
        AND a.mode = d.mode AND a.mandate = d.mandate AND a.told_us IS NULL);
