#include "base/attr.h"
#include "einvoice/rules.h"

/* What EN 16931 wants to be there (BR-01 to BR-65): one row for each member. */

enum need { NEED_TEXT = 1, NEED_DAY, NEED_NUMBER };

struct needed {
    const char *rule;
    const char *term;
    enum need kind;
    size_t offset;
    const char *text;
};

static bool is_there(const void *struct_, const struct needed *needed)
{
    const void *member = rule_member(struct_, needed->offset);

    switch (needed->kind) {
    case NEED_TEXT:
        return ((const struct str *)member)->len > 0;
    case NEED_DAY:
        return einvoice_has_date(*(const struct date *)member);
    case NEED_NUMBER:
        return ((const struct decimal *)member)->present;
    }
    return false;
}

static void check_needed(struct checking *checking, const void *struct_,
                         const struct needed *needed, size_t count, size_t at)
{
    for (size_t i = 0; i < count; i++)
        rule_holds(checking, is_there(struct_, &needed[i]), needed[i].rule, needed[i].term, at,
                   needed[i].text);
}

/* --- the document --------------------------------------------------------------------------------
 */

#define OF(member) offsetof(struct einvoice, member)
static const struct needed DOCUMENT[] = {
    {"BR-01", "BT-24",  NEED_TEXT,   OF(profile),            "the profile is missing"          },
    {"BR-02", "BT-1",   NEED_TEXT,   OF(number),             "the number is missing"           },
    {"BR-03", "BT-2",   NEED_DAY,    OF(issued),             "the day of issue is missing"     },
    {"BR-04", "BT-3",   NEED_TEXT,   OF(type),               "the type is missing"             },
    {"BR-05", "BT-5",   NEED_TEXT,   OF(currency),           "the currency is missing"         },
    {"BR-06", "BT-27",  NEED_TEXT,   OF(seller.name),        "the seller's name is missing"    },
    {"BR-07", "BT-44",  NEED_TEXT,   OF(buyer.name),         "the buyer's name is missing"     },
    {"BR-12", "BT-106", NEED_NUMBER, OF(totals.lines),       "the sum of the lines is missing" },
    {"BR-13", "BT-109", NEED_NUMBER, OF(totals.without_vat), "the total without VAT is missing"},
    {"BR-14", "BT-112", NEED_NUMBER, OF(totals.with_vat),    "the total with VAT is missing"   },
    {"BR-15", "BT-115", NEED_NUMBER, OF(totals.due),         "the amount due is missing"       },
};

static void check_address(struct checking *checking, const struct einvoice_party *party,
                          const char *group_rule, const char *group, const char *rule,
                          const char *term)
{
    rule_holds(checking, party->address.present, group_rule, group, 0, "the address is missing");
    rule_holds(checking, !party->address.present || party->address.country.len > 0, rule, term, 0,
               "the country of the address is missing");
}

static void check_representative(struct checking *checking)
{
    const struct einvoice_party *party = &checking->invoice->representative;

    if (!party->present)
        return;
    rule_holds(checking, party->name.len > 0, "BR-18", "BT-62", 0,
               "the tax representative's name is missing");
    check_address(checking, party, "BR-19", "BG-12", "BR-20", "BT-69");
    rule_holds(checking, party->vat_number.len > 0, "BR-56", "BT-63", 0,
               "the tax representative's VAT number is missing");
}

static void check_others(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;

    rule_holds(checking, !invoice->payee.present || invoice->payee.name.len > 0, "BR-17", "BT-59",
               0, "the payee's name is missing");
    check_representative(checking);
    rule_holds(checking,
               !invoice->delivery.address.present || invoice->delivery.address.country.len > 0,
               "BR-57", "BT-80", 0, "the country of delivery is missing");
    rule_holds(checking, invoice->line_count > 0, "BR-16", "BG-25", 0, "there is no line");
    rule_holds(checking, invoice->group_count > 0, "BR-CO-18", "BG-23", 0,
               "there is no group of VAT");
}

static void check_lists(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;

    for (size_t i = 0; i < invoice->preceding_count; i++)
        rule_holds(checking, invoice->preceding[i].number.len > 0, "BR-55", "BT-25", i + 1,
                   "the preceding invoice has no number");
    for (size_t i = 0; i < invoice->attachment_count; i++)
        rule_holds(checking, invoice->attachments[i].reference.len > 0, "BR-52", "BT-122", i + 1,
                   "the attachment has no reference");
}

/* --- groups, allowances, charges -----------------------------------------------------------------
 */

#define OF_GROUP(member) offsetof(struct einvoice_group, member)
static const struct needed GROUP[] = {
    {"BR-45", "BT-116", NEED_NUMBER, OF_GROUP(base),         "the group has no base"    },
    {"BR-46", "BT-117", NEED_NUMBER, OF_GROUP(tax),          "the group has no VAT"     },
    {"BR-47", "BT-118", NEED_TEXT,   OF_GROUP(vat.category), "the group has no category"},
};

