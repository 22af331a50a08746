#include "base/must.h"
#include "core/invoice_facts.h"
#include "document/invoice_xml.h"
#include "wire/xml_write.h"

/* UN/CEFACT Cross Industry Invoice D22B, in the order of its schema. */

#define NAMESPACE "urn:un:unece:uncefact:data:standard:"

static const struct xml_namespace ROOT[] = {
    {"xmlns:rsm", STR_INIT(NAMESPACE "CrossIndustryInvoice:100")                      },
    {"xmlns:ram", STR_INIT(NAMESPACE "ReusableAggregateBusinessInformationEntity:100")},
    {"xmlns:udt", STR_INIT(NAMESPACE "UnqualifiedDataType:100")                       },
    {"xmlns:qdt", STR_INIT(NAMESPACE "QualifiedDataType:100")                         },
};

struct cii {
    struct arena *arena;
    struct xml_writer *xml;
    const struct invoice_paper *paper;
};

/* An element that holds nothing but another one with a text. */
static void put_within(struct cii *cii, const char *outer, const char *inner, struct str text)
{
    xml_open(cii->xml, outer);
    xml_text(cii->xml, inner, text);
    xml_close(cii->xml);
}

static void put_date(struct cii *cii, const char *outer, const char *inner, struct date date)
{
    xml_open(cii->xml, outer);
    xml_text_with(cii->xml, inner, "format", STR("102"),
                  str_format(cii->arena, "%04d%02d%02d", date.year, date.month, date.day));
    xml_close(cii->xml);
}

static void put_amount(struct cii *cii, const char *name, int64_t minor)
{
    xml_text(cii->xml, name, fact_amount(cii->arena, cii->paper->currency, minor));
}

/* --- the document --------------------------------------------------------------------------------
 */

static void put_context(struct cii *cii)
{
    xml_open(cii->xml, "rsm:ExchangedDocumentContext");
    put_within(cii, "ram:BusinessProcessSpecifiedDocumentContextParameter", "ram:ID",
               bt23_framework(cii->paper));
    put_within(cii, "ram:GuidelineSpecifiedDocumentContextParameter", "ram:ID", bt24_profile());
    xml_close(cii->xml);
}

static void put_document(struct cii *cii)
{
    size_t count;
    const struct invoice_note *notes = bg1_notes(cii->arena, cii->paper, &count);

    xml_open(cii->xml, "rsm:ExchangedDocument");
    xml_text(cii->xml, "ram:ID", cii->paper->number);
    xml_text(cii->xml, "ram:TypeCode", bt3_type(cii->paper));
    put_date(cii, "ram:IssueDateTime", "udt:DateTimeString", cii->paper->issued);
    for (size_t i = 0; i < count; i++) {
        xml_open(cii->xml, "ram:IncludedNote");
        xml_text(cii->xml, "ram:Content", notes[i].text);
        xml_text(cii->xml, "ram:SubjectCode", notes[i].code);
        xml_close(cii->xml);
    }
    xml_close(cii->xml);
}

/* --- lines ---------------------------------------------------------------------------------------
 */

static void put_category(struct cii *cii, enum vat_category category)
{
    xml_text(cii->xml, "ram:CategoryCode", str_of(vat_category_text(category)));
}

static void put_rate(struct cii *cii, enum vat_category category, int64_t rate_bp)
{
    if (fact_has_rate(category))
        xml_text(cii->xml, "ram:RateApplicablePercent", fact_rate(cii->arena, rate_bp));
}

static void put_line_settlement(struct cii *cii, const struct invoice_paper_line *line)
{
    xml_open(cii->xml, "ram:SpecifiedLineTradeSettlement");
    xml_open(cii->xml, "ram:ApplicableTradeTax");
    xml_text(cii->xml, "ram:TypeCode", STR("VAT"));
    put_category(cii, line->category);
    put_rate(cii, line->category, line->rate_bp);
    xml_close(cii->xml);
    xml_open(cii->xml, "ram:SpecifiedTradeSettlementLineMonetarySummation");
    put_amount(cii, "ram:LineTotalAmount", line->net_minor);
    xml_close(cii->xml);
    xml_close(cii->xml);
}

