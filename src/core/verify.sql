-- Each statement gives the rows that prove something wrong: merchant, mode and the object concerned.

-- A payment has exactly the entries its state calls for (design.md 5). One whose capture was refused may have been paid
-- again on its page: what was decided and taken back does not count.
-- name: verify_payment_entries   ($1 limit)   rows: many, whole table
SELECT p.merchant, p.mode, p.id
FROM payment p
LEFT JOIN (SELECT merchant, mode, object,
        SUM(CASE WHEN kind = 'capture_decided' THEN 1 ELSE 0 END) AS decided,
        SUM(CASE WHEN kind = 'capture_reversed' THEN 1 ELSE 0 END) AS reversed,
        SUM(CASE WHEN kind = 'capture_settled' THEN 1 ELSE 0 END) AS settled
    FROM ledger_entry WHERE substr(kind, 1, 8) = 'capture_' GROUP BY merchant, mode, object) e
    ON e.merchant = p.merchant AND e.mode = p.mode AND e.object = p.id
WHERE NOT CASE
    WHEN p.method = 'sepa' THEN COALESCE(e.decided - e.reversed, 0) = 0
        AND COALESCE(e.settled, 0) = 0
    WHEN p.state IN ('to_capture', 'capture_sent') THEN COALESCE(e.decided - e.reversed, 0) = 1
        AND e.settled = 0
    WHEN p.state IN ('captured', 'disputed') THEN COALESCE(e.decided - e.reversed, 0) = 1
        AND e.settled = 1
    ELSE COALESCE(e.decided - e.reversed, 0) = 0 AND COALESCE(e.settled, 0) = 0
    END
LIMIT $1;

-- What the entries of a payment leave on the accounts is what its state says: owed by the acquirer or in collection while
-- it is on its way, owed to the merchant without the fee; what a debit has brought is pending until it is released. CROSS JOIN has SQLite look
-- for payments in the order in which it has sorted, instead of keeping all sums first.
-- name: verify_payment_amounts   ($1 limit)   rows: many, whole table
SELECT p.merchant, p.mode, p.id
FROM (SELECT merchant, mode, object,
        SUM(CASE WHEN account = 'acquirer_receivable' THEN amount_minor ELSE 0 END) AS owed,
        SUM(CASE WHEN account = 'merchant_pending' THEN amount_minor ELSE 0 END) AS pending,
        SUM(CASE WHEN account = 'merchant_payable' THEN amount_minor ELSE 0 END) AS payable,
        SUM(CASE WHEN account = 'fee_income' THEN amount_minor ELSE 0 END) AS fee,
        SUM(CASE WHEN account = 'fee_vat' THEN amount_minor ELSE 0 END) AS vat,
        SUM(CASE WHEN account = 'sepa_in_collection' THEN amount_minor ELSE 0 END) AS collected,
        SUM(CASE WHEN account IN ('bank', 'acquirer_fees') THEN amount_minor ELSE 0 END) AS received
    FROM ledger_leg
    WHERE substr(kind, 1, 8) = 'capture_' OR (substr(kind, 1, 6) = 'debit_' AND kind <> 'debit_returned')
    GROUP BY merchant, mode, object) b
CROSS JOIN payment p
LEFT JOIN debit d ON p.method = 'sepa' AND d.merchant = p.merchant AND d.mode = p.mode
    AND d.payment = p.id
WHERE p.merchant = b.merchant AND p.mode = b.mode AND p.id = b.object AND NOT CASE
    WHEN p.method = 'sepa' AND p.state IN ('capture_sent', 'captured', 'disputed') THEN b.owed = 0
        AND b.collected = CASE WHEN p.state = 'capture_sent' THEN p.amount_minor ELSE 0 END
        AND b.received = CASE WHEN p.state = 'capture_sent' THEN 0 ELSE p.amount_minor END
        AND b.pending = CASE WHEN d.released_us IS NULL
            THEN p.fee_minor + p.fee_vat_minor - p.amount_minor ELSE 0 END
        AND b.payable = CASE WHEN d.released_us IS NULL
            THEN 0 ELSE p.fee_minor + p.fee_vat_minor - p.amount_minor END
        AND b.fee = -p.fee_minor AND b.vat = -p.fee_vat_minor
    WHEN p.method = 'sepa' THEN b.owed = 0 AND b.collected = 0 AND b.pending = 0 AND b.payable = 0
        AND b.fee = 0 AND b.vat = 0 AND b.received = 0
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
LEFT JOIN (SELECT l.merchant, l.mode, l.object,
        COUNT(DISTINCT CASE WHEN l.kind = 'refund_asked' THEN l.entry END) AS asked,
        COUNT(DISTINCT CASE WHEN l.kind = 'refund_settled' THEN l.entry END) AS settled,
        COUNT(DISTINCT CASE WHEN l.kind = 'refund_reversed' THEN l.entry END) AS reversed,
        COUNT(DISTINCT CASE WHEN l.kind = 'refund_returned' THEN l.entry END) AS returned,
        SUM(CASE WHEN l.account = 'refunds_in_transit' THEN l.amount_minor ELSE 0 END) AS transit,
        SUM(CASE WHEN l.account = 'bank' THEN l.amount_minor ELSE 0 END) AS bank
    FROM ledger_leg l
    WHERE l.kind IN ('refund_asked', 'refund_settled', 'refund_reversed', 'refund_returned')
    GROUP BY l.merchant, l.mode, l.object) b
    ON b.merchant = r.merchant AND b.mode = r.mode AND b.object = r.id
WHERE NOT CASE
    WHEN r.state IN ('to_refund', 'refund_sent') THEN COALESCE(b.asked, 0) = 1
        AND b.settled = 0 AND b.reversed = 0 AND b.returned = 0 AND b.transit = -r.amount_minor
    WHEN r.state = 'refunded' THEN COALESCE(b.asked, 0) = 1 AND b.settled = 1
        AND b.reversed = 0 AND b.returned = 0 AND b.transit = 0 AND b.bank = -r.amount_minor
    WHEN r.state = 'not_honored' THEN COALESCE(b.asked, 0) = 1 AND b.settled = b.returned
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

