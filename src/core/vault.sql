-- name: data_key_insert   ($1 id, $2 purpose, $3 kek, $4 wrapped, $5 created_us)   rows: exactly 1
INSERT INTO data_key (id, purpose, kek, wrapped, state, created_us)
VALUES ($1, $2, $3, $4, 'active', $5);

-- Data keys are as many as rotations.
-- name: data_key_list   rows: many, whole table
SELECT id, purpose, kek, wrapped, state, created_us FROM data_key ORDER BY id;

-- name: data_key_last   rows: exactly 1
SELECT COALESCE(MAX(id), 0) FROM data_key;

-- name: data_key_demote   ($1 id, $2 purpose)   rows: any, whole table
UPDATE data_key SET state = 'decrypt_only'
WHERE purpose = $2 AND state = 'active' AND id <> $1;

-- name: data_key_retire   ($1 id)   rows: any
UPDATE data_key SET state = 'retired' WHERE id = $1 AND state = 'decrypt_only';

-- name: data_key_wrap   ($1 id, $2 kek, $3 wrapped)   rows: exactly 1
UPDATE data_key SET kek = $2, wrapped = $3 WHERE id = $1;

-- A walk in the order of the key, some hundred rows at a time: rotation reads everything once.
-- name: vault_cards   ($1 merchant, $2 mode, $3 id, $4 key_id, $5 rows)   rows: many
SELECT merchant, mode, id, pan_sealed FROM card
WHERE (merchant, mode, id) > ($1, $2, $3) AND pan_sealed IS NOT NULL AND key_id <> $4
ORDER BY merchant, mode, id LIMIT $5;

-- A card that was erased or sealed again in the meantime is left alone.
-- name: vault_card_move   ($1 merchant, $2 mode, $3 id, $4 old, $5 sealed, $6 key_id)   rows: at most 1
UPDATE card SET pan_sealed = $5, key_id = $6
WHERE merchant = $1 AND mode = $2 AND id = $3 AND pan_sealed = $4;

-- name: vault_secrets   ($1 merchant, $2 mode, $3 face, $4 key_prefix, $5 rows)   rows: many
SELECT merchant, mode, face, sealed FROM signing_secret
WHERE (merchant, mode, face) > ($1, $2, $3) AND substr(sealed, 1, 4) <> $4
ORDER BY merchant, mode, face LIMIT $5;

-- name: vault_secret_move   ($1 merchant, $2 mode, $3 face, $4 old, $5 sealed)   rows: at most 1
UPDATE signing_secret SET sealed = $5
WHERE merchant = $1 AND mode = $2 AND face = $3 AND sealed = $4;

-- name: vault_answers   ($1 merchant, $2 mode, $3 key, $4 key_prefix, $5 rows)   rows: many
SELECT merchant, mode, key, answer_sealed FROM idempotency
WHERE (merchant, mode, key) > ($1, $2, $3) AND answer_sealed IS NOT NULL
    AND substr(answer_sealed, 1, 4) <> $4
ORDER BY merchant, mode, key LIMIT $5;

-- name: vault_answer_move   ($1 merchant, $2 mode, $3 key, $4 old, $5 sealed)   rows: at most 1
UPDATE idempotency SET answer_sealed = $5
WHERE merchant = $1 AND mode = $2 AND key = $3 AND answer_sealed = $4;

-- name: vault_accounts   ($1 merchant, $2 mode, $3 id, $4 key_id, $5 rows)   rows: many
SELECT merchant, mode, id, iban_sealed FROM bank_account
WHERE (merchant, mode, id) > ($1, $2, $3) AND iban_sealed IS NOT NULL AND key_id <> $4
ORDER BY merchant, mode, id LIMIT $5;

-- name: vault_account_move   ($1 merchant, $2 mode, $3 id, $4 old, $5 sealed, $6 key_id)   rows: at most 1
UPDATE bank_account SET iban_sealed = $5, key_id = $6
WHERE merchant = $1 AND mode = $2 AND id = $3 AND iban_sealed = $4;

