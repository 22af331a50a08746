#include "unit/einvoice/rules.h"

CASE(the_seller_has_a_siren)
{
    RULES("BR-FR-10 BR-FR-32", i->seller.legal_id.id = S("10000000"));
    RULES("BR-FR-10 BR-FR-32", i->seller.legal_id.id = S("1000000099"));
    RULES("BR-FR-10 BR-FR-32", i->seller.legal_id.id = S("10000000A"));
    RULES("BR-S-02 BR-CO-26 BR-FR-10", i->seller.legal_id = (struct einvoice_id){0},
          i->seller.vat_number = STR_NONE);
}

CASE(a_siret_begins_with_the_siren)
{
    RULES("", i->seller.ids.count = 1,
          i->seller.ids.items[0] = (struct einvoice_id){S("10000000900017"), S("0009")});
    RULES("BR-FR-09", i->seller.ids.count = 1,
          i->seller.ids.items[0] = (struct einvoice_id){S("1000000090001"), S("0009")});
    RULES("BR-FR-09", i->seller.ids.count = 1,
          i->seller.ids.items[0] = (struct einvoice_id){S("100000009000170"), S("0009")});
    RULES("BR-FR-09", i->buyer.ids.count = 1,
          i->buyer.ids.items[0] = (struct einvoice_id){S("10000000900017"), S("0009")});
}

CASE(identifiers_have_schemes_of_their_own)
{
    RULES("BR-FR-CO-10", i->seller.ids.count = 2,
          i->seller.ids.items[0] = (struct einvoice_id){S("A"), S("0088")},
          i->seller.ids.items[1] = (struct einvoice_id){S("B"), S("0088")});
    RULES("", i->seller.ids.count = 2,
          i->seller.ids.items[0] = (struct einvoice_id){S("A"), S("0088")},
          i->seller.ids.items[1] = (struct einvoice_id){S("B"), S("0060")});
    RULES("BR-FR-32", i->seller.ids.count = 1,
          i->seller.ids.items[0] = (struct einvoice_id){S("12345678"), S("0002")});
}

static void private(struct einvoice *i, struct str id)
{
    i->seller.ids.count = 1;
    i->seller.ids.items[0] = (struct einvoice_id){id, S("0224")};
}

#define TEN "ABCDEFGHIJ"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define HUNDRED_25 HUNDRED TEN TEN "12345"

CASE(private_identifiers)
{
    RULES("", private(i, S("a+B-1_2.3")));
    RULES("BR-FR-24", private(i, S("a b")));
    RULES("", private(i, S(HUNDRED)));
    RULES("BR-FR-26", private(i, S(HUNDRED "1")));
}

CASE(both_have_an_electronic_address)
{
    RULES("BR-FR-12 BR-FR-21", i->buyer.endpoint = (struct einvoice_id){0});
    RULES("BR-FR-13", i->seller.endpoint = (struct einvoice_id){0});
    RULES("BR-62", i->seller.endpoint.scheme = STR_NONE);
    RULES("BR-63 BR-FR-21", i->buyer.endpoint.scheme = STR_NONE);
}

CASE(electronic_addresses_have_125_characters)
{
    RULES("", i->seller.endpoint.id = S(HUNDRED_25));
    RULES("BR-FR-25", i->seller.endpoint.id = S(HUNDRED_25 "1"));
    RULES("BR-FR-23", i->seller.endpoint.id = S("100000009/1"));
    RULES("", i->seller.endpoint = (struct einvoice_id){S("a/b@example.com"), S("EM")});
}

CASE(between_businesses_the_buyer_is_reached_by_its_siren)
{
    RULES("", i->buyer.endpoint.id = S("200000008_20000000800010"));
    RULES("BR-FR-21", i->buyer.endpoint.id = S("100000009"));
    RULES("BR-FR-21", i->buyer.endpoint.scheme = S("0009"));
    RULES("BR-FR-11 BR-FR-21", i->buyer.legal_id = (struct einvoice_id){0});
    RULES("", i->notes[0].text = S("B2C"), i->buyer.legal_id = (struct einvoice_id){0},
          i->buyer.endpoint = (struct einvoice_id){S("a@example.com"), S("EM")});
    RULES("", i->note_count = 4, i->notes[0] = i->notes[3], i->note_count = 3,
          i->buyer.endpoint = (struct einvoice_id){S("a@example.com"), S("EM")});
}

CASE(of_a_self_billed_one_the_seller_is_reached)
{
    RULES("", i->type = S("389"));
    RULES("BR-FR-22", i->type = S("389"), i->seller.endpoint.id = S("200000008"));
    RULES("", i->type = S("389"), i->buyer.endpoint.id = S("100000009"));
}

CASE(vat_numbers_begin_with_a_country)
{
    RULES("", i->buyer.vat_number = S("EL123456789"));
    RULES("", i->buyer.vat_number = S("XI123456789"));
    RULES("BR-CO-09", i->buyer.vat_number = S("ZZ123456789"));
    RULES("BR-CO-09", i->seller.vat_number = S("8"));
}

CASE(a_member_of_a_vat_group_says_so)
{
    struct einvoice_id member = {S("100000009"), S("0231")};

    RULES("BR-FR-CO-14 BR-FR-CO-15", i->seller.ids.count = 1, i->seller.ids.items[0] = member);
    RULES("", i->seller.ids.count = 1, i->seller.ids.items[0] = member,
          i->notes[4] = (struct einvoice_note){S("TXD"), S("MEMBRE_ASSUJETTI_UNIQUE")},
          i->note_count = 5,
          i->representative = einvoice_party_make("Groupe", "", "FR37200000008"));
}

UNIT_MAIN(T(the_seller_has_a_siren), T(a_siret_begins_with_the_siren),
          T(identifiers_have_schemes_of_their_own), T(private_identifiers),
          T(both_have_an_electronic_address), T(electronic_addresses_have_125_characters),
          T(between_businesses_the_buyer_is_reached_by_its_siren),
          T(of_a_self_billed_one_the_seller_is_reached), T(vat_numbers_begin_with_a_country),
          T(a_member_of_a_vat_group_says_so))
