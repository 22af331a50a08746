#include "base/separator.h"

#include "base/attr.h"

size_t separator_len(struct str text)
{
    static const char EMBEDDING[] = {'\xE2', '\x80', '\xAA'}; /* U+202A, left to right */
    static const struct str SEPARATORS[] = {
        STR_INIT(" "),
        STR_INIT("-"),
        STR_INIT("."),
        STR_INIT("\t"),
        STR_INIT("\u00a0"),
        STR_INIT("\u202f"),
        STR_INIT("\u2007"),
        STR_INIT("\u2009"),
        STR_INIT("\u2011"),
        STR_INIT("\xE2\x80\x8E"), /* U+200E, left-to-right mark */
        {EMBEDDING, sizeof EMBEDDING},
        STR_INIT("\xE2\x80\xAC"), /* U+202C, its end */
    };

    for (size_t i = 0; i < ARRAY_LEN(SEPARATORS); i++) {
        if (str_starts(text, SEPARATORS[i]))
            return SEPARATORS[i].len;
    }
    return 0;
}

struct str separators_dropped(struct arena *arena, struct str text)
{
    struct buf out = buf_make(arena, text.len + 1);

    while (text.len > 0) {
        size_t skip = separator_len(text);
        if (skip == 0) {
            buf_put_byte(&out, text.ptr[0]);
            skip = 1;
        }
        text = str_from(text, skip);
    }
    return buf_str(&out);
}
