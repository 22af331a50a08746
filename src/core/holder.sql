-- name: holder_renew   ($1 number, $2 until_us)   rows: exactly 1
INSERT INTO holder (number, until_us) VALUES ($1, $2)
ON CONFLICT (number) DO UPDATE SET until_us = excluded.until_us;

-- One that has settled everything leaves no row; one that leaves attempts without an answer keeps it, for others.
-- name: holder_leave   ($1 number)   rows: at most 1
DELETE FROM holder WHERE number = $1 AND NOT EXISTS (
    SELECT 1 FROM card_attempt a WHERE a.state = 'sent' AND a.op = 'authorise' AND a.holder = $1);

-- name: holder_find   ($1 number)   rows: at most 1
SELECT until_us FROM holder WHERE number = $1;

-- There is one row for each server.
-- name: holder_others   ($1 number, $2 now_us)   rows: exactly 1, whole table
SELECT COUNT(*) FROM holder WHERE number <> $1 AND until_us >= $2;

-- name: holder_dead   ($1 number, $2 dead_before_us)   rows: at most 1, whole table
SELECT number FROM holder WHERE number <> $1 AND until_us < $2 ORDER BY number LIMIT 1;

-- name: holder_gone   ($1 number)   rows: at most 1
UPDATE holder SET until_us = 0 WHERE number = $1;

-- name: holder_forget   ($1 number)   rows: at most 1
DELETE FROM holder WHERE number = $1;

-- name: lease_take   ($1 name, $2 holder, $3 dead_before_us)   rows: at most 1
INSERT INTO lease (name, holder) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder
WHERE lease.holder = excluded.holder OR NOT EXISTS (
    SELECT 1 FROM holder h WHERE h.number = lease.holder AND h.until_us >= $3);

-- name: lease_give   ($1 name, $2 holder)   rows: at most 1
DELETE FROM lease WHERE name = $1 AND holder = $2;
