#include "base/must.h"
#include "core/invoice_facts.h"
#include "document/invoice_xml.h"
#include "wire/xml_write.h"

/* UBL 2.1 Invoice and CreditNote, in the order of their schemas. */

#define NAMESPACE "urn:oasis:names:specification:ubl:schema:xsd:"
#define COMPONENTS                                                                                 \
    {"xmlns:cac", STR_INIT(NAMESPACE "CommonAggregateComponents-2")},                              \
    {                                                                                              \
        "xmlns:cbc", STR_INIT(NAMESPACE "CommonBasicComponents-2")                                 \
    }

/* The words in which the two documents differ. */
struct words {
    const char *root;
    struct xml_namespace spaces[3];
    const char *type;
    const char *line;
    const char *quantity;
    bool has_due;     /* else the day stands with the means of payment */
    bool has_project; /* else the project is a document among others */
};

static const struct words INVOICE = {
    .root = "Invoice",
    .spaces = {{"xmlns", STR_INIT(NAMESPACE "Invoice-2")}, COMPONENTS},
    .type = "cbc:InvoiceTypeCode",
    .line = "cac:InvoiceLine",
    .quantity = "cbc:InvoicedQuantity",
    .has_due = true,
    .has_project = true,
};
static const struct words CREDIT_NOTE = {
    .root = "CreditNote",
    .spaces = {{"xmlns", STR_INIT(NAMESPACE "CreditNote-2")}, COMPONENTS},
    .type = "cbc:CreditNoteTypeCode",
    .line = "cac:CreditNoteLine",
    .quantity = "cbc:CreditedQuantity",
};

struct ubl {
    struct arena *arena;
    struct xml_writer *xml;
    const struct invoice_paper *paper;
    const struct words *words;
    struct str currency;
};

static void put_within(struct ubl *ubl, const char *outer, const char *inner, struct str text)
{
    xml_open(ubl->xml, outer);
    xml_text(ubl->xml, inner, text);
    xml_close(ubl->xml);
}

static void put_date(struct ubl *ubl, const char *name, struct date date)
{
    xml_text(ubl->xml, name, date_text(ubl->arena, date));
}

static void put_amount(struct ubl *ubl, const char *name, int64_t minor)
{
    xml_text_with(ubl->xml, name, "currencyID", ubl->currency,
                  fact_amount(ubl->arena, ubl->paper->currency, minor));
}

/* --- the document --------------------------------------------------------------------------------
 */

/* BT-21 has no element of its own: the code stands before the text, "#PMT#...". */
static void put_notes(struct ubl *ubl)
{
    size_t count;
    const struct invoice_note *notes = bg1_notes(ubl->arena, ubl->paper, &count);

    for (size_t i = 0; i < count; i++)
        xml_text(ubl->xml, "cbc:Note",
                 str_format(ubl->arena, "#%.*s#%.*s", (int)notes[i].code.len, notes[i].code.ptr,
                            (int)notes[i].text.len, notes[i].text.ptr));
}

/* BT-8 in UNTDID 2005. */
static struct str vat_day_code(enum vat_day day)
{
    switch (day) {
    case VAT_DAY_NONE:
        return STR_NONE;
    case VAT_DAY_ISSUE:
        return STR("3");
    case VAT_DAY_DELIVERY:
        return STR("35");
    case VAT_DAY_PAYMENT:
        return STR("432");
    }
    must_fail(__FILE__, __LINE__, "day is a member");
}

static void put_period(struct ubl *ubl)
{
    const struct invoice_paper *paper = ubl->paper;

    xml_open(ubl->xml, "cac:InvoicePeriod");
    if (paper->has_period && paper->period_from.year != 0)
        put_date(ubl, "cbc:StartDate", paper->period_from);
    if (paper->has_period && paper->period_to.year != 0)
        put_date(ubl, "cbc:EndDate", paper->period_to);
    xml_text(ubl->xml, "cbc:DescriptionCode", vat_day_code(fact_vat_day(paper)));
    xml_close(ubl->xml);
}

/* BT-14 stands beside BT-13, which the schema wants: "NA" says that there is none. */
static void put_orders(struct ubl *ubl)
{
    struct str order = ubl->paper->order_number;
    struct str sales_order = ubl->paper->references.sales_order;

    xml_open(ubl->xml, "cac:OrderReference");
    xml_text(ubl->xml, "cbc:ID", order.len == 0 && sales_order.len > 0 ? STR("NA") : order);
    xml_text(ubl->xml, "cbc:SalesOrderID", sales_order);
    xml_close(ubl->xml);
}

