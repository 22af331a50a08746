-- One row: how often signing in to the operator's pages has failed since since_us, for one name or from one address;
-- counted is a hash of which. Global: over all servers, and about nobody's rows. It goes when it is over.
CREATE TABLE operator_failure (
    counted TEXT NOT NULL PRIMARY KEY,
    since_us INTEGER NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX operator_failure_by_since ON operator_failure (since_us);
