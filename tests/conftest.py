"""Fixtures of the contract tests and the journeys.

`sandbox`   one server for the whole session, with its first merchant; end it or move its clock and
            every later test feels it
`merchant`  a merchant of its own on that server: its own objects and its own clock
`shop`      such a merchant, shared by the tests of one file that only add to it
`fresh`     a server of its own, in its own directory, for what kills, stops or delays it
`fresh_with`  makes such servers, with settings or a database of their own
`several_servers`  makes servers that share a database (support/several.py)
`several`  two of them, for the tests of one file
`postgres`  makes PostgreSQL databases, on one server for the whole session (support/postgres.py)
"""

import itertools
import os
import re

import pytest

from support import leaks, postgres as databases, recorder, server, several as sharing

# What brings its own databases, or needs none, is as true where nothing else is in PostgreSQL: there it runs.
collect_ignore = [] if "GUICHET_TEST_PG" not in os.environ else [
    f"journeys/test_{name}.py" for name in (
        "database_hang", "database_outage", "examine", "invoice_papers", "leak_search", "moving", "races_at_two_servers",
        "several_servers", "standby_away", "timers_of_three_servers")]

_searched = []  # (data directory, [logs]) of every server of the session
_count = itertools.count(1)


def _begin(directory, name, settings=None, store=None):
    running = server.Server(directory, name, settings, store)
    _searched.append((running.dir, [running.log, running.out]))
    try:
        return running.init().start()
    except BaseException:
        running.clean_up()
        raise


@pytest.fixture(scope="session")
def session_server(tmp_path_factory):
    if not server.binary().exists():
        pytest.fail(f"{server.binary()} does not exist: build it, or set GUICHET_BIN")
    running = _begin(tmp_path_factory.mktemp("guichet") / "data", "session")
    yield running
    try:
        running.verify()
        running.stop()
        running.verify()
    finally:
        running.clean_up()


@pytest.fixture(scope="session")
def sandbox(session_server):
    return session_server.account()


@pytest.fixture
def merchant(sandbox):
    return sandbox.merchant_add()


@pytest.fixture(scope="module")
def shop(sandbox):
    return sandbox.merchant_add()


@pytest.fixture
def fresh_with(tmp_path, request):
    """Makes a server with settings of its own: fresh_with(SERVER_HEADER_MS=200); store: the url of its database."""
    made = []

    def make(store=None, **settings):
        name = re.sub(r"[^A-Za-z0-9_]+", "-", request.node.name)[:60]
        running = _begin(tmp_path / f"data{len(made)}", f"fresh-{next(_count)}-{name}", settings, store)
        made.append(running)
        return running.account()

    yield make
    for running in made:
        running.clean_up()


@pytest.fixture
def fresh(fresh_with):
    return fresh_with()


@pytest.fixture(scope="session")
def postgres():
    if "GUICHET_TEST_PG" in os.environ:
        yield databases.Databases(os.environ["GUICHET_TEST_PG"])
        return
    with databases.Server() as running:
        yield running


@pytest.fixture(scope="module")
def several_servers(tmp_path_factory, postgres):
    """Makes servers that share a database of PostgreSQL: several_servers(2)."""
    made = []

    def make(count=2, **settings):
        group = sharing.Several(tmp_path_factory.mktemp("several") / "all", postgres.database(), count, **settings)
        made.append(group)
        _searched.extend((running.dir, [running.log, running.out]) for running in group.servers)
        return group.start()

    yield make
    for group in made:
        group.end()


@pytest.fixture(scope="module")
def several(several_servers):
    return several_servers()


@pytest.fixture(scope="session", autouse=True)
def nothing_secret_is_left_behind():
    """After the last test: no card number on any disk, no personal data in any log."""
    yield
    recorder.write()
    wrong = [line for data, logs in _searched for line in leaks.search([data], logs)]
    assert not wrong, "\n".join(wrong[:40])
