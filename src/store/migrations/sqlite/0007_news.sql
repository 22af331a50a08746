-- One row: an address of a merchant's that is told what happens (a webhook). What we sign with is sealed.
CREATE TABLE webhook (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    channel TEXT NOT NULL,
    url TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;

-- One row: a piece of news for one receiver, on its way until it has an outcome. Of the rows of one receiver
-- and object that are on their way only the oldest is due; the others wait for it without a time. `body` is
-- what is sent, the same in every try: there at once, or from the first try on.
CREATE TABLE outbox (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('stancer', 'safedebit', 'seqino', 'mail')),
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
CREATE INDEX outbox_by_due ON outbox (merchant, mode, receiver, due_us) WHERE due_us IS NOT NULL;
CREATE INDEX outbox_by_lane ON outbox (merchant, mode, receiver, object, id) WHERE done_us IS NULL;
CREATE INDEX outbox_by_end ON outbox (merchant, mode, outcome, done_us) WHERE done_us IS NOT NULL;

-- One row: what a mail says; its outbox row has the same id, and takes it along when it goes.
CREATE TABLE mail (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    from_name TEXT,
    reply_to TEXT,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    html TEXT,
    PRIMARY KEY (merchant, mode, id),
    FOREIGN KEY (merchant, mode, id) REFERENCES outbox (merchant, mode, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Global, in a sandbox only. One row: a mail (later also an SMS) that the sandbox caught for one receiver.
CREATE TABLE caught (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('mail', 'sms')),
    sender TEXT NOT NULL,
    receiver TEXT NOT NULL,
    message TEXT,
    subject TEXT,
    text TEXT,
    html TEXT,
    raw TEXT NOT NULL,
    caught_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX caught_by_receiver ON caught (receiver, id);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('webhook', 'webhook', '1000 10 10 1'),
    ('outbox', 'outbox', '1000000 1000000 1000000 1'),
    ('outbox', 'outbox_by_due', '10000 10000 10000 1000 2'),
    ('outbox', 'outbox_by_lane', '10000 10000 10000 1000 2 1'),
    ('outbox', 'outbox_by_end', '1000000 1000000 1000000 500000 2'),
    ('mail', 'mail', '1000000 1000000 1000000 1'),
    ('caught', 'caught', '500 1'),
    ('caught', 'caught_by_receiver', '500 10 1');
ANALYZE sqlite_schema;
