#include "base/attr.h"
#include "einvoice/rules.h"

/* Groups of VAT (BG-23) and the seven categories: BR-S, Z, E, AE, IC, G, O, each with the same ten
 * rules that differ in what they ask. */

enum numbers {
    NUMBERS_SELLER = 1,
    NUMBERS_SELLER_VAT,
    NUMBERS_BOTH,
    NUMBERS_BOTH_VAT,
    NUMBERS_NONE
};
enum rate { RATE_POSITIVE = 1, RATE_ZERO, RATE_NONE };

struct category {
    struct str code;
    const char *rules;    /* "BR-S" */
    bool one_group;       /* exactly one; else one for each rate */
    enum numbers numbers; /* of -02 to -04 */
    enum rate rate;       /* of -05 to -07 */
    bool reason;          /* of -10: needed, else not allowed */
};

static const struct category CATEGORIES[] = {
    {STR_INIT("S"),  "BR-S",  false, NUMBERS_SELLER,     RATE_POSITIVE, false},
    {STR_INIT("Z"),  "BR-Z",  true,  NUMBERS_SELLER,     RATE_ZERO,     false},
    {STR_INIT("E"),  "BR-E",  true,  NUMBERS_SELLER,     RATE_ZERO,     true },
    {STR_INIT("AE"), "BR-AE", true,  NUMBERS_BOTH,       RATE_ZERO,     true },
    {STR_INIT("K"),  "BR-IC", true,  NUMBERS_BOTH_VAT,   RATE_ZERO,     true },
    {STR_INIT("G"),  "BR-G",  true,  NUMBERS_SELLER_VAT, RATE_ZERO,     true },
    {STR_INIT("O"),  "BR-O",  true,  NUMBERS_NONE,       RATE_NONE,     true },
};

static const char *rule_of(struct checking *checking, const struct category *category, int number)
{
    return str_format(checking->arena, "%s-%02d", category->rules, number).ptr;
}

static bool is_of(const struct category *category, const struct einvoice_vat *vat)
{
    return str_eq(vat->category, category->code);
}

/* --- where a category is used: lines, allowances, charges ----------------------------------------
 */

enum use { USE_LINE = 0, USE_ALLOWANCE, USE_CHARGE, USES };
static const char *const USE_CATEGORY[USES] = {"BT-151", "BT-95", "BT-102"};
static const char *const USE_RATE[USES] = {"BT-152", "BT-96", "BT-103"};

struct used {
    bool by[USES];
};

static struct used used_by(const struct einvoice *invoice, const struct category *category)
{
    struct used used = {0};

    for (size_t i = 0; i < invoice->line_count; i++)
        used.by[USE_LINE] = used.by[USE_LINE] || is_of(category, &invoice->lines[i].vat);
    for (size_t i = 0; i < invoice->allowance_count; i++) {
        enum use use = invoice->allowances[i].charge ? USE_CHARGE : USE_ALLOWANCE;
        used.by[use] = used.by[use] || is_of(category, &invoice->allowances[i].vat);
    }
    return used;
}

static bool rate_fits(enum rate wanted, struct decimal rate)
{
    switch (wanted) {
    case RATE_POSITIVE:
        return decimal_sign(rate) > 0;
    case RATE_ZERO:
        return rate.present && decimal_sign(rate) == 0;
    case RATE_NONE:
        return !rate.present;
    }
    return false;
}

static void check_rate(struct checking *checking, const struct category *category, enum use use,
                       const struct einvoice_vat *vat, size_t at)
{
    if (is_of(category, vat))
        rule_holds(checking, rate_fits(category->rate, vat->rate),
                   rule_of(checking, category, 5 + (int)use), USE_RATE[use], at,
                   "is not a rate of its category");
}

static void check_rates(struct checking *checking, const struct category *category)
{
    const struct einvoice *invoice = checking->invoice;

    for (size_t i = 0; i < invoice->line_count; i++)
        check_rate(checking, category, USE_LINE, &invoice->lines[i].vat, i + 1);
    for (size_t i = 0; i < invoice->allowance_count; i++)
        check_rate(checking, category, invoice->allowances[i].charge ? USE_CHARGE : USE_ALLOWANCE,
                   &invoice->allowances[i].vat, i + 1);
}

/* --- VAT numbers ---------------------------------------------------------------------------------
 */

