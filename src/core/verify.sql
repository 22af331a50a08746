-- Each statement gives the rows that prove something wrong: merchant, mode and the object concerned.

-- name: verify_entry_sums   ($1 limit)   rows: many, whole table
SELECT merchant, mode, entry FROM ledger_leg
GROUP BY merchant, mode, entry, currency
HAVING SUM(amount_minor) <> 0 OR COUNT(*) < 2 LIMIT $1;

-- name: verify_entries_without_legs   ($1 limit)   rows: many, whole table
SELECT e.merchant, e.mode, e.id FROM ledger_entry e
WHERE NOT EXISTS (SELECT 1 FROM ledger_leg l
    WHERE l.merchant = e.merchant AND l.mode = e.mode AND l.entry = e.id) LIMIT $1;

-- name: verify_legs_without_entry   ($1 limit)   rows: many, whole table
SELECT l.merchant, l.mode, l.entry FROM ledger_leg l
WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e
    WHERE e.merchant = l.merchant AND e.mode = l.mode AND e.id = l.entry) LIMIT $1;

-- name: verify_balances   ($1 limit)   rows: many, whole table
SELECT b.merchant, b.mode, b.account
FROM ledger_balance b
LEFT JOIN (SELECT merchant, mode, account, currency, SUM(amount_minor) AS total
    FROM ledger_leg GROUP BY merchant, mode, account, currency) l
    ON l.merchant = b.merchant AND l.mode = b.mode AND l.account = b.account
        AND l.currency = b.currency
WHERE b.amount_minor <> COALESCE(l.total, 0) LIMIT $1;

-- name: verify_balances_missing   ($1 limit)   rows: many, whole table
SELECT l.merchant, l.mode, l.account
FROM (SELECT merchant, mode, account, currency FROM ledger_leg
    GROUP BY merchant, mode, account, currency) l
WHERE NOT EXISTS (SELECT 1 FROM ledger_balance b
    WHERE b.merchant = l.merchant AND b.mode = l.mode AND b.account = l.account
        AND b.currency = l.currency) LIMIT $1;

-- A payment has exactly the entries its state calls for (design.md 5). One whose capture was refused may have been paid
-- again on its page: what was decided and taken back does not count.
-- name: verify_payment_entries   ($1 limit)   rows: many, whole table
SELECT p.merchant, p.mode, p.id
FROM payment p
LEFT JOIN (SELECT merchant, mode, object,
        SUM(CASE WHEN kind = 'capture_decided' THEN 1 ELSE 0 END) AS decided,
        SUM(CASE WHEN kind = 'capture_reversed' THEN 1 ELSE 0 END) AS reversed,
        SUM(CASE WHEN kind = 'capture_settled' THEN 1 ELSE 0 END) AS settled
    FROM ledger_entry GROUP BY merchant, mode, object) e
    ON e.merchant = p.merchant AND e.mode = p.mode AND e.object = p.id
WHERE NOT CASE
    WHEN p.state IN ('to_capture', 'capture_sent') THEN COALESCE(e.decided - e.reversed, 0) = 1
        AND e.settled = 0
    WHEN p.state IN ('captured', 'disputed') THEN COALESCE(e.decided - e.reversed, 0) = 1
        AND e.settled = 1
    ELSE COALESCE(e.decided - e.reversed, 0) = 0 AND COALESCE(e.settled, 0) = 0
    END
LIMIT $1;

-- What the entries of a payment leave on the accounts is what its state says: owed by the acquirer while it is on its
-- way, owed to the merchant without the fee.
-- name: verify_payment_amounts   ($1 limit)   rows: many, whole table
SELECT p.merchant, p.mode, p.id
FROM payment p
JOIN (SELECT e.merchant, e.mode, e.object,
        SUM(CASE WHEN l.account = 'acquirer_receivable' THEN l.amount_minor ELSE 0 END) AS owed,
        SUM(CASE WHEN l.account = 'merchant_pending' THEN l.amount_minor ELSE 0 END) AS pending,
        SUM(CASE WHEN l.account = 'merchant_payable' THEN l.amount_minor ELSE 0 END) AS payable,
        SUM(CASE WHEN l.account = 'fee_income' THEN l.amount_minor ELSE 0 END) AS fee,
        SUM(CASE WHEN l.account = 'fee_vat' THEN l.amount_minor ELSE 0 END) AS vat,
        SUM(CASE WHEN l.account IN ('bank', 'acquirer_fees') THEN l.amount_minor ELSE 0 END)
            AS received
    FROM ledger_entry e
    JOIN ledger_leg l ON l.merchant = e.merchant AND l.mode = e.mode AND l.entry = e.id
    GROUP BY e.merchant, e.mode, e.object) b
    ON b.merchant = p.merchant AND b.mode = p.mode AND b.object = p.id