-- A debit that came back was booked by the bank at once, and may have cost more there than it brought.
-- name: verify_dispute_entries   ($1 limit)   rows: many, whole table
SELECT d.merchant, d.mode, d.id
FROM dispute d
LEFT JOIN (SELECT l.merchant, l.mode, l.object,
        COUNT(DISTINCT CASE WHEN l.kind = 'chargeback' THEN l.entry END) AS noticed,
        COUNT(DISTINCT CASE WHEN l.kind = 'chargeback_settled' THEN l.entry END) AS settled,
        COUNT(DISTINCT CASE WHEN l.kind = 'debit_returned' THEN l.entry END) AS returned,
        COUNT(DISTINCT CASE WHEN l.kind = 'chargeback_won' THEN l.entry END) AS won,
        SUM(CASE WHEN l.account = 'merchant_payable' THEN l.amount_minor ELSE 0 END) AS payable,
        SUM(CASE WHEN l.account IN ('bank', 'bank_fees', 'acquirer_fees') THEN l.amount_minor ELSE 0 END) AS bank
    FROM ledger_leg l
    WHERE l.kind IN ('chargeback', 'chargeback_settled', 'chargeback_won', 'debit_returned')
    GROUP BY l.merchant, l.mode, l.object) b
    ON b.merchant = d.merchant AND b.mode = d.mode AND b.object = d.id
WHERE NOT (COALESCE(b.noticed, 0) = CASE WHEN d.kind = 'return' THEN 0 ELSE 1 END
    AND COALESCE(b.returned, 0) = CASE WHEN d.kind = 'return' THEN 1 ELSE 0 END
    AND b.settled = CASE WHEN d.kind <> 'return' AND d.state = 'settled' THEN 1 ELSE 0 END
    AND b.won = CASE WHEN d.won_us IS NULL THEN 0 ELSE 1 END
    AND b.payable = d.fee_minor + d.fee_vat_minor + CASE WHEN d.won_us IS NULL THEN d.amount_minor ELSE 0 END
    AND b.bank = CASE WHEN d.state = 'settled' AND d.won_us IS NULL THEN -d.amount_minor ELSE 0 END) LIMIT $1;

-- The kind of an entry tells what it is for. All that follows relies on it, and looks at the kinds of its own objects only.
-- name: verify_entries_without_object   ($1 limit)   rows: many, whole table
SELECT e.merchant, e.mode, e.id FROM ledger_entry e
WHERE NOT CASE
    WHEN e.kind IN ('capture_decided', 'capture_reversed', 'capture_settled', 'debit_released', 'debit_rejected',
            'debit_settled', 'debit_final')
        THEN EXISTS (SELECT 1 FROM payment p WHERE p.merchant = e.merchant AND p.mode = e.mode AND p.id = e.object)
    WHEN e.kind IN ('refund_asked', 'refund_settled', 'refund_reversed', 'refund_returned')
        THEN EXISTS (SELECT 1 FROM refund r WHERE r.merchant = e.merchant AND r.mode = e.mode AND r.id = e.object)
    WHEN e.kind IN ('chargeback', 'chargeback_settled', 'chargeback_won', 'debit_returned')
        THEN EXISTS (SELECT 1 FROM dispute d WHERE d.merchant = e.merchant AND d.mode = e.mode AND d.id = e.object)
    WHEN e.kind IN ('payout_created', 'payout_paid', 'payout_failed', 'payout_returned')
        THEN EXISTS (SELECT 1 FROM payout o WHERE o.merchant = e.merchant AND o.mode = e.mode AND o.id = e.object)
    WHEN e.kind IN ('bank_charged', 'bank_suspended', 'suspense_cleared', 'suspense_charged', 'suspense_kept')
        THEN (e.kind <> 'suspense_kept' AND EXISTS (SELECT 1 FROM bank_line n
                WHERE n.merchant = e.merchant AND n.mode = e.mode AND n.id = e.object))
            OR (e.kind IN ('bank_suspended', 'suspense_cleared', 'suspense_kept')
                AND EXISTS (SELECT 1 FROM settlement_work s
                    WHERE s.merchant = e.merchant AND s.mode = e.mode AND s.id = e.object))
    WHEN e.kind IN ('invoice_issued', 'credit_issued', 'invoice_settled', 'invoice_unsettled')
        THEN EXISTS (SELECT 1 FROM invoice i WHERE i.merchant = e.merchant AND i.mode = e.mode AND i.id = e.object)
    ELSE FALSE END
LIMIT $1;

-- Work that must go on has its task: captures (or the batch that makes it), refunds, holds that end, reversals.
-- name: verify_tasks   ($1 limit)   rows: many, whole table
SELECT w.merchant, w.mode, w.object
FROM (SELECT merchant, mode, id AS object, CASE WHEN state = 'to_capture' THEN 'card_capture'
        ELSE 'hold_expiry' END AS kind FROM payment WHERE state = 'authorized'
            OR (state = 'to_capture' AND method = 'card')
    UNION ALL SELECT r.merchant, r.mode, r.id, 'card_refund' FROM refund r
        JOIN payment p ON p.merchant = r.merchant AND p.mode = r.mode AND p.id = r.payment
        WHERE r.state = 'to_refund' AND p.method = 'card'
    UNION ALL SELECT DISTINCT merchant, mode,
        SUBSTR(CAST(settled_us AS TEXT) || scheme || '00000000', 1, 24), 'debit_release' FROM debit
        WHERE settled_us IS NOT NULL AND released_us IS NULL
    UNION ALL SELECT merchant, mode, id, 'reconcile' FROM reconciliation
        WHERE state IN ('open', 'sent')
    UNION ALL SELECT merchant, mode, id, 'request_expiry' FROM request
        WHERE state IN ('require_method', 'require_authentication')
    UNION ALL SELECT merchant, mode, payment, 'levy_code' FROM levy WHERE status = 'pending') w
WHERE NOT EXISTS (SELECT 1 FROM task t WHERE t.merchant = w.merchant AND t.mode = w.mode
        AND t.kind = w.kind AND t.object = w.object)
    AND NOT EXISTS (SELECT 1 FROM task t JOIN payment p ON p.merchant = t.merchant
            AND p.mode = t.mode AND p.id = w.object
        WHERE w.kind = 'card_capture' AND t.merchant = w.merchant AND t.mode = w.mode
            AND t.kind = 'card_batch' AND t.attempt <= w.object AND p.paid_us < t.due_us) LIMIT $1;

