-- name: dispute_insert   ($1 merchant, $2 mode, $3 id, $4 payment, $5 kind, $6 amount_minor, $7 currency, $8 response, $9 fee_minor, $10 fee_vat_minor, $11 answer_by, $12 created_us, $13 notice)   rows: exactly 1
INSERT INTO dispute (merchant, mode, id, payment, kind, state, amount_minor, currency, response,
    fee_minor, fee_vat_minor, answer_by, created_us, notice)
VALUES ($1, $2, $3, $4, $5, 'open', $6, $7, $8, $9, $10, $11, $12, $13);

-- name: dispute_settled   ($1 merchant, $2 mode, $3 id, $4 bank_us, $5 settled_by)   rows: exactly 1
UPDATE dispute SET state = 'settled', bank_us = $4, settled_by = $5
WHERE merchant = $1 AND mode = $2 AND id = $3 AND state = 'open';

-- name: dispute_won   ($1 merchant, $2 mode, $3 id, $4 won_us)   rows: exactly 1
UPDATE dispute SET won_us = $4
WHERE merchant = $1 AND mode = $2 AND id = $3 AND kind = 'chargeback' AND state = 'settled' AND won_us IS NULL;

-- columns: dispute_row (d.id, d.payment, d.kind, d.state, d.amount_minor, d.currency,
--     d.response, d.fee_minor, d.fee_vat_minor, d.bank_us, d.created_us, p.order_id, d.notice,
--     d.settled_by, d.won_us)

-- name: disputes_of_payment   ($1 merchant, $2 mode, $3 payment, $4 limit)   rows: many
SELECT {dispute_row}
FROM dispute d
JOIN payment p ON p.merchant = d.merchant AND p.mode = d.mode AND p.id = d.payment
WHERE d.merchant = $1 AND d.mode = $2 AND d.payment = $3 ORDER BY d.id LIMIT $4;

-- name: dispute_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT {dispute_row}
FROM dispute d
JOIN payment p ON p.merchant = d.merchant AND p.mode = d.mode AND p.id = d.payment
WHERE d.merchant = $1 AND d.mode = $2 AND d.id = $3;

-- name: dispute_count_times   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us)   rows: exactly 1
SELECT COUNT(*) FROM dispute
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6;

-- name: dispute_list_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 limit, $8 start)   rows: many
SELECT {dispute_row}
FROM dispute d
JOIN payment p ON p.merchant = d.merchant AND p.mode = d.mode AND p.id = d.payment
WHERE d.merchant = $1 AND d.mode = $2 AND d.id >= $3 AND d.id < $4
    AND d.created_us BETWEEN $5 AND $6
ORDER BY d.id ASC LIMIT $7 OFFSET $8;

-- name: dispute_list_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 limit, $8 start)   rows: many
SELECT {dispute_row}
FROM dispute d
JOIN payment p ON p.merchant = d.merchant AND p.mode = d.mode AND p.id = d.payment
WHERE d.merchant = $1 AND d.mode = $2 AND d.id >= $3 AND d.id < $4
    AND d.created_us BETWEEN $5 AND $6
ORDER BY d.id DESC LIMIT $7 OFFSET $8;

-- What a payout holds.
-- name: dispute_list_by_payout_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 payout, $8 limit, $9 start)   rows: many
SELECT {dispute_row}
FROM payout_line l
JOIN dispute d ON d.merchant = l.merchant AND d.mode = l.mode AND d.id = l.object
JOIN payment p ON p.merchant = d.merchant AND p.mode = d.mode AND p.id = d.payment
WHERE l.merchant = $1 AND l.mode = $2 AND l.payout = $7 AND l.kind = 'dispute'
    AND l.object >= $3 AND l.object < $4 AND d.created_us BETWEEN $5 AND $6
ORDER BY l.object ASC LIMIT $8 OFFSET $9;

-- name: dispute_list_by_payout_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 payout, $8 limit, $9 start)   rows: many
SELECT {dispute_row}
FROM payout_line l
JOIN dispute d ON d.merchant = l.merchant AND d.mode = l.mode AND d.id = l.object
JOIN payment p ON p.merchant = d.merchant AND p.mode = d.mode AND p.id = d.payment
WHERE l.merchant = $1 AND l.mode = $2 AND l.payout = $7 AND l.kind = 'dispute'
    AND l.object >= $3 AND l.object < $4 AND d.created_us BETWEEN $5 AND $6
ORDER BY l.object DESC LIMIT $8 OFFSET $9;

-- name: dispute_count_by_payout   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 payout)   rows: exactly 1
SELECT COUNT(*)
FROM payout_line l
JOIN dispute d ON d.merchant = l.merchant AND d.mode = l.mode AND d.id = l.object
WHERE l.merchant = $1 AND l.mode = $2 AND l.payout = $7 AND l.kind = 'dispute'
    AND l.object >= $3 AND l.object < $4 AND d.created_us BETWEEN $5 AND $6;
