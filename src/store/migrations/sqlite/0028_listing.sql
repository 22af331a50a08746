-- The list of payments as SimplyPaie shows it (api/simplypaie.md 4, docs/adr/0033).

-- One row: a merchant whose payments are listed, with the last number that was given. What was there before it is listed
-- later: until that is built, requests, payments and refunds up to the id `upto` are, with the numbers up to `filled` of
-- those that are reserved for them.
CREATE TABLE listing_owner (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    built INTEGER NOT NULL CHECK (built IN (0, 1)),
    upto TEXT NOT NULL,
    filled INTEGER NOT NULL,
    reserved INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode),
    CHECK (filled BETWEEN 0 AND reserved),
    CHECK (reserved <= last)
) STRICT, WITHOUT ROWID;

-- One row: a line of the list: a request, a payment that no request made, or a refund. It says what its object says, and
-- is written with it. `facet` holds mode, type, page, currency, way and status (core/listing.h), `link_object` is the
-- request or payment on whose page it is paid.
CREATE TABLE listing (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    number INTEGER NOT NULL CHECK (number > 0),
    object TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind = 'request' OR kind = 'payment' OR kind = 'refund'),
    facet INTEGER NOT NULL CHECK (facet > 0),
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    fees_minor INTEGER NOT NULL CHECK (fees_minor >= 0),
    refunded_minor INTEGER NOT NULL CHECK (refunded_minor >= 0),
    name TEXT,
    payer INTEGER,
    email TEXT,
    email_folded TEXT,
    return_url TEXT,
    link_object TEXT NOT NULL,
    valid_until_us INTEGER,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX listing_by_object ON listing (merchant, mode, object);
CREATE INDEX listing_by_facet ON listing (merchant, mode, facet, created_us, number, amount_minor);
CREATE INDEX listing_by_amount ON listing (merchant, mode, amount_minor, facet, created_us, number);
CREATE INDEX listing_by_email ON listing (merchant, mode, email_folded, created_us, number, facet, amount_minor)
    WHERE email_folded IS NOT NULL;
CREATE INDEX listing_by_payer ON listing (merchant, mode, payer, created_us, number, facet, amount_minor)
    WHERE payer IS NOT NULL;

-- One row: how many lines of a span of time have a facet; never below 0, which `guichet verify` proves, since additions
-- are written as the row that they would be. `span` is a day of Paris (20310602), a month (203106) or 0 for
-- all times.
CREATE TABLE listing_count (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    span INTEGER NOT NULL,
    facet INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, span, facet)
) STRICT, WITHOUT ROWID;

-- One row: how many lines with a facet have an amount of a bucket: of so many digits, the first two of which are the same.
CREATE TABLE listing_amount (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    bucket INTEGER NOT NULL,
    facet INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, bucket, facet)
) STRICT, WITHOUT ROWID;

-- One row: a name that stands in lines, without accents and case, and how many lines have it.
CREATE TABLE listing_payer (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    payer INTEGER NOT NULL,
    folded TEXT NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (merchant, mode, payer)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX listing_payer_by_text ON listing_payer (merchant, mode, folded);

-- One row: three letters in a row that a name has, or behind a '^' one or two that a word of it begins with. The name
-- stands there as well: a search looks through all names that have a gram.
CREATE TABLE listing_gram (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    gram TEXT NOT NULL,
    payer INTEGER NOT NULL,
    folded TEXT NOT NULL,
    PRIMARY KEY (merchant, mode, gram, payer)
) STRICT, WITHOUT ROWID;

-- One row: how many names have a gram: a search begins with the rarest of its grams.
CREATE TABLE listing_gram_count (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    gram TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, gram)
) STRICT, WITHOUT ROWID;

-- As in 0001: how the tables grow, for the planner.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('listing_owner', 'listing_owner', '10000 1 1'),
    ('listing', 'listing', '1000000 1000000 1000000 1'),
    ('listing', 'listing_by_object', '1000000 1000000 1000000 1'),
    ('listing', 'listing_by_facet', '1000000 1000000 1000000 20000 1 1 1'),
    ('listing', 'listing_by_amount', '1000000 1000000 1000000 100 50 1 1'),
    ('listing', 'listing_by_email', '1000000 1000000 1000000 5 1 1 1 1'),
    ('listing', 'listing_by_payer', '1000000 1000000 1000000 5 1 1 1 1'),
    ('listing_count', 'listing_count', '100000 100000 100000 20 1'),
    ('listing_amount', 'listing_amount', '10000 10000 10000 20 1'),
    ('listing_payer', 'listing_payer', '200000 200000 200000 1'),
    ('listing_payer', 'listing_payer_by_text', '200000 200000 200000 1'),
    ('listing_gram', 'listing_gram', '2000000 2000000 2000000 100 1'),
    ('listing_gram_count', 'listing_gram_count', '20000 20000 20000 1');
ANALYZE sqlite_schema;
