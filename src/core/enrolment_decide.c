#include "core/enrolment_decide.h"

#include "core/audit.h"
#include "core/enrolment_mail.h"
#include "core/enrolment_row.h"
#include "core/event.h"
#include "core/sponsor_webhook.h"
#include "store/sql.h"

static const char FIELD[] = "enrolment";

/* What is kept with the documents, sealed: a reason may name people. */
enum { VERDICT_REASON = 1, VERDICT_VALUES };

bool enrolment_waits(const struct ctx *cx, const struct enrolment *enrolment)
{
    return enrolment_state_now(cx, enrolment) == ENROLMENT_OPEN && enrolment->includes_kyc &&
           enrolment->steps[ENROLMENT_DOCUMENTS] != 0 && enrolment->reviewed == 0;
}

/* --- deciding ------------------------------------------------------------------------------------
 */

static err_t verdict_audit(struct ctx *cx, struct tx *tx, const struct enrolment *enrolment,
                           const struct enrolment_verdict *verdict)
{
    const struct audit_deed deed = {
        .what = verdict->accepted ? AUDIT_ENROLMENT_ACCEPTED : AUDIT_ENROLMENT_REFUSED,
        .actor = verdict->actor,
        .address = verdict->address,
        .object = ID_TEXT(enrolment->id),
    };

    return audit_put(cx, tx, &deed);
}

static err_t refuse(const struct core *core, struct ctx *cx, struct tx *tx,
                    struct enrolment *enrolment, const struct enrolment_verdict *verdict)
{
    const struct str values[VERDICT_VALUES] = {[VERDICT_REASON] = verdict->reason};
    struct str sealed =
        enrolment_seal(core, cx, enrolment->id, ENROLMENT_DOCUMENTS, values, VERDICT_VALUES);

    enrolment->state = ENROLMENT_FAILED;
    enrolment->ended = cx->now;
    TRY(enrolment_part_put(cx, tx, enrolment->id, ENROLMENT_DOCUMENTS, sealed));
    TRY(enrolment_keep(cx, tx, enrolment));
    TRY(enrolment_mail_judged(core, cx, tx, enrolment, false));
    TRY(sponsor_tell(cx, tx, SPONSOR_ONBOARDING_FAILED, enrolment->id.raw, NULL));
    return event_put(cx, tx, "enrolment.state", enrolment->id.raw,
                     enrolment_state_text(enrolment->state));
}

err_t enrolment_judge(const struct core *core, struct ctx *cx, struct tx *tx,
                      struct enrolment *enrolment, const struct enrolment_verdict *verdict)
{
    TRY(verdict_audit(cx, tx, enrolment, verdict));
    if (!verdict->accepted)
        return refuse(core, cx, tx, enrolment, verdict);
    enrolment->reviewed = cx->now;
    TRY(event_put(cx, tx, "enrolment.step", enrolment->id.raw, "accepted"));
    TRY(enrolment_mail_judged(core, cx, tx, enrolment, true));
    return enrolment_go_on(core, cx, tx, enrolment);
}

static bool reason_fits(struct str reason)
{
    size_t count;

    if (reason.len == 0 || !str_utf8_count(reason, &count) || count > ENROLMENT_REASON_MAX)
        return false;
    for (size_t i = 0; i < reason.len; i++) {
        unsigned char byte = (unsigned char)reason.ptr[i];
        if ((byte < ' ' && byte != '\n') || byte == 0x7F)
            return false;
    }
    return true;
}

err_t enrolment_decide_body(const struct core *core, struct ctx *cx, struct tx *tx,
                            struct enrolment_id id, const struct enrolment_verdict *verdict,
                            struct enrolment *out)
{
    if (!verdict->accepted && !reason_fits(verdict->reason))
        return fault(cx, ERR_INVALID, "reason", "must have 1 to 500 characters");
    if (core->vault == NULL)
        return enrolment_no_vault(cx);
    TRY(enrolment_load(cx, tx, id, out));
    if (!enrolment_waits(cx, out))
        return fault_object(cx, ERR_STATE, FIELD, "does not wait for a decision", id.raw);
    return enrolment_judge(core, cx, tx, out, verdict);
}

static err_t decide_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct enrolment_decide *decide = arg;

    return enrolment_decide_body(decide->operation.core, cx, tx, decide->id, &decide->verdict,
                                 &decide->enrolment);
}

static void decided(struct operation *operation, err_t err)
{
    if (err == OK)
        generation_raise(operation->core->generation);
    operation_end(operation, err);
}

void enrolment_decide(struct enrolment_decide *decide)
{
    operation_write(&decide->operation, decide_body, decided);
}

err_t enrolment_reason_read(const struct core *core, struct ctx *cx, struct tx *tx,
                            struct enrolment_id id, struct str *out)
{
    struct str values[VERDICT_VALUES] = {
        {NULL, 0}
    };
    bool found = false;

    TRY(enrolment_unseal_if(core, cx, tx, id, ENROLMENT_DOCUMENTS, values, VERDICT_VALUES, &found));
    *out = found ? values[VERDICT_REASON] : STR_NONE;
    return OK;
}