static bool numbers_fit(enum numbers wanted, const struct einvoice *invoice)
{
    bool seller = invoice->seller.vat_number.len > 0 || invoice->representative.vat_number.len > 0;
    bool seller_any = seller || invoice->seller.tax_number.len > 0;
    bool buyer = invoice->buyer.vat_number.len > 0;

    switch (wanted) {
    case NUMBERS_SELLER:
        return seller_any;
    case NUMBERS_SELLER_VAT:
        return seller;
    case NUMBERS_BOTH:
        return seller_any && (buyer || invoice->buyer.legal_id.id.len > 0);
    case NUMBERS_BOTH_VAT:
        return seller && buyer;
    case NUMBERS_NONE:
        return !seller && !buyer;
    }
    return false;
}

static void check_tax_numbers(struct checking *checking, const struct category *category,
                              const struct used *used)
{
    if (numbers_fit(category->numbers, checking->invoice))
        return;
    for (int use = 0; use < USES; use++) {
        if (used->by[use])
            rule_fail(checking, rule_of(checking, category, 2 + use), USE_CATEGORY[use], 0,
                      category->numbers == NUMBERS_NONE
                          ? "is of a category that excludes VAT numbers"
                          : "is of a category that needs tax numbers that are missing");
    }
}

/* --- groups --------------------------------------------------------------------------------------
 */

static bool belongs(const struct category *category, const struct einvoice_group *group,
                    const struct einvoice_vat *vat)
{
    return is_of(category, vat) &&
           (category->one_group || decimal_equal(vat->rate, group->vat.rate));
}

/* BT-116: lines and charges less allowances of the category, of the rate where it has several. */
static bool base_is_right(const struct einvoice *invoice, const struct category *category,
                          const struct einvoice_group *group)
{
    struct decimal sum = decimal_of(0, 0);
    err_t err = OK;

    for (size_t i = 0; err == OK && i < invoice->line_count; i++) {
        if (belongs(category, group, &invoice->lines[i].vat))
            err = decimal_add(sum, invoice->lines[i].net, &sum);
    }
    for (size_t i = 0; err == OK && i < invoice->allowance_count; i++) {
        const struct einvoice_allowance *allowance = &invoice->allowances[i];
        if (belongs(category, group, &allowance->vat))
            err = allowance->charge ? decimal_add(sum, allowance->amount, &sum)
                                    : decimal_sub(sum, allowance->amount, &sum);
    }
    return err == OK && decimal_equal(sum, group->base);
}

/* BT-117: base times rate, rounded to cents, a half away from zero. */
static bool tax_is_right(const struct einvoice_group *group)
{
    struct decimal tax;

    return decimal_times(group->base, group->vat.rate, decimal_of(100, 0), 2, &tax) == OK &&
           decimal_equal(tax, group->tax);
}

static void check_reason(struct checking *checking, const struct category *category,
                         const struct einvoice_group *group, size_t at)
{
    bool has = group->reason.len + group->reason_code.len > 0;

    rule_holds(checking, has == category->reason, rule_of(checking, category, 10), "BT-120", at,
               category->reason ? "has no reason why there is no VAT"
                                : "has a reason, though VAT is charged");
}

static void check_group(struct checking *checking, const struct category *category,
                        const struct einvoice_group *group, size_t at)
{
    rule_holds(checking, base_is_right(checking->invoice, category, group),
               rule_of(checking, category, 8), "BT-116", at,
               "is not what the lines, charges and allowances of the category come to");
    rule_holds(checking,
               category->rate == RATE_POSITIVE ? tax_is_right(group)
                                               : decimal_sign(group->tax) == 0,
               rule_of(checking, category, 9), "BT-117", at, "is not the base times the rate");
    rule_holds(checking, tax_is_right(group), "BR-CO-17", "BT-117", at,
               "is not the base times the rate");
    check_reason(checking, category, group, at);
}

/* S may have one group for each rate, but not two for one. */
static bool repeats(const struct einvoice *invoice, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (str_eq(invoice->groups[i].vat.category, invoice->groups[at].vat.category) &&
            decimal_equal(invoice->groups[i].vat.rate, invoice->groups[at].vat.rate))
            return true;
    }
    return false;
}

/* A rate that lines have, but no group. */
static bool rate_is_missing(const struct einvoice *invoice, const struct category *category,
                            const struct einvoice_vat *vat)
{
    for (size_t i = 0; i < invoice->group_count; i++) {
        if (is_of(category, &invoice->groups[i].vat) &&
            (category->one_group || decimal_equal(invoice->groups[i].vat.rate, vat->rate)))
            return false;
    }
    return is_of(category, vat);
}