-- name: verify_reversals   ($1 limit)   rows: many, whole table
SELECT a.merchant, a.mode, a.id FROM card_attempt a
WHERE a.state = 'unknown' AND NOT EXISTS (SELECT 1 FROM task t WHERE t.merchant = a.merchant
    AND t.mode = a.mode AND t.kind = 'card_reverse' AND t.object = a.id) LIMIT $1;

-- Never more is captured than was held; of a deposit cashed in part the rest goes back, or the acquirer was told.
-- name: verify_holds   ($1 limit)   rows: many, whole table
SELECT p.merchant, p.mode, p.id FROM payment p
JOIN card_attempt a ON a.merchant = p.merchant AND a.mode = p.mode AND a.id = p.attempt
LEFT JOIN (SELECT DISTINCT merchant, mode, original FROM card_attempt
    WHERE op = 'void' AND state IN ('approved', 'declined')) v
    ON v.merchant = a.merchant AND v.mode = a.mode AND v.original = a.id
WHERE p.method = 'card' AND p.state IN ('to_capture', 'capture_sent', 'captured', 'disputed')
    AND (p.amount_minor > a.amount_minor OR (p.amount_minor < a.amount_minor
        AND v.original IS NULL AND NOT EXISTS (SELECT 1 FROM task t WHERE t.merchant = p.merchant
            AND t.mode = p.mode AND t.kind = 'card_release' AND t.object = p.id))) LIMIT $1;

-- name: verify_days   ($1 limit)   rows: many, whole table
SELECT merchant, mode, id FROM reconciliation WHERE state = 'out_of_balance' AND explained_us IS NULL LIMIT $1;

-- A card number is held exactly as long as an attempt on it waits for its reversal. A card that lost its number says
-- nothing about it.
-- name: verify_held_numbers   ($1 limit)   rows: many, whole table
SELECT u.merchant, u.mode, u.attempt FROM card_unreversed u
WHERE NOT EXISTS (SELECT 1 FROM card_attempt a WHERE a.merchant = u.merchant AND a.mode = u.mode
    AND a.id = u.attempt AND a.state = 'unknown')
UNION ALL SELECT a.merchant, a.mode, a.id FROM card_attempt a
JOIN card c ON c.merchant = a.merchant AND c.mode = a.mode AND c.id = a.card
WHERE a.state = 'unknown' AND c.fingerprint IS NOT NULL AND NOT EXISTS (SELECT 1
    FROM card_unreversed u WHERE u.merchant = a.merchant AND u.mode = a.mode AND u.attempt = a.id)
LIMIT $1;

-- Hour by hour, so that a total with bounds is right too; and the spans, of 128 hours, are what their hours come to, as
-- are the totals of all.
-- 3600000000 is HOUR_US.
-- name: verify_counters   ($1 limit)   rows: many, whole table
SELECT merchant, mode, kind
FROM (SELECT merchant, mode, kind, hour, count AS n FROM counter
    UNION ALL SELECT merchant, mode, 'payment', created_us / 3600000000, -1 FROM payment
    UNION ALL SELECT merchant, mode, 'payment_paid', created_us / 3600000000, -1 FROM payment
        WHERE paid_us IS NOT NULL
    UNION ALL SELECT merchant, mode, 'refund', created_us / 3600000000, -1 FROM refund
    UNION ALL SELECT merchant, mode, 'dispute', created_us / 3600000000, -1 FROM dispute
    UNION ALL SELECT merchant, mode, 'payout', created_us / 3600000000, -1 FROM payout
    UNION ALL SELECT merchant, mode, 'request', created_us / 3600000000, -1 FROM request
    UNION ALL SELECT merchant, mode, 'card', created_us / 3600000000, -1 FROM card
        WHERE deleted_us IS NULL
    UNION ALL SELECT merchant, mode, 'bank_account', created_us / 3600000000, -1 FROM bank_account
        WHERE deleted_us IS NULL
    UNION ALL SELECT merchant, mode, 'mandate', created_us / 3600000000, -1 FROM mandate
    UNION ALL SELECT merchant, mode, 'customer', created_us / 3600000000, -1 FROM customer
        WHERE deleted_us IS NULL
    UNION ALL SELECT merchant, mode, 'pdp_mandate', created_us / 3600000000, -1 FROM pdp_mandate
        WHERE state <> 'revoked'
    UNION ALL SELECT merchant, mode, 'report', created_us / 3600000000, -1 FROM report
    UNION ALL SELECT merchant, mode, 'invoice_issued', created_us / 3600000000, -1 FROM invoice
        WHERE kind = 'invoice' OR kind = 'credit_note'
    UNION ALL SELECT merchant, mode, CASE direction WHEN 'outgoing' THEN 'submission_sent'
            ELSE 'submission_received' END, created_us / 3600000000, -1 FROM submission) c
GROUP BY merchant, mode, kind, hour HAVING SUM(n) <> 0
UNION ALL SELECT merchant, mode, kind
FROM (SELECT merchant, mode, kind, span, count AS n FROM counter_span
    UNION ALL SELECT merchant, mode, kind, hour / 128, -count FROM counter) s
GROUP BY merchant, mode, kind, span HAVING SUM(n) <> 0
UNION ALL SELECT merchant, mode, kind
FROM (SELECT merchant, mode, kind, count AS n FROM counter_total
    UNION ALL SELECT merchant, mode, kind, -count FROM counter) t
GROUP BY merchant, mode, kind HAVING SUM(n) <> 0 LIMIT $1;

-- A mandate that was ever collected under, or may be, was signed, and that can be shown.
-- name: verify_mandates   ($1 limit)   rows: many, whole table
SELECT m.merchant, m.mode, m.id FROM mandate m
WHERE (m.state IN ('signed', 'active', 'suspended', 'closed') OR EXISTS (SELECT 1 FROM debit d
        WHERE d.merchant = m.merchant AND d.mode = m.mode AND d.mandate = m.id AND d.sent_us IS NOT NULL))
    AND (m.signed_us IS NULL OR NOT EXISTS (SELECT 1 FROM mandate_evidence e
        WHERE e.merchant = m.merchant AND e.mode = m.mode AND e.mandate = m.id))
