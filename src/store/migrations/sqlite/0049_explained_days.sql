-- Why a person says the totals of a day differ from the acquirer's; totals that differ otherwise are unexplained again.
ALTER TABLE reconciliation ADD COLUMN note TEXT;
ALTER TABLE reconciliation ADD COLUMN explained_us INTEGER;
CREATE INDEX reconciliation_differing ON reconciliation (merchant, mode, id) WHERE state = 'out_of_balance'
    AND explained_us IS NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('reconciliation', 'reconciliation_differing', '100 100 100 1');
ANALYZE sqlite_schema;
