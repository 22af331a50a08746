-- name: bank_report_find   ($1 merchant, $2 mode, $3 sha256)   rows: at most 1
SELECT sha256, kind, version, msg_id, sender, name, warning, bytes, state, replaced, facts, known,
    parked, work, created_us
FROM bank_report WHERE merchant = $1 AND mode = $2 AND sha256 = $3;

-- name: bank_report_newest   ($1 merchant, $2 mode, $3 limit)   rows: many
SELECT sha256, kind, version, msg_id, sender, name, warning, bytes, state, replaced, facts, known,
    parked, work, created_us
FROM bank_report WHERE merchant = $1 AND mode = $2 AND created_us >= 0
ORDER BY created_us DESC, sha256 DESC LIMIT $3;

-- name: bank_report_same   ($1 merchant, $2 mode, $3 msg_id, $4 kind, $5 sender)   rows: exactly 1
SELECT COUNT(*) FROM bank_report
WHERE merchant = $1 AND mode = $2 AND msg_id = $3 AND kind = $4 AND COALESCE(sender, '') = $5;

-- name: bank_report_insert   ($1 merchant, $2 mode, $3 sha256, $4 kind, $5 version, $6 msg_id, $7 sender, $8 name, $9 warning, $10 bytes, $11 replaced, $12 created_us)   rows: exactly 1
INSERT INTO bank_report (merchant, mode, sha256, kind, version, msg_id, sender, name, warning, bytes,
    state, replaced, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'importing', $11, $12);

-- name: bank_report_count   ($1 merchant, $2 mode, $3 sha256, $4 facts, $5 known, $6 parked, $7 work)   rows: exactly 1
UPDATE bank_report SET facts = facts + $4, known = known + $5, parked = parked + $6, work = work + $7
WHERE merchant = $1 AND mode = $2 AND sha256 = $3;

-- name: bank_report_end   ($1 merchant, $2 mode, $3 sha256, $4 done_us)   rows: exactly 1
UPDATE bank_report SET state = 'imported', done_us = $4
WHERE merchant = $1 AND mode = $2 AND sha256 = $3;

-- name: bank_link_facts   ($1 merchant, $2 mode)   rows: at most 1, whole table
SELECT facts FROM bank_link WHERE merchant = $1 AND mode = $2;

-- name: bank_link_facts_put   ($1 merchant, $2 mode, $3 facts)   rows: exactly 1
INSERT INTO bank_link (merchant, mode, facts) VALUES ($1, $2, $3)
ON CONFLICT (merchant, mode) DO UPDATE SET facts = excluded.facts;

-- name: bank_fact_insert   ($1 merchant, $2 mode, $3 serial, $4 key, $5 report, $6 what, $7 source, $8 outcome, $9 message, $10 payment_info, $11 instruction, $12 end_to_end, $13 reason, $14 amount_cents, $15 original_cents, $16 charge_cents, $17 reversal, $18 day, $19 created_us)   rows: exactly 1
INSERT INTO bank_fact (merchant, mode, serial, key, report, what, source, outcome, message,
    payment_info, instruction, end_to_end, reason, amount_cents, original_cents, charge_cents,
    reversal, day, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19);

-- name: bank_fact_span_insert   ($1 merchant, $2 mode, $3 scope, $4 first_serial, $5 last_serial)   rows: exactly 1
INSERT INTO bank_fact_span (merchant, mode, scope, first_serial, last_serial)
VALUES ($1, $2, $3, $4, $5);

-- What tells the facts of a scope, and of whatever came between them, from others.
-- name: bank_fact_keys   ($1 merchant, $2 mode, $3 scope)   rows: many
SELECT f.key
FROM bank_fact_span s
JOIN bank_fact f ON f.merchant = s.merchant AND f.mode = s.mode
    AND f.serial BETWEEN s.first_serial AND s.last_serial
WHERE s.merchant = $1 AND s.mode = $2 AND s.scope = $3;

-- name: bank_fact_find   ($1 merchant, $2 mode, $3 scope, $4 key)   rows: at most 1
SELECT f.key, f.what, f.source, f.message, f.payment_info, f.instruction, f.end_to_end, f.reason,
    f.amount_cents, f.original_cents, f.day, f.created_us, f.report, f.charge_cents, f.reversal,
    f.serial
FROM bank_fact_span s
JOIN bank_fact f ON f.merchant = s.merchant AND f.mode = s.mode
    AND f.serial BETWEEN s.first_serial AND s.last_serial
WHERE s.merchant = $1 AND s.mode = $2 AND s.scope = $3 AND f.key = $4;

-- The bound of the time says that few rows are meant: those of the partial index.
-- name: bank_fact_parked   ($1 merchant, $2 mode, $3 after_us, $4 after_serial, $5 limit)   rows: many
SELECT key, what, source, message, payment_info, instruction, end_to_end, reason, amount_cents,
    original_cents, day, created_us, report, charge_cents, reversal, serial
FROM bank_fact
WHERE merchant = $1 AND mode = $2 AND created_us >= 0 AND outcome = 'parked'
    AND (created_us, serial) > ($3, $4)
ORDER BY created_us, serial LIMIT $5;

-- name: bank_fact_oldest_parked   ($1 merchant, $2 mode)   rows: exactly 1
SELECT (SELECT created_us FROM bank_fact
    WHERE merchant = $1 AND mode = $2 AND created_us >= 0 AND outcome = 'parked'
    ORDER BY created_us LIMIT 1);

-- name: bank_fact_explain   ($1 merchant, $2 mode, $3 serial, $4 outcome)   rows: exactly 1
UPDATE bank_fact SET outcome = $4 WHERE merchant = $1 AND mode = $2 AND serial = $3;
