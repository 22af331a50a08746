-- Links to the pages of requests (api/simplypaie.md 3).
CREATE TABLE link_2 (
    hash TEXT NOT NULL PRIMARY KEY,
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    kind TEXT NOT NULL CHECK (kind IN ('authentication', 'mandate_form', 'invoice', 'request')),
    object TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO link_2 (hash, merchant, mode, kind, object)
SELECT hash, merchant, mode, kind, object FROM link;
DROP TABLE link;
-- Directory: one row leads from the hash of a token in a link to the object it opens.
ALTER TABLE link_2 RENAME TO link;
CREATE INDEX link_by_object ON link (merchant, mode, kind, object);

-- How a request of SimplyPaie is sent, to whom, and on which page it is paid; NULL for those of Stancer. `link_sealed`
-- is the token of its link, which lists show again.
ALTER TABLE request ADD COLUMN sent_by TEXT CHECK (sent_by IN ('web', 'email', 'sms', 'link', 'simply'));
ALTER TABLE request ADD COLUMN page TEXT CHECK (page IN ('standard', 'short'));
ALTER TABLE request ADD COLUMN payer_name TEXT;
ALTER TABLE request ADD COLUMN payer_email TEXT;
ALTER TABLE request ADD COLUMN payer_phone TEXT;
ALTER TABLE request ADD COLUMN link_sealed BLOB;
ALTER TABLE request ADD COLUMN reminders INTEGER NOT NULL DEFAULT 0 CHECK (reminders >= 0);
ALTER TABLE request ADD COLUMN reminded_us INTEGER;

-- One row: a merchant whose payments are listed, with the last number that was given. Until it is built, objects with
-- an id up to `upto` have their line.
CREATE TABLE listing_owner (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    built INTEGER NOT NULL CHECK (built IN (0, 1)),
    upto TEXT NOT NULL,
    last INTEGER NOT NULL CHECK (last >= 0),
    PRIMARY KEY (merchant, mode)
) STRICT, WITHOUT ROWID;

-- One row: a line of the list of payments as SimplyPaie shows it (docs/adr/0031): a request, a payment that no request
-- made, or a refund. It says what its object says, and is written with it.
CREATE TABLE listing (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    number INTEGER NOT NULL,
    object TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('request', 'payment', 'refund')),
    sent_by TEXT NOT NULL CHECK (sent_by IN ('web', 'email', 'sms', 'link', 'simply')),
    type TEXT NOT NULL CHECK (type IN ('standard', 'preauth')),
    page TEXT NOT NULL CHECK (page IN ('standard', 'short')),
    currency TEXT NOT NULL CHECK (currency IN ('eur', 'usd', 'gbp')),
    way TEXT NOT NULL CHECK (way IN ('debit', 'credit')),
    status TEXT NOT NULL CHECK (status IN ('waiting', 'reminded', 'preauthorized', 'cashed', 'refunded', 'cancelled',
        'expired')),
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    fees_minor INTEGER NOT NULL CHECK (fees_minor >= 0),
    refunded_minor INTEGER NOT NULL CHECK (refunded_minor >= 0),
    name TEXT,
    payer INTEGER,
    email TEXT,
    email_folded TEXT,
    return_url TEXT,
    link_object TEXT NOT NULL,
    link_sealed BLOB,
    valid_until_us INTEGER,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX listing_by_object ON listing (merchant, mode, object);
CREATE INDEX listing_by_time ON listing (merchant, mode, created_us, number);
CREATE INDEX listing_by_sent ON listing (merchant, mode, sent_by, number);
CREATE INDEX listing_by_type ON listing (merchant, mode, type, number);
CREATE INDEX listing_by_page ON listing (merchant, mode, page, number);
CREATE INDEX listing_by_currency ON listing (merchant, mode, currency, number);
CREATE INDEX listing_by_way ON listing (merchant, mode, way, number);
CREATE INDEX listing_by_status ON listing (merchant, mode, status, number);
CREATE INDEX listing_by_amount ON listing (merchant, mode, amount_minor, number);
CREATE INDEX listing_by_email ON listing (merchant, mode, email_folded, number) WHERE email_folded IS NOT NULL;
CREATE INDEX listing_by_payer ON listing (merchant, mode, payer, number) WHERE payer IS NOT NULL;

-- One row: how many lines of a span of time are alike. `span` is a day of Paris (20310602), a month (203106) or 0 for
-- all times; `facet` holds mode, type, page, currency, way and status in one number (core/listing_count.h).
CREATE TABLE listing_count (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    span INTEGER NOT NULL,
    facet INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (merchant, mode, span, facet)
) STRICT, WITHOUT ROWID;

-- One row: how many lines have an amount that begins with the same three digits and has as many of them as `bucket`.
CREATE TABLE listing_amount (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    bucket INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (merchant, mode, bucket)
) STRICT, WITHOUT ROWID;

-- One row: a name that stands in lines, without accents and case, and how many lines have it.
CREATE TABLE listing_payer (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    payer INTEGER NOT NULL,
    folded TEXT NOT NULL,
    count INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (merchant, mode, payer)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX listing_payer_by_text ON listing_payer (merchant, mode, folded);

-- One row: three letters in a row that a name has, or the beginning of one of its words behind a '^'.
CREATE TABLE listing_gram (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    gram TEXT NOT NULL,
    payer INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, gram, payer)
) STRICT, WITHOUT ROWID;

-- One row: how many names have a gram: a search begins with the rarest of its grams.
CREATE TABLE listing_gram_count (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    gram TEXT NOT NULL,
    count INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (merchant, mode, gram)
) STRICT, WITHOUT ROWID;

-- As in 0001: how the tables grow, for the planner.
DELETE FROM sqlite_stat1 WHERE tbl = 'link';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('link', 'link', '1000000 1'),
    ('link', 'link_by_object', '1000000 1000000 1000000 500000 1'),
    ('listing_owner', 'listing_owner', '10000 1 1'),
    ('listing', 'listing', '1000000 1000000 1000000 1'),
    ('listing', 'listing_by_object', '1000000 1000000 1000000 1'),
    ('listing', 'listing_by_time', '1000000 1000000 1000000 1 1'),
    ('listing', 'listing_by_sent', '1000000 1000000 1000000 200000 1'),
    ('listing', 'listing_by_type', '1000000 1000000 1000000 500000 1'),
    ('listing', 'listing_by_page', '1000000 1000000 1000000 500000 1'),
    ('listing', 'listing_by_currency', '1000000 1000000 1000000 300000 1'),
    ('listing', 'listing_by_way', '1000000 1000000 1000000 500000 1'),
    ('listing', 'listing_by_status', '1000000 1000000 1000000 150000 1'),
    ('listing', 'listing_by_amount', '1000000 1000000 1000000 100 1'),
    ('listing', 'listing_by_email', '1000000 1000000 1000000 5 1'),
    ('listing', 'listing_by_payer', '1000000 1000000 1000000 5 1'),
    ('listing_count', 'listing_count', '100000 100000 100000 20 1'),
    ('listing_amount', 'listing_amount', '5000 5000 5000 1'),
    ('listing_payer', 'listing_payer', '200000 200000 200000 1'),
    ('listing_payer', 'listing_payer_by_text', '200000 200000 200000 1'),
    ('listing_gram', 'listing_gram', '2000000 2000000 2000000 100 1'),
    ('listing_gram_count', 'listing_gram_count', '20000 20000 20000 1');
ANALYZE sqlite_schema;
