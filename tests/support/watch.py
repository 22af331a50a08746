"""What servers do of what is due, noted by their database itself: triggers that they know nothing of."""

import collections
import re

from support import rows, server

# A task is done when it goes or waits for another moment; when nobody has taken it, it was called off. It may be asked for again at
# the moment at which it was done: a test clock stands while what is due at a moment is done.
NOTES = """
CREATE SCHEMA watch;
CREATE TABLE watch.task (merchant TEXT, mode TEXT, kind TEXT, object TEXT, due BIGINT, holder BIGINT);
CREATE TABLE watch.asked (merchant TEXT, mode TEXT, kind TEXT, object TEXT, due BIGINT);
CREATE TABLE watch.delivery (id TEXT, event TEXT, channel TEXT, type TEXT, object TEXT, receiver TEXT, outcome TEXT,
    tries BIGINT, holder BIGINT);
CREATE FUNCTION watch.note_task() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO watch.task VALUES (OLD.merchant, OLD.mode, OLD.kind, OLD.object, OLD.due_us, OLD.holder);
    RETURN NULL;
END $$;
CREATE FUNCTION watch.note_asked() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO watch.asked VALUES (NEW.merchant, NEW.mode, NEW.kind, NEW.object, NEW.due_us);
    RETURN NULL;
END $$;
CREATE FUNCTION watch.note_delivery() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO watch.delivery VALUES (NEW.id, NEW.event, NEW.channel, NEW.type, NEW.object, NEW.receiver, NEW.outcome,
        NEW.tries, OLD.holder);
    RETURN NULL;
END $$;
CREATE TRIGGER watched_move AFTER UPDATE ON task FOR EACH ROW WHEN (NEW.due_us <> OLD.due_us AND OLD.holder IS NOT NULL)
    EXECUTE FUNCTION watch.note_task();
CREATE TRIGGER watched_ask AFTER UPDATE ON task FOR EACH ROW WHEN (NEW.due_us < OLD.due_us AND OLD.holder IS NULL)
    EXECUTE FUNCTION watch.note_asked();
CREATE TRIGGER watched_end AFTER DELETE ON task FOR EACH ROW WHEN (OLD.holder IS NOT NULL)
    EXECUTE FUNCTION watch.note_task();
CREATE TRIGGER watched AFTER UPDATE ON outbox FOR EACH ROW WHEN (NEW.tries > OLD.tries)
    EXECUTE FUNCTION watch.note_delivery();
"""


def kinds():
    """Every kind of task that there is: the first words of TASK_KIND_LIST."""
    text = (server.ROOT / "src" / "core" / "task.h").read_text(encoding="utf-8")
    listed = text[text.index("#define TASK_KIND_LIST"):text.index("ENUM_DECLARE(task_kind")]
    return set(re.findall(r'X\(\w+, \d+,\s*(?:\\\s*)?"(\w+)"\)', listed))


class Watch:
    """Of a database that servers share."""

    def __init__(self, url):
        self.rows = rows.Postgres(url)
        self.rows.db.run(NOTES)

    def close(self):
        """Looks no longer."""
        self.rows.close()

    def count(self):
        """How many due things have been done."""
        (row,) = self.rows.ask("SELECT (SELECT COUNT(*) FROM watch.task) + (SELECT COUNT(*) FROM watch.delivery) AS n")
        return row["n"]

    def held_by(self, holder):
        """How many tasks a server has taken and not done yet."""
        (row,) = self.rows.ask("SELECT COUNT(*) AS n FROM task WHERE holder = ?", holder)
        return row["n"]

    def done(self):
        """{kind: how often a task of it was done}"""
        told = self.rows.ask("SELECT kind, COUNT(*) AS n FROM watch.task GROUP BY kind")
        return {row["kind"]: row["n"] for row in told}

    def shares(self):
        """How many tasks each server has done, and how many deliveries, most first."""
        return [sorted(collections.Counter(
            row["holder"] for row in self.rows.ask(f"SELECT holder FROM watch.{table}")).values(), reverse=True)
            for table in ("task", "delivery")]

    def tasks_done_twice(self):
        """What was due at a moment and done more often than once, and than it was asked for."""
        return self.rows.ask("SELECT kind, object, due, COUNT(*) AS n FROM watch.task t "
                             "GROUP BY merchant, mode, kind, object, due HAVING COUNT(*) > GREATEST(1, (SELECT COUNT(*) "
                             "FROM watch.asked a WHERE (a.merchant, a.mode, a.kind, a.object, a.due) = "
                             "(t.merchant, t.mode, t.kind, t.object, t.due)))")

    def deliveries_ended_twice(self):
        """What was delivered or given up more often than once."""
        return self.rows.ask("SELECT id, channel, type, COUNT(*) AS n FROM watch.delivery WHERE outcome IS NOT NULL "
                             "GROUP BY id, channel, type HAVING COUNT(*) > 1")

    def happened_twice(self):
        """States that something came into more often than once."""
        return self.rows.ask("SELECT kind, object, detail, COUNT(*) AS n FROM event WHERE kind LIKE '%.state' "
                             "AND kind <> 'client.state' "
                             "GROUP BY merchant, mode, kind, object, detail HAVING COUNT(*) > 1")

    def told_twice(self):
        """What happened once and had several deliveries to one receiver."""
        return self.rows.ask("SELECT event, receiver, COUNT(DISTINCT id) AS n FROM watch.delivery "
                             "GROUP BY event, receiver HAVING COUNT(DISTINCT id) > 1")

    def delivered(self, channel):
        """The ids of what was delivered that way."""
        return {row["id"] for row in self.rows.ask("SELECT id FROM watch.delivery WHERE channel = ? AND outcome = ?",
                                                   channel, "delivered")}

    def tries(self, channel):
        """How often that way was gone, to an end or not."""
        (row,) = self.rows.ask("SELECT COUNT(*) AS n FROM watch.delivery WHERE channel = ?", channel)
        return row["n"]

    def left(self):
        """What is due and not done: of test clocks."""
        return self.rows.ask(
            "SELECT t.kind, t.object, t.tries FROM task t JOIN merchant m ON m.id = t.merchant "
            "JOIN sponsor s ON s.id = m.sponsor WHERE t.mode = 'test' AND t.due_us <= "
            "s.clock_offset_us + CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)")