static void put_product(struct cii *cii, const struct invoice_paper_line *line)
{
    xml_open(cii->xml, "ram:SpecifiedTradeProduct");
    xml_text(cii->xml, "ram:SellerAssignedID", line->more.seller_id);
    xml_text(cii->xml, "ram:BuyerAssignedID", line->more.buyer_id);
    xml_text(cii->xml, "ram:Name", line->designation);
    xml_text(cii->xml, "ram:Description", line->more.description);
    xml_close(cii->xml);
}

static void put_line(struct cii *cii, const struct invoice_paper_line *line, size_t number)
{
    xml_open(cii->xml, "ram:IncludedSupplyChainTradeLineItem");
    xml_open(cii->xml, "ram:AssociatedDocumentLineDocument");
    xml_int(cii->xml, "ram:LineID", (int64_t)number);
    put_within(cii, "ram:IncludedNote", "ram:Content", line->more.note);
    xml_close(cii->xml);
    put_product(cii, line);
    xml_open(cii->xml, "ram:SpecifiedLineTradeAgreement");
    put_within(cii, "ram:BuyerOrderReferencedDocument", "ram:LineID", line->more.order_line);
    put_within(cii, "ram:NetPriceProductTradePrice", "ram:ChargeAmount",
               fact_e4(cii->arena, line->price_e4));
    xml_close(cii->xml);
    xml_open(cii->xml, "ram:SpecifiedLineTradeDelivery");
    xml_text_with(cii->xml, "ram:BilledQuantity", "unitCode", bt130_unit(line),
                  fact_e4(cii->arena, line->quantity_e4));
    xml_close(cii->xml);
    put_line_settlement(cii, line);
    xml_close(cii->xml);
}

/* --- parties -------------------------------------------------------------------------------------
 */

static void put_address(struct cii *cii, const struct invoice_address *address)
{
    static const char *const LINES[] = {"ram:LineOne", "ram:LineTwo", "ram:LineThree"};

    xml_open(cii->xml, "ram:PostalTradeAddress");
    xml_text(cii->xml, "ram:PostcodeCode", address->zip);
    for (size_t i = 0; i < ARRAY_LEN(LINES); i++)
        xml_text(cii->xml, LINES[i], address->lines[i]);
    xml_text(cii->xml, "ram:CityName", address->city);
    xml_text(cii->xml, "ram:CountryID", address->country);
    xml_close(cii->xml);
}

static void put_contact(struct cii *cii, const struct invoice_party *party)
{
    xml_open(cii->xml, "ram:DefinedTradeContact");
    xml_text(cii->xml, "ram:PersonName", party->contact);
    put_within(cii, "ram:TelephoneUniversalCommunication", "ram:CompleteNumber", party->phone);
    put_within(cii, "ram:EmailURIUniversalCommunication", "ram:URIID", party->email);
    xml_close(cii->xml);
}

static void put_party(struct cii *cii, const char *name, const struct invoice_party *party)
{
    xml_open(cii->xml, name);
    xml_text_with(cii->xml, "ram:GlobalID", "schemeID", SCHEME_SIRET, party->siret);
    xml_text(cii->xml, "ram:Name", party->name);
    xml_text(cii->xml, "ram:Description", party->legal);
    xml_open(cii->xml, "ram:SpecifiedLegalOrganization");
    xml_text_with(cii->xml, "ram:ID", "schemeID", SCHEME_SIREN, party->siren);
    xml_close(cii->xml);
    put_contact(cii, party);
    put_address(cii, &party->address);
    xml_open(cii->xml, "ram:URIUniversalCommunication");
    xml_text_with(cii->xml, "ram:URIID", "schemeID", party->network_scheme, party->network_id);
    xml_close(cii->xml);
    if (fact_has_vat_numbers(cii->paper)) {
        xml_open(cii->xml, "ram:SpecifiedTaxRegistration");
        xml_text_with(cii->xml, "ram:ID", "schemeID", STR("VA"), party->vat_number);
        xml_close(cii->xml);
    }
    xml_close(cii->xml);
}

