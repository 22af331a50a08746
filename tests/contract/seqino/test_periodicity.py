"""How often a client reports (api/seqino.md 6, standards/einvoicing.md 5)."""

import pytest

from support import seqino
from support.seqino import check_invalid, check_refused, exchange

PATH = "/settings/periodicity"
MEMBERS = ["vat_regime", "transaction_periodicity", "payment_periodicity"]
REGIMES = {
    "real_normal_monthly": ("decade", "monthly"),
    "real_normal_quarterly": ("monthly", "monthly"),
    "simplified": ("monthly", "monthly"),
    "franchise": ("monthly", "bimonthly"),
}


@pytest.fixture
def client(shop):
    return seqino.made(shop)["client_id"]


def get(account, client):
    answer = exchange(account, "GET", PATH, client=client)
    assert answer.status == 200 and list(answer.json) == MEMBERS, answer
    return tuple(answer.json.values())


def put(account, client, **members):
    return exchange(account, "PUT", PATH, members, client=client)


def test_a_new_client_reports_under_the_normal_regime(shop, client):
    assert get(shop, client) == ("real_normal_monthly", "decade", "monthly")


@pytest.mark.parametrize("regime", REGIMES)
def test_each_regime_has_its_periods(shop, client, regime):
    answer = put(shop, client, vat_regime=regime)
    assert answer.status == 200
    assert tuple(answer.json.values()) == (regime, *REGIMES[regime]) == get(shop, client)


def test_more_often_is_allowed_until_the_regime_changes(shop, client):
    assert put(shop, client, vat_regime="franchise", transaction_periodicity="decade",
               payment_periodicity="monthly").status == 200
    assert get(shop, client) == ("franchise", "decade", "monthly")
    put(shop, client, payment_periodicity="bimonthly")
    assert get(shop, client) == ("franchise", "decade", "bimonthly")
    put(shop, client, vat_regime="simplified")
    assert get(shop, client) == ("simplified", "monthly", "monthly")


def test_less_often_than_the_regime_asks_for_is_refused(shop, client):
    check_invalid(put(shop, client, transaction_periodicity="monthly",
                      payment_periodicity="bimonthly"),
                  ("body", "transaction_periodicity", "value_error"),
                  ("body", "payment_periodicity", "value_error"))
    check_invalid(put(shop, client, vat_regime="simplified", payment_periodicity="bimonthly"),
                  ("body", "payment_periodicity", "value_error"))
    assert get(shop, client) == ("real_normal_monthly", "decade", "monthly")


def test_what_is_absent_or_null_stays(shop, client):
    put(shop, client, vat_regime="franchise")
    for members in ({}, {"vat_regime": None, "payment_periodicity": None}):
        assert put(shop, client, **members).status == 200
        assert get(shop, client) == ("franchise", "monthly", "bimonthly")


@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize("value", ["", "daily", "Monthly", 1, [], {}])
def test_words_that_there_are_not(shop, client, member, value):
    check_invalid(put(shop, client, **{member: value}), ("body", member, "enum"))


def test_who_may(shop, merchant, client):
    for verb, body in (("GET", None), ("PUT", {})):
        check_invalid(exchange(shop, verb, PATH, body), ("header", "X-PDP-Client-Id", "missing"))
        check_refused(exchange(merchant, verb, PATH, body, client=client), 404, "Client not found")
        check_refused(exchange(shop, verb, PATH, body, client=client, key=False), 401)
    check_invalid(exchange(shop, "PUT", PATH, raw=b"{", client=client), ("body", "json_invalid"))