LIMIT $1;

-- The document of a mandate, and the mandate of an account.
-- name: verify_mandate_links   ($1 limit)   rows: many, whole table
SELECT m.merchant, m.mode, m.id FROM mandate m
WHERE m.document IS NOT NULL AND NOT EXISTS (SELECT 1 FROM document d
    WHERE d.merchant = m.merchant AND d.mode = m.mode AND d.id = m.document AND d.object = m.id)
UNION ALL SELECT a.merchant, a.mode, a.id FROM bank_account a
WHERE a.mandate IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mandate m
    WHERE m.merchant = a.merchant AND m.mode = a.mode AND m.id = a.mandate)
LIMIT $1;

-- Customer and account of a consumer, and of its files what they belong to.
-- name: verify_consumer_links   ($1 limit)   rows: many, whole table
SELECT c.merchant, c.mode, c.id FROM consumer c
WHERE c.customer IS NOT NULL AND (NOT EXISTS (SELECT 1 FROM customer k
        WHERE k.merchant = c.merchant AND k.mode = c.mode AND k.id = c.customer)
    OR NOT EXISTS (SELECT 1 FROM bank_account a
        WHERE a.merchant = c.merchant AND a.mode = c.mode AND a.id = c.account
            AND a.customer = c.customer))
UNION ALL SELECT f.merchant, f.mode, f.id FROM consumer_file f
WHERE NOT EXISTS (SELECT 1 FROM consumer c
        WHERE c.merchant = f.merchant AND c.mode = f.mode AND c.id = f.consumer)
    OR NOT EXISTS (SELECT 1 FROM document d
        WHERE d.merchant = f.merchant AND d.mode = f.mode AND d.id = f.document
            AND d.object = COALESCE(f.mandate, f.id))
    OR (f.mandate IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mandate m
        JOIN consumer c ON c.merchant = m.merchant AND c.mode = m.mode AND c.customer = m.customer
        WHERE m.merchant = f.merchant AND m.mode = f.mode AND m.id = f.mandate
            AND c.id = f.consumer))
LIMIT $1;

