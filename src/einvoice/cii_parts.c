#include "einvoice/cii_parts.h"

#include "base/attr.h"

/* --- small parts ---------------------------------------------------------------------------------
 */

/* As struct text_only, of other kinds. */
struct code_only {
    struct str code;
};
struct day_only {
    struct date day;
};
struct flag_only {
    bool flag;
};

static const struct node DAY_NODES[] = {
    NODE("udt:DateTimeString", NODE_DAY_102, struct day_only, day),
};
static const struct node DAY_QUALIFIED_NODES[] = {
    NODE("qdt:DateTimeString", NODE_DAY_102, struct day_only, day),
};
static const struct node DAY_ALONE_NODES[] = {
    NODE("udt:DateString", NODE_DAY_102, struct day_only, day),
};
const struct nodes CII_DAY_IN = NODES(DAY_NODES);
static const struct nodes DAY_QUALIFIED_IN = NODES(DAY_QUALIFIED_NODES);
const struct nodes CII_DAY_ALONE_IN = NODES(DAY_ALONE_NODES);

static const struct node FLAG_NODES[] = {
    NODE_NEEDED("udt:Indicator", NODE_FLAG, struct flag_only, flag),
};
const struct nodes CII_FLAG_IN = NODES(FLAG_NODES);

static const struct node CONTENT_NODES[] = {
    NODE("ram:Content", NODE_TEXT, struct text_only, text),
};
const struct nodes CII_CONTENT_IN = NODES(CONTENT_NODES);

static const struct node ID_NODES[] = {NODE("ram:ID", NODE_CODE, struct code_only, code)};
const struct nodes CII_ID_IN = NODES(ID_NODES);

static const struct node ASSIGNED_NODES[] = {
    NODE("ram:IssuerAssignedID", NODE_TEXT, struct text_only, text),
};
const struct nodes CII_ASSIGNED_IN = NODES(ASSIGNED_NODES);

static const struct node LINE_ID_NODES[] = {
    NODE("ram:LineID", NODE_CODE, struct code_only, code),
};
const struct nodes CII_LINE_ID_IN = NODES(LINE_ID_NODES);

void cii_period_left(struct tree *tree, void *parent, void *own)
{
    struct einvoice_period *period = own;

    (void)tree;
    (void)parent;
    period->present = true;
}

static const struct node PERIOD_NODES[] = {
    NODE("ram:Description", NODE_KNOWN, struct einvoice_period, present),
    NODE_IN("ram:StartDateTime", struct einvoice_period, from, CII_DAY_IN),
    NODE_IN("ram:EndDateTime", struct einvoice_period, to, CII_DAY_IN),
};
const struct nodes CII_PERIOD_IN = NODES(PERIOD_NODES);

static const struct node PRECEDING_NODES[] = {
    NODE("ram:IssuerAssignedID", NODE_TEXT, struct einvoice_reference, number),
    NODE("ram:TypeCode", NODE_CODE, struct einvoice_reference, type),
    NODE_IN("ram:FormattedIssueDateTime", struct einvoice_reference, issued, DAY_QUALIFIED_IN),
};
const struct nodes CII_PRECEDING_IN = NODES(PRECEDING_NODES);

static const struct node VAT_NODES[] = {
    NODE_VAT_IN("ram:TypeCode"),
    NODE("ram:CategoryCode", NODE_CODE, struct einvoice_vat, category),
    NODE("ram:RateApplicablePercent", NODE_NUMBER, struct einvoice_vat, rate),
};
const struct nodes CII_VAT_IN = NODES(VAT_NODES);

static const struct node ALLOWANCE_NODES[] = {
    {.name = "ram:ChargeIndicator",
     .kind = NODE_GROUP,
     .needed = true,
     .offset = offsetof(struct einvoice_allowance, charge),
     .within = &CII_FLAG_IN},
    NODE("ram:CalculationPercent", NODE_NUMBER, struct einvoice_allowance, percent),
    NODE("ram:BasisAmount", NODE_NUMBER, struct einvoice_allowance, base),
    NODE("ram:ActualAmount", NODE_NUMBER, struct einvoice_allowance, amount),
    NODE("ram:ReasonCode", NODE_CODE, struct einvoice_allowance, reason_code),
    NODE("ram:Reason", NODE_TEXT, struct einvoice_allowance, reason),
    NODE_IN("ram:CategoryTradeTax", struct einvoice_allowance, vat, CII_VAT_IN),
};
const struct nodes CII_ALLOWANCE_IN = NODES(ALLOWANCE_NODES);

