#include "base/umr.h"

#include "base/arena.h"
#include "base/rand.h"
#include "base/sepa_text.h"

bool umr_valid(struct str text)
{
    return sepa_reference_is_valid(text) && str_find(text, ' ') == text.len;
}

struct str umr_key(struct arena *arena, struct str text)
{
    char *key = arena_alloc(arena, text.len + 1);

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        key[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    return (struct str){key, text.len};
}

static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

struct str umr_of(struct arena *arena, const uint8_t bytes[UMR_BYTES])
{
    char *made = arena_alloc(arena, UMR_MADE_LEN + 1);

    made[0] = 'G';
    for (size_t i = 1; i < UMR_MADE_LEN; i++)
        made[i] = ALPHABET[bytes[i - 1] % (sizeof ALPHABET - 1)];
    return (struct str){made, UMR_MADE_LEN};
}

struct str umr_new(struct arena *arena)
{
    char *made = arena_alloc(arena, UMR_MADE_LEN + 1);

    made[0] = 'G';
    rand_base32(made + 1, UMR_MADE_LEN - 1);
    return (struct str){made, UMR_MADE_LEN};
}
