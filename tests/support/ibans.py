"""Account numbers that everybody tests with (api/stancer.md 13), and how others are made."""

FR = "FR1420041010050500013M02606"
EVERY = ["AT611904300234573201", "BE62510007547061", "CH2089144321842946678",
         "DE89370400440532013000", "EE382200221020145685", "ES0700120345030000067890",
         "FI2112345600000785", FR, "GB33BUKB20201555555555", "IE29AIBK93115212345678",
         "LT121000011101001000", "LU280019400644750000", "IT02A0301926102000000490887",
         "NL39RABO0300065264", "NO9386011117947", "PT50000201231234567890154",
         "SE3550000000054910000003"]

_made = iter(range(1, 10**9))


def _mod97(text):
    return int("".join(str(int(c, 36)) for c in text)) % 97


def with_check_digits(country, bban):
    return f"{country}{98 - _mod97(bban + country + '00'):02d}{bban}"


def unique():
    """A German number that no test has used yet."""
    return with_check_digits("DE", f"37040044{next(_made):010d}")


# One valid number of each country of the SEPA area (sepa.md 5).
COUNTRIES = """AD1200012030200359100100 AL47212110090000000235698741 AT611904300234573201
BE68539007547034 BG80BNBG96611020345678 CH9300762011623852957 CY17002001280000001200527600
CZ6508000000192000145399 DE89370400440532013000 DK5000400440116243 EE382200221020145685
ES9121000418450200051332 FI2112345600000785 FR1420041010050500013M02606 GB29NWBK60161331926819
GI75NWBK000000007099453 GR1601101250000000012300695 HR1210010051863000160
HU42117730161111101800000000 IE29AIBK93115212345678 IS140159260076545510730339
IT60X0542811101000000123456 LI21088100002324013AA LT121000011101001000 LU280019400644750000
LV80BANK0000435195001 MC5811222000010123456789030 MD24AG000225100013104168
ME25505000012345678951 MK07250120000058984 MT84MALT011000012345MTLCAST001S NL91ABNA0417164300
NO9386011117947 PL61109010140000071219812874 PT50000201231234567890154 RO49AAAA1B31007593840000
RS35260005601001611379 SE4550000000058398257466 SI56191000000123438 SK3112000000198742637541
SM86U0322509800000000270100 VA59001123000012345678""".split()


def _shifted(char):
    """Another character of the same kind, so that only the check digits can tell."""
    if char.isdigit():
        return str((int(char) + 1) % 10)
    return "B" if char == "A" else "A"


def bad():
    """Hundreds of (what is wrong, number), made from one good number of each country."""
    for good in COUNTRIES:
        country, bban = good[:2], good[4:]
        yield "check digits", f"{country}{(int(good[2:4]) + 1) % 97:02d}{bban}"
        yield "one figure less", with_check_digits(country, bban[:-1])
        yield "one figure more", with_check_digits(country, bban + "0")
        yield "a small figure changed", good[:-1] + _shifted(good[-1])
        yield "two figures swapped", next(
            good[:at] + good[at + 1] + good[at] + good[at + 2:] for at in range(4, len(good) - 1)
            if good[at] != good[at + 1])
        yield "a sign", good[:8] + "-" + good[9:]
        yield "another country", with_check_digits("XK" if country != "XK" else "TR", bban)
        # The remainder is right, the structure is not.
        at = next((at for at, char in enumerate(bban) if char.isalpha()), None)
        if country in ("GB", "IE", "NL", "RO", "LV", "MT", "BG", "GI"):
            yield "a figure for a letter", with_check_digits(country, bban[:at] + "1" + bban[at + 1:])
        elif country not in ("MD",):
            yield "a letter for a figure", with_check_digits(
                country, bban[:2] + "Q" + bban[3:] if country in ("IT", "SM") else "Q" + bban[1:])
        if country in ("FR", "MC"):
            for key in range(1, 98):
                if key != int(bban[-2:]):
                    yield "the key", with_check_digits(country, f"{bban[:-2]}{key:02d}")
    # Sums that come out right, which no bank gives.
    for digits in ("00", "01", "99"):
        yield "reserved check digits", next(
            f"DE{digits}{number:018d}" for number in range(370400440000000000, 370400440000000200)
            if _mod97(f"{number:018d}DE{digits}") == 1)
