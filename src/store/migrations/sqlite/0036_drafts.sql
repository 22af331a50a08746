-- Invoices that are drafted through the Seqino face, and their life behind a platform (api/seqino.md 6).

-- One row: an invoice that is still being written, as the text that the face was given and the number of the payment
-- that pays it; or one that was issued, and what it became in which format. From then on it never changes.
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

-- One row: an invoice that leaves through the platform of its mode, in the format that was chosen.
CREATE TABLE invoice_flow (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode = 'test' OR mode = 'live'),
    invoice TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state = 'waiting' OR state = 'sent'),
    format TEXT NOT NULL CHECK (format = 'CII' OR format = 'UBL' OR format = 'Factur-X'),
    created_us INTEGER NOT NULL,
    sent_us INTEGER,
    PRIMARY KEY (merchant, mode, invoice),
    FOREIGN KEY (merchant, mode, invoice) REFERENCES invoice (merchant, mode, id),
    CHECK ((state = 'sent') = (sent_us IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE TRIGGER invoice_flow_kept BEFORE DELETE ON invoice_flow
BEGIN SELECT RAISE (ABORT, 'that an invoice left is kept'); END;

-- One row: a status that such an invoice, or one that came as a file, has reached (standards/einvoicing.md 6), never
-- changed; `received_turn` is the movement in invoice_received that status 212 tells.
CREATE TABLE lifecycle_event (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode = 'test' OR mode = 'live'),
    invoice TEXT NOT NULL,
    turn INTEGER NOT NULL CHECK (turn > 0),
    id TEXT NOT NULL,
    status INTEGER NOT NULL CHECK (status BETWEEN 200 AND 299),
    reason TEXT,
    received_turn INTEGER CHECK (received_turn > 0),
    at_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, invoice, turn),
    CHECK ((status = 212) = (received_turn IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE TRIGGER lifecycle_event_fixed BEFORE UPDATE ON lifecycle_event
BEGIN SELECT RAISE (ABORT, 'a status that was reached never changes'); END;
CREATE TRIGGER lifecycle_event_kept BEFORE DELETE ON lifecycle_event
BEGIN SELECT RAISE (ABORT, 'a status that was reached is kept'); END;

-- As in 0001: how the tables grow, for the planner.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('invoice_draft', 'invoice_draft', '100000 100000 100000 1'),
    ('invoice_draft', 'invoice_draft_by_invoice', '100000 100000 100000 1'),
    ('invoice_flow', 'invoice_flow', '100000 100000 100000 1'),
    ('lifecycle_event', 'lifecycle_event', '500000 500000 500000 5 1');
ANALYZE sqlite_schema;