-- name: vault_documents   ($1 merchant, $2 mode, $3 id, $4 key_prefix, $5 rows)   rows: many
SELECT merchant, mode, id, sealed FROM document
WHERE (merchant, mode, id) > ($1, $2, $3) AND substr(sealed, 1, 4) <> $4
ORDER BY merchant, mode, id LIMIT $5;

-- name: vault_document_move   ($1 merchant, $2 mode, $3 id, $4 old, $5 sealed)   rows: at most 1
UPDATE document SET sealed = $5
WHERE merchant = $1 AND mode = $2 AND id = $3 AND sealed = $4;

-- name: vault_webhooks   ($1 merchant, $2 mode, $3 id, $4 key_prefix, $5 rows)   rows: many
SELECT merchant, mode, id, sealed FROM webhook
WHERE (merchant, mode, id) > ($1, $2, $3) AND substr(sealed, 1, 4) <> $4
ORDER BY merchant, mode, id LIMIT $5;

-- name: vault_webhook_move   ($1 merchant, $2 mode, $3 id, $4 old, $5 sealed)   rows: at most 1
UPDATE webhook SET sealed = $5
WHERE merchant = $1 AND mode = $2 AND id = $3 AND sealed = $4;

-- A sponsor stands where a merchant does.
-- name: vault_sponsor_webhooks   ($1 sponsor, $2 mode, $3 id, $4 key_prefix, $5 rows)   rows: many
SELECT sponsor, mode, id, sealed FROM sponsor_webhook
WHERE (sponsor, mode, id) > ($1, $2, $3) AND substr(sealed, 1, 4) <> $4
ORDER BY sponsor, mode LIMIT $5;

-- name: vault_sponsor_webhook_move   ($1 sponsor, $2 mode, $3 id, $4 old, $5 sealed)   rows: at most 1
UPDATE sponsor_webhook SET sealed = $5
WHERE sponsor = $1 AND mode = $2 AND id = $3 AND sealed = $4;

-- name: vault_forms   ($1 merchant, $2 mode, $3 id, $4 key_prefix, $5 rows)   rows: many
SELECT merchant, mode, id, iban_sealed FROM mandate_form
WHERE (merchant, mode, id) > ($1, $2, $3) AND iban_sealed IS NOT NULL
    AND substr(iban_sealed, 1, 4) <> $4
ORDER BY merchant, mode, id LIMIT $5;

-- name: vault_form_move   ($1 merchant, $2 mode, $3 id, $4 old, $5 sealed)   rows: at most 1
UPDATE mandate_form SET iban_sealed = $5
WHERE merchant = $1 AND mode = $2 AND id = $3 AND iban_sealed = $4;

-- name: vault_parts   ($1 merchant, $2 mode, $3 part, $4 key_prefix, $5 rows)   rows: many
SELECT merchant, mode, part, sealed FROM enrolment_part
WHERE (merchant, mode, part) > ($1, $2, $3) AND substr(sealed, 1, 4) <> $4
ORDER BY merchant, mode, part LIMIT $5;

-- name: vault_part_move   ($1 merchant, $2 mode, $3 part, $4 old, $5 sealed)   rows: at most 1
UPDATE enrolment_part SET sealed = $5
WHERE merchant = $1 AND mode = $2 AND part = $3 AND sealed = $4;

-- name: vault_requests   ($1 merchant, $2 mode, $3 id, $4 key_prefix, $5 rows)   rows: many
SELECT merchant, mode, id, link_sealed FROM request
WHERE (merchant, mode, id) > ($1, $2, $3) AND link_sealed IS NOT NULL
    AND substr(link_sealed, 1, 4) <> $4
ORDER BY merchant, mode, id LIMIT $5;

-- name: vault_request_move   ($1 merchant, $2 mode, $3 id, $4 old, $5 sealed)   rows: at most 1
UPDATE request SET link_sealed = $5
WHERE merchant = $1 AND mode = $2 AND id = $3 AND link_sealed = $4;