static void put_reference(struct cii *cii, const char *name, struct str number)
{
    put_within(cii, name, "ram:IssuerAssignedID", number);
}

/* BT-17 and BT-18 are told apart by the type of the document (UNTDID 1001). */
static void put_additional(struct cii *cii, struct str number, struct str type)
{
    if (number.len == 0)
        return;
    xml_open(cii->xml, "ram:AdditionalReferencedDocument");
    xml_text(cii->xml, "ram:IssuerAssignedID", number);
    xml_text(cii->xml, "ram:TypeCode", type);
    xml_close(cii->xml);
}

/* The schema wants a name of a project too. */
static void put_project(struct cii *cii, struct str project)
{
    if (project.len == 0)
        return;
    xml_open(cii->xml, "ram:SpecifiedProcuringProject");
    xml_text(cii->xml, "ram:ID", project);
    xml_text(cii->xml, "ram:Name", project);
    xml_close(cii->xml);
}

static void put_agreement(struct cii *cii)
{
    const struct invoice_references *references = &cii->paper->references;

    xml_open(cii->xml, "ram:ApplicableHeaderTradeAgreement");
    xml_text(cii->xml, "ram:BuyerReference", references->buyer);
    put_party(cii, "ram:SellerTradeParty", &cii->paper->seller);
    put_party(cii, "ram:BuyerTradeParty", &cii->paper->buyer);
    put_reference(cii, "ram:SellerOrderReferencedDocument", references->sales_order);
    put_reference(cii, "ram:BuyerOrderReferencedDocument", cii->paper->order_number);
    put_reference(cii, "ram:ContractReferencedDocument", references->contract);
    put_additional(cii, references->tender, TYPE_TENDER);
    put_additional(cii, references->object, TYPE_OBJECT);
    put_project(cii, references->project);
    xml_close(cii->xml);
}

static void put_delivery(struct cii *cii)
{
    const struct invoice_address *delivery = bg15_delivery(cii->paper);

    xml_open(cii->xml, "ram:ApplicableHeaderTradeDelivery");
    xml_open(cii->xml, "ram:ShipToTradeParty");
    xml_text(cii->xml, "ram:Name", cii->paper->delivery_name);
    if (delivery != NULL)
        put_address(cii, delivery);
    xml_close(cii->xml);
    xml_open(cii->xml, "ram:ActualDeliverySupplyChainEvent");
    put_date(cii, "ram:OccurrenceDateTime", "udt:DateTimeString", cii->paper->supplied);
    xml_close(cii->xml);
    put_reference(cii, "ram:DespatchAdviceReferencedDocument", cii->paper->references.despatch);
    put_reference(cii, "ram:ReceivingAdviceReferencedDocument", cii->paper->references.receipt);
    xml_close(cii->xml);
}

/* --- settlement ----------------------------------------------------------------------------------
 */

static void put_means(struct cii *cii)
{
    if (!fact_has_account(cii->paper))
        return;
    xml_open(cii->xml, "ram:SpecifiedTradeSettlementPaymentMeans");
    xml_text(cii->xml, "ram:TypeCode", MEANS_TRANSFER);
    put_within(cii, "ram:PayeePartyCreditorFinancialAccount", "ram:IBANID",
               bt84_account(cii->arena, cii->paper));
    put_within(cii, "ram:PayeeSpecifiedCreditorFinancialInstitution", "ram:BICID", cii->paper->bic);
    xml_close(cii->xml);
}

static void put_tax(struct cii *cii, const struct invoice_paper_rate *rate)
{
    xml_open(cii->xml, "ram:ApplicableTradeTax");
    put_amount(cii, "ram:CalculatedAmount", rate->vat_minor);
    xml_text(cii->xml, "ram:TypeCode", STR("VAT"));
    xml_text(cii->xml, "ram:ExemptionReason", rate->reason);
    put_amount(cii, "ram:BasisAmount", rate->base_minor);
    put_category(cii, rate->category);
    xml_text(cii->xml, "ram:ExemptionReasonCode", rate->reason_code);
    xml_text(cii->xml, "ram:DueDateTypeCode", fact_vat_day_code(cii->paper));
    put_rate(cii, rate->category, rate->rate_bp);
    xml_close(cii->xml);
}

