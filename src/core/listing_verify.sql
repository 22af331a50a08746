-- Each statement gives the rows that prove something wrong (core/verify.c).

-- A built list has a line for each request, each payment that no request made and that is no levy, and each refund of
-- them in a currency that it shows, but for what only gave a hold back; and no line for anything else.
-- name: verify_listing_lines   ($1 limit)   rows: many, whole table
WITH listed AS (SELECT merchant, mode FROM listing_owner WHERE built = 1)
SELECT r.merchant, r.mode, r.id FROM request r
JOIN listed o ON o.merchant = r.merchant AND o.mode = r.mode
LEFT JOIN listing l ON l.merchant = r.merchant AND l.mode = r.mode AND l.object = r.id
WHERE (r.currency IN ('eur', 'usd', 'gbp')) <> (l.number IS NOT NULL)
UNION ALL
SELECT p.merchant, p.mode, p.id FROM payment p
JOIN listed o ON o.merchant = p.merchant AND o.mode = p.mode
LEFT JOIN request_payment q ON q.merchant = p.merchant AND q.mode = p.mode AND q.payment = p.id
LEFT JOIN levy v ON v.merchant = p.merchant AND v.mode = p.mode AND v.payment = p.id
LEFT JOIN listing l ON l.merchant = p.merchant AND l.mode = p.mode AND l.object = p.id
WHERE (p.currency IN ('eur', 'usd', 'gbp') AND q.payment IS NULL AND v.payment IS NULL) <> (l.number IS NOT NULL)
UNION ALL
SELECT f.merchant, f.mode, f.id FROM refund f
JOIN listed o ON o.merchant = f.merchant AND o.mode = f.mode
JOIN payment p ON p.merchant = f.merchant AND p.mode = f.mode AND p.id = f.payment
LEFT JOIN levy v ON v.merchant = f.merchant AND v.mode = f.mode AND v.payment = f.payment
LEFT JOIN listing l ON l.merchant = f.merchant AND l.mode = f.mode AND l.object = f.id
WHERE (f.currency IN ('eur', 'usd', 'gbp') AND v.payment IS NULL
    AND NOT (f.state = 'payment_canceled' AND p.hold_expires_us IS NOT NULL))
    <> (l.number IS NOT NULL)
LIMIT $1;

-- A line says what became of its object: the status stands in the upper bits of its facet (core/listing_count.c).
-- name: verify_listing_status   ($1 limit)   rows: many, whole table
SELECT l.merchant, l.mode, l.object FROM listing l
JOIN request r ON r.merchant = l.merchant AND r.mode = l.mode AND r.id = l.object
LEFT JOIN payment p ON p.merchant = r.merchant AND p.mode = r.mode AND p.id = r.payment
WHERE (l.facet >> 13) NOT IN (CASE
        WHEN r.state IN ('require_method', 'require_authentication')
            THEN CASE WHEN r.reminders > 0 THEN 2 ELSE 1 END
        WHEN r.state = 'authorized' THEN 3
        WHEN r.state = 'captured' THEN CASE
            WHEN p.refunded_minor > 0 AND p.refunded_minor = p.amount_minor THEN 5 ELSE 4 END
        WHEN r.state = 'canceled' THEN 6 ELSE 7 END,
    CASE WHEN r.state = 'canceled' AND p.state = 'canceled' AND p.hold_expires_us IS NULL
        THEN 5 ELSE 0 END)
UNION ALL
SELECT l.merchant, l.mode, l.object FROM listing l
JOIN payment p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.object
WHERE (l.facet >> 13) NOT IN (CASE
        WHEN p.state IN ('new', 'authenticating', 'authorizing', 'refused', 'failed') THEN 1
        WHEN p.state = 'authorized' THEN 3
        WHEN p.state = 'canceled' THEN 6
        WHEN p.state = 'expired' THEN 7
        WHEN p.refunded_minor > 0 AND p.refunded_minor = p.amount_minor THEN 5 ELSE 4 END,
    CASE WHEN p.state = 'canceled' AND p.hold_expires_us IS NULL THEN 5 ELSE 0 END)
LIMIT $1;

-- name: verify_listing_counts   ($1 limit)   rows: many, whole table
SELECT c.merchant, c.mode, 'facet ' || c.facet
FROM listing_count c
LEFT JOIN (SELECT merchant, mode, facet, COUNT(*) AS total FROM listing
    GROUP BY merchant, mode, facet) l
    ON l.merchant = c.merchant AND l.mode = c.mode AND l.facet = c.facet
WHERE c.span = 0 AND c.count <> COALESCE(l.total, 0)
UNION ALL
SELECT c.merchant, c.mode, 'facet ' || c.facet
FROM (SELECT merchant, mode, facet, SUM(CASE WHEN span = 0 THEN count ELSE 0 END) AS total,
        SUM(CASE WHEN span BETWEEN 1 AND 999999 THEN count ELSE 0 END) AS months,
        SUM(CASE WHEN span > 999999 THEN count ELSE 0 END) AS days, MIN(count) AS least
    FROM listing_count GROUP BY merchant, mode, facet) c
LEFT JOIN (SELECT merchant, mode, facet, SUM(count) AS total FROM listing_amount
    GROUP BY merchant, mode, facet) a
    ON a.merchant = c.merchant AND a.mode = c.mode AND a.facet = c.facet
WHERE c.months <> c.total OR c.days <> c.total OR COALESCE(a.total, 0) <> c.total OR c.least < 0
LIMIT $1;

-- name: verify_listing_names   ($1 limit)   rows: many, whole table
SELECT p.merchant, p.mode, 'name ' || p.payer
FROM listing_payer p
LEFT JOIN (SELECT merchant, mode, payer, COUNT(*) AS total FROM listing
    GROUP BY merchant, mode, payer) l
    ON l.merchant = p.merchant AND l.mode = p.mode AND l.payer = p.payer
WHERE p.count <> COALESCE(l.total, 0)
UNION ALL
SELECT c.merchant, c.mode, 'letters ' || c.gram
FROM listing_gram_count c
LEFT JOIN (SELECT merchant, mode, gram, COUNT(*) AS total FROM listing_gram
    GROUP BY merchant, mode, gram) g
    ON g.merchant = c.merchant AND g.mode = c.mode AND g.gram = c.gram
WHERE c.count <> COALESCE(g.total, 0)
LIMIT $1;
