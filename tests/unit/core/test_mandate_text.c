#include "core/mandate_text.h"

#include "support/unit.h"

static const enum mandate_scheme SCHEMES[] = {MANDATE_CORE, MANDATE_B2B};

CASE(every_draft_has_a_title_both_permissions_and_the_creditor)
{
    static const char *const LANGUAGES[] = {"fr", "en"};
    struct core core = {0};

    for (size_t i = 0; i < ARRAY_LEN(LANGUAGES); i++) {
        for (size_t j = 0; j < ARRAY_LEN(SCHEMES); j++) {
            const struct mandate_text *text =
                mandate_text_of(&core, str_of(LANGUAGES[i]), SCHEMES[j]);
            assert_true(text->draft);
            assert_true(text->title.len > 0);
            assert_true(text->count >= 4);
            struct str first = text->paragraphs[0];
            assert_non_null(memmem(first.ptr, first.len, "(A)", 3));
            assert_non_null(memmem(first.ptr, first.len, "(B)", 3));
            assert_non_null(memmem(first.ptr, first.len, "{creditor}", 10));
        }
    }
    assert_str(mandate_text_of(&core, STR("fr"), MANDATE_CORE)->title,
               "Mandat de prélèvement SEPA");
    assert_str(mandate_text_of(&core, STR("fr"), MANDATE_B2B)->title,
               "Mandat de prélèvement SEPA interentreprises");
}

CASE(another_language_is_english)
{
    struct core core = {0};

    assert_ptr_equal(mandate_text_of(&core, STR("de"), MANDATE_CORE),
                     mandate_text_of(&core, STR("en"), MANDATE_CORE));
    assert_ptr_equal(mandate_text_of(&core, STR_NONE, MANDATE_CORE),
                     mandate_text_of(&core, STR("en"), MANDATE_CORE));
}

CASE(a_draft_is_refused_in_live_mode)
{
    struct ctx *cx = unit_ctx();
    struct core core = {0};
    const struct mandate_text *text;

    assert_ok(mandate_text_usable(&core, cx, STR("fr"), MANDATE_CORE, &text));
    cx->mode = MODE_LIVE;
    assert_int_equal(mandate_text_usable(&core, cx, STR("fr"), MANDATE_CORE, &text),
                     ERR_UNAVAILABLE);
    assert_string_equal(cx->faults[0].field, "mandate");
    unit_ctx_free(cx);
}

CASE(a_text_of_the_operator_is_used_in_its_place)
{
    struct ctx *cx = unit_ctx();
    struct mandate_texts texts = {0};
    struct core core = {.mandate_texts = &texts};
    const struct mandate_text *text;

    assert_null(mandate_text_read(cx->arena, STR("Titre\n\nA {creditor}."),
                                  &texts.texts[MANDATE_FR][MANDATE_CORE]));
    cx->mode = MODE_LIVE;
    assert_ok(mandate_text_usable(&core, cx, STR("fr"), MANDATE_CORE, &text));
    assert_str(text->title, "Titre");
    assert_int_equal(mandate_text_usable(&core, cx, STR("fr"), MANDATE_B2B, &text),
                     ERR_UNAVAILABLE);
    assert_int_equal(mandate_text_usable(&core, cx, STR("en"), MANDATE_CORE, &text),
                     ERR_UNAVAILABLE);
    unit_ctx_free(cx);
}

CASE(a_file_has_a_title_and_paragraphs)
{
    struct ctx *cx = unit_ctx();
    struct mandate_text text;

    assert_null(mandate_text_read(
        cx->arena, STR("Un titre \r\n\r\nPremi\xc3\xa8re\r\nphrase.\r\n\n\n Second.\n"), &text));
    assert_str(text.title, "Un titre");
    assert_int_equal(text.count, 2);
    assert_str(text.paragraphs[0], "Premi\xc3\xa8re phrase.");
    assert_str(text.paragraphs[1], "Second.");
    assert_false(text.draft);
    unit_ctx_free(cx);
}

CASE(a_file_of_another_shape_is_refused)
{
    struct ctx *cx = unit_ctx();
    struct mandate_text text;
    char *many = arena_alloc(cx->arena, MANDATE_TEXT_MAX + 2);

    assert_non_null(mandate_text_read(cx->arena, STR(""), &text));
    assert_non_null(mandate_text_read(cx->arena, STR("Title alone"), &text));
    assert_non_null(mandate_text_read(cx->arena, STR("\nNo title.\n"), &text));
    assert_non_null(mandate_text_read(cx->arena, STR("T\n\nnot \xff UTF-8"), &text));
    assert_null(mandate_text_read(cx->arena,
                                  STR("T\n1\n\n2\n\n3\n\n4\n\n5\n\n6\n\n7\n\n8\n\n9\n\n"
                                      "10\n\n11\n\n12"),
                                  &text));
    assert_int_equal(text.count, MANDATE_PARAGRAPHS_MAX);
    assert_non_null(mandate_text_read(cx->arena,
                                      STR("T\n1\n\n2\n\n3\n\n4\n\n5\n\n6\n\n7\n\n8\n\n9\n\n"
                                          "10\n\n11\n\n12\n\n13"),
                                      &text));
    memset(many, 'x', MANDATE_TEXT_MAX + 1);
    many[1] = '\n';
    assert_null(mandate_text_read(cx->arena, (struct str){many, MANDATE_TEXT_MAX}, &text));
    assert_non_null(mandate_text_read(cx->arena, (struct str){many, MANDATE_TEXT_MAX + 1}, &text));
    unit_ctx_free(cx);
}

CASE(the_creditor_is_put_where_it_belongs)
{
    struct ctx *cx = unit_ctx();

    assert_str(mandate_text_fill(cx->arena, STR("{creditor}, {creditor}{creditor"), STR("Abc")),
               "Abc, Abc{creditor");
    assert_str(mandate_text_fill(cx->arena, STR("{creditor}"), STR("{creditor}")), "{creditor}");
    assert_str(mandate_text_fill(cx->arena, STR(""), STR("Abc")), "");
    unit_ctx_free(cx);
}

UNIT_MAIN(T(every_draft_has_a_title_both_permissions_and_the_creditor),
          T(another_language_is_english), T(a_draft_is_refused_in_live_mode),
          T(a_text_of_the_operator_is_used_in_its_place), T(a_file_has_a_title_and_paragraphs),
          T(a_file_of_another_shape_is_refused), T(the_creditor_is_put_where_it_belongs))
