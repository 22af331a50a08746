-- How many invoices and credit notes were issued, by the hour and by the span of 128 hours: what a sponsor is shown of
-- the use that a client makes of it.
INSERT INTO counter (merchant, mode, kind, hour, count)
SELECT merchant, mode, 'invoice_issued', created_us / 3600000000, COUNT(*) FROM invoice
WHERE kind = 'invoice' OR kind = 'credit_note'
GROUP BY merchant, mode, created_us / 3600000000;
INSERT INTO counter_span (merchant, mode, kind, span, count)
SELECT merchant, mode, kind, hour / 128, SUM(count) FROM counter WHERE kind = 'invoice_issued'
GROUP BY merchant, mode, kind, hour / 128;
