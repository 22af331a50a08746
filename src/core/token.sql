-- A directory, like login: a call has no more than the token.
-- name: token_insert   ($1 hash, $2 face, $3 login, $4 merchant, $5 mode, $6 created_us, $7 expires_us)   rows: exactly 1
INSERT INTO api_token (hash, face, login, merchant, mode, created_us, expires_us)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: token_find   ($1 hash, $2 face)   rows: at most 1
SELECT t.login, t.merchant, t.mode, t.expires_us, l.addresses
FROM api_token t JOIN login l ON l.face = t.face AND l.name = t.login
WHERE t.hash = $1 AND t.face = $2;

-- What ended long ago, and the oldest of those that live but `most`.
-- name: token_purge   ($1 face, $2 login, $3 ended_before_us)   rows: any
DELETE FROM api_token WHERE face = $1 AND login = $2 AND expires_us < $3;

-- name: token_trim   ($1 face, $2 login, $3 now_us, $4 most)   rows: any
DELETE FROM api_token WHERE hash IN (
    SELECT hash FROM api_token WHERE face = $1 AND login = $2 AND expires_us > $3
    ORDER BY expires_us DESC, hash LIMIT 1000000 OFFSET $4);

-- name: token_end   ($1 face, $2 login)   rows: any
DELETE FROM api_token WHERE face = $1 AND login = $2;
