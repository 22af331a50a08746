#include "base/attr.h"
#include "einvoice/syntax.h"
#include "einvoice/ubl_parts.h"

/* UBL 2.1 Invoice and CreditNote: the elements that EN 16931 and the French rules use. */

#define SPACE "urn:oasis:names:specification:ubl:schema:xsd:"

static const char INVOICE_ROOT[] = "ubl:Invoice";
static const char CREDIT_ROOT[] = "ubl:CreditNote";

#define COMPONENTS                                                                                 \
    {"cac", STR_INIT(SPACE "CommonAggregateComponents-2")},                                        \
    {                                                                                              \
        "cbc", STR_INIT(SPACE "CommonBasicComponents-2")                                           \
    }
static const struct tree_space INVOICE_SPACES[] = {
    {"ubl", STR_INIT(SPACE "Invoice-2")},
    COMPONENTS
};
static const struct tree_space CREDIT_SPACES[] = {
    {"ubl", STR_INIT(SPACE "CreditNote-2")},
    COMPONENTS
};

/* --- periods -------------------------------------------------------------------------------------
 */

struct read_period {
    struct date from;
    struct date to;
    struct str vat_day_code;
};

static const struct node PERIOD_NODES[] = {
    NODE("cbc:StartDate", NODE_DAY, struct read_period, from),
    NODE("cbc:EndDate", NODE_DAY, struct read_period, to),
    NODE("cbc:DescriptionCode", NODE_CODE, struct read_period, vat_day_code),
};
static const struct nodes PERIOD_IN = NODES(PERIOD_NODES);

/* BT-8 is written in UNTDID 2005 here: told in UNTDID 2475, as the other syntax has it. */
static struct str vat_day_code(struct str code)
{
    static const struct {
        struct str from;
        struct str to;
    } CODES[] = {
        {STR_INIT("3"),   STR_INIT("5") },
        {STR_INIT("35"),  STR_INIT("29")},
        {STR_INIT("432"), STR_INIT("72")},
    };

    for (size_t i = 0; i < ARRAY_LEN(CODES); i++) {
        if (str_eq(CODES[i].from, code))
            return CODES[i].to;
    }
    return code.len > 0 ? STR("?") : STR_NONE;
}

static void period_left(struct tree *tree, void *parent, void *own)
{
    const struct read_period *period = own;
    struct einvoice *invoice = parent;
    bool alone = period->vat_day_code.len > 0 && !einvoice_has_date(period->from) &&
                 !einvoice_has_date(period->to);

    (void)tree;
    invoice->vat_day_code = vat_day_code(period->vat_day_code);
    invoice->period = (struct einvoice_period){!alone, period->from, period->to};
}

static void line_period_left(struct tree *tree, void *parent, void *own)
{
    const struct read_period *period = own;
    struct einvoice_line *line = parent;

    (void)tree;
    line->period = (struct einvoice_period){true, period->from, period->to};
}

#define PERIOD(leave_)                                                                             \
    {                                                                                              \
        .name = "cac:InvoicePeriod", .kind = NODE_SCRATCH, .size = sizeof(struct read_period),     \
        .within = &PERIOD_IN, .leave = leave_                                                      \
    }

/* --- documents referred to -----------------------------------------------------------------------
 */

static const struct node EXTERNAL_NODES[] = {
    NODE("cbc:URI", NODE_CODE, struct read_document, uri),
};
static const struct nodes EXTERNAL_IN = NODES(EXTERNAL_NODES);
static const struct node ATTACHMENT_NODES[] = {
    FILE_NODE("cbc:EmbeddedDocumentBinaryObject"),
    NODE_WITHIN("cac:ExternalReference", EXTERNAL_IN),
};
static const struct nodes ATTACHMENT_IN = NODES(ATTACHMENT_NODES);
static const struct node ADDITIONAL_NODES[] = {
    NODE_WITH("cbc:ID", NODE_TEXT, struct read_document, reference, "schemeID", scheme),
    NODE("cbc:DocumentTypeCode", NODE_CODE, struct read_document, type),
    NODE("cbc:DocumentDescription", NODE_TEXT, struct read_document, description),
    NODE_WITHIN("cac:Attachment", ATTACHMENT_IN),
};
static const struct nodes ADDITIONAL_IN = NODES(ADDITIONAL_NODES);

