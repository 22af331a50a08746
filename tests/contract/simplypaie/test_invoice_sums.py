"""What 10 000 random invoices come to (api/simplypaie.md 7.2), worked out here from the decimals alone
and compared to the cent with the core, which tests/invoices/sums.c asks."""

import random
import subprocess
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext

import pytest

from support import server

COUNT = 10_000
SEED = 20261129
CENT = Decimal("0.01")
TOTAL_MAX = Decimal("99999999.99")
PRICE_MAX, QUANTITY_MAX = Decimal("9999999.9999"), Decimal("999999")
EURO_FOR = {"eur": None, "usd": Decimal("0.9"), "gbp": Decimal("1.2")}
# Rule BR-FR-16, in percent.
RATES = [Decimal(text) for text in ("20", "10", "5.5", "2.1", "0", "8.5", "1.05", "1.75", "0.9",
                                    "13", "9.2", "9.6", "7", "19.6", "20.6")]
BAD_NUMBERS = ["1,5", "1e2", "+1", "-1", "1.23456", ".5", "5.", "0x10", "NaN", "Infinity", "1_0",
               "99999999999999999999", "\u0661"]


def cents(amount):
    """Half away from zero; nothing here is negative."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def number(text, decimals):
    """The decimal that a text spells, or None."""
    whole, _, rest = text.partition(".")
    plain = all("0" <= byte <= "9" for byte in whole + rest) and whole and (rest or "." not in text)
    if not plain or len(rest) > decimals:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def work_out(invoice):
    """What the record must say, or the set of what is wrong."""
    wrong, groups, nets = set(), {}, []
    for price, quantity, rate, reason in invoice["items"]:
        price, quantity, rate = number(price, 4), number(quantity, 4), number(rate, 2)
        if price is None or price > PRICE_MAX:
            wrong.add("price")
        if quantity is None or not 0 < quantity <= QUANTITY_MAX:
            wrong.add("quantity")
        if rate is None or rate not in RATES or (rate == 0) != (reason == "export"):
            wrong.add("vat")
        if wrong:
            continue
        nets.append(cents(price * quantity))
        groups[rate] = groups.get(rate, 0) + nets[-1]
    deposit = number(invoice["deposit"], 2)
    if deposit is None:
        wrong.add("deposit")
    if wrong & {"price", "quantity", "vat"}:
        return wrong
    taxes = {rate: cents(base * rate / 100) for rate, base in groups.items()}
    net, vat = sum(nets), sum(taxes.values())
    if net + vat > TOTAL_MAX:
        wrong.add("items")
    elif deposit is not None and deposit > net + vat:
        wrong.add("deposit")
    if wrong:
        return wrong
    euro = EURO_FOR[invoice["currency"]]
    return {"lines": nets, "rates": [(rate, groups[rate], taxes[rate]) for rate in groups],
            "net": net, "vat": vat, "total": net + vat, "due_amount": net + vat,
            "deposit": deposit, "vat_eur": Decimal(0) if euro is None else cents(vat * euro)}


def told(record):
    """The same out of a record of the core."""
    if record[0].startswith("refused"):
        return set(record[0].split()[1:])
    facts = [row.partition("=")[::2] for row in record[1:]]
    one = dict(facts)

    def amount(name):
        return Decimal(one.get(name, "0")).scaleb(-2)

    lines = [text.split(" ") for name, text in facts if name == "line"]
    rates = [text.split(" ") for name, text in facts if name == "rate"]
    found = {name: amount(name)
             for name in ("net", "vat", "total", "due_amount", "deposit", "vat_eur")}
    found["lines"] = [Decimal(words[4]).scaleb(-2) for words in lines]
    found["rates"] = [tuple(Decimal(word).scaleb(-2) for word in words[1:4]) for words in rates]
    return found


def ask(invoices):
    """Every answer of the core, in order."""
    text = "".join(f"{invoice['currency']} {invoice['deposit']} {len(invoice['items'])}\n"
                   + "".join(" ".join(item) + "\n" for item in invoice["items"])
                   for invoice in invoices)
    done = subprocess.run([str(server.binary().parent / "sum_invoices")], input=text, text=True,
                          capture_output=True, check=True, timeout=120)
    record, records = [], []
    for row in done.stdout.splitlines():
        if row == "end":
            records.append(told(record))
            record = []
        else:
            record.append(row)
    assert len(records) == len(invoices)
    return records


def decimal_text(pick, most, decimals):
    """A number up to `most` with up to so many decimals; small ones are likelier."""
    digits = pick.randrange(decimals + 1)
    top = min(most, 10 ** pick.randrange(1, len(str(most)) + 1))
    return f"{Decimal(pick.randrange(1, top * 10 ** digits + 1)).scaleb(-digits):f}"


def random_item(pick):
    price = decimal_text(pick, pick.choice([99] * 4 + [9999] * 4 + [9999999]), 4)
    quantity = decimal_text(pick, pick.choice([3] * 5 + [300] * 3 + [999999]), 4)
    rate = pick.choice(RATES[:4] * 4 + RATES)
    text = pick.choice([f"{rate:f}", f"{rate:.2f}"])
    item = [price, quantity, text, "export" if rate == 0 else "-"]
    if pick.random() < 0.004:
        item[pick.randrange(3)] = pick.choice(BAD_NUMBERS)
    if pick.random() < 0.002:
        item[2] = pick.choice(["19", "100", "0.01", "20.01", "0"])
    return item


def random_invoice(pick):
    return {"currency": pick.choice(["eur"] * 6 + ["usd", "gbp"]),
            "deposit": pick.choice(["0"] * 6 + ["0.00", decimal_text(pick, 99, 2)]),
            "items": [random_item(pick) for _ in range(pick.choice([1, 1, 2, 3, 5, 8, 20, 80]))]}


@pytest.fixture(scope="module", autouse=True)
def exact():
    with localcontext() as context:
        context.prec = 60
        yield


def test_10000_random_invoices_come_to_the_same_cent():
    pick = random.Random(SEED)
    invoices = [random_invoice(pick) for _ in range(COUNT)]
    right = wrong = 0
    for invoice, found in zip(invoices, ask(invoices)):
        expected = work_out(invoice)
        assert found == expected, invoice
        right += isinstance(expected, dict)
        wrong += isinstance(expected, set)
    assert right > COUNT // 2 and wrong > COUNT // 20, (right, wrong)


# The worked examples of section 7.2, and halves on every edge.
@pytest.mark.parametrize("items,net,vat", [
    ([("26.30", "3", "20", "-")], "78.90", "15.78"),
    ([("0.33", "1", "20", "-")] * 2, "0.66", "0.13"),
    ([("0.33", "1", "20", "-"), ("0.33", "1", "20.00", "-")], "0.66", "0.13"),
    ([("10.01", "1", "5.5", "-")], "10.01", "0.55"),
    ([("1.005", "1", "20", "-")], "1.01", "0.20"),
    ([("3", "33.333", "20", "-")], "100.00", "20.00"),
    ([("0.005", "1", "20", "-")], "0.01", "0.00"),
    ([("0.0049", "1", "20", "-")], "0.00", "0.00"),
    ([("0.0001", "50", "20", "-")], "0.01", "0.00"),
    ([("0.5", "1", "1.05", "-")], "0.50", "0.01"),
    ([("0.1", "1", "5", "-")], None, None),
    ([("9999999.9999", "10", "0", "export")], None, None),
    ([("9999999.999", "10", "0", "export")], "99999999.99", "0.00"),
    ([("9999999.9994", "10", "0", "export")], "99999999.99", "0.00"),
    ([("9999999.9995", "10", "0", "export")], None, None),
    ([("8333333.33", "10", "20", "-")], "83333333.30", "16666666.66"),
])
def test_worked_examples(items, net, vat):
    invoice = {"currency": "eur", "deposit": "0", "items": items}
    (found,) = ask([invoice])
    assert found == work_out(invoice)
    if net is None:
        assert isinstance(found, set)
    else:
        assert (found["net"], found["vat"]) == (Decimal(net), Decimal(vat))
        assert found["total"] == Decimal(net) + Decimal(vat)
