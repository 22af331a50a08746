-- One row: a line of the statement that books (posting_source), or a part of one, which is about none of our transactions:
-- the bank's own charge, or money in suspense until a person has decided. `cents` is what it moved on the account, above
-- zero when it came in. `fact` is the line; `object` what it named of ours, `matched` what a person found it to be about,
-- `work` what asks that person.
CREATE TABLE bank_line (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    fact TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('suspense', 'charge', 'matched', 'explained', 'balanced')),
    cents INTEGER NOT NULL CHECK (cents <> 0),
    day TEXT,
    object TEXT,
    matched TEXT,
    work TEXT,
    note TEXT,
    created_us INTEGER NOT NULL,
    closed_us INTEGER,
    PRIMARY KEY (merchant, mode, id),
    CHECK (state <> 'suspense' OR (work IS NOT NULL AND closed_us IS NULL)),
    CHECK (state NOT IN ('matched', 'explained') OR (work IS NOT NULL AND closed_us IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX bank_line_by_fact ON bank_line (merchant, mode, fact, COALESCE(object, ''));
CREATE INDEX bank_line_by_work ON bank_line (merchant, mode, work) WHERE work IS NOT NULL;
CREATE INDEX bank_line_in_suspense ON bank_line (merchant, mode, object) WHERE state = 'suspense';

-- `back` is the line of the statement that books which shows that the money of a transaction came back, `back_cents` what
-- the book has for it.
ALTER TABLE bank_item ADD COLUMN back TEXT;
ALTER TABLE bank_item ADD COLUMN back_cents INTEGER;

-- What a line says of charges within its amount.
ALTER TABLE bank_fact ADD COLUMN charge_cents INTEGER NOT NULL DEFAULT 0;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('bank_line', 'bank_line', '100000 100000 100000 1'),
    ('bank_line', 'bank_line_by_fact', '100000 100000 100000 1 1'),
    ('bank_line', 'bank_line_by_work', '100000 100000 100000 1'),
    ('bank_line', 'bank_line_in_suspense', '100 10 10 1');
ANALYZE sqlite_schema;
