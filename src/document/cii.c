#include "base/attr.h"
#include "base/iban.h"
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
    const struct einvoice *invoice;
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
    if (!einvoice_has_date(date))
        return;
    xml_open(cii->xml, outer);
    xml_text_with(cii->xml, inner, "format", STR("102"),
                  str_format(cii->arena, "%04d%02d%02d", date.year, date.month, date.day));
    xml_close(cii->xml);
}

static void put_number(struct cii *cii, const char *name, struct decimal number)
{
    xml_text(cii->xml, name, xml_number(cii->arena, number));
}

static void put_id(struct cii *cii, const char *name, const char *attribute,
                   const struct einvoice_id *id)
{
    xml_text_with(cii->xml, name, id->scheme.len > 0 ? attribute : NULL, id->scheme, id->id);
}

static void put_period(struct cii *cii, const struct einvoice_period *period)
{
    xml_open(cii->xml, "ram:BillingSpecifiedPeriod");
    put_date(cii, "ram:StartDateTime", "udt:DateTimeString", period->from);
    put_date(cii, "ram:EndDateTime", "udt:DateTimeString", period->to);
    xml_close(cii->xml);
}

static void put_vat(struct cii *cii, const char *name, const struct einvoice_vat *vat)
{
    if (vat->category.len == 0)
        return;
    xml_open(cii->xml, name);
    xml_text(cii->xml, "ram:TypeCode", STR("VAT"));
    xml_text(cii->xml, "ram:CategoryCode", vat->category);
    put_number(cii, "ram:RateApplicablePercent", vat->rate);
    xml_close(cii->xml);
}

static void put_charge_indicator(struct cii *cii, bool charge)
{
    put_within(cii, "ram:ChargeIndicator", "udt:Indicator", charge ? STR("true") : STR("false"));
}

static void put_allowances(struct cii *cii, const struct einvoice_allowance *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        xml_open(cii->xml, "ram:SpecifiedTradeAllowanceCharge");
        put_charge_indicator(cii, items[i].charge);
        put_number(cii, "ram:CalculationPercent", items[i].percent);
        put_number(cii, "ram:BasisAmount", items[i].base);
        put_number(cii, "ram:ActualAmount", items[i].amount);
        xml_text(cii->xml, "ram:ReasonCode", items[i].reason_code);
        xml_text(cii->xml, "ram:Reason", items[i].reason);
        put_vat(cii, "ram:CategoryTradeTax", &items[i].vat);
        xml_close(cii->xml);
    }
}

static void put_preceding(struct cii *cii, const struct einvoice_reference *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        xml_open(cii->xml, "ram:InvoiceReferencedDocument");
        xml_text(cii->xml, "ram:IssuerAssignedID", items[i].number);
        xml_text(cii->xml, "ram:TypeCode", items[i].type);
        put_date(cii, "ram:FormattedIssueDateTime", "qdt:DateTimeString", items[i].issued);
        xml_close(cii->xml);
    }
}

/* BT-17 and BT-18 are told apart by the type of the document (UNTDID 1001). */
static void put_additional(struct cii *cii, const struct einvoice_id *id, struct str type)
{
    if (id->id.len == 0)
        return;
    xml_open(cii->xml, "ram:AdditionalReferencedDocument");
    xml_text(cii->xml, "ram:IssuerAssignedID", id->id);
    xml_text(cii->xml, "ram:TypeCode", type);
    xml_text(cii->xml, "ram:ReferenceTypeCode", id->scheme);
    xml_close(cii->xml);
}

static void put_objects(struct cii *cii, const struct einvoice_ids *objects)
{
    for (size_t i = 0; i < objects->count; i++)
        put_additional(cii, &objects->items[i], TYPE_OBJECT);
}

/* --- the document --------------------------------------------------------------------------------
 */

static void put_context(struct cii *cii)
{
    xml_open(cii->xml, "rsm:ExchangedDocumentContext");
    put_within(cii, "ram:BusinessProcessSpecifiedDocumentContextParameter", "ram:ID",
               cii->invoice->framework);
    put_within(cii, "ram:GuidelineSpecifiedDocumentContextParameter", "ram:ID",
               cii->invoice->profile);
    xml_close(cii->xml);
}

