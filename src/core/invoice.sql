-- columns: invoice_row (id, reference, kind, number, year, serial, issued, buyer, currency, total_minor,
--     due_minor, preceding, created_us)

-- name: invoice_reference_next   ($1 merchant, $2 mode)   rows: exactly 1
INSERT INTO invoice_reference (merchant, mode, last) VALUES ($1, $2, 1)
ON CONFLICT (merchant, mode) DO UPDATE SET last = invoice_reference.last + 1
RETURNING last;

-- name: invoice_insert   ($1 merchant, $2 mode, $3 id, $4 reference, $5 kind, $6 number, $7 year, $8 serial, $9 issued, $10 buyer, $11 currency, $12 total_minor, $13 due_minor, $14 preceding, $15 record, $16 previous, $17 hash, $18 created_us)   rows: exactly 1
INSERT INTO invoice (merchant, mode, id, reference, kind, number, year, serial, issued, buyer, currency,
    total_minor, due_minor, preceding, record, previous, hash, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18);

-- name: invoice_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT {invoice_row}, record, previous, hash
FROM invoice WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: invoice_by_number   ($1 merchant, $2 mode, $3 number)   rows: at most 1
SELECT {invoice_row}, record, previous, hash
FROM invoice WHERE merchant = $1 AND mode = $2 AND number = $3;

-- name: invoice_credit_of   ($1 merchant, $2 mode, $3 preceding)   rows: at most 1
SELECT id FROM invoice WHERE merchant = $1 AND mode = $2 AND preceding = $3 ORDER BY id LIMIT 1;

-- name: invoice_count   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us)   rows: exactly 1
SELECT COUNT(*) FROM invoice
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6;

-- name: invoice_list_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 limit, $8 start)   rows: many
SELECT {invoice_row} FROM invoice
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
ORDER BY id ASC LIMIT $7 OFFSET $8;

-- name: invoice_list_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 limit, $8 start)   rows: many
SELECT {invoice_row} FROM invoice
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
ORDER BY id DESC LIMIT $7 OFFSET $8;

-- A series from its first document to its last.
-- name: invoice_chain   ($1 merchant, $2 mode, $3 kind, $4 year, $5 serial)   rows: many
SELECT record, previous, hash, number, issued, buyer, currency, total_minor, due_minor, year, serial
FROM invoice WHERE merchant = $1 AND mode = $2 AND kind = $3 AND (year, serial) > ($4, $5)
ORDER BY year, serial LIMIT 200;

-- The same in whole rows, as many as are asked for.
-- name: invoice_chain_from   ($1 merchant, $2 mode, $3 kind, $4 year, $5 serial, $6 limit)   rows: many
SELECT {invoice_row}, record, previous, hash
FROM invoice WHERE merchant = $1 AND mode = $2 AND kind = $3 AND (year, serial) > ($4, $5)
ORDER BY year, serial LIMIT $6;
