#include "base/sepa_letters.h"

#include <string.h>

#include "base/attr.h"

/* Unicode's compatibility decomposition without its combining marks, and the table of sepa.md 6 for
 * what it leaves. A run has one character for each code point from `first` on: '_' is dropped, '*'
 * is in SPECIALS. */
struct run {
    uint32_t first;
    const char *letters;
};

static const struct run RUNS[] = {
    {0x0020, " .'...+'().+,-./0123456789:,(.)?*ABCDEFGHIJKLMNOPQRSTUVWXYZ(/).-"
             "'abcdefghijklmnopqrstuvwxyz(/)."                                 },
    {0x00A0, " ...../. .a'._. ..23 m.. 1o'***.AAAAAA*CEEEEIIIIDNOOOOO.OUUUUY**"
             "aaaaaa*ceeeeiiiidnooooo.ouuuuy*yAaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGg"
             "GgGgHhHhIiIiIiIiIi**JjKkkLlLlLl**LlNnNnNn*NnOoOoOo**RrRrRrSsSsSs"
             "SsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzsbBBb...CcDDDd..E.FfG...IKkl..NnO"
             "Oo..Pp.....tTtTUu.VYyZz.............*********AaIiOoUuUuUuUuUu.Aa"
             "Aa**GgGgKkOoOo..j***Gg..NnAa**OoAaAaEeEeIiIiOoOoRrRrUuUuSsTt..Hh"
             "Nd..ZzAaEeOoOoOoOoYylntj..ACcLTsz..B..EeJj.qRrYy"                },
    {0x1E00, "AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMm"
             "MmMmNnNnNnNnOoOoOoOoPpPpRrRrRrRrSsSsSsSsSsTtTtTtTtUuUuUuUuUuVvVv"
             "WwWwWwWwWwXxXxYyZzZzZzhtwy*s..*.AaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEe"
             "EeEeEeEeIiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYy....Yy"},
    {0x2000, "           _____------. ''''''''.....**.  _____ ..'**.**.''.*. ."
             "..../..***.............*....... ________________"                },
    {0x2070, "0i..456789+-.()n0123456789+-.().aeoxehklmnpst"                               },
    {0x2100, "**C*.**..*gHHHhhIILl.N*..PQRRR..***.Z...Z.KABC.eEF.Mo....i.*...."
             ".....Ddeij......"                                                },
    {0x2150, "****************I***V****X**LCDMi***v****x**lcdm........."                   },
    {0xFB00, "*******"                                                                     },
    {0xFF01, ".'...+'().+,-./0123456789:,(.)?*ABCDEFGHIJKLMNOPQRSTUVWXYZ(/).-'"
             "abcdefghijklmnopqrstuvwxyz(/)."                                  },
};

/* In the order of their codes. */
struct special {
    uint32_t code;
    const char *text;
};

static const struct special SPECIALS[] = {
    {0x0040, "(at)"},
    {0x00BC, "1/4" },
    {0x00BD, "1/2" },
    {0x00BE, "3/4" },
    {0x00C6, "AE"  },
    {0x00DE, "TH"  },
    {0x00DF, "ss"  },
    {0x00E6, "ae"  },
    {0x00FE, "th"  },
    {0x0132, "IJ"  },
    {0x0133, "ij"  },
    {0x013F, "L."  },
    {0x0140, "l."  },
    {0x0149, "'n"  },
    {0x0152, "OE"  },
    {0x0153, "oe"  },
    {0x01C4, "DZ"  },
    {0x01C5, "Dz"  },
    {0x01C6, "dz"  },
    {0x01C7, "LJ"  },
    {0x01C8, "Lj"  },
    {0x01C9, "lj"  },
    {0x01CA, "NJ"  },
    {0x01CB, "Nj"  },
    {0x01CC, "nj"  },
    {0x01E2, "AE"  },
    {0x01E3, "ae"  },
    {0x01F1, "DZ"  },
    {0x01F2, "Dz"  },
    {0x01F3, "dz"  },
    {0x01FC, "AE"  },
    {0x01FD, "ae"  },
    {0x02BB, "'"   },
    {0x02BC, "'"   },
    {0x1E9A, "a."  },
    {0x1E9E, "SS"  },
    {0x2025, ".."  },
    {0x2026, "..." },
    {0x2033, "''"  },
    {0x2034, "'''" },
    {0x2036, ".."  },
    {0x2037, "..." },
    {0x203C, ".."  },
    {0x2047, "??"  },
    {0x2048, "?."  },
    {0x2049, ".?"  },
    {0x2057, "''''"},
    {0x20AC, "E"   },
    {0x2100, "a/c" },
    {0x2101, "a/s" },
    {0x2103, ".C"  },
    {0x2105, "c/o" },
    {0x2106, "c/u" },
    {0x2109, ".F"  },
    {0x2116, "No"  },
    {0x2120, "SM"  },
    {0x2121, "TEL" },
    {0x2122, "TM"  },
    {0x213B, "FAX" },
    {0x2150, "1/7" },
    {0x2151, "1/9" },
    {0x2152, "1/10"},
    {0x2153, "1/3" },
    {0x2154, "2/3" },
    {0x2155, "1/5" },
    {0x2156, "2/5" },
    {0x2157, "3/5" },
    {0x2158, "4/5" },
    {0x2159, "1/6" },
    {0x215A, "5/6" },
    {0x215B, "1/8" },
    {0x215C, "3/8" },
    {0x215D, "5/8" },
    {0x215E, "7/8" },
    {0x215F, "1/"  },
    {0x2161, "II"  },
    {0x2162, "III" },
    {0x2163, "IV"  },
    {0x2165, "VI"  },
    {0x2166, "VII" },
    {0x2167, "VIII"},
    {0x2168, "IX"  },
    {0x216A, "XI"  },
    {0x216B, "XII" },
    {0x2171, "ii"  },
    {0x2172, "iii" },
    {0x2173, "iv"  },
    {0x2175, "vi"  },
    {0x2176, "vii" },
    {0x2177, "viii"},
    {0x2178, "ix"  },
    {0x217A, "xi"  },
    {0x217B, "xii" },
    {0x2212, "-"   },
    {0xFB00, "ff"  },
    {0xFB01, "fi"  },
    {0xFB02, "fl"  },
    {0xFB03, "ffi" },
    {0xFB04, "ffl" },
    {0xFB05, "st"  },
    {0xFB06, "st"  },
    {0xFF20, "(at)"},
};

