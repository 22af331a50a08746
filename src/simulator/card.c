#include "simulator/card.h"

#include <string.h>

#include "base/attr.h"
#include "base/luhn.h"
#include "base/must.h"

static const struct test_card CARDS[] = {
    {"4242424242424242",    "VI", false, RULE_APPROVE,   "00"  },
    {"4111111111111111",    "VI", false, RULE_APPROVE,   "00"  },
    {"4444333322221111",    "VI", false, RULE_APPROVE,   "00"  },
    {"5555555555554444",    "MC", false, RULE_APPROVE,   "00"  },
    {"5200828282828210",    "MC", false, RULE_APPROVE,   "00"  },
    {"5105105105105100",    "MC", false, RULE_APPROVE,   "00"  },
    {"4000002500000003",    "VI", true,  RULE_APPROVE,   "00"  },
    {"4000000760000002",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000001240000000",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000004840000008",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000000400000008",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000000560000004",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000002080000001",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000002460000001",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000002760000016",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000003720000005",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000003800000008",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000004420000006",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000005280000002",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000005780000007",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000006200000007",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000006430000009",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000007240000007",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000007520000008",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000007560000009",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000008260000000",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000000360000006",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000001560000002",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000003440000004",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000003920000003",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000007020000003",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000005540000008",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000000000003055",    "VI", false, RULE_APPROVE,   "00"  },
    {"4000000000000077",    "VI", false, RULE_AT_ONCE,   "00"  },
    {"4000000000000002",    "VI", false, RULE_REFUSE,    "05"  },
    {"4000000000000259",    "VI", false, RULE_DISPUTE,   "45"  },
    {"4000000000001976",    "VI", false, RULE_DISPUTE,   "45"  },
    {"4000000000005423",    "VI", false, RULE_DISPUTE,   "45"  },
    {"4000000000002685",    "VI", false, RULE_DISPUTE,   "4853"},
    {"4000000000009995",    "VI", false, RULE_REFUSE,    "51"  },
    {"4000000000009987",    "VI", false, RULE_REFUSE,    "41"  },
    {"4000000000009979",    "VI", false, RULE_REFUSE,    "43"  },
    {"4000000000000069",    "VI", false, RULE_REFUSE,    "54"  },
    {"4000000000000127",    "VI", false, RULE_REFUSE,    "82"  },
    {"4000000000000119",    "VI", false, RULE_REFUSE,    "96"  },
    {"4000002500003155",    "VI", false, RULE_CHALLENGE, "00"  },
    {"4000002760003184",    "VI", false, RULE_CHALLENGE, "00"  },
    {"4000000000003220",    "VI", false, RULE_CHALLENGE, "00"  },
    {"4000000000003063",    "VI", false, RULE_CHALLENGE, "00"  },
    {"4000008400001629",    "VI", false, RULE_CHALLENGE, "05"  },
    {"4000008260003178",    "VI", false, RULE_CHALLENGE, "51"  },
    {"4000000000003097",    "VI", false, RULE_NO_LOOKUP, "00"  },
    {"4150580996517927",    "VI", true,  RULE_APPROVE,   "00"  },
    {"5131072454408923",    "MC", true,  RULE_APPROVE,   "00"  },
    {"5817020000000000",    "MA", true,  RULE_APPROVE,   "00"  },
    {"378282246310005",     "AX", false, RULE_NO_LOOKUP, "00"  },
    {"371449635398431",     "AX", false, RULE_APPROVE,   "00"  },
    {"6011111111111117",    "DI", false, RULE_APPROVE,   "00"  },
    {"30569309025904",      "DI", false, RULE_APPROVE,   "00"  },
    {"36227206271667",      "DI", false, RULE_APPROVE,   "00"  },
    {"3566002020360505",    "JC", false, RULE_APPROVE,   "00"  },
    {"3530111333300000",    "JC", false, RULE_APPROVE,   "00"  },
    {"6200000000000005",    "UP", false, RULE_APPROVE,   "00"  },
    {"6205500000000000004", "UP", false, RULE_APPROVE,   "00"  },
    {"6759649826438453",    "MA", false, RULE_APPROVE,   "00"  },
    {"6799990100000000019", "MA", false, RULE_APPROVE,   "00"  },
    {"2223003122003222",    "MC", false, RULE_APPROVE,   "00"  },
    {"2221000000000009",    "MC", false, RULE_APPROVE,   "00"  },
};

static const struct test_card UNLISTED = {"", "VI", false, RULE_UNLISTED, "14"};

const struct test_card *test_card_find(struct str number)
{
    for (size_t i = 0; i < ARRAY_LEN(CARDS); i++) {
        if (str_eq(number, str_of(CARDS[i].number)))
            return &CARDS[i];
    }
    return &UNLISTED;
}

static const char *network_used(const struct test_card *card, struct str wanted)
{
    bool brand_wanted = str_eq(wanted, str_of(card->network));

    return card->national && !brand_wanted ? "CB" : card->network;
}

static void set_code(struct verdict *verdict, const char *code)
{
    must(strlen(code) == 2);
    memcpy(verdict->code, code, 3);
}

/* 990001 .. 990096 answer their last two digits, 990097 .. 990099 misbehave. */
enum { RULED_FROM = 990000, RULED_TO = 990099, CODE_CLOSE = 97, CODE_SILENT = 98, CODE_LATE = 99 };

static void decide_by_amount(const struct question *question, struct verdict *verdict)
{
    int64_t code = question->amount_minor - RULED_FROM;

    if (question->amount_minor < RULED_FROM || question->amount_minor > RULED_TO)
        return;
    if (code >= CODE_CLOSE) {
        verdict->delivery = code == CODE_CLOSE    ? DELIVER_CLOSE
                            : code == CODE_SILENT ? DELIVER_NEVER
                                                  : DELIVER_LATE;
        return;
    }
    /* The soft declines among them are lifted by a payer who has shown himself. */
    bool soft = (code == 65 && strcmp(verdict->network, "MC") == 0) ||
                (code == 81 && strcmp(verdict->network, "CB") == 0);
    if (soft && question->proof == PROOF_CHALLENGE)
        return;
    verdict->code[0] = (char)('0' + code / 10);
    verdict->code[1] = (char)('0' + code % 10);
}

struct verdict decide(const struct question *question)
{
    const struct test_card *card = test_card_find(question->number);
    struct verdict verdict = {.code = "00", .delivery = DELIVER_NOW};

    verdict.network = network_used(card, question->network_wanted);
    if (!luhn_valid(question->number)) {
        set_code(&verdict, "14");
        return verdict;
    }
    if (card->rule != RULE_UNLISTED && question->expiry != 0 &&
        question->expiry < question->today) {
        set_code(&verdict, "54");
        return verdict;
    }
    switch (card->rule) {
    case RULE_APPROVE:
    case RULE_NO_LOOKUP:
        decide_by_amount(question, &verdict);
        break;
    case RULE_REFUSE:
    case RULE_UNLISTED:
        set_code(&verdict, card->code);
        break;
    case RULE_CHALLENGE:
        set_code(&verdict, question->proof == PROOF_NONE ? "A1" : card->code);
        break;
    case RULE_DISPUTE:
        verdict.dispute = card->code;
        verdict.at_once = true;
        break;
    case RULE_AT_ONCE:
        verdict.at_once = true;
        break;
    }
    return verdict;
}

char decide_lookup(const struct test_card *card, bool mandated)
{
    if (card->rule == RULE_NO_LOOKUP)
        return 'U';
    return card->rule == RULE_CHALLENGE || mandated ? 'C' : 'Y';
}

void card_mask(struct str number, char *out)
{
    must(number.len <= 19);
    for (size_t i = 0; i < number.len; i++)
        out[i] = i < 6 || i + 4 >= number.len ? number.ptr[i] : 'x';
    out[number.len] = '\0';
}
