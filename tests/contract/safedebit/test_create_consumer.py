"""create_consumer (api/safedebit.md 8)."""

import re

from support import ibans, safedebit


def test_person_company_and_non_profit_are_made(shop):
    for given in (safedebit.PERSON, safedebit.COMPANY, safedebit.NON_PROFIT):
        answer = shop.ssp("create_consumer", **given | {"iban": ibans.unique()})
        assert set(answer) == {"result", "safedebit_consumer_reference"}
        assert re.fullmatch("[A-Z2-7]{16}", answer["safedebit_consumer_reference"])


def test_each_mandatory_argument_is_missed(shop):
    optional = {"consumer_gender", "consumer_birth_day", "consumer_country", "nic", "naf",
                "tva_interco", "waldec"}
    for given in (safedebit.PERSON, safedebit.COMPANY, safedebit.NON_PROFIT):
        for name in set(given) - optional:
            for value in ("", "  ", None):
                answer = safedebit.exchange(shop, "create_consumer", given | {name: value})
                safedebit.check_refused(answer, "MISS_001", name)
