-- name: mandate_insert   ($1 merchant, $2 mode, $3 id, $4 account, $5 customer, $6 state, $7 umr, $8 umr_key, $9 scheme, $10 type, $11 ics, $12 creditor_name, $13 language, $14 debtor_address, $15 created_us)   rows: exactly 1
INSERT INTO mandate (merchant, mode, id, account, customer, state, umr, umr_key, scheme, type, ics,
    creditor_name, language, debtor_address, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- columns: mandate_row (m.id, m.account, m.customer, m.state, m.umr, m.scheme, m.type, m.ics,
--     m.creditor_name, m.language, m.signed_us, m.expires_on, m.document,
--     m.document_signed, a.fingerprint, m.created_us, m.ended_us, m.debtor_address,
--     m.suspended_for)

-- name: mandate_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT {mandate_row}
FROM mandate m
JOIN bank_account a ON a.merchant = m.merchant AND a.mode = m.mode AND a.id = m.account
WHERE m.merchant = $1 AND m.mode = $2 AND m.id = $3;

-- name: mandate_find_umr   ($1 merchant, $2 mode, $3 umr_key)   rows: at most 1
SELECT {mandate_row}
FROM mandate m
JOIN bank_account a ON a.merchant = m.merchant AND a.mode = m.mode AND a.id = m.account
WHERE m.merchant = $1 AND m.mode = $2 AND m.umr_key = $3;

-- name: mandate_find_active   ($1 merchant, $2 mode, $3 account)   rows: at most 1
SELECT {mandate_row}
FROM mandate m
JOIN bank_account a ON a.merchant = m.merchant AND a.mode = m.mode AND a.id = m.account
WHERE m.merchant = $1 AND m.mode = $2 AND m.account = $3 AND m.state = 'active'
ORDER BY m.id DESC LIMIT 1;

-- name: mandates_living   ($1 merchant, $2 mode, $3 account)   rows: many
SELECT {mandate_row}
FROM mandate m
JOIN bank_account a ON a.merchant = m.merchant AND a.mode = m.mode AND a.id = m.account
WHERE m.merchant = $1 AND m.mode = $2 AND m.account = $3 AND m.state NOT IN ('revoked', 'expired')
ORDER BY m.id;

-- name: mandates_after   ($1 merchant, $2 mode, $3 after, $4 limit)   rows: many
SELECT {mandate_row}
FROM mandate m
JOIN bank_account a ON a.merchant = m.merchant AND a.mode = m.mode AND a.id = m.account
WHERE m.merchant = $1 AND m.mode = $2 AND m.id > $3
ORDER BY m.id LIMIT $4;

-- The one signed last is found among them in C: a sort costs more than the handful that there are.
-- name: mandates_of_customer   ($1 merchant, $2 mode, $3 customer)   rows: many
SELECT {mandate_row}
FROM mandate m
JOIN bank_account a ON a.merchant = m.merchant AND a.mode = m.mode AND a.id = m.account
WHERE m.merchant = $1 AND m.mode = $2 AND m.customer = $3 AND m.state = 'active';

-- name: mandate_state   ($1 merchant, $2 mode, $3 id, $4 from, $5 state, $6 expires_on, $7 ended_us, $8 suspended_for)   rows: exactly 1
UPDATE mandate SET state = $5, expires_on = $6, ended_us = $7, suspended_for = $8
WHERE merchant = $1 AND mode = $2 AND id = $3 AND state = $4;

-- name: mandate_signed   ($1 merchant, $2 mode, $3 id, $4 signed_us)   rows: exactly 1
UPDATE mandate SET signed_us = $4 WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: mandate_expires   ($1 merchant, $2 mode, $3 id, $4 expires_on)   rows: exactly 1
UPDATE mandate SET expires_on = $4 WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: mandate_last_due   ($1 merchant, $2 mode, $3 id)   rows: exactly 1
SELECT MAX(due) FROM debit
WHERE merchant = $1 AND mode = $2 AND mandate = $3 AND sent_us IS NOT NULL;

-- name: mandate_umr   ($1 merchant, $2 mode, $3 id, $4 umr, $5 umr_key)   rows: exactly 1
UPDATE mandate SET umr = $4, umr_key = $5 WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: mandate_suspended_for   ($1 merchant, $2 mode, $3 id, $4 suspended_for)   rows: exactly 1
UPDATE mandate SET suspended_for = $4 WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: mandate_creditor   ($1 merchant, $2 mode, $3 id, $4 ics, $5 creditor_name)   rows: exactly 1
UPDATE mandate SET ics = $4, creditor_name = $5 WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: mandate_language   ($1 merchant, $2 mode, $3 id, $4 language)   rows: exactly 1
UPDATE mandate SET language = $4 WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: mandate_account   ($1 merchant, $2 mode, $3 id, $4 account, $5 customer)   rows: exactly 1
UPDATE mandate SET account = $4, customer = $5 WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: mandate_document   ($1 merchant, $2 mode, $3 id, $4 document, $5 document_signed)   rows: exactly 1
UPDATE mandate SET document = $4, document_signed = $5
WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: mandate_due_to_expire   ($1 merchant, $2 mode, $3 today, $4 most)   rows: many
SELECT {mandate_row}
FROM mandate m
JOIN bank_account a ON a.merchant = m.merchant AND a.mode = m.mode AND a.id = m.account
WHERE m.merchant = $1 AND m.mode = $2 AND m.expires_on <= $3
ORDER BY m.expires_on LIMIT $4;

-- name: mandate_evidence_insert   ($1 merchant, $2 mode, $3 mandate, $4 channel, $5 signer, $6 place, $7 ip, $8 user_agent, $9 document_sha256, $10 signed_us, $11 created_us, $12 code_hash, $13 code_to)   rows: exactly 1
INSERT INTO mandate_evidence (merchant, mode, mandate, channel, signer, place, ip, user_agent,
    document_sha256, signed_us, created_us, code_hash, code_to)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: mandate_evidence_date   ($1 merchant, $2 mode, $3 mandate, $4 signed_us)   rows: any
UPDATE mandate_evidence SET signed_us = $4
WHERE merchant = $1 AND mode = $2 AND mandate = $3;

-- name: mandate_evidence_document   ($1 merchant, $2 mode, $3 mandate, $4 document_sha256)   rows: any
UPDATE mandate_evidence SET channel = 'document', document_sha256 = $4
WHERE merchant = $1 AND mode = $2 AND mandate = $3 AND channel IN ('declared', 'document');

-- name: mandate_evidence_find   ($1 merchant, $2 mode, $3 mandate)   rows: at most 1
SELECT channel, signer, place, ip, user_agent, document_sha256, signed_us, code_hash, code_to
FROM mandate_evidence
WHERE merchant = $1 AND mode = $2 AND mandate = $3;

-- name: mandate_count_times   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us)   rows: exactly 1
SELECT COUNT(*) FROM mandate m
WHERE m.merchant = $1 AND m.mode = $2 AND m.id >= $3 AND m.id < $4 AND m.created_us BETWEEN $5 AND $6;