static bool groups_are_whole(const struct einvoice *invoice, const struct category *category)
{
    for (size_t i = 0; i < invoice->line_count; i++) {
        if (rate_is_missing(invoice, category, &invoice->lines[i].vat))
            return false;
    }
    for (size_t i = 0; i < invoice->allowance_count; i++) {
        if (rate_is_missing(invoice, category, &invoice->allowances[i].vat))
            return false;
    }
    return true;
}

static void check_category(struct checking *checking, const struct category *category)
{
    const struct einvoice *invoice = checking->invoice;
    struct used used = used_by(invoice, category);
    bool any = used.by[USE_LINE] || used.by[USE_ALLOWANCE] || used.by[USE_CHARGE];
    size_t groups = 0;
    bool again = false;

    for (size_t i = 0; i < invoice->group_count; i++) {
        if (!is_of(category, &invoice->groups[i].vat))
            continue;
        groups++;
        again = again || (category->one_group ? groups > 1 : repeats(invoice, i));
        check_group(checking, category, &invoice->groups[i], i + 1);
    }
    rule_holds(checking, (any || groups == 0) && !again && groups_are_whole(invoice, category),
               rule_of(checking, category, 1), "BG-23", 0,
               "the groups of the category are not those that the lines, allowances and charges "
               "call for");
    check_tax_numbers(checking, category, &used);
    check_rates(checking, category);
}

/* --- what only one category asks -----------------------------------------------------------------
 */

static const struct category *category_find(struct str code)
{
    for (size_t i = 0; i < ARRAY_LEN(CATEGORIES); i++) {
        if (str_eq(CATEGORIES[i].code, code))
            return &CATEGORIES[i];
    }
    return NULL;
}

static bool has_group(const struct einvoice *invoice, struct str code)
{
    for (size_t i = 0; i < invoice->group_count; i++) {
        if (str_eq(invoice->groups[i].vat.category, code))
            return true;
    }
    return false;
}

static void check_intra(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;

    if (!has_group(invoice, STR("K")))
        return;
    rule_holds(checking,
               einvoice_has_date(invoice->delivery.day) ||
                   einvoice_has_date(invoice->period.from) || einvoice_has_date(invoice->period.to),
               "BR-IC-11", "BT-72", 0, "neither a day of delivery nor a period is there");
    rule_holds(checking, invoice->delivery.address.country.len > 0, "BR-IC-12", "BT-80", 0,
               "the country of delivery is missing");
}

/* Outside of VAT means all of it. */
static void check_outside(struct checking *checking)
{
    static const char *const RULES[USES] = {"BR-O-12", "BR-O-13", "BR-O-14"};
    const struct einvoice *invoice = checking->invoice;

    if (!has_group(invoice, STR("O")))
        return;
    for (size_t i = 0; i < ARRAY_LEN(CATEGORIES); i++) {
        const struct category *other = &CATEGORIES[i];
        if (str_eq(other->code, STR("O")))
            continue;
        struct used used = used_by(invoice, other);
        rule_holds(checking, !has_group(invoice, other->code), "BR-O-11", "BG-23", 0,
                   "there is another group beside that of what is outside of VAT");
        for (int use = 0; use < USES; use++)
            rule_holds(checking, !used.by[use], RULES[use], USE_CATEGORY[use], 0,
                       "another category stands beside that of what is outside of VAT");
    }
}

static void check_known(struct checking *checking, const struct einvoice_vat *vat, const char *term,
                        size_t at)
{
    rule_holds(checking, vat->category.len == 0 || category_find(vat->category) != NULL, "BR-FR-15",
               term, at, "is none of the categories S, E, AE, K, G, O, Z");
}

static void check_all_known(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;

    for (size_t i = 0; i < invoice->line_count; i++)
        check_known(checking, &invoice->lines[i].vat, "BT-151", i + 1);
    for (size_t i = 0; i < invoice->allowance_count; i++)
        check_known(checking, &invoice->allowances[i].vat,
                    rule_side(invoice->allowances[i].charge, "BT-95", "BT-102"), i + 1);
    for (size_t i = 0; i < invoice->group_count; i++)
        check_known(checking, &invoice->groups[i].vat, "BT-118", i + 1);
}

void rules_vat(struct checking *checking)
{
    check_all_known(checking);
    for (size_t i = 0; i < ARRAY_LEN(CATEGORIES); i++)
        check_category(checking, &CATEGORIES[i]);
    check_intra(checking);
    check_outside(checking);
}
