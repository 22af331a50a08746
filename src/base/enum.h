#ifndef GUICHET_BASE_ENUM_H
#define GUICHET_BASE_ENUM_H

#include <stdbool.h>

#include "base/must.h"
#include "base/str.h"

/* One list gives an enum, its texts and its parser. Zero is never a member: a zeroed struct shows.
 *
 *   #define REFUND_STATE_LIST(X) X(REFUND_ASKED, 1, "asked") X(REFUND_SENT, 2, "sent")
 *   ENUM_DECLARE(refund_state, REFUND_STATE_LIST);   in the header
 *   ENUM_DEFINE(refund_state, REFUND_STATE_LIST)     in the source file
 *
 * NAME_text() gives the text that the database stores; must()s that the value is a member.
 * NAME_parse() is false for any other text and then leaves *out alone. */
#define ENUM_MEMBER_(symbol, value, text) symbol = (value),
#define ENUM_TEXT_(symbol, value, text)                                                            \
    case symbol:                                                                                   \
        return text;
#define ENUM_PARSE_(symbol, value, text)                                                           \
    if (str_eq(from, STR(text))) {                                                                 \
        *out = symbol;                                                                             \
        return true;                                                                               \
    }

#define ENUM_DECLARE(name, LIST)                                                                   \
    enum name { LIST(ENUM_MEMBER_) };                                                              \
    const char *name##_text(enum name value);                                                      \
    bool name##_parse(struct str from, enum name *out)

#define ENUM_DEFINE(name, LIST)                                                                    \
    const char *name##_text(enum name value)                                                       \
    {                                                                                              \
        switch (value) {                                                                           \
            LIST(ENUM_TEXT_)                                                                       \
        }                                                                                          \
        must_fail(__FILE__, __LINE__, "value is a member of " #name);                              \
    }                                                                                              \
    bool name##_parse(struct str from, enum name *out)                                             \
    {                                                                                              \
        LIST(ENUM_PARSE_)                                                                          \
        return false;                                                                              \
    }

#endif
