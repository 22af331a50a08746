-- A login may be suspended, or allowed from these addresses only (separated by blanks).
ALTER TABLE login ADD COLUMN suspended_us INTEGER;
ALTER TABLE login ADD COLUMN addresses TEXT;

-- One row: somebody who is debited, as Safedebit knows them. Without a customer it is a draft: a form that nobody has
-- signed yet. `own_reference` is the merchant's.
CREATE TABLE consumer (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    reference TEXT NOT NULL,
    own_reference TEXT,
    type TEXT NOT NULL CHECK (type IN ('person', 'company', 'non_profit')),
    customer TEXT,
    account TEXT,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, id),
    CHECK ((customer IS NULL) = (account IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX consumer_by_reference ON consumer (merchant, mode, reference);
CREATE UNIQUE INDEX consumer_by_own ON consumer (merchant, mode, own_reference)
    WHERE own_reference IS NOT NULL AND customer IS NOT NULL;
CREATE INDEX consumer_by_account ON consumer (merchant, mode, account) WHERE account IS NOT NULL;

-- One row: something that is known of a consumer. `folded` is what it is searched by.
CREATE TABLE consumer_value (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    consumer TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    folded TEXT NOT NULL,
    PRIMARY KEY (merchant, mode, consumer, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX consumer_value_by_text ON consumer_value (merchant, mode, field, folded, consumer);

CREATE INDEX bank_account_by_print ON bank_account (merchant, mode, fingerprint)
    WHERE fingerprint IS NOT NULL;

-- One row: a one-time code that was sent and not used yet; `hash` is keyed, `made` counts the codes of the object.
CREATE TABLE one_time_code (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    purpose TEXT NOT NULL CHECK (purpose IN ('form', 'levy', 'mandate')),
    object TEXT NOT NULL,
    hash TEXT NOT NULL,
    made INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    sent_us INTEGER NOT NULL,
    expires_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, purpose, object)
) STRICT, WITHOUT ROWID;

-- As in 0001: how the tables grow, for the planner.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('bank_account', 'bank_account_by_print', '1000000 1000000 1000000 2'),
    ('consumer', 'consumer', '1000000 1000000 1000000 1'),
    ('consumer', 'consumer_by_reference', '1000000 1000000 1000000 1'),
    ('consumer', 'consumer_by_own', '1000000 1000000 1000000 1'),
    ('consumer', 'consumer_by_account', '1000000 1000000 1000000 1'),
    ('one_time_code', 'one_time_code', '10000 10000 10000 5000 1'),
    ('consumer_value', 'consumer_value', '10000000 10000000 10000000 10 1'),
    ('consumer_value', 'consumer_value_by_text', '10000000 10000000 10000000 1000000 10 1');
ANALYZE sqlite_schema;
