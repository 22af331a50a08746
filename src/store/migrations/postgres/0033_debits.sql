-- Payments by direct debit, and how many of them move together (docs/adr/0026).

-- One row: the bank's side of a payment by direct debit. `due` is a TARGET day, `cutoff_us` when the debit goes into a
-- file at the latest; both are NULL as long as the account is chosen and nothing else asked. `file` is the bank file it
-- lies in. `ended_us` is when it was cancelled, or rejected before settlement: its mandate is free again. `retry_of` is
-- the payment that it presents again, `presentation` counts from 1.
CREATE TABLE debit (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    payment TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    mandate TEXT COLLATE "C",
    scheme TEXT COLLATE "C" NOT NULL CHECK (scheme IN ('CORE', 'B2B')),
    sequence TEXT COLLATE "C" NOT NULL CHECK (sequence IN ('RCUR', 'OOFF', 'FRST', 'FNAL')),
    due TEXT COLLATE "C",
    end_to_end TEXT COLLATE "C",
    cutoff_us BIGINT,
    file TEXT COLLATE "C",
    reason TEXT COLLATE "C",
    retry_of TEXT COLLATE "C",
    presentation BIGINT NOT NULL CHECK (presentation BETWEEN 1 AND 3),
    sent_us BIGINT,
    settled_us BIGINT,
    released_us BIGINT,
    ended_us BIGINT,
    returned_us BIGINT,
    umr TEXT COLLATE "C",
    created_us BIGINT NOT NULL,
    heard_us BIGINT,
    PRIMARY KEY (merchant, mode, payment),
    CHECK ((due IS NULL) = (cutoff_us IS NULL)),
    CHECK ((due IS NULL) = (end_to_end IS NULL)),
    CHECK (due IS NOT NULL OR file IS NULL),
    CHECK (sent_us IS NULL OR file IS NOT NULL),
    CHECK (settled_us IS NULL OR sent_us IS NOT NULL),
    CHECK (released_us IS NULL OR settled_us IS NOT NULL),
    CHECK (returned_us IS NULL OR released_us IS NOT NULL),
    CHECK (ended_us IS NULL OR settled_us IS NULL)
);
CREATE UNIQUE INDEX debit_by_end_to_end ON debit (merchant, mode, end_to_end) WHERE end_to_end IS NOT NULL;
CREATE INDEX debit_waiting ON debit (merchant, mode, cutoff_us, payment)
    WHERE cutoff_us IS NOT NULL AND file IS NULL AND ended_us IS NULL;
-- A mandate for one debit has one, unless it came to nothing.
CREATE UNIQUE INDEX debit_one_off ON debit (merchant, mode, mandate)
    WHERE sequence = 'OOFF' AND due IS NOT NULL AND ended_us IS NULL;
CREATE INDEX debit_by_mandate ON debit (merchant, mode, mandate, payment) WHERE mandate IS NOT NULL;
CREATE INDEX debit_by_account ON debit (merchant, mode, account, payment);
CREATE INDEX debit_by_file ON debit (merchant, mode, file, payment) WHERE file IS NOT NULL;

-- One row: a payment that was asked for as a levy of a consumer, as Safedebit knows it; its amount, text and day are the
-- payment's, its mandate the debit's. `status` is the last one that anybody was told; `ended_us` is when it was rejected
-- or returned. References are never used again, so rows stay.
CREATE TABLE levy (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    payment TEXT COLLATE "C" NOT NULL,
    consumer TEXT COLLATE "C" NOT NULL,
    sdd_reference TEXT COLLATE "C" NOT NULL,
    payment_reference TEXT COLLATE "C" NOT NULL,
    beneficiary TEXT COLLATE "C",
    url_callback TEXT COLLATE "C",
    url_status TEXT COLLATE "C",
    account_data TEXT COLLATE "C",
    status TEXT COLLATE "C" NOT NULL CHECK (status IN ('created', 'issued', 'settled', 'in_credit', 'credited',
        'pending', 'rejected', 'returned', 'canceled', 'to_refund', 'refunded')),
    validated_us BIGINT,
    ended_us BIGINT,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, payment)
);
CREATE UNIQUE INDEX levy_by_sdd ON levy (merchant, mode, sdd_reference);
CREATE UNIQUE INDEX levy_by_reference ON levy (merchant, mode, payment_reference);
CREATE INDEX levy_by_status ON levy (merchant, mode, status, payment);
CREATE INDEX levy_by_ended ON levy (merchant, mode, ended_us, payment) WHERE ended_us IS NOT NULL;
CREATE INDEX levy_by_beneficiary ON levy (merchant, mode, beneficiary, payment) WHERE beneficiary IS NOT NULL;
-- Those of a consumer are found by its accounts. Most are valid from the moment in which they are made, and are found by that.
CREATE INDEX levy_validated_late ON levy (merchant, mode, validated_us, payment) WHERE validated_us <> created_us;

-- One row: a debit on its way that the bank was asked, on its portal, not to collect.
CREATE TABLE bank_cancellation (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    payment TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('asked', 'confirmed', 'refused')),
    reason TEXT COLLATE "C",
    asked_us BIGINT NOT NULL,
    answered_us BIGINT,
    PRIMARY KEY (merchant, mode, payment),
    CHECK ((state = 'asked') = (answered_us IS NULL))
);

-- What a transaction changes together with many others of its kind is listed in these first, so that one statement can
-- change all of them. They are empty between transactions, so nothing is lost with them when the server falls.

-- One row: a debit that takes the step of the transaction under way: where it goes, or what is said of it.
CREATE UNLOGGED TABLE moving_debit (
    merchant TEXT COLLATE "C" NOT NULL,
    mode test_or_live NOT NULL,
    payment TEXT COLLATE "C" NOT NULL,
    block BIGINT,
    end_to_end TEXT COLLATE "C",
    amount_cents BIGINT,
    word TEXT COLLATE "C",
    due_us BIGINT,
    PRIMARY KEY (merchant, mode, payment)
);

-- One row: a mandate of such debits, with the last day that it was collected on and the day that it expires on then.
CREATE UNLOGGED TABLE moving_mandate (
    merchant TEXT COLLATE "C" NOT NULL,
    mode test_or_live NOT NULL,
    mandate TEXT COLLATE "C" NOT NULL,
    last_due TEXT COLLATE "C" NOT NULL,
    expires_on TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (merchant, mode, mandate)
);

-- One row: a reference that the bank has named, with the place of who named it first.
CREATE UNLOGGED TABLE moving_reference (
    merchant TEXT COLLATE "C" NOT NULL,
    mode test_or_live NOT NULL,
    reference TEXT COLLATE "C" NOT NULL,
    place BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, reference)
);
