-- Invoices that are drafted through the Seqino face (api/seqino.md 6).

-- One row: an invoice that is still being written, as the text that the face was given and the
-- number of the payment that pays it; or one that was issued, and what it became in which format. From then on it never
-- changes.
CREATE TABLE invoice_draft (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode = 'test' OR mode = 'live'),
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    payment TEXT,
    version INTEGER NOT NULL CHECK (version > 0),
    invoice TEXT,
    format TEXT CHECK (format = 'CII' OR format = 'UBL' OR format = 'Factur-X'),
    created_us INTEGER NOT NULL,
    updated_us INTEGER,
    PRIMARY KEY (merchant, mode, id),
    FOREIGN KEY (merchant, mode, invoice) REFERENCES invoice (merchant, mode, id),
    CHECK ((invoice IS NULL) = (format IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX invoice_draft_by_invoice ON invoice_draft (merchant, mode, invoice) WHERE invoice IS NOT NULL;
CREATE TRIGGER invoice_draft_fixed BEFORE UPDATE ON invoice_draft WHEN OLD.invoice IS NOT NULL
BEGIN SELECT RAISE (ABORT, 'a draft that was issued never changes'); END;
CREATE TRIGGER invoice_draft_kept BEFORE DELETE ON invoice_draft WHEN OLD.invoice IS NOT NULL
BEGIN SELECT RAISE (ABORT, 'a draft that was issued is kept'); END;

-- As in 0001: how the tables grow, for the planner.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('invoice_draft', 'invoice_draft', '100000 100000 100000 1'),
    ('invoice_draft', 'invoice_draft_by_invoice', '100000 100000 100000 1');
ANALYZE sqlite_schema;
