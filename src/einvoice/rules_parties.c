#include "core/merchant_check.h"
#include "einvoice/rules.h"

/* Who the parties are and how they are reached: BR-62, BR-63, BR-CO-09, BR-CO-26, and of France
 * BR-FR-09 to 13, 21 to 26, 32 and BR-FR-CO-10, 14, 15. */

enum { SIREN_LEN = 9, SIRET_LEN = 14, ADDRESS_MAX = 125, PRIVATE_MAX = 100 };

static bool is_siren(struct str text)
{
    return text.len == SIREN_LEN && str_is_digits(text);
}

/* Letters, digits and + - _ . */
static bool is_address_text(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        if (!(byte >= 'a' && byte <= 'z') && !(byte >= 'A' && byte <= 'Z') &&
            !(byte >= '0' && byte <= '9') && byte != '+' && byte != '-' && byte != '_' &&
            byte != '.')
            return false;
    }
    return text.len > 0;
}

static size_t characters(struct str text)
{
    size_t count = text.len;

    (void)str_utf8_count(text, &count);
    return count;
}

/* The terms of a party, for what both have. */
struct terms {
    const char *name_id; /* BT-29 */
    const char *legal;   /* BT-30 */
    const char *address; /* BT-34 */
    const char *vat;     /* BT-31 */
};
static const struct terms SELLER = {"BT-29", "BT-30", "BT-34", "BT-31"};
static const struct terms BUYER = {"BT-46", "BT-47", "BT-49", "BT-48"};
static const struct terms PAYEE = {"BT-60", "BT-61", NULL, NULL};

/* --- identifiers ---------------------------------------------------------------------------------
 */

static void check_id(struct checking *checking, const struct einvoice_party *party,
                     const struct einvoice_id *id, const char *term)
{
    bool siret = str_eq(id->scheme, STR("0009"));
    bool siren = str_eq(id->scheme, STR("0002")) || str_eq(id->scheme, STR("0231"));
    bool private = str_eq(id->scheme, STR("0224"));

    rule_holds(checking,
               !siret || (id->id.len == SIRET_LEN && str_is_digits(id->id) &&
                          party->legal_id.id.len > 0 && str_starts(id->id, party->legal_id.id)),
               "BR-FR-09", term, 0, "is no SIRET of fourteen digits that begins with the SIREN");
    rule_holds(checking, !siren || is_siren(id->id), "BR-FR-32", term, 0,
               "is no SIREN of nine digits");
    rule_holds(checking, !private || is_address_text(id->id), "BR-FR-24", term, 0,
               "has other characters than letters, digits and + - _ .");
    rule_holds(checking, !private || characters(id->id) <= PRIVATE_MAX, "BR-FR-26", term, 0,
               "has more than 100 characters");
}

/* Of several identifiers each has a scheme of its own. */
static bool schemes_differ(const struct einvoice_ids *ids)
{
    for (size_t i = 0; i < ids->count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (ids->items[i].scheme.len > 0 && str_eq(ids->items[i].scheme, ids->items[j].scheme))
                return false;
        }
    }
    return true;
}

static void check_ids(struct checking *checking, const struct einvoice_party *party,
                      const struct terms *terms)
{
    for (size_t i = 0; i < party->ids.count; i++)
        check_id(checking, party, &party->ids.items[i], terms->name_id);
    rule_holds(checking, schemes_differ(&party->ids), "BR-FR-CO-10", terms->name_id, 0,
               "has two identifiers of one scheme");
    rule_holds(checking,
               !str_eq(party->legal_id.scheme, STR("0002")) || is_siren(party->legal_id.id),
               "BR-FR-32", terms->legal, 0, "is no SIREN of nine digits");
}

static void check_vat_number(struct checking *checking, struct str number, const char *term)
{
    rule_holds(checking, number.len == 0 || vat_number_has_country(number), "BR-CO-09", term, 0,
               "does not begin with the code of a country");
}

/* --- electronic addresses ------------------------------------------------------------------------
 */

