-- One row: an attempt whose outcome is unknown and that is not reversed yet, with the fingerprint of its card number:
-- no authorisation of the same number goes before its reversal (cards.md 3.3), whatever card row it comes from. A
-- table of its own, nearly empty, so that payments write no random key; and it outlives the number of a single-use
-- card.
CREATE TABLE card_unreversed (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    attempt TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    PRIMARY KEY (merchant, mode, attempt)
) STRICT, WITHOUT ROWID;
CREATE INDEX card_unreversed_by_number ON card_unreversed (merchant, mode, fingerprint);
INSERT INTO card_unreversed (merchant, mode, attempt, fingerprint)
SELECT a.merchant, a.mode, a.id, c.fingerprint FROM card_attempt a
JOIN card c ON c.merchant = a.merchant AND c.mode = a.mode AND c.id = a.card
WHERE a.state = 'unknown' AND c.fingerprint IS NOT NULL;
DROP INDEX card_attempt_unknown;

-- The network's id of the card's first approval, and whether the payer took part: quoted by later authorisations
-- without the payer (cards.md 3.2 tag 09).
ALTER TABLE card ADD COLUMN network_txn TEXT;
ALTER TABLE card ADD COLUMN network_txn_payer INTEGER NOT NULL DEFAULT 0
    CHECK (network_txn_payer IN (0, 1));
UPDATE card SET network_txn_payer = 1, network_txn = (SELECT a.network_txn FROM payment p
    JOIN card_attempt a ON a.merchant = p.merchant AND a.mode = p.mode AND a.id = p.attempt
    WHERE p.merchant = card.merchant AND p.mode = card.mode AND p.card = card.id
        AND a.state = 'approved' AND a.eci IS NOT NULL ORDER BY p.id LIMIT 1)
WHERE reusable = 1 AND deleted_us IS NULL;
UPDATE card SET network_txn_payer = 0, network_txn = (SELECT a.network_txn FROM payment p
    JOIN card_attempt a ON a.merchant = p.merchant AND a.mode = p.mode AND a.id = p.attempt
    WHERE p.merchant = card.merchant AND p.mode = card.mode AND p.card = card.id
        AND a.state = 'approved' ORDER BY p.id LIMIT 1)
WHERE reusable = 1 AND deleted_us IS NULL AND network_txn IS NULL;

-- Whether the money moved with the message itself: an authorisation that was captured at once.
ALTER TABLE card_attempt ADD COLUMN moved INTEGER NOT NULL DEFAULT 0 CHECK (moved IN (0, 1));

-- One row: the comparison of a business day and currency with the acquirer (0500): what we counted, and what it did.
CREATE TABLE reconciliation (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    day TEXT NOT NULL,
    currency TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'sent', 'balanced', 'out_of_balance')),
    stan INTEGER,
    sent_us INTEGER,
    credits INTEGER,
    credits_minor INTEGER,
    debits INTEGER,
    debits_minor INTEGER,
    their_credits INTEGER,
    their_credits_minor INTEGER,
    their_debits INTEGER,
    their_debits_minor INTEGER,
    answered_us INTEGER,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX reconciliation_of_day ON reconciliation (merchant, mode, day, currency);

-- One row: the day (Paris) whose settlement file a merchant waits for; it goes on when that file was booked, so that an
-- acquirer that is away for days loses none of them.
CREATE TABLE settlement_day (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    day TEXT NOT NULL,
    PRIMARY KEY (merchant, mode)
) STRICT, WITHOUT ROWID;

-- Which notice opened a dispute (DE 7, 11, 32 and 41 of the 0422), so that a repeat is known and another one is not
-- taken for it; and which line of which settlement file has settled it.
ALTER TABLE dispute ADD COLUMN notice TEXT;
ALTER TABLE dispute ADD COLUMN settled_by TEXT;
DROP INDEX dispute_once;
CREATE UNIQUE INDEX dispute_once ON dispute (merchant, mode, payment, notice);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('card_unreversed', 'card_unreversed', '100 100 100 1'),
    ('card_unreversed', 'card_unreversed_by_number', '100 100 100 1'),
    ('dispute', 'dispute_once', '1000000 1000000 1000000 2 1'),
    ('reconciliation', 'reconciliation', '10000 10000 10000 1'),
    ('reconciliation', 'reconciliation_of_day', '10000 10000 10000 2 1');
ANALYZE sqlite_schema;
