-- name: bank_statement_find   ($1 merchant, $2 mode, $3 account, $4 kind, $5 identity)   rows: at most 1
SELECT identity, place, report, name, day, number, legal_number, opening_cents, closing_cents, adds_up,
    made, work_sum, work_number, work_opening
FROM bank_statement
WHERE merchant = $1 AND mode = $2 AND account = $3 AND kind = $4 AND identity = $5;

-- name: bank_statement_before   ($1 merchant, $2 mode, $3 account, $4 kind, $5 place)   rows: at most 1
SELECT identity, place, report, name, day, number, legal_number, opening_cents, closing_cents, adds_up,
    made, work_sum, work_number, work_opening
FROM bank_statement
WHERE merchant = $1 AND mode = $2 AND account = $3 AND kind = $4 AND place < $5
ORDER BY place DESC LIMIT 1;

-- name: bank_statement_after   ($1 merchant, $2 mode, $3 account, $4 kind, $5 place)   rows: at most 1
SELECT identity, place, report, name, day, number, legal_number, opening_cents, closing_cents, adds_up,
    made, work_sum, work_number, work_opening
FROM bank_statement
WHERE merchant = $1 AND mode = $2 AND account = $3 AND kind = $4 AND place > $5
ORDER BY place LIMIT 1;

-- name: bank_statement_put   ($1 merchant, $2 mode, $3 account, $4 kind, $5 identity, $6 place, $7 report, $8 name, $9 day, $10 number, $11 legal_number, $12 opening_cents, $13 closing_cents, $14 adds_up, $15 made, $16 created_us)   rows: exactly 1
INSERT INTO bank_statement (merchant, mode, account, kind, identity, place, report, name, day, number,
    legal_number, opening_cents, closing_cents, adds_up, made, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (merchant, mode, account, kind, identity) DO UPDATE SET report = excluded.report, name = excluded.name,
    opening_cents = excluded.opening_cents, closing_cents = excluded.closing_cents, adds_up = excluded.adds_up, made = excluded.made;

-- name: bank_statement_ask   ($1 merchant, $2 mode, $3 account, $4 kind, $5 identity, $6 work_sum, $7 work_number, $8 work_opening)   rows: exactly 1
UPDATE bank_statement SET work_sum = $6, work_number = $7, work_opening = $8
WHERE merchant = $1 AND mode = $2 AND account = $3 AND kind = $4 AND identity = $5;

-- For the operator's status: over all statements of a merchant, about one a day and account.
-- name: bank_statement_last   ($1 merchant, $2 mode, $3 limit)   rows: many, whole table
SELECT s.account, s.kind, s.name, s.day, s.number, s.legal_number, s.opening_cents, s.closing_cents,
    s.adds_up, s.made, g.deviations
FROM (SELECT merchant, mode, account, kind, MAX(place) AS place,
        SUM((SELECT COUNT(*) FROM bank_work w WHERE w.merchant = b.merchant AND w.mode = b.mode
            AND w.id IN (b.work_sum, b.work_number, b.work_opening) AND w.closed_us IS NULL))
            AS deviations
    FROM bank_statement b WHERE merchant = $1 AND mode = $2
    GROUP BY merchant, mode, account, kind) g
JOIN bank_statement s ON s.merchant = g.merchant AND s.mode = g.mode AND s.account = g.account
    AND s.kind = g.kind AND s.place = g.place
ORDER BY s.account, s.kind LIMIT $3;