-- name: mandate_list_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 limit, $8 start)   rows: many
SELECT {mandate_row}
FROM mandate m
JOIN bank_account a ON a.merchant = m.merchant AND a.mode = m.mode AND a.id = m.account
WHERE m.merchant = $1 AND m.mode = $2 AND m.id >= $3 AND m.id < $4 AND m.created_us BETWEEN $5 AND $6
ORDER BY m.id ASC LIMIT $7 OFFSET $8;

-- name: mandate_list_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 limit, $8 start)   rows: many
SELECT {mandate_row}
FROM mandate m
JOIN bank_account a ON a.merchant = m.merchant AND a.mode = m.mode AND a.id = m.account
WHERE m.merchant = $1 AND m.mode = $2 AND m.id >= $3 AND m.id < $4 AND m.created_us BETWEEN $5 AND $6
ORDER BY m.id DESC LIMIT $7 OFFSET $8;

-- name: mandate_count_by_customer   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 customer)   rows: exactly 1
SELECT COUNT(*) FROM mandate m
WHERE m.merchant = $1 AND m.mode = $2 AND m.id >= $3 AND m.id < $4 AND m.created_us BETWEEN $5 AND $6 AND m.customer = $7;

-- name: mandate_list_by_customer_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 customer, $8 limit, $9 start)   rows: many
SELECT {mandate_row}
FROM mandate m
JOIN bank_account a ON a.merchant = m.merchant AND a.mode = m.mode AND a.id = m.account
WHERE m.merchant = $1 AND m.mode = $2 AND m.id >= $3 AND m.id < $4 AND m.created_us BETWEEN $5 AND $6 AND m.customer = $7
ORDER BY m.id ASC LIMIT $8 OFFSET $9;

