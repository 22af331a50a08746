-- name: bank_link_number   ($1 merchant, $2 mode)   rows: exactly 1
INSERT INTO bank_link (merchant, mode, files) VALUES ($1, $2, 1)
ON CONFLICT (merchant, mode) DO UPDATE SET files = bank_link.files + 1 RETURNING files;

-- name: bank_link_restart   ($1 files)   rows: any, whole table
INSERT INTO bank_link (merchant, mode, files)
SELECT merchant.id, way.mode, $1
FROM merchant CROSS JOIN (SELECT 'test' AS mode UNION ALL SELECT 'live') AS way
WHERE merchant.id <> ''
ON CONFLICT (merchant, mode) DO UPDATE SET files = bank_link.files + excluded.files;

-- There is one row for each merchant and mode.
-- name: bank_link_asked   ($1 merchant, $2 mode)   rows: at most 1, whole table
SELECT asked_us FROM bank_link WHERE merchant = $1 AND mode = $2;

-- name: bank_link_ask   ($1 merchant, $2 mode, $3 asked_us)   rows: exactly 1
INSERT INTO bank_link (merchant, mode, asked_us) VALUES ($1, $2, $3)
ON CONFLICT (merchant, mode) DO UPDATE SET asked_us = excluded.asked_us;

-- name: bank_file_insert   ($1 merchant, $2 mode, $3 id, $4 kind, $5 scheme, $6 original, $7 msg_id, $8 created_us)   rows: exactly 1
INSERT INTO bank_file (merchant, mode, id, kind, scheme, original, msg_id, state, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'building', $8);

-- name: bank_message_insert   ($1 msg_id, $2 merchant, $3 mode, $4 file)   rows: exactly 1
INSERT INTO bank_message (msg_id, merchant, mode, file) VALUES ($1, $2, $3, $4);

-- name: bank_message_find   ($1 msg_id)   rows: at most 1
SELECT merchant, mode, file FROM bank_message WHERE msg_id = $1;

-- name: bank_file_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT id, kind, state, scheme, msg_id, version, sha256, name, fault, tx_count, sum_cents, bytes,
    created_us, built_us, released_us, answered_us, original
FROM bank_file WHERE merchant = $1 AND mode = $2 AND id = $3;

-- The bound of the id says that few rows are meant: those of the partial index.
-- name: bank_file_open   ($1 merchant, $2 mode, $3 limit)   rows: many
SELECT id, kind, state, scheme, msg_id, version, sha256, name, fault, tx_count, sum_cents, bytes,
    created_us, built_us, released_us, answered_us, original
FROM bank_file
WHERE merchant = $1 AND mode = $2 AND id >= '' AND state IN ('building', 'built')
ORDER BY id LIMIT $3;

-- name: bank_file_unanswered   ($1 merchant, $2 mode, $3 limit)   rows: many
SELECT id, kind, state, scheme, msg_id, version, sha256, name, fault, tx_count, sum_cents, bytes,
    created_us, built_us, released_us, answered_us, original
FROM bank_file
WHERE merchant = $1 AND mode = $2 AND id >= '' AND state = 'released' ORDER BY id LIMIT $3;

-- Of test mode: those that the bank has, as far as all of its answer was not read.
-- name: bank_file_unheard   ($1 merchant, $2 limit)   rows: many
SELECT id, kind, state, scheme, msg_id, version, sha256, name, fault, tx_count, sum_cents, bytes,
    created_us, built_us, released_us, answered_us, original
FROM bank_file
WHERE merchant = $1 AND mode = 'test' AND id >= '' AND heard = 0 AND released_us IS NOT NULL
ORDER BY id LIMIT $2;

-- name: bank_file_hear   ($1 merchant, $2 id)   rows: exactly 1
UPDATE bank_file SET heard = 1 WHERE merchant = $1 AND mode = 'test' AND id = $2;

-- name: bank_file_with_room   ($1 merchant, $2 mode, $3 kind, $4 scheme, $5 original, $6 count_max, $7 bytes_max)   rows: at most 1
SELECT id, kind, state, scheme, msg_id, version, sha256, name, fault, tx_count, sum_cents, bytes,
    created_us, built_us, released_us, answered_us, original
FROM bank_file
WHERE merchant = $1 AND mode = $2 AND id >= '' AND state IN ('building', 'built')
    AND state = 'building' AND kind = $3 AND COALESCE(scheme, '') = $4
    AND COALESCE(original, '') = $5 AND tx_count < $6 AND bytes < $7
