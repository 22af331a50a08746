-- One row: how many objects of a kind there are: the sum of its hours in `counter`, so that a list without bounds shows
-- its total by looking at one row, however many years it has.
CREATE TABLE counter_total (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode = 'test' OR mode = 'live'),
    kind TEXT NOT NULL,
    count INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (merchant, mode, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO counter_total (merchant, mode, kind, count)
SELECT merchant, mode, kind, SUM(count) FROM counter GROUP BY merchant, mode, kind;

-- What happened to an object, however much has happened to others since.
CREATE INDEX event_by_object ON event (merchant, mode, object, id);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('counter_total', 'counter_total', '1000 10 5 1'),
    ('event', 'event_by_object', '1000000 1000000 1000000 3 1');
ANALYZE sqlite_schema;
