"""Test cards and what the sandbox does with them (api/stancer.md 13 first, then cards.md 11)."""

import datetime
import zoneinfo

PARIS = zoneinfo.ZoneInfo("Europe/Paris")

VISA = "4242424242424242"
MASTERCARD = "5555555555554444"
NATIONAL = "4000002500000003"
CAPTURED_AT_ONCE = "4000000000000077"
CHANGEABLE = "4000000000003055"
AUTH_REQUIRED = "4000000000003220"
AMEX = "378282246310005"
LUHN_FAILS = "4242424242424241"
IN_NO_TABLE = "4000000000000010"  # Luhn-valid, and listed nowhere: never works in test mode

# number: brand, country, network, funding
ACCEPTED = {
    "4242424242424242": ("visa", "US", "visa", "credit"),
    "4444333322221111": ("visa", "US", "visa", "credit"),
    "4111111111111111": ("visa", "US", "visa", "credit"),
    "5555555555554444": ("mastercard", "US", "mastercard", "credit"),
    "5200828282828210": ("mastercard", "US", "mastercard", "debit"),
    "5105105105105100": ("mastercard", "US", "mastercard", "prepaid"),
    "4000002500000003": ("visa", "FR", "national", "credit"),
    "4000000000003055": ("visa", "US", "visa", "credit"),
}
COUNTRIES = {
    "4000000760000002": "BR", "4000001240000000": "CA", "4000004840000008": "MX",
    "4000000400000008": "AT", "4000000560000004": "BE", "4000002080000001": "DK",
    "4000002460000001": "FI", "4000002760000016": "DE", "4000003720000005": "IE",
    "4000003800000008": "IT", "4000004420000006": "LU", "4000005280000002": "NL",
    "4000005780000007": "NO", "4000006200000007": "PT", "4000006430000009": "RU",
    "4000007240000007": "ES", "4000007520000008": "SE", "4000007560000009": "CH",
    "4000008260000000": "GB", "4000000360000006": "AU", "4000001560000002": "CN",
    "4000003440000004": "HK", "4000003920000003": "JP", "4000005540000008": "NZ",
    "4000007020000003": "SG",
}
JCB = "3530111333300000"
REFUSED = {
    "4000000000000002": "05", "4000000000009995": "51", "4000000000009987": "41",
    "4000000000009979": "43", "4000000000000069": "54", "4000000000000127": "82",
    "4000000000000119": "96", "4000000000003220": "A1", "4000002500003155": "A1",
    "4000002760003184": "A1", IN_NO_TABLE: "14",
}
DISPUTED = ("4000000000000259", "4000000000001976", "4000000000005423")
CHALLENGED = ("4000002500003155", "4000002760003184", "4000000000003220", "4000000000003063")
CHALLENGED_THEN_REFUSED = {"4000008400001629": "05", "4000008260003178": "51"}
LOOKUP_FAILS = "4000000000003097"
# cards.md 11: accepted, by brand alone (the Stancer page knows seven brand words).
OTHERS = {
    "4150580996517927": "visa", "5131072454408923": "mastercard",
    "371449635398431": "amex", "6011111111111117": "discover", "3566002020360505": "jcb",
    "6759649826438453": "maestro", "6799990100000000019": "maestro",
    "2223003122003222": "mastercard", "2221000000000009": "mastercard",
}

EVERY = sorted(set(ACCEPTED) | set(COUNTRIES) | set(REFUSED) | set(DISPUTED) | set(CHALLENGED)
               | set(CHALLENGED_THEN_REFUSED) | set(OTHERS)
               | {VISA, CAPTURED_AT_ONCE, AMEX, JCB, LOOKUP_FAILS, LUHN_FAILS,
                  "5817020000000000", "4000000000002685", "30569309025904", "36227206271667",
                  "6200000000000005", "6205500000000000004"})

# Marked data: none of it may stand in a log.
MARKED_NAME = "Zorglub Quenelle"
MARKED_EMAIL = "zorglub.quenelle@example.com"
MARKED_CVC = "987"


def paris_today():
    return datetime.datetime.now(PARIS).date()


def later_year():
    return paris_today().year + 4


def card(number=VISA, **changes):
    """A card object as a client sends it; a member set to None is left out."""
    members = {"number": number, "exp_month": 12, "exp_year": later_year(), "cvc": MARKED_CVC,
               "name": MARKED_NAME}
    members.update(changes)
    return {name: value for name, value in members.items() if value is not None}


def last_month():
    """The newest month that is past: (month, year)."""
    day = paris_today().replace(day=1) - datetime.timedelta(days=1)
    return day.month, day.year


def luhn_is_valid(digits):
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
