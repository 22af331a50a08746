#include "core/einvoice_draft.h"

#include "support/unit.h"

static const struct einvoice_line A_LINE = {
    .name = STR_INIT("Conseil"),
    .quantity = {3,     0, true},
    .price = {2630,     2,   true},
    .vat = {STR_INIT("S"), {20, 0, true}},
};

struct asked {
    struct ctx *cx;
    struct einvoice invoice;
    struct invoice_seller seller;
    struct einvoice_draft draft;
    struct einvoice_report report;
};

static struct asked asked_new(void)
{
    struct asked asked = {.cx = unit_ctx()};

    asked.seller.nature = NATURE_SERVICES;
    asked.invoice.buyer = (struct einvoice_party){
        .present = true,
        .name = STR("Société SARL"),
        .legal_id = {STR("200000008"),      STR("0002")         },
        .address = { .present = true, .city = STR("Paris"), .country = STR("FR")},
    };
    asked.invoice.lines = arena_array(asked.cx->arena, struct einvoice_line, 1);
    asked.invoice.lines[0] = A_LINE;
    asked.invoice.line_count = 1;
    return asked;
}

static void ask(struct asked *asked)
{
    asked->report = einvoice_report_new(asked->cx->arena);
    einvoice_draft_fill(asked->cx, &asked->seller, &asked->invoice, &asked->draft, &asked->report);
}

/* One failure, about this term of this line. */
static void refused_at(struct asked *asked, const char *term, size_t at)
{
    ask(asked);
    if (asked->report.count != 1)
        fail_msg("%s: %zu failures", term, asked->report.count);
    assert_string_equal(asked->report.failures[0].rule, RULE_ISSUE);
    assert_string_equal(asked->report.failures[0].term, term);
    assert_int_equal(asked->report.failures[0].at, at);
    unit_ctx_free(asked->cx);
}

static void refused(struct asked *asked, const char *term)
{
    refused_at(asked, term, 0);
}

CASE(a_draft_is_made_of_the_terms)
{
    struct asked asked = asked_new();
    struct einvoice_note notes[] = {
        {STR("PMT"), STR("40 EUR")},
        {STR_NONE,   STR("Merci") },
        {STR("BAR"), STR("B2B")   }
    };

    asked.invoice.notes = notes;
    asked.invoice.note_count = ARRAY_LEN(notes);
    asked.invoice.framework = STR("B1");
    asked.invoice.contract = STR("C-1");
    asked.invoice.buyer.endpoint = (struct einvoice_id){STR("200000008_COMPTA"), STR("0225")};
    asked.invoice.lines[0].unit = STR("HUR");
    ask(&asked);
    assert_int_equal(asked.report.count, 0);
    const struct invoice_draft *draft = &asked.draft.draft;
    assert_int_equal(draft->kind, INVOICE_NORMAL);
    assert_int_equal(draft->nature, NATURE_GOODS);
    assert_int_equal(draft->currency, CURRENCY_EUR);
    assert_str(draft->client_siren, "200000008");
    assert_int_equal(draft->items[0].price_e4, 263000);
    assert_int_equal(draft->items[0].quantity_e4, 30000);
    assert_int_equal(draft->items[0].rate_bp, 2000);
    assert_str(draft->items[0].more.unit, "HUR");
    assert_true(draft->details == &asked.draft.details);
    assert_str(asked.draft.details.references.contract, "C-1");
    assert_str(asked.draft.details.buyer.network_id, "200000008_COMPTA");
    assert_int_equal(asked.draft.details.note_count, 2);
    assert_str(asked.draft.details.notes[1].code, "AAI");
    unit_ctx_free(asked.cx);
}

CASE(what_cannot_be_issued_is_told_at_its_term)
{
    struct asked asked = asked_new();
    asked.invoice.type = STR("381");
    refused(&asked, "BT-3");
    asked = asked_new();
    asked.invoice.buyer.address.country = STR("France");
    refused(&asked, "BT-55");
    asked = asked_new();
    asked.invoice.buyer.legal_id.scheme = STR("0009");
    refused(&asked, "BT-47");
    asked = asked_new();
    asked.invoice.buyer.endpoint = (struct einvoice_id){STR("300000007"), STR("0225")};
    refused(&asked, "BT-49");
    asked = asked_new();
    asked.invoice.buyer.endpoint = (struct einvoice_id){STR("a@example.com"), STR("EM")};
    refused(&asked, "BT-49");
    asked = asked_new();
    asked.invoice.tender = STR("\x01");
    refused(&asked, "BT-17");
    asked = asked_new();
    struct einvoice_id object = {STR("1"), STR("AFL")};
    asked.invoice.objects = (struct einvoice_ids){&object, 1};
    refused(&asked, "BT-18");
}

