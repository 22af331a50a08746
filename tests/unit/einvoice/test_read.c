#include "einvoice/read.h"

#include <stdio.h>
#include <string.h>

#include "einvoice/check.h"
#include "support/einvoice.h"

/* tests/invoices/read/full.*.xml is one invoice with every element, in either syntax. */

static struct arena *arena;
static struct einvoice_file file;
static struct einvoice_report report;

static err_t pdf_none(struct arena *into, struct str pdf, struct str *xml)
{
    (void)into;
    (void)pdf;
    (void)xml;
    return ERR_INVALID;
}

static err_t read_with(struct str bytes, einvoice_pdf *pdf)
{
    if (arena != NULL)
        arena_free(arena);
    arena = arena_new(EINVOICE_ARENA_MAX);
    report = einvoice_report_new(arena);
    file = (struct einvoice_file){.bytes = str_dup(arena, bytes)};
    return einvoice_read(arena, pdf, &file, &report);
}

static struct str fixture(struct arena *into, const char *name)
{
    char path[512];
    char *bytes = arena_alloc(into, 64 * 1024);

    snprintf(path, sizeof path, "%s/tests/invoices/read/%s", GUICHET_SOURCE_DIR, name);
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    size_t len = fread(bytes, 1, 64 * 1024, in);
    fclose(in);
    return (struct str){bytes, len};
}

static void assert_day(struct date date, int year, int month, int day)
{
    assert_int_equal(date.year, year);
    assert_int_equal(date.month, month);
    assert_int_equal(date.day, day);
}

static void assert_number(struct decimal number, const char *text)
{
    assert_string_equal(decimal_text(arena, number).ptr, text);
}

/* --- the same in both syntaxes -------------------------------------------------------------------
 */

static void head_is_whole(const struct einvoice *i)
{
    assert_str(i->number, "FA-2026-000200");
    assert_day(i->issued, 2026, 11, 21);
    assert_str(i->type, "380");
    assert_str(i->currency, "USD");
    assert_str(i->vat_currency, "EUR");
    assert_str(i->vat_day_code, "72");
    assert_day(i->due, 2026, 12, 21);
    assert_str(i->buyer_reference, "REF-ACHETEUR");
    assert_str(i->project, "PROJET-1");
    assert_str(i->contract, "CT-1");
    assert_str(i->order, "CA-1");
    assert_str(i->sales_order, "CV-1");
    assert_str(i->receipt, "BR-1");
    assert_str(i->despatch, "BL-1");
    assert_str(i->tender, "AO-1");
    assert_str(i->accounting, "401");
    assert_str(i->terms, "30 jours");
    assert_str(i->framework, "M1");
    assert_str(i->profile, "urn:cen.eu:en16931:2017");
    assert_true(i->period.present);
    assert_day(i->period.from, 2026, 11, 1);
    assert_day(i->period.to, 2026, 11, 30);
}

static void lists_are_whole(const struct einvoice *i)
{
    assert_int_equal(i->note_count, 5);
    assert_str(i->notes[1].code, "PMD");
    assert_str(i->notes[1].text, "Trois fois le taux légal & plus");
    assert_int_equal(i->notes[4].code.len, 0);
    assert_str(i->notes[4].text, "Merci");
    assert_int_equal(i->preceding_count, 1);
    assert_str(i->preceding[0].number, "FA-2026-000100");
    assert_day(i->preceding[0].issued, 2026, 10, 1);
    assert_int_equal(i->attachment_count, 1);
    assert_str(i->attachments[0].reference, "ANNEXE-1");
    assert_str(i->attachments[0].description, "RIB");
    assert_str(i->attachments[0].uri, "https://example.com/rib");
    assert_str(i->attachments[0].mime, "text/csv");
    assert_str(i->attachments[0].file_name, "rib.csv");
    assert_int_equal(i->attachments[0].content.len, 0);
    assert_int_equal(i->objects.count, 1);
    assert_str(i->objects.items[0].id, "OBJ-1");
    assert_str(i->objects.items[0].scheme, "AVV");
}

