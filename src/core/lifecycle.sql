-- name: lifecycle_insert   ($1 merchant, $2 mode, $3 invoice, $4 turn, $5 id, $6 status, $7 reason, $8 received_turn, $9 at_us)   rows: exactly 1
INSERT INTO lifecycle_event (merchant, mode, invoice, turn, id, status, reason, received_turn, at_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: lifecycle_list   ($1 merchant, $2 mode, $3 invoice)   rows: many
SELECT turn, id, status, reason, received_turn, at_us FROM lifecycle_event
WHERE merchant = $1 AND mode = $2 AND invoice = $3 ORDER BY turn;
