-- The schema of SQLite after its migrations 0001 to 0037, which no PostgreSQL database has gone through: 0030 to 0037 make
-- it, a part of the domain each. From 0038 on a change has the same number and name for both engines, and a test compares
-- what comes of them. Every column of text says COLLATE "C", so that ids and words compare bytewise whatever the
-- collation of the database is.

-- Who: sponsors, merchants, their ways in, operators, and what they did.

-- For tables whose rows stay as they are: a trigger says why in its argument.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0];
END
$$;

-- What many columns may hold. A rule of a column costs 10 to 40 us for each row that is written, as the server reads the
-- text of it anew each time; that of a domain it keeps. So the columns that a payment writes have domains.
CREATE DOMAIN test_or_live AS TEXT COLLATE "C" CHECK (VALUE IN ('test', 'live'));
CREATE DOMAIN flag AS BIGINT CHECK (VALUE IN (0, 1));
CREATE DOMAIN not_negative AS BIGINT CHECK (VALUE >= 0);
CREATE DOMAIN positive AS BIGINT CHECK (VALUE > 0);

-- Global configuration. One row: a software house that runs merchants (design.md 5), with the offset of its test clock.
CREATE TABLE sponsor (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    siren TEXT COLLATE "C",
    clock_offset_us not_negative NOT NULL DEFAULT 0,
    created_us BIGINT NOT NULL
);

-- One row: a business whose money it is.
CREATE TABLE merchant (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    sponsor TEXT COLLATE "C" NOT NULL REFERENCES sponsor (id),
    name TEXT COLLATE "C" NOT NULL,
    acceptor TEXT COLLATE "C" NOT NULL,
    created_us BIGINT NOT NULL
);
CREATE INDEX merchant_by_sponsor ON merchant (sponsor);

-- One row: a setting of design.md 7 that the merchant has of its own.
CREATE TABLE merchant_setting (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    name TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (merchant, name)
);
-- Payment buttons name their merchant by the number in its pay links (core/button.h).
CREATE INDEX merchant_setting_by_account ON merchant_setting (value, merchant) WHERE name = 'account_number';

-- One row: the picture that a merchant shows on its pay pages, a PNG of which only the image was kept.
CREATE TABLE merchant_logo (
    merchant TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES merchant (id),
    hash TEXT COLLATE "C" NOT NULL,
    image BYTEA NOT NULL,
    created_us BIGINT NOT NULL
);

-- Directory: one row leads from a sponsor, in a mode, to a company that it manages, which is a merchant of the sponsor.
-- `updated_us` is empty until something changes.
CREATE TABLE client (
    sponsor TEXT COLLATE "C" NOT NULL REFERENCES sponsor (id),
    mode test_or_live NOT NULL,
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    external_ref TEXT COLLATE "C" NOT NULL,
    organization_name TEXT COLLATE "C" NOT NULL,
    contact_email TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C",
    status TEXT COLLATE "C" NOT NULL CHECK (status IN ('active', 'inactive', 'pending', 'suspended')),
    created_us BIGINT NOT NULL,
    updated_us BIGINT,
    PRIMARY KEY (sponsor, mode, merchant)
);
CREATE UNIQUE INDEX client_by_reference ON client (sponsor, mode, external_ref);

-- Directory. One row: the address of a sponsor, in one mode, that is told what happens to its clients. `events` are
-- the names of what it asks for; what we sign with is sealed. The news themselves are rows of the clients.
CREATE TABLE sponsor_webhook (
    sponsor TEXT COLLATE "C" NOT NULL REFERENCES sponsor (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    url TEXT COLLATE "C" NOT NULL,
    events TEXT COLLATE "C" NOT NULL,
    is_active flag NOT NULL,
    sealed BYTEA NOT NULL,
    created_us BIGINT NOT NULL,
    triggered_us BIGINT,
    PRIMARY KEY (sponsor, mode)
);

-- Directory: one row leads from the number a merchant has at its acquirer (DE 42) to the merchant.
CREATE TABLE acceptor (
    acceptor TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id)
);

-- Directory: one row leads from the hash of an API key to its merchant and mode. `shown` holds a public key
-- itself, the end of a secret one.
CREATE TABLE api_key (
    hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    face TEXT COLLATE "C" NOT NULL CHECK (face IN ('stancer', 'seqino')),
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('secret', 'public')),
    shown TEXT COLLATE "C" NOT NULL,
    created_us BIGINT NOT NULL,
    expires_us BIGINT,
    revoked_us BIGINT
);
CREATE INDEX api_key_by_merchant ON api_key (merchant, mode);

