-- --- whose payments are listed ---

-- name: listing_owner_state   ($1 merchant, $2 mode)   rows: at most 1, whole table
SELECT 1 + built FROM listing_owner WHERE merchant = $1 AND mode = $2;

-- name: listing_owner_find   ($1 merchant, $2 mode)   rows: at most 1, whole table
SELECT upto, filled, reserved, last FROM listing_owner WHERE merchant = $1 AND mode = $2;

-- name: listing_owner_insert   ($1 merchant, $2 mode, $3 reserved)   rows: exactly 1
INSERT INTO listing_owner (merchant, mode, built, upto, filled, reserved, last)
VALUES ($1, $2, 0, '', 0, $3, $3);

-- name: listing_owner_count   ($1 merchant, $2 mode, $3 last)   rows: exactly 1, whole table
UPDATE listing_owner SET last = $3 WHERE merchant = $1 AND mode = $2;

-- name: listing_owner_fill   ($1 merchant, $2 mode, $3 filled)   rows: exactly 1, whole table
UPDATE listing_owner SET filled = $3 WHERE merchant = $1 AND mode = $2;

-- name: listing_owner_build   ($1 merchant, $2 mode, $3 built, $4 upto)   rows: exactly 1, whole table
UPDATE listing_owner SET built = $3, upto = $4 WHERE merchant = $1 AND mode = $2;

-- What is to be listed, by the ids of all three.
-- name: listing_objects   ($1 merchant, $2 mode, $3 after, $4 most)   rows: many
WITH r AS (SELECT 'request' AS kind, id FROM request
        WHERE merchant = $1 AND mode = $2 AND id > $3 ORDER BY id LIMIT $4),
    p AS (SELECT 'payment' AS kind, id FROM payment
        WHERE merchant = $1 AND mode = $2 AND id > $3 ORDER BY id LIMIT $4),
    f AS (SELECT 'refund' AS kind, id FROM refund
        WHERE merchant = $1 AND mode = $2 AND id > $3 ORDER BY id LIMIT $4)
SELECT kind, id FROM r UNION ALL SELECT kind, id FROM p UNION ALL SELECT kind, id FROM f
ORDER BY id LIMIT $4;

-- --- lines ---

-- columns: listing_row (number, object, kind, facet, amount_minor, fees_minor, refunded_minor,
--     name, email, return_url, link_object, valid_until_us, created_us)

-- name: listing_insert   ($1 merchant, $2 mode, $3 object, $4 facet, $5 amount_minor, $6 fees_minor, $7 refunded_minor, $8 name, $9 payer, $10 email, $11 email_folded, $12 return_url, $13 valid_until_us, $14 kind, $15 link_object, $16 created_us, $17 number)   rows: exactly 1
INSERT INTO listing (merchant, mode, number, object, kind, facet, amount_minor, fees_minor,
    refunded_minor, name, payer, email, email_folded, return_url, link_object, valid_until_us,
    created_us)
VALUES ($1, $2, $17, $3, $14, $4, $5, $6, $7, $8, $9, $10, $11, $12, $15, $13, $16);

-- The values are the first ones of the insert (listing.c).
-- name: listing_update   ($1 merchant, $2 mode, $3 object, $4 facet, $5 amount_minor, $6 fees_minor, $7 refunded_minor, $8 name, $9 payer, $10 email, $11 email_folded, $12 return_url, $13 valid_until_us)   rows: exactly 1
UPDATE listing SET facet = $4, amount_minor = $5, fees_minor = $6, refunded_minor = $7, name = $8,
    payer = $9, email = $10, email_folded = $11, return_url = $12, valid_until_us = $13
WHERE merchant = $1 AND mode = $2 AND object = $3;

-- name: listing_delete   ($1 merchant, $2 mode, $3 object)   rows: exactly 1
DELETE FROM listing WHERE merchant = $1 AND mode = $2 AND object = $3;

-- name: listing_of_object   ($1 merchant, $2 mode, $3 object)   rows: at most 1
SELECT {listing_row}, payer FROM listing WHERE merchant = $1 AND mode = $2 AND object = $3;

-- name: listing_of_number   ($1 merchant, $2 mode, $3 number)   rows: at most 1
SELECT {listing_row}, payer FROM listing WHERE merchant = $1 AND mode = $2 AND number = $3;

-- --- how many there are ---

-- name: listing_count_add   ($1 merchant, $2 mode, $3 span, $4 facet, $5 count)   rows: exactly 1
INSERT INTO listing_count (merchant, mode, span, facet, count) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (merchant, mode, span, facet)
DO UPDATE SET count = listing_count.count + excluded.count;

