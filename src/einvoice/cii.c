#include "base/attr.h"
#include "einvoice/cii_parts.h"
#include "einvoice/syntax.h"

/* UN/CEFACT Cross Industry Invoice D22B: the elements that EN 16931 and the French rules use. */

#define SPACE "urn:un:unece:uncefact:data:standard:"

static const struct tree_space SPACES[] = {
    {"rsm", STR_INIT(SPACE "CrossIndustryInvoice:100")                      },
    {"ram", STR_INIT(SPACE "ReusableAggregateBusinessInformationEntity:100")},
    {"udt", STR_INIT(SPACE "UnqualifiedDataType:100")                       },
    {"qdt", STR_INIT(SPACE "QualifiedDataType:100")                         },
};

/* --- the document --------------------------------------------------------------------------------
 */

static const struct node CONTEXT_NODES[] = {
    NODE_IN("ram:BusinessProcessSpecifiedDocumentContextParameter", struct einvoice, framework,
            CII_ID_IN),
    NODE_IN("ram:GuidelineSpecifiedDocumentContextParameter", struct einvoice, profile, CII_ID_IN),
};
static const struct nodes CONTEXT_IN = NODES(CONTEXT_NODES);

static const struct node NOTE_NODES[] = {
    NODE("ram:Content", NODE_TEXT, struct einvoice_note, text),
    NODE("ram:SubjectCode", NODE_CODE, struct einvoice_note, code),
};
static const struct nodes NOTE_IN = NODES(NOTE_NODES);

static const struct node DOCUMENT_NODES[] = {
    NODE("ram:ID", NODE_TEXT, struct einvoice, number),
    NODE("ram:Name", NODE_KNOWN, struct einvoice, number),
    NODE("ram:TypeCode", NODE_CODE, struct einvoice, type),
    NODE_IN("ram:IssueDateTime", struct einvoice, issued, CII_DAY_IN),
    NODE_ITEMS("ram:IncludedNote", NOTES_LIST, NOTE_IN),
};
static const struct nodes DOCUMENT_IN = NODES(DOCUMENT_NODES);

/* --- additional documents ------------------------------------------------------------------------
 */

static const struct node ADDITIONAL_NODES[] = {
    NODE("ram:IssuerAssignedID", NODE_TEXT, struct read_document, reference),
    NODE("ram:URIID", NODE_CODE, struct read_document, uri),
    NODE("ram:TypeCode", NODE_CODE, struct read_document, type),
    NODE("ram:Name", NODE_TEXT, struct read_document, description),
    FILE_NODE("ram:AttachmentBinaryObject"),
    NODE("ram:ReferenceTypeCode", NODE_CODE, struct read_document, scheme),
};
static const struct nodes ADDITIONAL_IN = NODES(ADDITIONAL_NODES);

/* UNTDID 1001: 50 is a call for tenders (BT-17), 130 what is invoiced (BT-18), else BG-24. */
static void additional_left(struct tree *tree, void *parent, void *own)
{
    const struct read_document *document = own;
    struct einvoice *invoice = parent;

    if (str_eq(document->type, STR("50")))
        put_once(tree, "BT-17", &invoice->tender, document->reference);
    else if (str_eq(document->type, STR("130")))
        put_id(tree, invoice, &OBJECTS_LIST, document->reference, document->scheme);
    else
        put_attachment(tree, invoice, document);
}

static void line_object_left(struct tree *tree, void *parent, void *own)
{
    const struct read_document *document = own;

    if (!str_eq(document->type, STR("130")))
        einvoice_fail(tree->report, "XSD", "BT-128", 0, LINE_DOCUMENT_OTHER);
    put_id(tree, parent, &LINE_OBJECTS_LIST, document->reference, document->scheme);
}

/* --- lines ---------------------------------------------------------------------------------------
 */

static const struct node LINE_DOCUMENT_NODES[] = {
    NODE("ram:LineID", NODE_CODE, struct einvoice_line, id),
    NODE_IN("ram:IncludedNote", struct einvoice_line, note, CII_CONTENT_IN),
};
static const struct nodes LINE_DOCUMENT_IN = NODES(LINE_DOCUMENT_NODES);

static const struct node CHARACTERISTIC_NODES[] = {
    NODE("ram:Description", NODE_TEXT, struct einvoice_attribute, name),
    NODE("ram:Value", NODE_TEXT, struct einvoice_attribute, value),
};
static const struct nodes CHARACTERISTIC_IN = NODES(CHARACTERISTIC_NODES);

