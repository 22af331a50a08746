-- Links on which companies enrol (api/seqino.md 4), by their token and, for their sponsor, by their id.
CREATE TABLE link_2 (
    hash TEXT NOT NULL PRIMARY KEY,
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    kind TEXT NOT NULL CHECK (kind = 'authentication' OR kind = 'mandate_form' OR kind = 'invoice' OR kind = 'request'
        OR kind = 'enrolment' OR kind = 'enrolment_id'),
    object TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO link_2 (hash, merchant, mode, kind, object)
SELECT hash, merchant, mode, kind, object FROM link;
DROP TABLE link;
-- Directory: one row leads from the hash of a token in a link to the object it opens.
ALTER TABLE link_2 RENAME TO link;
CREATE INDEX link_by_object ON link (merchant, mode, kind, object);

-- One row: a link on which a client enrols. One of a client's is open at a time. Each time is that of the step, or of
-- what happened to the link; `verified` says that the register of companies knows what the company says of itself.
CREATE TABLE enrolment (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state = 'open' OR state = 'replaced' OR state = 'completed' OR state = 'failed'),
    includes_kyc INTEGER NOT NULL CHECK (includes_kyc IN (0, 1)),
    includes_signature INTEGER NOT NULL CHECK (includes_signature IN (0, 1)),
    callback_url TEXT,
    verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
    opened_us INTEGER,
    company_us INTEGER,
    representative_us INTEGER,
    documents_us INTEGER,
    signature_us INTEGER,
    reviewed_us INTEGER,
    changed_us INTEGER NOT NULL,
    created_us INTEGER NOT NULL,
    expires_us INTEGER NOT NULL,
    ended_us INTEGER,
    document TEXT,
    PRIMARY KEY (merchant, mode, id),
    CHECK ((state = 'open') = (ended_us IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX enrolment_open ON enrolment (merchant, mode, state) WHERE state = 'open';
-- Enrolments of all merchants, as whoever looks after the server asks for them: the newest, and those that wait for a
-- decision.
CREATE INDEX enrolment_by_id ON enrolment (id);
CREATE INDEX enrolment_waiting ON enrolment (id, mode)
    WHERE state = 'open' AND includes_kyc = 1 AND documents_us IS NOT NULL AND reviewed_us IS NULL;

-- One row: what somebody typed in a step of an enrolment, sealed. `part` is the enrolment's id, a dot, the step.
CREATE TABLE enrolment_part (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    part TEXT NOT NULL,
    sealed BLOB NOT NULL,
    saved_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, part)
) STRICT, WITHOUT ROWID;

-- One row: a file that a company has handed in on its enrolment, about its representative or about itself; the last of its
-- kind. `shape` is what it is by its content.
CREATE TABLE enrolment_file (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    enrolment TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind = 'identity_front' OR kind = 'identity_back' OR kind = 'company_extract'),
    shape TEXT NOT NULL CHECK (shape = 'image/jpeg' OR shape = 'image/png' OR shape = 'application/pdf'),
    document TEXT NOT NULL,
    size INTEGER NOT NULL,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, enrolment, kind),
    FOREIGN KEY (merchant, mode, enrolment) REFERENCES enrolment (merchant, mode, id)
) STRICT, WITHOUT ROWID;

-- Codes that sign the mandate of a company, of which so many are sent in an hour.
CREATE TABLE one_time_code_2 (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    purpose TEXT NOT NULL CHECK (purpose = 'form' OR purpose = 'levy' OR purpose = 'mandate' OR purpose = 'enrolment'),
    object TEXT NOT NULL,
    hash TEXT NOT NULL,
    made INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    since_us INTEGER NOT NULL,
    sent_us INTEGER NOT NULL,
    expires_us INTEGER NOT NULL,
    channel TEXT CHECK (channel IN ('sms', 'email')),
    receiver TEXT,
    PRIMARY KEY (merchant, mode, purpose, object)
) STRICT, WITHOUT ROWID;
INSERT INTO one_time_code_2 (merchant, mode, purpose, object, hash, made, tries, since_us, sent_us, expires_us, channel,
    receiver)
SELECT merchant, mode, purpose, object, hash, made, tries, sent_us, sent_us, expires_us, channel, receiver
FROM one_time_code;
DROP TABLE one_time_code;
-- One row: a one-time code that was sent and not used yet; `hash` is keyed, `made` counts the codes of the object since a
-- moment.
ALTER TABLE one_time_code_2 RENAME TO one_time_code;

-- As in 0001: how the tables grow, for the planner.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('link', 'link', '1000000 1'),
    ('link', 'link_by_object', '1000000 1000000 1000000 500000 1'),
    ('one_time_code', 'one_time_code', '10000 10000 10000 5000 1'),
    ('enrolment', 'enrolment', '10000 10 10 1'),
    ('enrolment', 'enrolment_open', '5000 1 1 1'),
    ('enrolment_part', 'enrolment_part', '40000 8 8 1'),
    ('enrolment', 'enrolment_by_id', '10000 1'),
    ('enrolment', 'enrolment_waiting', '100 1 1'),
    ('enrolment_file', 'enrolment_file', '30000 30 30 3 1');
ANALYZE sqlite_schema;
