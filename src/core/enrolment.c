#include "core/enrolment_row.h"

#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "base/rand.h"
#include "core/client.h"
#include "core/event.h"
#include "core/idempotency.h"
#include "core/link.h"
#include "store/sql.h"

ENUM_DEFINE(enrolment_state, ENROLMENT_STATE_LIST)
ENUM_DEFINE(enrolment_step, ENROLMENT_STEP_LIST)
ENUM_DEFINE(enrolment_status, ENROLMENT_STATUS_LIST)

/* Two ways to a link: by its token, and, for its sponsor, by its id. */
static const char KIND[] = ENROLMENT_LINK_KIND;
static const char KIND_ID[] = "enrolment_id";
enum { TOKEN_BYTES = 32 };

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

/* --- rows ----------------------------------------------------------------------------------------
 */

static void enrolment_row(struct rows *rows, struct enrolment *out)
{
    *out = (struct enrolment){
        .includes_kyc = col_int(rows, 2) != 0,
        .includes_signature = col_int(rows, 3) != 0,
        .callback_url = col_text(rows, 4),
        .verified = col_int(rows, 5) != 0,
        .opened = col_int(rows, 6),
        .reviewed = col_int(rows, 11),
        .changed = col_int(rows, 12),
        .created = col_int(rows, 13),
        .expires = col_int(rows, 14),
        .ended = col_int(rows, 15),
        .erased = col_int(rows, 17),
    };
    col_id(rows, 0, out->id.raw);
    col_id(rows, 16, out->document.raw);
    must(enrolment_state_parse(col_text(rows, 1), &out->state));
    for (int step = ENROLMENT_COMPANY; step < ENROLMENT_STEPS; step++)
        out->steps[step] = col_int(rows, 6 + step);
}

err_t enrolment_load(struct ctx *cx, struct tx *tx, struct enrolment_id id, struct enrolment *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_ENROLMENT_FIND, ARGS(OWNER, V_ID(id)), &rows, &found));
    if (!found)
        return fault_object(cx, ERR_NOT_FOUND, KIND, "not found", id.raw);
    enrolment_row(rows, out);
    rows_end(rows);
    return OK;
}

static struct value time_or_null(instant at)
{
    return V_INT_IF(at != 0, at);
}

err_t enrolment_keep(struct ctx *cx, struct tx *tx, struct enrolment *enrolment)
{
    const instant *steps = enrolment->steps;

    enrolment->changed = cx->now;
    return store_run(
        cx, tx, &SQL_ENROLMENT_KEEP,
        ARGS(OWNER, V_ID(enrolment->id), V_WORD(enrolment_state_text(enrolment->state)),
             V_INT(enrolment->verified ? 1 : 0), time_or_null(enrolment->opened),
             time_or_null(steps[ENROLMENT_COMPANY]), time_or_null(steps[ENROLMENT_REPRESENTATIVE]),
             time_or_null(steps[ENROLMENT_DOCUMENTS]), time_or_null(steps[ENROLMENT_SIGNATURE]),
             time_or_null(enrolment->reviewed), V_INT(enrolment->changed),
             time_or_null(enrolment->ended)));
}

err_t enrolment_again(struct ctx *cx, struct tx *tx, struct enrolment *enrolment,
                      enum enrolment_state *state)
{
    TRY(enrolment_load(cx, tx, enrolment->id, enrolment));
    *state = enrolment_state_now(cx, enrolment);
    return *state == ENROLMENT_OPEN ? OK : ERR_STATE;
}

/* --- how far it has come -------------------------------------------------------------------------
 */

bool enrolment_includes(const struct enrolment *enrolment, enum enrolment_step step)
{
    switch (step) {
    case ENROLMENT_COMPANY:
        return true;
    case ENROLMENT_REPRESENTATIVE:
    case ENROLMENT_DOCUMENTS:
        return enrolment->includes_kyc;
    case ENROLMENT_SIGNATURE:
        return enrolment->includes_signature;
    }
    must_fail(__FILE__, __LINE__, "a step");
}

enum enrolment_step enrolment_next(const struct enrolment *enrolment)
{
    for (int i = ENROLMENT_COMPANY; i < ENROLMENT_STEPS; i++) {
        enum enrolment_step step = (enum enrolment_step)i;
        if (enrolment_includes(enrolment, step) && enrolment->steps[step] == 0)
            return step;
    }
    return 0;
}

/* A link whose visitor has done everything waits for its reviewer, however long. */
enum enrolment_state enrolment_state_now(const struct ctx *cx, const struct enrolment *enrolment)
{
    bool late = cx->now >= enrolment->expires && enrolment_next(enrolment) != 0;

