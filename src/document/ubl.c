#include "base/attr.h"
#include "core/invoice_facts.h"
#include "document/invoice_xml.h"
#include "document/ubl_parts.h"

/* UBL 2.1 Invoice and CreditNote, in the order of their schemas. */

#define NAMESPACE "urn:oasis:names:specification:ubl:schema:xsd:"
#define COMPONENTS                                                                                 \
    {"xmlns:cac", STR_INIT(NAMESPACE "CommonAggregateComponents-2")},                              \
    {                                                                                              \
        "xmlns:cbc", STR_INIT(NAMESPACE "CommonBasicComponents-2")                                 \
    }

static const struct ubl_words INVOICE = {
    .root = "Invoice",
    .spaces = {{"xmlns", STR_INIT(NAMESPACE "Invoice-2")}, COMPONENTS},
    .type = "cbc:InvoiceTypeCode",
    .line = "cac:InvoiceLine",
    .quantity = "cbc:InvoicedQuantity",
    .is_invoice = true,
};
static const struct ubl_words CREDIT_NOTE = {
    .root = "CreditNote",
    .spaces = {{"xmlns", STR_INIT(NAMESPACE "CreditNote-2")}, COMPONENTS},
    .type = "cbc:CreditNoteTypeCode",
    .line = "cac:CreditNoteLine",
    .quantity = "cbc:CreditedQuantity",
};

/* --- the document --------------------------------------------------------------------------------
 */

/* BT-21 has no element of its own: the code stands before the text, "#PMT#...". */
static void put_notes(struct ubl *ubl)
{
    for (size_t i = 0; i < ubl->invoice->note_count; i++) {
        const struct einvoice_note *note = &ubl->invoice->notes[i];
        struct str text = note->text;
        if (note->code.len > 0)
            text = str_format(ubl->arena, "#%.*s#%.*s", (int)note->code.len, note->code.ptr,
                              (int)text.len, text.ptr);
        xml_text(ubl->xml, "cbc:Note", text);
    }
}

/* BT-8 in UNTDID 2005. */
static struct str vat_day_code(struct str code)
{
    static const struct {
        struct str from;
        struct str to;
    } CODES[] = {
        {STR_INIT("5"),  STR_INIT("3")  },
        {STR_INIT("29"), STR_INIT("35") },
        {STR_INIT("72"), STR_INIT("432")},
    };

    for (size_t i = 0; i < ARRAY_LEN(CODES); i++) {
        if (str_eq(CODES[i].from, code))
            return CODES[i].to;
    }
    return code;
}

/* BT-14 stands beside BT-13, which the schema wants: "NA" says that there is none. */
static void put_orders(struct ubl *ubl)
{
    struct str order = ubl->invoice->order;
    struct str sales_order = ubl->invoice->sales_order;

    xml_open(ubl->xml, "cac:OrderReference");
    xml_text(ubl->xml, "cbc:ID", order.len == 0 && sales_order.len > 0 ? STR("NA") : order);
    xml_text(ubl->xml, "cbc:SalesOrderID", sales_order);
    xml_close(ubl->xml);
}

/* The schemas have the day of VAT on either side of type and notes. */
static void put_type(struct ubl *ubl)
{
    if (!ubl->words->is_invoice)
        ubl_put_date(ubl, "cbc:TaxPointDate", ubl->invoice->vat_day);
    xml_text(ubl->xml, ubl->words->type, ubl->invoice->type);
    put_notes(ubl);
    if (ubl->words->is_invoice)
        ubl_put_date(ubl, "cbc:TaxPointDate", ubl->invoice->vat_day);
}

static void put_head(struct ubl *ubl)
{
    const struct einvoice *invoice = ubl->invoice;

    xml_text(ubl->xml, "cbc:CustomizationID", invoice->profile);
    xml_text(ubl->xml, "cbc:ProfileID", invoice->framework);
    xml_text(ubl->xml, "cbc:ID", invoice->number);
    ubl_put_date(ubl, "cbc:IssueDate", invoice->issued);
    if (ubl->words->is_invoice)
        ubl_put_date(ubl, "cbc:DueDate", invoice->due);
    put_type(ubl);
    xml_text(ubl->xml, "cbc:DocumentCurrencyCode", invoice->currency);
    xml_text(ubl->xml, "cbc:TaxCurrencyCode", invoice->vat_currency);
    xml_text(ubl->xml, "cbc:AccountingCost", invoice->accounting);
    xml_text(ubl->xml, "cbc:BuyerReference", invoice->buyer_reference);
    ubl_put_period(ubl, &invoice->period, vat_day_code(invoice->vat_day_code));
    put_orders(ubl);
}