static void seller_is_whole(const struct einvoice_party *seller)
{
    assert_true(seller->present);
    assert_str(seller->name, "Atelier Exemple SARL");
    assert_str(seller->trading_name, "L'Atelier");
    assert_int_equal(seller->ids.count, 2);
    assert_str(seller->ids.items[0].id, "V-INTERNE");
    assert_int_equal(seller->ids.items[0].scheme.len, 0);
    assert_str(seller->ids.items[1].id, "10000000900017");
    assert_str(seller->ids.items[1].scheme, "0009");
    assert_str(seller->legal_id.id, "100000009");
    assert_str(seller->legal_id.scheme, "0002");
    assert_str(seller->vat_number, "FR88100000009");
    assert_str(seller->tax_number, "123");
    assert_str(seller->legal, "SARL au capital de 10 000 EUR");
    assert_str(seller->endpoint.id, "100000009");
    assert_str(seller->endpoint.scheme, "0225");
    assert_true(seller->address.present);
    assert_str(seller->address.lines[0], "12 rue de la Démonstration");
    assert_str(seller->address.lines[1], "Bâtiment B");
    assert_str(seller->address.lines[2], "Escalier C");
    assert_str(seller->address.city, "Paris");
    assert_str(seller->address.zip, "75011");
    assert_str(seller->address.subdivision, "Île-de-France");
    assert_str(seller->address.country, "FR");
    assert_str(seller->contact.name, "Service ventes");
    assert_str(seller->contact.phone, "+33 1 00 00 00 00");
    assert_str(seller->contact.email, "ventes@example.com");
}

static void others_are_whole(const struct einvoice *i)
{
    assert_str(i->buyer.name, "Client Modèle SAS");
    assert_str(i->buyer.trading_name, "Le Client");
    assert_str(i->buyer.endpoint.id, "200000008_20000000800010");
    assert_str(i->payee.name, "Affactureur SA");
    assert_str(i->payee.ids.items[0].id, "AFF-1");
    assert_str(i->payee.legal_id.id, "300000007");
    assert_str(i->representative.name, "Représentant SA");
    assert_str(i->representative.vat_number, "FR23300000007");
    assert_str(i->representative.address.city, "Bordeaux");
    assert_true(i->delivery.present);
    assert_str(i->delivery.name, "Dépôt");
    assert_str(i->delivery.location.id, "4000001000005");
    assert_str(i->delivery.location.scheme, "0088");
    assert_day(i->delivery.day, 2026, 11, 20);
    assert_str(i->delivery.address.lines[0], "Quai 3");
}

static void payment_is_whole(const struct einvoice_payment *payment)
{
    assert_true(payment->present);
    assert_str(payment->means, "59");
    assert_str(payment->means_text, "Prélèvement");
    assert_str(payment->remittance, "FA-2026-000200");
    assert_int_equal(payment->account_count, 1);
    assert_str(payment->accounts[0].id, "FR7630004000031234567890143");
    assert_str(payment->accounts[0].name, "Compte principal");
    assert_str(payment->accounts[0].bic, "TESTFRPP");
    assert_str(payment->card, "******7890");
    assert_str(payment->card_holder, "M. Exemple");
    assert_str(payment->mandate, "RUM-1");
    assert_str(payment->creditor, "FR72ZZZ123456");
    assert_str(payment->debited, "FR7630006000011234567890189");
}

static void sums_are_whole(const struct einvoice *i)
{
    assert_number(i->totals.lines, "96.00");
    assert_number(i->totals.allowances, "10.00");
    assert_number(i->totals.charges, "5.00");
    assert_number(i->totals.without_vat, "91.00");
    assert_number(i->totals.vat, "18.20");
    assert_number(i->totals.vat_accounting, "16.38");
    assert_number(i->totals.with_vat, "109.20");
    assert_number(i->totals.paid, "9.00");
    assert_number(i->totals.rounding, "-0.20");
    assert_number(i->totals.due, "100.00");
    assert_int_equal(i->group_count, 1);
    assert_number(i->groups[0].base, "91.00");
    assert_number(i->groups[0].tax, "18.20");
    assert_str(i->groups[0].vat.category, "S");
    assert_number(i->groups[0].vat.rate, "20.00");
    assert_int_equal(i->allowance_count, 2);
    assert_false(i->allowances[0].charge);
    assert_number(i->allowances[0].amount, "10.00");
    assert_number(i->allowances[0].base, "100.00");
    assert_number(i->allowances[0].percent, "10");
    assert_str(i->allowances[0].reason, "Remise");
    assert_str(i->allowances[0].reason_code, "95");
    assert_str(i->allowances[0].vat.category, "S");
    assert_true(i->allowances[1].charge);
}

