-- The money book, settlement, payouts, history and totals.

-- One row: an entry of the money book (design.md 5), never changed. `legs` is a JSON array of texts, account and
-- amount_minor: ["bank 498","acquirer_receivable -498"]. A debit is positive, a credit negative, and they sum to zero.
CREATE TABLE ledger_entry (
    merchant TEXT COLLATE "C" NOT NULL,
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    object TEXT COLLATE "C" NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    legs TEXT COLLATE "C" NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, id)
);
CREATE TRIGGER ledger_entry_fixed BEFORE UPDATE ON ledger_entry FOR EACH ROW
    EXECUTE FUNCTION refuse('ledger_entry is append-only');
CREATE TRIGGER ledger_entry_kept BEFORE DELETE ON ledger_entry FOR EACH ROW
    EXECUTE FUNCTION refuse('ledger_entry is append-only');

-- The legs of entries as rows, for `guichet verify` and tests.
CREATE VIEW ledger_leg AS
SELECT e.merchant, e.mode, e.id AS entry, leg.place - 1 AS position, e.kind, e.object,
    split_part(leg.text, ' ', 1) COLLATE "C" AS account, e.currency,
    CAST(split_part(leg.text, ' ', 2) AS BIGINT) AS amount_minor, e.created_us
FROM ledger_entry e, json_array_elements_text(CAST(e.legs AS JSON)) WITH ORDINALITY AS leg (text, place);

-- One row: the balance of an account, kept with each leg; verify proves it equal to their sum.
CREATE TABLE ledger_balance (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, account, currency)
);

-- One row: a settlement file that was imported.
CREATE TABLE settlement_file (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    lines BIGINT NOT NULL,
    imported_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, hash)
);

-- One row: a settlement line that matched nothing. A person decides about it; until then what it moved on the bank's
-- account lies in suspense, unless it is of before such lines were booked.
CREATE TABLE settlement_work (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'matched', 'charge', 'explained')),
    rrn TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    moved_minor BIGINT NOT NULL,
    booked flag NOT NULL,
    file TEXT COLLATE "C" NOT NULL,
    line BIGINT NOT NULL,
    matched TEXT COLLATE "C",
    note TEXT COLLATE "C",
    created_us BIGINT NOT NULL,
    done_us BIGINT,
    PRIMARY KEY (merchant, mode, id),
    CHECK ((state = 'open') = (done_us IS NULL))
);
CREATE UNIQUE INDEX settlement_work_once ON settlement_work (merchant, mode, rrn, kind, amount_minor);
CREATE INDEX settlement_work_by_state ON settlement_work (merchant, mode, id) WHERE done_us IS NULL;

-- One row: the day (Paris) whose settlement file a merchant waits for; it goes on when that file was booked, so that an
-- acquirer that is away for days loses none of them.
CREATE TABLE settlement_day (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (merchant, mode)
);

-- One row: the comparison of a business day and currency with the acquirer (0500): what we counted, and what it did.
CREATE TABLE reconciliation (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'sent', 'balanced', 'out_of_balance')),
    stan BIGINT,
    sent_us BIGINT,
    credits BIGINT,
    credits_minor BIGINT,
    debits BIGINT,
    debits_minor BIGINT,
    their_credits BIGINT,
    their_credits_minor BIGINT,
    their_debits BIGINT,
    their_debits_minor BIGINT,
    answered_us BIGINT,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, id)
);
CREATE UNIQUE INDEX reconciliation_of_day ON reconciliation (merchant, mode, day, currency);

-- One row: money paid out to a merchant, or found on its own account already. `day` is the business day it was made for;
-- `daily` tells those that the morning makes, of which there is one a day, from those asked for by a test key.
CREATE TABLE payout (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('pending', 'to_pay', 'sent', 'paid', 'failed')),
    currency TEXT COLLATE "C" NOT NULL,
    amount_minor not_negative NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C",
    daily flag NOT NULL,
    transfer flag NOT NULL,
    sent_us BIGINT,
    bank_us BIGINT,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, id)
);
CREATE UNIQUE INDEX payout_once_a_day ON payout (merchant, mode, currency, day) WHERE daily = 1;
CREATE INDEX payout_to_send ON payout (merchant, mode, id)
    WHERE state = 'to_pay' AND transfer = 1 AND currency = 'eur';

-- One row: what a payout holds of one kind of object and one method: the sums of its lines.
CREATE TABLE payout_part (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    payout TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('payment', 'refund', 'dispute')),
    method TEXT COLLATE "C" NOT NULL CHECK (method IN ('card', 'sepa')),
    amount_minor BIGINT NOT NULL,
    count positive NOT NULL,
    fees_minor BIGINT NOT NULL,
    fees_vat_minor BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, payout, kind, method)
);

-- One row: what an object has moved on the account merchant payable: amount (negative for what was taken from the
-- merchant) less fee and VAT. Written with the ledger entry; it waits without a payout until one takes it. `back` is a
-- row that gives an amount back (a refund that was not honoured). When a payout fails its rows stay with it, marked, and
-- new ones of the next round wait again: of the rows that did not fail an object has one.
CREATE TABLE payout_line (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    object TEXT COLLATE "C" NOT NULL,
    back flag NOT NULL,
    round not_negative NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('payment', 'refund', 'dispute')),
    method TEXT COLLATE "C" NOT NULL CHECK (method IN ('card', 'sepa')),
    currency TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL,
    fee_minor not_negative NOT NULL,
    fee_vat_minor not_negative NOT NULL,
    payout TEXT COLLATE "C",
    failed flag NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, object, back, round),
    CHECK (failed = 0 OR payout IS NOT NULL)
);
CREATE UNIQUE INDEX payout_line_once ON payout_line (merchant, mode, object, back)
    WHERE failed = 0;
CREATE INDEX payout_line_open ON payout_line (merchant, mode, currency, object)
    WHERE payout IS NULL;
CREATE INDEX payout_line_of_payout ON payout_line (merchant, mode, payout, kind, object)
    WHERE payout IS NOT NULL;

-- One row: something that happened to an object: the history of its states.
CREATE TABLE event (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    object TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C",
    created_us BIGINT NOT NULL,
    PRIMARY KEY (merchant, mode, id)
);
CREATE TRIGGER event_fixed BEFORE UPDATE ON event FOR EACH ROW
    EXECUTE FUNCTION refuse('event is append-only');
CREATE TRIGGER event_kept BEFORE DELETE ON event FOR EACH ROW
    EXECUTE FUNCTION refuse('event is append-only');

-- One row: how many objects of a kind were created in an hour, so that totals need no scan.
CREATE TABLE counter (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    hour BIGINT NOT NULL,
    count not_negative NOT NULL,
    PRIMARY KEY (merchant, mode, kind, hour)
);

-- One row: how many objects of a kind were created within a span of 128 hours from 1970 on: the sum of its hours in
-- `counter`, so that the total of years is a sum of few rows.
CREATE TABLE counter_span (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    span BIGINT NOT NULL,
    count not_negative NOT NULL,
    PRIMARY KEY (merchant, mode, kind, span)
);
