-- name: mail_insert   ($1 merchant, $2 mode, $3 id, $4 from_name, $5 reply_to, $6 language, $7 subject, $8 text, $9 html)   rows: exactly 1
INSERT INTO mail (merchant, mode, id, from_name, reply_to, language, subject, text, html)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: mail_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT from_name, reply_to, language, subject, text, html FROM mail
WHERE merchant = $1 AND mode = $2 AND id = $3;

-- Newest first, from an id down; text messages are among them, and have no subject.
-- name: mail_list   ($1 merchant, $2 mode, $3 before, $4 state, $5 object, $6 limit)   rows: many
SELECT o.merchant, o.mode, o.id, o.channel, o.receiver, o.address, o.event, o.type, o.object, NULL,
    o.due_us, o.tries, o.code, o.why, o.outcome, o.created_us, o.done_us, m.subject
FROM outbox o
LEFT JOIN mail m ON m.merchant = o.merchant AND m.mode = o.mode AND m.id = o.id
WHERE o.merchant = $1 AND o.mode = $2 AND o.id < $3 AND o.channel IN ('mail', 'sms')
    AND (CAST($4 AS TEXT) IS NULL OR $4 = COALESCE(o.outcome, 'waiting'))
    AND (CAST($5 AS TEXT) IS NULL OR o.object = $5)
ORDER BY o.id DESC LIMIT $6;