static void line_is_whole(const struct einvoice_line *line)
{
    assert_str(line->id, "1");
    assert_str(line->note, "Note de ligne");
    assert_str(line->objects.items[0].id, "OBJ-L");
    assert_str(line->objects.items[0].scheme, "AFL");
    assert_number(line->quantity, "100.0000");
    assert_str(line->unit, "C62");
    assert_number(line->net, "96.00");
    assert_str(line->order_line, "7");
    assert_str(line->accounting, "6064");
    assert_day(line->period.to, 2026, 11, 15);
    assert_int_equal(line->allowance_count, 2);
    assert_number(line->allowances[0].amount, "5.00");
    assert_true(line->allowances[1].charge);
    assert_number(line->price, "10.00");
    assert_number(line->price_discount, "2.50");
    assert_number(line->gross_price, "12.50");
    assert_number(line->base_quantity, "10");
    assert_str(line->base_unit, "C62");
    assert_str(line->vat.category, "S");
}

static void item_is_whole(const struct einvoice_line *line)
{
    assert_str(line->name, "Stylo");
    assert_str(line->description, "Stylo bleu");
    assert_str(line->seller_id, "V-1");
    assert_str(line->buyer_id, "A-1");
    assert_str(line->standard_id.id, "4006381333931");
    assert_str(line->standard_id.scheme, "0160");
    assert_str(line->classes.items[0].id, "44121704");
    assert_str(line->classes.items[0].scheme, "STI");
    assert_str(line->origin, "DE");
    assert_int_equal(line->attribute_count, 1);
    assert_str(line->attributes[0].name, "Couleur");
    assert_str(line->attributes[0].value, "bleu");
}

static void all_is_whole(const char *name, enum einvoice_format format)
{
    struct arena *own = arena_new(1 << 20);

    assert_ok(read_with(fixture(own, name), pdf_none));
    assert_int_equal(file.format, format);
    head_is_whole(&file.invoice);
    lists_are_whole(&file.invoice);
    seller_is_whole(&file.invoice.seller);
    others_are_whole(&file.invoice);
    payment_is_whole(&file.invoice.payment);
    sums_are_whole(&file.invoice);
    assert_int_equal(file.invoice.line_count, 1);
    line_is_whole(&file.invoice.lines[0]);
    item_is_whole(&file.invoice.lines[0]);
    einvoice_check(arena, &file.invoice, &report);
    assert_int_equal(report.count, 0);
    arena_free(own);
}

CASE(every_element_of_cii_is_read)
{
    all_is_whole("full.cii.xml", EINVOICE_CII);
}

CASE(every_element_of_ubl_is_read)
{
    all_is_whole("full.ubl.xml", EINVOICE_UBL);
}

/* --- what is refused -----------------------------------------------------------------------------
 */

#define CII(inner)                                                                                 \
    STR("<r:CrossIndustryInvoice"                                                                  \
        " xmlns:r=\"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100\""                \
        " xmlns:a=\"urn:un:unece:uncefact:data:standard:"                                          \
        "ReusableAggregateBusinessInformationEntity:100\""                                         \
        " xmlns:u=\"urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100\">" inner          \
        "</r:CrossIndustryInvoice>")
#define DOCUMENT(inner) CII("<r:ExchangedDocument>" inner "</r:ExchangedDocument>")
#define SPACE "urn:oasis:names:specification:ubl:schema:xsd:"
#define UBL(root, inner)                                                                           \
    STR("<" root " xmlns=\"" SPACE root "-2\" xmlns:a=\"" SPACE "CommonAggregateComponents-2\""    \
        " xmlns:b=\"" SPACE "CommonBasicComponents-2\">" inner "</" root ">")

static void assert_refused(struct str bytes, const char *rule, const char *text)
{
    assert_int_equal(read_with(bytes, pdf_none), ERR_INVALID);
    assert_int_equal(report.count, 1);
    assert_string_equal(report.failures[0].rule, rule);
    assert_string_equal(report.failures[0].text, text);
}

CASE(an_order_that_there_is_none_of)
{
    struct arena *into = arena_new(EINVOICE_ARENA_MAX);
    struct str text = fixture(into, "full.ubl.xml");
    char *order = memmem(text.ptr, text.len, ">CA-1<", 6);

    assert_non_null(order);
    memcpy(order + 1, "NA", 2);
    memmove(order + 3, order + 5, (size_t)(text.ptr + text.len - order) - 5);
    text.len -= 2;
    assert_ok(read_with(text, pdf_none));
    assert_int_equal(file.invoice.order.len, 0);
    assert_str(file.invoice.sales_order, "CV-1");
    arena_free(into);
}

