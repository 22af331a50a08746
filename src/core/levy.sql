-- name: levy_insert   ($1 merchant, $2 mode, $3 payment, $4 consumer, $5 sdd_reference, $6 payment_reference, $7 beneficiary, $8 url_callback, $9 url_status, $10 account_data, $11 status, $12 validated_us, $13 created_us)   rows: exactly 1
INSERT INTO levy (merchant, mode, payment, consumer, sdd_reference, payment_reference, beneficiary, url_callback,
    url_status, account_data, status, validated_us, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: levy_find   ($1 merchant, $2 mode, $3 payment)   rows: at most 1
SELECT payment, consumer, sdd_reference, payment_reference, beneficiary, url_callback, url_status, account_data, status,
    validated_us, ended_us, created_us
FROM levy WHERE merchant = $1 AND mode = $2 AND payment = $3;

-- name: levy_find_sdd   ($1 merchant, $2 mode, $3 sdd_reference)   rows: at most 1
SELECT payment, consumer, sdd_reference, payment_reference, beneficiary, url_callback, url_status, account_data, status,
    validated_us, ended_us, created_us
FROM levy WHERE merchant = $1 AND mode = $2 AND sdd_reference = $3;

-- name: levy_find_reference   ($1 merchant, $2 mode, $3 payment_reference)   rows: at most 1
SELECT payment, consumer, sdd_reference, payment_reference, beneficiary, url_callback, url_status, account_data, status,
    validated_us, ended_us, created_us
FROM levy WHERE merchant = $1 AND mode = $2 AND payment_reference = $3;

-- What is shown of a levy beside its own row and its payment's.
-- name: levy_about   ($1 merchant, $2 mode, $3 payment)   rows: at most 1
SELECT c.reference, v.value, m.umr, d.reason
FROM levy l
JOIN consumer c ON c.merchant = l.merchant AND c.mode = l.mode AND c.id = l.consumer
LEFT JOIN consumer_value v ON v.merchant = l.merchant AND v.mode = l.mode AND v.consumer = l.consumer AND v.field = 'store'
JOIN debit d ON d.merchant = l.merchant AND d.mode = l.mode AND d.payment = l.payment
JOIN mandate m ON m.merchant = l.merchant AND m.mode = l.mode AND m.id = d.mandate
WHERE l.merchant = $1 AND l.mode = $2 AND l.payment = $3;

-- name: levy_moved   ($1 merchant, $2 mode, $3 payment, $4 status, $5 validated_us, $6 ended_us)   rows: exactly 1
UPDATE levy SET status = $4, validated_us = $5, ended_us = $6
WHERE merchant = $1 AND mode = $2 AND payment = $3;

-- name: levy_renamed   ($1 merchant, $2 mode, $3 payment, $4 payment_reference)   rows: exactly 1
UPDATE levy SET payment_reference = $4 WHERE merchant = $1 AND mode = $2 AND payment = $3;

-- The payout that holds a payment's money now.
-- name: levy_payout   ($1 merchant, $2 mode, $3 payment)   rows: at most 1
SELECT o.state FROM payout_line x
JOIN payout o ON o.merchant = x.merchant AND o.mode = x.mode AND o.id = x.payout
WHERE x.merchant = $1 AND x.mode = $2 AND x.object = $3 AND x.back = 0 AND x.failed = 0;

-- name: levy_refund_due   ($1 merchant, $2 mode, $3 payment)   rows: at most 1
SELECT id FROM refund WHERE merchant = $1 AND mode = $2 AND payment = $3 AND state = 'to_refund' LIMIT 1;

-- Levies of a payout for which it is news, of those that a payout can change.
-- name: levies_of_payout   ($1 merchant, $2 mode, $3 payout, $4 status)   rows: many
SELECT l.payment FROM payout_line x
JOIN levy l ON l.merchant = x.merchant AND l.mode = x.mode AND l.payment = x.object
WHERE x.merchant = $1 AND x.mode = $2 AND x.payout = $3 AND x.kind = 'payment'
    AND l.status IN ('settled', 'in_credit', 'credited') AND l.status <> $4;

-- What waits for its code under a mandate.
-- name: levy_pending_under   ($1 merchant, $2 mode, $3 mandate, $4 but)   rows: at most 1
SELECT l.payment FROM debit d
JOIN levy l ON l.merchant = d.merchant AND l.mode = d.mode AND l.payment = d.payment
WHERE d.merchant = $1 AND d.mode = $2 AND d.mandate = $3 AND d.payment <> $4 AND d.due IS NULL AND d.ended_us IS NULL
LIMIT 1;

-- What has not left under a mandate.
-- name: levies_here_under   ($1 merchant, $2 mode, $3 mandate)   rows: many
SELECT l.payment FROM debit d
JOIN levy l ON l.merchant = d.merchant AND l.mode = d.mode AND l.payment = d.payment
WHERE d.merchant = $1 AND d.mode = $2 AND d.mandate = $3 AND d.file IS NULL AND d.ended_us IS NULL
    AND l.status IN ('pending', 'created');

-- Searches: NULL is any; times are from, until before. They differ in what they go by.
-- name: levies_of_payment   ($1 merchant, $2 mode, $3 consumer, $4 mandate, $5 beneficiary, $6 store, $7 status, $8 amount_from, $9 amount_until, $10 created_from, $11 created_until, $12 validated_from, $13 validated_until, $14 ended_from, $15 ended_until, $16 limit, $17 offset, $18 payment)   rows: at most 1
SELECT l.payment FROM levy l
JOIN payment p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.payment
JOIN debit d ON d.merchant = l.merchant AND d.mode = l.mode AND d.payment = l.payment
WHERE l.merchant = $1 AND l.mode = $2 AND l.payment = $18
    AND (CAST($3 AS TEXT) IS NULL OR l.consumer = $3) AND (CAST($4 AS TEXT) IS NULL OR d.mandate = $4)
    AND (CAST($5 AS TEXT) IS NULL OR l.beneficiary = $5)
    AND (CAST($6 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM consumer_value v WHERE v.merchant = $1 AND v.mode = $2
        AND v.consumer = l.consumer AND v.field = 'store' AND v.folded = $6))
    AND (CAST($7 AS TEXT) IS NULL OR l.status = $7) AND p.amount_minor BETWEEN $8 AND $9
    AND l.created_us >= $10 AND l.created_us < $11
    AND (CAST($12 AS BIGINT) IS NULL OR (l.validated_us >= $12 AND l.validated_us < $13))
    AND (CAST($14 AS BIGINT) IS NULL OR (l.ended_us >= $14 AND l.ended_us < $15))
ORDER BY l.payment LIMIT $16 OFFSET $17;

-- A levy is of one of its consumer's accounts, whichever those were.
-- name: levies_of_consumer   ($1 merchant, $2 mode, $3 consumer, $4 mandate, $5 beneficiary, $6 store, $7 status, $8 amount_from, $9 amount_until, $10 created_from, $11 created_until, $12 validated_from, $13 validated_until, $14 ended_from, $15 ended_until, $16 limit, $17 offset)   rows: many
SELECT l.payment FROM consumer c
JOIN bank_account a ON a.merchant = c.merchant AND a.mode = c.mode AND a.customer = c.customer
JOIN debit d ON d.merchant = a.merchant AND d.mode = a.mode AND d.account = a.id
JOIN levy l ON l.merchant = d.merchant AND l.mode = d.mode AND l.payment = d.payment
JOIN payment p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.payment
WHERE c.merchant = $1 AND c.mode = $2 AND c.id = $3
    AND l.consumer = $3 AND (CAST($4 AS TEXT) IS NULL OR d.mandate = $4)
    AND (CAST($5 AS TEXT) IS NULL OR l.beneficiary = $5)
    AND (CAST($6 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM consumer_value v WHERE v.merchant = $1 AND v.mode = $2
        AND v.consumer = l.consumer AND v.field = 'store' AND v.folded = $6))
    AND (CAST($7 AS TEXT) IS NULL OR l.status = $7) AND p.amount_minor BETWEEN $8 AND $9
    AND l.created_us >= $10 AND l.created_us < $11
    AND (CAST($12 AS BIGINT) IS NULL OR (l.validated_us >= $12 AND l.validated_us < $13))
    AND (CAST($14 AS BIGINT) IS NULL OR (l.ended_us >= $14 AND l.ended_us < $15))
ORDER BY l.payment LIMIT $16 OFFSET $17;

-- name: levies_of_mandate   ($1 merchant, $2 mode, $3 consumer, $4 mandate, $5 beneficiary, $6 store, $7 status, $8 amount_from, $9 amount_until, $10 created_from, $11 created_until, $12 validated_from, $13 validated_until, $14 ended_from, $15 ended_until, $16 limit, $17 offset)   rows: many
SELECT l.payment FROM debit d
JOIN levy l ON l.merchant = d.merchant AND l.mode = d.mode AND l.payment = d.payment
JOIN payment p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.payment
WHERE d.merchant = $1 AND d.mode = $2 AND d.mandate = $4
    AND (CAST($3 AS TEXT) IS NULL OR l.consumer = $3) AND (CAST($4 AS TEXT) IS NULL OR d.mandate = $4)
    AND (CAST($5 AS TEXT) IS NULL OR l.beneficiary = $5)
    AND (CAST($6 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM consumer_value v WHERE v.merchant = $1 AND v.mode = $2
        AND v.consumer = l.consumer AND v.field = 'store' AND v.folded = $6))
    AND (CAST($7 AS TEXT) IS NULL OR l.status = $7) AND p.amount_minor BETWEEN $8 AND $9
    AND l.created_us >= $10 AND l.created_us < $11
    AND (CAST($12 AS BIGINT) IS NULL OR (l.validated_us >= $12 AND l.validated_us < $13))
    AND (CAST($14 AS BIGINT) IS NULL OR (l.ended_us >= $14 AND l.ended_us < $15))
ORDER BY d.payment LIMIT $16 OFFSET $17;

-- name: levies_of_beneficiary   ($1 merchant, $2 mode, $3 consumer, $4 mandate, $5 beneficiary, $6 store, $7 status, $8 amount_from, $9 amount_until, $10 created_from, $11 created_until, $12 validated_from, $13 validated_until, $14 ended_from, $15 ended_until, $16 limit, $17 offset)   rows: many
SELECT l.payment FROM levy l
JOIN payment p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.payment
JOIN debit d ON d.merchant = l.merchant AND d.mode = l.mode AND d.payment = l.payment
WHERE l.merchant = $1 AND l.mode = $2 AND l.beneficiary = $5
    AND (CAST($3 AS TEXT) IS NULL OR l.consumer = $3) AND (CAST($4 AS TEXT) IS NULL OR d.mandate = $4)
    AND (CAST($5 AS TEXT) IS NULL OR l.beneficiary = $5)
    AND (CAST($6 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM consumer_value v WHERE v.merchant = $1 AND v.mode = $2
        AND v.consumer = l.consumer AND v.field = 'store' AND v.folded = $6))
    AND (CAST($7 AS TEXT) IS NULL OR l.status = $7) AND p.amount_minor BETWEEN $8 AND $9
    AND l.created_us >= $10 AND l.created_us < $11
    AND (CAST($12 AS BIGINT) IS NULL OR (l.validated_us >= $12 AND l.validated_us < $13))
    AND (CAST($14 AS BIGINT) IS NULL OR (l.ended_us >= $14 AND l.ended_us < $15))
ORDER BY l.payment LIMIT $16 OFFSET $17;

-- name: levies_of_store   ($1 merchant, $2 mode, $3 consumer, $4 mandate, $5 beneficiary, $6 store, $7 status, $8 amount_from, $9 amount_until, $10 created_from, $11 created_until, $12 validated_from, $13 validated_until, $14 ended_from, $15 ended_until, $16 limit, $17 offset)   rows: many
SELECT l.payment FROM consumer_value s
JOIN consumer c ON c.merchant = s.merchant AND c.mode = s.mode AND c.id = s.consumer
JOIN bank_account a ON a.merchant = c.merchant AND a.mode = c.mode AND a.customer = c.customer
JOIN debit d ON d.merchant = a.merchant AND d.mode = a.mode AND d.account = a.id
JOIN levy l ON l.merchant = d.merchant AND l.mode = d.mode AND l.payment = d.payment AND l.consumer = s.consumer
JOIN payment p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.payment
WHERE s.merchant = $1 AND s.mode = $2 AND s.field = 'store' AND s.folded = $6
    AND (CAST($3 AS TEXT) IS NULL OR l.consumer = $3) AND (CAST($4 AS TEXT) IS NULL OR d.mandate = $4)
    AND (CAST($5 AS TEXT) IS NULL OR l.beneficiary = $5)
    AND (CAST($6 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM consumer_value v WHERE v.merchant = $1 AND v.mode = $2
        AND v.consumer = l.consumer AND v.field = 'store' AND v.folded = $6))
    AND (CAST($7 AS TEXT) IS NULL OR l.status = $7) AND p.amount_minor BETWEEN $8 AND $9
    AND l.created_us >= $10 AND l.created_us < $11
    AND (CAST($12 AS BIGINT) IS NULL OR (l.validated_us >= $12 AND l.validated_us < $13))
    AND (CAST($14 AS BIGINT) IS NULL OR (l.ended_us >= $14 AND l.ended_us < $15))
ORDER BY l.payment LIMIT $16 OFFSET $17;

-- name: levies_ended   ($1 merchant, $2 mode, $3 consumer, $4 mandate, $5 beneficiary, $6 store, $7 status, $8 amount_from, $9 amount_until, $10 created_from, $11 created_until, $12 validated_from, $13 validated_until, $14 ended_from, $15 ended_until, $16 limit, $17 offset)   rows: many
SELECT l.payment FROM levy l
JOIN payment p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.payment
JOIN debit d ON d.merchant = l.merchant AND d.mode = l.mode AND d.payment = l.payment
WHERE l.merchant = $1 AND l.mode = $2 AND l.ended_us >= $14 AND l.ended_us < $15
    AND (CAST($3 AS TEXT) IS NULL OR l.consumer = $3) AND (CAST($4 AS TEXT) IS NULL OR d.mandate = $4)
    AND (CAST($5 AS TEXT) IS NULL OR l.beneficiary = $5)
    AND (CAST($6 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM consumer_value v WHERE v.merchant = $1 AND v.mode = $2
        AND v.consumer = l.consumer AND v.field = 'store' AND v.folded = $6))
    AND (CAST($7 AS TEXT) IS NULL OR l.status = $7) AND p.amount_minor BETWEEN $8 AND $9
    AND l.created_us >= $10 AND l.created_us < $11
    AND (CAST($12 AS BIGINT) IS NULL OR (l.validated_us >= $12 AND l.validated_us < $13))
    AND (CAST($14 AS BIGINT) IS NULL OR (l.ended_us >= $14 AND l.ended_us < $15))
ORDER BY l.ended_us, l.payment LIMIT $16 OFFSET $17;

-- Those that were valid when they were made have ids of that time.
-- name: levies_validated   ($1 merchant, $2 mode, $3 consumer, $4 mandate, $5 beneficiary, $6 store, $7 status, $8 amount_from, $9 amount_until, $10 created_from, $11 created_until, $12 validated_from, $13 validated_until, $14 ended_from, $15 ended_until, $16 limit, $17 offset, $18 id_from, $19 id_until)   rows: many
SELECT l.payment FROM levy l
JOIN payment p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.payment
JOIN debit d ON d.merchant = l.merchant AND d.mode = l.mode AND d.payment = l.payment
WHERE l.merchant = $1 AND l.mode = $2 AND l.payment IN (
        SELECT payment FROM levy
        WHERE merchant = $1 AND mode = $2 AND validated_us >= $12 AND validated_us < $13 AND validated_us <> created_us
        UNION ALL
        SELECT payment FROM levy
        WHERE merchant = $1 AND mode = $2 AND payment >= $18 AND payment < $19 AND validated_us = created_us)
    AND (CAST($3 AS TEXT) IS NULL OR l.consumer = $3) AND (CAST($4 AS TEXT) IS NULL OR d.mandate = $4)
    AND (CAST($5 AS TEXT) IS NULL OR l.beneficiary = $5)
    AND (CAST($6 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM consumer_value v WHERE v.merchant = $1 AND v.mode = $2
        AND v.consumer = l.consumer AND v.field = 'store' AND v.folded = $6))
    AND (CAST($7 AS TEXT) IS NULL OR l.status = $7) AND p.amount_minor BETWEEN $8 AND $9
    AND l.created_us >= $10 AND l.created_us < $11
    AND (CAST($12 AS BIGINT) IS NULL OR (l.validated_us >= $12 AND l.validated_us < $13))
    AND (CAST($14 AS BIGINT) IS NULL OR (l.ended_us >= $14 AND l.ended_us < $15))
ORDER BY l.validated_us, l.payment LIMIT $16 OFFSET $17;

-- name: levies_in_status   ($1 merchant, $2 mode, $3 consumer, $4 mandate, $5 beneficiary, $6 store, $7 status, $8 amount_from, $9 amount_until, $10 created_from, $11 created_until, $12 validated_from, $13 validated_until, $14 ended_from, $15 ended_until, $16 limit, $17 offset)   rows: many
SELECT l.payment FROM levy l
JOIN payment p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.payment
JOIN debit d ON d.merchant = l.merchant AND d.mode = l.mode AND d.payment = l.payment
WHERE l.merchant = $1 AND l.mode = $2 AND l.status = $7
    AND (CAST($3 AS TEXT) IS NULL OR l.consumer = $3) AND (CAST($4 AS TEXT) IS NULL OR d.mandate = $4)
    AND (CAST($5 AS TEXT) IS NULL OR l.beneficiary = $5)
    AND (CAST($6 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM consumer_value v WHERE v.merchant = $1 AND v.mode = $2
        AND v.consumer = l.consumer AND v.field = 'store' AND v.folded = $6))
    AND (CAST($7 AS TEXT) IS NULL OR l.status = $7) AND p.amount_minor BETWEEN $8 AND $9
    AND l.created_us >= $10 AND l.created_us < $11
    AND (CAST($12 AS BIGINT) IS NULL OR (l.validated_us >= $12 AND l.validated_us < $13))
    AND (CAST($14 AS BIGINT) IS NULL OR (l.ended_us >= $14 AND l.ended_us < $15))
ORDER BY l.payment LIMIT $16 OFFSET $17;

-- name: levies_between   ($1 merchant, $2 mode, $3 consumer, $4 mandate, $5 beneficiary, $6 store, $7 status, $8 amount_from, $9 amount_until, $10 created_from, $11 created_until, $12 validated_from, $13 validated_until, $14 ended_from, $15 ended_until, $16 limit, $17 offset, $18 id_from, $19 id_until)   rows: many
SELECT l.payment FROM levy l
JOIN payment p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.payment
JOIN debit d ON d.merchant = l.merchant AND d.mode = l.mode AND d.payment = l.payment
WHERE l.merchant = $1 AND l.mode = $2 AND l.payment >= $18 AND l.payment < $19
    AND (CAST($3 AS TEXT) IS NULL OR l.consumer = $3) AND (CAST($4 AS TEXT) IS NULL OR d.mandate = $4)
    AND (CAST($5 AS TEXT) IS NULL OR l.beneficiary = $5)
    AND (CAST($6 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM consumer_value v WHERE v.merchant = $1 AND v.mode = $2
        AND v.consumer = l.consumer AND v.field = 'store' AND v.folded = $6))
    AND (CAST($7 AS TEXT) IS NULL OR l.status = $7) AND p.amount_minor BETWEEN $8 AND $9
    AND l.created_us >= $10 AND l.created_us < $11
    AND (CAST($12 AS BIGINT) IS NULL OR (l.validated_us >= $12 AND l.validated_us < $13))
    AND (CAST($14 AS BIGINT) IS NULL OR (l.ended_us >= $14 AND l.ended_us < $15))
ORDER BY l.payment LIMIT $16 OFFSET $17;
