-- One row: a refusal after which the merchant may not, or not so often, try the same card number again without its
-- payer (cards.md 5). Written for refusals only, and only where the merchant keeps these rules. Keyed by the number's
-- fingerprint, since the number of a single-use card is erased with its refusal.
CREATE TABLE card_refusal (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    fingerprint BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('soft', 'hard', 'stop')),
    attempt TEXT NOT NULL,
    refused_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, fingerprint, kind, attempt)
) STRICT, WITHOUT ROWID;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('card_refusal', 'card_refusal', '10000 10000 10000 2 2 1');
ANALYZE sqlite_schema;
