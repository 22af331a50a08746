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

/* Beside what a paper of ours has. */
CASE(what_only_others_say_is_kept)
{
    struct ctx *cx = unit_ctx();
    struct einvoice invoice = made(cx, paper_plain(cx->arena));
    struct einvoice_allowance allowance = {.amount = decimal_of(1, 0)};
    struct einvoice_note note = {.text = STR("Merci")};

    invoice.type = STR("384");
    invoice.framework = STR("S5");
    invoice.profile = STR("urn:cen.eu:en16931:2017#compliant#own");
    invoice.vat_day_code = STR_NONE;
    invoice.vat_day = (struct date){2026, 12, 1};
    invoice.seller.legal_id.scheme = STR("0009");
    invoice.seller.trading_name = STR("Atelier");
    invoice.payee.name = STR("Affactureur");
    invoice.delivery.day = (struct date){0};
    invoice.terms = STR("30 jours\nfin de mois");
    invoice.allowances = &allowance;
    invoice.allowance_count = 1;
    invoice.notes = &note;
    invoice.note_count = 1;
    invoice.payment.means = STR("97");
    invoice.payment.accounts[0].id = STR("12345");
    invoice.payment.accounts[0].bic = STR("AGRIFRPP\nX");
    invoice.totals.rounding = decimal_of(-3, 2);
    invoice.totals.due = decimal_of(-218324, 2);
    invoice.totals.vat.decimals = 2;
    invoice.lines[0].id = STR("A-1");
    invoice.lines[0].price = decimal_of(450000001, 6);
    invoice.lines[0].base_quantity = decimal_of(10, 0);
    invoice.lines[0].quantity = decimal_of(-1, 0);
    assert_true(is_printed(cx, &invoice));
    unit_ctx_free(cx);
}

CASE(what_a_page_cannot_show_is_lost)
{
    struct ctx *cx = unit_ctx();
    const struct einvoice whole = made(cx, paper_plain(cx->arena));
    const struct decimal net = whole.lines[0].net;
    struct einvoice invoice = whole;

    invoice.currency = STR("JPY");
    assert_lost(cx, &invoice, "BT-5");
    invoice = whole;
    invoice.vat_currency = STR("USD");
    assert_lost(cx, &invoice, "BT-6");
    invoice = whole;
    invoice.vat_day_code = STR("35");
    assert_lost(cx, &invoice, "BT-8");
    invoice = whole;
    invoice.totals.vat = decimal_of(123456, 3);
    assert_lost(cx, &invoice, "BT-110");
    invoice = whole;
    invoice.lines[0].net = decimal_of(123456, 3);
    assert_lost(cx, &invoice, "BT-131");
    invoice.lines[0].net = net;
    invoice.lines[0].vat.category = STR("L");
    assert_lost(cx, &invoice, "BT-151");
    unit_ctx_free(cx);
}

CASE(which_kinds_are_credit_notes)
{
    static const char *const CREDITS[] = {"381", "261", "262", "396", "502", "503"};
    static const char *const INVOICES[] = {"380", "384", "386", "389", "393", "501"};
    struct ctx *cx = unit_ctx();
    struct einvoice invoice = made(cx, paper_plain(cx->arena));
    struct invoice_paper paper;

    for (size_t i = 0; i < ARRAY_LEN(CREDITS); i++) {
        invoice.type = str_of(CREDITS[i]);
        paper_of_einvoice(cx->arena, &invoice, &paper);
        assert_int_equal(paper.kind, INVOICE_CREDIT);
        invoice.type = str_of(INVOICES[i]);
        paper_of_einvoice(cx->arena, &invoice, &paper);
        assert_int_equal(paper.kind, INVOICE_NORMAL);
    }
    unit_ctx_free(cx);
}

/* Only a transfer has a code for the apps of banks. */
CASE(an_account_is_offered_to_who_makes_a_transfer)
{
    struct ctx *cx = unit_ctx();
    struct einvoice invoice = made(cx, paper_plain(cx->arena));
    struct invoice_paper paper;

    paper_of_einvoice(cx->arena, &invoice, &paper);
    assert_str(paper.iban, "FR76 3000 6000 0112 3456 7890 189");
    assert_str(paper.bic, "AGRIFRPPXXX");
    invoice.payment.means = STR("58");
    paper_of_einvoice(cx->arena, &invoice, &paper);
    assert_true(paper.iban.len > 0);
    invoice.payment.means = STR("59");
    paper_of_einvoice(cx->arena, &invoice, &paper);
    assert_int_equal(paper.iban.len, 0);
    unit_ctx_free(cx);
}

CASE(as_many_lines_as_a_file_may_have_are_kept)
{
    struct ctx *cx = unit_ctx();
    struct einvoice invoice = made(cx, paper_plain(cx->arena));
    struct einvoice_line *lines = arena_array(cx->arena, struct einvoice_line, EINVOICE_LINES_MAX);

    for (size_t i = 0; i < EINVOICE_LINES_MAX; i++) {
        lines[i] = invoice.lines[0];
        lines[i].id = str_format(cx->arena, "%zu", i + 1);
    }
    invoice.lines = lines;
    invoice.line_count = EINVOICE_LINES_MAX;
    assert_true(is_printed(cx, &invoice));
    unit_ctx_free(cx);
}

UNIT_MAIN(T(what_we_issue_is_printed_whole), T(what_only_others_say_is_kept),
          T(what_a_page_cannot_show_is_lost), T(which_kinds_are_credit_notes),
          T(an_account_is_offered_to_who_makes_a_transfer),
          T(as_many_lines_as_a_file_may_have_are_kept))
