#include "einvoice/ubl_parts.h"

#include "base/attr.h"

/* --- small parts ---------------------------------------------------------------------------------
 */

struct text_only {
    struct str text;
};

#define TEXT_IN(nodes_, element_)                                                                  \
    static const struct node nodes_##_NODES[] = {                                                  \
        NODE(element_, NODE_TEXT, struct text_only, text)};                                        \
    const struct nodes nodes_ = NODES(nodes_##_NODES)
#define CODE_IN(nodes_, element_)                                                                  \
    static const struct node nodes_##_NODES[] = {                                                  \
        NODE(element_, NODE_CODE, struct text_only, text)};                                        \
    const struct nodes nodes_ = NODES(nodes_##_NODES)

TEXT_IN(UBL_ID_IN, "cbc:ID");
TEXT_IN(UBL_NAME_IN, "cbc:Name");
TEXT_IN(UBL_NOTE_IN, "cbc:Note");
TEXT_IN(UBL_LINE_IN_ADDRESS, "cbc:Line");
CODE_IN(UBL_CODE_ID_IN, "cbc:ID");
CODE_IN(UBL_LINE_ID_IN, "cbc:LineID");
CODE_IN(UBL_COUNTRY_IN, "cbc:IdentificationCode");

static const struct node SCHEME_ID_NODES[] = {
    NODE_WITH("cbc:ID", NODE_CODE, struct einvoice_id, id, "schemeID", scheme),
};
const struct nodes UBL_SCHEME_ID_IN = NODES(SCHEME_ID_NODES);

static const struct node SCHEME_NODES[] = {
    NODE_VAT_IN("cbc:ID"),
};
const struct nodes UBL_SCHEME_IN = NODES(SCHEME_NODES);

static const struct node CATEGORY_NODES[] = {
    NODE("cbc:ID", NODE_CODE, struct einvoice_vat, category),
    NODE("cbc:Percent", NODE_NUMBER, struct einvoice_vat, rate),
    UBL_VAT_SCHEME,
};
const struct nodes UBL_CATEGORY_IN = NODES(CATEGORY_NODES);

static const struct node ALLOWANCE_NODES[] = {
    NODE_NEEDED("cbc:ChargeIndicator", NODE_FLAG, struct einvoice_allowance, charge),
    NODE("cbc:AllowanceChargeReasonCode", NODE_CODE, struct einvoice_allowance, reason_code),
    NODE("cbc:AllowanceChargeReason", NODE_TEXT, struct einvoice_allowance, reason),
    NODE("cbc:MultiplierFactorNumeric", NODE_NUMBER, struct einvoice_allowance, percent),
    NODE("cbc:Amount", NODE_AMOUNT, struct einvoice_allowance, amount),
    NODE("cbc:BaseAmount", NODE_AMOUNT, struct einvoice_allowance, base),
    NODE_IN("cac:TaxCategory", struct einvoice_allowance, vat, UBL_CATEGORY_IN),
};
const struct nodes UBL_ALLOWANCE_IN = NODES(ALLOWANCE_NODES);

static const struct node PRECEDING_DOCUMENT_NODES[] = {
    NODE("cbc:ID", NODE_TEXT, struct einvoice_reference, number),
    NODE("cbc:IssueDate", NODE_DAY, struct einvoice_reference, issued),
    NODE("cbc:DocumentTypeCode", NODE_CODE, struct einvoice_reference, type),
};
static const struct nodes PRECEDING_DOCUMENT_IN = NODES(PRECEDING_DOCUMENT_NODES);
static const struct node PRECEDING_NODES[] = {
    NODE_WITHIN("cac:InvoiceDocumentReference", PRECEDING_DOCUMENT_IN),
};
const struct nodes UBL_PRECEDING_IN = NODES(PRECEDING_NODES);

/* --- parties -------------------------------------------------------------------------------------
 */

static const struct node ADDRESS_NODES[] = {
    NODE("cbc:StreetName", NODE_TEXT, struct einvoice_address, lines[0]),
    NODE("cbc:AdditionalStreetName", NODE_TEXT, struct einvoice_address, lines[1]),
    NODE("cbc:CityName", NODE_TEXT, struct einvoice_address, city),
    NODE("cbc:PostalZone", NODE_TEXT, struct einvoice_address, zip),
    NODE("cbc:CountrySubentity", NODE_TEXT, struct einvoice_address, subdivision),
    NODE_IN("cac:AddressLine", struct einvoice_address, lines[2], UBL_LINE_IN_ADDRESS),
    NODE_IN("cac:Country", struct einvoice_address, country, UBL_COUNTRY_IN),
};
const struct nodes UBL_ADDRESS_IN = NODES(ADDRESS_NODES);

void ubl_address_left(struct tree *tree, void *parent, void *own)
{
    struct einvoice_address *address = own;

    (void)tree;
    (void)parent;
    address->present = true;
}

static const struct node TAX_NUMBER_NODES[] = {
    NODE("cbc:CompanyID", NODE_CODE, struct read_tax_number, number),
    NODE_IN("cac:TaxScheme", struct read_tax_number, scheme, UBL_CODE_ID_IN),
};
static const struct nodes TAX_NUMBER_IN = NODES(TAX_NUMBER_NODES);

static void tax_number_left(struct tree *tree, void *parent, void *own)
{
    const struct read_tax_number *tax = own;
    struct einvoice_party *party = parent;
    bool vat = str_eq(tax->scheme, STR("VAT"));

    put_once(tree, vat ? "BT-31" : "BT-32", vat ? &party->vat_number : &party->tax_number,
             tax->number);
}

/* BT-90 stands among the identifiers of the seller or the payee. */
static void party_id_left(struct tree *tree, void *parent, void *own)
{
    const struct einvoice_id *id = own;

    if (str_eq(id->scheme, STR("SEPA")))
        tree->invoice->payment.creditor = id->id;
    else
        put_id(tree, parent, &PARTY_IDS_LIST, id->id, id->scheme);
}

static const struct node LEGAL_NODES[] = {
    NODE("cbc:RegistrationName", NODE_TEXT, struct einvoice_party, name),
    NODE_WITH("cbc:CompanyID", NODE_CODE, struct einvoice_party, legal_id.id, "schemeID",
              legal_id.scheme),
    NODE("cbc:CompanyLegalForm", NODE_TEXT, struct einvoice_party, legal),
};
static const struct nodes LEGAL_IN = NODES(LEGAL_NODES);

static const struct node CONTACT_NODES[] = {
    NODE("cbc:Name", NODE_TEXT, struct einvoice_contact, name),
    NODE("cbc:Telephone", NODE_TEXT, struct einvoice_contact, phone),
    NODE("cbc:ElectronicMail", NODE_TEXT, struct einvoice_contact, email),
};
static const struct nodes CONTACT_IN = NODES(CONTACT_NODES);

static const struct node PARTY_NODES[] = {
    NODE_WITH("cbc:EndpointID", NODE_TEXT, struct einvoice_party, endpoint.id, "schemeID",
              endpoint.scheme),
    NODE_ASIDE("cac:PartyIdentification", struct einvoice_id, UBL_SCHEME_ID_IN, party_id_left),
    NODE_IN("cac:PartyName", struct einvoice_party, trading_name, UBL_NAME_IN),
    UBL_ADDRESS("cac:PostalAddress", struct einvoice_party),
    NODE_ASIDE("cac:PartyTaxScheme", struct read_tax_number, TAX_NUMBER_IN, tax_number_left),
    NODE_WITHIN("cac:PartyLegalEntity", LEGAL_IN),
    NODE_IN("cac:Contact", struct einvoice_party, contact, CONTACT_IN),
};
const struct nodes UBL_PARTY_IN = NODES(PARTY_NODES);
static const struct node PARTY_OUTER_NODES[] = {NODE_WITHIN("cac:Party", UBL_PARTY_IN)};
const struct nodes UBL_PARTY_OUTER_IN = NODES(PARTY_OUTER_NODES);

void ubl_party_left(struct tree *tree, void *parent, void *own)
{
    struct einvoice_party *party = own;

    (void)tree;
    (void)parent;
    party->present = true;
}

/* The payee and the representative have their name where others have their trading name. */
void ubl_other_party_left(struct tree *tree, void *parent, void *own)
{
    struct einvoice_party *party = own;

    ubl_party_left(tree, parent, own);
    if (party->name.len == 0) {
        party->name = party->trading_name;
        party->trading_name = STR_NONE;
    }
}