static const struct node CLASS_NODES[] = {
    NODE_WITH("ram:ClassCode", NODE_CODE, struct einvoice_id, id, "listID", scheme),
};
static const struct nodes CLASS_IN = NODES(CLASS_NODES);

static const struct node PRODUCT_NODES[] = {
    NODE_WITH("ram:GlobalID", NODE_CODE, struct einvoice_line, standard_id.id, "schemeID",
              standard_id.scheme),
    NODE("ram:SellerAssignedID", NODE_TEXT, struct einvoice_line, seller_id),
    NODE("ram:BuyerAssignedID", NODE_TEXT, struct einvoice_line, buyer_id),
    NODE("ram:Name", NODE_TEXT, struct einvoice_line, name),
    NODE("ram:Description", NODE_TEXT, struct einvoice_line, description),
    NODE_ITEMS("ram:ApplicableProductCharacteristic", ATTRIBUTES_LIST, CHARACTERISTIC_IN),
    NODE_ITEMS("ram:DesignatedProductClassification", CLASSES_LIST, CLASS_IN),
    NODE_IN("ram:OriginTradeCountry", struct einvoice_line, origin, CII_ID_IN),
};
static const struct nodes PRODUCT_IN = NODES(PRODUCT_NODES);

static const struct node PRICE_ALLOWANCE_NODES[] = {
    NODE_IN("ram:ChargeIndicator", struct read_price, charge, CII_FLAG_IN),
    NODE("ram:ActualAmount", NODE_NUMBER, struct read_price, discount),
};
static const struct nodes PRICE_ALLOWANCE_IN = NODES(PRICE_ALLOWANCE_NODES);

static const struct node PRICE_NODES[] = {
    NODE("ram:ChargeAmount", NODE_NUMBER, struct read_price, amount),
    NODE_WITH("ram:BasisQuantity", NODE_NUMBER, struct read_price, base_quantity, "unitCode",
              base_unit),
    NODE_WITHIN("ram:AppliedTradeAllowanceCharge", PRICE_ALLOWANCE_IN),
};
static const struct nodes PRICE_IN = NODES(PRICE_NODES);

static void price_charge(struct tree *tree, const struct read_price *price)
{
    if (price->charge)
        einvoice_fail(tree->report, "XSD", "BT-147", 0, "is a charge, but may be a discount only");
}

/* BT-149 may stand beside either price; beside the net one it wins. */
static void gross_price_left(struct tree *tree, void *parent, void *own)
{
    const struct read_price *price = own;
    struct einvoice_line *line = parent;

    price_charge(tree, price);
    line->gross_price = price->amount;
    line->price_discount = price->discount;
    if (!line->base_quantity.present) {
        line->base_quantity = price->base_quantity;
        line->base_unit = price->base_unit;
    }
}

static void net_price_left(struct tree *tree, void *parent, void *own)
{
    const struct read_price *price = own;
    struct einvoice_line *line = parent;

    price_charge(tree, price);
    line->price = price->amount;
    if (price->base_quantity.present) {
        line->base_quantity = price->base_quantity;
        line->base_unit = price->base_unit;
    }
}

#define PRICE(name_, leave_)                                                                       \
    {                                                                                              \
        .name = name_, .kind = NODE_SCRATCH, .size = sizeof(struct read_price),                    \
        .within = &PRICE_IN, .leave = leave_                                                       \
    }
static const struct node LINE_AGREEMENT_NODES[] = {
    NODE_IN("ram:BuyerOrderReferencedDocument", struct einvoice_line, order_line, CII_LINE_ID_IN),
    PRICE("ram:GrossPriceProductTradePrice", gross_price_left),
    PRICE("ram:NetPriceProductTradePrice", net_price_left),
};
static const struct nodes LINE_AGREEMENT_IN = NODES(LINE_AGREEMENT_NODES);

static const struct node LINE_DELIVERY_NODES[] = {
    NODE_WITH("ram:BilledQuantity", NODE_NUMBER, struct einvoice_line, quantity, "unitCode", unit),
};
static const struct nodes LINE_DELIVERY_IN = NODES(LINE_DELIVERY_NODES);

static const struct node LINE_TOTAL_NODES[] = {
    NODE("ram:LineTotalAmount", NODE_NUMBER, struct einvoice_line, net),
};
static const struct nodes LINE_TOTAL_IN = NODES(LINE_TOTAL_NODES);