ORDER BY id LIMIT 1;

-- name: bank_file_newest   ($1 merchant, $2 mode, $3 limit)   rows: many
SELECT id, kind, state, scheme, msg_id, version, sha256, name, fault, tx_count, sum_cents, bytes,
    created_us, built_us, released_us, answered_us, original
FROM bank_file WHERE merchant = $1 AND mode = $2 AND id >= ''
ORDER BY id DESC LIMIT $3;

-- name: bank_file_released_last   ($1 merchant, $2 mode)   rows: at most 1
SELECT released_us FROM bank_file
WHERE merchant = $1 AND mode = $2 AND id >= '' AND released_us IS NOT NULL ORDER BY id DESC LIMIT 1;

-- name: bank_file_unfinished   ($1 limit)   rows: many, whole table
SELECT DISTINCT merchant, mode FROM bank_file WHERE state IN ('building', 'built') LIMIT $1;

-- name: bank_file_grow   ($1 merchant, $2 mode, $3 id, $4 tx_count, $5 sum_cents, $6 bytes)   rows: exactly 1
UPDATE bank_file SET tx_count = tx_count + $4, sum_cents = sum_cents + $5, bytes = bytes + $6
WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: bank_file_build   ($1 merchant, $2 mode, $3 id, $4 version, $5 sha256, $6 name, $7 bytes, $8 built_us)   rows: at most 1
UPDATE bank_file SET state = 'built', version = $4, sha256 = $5, name = $6, bytes = $7, built_us = $8,
    fault = NULL
WHERE merchant = $1 AND mode = $2 AND id = $3 AND state = 'building';

-- name: bank_file_block   ($1 merchant, $2 mode, $3 id, $4 fault)   rows: at most 1
UPDATE bank_file SET state = 'blocked', fault = $4
WHERE merchant = $1 AND mode = $2 AND id = $3 AND state = 'building';

-- name: bank_file_release   ($1 merchant, $2 mode, $3 id, $4 released_us)   rows: at most 1
UPDATE bank_file SET state = 'released', released_us = $4
WHERE merchant = $1 AND mode = $2 AND id = $3 AND state = 'built';

-- A debit of it that has missed its cut-off.
-- name: bank_file_late   ($1 merchant, $2 mode, $3 file, $4 late_us)   rows: at most 1
SELECT d.payment FROM bank_item i
JOIN debit d ON d.merchant = i.merchant AND d.mode = i.mode AND d.payment = i.object
WHERE i.merchant = $1 AND i.mode = $2 AND i.file = $3 AND d.cutoff_us < $4 LIMIT 1;

-- name: bank_file_drop   ($1 merchant, $2 mode, $3 id)   rows: at most 1
UPDATE bank_file SET state = 'given_up', tx_count = 0, sum_cents = 0
WHERE merchant = $1 AND mode = $2 AND id = $3 AND state = 'blocked';

-- name: bank_file_answer   ($1 merchant, $2 mode, $3 id, $4 state, $5 answered_us)   rows: exactly 1
UPDATE bank_file SET state = $4, answered_us = $5 WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: bank_block_list   ($1 merchant, $2 mode, $3 file)   rows: many
SELECT number, payment_info, scheme, sequence, day, tx_count, sum_cents FROM bank_block
WHERE merchant = $1 AND mode = $2 AND file = $3 ORDER BY number;

-- name: bank_block_find   ($1 merchant, $2 mode, $3 payment_info)   rows: at most 1
SELECT file, number, day FROM bank_block
WHERE merchant = $1 AND mode = $2 AND payment_info = $3;

-- name: bank_block_day   ($1 merchant, $2 mode, $3 file, $4 number)   rows: exactly 1
SELECT day FROM bank_block WHERE merchant = $1 AND mode = $2 AND file = $3 AND number = $4;

-- name: bank_block_for   ($1 merchant, $2 mode, $3 file, $4 scheme, $5 sequence, $6 day)   rows: at most 1
SELECT number FROM bank_block
WHERE merchant = $1 AND mode = $2 AND file = $3 AND COALESCE(scheme, '') = $4
    AND COALESCE(sequence, '') = $5 AND day = $6;

-- name: bank_block_at   ($1 merchant, $2 mode, $3 file, $4 number)   rows: at most 1
SELECT number FROM bank_block WHERE merchant = $1 AND mode = $2 AND file = $3 AND number = $4;

-- name: bank_block_last   ($1 merchant, $2 mode, $3 file)   rows: exactly 1
SELECT COALESCE(MAX(number), 0) FROM bank_block WHERE merchant = $1 AND mode = $2 AND file = $3;

