-- `request` is what the invoice was linked to at its issue: a request, or a payment that no request made.
-- name: invoice_payment_insert   ($1 merchant, $2 mode, $3 invoice, $4 request)   rows: exactly 1
INSERT INTO invoice_payment (merchant, mode, invoice, request) VALUES ($1, $2, $3, $4);

-- name: invoice_payment_paid   ($1 merchant, $2 mode, $3 invoice, $4 payment)   rows: exactly 1
UPDATE invoice_payment SET payment = $4 WHERE merchant = $1 AND mode = $2 AND invoice = $3;

-- name: invoice_payment_of   ($1 merchant, $2 mode, $3 invoice)   rows: at most 1
SELECT request, payment FROM invoice_payment WHERE merchant = $1 AND mode = $2 AND invoice = $3;

-- name: invoice_of_request   ($1 merchant, $2 mode, $3 request)   rows: at most 1
SELECT invoice FROM invoice_payment WHERE merchant = $1 AND mode = $2 AND request = $3;

-- name: invoice_of_payment   ($1 merchant, $2 mode, $3 payment)   rows: at most 1
SELECT invoice FROM invoice_payment WHERE merchant = $1 AND mode = $2 AND payment = $3;

-- name: invoice_received_insert   ($1 merchant, $2 mode, $3 invoice, $4 turn, $5 position, $6 object, $7 category, $8 rate_bp, $9 amount_minor, $10 received_us)   rows: exactly 1
INSERT INTO invoice_received (merchant, mode, invoice, turn, position, object, category, rate_bp, amount_minor,
    received_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: invoice_received_sum   ($1 merchant, $2 mode, $3 invoice)   rows: exactly 1
SELECT COALESCE(SUM(amount_minor), 0), COALESCE(MAX(turn), 0) FROM invoice_received
WHERE merchant = $1 AND mode = $2 AND invoice = $3;

-- name: invoice_received_list   ($1 merchant, $2 mode, $3 invoice)   rows: many
SELECT turn, object, category, rate_bp, amount_minor, received_us FROM invoice_received
WHERE merchant = $1 AND mode = $2 AND invoice = $3 ORDER BY turn, position;
