#include "core/einvoice_print.h"

#include "core/einvoice_paper.h"
#include "core/einvoice_same.h"
#include "support/papers_all.h"
#include "support/unit.h"

static struct einvoice_difference lost;

/* Whether a paper of it says the same. */
static bool is_printed(struct ctx *cx, const struct einvoice *invoice)
{
    struct invoice_paper *paper = arena_make(cx->arena, struct invoice_paper);
    struct einvoice told;

    paper_of_einvoice(cx->arena, invoice, paper);
    einvoice_of_paper(cx->arena, paper, &told);
    return einvoice_same(invoice, &told, &lost);
}

static struct einvoice made(struct ctx *cx, const struct invoice_paper *paper)
{
    struct einvoice invoice;

    einvoice_of_paper(cx->arena, paper, &invoice);
    return invoice;
}

static void assert_lost(struct ctx *cx, const struct einvoice *invoice, const char *term)
{
    assert_false(is_printed(cx, invoice));
    assert_string_equal(lost.term, term);
}

CASE(what_we_issue_is_printed_whole)
{
    for (size_t i = 0; i < ARRAY_LEN(PAPERS); i++) {
        struct ctx *cx = unit_ctx();
        struct invoice_paper *paper = PAPERS[i].make(cx->arena);
        if (paper->kind == INVOICE_NORMAL || paper->kind == INVOICE_CREDIT) {
            struct einvoice invoice = made(cx, paper);
            if (!is_printed(cx, &invoice))
                print_error("%s: %s, %zu\n", PAPERS[i].name, lost.term, lost.at);
            assert_true(is_printed(cx, &invoice));
        }
        unit_ctx_free(cx);
    }
}

CASE(what_a_paper_has_no_room_for_is_lost)
{
    struct ctx *cx = unit_ctx();
    struct einvoice whole = made(cx, paper_plain(cx->arena));
    struct einvoice invoice;
    struct einvoice_allowance allowance = {.amount = decimal_of(1, 0)};

    invoice = whole;
    invoice.type = STR("384");
    assert_lost(cx, &invoice, "BT-3");
    invoice = whole;
    invoice.currency = STR("JPY");
    assert_lost(cx, &invoice, "BT-5");
    invoice = whole;
    invoice.seller.legal_id.scheme = STR("0009");
    assert_lost(cx, &invoice, "BT-30");
    invoice = whole;
    invoice.delivery.day = (struct date){0};
    assert_lost(cx, &invoice, "BT-72");
    invoice = whole;
    invoice.allowances = &allowance;
    invoice.allowance_count = 1;
    assert_lost(cx, &invoice, "BG-20");
    invoice = whole;
    invoice.payment.accounts[0].bic = STR("AGRIFRPP\nX");
    assert_lost(cx, &invoice, "BT-86");
    invoice.payment.accounts[0].id = STR("12345");
    assert_lost(cx, &invoice, "BT-81");
    unit_ctx_free(cx);
}

CASE(numbers_that_no_paper_has_are_lost)
{
    struct ctx *cx = unit_ctx();
    struct einvoice invoice = made(cx, paper_plain(cx->arena));

    invoice.lines[0].vat.category = STR("L");
    assert_lost(cx, &invoice, "BT-151");
    invoice.lines[0].quantity = decimal_of(-1, 0);
    assert_lost(cx, &invoice, "BT-129");
    invoice.totals.vat = decimal_of(123456, 3);
    assert_lost(cx, &invoice, "BT-110");
    unit_ctx_free(cx);
}

CASE(more_than_a_paper_holds_is_lost)
{
    struct ctx *cx = unit_ctx();
    struct einvoice invoice = made(cx, paper_plain(cx->arena));
    struct einvoice_line *lines =
        arena_array(cx->arena, struct einvoice_line, INVOICE_LINES_MAX + 1);

    for (size_t i = 0; i <= INVOICE_LINES_MAX; i++) {
        lines[i] = invoice.lines[0];
        lines[i].id = str_format(cx->arena, "%zu", i + 1);
    }
    invoice.lines = lines;
    invoice.line_count = INVOICE_LINES_MAX;
    assert_true(is_printed(cx, &invoice));
    invoice.line_count++;
    assert_lost(cx, &invoice, "BG-25");
    unit_ctx_free(cx);
}

UNIT_MAIN(T(what_we_issue_is_printed_whole), T(what_a_paper_has_no_room_for_is_lost),
          T(numbers_that_no_paper_has_are_lost), T(more_than_a_paper_holds_is_lost))