-- name: bank_block_insert   ($1 merchant, $2 mode, $3 file, $4 number, $5 payment_info, $6 scheme, $7 sequence, $8 day)   rows: exactly 1
INSERT INTO bank_block (merchant, mode, file, number, payment_info, scheme, sequence, day, tx_count,
    sum_cents)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0);

-- name: bank_block_grow   ($1 merchant, $2 mode, $3 file, $4 number, $5 tx_count, $6 sum_cents)   rows: exactly 1
UPDATE bank_block SET tx_count = tx_count + $5, sum_cents = sum_cents + $6
WHERE merchant = $1 AND mode = $2 AND file = $3 AND number = $4;

-- name: bank_block_forget   ($1 merchant, $2 mode, $3 file)   rows: any
DELETE FROM bank_block WHERE merchant = $1 AND mode = $2 AND file = $3;

-- name: bank_item_insert   ($1 merchant, $2 mode, $3 file, $4 block, $5 object, $6 kind, $7 end_to_end, $8 amount_cents, $9 state, $10 reverses)   rows: exactly 1
INSERT INTO bank_item (merchant, mode, file, block, object, kind, end_to_end, amount_cents, state,
    reverses)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: bank_item_list   ($1 merchant, $2 mode, $3 file, $4 block, $5 object, $6 limit)   rows: many
SELECT file, block, object, kind, state, end_to_end, amount_cents, reason, credit, back,
    back_cents, reverses, payee, payee_name, held FROM bank_item
WHERE merchant = $1 AND mode = $2 AND file = $3 AND (block, object) > ($4, $5)
ORDER BY block, object LIMIT $6;

-- name: bank_item_send   ($1 merchant, $2 mode, $3 file, $4 block, $5 object, $6 until_block, $7 until_object)   rows: any
UPDATE bank_item SET state = 'sent'
WHERE merchant = $1 AND mode = $2 AND file = $3 AND (block, object) > ($4, $5)
    AND (block, object) <= ($6, $7) AND state = 'taken';

-- A debit knows its reference itself.
-- name: bank_item_by_debit   ($1 merchant, $2 mode, $3 end_to_end)   rows: at most 1
SELECT i.file, i.block, i.object, i.kind, i.state, i.end_to_end, i.amount_cents, i.reason, i.credit,
    i.back, i.back_cents, i.reverses, i.payee, i.payee_name, i.held
FROM debit d
JOIN bank_item i ON i.merchant = d.merchant AND i.mode = d.mode AND i.object = d.payment
WHERE d.merchant = $1 AND d.mode = $2 AND d.end_to_end = $3;

-- name: bank_item_by_reference   ($1 merchant, $2 mode, $3 end_to_end)   rows: at most 1
SELECT file, block, object, kind, state, end_to_end, amount_cents, reason, credit, back,
    back_cents, reverses, payee, payee_name, held FROM bank_item
WHERE merchant = $1 AND mode = $2 AND kind <> 'debit' AND end_to_end = $3;

-- name: bank_item_by_object   ($1 merchant, $2 mode, $3 object)   rows: at most 1
SELECT file, block, object, kind, state, end_to_end, amount_cents, reason, credit, back,
    back_cents, reverses, payee, payee_name, held FROM bank_item
WHERE merchant = $1 AND mode = $2 AND object = $3;

-- The refund that reverses a debit.
-- name: bank_item_reversing   ($1 merchant, $2 mode, $3 payment)   rows: at most 1
SELECT file, block, object, kind, state, end_to_end, amount_cents, reason, credit, back,
    back_cents, reverses, payee, payee_name, held FROM bank_item
WHERE merchant = $1 AND mode = $2 AND reverses = $3 AND reverses IS NOT NULL;

-- Debits of these blocks that the bank was asked not to collect, and has not answered about.
-- name: bank_items_recalling   ($1 merchant, $2 mode, $3 file, $4 from_block, $5 until_block, $6 limit)   rows: many
SELECT i.file, i.block, i.object, i.kind, i.state, i.end_to_end, i.amount_cents, i.reason, i.credit,
    i.back, i.back_cents, i.reverses, i.payee, i.payee_name, i.held
FROM bank_item i
JOIN bank_cancellation c ON c.merchant = i.merchant AND c.mode = i.mode AND c.payment = i.object
WHERE i.merchant = $1 AND i.mode = $2 AND i.file = $3 AND i.block BETWEEN $4 AND $5
    AND c.state = 'asked'
