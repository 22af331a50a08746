-- name: submission_insert   ($1 merchant, $2 mode, $3 id, $4 direction, $5 state, $6 format, $7 number, $8 year, $9 issued, $10 seller, $11 recipient, $12 file_name, $13 document, $14 xml, $15 created_us)   rows: exactly 1
INSERT INTO submission (merchant, mode, id, direction, state, format, number, year, issued, seller, recipient, file_name,
    document, xml, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: submission_terms   ($1 merchant, $2 mode, $3 id, $4 type, $5 seller_name, $6 buyer_name, $7 currency, $8 total, $9 due)   rows: exactly 1
UPDATE submission SET type = $4, seller_name = $5, buyer_name = $6, currency = $7, total = $8, due = $9
WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: submission_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT s.id, s.direction, s.state, s.format, s.number, s.issued, s.seller, s.recipient, s.file_name, s.document, s.xml,
    s.created_us, s.sent_us, d.size, d.sha256
FROM submission s JOIN document d ON d.merchant = s.merchant AND d.mode = s.mode AND d.id = s.document
WHERE s.merchant = $1 AND s.mode = $2 AND s.id = $3;

-- name: submission_of_number   ($1 merchant, $2 mode, $3 seller, $4 year, $5 number)   rows: at most 1
SELECT id FROM submission WHERE merchant = $1 AND mode = $2 AND seller = $3 AND year = $4 AND number = $5;

-- name: submission_sent   ($1 merchant, $2 mode, $3 id, $4 sent_us)   rows: exactly 1
UPDATE submission SET state = 'sent', sent_us = $4
WHERE merchant = $1 AND mode = $2 AND id = $3 AND state = 'waiting';
