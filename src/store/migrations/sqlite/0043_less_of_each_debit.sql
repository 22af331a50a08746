-- What a file of debits writes has fewer indexes (docs/adr/0026): the transactions of a file tell its debits, and a debit
-- knows its own reference.
DROP INDEX debit_by_file;
DROP INDEX bank_item_by_reference;
CREATE UNIQUE INDEX bank_item_by_reference ON bank_item (merchant, mode, end_to_end) WHERE kind <> 'debit';

-- All debits of a scheme that settled at one moment share the task that makes their money payable; its object tells both.
INSERT INTO task (merchant, mode, kind, object, due_us, created_us)
SELECT t.merchant, t.mode, t.kind, SUBSTR(CAST(d.settled_us AS TEXT) || d.scheme || '00000000', 1, 24),
    MIN(t.due_us), MIN(t.created_us)
FROM task t
JOIN debit d ON d.merchant = t.merchant AND d.mode = t.mode AND d.payment = t.object
WHERE t.kind = 'debit_release' AND d.settled_us IS NOT NULL AND d.released_us IS NULL
GROUP BY t.merchant, t.mode, t.kind, d.settled_us, d.scheme;
DELETE FROM task WHERE kind = 'debit_release' AND EXISTS (SELECT 1 FROM debit d
    WHERE d.merchant = task.merchant AND d.mode = task.mode AND d.payment = task.object);
ALTER TABLE moving_debit DROP COLUMN due_us;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('bank_item', 'bank_item_by_reference', '10000 10000 10000 1');
ANALYZE sqlite_schema;
