-- The oldest row of a receiver and object, of mails and text messages also of an address, is due; what comes after it waits
-- without a time. A SELECT instead of VALUES would go through a temporary table.
-- name: outbox_insert   ($1 merchant, $2 mode, $3 id, $4 channel, $5 receiver, $6 address, $7 event, $8 type, $9 object, $10 body, $11 due_us, $12 created_us)   rows: exactly 1
INSERT INTO outbox (merchant, mode, id, channel, receiver, address, event, type, object, body, due_us,
    created_us)
VALUES ($1, CAST($2 AS TEXT), $3, $4, $5, $6, $7, $8, $9, $10,
    CASE WHEN EXISTS (SELECT 1 FROM outbox WHERE merchant = $1 AND mode = $2 AND receiver = $5
        AND object = $9 AND done_us IS NULL AND (channel NOT IN ('mail', 'sms') OR address = $6)) THEN NULL ELSE CAST($11 AS BIGINT) END,
    $12);

-- The receivers that anything is due for at some time, one after the other. Without a time SQLite would begin with the
-- first row of the last receiver, and pass over all that wait for it.
-- name: outbox_receiver_next   ($1 merchant, $2 mode, $3 receiver)   rows: at most 1
SELECT merchant, mode, receiver FROM outbox
WHERE due_us IS NOT NULL AND (merchant, mode, receiver, due_us) > ($1, $2, $3, 9223372036854775807)
ORDER BY merchant, mode, receiver LIMIT 1;

-- name: outbox_clock   ($1 merchant, $2 mode)   rows: exactly 1
SELECT CASE WHEN $2 = 'test' THEN s.clock_offset_us ELSE 0 END
FROM merchant m JOIN sponsor s ON s.id = m.sponsor WHERE m.id = $1;

-- What another server that lives has taken is its own.
-- name: outbox_due   ($1 merchant, $2 mode, $3 receiver, $4 now_us, $5 limit, $6 holder, $7 dead_before_us)   rows: many
SELECT merchant, mode, id, channel, receiver, address, event, type, object, body, due_us, tries,
    code, why, outcome, created_us, done_us
FROM outbox WHERE merchant = $1 AND mode = $2 AND receiver = $3 AND due_us <= $4
    AND (holder IS NULL OR holder = $6
        OR NOT EXISTS (SELECT 1 FROM holder h WHERE h.number = outbox.holder AND h.until_us >= $7))
ORDER BY due_us LIMIT $5;

-- One server takes it, as it was due. Nothing when another one was quicker.
-- name: outbox_take   ($1 merchant, $2 mode, $3 id, $4 due_us, $5 holder, $6 dead_before_us)   rows: at most 1
UPDATE outbox SET holder = $5
WHERE merchant = $1 AND mode = $2 AND id = $3 AND due_us = $4 AND (holder IS NULL OR holder = $5
    OR NOT EXISTS (SELECT 1 FROM holder h WHERE h.number = outbox.holder AND h.until_us >= $6));

-- How much waits is bounded by what was sent in test mode and not delivered yet. What has come since an id and is due already
-- is left out.
-- name: outbox_due_first   ($1 sponsor, $2 since, $3 now_us)   rows: exactly 1, whole table
SELECT (SELECT MIN(o.due_us) FROM merchant m
    JOIN outbox o ON o.merchant = m.id AND o.mode = 'test' AND o.due_us IS NOT NULL AND (o.id < $2 OR o.due_us > $3)
    WHERE m.sponsor = $1);

-- name: outbox_body_set   ($1 merchant, $2 mode, $3 id, $4 body)   rows: at most 1
UPDATE outbox SET body = $4 WHERE merchant = $1 AND mode = $2 AND id = $3 AND body IS NULL;