CASE(what_is_neither_pdf_nor_xml)
{
    assert_refused(STR(""), "FORMAT", "the file is neither a PDF nor XML in UTF-8 or ISO-8859");
    assert_refused(STR("PK\x03\x04"), "FORMAT",
                   "the file is neither a PDF nor XML in UTF-8 or ISO-8859");
    assert_refused(STR(" %PDF-1.7"), "FORMAT",
                   "the file is neither a PDF nor XML in UTF-8 or ISO-8859");
}

CASE(xml_of_something_else)
{
    static const char TEXT[] =
        "the XML is neither a Cross Industry Invoice nor a UBL Invoice or CreditNote";

    assert_refused(STR("<html/>"), "FORMAT", TEXT);
    assert_refused(STR("<CrossIndustryInvoice/>"), "FORMAT", TEXT);
    assert_refused(STR("<CreditNote xmlns=\"" SPACE "Invoice-2\"/>"), "FORMAT", TEXT);
    assert_refused(STR("\xEF\xBB\xBF\r\n<a><b>x</b></a>"), "FORMAT", TEXT);
}

CASE(hostile_xml)
{
    assert_refused(STR("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>"), "XML",
                   "the file holds a document type declaration");
    assert_int_equal(read_with(STR("<a"), pdf_none), ERR_INVALID);
    assert_string_equal(report.failures[0].rule, "XML");
}

CASE(elements_that_do_not_belong)
{
    assert_refused(CII("<a:Bogus/>"), "XSD", "the element Bogus does not belong there");
    assert_refused(CII("<a:Bogus><a:ID>1</a:ID><b/></a:Bogus>"), "XSD",
                   "the element Bogus does not belong there");
    assert_refused(DOCUMENT("<ID>1</ID>"), "XSD", "the element ID does not belong there");
    assert_refused(DOCUMENT("<r:ID>1</r:ID>"), "XSD", "the element ID does not belong there");
    assert_refused(DOCUMENT("<a:ID><a:ID>1</a:ID></a:ID>"), "XSD",
                   "the element ID does not belong there");
    assert_refused(UBL("Invoice", "<b:CreditNoteTypeCode>381</b:CreditNoteTypeCode>"), "XSD",
                   "the element CreditNoteTypeCode does not belong there");
    assert_refused(UBL("CreditNote", "<b:DueDate>2026-11-29</b:DueDate>"), "XSD",
                   "the element DueDate does not belong there");
}

CASE(elements_that_come_twice)
{
    assert_refused(DOCUMENT("<a:ID>1</a:ID><a:ID>2</a:ID>"), "XSD",
                   "the element ram:ID stands there twice");
    assert_ok(read_with(DOCUMENT("<a:IncludedNote/><a:IncludedNote/>"), pdf_none));
    assert_int_equal(file.invoice.note_count, 2);
}

CASE(texts_that_are_no_values)
{
#define DAY(format, day)                                                                           \
    DOCUMENT("<a:IssueDateTime><u:DateTimeString format=\"" format "\">" day                       \
             "</u:DateTimeString></a:IssueDateTime>")
    static const char NO_DAY[] = "the element udt:DateTimeString is not a day";

    assert_ok(read_with(DAY("102", " 20240229 "), pdf_none));
    assert_refused(DAY("102", "20230229"), "XSD", NO_DAY);
    assert_refused(DAY("102", "2024022"), "XSD", NO_DAY);
    assert_refused(DAY("203", "20240229"), "XSD", NO_DAY);
    assert_ok(read_with(UBL("Invoice", "<b:IssueDate>2024-02-29+01:00</b:IssueDate>"), pdf_none));
    assert_refused(UBL("Invoice", "<b:IssueDate>2024-2-29</b:IssueDate>"), "XSD",
                   "the element cbc:IssueDate is not a day");
    assert_refused(UBL("Invoice", "<b:IssueDate>2024-02-29T00</b:IssueDate>"), "XSD",
                   "the element cbc:IssueDate is not a day");
    assert_refused(DOCUMENT("text"), "XSD", "the element rsm:ExchangedDocument holds a text");
}

#define AMOUNT(currency, text)                                                                     \
    UBL("Invoice", "<b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode><a:LegalMonetaryTotal>"    \
                   "<b:PayableAmount currencyID=\"" currency "\">" text                            \
                   "</b:PayableAmount></a:LegalMonetaryTotal>")

