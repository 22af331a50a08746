"""`guichet --coverage`: which facts of the seed page there are, and which no test touched."""

import json

import pytest

from support import server


def coverage(*words, expect=0):
    return server.command("--coverage", *words, expect=expect)


def record(path, *rows):
    path.write_text(json.dumps({"rows": [
        {"method": method, "route": route, "side": side, "fields": fields, "words": words}
        for method, route, side, fields, words in rows]}))
    return path


def test_without_a_record_every_fact_is_listed():
    lines = coverage().splitlines()
    assert "POST /v2/cards body exp_year (integer)" in lines
    assert "/v2 PaymentIn body currency = sek" in lines
    assert "/v2 Error error error (text)" in lines
    assert "/v2 scheme bearer" in lines
    assert not [line for line in lines if "/v2/webhooks" in line or "live_mode" in line]
    assert lines[-1] == f"{len(lines) - 1} facts of the seed pages"
    shown = json.loads(coverage("--json"))
    assert (shown["facts"], shown["untouched"]) == (len(lines) - 1, None)
    assert len(shown["rows"]) == shown["facts"]
    assert {"interface": "stancer-v2", "method": "POST", "route": "/v2/cards", "side": "body",
            "table": "CardIn", "name": "exp_year", "kind": "integer",
            "word": None} in shown["rows"]


def test_what_a_record_touches_is_left_out(tmp_path):
    path = record(tmp_path / "record.json",
                  ("POST", "/v2/cards", "body", {"exp_year": ["integer"], "name": ["null"]}, {}))
    every = coverage().splitlines()
    left = coverage(path, expect=1).splitlines()
    assert set(every[:-1]) - set(left[:-1]) == {"POST /v2/cards body exp_year (integer)"}
    assert left[-1] == f"{len(left) - 1} of {len(every) - 1} facts of the seed pages are not touched"


def test_several_records_count_together(tmp_path):
    paths = [record(tmp_path / f"{name}.json", ("POST", "/v2/cards", "body", {name: [kind]}, {}))
             for name, kind in (("exp_year", "integer"), ("number", "text"))]
    shown = json.loads(coverage("--json", *paths, expect=1))
    assert shown["facts"] - shown["untouched"] == 2


@pytest.mark.parametrize("text", ["", "{}", '{"rows": 5}', '{"rows": [{"side": "x"}]}'])
def test_what_is_no_record_is_refused(tmp_path, text):
    path = tmp_path / "record.json"
    path.write_text(text)
    coverage(path, expect=1)


def test_bad_usage_and_a_file_that_is_not_there(tmp_path):
    coverage("--nonsense", expect=2)
    coverage(tmp_path / "none.json", expect=1)
    assert "usage: guichet --coverage" in coverage("--help")
