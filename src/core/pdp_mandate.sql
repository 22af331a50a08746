-- columns: pdp_mandate_row (id, state, starts_on, ends_on, siren, name, suffix, siret, routing_identifier,
--     routing_scheme, routing_label, nature, legal_commitment, postal, registration, cause, created_us,
--     updated_us, registered_us)

-- name: pdp_mandate_insert   ($1 merchant, $2 mode, $3 id, $4 state, $5 starts_on, $6 ends_on, $7 address, $8 siren, $9 name, $10 suffix, $11 siret, $12 routing_identifier, $13 routing_scheme, $14 routing_label, $15 nature, $16 legal_commitment, $17 postal, $18 registration, $19 created_us)   rows: exactly 1
INSERT INTO pdp_mandate (merchant, mode, id, state, starts_on, ends_on, address, siren, name, suffix,
    siret, routing_identifier, routing_scheme, routing_label, nature, legal_commitment, postal,
    registration, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19);

-- name: pdp_mandate_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT {pdp_mandate_row} FROM pdp_mandate WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: pdp_mandate_list   ($1 merchant, $2 mode, $3 after, $4 state, $5 limit)   rows: many
SELECT {pdp_mandate_row} FROM pdp_mandate
WHERE merchant = $1 AND mode = $2 AND id > $3 AND state <> 'revoked' AND (CAST($4 AS TEXT) IS NULL OR state = $4)
ORDER BY id LIMIT $5;

-- The one that has a line.
-- name: pdp_mandate_of_address   ($1 merchant, $2 mode, $3 address)   rows: at most 1
SELECT id FROM pdp_mandate
WHERE merchant = $1 AND mode = $2 AND address = $3
    AND (state = 'processing' OR state = 'created' OR state = 'pending_kyc' OR state = 'active');

-- A client has a handful of them, and is deleted once.
-- name: pdp_mandate_any_living   ($1 merchant, $2 mode)   rows: exactly 1, whole table
SELECT EXISTS (SELECT 1 FROM pdp_mandate WHERE merchant = $1 AND mode = $2
    AND (state = 'processing' OR state = 'created' OR state = 'pending_kyc' OR state = 'active'));

-- Those that are living, and a client is enrolled once.
-- name: pdp_mandates_waiting   ($1 merchant, $2 mode)   rows: many, whole table
SELECT id FROM pdp_mandate WHERE merchant = $1 AND mode = $2 AND state = 'pending_kyc'
    AND (state = 'processing' OR state = 'created' OR state = 'pending_kyc' OR state = 'active')
ORDER BY address;

-- name: pdp_mandate_state   ($1 merchant, $2 mode, $3 id, $4 state, $5 registration, $6 cause, $7 updated_us, $8 registered_us, $9 from)   rows: exactly 1
UPDATE pdp_mandate SET state = $4, registration = $5, cause = $6, updated_us = $7,
    registered_us = COALESCE(registered_us, $8)
WHERE merchant = $1 AND mode = $2 AND id = $3 AND state = $9;

-- Lines of a company that were registered once: they stay in the directory.
-- name: pdp_mandate_lines   ($1 merchant, $2 mode, $3 siren)   rows: many
SELECT {pdp_mandate_row} FROM pdp_mandate
WHERE merchant = $1 AND mode = $2 AND siren = $3 AND registered_us IS NOT NULL
ORDER BY address, id DESC;

-- name: pdp_mandate_owner_insert   ($1 mode, $2 mandate, $3 merchant)   rows: exactly 1
INSERT INTO pdp_mandate_owner (mode, mandate, merchant) VALUES ($1, $2, $3);

-- name: pdp_mandate_owner_find   ($1 mode, $2 mandate, $3 sponsor)   rows: at most 1
SELECT o.merchant FROM pdp_mandate_owner o JOIN merchant m ON m.id = o.merchant AND m.sponsor = $3
WHERE o.mode = $1 AND o.mandate = $2;
