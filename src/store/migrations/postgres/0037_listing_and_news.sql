-- Lists that are searched, and what others are told.

-- One row: a merchant whose payments are listed, with the last number that was given. What was there before it is listed
-- later: until that is built, requests, payments and refunds up to the id `upto` are, with the numbers up to `filled` of
-- those that are reserved for them.
CREATE TABLE listing_owner (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    built flag NOT NULL,
    upto TEXT COLLATE "C" NOT NULL,
    filled BIGINT NOT NULL,
    reserved BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode),
    CHECK (filled BETWEEN 0 AND reserved),
    CHECK (reserved <= last)
);

-- One row: a line of the list: a request, a payment that no request made, or a refund. It says what its object says, and
-- is written with it. `facet` holds mode, type, page, currency, way and status (core/listing.h), `link_object` is the
-- request or payment on whose page it is paid.
CREATE TABLE listing (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    number positive NOT NULL,
    object TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('request', 'payment', 'refund')),
    facet positive NOT NULL,
    amount_minor not_negative NOT NULL,
    fees_minor not_negative NOT NULL,
    refunded_minor not_negative NOT NULL,
    name TEXT COLLATE "C",
    payer BIGINT,
    email TEXT COLLATE "C",
    email_folded TEXT COLLATE "C",
    return_url TEXT COLLATE "C",
    link_object TEXT COLLATE "C" NOT NULL,
    valid_until_us BIGINT,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, number)
);
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
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    span BIGINT NOT NULL,
    facet BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, span, facet)
);

-- One row: how many lines with a facet have an amount of a bucket: of so many digits, the first two of which are the same.
CREATE TABLE listing_amount (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    bucket BIGINT NOT NULL,
    facet BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, bucket, facet)
);

-- One row: a name that stands in lines, without accents and case, and how many lines have it.
CREATE TABLE listing_payer (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    payer BIGINT NOT NULL,
    folded TEXT COLLATE "C" NOT NULL,
    count positive NOT NULL,
    PRIMARY KEY (merchant, mode, payer)
);
CREATE UNIQUE INDEX listing_payer_by_text ON listing_payer (merchant, mode, folded);

-- One row: three letters in a row that a name has, or behind a '^' one or two that a word of it begins with. The name
-- stands there as well: a search looks through all names that have a gram.
CREATE TABLE listing_gram (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    gram TEXT COLLATE "C" NOT NULL,
    payer BIGINT NOT NULL,
    folded TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (merchant, mode, gram, payer)
);

-- One row: how many names have a gram: a search begins with the rarest of its grams.
CREATE TABLE listing_gram_count (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    gram TEXT COLLATE "C" NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, gram)
);

-- One row: an address of a merchant's that is told what happens (a webhook). What we sign with is sealed.
CREATE TABLE webhook (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    channel TEXT COLLATE "C" NOT NULL,
    url TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, id)
);

-- One row: a piece of news for one receiver, on its way until it has an outcome. Of the rows of one receiver and object
-- that are on their way only the oldest is due; the others wait for it without a time. `body` is what is sent, the same
-- in every try: there at once, or from the first try on.
CREATE TABLE outbox (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    channel TEXT COLLATE "C" NOT NULL CHECK (channel IN ('stancer', 'safedebit', 'mail', 'sms', 'seqino')),
    receiver TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C",
    event TEXT COLLATE "C" NOT NULL,
    type TEXT COLLATE "C" NOT NULL,
    object TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C",
    due_us BIGINT,
    tries BIGINT NOT NULL DEFAULT 0,
    code BIGINT,
    why TEXT COLLATE "C",
    outcome TEXT COLLATE "C" CHECK (outcome IN ('delivered', 'dead')),
    created_us BIGINT NOT NULL,
    done_us BIGINT,
    PRIMARY KEY (merchant, mode, id),
    CHECK ((outcome IS NULL) = (done_us IS NULL)),
    CHECK (outcome IS NULL OR due_us IS NULL)
);
CREATE INDEX outbox_by_due ON outbox (merchant, mode, receiver, due_us) WHERE due_us IS NOT NULL;
CREATE INDEX outbox_by_lane ON outbox (merchant, mode, receiver, object, id) WHERE done_us IS NULL;
CREATE INDEX outbox_by_end ON outbox (merchant, mode, outcome, done_us) WHERE done_us IS NOT NULL;

-- One row: what a mail says; its outbox row has the same id, and takes it along when it goes.
CREATE TABLE mail (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    from_name TEXT COLLATE "C",
    reply_to TEXT COLLATE "C",
    language TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    html TEXT COLLATE "C",
    PRIMARY KEY (merchant, mode, id),
    FOREIGN KEY (merchant, mode, id) REFERENCES outbox (merchant, mode, id) ON DELETE CASCADE
);

-- Global, in a sandbox only. One row: a mail or text message that the sandbox caught for one receiver.
CREATE TABLE caught (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('mail', 'sms')),
    sender TEXT COLLATE "C" NOT NULL,
    receiver TEXT COLLATE "C" NOT NULL,
    message TEXT COLLATE "C",
    subject TEXT COLLATE "C",
    text TEXT COLLATE "C",
    html TEXT COLLATE "C",
    raw TEXT COLLATE "C" NOT NULL,
    caught_us BIGINT NOT NULL
);
CREATE INDEX caught_by_receiver ON caught (receiver, id);

-- A statement is planned once for all merchants (docs/adr/0047), and one merchant may own nearly all rows of a table: the
-- planner is told so, or it would take what it sees of many small ones for what each of them has, and read all rows of a
-- merchant where an index leads to the few that are asked for. SQLite's planner is told by the lines in sqlite_stat1.
DO $$
DECLARE
    owned RECORD;
BEGIN
    FOR owned IN
        SELECT c.table_name, c.column_name FROM information_schema.columns c
        JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
        WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
            AND c.column_name IN ('merchant', 'mode')
    LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN %I SET (n_distinct = 1)', owned.table_name, owned.column_name);
    END LOOP;
END
$$;
