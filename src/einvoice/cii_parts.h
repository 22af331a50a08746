#ifndef GUICHET_EINVOICE_CII_PARTS_H
#define GUICHET_EINVOICE_CII_PARTS_H

#include "einvoice/syntax.h"

/* What several elements of a Cross Industry Invoice hold. */

/* An element that holds nothing but one other: the text goes where the outer one says. */
struct text_only {
    struct str text;
};

extern const struct nodes CII_DAY_IN;
extern const struct nodes CII_DAY_ALONE_IN;
extern const struct nodes CII_FLAG_IN;
extern const struct nodes CII_CONTENT_IN;
extern const struct nodes CII_ID_IN;
extern const struct nodes CII_ASSIGNED_IN;
extern const struct nodes CII_LINE_ID_IN;
extern const struct nodes CII_PRECEDING_IN;
extern const struct nodes CII_VAT_IN;
extern const struct nodes CII_ALLOWANCE_IN;
extern const struct nodes CII_PERIOD_IN;
extern const struct nodes CII_ADDRESS_IN;
extern const struct nodes CII_PARTY_IN;

void cii_period_left(struct tree *tree, void *parent, void *own);
void cii_address_left(struct tree *tree, void *parent, void *own);
void cii_party_left(struct tree *tree, void *parent, void *own);

#define CII_PERIOD(struct_, member)                                                                \
    {                                                                                              \
        .name = "ram:BillingSpecifiedPeriod", .kind = NODE_GROUP,                                  \
        .offset = offsetof(struct_, member), .within = &CII_PERIOD_IN, .leave = cii_period_left    \
    }
#define CII_ADDRESS(struct_)                                                                       \
    {                                                                                              \
        .name = "ram:PostalTradeAddress", .kind = NODE_GROUP,                                      \
        .offset = offsetof(struct_, address), .within = &CII_ADDRESS_IN, .leave = cii_address_left \
    }
#define CII_PARTY(name_, member)                                                                   \
    {                                                                                              \
        .name = name_, .kind = NODE_GROUP, .offset = offsetof(struct einvoice, member),            \
        .within = &CII_PARTY_IN, .leave = cii_party_left                                           \
    }

#endif
