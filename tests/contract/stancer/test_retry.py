"""Charging a card again without its payer (cards.md 5): rules that a sandbox merchant may turn on."""

import pytest

from support import cards, cli

SOFT = "4000000000009995"  # 51
HARD = "4000000000009987"  # 41


@pytest.fixture
def strict(merchant):
    """A merchant that keeps the rules of live mode."""
    name = cli.merchant_id(merchant)
    for setting in ("retry.stop_after_hard=yes", "retry.soft_max=4"):
        cli.run(merchant.server, "merchant", "set", name, *setting.split("="))
    return merchant


def refusal(account, number, version="v2"):
    payment = account.pay(version, card=cards.card(number))
    assert payment["status"] == "refused", payment
    return payment["response"]


def asked(account):
    return len(account.simulator().entries())


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_hard_refusal_is_the_last_word(strict, version):
    assert refusal(strict, HARD, version) == "41"
    before = asked(strict)
    assert refusal(strict, HARD, version) == "7810"
    assert asked(strict) == before
    assert strict.pay(card=cards.card(cards.VISA))["status"] == "to_capture"


def test_soft_refusals_are_four_in_sixteen_days(strict):
    assert [refusal(strict, SOFT) for _ in range(4)] == ["51"] * 4
    before = asked(strict)
    assert refusal(strict, SOFT) == "7810"
    strict.advance(16 * 86400 - 60)
    assert refusal(strict, SOFT) == "7810"
    assert asked(strict) == before
    strict.advance(120)
    assert refusal(strict, SOFT) == "51"


def test_a_kept_card_counts_with_its_number(strict):
    card = strict.made("/v2/cards/", cards.card(HARD))["id"]
    assert refusal(strict, HARD) == "41"
    assert strict.pay(card=card)["response"] == "7810"


def test_an_approval_of_the_number_ends_the_count(strict):
    assert strict.pay(card=cards.card(cards.VISA), amount=990051)["response"] == "51"
    assert strict.pay(card=cards.card(cards.VISA))["status"] == "to_capture"
    for _ in range(4):
        assert strict.pay(card=cards.card(cards.VISA), amount=990051)["response"] == "51"
    assert strict.pay(card=cards.card(cards.VISA))["response"] == "7810"  # The bank would say yes.


def test_another_merchant_has_a_count_of_its_own(strict, shop):
    assert refusal(strict, HARD) == "41"
    assert refusal(strict, HARD) == "7810"
    for _ in range(2):
        assert refusal(shop, HARD) == "41"


def test_a_sandbox_does_not_count_unless_it_is_told_to(merchant):
    for _ in range(6):
        assert refusal(merchant, SOFT) == "51"
    for _ in range(2):
        assert refusal(merchant, HARD) == "41"


@pytest.mark.parametrize("setting", ["retry.soft_max=21", "retry.soft_days=0",
                                     "retry.soft_days=61", "retry.stop_after_hard=maybe"])
def test_settings_have_limits(merchant, setting):
    cli.run(merchant.server, "merchant", "set", cli.merchant_id(merchant),
            *setting.split("="), expect=1)
