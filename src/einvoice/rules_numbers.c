#include "base/attr.h"
#include "einvoice/rules.h"

/* How many decimals and digits numbers may have: of EN 16931 (BR-DEC-*) two for every amount, of
 * France (BR-FR-DEC-*) by kind, and no price below zero. */

enum { DIGITS_MAX = 19, RATE_DIGITS_MAX = 4 };

struct numbered {
    const char *term;
    size_t offset;
    const char *rule; /* of EN 16931 for more than two decimals; NULL: none */
};

/* Digits as they were written, with the sign that counts as one. */
static int digits_of(struct decimal number)
{
    int digits = 0;

    for (int64_t rest = number.units; rest != 0; rest /= 10)
        digits++;
    if (digits < number.decimals + 1)
        digits = number.decimals + 1;
    return digits + (number.units < 0 ? 1 : 0);
}

static bool fits(struct decimal number, int decimals, int digits)
{
    return !number.present || (number.decimals <= decimals && digits_of(number) <= digits);
}

static struct decimal number_at(const void *struct_, const struct numbered *numbered)
{
    return *(const struct decimal *)rule_member(struct_, numbered->offset);
}

static void check_amounts(struct checking *checking, const void *struct_,
                          const struct numbered *numbered, size_t count, size_t at)
{
    for (size_t i = 0; i < count; i++) {
        struct decimal number = number_at(struct_, &numbered[i]);
        if (numbered[i].rule != NULL)
            rule_holds(checking, number.decimals <= 2, numbered[i].rule, numbered[i].term, at,
                       "has more than two decimals");
        rule_holds(checking, fits(number, 2, DIGITS_MAX), "BR-FR-DEC-01", numbered[i].term, at,
                   "has more than two decimals or more than 19 digits");
    }
}

/* --- amounts -------------------------------------------------------------------------------------
 */

#define OF_TOTALS(member) offsetof(struct einvoice_totals, member)
static const struct numbered TOTALS[] = {
    {"BT-106", OF_TOTALS(lines),          "BR-DEC-09"},
    {"BT-107", OF_TOTALS(allowances),     "BR-DEC-10"},
    {"BT-108", OF_TOTALS(charges),        "BR-DEC-11"},
    {"BT-109", OF_TOTALS(without_vat),    "BR-DEC-12"},
    {"BT-110", OF_TOTALS(vat),            "BR-DEC-13"},
    {"BT-112", OF_TOTALS(with_vat),       "BR-DEC-14"},
    {"BT-111", OF_TOTALS(vat_accounting), "BR-DEC-15"},
    {"BT-113", OF_TOTALS(paid),           "BR-DEC-16"},
    {"BT-114", OF_TOTALS(rounding),       "BR-DEC-17"},
    {"BT-115", OF_TOTALS(due),            "BR-DEC-18"},
};

#define OF_GROUP(member) offsetof(struct einvoice_group, member)
static const struct numbered GROUP[] = {
    {"BT-116", OF_GROUP(base), "BR-DEC-19"},
    {"BT-117", OF_GROUP(tax),  "BR-DEC-20"},
};

#define OF_ALLOWANCE(member) offsetof(struct einvoice_allowance, member)
static const struct numbered ALLOWANCE[] = {
    {"BT-92", OF_ALLOWANCE(amount), "BR-DEC-01"},
    {"BT-93", OF_ALLOWANCE(base),   "BR-DEC-02"},
};
static const struct numbered CHARGE[] = {
    {"BT-99",  OF_ALLOWANCE(amount), "BR-DEC-05"},
    {"BT-100", OF_ALLOWANCE(base),   "BR-DEC-06"},
};
static const struct numbered LINE_ALLOWANCE[] = {
    {"BT-136", OF_ALLOWANCE(amount), "BR-DEC-24"},
    {"BT-137", OF_ALLOWANCE(base),   "BR-DEC-25"},
};
static const struct numbered LINE_CHARGE[] = {
    {"BT-141", OF_ALLOWANCE(amount), "BR-DEC-27"},
    {"BT-142", OF_ALLOWANCE(base),   "BR-DEC-28"},
};

