-- Across merchants: whoever looks after the server asks. The newest ones are found by an index.
-- name: enrolment_review_list   ($1 state, $2 before, $3 limit)   rows: many
SELECT merchant, mode, id FROM enrolment
WHERE id < $2 AND ($1 = 'all' OR state = $1)
    AND NOT ($1 = 'open' AND includes_kyc = 1 AND documents_us IS NOT NULL)
ORDER BY id DESC LIMIT $3;

-- name: enrolment_review_waiting   ($1 before, $2 limit)   rows: many
SELECT merchant, mode, id FROM enrolment
WHERE id < $1 AND state = 'open' AND includes_kyc = 1 AND documents_us IS NOT NULL
    AND reviewed_us IS NULL
ORDER BY id DESC LIMIT $2;