-- name: vault_payees   ($1 merchant, $2 mode, $3 id, $4 key_prefix, $5 rows)   rows: many
SELECT merchant, mode, id, iban_sealed FROM beneficiary
WHERE (merchant, mode, id) > ($1, $2, $3) AND substr(iban_sealed, 1, 4) <> $4
ORDER BY merchant, mode, id LIMIT $5;

-- name: vault_payee_move   ($1 merchant, $2 mode, $3 id, $4 old, $5 sealed)   rows: at most 1
UPDATE beneficiary SET iban_sealed = $5
WHERE merchant = $1 AND mode = $2 AND id = $3 AND iban_sealed = $4;

-- The same for fingerprints, which are made anew from the number.
-- name: vault_card_prints   ($1 merchant, $2 mode, $3 id, $4 rows)   rows: many
SELECT merchant, mode, id, pan_sealed, fingerprint FROM card
WHERE (merchant, mode, id) > ($1, $2, $3) AND pan_sealed IS NOT NULL
    AND fingerprint IS NOT NULL
ORDER BY merchant, mode, id LIMIT $4;

-- name: vault_card_print   ($1 merchant, $2 mode, $3 id, $4 old, $5 fresh)   rows: at most 1
UPDATE card SET fingerprint = $5
WHERE merchant = $1 AND mode = $2 AND id = $3 AND fingerprint = $4;

-- name: vault_account_prints   ($1 merchant, $2 mode, $3 id, $4 rows)   rows: many
SELECT merchant, mode, id, iban_sealed, fingerprint FROM bank_account
WHERE (merchant, mode, id) > ($1, $2, $3) AND iban_sealed IS NOT NULL AND fingerprint IS NOT NULL
ORDER BY merchant, mode, id LIMIT $4;

-- name: vault_account_print   ($1 merchant, $2 mode, $3 id, $4 old, $5 fresh)   rows: at most 1
UPDATE bank_account SET fingerprint = $5
WHERE merchant = $1 AND mode = $2 AND id = $3 AND fingerprint = $4;

-- Attempts that hold a number under a former key: their cards may have lost it, so they cannot be made anew, but
-- they end with their reversal.
-- name: vault_prints_waiting   ($1 before_id)   rows: exactly 1, whole table
SELECT COUNT(*) FROM card_unreversed WHERE attempt < $1;

-- name: vault_prints_count   ()   rows: exactly 1, whole table
SELECT (SELECT COUNT(*) FROM card WHERE fingerprint IS NOT NULL)
    + (SELECT COUNT(*) FROM bank_account WHERE fingerprint IS NOT NULL);

-- For the operator only: counting reads every sealed row.
-- name: vault_count   ($1 key_id, $2 key_prefix)   rows: exactly 1, whole table
SELECT (SELECT COUNT(*) FROM card WHERE key_id = $1 AND pan_sealed IS NOT NULL)
    + (SELECT COUNT(*) FROM signing_secret WHERE substr(sealed, 1, 4) = $2)
    + (SELECT COUNT(*) FROM webhook WHERE substr(sealed, 1, 4) = $2)
    + (SELECT COUNT(*) FROM sponsor_webhook WHERE substr(sealed, 1, 4) = $2)
    + (SELECT COUNT(*) FROM idempotency
       WHERE answer_sealed IS NOT NULL AND substr(answer_sealed, 1, 4) = $2)
    + (SELECT COUNT(*) FROM bank_account WHERE key_id = $1 AND iban_sealed IS NOT NULL)
    + (SELECT COUNT(*) FROM document WHERE substr(sealed, 1, 4) = $2)
    + (SELECT COUNT(*) FROM request WHERE link_sealed IS NOT NULL AND substr(link_sealed, 1, 4) = $2)
    + (SELECT COUNT(*) FROM mandate_form
       WHERE iban_sealed IS NOT NULL AND substr(iban_sealed, 1, 4) = $2)
    + (SELECT COUNT(*) FROM beneficiary WHERE substr(iban_sealed, 1, 4) = $2)
    + (SELECT COUNT(*) FROM enrolment_part WHERE substr(sealed, 1, 4) = $2);
