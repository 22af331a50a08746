-- Requests that are paid by direct debit. `account` is the bank account that the merchant gave, after success the
-- one that is debited.
ALTER TABLE request ADD COLUMN account TEXT;
CREATE INDEX request_by_account ON request (merchant, mode, account, id) WHERE account IS NOT NULL;

-- The address that the debtor gave when it signed; without one it is that of the account's customer.
ALTER TABLE mandate ADD COLUMN debtor_address TEXT;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('request', 'request_by_account', '1000000 1000000 1000000 2 1');
ANALYZE sqlite_schema;
