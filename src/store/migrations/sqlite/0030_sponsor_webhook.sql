-- Directory. One row: the address of a sponsor, in one mode, that is told what happens to its clients. `events` are
-- the names of what it asks for; what we sign with is sealed. The news themselves are rows of the clients.
CREATE TABLE sponsor_webhook (
    sponsor TEXT NOT NULL REFERENCES sponsor (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    sealed BLOB NOT NULL,
    created_us INTEGER NOT NULL,
    triggered_us INTEGER,
    PRIMARY KEY (sponsor, mode)
) STRICT, WITHOUT ROWID;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('sponsor_webhook', 'sponsor_webhook', '100 2 1');
ANALYZE sqlite_schema;
