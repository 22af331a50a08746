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
