-- columns: enrolment_row (id, state, includes_kyc, includes_signature, callback_url, verified,
--     opened_us, company_us, representative_us, documents_us, signature_us, reviewed_us, changed_us,
--     created_us, expires_us, ended_us, document, erased_us)

-- name: enrolment_insert   ($1 merchant, $2 mode, $3 id, $4 state, $5 includes_kyc, $6 includes_signature, $7 callback_url, $8 created_us, $9 expires_us)   rows: exactly 1
INSERT INTO enrolment (merchant, mode, id, state, includes_kyc, includes_signature, callback_url,
    verified, changed_us, created_us, expires_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $8, $9);

-- name: enrolment_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT {enrolment_row} FROM enrolment WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: enrolment_open   ($1 merchant, $2 mode)   rows: at most 1
SELECT {enrolment_row} FROM enrolment WHERE merchant = $1 AND mode = $2 AND state = 'open';

-- Over at the first one.
-- name: enrolment_first   ($1 merchant, $2 mode)   rows: at most 1, whole table
SELECT 1 FROM enrolment WHERE merchant = $1 AND mode = $2 LIMIT 1;

-- name: enrolment_keep   ($1 merchant, $2 mode, $3 id, $4 state, $5 verified, $6 opened_us, $7 company_us, $8 representative_us, $9 documents_us, $10 signature_us, $11 reviewed_us, $12 changed_us, $13 ended_us)   rows: exactly 1
UPDATE enrolment SET state = $4, verified = $5, opened_us = $6, company_us = $7,
    representative_us = $8, documents_us = $9, signature_us = $10, reviewed_us = $11,
    changed_us = $12, ended_us = $13
WHERE merchant = $1 AND mode = $2 AND id = $3 AND state = 'open';

-- name: enrolment_part_put   ($1 merchant, $2 mode, $3 part, $4 sealed, $5 saved_us)   rows: exactly 1
INSERT INTO enrolment_part (merchant, mode, part, sealed, saved_us) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (merchant, mode, part)
DO UPDATE SET sealed = excluded.sealed, saved_us = excluded.saved_us;

-- name: enrolment_part_find   ($1 merchant, $2 mode, $3 part)   rows: at most 1
SELECT sealed FROM enrolment_part WHERE merchant = $1 AND mode = $2 AND part = $3;

-- name: enrolment_part_drop   ($1 merchant, $2 mode, $3 part)   rows: any
DELETE FROM enrolment_part WHERE merchant = $1 AND mode = $2 AND part = $3;

-- Those that ended without a client, of which something is left that was typed or handed in. A client has few links.
-- name: enrolments_ended   ($1 merchant, $2 mode, $3 before_us, $4 limit)   rows: many, whole table
SELECT id FROM enrolment
WHERE merchant = $1 AND mode = $2 AND erased_us IS NULL AND state <> 'completed'
    AND COALESCE(ended_us, expires_us) < $3
ORDER BY id LIMIT $4;

-- name: enrolment_erased   ($1 merchant, $2 mode, $3 id, $4 erased_us)   rows: exactly 1
UPDATE enrolment SET erased_us = $4
WHERE merchant = $1 AND mode = $2 AND id = $3 AND erased_us IS NULL AND state <> 'completed';

-- name: enrolment_files_drop   ($1 merchant, $2 mode, $3 enrolment)   rows: any
DELETE FROM enrolment_file WHERE merchant = $1 AND mode = $2 AND enrolment = $3;

-- name: enrolment_document_set   ($1 merchant, $2 mode, $3 id, $4 document)   rows: exactly 1
UPDATE enrolment SET document = $4 WHERE merchant = $1 AND mode = $2 AND id = $3;

-- A client has few links: it enrols once, or a few times in its life.
-- name: enrolment_last_document   ($1 merchant, $2 mode)   rows: at most 1, whole table
SELECT document FROM enrolment
WHERE merchant = $1 AND mode = $2 AND document IS NOT NULL ORDER BY id DESC LIMIT 1;

-- name: enrolment_sponsor   ($1 id)   rows: at most 1
SELECT name, siren FROM sponsor WHERE id = $1;

-- name: enrolment_files   ($1 merchant, $2 mode, $3 enrolment)   rows: many
SELECT kind, shape, document, size, created_us FROM enrolment_file
WHERE merchant = $1 AND mode = $2 AND enrolment = $3 ORDER BY kind;

-- name: enrolment_file_put   ($1 merchant, $2 mode, $3 enrolment, $4 kind, $5 shape, $6 document, $7 size, $8 created_us)   rows: exactly 1
INSERT INTO enrolment_file (merchant, mode, enrolment, kind, shape, document, size, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (merchant, mode, enrolment, kind)
DO UPDATE SET shape = excluded.shape, document = excluded.document, size = excluded.size,
    created_us = excluded.created_us;