static const struct node LINE_SETTLEMENT_NODES[] = {
    NODE_IN("ram:ApplicableTradeTax", struct einvoice_line, vat, CII_VAT_IN),
    CII_PERIOD(struct einvoice_line, period),
    NODE_ITEMS("ram:SpecifiedTradeAllowanceCharge", LINE_ALLOWANCES_LIST, CII_ALLOWANCE_IN),
    NODE_WITHIN("ram:SpecifiedTradeSettlementLineMonetarySummation", LINE_TOTAL_IN),
    NODE_ITEMS("ram:InvoiceReferencedDocument", LINE_PRECEDING_LIST, CII_PRECEDING_IN),
    NODE_ASIDE("ram:AdditionalReferencedDocument", struct read_document, ADDITIONAL_IN,
               line_object_left),
    NODE_IN("ram:ReceivableSpecifiedTradeAccountingAccount", struct einvoice_line, accounting,
            CII_ID_IN),
};
static const struct nodes LINE_SETTLEMENT_IN = NODES(LINE_SETTLEMENT_NODES);

static const struct node LINE_NODES[] = {
    NODE_WITHIN("ram:AssociatedDocumentLineDocument", LINE_DOCUMENT_IN),
    NODE_WITHIN("ram:SpecifiedTradeProduct", PRODUCT_IN),
    NODE_WITHIN("ram:SpecifiedLineTradeAgreement", LINE_AGREEMENT_IN),
    NODE_WITHIN("ram:SpecifiedLineTradeDelivery", LINE_DELIVERY_IN),
    NODE_WITHIN("ram:SpecifiedLineTradeSettlement", LINE_SETTLEMENT_IN),
};
static const struct nodes LINE_IN = NODES(LINE_NODES);

/* --- agreement and delivery ----------------------------------------------------------------------
 */

static const struct node PROJECT_NODES[] = {
    NODE("ram:ID", NODE_TEXT, struct text_only, text),
    NODE("ram:Name", NODE_KNOWN, struct text_only, text),
};
static const struct nodes PROJECT_IN = NODES(PROJECT_NODES);

static const struct node AGREEMENT_NODES[] = {
    NODE("ram:BuyerReference", NODE_TEXT, struct einvoice, buyer_reference),
    CII_PARTY("ram:SellerTradeParty", seller),
    CII_PARTY("ram:BuyerTradeParty", buyer),
    CII_PARTY("ram:SellerTaxRepresentativeTradeParty", representative),
    NODE_IN("ram:SellerOrderReferencedDocument", struct einvoice, sales_order, CII_ASSIGNED_IN),
    NODE_IN("ram:BuyerOrderReferencedDocument", struct einvoice, order, CII_ASSIGNED_IN),
    NODE_IN("ram:ContractReferencedDocument", struct einvoice, contract, CII_ASSIGNED_IN),
    NODE_ASIDE("ram:AdditionalReferencedDocument", struct read_document, ADDITIONAL_IN,
               additional_left),
    NODE_IN("ram:SpecifiedProcuringProject", struct einvoice, project, PROJECT_IN),
};
static const struct nodes AGREEMENT_IN = NODES(AGREEMENT_NODES);

static const struct node SHIP_TO_NODES[] = {
    NODE("ram:ID", NODE_CODE, struct einvoice_delivery, location.id),
    NODE_WITH("ram:GlobalID", NODE_CODE, struct einvoice_delivery, location.id, "schemeID",
              location.scheme),
    NODE("ram:Name", NODE_TEXT, struct einvoice_delivery, name),
    CII_ADDRESS(struct einvoice_delivery),
};
static const struct nodes SHIP_TO_IN = NODES(SHIP_TO_NODES);

static const struct node OCCURRENCE_NODES[] = {
    NODE_IN("ram:OccurrenceDateTime", struct einvoice_delivery, day, CII_DAY_IN),
};
static const struct nodes OCCURRENCE_IN = NODES(OCCURRENCE_NODES);

static void delivery_left(struct tree *tree, void *parent, void *own)
{
    struct einvoice_delivery *delivery = own;

    (void)tree;
    (void)parent;
    delivery->present = true;
}

#define DELIVERY(name_, nodes_)                                                                    \
    {                                                                                              \
        .name = name_, .kind = NODE_GROUP, .offset = offsetof(struct einvoice, delivery),          \
        .within = &(nodes_), .leave = delivery_left                                                \
    }
