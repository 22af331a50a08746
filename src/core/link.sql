-- name: link_insert   ($1 hash, $2 merchant, $3 mode, $4 kind, $5 object)   rows: exactly 1
INSERT INTO link (hash, merchant, mode, kind, object) VALUES ($1, $2, $3, $4, $5);

-- name: link_find   ($1 hash, $2 kind)   rows: at most 1
SELECT merchant, mode, object FROM link WHERE hash = $1 AND kind = $2;

-- name: link_drop   ($1 merchant, $2 mode, $3 kind, $4 object)   rows: any
DELETE FROM link WHERE merchant = $1 AND mode = $2 AND kind = $3 AND object = $4;

-- name: link_purge   ($1 merchant, $2 mode, $3 kind, $4 before, $5 most)   rows: any
DELETE FROM link WHERE hash IN (
    SELECT hash FROM link WHERE merchant = $1 AND mode = $2 AND kind = $3 AND object < $4 LIMIT $5);
