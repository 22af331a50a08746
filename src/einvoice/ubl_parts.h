#ifndef GUICHET_EINVOICE_UBL_PARTS_H
#define GUICHET_EINVOICE_UBL_PARTS_H

#include "einvoice/syntax.h"

/* What several elements of a UBL document hold. */

extern const struct nodes UBL_SCHEME_ID_IN;
extern const struct nodes UBL_SCHEME_IN;
#define UBL_VAT_SCHEME                                                                             \
    {                                                                                              \
        .name = "cac:TaxScheme", .kind = NODE_GROUP, .needed = true, .within = &UBL_SCHEME_IN      \
    }
extern const struct nodes UBL_CATEGORY_IN;
extern const struct nodes UBL_ALLOWANCE_IN;
extern const struct nodes UBL_PRECEDING_IN;
extern const struct nodes UBL_PARTY_IN;
extern const struct nodes UBL_PARTY_OUTER_IN;
extern const struct nodes UBL_ID_IN;
extern const struct nodes UBL_NAME_IN;
extern const struct nodes UBL_NOTE_IN;
extern const struct nodes UBL_CODE_ID_IN;
extern const struct nodes UBL_LINE_ID_IN;
extern const struct nodes UBL_COUNTRY_IN;
extern const struct nodes UBL_ADDRESS_IN;
extern const struct nodes UBL_LINE_IN_ADDRESS;

void ubl_address_left(struct tree *tree, void *parent, void *own);
void ubl_party_left(struct tree *tree, void *parent, void *own);
void ubl_other_party_left(struct tree *tree, void *parent, void *own);

#define UBL_ADDRESS(name_, struct_)                                                                \
    {                                                                                              \
        .name = name_, .kind = NODE_GROUP, .offset = offsetof(struct_, address),                   \
        .within = &UBL_ADDRESS_IN, .leave = ubl_address_left                                       \
    }
#define UBL_PARTY(name_, member, nodes_, leave_)                                                   \
    {                                                                                              \
        .name = name_, .kind = NODE_GROUP, .offset = offsetof(struct einvoice, member),            \
        .within = &(nodes_), .leave = leave_                                                       \
    }

#endif
