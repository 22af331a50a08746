#include "core/pdp_mandate_row.h"

#include "base/must.h"
#include "core/counter.h"
#include "core/event.h"
#include "core/sponsor_webhook.h"
#include "core/task.h"
#include "store/sql.h"

ENUM_DEFINE(pdp_mandate_state, PDP_MANDATE_STATE_LIST)
ENUM_DEFINE(pdp_registration, PDP_REGISTRATION_LIST)

static const char KIND[] = "mandate"; /* of faults */

bool pdp_mandate_is_living(enum pdp_mandate_state state)
{
    switch (state) {
    case PDP_MANDATE_PROCESSING:
    case PDP_MANDATE_CREATED:
    case PDP_MANDATE_PENDING_KYC:
    case PDP_MANDATE_ACTIVE:
        return true;
    case PDP_MANDATE_EXPIRED:
    case PDP_MANDATE_ERROR:
    case PDP_MANDATE_REVOKED:
        return false;
    }
    must_fail(__FILE__, __LINE__, "state is a member of pdp_mandate_state");
}

/* --- reading ------------------------------------------------------------------------------------
 */

static void line_row(struct rows *rows, struct directory_line *out)
{
    *out = (struct directory_line){
        .siren = col_text(rows, 4),
        .name = col_text(rows, 5),
        .suffix = col_text(rows, 6),
        .siret = col_text(rows, 7),
        .routing_identifier = col_text(rows, 8),
        .routing_label = col_text(rows, 10),
        .legal_commitment = col_int(rows, 12) != 0,
        .postal = col_text(rows, 13),
        .created = col_int(rows, 18),
        .addressable = !col_null(rows, 18),
    };
    if (!col_null(rows, 9))
        must(routing_scheme_parse(col_text(rows, 9), &out->routing_scheme));
    if (!col_null(rows, 11))
        must(establishment_nature_parse(col_text(rows, 11), &out->nature));
    if (out->addressable)
        out->administrative_status = STR("Active");
}

void pdp_mandate_row(struct rows *rows, struct pdp_mandate *out)
{
    *out = (struct pdp_mandate){
        .ends_some_day = !col_null(rows, 3),
        .cause = col_text(rows, 15),
        .created = col_int(rows, 16),
        .updated = col_int(rows, 17),
    };
    col_id(rows, 0, out->id.raw);
    must(pdp_mandate_state_parse(col_text(rows, 1), &out->state));
    must(date_parse(col_text(rows, 2), &out->starts));
    if (out->ends_some_day)
        must(date_parse(col_text(rows, 3), &out->ends));
    must(pdp_registration_parse(col_text(rows, 14), &out->registration));
    line_row(rows, &out->line);
}

static err_t not_found(struct ctx *cx, struct pdp_mandate_id id)
{
    fault_object(cx, ERR_NOT_FOUND, KIND, "not found", id.raw);
    return ERR_NOT_FOUND;
}

err_t pdp_mandate_load(struct ctx *cx, struct tx *tx, struct pdp_mandate_id id,
                       struct pdp_mandate *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_PDP_MANDATE_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        &found));
    if (!found)
        return not_found(cx, id);
    pdp_mandate_row(rows, out);
    return out->state == PDP_MANDATE_REVOKED ? not_found(cx, id) : OK;
}

err_t pdp_mandate_owner(struct ctx *cx, struct tx *tx, struct sponsor_id sponsor,
                        struct pdp_mandate_id id, struct merchant_id *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_PDP_MANDATE_OWNER_FIND,
                        ARGS(V_WORD(mode_text(cx->mode)), V_ID(id), V_ID(sponsor)), &rows, &found));
    if (!found)
        return not_found(cx, id);
    col_id(rows, 0, out->raw);
    return OK;
}

static err_t mandates_read(struct ctx *cx, struct rows *rows, struct pdp_mandate **out,
                           size_t *count)
{
    size_t capacity = 0;
    bool has;

    *out = NULL;
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        pdp_mandate_row(rows, &(*out)[*count]);
    }
}

err_t pdp_mandate_list(struct ctx *cx, struct tx *tx, const struct pdp_mandate_filter *filter,
                       struct pdp_mandate **out, size_t *count)
{
    const char *state = filter->state == 0 ? NULL : pdp_mandate_state_text(filter->state);
    struct rows *rows;

    TRY(store_query(cx, tx, &SQL_PDP_MANDATE_LIST,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                         V_TEXT(str_of(filter->after.raw)), V_WORD(state), V_INT(filter->limit)),
                    &rows));
    return mandates_read(cx, rows, out, count);
}

err_t pdp_mandates_living(struct ctx *cx, struct tx *tx, bool *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_PDP_MANDATE_ANY_LIVING,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode))), &rows, &found));
    *out = col_int(rows, 0) != 0;
    return OK;
}

/* --- moving -------------------------------------------------------------------------------------
 */