-- name: outbox_retry   ($1 merchant, $2 mode, $3 id, $4 due_us, $5 code, $6 why)   rows: at most 1
UPDATE outbox SET due_us = $4, tries = tries + 1, code = $5, why = $6, holder = NULL
WHERE merchant = $1 AND mode = $2 AND id = $3 AND done_us IS NULL;

-- name: outbox_end   ($1 merchant, $2 mode, $3 id, $4 outcome, $5 code, $6 why, $7 done_us)   rows: at most 1
UPDATE outbox SET outcome = $4, tries = tries + 1, code = $5, why = $6, done_us = $7, due_us = NULL
WHERE merchant = $1 AND mode = $2 AND id = $3 AND done_us IS NULL;

-- name: outbox_drop   ($1 merchant, $2 mode, $3 id)   rows: at most 1
DELETE FROM outbox WHERE merchant = $1 AND mode = $2 AND id = $3;

-- The next of a receiver and object that has nothing before it.
-- name: outbox_advance   ($1 merchant, $2 mode, $3 receiver, $4 object, $5 due_us)   rows: at most 1
UPDATE outbox SET due_us = $5 WHERE merchant = $1 AND mode = $2 AND id = (
    SELECT o.id FROM outbox o WHERE o.merchant = $1 AND o.mode = $2 AND o.receiver = $3 AND o.object = $4
        AND o.done_us IS NULL AND o.due_us IS NULL
        AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.merchant = $1 AND b.mode = $2 AND b.receiver = $3
            AND b.object = $4 AND b.done_us IS NULL AND b.id < o.id
            AND (b.channel NOT IN ('mail', 'sms') OR b.address = o.address))
    ORDER BY o.id LIMIT 1);

-- name: outbox_purge   ($1 merchant, $2 mode, $3 delivered_before_us, $4 dead_before_us, $5 most)   rows: any
DELETE FROM outbox WHERE merchant = $1 AND mode = $2 AND id IN (
    SELECT id FROM outbox
    WHERE merchant = $1 AND mode = $2 AND outcome = 'delivered' AND done_us < $3
    UNION ALL
    SELECT id FROM outbox
    WHERE merchant = $1 AND mode = $2 AND outcome = 'dead' AND done_us < $4
    LIMIT $5);

-- Whose delivery is it? For the operator, who has only its id.
-- name: outbox_owner   ($1 id)   rows: at most 1, whole table
SELECT o.merchant, o.mode FROM merchant m
JOIN outbox o ON o.merchant = m.id AND o.mode IN ('test', 'live') AND o.id = $1;

-- name: outbox_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT merchant, mode, id, channel, receiver, address, event, type, object, body, due_us, tries,
    code, why, outcome, created_us, done_us
FROM outbox WHERE merchant = $1 AND mode = $2 AND id = $3;

-- Newest first, from an id down. Ids keep real time, and so does the operator.
-- name: outbox_list   ($1 merchant, $2 mode, $3 from, $4 until, $5 state, $6 limit)   rows: many
SELECT merchant, mode, id, channel, receiver, address, event, type, object, NULL, due_us, tries,
    code, why, outcome, created_us, done_us
FROM outbox WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4
    AND (CAST($5 AS TEXT) IS NULL OR $5 = COALESCE(outcome, 'waiting'))
ORDER BY id DESC LIMIT $6;

-- name: outbox_replay   ($1 merchant, $2 mode, $3 id, $4 due_us)   rows: at most 1
UPDATE outbox SET outcome = NULL, done_us = NULL, tries = 0, holder = NULL,
    due_us = CASE WHEN EXISTS (SELECT 1 FROM outbox o WHERE o.merchant = $1 AND o.mode = $2
        AND o.receiver = outbox.receiver AND o.object = outbox.object AND o.done_us IS NULL
        AND (o.channel NOT IN ('mail', 'sms') OR o.address = outbox.address))
        THEN NULL ELSE CAST($4 AS BIGINT) END
WHERE merchant = $1 AND mode = $2 AND id = $3 AND done_us IS NOT NULL;
