-- Why a person says the totals of a day differ from the acquirer's; totals that differ otherwise are unexplained again.
ALTER TABLE reconciliation ADD COLUMN note TEXT COLLATE "C";
ALTER TABLE reconciliation ADD COLUMN explained_us BIGINT;
CREATE INDEX reconciliation_differing ON reconciliation (merchant, mode, id) WHERE state = 'out_of_balance'
    AND explained_us IS NULL;
