-- name: caught_insert   ($1 id, $2 kind, $3 sender, $4 receiver, $5 message, $6 subject, $7 text, $8 html, $9 raw, $10 caught_us)   rows: exactly 1
INSERT INTO caught (id, kind, sender, receiver, message, subject, text, html, raw, caught_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- The table holds some hundred rows.
-- name: caught_trim   ($1 kept)   rows: any, whole table
DELETE FROM caught WHERE id <= (SELECT id FROM caught ORDER BY id DESC LIMIT 1 OFFSET $1);

-- name: caught_list   ($1 limit)   rows: many, whole table
SELECT id, kind, sender, receiver, message, subject, text, html, caught_us FROM caught
ORDER BY id DESC LIMIT $1;

-- name: caught_list_to   ($1 receiver, $2 limit)   rows: many
SELECT id, kind, sender, receiver, message, subject, text, html, caught_us FROM caught
WHERE receiver = $1 ORDER BY id DESC LIMIT $2;

-- name: caught_raw   ($1 id)   rows: at most 1
SELECT raw FROM caught WHERE id = $1;
