-- Across merchants: whoever looks after the server asks. The newest ones are found by an index. The time is the real one;
-- each merchant has its own in test mode. See enrolment_waits().
-- name: enrolment_review_list   ($1 state, $2 before, $3 limit, $4 now_us)   rows: many
SELECT e.merchant, e.mode, e.id
FROM enrolment e JOIN merchant m ON m.id = e.merchant JOIN sponsor s ON s.id = m.sponsor
WHERE e.id < $2 AND ($1 = 'all' OR e.state = $1)
    AND NOT ($1 = 'open' AND e.includes_kyc = 1 AND e.documents_us IS NOT NULL AND e.reviewed_us IS NULL
        AND (e.includes_signature = 0 OR e.signature_us IS NOT NULL
            OR e.expires_us > $4 + CASE WHEN e.mode = 'test' THEN s.clock_offset_us ELSE 0 END))
ORDER BY e.id DESC LIMIT $3;

-- name: enrolment_review_waiting   ($1 before, $2 limit, $3 now_us)   rows: many
SELECT e.merchant, e.mode, e.id
FROM enrolment e JOIN merchant m ON m.id = e.merchant JOIN sponsor s ON s.id = m.sponsor
WHERE e.id < $1 AND e.state = 'open' AND e.includes_kyc = 1 AND e.documents_us IS NOT NULL
    AND e.reviewed_us IS NULL
    AND (e.includes_signature = 0 OR e.signature_us IS NOT NULL
        OR e.expires_us > $3 + CASE WHEN e.mode = 'test' THEN s.clock_offset_us ELSE 0 END)
ORDER BY e.id DESC LIMIT $2;