CASE(amounts_are_numbers_in_the_currency_of_the_invoice)
{
    assert_ok(read_with(AMOUNT("EUR", "92233720368547758.07"), pdf_none));
    assert_refused(AMOUNT("EUR", "92233720368547758.08"), "XSD",
                   "the element cbc:PayableAmount has more digits than are read exactly");
    assert_refused(AMOUNT("EUR", "1,5"), "XSD", "the element cbc:PayableAmount is not a number");
    assert_refused(AMOUNT("USD", "1.5"), "CURRENCY",
                   "the element cbc:PayableAmount is not in the invoice's currency");
    assert_refused(AMOUNT("", "1.5"), "CURRENCY",
                   "the element cbc:PayableAmount is not in the invoice's currency");
}

CASE(flags_are_true_or_false)
{
#define CHARGE(text)                                                                               \
    UBL("Invoice",                                                                                 \
        "<a:AllowanceCharge><b:ChargeIndicator>" text "</b:ChargeIndicator></a:AllowanceCharge>")
    assert_ok(read_with(CHARGE("true"), pdf_none));
    assert_true(file.invoice.allowances[0].charge);
    assert_ok(read_with(CHARGE("0"), pdf_none));
    assert_false(file.invoice.allowances[0].charge);
    assert_refused(CHARGE("yes"), "XSD",
                   "the element cbc:ChargeIndicator is neither true nor false");
}

CASE(a_tax_is_vat)
{
#define LINE_TAX(inner)                                                                            \
    CII("<r:SupplyChainTradeTransaction><a:IncludedSupplyChainTradeLineItem>"                      \
        "<a:SpecifiedLineTradeSettlement><a:ApplicableTradeTax>" inner "</a:ApplicableTradeTax>"   \
        "</a:SpecifiedLineTradeSettlement></a:IncludedSupplyChainTradeLineItem>"                   \
        "</r:SupplyChainTradeTransaction>")
#define SETTLEMENT(inner)                                                                          \
    CII("<r:SupplyChainTradeTransaction><a:ApplicableHeaderTradeSettlement>" inner                 \
        "</a:ApplicableHeaderTradeSettlement></r:SupplyChainTradeTransaction>")
#define TAX "<a:ApplicableTradeTax><a:TypeCode>VAT</a:TypeCode>"
#define UBL_TAX(scheme)                                                                            \
    UBL("Invoice",                                                                                 \
        "<a:TaxTotal><a:TaxSubtotal><a:TaxCategory>" scheme "</a:TaxCategory></a:TaxSubtotal>"     \
        "</a:TaxTotal>")
    assert_ok(read_with(LINE_TAX("<a:TypeCode> VAT </a:TypeCode>"), pdf_none));
    assert_refused(LINE_TAX("<a:TypeCode>EXC</a:TypeCode>"), "XSD",
                   "the element ram:TypeCode is not VAT");
    assert_refused(LINE_TAX("<a:CategoryCode>S</a:CategoryCode>"), "XSD",
                   "the element ram:TypeCode is missing");
    assert_refused(SETTLEMENT("<a:ApplicableTradeTax/>"), "XSD",
                   "the element ram:TypeCode is missing");
    assert_refused(SETTLEMENT("<a:ApplicableTradeTax><a:TypeCode/></a:ApplicableTradeTax>"), "XSD",
                   "the element ram:TypeCode is not VAT");
    assert_ok(read_with(UBL_TAX("<a:TaxScheme><b:ID>vat</b:ID></a:TaxScheme>"), pdf_none));
    assert_refused(UBL_TAX("<a:TaxScheme><b:ID>GST</b:ID></a:TaxScheme>"), "XSD",
                   "the element cbc:ID is not VAT");
    assert_refused(UBL_TAX("<a:TaxScheme/>"), "XSD", "the element cbc:ID is missing");
    assert_refused(UBL_TAX("<b:ID>S</b:ID>"), "XSD", "the element cac:TaxScheme is missing");
}

CASE(whether_it_is_a_charge_is_said)
{
    assert_refused(SETTLEMENT("<a:SpecifiedTradeAllowanceCharge><a:ChargeIndicator/>"
                              "</a:SpecifiedTradeAllowanceCharge>"),
                   "XSD", "the element udt:Indicator is missing");
    assert_refused(SETTLEMENT("<a:SpecifiedTradeAllowanceCharge/>"), "XSD",
                   "the element ram:ChargeIndicator is missing");
    assert_refused(UBL("Invoice", "<a:AllowanceCharge/>"), "XSD",
                   "the element cbc:ChargeIndicator is missing");
}

