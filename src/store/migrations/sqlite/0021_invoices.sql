-- Links to the files of invoices (api/simplypaie.md 7) and to the pages of requests (3).
CREATE TABLE link_2 (
    hash TEXT NOT NULL PRIMARY KEY,
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    kind TEXT NOT NULL CHECK (kind = 'authentication' OR kind = 'mandate_form' OR kind = 'invoice' OR kind = 'request'),
    object TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO link_2 (hash, merchant, mode, kind, object)
SELECT hash, merchant, mode, kind, object FROM link;
DROP TABLE link;
-- Directory: one row leads from the hash of a token in a link to the object it opens.
ALTER TABLE link_2 RENAME TO link;
CREATE INDEX link_by_object ON link (merchant, mode, kind, object);

-- One row: how far the numbers of a kind of document have come (api/simplypaie.md 7.1). `head` is the hash of its last
-- one, and `issued` its day: none after it is earlier.
CREATE TABLE invoice_series (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    kind TEXT NOT NULL CHECK (kind = 'invoice' OR kind = 'credit_note' OR kind = 'quote' OR kind = 'receipt'),
    prefix TEXT NOT NULL,
    year INTEGER NOT NULL,
    serial INTEGER NOT NULL CHECK (serial > 0),
    issued TEXT NOT NULL,
    head TEXT NOT NULL,
    PRIMARY KEY (merchant, mode, kind)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER invoice_series_kept BEFORE DELETE ON invoice_series
BEGIN SELECT RAISE (ABORT, 'a series of numbers is kept'); END;
CREATE TRIGGER invoice_series_rises BEFORE UPDATE ON invoice_series
WHEN NEW.prefix <> OLD.prefix OR NEW.issued < OLD.issued
    OR NOT ((NEW.year = OLD.year AND NEW.serial = OLD.serial + 1) OR (NEW.year > OLD.year AND NEW.serial = 1))
BEGIN SELECT RAISE (ABORT, 'a series of numbers only goes on'); END;

-- One row: the last internal number that was given to a document.
CREATE TABLE invoice_reference (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    last INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode)
) STRICT, WITHOUT ROWID;

-- One row: an issued document, never changed. `record` says all that it says (core/invoice_record.h), the other columns
-- what it is searched by; `hash` chains it to the one before it in its series, `previous`. `preceding` is the invoice
-- that a credit note undoes.
CREATE TABLE invoice (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    id TEXT NOT NULL,
    reference INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind = 'invoice' OR kind = 'credit_note' OR kind = 'quote' OR kind = 'receipt'),
    number TEXT NOT NULL,
    year INTEGER NOT NULL,
    serial INTEGER NOT NULL,
    issued TEXT NOT NULL,
    buyer TEXT NOT NULL,
    currency TEXT NOT NULL,
    total_minor INTEGER NOT NULL,
    due_minor INTEGER NOT NULL,
    preceding TEXT,
    record TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, id),
    CHECK ((kind = 'credit_note') = (preceding IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX invoice_by_serial ON invoice (merchant, mode, kind, year, serial);
CREATE UNIQUE INDEX invoice_by_number ON invoice (merchant, mode, number);
CREATE UNIQUE INDEX invoice_by_reference ON invoice (merchant, mode, reference);
CREATE INDEX invoice_by_preceding ON invoice (merchant, mode, preceding) WHERE preceding IS NOT NULL;
CREATE TRIGGER invoice_fixed BEFORE UPDATE ON invoice
BEGIN SELECT RAISE (ABORT, 'an issued document never changes'); END;
CREATE TRIGGER invoice_kept BEFORE DELETE ON invoice
BEGIN SELECT RAISE (ABORT, 'an issued document is kept'); END;

-- One row: the file of an issued document, drawn once.
CREATE TABLE invoice_file (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    invoice TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (merchant, mode, invoice),
    FOREIGN KEY (merchant, mode, invoice) REFERENCES invoice (merchant, mode, id),
    FOREIGN KEY (merchant, mode, document) REFERENCES document (merchant, mode, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER invoice_file_fixed BEFORE UPDATE ON invoice_file
BEGIN SELECT RAISE (ABORT, 'the file of a document never changes'); END;
CREATE TRIGGER invoice_file_kept BEFORE DELETE ON invoice_file
BEGIN SELECT RAISE (ABORT, 'the file of a document is kept'); END;

-- As in 0001: how the tables grow, for the planner.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('link', 'link', '1000000 1'),
    ('link', 'link_by_object', '1000000 1000000 1000000 500000 1'),
    ('invoice_series', 'invoice_series', '1000 4 2 1'),
    ('invoice_reference', 'invoice_reference', '1000 2 1'),
    ('invoice', 'invoice', '1000000 1000000 1000000 1'),
    ('invoice', 'invoice_by_serial', '1000000 1000000 1000000 500000 100000 1'),
    ('invoice', 'invoice_by_number', '1000000 1000000 1000000 1'),
    ('invoice', 'invoice_by_reference', '1000000 1000000 1000000 1'),
    ('invoice', 'invoice_by_preceding', '10000 10000 10000 1'),
    ('invoice_file', 'invoice_file', '1000000 1000000 1000000 1');
ANALYZE sqlite_schema;
