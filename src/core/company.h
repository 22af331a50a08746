#ifndef GUICHET_CORE_COMPANY_H
#define GUICHET_CORE_COMPANY_H

#include "base/enum.h"

/* What a company says of itself when it enrols (api/seqino.md 4). Each text is also the name of the
 * setting that it becomes, of the field on the page, and what the record of a step names it by. */
#define COMPANY_FIELD_LIST(X)                                                                      \
    X(COMPANY_SIREN, 1, "siren")                                                                   \
    X(COMPANY_SIRET, 2, "siret")                                                                   \
    X(COMPANY_NAME, 3, "name")                                                                     \
    X(COMPANY_LEGAL_FORM, 4, "legal_form")                                                         \
    X(COMPANY_CAPITAL, 5, "capital")                                                               \
    X(COMPANY_RCS, 6, "rcs")                                                                       \
    X(COMPANY_LINE, 7, "address.line")                                                             \
    X(COMPANY_ZIP, 8, "address.zip")                                                               \
    X(COMPANY_CITY, 9, "address.city")                                                             \
    X(COMPANY_VAT_NUMBER, 10, "vat_number")
ENUM_DECLARE(company_field, COMPANY_FIELD_LIST);
enum { COMPANY_FIELDS = COMPANY_VAT_NUMBER + 1 };

struct company {
    struct str fields[COMPANY_FIELDS]; /* index 0 is unused; what is not known is {NULL, 0} */
};

/* "FR88100000009" of a SIREN that is one. */
struct str company_vat_number(struct arena *arena, struct str siren);

/* The SIREN of what somebody typed: 9 digits, or the 14 of a SIRET, with blanks, dots or hyphens
 * between them. *siret is {NULL, 0} for a SIREN. False: neither, by its check digit too. */
bool company_number_read(struct arena *arena, struct str typed, struct str *siren,
                         struct str *siret);

/* Everything that the register says is what the company says. */
bool company_same(const struct company *said, const struct company *registered);

#endif
