-- Why a mandate is suspended: the bank's code, or 'operator'.
ALTER TABLE mandate ADD COLUMN suspended_for TEXT;
UPDATE mandate SET suspended_for = (SELECT d.reason FROM debit d
        WHERE d.merchant = mandate.merchant AND d.mode = mandate.mode AND d.mandate = mandate.id
            AND d.reason IS NOT NULL
        ORDER BY d.payment DESC LIMIT 1)
    WHERE state = 'suspended';

-- The reference that a debit's file names, fixed when it goes into one: the mandate may get another one later.
ALTER TABLE debit ADD COLUMN umr TEXT;

-- Accounts that were given with a mandate, for a mandate that leaves them for another account.
CREATE INDEX bank_account_by_mandate ON bank_account (merchant, mode, mandate) WHERE mandate IS NOT NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('bank_account', 'bank_account_by_mandate', '1000000 1000000 1000000 2');
ANALYZE sqlite_schema;
