-- One row: how many objects of a kind there are: the sum of its hours in `counter`, so that a list without bounds shows
-- its total by looking at one row, however many years it has.
CREATE TABLE counter_total (
    merchant TEXT COLLATE "C" NOT NULL REFERENCES merchant (id),
    mode test_or_live NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    count not_negative NOT NULL,
    PRIMARY KEY (merchant, mode, kind)
);
INSERT INTO counter_total (merchant, mode, kind, count)
SELECT merchant, mode, kind, SUM(count) FROM counter GROUP BY merchant, mode, kind;

ALTER TABLE counter_total ALTER COLUMN merchant SET (n_distinct = 1), ALTER COLUMN mode SET (n_distinct = 1);

-- What happened to an object, however much has happened to others since.
CREATE INDEX event_by_object ON event (merchant, mode, object, id);