static void put_document(struct cii *cii)
{
    const struct einvoice *invoice = cii->invoice;

    xml_open(cii->xml, "rsm:ExchangedDocument");
    xml_text(cii->xml, "ram:ID", invoice->number);
    xml_text(cii->xml, "ram:TypeCode", invoice->type);
    put_date(cii, "ram:IssueDateTime", "udt:DateTimeString", invoice->issued);
    for (size_t i = 0; i < invoice->note_count; i++) {
        xml_open(cii->xml, "ram:IncludedNote");
        xml_text(cii->xml, "ram:Content", invoice->notes[i].text);
        xml_text(cii->xml, "ram:SubjectCode", invoice->notes[i].code);
        xml_close(cii->xml);
    }
    xml_close(cii->xml);
}

/* --- lines ---------------------------------------------------------------------------------------
 */

static void put_product(struct cii *cii, const struct einvoice_line *line)
{
    xml_open(cii->xml, "ram:SpecifiedTradeProduct");
    put_id(cii, "ram:GlobalID", "schemeID", &line->standard_id);
    xml_text(cii->xml, "ram:SellerAssignedID", line->seller_id);
    xml_text(cii->xml, "ram:BuyerAssignedID", line->buyer_id);
    xml_text(cii->xml, "ram:Name", line->name);
    xml_text(cii->xml, "ram:Description", line->description);
    for (size_t i = 0; i < line->attribute_count; i++) {
        xml_open(cii->xml, "ram:ApplicableProductCharacteristic");
        xml_text(cii->xml, "ram:Description", line->attributes[i].name);
        xml_text(cii->xml, "ram:Value", line->attributes[i].value);
        xml_close(cii->xml);
    }
    for (size_t i = 0; i < line->classes.count; i++) {
        xml_open(cii->xml, "ram:DesignatedProductClassification");
        put_id(cii, "ram:ClassCode", "listID", &line->classes.items[i]);
        xml_close(cii->xml);
    }
    put_within(cii, "ram:OriginTradeCountry", "ram:ID", line->origin);
    xml_close(cii->xml);
}

static void put_prices(struct cii *cii, const struct einvoice_line *line)
{
    xml_open(cii->xml, "ram:GrossPriceProductTradePrice");
    put_number(cii, "ram:ChargeAmount", line->gross_price);
    if (line->price_discount.present) {
        xml_open(cii->xml, "ram:AppliedTradeAllowanceCharge");
        put_charge_indicator(cii, false);
        put_number(cii, "ram:ActualAmount", line->price_discount);
        xml_close(cii->xml);
    }
    xml_close(cii->xml);
    xml_open(cii->xml, "ram:NetPriceProductTradePrice");
    put_number(cii, "ram:ChargeAmount", line->price);
    xml_text_with(cii->xml, "ram:BasisQuantity", line->base_unit.len > 0 ? "unitCode" : NULL,
                  line->base_unit, xml_number(cii->arena, line->base_quantity));
    xml_close(cii->xml);
}

static void put_line_settlement(struct cii *cii, const struct einvoice_line *line)
{
    xml_open(cii->xml, "ram:SpecifiedLineTradeSettlement");
    put_vat(cii, "ram:ApplicableTradeTax", &line->vat);
    put_period(cii, &line->period);
    put_allowances(cii, line->allowances, line->allowance_count);
    xml_open(cii->xml, "ram:SpecifiedTradeSettlementLineMonetarySummation");
    put_number(cii, "ram:LineTotalAmount", line->net);
    xml_close(cii->xml);
    put_preceding(cii, line->preceding, line->preceding_count);
    put_objects(cii, &line->objects);
    put_within(cii, "ram:ReceivableSpecifiedTradeAccountingAccount", "ram:ID", line->accounting);
    xml_close(cii->xml);
}

