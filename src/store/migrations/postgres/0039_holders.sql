-- Several servers on one database (docs/adr/0045).

-- One row: a server that works on this database, by the moment at which it joined. Until until_us (real time) what it
-- has taken is its own; afterwards the others take it over. A server that is alone has no row.
CREATE TABLE holder (
    number BIGINT NOT NULL PRIMARY KEY,
    until_us BIGINT NOT NULL
);

-- One row: something that only one server does at a time, and which.
CREATE TABLE lease (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder BIGINT NOT NULL
);

-- One row, once there is something to tell: how often a merchant, its settings, a key or a login has changed. Servers look at it to know whether
-- what they remember of them is still true.
CREATE TABLE merchant_change (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    count BIGINT NOT NULL
);

-- Who has taken a row to work on it. NULL: nobody, or a server that is alone.
ALTER TABLE task ADD COLUMN holder BIGINT;
ALTER TABLE outbox ADD COLUMN holder BIGINT;
-- Who waits for the answer.
ALTER TABLE card_attempt ADD COLUMN holder BIGINT;
-- Who runs the call.
ALTER TABLE idempotency ADD COLUMN holder BIGINT;