static void put_attachments(struct ubl *ubl)
{
    for (size_t i = 0; i < ubl->invoice->attachment_count; i++) {
        const struct einvoice_attachment *attachment = &ubl->invoice->attachments[i];
        xml_open(ubl->xml, "cac:AdditionalDocumentReference");
        xml_text(ubl->xml, "cbc:ID", attachment->reference);
        xml_text(ubl->xml, "cbc:DocumentDescription", attachment->description);
        xml_open(ubl->xml, "cac:Attachment");
        xml_attached(ubl->xml, "cbc:EmbeddedDocumentBinaryObject", attachment);
        ubl_put_within(ubl, "cac:ExternalReference", "cbc:URI", attachment->uri);
        xml_close(ubl->xml);
        xml_close(ubl->xml);
    }
}

/* The two documents have them in orders of their own. */
static void put_references(struct ubl *ubl)
{
    static const char ADDITIONAL[] = "cac:AdditionalDocumentReference";
    const struct einvoice *invoice = ubl->invoice;
    const struct einvoice_id project = {.id = invoice->project};
    bool is_invoice = ubl->words->is_invoice;

    ubl_put_within(ubl, "cac:DespatchDocumentReference", "cbc:ID", invoice->despatch);
    ubl_put_within(ubl, "cac:ReceiptDocumentReference", "cbc:ID", invoice->receipt);
    if (is_invoice)
        ubl_put_within(ubl, "cac:OriginatorDocumentReference", "cbc:ID", invoice->tender);
    ubl_put_within(ubl, "cac:ContractDocumentReference", "cbc:ID", invoice->contract);
    ubl_put_objects(ubl, ADDITIONAL, &invoice->objects);
    put_attachments(ubl);
    if (is_invoice) {
        ubl_put_within(ubl, "cac:ProjectReference", "cbc:ID", invoice->project);
        return;
    }
    ubl_put_additional(ubl, ADDITIONAL, &project, TYPE_PROJECT);
    ubl_put_within(ubl, "cac:OriginatorDocumentReference", "cbc:ID", invoice->tender);
}

/* --- parties -------------------------------------------------------------------------------------
 */

static void put_address(struct ubl *ubl, const char *name, const struct einvoice_address *address)
{
    xml_open(ubl->xml, name);
    xml_text(ubl->xml, "cbc:StreetName", address->lines[0]);
    xml_text(ubl->xml, "cbc:AdditionalStreetName", address->lines[1]);
    xml_text(ubl->xml, "cbc:CityName", address->city);
    xml_text(ubl->xml, "cbc:PostalZone", address->zip);
    xml_text(ubl->xml, "cbc:CountrySubentity", address->subdivision);
    ubl_put_within(ubl, "cac:AddressLine", "cbc:Line", address->lines[2]);
    ubl_put_within(ubl, "cac:Country", "cbc:IdentificationCode", address->country);
    xml_close(ubl->xml);
}

static void put_tax_number(struct ubl *ubl, struct str number, struct str scheme)
{
    if (number.len == 0)
        return;
    xml_open(ubl->xml, "cac:PartyTaxScheme");
    xml_text(ubl->xml, "cbc:CompanyID", number);
    ubl_put_within(ubl, "cac:TaxScheme", "cbc:ID", scheme);
    xml_close(ubl->xml);
}

static void put_contact(struct ubl *ubl, const struct einvoice_contact *contact)
{
    xml_open(ubl->xml, "cac:Contact");
    xml_text(ubl->xml, "cbc:Name", contact->name);
    xml_text(ubl->xml, "cbc:Telephone", contact->phone);
    xml_text(ubl->xml, "cbc:ElectronicMail", contact->email);
    xml_close(ubl->xml);
}

/* BT-90 is an identifier of the payee, or of the seller where nobody else is paid. */
static struct str creditor_of(const struct ubl *ubl, const struct einvoice_party *party)
{
    const struct einvoice *invoice = ubl->invoice;

    return party == (invoice->payee.present ? &invoice->payee : &invoice->seller)
               ? invoice->payment.creditor
               : STR_NONE;
}

