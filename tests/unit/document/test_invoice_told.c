#include "document/invoice_told.h"

#include "support/unit.h"

#define BLANK "\u00a0"
#define MINUS "\u2212"

CASE(kinds_that_are_not_ordinary_are_named)
{
    struct ctx *cx = unit_ctx();
    struct einvoice invoice = {.type = STR("380"), .framework = STR("S1")};

    assert_int_equal(told_type(cx->arena, &invoice).len, 0);
    assert_int_equal(told_framework(cx->arena, &invoice).len, 0);
    invoice.type = STR("384");
    invoice.framework = STR("S5");
    assert_str(told_type(cx->arena, &invoice), "Facture rectificative (384)");
    assert_str(told_framework(cx->arena, &invoice), "S5");
    invoice.type = STR("751");
    assert_str(told_type(cx->arena, &invoice), "751");
    unit_ctx_free(cx);
}

CASE(a_party_says_what_no_head_has_a_place_for)
{
    struct ctx *cx = unit_ctx();
    struct einvoice_id ids[] = {
        {STR("10000000900017"), STR("0009")},
        {STR("V-1"),            STR_NONE   },
        {STR("400"),            STR("0088")},
        {STR("10000000900025"), STR("0009")},
    };
    const struct einvoice_party none = {0};
    struct einvoice_party party = {.name = STR("Atelier"), .trading_name = STR("L'Atelier")};

    party.legal_id.id = STR("100000009");
    party.legal_id.scheme = STR("0002");
    party.ids.items = ids;
    party.ids.count = ARRAY_LEN(ids);
    party.tax_number = STR("123");
    party.address.present = true;
    party.address.city = STR("Paris");
    party.address.country = STR("FR");
    party.address.subdivision = STR("Île-de-France");
    assert_str(told_party(cx->arena, &party),
               "Région Île-de-France\nNom commercial L'Atelier\n"
               "Identifiant V-1\nIdentifiant 400 (0088)\n"
               "SIRET 100" BLANK "000" BLANK "009" BLANK "00025\nN° fiscal 123");
    party.ids.items = ids + 1;
    party.ids.count = 1;
    party.legal_id.scheme = STR("0204");
    party.vat_number = STR("FR88100000009");
    party.contact.email = STR("a@example.com");
    assert_str(told_other(cx->arena, &party),
               "Atelier\nParis, France\nRégion Île-de-France\nNom commercial L'Atelier\n"
               "Immatriculation 100000009 (0204)\nIdentifiant V-1\nN° TVA FR88100000009\n"
               "N° fiscal 123\na@example.com");
    assert_int_equal(told_party(cx->arena, &none).len, 0);
    assert_int_equal(told_other(cx->arena, &none).len, 0);
    unit_ctx_free(cx);
}

static void allowance_is(struct einvoice_allowance allowance, const char *text)
{
    struct ctx *cx = unit_ctx();

    assert_str(told_allowance(cx->arena, CURRENCY_EUR, &allowance), text);
    unit_ctx_free(cx);
}

CASE(an_allowance_says_why_and_of_what)
{
    const struct decimal hundred = decimal_of(100, 0);
    const struct decimal five = decimal_of(500, 2);

    allowance_is((struct einvoice_allowance){.reason = STR("Fidélité")},
                 "Remise" BLANK ": Fidélité");
    allowance_is((struct einvoice_allowance){.reason = STR("Fidélité"), .reason_code = STR("95")},
                 "Remise" BLANK ": Fidélité");
    allowance_is((struct einvoice_allowance){.charge = true, .reason_code = STR("FC")},
                 "Frais" BLANK ": motif FC");
    allowance_is((struct einvoice_allowance){.percent = five, .base = hundred},
                 "Remise\n5" BLANK "% de 100,00" BLANK "€");
    allowance_is((struct einvoice_allowance){.base = hundred}, "Remise\nsur 100,00" BLANK "€");
    allowance_is((struct einvoice_allowance){.percent = five}, "Remise\n5" BLANK "%");
}

CASE(an_allowance_takes_off_and_a_charge_adds)
{
    struct einvoice_allowance allowance = {.amount = decimal_of(1000, 2)};

    assert_true(decimal_equal(told_effect(&allowance), decimal_of(-10, 0)));
    allowance.charge = true;
    assert_true(decimal_equal(told_effect(&allowance), decimal_of(10, 0)));
    assert_int_equal(told_negated(decimal_of(INT64_MIN, 0)).units, INT64_MIN);
}

