-- name: merchants_changed   ()   rows: exactly 1
INSERT INTO merchant_change (id, count) VALUES (1, 1)
ON CONFLICT (id) DO UPDATE SET count = merchant_change.count + 1;

-- name: merchants_change   ()   rows: at most 1
SELECT count FROM merchant_change WHERE id = 1;

-- name: sponsor_insert   ($1 id, $2 name, $3 siren, $4 created_us)   rows: exactly 1
INSERT INTO sponsor (id, name, siren, created_us) VALUES ($1, $2, $3, $4);

-- name: sponsor_find   ($1 id)   rows: at most 1
SELECT name FROM sponsor WHERE id = $1;

-- name: merchant_insert   ($1 id, $2 sponsor, $3 name, $4 acceptor, $5 created_us)   rows: exactly 1
INSERT INTO merchant (id, sponsor, name, acceptor, created_us) VALUES ($1, $2, $3, $4, $5);

-- name: merchant_find   ($1 id)   rows: at most 1
SELECT m.sponsor, m.name, m.acceptor, s.clock_offset_us, m.created_us
FROM merchant m JOIN sponsor s ON s.id = m.sponsor WHERE m.id = $1;

-- name: merchant_rename   ($1 id, $2 name)   rows: exactly 1
UPDATE merchant SET name = $2 WHERE id = $1;

-- name: merchant_page   ($1 after, $2 rows)   rows: many
SELECT m.id, m.sponsor, m.name, s.name, m.created_us
FROM merchant m JOIN sponsor s ON s.id = m.sponsor
WHERE m.id > $1 ORDER BY m.id LIMIT $2;

-- name: acceptor_insert   ($1 acceptor, $2 merchant)   rows: exactly 1
INSERT INTO acceptor (acceptor, merchant) VALUES ($1, $2);

-- name: acceptor_find   ($1 acceptor)   rows: at most 1
SELECT merchant FROM acceptor WHERE acceptor = $1;

-- name: acceptor_drop   ($1 acceptor, $2 merchant)   rows: at most 1
DELETE FROM acceptor WHERE acceptor = $1 AND merchant = $2
    AND NOT EXISTS (SELECT 1 FROM merchant WHERE id = $2 AND merchant.acceptor = $1)
    AND NOT EXISTS (SELECT 1 FROM card_attempt
        WHERE card_attempt.merchant = $2 AND mode = 'live' AND id >= '' AND op = 'authorise' AND state = 'approved');

-- What a live acquirer still has to do carries the number with which it began.
-- name: acceptor_waits   ($1 merchant)   rows: at most 1
SELECT 1 FROM task
WHERE merchant = $1 AND mode = 'live' AND kind IN ('card_batch', 'card_capture', 'card_refund', 'card_void', 'card_release',
    'card_reverse', 'settlement', 'hold_expiry', 'reconcile')
UNION ALL
SELECT 1 FROM card_attempt WHERE merchant = $1 AND mode = 'live' AND id >= '' AND state = 'sent'
LIMIT 1;

-- name: setting_list   ($1 merchant)   rows: many
SELECT name, value FROM merchant_setting WHERE merchant = $1 ORDER BY name;

-- name: setting_put   ($1 merchant, $2 name, $3 value)   rows: exactly 1
INSERT INTO merchant_setting (merchant, name, value) VALUES ($1, $2, $3)
ON CONFLICT (merchant, name) DO UPDATE SET value = excluded.value;

-- name: setting_drop   ($1 merchant, $2 name)   rows: at most 1
DELETE FROM merchant_setting WHERE merchant = $1 AND name = $2;

-- name: api_key_insert   ($1 hash, $2 merchant, $3 mode, $4 face, $5 kind, $6 shown, $7 created_us)   rows: exactly 1
INSERT INTO api_key (hash, merchant, mode, face, kind, shown, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: api_key_find   ($1 hash, $2 face)   rows: at most 1
SELECT merchant, mode, kind, expires_us, revoked_us FROM api_key WHERE hash = $1 AND face = $2;

-- name: api_key_list   ($1 merchant)   rows: many
SELECT hash, face, mode, kind, shown, created_us, expires_us, revoked_us FROM api_key
WHERE merchant = $1 ORDER BY created_us, kind, hash;

-- name: api_key_public   ($1 merchant, $2 mode, $3 now_us)   rows: at most 1
SELECT shown FROM api_key
WHERE merchant = $1 AND mode = $2 AND face = 'stancer' AND kind = 'public'
    AND revoked_us IS NULL AND (expires_us IS NULL OR expires_us > $3)
ORDER BY created_us DESC, hash LIMIT 1;

-- A key that ends earlier already keeps its end.
-- name: api_key_expire   ($1 merchant, $2 mode, $3 expires_us, $4 face)   rows: any
UPDATE api_key SET expires_us = $3
WHERE merchant = $1 AND mode = $2 AND face = $4 AND kind = 'secret'
    AND revoked_us IS NULL AND (expires_us IS NULL OR expires_us > $3);

-- name: api_key_end   ($1 merchant, $2 mode, $3 revoked_us, $4 face)   rows: any
UPDATE api_key SET revoked_us = $3
WHERE merchant = $1 AND mode = $2 AND face = $4 AND kind = 'secret' AND revoked_us IS NULL;

-- name: api_key_revoke   ($1 hash, $2 merchant, $3 revoked_us)   rows: exactly 1
UPDATE api_key SET revoked_us = $3 WHERE hash = $1 AND merchant = $2;