-- A request is paid once, by the payment it names, and goes with it; what is not paid has no payment that succeeded. A
-- debit that came back and was presented again does not pay it any more.
-- name: verify_requests   ($1 limit)   rows: many, whole table
SELECT r.merchant, r.mode, r.id
FROM request r
LEFT JOIN (SELECT l.merchant, l.mode, l.request, COUNT(*) AS paid, MIN(p.id) AS payment,
        MIN(CASE WHEN p.state = 'authorized' THEN 'authorized' ELSE 'captured' END) AS state
    FROM request_payment l
    JOIN payment p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.payment
    JOIN request q ON q.merchant = l.merchant AND q.mode = l.mode AND q.id = l.request
    WHERE p.state IN ('authorized', 'to_capture', 'capture_sent', 'captured')
        OR (p.state = 'disputed' AND q.payment = p.id)
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
    (SELECT COUNT(*) FROM dispute), (SELECT COUNT(*) FROM payout);

-- A payout has exactly the entries its state calls for, for its amount; one of nothing has none.
-- name: verify_payout_entries   ($1 limit)   rows: many, whole table
SELECT p.merchant, p.mode, p.id
FROM payout p
LEFT JOIN (SELECT l.merchant, l.mode, l.object,
        COUNT(DISTINCT CASE WHEN l.kind = 'payout_created' THEN l.entry END) AS created,
        COUNT(DISTINCT CASE WHEN l.kind = 'payout_paid' THEN l.entry END) AS paid,
        COUNT(DISTINCT CASE WHEN l.kind = 'payout_failed' THEN l.entry END) AS failed,
        COUNT(DISTINCT CASE WHEN l.kind = 'payout_returned' THEN l.entry END) AS returned,
        SUM(CASE WHEN l.account = 'merchant_payable' THEN l.amount_minor ELSE 0 END) AS payable,
        SUM(CASE WHEN l.account = 'payouts_in_transit' THEN l.amount_minor ELSE 0 END) AS transit,
        SUM(CASE WHEN l.account = 'bank' THEN l.amount_minor ELSE 0 END) AS bank
    FROM ledger_leg l
    WHERE l.kind IN ('payout_created', 'payout_paid', 'payout_failed', 'payout_returned')
    GROUP BY l.merchant, l.mode, l.object) b
    ON b.merchant = p.merchant AND b.mode = p.mode AND b.object = p.id
WHERE NOT CASE
    WHEN p.amount_minor = 0 THEN b.created IS NULL
    WHEN p.state IN ('pending', 'to_pay', 'sent') THEN COALESCE(b.created, 0) = 1 AND b.paid = 0
        AND b.failed = 0 AND b.returned = 0 AND b.payable = p.amount_minor
        AND b.transit = -p.amount_minor AND b.bank = 0
    WHEN p.state = 'paid' THEN COALESCE(b.created, 0) = 1 AND b.paid = 1
        AND b.failed = 0 AND b.returned = 0 AND b.payable = p.amount_minor
        AND b.transit = 0 AND b.bank = -p.amount_minor
    ELSE COALESCE(b.created, 0) = 1 AND b.paid = b.returned AND b.failed = 1
        AND b.payable = 0 AND b.transit = 0 AND b.bank = 0
    END
LIMIT $1;

-- A payout is the sum of its lines, which share its currency and, when it failed, its fate.
-- name: verify_payout_lines   ($1 limit)   rows: many, whole table
SELECT p.merchant, p.mode, p.id
FROM payout p
LEFT JOIN (SELECT merchant, mode, payout, SUM(amount_minor - fee_minor - fee_vat_minor) AS net,
        MIN(currency) AS first, MAX(currency) AS last, MIN(failed) AS none, MAX(failed) AS one
    FROM payout_line WHERE payout IS NOT NULL GROUP BY merchant, mode, payout) l
    ON l.merchant = p.merchant AND l.mode = p.mode AND l.payout = p.id
WHERE p.amount_minor <> COALESCE(l.net, 0) OR l.first <> p.currency OR l.last <> p.currency
    OR l.none <> CASE WHEN p.state = 'failed' THEN 1 ELSE 0 END
    OR l.one <> CASE WHEN p.state = 'failed' THEN 1 ELSE 0 END LIMIT $1;

-- name: verify_payout_parts   ($1 limit)   rows: many, whole table
SELECT merchant, mode, payout
FROM (SELECT merchant, mode, payout, kind, method, amount_minor, count AS n, fees_minor,
        fees_vat_minor FROM payout_part
    UNION ALL SELECT merchant, mode, payout, kind, method, -amount_minor, -1, -fee_minor,
        -fee_vat_minor FROM payout_line WHERE payout IS NOT NULL) x
GROUP BY merchant, mode, payout, kind, method
HAVING SUM(amount_minor) <> 0 OR SUM(n) <> 0 OR SUM(fees_minor) <> 0 OR SUM(fees_vat_minor) <> 0
LIMIT $1;

-- name: verify_lines_without_payout   ($1 limit)   rows: many, whole table
SELECT l.merchant, l.mode, l.payout FROM payout_line l
WHERE l.payout IS NOT NULL AND NOT EXISTS (SELECT 1 FROM payout p
    WHERE p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.payout) LIMIT $1;

-- name: verify_paid_out_twice   ($1 limit)   rows: many, whole table
SELECT merchant, mode, object FROM payout_line WHERE failed = 0
GROUP BY merchant, mode, object, back HAVING COUNT(*) > 1 LIMIT $1;

-- A line says of its object what the object says of itself.
-- name: verify_line_amounts   ($1 limit)   rows: many, whole table
SELECT l.merchant, l.mode, l.object
FROM payout_line l
LEFT JOIN payment p ON l.kind = 'payment' AND p.merchant = l.merchant AND p.mode = l.mode
    AND p.id = l.object
LEFT JOIN refund r ON l.kind = 'refund' AND r.merchant = l.merchant AND r.mode = l.mode
    AND r.id = l.object
LEFT JOIN dispute d ON l.kind = 'dispute' AND d.merchant = l.merchant AND d.mode = l.mode
    AND d.id = l.object
WHERE l.amount_minor IS DISTINCT FROM CASE
        WHEN l.kind = 'payment' THEN p.amount_minor
        WHEN l.back = 1 THEN COALESCE(r.amount_minor, d.amount_minor)
        ELSE -COALESCE(r.amount_minor, d.amount_minor) END
    OR l.fee_minor <> CASE WHEN l.back = 1 THEN 0 ELSE COALESCE(p.fee_minor, d.fee_minor, 0) END
    OR l.fee_vat_minor <> CASE WHEN l.back = 1 THEN 0
        ELSE COALESCE(p.fee_vat_minor, d.fee_vat_minor, 0) END
LIMIT $1;

-- What waits for a payout is what the book says is payable.
-- name: verify_payable   ($1 limit)   rows: many, whole table
SELECT merchant, mode, currency
FROM (SELECT merchant, mode, currency, amount_minor AS n FROM ledger_balance
        WHERE account = 'merchant_payable'
    UNION ALL SELECT merchant, mode, currency, amount_minor - fee_minor - fee_vat_minor
        FROM payout_line WHERE payout IS NULL) x
GROUP BY merchant, mode, currency HAVING SUM(n) <> 0 LIMIT $1;

-- name: verify_payout_tasks   ($1 limit)   rows: many, whole table
SELECT DISTINCT l.merchant, l.mode, l.merchant FROM payout_line l
WHERE l.payout IS NULL AND NOT EXISTS (SELECT 1 FROM task t WHERE t.merchant = l.merchant
    AND t.mode = l.mode AND t.kind = 'payout') LIMIT $1;

-- A payment by debit has its debit, and both say the same; a debit has exactly the entries its state calls for.
-- name: verify_debits   ($1 limit)   rows: many, whole table
SELECT p.merchant, p.mode, p.id
FROM payment p
LEFT JOIN debit d ON d.merchant = p.merchant AND d.mode = p.mode AND d.payment = p.id
LEFT JOIN (SELECT merchant, mode, object,
        SUM(CASE WHEN kind = 'debit_released' THEN 1 ELSE 0 END) AS released,
        SUM(CASE WHEN kind = 'debit_rejected' THEN 1 ELSE 0 END) AS rejected,
        SUM(CASE WHEN kind = 'debit_settled' THEN 1 ELSE 0 END) AS settled,
        SUM(CASE WHEN kind = 'debit_final' THEN 1 ELSE 0 END) AS final
    FROM ledger_entry WHERE substr(kind, 1, 6) = 'debit_' GROUP BY merchant, mode, object) e
    ON e.merchant = p.merchant AND e.mode = p.mode AND e.object = p.id
WHERE (p.method = 'sepa' OR d.payment IS NOT NULL OR e.object IS NOT NULL) AND NOT COALESCE(CASE
    WHEN p.method IS NULL OR p.method <> 'sepa' OR d.payment IS NULL THEN FALSE
    WHEN d.due IS NOT NULL AND d.due IS DISTINCT FROM p.date_settlement THEN FALSE
    WHEN p.state IN ('new', 'authorized', 'expired') THEN d.due IS NULL AND e.object IS NULL
    WHEN p.state = 'to_capture' THEN d.due IS NOT NULL AND d.sent_us IS NULL
        AND d.ended_us IS NULL AND e.object IS NULL
    WHEN p.state = 'canceled' AND d.sent_us IS NULL THEN e.object IS NULL
        AND (d.due IS NULL OR d.ended_us IS NOT NULL)
    WHEN p.state = 'canceled' THEN d.ended_us IS NOT NULL AND e.released = 1 AND e.rejected = 1
        AND e.settled = 0 AND e.final = 0 AND EXISTS (SELECT 1 FROM bank_cancellation c
            WHERE c.merchant = p.merchant AND c.mode = p.mode AND c.payment = p.id
                AND c.state = 'confirmed')
    WHEN p.state = 'failed' THEN d.ended_us IS NOT NULL AND d.reason IS NOT NULL
        AND COALESCE(e.released, 0) = CASE WHEN d.sent_us IS NULL THEN 0 ELSE 1 END
        AND COALESCE(e.rejected, 0) = CASE WHEN d.sent_us IS NULL THEN 0 ELSE 1 END
        AND COALESCE(e.settled, 0) = 0 AND COALESCE(e.final, 0) = 0
    WHEN p.state IN ('capture_sent', 'captured', 'disputed') THEN d.sent_us IS NOT NULL
        AND d.ended_us IS NULL AND e.released = 1 AND e.rejected = 0
        AND e.settled = CASE WHEN p.state = 'capture_sent' THEN 0 ELSE 1 END
        AND (d.settled_us IS NOT NULL) = (p.state <> 'capture_sent')
        AND d.settled_us IS NOT DISTINCT FROM p.paid_us
        AND (d.returned_us IS NOT NULL) = (p.state = 'disputed')
        AND e.final = CASE WHEN d.released_us IS NULL
            OR p.amount_minor = p.fee_minor + p.fee_vat_minor THEN 0 ELSE 1 END
    ELSE FALSE
    END, FALSE)
LIMIT $1;

-- A debit that waits goes into a file in time.
-- name: verify_debit_tasks   ($1 limit)   rows: many, whole table
SELECT d.merchant, d.mode, d.payment FROM debit d
WHERE d.cutoff_us IS NOT NULL AND d.file IS NULL AND d.ended_us IS NULL
    AND NOT EXISTS (SELECT 1 FROM task t WHERE t.merchant = d.merchant AND t.mode = d.mode
        AND t.kind = 'sepa_export') LIMIT $1;

-- What a mandate for one debit allows, and a debit of an account or under a mandate that does not exist.
-- name: verify_debit_links   ($1 limit)   rows: many, whole table
SELECT d.merchant, d.mode, d.payment FROM debit d
WHERE NOT EXISTS (SELECT 1 FROM bank_account a WHERE a.merchant = d.merchant AND a.mode = d.mode
        AND a.id = d.account)
    OR (d.mandate IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mandate m
        WHERE m.merchant = d.merchant AND m.mode = d.mode AND m.id = d.mandate
            AND (m.type = 'OOFF') = (d.sequence = 'OOFF')
            AND (m.type <> 'OOFF' OR d.sent_us IS NULL OR d.ended_us IS NOT NULL
                OR m.state <> 'active')))
    OR NOT EXISTS (SELECT 1 FROM payment p WHERE p.merchant = d.merchant AND p.mode = d.mode
        AND p.id = d.payment)