CASE(vat_of_an_allowance_is_that_of_a_line)
{
    struct ctx *cx = unit_ctx();
    struct einvoice_vat vat = {.category = STR("S"), .rate = decimal_of(20, 0)};

    assert_str(told_vat(cx->arena, &vat), "20" BLANK "%");
    vat = (struct einvoice_vat){.category = STR("E")};
    assert_str(told_vat(cx->arena, &vat), "Exonéré");
    vat.category = STR("L");
    assert_str(told_vat(cx->arena, &vat), "L");
    unit_ctx_free(cx);
}

static struct einvoice_line line_new(void)
{
    struct einvoice_line line = {.id = STR("1"), .unit = STR("KGM")};

    line.quantity = decimal_of(2500, 3);
    line.price = decimal_of(33333333, 6);
    return line;
}

CASE(a_plain_line_says_nothing_more)
{
    struct ctx *cx = unit_ctx();
    const struct einvoice_line line = line_new();

    assert_int_equal(told_line(cx->arena, CURRENCY_EUR, &line, 1).len, 0);
    assert_str(told_line(cx->arena, CURRENCY_EUR, &line, 2), "N° de ligne" BLANK ": 1");
    assert_str(told_quantity(cx->arena, &line), "2,5" BLANK "kg");
    assert_str(told_price(cx->arena, CURRENCY_EUR, &line, 6), "33,333333" BLANK "€");
    unit_ctx_free(cx);
}

CASE(a_price_may_be_of_several)
{
    struct ctx *cx = unit_ctx();
    struct einvoice_line line = line_new();

    line.price = decimal_of(10, 0);
    line.base_quantity = decimal_of(10, 0);
    assert_str(told_price(cx->arena, CURRENCY_EUR, &line, 2),
               "10,00" BLANK "€" BLANK "/" BLANK "10" BLANK "kg");
    line.base_quantity = decimal_of(10, 1);
    assert_str(told_price(cx->arena, CURRENCY_EUR, &line, 2), "10,00" BLANK "€");
    line.base_unit = STR("C62");
    assert_str(told_price(cx->arena, CURRENCY_EUR, &line, 2),
               "10,00" BLANK "€" BLANK "/" BLANK "1");
    unit_ctx_free(cx);
}

CASE(what_was_taken_off_a_price_is_told)
{
    struct ctx *cx = unit_ctx();
    struct einvoice_line line = line_new();

    line.gross_price = line.price;
    assert_int_equal(told_line(cx->arena, CURRENCY_EUR, &line, 1).len, 0);
    line.gross_price = decimal_of(40, 0);
    line.price_discount = decimal_of(6666667, 6);
    assert_str(told_line(cx->arena, CURRENCY_EUR, &line, 1),
               "Prix avant remise" BLANK ": 40,00" BLANK "€, remise" BLANK ": 6,666667" BLANK "€");
    line.gross_price = (struct decimal){0};
    assert_str(told_line(cx->arena, CURRENCY_EUR, &line, 1),
               "Remise sur le prix" BLANK ": 6,666667" BLANK "€");
    unit_ctx_free(cx);
}

CASE(a_line_says_all_that_it_has)
{
    struct ctx *cx = unit_ctx();
    struct einvoice_id object = {STR("OBJ"), STR("AFL")};
    struct einvoice_id class = {STR("44121704"), STR("STI")};
    struct einvoice_attribute attribute = {STR("Couleur"), STR("bleu")};
    struct einvoice_reference preceding = {.number = STR("F-1"), .type = STR("380")};
    struct einvoice_allowance allowances[2] = {0};
    struct einvoice_line line = line_new();

    allowances[0].amount = decimal_of(5, 0);
    allowances[0].percent = decimal_of(5, 0);
    allowances[0].base = decimal_of(100, 0);
    allowances[0].reason = STR("Fidélité");
    allowances[1].charge = true;
    allowances[1].amount = decimal_of(1, 0);
    allowances[1].vat = (struct einvoice_vat){.category = STR("S"), .rate = decimal_of(20, 0)};
    preceding.issued = (struct date){2026, 10, 1};
    line.period.from = (struct date){2026, 11, 1};
    line.period.to = (struct date){2026, 11, 30};
    line.standard_id = (struct einvoice_id){STR("400"), STR("0160")};
    line.classes = (struct einvoice_ids){&class, 1};
    line.origin = STR("DE");
    line.attributes = &attribute;
    line.attribute_count = 1;
    line.objects = (struct einvoice_ids){&object, 1};
    line.accounting = STR("6064");
    line.preceding = &preceding;
    line.preceding_count = 1;
    line.allowances = allowances;
    line.allowance_count = ARRAY_LEN(allowances);
    assert_str(told_line(cx->arena, CURRENCY_EUR, &line, 1),
               "Période" BLANK ": du 01/11/2026 au 30/11/2026\n"
               "Code article" BLANK ": 400 (0160)\nClassification" BLANK ": 44121704 (STI)\n"
               "Origine" BLANK ": Allemagne\nCouleur" BLANK ": bleu\n"
               "Objet facturé" BLANK ": OBJ (AFL)\nImputation" BLANK ": 6064\n"
               "Facture d'origine" BLANK ": F-1 (380) du 01/10/2026\n"
               "Remise (Fidélité, 5" BLANK "% de 100,00" BLANK "€)" BLANK ": " MINUS "5,00" BLANK
               "€\nFrais (TVA 20" BLANK "%)" BLANK ": 1,00" BLANK "€");
    unit_ctx_free(cx);
}

