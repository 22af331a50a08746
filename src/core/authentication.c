#include "core/authentication.h"

#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "base/rand.h"
#include "core/event.h"
#include "core/link.h"
#include "core/merchant.h"
#include "core/payment.h"
#include "core/task.h"
#include "store/sql.h"

ENUM_DEFINE(authentication_state, AUTHENTICATION_STATE_LIST)
ENUM_DEFINE(authentication_origin, AUTHENTICATION_ORIGIN_LIST)

static const char LINK_KIND[] = "authentication";
static const char TEST_PREFIX[] = "test_";

/* RFC 4122, version 4. */
static void uuid_new(char out[UUID_LEN + 1])
{
    unsigned char bytes[16];

    rand_bytes(bytes, sizeof bytes);
    bytes[6] = (unsigned char)((bytes[6] & 0x0F) | 0x40);
    bytes[8] = (unsigned char)((bytes[8] & 0x3F) | 0x80);
    int len = snprintf(
        out, UUID_LEN + 1, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
        bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7], bytes[8],
        bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]);
    must(len == UUID_LEN);
}

static struct str link_token(struct arena *arena, enum mode mode, const char *uuid)
{
    return str_format(arena, "%s%s", mode == MODE_TEST ? TEST_PREFIX : "", uuid);
}

struct str authentication_path(struct arena *arena, enum mode mode,
                               const struct authentication *authentication)
{
    struct str token = link_token(arena, mode, authentication->uuid);

    return str_format(arena, "/v1/redirect/%s", token.ptr);
}

err_t authentication_open(struct ctx *cx, struct tx *tx, struct payment *payment,
                          enum authentication_origin origin, struct str return_url, bool mandated,
                          struct authentication *out)
{
    *out = (struct authentication){
        .payment = payment->id,
        .state = AUTHENTICATION_AVAILABLE,
        .origin = origin,
        .return_url = return_url,
        .mandated = mandated,
        .created = cx->now,
        .expires = cx->now + AUTHENTICATION_LIFE_H * HOUR_US,
    };
    ID_NEW(cx->ids, &out->id);
    uuid_new(out->uuid);
    payment->authentication = out->id;
    TRY(store_run(cx, tx, &SQL_AUTHENTICATION_INSERT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(out->id),
                       V_ID(out->payment), V_WORD(authentication_state_text(out->state)),
                       V_WORD(authentication_origin_text(origin)), V_WORD(out->uuid),
                       V_TEXT(return_url), V_INT(mandated), V_INT(out->created),
                       V_INT(out->expires))));
    TRY(link_put(cx, tx, link_token(cx->arena, cx->mode, out->uuid), LINK_KIND, out->id.raw));
    return task_put(cx, tx, TASK_AUTHENTICATION_EXPIRY, out->id.raw, out->expires);
}

static void fixed(char *out, size_t size, struct str text)
{
    must(text.len < size);
    if (text.len > 0)
        memcpy(out, text.ptr, text.len);
    out[text.len] = '\0';
}

static void authentication_row(struct rows *rows, struct authentication *out)
{
    *out = (struct authentication){
        .return_url = col_text(rows, 5),
        .mandated = col_int(rows, 6) != 0,
        .acs_trans_id = col_text(rows, 11),
        .acs_url = col_text(rows, 12),
        .creq = col_text(rows, 13),
        .created = col_int(rows, 14),
        .expires = col_int(rows, 15),
    };
    col_id(rows, 0, out->id.raw);
    col_id(rows, 1, out->payment.raw);
    must(authentication_state_parse(col_text(rows, 2), &out->state));
    must(authentication_origin_parse(col_text(rows, 3), &out->origin));
    fixed(out->uuid, sizeof out->uuid, col_text(rows, 4));
    fixed(out->proof.version, sizeof out->proof.version, col_text(rows, 7));
    fixed(out->proof.eci, sizeof out->proof.eci, col_text(rows, 8));
    fixed(out->proof.cavv, sizeof out->proof.cavv, col_text(rows, 9));
    fixed(out->proof.ds_trans_id, sizeof out->proof.ds_trans_id, col_text(rows, 10));
}

