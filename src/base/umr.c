#include "base/umr.h"

#include <string.h>

#include "base/arena.h"
#include "base/rand.h"

static bool char_allowed(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("/-?:().,'+", c) != NULL);
}

bool umr_valid(struct str text)
{
    if (text.len == 0 || text.len > UMR_MAX)
        return false;
    if (text.ptr[0] == '/' || text.ptr[text.len - 1] == '/')
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (!char_allowed(text.ptr[i]))
            return false;
        if (i > 0 && text.ptr[i] == '/' && text.ptr[i - 1] == '/')
            return false;
    }
    return true;
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

struct str umr_new(struct arena *arena)
{
    static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    char *made = arena_alloc(arena, UMR_MADE_LEN + 1);

    made[0] = 'G';
    for (size_t i = 1; i < UMR_MADE_LEN; i++)
        made[i] = ALPHABET[rand_below(sizeof ALPHABET - 1)];
    return (struct str){made, UMR_MADE_LEN};
}