CASE(means_of_payment_have_words)
{
    bool whole;

    assert_string_equal(told_means(STR("30"), &whole), "PAR VIREMENT");
    assert_true(whole);
    assert_string_equal(told_means(STR("42"), &whole), "PAR VIREMENT");
    assert_false(whole);
    assert_string_equal(told_means(STR("ZZZ"), &whole), "RÈGLEMENT");
    assert_false(whole);
    assert_string_equal(told_means(STR_NONE, &whole), "RÈGLEMENT");
    assert_true(whole);
}

CASE(an_account_is_an_iban_or_another_number)
{
    struct ctx *cx = unit_ctx();
    struct einvoice invoice = {.seller = {.name = STR("Atelier")}};
    struct einvoice_account account = {
        .id = STR("FR7630006000011234567890189"), .name = STR("Compte B"), .bic = STR("AGRIFRPP")};

    assert_str(told_account(cx->arena, account.id), "FR76 3000 6000 0112 3456 7890 189");
    assert_str(told_account(cx->arena, STR("12-345")), "12-345");
    assert_str(told_further_account(cx->arena, &account),
               "Autre compte" BLANK ": FR76 3000 6000 0112 3456 7890 189, BIC AGRIFRPP, "
               "titulaire" BLANK ": Compte B");
    assert_str(told_holder(cx->arena, &invoice, &account), "Compte B");
    account.name = STR_NONE;
    assert_str(told_holder(cx->arena, &invoice, &account), "Atelier");
    invoice.payee.name = STR("Affactureur");
    assert_str(told_holder(cx->arena, &invoice, &account), "Affactureur");
    unit_ctx_free(cx);
}

CASE(an_attachment_is_named)
{
    struct ctx *cx = unit_ctx();
    struct einvoice_attachment attachment = {
        .reference = STR("A-1"), .description = STR("RIB"), .uri = STR("https://example.com/a")};

    assert_str(told_attachment(cx->arena, &attachment),
               "Pièce jointe" BLANK ": A-1 (RIB), https://example.com/a");
    attachment.file_name = STR("rib.csv");
    assert_str(told_attachment(cx->arena, &attachment),
               "Pièce jointe" BLANK ": A-1 (RIB), fichier rib.csv, https://example.com/a");
    unit_ctx_free(cx);
}

/* Nothing turns the text around it, or hides in it. */
CASE(what_is_told_is_clean)
{
    struct ctx *cx = unit_ctx();
    struct einvoice_line line = line_new();
    struct einvoice_party party = {.trading_name = STR("a\xE2\x80\xAE"
                                                       "b\x01"
                                                       "c")};

    line.accounting = STR("x\xE2\x80\xAEy");
    assert_str(told_line(cx->arena, CURRENCY_EUR, &line, 1), "Imputation" BLANK ": xy");
    assert_str(told_party(cx->arena, &party), "Nom commercial ab c");
    unit_ctx_free(cx);
}

UNIT_MAIN(T(kinds_that_are_not_ordinary_are_named), T(a_party_says_what_no_head_has_a_place_for),
          T(an_allowance_says_why_and_of_what), T(an_allowance_takes_off_and_a_charge_adds),
          T(vat_of_an_allowance_is_that_of_a_line), T(a_plain_line_says_nothing_more),
          T(a_price_may_be_of_several), T(what_was_taken_off_a_price_is_told),
          T(a_line_says_all_that_it_has), T(means_of_payment_have_words),
          T(an_account_is_an_iban_or_another_number), T(an_attachment_is_named),
          T(what_is_told_is_clean))
