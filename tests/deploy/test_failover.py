"""The short form of tools/failover.py: the primary's PostgreSQL is killed under a load of payments."""

import importlib.util
import pathlib
import shutil
import sys
import tempfile

import pytest

from support import cluster, server

CLIENTS = 4
MORE = 20  # payments that are acknowledged afterwards


@pytest.fixture(scope="module")
def failover():
    """The tool, as a module."""
    if cluster.missing():
        pytest.skip(f"needs {cluster.missing()}: ./setup cluster")
    spec = importlib.util.spec_from_file_location("failover", server.ROOT / "tools" / "failover.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["failover"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def place():
    """A directory that the database's own user gets to, unlike pytest's."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="guichet-failover-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def test_nothing_acknowledged_is_lost_with_the_primary(failover, place):
    bank = failover.Bank(place)
    try:
        load = failover.Load([running.account() for running in bank.servers], CLIENTS).start()
        server.eventually(lambda: len(load.acknowledged) > MORE, 30, "payments are acknowledged")
        failover.kill_postgres(bank)
        before = len(load.acknowledged)
        server.eventually(lambda: len(load.acknowledged) > before + MORE, 60, "payments are acknowledged again")
        load.stop()
        failover.check_acknowledged(bank, load)
    finally:
        bank.clean_up()
