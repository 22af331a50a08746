-- Who pays, and by what: cards, bank accounts, mandates.

-- One row: somebody who pays.
CREATE TABLE customer (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C",
    email TEXT COLLATE "C",
    mobile TEXT COLLATE "C",
    external_id TEXT COLLATE "C",
    date_birth TEXT COLLATE "C",
    legal_id TEXT COLLATE "C",
    country TEXT COLLATE "C",
    billing_address TEXT COLLATE "C",
    shipping_address TEXT COLLATE "C",
    created_us BIGINT NOT NULL,
    deleted_us BIGINT,
    PRIMARY KEY (merchant, mode, id)
);
CREATE INDEX customer_by_external ON customer (merchant, mode, external_id)
    WHERE external_id IS NOT NULL AND deleted_us IS NULL;
CREATE INDEX customer_by_email ON customer (merchant, mode, email)
    WHERE email IS NOT NULL AND deleted_us IS NULL;
CREATE INDEX customer_by_mobile ON customer (merchant, mode, mobile)
    WHERE mobile IS NOT NULL AND deleted_us IS NULL;

-- One row: a postal address of a payer.
CREATE TABLE address (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    line1 TEXT COLLATE "C",
    line2 TEXT COLLATE "C",
    line3 TEXT COLLATE "C",
    zip_code TEXT COLLATE "C" NOT NULL,
    city TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C",
    country TEXT COLLATE "C" NOT NULL,
    metadata TEXT COLLATE "C" NOT NULL,
    created_us BIGINT NOT NULL,
    deleted_us BIGINT,
    PRIMARY KEY (merchant, mode, id)
);

CREATE DOMAIN month AS BIGINT CHECK (VALUE BETWEEN 1 AND 12);
-- One row: a card. `pan_sealed` is the number under data key `key_id`; it is erased with the card.
CREATE TABLE card (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    customer TEXT COLLATE "C",
    brand TEXT COLLATE "C" NOT NULL,
    country TEXT COLLATE "C",
    funding TEXT COLLATE "C",
    nature TEXT COLLATE "C",
    network TEXT COLLATE "C",
    preferred_network TEXT COLLATE "C",
    last4 TEXT COLLATE "C" NOT NULL,
    exp_month month NOT NULL,
    exp_year BIGINT NOT NULL,
    name TEXT COLLATE "C",
    zip_code TEXT COLLATE "C",
    external_id TEXT COLLATE "C",
    reusable flag NOT NULL,
    used flag NOT NULL DEFAULT 0,
    fingerprint BYTEA,
    key_id BIGINT,
    pan_sealed BYTEA,
    created_us BIGINT NOT NULL,
    deleted_us BIGINT,
    findable flag NOT NULL DEFAULT 0,
    network_txn TEXT COLLATE "C",
    network_txn_payer flag NOT NULL DEFAULT 0,
    PRIMARY KEY (merchant, mode, id)
);
CREATE INDEX card_by_customer ON card (merchant, mode, customer, id) WHERE customer IS NOT NULL;
CREATE INDEX card_by_external ON card (merchant, mode, external_id)
    WHERE external_id IS NOT NULL AND deleted_us IS NULL;
CREATE INDEX card_by_fingerprint ON card (merchant, mode, fingerprint)
    WHERE findable = 1 AND fingerprint IS NOT NULL AND deleted_us IS NULL;

-- One row: up to which card those of a merchant are findable. Younger ones have to be looked at one by one.
CREATE TABLE card_number_index (
    merchant TEXT COLLATE "C" NOT NULL,
    mode test_or_live NOT NULL,
    until_card TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (merchant, mode)
);

-- One row: a refusal after which the merchant may not, or not so often, try the same card number again without its
-- payer (cards.md 5). Written for refusals only, and only where the merchant keeps these rules. Keyed by the number's
-- fingerprint, since the number of a single-use card is erased with its refusal.
CREATE TABLE card_refusal (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    fingerprint BYTEA NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('soft', 'hard', 'stop')),
    attempt TEXT COLLATE "C" NOT NULL,
    refused_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, fingerprint, kind, attempt)
);

-- One row: an attempt whose outcome is unknown and that is not reversed yet, with the fingerprint of its card number:
-- no authorisation of the same number goes before its reversal (cards.md 3.3), whatever card row it comes from. A
-- table of its own, nearly empty, so that payments write no random key; and it outlives the number of a single-use
-- card.
CREATE TABLE card_unreversed (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    attempt TEXT COLLATE "C" NOT NULL,
    fingerprint BYTEA NOT NULL,
    PRIMARY KEY (merchant, mode, attempt)
);
CREATE INDEX card_unreversed_by_number ON card_unreversed (merchant, mode, fingerprint);

-- One row: a file that we made or were given, sealed, of the object it belongs to. `sha256` is of the file.
CREATE TABLE document (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    object TEXT COLLATE "C" NOT NULL,
    sha256 TEXT COLLATE "C" NOT NULL,
    size BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, id)
);