CASE(a_document_of_a_line_is_what_is_invoiced)
{
#define LINE_DOCUMENT(type)                                                                        \
    UBL("Invoice", "<a:InvoiceLine><a:DocumentReference><b:ID>X</b:ID><b:DocumentTypeCode>" type   \
                   "</b:DocumentTypeCode></a:DocumentReference></a:InvoiceLine>")
    assert_ok(read_with(LINE_DOCUMENT("130"), pdf_none));
    assert_refused(LINE_DOCUMENT("916"), "XSD",
                   "a document of a line is not of type 130, what is invoiced");
    assert_string_equal(report.failures[0].term, "BT-128");
}

CASE(groups_agree_on_when_vat_falls_due)
{
#define DUE(one, other)                                                                            \
    SETTLEMENT(TAX "<a:DueDateTypeCode>" one "</a:DueDateTypeCode></a:ApplicableTradeTax>" TAX     \
                   "<a:DueDateTypeCode>" other "</a:DueDateTypeCode></a:ApplicableTradeTax>")
#define POINT(day)                                                                                 \
    TAX "<a:TaxPointDate><u:DateString format=\"102\">" day                                        \
        "</u:DateString></a:TaxPointDate></a:ApplicableTradeTax>"
    assert_ok(read_with(DUE("72", "72"), pdf_none));
    assert_str(file.invoice.vat_day_code, "72");
    assert_refused(DUE("72", "5"), "XSD", "is not the same in each group of VAT");
    assert_string_equal(report.failures[0].term, "BT-8");
    assert_ok(read_with(SETTLEMENT(POINT("20261101") POINT("20261101")), pdf_none));
    assert_refused(SETTLEMENT(POINT("20261101") POINT("20261102")), "XSD",
                   "is not the same in each group of VAT");
    assert_string_equal(report.failures[0].term, "BT-7");
}

CASE(what_is_one_of_several_is_said_once)
{
#define NUMBER(number)                                                                             \
    "<a:PartyTaxScheme><b:CompanyID>" number                                                       \
    "</b:CompanyID><a:TaxScheme><b:ID>VAT</b:ID></a:TaxScheme></a:PartyTaxScheme>"
#define SELLER(inner)                                                                              \
    UBL("Invoice",                                                                                 \
        "<a:AccountingSupplierParty><a:Party>" inner "</a:Party></a:AccountingSupplierParty>")
    assert_ok(read_with(SELLER(NUMBER("FR88100000009")), pdf_none));
    assert_refused(SELLER(NUMBER("FR88100000009") NUMBER("DE123456789")), "XSD", "is said twice");
    assert_string_equal(report.failures[0].term, "BT-31");
}

/* --- limits --------------------------------------------------------------------------------------
 */

CASE(texts_of_eight_mebibytes_and_one_byte_more)
{
    enum { PIECE = 64 * 1024, PIECES = EINVOICE_TEXT_MAX / PIECE };
    struct arena *into = arena_new(EINVOICE_ARENA_MAX);
    char *piece = arena_alloc(into, PIECE);
    memset(piece, '"', PIECE);

    for (size_t more = 0; more < 2; more++) {
        struct buf out = buf_make(into, 64 << 20);
        buf_put_cstr(&out,
                     "<Invoice xmlns=\"" SPACE "Invoice-2\" xmlns:a=\"" SPACE
                     "CommonAggregateComponents-2\" xmlns:b=\"" SPACE "CommonBasicComponents-2\">");
        for (size_t i = 0; i < PIECES; i++) {
            buf_put_cstr(&out, "<a:InvoiceLine><b:Note>");
            buf_put(&out, (struct str){piece, PIECE});
            buf_put_cstr(&out, "</b:Note></a:InvoiceLine>");
        }
        buf_put_cstr(&out, more == 0 ? "</Invoice>" : "<b:ID>1</b:ID></Invoice>");
        if (more == 0)
            assert_ok(read_with(buf_str(&out), pdf_none));
        else
            assert_refused(buf_str(&out), "LIMIT", "the file holds more than 8 MiB of text");
    }
    arena_free(into);
}

