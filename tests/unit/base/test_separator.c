#include "base/separator.h"

#include "base/attr.h"
#include "support/unit.h"

CASE(digits_are_what_is_left_of_a_pasted_number)
{
    static const char *const PASTED[] = {
        "732829320",
        " 732 829 320 ",
        "732-829.320",
        "732\u00a0829\u202f320",
        "732\u2007829\u2009320",
        "732\u2011829\t320",
        "\xE2\x80\xAA\xE2\x80\x8E 732829320\xE2\x80\xAC",
    };
    struct arena *arena = arena_new(1 << 16);

    for (size_t i = 0; i < ARRAY_LEN(PASTED); i++)
        assert_str(separators_dropped(arena, str_of(PASTED[i])), "732829320");
    arena_free(arena);
}

CASE(everything_else_stays)
{
    struct arena *arena = arena_new(1 << 16);

    assert_str(separators_dropped(arena, STR("+33/6:a_b\nc")), "+33/6:a_b\nc");
    assert_str(separators_dropped(arena, STR("\xE2\x80")), "\xE2\x80");
    assert_str(separators_dropped(arena, STR("")), "");
    assert_int_equal(separator_len(STR("\xC2")), 0);
    arena_free(arena);
}

UNIT_MAIN(T(digits_are_what_is_left_of_a_pasted_number), T(everything_else_stays))