-- One row: a bank account that may be debited. `iban_sealed` is the number under data key `key_id`. `mandate` is
-- the one given together with the account; `signed_us` is its date as long as its reference is not known.
CREATE TABLE bank_account (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    customer TEXT COLLATE "C",
    name TEXT COLLATE "C" NOT NULL,
    country TEXT COLLATE "C" NOT NULL,
    last4 TEXT COLLATE "C" NOT NULL,
    bic TEXT COLLATE "C",
    date_birth TEXT COLLATE "C",
    fingerprint BYTEA,
    key_id BIGINT,
    iban_sealed BYTEA,
    mandate TEXT COLLATE "C",
    signed_us BIGINT,
    created_us BIGINT NOT NULL,
    deleted_us BIGINT,
    PRIMARY KEY (merchant, mode, id)
);
CREATE INDEX bank_account_by_customer ON bank_account (merchant, mode, customer, id)
    WHERE customer IS NOT NULL;
-- Accounts that were given with a mandate, for a mandate that leaves them for another account.
CREATE INDEX bank_account_by_mandate ON bank_account (merchant, mode, mandate) WHERE mandate IS NOT NULL;
CREATE INDEX bank_account_by_print ON bank_account (merchant, mode, fingerprint)
    WHERE fingerprint IS NOT NULL;

-- One row: what was found out about an account: is it open, and is it its holder's. `date_birth` tells whether
-- it matches, `score_name` how well the name does, 0 to 100.
CREATE TABLE sepa_check (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL CHECK (status IN ('available', 'check_sent', 'checked', 'check_error',
        'unavailable')),
    response TEXT COLLATE "C",
    date_birth flag,
    score_name BIGINT CHECK (score_name BETWEEN 0 AND 100),
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, account)
);

-- One row: the permission to debit an account. `umr` is its reference as it was given, `umr_key` what references
-- are compared by. `ics` and `creditor_name` are those it was given to. `expires_on` is NULL unless it can
-- expire. `ended_us` is when it was revoked or expired.
CREATE TABLE mandate (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    customer TEXT COLLATE "C",
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('draft', 'sent', 'signed', 'active', 'suspended', 'revoked',
        'expired', 'closed')),
    umr TEXT COLLATE "C" NOT NULL,
    umr_key TEXT COLLATE "C" NOT NULL,
    scheme TEXT COLLATE "C" NOT NULL CHECK (scheme IN ('CORE', 'B2B')),
    type TEXT COLLATE "C" NOT NULL CHECK (type IN ('RCUR', 'OOFF')),
    ics TEXT COLLATE "C",
    creditor_name TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    signed_us BIGINT,
    last_due TEXT COLLATE "C",
    expires_on TEXT COLLATE "C",
    document TEXT COLLATE "C",
    document_signed flag NOT NULL DEFAULT 0,
    created_us BIGINT NOT NULL,
    ended_us BIGINT,
    debtor_address TEXT COLLATE "C",
    suspended_for TEXT COLLATE "C",
    PRIMARY KEY (merchant, mode, id)
);
CREATE UNIQUE INDEX mandate_by_umr ON mandate (merchant, mode, umr_key);
CREATE INDEX mandate_by_account ON mandate (merchant, mode, account, id);
CREATE INDEX mandate_by_customer ON mandate (merchant, mode, customer, id) WHERE customer IS NOT NULL;
CREATE INDEX mandate_by_expiry ON mandate (merchant, mode, expires_on) WHERE expires_on IS NOT NULL;

-- One row: how a mandate was signed.
CREATE TABLE mandate_evidence (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    mandate TEXT COLLATE "C" NOT NULL,
    channel TEXT COLLATE "C" NOT NULL CHECK (channel IN ('declared', 'document', 'box', 'sms', 'email')),
    signer TEXT COLLATE "C",
    place TEXT COLLATE "C",
    ip TEXT COLLATE "C",
    user_agent TEXT COLLATE "C",
    document_sha256 TEXT COLLATE "C",
    signed_us BIGINT NOT NULL,
    created_us BIGINT NOT NULL,
    code_hash TEXT COLLATE "C",
    code_to TEXT COLLATE "C",
    PRIMARY KEY (merchant, mode, mandate)
);

-- One row: a change of a mandate that the debtor's bank is told with the next collection. `payment` is that
-- collection; `told_us` is when the bank accepted it. An old account is named by its id.
CREATE TABLE mandate_amendment (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    mandate TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('umr', 'ics', 'creditor_name', 'account')),
    old_value TEXT COLLATE "C" NOT NULL,
    new_value TEXT COLLATE "C" NOT NULL,
    payment TEXT COLLATE "C",
    created_us BIGINT NOT NULL,
    told_us BIGINT,
    PRIMARY KEY (merchant, mode, mandate, id)
);

-- One row: a one-time code that was sent and not used yet; `hash` is keyed, `made` counts the codes of the object.
CREATE TABLE one_time_code (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL CHECK (purpose IN ('form', 'levy', 'mandate', 'enrolment')),
    object TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    made BIGINT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    since_us BIGINT NOT NULL,
    sent_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    channel TEXT COLLATE "C" CHECK (channel IN ('sms', 'email')),
    receiver TEXT COLLATE "C",
    PRIMARY KEY (merchant, mode, purpose, object)
);

