#ifndef GUICHET_BASE_SEPA_LETTERS_H
#define GUICHET_BASE_SEPA_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Parts of base/sepa_text.c: what single letters become. */

/* A text as code points. `at` is a place in it. */
struct letters {
    const uint32_t *codes;
    size_t count;
};

/* True for letters of any script that we know in capitals and small; *upper tells which. */
bool letter_case(uint32_t code, bool *upper);

/* Latin, punctuation, symbols: the replacement of one code point. "" when it is dropped (combining
 * marks, invisible ones), NULL when the tables do not know it. One character of static memory, not
 * NUL-terminated, when *len is 1. */
const char *latin_letter(uint32_t code, size_t *len);

/* The same for Cyrillic and Greek at a place of a text. *used is how many code points the answer
 * stands for. The answer is in small letters; *upper says how the first one is written. NULL for
 * another script. */
const char *cyrillic_letter(struct letters text, size_t at, size_t *used, bool *upper);
const char *greek_letter(struct letters text, size_t at, size_t *used, bool *upper);

#endif