/* The payee and the representative have their name where others have their trading name. */
static void put_party(struct ubl *ubl, const struct einvoice_party *party, bool other)
{
    const struct einvoice_id creditor = {creditor_of(ubl, party), STR("SEPA")};

    ubl_put_id(ubl, "cbc:EndpointID", "schemeID", &party->endpoint);
    for (size_t i = 0; i < party->ids.count; i++)
        ubl_put_id_within(ubl, "cac:PartyIdentification", &party->ids.items[i]);
    ubl_put_id_within(ubl, "cac:PartyIdentification", &creditor);
    ubl_put_within(ubl, "cac:PartyName", "cbc:Name", other ? party->name : party->trading_name);
    put_address(ubl, "cac:PostalAddress", &party->address);
    put_tax_number(ubl, party->vat_number, SCHEME_VAT);
    put_tax_number(ubl, party->tax_number, STR("FC"));
    xml_open(ubl->xml, "cac:PartyLegalEntity");
    xml_text(ubl->xml, "cbc:RegistrationName", other ? STR_NONE : party->name);
    ubl_put_id(ubl, "cbc:CompanyID", "schemeID", &party->legal_id);
    xml_text(ubl->xml, "cbc:CompanyLegalForm", party->legal);
    xml_close(ubl->xml);
    put_contact(ubl, &party->contact);
}

static void put_parties(struct ubl *ubl)
{
    const struct {
        const char *name;
        const struct einvoice_party *party;
        bool other;
    } parties[] = {
        {"cac:AccountingSupplierParty", &ubl->invoice->seller,         false},
        {"cac:AccountingCustomerParty", &ubl->invoice->buyer,          false},
        {"cac:PayeeParty",              &ubl->invoice->payee,          true },
        {"cac:TaxRepresentativeParty",  &ubl->invoice->representative, true },
    };

    for (size_t i = 0; i < ARRAY_LEN(parties); i++) {
        xml_open(ubl->xml, parties[i].name);
        if (!parties[i].other)
            xml_open(ubl->xml, "cac:Party");
        put_party(ubl, parties[i].party, parties[i].other);
        if (!parties[i].other)
            xml_close(ubl->xml);
        xml_close(ubl->xml);
    }
}

static void put_delivery(struct ubl *ubl)
{
    const struct einvoice_delivery *delivery = &ubl->invoice->delivery;

    xml_open(ubl->xml, "cac:Delivery");
    ubl_put_date(ubl, "cbc:ActualDeliveryDate", delivery->day);
    xml_open(ubl->xml, "cac:DeliveryLocation");
    ubl_put_id(ubl, "cbc:ID", "schemeID", &delivery->location);
    put_address(ubl, "cac:Address", &delivery->address);
    xml_close(ubl->xml);
    xml_open(ubl->xml, "cac:DeliveryParty");
    ubl_put_within(ubl, "cac:PartyName", "cbc:Name", delivery->name);
    xml_close(ubl->xml);
    xml_close(ubl->xml);
}

/* --- payment and totals --------------------------------------------------------------------------
 */

static void put_account(struct ubl *ubl, const struct einvoice_account *account)
{
    xml_open(ubl->xml, "cac:PayeeFinancialAccount");
    xml_text(ubl->xml, "cbc:ID", account->id);
    xml_text(ubl->xml, "cbc:Name", account->name);
    ubl_put_within(ubl, "cac:FinancialInstitutionBranch", "cbc:ID", account->bic);
    xml_close(ubl->xml);
}

/* The schema wants the network of a card too, which EN 16931 does not know. */
static void put_card(struct ubl *ubl, const struct einvoice_payment *payment)
{
    if (payment->card.len == 0)
        return;
    xml_open(ubl->xml, "cac:CardAccount");
    xml_text(ubl->xml, "cbc:PrimaryAccountNumberID", payment->card);
    xml_text(ubl->xml, "cbc:NetworkID", STR("NA"));
    xml_text(ubl->xml, "cbc:HolderName", payment->card_holder);
    xml_close(ubl->xml);
}

static void put_mandate(struct ubl *ubl, const struct einvoice_payment *payment)
{
    xml_open(ubl->xml, "cac:PaymentMandate");
    xml_text(ubl->xml, "cbc:ID", payment->mandate);
    ubl_put_within(ubl, "cac:PayerFinancialAccount", "cbc:ID", payment->debited);
    xml_close(ubl->xml);
}