CASE(what_is_wrong_with_a_line_is_told_with_its_number)
{
    static const struct {
        const char *category;
        struct decimal rate;
        const char *term;
    } VATS[] = {
        {"S", {0, 0, true},     "BT-152"},
        {"S", {20123, 3, true}, "BT-152"},
        {"Z", {0, 0, true},     "BT-151"},
        {"O", {0, 0, false},    "BT-151"},
        {"L", {7, 0, true},     "BT-151"},
        {"E", {0, 0, true},     "BT-120"},
    };

    for (size_t i = 0; i < ARRAY_LEN(VATS); i++) {
        struct asked asked = asked_new();
        asked.invoice.lines[0].vat.category = str_of(VATS[i].category);
        asked.invoice.lines[0].vat.rate = VATS[i].rate;
        refused_at(&asked, VATS[i].term, 1);
    }
}

CASE(amounts_have_four_decimals_and_are_for_one_unit)
{
    struct asked asked = asked_new();
    asked.invoice.lines[0].price = decimal_of(123456, 5);
    refused_at(&asked, "BT-146", 1);
    asked = asked_new();
    asked.invoice.lines[0].price = decimal_of(1234500, 6);
    ask(&asked);
    assert_int_equal(asked.report.count, 0);
    assert_int_equal(asked.draft.draft.items[0].price_e4, 12345);
    unit_ctx_free(asked.cx);
    asked = asked_new();
    asked.invoice.lines[0].quantity = decimal_of(-1, 0);
    refused_at(&asked, "BT-129", 1);
    asked = asked_new();
    asked.invoice.lines[0].price.present = false;
    refused_at(&asked, "BT-146", 1);
    asked = asked_new();
    asked.invoice.lines[0].base_quantity = decimal_of(100, 0);
    refused_at(&asked, "BT-149", 1);
    asked = asked_new();
    asked.invoice.lines[0].unit = STR("hour");
    refused_at(&asked, "BT-130", 1);
}

CASE(exemptions_are_told_in_their_group)
{
    struct asked asked = asked_new();
    struct einvoice_group group = {
        .vat = {STR("E"), {0, 0, true}},
        .reason = STR("Formation"),
        .reason_code = STR("VATEX-EU-132-1I"),
    };

    asked.invoice.groups = &group;
    asked.invoice.group_count = 1;
    asked.invoice.lines[0].vat = group.vat;
    ask(&asked);
    assert_int_equal(asked.report.count, 0);
    assert_int_equal(asked.draft.draft.items[0].reason, REASON_EXEMPT);
    assert_str(asked.draft.draft.items[0].reason_text, "Formation");
    assert_str(asked.draft.draft.items[0].reason_code, "VATEX-EU-132-1I");
    group.reason_code = STR("VATEX-FR-FRANCHISE");
    asked.seller.franchise = true;
    ask(&asked);
    assert_int_equal(asked.draft.draft.items[0].reason, 0);
    unit_ctx_free(asked.cx);
}

CASE(notes_have_a_limit)
{
    struct asked asked = asked_new();
    struct einvoice_note notes[6];

    for (size_t i = 0; i < ARRAY_LEN(notes); i++)
        notes[i] = (struct einvoice_note){STR_NONE, STR("Merci")};
    asked.invoice.notes = notes;
    asked.invoice.note_count = 5;
    ask(&asked);
    assert_int_equal(asked.report.count, 0);
    asked.invoice.note_count = 6;
    refused_at(&asked, "BT-22", 6);
}

CASE(every_field_of_a_draft_has_its_term)
{
    for (int field = 1; field < INVOICE_FIELDS_END; field++)
        assert_non_null(einvoice_field_term((enum invoice_field)field));
}

UNIT_MAIN(T(a_draft_is_made_of_the_terms), T(what_cannot_be_issued_is_told_at_its_term),
          T(what_is_wrong_with_a_line_is_told_with_its_number),
          T(amounts_have_four_decimals_and_are_for_one_unit), T(exemptions_are_told_in_their_group),
          T(notes_have_a_limit), T(every_field_of_a_draft_has_its_term))