static void put_line(struct cii *cii, const struct einvoice_line *line)
{
    xml_open(cii->xml, "ram:IncludedSupplyChainTradeLineItem");
    xml_open(cii->xml, "ram:AssociatedDocumentLineDocument");
    xml_text(cii->xml, "ram:LineID", line->id);
    put_within(cii, "ram:IncludedNote", "ram:Content", line->note);
    xml_close(cii->xml);
    put_product(cii, line);
    xml_open(cii->xml, "ram:SpecifiedLineTradeAgreement");
    put_within(cii, "ram:BuyerOrderReferencedDocument", "ram:LineID", line->order_line);
    put_prices(cii, line);
    xml_close(cii->xml);
    xml_open(cii->xml, "ram:SpecifiedLineTradeDelivery");
    xml_text_with(cii->xml, "ram:BilledQuantity", "unitCode", line->unit,
                  xml_number(cii->arena, line->quantity));
    xml_close(cii->xml);
    put_line_settlement(cii, line);
    xml_close(cii->xml);
}

/* --- parties -------------------------------------------------------------------------------------
 */

static void put_address(struct cii *cii, const struct einvoice_address *address)
{
    static const char *const LINES[] = {"ram:LineOne", "ram:LineTwo", "ram:LineThree"};

    xml_open(cii->xml, "ram:PostalTradeAddress");
    xml_text(cii->xml, "ram:PostcodeCode", address->zip);
    for (size_t i = 0; i < ARRAY_LEN(LINES); i++)
        xml_text(cii->xml, LINES[i], address->lines[i]);
    xml_text(cii->xml, "ram:CityName", address->city);
    xml_text(cii->xml, "ram:CountryID", address->country);
    xml_text(cii->xml, "ram:CountrySubDivisionName", address->subdivision);
    xml_close(cii->xml);
}

static void put_contact(struct cii *cii, const struct einvoice_contact *contact)
{
    xml_open(cii->xml, "ram:DefinedTradeContact");
    xml_text(cii->xml, "ram:PersonName", contact->name);
    put_within(cii, "ram:TelephoneUniversalCommunication", "ram:CompleteNumber", contact->phone);
    put_within(cii, "ram:EmailURIUniversalCommunication", "ram:URIID", contact->email);
    xml_close(cii->xml);
}

/* What has a scheme stands after what has none. */
static void put_ids(struct cii *cii, const struct einvoice_ids *ids)
{
    for (size_t i = 0; i < ids->count; i++) {
        if (ids->items[i].scheme.len == 0)
            xml_text(cii->xml, "ram:ID", ids->items[i].id);
    }
    for (size_t i = 0; i < ids->count; i++) {
        if (ids->items[i].scheme.len > 0)
            put_id(cii, "ram:GlobalID", "schemeID", &ids->items[i]);
    }
}

static void put_tax_number(struct cii *cii, struct str scheme, struct str number)
{
    xml_open(cii->xml, "ram:SpecifiedTaxRegistration");
    xml_text_with(cii->xml, "ram:ID", "schemeID", scheme, number);
    xml_close(cii->xml);
}

static void put_party(struct cii *cii, const char *name, const struct einvoice_party *party)
{
    xml_open(cii->xml, name);
    put_ids(cii, &party->ids);
    xml_text(cii->xml, "ram:Name", party->name);
    xml_text(cii->xml, "ram:Description", party->legal);
    xml_open(cii->xml, "ram:SpecifiedLegalOrganization");
    put_id(cii, "ram:ID", "schemeID", &party->legal_id);
    xml_text(cii->xml, "ram:TradingBusinessName", party->trading_name);
    xml_close(cii->xml);
    put_contact(cii, &party->contact);
    put_address(cii, &party->address);
    xml_open(cii->xml, "ram:URIUniversalCommunication");
    put_id(cii, "ram:URIID", "schemeID", &party->endpoint);
    xml_close(cii->xml);
    put_tax_number(cii, STR("VA"), party->vat_number);
    put_tax_number(cii, STR("FC"), party->tax_number);
    xml_close(cii->xml);
}

static void put_reference(struct cii *cii, const char *name, struct str number)
{
    put_within(cii, name, "ram:IssuerAssignedID", number);
}