-- name: listing_amount_add   ($1 merchant, $2 mode, $3 bucket, $4 facet, $5 count)   rows: exactly 1
INSERT INTO listing_amount (merchant, mode, bucket, facet, count) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (merchant, mode, bucket, facet)
DO UPDATE SET count = listing_amount.count + excluded.count;

-- Facets are those whose bits under the mask are these.
-- name: listing_facets   ($1 merchant, $2 mode, $3 mask, $4 bits)   rows: many
SELECT facet, count FROM listing_count
WHERE merchant = $1 AND mode = $2 AND span = 0 AND (facet & $3) = $4 AND count > 0 ORDER BY facet;

-- name: listing_count_spans   ($1 merchant, $2 mode, $3 from_day, $4 until_day, $5 from_month, $6 until_month, $7 rest_from, $8 rest_until, $9 mask, $10 bits)   rows: exactly 1
SELECT COALESCE((SELECT SUM(count) FROM listing_count WHERE merchant = $1 AND mode = $2
        AND span BETWEEN $3 AND $4 AND (facet & $9) = $10), 0)
    + COALESCE((SELECT SUM(count) FROM listing_count WHERE merchant = $1 AND mode = $2
        AND span BETWEEN $5 AND $6 AND (facet & $9) = $10), 0)
    + COALESCE((SELECT SUM(count) FROM listing_count WHERE merchant = $1 AND mode = $2
        AND span BETWEEN $7 AND $8 AND (facet & $9) = $10), 0);

-- Whole buckets, and what lies at either end of them.
-- name: listing_count_amounts   ($1 merchant, $2 mode, $3 from_bucket, $4 until_bucket, $5 from_minor, $6 until_minor, $7 rest_from, $8 rest_until, $9 mask, $10 bits)   rows: exactly 1
SELECT COALESCE((SELECT SUM(count) FROM listing_amount WHERE merchant = $1 AND mode = $2
        AND bucket BETWEEN $3 AND $4 AND (facet & $9) = $10), 0)
    + (SELECT COUNT(*) FROM listing WHERE merchant = $1 AND mode = $2
        AND amount_minor BETWEEN $5 AND $6 AND (facet & $9) = $10)
    + (SELECT COUNT(*) FROM listing WHERE merchant = $1 AND mode = $2
        AND amount_minor BETWEEN $7 AND $8 AND (facet & $9) = $10);

-- name: listing_count_walk   ($1 merchant, $2 mode, $3 facet, $4 from_us, $5 until_us, $6 min_minor, $7 max_minor)   rows: exactly 1
SELECT COUNT(*) FROM listing
WHERE merchant = $1 AND mode = $2 AND facet = $3 AND created_us BETWEEN $4 AND $5
    AND amount_minor BETWEEN $6 AND $7;

-- --- pages, newest first ---

-- One facet, on from a line.
-- name: listing_walk   ($1 merchant, $2 mode, $3 facet, $4 from_us, $5 until_us, $6 before, $7 min_minor, $8 max_minor, $9 limit)   rows: many
SELECT created_us, number FROM listing
WHERE merchant = $1 AND mode = $2 AND facet = $3 AND created_us BETWEEN $4 AND $5
    AND (created_us < $5 OR number < $6) AND amount_minor BETWEEN $7 AND $8
ORDER BY created_us DESC, number DESC LIMIT $9;

-- name: listing_page_amount   ($1 merchant, $2 mode, $3 mask, $4 bits, $5 from_us, $6 until_us, $7 min_minor, $8 max_minor, $9 limit, $10 start)   rows: many
SELECT created_us, number FROM listing
WHERE merchant = $1 AND mode = $2 AND amount_minor BETWEEN $7 AND $8
    AND (facet & $3) = $4 AND created_us BETWEEN $5 AND $6
ORDER BY created_us DESC, number DESC LIMIT $9 OFFSET $10;

-- name: listing_page_email   ($1 merchant, $2 mode, $3 mask, $4 bits, $5 from_us, $6 until_us, $7 min_minor, $8 max_minor, $9 limit, $10 start, $11 email, $12 gram, $13 part)   rows: many
SELECT created_us, number FROM listing l
WHERE merchant = $1 AND mode = $2 AND email_folded = $11 AND created_us BETWEEN $5 AND $6
    AND (facet & $3) = $4 AND amount_minor BETWEEN $7 AND $8
    AND (CAST($12 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM listing_gram g
        WHERE g.merchant = $1 AND g.mode = $2 AND g.gram = $12 AND g.payer = l.payer
            AND replace(g.folded, $13, '') <> g.folded))
