-- One row: a client's permission to send and receive invoices through us for one line of the national directory
-- (not a mandate to debit), from its first day to its last. `address` is the line's electronic address; `registered_us`
-- is when the platform took the client in as a recipient there.
CREATE TABLE pdp_mandate (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state = 'processing' OR state = 'created' OR state = 'pending_kyc'
        OR state = 'active' OR state = 'expired' OR state = 'error' OR state = 'revoked'),
    starts_on TEXT NOT NULL,
    ends_on TEXT,
    address TEXT NOT NULL,
    siren TEXT NOT NULL,
    name TEXT NOT NULL,
    suffix TEXT,
    siret TEXT,
    routing_identifier TEXT,
    routing_scheme TEXT CHECK (routing_scheme = '0224' OR routing_scheme = '0088' OR routing_scheme = '0060'
        OR routing_scheme = 'Internal'),
    routing_label TEXT,
    nature TEXT CHECK (nature IN ('Private', 'Public')),
    legal_commitment INTEGER NOT NULL CHECK (legal_commitment IN (0, 1)),
    postal TEXT,
    registration TEXT NOT NULL CHECK (registration = 'not_registered' OR registration = 'registered'
        OR registration = 'refused'),
    cause TEXT,
    created_us INTEGER NOT NULL,
    updated_us INTEGER,
    registered_us INTEGER,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX pdp_mandate_living ON pdp_mandate (merchant, mode, address)
    WHERE state = 'processing' OR state = 'created' OR state = 'pending_kyc' OR state = 'active';
CREATE INDEX pdp_mandate_registered ON pdp_mandate (merchant, mode, siren, address, id)
    WHERE registered_us IS NOT NULL;

-- Directory: one row leads from a client's mandate to the client, for a sponsor who names the mandate alone.
CREATE TABLE pdp_mandate_owner (
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    mandate TEXT NOT NULL,
    merchant TEXT NOT NULL REFERENCES merchant (id),
    PRIMARY KEY (mode, mandate)
) STRICT, WITHOUT ROWID;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('pdp_mandate', 'pdp_mandate', '10000 100 100 1'),
    ('pdp_mandate', 'pdp_mandate_living', '10000 100 100 1'),
    ('pdp_mandate', 'pdp_mandate_registered', '10000 100 100 4 2 1'),
    ('pdp_mandate_owner', 'pdp_mandate_owner', '10000 5000 1');
ANALYZE sqlite_schema;