static void put_attachment(struct cii *cii, const struct einvoice_attachment *attachment)
{
    xml_open(cii->xml, "ram:AdditionalReferencedDocument");
    xml_text(cii->xml, "ram:IssuerAssignedID", attachment->reference);
    xml_text(cii->xml, "ram:URIID", attachment->uri);
    xml_text(cii->xml, "ram:TypeCode", TYPE_ATTACHMENT);
    xml_text(cii->xml, "ram:Name", attachment->description);
    xml_attached(cii->xml, "ram:AttachmentBinaryObject", attachment);
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
    const struct einvoice *invoice = cii->invoice;
    const struct einvoice_id tender = {.id = invoice->tender};

    xml_open(cii->xml, "ram:ApplicableHeaderTradeAgreement");
    xml_text(cii->xml, "ram:BuyerReference", invoice->buyer_reference);
    put_party(cii, "ram:SellerTradeParty", &invoice->seller);
    put_party(cii, "ram:BuyerTradeParty", &invoice->buyer);
    put_party(cii, "ram:SellerTaxRepresentativeTradeParty", &invoice->representative);
    put_reference(cii, "ram:SellerOrderReferencedDocument", invoice->sales_order);
    put_reference(cii, "ram:BuyerOrderReferencedDocument", invoice->order);
    put_reference(cii, "ram:ContractReferencedDocument", invoice->contract);
    put_additional(cii, &tender, TYPE_TENDER);
    put_objects(cii, &invoice->objects);
    for (size_t i = 0; i < invoice->attachment_count; i++)
        put_attachment(cii, &invoice->attachments[i]);
    put_project(cii, invoice->project);
    xml_close(cii->xml);
}

static void put_delivery(struct cii *cii)
{
    const struct einvoice_delivery *delivery = &cii->invoice->delivery;
    bool has_scheme = delivery->location.scheme.len > 0;

    xml_open(cii->xml, "ram:ApplicableHeaderTradeDelivery");
    xml_open(cii->xml, "ram:ShipToTradeParty");
    put_id(cii, has_scheme ? "ram:GlobalID" : "ram:ID", "schemeID", &delivery->location);
    xml_text(cii->xml, "ram:Name", delivery->name);
    put_address(cii, &delivery->address);
    xml_close(cii->xml);
    xml_open(cii->xml, "ram:ActualDeliverySupplyChainEvent");
    put_date(cii, "ram:OccurrenceDateTime", "udt:DateTimeString", delivery->day);
    xml_close(cii->xml);
    put_reference(cii, "ram:DespatchAdviceReferencedDocument", cii->invoice->despatch);
    put_reference(cii, "ram:ReceivingAdviceReferencedDocument", cii->invoice->receipt);
    xml_close(cii->xml);
}

/* --- settlement ----------------------------------------------------------------------------------
 */

static void put_account(struct cii *cii, const struct einvoice_account *account)
{
    bool iban = iban_valid(account->id);

    xml_open(cii->xml, "ram:PayeePartyCreditorFinancialAccount");
    xml_text(cii->xml, "ram:IBANID", iban ? account->id : STR_NONE);
    xml_text(cii->xml, "ram:AccountName", account->name);
    xml_text(cii->xml, "ram:ProprietaryID", iban ? STR_NONE : account->id);
    xml_close(cii->xml);
    put_within(cii, "ram:PayeeSpecifiedCreditorFinancialInstitution", "ram:BICID", account->bic);
}

/* One for each account; what they have in common is said by the first. */
static void put_means(struct cii *cii, size_t at)
{
    const struct einvoice_payment *payment = &cii->invoice->payment;

    xml_open(cii->xml, "ram:SpecifiedTradeSettlementPaymentMeans");
    xml_text(cii->xml, "ram:TypeCode", payment->means);
    if (at == 0) {
        xml_text(cii->xml, "ram:Information", payment->means_text);
        xml_open(cii->xml, "ram:ApplicableTradeSettlementFinancialCard");
        xml_text(cii->xml, "ram:ID", payment->card);
        xml_text(cii->xml, "ram:CardholderName", payment->card_holder);
        xml_close(cii->xml);
        put_within(cii, "ram:PayerPartyDebtorFinancialAccount", "ram:IBANID", payment->debited);
    }
    if (at < payment->account_count)
        put_account(cii, &payment->accounts[at]);
    xml_close(cii->xml);
}