    return enrolment->state == ENROLMENT_OPEN && late ? ENROLMENT_EXPIRED : enrolment->state;
}

static bool nothing_saved(const struct enrolment *enrolment)
{
    for (size_t i = ENROLMENT_COMPANY; i < ENROLMENT_STEPS; i++) {
        if (enrolment->steps[i] != 0)
            return false;
    }
    return true;
}

enum enrolment_status enrolment_status_now(const struct ctx *cx, const struct enrolment *enrolment)
{
    switch (enrolment_state_now(cx, enrolment)) {
    case ENROLMENT_OPEN:
        if (!nothing_saved(enrolment))
            return ENROLMENT_IN_PROGRESS;
        return enrolment->opened != 0 ? ENROLMENT_SEEN : ENROLMENT_NOT_OPENED;
    case ENROLMENT_COMPLETED:
        return ENROLMENT_DONE;
    case ENROLMENT_FAILED:
        return ENROLMENT_REFUSED;
    case ENROLMENT_REPLACED:
    case ENROLMENT_EXPIRED:
        return ENROLMENT_OVER;
    }
    must_fail(__FILE__, __LINE__, "a state");
}

/* Company data weigh 20, signature 40, and KYC 40 in thirds: all of it in thirds of a point. */
int enrolment_percentage(const struct enrolment *enrolment)
{
    enum { COMPANY_WEIGHT = 60, KYC_THIRD = 40, SIGNATURE_WEIGHT = 120 };
    const instant *steps = enrolment->steps;
    int all = COMPANY_WEIGHT;
    int done = steps[ENROLMENT_COMPANY] != 0 ? COMPANY_WEIGHT : 0;

    if (enrolment->includes_kyc) {
        all += 3 * KYC_THIRD;
        done += steps[ENROLMENT_REPRESENTATIVE] != 0 ? KYC_THIRD : 0;
        done += steps[ENROLMENT_DOCUMENTS] != 0 ? KYC_THIRD : 0;
        done += enrolment->reviewed != 0 ? KYC_THIRD : 0;
    }
    if (enrolment->includes_signature) {
        all += SIGNATURE_WEIGHT;
        done += steps[ENROLMENT_SIGNATURE] != 0 ? SIGNATURE_WEIGHT : 0;
    }
    return 100 * done / all;
}

/* --- making one ----------------------------------------------------------------------------------
 */

err_t enrolment_close(struct ctx *cx, struct tx *tx)
{
    struct enrolment earlier;
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_ENROLMENT_OPEN, ARGS(OWNER), &rows, &found));
    if (!found)
        return OK;
    enrolment_row(rows, &earlier);
    rows_end(rows);
    earlier.state = ENROLMENT_REPLACED;
    earlier.ended = cx->now;
    TRY(enrolment_keep(cx, tx, &earlier));
    return event_put(cx, tx, "enrolment.state", earlier.id.raw,
                     enrolment_state_text(earlier.state));
}

/* With its first link, if that has something to sign, a client waits. */
static err_t client_wait(struct ctx *cx, struct tx *tx, const struct enrolment *enrolment)
{
    struct client client;
    struct rows *rows;
    bool earlier;

    TRY(store_query_one(cx, tx, &SQL_ENROLMENT_FIRST, ARGS(OWNER), &rows, &earlier));
    TRY(client_of_merchant(cx, tx, &client));
    if (earlier || !enrolment->includes_signature || client.status != CLIENT_ACTIVE)
        return OK;
    return client_edit(cx, tx, &client,
                       &(struct client_edit){.change = CLIENT_STATUS, .status = CLIENT_PENDING});
}

static err_t link_make(const struct core *core, struct ctx *cx, struct tx *tx,
                       const struct enrolment *enrolment, struct str *link)
{
    uint8_t bytes[TOKEN_BYTES];

    rand_bytes(bytes, sizeof bytes);
    struct str token = base64url_encode(cx->arena, (struct str){(const char *)bytes, sizeof bytes});
    TRY(link_put(cx, tx, token, KIND, enrolment->id.raw));
    TRY(link_put(cx, tx, ID_TEXT(enrolment->id), KIND_ID, enrolment->id.raw));
    *link = str_format(cx->arena, "%.*s" ENROLMENT_PATH "%.*s", (int)core->public_url.len,
                       core->public_url.ptr, (int)token.len, token.ptr);
    return OK;
}

