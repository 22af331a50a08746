#include "pages/form_token.h"

#include "base/crypto.h"

enum { KEY_SIZE = 32 };

static struct str signature(struct arena *arena, const struct form_token *of, struct str made)
{
    uint8_t mac[SHA256_SIZE];
    /* Lengths first: no two different forms give the same text. */
    struct str text = str_format(
        arena, "pay form|%zu|%zu|%lld%s|%.*s|%.*s|%.*s", of->payment.len, of->attempt.len,
        (long long)of->amount.minor, currency_text(of->amount.currency), (int)of->payment.len,
        of->payment.ptr, (int)of->attempt.len, of->attempt.ptr, (int)made.len, made.ptr);

    hmac_sha256((struct str){(const char *)of->key, KEY_SIZE}, text, mac);
    return hex_encode(arena, mac, sizeof mac);
}

struct str form_token_make(struct arena *arena, const struct form_token *of, instant now)
{
    struct str made = str_format(arena, "%lld", (long long)instant_unix(now));
    struct str mac = signature(arena, of, made);

    return str_format(arena, "%.*s.%.*s", (int)made.len, made.ptr, (int)mac.len, mac.ptr);
}

enum form_state form_token_check(struct arena *arena, const struct form_token *of, struct str token,
                                 instant now)
{
    size_t dot = str_find(token, '.');
    struct str made = str_sub(token, 0, dot);
    int64_t seconds;

    if (dot == token.len || !str_to_int64(made, &seconds))
        return FORM_FOREIGN;
    if (!crypto_equal(str_sub(token, dot + 1, token.len - dot - 1), signature(arena, of, made)))
        return FORM_FOREIGN;
    return instant_unix(now) - seconds > FORM_LIFE_MIN * 60 ? FORM_STALE : FORM_GOOD;
}