static void put_tax(struct cii *cii, const struct einvoice_group *group)
{
    xml_open(cii->xml, "ram:ApplicableTradeTax");
    put_number(cii, "ram:CalculatedAmount", group->tax);
    xml_text(cii->xml, "ram:TypeCode", STR("VAT"));
    xml_text(cii->xml, "ram:ExemptionReason", group->reason);
    put_number(cii, "ram:BasisAmount", group->base);
    xml_text(cii->xml, "ram:CategoryCode", group->vat.category);
    xml_text(cii->xml, "ram:ExemptionReasonCode", group->reason_code);
    put_date(cii, "ram:TaxPointDate", "udt:DateString", cii->invoice->vat_day);
    xml_text(cii->xml, "ram:DueDateTypeCode", cii->invoice->vat_day_code);
    put_number(cii, "ram:RateApplicablePercent", group->vat.rate);
    xml_close(cii->xml);
}

static void put_terms(struct cii *cii)
{
    xml_open(cii->xml, "ram:SpecifiedTradePaymentTerms");
    xml_text(cii->xml, "ram:Description", cii->invoice->terms);
    put_date(cii, "ram:DueDateDateTime", "udt:DateTimeString", cii->invoice->due);
    xml_text(cii->xml, "ram:DirectDebitMandateID", cii->invoice->payment.mandate);
    xml_close(cii->xml);
}

static void put_vat_total(struct cii *cii, struct str currency, struct decimal amount)
{
    xml_text_with(cii->xml, "ram:TaxTotalAmount", "currencyID", currency,
                  xml_number(cii->arena, amount));
}

static void put_totals(struct cii *cii)
{
    const struct einvoice_totals *totals = &cii->invoice->totals;

    xml_open(cii->xml, "ram:SpecifiedTradeSettlementHeaderMonetarySummation");
    put_number(cii, "ram:LineTotalAmount", totals->lines);
    put_number(cii, "ram:ChargeTotalAmount", totals->charges);
    put_number(cii, "ram:AllowanceTotalAmount", totals->allowances);
    put_number(cii, "ram:TaxBasisTotalAmount", totals->without_vat);
    put_vat_total(cii, cii->invoice->currency, totals->vat);
    put_vat_total(cii, cii->invoice->vat_currency, totals->vat_accounting);
    put_number(cii, "ram:RoundingAmount", totals->rounding);
    put_number(cii, "ram:GrandTotalAmount", totals->with_vat);
    put_number(cii, "ram:TotalPrepaidAmount", totals->paid);
    put_number(cii, "ram:DuePayableAmount", totals->due);
    xml_close(cii->xml);
}

static void put_settlement(struct cii *cii)
{
    const struct einvoice *invoice = cii->invoice;
    const struct einvoice_payment *payment = &invoice->payment;
    size_t means = payment->account_count > 1 ? payment->account_count : 1;

    xml_open(cii->xml, "ram:ApplicableHeaderTradeSettlement");
    xml_text(cii->xml, "ram:CreditorReferenceID", payment->creditor);
    xml_text(cii->xml, "ram:PaymentReference", payment->remittance);
    xml_text(cii->xml, "ram:TaxCurrencyCode", invoice->vat_currency);
    xml_text(cii->xml, "ram:InvoiceCurrencyCode", invoice->currency);
    put_party(cii, "ram:PayeeTradeParty", &invoice->payee);
    for (size_t i = 0; payment->present && i < means; i++)
        put_means(cii, i);
    for (size_t i = 0; i < invoice->group_count; i++)
        put_tax(cii, &invoice->groups[i]);
    put_period(cii, &invoice->period);
    put_allowances(cii, invoice->allowances, invoice->allowance_count);
    put_terms(cii);
    put_totals(cii);
    put_preceding(cii, invoice->preceding, invoice->preceding_count);
    put_within(cii, "ram:ReceivableSpecifiedTradeAccountingAccount", "ram:ID", invoice->accounting);
    xml_close(cii->xml);
}

void cii_write(struct arena *arena, struct xml_writer *xml, const struct einvoice *invoice)
{
    struct cii cii = {arena, xml, invoice};

    xml_open_root(xml, "rsm:CrossIndustryInvoice", ROOT, ARRAY_LEN(ROOT));
    put_context(&cii);
    put_document(&cii);
    xml_open(xml, "rsm:SupplyChainTradeTransaction");
    for (size_t i = 0; i < invoice->line_count; i++)
        put_line(&cii, &invoice->lines[i]);
    put_agreement(&cii);
    put_delivery(&cii);
    put_settlement(&cii);
    xml_close(xml);
    xml_close(xml);
}