WHERE NOT CASE
    WHEN p.state IN ('to_capture', 'capture_sent') THEN b.owed = p.amount_minor
        AND b.pending = p.fee_minor + p.fee_vat_minor - p.amount_minor AND b.payable = 0
        AND b.fee = -p.fee_minor AND b.vat = -p.fee_vat_minor AND b.received = 0
    WHEN p.state IN ('captured', 'disputed') THEN b.owed = 0 AND b.pending = 0
        AND b.payable = p.fee_minor + p.fee_vat_minor - p.amount_minor
        AND b.fee = -p.fee_minor AND b.vat = -p.fee_vat_minor AND b.received = p.amount_minor
    ELSE b.owed = 0 AND b.pending = 0 AND b.payable = 0 AND b.fee = 0 AND b.vat = 0
        AND b.received = 0
    END
LIMIT $1;

-- name: verify_refund_entries   ($1 limit)   rows: many, whole table
SELECT r.merchant, r.mode, r.id
FROM refund r
LEFT JOIN (SELECT e.merchant, e.mode, e.object,
        COUNT(DISTINCT CASE WHEN e.kind = 'refund_asked' THEN e.id END) AS asked,
        COUNT(DISTINCT CASE WHEN e.kind = 'refund_settled' THEN e.id END) AS settled,
        COUNT(DISTINCT CASE WHEN e.kind = 'refund_reversed' THEN e.id END) AS reversed,
        SUM(CASE WHEN l.account = 'refunds_in_transit' THEN l.amount_minor ELSE 0 END) AS transit,
        SUM(CASE WHEN l.account = 'bank' THEN l.amount_minor ELSE 0 END) AS bank
    FROM ledger_entry e
    JOIN ledger_leg l ON l.merchant = e.merchant AND l.mode = e.mode AND l.entry = e.id
    GROUP BY e.merchant, e.mode, e.object) b
    ON b.merchant = r.merchant AND b.mode = r.mode AND b.object = r.id
WHERE NOT CASE
    WHEN r.state IN ('to_refund', 'refund_sent') THEN COALESCE(b.asked, 0) = 1
        AND b.settled = 0 AND b.reversed = 0 AND b.transit = -r.amount_minor
    WHEN r.state = 'refunded' THEN COALESCE(b.asked, 0) = 1 AND b.settled = 1
        AND b.reversed = 0 AND b.transit = 0 AND b.bank = -r.amount_minor
    WHEN r.state = 'not_honored' THEN COALESCE(b.asked, 0) = 1 AND b.settled = 0
        AND b.reversed = 1 AND b.transit = 0 AND b.bank = 0
    ELSE b.asked IS NULL
    END
LIMIT $1;

-- name: verify_refunded_totals   ($1 limit)   rows: many, whole table
SELECT p.merchant, p.mode, p.id
FROM payment p
LEFT JOIN (SELECT merchant, mode, payment, SUM(amount_minor) AS total FROM refund
    WHERE state IN ('to_refund', 'refund_sent', 'refunded')
    GROUP BY merchant, mode, payment) r
    ON r.merchant = p.merchant AND r.mode = p.mode AND r.payment = p.id
WHERE p.refunded_minor <> COALESCE(r.total, 0) LIMIT $1;

-- name: verify_dispute_entries   ($1 limit)   rows: many, whole table
SELECT d.merchant, d.mode, d.id
FROM dispute d
LEFT JOIN (SELECT e.merchant, e.mode, e.object,
        COUNT(DISTINCT CASE WHEN e.kind = 'chargeback' THEN e.id END) AS noticed,
        COUNT(DISTINCT CASE WHEN e.kind = 'chargeback_settled' THEN e.id END) AS settled,
        SUM(CASE WHEN l.account = 'merchant_payable' THEN l.amount_minor ELSE 0 END) AS payable,
        SUM(CASE WHEN l.account = 'bank' THEN l.amount_minor ELSE 0 END) AS bank
    FROM ledger_entry e
    JOIN ledger_leg l ON l.merchant = e.merchant AND l.mode = e.mode AND l.entry = e.id
    GROUP BY e.merchant, e.mode, e.object) b
    ON b.merchant = d.merchant AND b.mode = d.mode AND b.object = d.id
WHERE NOT (COALESCE(b.noticed, 0) = 1
    AND b.settled = CASE WHEN d.state = 'settled' THEN 1 ELSE 0 END
    AND b.payable = d.amount_minor + d.fee_minor + d.fee_vat_minor
    AND b.bank = CASE WHEN d.state = 'settled' THEN -d.amount_minor ELSE 0 END) LIMIT $1;