/* --- parties -------------------------------------------------------------------------------------
 */

static const struct node LEGAL_NODES[] = {
    NODE_WITH("ram:ID", NODE_CODE, struct einvoice_party, legal_id.id, "schemeID", legal_id.scheme),
    NODE("ram:TradingBusinessName", NODE_TEXT, struct einvoice_party, trading_name),
};
static const struct nodes LEGAL_IN = NODES(LEGAL_NODES);

static const struct node PHONE_NODES[] = {
    NODE("ram:CompleteNumber", NODE_TEXT, struct text_only, text),
};
static const struct nodes PHONE_IN = NODES(PHONE_NODES);
static const struct node URI_NODES[] = {NODE("ram:URIID", NODE_TEXT, struct text_only, text)};
static const struct nodes URI_IN = NODES(URI_NODES);

static const struct node CONTACT_NODES[] = {
    NODE("ram:PersonName", NODE_TEXT, struct einvoice_contact, name),
    NODE("ram:DepartmentName", NODE_TEXT, struct einvoice_contact, name),
    NODE_IN("ram:TelephoneUniversalCommunication", struct einvoice_contact, phone, PHONE_IN),
    NODE_IN("ram:EmailURIUniversalCommunication", struct einvoice_contact, email, URI_IN),
};
static const struct nodes CONTACT_IN = NODES(CONTACT_NODES);

void cii_address_left(struct tree *tree, void *parent, void *own)
{
    struct einvoice_address *address = own;

    (void)tree;
    (void)parent;
    address->present = true;
}

static const struct node ADDRESS_NODES[] = {
    NODE("ram:PostcodeCode", NODE_TEXT, struct einvoice_address, zip),
    NODE("ram:LineOne", NODE_TEXT, struct einvoice_address, lines[0]),
    NODE("ram:LineTwo", NODE_TEXT, struct einvoice_address, lines[1]),
    NODE("ram:LineThree", NODE_TEXT, struct einvoice_address, lines[2]),
    NODE("ram:CityName", NODE_TEXT, struct einvoice_address, city),
    NODE("ram:CountryID", NODE_CODE, struct einvoice_address, country),
    NODE("ram:CountrySubDivisionName", NODE_TEXT, struct einvoice_address, subdivision),
};
const struct nodes CII_ADDRESS_IN = NODES(ADDRESS_NODES);

static const struct node ENDPOINT_NODES[] = {
    NODE_WITH("ram:URIID", NODE_TEXT, struct einvoice_id, id, "schemeID", scheme),
};
static const struct nodes ENDPOINT_IN = NODES(ENDPOINT_NODES);

static const struct node REGISTRATION_NODES[] = {
    NODE_WITH("ram:ID", NODE_CODE, struct read_tax_number, number, "schemeID", scheme),
};
static const struct nodes REGISTRATION_IN = NODES(REGISTRATION_NODES);

static void registration_left(struct tree *tree, void *parent, void *own)
{
    const struct read_tax_number *tax = own;
    struct einvoice_party *party = parent;
    bool vat = str_eq(tax->scheme, STR("VA"));

    if (vat || str_eq(tax->scheme, STR("FC")))
        put_once(tree, vat ? "BT-31" : "BT-32", vat ? &party->vat_number : &party->tax_number,
                 tax->number);
    else
        einvoice_fail(tree->report, "XSD", "BT-32", 0, "a tax registration is neither VA nor FC");
}

void cii_party_left(struct tree *tree, void *parent, void *own)
{
    struct einvoice_party *party = own;

    (void)tree;
    (void)parent;
    party->present = true;
}

static const struct node PARTY_NODES[] = {
    NODE_IDS("ram:ID", PARTY_IDS_LIST, NULL),
    NODE_IDS("ram:GlobalID", PARTY_IDS_LIST, "schemeID"),
    NODE("ram:Name", NODE_TEXT, struct einvoice_party, name),
    NODE("ram:Description", NODE_TEXT, struct einvoice_party, legal),
    NODE_WITHIN("ram:SpecifiedLegalOrganization", LEGAL_IN),
    NODE_IN("ram:DefinedTradeContact", struct einvoice_party, contact, CONTACT_IN),
    CII_ADDRESS(struct einvoice_party),
    NODE_IN("ram:URIUniversalCommunication", struct einvoice_party, endpoint, ENDPOINT_IN),
    NODE_ASIDE("ram:SpecifiedTaxRegistration", struct read_tax_number, REGISTRATION_IN,
               registration_left),
};
const struct nodes CII_PARTY_IN = NODES(PARTY_NODES);