LIMIT $1;

-- A file for the bank is the sum of its blocks, and they are of their transactions.
-- name: verify_bank_files   ($1 limit)   rows: many, whole table
SELECT f.merchant, f.mode, f.id FROM bank_file f
LEFT JOIN (SELECT merchant, mode, file, COUNT(*) AS count, SUM(amount_cents) AS cents
    FROM bank_item GROUP BY merchant, mode, file) i
    ON i.merchant = f.merchant AND i.mode = f.mode AND i.file = f.id
LEFT JOIN (SELECT merchant, mode, file, SUM(tx_count) AS count, SUM(sum_cents) AS cents
    FROM bank_block GROUP BY merchant, mode, file) b
    ON b.merchant = f.merchant AND b.mode = f.mode AND b.file = f.id
WHERE f.tx_count <> COALESCE(i.count, 0) OR f.sum_cents <> COALESCE(i.cents, 0)
    OR f.tx_count <> COALESCE(b.count, 0) OR f.sum_cents <> COALESCE(b.cents, 0)
LIMIT $1;

-- What the bank was told of a debit, and what it told, is what became of the payment.
-- name: verify_bank_debits   ($1 limit)   rows: many, whole table
SELECT i.merchant, i.mode, i.object FROM bank_item i
JOIN payment p ON p.merchant = i.merchant AND p.mode = i.mode AND p.id = i.object
WHERE i.kind = 'debit' AND NOT CASE i.state
    WHEN 'taken' THEN p.state = 'to_capture'
    WHEN 'settled' THEN p.state = 'captured'
    WHEN 'rejected' THEN p.state IN ('failed', 'canceled')
    WHEN 'returned' THEN p.state = 'disputed'
    ELSE p.state = 'capture_sent' END
LIMIT $1;

-- A line of the statement has exactly the entries its state calls for.
-- name: verify_bank_lines   ($1 limit)   rows: many, whole table
SELECT n.merchant, n.mode, n.id
FROM bank_line n
LEFT JOIN (SELECT l.merchant, l.mode, l.object, COUNT(DISTINCT l.entry) AS entries,
        SUM(CASE WHEN l.account = 'bank' THEN l.amount_minor ELSE 0 END) AS bank,
        SUM(CASE WHEN l.account = 'bank_fees' THEN l.amount_minor ELSE 0 END) AS fees,
        SUM(CASE WHEN l.account = 'suspense' THEN l.amount_minor ELSE 0 END) AS suspense
    FROM ledger_leg l
    WHERE l.kind IN ('bank_charged', 'bank_suspended', 'suspense_cleared', 'suspense_charged')
    GROUP BY l.merchant, l.mode, l.object) b
    ON b.merchant = n.merchant AND b.mode = n.mode AND b.object = n.id
WHERE NOT COALESCE(CASE
    WHEN n.state IN ('suspense', 'balanced') THEN b.entries = 1 AND b.bank = n.cents AND b.fees = 0
        AND b.suspense = -n.cents
    WHEN n.state = 'charge' THEN b.entries = CASE WHEN n.work IS NULL THEN 1 ELSE 2 END
        AND b.bank = n.cents AND b.fees = -n.cents AND b.suspense = 0
    ELSE b.entries = 2 AND b.bank = 0 AND b.fees = 0 AND b.suspense = 0
    END, FALSE)
LIMIT $1;

-- The same of a settlement line that matched nothing.
-- name: verify_settlement_work   ($1 limit)   rows: many, whole table
SELECT w.merchant, w.mode, w.id
FROM settlement_work w
LEFT JOIN (SELECT l.merchant, l.mode, l.object, COUNT(DISTINCT l.entry) AS entries,
        SUM(CASE WHEN l.account = 'bank' THEN l.amount_minor ELSE 0 END) AS bank,
        SUM(CASE WHEN l.account = 'acquirer_fees' THEN l.amount_minor ELSE 0 END) AS fees,
        SUM(CASE WHEN l.account = 'suspense' THEN l.amount_minor ELSE 0 END) AS suspense
    FROM ledger_leg l
    WHERE l.kind IN ('bank_suspended', 'suspense_cleared', 'suspense_kept')
    GROUP BY l.merchant, l.mode, l.object) b
    ON b.merchant = w.merchant AND b.mode = w.mode AND b.object = w.id