static void put_period(struct cii *cii)
{
    if (!cii->paper->has_period)
        return;
    xml_open(cii->xml, "ram:BillingSpecifiedPeriod");
    if (cii->paper->period_from.year != 0)
        put_date(cii, "ram:StartDateTime", "udt:DateTimeString", cii->paper->period_from);
    if (cii->paper->period_to.year != 0)
        put_date(cii, "ram:EndDateTime", "udt:DateTimeString", cii->paper->period_to);
    xml_close(cii->xml);
}

static void put_terms(struct cii *cii)
{
    xml_open(cii->xml, "ram:SpecifiedTradePaymentTerms");
    xml_text(cii->xml, "ram:Description", bt20_terms(cii->arena, cii->paper));
    if (cii->paper->has_due)
        put_date(cii, "ram:DueDateDateTime", "udt:DateTimeString", cii->paper->due);
    xml_close(cii->xml);
}

static void put_totals(struct cii *cii)
{
    const struct invoice_paper *paper = cii->paper;

    xml_open(cii->xml, "ram:SpecifiedTradeSettlementHeaderMonetarySummation");
    put_amount(cii, "ram:LineTotalAmount", paper->net_minor);
    put_amount(cii, "ram:TaxBasisTotalAmount", paper->net_minor);
    xml_text_with(cii->xml, "ram:TaxTotalAmount", "currencyID",
                  fact_currency(cii->arena, paper->currency),
                  fact_amount(cii->arena, paper->currency, paper->vat_minor));
    if (paper->has_vat_eur)
        xml_text_with(cii->xml, "ram:TaxTotalAmount", "currencyID", STR("EUR"),
                      fact_amount(cii->arena, CURRENCY_EUR, paper->vat_eur_minor));
    put_amount(cii, "ram:GrandTotalAmount", paper->total_minor);
    if (paper->paid_minor != 0)
        put_amount(cii, "ram:TotalPrepaidAmount", paper->paid_minor);
    put_amount(cii, "ram:DuePayableAmount", paper->due_minor);
    xml_close(cii->xml);
}

static void put_preceding(struct cii *cii)
{
    if (!cii->paper->has_preceding)
        return;
    xml_open(cii->xml, "ram:InvoiceReferencedDocument");
    xml_text(cii->xml, "ram:IssuerAssignedID", cii->paper->preceding_number);
    put_date(cii, "ram:FormattedIssueDateTime", "qdt:DateTimeString", cii->paper->preceding_issued);
    xml_close(cii->xml);
}

static void put_settlement(struct cii *cii)
{
    const struct invoice_paper *paper = cii->paper;

    xml_open(cii->xml, "ram:ApplicableHeaderTradeSettlement");
    xml_text(cii->xml, "ram:PaymentReference", paper->number);
    if (paper->has_vat_eur)
        xml_text(cii->xml, "ram:TaxCurrencyCode", STR("EUR"));
    xml_text(cii->xml, "ram:InvoiceCurrencyCode", fact_currency(cii->arena, paper->currency));
    put_means(cii);
    for (size_t i = 0; i < paper->rate_count; i++)
        put_tax(cii, &paper->rates[i]);
    put_period(cii);
    put_terms(cii);
    put_totals(cii);
    put_preceding(cii);
    put_within(cii, "ram:ReceivableSpecifiedTradeAccountingAccount", "ram:ID",
               paper->references.accounting);
    xml_close(cii->xml);
}

void cii_write(struct arena *arena, struct xml_writer *xml, const struct invoice_paper *paper)
{
    struct cii cii = {arena, xml, paper};

    xml_open_root(xml, "rsm:CrossIndustryInvoice", ROOT, ARRAY_LEN(ROOT));
    put_context(&cii);
    put_document(&cii);
    xml_open(xml, "rsm:SupplyChainTradeTransaction");
    for (size_t i = 0; i < paper->line_count; i++)
        put_line(&cii, &paper->lines[i], i + 1);
    put_agreement(&cii);
    put_delivery(&cii);
    put_settlement(&cii);
    xml_close(xml);
    xml_close(xml);
}