/* One for each account; what they have in common is said by the first. */
static void put_means(struct ubl *ubl, size_t at)
{
    const struct einvoice_payment *payment = &ubl->invoice->payment;
    struct str name = at == 0 ? payment->means_text : STR_NONE;

    xml_open(ubl->xml, "cac:PaymentMeans");
    xml_text_with(ubl->xml, "cbc:PaymentMeansCode", name.len > 0 ? "name" : NULL, name,
                  payment->present ? payment->means : MEANS_UNDEFINED);
    if (!ubl->words->is_invoice)
        ubl_put_date(ubl, "cbc:PaymentDueDate", ubl->invoice->due);
    xml_text(ubl->xml, "cbc:PaymentID", payment->remittance);
    if (at == 0)
        put_card(ubl, payment);
    if (at < payment->account_count)
        put_account(ubl, &payment->accounts[at]);
    if (at == 0)
        put_mandate(ubl, payment);
    xml_close(ubl->xml);
}

static void put_payment(struct ubl *ubl)
{
    const struct einvoice_payment *payment = &ubl->invoice->payment;
    bool has_day = !ubl->words->is_invoice && einvoice_has_date(ubl->invoice->due);
    size_t count = payment->account_count > 1 ? payment->account_count : 1;

    for (size_t i = 0; (payment->present || has_day) && i < count; i++)
        put_means(ubl, i);
    ubl_put_within(ubl, "cac:PaymentTerms", "cbc:Note", ubl->invoice->terms);
}

static void put_taxes(struct ubl *ubl)
{
    const struct einvoice *invoice = ubl->invoice;

    xml_open(ubl->xml, "cac:TaxTotal");
    ubl_put_amount(ubl, "cbc:TaxAmount", invoice->totals.vat);
    for (size_t i = 0; i < invoice->group_count; i++) {
        const struct einvoice_group *group = &invoice->groups[i];
        xml_open(ubl->xml, "cac:TaxSubtotal");
        ubl_put_amount(ubl, "cbc:TaxableAmount", group->base);
        ubl_put_amount(ubl, "cbc:TaxAmount", group->tax);
        ubl_put_category(ubl, "cac:TaxCategory", &group->vat, group);
        xml_close(ubl->xml);
    }
    xml_close(ubl->xml);
    xml_open(ubl->xml, "cac:TaxTotal");
    ubl_put_amount_in(ubl, "cbc:TaxAmount", invoice->vat_currency, invoice->totals.vat_accounting);
    xml_close(ubl->xml);
}

static void put_totals(struct ubl *ubl)
{
    const struct einvoice_totals *totals = &ubl->invoice->totals;

    xml_open(ubl->xml, "cac:LegalMonetaryTotal");
    ubl_put_amount(ubl, "cbc:LineExtensionAmount", totals->lines);
    ubl_put_amount(ubl, "cbc:TaxExclusiveAmount", totals->without_vat);
    ubl_put_amount(ubl, "cbc:TaxInclusiveAmount", totals->with_vat);
    ubl_put_amount(ubl, "cbc:AllowanceTotalAmount", totals->allowances);
    ubl_put_amount(ubl, "cbc:ChargeTotalAmount", totals->charges);
    ubl_put_amount(ubl, "cbc:PrepaidAmount", totals->paid);
    ubl_put_amount(ubl, "cbc:PayableRoundingAmount", totals->rounding);
    ubl_put_amount(ubl, "cbc:PayableAmount", totals->due);
    xml_close(ubl->xml);
}

/* The types of UNTDID 1001 that are credit notes, of those that France accepts (BR-FR-04). */
static bool is_credit(struct str type)
{
    static const struct str CREDITS[] = {STR_INIT("261"), STR_INIT("262"), STR_INIT("381"),
                                         STR_INIT("396"), STR_INIT("502"), STR_INIT("503")};

    for (size_t i = 0; i < ARRAY_LEN(CREDITS); i++) {
        if (str_eq(CREDITS[i], type))
            return true;
    }
    return false;
}

void ubl_write(struct arena *arena, struct xml_writer *xml, const struct einvoice *invoice)
{
    const struct ubl_words *words = is_credit(invoice->type) ? &CREDIT_NOTE : &INVOICE;
    struct ubl ubl = {arena, xml, invoice, words};

    xml_open_root(xml, words->root, words->spaces, ARRAY_LEN(words->spaces));
    put_head(&ubl);
    ubl_put_preceding(&ubl, invoice->preceding, invoice->preceding_count);
    put_references(&ubl);
    put_parties(&ubl);
    put_delivery(&ubl);
    put_payment(&ubl);
    ubl_put_allowances(&ubl, invoice->allowances, invoice->allowance_count);
    put_taxes(&ubl);
    put_totals(&ubl);
    for (size_t i = 0; i < invoice->line_count; i++)
        ubl_put_line(&ubl, &invoice->lines[i]);
    xml_close(xml);
}
