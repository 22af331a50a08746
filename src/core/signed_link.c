#include "core/signed_link.h"

#include "base/crypto.h"

/* "t" or "l", merchant, object, end of its life in seconds; then a dot and the signature. */
enum { MERCHANT_AT = 1, OBJECT_AT = MERCHANT_AT + ID_LEN, END_AT = OBJECT_AT + ID_LEN };

static struct str signature(const struct core *core, struct arena *arena, const char *purpose,
                            struct str text)
{
    struct str key = {(const char *)core->page_key, sizeof core->page_key};
    uint8_t hash[SHA256_SIZE];

    hmac_sha256(key, str_format(arena, "%s|%.*s", purpose, (int)text.len, text.ptr), hash);
    return base64url_encode(arena, (struct str){(const char *)hash, sizeof hash});
}

struct str signed_link_make(const struct core *core, struct ctx *cx, const char *purpose,
                            const char *object, int days)
{
    int64_t end = instant_unix(cx->real + days * DAY_US);
    struct str text = str_format(cx->arena, "%c%s%s%lld", cx->mode == MODE_TEST ? 't' : 'l',
                                 cx->merchant.raw, object, (long long)end);
    struct str mark = signature(core, cx->arena, purpose, text);

    return str_format(cx->arena, "%.*s.%.*s", (int)text.len, text.ptr, (int)mark.len, mark.ptr);
}

err_t signed_link_read(const struct core *core, struct ctx *cx, const char *purpose,
                       struct str token, char object[ID_SIZE])
{
    size_t dot = str_find(token, '.');
    struct str text = str_sub(token, 0, dot);
    int64_t end;

    if (dot == token.len || text.len <= END_AT)
        return ERR_NOT_FOUND;
    if (!crypto_equal(str_from(token, dot + 1), signature(core, cx->arena, purpose, text)))
        return ERR_NOT_FOUND;
    if (!ID_PARSE(str_sub(text, MERCHANT_AT, ID_LEN), &cx->merchant) ||
        !id_parse(str_sub(text, OBJECT_AT, ID_LEN), object) ||
        !str_to_int64(str_from(text, END_AT), &end))
        return ERR_NOT_FOUND;
    cx->mode = text.ptr[0] == 't' ? MODE_TEST : MODE_LIVE;
    return instant_unix(cx->real) < end ? OK : ERR_STATE;
}
