#include "rails/card/response.h"

#include "base/must.h"

ENUM_DEFINE(response_kind, RESPONSE_KIND_LIST)

struct meaning {
    const char *network; /* "": every network without a row of its own */
    const char *codes;   /* two characters each, no separator */
    enum response_kind kind;
};

/* The first row that fits wins. */
static const struct meaning MEANINGS[] = {
    {"MC", "65",                                               RESPONSE_STRONG   },
    {"VI", "1A70",                                             RESPONSE_STRONG   },
    {"CB", "81",                                               RESPONSE_STRONG   },
    {"CB", "80",                                               RESPONSE_PRESENT  },
    {"",   "00",                                               RESPONSE_APPROVED },
    {"",   "A1",                                               RESPONSE_STRONG   },
    {"",   "02050819516165",                                   RESPONSE_SOFT     },
    {"",   "0304071213141517333435383941435446",               RESPONSE_HARD     },
    {"",   "56575859626376788283N7R0R1R3",                     RESPONSE_HARD     },
    {"",   "202425262728293031606880819091929495969798990622", RESPONSE_TECHNICAL},
    {"",   "5575A0",                                           RESPONSE_PRESENT  },
};

static bool lists(const char *codes, struct str code)
{
    struct str all = str_of(codes);

    for (size_t at = 0; at + 2 <= all.len; at += 2) {
        if (str_eq(str_sub(all, at, 2), code))
            return true;
    }
    return false;
}

enum response_kind response_kind(struct str network, struct str code)
{
    for (size_t i = 0; i < ARRAY_LEN(MEANINGS); i++) {
        const struct meaning *meaning = &MEANINGS[i];
        if (meaning->network[0] != '\0' && !str_eq(network, str_of(meaning->network)))
            continue;
        if (lists(meaning->codes, code))
            return meaning->kind;
    }
    return RESPONSE_UNTOLD;
}