-- name: verify_entries_without_object   ($1 limit)   rows: many, whole table
SELECT e.merchant, e.mode, e.id FROM ledger_entry e
WHERE NOT EXISTS (SELECT 1 FROM payment p
        WHERE p.merchant = e.merchant AND p.mode = e.mode AND p.id = e.object)
    AND NOT EXISTS (SELECT 1 FROM refund r
        WHERE r.merchant = e.merchant AND r.mode = e.mode AND r.id = e.object)
    AND NOT EXISTS (SELECT 1 FROM dispute d
        WHERE d.merchant = e.merchant AND d.mode = e.mode AND d.id = e.object) LIMIT $1;

-- Work that must go on has its task: captures, refunds, holds that end, reversals.
-- name: verify_tasks   ($1 limit)   rows: many, whole table
SELECT w.merchant, w.mode, w.object
FROM (SELECT merchant, mode, id AS object, CASE WHEN state = 'to_capture' THEN 'card_capture'
        ELSE 'hold_expiry' END AS kind FROM payment WHERE state IN ('to_capture', 'authorized')
    UNION ALL SELECT merchant, mode, id, 'card_refund' FROM refund WHERE state = 'to_refund'
    UNION ALL SELECT merchant, mode, id, 'request_expiry' FROM request
        WHERE state IN ('require_method', 'require_authentication')) w
WHERE NOT EXISTS (SELECT 1 FROM task t WHERE t.merchant = w.merchant AND t.mode = w.mode
    AND t.kind = w.kind AND t.object = w.object) LIMIT $1;

-- name: verify_reversals   ($1 limit)   rows: many, whole table
SELECT a.merchant, a.mode, a.id FROM card_attempt a
WHERE a.state = 'unknown' AND NOT EXISTS (SELECT 1 FROM task t WHERE t.merchant = a.merchant
    AND t.mode = a.mode AND t.kind = 'card_reverse' AND t.object = a.id) LIMIT $1;

-- Hour by hour, so that a total with bounds is right too. 3600000000 is HOUR_US.
-- name: verify_counters   ($1 limit)   rows: many, whole table
SELECT merchant, mode, kind
FROM (SELECT merchant, mode, kind, hour, count AS n FROM counter
    UNION ALL SELECT merchant, mode, 'payment', created_us / 3600000000, -1 FROM payment
    UNION ALL SELECT merchant, mode, 'refund', created_us / 3600000000, -1 FROM refund
    UNION ALL SELECT merchant, mode, 'dispute', created_us / 3600000000, -1 FROM dispute
    UNION ALL SELECT merchant, mode, 'request', created_us / 3600000000, -1 FROM request
    UNION ALL SELECT merchant, mode, 'card', created_us / 3600000000, -1 FROM card
        WHERE deleted_us IS NULL
    UNION ALL SELECT merchant, mode, 'customer', created_us / 3600000000, -1 FROM customer
        WHERE deleted_us IS NULL) c
GROUP BY merchant, mode, kind, hour HAVING SUM(n) <> 0 LIMIT $1;

-- A request is paid once, by the payment it names, and goes with it; what is not paid has no payment that succeeded.
-- name: verify_requests   ($1 limit)   rows: many, whole table
SELECT r.merchant, r.mode, r.id
FROM request r
LEFT JOIN (SELECT l.merchant, l.mode, l.request, COUNT(*) AS paid, MIN(p.id) AS payment,
        MIN(CASE WHEN p.state = 'authorized' THEN 'authorized' ELSE 'captured' END) AS state
    FROM request_payment l
    JOIN payment p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.payment
    WHERE p.state IN ('authorized', 'to_capture', 'capture_sent', 'captured', 'disputed')
    GROUP BY l.merchant, l.mode, l.request) s
    ON s.merchant = r.merchant AND s.mode = r.mode AND s.request = r.id
WHERE NOT CASE
    WHEN r.state IN ('authorized', 'captured') THEN COALESCE(s.paid, 0) = 1
        AND s.payment = COALESCE(r.payment, '') AND s.state = r.state
    ELSE s.paid IS NULL
    END
LIMIT $1;

-- name: verify_sizes   ()   rows: exactly 1, whole table
SELECT (SELECT COUNT(*) FROM payment), (SELECT COUNT(*) FROM refund),
    (SELECT COUNT(*) FROM dispute), (SELECT COUNT(*) FROM ledger_entry),
    (SELECT COUNT(*) FROM ledger_leg);
