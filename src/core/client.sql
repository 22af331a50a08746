-- columns: client_row (c.merchant, c.sponsor, c.organization_name, c.contact_email, c.external_ref,
--     c.description, c.status, c.created_us, c.updated_us)

-- name: client_insert   ($1 sponsor, $2 mode, $3 merchant, $4 external_ref, $5 organization_name, $6 contact_email, $7 description, $8 status, $9 created_us)   rows: exactly 1
INSERT INTO client (sponsor, mode, merchant, external_ref, organization_name, contact_email,
    description, status, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: client_find   ($1 sponsor, $2 mode, $3 merchant)   rows: at most 1
SELECT {client_row} FROM client c WHERE c.sponsor = $1 AND c.mode = $2 AND c.merchant = $3;

-- name: client_find_reference   ($1 sponsor, $2 mode, $3 external_ref)   rows: at most 1
SELECT {client_row} FROM client c WHERE c.sponsor = $1 AND c.mode = $2 AND c.external_ref = $3;

-- name: client_find_merchant   ($1 mode, $2 merchant)   rows: at most 1
SELECT {client_row}
FROM merchant m JOIN client c ON c.sponsor = m.sponsor AND c.mode = $1 AND c.merchant = m.id
WHERE m.id = $2;

-- name: client_page   ($1 sponsor, $2 mode, $3 after, $4 rows)   rows: many
SELECT {client_row} FROM client c
WHERE c.sponsor = $1 AND c.mode = $2 AND c.merchant > $3 ORDER BY c.merchant LIMIT $4;

-- name: client_update   ($1 sponsor, $2 mode, $3 merchant, $4 external_ref, $5 organization_name, $6 contact_email, $7 status, $8 updated_us)   rows: exactly 1
UPDATE client SET external_ref = $4, organization_name = $5, contact_email = $6, status = $7,
    updated_us = $8
WHERE sponsor = $1 AND mode = $2 AND merchant = $3;

-- name: client_delete   ($1 sponsor, $2 mode, $3 merchant)   rows: exactly 1
DELETE FROM client WHERE sponsor = $1 AND mode = $2 AND merchant = $3;

-- Rare, and over at the first one.
-- name: client_mandate   ($1 merchant, $2 mode)   rows: at most 1, whole table
SELECT 1 FROM mandate
WHERE merchant = $1 AND mode = $2 AND state NOT IN ('revoked', 'expired', 'closed') LIMIT 1;

-- A client is a merchant of its sponsor: else one sponsor would act for another one's merchant.
-- name: verify_clients   ($1 limit)   rows: many, whole table
SELECT c.merchant, c.mode, c.merchant FROM client c
WHERE NOT EXISTS (SELECT 1 FROM merchant m WHERE m.id = c.merchant AND m.sponsor = c.sponsor)
LIMIT $1;