static const struct node DELIVERY_NODES[] = {
    DELIVERY("ram:ShipToTradeParty", SHIP_TO_IN),
    DELIVERY("ram:ActualDeliverySupplyChainEvent", OCCURRENCE_IN),
    NODE_IN("ram:DespatchAdviceReferencedDocument", struct einvoice, despatch, CII_ASSIGNED_IN),
    NODE_IN("ram:ReceivingAdviceReferencedDocument", struct einvoice, receipt, CII_ASSIGNED_IN),
};
static const struct nodes DELIVERY_IN = NODES(DELIVERY_NODES);

/* --- settlement ----------------------------------------------------------------------------------
 */

static const struct node CARD_NODES[] = {
    NODE("ram:ID", NODE_CODE, struct read_means, card),
    NODE("ram:CardholderName", NODE_TEXT, struct read_means, card_holder),
};
static const struct nodes CARD_IN = NODES(CARD_NODES);

static const struct node DEBITED_NODES[] = {
    NODE("ram:IBANID", NODE_CODE, struct read_means, debited),
};
static const struct nodes DEBITED_IN = NODES(DEBITED_NODES);

static const struct node CREDITED_NODES[] = {
    NODE("ram:IBANID", NODE_CODE, struct read_means, account.id),
    NODE("ram:AccountName", NODE_TEXT, struct read_means, account.name),
    NODE("ram:ProprietaryID", NODE_CODE, struct read_means, other_account),
};
static const struct nodes CREDITED_IN = NODES(CREDITED_NODES);

static const struct node BIC_NODES[] = {
    NODE("ram:BICID", NODE_CODE, struct read_means, account.bic),
};
static const struct nodes BIC_IN = NODES(BIC_NODES);

static const struct node MEANS_NODES[] = {
    NODE("ram:TypeCode", NODE_CODE, struct read_means, code),
    NODE("ram:Information", NODE_TEXT, struct read_means, text),
    NODE_WITHIN("ram:ApplicableTradeSettlementFinancialCard", CARD_IN),
    NODE_WITHIN("ram:PayerPartyDebtorFinancialAccount", DEBITED_IN),
    NODE_WITHIN("ram:PayeePartyCreditorFinancialAccount", CREDITED_IN),
    NODE_WITHIN("ram:PayeeSpecifiedCreditorFinancialInstitution", BIC_IN),
};
static const struct nodes MEANS_IN = NODES(MEANS_NODES);

static void means_left(struct tree *tree, void *parent, void *own)
{
    put_means(tree, parent, own);
}

/* BG-23, which also carries BT-7 and BT-8: they are of the document, so each group says the same.
 */
struct read_group {
    struct einvoice_group group;
    struct date vat_day;
    struct str vat_day_code;
};

static const struct node GROUP_NODES[] = {
    NODE("ram:CalculatedAmount", NODE_NUMBER, struct read_group, group.tax),
    NODE_VAT_IN("ram:TypeCode"),
    NODE("ram:ExemptionReason", NODE_TEXT, struct read_group, group.reason),
    NODE("ram:BasisAmount", NODE_NUMBER, struct read_group, group.base),
    NODE("ram:CategoryCode", NODE_CODE, struct read_group, group.vat.category),
    NODE("ram:ExemptionReasonCode", NODE_CODE, struct read_group, group.reason_code),
    NODE_IN("ram:TaxPointDate", struct read_group, vat_day, CII_DAY_ALONE_IN),
    NODE("ram:DueDateTypeCode", NODE_CODE, struct read_group, vat_day_code),
    NODE("ram:RateApplicablePercent", NODE_NUMBER, struct read_group, group.vat.rate),
};
static const struct nodes GROUP_IN = NODES(GROUP_NODES);

static void vat_days_take(struct tree *tree, struct einvoice *invoice,
                          const struct read_group *read)
{
    static const char TEXT[] = "is not the same in each group of VAT";

    if (einvoice_has_date(read->vat_day)) {
        if (einvoice_has_date(invoice->vat_day) &&
            date_compare(invoice->vat_day, read->vat_day) != 0)
            einvoice_fail(tree->report, "XSD", "BT-7", 0, TEXT);
        invoice->vat_day = read->vat_day;
    }
    if (read->vat_day_code.len > 0) {
        if (invoice->vat_day_code.len > 0 && !str_eq(invoice->vat_day_code, read->vat_day_code))
            einvoice_fail(tree->report, "XSD", "BT-8", 0, TEXT);
        invoice->vat_day_code = read->vat_day_code;
    }
}

static void group_left(struct tree *tree, void *parent, void *own)
{
    const struct read_group *read = own;
    struct einvoice *invoice = parent;
    struct einvoice_group *group = tree_item(tree, invoice, &GROUPS_LIST);

    if (group != NULL)
        *group = read->group;
    vat_days_take(tree, invoice, read);
}