/* A document with so many of an element. */
static struct str many(struct arena *into, size_t count, const char *begin, const char *each,
                       const char *end)
{
    struct buf out = buf_make(into, 64 << 20);

    buf_put_cstr(&out, begin);
    for (size_t i = 0; i < count; i++)
        buf_put_cstr(&out, each);
    buf_put_cstr(&out, end);
    return buf_str(&out);
}

#define UBL_BEGIN                                                                                  \
    "<Invoice xmlns=\"" SPACE "Invoice-2\" xmlns:a=\"" SPACE "CommonAggregateComponents-2\""       \
    " xmlns:b=\"" SPACE "CommonBasicComponents-2\">"

CASE(a_thousand_lines_and_no_more)
{
    struct arena *own = arena_new(256 << 20);

    assert_ok(read_with(many(own, EINVOICE_LINES_MAX, UBL_BEGIN, "<a:InvoiceLine/>", "</Invoice>"),
                        pdf_none));
    assert_int_equal(file.invoice.line_count, EINVOICE_LINES_MAX);
    assert_refused(many(own, EINVOICE_LINES_MAX + 1, UBL_BEGIN, "<a:InvoiceLine/>", "</Invoice>"),
                   "LIMIT", "the file has a list of more than 1000");
    arena_free(own);
}

CASE(sixty_four_notes_and_no_more)
{
    struct arena *own = arena_new(256 << 20);

    assert_ok(read_with(
        many(own, EINVOICE_ITEMS_MAX, UBL_BEGIN, "<b:Note>x</b:Note>", "</Invoice>"), pdf_none));
    assert_refused(many(own, EINVOICE_ITEMS_MAX + 1, UBL_BEGIN, "<b:Note/>", "</Invoice>"), "LIMIT",
                   "the file has a list of more than 64");
    arena_free(own);
}

/* The root is one of them. */
CASE(a_hundred_thousand_elements_and_no_more)
{
    struct arena *own = arena_new(256 << 20);

    assert_ok(read_with(many(own, 99999, UBL_BEGIN, "<a:TaxTotal/>", "</Invoice>"), pdf_none));
    assert_refused(many(own, 100000, UBL_BEGIN, "<a:TaxTotal/>", "</Invoice>"), "LIMIT",
                   "the file has more than 100000 elements");
    arena_free(own);
}

CASE(after_a_hundred_failures_the_rest_is_not_read)
{
    struct arena *own = arena_new(256 << 20);

    assert_int_equal(read_with(many(own, 5000, UBL_BEGIN, "<b:Bogus/>", "</Invoice>"), pdf_none),
                     ERR_INVALID);
    assert_int_equal(report.count, EINVOICE_FAILURES_MAX);
    assert_int_equal(report.more, 1);
    arena_free(own);
}

static struct str attached_with(struct arena *own, const char *base64)
{
    struct einvoice_report told = einvoice_report_new(own);
    struct einvoice_file given = {.attached = true};

    given.bytes = str_format(own,
                             UBL_BEGIN "<a:AdditionalDocumentReference><b:ID>1</b:ID><a:Attachment>"
                                       "<b:EmbeddedDocumentBinaryObject mimeCode=\"text/csv\">%s"
                                       "</b:EmbeddedDocumentBinaryObject></a:Attachment>"
                                       "</a:AdditionalDocumentReference></Invoice>",
                             base64);
    assert_ok(einvoice_read(own, pdf_none, &given, &told));
    assert_int_equal(given.invoice.attachment_count, 1);
    return given.invoice.attachments[0].content;
}

CASE(what_is_attached_is_read_when_it_is_asked_for)
{
    struct arena *own = arena_new(64 << 20);

    assert_str(attached_with(own, "YTtiCg=="), "a;b\n");
    assert_str(attached_with(own, "\n  YTti\r\n\tCg==\n"), "a;b\n");
    assert_int_equal(attached_with(own, "YTtiCg").len, 0);
    assert_int_equal(attached_with(own, "<!-- -->").len, 0);
    assert_int_equal(attached_with(own, "").len, 0);
    arena_free(own);
}

CASE(what_is_attached_and_very_long_is_not_read)
{
    struct arena *own = arena_new(128 << 20);
    size_t len = EINVOICE_ATTACHED_MAX + 4;
    char *base64 = arena_alloc(own, len + 1);

    memset(base64, 'A', len);
    assert_int_equal(attached_with(own, base64).len, 0);
    base64[len - 4] = '\0';
    assert_int_equal(attached_with(own, base64).len, EINVOICE_ATTACHED_MAX / 4 * 3);
    arena_free(own);
}

