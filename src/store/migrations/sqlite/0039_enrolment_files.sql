-- One row: a file that a company has handed in on its enrolment, about its representative or about itself; the last of its
-- kind. `shape` is what it is by its content.
CREATE TABLE enrolment_file (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    enrolment TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind = 'identity_front' OR kind = 'identity_back' OR kind = 'company_extract'),
    shape TEXT NOT NULL CHECK (shape = 'image/jpeg' OR shape = 'image/png' OR shape = 'application/pdf'),
    document TEXT NOT NULL,
    size INTEGER NOT NULL,
    created_us INTEGER NOT NULL,
    PRIMARY KEY (merchant, mode, enrolment, kind),
    FOREIGN KEY (merchant, mode, enrolment) REFERENCES enrolment (merchant, mode, id)
) STRICT, WITHOUT ROWID;

-- As in 0001: how the tables grow, for the planner.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('enrolment_file', 'enrolment_file', '30000 30 30 3 1');
ANALYZE sqlite_schema;
