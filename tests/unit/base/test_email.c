#include "base/email.h"

#include "support/unit.h"

CASE(one_at_and_a_dot_inside_the_domain)
{
    static const char *const GOOD[] = {"a@b.fr", "jean.d'arc+tag@sub.example-1.fr", "a@b.c.d",
                                       "!#$%&'*+-/=?^_`{|}~@b.fr", "h\xC3\xA9l\xC3\xA8ne@b.fr"};

    for (size_t i = 0; i < ARRAY_LEN(GOOD); i++)
        assert_true(email_valid(str_of(GOOD[i])));
}

CASE(anything_else_is_refused)
{
    static const char *const BAD[] = {
        "",           "a",          "@b.fr",          "a@",
        "a@b",        "a@b.",       "a@.b",           "a@b..fr",
        "a@b@c.fr",   "a b@c.fr",   "a@b.fr ",        "a\t@b.fr",
        "a@b.fr\r\n", "\"a\"@b.fr", "a,c@b.fr",       "a;c@b.fr",
        "<a@b.fr>",   "a@[1.2]",    "a\\@b.fr",       "a\x7F@b.fr",
        "a:b@c.fr",   "(a)@b.fr",   "a\xC2\xA0@b.fr", "a\xC2\x85@b.fr",
    };

    assert_false(email_valid(STR_NONE));
    assert_false(email_valid(STR("a\0@b.fr")));
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        assert_false(email_valid(str_of(BAD[i])));
}

CASE(there_are_254_bytes_at_most)
{
    char text[256];

    memset(text, 'x', sizeof text);
    memcpy(text + 249, "@b.fr", 5);
    assert_true(email_valid((struct str){text, 254}));
    text[254] = 'r';
    assert_false(email_valid((struct str){text, 255}));
    assert_true(email_shaped((struct str){text, 255}));
}

UNIT_MAIN(T(one_at_and_a_dot_inside_the_domain), T(anything_else_is_refused),
          T(there_are_254_bytes_at_most))
