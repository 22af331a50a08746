-- Links to forms on which a mandate is signed.
CREATE TABLE link_2 (
    hash TEXT NOT NULL PRIMARY KEY,
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    kind TEXT NOT NULL CHECK (kind IN ('authentication', 'mandate_form')),
    object TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO link_2 (hash, merchant, mode, kind, object)
SELECT hash, merchant, mode, kind, object FROM link;
DROP TABLE link;
-- Directory: one row leads from the hash of a token in a link to the object it opens.
ALTER TABLE link_2 RENAME TO link;

-- Text messages leave as mails do.
CREATE TABLE outbox_2 (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('stancer', 'safedebit', 'seqino', 'mail', 'sms')),
    receiver TEXT NOT NULL,
    address TEXT,
    event TEXT NOT NULL,
    type TEXT NOT NULL,
    object TEXT NOT NULL,
    body TEXT,
    due_us INTEGER,
    tries INTEGER NOT NULL DEFAULT 0,
    code INTEGER,
    why TEXT,
    outcome TEXT CHECK (outcome IN ('delivered', 'dead')),
    created_us INTEGER NOT NULL,
    done_us INTEGER,
    PRIMARY KEY (merchant, mode, id),
    CHECK ((outcome IS NULL) = (done_us IS NULL)),
    CHECK (outcome IS NULL OR due_us IS NULL)
) STRICT, WITHOUT ROWID;
INSERT INTO outbox_2 (merchant, mode, id, channel, receiver, address, event, type, object, body, due_us, tries, code,
    why, outcome, created_us, done_us)
SELECT merchant, mode, id, channel, receiver, address, event, type, object, body, due_us, tries, code, why, outcome,
    created_us, done_us FROM outbox;
DROP TABLE outbox;
-- One row: a piece of news for one receiver, on its way until it has an outcome. Of the rows of one receiver
-- and object that are on their way only the oldest is due; the others wait for it without a time. `body` is
-- what is sent, the same in every try: there at once, or from the first try on.
ALTER TABLE outbox_2 RENAME TO outbox;
CREATE INDEX outbox_by_due ON outbox (merchant, mode, receiver, due_us) WHERE due_us IS NOT NULL;
CREATE INDEX outbox_by_lane ON outbox (merchant, mode, receiver, object, id) WHERE done_us IS NULL;
CREATE INDEX outbox_by_end ON outbox (merchant, mode, outcome, done_us) WHERE done_us IS NOT NULL;

-- How a code was sent, and where to.
ALTER TABLE one_time_code ADD COLUMN channel TEXT CHECK (channel IN ('sms', 'email'));
ALTER TABLE one_time_code ADD COLUMN receiver TEXT;

-- The code that signed: its keyed hash, and where it was sent to.
ALTER TABLE mandate_evidence ADD COLUMN code_hash TEXT;
ALTER TABLE mandate_evidence ADD COLUMN code_to TEXT;

-- One row: a page on which somebody gives a mandate (api/safedebit.md 4 and 9). It ends once, and then forgets the
-- account's number. For a consumer it is the draft that it will be made of, and `mandate` what came of it; for a
-- mandate that a call has made it is the place where that one is signed. `becomes` is the mandate's state after that.
CREATE TABLE mandate_form (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('consumer', 'mandate')),
    state TEXT NOT NULL CHECK (state IN ('open', 'replaced', 'signed', 'canceled', 'failed', 'expired')),
    consumer TEXT NOT NULL,
    own_reference TEXT,
    umr TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('RCUR', 'OOFF')),
    becomes TEXT NOT NULL CHECK (becomes IN ('active', 'suspended', 'signed')),
    mandate TEXT,
    channel TEXT CHECK (channel IN ('sms', 'email')),
    url_ok TEXT,
    url_ko TEXT,
    url_cancel TEXT,
    url_callback TEXT,
    iban_sealed BLOB,
    filled_us INTEGER,
    created_us INTEGER NOT NULL,
    expires_us INTEGER NOT NULL,
    ended_us INTEGER,
    PRIMARY KEY (merchant, mode, id),
    FOREIGN KEY (merchant, mode, consumer) REFERENCES consumer (merchant, mode, id),
    CHECK ((state = 'open') = (ended_us IS NULL)),
    CHECK (state = 'open' OR iban_sealed IS NULL),
    CHECK (mandate IS NOT NULL OR (state <> 'signed' AND purpose = 'consumer'))
) STRICT, WITHOUT ROWID;
CREATE INDEX mandate_form_by_own ON mandate_form (merchant, mode, own_reference)
    WHERE state = 'open' AND own_reference IS NOT NULL;
CREATE UNIQUE INDEX mandate_form_by_mandate ON mandate_form (merchant, mode, mandate) WHERE mandate IS NOT NULL;

-- As in 0001: how the tables grow, for the planner.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('link', 'link', '1000000 1'),
    ('outbox', 'outbox', '1000000 1000000 1000000 1'),
    ('outbox', 'outbox_by_due', '10000 10000 10000 1000 2'),
    ('outbox', 'outbox_by_lane', '10000 10000 10000 1000 2 1'),
    ('outbox', 'outbox_by_end', '1000000 1000000 1000000 500000 2'),
    ('mandate_form', 'mandate_form', '1000000 1000000 1000000 1'),
    ('mandate_form', 'mandate_form_by_own', '10000 10000 10000 1'),
    ('mandate_form', 'mandate_form_by_mandate', '1000000 1000000 1000000 1');
ANALYZE sqlite_schema;
