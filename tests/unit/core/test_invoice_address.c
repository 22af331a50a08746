#include "core/invoice_address.h"
#include "support/unit.h"

static void cut_is(const char *text, const char *line, const char *zip, const char *city,
                   const char *country)
{
    struct ctx *cx = unit_ctx();
    struct invoice_address address = invoice_address_cut(cx->arena, str_of(text));

    assert_str(address.lines[0], line);
    assert_str(address.zip, zip);
    assert_str(address.city, city);
    assert_str(address.country, country);
    unit_ctx_free(cx);
}

CASE(last_line_is_postcode_and_town)
{
    cut_is("12 rue de la Paix\n75002 Paris", "12 rue de la Paix", "75002", "Paris", "FR");
    cut_is("12 rue de la Paix\r\n\r\n75002  Paris Cedex 02\r\n", "12 rue de la Paix", "75002",
           "Paris Cedex 02", "FR");
    cut_is("12 rue de la Paix\nParis", "12 rue de la Paix", "", "", "FR");
    cut_is("75002 Paris", "", "75002", "Paris", "FR");
}

CASE(last_line_may_be_a_country)
{
    cut_is("Rue Haute 1\n1000 Bruxelles\nBelgique", "Rue Haute 1", "1000", "Bruxelles", "BE");
    cut_is("1 rue de l'Avenir\nL-1234 Luxembourg\nLUXEMBOURG", "1 rue de l'Avenir", "L-1234",
           "Luxembourg", "LU");
    cut_is("12 rue de la Paix\n75002 Paris\nFrance", "12 rue de la Paix", "75002", "Paris", "FR");
    cut_is("1 Main Street\nNew York NY 10001\nUnited States", "1 Main Street", "", "", "US");
}

CASE(one_line_is_cut_too)
{
    cut_is("12, rue de la Paix, 75002 Paris", "12, rue de la Paix", "75002", "Paris", "FR");
    cut_is("12 rue de la Paix 75002 Paris", "12 rue de la Paix", "75002", "Paris", "FR");
    cut_is("12 rue de la Paix 75002 Paris, France", "12 rue de la Paix", "75002", "Paris", "FR");
    cut_is("chez moi", "chez moi", "", "", "FR");
    cut_is(",", "", "", "", "FR");
}

CASE(lines_beyond_the_third_are_joined)
{
    struct ctx *cx = unit_ctx();
    struct invoice_address address =
        invoice_address_cut(cx->arena, STR("a\nb\nc\nd\ne\n69001 Lyon"));

    assert_str(address.lines[0], "a");
    assert_str(address.lines[1], "b");
    assert_str(address.lines[2], "c, d, e");
    assert_str(address.city, "Lyon");
    unit_ctx_free(cx);
}

CASE(many_lines_leave_no_line_break)
{
    struct ctx *cx = unit_ctx();
    struct buf text = buf_make(cx->arena, 500);

    for (int i = 0; i < 250; i++)
        buf_put_cstr(&text, "x\n");
    struct invoice_address address = invoice_address_cut(cx->arena, buf_str(&text));
    assert_int_equal(address.lines[2].len, 248 * 3 - 2);
    assert_int_equal(str_find(address.lines[2], '\n'), address.lines[2].len);
    unit_ctx_free(cx);
}

UNIT_MAIN(T(last_line_is_postcode_and_town), T(last_line_may_be_a_country), T(one_line_is_cut_too),
          T(lines_beyond_the_third_are_joined), T(many_lines_leave_no_line_break))
