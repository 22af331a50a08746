-- One row: a bank account that may be debited. `iban_sealed` is the number under data key `key_id`. `mandate` is
-- the one given together with the account; `signed_us` is its date as long as its reference is not known.
CREATE TABLE bank_account (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    customer TEXT,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    last4 TEXT NOT NULL,
    bic TEXT,
    date_birth TEXT,
    fingerprint BLOB,
    key_id INTEGER,
    iban_sealed BLOB,
    mandate TEXT,
    signed_us INTEGER,
    created_us INTEGER NOT NULL,
    deleted_us INTEGER,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX bank_account_by_customer ON bank_account (merchant, mode, customer, id)
    WHERE customer IS NOT NULL;

-- One row: what was found out about an account: is it open, and is it its holder's. `date_birth` tells whether
-- it matches, `score_name` how well the name does, 0 to 100.
CREATE TABLE sepa_check (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    account TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('available', 'check_sent', 'checked', 'check_error', 'unavailable')),
    response TEXT,
    date_birth INTEGER CHECK (date_birth IN (0, 1)),
    score_name INTEGER CHECK (score_name BETWEEN 0 AND 100),
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, account)
) STRICT, WITHOUT ROWID;

-- One row: the permission to debit an account. `umr` is its reference as it was given, `umr_key` what references
-- are compared by. `ics` and `creditor_name` are those it was given to. `expires_on` is NULL unless it can
-- expire. `ended_us` is when it was revoked or expired.
CREATE TABLE mandate (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    customer TEXT,
    state TEXT NOT NULL CHECK (state IN ('draft', 'sent', 'signed', 'active', 'suspended', 'revoked', 'expired',
        'closed')),
    umr TEXT NOT NULL,
    umr_key TEXT NOT NULL,
    scheme TEXT NOT NULL CHECK (scheme IN ('CORE', 'B2B')),
    type TEXT NOT NULL CHECK (type IN ('RCUR', 'OOFF')),
    ics TEXT,
    creditor_name TEXT NOT NULL,
    language TEXT NOT NULL,
    signed_us INTEGER,
    last_due TEXT,
    expires_on TEXT,
    document TEXT,
    document_signed INTEGER NOT NULL DEFAULT 0 CHECK (document_signed IN (0, 1)),
    created_us INTEGER NOT NULL,
    ended_us INTEGER,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX mandate_by_umr ON mandate (merchant, mode, umr_key);
CREATE INDEX mandate_by_account ON mandate (merchant, mode, account, id);
CREATE INDEX mandate_by_customer ON mandate (merchant, mode, customer, id) WHERE customer IS NOT NULL;
CREATE INDEX mandate_by_expiry ON mandate (merchant, mode, expires_on) WHERE expires_on IS NOT NULL;

-- One row: how a mandate was signed.
CREATE TABLE mandate_evidence (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    mandate TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('declared', 'document', 'box', 'sms', 'email')),
    signer TEXT,
    place TEXT,
    ip TEXT,
    user_agent TEXT,
    document_sha256 TEXT,
    signed_us INTEGER NOT NULL,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, mandate)
) STRICT, WITHOUT ROWID;

-- One row: a change of a mandate that the debtor's bank is told with the next collection. `payment` is that
-- collection; `told_us` is when the bank accepted it. An old account is named by its id.
CREATE TABLE mandate_amendment (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    mandate TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('umr', 'ics', 'creditor_name', 'account')),
    old_value TEXT NOT NULL,
    new_value TEXT NOT NULL,
    payment TEXT,
    created_us INTEGER NOT NULL,
    told_us INTEGER,
    PRIMARY KEY (merchant, mode, mandate, id)
) STRICT, WITHOUT ROWID;

-- One row: a file that we made or were given, sealed, of the object it belongs to. `sha256` is of the file.
CREATE TABLE document (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;

-- As in 0001: how the tables grow, for the planner.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('bank_account', 'bank_account', '1000000 1000000 1000000 1'),
    ('bank_account', 'bank_account_by_customer', '1000000 1000000 1000000 2 1'),
    ('sepa_check', 'sepa_check', '1000000 1000000 1000000 1'),
    ('mandate', 'mandate', '1000000 1000000 1000000 1'),
    ('mandate', 'mandate_by_umr', '1000000 1000000 1000000 1'),
    ('mandate', 'mandate_by_account', '1000000 1000000 1000000 2 1'),
    ('mandate', 'mandate_by_customer', '1000000 1000000 1000000 2 1'),
    ('mandate', 'mandate_by_expiry', '1000000 1000000 1000000 1000'),
    ('mandate_evidence', 'mandate_evidence', '1000000 1000000 1000000 1'),
    ('mandate_amendment', 'mandate_amendment', '1000000 1000000 1000000 2 1'),
    ('document', 'document', '1000000 1000000 1000000 1');
ANALYZE sqlite_schema;
