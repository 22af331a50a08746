#include "support/unit.h"

#include "pages/templates.h"

enum { PAGE_MAX = 1 << 18 };

static struct str page_of(struct ctx *cx, const struct page_pay *data, enum page_lang lang)
{
    struct buf out = buf_make(cx->arena, PAGE_MAX);

    page_pay(&out, data, lang);
    assert_false(out.failed);
    return buf_str(&out);
}

static bool holds(struct str page, const char *text)
{
    return memmem(page.ptr, page.len, text, strlen(text)) != NULL;
}

CASE(values_are_escaped_in_text_and_attributes)
{
    struct ctx *cx = unit_ctx();
    struct page_pay data = {
        .payee = STR("<b>&'\""), .amount = STR("1"), .attempt = STR("\"><script>")};
    struct str page = page_of(cx, &data, PAGE_LANG_EN);

    assert_true(holds(page, "Pay 1 to &lt;b&gt;&amp;&#39;&quot;"));
    assert_true(holds(page, "value=\"&quot;&gt;&lt;script&gt;\""));
    assert_false(holds(page, "<b>"));
    assert_false(holds(page, "><script>"));
    unit_ctx_free(cx);
}

CASE(an_address_that_could_run_is_not_written)
{
    static const char *const BAD[] = {
        "javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", " http://x", "//other.example",
        "java\nscript:x",      "http:\\\\x",   "vbscript:x",       "relative",
    };
    struct ctx *cx = unit_ctx();

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        struct page_pay data = {.cancel_url = str_of(BAD[i])};
        assert_true(holds(page_of(cx, &data, PAGE_LANG_EN), "href=\"about:invalid\""));
    }
    unit_ctx_free(cx);
}

CASE(good_addresses_are_written)
{
    static const char *const GOOD[] = {
        "https://shop.example/a?b=c", "http://localhost:1/", "/a", "/", "?auto=0", "#x",
    };
    struct ctx *cx = unit_ctx();

    for (size_t i = 0; i < ARRAY_LEN(GOOD); i++) {
        struct page_pay data = {.cancel_url = str_of(GOOD[i])};
        struct str wanted = str_format(cx->arena, "href=\"%s\"", GOOD[i]);
        assert_true(holds(page_of(cx, &data, PAGE_LANG_EN), wanted.ptr));
    }
    unit_ctx_free(cx);
}

CASE(a_value_in_the_query_part_is_encoded)
{
    struct ctx *cx = unit_ctx();
    const struct layout_frame_languages language = {.code = STR("f&r\""), .name = STR("x")};
    struct page_pay data = {
        .frame = {.languages = &language, .languages_count = 1}
    };

    assert_true(holds(page_of(cx, &data, PAGE_LANG_EN), "href=\"?lang=f%26r%22\""));
    unit_ctx_free(cx);
}

CASE(each_language_speaks_its_own_words)
{
    struct ctx *cx = unit_ctx();
    struct page_pay data = {.amount = STR("1")};

    assert_true(holds(page_of(cx, &data, PAGE_LANG_FR), "Numéro de carte"));
    assert_true(holds(page_of(cx, &data, PAGE_LANG_FR), "<html lang=\"fr\">"));
    assert_true(holds(page_of(cx, &data, PAGE_LANG_EN), "Card number"));
    assert_false(holds(page_of(cx, &data, PAGE_LANG_EN), "Numéro de carte"));
    unit_ctx_free(cx);
}

CASE(no_page_holds_code_of_its_own)
{
    struct ctx *cx = unit_ctx();
    struct page_pay data = {.amount = STR("1")};
    struct str page = page_of(cx, &data, PAGE_LANG_FR);

    assert_false(holds(page, " style="));
    assert_false(holds(page, "<style"));
    assert_false(holds(page, " onclick="));
    assert_true(holds(page, "<script src=\"/assets/pay-"));
    assert_true(holds(page, ".js\" defer></script>"));
    unit_ctx_free(cx);
}

UNIT_MAIN(T(values_are_escaped_in_text_and_attributes), T(an_address_that_could_run_is_not_written),
          T(good_addresses_are_written), T(a_value_in_the_query_part_is_encoded),
          T(each_language_speaks_its_own_words), T(no_page_holds_code_of_its_own))
