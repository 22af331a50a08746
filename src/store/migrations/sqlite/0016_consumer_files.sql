CREATE INDEX consumer_by_customer ON consumer (merchant, mode, customer) WHERE customer IS NOT NULL;

-- One row: a file that came in about a consumer; with `mandate` it is the paper of one that was signed elsewhere. The
-- bytes are those of `document`.
CREATE TABLE consumer_file (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    consumer TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('mandate', 'identity', 'iban', 'kbis', 'other')),
    description TEXT,
    mandate TEXT,
    document TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX consumer_file_by_consumer ON consumer_file (merchant, mode, consumer, id);
CREATE INDEX consumer_file_by_mandate ON consumer_file (merchant, mode, mandate, id) WHERE mandate IS NOT NULL;

-- One row: somebody for whom the merchant collects, beside itself. `iban_sealed` is the number.
CREATE TABLE beneficiary (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    reference TEXT NOT NULL,
    name TEXT,
    siren TEXT,
    ics TEXT,
    iban_sealed BLOB NOT NULL,
    street_number TEXT NOT NULL,
    street_name TEXT NOT NULL,
    zip_code TEXT NOT NULL,
    city TEXT NOT NULL,
    phone TEXT,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX beneficiary_by_reference ON beneficiary (merchant, mode, reference);

-- As in 0001: how the tables grow, for the planner.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('consumer', 'consumer_by_customer', '1000000 1000000 1000000 1'),
    ('consumer_file', 'consumer_file', '1000000 1000000 1000000 1'),
    ('consumer_file', 'consumer_file_by_consumer', '1000000 1000000 1000000 2 1'),
    ('consumer_file', 'consumer_file_by_mandate', '1000000 1000000 1000000 1 1'),
    ('beneficiary', 'beneficiary', '10000 10000 10000 1'),
    ('beneficiary', 'beneficiary_by_reference', '10000 10000 10000 1');
ANALYZE sqlite_schema;