#define OF_LINE(member) offsetof(struct einvoice_line, member)
static const struct numbered LINE[] = {
    {"BT-131", OF_LINE(net), "BR-DEC-23"},
};

/* --- quantities, prices, rates -------------------------------------------------------------------
 */

static const struct numbered QUANTITIES[] = {
    {"BT-129", OF_LINE(quantity),      NULL},
    {"BT-149", OF_LINE(base_quantity), NULL},
};

static const struct numbered PRICES[] = {
    {"BT-146", OF_LINE(price),          "BR-27"},
    {"BT-147", OF_LINE(price_discount), NULL   },
    {"BT-148", OF_LINE(gross_price),    "BR-28"},
};

/* Of an invoice in both directions (BT-23) prices may be below zero. */
static bool is_bidirectional(const struct einvoice *invoice)
{
    return rule_listed(invoice->framework, "B9 S9 M9");
}

static void check_price(struct checking *checking, struct decimal price,
                        const struct numbered *numbered, size_t at)
{
    bool negative = decimal_sign(price) < 0 && !is_bidirectional(checking->invoice);

    if (numbered->rule != NULL)
        rule_holds(checking, !negative, numbered->rule, numbered->term, at, "is below zero");
    rule_holds(checking, !negative && fits(price, 6, DIGITS_MAX), "BR-FR-DEC-03", numbered->term,
               at, "is below zero, or has more than six decimals or 19 digits");
}

static void check_line(struct checking *checking, const struct einvoice_line *line, size_t at)
{
    check_amounts(checking, line, LINE, ARRAY_LEN(LINE), at);
    for (size_t i = 0; i < ARRAY_LEN(QUANTITIES); i++)
        rule_holds(checking, fits(number_at(line, &QUANTITIES[i]), 4, DIGITS_MAX), "BR-FR-DEC-02",
                   QUANTITIES[i].term, at, "has more than four decimals or 19 digits");
    for (size_t i = 0; i < ARRAY_LEN(PRICES); i++)
        check_price(checking, number_at(line, &PRICES[i]), &PRICES[i], at);
    for (size_t i = 0; i < line->allowance_count; i++)
        check_amounts(checking, &line->allowances[i],
                      line->allowances[i].charge ? LINE_CHARGE : LINE_ALLOWANCE,
                      ARRAY_LEN(LINE_CHARGE), at);
}

static void check_rate(struct checking *checking, struct decimal rate, const char *term, size_t at)
{
    rule_holds(checking, decimal_sign(rate) >= 0 && fits(rate, 2, RATE_DIGITS_MAX), "BR-FR-DEC-04",
               term, at, "is below zero, or has more than two decimals or four digits");
}

void rules_numbers(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;

    check_amounts(checking, &invoice->totals, TOTALS, ARRAY_LEN(TOTALS), 0);
    for (size_t i = 0; i < invoice->group_count; i++) {
        check_amounts(checking, &invoice->groups[i], GROUP, ARRAY_LEN(GROUP), i + 1);
        check_rate(checking, invoice->groups[i].vat.rate, "BT-119", i + 1);
    }
    for (size_t i = 0; i < invoice->allowance_count; i++) {
        const struct einvoice_allowance *allowance = &invoice->allowances[i];
        check_amounts(checking, allowance, allowance->charge ? CHARGE : ALLOWANCE,
                      ARRAY_LEN(CHARGE), i + 1);
        check_rate(checking, allowance->vat.rate, rule_side(allowance->charge, "BT-96", "BT-103"),
                   i + 1);
    }
    for (size_t i = 0; i < invoice->line_count; i++) {
        check_line(checking, &invoice->lines[i], i + 1);
        check_rate(checking, invoice->lines[i].vat.rate, "BT-152", i + 1);
    }
}