static void check_groups(struct checking *checking)
{
    for (size_t i = 0; i < checking->invoice->group_count; i++) {
        const struct einvoice_group *group = &checking->invoice->groups[i];
        check_needed(checking, group, GROUP, ARRAY_LEN(GROUP), i + 1);
        rule_holds(checking, group->vat.rate.present || str_eq(group->vat.category, STR("O")),
                   "BR-48", "BT-119", i + 1, "the group has no rate");
    }
}

#define OF_ALLOWANCE(member) offsetof(struct einvoice_allowance, member)
static const struct needed ALLOWANCE[] = {
    {"BR-31", "BT-92", NEED_NUMBER, OF_ALLOWANCE(amount),       "the allowance has no amount"  },
    {"BR-32", "BT-95", NEED_TEXT,   OF_ALLOWANCE(vat.category), "the allowance has no category"},
};
static const struct needed CHARGE[] = {
    {"BR-36", "BT-99",  NEED_NUMBER, OF_ALLOWANCE(amount),       "the charge has no amount"  },
    {"BR-37", "BT-102", NEED_TEXT,   OF_ALLOWANCE(vat.category), "the charge has no category"},
};
static const struct needed LINE_ALLOWANCE[] = {
    {"BR-41", "BT-136", NEED_NUMBER, OF_ALLOWANCE(amount),
     "an allowance of the line has no amount"},
};
static const struct needed LINE_CHARGE[] = {
    {"BR-43", "BT-141", NEED_NUMBER, OF_ALLOWANCE(amount), "a charge of the line has no amount"},
};

static bool has_reason(const struct einvoice_allowance *allowance)
{
    return allowance->reason.len + allowance->reason_code.len > 0;
}

static void check_allowances(struct checking *checking)
{
    for (size_t i = 0; i < checking->invoice->allowance_count; i++) {
        const struct einvoice_allowance *allowance = &checking->invoice->allowances[i];
        bool charge = allowance->charge;
        check_needed(checking, allowance, charge ? CHARGE : ALLOWANCE, ARRAY_LEN(ALLOWANCE), i + 1);
        rule_holds(checking, has_reason(allowance), rule_side(charge, "BR-33", "BR-38"),
                   rule_side(charge, "BT-97", "BT-104"), i + 1,
                   "the allowance or charge has no reason");
    }
}

static void check_line_allowances(struct checking *checking, const struct einvoice_line *line,
                                  size_t at)
{
    for (size_t i = 0; i < line->allowance_count; i++) {
        const struct einvoice_allowance *allowance = &line->allowances[i];
        bool charge = allowance->charge;
        check_needed(checking, allowance, charge ? LINE_CHARGE : LINE_ALLOWANCE, 1, at);
        rule_holds(checking, has_reason(allowance), rule_side(charge, "BR-42", "BR-44"),
                   rule_side(charge, "BT-139", "BT-144"), at,
                   "an allowance or charge of the line has no reason");
    }
}

/* --- lines ---------------------------------------------------------------------------------------
 */

#define OF_LINE(member) offsetof(struct einvoice_line, member)
static const struct needed LINE[] = {
    {"BR-21",    "BT-126", NEED_TEXT,   OF_LINE(id),           "the line has no identifier"},
    {"BR-22",    "BT-129", NEED_NUMBER, OF_LINE(quantity),     "the line has no quantity"  },
    {"BR-23",    "BT-130", NEED_TEXT,   OF_LINE(unit),         "the line has no unit"      },
    {"BR-24",    "BT-131", NEED_NUMBER, OF_LINE(net),          "the line has no net amount"},
    {"BR-25",    "BT-153", NEED_TEXT,   OF_LINE(name),         "the line has no name"      },
    {"BR-26",    "BT-146", NEED_NUMBER, OF_LINE(price),        "the line has no net price" },
    {"BR-CO-04", "BT-151", NEED_TEXT,   OF_LINE(vat.category), "the line has no category"  },
};

static void check_item(struct checking *checking, const struct einvoice_line *line, size_t at)
{
    rule_holds(checking, line->standard_id.id.len == 0 || line->standard_id.scheme.len > 0, "BR-64",
               "BT-157", at, "the standard identifier has no scheme");
    for (size_t i = 0; i < line->classes.count; i++)
        rule_holds(checking, line->classes.items[i].scheme.len > 0, "BR-65", "BT-158", at,
                   "a class of the item has no scheme");
    for (size_t i = 0; i < line->attribute_count; i++)
        rule_holds(checking, line->attributes[i].name.len > 0 && line->attributes[i].value.len > 0,
                   "BR-54", "BG-32", at, "an attribute of the item has no name or no value");
}

void rules_presence(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;

    check_needed(checking, invoice, DOCUMENT, ARRAY_LEN(DOCUMENT), 0);
    check_address(checking, &invoice->seller, "BR-08", "BG-5", "BR-09", "BT-40");
    check_address(checking, &invoice->buyer, "BR-10", "BG-8", "BR-11", "BT-55");
    check_others(checking);
    check_lists(checking);
    check_groups(checking);
    check_allowances(checking);
    for (size_t i = 0; i < invoice->line_count; i++) {
        check_needed(checking, &invoice->lines[i], LINE, ARRAY_LEN(LINE), i + 1);
        check_line_allowances(checking, &invoice->lines[i], i + 1);
        check_item(checking, &invoice->lines[i], i + 1);
    }
}