static const struct node TERMS_NODES[] = {
    NODE("ram:Description", NODE_TEXT, struct einvoice, terms),
    NODE_IN("ram:DueDateDateTime", struct einvoice, due, CII_DAY_IN),
    NODE("ram:DirectDebitMandateID", NODE_CODE, struct einvoice, payment.mandate),
};
static const struct nodes TERMS_IN = NODES(TERMS_NODES);

static const struct node TOTALS_NODES[] = {
    NODE("ram:LineTotalAmount", NODE_NUMBER, struct einvoice_totals, lines),
    NODE("ram:ChargeTotalAmount", NODE_NUMBER, struct einvoice_totals, charges),
    NODE("ram:AllowanceTotalAmount", NODE_NUMBER, struct einvoice_totals, allowances),
    NODE("ram:TaxBasisTotalAmount", NODE_NUMBER, struct einvoice_totals, without_vat),
    VAT_TOTAL_NODE("ram:TaxTotalAmount"),
    NODE("ram:RoundingAmount", NODE_NUMBER, struct einvoice_totals, rounding),
    NODE("ram:GrandTotalAmount", NODE_NUMBER, struct einvoice_totals, with_vat),
    NODE("ram:TotalPrepaidAmount", NODE_NUMBER, struct einvoice_totals, paid),
    NODE("ram:DuePayableAmount", NODE_NUMBER, struct einvoice_totals, due),
};
static const struct nodes TOTALS_IN = NODES(TOTALS_NODES);

static const struct node SETTLEMENT_NODES[] = {
    NODE("ram:CreditorReferenceID", NODE_CODE, struct einvoice, payment.creditor),
    NODE("ram:PaymentReference", NODE_TEXT, struct einvoice, payment.remittance),
    NODE("ram:TaxCurrencyCode", NODE_CODE, struct einvoice, vat_currency),
    NODE("ram:InvoiceCurrencyCode", NODE_CODE, struct einvoice, currency),
    CII_PARTY("ram:PayeeTradeParty", payee),
    NODE_ASIDE("ram:SpecifiedTradeSettlementPaymentMeans", struct read_means, MEANS_IN, means_left),
    NODE_ASIDE("ram:ApplicableTradeTax", struct read_group, GROUP_IN, group_left),
    CII_PERIOD(struct einvoice, period),
    NODE_ITEMS("ram:SpecifiedTradeAllowanceCharge", ALLOWANCES_LIST, CII_ALLOWANCE_IN),
    NODE_WITHIN("ram:SpecifiedTradePaymentTerms", TERMS_IN),
    NODE_IN("ram:SpecifiedTradeSettlementHeaderMonetarySummation", struct einvoice, totals,
            TOTALS_IN),
    NODE_ITEMS("ram:InvoiceReferencedDocument", PRECEDING_LIST, CII_PRECEDING_IN),
    NODE_IN("ram:ReceivableSpecifiedTradeAccountingAccount", struct einvoice, accounting,
            CII_ID_IN),
};
static const struct nodes SETTLEMENT_IN = NODES(SETTLEMENT_NODES);

static const struct node TRANSACTION_NODES[] = {
    NODE_ITEMS("ram:IncludedSupplyChainTradeLineItem", LINES_LIST, LINE_IN),
    NODE_WITHIN("ram:ApplicableHeaderTradeAgreement", AGREEMENT_IN),
    NODE_WITHIN("ram:ApplicableHeaderTradeDelivery", DELIVERY_IN),
    NODE_WITHIN("ram:ApplicableHeaderTradeSettlement", SETTLEMENT_IN),
};
static const struct nodes TRANSACTION_IN = NODES(TRANSACTION_NODES);

static const struct node ROOT_NODES[] = {
    NODE_WITHIN("rsm:ExchangedDocumentContext", CONTEXT_IN),
    NODE_WITHIN("rsm:ExchangedDocument", DOCUMENT_IN),
    NODE_WITHIN("rsm:SupplyChainTradeTransaction", TRANSACTION_IN),
};
static const struct nodes ROOT_IN = NODES(ROOT_NODES);

static void finish(struct tree *tree)
{
    put_vat_totals(tree);
}

const struct tree_syntax CII_INVOICE = {
    .format = EINVOICE_CII,
    .root = "rsm:CrossIndustryInvoice",
    .spaces = SPACES,
    .space_count = ARRAY_LEN(SPACES),
    .within = &ROOT_IN,
    .finish = finish,
};
