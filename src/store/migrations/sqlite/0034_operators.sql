-- Who looks after this server by its pages, and what was done there and by commands (design.md 5: a hash chain).

-- One row: a person who may sign in to the operator's pages. Global: an operator looks after all merchants. The address is
-- in lower case. `failures` are the wrong passwords since the last time that the right one opened a session.
CREATE TABLE operator_account (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role = 'owner'),
    secret_hash TEXT NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),
    locked_until_us INTEGER NOT NULL DEFAULT 0,
    last_us INTEGER NOT NULL DEFAULT 0,
    created_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX operator_account_by_email ON operator_account (email);

-- One row: somebody is signed in, with a token of which this is the hash. Directory: a request has no more than the token.
-- `previous_us` and `refused` tell of the time before: when the last session was opened, and how many wrong passwords came
-- since.
CREATE TABLE operator_session (
    hash TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES operator_account (id),
    address TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    seen_us INTEGER NOT NULL,
    previous_us INTEGER NOT NULL,
    refused INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX operator_session_by_account ON operator_session (account, created_us);

-- One row: what somebody did, whoever it was about. Global, numbered without a gap; `hash` is that of the row before and of
-- this one (core/audit.h). Without an actor a command did it or nobody known; without an address, a command.
CREATE TABLE audit (
    number INTEGER NOT NULL PRIMARY KEY CHECK (number > 0),
    at_us INTEGER NOT NULL,
    actor TEXT,
    address TEXT,
    what TEXT NOT NULL,
    object TEXT,
    detail TEXT,
    hash TEXT NOT NULL
) STRICT;
-- What was done about one object.
CREATE INDEX audit_by_object ON audit (object, number) WHERE object IS NOT NULL;
CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit
BEGIN SELECT RAISE (ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit
BEGIN SELECT RAISE (ABORT, 'audit is append-only'); END;

-- As in 0001: how the tables grow, for the planner.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('operator_account', 'operator_account', '20 1'),
    ('operator_account', 'operator_account_by_email', '20 1'),
    ('operator_session', 'operator_session', '100 1'),
    ('operator_session', 'operator_session_by_account', '100 5 1'),
    ('audit', NULL, '100000'),
    ('audit', 'audit_by_object', '100000 10 1');
ANALYZE sqlite_schema;