static void put_head(struct ubl *ubl)
{
    const struct invoice_paper *paper = ubl->paper;

    xml_text(ubl->xml, "cbc:CustomizationID", bt24_profile());
    xml_text(ubl->xml, "cbc:ProfileID", bt23_framework(paper));
    xml_text(ubl->xml, "cbc:ID", paper->number);
    put_date(ubl, "cbc:IssueDate", paper->issued);
    if (ubl->words->has_due && paper->has_due)
        put_date(ubl, "cbc:DueDate", paper->due);
    xml_text(ubl->xml, ubl->words->type, bt3_type(paper));
    put_notes(ubl);
    xml_text(ubl->xml, "cbc:DocumentCurrencyCode", ubl->currency);
    if (paper->has_vat_eur)
        xml_text(ubl->xml, "cbc:TaxCurrencyCode", STR("EUR"));
    xml_text(ubl->xml, "cbc:AccountingCost", paper->references.accounting);
    xml_text(ubl->xml, "cbc:BuyerReference", paper->references.buyer);
    put_period(ubl);
    put_orders(ubl);
}

static void put_preceding(struct ubl *ubl)
{
    if (!ubl->paper->has_preceding)
        return;
    xml_open(ubl->xml, "cac:BillingReference");
    xml_open(ubl->xml, "cac:InvoiceDocumentReference");
    xml_text(ubl->xml, "cbc:ID", ubl->paper->preceding_number);
    put_date(ubl, "cbc:IssueDate", ubl->paper->preceding_issued);
    xml_close(ubl->xml);
    xml_close(ubl->xml);
}

static void put_additional(struct ubl *ubl, struct str number, struct str type)
{
    if (number.len == 0)
        return;
    xml_open(ubl->xml, "cac:AdditionalDocumentReference");
    xml_text(ubl->xml, "cbc:ID", number);
    xml_text(ubl->xml, "cbc:DocumentTypeCode", type);
    xml_close(ubl->xml);
}

/* The two documents have them in orders of their own. */
static void put_references(struct ubl *ubl)
{
    const struct invoice_references *references = &ubl->paper->references;
    bool invoice = ubl->words->has_project;

    put_within(ubl, "cac:DespatchDocumentReference", "cbc:ID", references->despatch);
    put_within(ubl, "cac:ReceiptDocumentReference", "cbc:ID", references->receipt);
    if (invoice)
        put_within(ubl, "cac:OriginatorDocumentReference", "cbc:ID", references->tender);
    put_within(ubl, "cac:ContractDocumentReference", "cbc:ID", references->contract);
    put_additional(ubl, references->object, TYPE_OBJECT);
    if (invoice) {
        put_within(ubl, "cac:ProjectReference", "cbc:ID", references->project);
        return;
    }
    put_additional(ubl, references->project, TYPE_PROJECT);
    put_within(ubl, "cac:OriginatorDocumentReference", "cbc:ID", references->tender);
}

/* --- parties -------------------------------------------------------------------------------------
 */

static void put_address(struct ubl *ubl, const char *name, const struct invoice_address *address)
{
    xml_open(ubl->xml, name);
    xml_text(ubl->xml, "cbc:StreetName", address->lines[0]);
    xml_text(ubl->xml, "cbc:AdditionalStreetName", address->lines[1]);
    xml_text(ubl->xml, "cbc:CityName", address->city);
    xml_text(ubl->xml, "cbc:PostalZone", address->zip);
    put_within(ubl, "cac:AddressLine", "cbc:Line", address->lines[2]);
    put_within(ubl, "cac:Country", "cbc:IdentificationCode", address->country);
    xml_close(ubl->xml);
}

static void put_vat_scheme(struct ubl *ubl)
{
    put_within(ubl, "cac:TaxScheme", "cbc:ID", STR("VAT"));
}

static void put_vat_number(struct ubl *ubl, struct str number)
{
    if (number.len == 0 || !fact_has_vat_numbers(ubl->paper))
        return;
    xml_open(ubl->xml, "cac:PartyTaxScheme");
    xml_text(ubl->xml, "cbc:CompanyID", number);
    put_vat_scheme(ubl);
    xml_close(ubl->xml);
}

