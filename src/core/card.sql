-- name: card_insert   ($1 merchant, $2 mode, $3 id, $4 customer, $5 brand, $6 country, $7 funding, $8 nature, $9 network, $10 preferred_network, $11 last4, $12 exp_month, $13 exp_year, $14 name, $15 zip_code, $16 external_id, $17 reusable, $18 fingerprint, $19 key_id, $20 pan_sealed, $21 created_us, $22 used, $23 findable)   rows: exactly 1, gathered
INSERT INTO card (merchant, mode, id, customer, brand, country, funding, nature, network,
    preferred_network, last4, exp_month, exp_year, name, zip_code, external_id, reusable,
    fingerprint, key_id, pan_sealed, created_us, used, findable)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
    $21, $22, $23);

-- name: card_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT id, customer, brand, country, funding, nature, network, preferred_network, last4, exp_month,
    exp_year, name, zip_code, external_id, reusable, used, key_id, pan_sealed, created_us, deleted_us,
    fingerprint, network_txn, network_txn_payer
FROM card WHERE merchant = $1 AND mode = $2 AND id = $3;

-- Up to this card the index of numbers reaches; the whole key is given.
-- name: card_number_index_read   ($1 merchant, $2 mode)   rows: at most 1, whole table
SELECT until_card FROM card_number_index WHERE merchant = $1 AND mode = $2;

-- name: card_number_index_set   ($1 merchant, $2 mode, $3 until_card)   rows: exactly 1
INSERT INTO card_number_index (merchant, mode, until_card) VALUES ($1, $2, $3)
ON CONFLICT (merchant, mode) DO UPDATE SET until_card = excluded.until_card;

-- The card that comes $4 places after the next one.
-- name: card_further   ($1 merchant, $2 mode, $3 after_id, $4 places)   rows: at most 1
SELECT id FROM card WHERE merchant = $1 AND mode = $2 AND id > $3 ORDER BY id LIMIT 1 OFFSET $4;

-- name: card_make_findable   ($1 merchant, $2 mode, $3 after_id, $4 last_id)   rows: any
UPDATE card SET findable = 1
WHERE merchant = $1 AND mode = $2 AND id > $3 AND id <= $4 AND findable = 0;

-- A twin among the cards that are not in the index yet.
-- name: card_find_young_twin   ($1 merchant, $2 mode, $3 fingerprint, $4 exp_month, $5 exp_year, $6 after_id)   rows: at most 1
SELECT id, customer, brand, country, funding, nature, network, preferred_network, last4, exp_month,
    exp_year, name, zip_code, external_id, reusable, used, key_id, pan_sealed, created_us, deleted_us,
    fingerprint, network_txn, network_txn_payer
FROM card
WHERE merchant = $1 AND mode = $2 AND id > $6 AND fingerprint = $3 AND exp_month = $4
    AND exp_year = $5 AND deleted_us IS NULL AND pan_sealed IS NOT NULL
ORDER BY id LIMIT 1;

-- name: card_find_twin   ($1 merchant, $2 mode, $3 fingerprint, $4 exp_month, $5 exp_year)   rows: at most 1
SELECT id, customer, brand, country, funding, nature, network, preferred_network, last4, exp_month,
    exp_year, name, zip_code, external_id, reusable, used, key_id, pan_sealed, created_us, deleted_us,
    fingerprint, network_txn, network_txn_payer
FROM card
WHERE merchant = $1 AND mode = $2 AND findable = 1 AND fingerprint = $3 AND exp_month = $4
    AND exp_year = $5 AND deleted_us IS NULL AND pan_sealed IS NOT NULL
ORDER BY id LIMIT 1;

-- name: card_find_external   ($1 merchant, $2 mode, $3 external_id)   rows: at most 1
SELECT id, customer, brand, country, funding, nature, network, preferred_network, last4, exp_month,
    exp_year, name, zip_code, external_id, reusable, used, key_id, pan_sealed, created_us, deleted_us,
    fingerprint, network_txn, network_txn_payer
FROM card
WHERE merchant = $1 AND mode = $2 AND external_id = $3 AND deleted_us IS NULL
ORDER BY id LIMIT 1;

-- name: card_update   ($1 merchant, $2 mode, $3 id, $4 exp_month, $5 exp_year, $6 name, $7 zip_code, $8 external_id, $9 preferred_network)   rows: exactly 1
UPDATE card SET exp_month = $4, exp_year = $5, name = $6, zip_code = $7, external_id = $8,
    preferred_network = $9
WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: card_take   ($1 merchant, $2 mode, $3 id)   rows: exactly 1
UPDATE card SET used = 1
WHERE merchant = $1 AND mode = $2 AND id = $3 AND used = 0;

