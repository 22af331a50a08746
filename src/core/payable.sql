-- name: payable_insert   ($1 merchant, $2 mode, $3 object, $4 back, $5 kind, $6 method, $7 currency, $8 amount_minor, $9 fee_minor, $10 fee_vat_minor, $11 created_us)   rows: exactly 1
INSERT INTO payout_line (merchant, mode, object, back, round, kind, method, currency, amount_minor,
    fee_minor, fee_vat_minor, failed, created_us)
VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9, $10, 0, $11);

-- name: payable_find   ($1 merchant, $2 mode, $3 object)   rows: at most 1
SELECT kind, method, currency, amount_minor, fee_minor, fee_vat_minor, payout FROM payout_line
WHERE merchant = $1 AND mode = $2 AND object = $3 AND back = 0 AND failed = 0;

-- name: payable_drop   ($1 merchant, $2 mode, $3 object)   rows: exactly 1
DELETE FROM payout_line
WHERE merchant = $1 AND mode = $2 AND object = $3 AND back = 0 AND failed = 0 AND payout IS NULL;

-- The bound of the currency says that few rows are meant: those of the partial index.
-- name: payable_waiting   ($1 merchant, $2 mode)   rows: many
SELECT currency, kind, method, SUM(amount_minor), COUNT(*), SUM(fee_minor), SUM(fee_vat_minor)
FROM payout_line WHERE merchant = $1 AND mode = $2 AND currency >= '' AND payout IS NULL
GROUP BY currency, kind, method;

-- name: payable_take_all   ($1 merchant, $2 mode, $3 currency, $4 payout)   rows: any
UPDATE payout_line SET payout = $4
WHERE merchant = $1 AND mode = $2 AND currency = $3 AND payout IS NULL;

-- name: payable_take   ($1 merchant, $2 mode, $3 object, $4 payout)   rows: exactly 1
UPDATE payout_line SET payout = $4
WHERE merchant = $1 AND mode = $2 AND object = $3 AND back = 0 AND failed = 0 AND payout IS NULL;

-- name: payable_fail   ($1 merchant, $2 mode, $3 payout)   rows: any
UPDATE payout_line SET failed = 1 WHERE merchant = $1 AND mode = $2 AND payout = $3;

-- name: payable_again   ($1 merchant, $2 mode, $3 payout)   rows: any
INSERT INTO payout_line (merchant, mode, object, back, round, kind, method, currency, amount_minor,
    fee_minor, fee_vat_minor, failed, created_us)
SELECT merchant, mode, object, back, round + 1, kind, method, currency, amount_minor, fee_minor,
    fee_vat_minor, 0, created_us
FROM payout_line WHERE merchant = $1 AND mode = $2 AND payout = $3;
