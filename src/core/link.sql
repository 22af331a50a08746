-- name: link_insert   ($1 hash, $2 merchant, $3 mode, $4 kind, $5 object)   rows: exactly 1
INSERT INTO link (hash, merchant, mode, kind, object) VALUES ($1, $2, $3, $4, $5);

-- name: link_find   ($1 hash, $2 kind)   rows: at most 1
SELECT merchant, mode, object FROM link WHERE hash = $1 AND kind = $2;
