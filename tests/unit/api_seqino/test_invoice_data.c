#include "api/seqino/invoice_data.h"

#include <string.h>

#include "support/unit.h"

/* Every name that there is, in the order in which it is written. ISO C promises 4095 characters of
 * a literal, hence three of them. */
/* clang-format off */
#define ADDRESS \
    "{\"address_line_1\":\"1 rue A\",\"address_line_2\":\"B\",\"address_line_3\":\"C\"," \
    "\"city\":\"Paris\",\"post_code\":\"75002\",\"country_subdivision\":\"D\",\"country_code\":\"FR\"}"
#define ID(id, scheme) "{\"identifier\":\"" id "\",\"scheme_identifier\":\"" scheme "\"}"
#define PARTY(name) \
    "{\"name\":\"" name "\",\"trading_name\":\"T\",\"identifiers\":[" ID("1", "0009") "]," \
    "\"legal_registration_identifier\":" ID("100000009", "0002") ",\"vat_identifier\":\"FR88\"," \
    "\"tax_registration_identifier\":\"X\",\"additional_legal_information\":\"SARL\"," \
    "\"electronic_address\":" ID("100000009", "0225") ",\"postal_address\":" ADDRESS "," \
    "\"contact\":{\"name\":\"N\",\"telephone\":\"0102030405\",\"email\":\"a@example.com\"}}"
#define PERIOD "{\"start_date\":\"2031-06-01\",\"end_date\":\"2031-06-30\"}"
#define REFERENCE "[{\"reference\":\"F1\",\"issue_date\":\"2031-05-01\",\"type_code\":\"380\"}]"
#define REDUCTION \
    "[{\"amount\":\"1.00\",\"base_amount\":\"10.00\",\"percentage\":\"10\"," \
    "\"vat_category_code\":\"S\",\"vat_rate\":\"20\",\"reason\":\"R\",\"reason_code\":\"95\"}]"
#define LINE \
    "{\"line_identifier\":\"1\",\"line_note\":\"L\",\"object_identifiers\":[" ID("7", "AFL") "]," \
    "\"invoiced_quantity\":\"3\",\"invoiced_quantity_unit_code\":\"HUR\",\"net_amount\":\"78.90\"," \
    "\"purchase_order_line_reference\":\"2\",\"buyer_accounting_reference\":\"6\"," \
    "\"period\":" PERIOD ",\"allowances\":" REDUCTION ",\"charges\":" REDUCTION "," \
    "\"item_net_price\":\"26.30\",\"item_price_discount\":\"1.00\",\"item_gross_price\":\"27.30\"," \
    "\"item_price_base_quantity\":\"1\",\"item_price_base_quantity_unit_code\":\"HUR\"," \
    "\"vat_category_code\":\"S\",\"vat_rate\":\"20.00\",\"item_name\":\"P\"," \
    "\"item_description\":\"D\",\"item_sellers_identifier\":\"S\",\"item_buyers_identifier\":\"B\"," \
    "\"item_standard_identifier\":" ID("9", "0160") "," \
    "\"item_classification_identifiers\":[" ID("5", "HS") "],\"item_country_of_origin\":\"FR\"," \
    "\"item_attributes\":[{\"name\":\"colour\",\"value\":\"red\"}],\"preceding_invoices\":" REFERENCE "}"
#define TERMS \
    "{\"specification_identifier\":\"urn:cen.eu:en16931:2017\",\"business_process_type\":\"S1\"," \
    "\"invoice_number\":\"F2031-000001\",\"issue_date\":\"2031-06-02\"," \
    "\"due_date\":\"2031-07-02\",\"type_code\":\"380\",\"currency_code\":\"EUR\"," \
    "\"vat_accounting_currency_code\":\"EUR\",\"tax_point_date\":\"2031-06-02\"," \
    "\"value_added_tax_point_date\":\"72\",\"buyer_reference\":\"a\",\"project_reference\":\"b\"," \
    "\"contract_reference\":\"c\",\"purchase_order_reference\":\"d\"," \
    "\"sales_order_reference\":\"e\",\"receiving_advice_reference\":\"f\"," \
    "\"despatch_advice_reference\":\"g\",\"tender_or_lot_reference\":\"h\"," \
    "\"invoice_object_identifier\":\"i\",\"buyer_accounting_reference\":\"j\"," \
    "\"payment_terms\":\"k\",\"notes\":[{\"subject_code\":\"PMT\",\"note\":\"l\"}]," \
    "\"preceding_invoices\":" REFERENCE ",\"seller\":" PARTY("S") ",\"buyer\":" PARTY("B")
#define PARTS \
    ",\"payee\":" PARTY("P") ",\"seller_tax_representative\":" PARTY("R")
