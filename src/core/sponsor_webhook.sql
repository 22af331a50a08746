-- A directory: one for each sponsor and mode at most.

-- name: sponsor_webhook_insert   ($1 sponsor, $2 mode, $3 id, $4 url, $5 events, $6 sealed, $7 created_us)   rows: exactly 1
INSERT INTO sponsor_webhook (sponsor, mode, id, url, events, is_active, sealed, created_us)
VALUES ($1, $2, $3, $4, $5, 1, $6, $7);

-- name: sponsor_webhook_find   ($1 sponsor, $2 mode)   rows: at most 1
SELECT id, sponsor, url, events, is_active, sealed, created_us, triggered_us
FROM sponsor_webhook WHERE sponsor = $1 AND mode = $2;

-- name: sponsor_webhook_of_merchant   ($1 merchant, $2 mode)   rows: at most 1
SELECT w.id, w.sponsor, w.url, w.events, w.is_active, w.sealed, w.created_us, w.triggered_us
FROM merchant m JOIN sponsor_webhook w ON w.sponsor = m.sponsor AND w.mode = $2 WHERE m.id = $1;

-- name: sponsor_webhook_of_client   ($1 merchant, $2 mode)   rows: at most 1
SELECT w.id, w.sponsor, w.url, w.events, w.is_active, w.sealed, w.created_us, w.triggered_us
FROM merchant m JOIN sponsor_webhook w ON w.sponsor = m.sponsor AND w.mode = $2
JOIN client c ON c.sponsor = m.sponsor AND c.mode = $2 AND c.merchant = m.id
WHERE m.id = $1;

-- name: sponsor_webhook_update   ($1 sponsor, $2 mode, $3 url, $4 events, $5 is_active)   rows: exactly 1
UPDATE sponsor_webhook SET url = $3, events = $4, is_active = $5
WHERE sponsor = $1 AND mode = $2;

-- name: sponsor_webhook_tried   ($1 merchant, $2 mode, $3 triggered_us)   rows: at most 1
UPDATE sponsor_webhook SET triggered_us = $3
WHERE sponsor = (SELECT sponsor FROM merchant WHERE id = $1) AND mode = $2
    AND COALESCE(triggered_us, 0) < $3;

-- name: sponsor_webhook_delete   ($1 sponsor, $2 mode)   rows: exactly 1
DELETE FROM sponsor_webhook WHERE sponsor = $1 AND mode = $2;
