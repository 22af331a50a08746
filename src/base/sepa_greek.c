#include "base/sepa_letters.h"

#include <string.h>

#include "base/attr.h"

/* Greek by ELOT 743 (the transcription of ISO 843). Each letter has a key without accents; a key
 * in capitals is a capital letter; '.' is no letter. */
struct keys {
    uint32_t first;
    const char *keys;
};

static const struct keys KEYS[] = {
    {0x0386, "A.EHI.O.UWiABGDEZHQIKLMNCOPR.STUFXYWIUaehiuabgdezhqiklmncoprsstu"
             "fxywiuouw"                                                    },
    {0x1F00, "aaaaaaaaAAAAAAAAeeeeee..EEEEEE..hhhhhhhhHHHHHHHHiiiiiiiiIIIIIIII"
             "oooooo..OOOOOO..uuuuuuuu.U.U.U.UwwwwwwwwWWWWWWWWaaeehhiioouuww.."
             "aaaaaaaaAAAAAAAAhhhhhhhhHHHHHHHHwwwwwwwwWWWWWWWWaaaaa.aaAAAAA.i."
             "..hhh.hhEEHHH...iiii..iiIIII....uuuurruuUUUUR.....www.wwOOWWW"},
};

static const struct {
    char key;
    const char *text;
} LETTERS[] = {
    {'a', "a" },
    {'b', "v" },
    {'g', "g" },
    {'d', "d" },
    {'e', "e" },
    {'z', "z" },
    {'h', "i" },
    {'q', "th"},
    {'i', "i" },
    {'k', "k" },
    {'l', "l" },
    {'m', "m" },
    {'n', "n" },
    {'c', "x" },
    {'o', "o" },
    {'p', "p" },
    {'r', "r" },
    {'s', "s" },
    {'t', "t" },
    {'u', "y" },
    {'f', "f" },
    {'x', "ch"},
    {'y', "ps"},
    {'w', "o" },
};

/* Two letters that are written otherwise than one after the other. */
static const struct {
    char keys[3];
    const char *text;
} PAIRS[] = {
    {"ou", "ou" },
    {"gg", "ng" },
    {"gc", "nx" },
    {"gx", "nch"},
};

enum { DIAERESIS = 0x308 };

static char key_of(uint32_t code)
{
    for (size_t i = 0; i < ARRAY_LEN(KEYS); i++) {
        if (code >= KEYS[i].first && code - KEYS[i].first < strlen(KEYS[i].keys)) {
            char key = KEYS[i].keys[code - KEYS[i].first];
            return key == '.' ? '\0' : key;
        }
    }
    return '\0';
}

static bool is_upper(char key)
{
    return key >= 'A' && key <= 'Z';
}

static char lower(char key)
{
    return is_upper(key) ? (char)(key - 'A' + 'a') : key;
}

/* The letter at a place, or '\0'. */
static char key_at(struct letters text, size_t at)
{
    return at < text.count ? key_of(text.codes[at]) : '\0';
}

/* A plain letter of the alphabet, with no accent on it or behind it. An accent on the first vowel,
 * or dots on the second, say that the two are spoken apart. */
static bool is_plain(struct letters text, size_t at)
{
    uint32_t code = text.codes[at];
    bool followed =
        at + 1 < text.count && text.codes[at + 1] >= 0x300 && text.codes[at + 1] < 0x370;

    return !followed && ((code >= 0x391 && code <= 0x3A9) || (code >= 0x3B1 && code <= 0x3C9));
}

static bool has_dots(struct letters text, size_t at)
{
    static const uint32_t DOTTED[] = {0x3AB, 0x3CB, 0x3B0, 0x1FE2, 0x1FE3, 0x1FE7};

    for (size_t i = 0; i < ARRAY_LEN(DOTTED); i++) {
        if (text.codes[at] == DOTTED[i])
            return true;
    }
    return at + 1 < text.count && text.codes[at + 1] == DIAERESIS;
}

/* What follows a place, over the accents of the letter there. */
static size_t behind(struct letters text, size_t at)
{
    size_t next = at + 1;

    while (next < text.count && text.codes[next] >= 0x300 && text.codes[next] < 0x370)
        next++;
    return next;
}

/* [doc] "v" before vowels and voiced consonants, "f" before the others and at the end. */
static const char *au_text(char first, char next)
{
    bool voiced = next != '\0' && strchr("aehiouwbgdzlmnr", next) != NULL;

    switch (first) {
    case 'a':
        return voiced ? "av" : "af";
    case 'e':
        return voiced ? "ev" : "ef";
    default:
        return voiced ? "iv" : "if";
    }
}

/* The text of two letters that belong together, or NULL. */
static const char *pair_text(struct letters text, size_t at, char first, char second)
{
    bool upper;

    if (second == '\0')
        return NULL;
    if (second == 'u' && (!is_plain(text, at) || has_dots(text, at + 1)))
        return NULL;
    if (second == 'u' && (first == 'a' || first == 'e' || first == 'h'))
        return au_text(first, lower(key_at(text, behind(text, at + 1))));
    if (first == 'm' && second == 'p' && (at == 0 || !letter_case(text.codes[at - 1], &upper)))
        return "b";
    for (size_t i = 0; i < ARRAY_LEN(PAIRS); i++) {
        if (PAIRS[i].keys[0] == first && PAIRS[i].keys[1] == second)
            return PAIRS[i].text;
    }
    return NULL;
}

const char *greek_letter(struct letters text, size_t at, size_t *used, bool *upper)
{
    char key = key_at(text, at);

    if (key == '\0')
        return NULL;
    *upper = is_upper(key);
    const char *pair = pair_text(text, at, lower(key), lower(key_at(text, at + 1)));
    *used = pair == NULL ? 1 : 2;
    for (size_t i = 0; i < ARRAY_LEN(LETTERS) && pair == NULL; i++) {
        if (LETTERS[i].key == lower(key))
            pair = LETTERS[i].text;
    }
    return pair;
}
