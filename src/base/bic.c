#include "base/bic.h"

/* Where the country stands. */
enum { COUNTRY_FROM = 4, COUNTRY_TO = 5 };

bool bic_valid(struct str text)
{
    if (text.len != BIC_SHORT && text.len != BIC_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool country = i >= COUNTRY_FROM && i <= COUNTRY_TO;
        if (!(c >= 'A' && c <= 'Z') && (country || !(c >= '0' && c <= '9')))
            return false;
    }
    return true;
}

static struct str without_main_branch(struct str bic)
{
    return str_ends(bic, STR("XXX")) && bic.len == BIC_MAX ? str_sub(bic, 0, BIC_SHORT) : bic;
}

bool bic_same(struct str a, struct str b)
{
    return str_eq(without_main_branch(a), without_main_branch(b));
}
