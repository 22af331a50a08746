#include "core/enrolment_sign.h"

#include "base/must.h"
#include "base/shown.h"
#include "core/enrolment_mail.h"
#include "core/enrolment_row.h"
#include "core/event.h"
#include "core/mail.h"
#include "core/task.h"

enum { EVENTS_TEXT_MAX = 4096 };

static const struct code_terms TERMS = {
    .purpose = CODE_FOR_ENROLMENT,
    .life_min = 10,
    .again_max = 4,
    .window_min = 60,
    .pause_s = 60,
};

static const char *fact_name(size_t index)
{
    return enrolment_fact_text((enum enrolment_fact)index);
}

/* --- what is shown -------------------------------------------------------------------------------
 */

struct str enrolment_receiver(struct arena *arena, struct str to)
{
    struct str shown = shown_text(arena, to);
    size_t at = str_find(shown, '@');
    size_t first = 0;
    uint32_t code;

    if (shown.len > 0)
        first = str_utf8_first(shown, &code);
    return str_format(arena, "%.*s•••%.*s", (int)first, shown.ptr, (int)(shown.len - at),
                      shown.ptr + at);
}

static err_t code_read(struct ctx *cx, struct tx *tx, struct enrolment_id id,
                       struct enrolment_signing *out)
{
    bool found;

    TRY(code_sent_read(cx, tx, TERMS.purpose, id.raw, &out->code, &found));
    out->has_code = found && out->code.channel != 0 && out->code.expires > cx->now;
    if (found && out->code.to.len > 0)
        out->code_to = enrolment_receiver(cx->arena, out->code.to);
    return OK;
}

err_t enrolment_signing_show(struct core *core, struct ctx *cx, const struct enrolment_visit *visit,
                             struct str language, struct enrolment_signing *out)
{
    struct enrolment_id id = visit->enrolment.id;
    struct enrolment_paper agreed;
    struct tx *tx;

    *out = (struct enrolment_signing){0};
    TRY(enrolment_paper_draft(core, cx, visit, language, &out->paper));
    TRY(core_read(core, &tx));
    TRY(enrolment_paper_read(core, cx, tx, id, &agreed, &out->asked));
    if (!out->asked)
        return OK;
    out->first_name = agreed.facts[ENROLMENT_FIRST_NAME];
    out->last_name = agreed.facts[ENROLMENT_LAST_NAME];
    out->asked = str_eq(agreed.facts[ENROLMENT_SHA256], out->paper.facts[ENROLMENT_SHA256]);
    return code_read(cx, tx, id, out);
}

/* --- agreeing ------------------------------------------------------------------------------------
 */

static err_t send(const struct core *core, struct ctx *cx, struct tx *tx,
                  const struct enrolment_visit *visit, struct str language)
{
    const struct code_letter letter = {
        .email = visit->email,
        .wanted = CODE_BY_MAIL,
        .language = language,
        .payee = shown_text(cx->arena, visit->sponsor),
        .about = str_eq(language, STR("fr"))
                     ? STR("pour signer le mandat de facturation électronique")
                     : STR("to sign the electronic invoicing mandate"),
        .kind = "enrolment.code",
    };

    TRY(code_send(core, cx, tx, &TERMS, visit->enrolment.id.raw, &letter));
    return event_put(cx, tx, "enrolment.code", visit->enrolment.id.raw, NULL);
}

/* Inside a body: may this be signed now? */
static err_t may_sign(struct ctx *cx, struct tx *tx, struct enrolment_visit *visit)
{
    struct enrolment *enrolment = &visit->enrolment;

    TRY(enrolment_again(cx, tx, enrolment, &visit->state));
    bool now = enrolment_includes(enrolment, ENROLMENT_SIGNATURE) &&
               enrolment->steps[ENROLMENT_COMPANY] != 0 &&
               enrolment->steps[ENROLMENT_SIGNATURE] == 0;
    return now ? OK : ERR_STATE;
}

static err_t agree_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct enrolment_agree *agree = arg;
    const struct core *core = agree->operation.core;
    struct enrolment_visit *visit = &agree->visit;

    TRY(may_sign(cx, tx, visit));
    agree->paper.facts[ENROLMENT_CONSENTED] = enrolment_time(cx->arena, cx->now);
    struct str sealed = enrolment_seal(core, cx, visit->enrolment.id, ENROLMENT_SIGNATURE,
                                       agree->paper.facts, ENROLMENT_FACTS);
    TRY(send(core, cx, tx, visit, agree->language));
    return enrolment_part_put(cx, tx, visit->enrolment.id, ENROLMENT_SIGNATURE, sealed);
}

void enrolment_agree(struct enrolment_agree *agree)
{
    struct operation *operation = &agree->operation;
    struct core *core = operation->core;
    struct str *facts = agree->paper.facts;

    err_t err = core->vault == NULL ? enrolment_no_vault(operation->cx) : OK;
    if (err == OK)
        err = enrolment_paper_draft(core, operation->cx, &agree->visit, agree->language,
                                    &agree->paper);
    agree->changed = err == OK && !str_eq(facts[ENROLMENT_SHA256], agree->shown);
    facts[ENROLMENT_FIRST_NAME] = agree->first_name;
    facts[ENROLMENT_LAST_NAME] = agree->last_name;
    if (err != OK || agree->changed)
        operation_end(operation, err != OK ? err : ERR_STATE);
    else
        operation_write(operation, agree_body, operation_end);
}