-- name: card_first_approval   ($1 merchant, $2 mode, $3 card)   rows: at most 1
SELECT a.network_txn, a.eci FROM payment p
JOIN card_attempt a ON a.merchant = p.merchant AND a.mode = p.mode AND a.id = p.attempt
WHERE p.merchant = $1 AND p.mode = $2 AND p.card = $3 AND a.state = 'approved'
    AND a.network_txn IS NOT NULL
ORDER BY p.id LIMIT 1;

-- What later authorisations of the card without its payer quote: the first approval with the payer, until then the
-- first one at all.
-- name: card_first_txn   ($1 merchant, $2 mode, $3 id, $4 network_txn, $5 network_txn_payer)   rows: any
UPDATE card SET network_txn = $4, network_txn_payer = $5
WHERE merchant = $1 AND mode = $2 AND id = $3
    AND (network_txn IS NULL OR network_txn_payer < $5);

-- name: card_erase   ($1 merchant, $2 mode, $3 id)   rows: exactly 1
UPDATE card SET used = 1, pan_sealed = NULL, key_id = NULL, fingerprint = NULL
WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: card_delete   ($1 merchant, $2 mode, $3 id, $4 deleted_us)   rows: exactly 1
UPDATE card SET deleted_us = $4, pan_sealed = NULL, key_id = NULL, fingerprint = NULL
WHERE merchant = $1 AND mode = $2 AND id = $3 AND deleted_us IS NULL;

-- Numbers of cards that nobody has used for long, and of cards that expired long ago. Months are counted from year 0.
-- name: card_portion   ($1 merchant, $2 mode, $3 behind, $4 places)   rows: at most 1
SELECT id FROM card WHERE merchant = $1 AND mode = $2 AND id > $3 ORDER BY id LIMIT 1 OFFSET $4;

-- name: card_forget   ($1 merchant, $2 mode, $3 behind, $4 last, $5 expired_before, $6 unused_since_us)   rows: any
UPDATE card SET pan_sealed = NULL, key_id = NULL, fingerprint = NULL
WHERE merchant = $1 AND mode = $2 AND id > $3 AND id <= $4 AND pan_sealed IS NOT NULL
    AND (exp_year * 12 + exp_month < $5
        OR (created_us < $6 AND NOT EXISTS (SELECT 1 FROM payment p
            WHERE p.merchant = $1 AND p.mode = $2 AND p.card = card.id AND p.created_us >= $6)));

-- name: card_count_times   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us)   rows: exactly 1
SELECT COUNT(*) FROM card
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND deleted_us IS NULL
    AND created_us BETWEEN $5 AND $6;

-- name: card_list_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 limit, $8 start)   rows: many
SELECT id, customer, brand, country, funding, nature, network, preferred_network, last4, exp_month,
    exp_year, name, zip_code, external_id, reusable, used, key_id, pan_sealed, created_us, deleted_us,
    fingerprint, network_txn, network_txn_payer
FROM card
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND deleted_us IS NULL
    AND created_us BETWEEN $5 AND $6
ORDER BY id ASC LIMIT $7 OFFSET $8;

-- name: card_list_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 limit, $8 start)   rows: many
SELECT id, customer, brand, country, funding, nature, network, preferred_network, last4, exp_month,
    exp_year, name, zip_code, external_id, reusable, used, key_id, pan_sealed, created_us, deleted_us,
    fingerprint, network_txn, network_txn_payer
FROM card
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND deleted_us IS NULL
    AND created_us BETWEEN $5 AND $6
ORDER BY id DESC LIMIT $7 OFFSET $8;

-- name: card_list_by_customer_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 customer, $8 limit, $9 start)   rows: many
SELECT id, customer, brand, country, funding, nature, network, preferred_network, last4, exp_month,
    exp_year, name, zip_code, external_id, reusable, used, key_id, pan_sealed, created_us, deleted_us,
    fingerprint, network_txn, network_txn_payer
FROM card
WHERE merchant = $1 AND mode = $2 AND customer = $7 AND id >= $3 AND id < $4 AND deleted_us IS NULL
    AND created_us BETWEEN $5 AND $6
ORDER BY id ASC LIMIT $8 OFFSET $9;

-- name: card_list_by_customer_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 customer, $8 limit, $9 start)   rows: many
SELECT id, customer, brand, country, funding, nature, network, preferred_network, last4, exp_month,
    exp_year, name, zip_code, external_id, reusable, used, key_id, pan_sealed, created_us, deleted_us,
    fingerprint, network_txn, network_txn_payer
FROM card
WHERE merchant = $1 AND mode = $2 AND customer = $7 AND id >= $3 AND id < $4 AND deleted_us IS NULL
    AND created_us BETWEEN $5 AND $6
ORDER BY id DESC LIMIT $8 OFFSET $9;

-- name: card_count_by_customer   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 customer)   rows: exactly 1
SELECT COUNT(*) FROM card
WHERE merchant = $1 AND mode = $2 AND customer = $7 AND id >= $3 AND id < $4 AND deleted_us IS NULL
    AND created_us BETWEEN $5 AND $6;