WHERE NOT COALESCE(CASE
    WHEN w.booked = 0 OR w.moved_minor = 0 THEN b.entries IS NULL
    WHEN w.state = 'open' THEN b.entries = 1 AND b.bank = w.moved_minor AND b.suspense = -w.moved_minor
    WHEN w.state = 'charge' THEN b.entries = 2 AND b.bank = w.moved_minor AND b.fees = -w.moved_minor
        AND b.suspense = 0
    ELSE b.entries = 2 AND b.bank = 0 AND b.fees = 0 AND b.suspense = 0
    END, FALSE)
LIMIT $1;

-- What is in suspense is what persons have before them, each line once.
-- name: verify_suspense   ($1 limit)   rows: many, whole table
SELECT merchant, mode, currency
FROM (SELECT merchant, mode, currency, amount_minor AS n FROM ledger_balance
        WHERE account = 'suspense'
    UNION ALL SELECT merchant, mode, 'eur', cents FROM bank_line WHERE state = 'suspense'
    UNION ALL SELECT merchant, mode, currency, moved_minor FROM settlement_work
        WHERE state = 'open' AND booked = 1) x
GROUP BY merchant, mode, currency HAVING SUM(n) <> 0
UNION ALL SELECT n.merchant, n.mode, n.id FROM bank_line n
WHERE n.state = 'suspense' AND ((SELECT COUNT(*) FROM bank_work w WHERE w.merchant = n.merchant
        AND w.mode = n.mode AND w.id = n.work AND w.closed_us IS NULL) <> 1
    OR (SELECT COUNT(*) FROM bank_line o WHERE o.merchant = n.merchant AND o.mode = n.mode
        AND o.work = n.work) <> 1)
UNION ALL SELECT merchant, mode, object FROM bank_line
WHERE state = 'balanced' GROUP BY merchant, mode, object HAVING SUM(cents) <> 0
LIMIT $1;

-- A transfer that is held has a person who decides about it.
-- name: verify_held_transfers   ($1 limit)   rows: many, whole table
SELECT i.merchant, i.mode, i.object FROM bank_item i
WHERE i.held IS NOT NULL AND NOT EXISTS (SELECT 1 FROM bank_work w WHERE w.merchant = i.merchant
    AND w.mode = i.mode AND w.id = i.held AND w.object = i.object AND w.closed_us IS NULL)
LIMIT $1;

-- A levy is a debit of a consumer's mandate, and its status is what its payment, refunds and payout make of it; one that
-- waits has a code to wait for.
-- name: verify_levies   ($1 limit)   rows: many, whole table
SELECT l.merchant, l.mode, l.payment FROM levy l
LEFT JOIN payment p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.payment
LEFT JOIN debit d ON d.merchant = l.merchant AND d.mode = l.mode AND d.payment = l.payment
LEFT JOIN consumer c ON c.merchant = l.merchant AND c.mode = l.mode AND c.id = l.consumer
LEFT JOIN payout_line x ON x.merchant = l.merchant AND x.mode = l.mode AND x.object = l.payment AND x.back = 0
    AND x.failed = 0
LEFT JOIN payout o ON o.merchant = x.merchant AND o.mode = x.mode AND o.id = x.payout
WHERE NOT COALESCE(p.method = 'sepa' AND d.mandate IS NOT NULL AND c.customer IS NOT NULL
    AND (l.status NOT IN ('created', 'issued', 'settled') OR l.validated_us IS NOT NULL)
    AND (l.ended_us IS NOT NULL) = (l.status IN ('rejected', 'returned'))
    AND (l.status = 'pending') = EXISTS (SELECT 1 FROM one_time_code k WHERE k.merchant = l.merchant AND k.mode = l.mode
        AND k.purpose = 'levy' AND k.object = l.payment)
    AND l.status = CASE
        WHEN p.state IN ('new', 'authenticating', 'authorizing', 'authorized') THEN 'pending'
        WHEN p.state = 'to_capture' THEN 'created'
        WHEN p.state = 'capture_sent' THEN 'issued'
        WHEN p.state IN ('failed', 'refused') THEN 'rejected'
        WHEN p.state IN ('canceled', 'expired') THEN 'canceled'
        WHEN p.state = 'disputed' THEN 'returned'
        WHEN p.refunded_minor = p.amount_minor THEN CASE WHEN EXISTS (SELECT 1 FROM refund r
            WHERE r.merchant = l.merchant AND r.mode = l.mode AND r.payment = l.payment AND r.state = 'to_refund')
            THEN 'to_refund' ELSE 'refunded' END
        WHEN o.state IN ('pending', 'to_pay', 'sent') THEN 'in_credit'
        WHEN o.state = 'paid' THEN 'credited'
        ELSE 'settled' END, FALSE)
LIMIT $1;

-- An invoice or a credit note is booked once, for what it comes to; one of nothing, a quote and a receipt are not.
-- name: verify_invoice_entries   ($1 limit)   rows: many, whole table
SELECT i.merchant, i.mode, i.number
FROM invoice i
LEFT JOIN (SELECT l.merchant, l.mode, l.object, COUNT(DISTINCT l.entry) AS issued,
        SUM(CASE WHEN l.account = 'customers' THEN l.amount_minor ELSE 0 END) AS owed
    FROM ledger_leg l
    WHERE l.kind IN ('invoice_issued', 'credit_issued')
    GROUP BY l.merchant, l.mode, l.object) b
    ON b.merchant = i.merchant AND b.mode = i.mode AND b.object = i.id
WHERE NOT CASE
    WHEN i.kind IN ('quote', 'receipt') OR i.total_minor = 0 THEN b.issued IS NULL
    WHEN i.kind = 'invoice' THEN COALESCE(b.issued, 0) = 1 AND b.owed = i.total_minor
    ELSE COALESCE(b.issued, 0) = 1 AND b.owed = -i.total_minor
    END
LIMIT $1;

