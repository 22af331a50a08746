-- What is open lies in indexes of its own, and is little.
-- name: operator_work   ($1 now_us)   rows: many
SELECT 'bank' AS kind, mode, COUNT(*) FROM bank_work WHERE closed_us IS NULL GROUP BY mode
UNION ALL
SELECT 'settlement', mode, COUNT(*) FROM settlement_work WHERE done_us IS NULL GROUP BY mode
UNION ALL
SELECT 'enrolment', e.mode, COUNT(*)
FROM enrolment e JOIN merchant m ON m.id = e.merchant JOIN sponsor s ON s.id = m.sponsor
WHERE e.state = 'open' AND e.includes_kyc = 1 AND e.documents_us IS NOT NULL AND e.reviewed_us IS NULL
    AND (e.includes_signature = 0 OR e.signature_us IS NOT NULL
        OR e.expires_us > $1 + CASE WHEN e.mode = 'test' THEN s.clock_offset_us ELSE 0 END)
GROUP BY e.mode
UNION ALL
SELECT 'totals', mode, COUNT(*) FROM reconciliation WHERE state = 'out_of_balance' AND explained_us IS NULL GROUP BY mode
ORDER BY kind, mode;
