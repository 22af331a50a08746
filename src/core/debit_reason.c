#include "core/debit_reason.h"

/* Where a repetition needs somebody to put the data right first (address, sequence, mandate data,
 * BIC), it is not made by itself: the same data would come back again. */
static const struct debit_reason REASONS[] = {
    {"AC01", EFFECT_AMEND_ACCOUNT,  0, {0}   },
    {"AC04", EFFECT_AMEND_ACCOUNT,  0, {0}   },
    {"AC06", EFFECT_SUSPEND_SECOND, 1, {15}  },
    {"AC13", EFFECT_REVOKE_B2B,     0, {0}   },
    {"AG01", EFFECT_AMEND_ACCOUNT,  0, {0}   },
    {"AG02", EFFECT_NONE,           0, {0}   },
    {"AM01", EFFECT_NONE,           0, {0}   },
    {"AM02", EFFECT_NONE,           0, {0}   },
    {"AM04", EFFECT_NONE,           2, {7, 8}},
    {"AM05", EFFECT_NONE,           0, {0}   },
    {"AM09", EFFECT_NONE,           0, {0}   },
    {"AM10", EFFECT_NONE,           0, {0}   },
    {"BE01", EFFECT_AMEND,          0, {0}   },
    {"BE04", EFFECT_AMEND,          0, {0}   },
    {"BE05", EFFECT_NONE,           0, {0}   },
    {"BE07", EFFECT_AMEND,          0, {0}   },
    {"CNOR", EFFECT_NONE,           0, {0}   },
    {"CURR", EFFECT_NONE,           0, {0}   },
    {"CUST", EFFECT_NONE,           0, {0}   },
    {"DNOR", EFFECT_AMEND_ACCOUNT,  0, {0}   },
    {"DT01", EFFECT_NONE,           1, {1}   },
    {"DUPL", EFFECT_NONE,           0, {0}   },
    {"ED05", EFFECT_NONE,           1, {1}   },
    {"FF01", EFFECT_NONE,           0, {0}   },
    {"FF05", EFFECT_NONE,           0, {0}   },
    {"FOCR", EFFECT_NONE,           0, {0}   },
    {"FR01", EFFECT_SUSPEND,        0, {0}   },
    {"FRAD", EFFECT_SUSPEND,        0, {0}   },
    {"MD01", EFFECT_REVOKE,         0, {0}   },
    {"MD02", EFFECT_NONE,           0, {0}   },
    {"MD05", EFFECT_NONE,           0, {0}   },
    {"MD06", EFFECT_SUSPEND,        0, {0}   },
    {"MD07", EFFECT_REVOKE,         0, {0}   },
    {"MS02", EFFECT_SUSPEND,        0, {0}   },
    {"MS03", EFFECT_NONE,           1, {10}  },
    {"NARR", EFFECT_NONE,           0, {0}   },
    {"RC01", EFFECT_AMEND,          0, {0}   },
    {"RR01", EFFECT_NONE,           0, {0}   },
    {"RR02", EFFECT_NONE,           0, {0}   },
    {"RR03", EFFECT_NONE,           0, {0}   },
    {"RR04", EFFECT_SUSPEND,        0, {0}   },
    {"SL01", EFFECT_SUSPEND,        0, {0}   },
    {"SL11", EFFECT_SUSPEND,        0, {0}   },
    {"SL12", EFFECT_SUSPEND,        0, {0}   },
    {"SL13", EFFECT_SUSPEND,        0, {0}   },
    {"SL14", EFFECT_SUSPEND,        0, {0}   },
    {"TECH", EFFECT_NONE,           0, {0}   },
    {"TM01", EFFECT_NONE,           1, {1}   },
};

struct debit_reason debit_reason(struct str code)
{
    for (size_t i = 0; i < ARRAY_LEN(REASONS); i++) {
        if (str_eq(str_of(REASONS[i].code), code))
            return REASONS[i];
    }
    return (struct debit_reason){.effect = EFFECT_SUSPEND};
}

struct str debit_response(struct str code)
{
    return code.len >= 2 && code.len <= 4 ? code : STR("NARR");
}