-- A document without a series is one that its series does not know of.
-- name: verify_invoice_series   ($1 limit)   rows: many, whole table
SELECT i.merchant, i.mode, i.number FROM invoice i
WHERE NOT EXISTS (SELECT 1 FROM invoice_series s
    WHERE s.merchant = i.merchant AND s.mode = i.mode AND s.kind = i.kind) LIMIT $1;

-- A document has its file, or a task that draws it.
-- name: verify_invoice_files   ($1 limit)   rows: many, whole table
SELECT i.merchant, i.mode, i.number FROM invoice i
WHERE NOT EXISTS (SELECT 1 FROM invoice_file f
        WHERE f.merchant = i.merchant AND f.mode = i.mode AND f.invoice = i.id)
    AND NOT EXISTS (SELECT 1 FROM task t
        WHERE t.merchant = i.merchant AND t.mode = i.mode AND t.kind = 'invoice_file' AND t.object = i.id)
LIMIT $1;

-- An invoice that waits to leave has a task that sends it, or one that draws its file first.
-- name: verify_flows   ($1 limit)   rows: many, whole table
SELECT f.merchant, f.mode, f.invoice FROM invoice_flow f
WHERE (f.state = 'waiting') <> EXISTS (SELECT 1 FROM task t
    WHERE t.merchant = f.merchant AND t.mode = f.mode AND (t.kind = 'invoice_flow' OR t.kind = 'invoice_file')
        AND t.object = f.invoice)
LIMIT $1;

-- The life cycle of an invoice that was deposited, and not rejected, tells every movement of its money once.
-- name: verify_collected   ($1 limit)   rows: many, whole table
SELECT f.merchant, f.mode, f.invoice FROM invoice_flow f
WHERE EXISTS (SELECT 1 FROM lifecycle_event e WHERE e.merchant = f.merchant AND e.mode = f.mode
        AND e.invoice = f.invoice AND e.status = 200)
    AND NOT EXISTS (SELECT 1 FROM lifecycle_event e WHERE e.merchant = f.merchant AND e.mode = f.mode
        AND e.invoice = f.invoice AND e.status = 213)
    AND ((SELECT COUNT(DISTINCT r.turn) FROM invoice_received r WHERE r.merchant = f.merchant AND r.mode = f.mode
            AND r.invoice = f.invoice)
        <> (SELECT COUNT(*) FROM lifecycle_event e WHERE e.merchant = f.merchant AND e.mode = f.mode
            AND e.invoice = f.invoice AND e.status = 212)
        OR EXISTS (SELECT e.received_turn FROM lifecycle_event e WHERE e.merchant = f.merchant AND e.mode = f.mode
            AND e.invoice = f.invoice AND e.status = 212 GROUP BY e.received_turn HAVING COUNT(*) > 1))
LIMIT $1;

-- What an invoice has received is what is left of the payment that paid it, and nothing while none did.
-- name: verify_invoice_received   ($1 limit)   rows: many, whole table
SELECT i.merchant, i.mode, i.invoice
FROM invoice_payment i
LEFT JOIN payment p ON p.merchant = i.merchant AND p.mode = i.mode AND p.id = i.payment
LEFT JOIN (SELECT merchant, mode, payment, SUM(amount_minor) AS taken FROM dispute
    WHERE won_us IS NULL GROUP BY merchant, mode, payment) d
    ON d.merchant = i.merchant AND d.mode = i.mode AND d.payment = i.payment
LEFT JOIN (SELECT merchant, mode, invoice, SUM(amount_minor) AS total FROM invoice_received
    GROUP BY merchant, mode, invoice) r
    ON r.merchant = i.merchant AND r.mode = i.mode AND r.invoice = i.invoice
WHERE COALESCE(r.total, 0) <> CASE
    WHEN p.state IN ('to_capture', 'capture_sent', 'captured', 'disputed')
        THEN p.amount_minor - p.refunded_minor - COALESCE(d.taken, 0)
    ELSE 0 END
LIMIT $1;

-- name: verify_invoice_settled   ($1 limit)   rows: many, whole table
SELECT i.merchant, i.mode, i.number
FROM invoice i
LEFT JOIN (SELECT l.merchant, l.mode, l.object, SUM(l.amount_minor) AS total
    FROM ledger_leg l
    WHERE l.kind IN ('invoice_settled', 'invoice_unsettled') AND l.account = 'operator'
    GROUP BY l.merchant, l.mode, l.object) b
    ON b.merchant = i.merchant AND b.mode = i.mode AND b.object = i.id
LEFT JOIN (SELECT merchant, mode, invoice, SUM(amount_minor) AS total FROM invoice_received
    GROUP BY merchant, mode, invoice) r
    ON r.merchant = i.merchant AND r.mode = i.mode AND r.invoice = i.id
WHERE COALESCE(b.total, 0) <> COALESCE(r.total, 0)
LIMIT $1;

-- A client's mandate has whom it belongs to in the directory, was registered when it is active, and its task as long as
-- its state goes on by itself.
-- name: verify_pdp_mandates   ($1 limit)   rows: many, whole table
SELECT m.merchant, m.mode, m.id FROM pdp_mandate m
WHERE NOT EXISTS (SELECT 1 FROM pdp_mandate_owner o
        WHERE o.mode = m.mode AND o.mandate = m.id AND o.merchant = m.merchant)
    OR (m.state = 'active' AND (m.registration <> 'registered' OR m.registered_us IS NULL))
    OR ((m.state = 'processing' OR m.state = 'created'
            OR (m.ends_on IS NOT NULL AND (m.state = 'pending_kyc' OR m.state = 'active')))
        AND NOT EXISTS (SELECT 1 FROM task t
            WHERE t.merchant = m.merchant AND t.mode = m.mode AND t.kind = 'pdp_mandate' AND t.object = m.id))
LIMIT $1;

-- name: verify_reports   ($1 limit)   rows: many, whole table
SELECT r.merchant, r.mode, r.id FROM report r
WHERE (r.state = 'pending') <> EXISTS (SELECT 1 FROM task t
    WHERE t.merchant = r.merchant AND t.mode = r.mode AND t.kind = 'report' AND t.object = r.id)
    OR (r.state = 'pending') <> (r.ended_us IS NULL)
LIMIT $1;
