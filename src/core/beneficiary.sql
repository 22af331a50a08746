-- name: beneficiary_insert   ($1 merchant, $2 mode, $3 id, $4 reference, $5 name, $6 siren, $7 ics, $8 iban_sealed, $9 street_number, $10 street_name, $11 zip_code, $12 city, $13 phone, $14 created_us)   rows: exactly 1
INSERT INTO beneficiary (merchant, mode, id, reference, name, siren, ics, iban_sealed, street_number,
    street_name, zip_code, city, phone, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: beneficiary_update   ($1 merchant, $2 mode, $3 id, $4 ics, $5 iban_sealed)   rows: exactly 1
UPDATE beneficiary SET ics = $4, iban_sealed = $5 WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: beneficiary_find   ($1 merchant, $2 mode, $3 reference)   rows: at most 1
SELECT id, reference, name, siren, ics, iban_sealed, street_number, street_name, zip_code, city,
    phone, created_us
FROM beneficiary WHERE merchant = $1 AND mode = $2 AND reference = $3;

-- name: beneficiary_any   ($1 merchant, $2 mode, $3 after)   rows: at most 1
SELECT id FROM beneficiary WHERE merchant = $1 AND mode = $2 AND id > $3 LIMIT 1;
