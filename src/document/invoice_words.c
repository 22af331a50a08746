#include "document/invoice_words.h"

#include "base/attr.h"
#include "base/must.h"
#include "core/french.h"

struct str words_rate(struct arena *arena, enum vat_category category, int64_t rate_bp)
{
    switch (category) {
    case VAT_STANDARD:
    case VAT_ZERO:
        return french_rate(arena, rate_bp);
    case VAT_EXEMPT:
        return STR("Exonéré");
    case VAT_REVERSE:
        return STR("Autoliq.");
    case VAT_INTRA:
        return STR("Intra-UE");
    case VAT_EXPORT:
        return STR("Export");
    case VAT_OUTSIDE:
        return STR("Hors champ");
    }
    must_fail(__FILE__, __LINE__, "category is a member");
}

struct str words_unit(struct str code)
{
    static const struct {
        const char *code;
        const char *sign;
    } SIGNS[] = {
        {"C62", ""    },
        {"HUR", "h"   },
        {"DAY", "j"   },
        {"MON", "mois"},
        {"ANN", "an"  },
        {"MIN", "min" },
        {"KGM", "kg"  },
        {"GRM", "g"   },
        {"TNE", "t"   },
        {"MTR", "m"   },
        {"KMT", "km"  },
        {"MTK", "m²" },
        {"MTQ", "m³" },
        {"LTR", "l"   },
        {"KWH", "kWh" },
    };

    for (size_t i = 0; i < ARRAY_LEN(SIGNS); i++) {
        if (str_eq(code, str_of(SIGNS[i].code)))
            return str_of(SIGNS[i].sign);
    }
    return code;
}