static void put_legal_entity(struct ubl *ubl, const struct invoice_party *party)
{
    xml_open(ubl->xml, "cac:PartyLegalEntity");
    xml_text(ubl->xml, "cbc:RegistrationName", party->name);
    xml_text_with(ubl->xml, "cbc:CompanyID", "schemeID", SCHEME_SIREN, party->siren);
    xml_text(ubl->xml, "cbc:CompanyLegalForm", party->legal);
    xml_close(ubl->xml);
}

static void put_party(struct ubl *ubl, const char *name, const struct invoice_party *party)
{
    xml_open(ubl->xml, name);
    xml_open(ubl->xml, "cac:Party");
    xml_text_with(ubl->xml, "cbc:EndpointID", "schemeID", party->network_scheme, party->network_id);
    xml_open(ubl->xml, "cac:PartyIdentification");
    xml_text_with(ubl->xml, "cbc:ID", "schemeID", SCHEME_SIRET, party->siret);
    xml_close(ubl->xml);
    put_address(ubl, "cac:PostalAddress", &party->address);
    put_vat_number(ubl, party->vat_number);
    put_legal_entity(ubl, party);
    xml_open(ubl->xml, "cac:Contact");
    xml_text(ubl->xml, "cbc:Name", party->contact);
    xml_text(ubl->xml, "cbc:Telephone", party->phone);
    xml_text(ubl->xml, "cbc:ElectronicMail", party->email);
    xml_close(ubl->xml);
    xml_close(ubl->xml);
    xml_close(ubl->xml);
}

static void put_delivery(struct ubl *ubl)
{
    const struct invoice_address *delivery = bg15_delivery(ubl->paper);

    xml_open(ubl->xml, "cac:Delivery");
    put_date(ubl, "cbc:ActualDeliveryDate", ubl->paper->supplied);
    if (delivery != NULL) {
        xml_open(ubl->xml, "cac:DeliveryLocation");
        put_address(ubl, "cac:Address", delivery);
        xml_close(ubl->xml);
    }
    xml_open(ubl->xml, "cac:DeliveryParty");
    put_within(ubl, "cac:PartyName", "cbc:Name", ubl->paper->delivery_name);
    xml_close(ubl->xml);
    xml_close(ubl->xml);
}

/* --- payment and totals --------------------------------------------------------------------------
 */

static void put_account(struct ubl *ubl)
{
    xml_open(ubl->xml, "cac:PayeeFinancialAccount");
    xml_text(ubl->xml, "cbc:ID", bt84_account(ubl->arena, ubl->paper));
    put_within(ubl, "cac:FinancialInstitutionBranch", "cbc:ID", ubl->paper->bic);
    xml_close(ubl->xml);
}

static void put_means(struct ubl *ubl)
{
    const struct invoice_paper *paper = ubl->paper;
    bool has_account = fact_has_account(paper);
    bool has_day = !ubl->words->has_due && paper->has_due;

    if (!has_account && !has_day)
        return;
    xml_open(ubl->xml, "cac:PaymentMeans");
    xml_text(ubl->xml, "cbc:PaymentMeansCode", has_account ? MEANS_TRANSFER : MEANS_UNDEFINED);
    if (has_day)
        put_date(ubl, "cbc:PaymentDueDate", paper->due);
    xml_text(ubl->xml, "cbc:PaymentID", paper->number);
    if (has_account)
        put_account(ubl);
    xml_close(ubl->xml);
}

static void put_category(struct ubl *ubl, const char *name, enum vat_category category,
                         int64_t rate_bp, const struct invoice_paper_rate *reason)
{
    xml_open(ubl->xml, name);
    xml_text(ubl->xml, "cbc:ID", str_of(vat_category_text(category)));
    if (fact_has_rate(category))
        xml_text(ubl->xml, "cbc:Percent", fact_rate(ubl->arena, rate_bp));
    if (reason != NULL) {
        xml_text(ubl->xml, "cbc:TaxExemptionReasonCode", reason->reason_code);
        xml_text(ubl->xml, "cbc:TaxExemptionReason", reason->reason);
    }
    put_vat_scheme(ubl);
    xml_close(ubl->xml);
}

