#ifndef GUICHET_CORE_COLOUR_H
#define GUICHET_CORE_COLOUR_H

#include "base/str.h"

/* Colours of merchants on pages (pages.md 31), measured as WCAG 2.2 does ("relative luminance",
 * "contrast ratio"), in whole numbers. */
struct colour {
    uint8_t red;
    uint8_t green;
    uint8_t blue;
};

/* "#1a8f5a"; false: anything else. */
bool colour_parse(struct str text, struct colour *out);

/* 100 times the contrast ratio: 100 to 2100. */
int64_t colour_contrast(struct colour one, struct colour other);

/* Seen at 3:1 on the paper of the light and of the dark pages (pay.css). */
bool colour_is_accent(struct colour colour);

/* Whether white text is read better on it than black text. */
bool colour_wants_white(struct colour colour);

#endif
