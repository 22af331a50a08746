#include "core/one_time_code.h"

#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/rand.h"
#include "base/separator.h"
#include "store/sql.h"

ENUM_DEFINE(code_purpose, CODE_PURPOSE_LIST)

enum { CODES = 1000000 };

#define KEY(purpose, object)                                                                       \
    V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(code_purpose_text(purpose)),           \
        V_WORD(object)

/* A million codes are soon tried: without the server's key their hashes say nothing. */
static struct str hash_of(const struct core *core, struct ctx *cx, enum code_purpose purpose,
                          const char *object, struct str code)
{
    struct str key = {(const char *)core->page_key, sizeof core->page_key};
    uint8_t hash[SHA256_SIZE];

    hmac_sha256(key,
                str_format(cx->arena, "one-time code|%s|%s|%s|%.*s", cx->merchant.raw,
                           code_purpose_text(purpose), object, (int)code.len, code.ptr),
                hash);
    return hex_encode(cx->arena, hash, sizeof hash);
}

struct kept {
    bool found;
    struct str hash;
    int64_t made;
    int64_t tries;
    instant since; /* from when on `made` counts */
    instant sent;
    instant expires;
};

/* What was begun at this moment or before is counted anew; nothing is, without a window. */
static instant window_start(const struct ctx *cx, const struct code_terms *terms)
{
    return terms->window_min == 0 ? INT64_MIN : cx->now - terms->window_min * MINUTE_US;
}

static err_t kept_read(struct ctx *cx, struct tx *tx, enum code_purpose purpose, const char *object,
                       struct kept *out)
{
    struct rows *rows;

    *out = (struct kept){.found = false};
    TRY(store_query_one(cx, tx, &SQL_ONE_TIME_CODE_FIND, ARGS(KEY(purpose, object)), &rows,
                        &out->found));
    if (!out->found)
        return OK;
    out->hash = col_text(rows, 0);
    out->made = col_int(rows, 1);
    out->tries = col_int(rows, 2);
    out->sent = col_int(rows, 3);
    out->expires = col_int(rows, 4);
    out->since = col_int(rows, 5);
    return OK;
}

err_t code_make(const struct core *core, struct ctx *cx, struct tx *tx,
                const struct code_terms *terms, const char *object, char code[CODE_DIGITS + 1])
{
    struct kept kept;

    TRY(kept_read(cx, tx, terms->purpose, object, &kept));
    if (kept.found && kept.since > window_start(cx, terms) && kept.made > terms->again_max)
        return fault(cx, ERR_LIMIT, "code", "was sent as often as it may be");
    if (kept.found && cx->mode == MODE_LIVE && cx->now - kept.sent < terms->pause_s * SECOND_US)
        return fault(cx, ERR_BUSY, "code", "was sent a moment ago");
    if (cx->mode == MODE_TEST)
        memcpy(code, "123456", CODE_DIGITS + 1);
    else
        snprintf(code, CODE_DIGITS + 1, "%06u", rand_below(CODES));
    struct str hash = hash_of(core, cx, terms->purpose, object, str_of(code));
    return store_run(cx, tx, &SQL_ONE_TIME_CODE_PUT,
                     ARGS(KEY(terms->purpose, object), V_TEXT(hash), V_INT(cx->now),
                          V_INT(cx->now + terms->life_min * MINUTE_US),
                          V_INT(window_start(cx, terms))));
}

struct str code_typed(struct arena *arena, struct str typed)
{
    struct str digits = separators_dropped(arena, typed);

    return digits.len == CODE_DIGITS && str_is_digits(digits) ? digits : STR_NONE;
}

err_t code_try(const struct core *core, struct ctx *cx, struct tx *tx, enum code_purpose purpose,
               const char *object, struct str typed, enum code_result *result)
{
    struct kept kept;

    TRY(kept_read(cx, tx, purpose, object, &kept));
    *result = CODE_UNKNOWN;
    if (!kept.found)
        return OK;
    *result = CODE_SPENT;
    if (kept.tries >= CODE_TRIES)
        return OK;
    *result = CODE_EXPIRED;
    if (kept.expires <= cx->now)
        return OK;
    *result = CODE_RIGHT;
    if (crypto_equal(kept.hash, hash_of(core, cx, purpose, object, typed)))
        return code_drop(cx, tx, purpose, object);
    *result = kept.tries + 1 == CODE_TRIES ? CODE_SPENT : CODE_WRONG;
    return store_run(cx, tx, &SQL_ONE_TIME_CODE_TRIED, ARGS(KEY(purpose, object)));
}

err_t code_drop(struct ctx *cx, struct tx *tx, enum code_purpose purpose, const char *object)
{
    return store_run(cx, tx, &SQL_ONE_TIME_CODE_DROP, ARGS(KEY(purpose, object)));
}

err_t code_again_left(struct ctx *cx, struct tx *tx, const struct code_terms *terms,
                      const char *object, int64_t *left)
{
    struct kept kept;

    TRY(kept_read(cx, tx, terms->purpose, object, &kept));
    *left = kept.found ? terms->again_max + 1 - kept.made : terms->again_max + 1;
    return OK;
}
