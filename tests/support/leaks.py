"""Searches what a run left on disk for what must never be there (cards.md 13)."""

import pathlib
import re

from support import cards

_DIGITS = re.compile(rb"\d(?:[ -]?\d){11,}")
# An id may end with these letters, at the end of a line before one that begins with the year.
_CODE = re.compile(rb"(?<![0-9A-Za-z])cvc\W{0,4}\d{3,4}\b", re.IGNORECASE)
_NUMBERS = [number.encode() for number in cards.EVERY]


def card_numbers(data):
    """Test cards that stand in some bytes, written together or with spaces or hyphens."""
    found = set()
    for run in _DIGITS.finditer(data):
        digits = re.sub(rb"[ -]", b"", run.group())
        found.update(number.decode() for number in _NUMBERS if number in digits)
    return found


def files_below(*places):
    for place in map(pathlib.Path, places):
        if place.is_file():
            yield place
        elif place.is_dir():
            yield from (path for path in sorted(place.rglob("*")) if path.is_file())


def search(data_dirs, logs):
    """Everything wrong, one line each: card numbers anywhere; codes, names, e-mails in logs."""
    wrong = []
    for path in files_below(*data_dirs, *logs):
        for number in sorted(card_numbers(path.read_bytes())):
            wrong.append(f"{path}: holds the card number ending in {number[-4:]}")
    for path in files_below(*logs):
        data = path.read_bytes()
        for mark in (cards.MARKED_NAME, cards.MARKED_EMAIL):
            if mark.encode() in data:
                wrong.append(f"{path}: holds {mark}")
        if _CODE.search(data):
            wrong.append(f"{path}: holds a security code")
    return wrong
