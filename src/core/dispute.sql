-- name: dispute_insert   ($1 merchant, $2 mode, $3 id, $4 payment, $5 kind, $6 amount_minor, $7 currency, $8 response, $9 fee_minor, $10 fee_vat_minor, $11 answer_by, $12 created_us)   rows: exactly 1
INSERT INTO dispute (merchant, mode, id, payment, kind, state, amount_minor, currency, response,
    fee_minor, fee_vat_minor, answer_by, created_us)
VALUES ($1, $2, $3, $4, $5, 'open', $6, $7, $8, $9, $10, $11, $12);

-- name: dispute_settled   ($1 merchant, $2 mode, $3 id, $4 bank_us)   rows: exactly 1
UPDATE dispute SET state = 'settled', bank_us = $4
WHERE merchant = $1 AND mode = $2 AND id = $3 AND state = 'open';

-- name: dispute_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT id, payment, state, amount_minor, currency, response, fee_minor, fee_vat_minor, bank_us,
    created_us
FROM dispute WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: disputes_of_payment   ($1 merchant, $2 mode, $3 payment, $4 limit)   rows: many
SELECT id, payment, state, amount_minor, currency, response, fee_minor, fee_vat_minor, bank_us,
    created_us
FROM dispute WHERE merchant = $1 AND mode = $2 AND payment = $3 ORDER BY id LIMIT $4;
