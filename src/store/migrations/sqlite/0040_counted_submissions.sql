-- How many invoices were submitted as files, by the hour and by the span of 128 hours: those that leave, and those that
-- were received.
INSERT INTO counter (merchant, mode, kind, hour, count)
SELECT merchant, mode, CASE direction WHEN 'outgoing' THEN 'submission_sent' ELSE 'submission_received' END,
    created_us / 3600000000, COUNT(*)
FROM submission GROUP BY merchant, mode, direction, created_us / 3600000000;
INSERT INTO counter_span (merchant, mode, kind, span, count)
SELECT merchant, mode, kind, hour / 128, SUM(count) FROM counter
WHERE kind = 'submission_sent' OR kind = 'submission_received'
GROUP BY merchant, mode, kind, hour / 128;
