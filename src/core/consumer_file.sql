-- columns: consumer_file_row (id, consumer, type, description, mandate, document, created_us)

-- name: consumer_file_insert   ($1 merchant, $2 mode, $3 id, $4 consumer, $5 type, $6 description, $7 mandate, $8 document, $9 created_us)   rows: exactly 1
INSERT INTO consumer_file (merchant, mode, id, consumer, type, description, mandate, document, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: consumer_files   ($1 merchant, $2 mode, $3 consumer)   rows: many
SELECT {consumer_file_row} FROM consumer_file
WHERE merchant = $1 AND mode = $2 AND consumer = $3 ORDER BY id;

-- name: consumer_file_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT {consumer_file_row} FROM consumer_file
WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: consumer_file_of_mandate   ($1 merchant, $2 mode, $3 mandate)   rows: at most 1
SELECT {consumer_file_row} FROM consumer_file
WHERE merchant = $1 AND mode = $2 AND mandate = $3 ORDER BY id DESC LIMIT 1;
