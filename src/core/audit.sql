-- name: audit_insert   ($1 number, $2 at_us, $3 actor, $4 address, $5 what, $6 object, $7 detail, $8 hash)   rows: exactly 1
INSERT INTO audit (number, at_us, actor, address, what, object, detail, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: audit_last   rows: at most 1
SELECT number, hash FROM audit WHERE number = (SELECT MAX(number) FROM audit);

-- name: audit_list   ($1 before, $2 limit)   rows: many
SELECT number, at_us, what, actor, address, object, detail
FROM audit WHERE number < $1 ORDER BY number DESC LIMIT $2;

-- name: audit_of_object   ($1 object, $2 limit)   rows: many
SELECT number, at_us, what, actor, address, object, detail
FROM audit WHERE object = $1 ORDER BY number DESC LIMIT $2;

-- name: audit_chain   ($1 after)   rows: many
SELECT number, at_us, what, actor, address, object, detail, hash
FROM audit WHERE number > $1 ORDER BY number LIMIT 500;