#define REST \
    "," \
    "\"delivery\":{\"deliver_to_party_name\":\"D\",\"deliver_to_location_identifier\":" \
    ID("8", "0088") ",\"actual_delivery_date\":\"2031-06-01\",\"deliver_to_address\":" ADDRESS "}" \
    ",\"invoicing_period\":" PERIOD ",\"payment_instructions\":{\"means_type_code\":\"30\"," \
    "\"means_text\":\"t\",\"remittance_information\":\"r\",\"credit_transfers\":[" \
    "{\"account_identifier\":\"FR76\",\"account_name\":\"n\",\"service_provider_identifier\":\"TESTFRPP\"}]," \
    "\"card_primary_account_number\":\"4242\",\"card_holder_name\":\"h\"," \
    "\"mandate_reference_identifier\":\"m\",\"bank_assigned_creditor_identifier\":\"c\"," \
    "\"debited_account_identifier\":\"d\"}," \
    "\"document_level_allowances\":" REDUCTION ",\"document_level_charges\":" REDUCTION "," \
    "\"totals\":{\"sum_of_line_net_amounts\":\"78.90\",\"sum_of_allowances\":\"1.00\"," \
    "\"sum_of_charges\":\"1.00\",\"total_without_vat\":\"78.90\",\"total_vat\":\"15.78\"," \
    "\"total_vat_accounting_currency\":\"15.78\",\"total_with_vat\":\"94.68\"," \
    "\"paid_amount\":\"0\",\"rounding_amount\":\"0.00\",\"amount_due\":\"94.68\"}," \
    "\"vat_breakdown\":[{\"vat_category_code\":\"S\",\"vat_rate\":\"20\"," \
    "\"taxable_amount\":\"78.90\",\"tax_amount\":\"15.78\",\"exemption_reason\":\"x\"," \
    "\"exemption_reason_code\":\"y\"}],\"supporting_documents\":[{\"reference\":\"r\"," \
    "\"description\":\"RIB\",\"external_document_location\":\"https://a.example/\"," \
    "\"mime_code\":\"application/pdf\",\"file_name\":\"a.pdf\"}],\"lines\":[" LINE "]}"
/* clang-format on */

static struct str whole(struct ctx *cx)
{
    return str_format(cx->arena, "%s%s%s", TERMS, PARTS, REST);
}

/* Reads it by the table and shows it again, through what the core has. */
static struct str again(struct ctx *cx, struct str text, struct einvoice *invoice)
{
    const struct field_reading how = {ED_ALL, "body", false};
    struct json_parser *parser = json_parser_new(1 << 16);
    struct invoice_data data;
    struct json root;
    const char *why;
    char *spared = arena_alloc(cx->arena, text.len + JSON_SPARE);

    memcpy(spared, text.ptr, text.len);
    memset(spared + text.len, 0, JSON_SPARE);
    assert_int_equal(json_parse(parser, (struct str){spared, text.len}, &root, &why), OK);
    if (field_read(cx, &SEQINO_INVOICE_DATA, how, root, &data) != OK)
        fail_msg("%s %s", cx->faults[0].field, cx->faults[0].text);
    json_parser_free(parser);
    invoice_data_read(cx->arena, &data, invoice);
    return invoice_data_text(cx->arena, invoice);
}

CASE(the_tables_are_sound)
{
    table_check(&SEQINO_INVOICE_DATA);
}

CASE(every_member_is_read_and_shown)
{
    struct ctx *cx = unit_ctx();
    struct einvoice invoice;

    assert_str(again(cx, whole(cx), &invoice), whole(cx).ptr);
    assert_str(invoice.number, "F2031-000001");
    assert_str(invoice.objects.items[0].id, "i");
    assert_true(invoice.buyer.address.present);
    assert_true(invoice.period.present);
    assert_int_equal(invoice.allowance_count, 2);
    assert_false(invoice.allowances[0].charge);
    assert_true(invoice.allowances[1].charge);
    assert_int_equal(invoice.lines[0].allowance_count, 2);
    assert_str(invoice.lines[0].standard_id.scheme, "0160");
    unit_ctx_free(cx);
}

CASE(nothing_is_an_invoice_without_terms)
{
    struct ctx *cx = unit_ctx();
    struct einvoice invoice;

    assert_str(
        again(cx, STR("{\"buyer_reference\":\"\",\"due_date\":null,\"other\":[1]}"), &invoice),
        "{\"totals\":{}}");
    assert_false(invoice.seller.present);
    assert_false(einvoice_has_date(invoice.due));
    assert_int_equal(invoice.line_count, 0);
    unit_ctx_free(cx);
}

CASE(an_object_with_a_scheme_is_an_object)
{
    struct ctx *cx = unit_ctx();
    struct einvoice invoice;
    const char *text =
        "{\"invoice_object_identifier\":[" ID("1", "AFL") "," ID("2", "AVV") "],\"totals\":{}}";

    assert_str(again(cx, str_of(text), &invoice), text);
    assert_int_equal(invoice.objects.count, 2);
    unit_ctx_free(cx);
}

UNIT_MAIN(T(the_tables_are_sound), T(every_member_is_read_and_shown),
          T(nothing_is_an_invoice_without_terms), T(an_object_with_a_scheme_is_an_object))
