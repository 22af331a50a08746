#include "pages/office_decide.h"

#include "pages/notice.h"
#include "pages/office_enrolments.h"

/* One decision that is asked for or sent in; the core borrows it until it is done. */
struct deciding {
    struct operation operation; /* first */
    struct office *office;
    bool accepts;
    struct enrolment_line line;
    struct enrolment_contents contents;
    struct form form;
    struct str reason;
    struct enrolment after;
};

/* What the page says beside its question. */
struct told {
    int status;
    bool stale;
    bool reason_error;
};

/* --- the page ------------------------------------------------------------------------------------
 */

static struct str own_path(const struct deciding *deciding, const char *rest, const char *more)
{
    const char *id = deciding->line.enrolment.id.raw;
    struct str path = office_enrolment_path(deciding->office, id, rest);

    return office_path(deciding->office, path.ptr, more);
}

/* A token is good for one enrolment and one verdict. */
static const char *purpose_of(const struct deciding *deciding)
{
    return str_format(deciding->office->request->cx->arena, "%s %s",
                      deciding->accepts ? "accept" : "refuse", deciding->line.enrolment.id.raw)
        .ptr;
}

static void decide_answer(struct deciding *deciding, const struct told *told)
{
    struct office *office = deciding->office;
    struct buf out = answer_begin(office->request);
    const struct page_operator_decide page = {
        .office = office_frame(office, OFFICE_ENROLMENTS, ""),
        .has_problem = told->stale || told->reason_error,
        .refuses = !deciding->accepts,
        .organization = deciding->line.organization,
        .back_url = own_path(deciding, "", ""),
        .stale = told->stale,
        .siren = deciding->contents.company.fields[COMPANY_SIREN],
        .sponsor = deciding->contents.sponsor,
        .action = own_path(deciding, deciding->accepts ? "/accept" : "/refuse", ""),
        .csrf = office_token(office, office->session.hash, purpose_of(deciding)),
        .reason_error = told->reason_error,
        .reason = deciding->reason,
    };

    page_operator_decide(&out, &page, office->lang);
    office_answer(office, told->status, &out);
}

static void failed(struct office *office, err_t err)
{
    if (err == ERR_NOT_FOUND)
        notice_answer(office->request, 404, TEXT_NOTICE_NOT_FOUND);
    else
        office_failed(office, err);
}

/* NULL: an answer has been given. */
static struct deciding *deciding_open(struct request *request, bool accepts)
{
    struct deciding *deciding = arena_make(request->cx->arena, struct deciding);
    struct tx *tx;

    deciding->office = office_of(request);
    deciding->accepts = accepts;
    err_t err = core_read(request->core, &tx);
    if (err == OK)
        err = enrolment_line(request->cx, tx, request->params[0], &deciding->line);
    if (err == OK)
        err = enrolment_contents(request->core, request->cx, tx, &deciding->line,
                                 &deciding->contents);
    if (err == OK)
        return deciding;
    failed(deciding->office, err);
    return NULL;
}

static void decide_show(struct request *request, bool accepts)
{
    struct deciding *deciding = deciding_open(request, accepts);

    if (deciding == NULL)
        return;
    if (deciding->line.waits)
        decide_answer(deciding, &(struct told){.status = 200});
    else
        answer_redirect(request, own_path(deciding, "", "told=late"));
}

void office_accept_show(struct request *request)
{
    decide_show(request, true);
}

void office_refuse_show(struct request *request)
{
    decide_show(request, false);
}

/* --- deciding ------------------------------------------------------------------------------------
 */

/* Whoever was signed out or removed meanwhile decides nothing. */
static err_t decide_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct deciding *deciding = arg;
    const struct office *office = deciding->office;
    const struct enrolment_verdict verdict = {
        .accepted = deciding->accepts,
        .reason = deciding->accepts ? STR_NONE : deciding->reason,
        .actor = office->session.account.email,
        .address = office->request->peer,
    };

    TRY(operator_session_check(cx, tx, office->session.hash));
    return enrolment_decide_body(deciding->operation.core, cx, tx, deciding->line.enrolment.id,
                                 &verdict, &deciding->after);
}

static void decided(struct operation *operation)
{
    struct deciding *deciding = (struct deciding *)operation;
    struct request *request = deciding->office->request;
    err_t err = operation->result;

    if (err == OK) {
        generation_raise(operation->core->generation);
        answer_redirect(
            request, own_path(deciding, "", deciding->accepts ? "told=accepted" : "told=refused"));
    } else if (err == ERR_STATE) {
        answer_redirect(request, own_path(deciding, "", "told=late"));
    } else if (err == ERR_INVALID) {
        decide_answer(deciding, &(struct told){.status = 422, .reason_error = true});
    } else {
        failed(deciding->office, err);
    }
    office_go_on(deciding->office);
}

static void decide_start(struct deciding *deciding)
{
    struct request *request = deciding->office->request;

    deciding->operation = (struct operation){
        .core = request->core, .cx = request->cx, .done = decided, .owner = deciding};
    office_wait(deciding->office);
    operation_write(&deciding->operation, decide_body, operation_end);
}

/* Browsers end the lines of what is typed with two characters. */
static struct str reason_of(struct arena *arena, struct str typed)
{
    char *out = arena_array(arena, char, typed.len + 1);
    size_t len = 0;

    for (size_t i = 0; i < typed.len; i++) {
        if (typed.ptr[i] != '\r')
            out[len++] = typed.ptr[i];
    }
    return str_trim((struct str){out, len});
}

static void decide_submit(struct request *request, bool accepts)
{
    struct deciding *deciding = deciding_open(request, accepts);

    if (deciding == NULL || !office_form_read(request, &deciding->form))
        return;
    struct office *office = deciding->office;
    deciding->reason = reason_of(request->cx->arena, office_form_value(&deciding->form, "reason"));
    if (!deciding->line.waits)
        answer_redirect(request, own_path(deciding, "", "told=late"));
    else if (office_token_check(office, office->session.hash, purpose_of(deciding),
                                &deciding->form) == OFFICE_FORM_GOOD)
        decide_start(deciding);
    else
        decide_answer(deciding, &(struct told){.status = 422, .stale = true});
}

void office_accept_submit(struct request *request)
{
    decide_submit(request, true);
}

void office_refuse_submit(struct request *request)
{
    decide_submit(request, false);
}