-- Directory: one row leads from a login of a face with passwords to its merchant. `secret_hash` is argon2id.
CREATE TABLE login (
    face TEXT COLLATE "C" NOT NULL CHECK (face IN ('simplypaie', 'safedebit')),
    name TEXT COLLATE "C" NOT NULL,
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    secret_hash TEXT COLLATE "C" NOT NULL,
    created_us BIGINT NOT NULL,
    revoked_us BIGINT,
    suspended_us BIGINT,
    addresses TEXT COLLATE "C",
    PRIMARY KEY (face, name)
);

-- Directory: one row leads from the hash of a token that a login got (api/simplypaie.md 2) to its merchant.
CREATE TABLE api_token (
    hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    face TEXT COLLATE "C" NOT NULL CHECK (face IN ('simplypaie')),
    login TEXT COLLATE "C" NOT NULL,
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL
);
CREATE INDEX api_token_by_login ON api_token (face, login, expires_us);

-- Directory: one row leads from the hash of a token in a link to the object it opens. An enrolment is found by its id too.
CREATE TABLE link (
    hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('authentication', 'mandate_form', 'invoice', 'request',
        'enrolment', 'enrolment_id')),
    object TEXT COLLATE "C" NOT NULL
);
CREATE INDEX link_by_object ON link (merchant, mode, kind, object);

-- Global configuration: one row is a data key, wrapped by a key that is not in the database (cards.md 13).
CREATE TABLE data_key (
    id BIGINT NOT NULL PRIMARY KEY,
    purpose TEXT COLLATE "C" NOT NULL CHECK (purpose IN ('seal', 'fingerprint')),
    kek TEXT COLLATE "C" NOT NULL,
    wrapped BYTEA NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('active', 'decrypt_only', 'retired')),
    created_us BIGINT NOT NULL
);

-- One row: a secret we sign with (callbacks, payment buttons), sealed with a data key.
CREATE TABLE signing_secret (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    face TEXT COLLATE "C" NOT NULL CHECK (face IN ('safedebit', 'seqino', 'simplypaie')),
    sealed BYTEA NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, face)
);

-- One row: a person who may sign in to the operator's pages. Global: an operator looks after all merchants. The address is
-- in lower case. `failures` are the wrong passwords since the last time that the right one opened a session.
CREATE TABLE operator_account (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL CHECK (role = 'owner'),
    secret_hash TEXT COLLATE "C" NOT NULL,
    failures not_negative NOT NULL DEFAULT 0,
    locked_until_us BIGINT NOT NULL DEFAULT 0,
    last_us BIGINT NOT NULL DEFAULT 0,
    created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX operator_account_by_email ON operator_account (email);

-- One row: somebody is signed in, with a token of which this is the hash. Directory: a request has no more than the token.
-- `previous_us` and `refused` tell of the time before: when the last session was opened, and how many wrong passwords came
-- since.
CREATE TABLE operator_session (
    hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL REFERENCES operator_account (id),
    address TEXT COLLATE "C" NOT NULL,
    created_us BIGINT NOT NULL,
    seen_us BIGINT NOT NULL,
    previous_us BIGINT NOT NULL,
    refused BIGINT NOT NULL
);
CREATE INDEX operator_session_by_account ON operator_session (account, created_us);

-- One row: what somebody did, whoever it was about. Global, numbered without a gap; `hash` is that of the row before and of
-- this one (core/audit.h). Without an actor a command did it or nobody known; without an address, a command.
CREATE TABLE audit (
    number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
    at_us BIGINT NOT NULL,
    actor TEXT COLLATE "C",
    address TEXT COLLATE "C",
    what TEXT COLLATE "C" NOT NULL,
    object TEXT COLLATE "C",
    detail TEXT COLLATE "C",
    hash TEXT COLLATE "C" NOT NULL
);
-- What was done about one object.
CREATE INDEX audit_by_object ON audit (object, number) WHERE object IS NOT NULL;
CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit FOR EACH ROW
    EXECUTE FUNCTION refuse('audit is append-only');
CREATE TRIGGER audit_kept BEFORE DELETE ON audit FOR EACH ROW
    EXECUTE FUNCTION refuse('audit is append-only');
