#include "core/invoice_amount.h"
#include "support/unit.h"

/* One line of an invoice: price and quantity in ten-thousandths, rate in basis points. */
struct sold {
    int64_t price_e4;
    int64_t quantity_e4;
    int64_t rate_bp;
};

static err_t sum_of(struct ctx *cx, const struct sold *sold, size_t count,
                    struct invoice_paper *paper)
{
    *paper = (struct invoice_paper){.line_count = count};
    paper->lines = arena_array(cx->arena, struct invoice_paper_line, count);
    for (size_t i = 0; i < count; i++) {
        paper->lines[i].category = VAT_STANDARD;
        paper->lines[i].rate_bp = sold[i].rate_bp;
        TRY(invoice_line_net(sold[i].price_e4, sold[i].quantity_e4, &paper->lines[i].net_minor));
    }
    return invoice_sum(cx->arena, paper);
}

CASE(examples_of_the_reference_come_out)
{
    struct ctx *cx = unit_ctx();
    struct invoice_paper paper;

    const struct sold seed[] = {
        {263000, 30000, 2000}
    };
    assert_ok(sum_of(cx, seed, 1, &paper));
    assert_int_equal(paper.net_minor, 7890);
    assert_int_equal(paper.vat_minor, 1578);
    assert_int_equal(paper.total_minor, 9468);
    assert_int_equal(paper.due_minor, 9468);
    unit_ctx_free(cx);
}

CASE(vat_is_rounded_once_per_rate)
{
    struct ctx *cx = unit_ctx();
    struct invoice_paper paper;

    const struct sold two[] = {
        {3300, 10000, 2000},
        {3300, 10000, 2000},
    };
    assert_ok(sum_of(cx, two, 2, &paper));
    assert_int_equal(paper.rate_count, 1);
    assert_int_equal(paper.rates[0].base_minor, 66);
    assert_int_equal(paper.vat_minor, 13); /* and not 14 */
    unit_ctx_free(cx);
}

CASE(halves_are_rounded_up)
{
    struct ctx *cx = unit_ctx();
    struct invoice_paper paper;
    int64_t net;

    const struct sold low[] = {
        {100100, 10000, 550}
    };
    assert_ok(sum_of(cx, low, 1, &paper));
    assert_int_equal(paper.vat_minor, 55); /* 0.55055 */
    assert_ok(invoice_line_net(10050, 10000, &net));
    assert_int_equal(net, 101); /* 1.005 */
    assert_ok(invoice_line_net(333330, 30000, &net));
    assert_int_equal(net, 10000); /* 99.999 */
    assert_ok(invoice_line_net(49, 10000, &net));
    assert_int_equal(net, 0);
    assert_ok(invoice_line_net(50, 10000, &net));
    assert_int_equal(net, 1);
    unit_ctx_free(cx);
}

CASE(total_has_a_limit)
{
    struct ctx *cx = unit_ctx();
    struct invoice_paper paper;
    int64_t net;

    const struct sold most[] = {
        {INT64_C(999999999900) / 10, 100000, 0}
    };
    assert_ok(sum_of(cx, most, 1, &paper));
    assert_int_equal(paper.total_minor, INVOICE_TOTAL_MAX);
    const struct sold more[] = {
        {INT64_C(999999999900) / 10, 100000, 0},
        {100,                        10000,  0},
    };
    assert_int_equal(sum_of(cx, more, 2, &paper), ERR_LIMIT);
    /* The largest price times the largest quantity does not fit into 64 bits. */
    assert_int_equal(invoice_line_net(INT64_C(99999999999), INT64_C(9999990000), &net), ERR_LIMIT);
    const struct sold taxed[] = {
        {INT64_C(999999999900) / 10, 100000, 2000}
    };
    assert_int_equal(sum_of(cx, taxed, 1, &paper), ERR_LIMIT);
    unit_ctx_free(cx);
}

CASE(groups_are_limited)
{
    struct ctx *cx = unit_ctx();
    struct sold sold[INVOICE_RATES_MAX + 1];
    struct invoice_paper paper;

    for (size_t i = 0; i <= INVOICE_RATES_MAX; i++)
        sold[i] = (struct sold){10000, 10000, (int64_t)i};
    assert_ok(sum_of(cx, sold, INVOICE_RATES_MAX, &paper));
    assert_int_equal(paper.rate_count, INVOICE_RATES_MAX);
    assert_int_equal(sum_of(cx, sold, INVOICE_RATES_MAX + 1, &paper), ERR_LIMIT);
    unit_ctx_free(cx);
}

CASE(payment_is_shared_in_proportion)
{
    struct ctx *cx = unit_ctx();
    struct invoice_paper paper;
    int64_t parts[3];

    /* 12.00, 11.00 and 10.55: 33.55 in all. */
    const struct sold sold[] = {
        {100000, 10000, 1000},
        {100000, 10000, 2000},
        {100000, 10000, 550 },
    };
    assert_ok(sum_of(cx, sold, 3, &paper));
    invoice_share(&paper, paper.total_minor, parts);
    assert_int_equal(parts[0], 1100);
    assert_int_equal(parts[1], 1200);
    assert_int_equal(parts[2], 1055);
    invoice_share(&paper, 1000, parts); /* 327.86, 357.67, 314.45: two cents left */
    assert_int_equal(parts[0], 327);
    assert_int_equal(parts[1], 359);
    assert_int_equal(parts[2], 314);
    invoice_share(&paper, -1000, parts);
    assert_int_equal(parts[0] + parts[1] + parts[2], -1000);
    assert_int_equal(parts[1], -359);
    unit_ctx_free(cx);
}

CASE(vat_is_told_in_euro)
{
    int64_t cents;

    assert_ok(invoice_to_euro(1578, 900000, &cents));
    assert_int_equal(cents, 1420); /* 14.202 */
    assert_ok(invoice_to_euro(1, 500000, &cents));
    assert_int_equal(cents, 1);
}

UNIT_MAIN(T(examples_of_the_reference_come_out), T(vat_is_rounded_once_per_rate),
          T(halves_are_rounded_up), T(total_has_a_limit), T(groups_are_limited),
          T(payment_is_shared_in_proportion), T(vat_is_told_in_euro))