ORDER BY created_us DESC, number DESC LIMIT $9 OFFSET $10;

-- name: listing_count_email   ($1 merchant, $2 mode, $3 mask, $4 bits, $5 from_us, $6 until_us, $7 min_minor, $8 max_minor, $9 email, $10 gram, $11 part)   rows: exactly 1
SELECT COUNT(*) FROM listing l
WHERE merchant = $1 AND mode = $2 AND email_folded = $9 AND created_us BETWEEN $5 AND $6
    AND (facet & $3) = $4 AND amount_minor BETWEEN $7 AND $8
    AND (CAST($10 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM listing_gram g
        WHERE g.merchant = $1 AND g.mode = $2 AND g.gram = $10 AND g.payer = l.payer
            AND replace(g.folded, $11, '') <> g.folded));

-- The lines of all names that fit, in any order: CROSS JOIN keeps the order in which the tables are looked at.
-- name: listing_named   ($1 merchant, $2 mode, $3 mask, $4 bits, $5 from_us, $6 until_us, $7 min_minor, $8 max_minor, $9 gram, $10 part)   rows: many
SELECT l.created_us, l.number
FROM listing_gram g CROSS JOIN listing l
WHERE g.merchant = $1 AND g.mode = $2 AND g.gram = $9
    AND replace(g.folded, $10, '') <> g.folded
    AND l.merchant = $1 AND l.mode = $2 AND l.payer = g.payer AND l.created_us BETWEEN $5 AND $6
    AND (l.facet & $3) = $4 AND l.amount_minor BETWEEN $7 AND $8;

-- --- names ---

-- name: listing_payer_find   ($1 merchant, $2 mode, $3 folded)   rows: at most 1
SELECT payer FROM listing_payer WHERE merchant = $1 AND mode = $2 AND folded = $3;

-- name: listing_payer_last   ($1 merchant, $2 mode, $3 below)   rows: at most 1
SELECT payer FROM listing_payer
WHERE merchant = $1 AND mode = $2 AND payer < $3 ORDER BY payer DESC LIMIT 1;

-- name: listing_payer_insert   ($1 merchant, $2 mode, $3 payer, $4 folded)   rows: exactly 1
INSERT INTO listing_payer (merchant, mode, payer, folded, count) VALUES ($1, $2, $3, $4, 1);

-- name: listing_payer_more   ($1 merchant, $2 mode, $3 payer)   rows: exactly 1
UPDATE listing_payer SET count = count + 1 WHERE merchant = $1 AND mode = $2 AND payer = $3;

-- name: listing_payer_less   ($1 merchant, $2 mode, $3 payer)   rows: at most 1
UPDATE listing_payer SET count = count - 1
WHERE merchant = $1 AND mode = $2 AND payer = $3 AND count > 1;

-- name: listing_payer_text   ($1 merchant, $2 mode, $3 payer)   rows: at most 1
SELECT folded FROM listing_payer WHERE merchant = $1 AND mode = $2 AND payer = $3;

-- name: listing_payer_delete   ($1 merchant, $2 mode, $3 payer)   rows: exactly 1
DELETE FROM listing_payer WHERE merchant = $1 AND mode = $2 AND payer = $3;

-- name: listing_gram_insert   ($1 merchant, $2 mode, $3 gram, $4 payer, $5 folded)   rows: exactly 1
INSERT INTO listing_gram (merchant, mode, gram, payer, folded) VALUES ($1, $2, $3, $4, $5);

-- name: listing_gram_delete   ($1 merchant, $2 mode, $3 gram, $4 payer)   rows: exactly 1
DELETE FROM listing_gram WHERE merchant = $1 AND mode = $2 AND gram = $3 AND payer = $4;

-- name: listing_gram_add   ($1 merchant, $2 mode, $3 gram, $4 count)   rows: exactly 1
INSERT INTO listing_gram_count (merchant, mode, gram, count) VALUES ($1, $2, $3, $4)
ON CONFLICT (merchant, mode, gram) DO UPDATE SET count = listing_gram_count.count + excluded.count;

-- name: listing_gram_find   ($1 merchant, $2 mode, $3 gram)   rows: at most 1
SELECT count FROM listing_gram_count WHERE merchant = $1 AND mode = $2 AND gram = $3;