/* U+0400 to U+045F in small letters: the Bulgarian law on transliteration of 2009, and for letters
 * that Bulgarian has not what comes nearest. */
static const char *const CYRILLIC[] = {
    "e", "e", "dj", "g", "ye", "dz", "i",  "i",  "j",  "lj",  "nj", "c", "k", "i", "u",  "dz",
    "a", "b", "v",  "g", "d",  "e",  "zh", "z",  "i",  "y",   "k",  "l", "m", "n", "o",  "p",
    "r", "s", "t",  "u", "f",  "h",  "ts", "ch", "sh", "sht", "a",  "y", "y", "e", "yu", "ya",
};

enum { CYRILLIC_FIRST = 0x400, CYRILLIC_LAST = 0x45F, CYRILLIC_UPPER_LAST = 0x42F };
enum {
    I_UPPER = 0x418,
    I_SMALL = 0x438,
    SHORT_I = 0x419,
    BREVE = 0x306,
    YA_UPPER = 0x42F,
    YA_SMALL = 0x44F
};

static bool is_mark(uint32_t code)
{
    return code >= 0x300 && code <= 0x36F;
}

const char *latin_letter(uint32_t code, size_t *len)
{
    if (is_mark(code) || code == 0xFEFF) {
        *len = 0;
        return "";
    }
    for (size_t i = 0; i < ARRAY_LEN(RUNS); i++) {
        const char *letters = RUNS[i].letters;
        if (code < RUNS[i].first || code - RUNS[i].first >= strlen(letters))
            continue;
        const char *letter = &letters[code - RUNS[i].first];
        if (*letter == '*')
            break;
        *len = *letter == '_' ? 0 : 1;
        return letter;
    }
    for (size_t i = 0; i < ARRAY_LEN(SPECIALS); i++) {
        if (SPECIALS[i].code == code) {
            *len = strlen(SPECIALS[i].text);
            return SPECIALS[i].text;
        }
    }
    return NULL;
}

/* The second row of sixteen small letters comes after the capitals: 0x450 is the small 0x400. */
static size_t cyrillic_index(uint32_t code)
{
    if (code <= CYRILLIC_UPPER_LAST)
        return code - CYRILLIC_FIRST;
    return code < 0x450 ? code - 0x430 + 0x10 : code - 0x450;
}

static bool is_cyrillic(uint32_t code)
{
    return code >= CYRILLIC_FIRST && code <= CYRILLIC_LAST;
}

/* [doc] "ia" and not "iya" at the end of a word. */
static bool ends_word_in_ia(struct letters text, size_t at)
{
    bool upper;

    if (at + 1 >= text.count || (text.codes[at + 1] != YA_SMALL && text.codes[at + 1] != YA_UPPER))
        return false;
    return at + 2 == text.count || !letter_case(text.codes[at + 2], &upper);
}

const char *cyrillic_letter(struct letters text, size_t at, size_t *used, bool *upper)
{
    uint32_t code = text.codes[at];

    if (code == 0x490 || code == 0x491) {
        *used = 1;
        *upper = code == 0x490;
        return "g";
    }
    if (!is_cyrillic(code))
        return NULL;
    *used = 1;
    *upper = code <= CYRILLIC_UPPER_LAST;
    if (code == I_UPPER || code == I_SMALL) {
        if (at + 1 < text.count && text.codes[at + 1] == BREVE)
            return CYRILLIC[SHORT_I - CYRILLIC_FIRST];
        if (ends_word_in_ia(text, at)) {
            *used = 2;
            return "ia";
        }
    }
    return CYRILLIC[cyrillic_index(code)];
}