static void check_endpoint(struct checking *checking, const struct einvoice_party *party,
                           const struct terms *terms, const char *needed_rule,
                           const char *scheme_rule)
{
    const struct einvoice_id *endpoint = &party->endpoint;

    rule_holds(checking, endpoint->id.len > 0, needed_rule, terms->address, 0,
               "the electronic address is missing");
    if (endpoint->id.len == 0)
        return;
    rule_holds(checking, endpoint->scheme.len > 0, scheme_rule, terms->address, 0,
               "the electronic address has no scheme");
    rule_holds(checking, !str_eq(endpoint->scheme, STR("0225")) || is_address_text(endpoint->id),
               "BR-FR-23", terms->address, 0,
               "has other characters than letters, digits and + - _ .");
    rule_holds(checking, characters(endpoint->id) <= ADDRESS_MAX, "BR-FR-25", terms->address, 0,
               "has more than 125 characters");
}

static bool is_b2b(const struct einvoice *invoice)
{
    for (size_t i = 0; i < invoice->note_count; i++) {
        if (str_eq(invoice->notes[i].code, STR("BAR")) &&
            str_eq(invoice->notes[i].text, STR("B2B")))
            return true;
    }
    return false;
}

/* Who is sent the invoice: the buyer, of one that the buyer issues himself the seller. */
static bool is_reached(const struct einvoice_party *party)
{
    return party->legal_id.id.len > 0 && str_starts(party->endpoint.id, party->legal_id.id) &&
           str_eq(party->endpoint.scheme, STR("0225"));
}

static void check_business(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;
    bool self_billed = rule_listed(invoice->type, "389 501 500 471 473 261 502");

    if (!is_b2b(invoice))
        return;
    rule_holds(checking, is_siren(invoice->buyer.legal_id.id), "BR-FR-11", "BT-47", 0,
               "is no SIREN of nine digits, though the note BAR says B2B");
    if (self_billed)
        rule_holds(checking, is_reached(&invoice->seller), "BR-FR-22", "BT-34", 0,
                   "does not begin with the SIREN, or is not of scheme 0225");
    else
        rule_holds(checking, is_reached(&invoice->buyer), "BR-FR-21", "BT-49", 0,
                   "does not begin with the SIREN, or is not of scheme 0225");
}

/* --- a member of a VAT group ---------------------------------------------------------------------
 */

static bool is_member(const struct einvoice_party *seller)
{
    for (size_t i = 0; i < seller->ids.count; i++) {
        if (str_eq(seller->ids.items[i].scheme, STR("0231")))
            return true;
    }
    return false;
}

static void check_member_of_group(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;
    bool said = false;

    if (!is_member(&invoice->seller))
        return;
    for (size_t i = 0; i < invoice->note_count; i++)
        said = said || (str_eq(invoice->notes[i].code, STR("TXD")) &&
                        str_eq(invoice->notes[i].text, STR("MEMBRE_ASSUJETTI_UNIQUE")));
    rule_holds(checking, said, "BR-FR-CO-14", "BT-22", 0,
               "the note TXD does not say that the seller is a member of a VAT group");
    rule_holds(checking,
               invoice->representative.present && invoice->representative.vat_number.len > 0,
               "BR-FR-CO-15", "BT-63", 0, "the VAT number of the VAT group is missing");
}

void rules_parties(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;
    const struct einvoice_party *seller = &invoice->seller;

    rule_holds(checking,
               seller->ids.count > 0 || seller->legal_id.id.len > 0 || seller->vat_number.len > 0,
               "BR-CO-26", "BT-29", 0, "the seller has no identifier");
    rule_holds(checking, is_siren(seller->legal_id.id), "BR-FR-10", "BT-30", 0,
               "is no SIREN of nine digits");
    check_ids(checking, seller, &SELLER);
    check_ids(checking, &invoice->buyer, &BUYER);
    check_ids(checking, &invoice->payee, &PAYEE);
    check_vat_number(checking, seller->vat_number, SELLER.vat);
    check_vat_number(checking, invoice->buyer.vat_number, BUYER.vat);
    check_vat_number(checking, invoice->representative.vat_number, "BT-63");
    check_endpoint(checking, seller, &SELLER, "BR-FR-13", "BR-62");
    check_endpoint(checking, &invoice->buyer, &BUYER, "BR-FR-12", "BR-63");
    check_business(checking);
    check_member_of_group(checking);
}
