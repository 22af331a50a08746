"""What is said about monitoring names figures that there are, and all of them."""

import re
import shutil
import subprocess

import pytest

from support import server, wire

RULES = server.ROOT / "deploy" / "prometheus" / "guichet.rules.yml"
PAGE = server.ROOT / "docs" / "operations.md"
NAME = re.compile(r"\bguichet_[a-z_]+\b")


@pytest.fixture(scope="module")
def served(session_server):
    """The names and kinds that the running program serves."""
    answer = wire.exchange(session_server.base_url + "/metrics", "GET", None, {})
    assert answer.status == 200
    text = answer.raw.decode()
    kinds = dict(re.findall(r"^# TYPE (guichet_\w+) (\w+)$", text, re.MULTILINE))
    assert set(re.findall(r"^(guichet_\w+)[ {]", text, re.MULTILINE)) == set(kinds)
    return kinds


def test_every_figure_of_the_rules_is_served(served):
    assert set(NAME.findall(RULES.read_text(encoding="utf-8"))) <= set(served)


def test_the_page_has_every_figure_and_no_other(served):
    assert set(NAME.findall(PAGE.read_text(encoding="utf-8"))) == set(served)


def test_the_page_has_every_alert(served):
    assert served
    alerts = re.findall(r"alert: (\w+)", RULES.read_text(encoding="utf-8"))
    text = PAGE.read_text(encoding="utf-8")
    assert alerts and [alert for alert in alerts if alert not in text] == []


def test_rates_are_of_counters(served):
    for name in re.findall(r"rate\((guichet_\w+)", RULES.read_text(encoding="utf-8")):
        assert served[name] == "counter"


def test_prometheus_takes_the_rules():
    if shutil.which("promtool") is None:
        pytest.skip("needs promtool, of the package prometheus")
    done = subprocess.run(["promtool", "check", "rules", RULES], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stdout + done.stderr
