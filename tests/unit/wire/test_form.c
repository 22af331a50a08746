#include "support/unit.h"
#include "wire/form.h"

static err_t parsed(struct arena *arena, struct str text, struct form *form)
{
    return form_parse(arena, text, form);
}

static void refused(struct str text, err_t err)
{
    struct arena *arena = arena_new(1 << 20);
    struct form form;

    assert_int_equal(parsed(arena, text, &form), err);
    arena_free(arena);
}

CASE(pairs_are_split_and_decoded)
{
    struct arena *arena = arena_new(1 << 20);
    struct form form;

    assert_ok(parsed(arena, STR("a=1&b=x+y%20z&&c&=d&e=%C3%A9%3d%26=%2B&"), &form));
    assert_int_equal(form.count, 5);
    assert_str(form.pairs[0].name, "a");
    assert_str(form.pairs[0].value, "1");
    assert_str(form.pairs[1].value, "x y z");
    assert_str(form.pairs[2].name, "c");
    assert_str(form.pairs[2].value, "");
    assert_str(form.pairs[3].name, "");
    assert_str(form.pairs[3].value, "d");
    assert_str(form.pairs[4].value, "\xC3\xA9=&=+");
    arena_free(arena);
}

CASE(nothing_is_no_pair)
{
    struct arena *arena = arena_new(1 << 20);
    struct form form;

    assert_ok(parsed(arena, STR(""), &form));
    assert_int_equal(form.count, 0);
    assert_ok(parsed(arena, STR("&&&"), &form));
    assert_int_equal(form.count, 0);
    arena_free(arena);
}

CASE(bad_bytes_are_refused)
{
    refused(STR("a=%"), ERR_MALFORMED);
    refused(STR("a=%4"), ERR_MALFORMED);
    refused(STR("a=%4g"), ERR_MALFORMED);
    refused(STR("a=%+1"), ERR_MALFORMED);
    refused(STR("%zz=1"), ERR_MALFORMED);
    refused(STR("a=%00"), ERR_MALFORMED);
    refused(STR("a=\0"), ERR_MALFORMED);
    refused(STR("a=%FF"), ERR_MALFORMED);
    refused(STR("a=\xFF"), ERR_MALFORMED);
    refused(STR("a=%C0%AF"), ERR_MALFORMED);
    refused(STR("a=%ED%A0%80"), ERR_MALFORMED);
    refused(STR("a=%C3&b=%A9"), ERR_MALFORMED);
}

CASE(there_are_at_most_256_pairs)
{
    struct arena *arena = arena_new(1 << 20);
    struct buf text = buf_make(arena, 4096);
    struct form form;

    for (int i = 0; i < FORM_PAIRS_MAX; i++)
        buf_put(&text, STR("&a=1"));
    assert_ok(parsed(arena, buf_str(&text), &form));
    assert_int_equal(form.count, FORM_PAIRS_MAX);
    buf_put(&text, STR("&b"));
    assert_int_equal(parsed(arena, buf_str(&text), &form), ERR_LIMIT);
    arena_free(arena);
}

CASE(the_first_value_of_a_name_is_found)
{
    struct arena *arena = arena_new(1 << 20);
    struct form form;
    struct str value = STR_NONE;

    assert_ok(parsed(arena, STR("a=1&b=2&b=3"), &form));
    assert_true(form_get(&form, STR("b"), &value));
    assert_str(value, "2");
    assert_false(form_get(&form, STR("c"), &value));
    assert_str(value, "2");
    arena_free(arena);
}

CASE(a_plus_stays_in_a_path)
{
    struct arena *arena = arena_new(1 << 20);
    struct str out = STR_NONE;

    assert_ok(percent_decode(arena, STR("a+b%2Fc%25"), &out));
    assert_str(out, "a+b/c%");
    assert_int_equal(percent_decode(arena, STR("a%0"), &out), ERR_MALFORMED);
    assert_int_equal(percent_decode(arena, STR("%00"), &out), ERR_MALFORMED);
    assert_str(out, "a+b/c%");
    arena_free(arena);
}

CASE(what_is_encoded_decodes_to_itself)
{
    struct arena *arena = arena_new(1 << 20);
    struct buf out = buf_make(arena, 4096);
    struct str all = STR("AZaz09-._~ /?&=+%\"\\\xC3\xA9\n");
    struct str back;

    percent_put(&out, all);
    assert_str(buf_str(&out), "AZaz09-._~%20%2F%3F%26%3D%2B%25%22%5C%C3%A9%0A");
    assert_ok(percent_decode(arena, buf_str(&out), &back));
    assert_true(str_eq(back, all));
    arena_free(arena);
}

CASE(what_was_typed_has_no_blanks_around_it_and_is_seen)
{
    struct arena *arena = arena_new(1 << 20);
    struct form form;

    assert_ok(parsed(arena, STR("a=+x+y%09&b=+++&c=%C2%A0%E2%80%8B&d=%0A&e="), &form));
    assert_str(form_typed(&form, STR("a")), "x y");
    for (const char *name = "bcdef"; *name != '\0'; name++)
        assert_null(form_typed(&form, (struct str){name, 1}).ptr);
    arena_free(arena);
}

CASE(an_address_keeps_all_that_is_of_ascii)
{
    struct arena *arena = arena_new(1 << 20);

    assert_str(percent_ascii(arena, STR("https://a.test/\xC3\xA9?x=%C3%A9&y=\"\xF0\x9F\x98\x80#e")),
               "https://a.test/%C3%A9?x=%C3%A9&y=\"%F0%9F%98%80#e");
    assert_str(percent_ascii(arena, STR("https://a.test/")), "https://a.test/");
    assert_str(percent_ascii(arena, STR("\xC3\xA9")), "%C3%A9");
    arena_free(arena);
}

UNIT_MAIN(T(pairs_are_split_and_decoded), T(nothing_is_no_pair), T(bad_bytes_are_refused),
          T(there_are_at_most_256_pairs), T(the_first_value_of_a_name_is_found),
          T(what_was_typed_has_no_blanks_around_it_and_is_seen), T(a_plus_stays_in_a_path),
          T(what_is_encoded_decodes_to_itself), T(an_address_keeps_all_that_is_of_ascii))