static const struct {
    enum pdp_mandate_state from, to;
} STEPS[] = {
    {PDP_MANDATE_PROCESSING,  PDP_MANDATE_CREATED    },
    {PDP_MANDATE_PROCESSING,  PDP_MANDATE_ERROR      },
    {PDP_MANDATE_PROCESSING,  PDP_MANDATE_EXPIRED    },
    {PDP_MANDATE_PROCESSING,  PDP_MANDATE_REVOKED    },
    {PDP_MANDATE_CREATED,     PDP_MANDATE_PENDING_KYC},
    {PDP_MANDATE_CREATED,     PDP_MANDATE_ACTIVE     },
    {PDP_MANDATE_CREATED,     PDP_MANDATE_ERROR      },
    {PDP_MANDATE_CREATED,     PDP_MANDATE_EXPIRED    },
    {PDP_MANDATE_CREATED,     PDP_MANDATE_REVOKED    },
    {PDP_MANDATE_PENDING_KYC, PDP_MANDATE_ACTIVE     },
    {PDP_MANDATE_PENDING_KYC, PDP_MANDATE_ERROR      },
    {PDP_MANDATE_PENDING_KYC, PDP_MANDATE_EXPIRED    },
    {PDP_MANDATE_PENDING_KYC, PDP_MANDATE_REVOKED    },
    {PDP_MANDATE_ACTIVE,      PDP_MANDATE_EXPIRED    },
    {PDP_MANDATE_ACTIVE,      PDP_MANDATE_REVOKED    },
    {PDP_MANDATE_EXPIRED,     PDP_MANDATE_REVOKED    },
    {PDP_MANDATE_ERROR,       PDP_MANDATE_REVOKED    },
};

static bool may_move(enum pdp_mandate_state from, enum pdp_mandate_state to)
{
    for (size_t i = 0; i < ARRAY_LEN(STEPS); i++) {
        if (STEPS[i].from == from && STEPS[i].to == to)
            return true;
    }
    return false;
}

/* What a sponsor is told of a state; 0: nothing. */
static enum sponsor_event told_of(enum pdp_mandate_state state)
{
    switch (state) {
    case PDP_MANDATE_CREATED:
        return SPONSOR_MANDATE_CREATED;
    case PDP_MANDATE_ACTIVE:
        return SPONSOR_MANDATE_ACTIVATED;
    case PDP_MANDATE_EXPIRED:
        return SPONSOR_MANDATE_EXPIRED;
    case PDP_MANDATE_ERROR:
        return SPONSOR_MANDATE_FAILED;
    case PDP_MANDATE_PROCESSING:
    case PDP_MANDATE_PENDING_KYC:
    case PDP_MANDATE_REVOKED:
        return 0;
    }
    must_fail(__FILE__, __LINE__, "state is a member of pdp_mandate_state");
}

err_t pdp_mandate_move(struct ctx *cx, struct tx *tx, struct pdp_mandate *mandate,
                       const struct pdp_mandate_step *step)
{
    enum pdp_mandate_state from = mandate->state;
    bool is_registered = step->registration == PDP_REGISTRATION_DONE;
    enum sponsor_event event = told_of(step->state);

    must(may_move(from, step->state));
    mandate->state = step->state;
    mandate->registration = step->registration;
    mandate->cause = str_of(step->cause);
    mandate->updated = cx->now;
    TRY(store_run(cx, tx, &SQL_PDP_MANDATE_STATE,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id),
                       V_WORD(pdp_mandate_state_text(step->state)),
                       V_WORD(pdp_registration_text(step->registration)), V_WORD(step->cause),
                       V_INT(cx->now), V_INT_IF(is_registered, cx->now),
                       V_WORD(pdp_mandate_state_text(from)))));
    TRY(event_put(cx, tx, "pdp_mandate.state", mandate->id.raw,
                  pdp_mandate_state_text(step->state)));
    return event == 0 ? OK : sponsor_tell(cx, tx, event, mandate->id.raw, NULL);
}

err_t pdp_mandates_go_on(struct ctx *cx, struct tx *tx)
{
    size_t capacity = 0;
    struct pdp_mandate_id *ids = NULL;
    struct rows *rows;
    size_t count = 0;
    bool has;

    TRY(store_query(cx, tx, &SQL_PDP_MANDATES_WAITING,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode))), &rows));
    for (;; count++) {
        TRY(rows_next(rows, &has));
        if (!has)
            break;
        ids = arena_grow(cx->arena, ids, sizeof *ids, count, &capacity);
        col_id(rows, 0, ids[count].raw);
    }
    for (size_t i = 0; i < count; i++) {
        TRY(task_put(cx, tx, TASK_PDP_MANDATE, ids[i].raw, cx->now));
        TRY(task_later(cx, tx, TASK_PDP_MANDATE, ids[i].raw, cx->now)); /* one waits for its end */
    }
    return OK;
}

/* --- revoking -----------------------------------------------------------------------------------
 */

static err_t revoke_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct pdp_mandate_revoke *revoke = arg;
    struct pdp_mandate mandate;

    TRY(pdp_mandate_load(cx, tx, revoke->id, &mandate));
    const struct pdp_mandate_step step = {.state = PDP_MANDATE_REVOKED,
                                          .registration = mandate.registration};
    TRY(pdp_mandate_move(cx, tx, &mandate, &step));
    TRY(counter_take(cx, tx, "pdp_mandate", mandate.created));
    return task_done(cx, tx, TASK_PDP_MANDATE, mandate.id.raw);
}

void pdp_mandate_revoke(struct pdp_mandate_revoke *revoke)
{
    operation_write(&revoke->operation, revoke_body, operation_end);
}