ORDER BY i.block, i.object LIMIT $6;

-- name: bank_items_recalled   ($1 merchant, $2 mode, $3 file, $4 from_block, $5 until_block)   rows: exactly 1
SELECT COUNT(*)
FROM bank_item i
JOIN bank_cancellation c ON c.merchant = i.merchant AND c.mode = i.mode AND c.payment = i.object
WHERE i.merchant = $1 AND i.mode = $2 AND i.file = $3 AND i.block BETWEEN $4 AND $5;

-- name: bank_item_update   ($1 merchant, $2 mode, $3 file, $4 block, $5 object, $6 state, $7 reason, $8 credit, $9 back, $10 back_cents, $11 payee, $12 payee_name, $13 held)   rows: exactly 1
UPDATE bank_item SET state = $6, reason = $7, credit = $8, back = $9, back_cents = $10, payee = $11,
    payee_name = $12, held = $13
WHERE merchant = $1 AND mode = $2 AND file = $3 AND block = $4 AND object = $5;

-- name: bank_item_forget   ($1 merchant, $2 mode, $3 file)   rows: any
DELETE FROM bank_item WHERE merchant = $1 AND mode = $2 AND file = $3;

-- What one line for whole blocks is made of: without those that another line has booked, and those that were rejected.
-- name: bank_block_sums   ($1 merchant, $2 mode, $3 file, $4 from_block, $5 until_block, $6 credit)   rows: exactly 1
SELECT COALESCE(SUM(CASE WHEN state <> 'rejected' THEN amount_cents ELSE 0 END), 0),
    COALESCE(SUM(amount_cents), 0), COUNT(*)
FROM bank_item
WHERE merchant = $1 AND mode = $2 AND file = $3 AND block BETWEEN $4 AND $5 AND COALESCE(credit, $6) = $6;

-- What came back of whole blocks and was not shown by a line of the statement that books.
-- name: bank_block_back   ($1 merchant, $2 mode, $3 file, $4 from_block, $5 until_block, $6 back)   rows: exactly 1
SELECT COALESCE(SUM(back_cents), 0) FROM bank_item
WHERE merchant = $1 AND mode = $2 AND file = $3 AND block BETWEEN $4 AND $5 AND state = 'returned'
    AND COALESCE(back, $6) = $6;

-- A positive answer to a file or a block.
-- name: bank_item_accept   ($1 merchant, $2 mode, $3 file, $4 from_block, $5 until_block, $6 state)   rows: any
UPDATE bank_item SET state = $6
WHERE merchant = $1 AND mode = $2 AND file = $3 AND block BETWEEN $4 AND $5
    AND state IN ('sent', 'received') AND state <> $6;

-- Refunds of debits that have not left; card refunds leave as messages.
-- name: bank_refunds_due   ($1 merchant, $2 mode, $3 limit)   rows: many
SELECT r.id, r.amount_minor, p.id FROM refund r
JOIN payment p ON p.merchant = r.merchant AND p.mode = r.mode AND p.id = r.payment
WHERE r.merchant = $1 AND r.mode = $2 AND r.id >= '' AND r.state = 'to_refund' AND p.method = 'sepa'
    AND NOT EXISTS (SELECT 1 FROM bank_item i
        WHERE i.merchant = r.merchant AND i.mode = r.mode AND i.object = r.id)
ORDER BY r.id LIMIT $3;

-- What a transfer file that was given up held goes into another one as it is.
-- name: bank_block_copy   ($1 merchant, $2 mode, $3 file, $4 to_file, $5 msg_id)   rows: any
INSERT INTO bank_block (merchant, mode, file, number, payment_info, scheme, sequence, day, tx_count,
    sum_cents)
SELECT merchant, mode, $4, number, $5 || '-' || CAST(number AS TEXT), scheme, sequence, day, tx_count,
    sum_cents
FROM bank_block WHERE merchant = $1 AND mode = $2 AND file = $3 AND number >= 1;

-- name: bank_item_move   ($1 merchant, $2 mode, $3 file, $4 to_file)   rows: any
UPDATE bank_item SET file = $4 WHERE merchant = $1 AND mode = $2 AND file = $3;

-- name: bank_file_take_over   ($1 merchant, $2 mode, $3 id, $4 tx_count, $5 sum_cents, $6 bytes)   rows: exactly 1
UPDATE bank_file SET tx_count = $4, sum_cents = $5, bytes = $6 WHERE merchant = $1 AND mode = $2 AND id = $3;
