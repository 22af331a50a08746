-- Invoices that come as files (api/seqino.md 6).

-- One row: an invoice that somebody wrote, read and found to break no rule, archived as it came. One of the client's own
-- leaves through the platform of its mode; one that it received is kept. A seller gives a number once a year.
CREATE TABLE submission (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode = 'test' OR mode = 'live'),
    id TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction = 'outgoing' OR direction = 'incoming'),
    state TEXT NOT NULL CHECK (state = 'kept' OR state = 'waiting' OR state = 'sent'),
    format TEXT NOT NULL CHECK (format = 'CII' OR format = 'UBL' OR format = 'Factur-X'),
    number TEXT NOT NULL,
    year INTEGER NOT NULL,
    issued TEXT NOT NULL,
    seller TEXT NOT NULL,
    recipient TEXT NOT NULL,
    file_name TEXT NOT NULL,
    document TEXT NOT NULL,
    xml TEXT,
    created_us INTEGER NOT NULL,
    sent_us INTEGER,
    PRIMARY KEY (merchant, mode, id),
    FOREIGN KEY (merchant, mode, document) REFERENCES document (merchant, mode, id),
    FOREIGN KEY (merchant, mode, xml) REFERENCES document (merchant, mode, id),
    CHECK ((direction = 'incoming') = (state = 'kept')),
    CHECK ((state = 'sent') = (sent_us IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX submission_by_number ON submission (merchant, mode, seller, year, number);
CREATE TRIGGER submission_kept BEFORE DELETE ON submission
BEGIN SELECT RAISE (ABORT, 'an invoice that was submitted is kept'); END;

-- As in 0001: how the tables grow, for the planner.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('submission', 'submission', '100000 100000 100000 1'),
    ('submission', 'submission_by_number', '100000 100000 100000 1000 500 1');
ANALYZE sqlite_schema;
