-- name: mail_insert   ($1 merchant, $2 mode, $3 id, $4 from_name, $5 reply_to, $6 language, $7 subject, $8 text, $9 html)   rows: exactly 1
INSERT INTO mail (merchant, mode, id, from_name, reply_to, language, subject, text, html)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: mail_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT from_name, reply_to, language, subject, text, html FROM mail
WHERE merchant = $1 AND mode = $2 AND id = $3;
