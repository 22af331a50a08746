-- What is open lies in indexes of its own, and is little.
-- name: operator_work   rows: many
SELECT 'bank' AS kind, mode, COUNT(*) FROM bank_work WHERE closed_us IS NULL GROUP BY mode
UNION ALL
SELECT 'settlement', mode, COUNT(*) FROM settlement_work WHERE done_us IS NULL GROUP BY mode
UNION ALL
SELECT 'enrolment', mode, COUNT(*) FROM enrolment
WHERE state = 'open' AND includes_kyc = 1 AND documents_us IS NOT NULL AND reviewed_us IS NULL
GROUP BY mode
ORDER BY kind, mode;
