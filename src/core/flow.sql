-- name: flow_insert   ($1 merchant, $2 mode, $3 invoice, $4 format, $5 created_us)   rows: exactly 1
INSERT INTO invoice_flow (merchant, mode, invoice, state, format, created_us)
VALUES ($1, $2, $3, 'waiting', $4, $5);

-- name: flow_find   ($1 merchant, $2 mode, $3 invoice)   rows: at most 1
SELECT state, format, created_us, sent_us FROM invoice_flow WHERE merchant = $1 AND mode = $2 AND invoice = $3;

-- name: flow_sent   ($1 merchant, $2 mode, $3 invoice, $4 sent_us)   rows: exactly 1
UPDATE invoice_flow SET state = 'sent', sent_us = $4
WHERE merchant = $1 AND mode = $2 AND invoice = $3 AND state = 'waiting';

-- name: flow_received_turn   ($1 merchant, $2 mode, $3 invoice)   rows: exactly 1
SELECT COALESCE(MAX(turn), 0) FROM invoice_received WHERE merchant = $1 AND mode = $2 AND invoice = $3;
