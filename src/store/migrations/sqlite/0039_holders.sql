-- Several servers on one database (docs/adr/0045).

-- One row: a server that works on this database, by the moment at which it joined. Until until_us (real time) what it
-- has taken is its own; afterwards the others take it over. A server that is alone has no row.
CREATE TABLE holder (
    number INTEGER NOT NULL PRIMARY KEY,
    until_us INTEGER NOT NULL
) STRICT;

-- One row: something that only one server does at a time, and which.
CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row, once there is something to tell: how often a merchant, its settings, a key or a login has changed. Servers look at it to know whether
-- what they remember of them is still true.
CREATE TABLE merchant_change (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    count INTEGER NOT NULL
) STRICT;

-- Who has taken a row to work on it. NULL: nobody, or a server that is alone.
ALTER TABLE task ADD COLUMN holder INTEGER;
ALTER TABLE outbox ADD COLUMN holder INTEGER;
-- Who waits for the answer.
ALTER TABLE card_attempt ADD COLUMN holder INTEGER;
-- Who runs the call.
ALTER TABLE idempotency ADD COLUMN holder INTEGER;