static err_t resend_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct enrolment_resend *again = arg;
    const struct core *core = again->operation.core;
    struct enrolment_paper paper;
    bool asked;

    TRY(may_sign(cx, tx, &again->visit));
    TRY(enrolment_paper_read(core, cx, tx, again->visit.enrolment.id, &paper, &asked));
    return asked ? send(core, cx, tx, &again->visit, again->language) : ERR_STATE;
}

void enrolment_resend(struct enrolment_resend *resend)
{
    operation_write(&resend->operation, resend_body, operation_end);
}

/* --- signing -------------------------------------------------------------------------------------
 */

static void event_line(struct buf *out, struct arena *arena, instant at, const char *what)
{
    if (at == 0)
        return;
    if (out->len > 0)
        buf_put_byte(out, '\n');
    buf_put(out, enrolment_time(arena, at));
    buf_format(out, " %s", what);
}

/* What led to the signature, in the order in which it happened. */
static err_t events_text(struct ctx *cx, struct tx *tx, const struct enrolment *enrolment,
                         struct str *out)
{
    struct buf text = buf_make(cx->arena, EVENTS_TEXT_MAX);
    struct event *events;
    size_t count;

    event_line(&text, cx->arena, enrolment->created, "link.created");
    event_line(&text, cx->arena, enrolment->opened, "link.opened");
    TRY(events_of_object(cx, tx, enrolment->id.raw, &events, &count));
    for (size_t i = 0; i < count; i++) {
        bool step = str_eq(events[i].kind, STR("enrolment.step"));
        if (step)
            event_line(
                &text, cx->arena, events[i].created,
                str_format(cx->arena, "%.*s.saved", (int)events[i].detail.len, events[i].detail.ptr)
                    .ptr);
        else if (str_eq(events[i].kind, STR("enrolment.code")))
            event_line(&text, cx->arena, events[i].created, "code.sent");
    }
    event_line(&text, cx->arena, cx->now, "mandate.signed");
    /* Whoever asks for codes again and again has only fewer lines. */
    *out = buf_str(&text);
    return OK;
}

static err_t evidence_fill(struct ctx *cx, struct tx *tx, const struct enrolment_sign *sign,
                           const struct code_sent *code, struct str *facts)
{
    facts[ENROLMENT_CODE_TO] = enrolment_receiver(cx->arena, code->to);
    facts[ENROLMENT_CODE_HASH] = code->hash;
    facts[ENROLMENT_SIGNED] = enrolment_time(cx->arena, cx->now);
    facts[ENROLMENT_IP] = sign->trace.ip;
    facts[ENROLMENT_BROWSER] = sign->trace.user_agent;
    return events_text(cx, tx, &sign->visit.enrolment, &facts[ENROLMENT_EVENTS]);
}

static err_t sign_write(struct ctx *cx, struct tx *tx, struct enrolment_sign *sign,
                        struct enrolment_paper *paper)
{
    const struct core *core = sign->operation.core;
    struct enrolment *enrolment = &sign->visit.enrolment;
    struct enrolment_saved saved = {.step = ENROLMENT_SIGNATURE, .trace = sign->trace};

    enrolment_saved_of(core, cx, paper->facts, ENROLMENT_FACTS, fact_name, &saved);
    saved.sealed =
        enrolment_seal(core, cx, enrolment->id, ENROLMENT_SIGNATURE, paper->facts, ENROLMENT_FACTS);
    TRY(enrolment_save(cx, tx, enrolment, &saved));
    TRY(task_put(cx, tx, TASK_ENROLMENT_DOCUMENT, enrolment->id.raw, cx->now));
    TRY(enrolment_mail_signed(core, cx, tx, &sign->visit, paper));
    TRY(enrolment_go_on(core, cx, tx, enrolment));
    sign->visit.state = enrolment->state;
    return OK;
}

static err_t sign_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct enrolment_sign *sign = arg;
    struct enrolment_visit *visit = &sign->visit;
    const struct core *core = sign->operation.core;
    struct enrolment_paper agreed;
    struct code_sent code;
    bool found;

    sign->code = 0;
    TRY(may_sign(cx, tx, visit));
    TRY(enrolment_paper_read(core, cx, tx, visit->enrolment.id, &agreed, &found));
    sign->changed =
        !found || !str_eq(agreed.facts[ENROLMENT_SHA256], sign->paper.facts[ENROLMENT_SHA256]);
    if (sign->changed)
        return ERR_STATE;
    TRY(code_sent_read(cx, tx, TERMS.purpose, visit->enrolment.id.raw, &code, &found));
    TRY(code_try(core, cx, tx, TERMS.purpose, visit->enrolment.id.raw, sign->typed, &sign->code));
    if (sign->code != CODE_RIGHT)
        return OK;
    TRY(evidence_fill(cx, tx, sign, &code, agreed.facts));
    return sign_write(cx, tx, sign, &agreed);
}

static void sign_done(struct operation *operation, err_t err)
{
    struct enrolment_sign *sign = (struct enrolment_sign *)operation;

    if (err == OK && sign->code == CODE_RIGHT)
        tasks_wake(operation->core->tasks);
    if (err == OK && sign->visit.state == ENROLMENT_COMPLETED)
        generation_raise(operation->core->generation);
    operation_end(operation, err);
}

void enrolment_sign(struct enrolment_sign *sign)
{
    struct operation *operation = &sign->operation;

    sign->changed = false;
    err_t err = enrolment_paper_draft(operation->core, operation->cx, &sign->visit, sign->language,
                                      &sign->paper);
    if (err != OK)
        operation_end(operation, err);
    else
        operation_write(operation, sign_body, sign_done);
}