static void put_taxes(struct ubl *ubl)
{
    const struct invoice_paper *paper = ubl->paper;

    xml_open(ubl->xml, "cac:TaxTotal");
    put_amount(ubl, "cbc:TaxAmount", paper->vat_minor);
    for (size_t i = 0; i < paper->rate_count; i++) {
        const struct invoice_paper_rate *rate = &paper->rates[i];
        xml_open(ubl->xml, "cac:TaxSubtotal");
        put_amount(ubl, "cbc:TaxableAmount", rate->base_minor);
        put_amount(ubl, "cbc:TaxAmount", rate->vat_minor);
        put_category(ubl, "cac:TaxCategory", rate->category, rate->rate_bp, rate);
        xml_close(ubl->xml);
    }
    xml_close(ubl->xml);
    if (!paper->has_vat_eur)
        return;
    xml_open(ubl->xml, "cac:TaxTotal");
    xml_text_with(ubl->xml, "cbc:TaxAmount", "currencyID", STR("EUR"),
                  fact_amount(ubl->arena, CURRENCY_EUR, paper->vat_eur_minor));
    xml_close(ubl->xml);
}

static void put_totals(struct ubl *ubl)
{
    const struct invoice_paper *paper = ubl->paper;

    xml_open(ubl->xml, "cac:LegalMonetaryTotal");
    put_amount(ubl, "cbc:LineExtensionAmount", paper->net_minor);
    put_amount(ubl, "cbc:TaxExclusiveAmount", paper->net_minor);
    put_amount(ubl, "cbc:TaxInclusiveAmount", paper->total_minor);
    if (paper->paid_minor != 0)
        put_amount(ubl, "cbc:PrepaidAmount", paper->paid_minor);
    put_amount(ubl, "cbc:PayableAmount", paper->due_minor);
    xml_close(ubl->xml);
}

static void put_line(struct ubl *ubl, const struct invoice_paper_line *line, size_t number)
{
    xml_open(ubl->xml, ubl->words->line);
    xml_int(ubl->xml, "cbc:ID", (int64_t)number);
    xml_text(ubl->xml, "cbc:Note", line->more.note);
    xml_text_with(ubl->xml, ubl->words->quantity, "unitCode", bt130_unit(line),
                  fact_e4(ubl->arena, line->quantity_e4));
    put_amount(ubl, "cbc:LineExtensionAmount", line->net_minor);
    put_within(ubl, "cac:OrderLineReference", "cbc:LineID", line->more.order_line);
    xml_open(ubl->xml, "cac:Item");
    xml_text(ubl->xml, "cbc:Description", line->more.description);
    xml_text(ubl->xml, "cbc:Name", line->designation);
    put_within(ubl, "cac:BuyersItemIdentification", "cbc:ID", line->more.buyer_id);
    put_within(ubl, "cac:SellersItemIdentification", "cbc:ID", line->more.seller_id);
    put_category(ubl, "cac:ClassifiedTaxCategory", line->category, line->rate_bp, NULL);
    xml_close(ubl->xml);
    xml_open(ubl->xml, "cac:Price");
    xml_text_with(ubl->xml, "cbc:PriceAmount", "currencyID", ubl->currency,
                  fact_e4(ubl->arena, line->price_e4));
    xml_close(ubl->xml);
    xml_close(ubl->xml);
}

void ubl_write(struct arena *arena, struct xml_writer *xml, const struct invoice_paper *paper)
{
    const struct words *words = paper->kind == INVOICE_CREDIT ? &CREDIT_NOTE : &INVOICE;
    struct ubl ubl = {arena, xml, paper, words, fact_currency(arena, paper->currency)};

    xml_open_root(xml, words->root, words->spaces, ARRAY_LEN(words->spaces));
    put_head(&ubl);
    put_preceding(&ubl);
    put_references(&ubl);
    put_party(&ubl, "cac:AccountingSupplierParty", &paper->seller);
    put_party(&ubl, "cac:AccountingCustomerParty", &paper->buyer);
    put_delivery(&ubl);
    put_means(&ubl);
    put_within(&ubl, "cac:PaymentTerms", "cbc:Note", bt20_terms(arena, paper));
    put_taxes(&ubl);
    put_totals(&ubl);
    for (size_t i = 0; i < paper->line_count; i++)
        put_line(&ubl, &paper->lines[i], i + 1);
    xml_close(xml);
}
