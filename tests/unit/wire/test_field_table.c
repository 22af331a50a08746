#include "support/aborts.h"
#include "support/unit.h"
#include "wire_tables.h"

#define AT(member) FIELD_AT(struct tag, member)

static void check_rows(const struct field *rows, size_t count)
{
    struct table table = {"Tag", rows, count, sizeof(struct tag), UNKNOWN_IGNORED};

    table_check(&table);
}

static void name_comes_back(void)
{
    static const struct field ROWS[] = {
        {"a", F_TEXT, 0, 1, OPTIONAL, OURS, ED_ALL, AT(label) },
        {"b", F_BOOL, 0, 0, OPTIONAL, OURS, ED_ALL, AT(first) },
        {"a", F_BOOL, 0, 0, OPTIONAL, OURS, ED_ALL, AT(second)},
    };

    check_rows(ROWS, ARRAY_LEN(ROWS));
}

static void member_of_another_type(void)
{
    static const struct field ROWS[] = {
        {"a", F_INT, 0, 1, OPTIONAL, OURS, ED_ALL, AT(first)},
    };

    check_rows(ROWS, ARRAY_LEN(ROWS));
}

static void words_are_missing(void)
{
    static const struct field ROWS[] = {
        {"a", F_WORD, 0, 1, OPTIONAL, OURS, ED_ALL, {sizeof(struct given), sizeof(int), NULL}},
    };

    check_rows(ROWS, ARRAY_LEN(ROWS));
}

static void no_edition(void)
{
    static const struct field ROWS[] = {
        {"a", F_BOOL, 0, 1, OPTIONAL, OURS, 0, AT(first)},
    };

    check_rows(ROWS, ARRAY_LEN(ROWS));
}

static void member_outside_the_struct(void)
{
    static const struct field ROWS[] = {
        {"a", F_BOOL, 0, 1, OPTIONAL, OURS, ED_ALL, {sizeof(struct tag), sizeof(bool), NULL}},
    };

    check_rows(ROWS, ARRAY_LEN(ROWS));
}

static void member_over_given(void)
{
    static const struct field ROWS[] = {
        {"a", F_BOOL, 0, 1, OPTIONAL, OURS, ED_ALL, {0, sizeof(bool), NULL}},
    };

    check_rows(ROWS, ARRAY_LEN(ROWS));
}

static void limits_the_wrong_way_round(void)
{
    static const struct field ROWS[] = {
        {"a", F_TEXT, 2, 1, OPTIONAL, OURS, ED_ALL, AT(label)},
    };

    check_rows(ROWS, ARRAY_LEN(ROWS));
}

static void child_is_not_sound(void)
{
    static const struct field BAD[] = {
        {"a", F_TEXT, 2, 1, OPTIONAL, OURS, ED_ALL, AT(label)},
    };
    static const struct table CHILD = TABLE_OF("Child", struct tag, BAD);
    static const struct field ROWS[] = {
        {"tag", F_OBJECT, 0, 0, OPTIONAL, OURS, ED_ALL, FIELD_AT_MORE(struct plastic, tag, &CHILD)},
    };
    struct table table = {"Plastic", ROWS, ARRAY_LEN(ROWS), sizeof(struct plastic),
                          UNKNOWN_IGNORED};

    table_check(&table);
}

CASE(sound_tables_pass)
{
    table_check(&TAG);
    table_check(&PLASTIC);
    table_check(&SALE);
}

CASE(rows_of_one_name_stand_together)
{
    assert_true(aborts(name_comes_back));
}

CASE(members_fit_their_kind_and_their_struct)
{
    assert_true(aborts(member_of_another_type));
    assert_true(aborts(member_outside_the_struct));
    assert_true(aborts(member_over_given));
}

CASE(rows_are_complete)
{
    assert_true(aborts(words_are_missing));
    assert_true(aborts(no_edition));
    assert_true(aborts(limits_the_wrong_way_round));
}

CASE(children_are_checked_too)
{
    assert_true(aborts(child_is_not_sound));
}

UNIT_MAIN(T(sound_tables_pass), T(rows_of_one_name_stand_together),
          T(members_fit_their_kind_and_their_struct), T(rows_are_complete),
          T(children_are_checked_too))
