"""The search for card numbers finds what it is there to find: else its silence proves nothing."""

import pytest

from support import cards, leaks


@pytest.mark.parametrize("written", [
    "{0}", "{0} ", "x{0}y", '"number":"{0}"', "1{0}", "{0}99", "{1}", "{2}", "at 12:00 {1} ok"])
@pytest.mark.parametrize("number", [cards.VISA, cards.AMEX, "6799990100000000019"])
def test_a_number_is_found_however_it_is_written(number, written):
    groups = [number[at:at + 4] for at in range(0, len(number), 4)]
    text = written.format(number, " ".join(groups), "-".join(groups))
    assert number in leaks.card_numbers(text.encode())


@pytest.mark.parametrize("text", ["424242xxxxxx4242", "4242", "**** 4242", "paym_4242424242424xyz"])
def test_a_masked_number_is_no_finding(text):
    assert leaks.card_numbers(text.encode()) == set()


def test_every_test_card_is_looked_for():
    for number in cards.EVERY:
        assert leaks.card_numbers(b"\0\xff" + number.encode() + b"\0") == {number}


def test_logs_are_searched_for_names_and_codes(tmp_path):
    log = tmp_path / "server.log"
    for text in (cards.MARKED_NAME, cards.MARKED_EMAIL, '"cvc":"987"', "cvc=123"):
        log.write_text(f"event {text}\n")
        assert leaks.search([], [log]), text
    log.write_text("event=payment id=paym_x amount=1000\n")
    assert leaks.search([], [log]) == []
