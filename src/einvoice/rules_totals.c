#include "einvoice/rules.h"

/* Sums, to the last digit (BR-CO-10 to 16). A sum that does not fit is not the one that is said. */

struct sum {
    struct decimal value;
    bool fits;
};

static struct sum sum_begin(void)
{
    return (struct sum){decimal_of(0, 0), true};
}

static void sum_add(struct sum *sum, struct decimal number)
{
    sum->fits = sum->fits && decimal_add(sum->value, number, &sum->value) == OK;
}

static void sum_sub(struct sum *sum, struct decimal number)
{
    sum->fits = sum->fits && decimal_sub(sum->value, number, &sum->value) == OK;
}

static bool is_sum(struct sum sum, struct decimal said)
{
    return sum.fits && decimal_equal(sum.value, said);
}

/* --- lines ---------------------------------------------------------------------------------------
 */

static struct sum sum_of_sides(const struct einvoice_allowance *allowances, size_t count,
                               bool charge)
{
    struct sum sum = sum_begin();

    for (size_t i = 0; i < count; i++) {
        if (allowances[i].charge == charge)
            sum_add(&sum, allowances[i].amount);
    }
    return sum;
}

/* BT-131: quantity * price / base quantity, rounded to cents, less allowances, plus charges. */
static bool net_is_right(const struct einvoice_line *line)
{
    struct decimal one = decimal_of(1, 0);
    struct decimal base = line->base_quantity.present ? line->base_quantity : one;
    struct sum sum = sum_begin();

    if (decimal_sign(base) == 0 ||
        decimal_times(line->quantity, line->price, base, 2, &sum.value) != OK)
        return false;
    for (size_t i = 0; i < line->allowance_count; i++) {
        if (line->allowances[i].charge)
            sum_add(&sum, line->allowances[i].amount);
        else
            sum_sub(&sum, line->allowances[i].amount);
    }
    return is_sum(sum, line->net);
}

static void check_line(struct checking *checking, const struct einvoice_line *line, size_t at)
{
    if (!line->net.present || !line->price.present || !line->quantity.present)
        return;
    rule_holds(checking, net_is_right(line), "LINE-NET", "BT-131", at,
               "is not quantity x price / base quantity, less allowances, plus charges");
}

/* --- the document --------------------------------------------------------------------------------
 */

static bool lines_add_up(const struct einvoice *invoice)
{
    struct sum sum = sum_begin();

    for (size_t i = 0; i < invoice->line_count; i++)
        sum_add(&sum, invoice->lines[i].net);
    return is_sum(sum, invoice->totals.lines);
}

static bool vat_adds_up(const struct einvoice *invoice)
{
    struct sum sum = sum_begin();

    for (size_t i = 0; i < invoice->group_count; i++)
        sum_add(&sum, invoice->groups[i].tax);
    return is_sum(sum, invoice->totals.vat);
}

static bool without_vat_is_right(const struct einvoice_totals *totals)
{
    struct sum sum = {totals->lines, true};

    sum_sub(&sum, totals->allowances);
    sum_add(&sum, totals->charges);
    return is_sum(sum, totals->without_vat);
}

static bool with_vat_is_right(const struct einvoice_totals *totals)
{
    struct sum sum = {totals->without_vat, true};

    sum_add(&sum, totals->vat);
    return is_sum(sum, totals->with_vat);
}

static bool due_is_right(const struct einvoice_totals *totals)
{
    struct sum sum = {totals->with_vat, true};

    sum_sub(&sum, totals->paid);
    sum_add(&sum, totals->rounding);
    return is_sum(sum, totals->due);
}

void rules_totals(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;
    const struct einvoice_totals *totals = &invoice->totals;
    struct sum allowances = sum_of_sides(invoice->allowances, invoice->allowance_count, false);
    struct sum charges = sum_of_sides(invoice->allowances, invoice->allowance_count, true);

    for (size_t i = 0; i < invoice->line_count; i++)
        check_line(checking, &invoice->lines[i], i + 1);
    rule_holds(checking, lines_add_up(invoice), "BR-CO-10", "BT-106", 0,
               "is not the sum of the lines");
    rule_holds(checking, is_sum(allowances, totals->allowances), "BR-CO-11", "BT-107", 0,
               "is not the sum of the allowances");
    rule_holds(checking, is_sum(charges, totals->charges), "BR-CO-12", "BT-108", 0,
               "is not the sum of the charges");
    rule_holds(checking, without_vat_is_right(totals), "BR-CO-13", "BT-109", 0,
               "is not the lines less allowances plus charges");
    rule_holds(checking, vat_adds_up(invoice), "BR-CO-14", "BT-110", 0,
               "is not the sum of the VAT of the groups");
    rule_holds(checking, with_vat_is_right(totals), "BR-CO-15", "BT-112", 0,
               "is not the total without VAT plus the VAT");
    rule_holds(checking, due_is_right(totals), "BR-CO-16", "BT-115", 0,
               "is not the total less what was paid plus the rounding");
}