err_t authentication_load(struct ctx *cx, struct tx *tx, struct authentication_id id,
                          struct authentication *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_AUTHENTICATION_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        &found));
    must(found); /* a payment or a link points to it */
    authentication_row(rows, out);
    rows_end(rows);
    return OK;
}

err_t authentication_find(struct core *core, struct ctx *cx, struct tx *tx, struct str token,
                          struct authentication *out)
{
    struct authentication_id id;
    struct merchant merchant;

    (void)core;
    TRY(link_find(cx, tx, token, LINK_KIND, id.raw));
    TRY(merchant_load(cx, tx, cx->merchant, &merchant));
    merchant_time(cx, &merchant);
    return authentication_load(cx, tx, id, out);
}

enum { LINK_DAYS = 30 };

/* Ids carry real time. */
err_t authentication_links_purge(struct ctx *cx, struct tx *tx, int64_t most, int64_t *removed)
{
    struct str before = id_floor(cx->arena, cx->real - LINK_DAYS * DAY_US);

    return link_purge(cx, tx, LINK_KIND, before, most, removed);
}

bool authentication_is_final(enum authentication_state state)
{
    switch (state) {
    case AUTHENTICATION_REQUESTED:
    case AUTHENTICATION_AVAILABLE:
    case AUTHENTICATION_ATTEMPTED:
        return false;
    case AUTHENTICATION_SUCCESS:
    case AUTHENTICATION_DECLINED:
    case AUTHENTICATION_FAILED:
    case AUTHENTICATION_EXPIRED:
    case AUTHENTICATION_UNAVAILABLE:
        return true;
    }
    must_fail(__FILE__, __LINE__, "state is a member");
}

static enum authentication_state state_told(const struct threeds_call *call)
{
    if (call->result != OK)
        return call->result_only ? AUTHENTICATION_FAILED : AUTHENTICATION_UNAVAILABLE;
    switch (call->status) {
    case THREEDS_Y:
    case THREEDS_A:
    case THREEDS_I:
        return AUTHENTICATION_SUCCESS;
    case THREEDS_C:
        return AUTHENTICATION_ATTEMPTED;
    case THREEDS_N:
    case THREEDS_R:
        return AUTHENTICATION_DECLINED;
    case THREEDS_U:
        return AUTHENTICATION_UNAVAILABLE;
    }
    must_fail(__FILE__, __LINE__, "status is a member");
}

static struct value word_or_null(struct str text)
{
    return text.len == 0 ? V_NULL() : V_TEXT(text);
}

static err_t authentication_write(struct ctx *cx, struct tx *tx,
                                  const struct authentication *authentication)
{
    TRY(store_run(cx, tx, &SQL_AUTHENTICATION_UPDATE,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(authentication->id),
                       V_WORD(authentication_state_text(authentication->state)),
                       word_or_null(str_of(authentication->proof.version)),
                       word_or_null(str_of(authentication->proof.eci)),
                       word_or_null(str_of(authentication->proof.cavv)),
                       word_or_null(str_of(authentication->proof.ds_trans_id)),
                       word_or_null(authentication->acs_trans_id),
                       word_or_null(authentication->acs_url), word_or_null(authentication->creq))));
    return event_put(cx, tx, "authentication.state", authentication->payment.raw,
                     authentication_state_text(authentication->state));
}

err_t authentication_record(struct ctx *cx, struct tx *tx, struct authentication *authentication,
                            const struct threeds_call *call)
{
    authentication->state = state_told(call);
    if (call->result == OK) {
        authentication->proof = call->proof;
        if (!call->result_only) {
            authentication->acs_trans_id = str_dup(cx->arena, str_of(call->acs_trans_id));
            authentication->acs_url = str_dup(cx->arena, str_of(call->acs_url));
            authentication->creq = str_dup(cx->arena, str_of(call->creq));
        }
    }
    TRY(authentication_write(cx, tx, authentication));
    if (authentication->state == AUTHENTICATION_SUCCESS)
        return task_done(cx, tx, TASK_AUTHENTICATION_EXPIRY, authentication->id.raw);
    return OK;
}

err_t authentication_expire(struct ctx *cx, struct tx *tx, struct authentication *authentication)
{
    authentication->state = AUTHENTICATION_EXPIRED;
    return authentication_write(cx, tx, authentication);
}
