#include "http/target.h"

#include "support/unit.h"

static bool parses(const char *text)
{
    struct target target;

    return target_parse(str_of(text), &target);
}

CASE(path_and_query_are_split_at_the_first_question_mark)
{
    struct target target;

    assert_true(target_parse(STR("/v2/customers/?limit=5&name=a?b"), &target));
    assert_str(target.path, "/v2/customers/");
    assert_str(target.query, "limit=5&name=a?b");
}

CASE(target_without_query_has_none)
{
    struct target target;

    assert_true(target_parse(STR("/"), &target));
    assert_str(target.path, "/");
    assert_null(target.query.ptr);
    assert_true(target_parse(STR("/?"), &target));
    assert_int_equal(target.query.len, 0);
    assert_non_null(target.query.ptr);
}

CASE(target_must_begin_with_a_slash)
{
    assert_false(parses(""));
    assert_false(parses("*"));
    assert_false(parses("http://a/"));
    assert_false(parses("?a=b"));
}

CASE(only_visible_ascii_is_taken)
{
    assert_false(parses("/a b"));
    assert_false(parses("/a\tb"));
    assert_false(parses("/a\x7F"));
    assert_false(parses("/caf\xC3\xA9"));
    assert_false(parses("/a?b c"));
    assert_true(parses("/~a-b_c.d!$&'()*+,;=:@"));
}

CASE(fragment_is_refused)
{
    assert_false(parses("/a#b"));
    assert_false(parses("/a?b#c"));
}

CASE(percent_signs_of_a_path_need_two_digits)
{
    assert_true(parses("/a%2Fb%c3%A9"));
    assert_false(parses("/a%"));
    assert_false(parses("/a%2"));
    assert_false(parses("/a%2G"));
    assert_false(parses("/a%00b"));
    assert_true(parses("/a?50%"));
}

CASE(unusable_target_is_known_by_its_whole_segments)
{
    assert_str(target_beginning(STR("/v1/cards/a%00b")), "/v1/cards/");
    assert_str(target_beginning(STR("/v1/%00cards/")), "/v1/");
    assert_str(target_beginning(STR("/v1%00/cards")), "/");
    assert_str(target_beginning(STR("/v1/a%2Fb/%")), "/v1/a%2Fb/");
    assert_str(target_beginning(STR("/v2/ping#a/b")), "/v2/");
    assert_str(target_beginning(STR("/v2/a b/c")), "/v2/");
    assert_str(target_beginning(STR("/v2/cards?a=/b c")), "/v2/cards");
    assert_str(target_beginning(STR("%00")), "/");
    assert_str(target_beginning(STR_NONE), "/");
}

UNIT_MAIN(T(path_and_query_are_split_at_the_first_question_mark), T(target_without_query_has_none),
          T(target_must_begin_with_a_slash), T(only_visible_ascii_is_taken), T(fragment_is_refused),
          T(percent_signs_of_a_path_need_two_digits),
          T(unusable_target_is_known_by_its_whole_segments))
