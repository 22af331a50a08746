#include "cli/args.h"
#include "support/unit.h"

static struct args args_of(const char *const *items, size_t count)
{
    struct args args = {.count = count};

    for (size_t i = 0; i < count; i++)
        args.items[i] = str_of(items[i]);
    return args;
}

CASE(options_may_stand_anywhere)
{
    const char *const items[] = {"add", "--json", "name", "--port", "80"};
    struct args args = args_of(items, ARRAY_LEN(items));
    struct str value;

    assert_true(args_flag(&args, "--json"));
    assert_false(args_flag(&args, "--json"));
    assert_true(args_option(&args, "--port", &value));
    assert_str(value, "80");
    assert_true(args_next(&args, &value));
    assert_str(value, "add");
    assert_true(args_next(&args, &value));
    assert_str(value, "name");
    assert_false(args_next(&args, &value));
    assert_int_equal(args.count, 0);
}

CASE(a_value_may_follow_an_equals_sign)
{
    const char *const items[] = {"--port=80", "--name="};
    struct args args = args_of(items, ARRAY_LEN(items));
    struct str value;

    assert_true(args_option(&args, "--port", &value));
    assert_str(value, "80");
    assert_true(args_option(&args, "--name", &value));
    assert_int_equal(value.len, 0);
}

CASE(an_option_without_its_value_is_left_over)
{
    const char *const items[] = {"--port"};
    struct args args = args_of(items, ARRAY_LEN(items));
    struct str value;

    assert_false(args_option(&args, "--port", &value));
    assert_false(args_next(&args, &value));
    assert_int_equal(args.count, 1);
}

CASE(the_empty_text_and_a_single_hyphen_are_arguments)
{
    const char *const items[] = {"", "-"};
    struct args args = args_of(items, ARRAY_LEN(items));
    struct str value;

    assert_true(args_next(&args, &value));
    assert_int_equal(value.len, 0);
    assert_true(args_next(&args, &value));
    assert_str(value, "-");
}

CASE(after_two_hyphens_nothing_is_an_option)
{
    const char *const items[] = {"set", "--live", "--", "--json", "-5 %", "--"};
    struct args args = args_of(items, ARRAY_LEN(items));
    struct str value;

    assert_false(args_flag(&args, "--json"));
    assert_true(args_next(&args, &value));
    assert_str(value, "set");
    assert_true(args_next(&args, &value));
    assert_str(value, "--json");
    assert_true(args_flag(&args, "--live"));
    assert_true(args_next(&args, &value));
    assert_str(value, "-5 %");
    assert_true(args_next(&args, &value));
    assert_str(value, "--");
    assert_false(args_next(&args, &value));
    assert_int_equal(args.count, 0);
}

CASE(two_hyphens_at_the_end_say_nothing)
{
    const char *const items[] = {"list", "--json", "--"};
    struct args args = args_of(items, ARRAY_LEN(items));
    struct str value;

    assert_true(args_next(&args, &value));
    assert_str(value, "list");
    assert_true(args_flag(&args, "--json"));
    assert_int_equal(args.count, 0);
}

UNIT_MAIN(T(options_may_stand_anywhere), T(a_value_may_follow_an_equals_sign),
          T(an_option_without_its_value_is_left_over),
          T(the_empty_text_and_a_single_hyphen_are_arguments),
          T(after_two_hyphens_nothing_is_an_option), T(two_hyphens_at_the_end_say_nothing))
