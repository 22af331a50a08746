-- name: event_insert   ($1 merchant, $2 mode, $3 id, $4 kind, $5 object, $6 detail, $7 created_us)   rows: exactly 1
INSERT INTO event (merchant, mode, id, kind, object, detail, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: events_of_object   ($1 merchant, $2 mode, $3 object, $4 limit)   rows: many
SELECT kind, detail, created_us FROM event
WHERE merchant = $1 AND mode = $2 AND object = $3 ORDER BY id LIMIT $4;
