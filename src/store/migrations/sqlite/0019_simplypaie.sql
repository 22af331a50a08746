-- Directory: one row leads from the hash of a token that a login got (api/simplypaie.md 2) to its merchant.
CREATE TABLE api_token (
    hash TEXT NOT NULL PRIMARY KEY,
    face TEXT NOT NULL CHECK (face IN ('simplypaie')),
    login TEXT NOT NULL,
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    created_us INTEGER NOT NULL,
    expires_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX api_token_by_login ON api_token (face, login, expires_us);

-- Payment buttons are signed too (api/simplypaie.md 3).
CREATE TABLE signing_secret_2 (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    face TEXT NOT NULL CHECK (face IN ('safedebit', 'seqino', 'simplypaie')),
    sealed BLOB NOT NULL,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, face)
) STRICT, WITHOUT ROWID;
INSERT INTO signing_secret_2 (merchant, mode, face, sealed, created_us)
SELECT merchant, mode, face, sealed, created_us FROM signing_secret;
DROP TABLE signing_secret;
-- One row: a secret we sign with (callbacks, payment buttons), sealed with a data key.
ALTER TABLE signing_secret_2 RENAME TO signing_secret;

-- As in 0001: how the tables grow, for the planner.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('api_token', 'api_token', '100000 1'),
    ('api_token', 'api_token_by_login', '100000 100000 100 1');
ANALYZE sqlite_schema;