static err_t make_write(struct ctx *cx, struct tx *tx, struct enrolment_make *make)
{
    const struct core *core = make->operation.core;
    struct enrolment *enrolment = &make->enrolment;

    ID_NEW(cx->ids, &enrolment->id);
    enrolment->state = ENROLMENT_OPEN;
    enrolment->created = cx->now;
    enrolment->changed = cx->now;
    enrolment->expires = cx->now + core->onboarding_life_h * HOUR_US;
    TRY(client_wait(cx, tx, enrolment));
    TRY(enrolment_close(cx, tx));
    TRY(store_run(cx, tx, &SQL_ENROLMENT_INSERT,
                  ARGS(OWNER, V_ID(enrolment->id), V_WORD(enrolment_state_text(enrolment->state)),
                       V_INT(enrolment->includes_kyc ? 1 : 0),
                       V_INT(enrolment->includes_signature ? 1 : 0),
                       V_TEXT(enrolment->callback_url), V_INT(enrolment->created),
                       V_INT(enrolment->expires))));
    TRY(link_make(core, cx, tx, enrolment, &make->link));
    return event_put(cx, tx, "enrolment.state", enrolment->id.raw,
                     enrolment_state_text(enrolment->state));
}

static err_t make_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct enrolment_make *make = arg;
    enum idempotency_state state;
    char old[ID_SIZE];

    TRY(idempotency_check(&make->operation, tx, &state, old));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW); /* its answer is in the commit that opened it */
    TRY(make_write(cx, tx, make));
    TRY(idempotency_open(&make->operation, tx, make->enrolment.id.raw));
    return idempotency_close(&make->operation, tx);
}

void enrolment_make(struct enrolment_make *make)
{
    operation_write(&make->operation, make_body, operation_end);
}

/* --- finding one ---------------------------------------------------------------------------------
 */

err_t enrolment_of_sponsor(struct ctx *cx, struct tx *tx, struct sponsor_id sponsor, struct str id,
                           struct enrolment *out)
{
    enum mode mode = cx->mode;
    struct merchant_id caller = cx->merchant;
    struct enrolment_id found;
    struct merchant merchant;

    err_t err = link_find(cx, tx, id, KIND_ID, found.raw);
    if (err == OK)
        err = merchant_load(cx, tx, cx->merchant, &merchant);
    if (err == OK && (cx->mode != mode || !ID_EQ(merchant.sponsor, sponsor)))
        err = ERR_NOT_FOUND;
    if (err != OK) {
        cx->merchant = caller;
        cx->mode = mode;
        return err;
    }
    merchant_time(cx, &merchant);
    return enrolment_load(cx, tx, found, out);
}

static err_t visit_load(struct core *core, struct ctx *cx, struct tx *tx, struct enrolment_id id,
                        struct enrolment_visit *out)
{
    struct client client;
    struct rows *rows;
    bool found;

    TRY(enrolment_load(cx, tx, id, &out->enrolment));
    TRY(client_of_merchant(cx, tx, &client));
    out->organization = client.is.organization_name;
    out->email = client.is.contact_email;
    TRY(store_query_one(cx, tx, &SQL_ENROLMENT_SPONSOR, ARGS(V_ID(out->merchant.sponsor)), &rows,
                        &found));
    must(found);
    out->sponsor = col_text(rows, 0);
    out->sponsor_siren = col_text(rows, 1);
    rows_end(rows);
    out->state = enrolment_state_now(cx, &out->enrolment);
    if (out->enrolment.steps[ENROLMENT_COMPANY] == 0)
        return OK;
    return enrolment_unseal(core, cx, tx, id, ENROLMENT_COMPANY, out->company.fields,
                            COMPANY_FIELDS);
}

err_t enrolment_visit_open(struct core *core, struct ctx *cx, struct str token,
                           struct enrolment_visit *out)
{
    struct enrolment_id id;
    struct tx *tx;

    *out = (struct enrolment_visit){0};
    TRY(core_read(core, &tx));
    TRY(link_find(cx, tx, token, KIND, id.raw));
    TRY(merchant_load(cx, tx, cx->merchant, &out->merchant));
    merchant_time(cx, &out->merchant);
    return visit_load(core, cx, tx, id, out);
}

/* --- seen ----------------------------------------------------------------------------------------
 */

static err_t seen_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct enrolment_seen *seen = arg;
    struct enrolment enrolment = {.opened = 0};

    TRY(enrolment_load(cx, tx, seen->id, &enrolment));
    if (enrolment.opened != 0 || enrolment.state != ENROLMENT_OPEN)
        return OK;
    enrolment.opened = cx->now;
    return enrolment_keep(cx, tx, &enrolment);
}

void enrolment_seen(struct enrolment_seen *seen)
{
    operation_write(&seen->operation, seen_body, operation_end);
}
