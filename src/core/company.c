#include "core/company.h"

#include "base/must.h"
#include "base/separator.h"
#include "core/merchant_check.h"

ENUM_DEFINE(company_field, COMPANY_FIELD_LIST)

enum { SIREN_LEN = 9, SIRET_LEN = 14, VAT_MODULUS = 97 };

/* --- numbers -------------------------------------------------------------------------------------
 */

struct str company_vat_number(struct arena *arena, struct str siren)
{
    int64_t number;

    must(siren_valid(siren));
    must(str_to_int64(siren, &number));
    return str_format(arena, "FR%02d%.*s", (int)((12 + 3 * (number % VAT_MODULUS)) % VAT_MODULUS),
                      (int)siren.len, siren.ptr);
}

bool company_number_read(struct arena *arena, struct str typed, struct str *siren,
                         struct str *siret)
{
    struct str digits = separators_dropped(arena, typed);

    *siret = STR_NONE;
    if (siren_valid(digits)) {
        *siren = digits;
        return true;
    }
    if (digits.len != SIRET_LEN || !siret_valid(digits))
        return false;
    *siret = digits;
    *siren = str_sub(digits, 0, SIREN_LEN);
    return true;
}

bool company_same(const struct company *said, const struct company *registered)
{
    for (size_t i = COMPANY_SIREN; i < COMPANY_FIELDS; i++) {
        struct str known = registered->fields[i];
        if (known.len > 0 && !str_eq(said->fields[i], known))
            return false;
    }
    return true;
}