CASE(what_is_attached_may_be_long)
{
    struct arena *own = arena_new(256 << 20);
    const char *begin = UBL_BEGIN "<a:AdditionalDocumentReference><b:ID>1</b:ID><a:Attachment>"
                                  "<b:EmbeddedDocumentBinaryObject mimeCode=\"text/csv\">";
    const char *end = "</b:EmbeddedDocumentBinaryObject></a:Attachment>"
                      "</a:AdditionalDocumentReference></Invoice>";

    assert_ok(read_with(many(own, 12 << 20, begin, "A", end), pdf_none));
    assert_int_equal(file.invoice.attachment_count, 1);
    assert_int_equal(
        read_with(many(own, 70000, UBL_BEGIN "<b:ID>", "A", "</b:ID></Invoice>"), pdf_none),
        ERR_INVALID);
    assert_string_equal(report.failures[0].text, "the file has an element with too long a text");
    arena_free(own);
}

CASE(twenty_mebibytes_and_no_more)
{
#define WITH_ID UBL_BEGIN "<b:ID>1</b:ID>"
    struct arena *own = arena_new(256 << 20);
    size_t blanks = EINVOICE_BYTES_MAX - (sizeof(WITH_ID "</Invoice>") - 1);

    assert_ok(read_with(many(own, blanks, WITH_ID, " ", "</Invoice>"), pdf_none));
    assert_int_equal(file.bytes.len, EINVOICE_BYTES_MAX);
    assert_refused(many(own, blanks + 1, WITH_ID, " ", "</Invoice>"), "LIMIT",
                   "the file is longer than 20 MiB");
    arena_free(own);
}

/* --- PDF -----------------------------------------------------------------------------------------
 */

static err_t pdf_cii(struct arena *into, struct str pdf, struct str *xml)
{
    assert_str(pdf, "%PDF-1.7 x");
    *xml = fixture(into, "full.cii.xml");
    return OK;
}

static err_t pdf_ubl(struct arena *into, struct str pdf, struct str *xml)
{
    (void)pdf;
    *xml = fixture(into, "full.ubl.xml");
    return OK;
}

static err_t pdf_unavailable(struct arena *into, struct str pdf, struct str *xml)
{
    (void)into;
    (void)pdf;
    (void)xml;
    return ERR_UNAVAILABLE;
}

CASE(a_pdf_carries_cii)
{
    assert_ok(read_with(STR("%PDF-1.7 x"), pdf_cii));
    assert_int_equal(file.format, EINVOICE_FACTURX);
    assert_str(file.invoice.number, "FA-2026-000200");
    assert_true(str_starts(file.xml, STR("<?xml")));
    assert_int_equal(read_with(STR("%PDF-1.7 x"), pdf_ubl), ERR_INVALID);
    assert_string_equal(report.failures[0].rule, "FORMAT");
    assert_refused(STR("%PDF-1.7 x"), "PDF",
                   "the PDF cannot be read, or has no invoice factur-x.xml, or has two");
    assert_int_equal(read_with(STR("%PDF-1.7 x"), pdf_unavailable), ERR_UNAVAILABLE);
    assert_int_equal(report.count, 0);
}

UNIT_MAIN(T(every_element_of_cii_is_read), T(every_element_of_ubl_is_read),
          T(an_order_that_there_is_none_of), T(what_is_neither_pdf_nor_xml),
          T(xml_of_something_else), T(hostile_xml), T(elements_that_do_not_belong),
          T(elements_that_come_twice), T(texts_that_are_no_values),
          T(amounts_are_numbers_in_the_currency_of_the_invoice), T(flags_are_true_or_false),
          T(texts_of_eight_mebibytes_and_one_byte_more), T(whether_it_is_a_charge_is_said),
          T(a_document_of_a_line_is_what_is_invoiced), T(a_tax_is_vat),
          T(groups_agree_on_when_vat_falls_due), T(what_is_one_of_several_is_said_once),
          T(a_thousand_lines_and_no_more), T(sixty_four_notes_and_no_more),
          T(a_hundred_thousand_elements_and_no_more),
          T(after_a_hundred_failures_the_rest_is_not_read), T(what_is_attached_may_be_long),
          T(what_is_attached_is_read_when_it_is_asked_for),
          T(what_is_attached_and_very_long_is_not_read), T(twenty_mebibytes_and_no_more),
          T(a_pdf_carries_cii))
