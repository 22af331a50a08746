-- What made a card payment dear (docs/adr/0012).

-- An entry carries its legs: one row is written where there were up to six, and an entry cannot lose a leg. `legs` is a JSON array of texts, account and amount_minor: ["bank 498","acquirer_receivable -498"]. A debit is
-- positive, a credit negative, and they sum to zero.

-- One row: an entry of the money book (design.md 5), never changed.
CREATE TABLE ledger_entry_2 (
    merchant TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode = 'test' OR mode = 'live'),
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    currency TEXT NOT NULL,
    legs TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, id)
) STRICT, WITHOUT ROWID;

INSERT INTO ledger_entry_2 (merchant, mode, id, kind, object, currency, legs, created_us)
SELECT e.merchant, e.mode, e.id, e.kind, e.object, MIN(l.currency),
    json_group_array(l.account || ' ' || l.amount_minor), e.created_us
FROM ledger_entry e
JOIN (SELECT merchant, mode, entry, position, account, currency, amount_minor FROM ledger_leg
    ORDER BY merchant, mode, entry, position) l
    ON l.merchant = e.merchant AND l.mode = e.mode AND l.entry = e.id
GROUP BY e.merchant, e.mode, e.id;

DROP TABLE ledger_leg;
DROP TABLE ledger_entry;
ALTER TABLE ledger_entry_2 RENAME TO ledger_entry;

CREATE TRIGGER ledger_entry_fixed BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE (ABORT, 'ledger_entry is append-only'); END;
CREATE TRIGGER ledger_entry_kept BEFORE DELETE ON ledger_entry
BEGIN SELECT RAISE (ABORT, 'ledger_entry is append-only'); END;

-- One row: a leg of an entry. No function of JSON may be used in a view here: SQLite does not trust them.
CREATE VIEW ledger_leg AS
SELECT e.merchant, e.mode, e.id AS entry, leg.key AS position, e.kind, e.object,
    substr(leg.value, 1, instr(leg.value, ' ') - 1) AS account, e.currency,
    CAST(substr(leg.value, instr(leg.value, ' ') + 1) AS INTEGER) AS amount_minor, e.created_us
FROM ledger_entry e, json_each(e.legs) leg;

-- Keys of card numbers are random, so each payment that wrote one touched a page of its own. Only cards that somebody
-- may look for by number are in the index: `findable`, up to the id that card_number_index tells.
ALTER TABLE card ADD COLUMN findable INTEGER NOT NULL DEFAULT 0 CHECK (findable = 0 OR findable = 1);
DROP INDEX card_by_fingerprint;
CREATE INDEX card_by_fingerprint ON card (merchant, mode, fingerprint)
    WHERE findable = 1 AND fingerprint IS NOT NULL AND deleted_us IS NULL;

-- One row: up to which card those of a merchant are findable. Younger ones have to be looked at one by one.
CREATE TABLE card_number_index (
    merchant TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode = 'test' OR mode = 'live'),
    until_card TEXT NOT NULL,
    PRIMARY KEY (merchant, mode)
) STRICT, WITHOUT ROWID;

DELETE FROM sqlite_stat1 WHERE tbl = 'ledger_leg' OR tbl = 'ledger_entry' OR idx = 'card_by_fingerprint';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('ledger_entry', 'ledger_entry', '1000000 1000000 1000000 1'),
    ('card', 'card_by_fingerprint', '1000000 1000000 1000000 2');
ANALYZE sqlite_schema;
