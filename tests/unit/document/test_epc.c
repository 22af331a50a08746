#include "document/epc.h"

#include "core/einvoice.h"
#include "support/papers_all.h"
#include "support/unit.h"

CASE(the_code_says_whom_to_pay_and_what)
{
    struct ctx *cx = unit_ctx();

    assert_str(epc_payload(cx->arena, paper_part_paid(cx->arena)),
               "BCD\n002\n1\nSCT\nAGRIFRPPXXX\nAtelier Exemple SARL\n"
               "FR7630006000011234567890189\nEUR1583.24\n\n\nF2026-000001");
    unit_ctx_free(cx);
}

static void has_no_code(struct ctx *cx, const struct invoice_paper *paper)
{
    struct epc_code code;

    assert_int_equal(epc_payload(cx->arena, paper).len, 0);
    assert_ok(epc_code(cx->arena, paper, &code));
    assert_int_equal(code.side, 0);
}

CASE(what_is_not_to_be_transferred_in_euros_has_no_code)
{
    struct ctx *cx = unit_ctx();
    struct invoice_paper *paper = paper_plain(cx->arena);

    has_no_code(cx, paper_paid(cx->arena));
    has_no_code(cx, paper_dollars(cx->arena));
    has_no_code(cx, paper_credit(cx->arena));
    has_no_code(cx, paper_quote(cx->arena));
    has_no_code(cx, paper_receipt(cx->arena));
    has_no_code(cx, paper_free(cx->arena));
    paper->iban = STR_NONE;
    has_no_code(cx, paper);
    unit_ctx_free(cx);
}

CASE(amounts_go_to_the_limit_of_the_standard)
{
    struct ctx *cx = unit_ctx();
    struct invoice_paper *paper = paper_plain(cx->arena);
    struct epc_code code;

    paper->due_minor = 99999999999;
    assert_ok(epc_code(cx->arena, paper, &code));
    assert_true(code.side > 0);
    paper->due_minor++;
    has_no_code(cx, paper);
    unit_ctx_free(cx);
}

/* 70 characters of the name, 140 of the text; each line of it has its meaning. */
CASE(names_are_cut_and_stay_on_their_line)
{
    struct ctx *cx = unit_ctx();
    struct invoice_paper *paper = paper_plain(cx->arena);
    struct buf name = buf_make(cx->arena, 400);

    buf_put_cstr(&name, "a\nb");
    while (name.len < 300)
        buf_put_cstr(&name, "é");
    paper->seller.name = buf_str(&name);
    struct str payload = epc_payload(cx->arena, paper);
    static const char head[] = "BCD\n002\n1\nSCT\nAGRIFRPPXXX\n";
    struct str rest = str_from(payload, strlen(head));
    struct str line = str_sub(rest, 0, str_find(rest, '\n'));
    assert_true(str_starts(line, STR("a bé")));
    assert_int_equal(line.len, 3 + 67 * 2);
    unit_ctx_free(cx);
}

/* Who has the account, and what the invoice wants as reference. */
CASE(what_somebody_wrote_names_holder_and_reference)
{
    struct ctx *cx = unit_ctx();
    struct invoice_paper *paper = paper_part_paid(cx->arena);
    struct einvoice_account account = {.id = STR("FR7630006000011234567890189")};
    struct einvoice written = {
        .seller = {.name = STR("Atelier")},
          .payment = { .accounts = &account,    .account_count = 1}
    };

    paper->written = &written;
    assert_str(epc_payload(cx->arena, paper), "BCD\n002\n1\nSCT\nAGRIFRPPXXX\nAtelier\n"
                                              "FR7630006000011234567890189\nEUR1583.24\n\n\n"
                                              "F2026-000001");
    written.payee.name = STR("Affactureur");
    written.payment.remittance = STR("REF-9");
    assert_str(epc_payload(cx->arena, paper), "BCD\n002\n1\nSCT\nAGRIFRPPXXX\nAffactureur\n"
                                              "FR7630006000011234567890189\nEUR1583.24\n\n\n"
                                              "REF-9");
    unit_ctx_free(cx);
}

UNIT_MAIN(T(what_somebody_wrote_names_holder_and_reference), T(the_code_says_whom_to_pay_and_what),
          T(what_is_not_to_be_transferred_in_euros_has_no_code),
          T(amounts_go_to_the_limit_of_the_standard), T(names_are_cut_and_stay_on_their_line))
