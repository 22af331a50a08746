-- name: mandate_form_insert   ($1 merchant, $2 mode, $3 id, $4 purpose, $5 state, $6 consumer, $7 own_reference, $8 umr, $9 type, $10 becomes, $11 mandate, $12 channel, $13 url_ok, $14 url_ko, $15 url_cancel, $16 url_callback, $17 iban_sealed, $18 created_us, $19 expires_us)   rows: exactly 1
INSERT INTO mandate_form (merchant, mode, id, purpose, state, consumer, own_reference, umr, type, becomes, mandate,
    channel, url_ok, url_ko, url_cancel, url_callback, iban_sealed, created_us, expires_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19);

-- name: mandate_form_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT id, purpose, state, consumer, own_reference, umr, type, becomes, mandate, channel, url_ok, url_ko, url_cancel,
    url_callback, iban_sealed, filled_us, created_us, expires_us, ended_us
FROM mandate_form WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: mandate_form_of_mandate   ($1 merchant, $2 mode, $3 mandate)   rows: at most 1
SELECT id, purpose, state, consumer, own_reference, umr, type, becomes, mandate, channel, url_ok, url_ko, url_cancel,
    url_callback, iban_sealed, filled_us, created_us, expires_us, ended_us
FROM mandate_form WHERE merchant = $1 AND mode = $2 AND mandate = $3;

-- name: mandate_form_of_own   ($1 merchant, $2 mode, $3 own_reference)   rows: at most 1
SELECT id, purpose, state, consumer, own_reference, umr, type, becomes, mandate, channel, url_ok, url_ko, url_cancel,
    url_callback, iban_sealed, filled_us, created_us, expires_us, ended_us
FROM mandate_form WHERE merchant = $1 AND mode = $2 AND own_reference = $3 AND state = 'open' LIMIT 1;

-- name: mandate_form_filled   ($1 merchant, $2 mode, $3 id, $4 iban_sealed, $5 filled_us)   rows: exactly 1
UPDATE mandate_form SET iban_sealed = $4, filled_us = $5
WHERE merchant = $1 AND mode = $2 AND id = $3 AND state = 'open';

-- name: mandate_form_ended   ($1 merchant, $2 mode, $3 id, $4 state, $5 mandate, $6 ended_us)   rows: exactly 1
UPDATE mandate_form SET state = $4, mandate = $5, ended_us = $6, iban_sealed = NULL
WHERE merchant = $1 AND mode = $2 AND id = $3 AND state = 'open';

-- name: mandate_forms_ended   ($1 merchant, $2 mode, $3 before_us, $4 most)   rows: many
SELECT id, consumer FROM mandate_form
WHERE merchant = $1 AND mode = $2 AND ended_us < $3 ORDER BY ended_us LIMIT $4;

-- name: mandate_form_delete   ($1 merchant, $2 mode, $3 id)   rows: exactly 1
DELETE FROM mandate_form WHERE merchant = $1 AND mode = $2 AND id = $3;
