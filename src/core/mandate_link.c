#include "core/mandate_link.h"

#include <string.h>

#include "base/crypto.h"

/* "t" or "l", merchant, mandate, end of its life in seconds; then a dot and the signature. */
enum { MERCHANT_AT = 1, MANDATE_AT = MERCHANT_AT + ID_LEN, END_AT = MANDATE_AT + ID_LEN };

static struct str signature(const struct core *core, struct arena *arena, struct str text)
{
    struct str key = {(const char *)core->page_key, sizeof core->page_key};
    uint8_t hash[SHA256_SIZE];

    hmac_sha256(key, str_format(arena, "mandate link|%.*s", (int)text.len, text.ptr), hash);
    return base64url_encode(arena, (struct str){(const char *)hash, sizeof hash});
}

struct str mandate_link(const struct core *core, struct ctx *cx, struct mandate_id id)
{
    int64_t end = instant_unix(cx->real + MANDATE_LINK_DAYS * DAY_US);
    struct str text = str_format(cx->arena, "%c%s%s%lld", cx->mode == MODE_TEST ? 't' : 'l',
                                 cx->merchant.raw, id.raw, (long long)end);
    struct str mark = signature(core, cx->arena, text);

    return str_format(cx->arena, MANDATE_LINK_PATH "%.*s.%.*s", (int)text.len, text.ptr,
                      (int)mark.len, mark.ptr);
}

err_t mandate_link_read(const struct core *core, struct ctx *cx, struct str token,
                        struct mandate_id *out)
{
    size_t dot = str_find(token, '.');
    struct str text = str_sub(token, 0, dot);
    int64_t end;

    if (dot == token.len || text.len <= END_AT)
        return ERR_NOT_FOUND;
    if (!crypto_equal(str_from(token, dot + 1), signature(core, cx->arena, text)))
        return ERR_NOT_FOUND;
    if (!ID_PARSE(str_sub(text, MERCHANT_AT, ID_LEN), &cx->merchant) ||
        !ID_PARSE(str_sub(text, MANDATE_AT, ID_LEN), out) ||
        !str_to_int64(str_from(text, END_AT), &end))
        return ERR_NOT_FOUND;
    cx->mode = text.ptr[0] == 't' ? MODE_TEST : MODE_LIVE;
    return instant_unix(cx->real) < end ? OK : ERR_STATE;
}
