-- Directory: a request has no more than its token.
-- name: operator_session_insert   ($1 hash, $2 account, $3 address, $4 created_us, $5 previous_us, $6 refused)   rows: exactly 1
INSERT INTO operator_session (hash, account, address, created_us, seen_us, previous_us, refused)
VALUES ($1, $2, $3, $4, $4, $5, $6);

-- name: operator_session_find   ($1 hash)   rows: at most 1
SELECT s.address, s.created_us, s.seen_us, s.previous_us, s.refused, a.email
FROM operator_session s JOIN operator_account a ON a.id = s.account
WHERE s.hash = $1;

-- name: operator_session_touch   ($1 hash, $2 seen_us)   rows: at most 1
UPDATE operator_session SET seen_us = $2 WHERE hash = $1 AND seen_us < $2;

-- name: operator_session_end   ($1 hash)   rows: at most 1
DELETE FROM operator_session WHERE hash = $1;

-- name: operator_sessions_end   ($1 account)   rows: any
DELETE FROM operator_session WHERE account = $1;

-- What is too old, and the oldest of the others but `most`.
-- name: operator_session_purge   ($1 account, $2 created_before_us, $3 most)   rows: any
DELETE FROM operator_session WHERE account = $1 AND (created_us < $2 OR hash IN (
    SELECT hash FROM operator_session WHERE account = $1
    ORDER BY created_us DESC, hash LIMIT 1000000 OFFSET $3));

-- Without a merchant: who tries is nobody yet. $3: what began before is over.
-- name: operator_failure_add   ($1 of, $2 now_us, $3 over_us)   rows: exactly 1
INSERT INTO operator_failure (counted, since_us, count) VALUES ($1, $2, 1)
ON CONFLICT (counted) DO UPDATE SET
    count = CASE WHEN operator_failure.since_us < $3 THEN 1 ELSE operator_failure.count + 1 END,
    since_us = CASE WHEN operator_failure.since_us < $3 THEN excluded.since_us ELSE operator_failure.since_us END;

-- name: operator_failure_find   ($1 of)   rows: at most 1
SELECT since_us, count FROM operator_failure WHERE counted = $1;

-- name: operator_failure_purge   ($1 over_us)   rows: any
DELETE FROM operator_failure WHERE since_us < $1;

-- name: operator_failure_forget   ($1 of)   rows: at most 1
DELETE FROM operator_failure WHERE counted = $1;