/* UNTDID 1001: 130 is what is invoiced (BT-18), 50 in a credit note the project (BT-11). */
static void additional_left(struct tree *tree, void *parent, void *own)
{
    const struct read_document *document = own;
    struct einvoice *invoice = parent;

    if (str_eq(document->type, STR("130")))
        put_id(tree, invoice, &OBJECTS_LIST, document->reference, document->scheme);
    else if (str_eq(document->type, STR("50")))
        put_once(tree, "BT-11", &invoice->project, document->reference);
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

static const struct node ORDER_NODES[] = {
    NODE("cbc:ID", NODE_TEXT, struct einvoice, order),
    NODE("cbc:SalesOrderID", NODE_TEXT, struct einvoice, sales_order),
};
static const struct nodes ORDER_IN = NODES(ORDER_NODES);

/* --- delivery and payment ------------------------------------------------------------------------
 */

static const struct node LOCATION_NODES[] = {
    NODE_WITH("cbc:ID", NODE_CODE, struct einvoice_delivery, location.id, "schemeID",
              location.scheme),
    UBL_ADDRESS("cac:Address", struct einvoice_delivery),
};
static const struct nodes LOCATION_IN = NODES(LOCATION_NODES);
static const struct node RECEIVER_NODES[] = {
    NODE_IN("cac:PartyName", struct einvoice_delivery, name, UBL_NAME_IN),
};
static const struct nodes RECEIVER_IN = NODES(RECEIVER_NODES);
static const struct node DELIVERY_NODES[] = {
    NODE("cbc:ActualDeliveryDate", NODE_DAY, struct einvoice_delivery, day),
    NODE_WITHIN("cac:DeliveryLocation", LOCATION_IN),
    NODE_WITHIN("cac:DeliveryParty", RECEIVER_IN),
};
static const struct nodes DELIVERY_IN = NODES(DELIVERY_NODES);

static void delivery_left(struct tree *tree, void *parent, void *own)
{
    struct einvoice_delivery *delivery = own;

    (void)tree;
    (void)parent;
    delivery->present = true;
}

static const struct node CARD_NODES[] = {
    NODE("cbc:PrimaryAccountNumberID", NODE_CODE, struct read_means, card),
    NODE("cbc:NetworkID", NODE_KNOWN, struct read_means, card),
    NODE("cbc:HolderName", NODE_TEXT, struct read_means, card_holder),
};
static const struct nodes CARD_IN = NODES(CARD_NODES);
static const struct node CREDITED_NODES[] = {
    NODE("cbc:ID", NODE_CODE, struct read_means, account.id),
    NODE("cbc:Name", NODE_TEXT, struct read_means, account.name),
    NODE_IN("cac:FinancialInstitutionBranch", struct read_means, account.bic, UBL_CODE_ID_IN),
};
static const struct nodes CREDITED_IN = NODES(CREDITED_NODES);
static const struct node MANDATE_NODES[] = {
    NODE("cbc:ID", NODE_CODE, struct read_means, mandate),
    NODE_IN("cac:PayerFinancialAccount", struct read_means, debited, UBL_CODE_ID_IN),
};
static const struct nodes MANDATE_IN = NODES(MANDATE_NODES);
static const struct node MEANS_NODES[] = {
    NODE_WITH("cbc:PaymentMeansCode", NODE_CODE, struct read_means, code, "name", text),
    NODE("cbc:PaymentDueDate", NODE_DAY, struct read_means, due),
    NODE("cbc:PaymentID", NODE_TEXT, struct read_means, remittance),
    NODE_WITHIN("cac:CardAccount", CARD_IN),
    NODE_WITHIN("cac:PayeeFinancialAccount", CREDITED_IN),
    NODE_WITHIN("cac:PaymentMandate", MANDATE_IN),
};
static const struct nodes MEANS_IN = NODES(MEANS_NODES);

static void means_left(struct tree *tree, void *parent, void *own)
{
    put_means(tree, parent, own);
}

/* --- VAT and totals ------------------------------------------------------------------------------
 */

static const struct node GROUP_CATEGORY_NODES[] = {
    NODE("cbc:ID", NODE_CODE, struct einvoice_group, vat.category),
    NODE("cbc:Percent", NODE_NUMBER, struct einvoice_group, vat.rate),
    NODE("cbc:TaxExemptionReasonCode", NODE_CODE, struct einvoice_group, reason_code),
    NODE("cbc:TaxExemptionReason", NODE_TEXT, struct einvoice_group, reason),
    UBL_VAT_SCHEME,
};
static const struct nodes GROUP_CATEGORY_IN = NODES(GROUP_CATEGORY_NODES);
static const struct node GROUP_NODES[] = {
    NODE("cbc:TaxableAmount", NODE_AMOUNT, struct einvoice_group, base),
    NODE("cbc:TaxAmount", NODE_AMOUNT, struct einvoice_group, tax),
    NODE_WITHIN("cac:TaxCategory", GROUP_CATEGORY_IN),
};
static const struct nodes GROUP_IN = NODES(GROUP_NODES);
static const struct node TAX_TOTAL_NODES[] = {
    VAT_TOTAL_NODE("cbc:TaxAmount"),
    NODE_ITEMS("cac:TaxSubtotal", GROUPS_LIST, GROUP_IN),
};
static const struct nodes TAX_TOTAL_IN = NODES(TAX_TOTAL_NODES);

static const struct node TOTALS_NODES[] = {
    NODE("cbc:LineExtensionAmount", NODE_AMOUNT, struct einvoice_totals, lines),
    NODE("cbc:TaxExclusiveAmount", NODE_AMOUNT, struct einvoice_totals, without_vat),
    NODE("cbc:TaxInclusiveAmount", NODE_AMOUNT, struct einvoice_totals, with_vat),
    NODE("cbc:AllowanceTotalAmount", NODE_AMOUNT, struct einvoice_totals, allowances),
    NODE("cbc:ChargeTotalAmount", NODE_AMOUNT, struct einvoice_totals, charges),
    NODE("cbc:PrepaidAmount", NODE_AMOUNT, struct einvoice_totals, paid),
    NODE("cbc:PayableRoundingAmount", NODE_AMOUNT, struct einvoice_totals, rounding),
    NODE("cbc:PayableAmount", NODE_AMOUNT, struct einvoice_totals, due),
};
static const struct nodes TOTALS_IN = NODES(TOTALS_NODES);

/* --- lines ---------------------------------------------------------------------------------------
 */

static const struct node CLASS_NODES[] = {
    NODE_WITH("cbc:ItemClassificationCode", NODE_CODE, struct einvoice_id, id, "listID", scheme),
};
static const struct nodes CLASS_IN = NODES(CLASS_NODES);
static const struct node PROPERTY_NODES[] = {
    NODE("cbc:Name", NODE_TEXT, struct einvoice_attribute, name),
    NODE("cbc:Value", NODE_TEXT, struct einvoice_attribute, value),
};
static const struct nodes PROPERTY_IN = NODES(PROPERTY_NODES);
static const struct node ITEM_NODES[] = {
    NODE("cbc:Description", NODE_TEXT, struct einvoice_line, description),
    NODE("cbc:Name", NODE_TEXT, struct einvoice_line, name),
    NODE_IN("cac:BuyersItemIdentification", struct einvoice_line, buyer_id, UBL_ID_IN),
    NODE_IN("cac:SellersItemIdentification", struct einvoice_line, seller_id, UBL_ID_IN),
    NODE_IN("cac:StandardItemIdentification", struct einvoice_line, standard_id, UBL_SCHEME_ID_IN),
    NODE_IN("cac:OriginCountry", struct einvoice_line, origin, UBL_COUNTRY_IN),
    NODE_ITEMS("cac:CommodityClassification", CLASSES_LIST, CLASS_IN),
    NODE_IN("cac:ClassifiedTaxCategory", struct einvoice_line, vat, UBL_CATEGORY_IN),
    NODE_ITEMS("cac:AdditionalItemProperty", ATTRIBUTES_LIST, PROPERTY_IN),
};
static const struct nodes ITEM_IN = NODES(ITEM_NODES);

static const struct node PRICE_ALLOWANCE_NODES[] = {
    NODE("cbc:ChargeIndicator", NODE_FLAG, struct read_price, charge),
    NODE("cbc:Amount", NODE_AMOUNT, struct read_price, discount),
    NODE("cbc:BaseAmount", NODE_AMOUNT, struct read_price, gross),
};
static const struct nodes PRICE_ALLOWANCE_IN = NODES(PRICE_ALLOWANCE_NODES);
static const struct node PRICE_NODES[] = {
    NODE("cbc:PriceAmount", NODE_AMOUNT, struct read_price, amount),
    NODE_WITH("cbc:BaseQuantity", NODE_NUMBER, struct read_price, base_quantity, "unitCode",
              base_unit),
    NODE_WITHIN("cac:AllowanceCharge", PRICE_ALLOWANCE_IN),
};
static const struct nodes PRICE_IN = NODES(PRICE_NODES);

static void price_left(struct tree *tree, void *parent, void *own)
{
    const struct read_price *price = own;
    struct einvoice_line *line = parent;

    if (price->charge)
        einvoice_fail(tree->report, "XSD", "BT-147", 0, "is a charge, but may be a discount only");
    line->price = price->amount;
    line->price_discount = price->discount;
    line->gross_price = price->gross;
    line->base_quantity = price->base_quantity;
    line->base_unit = price->base_unit;
}

#define ONLY_IN(root_, name_, kind_, struct_, member)                                              \
    {                                                                                              \
        .only = root_, .name = name_, .kind = kind_, .offset = offsetof(struct_, member)           \
    }
#define QUANTITY(root_, name_)                                                                     \
    {                                                                                              \
        .only = root_, .name = name_, .kind = NODE_NUMBER,                                         \
        .offset = offsetof(struct einvoice_line, quantity), .attribute = "unitCode",               \
        .attribute_offset = offsetof(struct einvoice_line, unit)                                   \
    }
#define PRICE                                                                                      \
    {                                                                                              \
        .name = "cac:Price", .kind = NODE_SCRATCH, .size = sizeof(struct read_price),              \
        .within = &PRICE_IN, .leave = price_left                                                   \
    }
static const struct node LINE_NODES[] = {
    NODE("cbc:ID", NODE_CODE, struct einvoice_line, id),
    NODE("cbc:Note", NODE_TEXT, struct einvoice_line, note),
    QUANTITY(INVOICE_ROOT, "cbc:InvoicedQuantity"),
    QUANTITY(CREDIT_ROOT, "cbc:CreditedQuantity"),
    NODE("cbc:LineExtensionAmount", NODE_AMOUNT, struct einvoice_line, net),
    NODE("cbc:AccountingCost", NODE_TEXT, struct einvoice_line, accounting),
    PERIOD(line_period_left),
    NODE_IN("cac:OrderLineReference", struct einvoice_line, order_line, UBL_LINE_ID_IN),
    NODE_ITEMS("cac:BillingReference", LINE_PRECEDING_LIST, UBL_PRECEDING_IN),
    NODE_ASIDE("cac:DocumentReference", struct read_document, ADDITIONAL_IN, line_object_left),
    NODE_ITEMS("cac:AllowanceCharge", LINE_ALLOWANCES_LIST, UBL_ALLOWANCE_IN),
    NODE_WITHIN("cac:Item", ITEM_IN),
    PRICE,
};
static const struct nodes LINE_IN = NODES(LINE_NODES);

/* --- the document --------------------------------------------------------------------------------
 */

#define NOTE                                                                                       \
    {                                                                                              \
        .name = "cbc:Note", .kind = NODE_TEXT, .many = true, .list = &NOTES_LIST,                  \
        .offset = offsetof(struct einvoice_note, text)                                             \
    }
#define DELIVERY                                                                                   \
    {                                                                                              \
        .name = "cac:Delivery", .kind = NODE_GROUP, .offset = offsetof(struct einvoice, delivery), \
        .within = &DELIVERY_IN, .leave = delivery_left                                             \
    }
#define TAX_TOTAL                                                                                  \
    {                                                                                              \
        .name = "cac:TaxTotal", .kind = NODE_GROUP, .within = &TAX_TOTAL_IN, .many = true          \
    }
#define LINES(root_, name_)                                                                        \
    {                                                                                              \
        .only = root_, .name = name_, .kind = NODE_LIST, .many = true, .list = &LINES_LIST,        \
        .within = &LINE_IN                                                                         \
    }

/* The two documents differ in the names of their type and their lines, and in the due date, which a
 * credit note has among its means of payment. */
static const struct node DOCUMENT_NODES[] = {
    NODE("cbc:UBLVersionID", NODE_KNOWN, struct einvoice, number),
    NODE("cbc:CustomizationID", NODE_CODE, struct einvoice, profile),
    NODE("cbc:ProfileID", NODE_CODE, struct einvoice, framework),
    NODE("cbc:ID", NODE_TEXT, struct einvoice, number),
    NODE("cbc:IssueDate", NODE_DAY, struct einvoice, issued),
    ONLY_IN(INVOICE_ROOT, "cbc:DueDate", NODE_DAY, struct einvoice, due),
    ONLY_IN(INVOICE_ROOT, "cbc:InvoiceTypeCode", NODE_CODE, struct einvoice, type),
    ONLY_IN(CREDIT_ROOT, "cbc:CreditNoteTypeCode", NODE_CODE, struct einvoice, type),
    NOTE,
    NODE("cbc:TaxPointDate", NODE_DAY, struct einvoice, vat_day),
    NODE("cbc:DocumentCurrencyCode", NODE_CODE, struct einvoice, currency),
    NODE("cbc:TaxCurrencyCode", NODE_CODE, struct einvoice, vat_currency),
    NODE("cbc:AccountingCost", NODE_TEXT, struct einvoice, accounting),
    NODE("cbc:BuyerReference", NODE_TEXT, struct einvoice, buyer_reference),
    PERIOD(period_left),
    NODE_WITHIN("cac:OrderReference", ORDER_IN),
    NODE_ITEMS("cac:BillingReference", PRECEDING_LIST, UBL_PRECEDING_IN),
    NODE_IN("cac:DespatchDocumentReference", struct einvoice, despatch, UBL_ID_IN),
    NODE_IN("cac:ReceiptDocumentReference", struct einvoice, receipt, UBL_ID_IN),
    NODE_IN("cac:OriginatorDocumentReference", struct einvoice, tender, UBL_ID_IN),
    NODE_IN("cac:ContractDocumentReference", struct einvoice, contract, UBL_ID_IN),
    NODE_ASIDE("cac:AdditionalDocumentReference", struct read_document, ADDITIONAL_IN,
               additional_left),
    NODE_IN("cac:ProjectReference", struct einvoice, project, UBL_ID_IN),
    UBL_PARTY("cac:AccountingSupplierParty", seller, UBL_PARTY_OUTER_IN, ubl_party_left),
    UBL_PARTY("cac:AccountingCustomerParty", buyer, UBL_PARTY_OUTER_IN, ubl_party_left),
    UBL_PARTY("cac:PayeeParty", payee, UBL_PARTY_IN, ubl_other_party_left),
    UBL_PARTY("cac:TaxRepresentativeParty", representative, UBL_PARTY_IN, ubl_other_party_left),
    DELIVERY,
    NODE_ASIDE("cac:PaymentMeans", struct read_means, MEANS_IN, means_left),
    NODE_IN("cac:PaymentTerms", struct einvoice, terms, UBL_NOTE_IN),
    NODE_ITEMS("cac:AllowanceCharge", ALLOWANCES_LIST, UBL_ALLOWANCE_IN),
    TAX_TOTAL,
    NODE_IN("cac:LegalMonetaryTotal", struct einvoice, totals, TOTALS_IN),
    LINES(INVOICE_ROOT, "cac:InvoiceLine"),
    LINES(CREDIT_ROOT, "cac:CreditNoteLine"),
};
static const struct nodes DOCUMENT_IN = NODES(DOCUMENT_NODES);

/* BT-21 has no element: it stands before the text, "#PMT#...". */
static void note_split(struct einvoice_note *note)
{
    struct str rest = note->text;

    if (rest.len < 2 || rest.ptr[0] != '#')
        return;
    rest = str_from(rest, 1);
    size_t end = str_find(rest, '#');
    if (end == 0 || end == rest.len || end > 3)
        return;
    note->code = str_sub(rest, 0, end);
    note->text = str_from(rest, end + 1);
}

/* The schema wants an order (BT-13) beside BT-14: "NA" says that there is none. */
static void order_forget(struct einvoice *invoice)
{
    if (invoice->sales_order.len > 0 && str_eq(invoice->order, STR("NA")))
        invoice->order = STR_NONE;
}

static void finish(struct tree *tree)
{
    put_vat_totals(tree);
    order_forget(tree->invoice);
    for (size_t i = 0; i < tree->invoice->note_count; i++)
        note_split(&tree->invoice->notes[i]);
}

const struct tree_syntax UBL_INVOICE = {
    .format = EINVOICE_UBL,
    .root = INVOICE_ROOT,
    .spaces = INVOICE_SPACES,
    .space_count = ARRAY_LEN(INVOICE_SPACES),
    .within = &DOCUMENT_IN,
    .finish = finish,
};

const struct tree_syntax UBL_CREDIT_NOTE = {
    .format = EINVOICE_UBL,
    .root = CREDIT_ROOT,
    .spaces = CREDIT_SPACES,
    .space_count = ARRAY_LEN(CREDIT_SPACES),
    .within = &DOCUMENT_IN,
    .finish = finish,
};
