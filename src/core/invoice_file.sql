-- name: invoice_file_insert   ($1 merchant, $2 mode, $3 invoice, $4 document)   rows: exactly 1
INSERT INTO invoice_file (merchant, mode, invoice, document) VALUES ($1, $2, $3, $4);

-- name: invoice_file_find   ($1 merchant, $2 mode, $3 invoice)   rows: at most 1
SELECT d.id, d.sha256, d.size, d.created_us
FROM invoice_file f
JOIN document d ON d.merchant = f.merchant AND d.mode = f.mode AND d.id = f.document
WHERE f.merchant = $1 AND f.mode = $2 AND f.invoice = $3;
