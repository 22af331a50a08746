#include "document/invoice_words.h"

#include "support/unit.h"

CASE(a_line_without_tax_says_why)
{
    struct ctx *cx = unit_ctx();

    assert_str(words_rate(cx->arena, VAT_STANDARD, 550), "5,5\u00a0%");
    assert_str(words_rate(cx->arena, VAT_ZERO, 0), "0\u00a0%");
    assert_str(words_rate(cx->arena, VAT_EXEMPT, 0), "Exonéré");
    assert_str(words_rate(cx->arena, VAT_REVERSE, 0), "Autoliq.");
    assert_str(words_rate(cx->arena, VAT_INTRA, 0), "Intra-UE");
    assert_str(words_rate(cx->arena, VAT_EXPORT, 0), "Export");
    assert_str(words_rate(cx->arena, VAT_OUTSIDE, 0), "Hors champ");
    unit_ctx_free(cx);
}

CASE(units_have_the_signs_that_readers_know)
{
    assert_str(words_unit(STR("KGM")), "kg");
    assert_str(words_unit(STR("XPK")), "XPK");
    assert_int_equal(words_unit(STR("C62")).len, 0);
    assert_int_equal(words_unit(STR_NONE).len, 0);
}

UNIT_MAIN(T(a_line_without_tax_says_why), T(units_have_the_signs_that_readers_know))
