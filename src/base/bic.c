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

bool bic_parse(struct str text, struct bic *out)
{
    struct bic read;
    size_t len = str_code(text, BIC_MAX, read.raw);

    if (len > BIC_MAX || !bic_valid((struct str){read.raw, len}))
        return false;
    *out = read;
    return true;
}

struct str bic_bank(struct str text)
{
    return bic_valid(text) && str_ends(text, STR("XXX")) ? str_sub(text, 0, BIC_SHORT) : text;
}