-- One row: somebody who is debited, as Safedebit knows them. Without a customer it is a draft: a form that nobody has
-- signed yet. `own_reference` is the merchant's.
CREATE TABLE consumer (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    reference TEXT COLLATE "C" NOT NULL,
    own_reference TEXT COLLATE "C",
    type TEXT COLLATE "C" NOT NULL CHECK (type IN ('person', 'company', 'non_profit')),
    customer TEXT COLLATE "C",
    account TEXT COLLATE "C",
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, id),
    CHECK ((customer IS NULL) = (account IS NULL))
);
CREATE UNIQUE INDEX consumer_by_reference ON consumer (merchant, mode, reference);
CREATE UNIQUE INDEX consumer_by_own ON consumer (merchant, mode, own_reference)
    WHERE own_reference IS NOT NULL AND customer IS NOT NULL;
CREATE INDEX consumer_by_account ON consumer (merchant, mode, account) WHERE account IS NOT NULL;
CREATE INDEX consumer_by_customer ON consumer (merchant, mode, customer) WHERE customer IS NOT NULL;

-- One row: something that is known of a consumer. `folded` is what it is searched by.
CREATE TABLE consumer_value (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    consumer TEXT COLLATE "C" NOT NULL,
    field TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    folded TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (merchant, mode, consumer, field)
);
CREATE INDEX consumer_value_by_text ON consumer_value (merchant, mode, field, folded, consumer);

-- One row: a file that came in about a consumer; with `mandate` it is the paper of one that was signed elsewhere. The
-- bytes are those of `document`.
CREATE TABLE consumer_file (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    consumer TEXT COLLATE "C" NOT NULL,
    type TEXT COLLATE "C" NOT NULL CHECK (type IN ('mandate', 'identity', 'iban', 'kbis', 'other')),
    description TEXT COLLATE "C",
    mandate TEXT COLLATE "C",
    document TEXT COLLATE "C" NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, id)
);
CREATE INDEX consumer_file_by_consumer ON consumer_file (merchant, mode, consumer, id);
CREATE INDEX consumer_file_by_mandate ON consumer_file (merchant, mode, mandate, id) WHERE mandate IS NOT NULL;

-- One row: a page on which somebody gives a mandate (api/safedebit.md 4 and 9). It ends once, and then forgets the
-- account's number. For a consumer it is the draft that it will be made of, and `mandate` what came of it; for a
-- mandate that a call has made it is the place where that one is signed. `becomes` is the mandate's state after that.
CREATE TABLE mandate_form (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL CHECK (purpose IN ('consumer', 'mandate')),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'replaced', 'signed', 'canceled', 'failed', 'expired')),
    consumer TEXT COLLATE "C" NOT NULL,
    own_reference TEXT COLLATE "C",
    umr TEXT COLLATE "C" NOT NULL,
    type TEXT COLLATE "C" NOT NULL CHECK (type IN ('RCUR', 'OOFF')),
    becomes TEXT COLLATE "C" NOT NULL CHECK (becomes IN ('active', 'suspended', 'signed')),
    mandate TEXT COLLATE "C",
    channel TEXT COLLATE "C" CHECK (channel IN ('sms', 'email')),
    url_ok TEXT COLLATE "C",
    url_ko TEXT COLLATE "C",
    url_cancel TEXT COLLATE "C",
    url_callback TEXT COLLATE "C",
    iban_sealed BYTEA,
    filled_us BIGINT,
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    ended_us BIGINT,
    PRIMARY KEY (merchant, mode, id),
    FOREIGN KEY (merchant, mode, consumer) REFERENCES consumer (merchant, mode, id),
    CHECK ((state = 'open') = (ended_us IS NULL)),
    CHECK (state = 'open' OR iban_sealed IS NULL),
    CHECK (mandate IS NOT NULL OR (state <> 'signed' AND purpose = 'consumer'))
);
CREATE INDEX mandate_form_by_own ON mandate_form (merchant, mode, own_reference)
    WHERE state = 'open' AND own_reference IS NOT NULL;
CREATE UNIQUE INDEX mandate_form_by_mandate ON mandate_form (merchant, mode, mandate) WHERE mandate IS NOT NULL;
CREATE INDEX mandate_form_by_end ON mandate_form (merchant, mode, ended_us) WHERE ended_us IS NOT NULL;

-- One row: somebody for whom the merchant collects, beside itself. `iban_sealed` is the number.
CREATE TABLE beneficiary (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    reference TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C",
    siren TEXT COLLATE "C",
    ics TEXT COLLATE "C",
    iban_sealed BYTEA NOT NULL,
    street_number TEXT COLLATE "C" NOT NULL,
    street_name TEXT COLLATE "C" NOT NULL,
    zip_code TEXT COLLATE "C" NOT NULL,
    city TEXT COLLATE "C" NOT NULL,
    phone TEXT COLLATE "C",
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, id)
);
CREATE UNIQUE INDEX beneficiary_by_reference ON beneficiary (merchant, mode, reference);
