-- One row: three letters in a row that a name has, or behind a '^' one or two that a word of it begins with. The name
-- stands there as well: a search looks through all names that have a gram.
CREATE TABLE listing_gram_2 (
    merchant TEXT NOT NULL REFERENCES merchant (id),
    mode TEXT NOT NULL CHECK (mode IN ('test', 'live')),
    gram TEXT NOT NULL,
    payer INTEGER NOT NULL,
    folded TEXT NOT NULL,
    PRIMARY KEY (merchant, mode, gram, payer)
) STRICT, WITHOUT ROWID;
INSERT INTO listing_gram_2 (merchant, mode, gram, payer, folded)
SELECT g.merchant, g.mode, g.gram, g.payer, p.folded FROM listing_gram g
JOIN listing_payer p ON p.merchant = g.merchant AND p.mode = g.mode AND p.payer = g.payer;
DROP TABLE listing_gram;
ALTER TABLE listing_gram_2 RENAME TO listing_gram;

-- As in 0001: how the tables grow, for the planner.
DELETE FROM sqlite_stat1 WHERE tbl = 'listing_gram';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('listing_gram', 'listing_gram', '2000000 2000000 2000000 100 1');
ANALYZE sqlite_schema;
