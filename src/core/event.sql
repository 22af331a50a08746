-- name: event_insert   ($1 merchant, $2 mode, $3 id, $4 kind, $5 object, $6 detail, $7 created_us)   rows: exactly 1
INSERT INTO event (merchant, mode, id, kind, object, detail, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7);