-- name: mandate_list_by_customer_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 customer, $8 limit, $9 start)   rows: many
SELECT {mandate_row}
FROM mandate m
JOIN bank_account a ON a.merchant = m.merchant AND a.mode = m.mode AND a.id = m.account
WHERE m.merchant = $1 AND m.mode = $2 AND m.id >= $3 AND m.id < $4 AND m.created_us BETWEEN $5 AND $6 AND m.customer = $7
ORDER BY m.id DESC LIMIT $8 OFFSET $9;

-- name: mandate_count_by_account   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 account, $8 customer)   rows: exactly 1
SELECT COUNT(*) FROM mandate m
WHERE m.merchant = $1 AND m.mode = $2 AND m.id >= $3 AND m.id < $4 AND m.created_us BETWEEN $5 AND $6 AND m.account = $7
    AND (CAST($8 AS TEXT) IS NULL OR m.customer = $8);

-- name: mandate_list_by_account_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 account, $8 customer, $9 limit, $10 start)   rows: many
SELECT {mandate_row}
FROM mandate m
JOIN bank_account a ON a.merchant = m.merchant AND a.mode = m.mode AND a.id = m.account
WHERE m.merchant = $1 AND m.mode = $2 AND m.id >= $3 AND m.id < $4 AND m.created_us BETWEEN $5 AND $6 AND m.account = $7
    AND (CAST($8 AS TEXT) IS NULL OR m.customer = $8)
ORDER BY m.id ASC LIMIT $9 OFFSET $10;

-- name: mandate_list_by_account_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 account, $8 customer, $9 limit, $10 start)   rows: many
SELECT {mandate_row}
FROM mandate m
JOIN bank_account a ON a.merchant = m.merchant AND a.mode = m.mode AND a.id = m.account
WHERE m.merchant = $1 AND m.mode = $2 AND m.id >= $3 AND m.id < $4 AND m.created_us BETWEEN $5 AND $6 AND m.account = $7
    AND (CAST($8 AS TEXT) IS NULL OR m.customer = $8)
ORDER BY m.id DESC LIMIT $9 OFFSET $10;

-- name: mandate_count_by_umr   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 umr_key, $8 account, $9 customer)   rows: exactly 1
SELECT COUNT(*) FROM mandate m
WHERE m.merchant = $1 AND m.mode = $2 AND m.id >= $3 AND m.id < $4 AND m.created_us BETWEEN $5 AND $6 AND m.umr_key = $7
    AND (CAST($8 AS TEXT) IS NULL OR m.account = $8) AND (CAST($9 AS TEXT) IS NULL OR m.customer = $9);

-- name: mandate_list_by_umr_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 umr_key, $8 account, $9 customer, $10 limit, $11 start)   rows: many
SELECT {mandate_row}
FROM mandate m
JOIN bank_account a ON a.merchant = m.merchant AND a.mode = m.mode AND a.id = m.account
WHERE m.merchant = $1 AND m.mode = $2 AND m.id >= $3 AND m.id < $4 AND m.created_us BETWEEN $5 AND $6 AND m.umr_key = $7
    AND (CAST($8 AS TEXT) IS NULL OR m.account = $8) AND (CAST($9 AS TEXT) IS NULL OR m.customer = $9)
ORDER BY m.id ASC LIMIT $10 OFFSET $11;

-- name: mandate_list_by_umr_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 umr_key, $8 account, $9 customer, $10 limit, $11 start)   rows: many
SELECT {mandate_row}
FROM mandate m
JOIN bank_account a ON a.merchant = m.merchant AND a.mode = m.mode AND a.id = m.account
WHERE m.merchant = $1 AND m.mode = $2 AND m.id >= $3 AND m.id < $4 AND m.created_us BETWEEN $5 AND $6 AND m.umr_key = $7
    AND (CAST($8 AS TEXT) IS NULL OR m.account = $8) AND (CAST($9 AS TEXT) IS NULL OR m.customer = $9)
ORDER BY m.id DESC LIMIT $10 OFFSET $11;
