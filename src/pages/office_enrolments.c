#include "pages/office_enrolments.h"

#include <stdio.h>

#include "base/must.h"
#include "core/enrolment_paper.h"
#include "core/operator_work.h"
#include "pages/format.h"
#include "pages/frame.h"
#include "pages/notice.h"
#include "pages/office_audit.h"

enum { PAGE_LINES = 50, MORE_MAX = 96, DEEDS_MAX = 100 };

/* --- words ---------------------------------------------------------------------------------------
 */

static enum text_enrolments_state state_words(const struct enrolment_line *line)
{
    if (line->waits)
        return TEXT_ENROLMENTS_STATE_WAITS;
    switch (line->state) {
    case ENROLMENT_OPEN:
        return TEXT_ENROLMENTS_STATE_OPEN;
    case ENROLMENT_REPLACED:
        return TEXT_ENROLMENTS_STATE_REPLACED;
    case ENROLMENT_COMPLETED:
        return TEXT_ENROLMENTS_STATE_COMPLETED;
    case ENROLMENT_FAILED:
        return TEXT_ENROLMENTS_STATE_FAILED;
    case ENROLMENT_EXPIRED:
        return TEXT_ENROLMENTS_STATE_EXPIRED;
    }
    must_fail(__FILE__, __LINE__, "a state");
}

static enum text_review_field field_words(enum company_field field)
{
    switch (field) {
    case COMPANY_SIREN:
        return TEXT_REVIEW_FIELD_SIREN;
    case COMPANY_SIRET:
        return TEXT_REVIEW_FIELD_SIRET;
    case COMPANY_NAME:
        return TEXT_REVIEW_FIELD_NAME;
    case COMPANY_LEGAL_FORM:
        return TEXT_REVIEW_FIELD_LEGAL_FORM;
    case COMPANY_CAPITAL:
        return TEXT_REVIEW_FIELD_CAPITAL;
    case COMPANY_RCS:
        return TEXT_REVIEW_FIELD_RCS;
    case COMPANY_LINE:
        return TEXT_REVIEW_FIELD_LINE;
    case COMPANY_ZIP:
        return TEXT_REVIEW_FIELD_ZIP;
    case COMPANY_CITY:
        return TEXT_REVIEW_FIELD_CITY;
    case COMPANY_VAT_NUMBER:
        return TEXT_REVIEW_FIELD_VAT_NUMBER;
    }
    must_fail(__FILE__, __LINE__, "a field");
}

static enum text_review_step step_words(enum enrolment_step step)
{
    switch (step) {
    case ENROLMENT_COMPANY:
        return TEXT_REVIEW_STEP_COMPANY;
    case ENROLMENT_REPRESENTATIVE:
        return TEXT_REVIEW_STEP_REPRESENTATIVE;
    case ENROLMENT_DOCUMENTS:
        return TEXT_REVIEW_STEP_DOCUMENTS;
    case ENROLMENT_SIGNATURE:
        return TEXT_REVIEW_STEP_SIGNATURE;
    }
    must_fail(__FILE__, __LINE__, "a step");
}

static struct str progress_text(struct arena *arena, const struct enrolment *enrolment)
{
    return str_format(arena, "%d\u00a0%%", enrolment_percentage(enrolment));
}

/* {NULL, 0} for what has not happened. */
static struct str moment(const struct office *office, instant at)
{
    return at == 0 ? STR_NONE : format_moment(office->request->cx->arena, at, office->lang);
}

/* --- the list ------------------------------------------------------------------------------------
 */

static const struct {
    enum enrolment_filter filter;
    enum text_enrolments_filter words;
} FILTERS[] = {
    {ENROLMENT_WAITING,     TEXT_ENROLMENTS_FILTER_WAITING  },
    {ENROLMENT_UNFINISHED,  TEXT_ENROLMENTS_FILTER_OPEN     },
    {ENROLMENT_ACCEPTED,    TEXT_ENROLMENTS_FILTER_COMPLETED},
    {ENROLMENT_TURNED_DOWN, TEXT_ENROLMENTS_FILTER_FAILED   },
    {ENROLMENT_ANY,         TEXT_ENROLMENTS_FILTER_ALL      },
};

static struct str list_path(const struct office *office, enum enrolment_filter filter)
{
    struct str more =
        str_format(office->request->cx->arena, "state=%s", enrolment_filter_text(filter));

    return office_path(office, OFFICE_ENROLMENTS_PATH, more.ptr);
}

static err_t waiting_count(struct ctx *cx, struct tx *tx, int64_t *out)
{
    struct operator_work *works;
    size_t count;

    *out = 0;
    TRY(operator_work(cx, tx, &works, &count));
    for (size_t i = 0; i < count; i++)
        *out += works[i].kind == OPERATOR_WORK_ENROLMENT ? works[i].count : 0;
    return OK;
}

static err_t filters_fill(struct office *office, struct tx *tx, enum enrolment_filter current,
                          struct page_operator_enrolments *page)
{
    struct arena *arena = office->request->cx->arena;
    struct page_operator_enrolments_filters *filters =
        arena_array(arena, struct page_operator_enrolments_filters, ARRAY_LEN(FILTERS));
    int64_t waiting;

    TRY(waiting_count(office->request->cx, tx, &waiting));
    for (size_t i = 0; i < ARRAY_LEN(FILTERS); i++) {
        enum enrolment_filter filter = FILTERS[i].filter;
        filters[i] = (struct page_operator_enrolments_filters){
            .url = list_path(office, filter),
            .filter = FILTERS[i].words,
            .current = filter == current,
        };
        if (filter == ENROLMENT_WAITING && waiting > 0)
            filters[i].count = str_format(arena, "%lld", (long long)waiting);
    }
    page->filters = filters;
    page->filters_count = ARRAY_LEN(FILTERS);
    return OK;
}

static struct page_operator_enrolments_lines line_shown(struct office *office,
                                                        const struct enrolment_line *line)
{
    struct arena *arena = office->request->cx->arena;
    const struct enrolment *enrolment = &line->enrolment;
    struct str path = str_format(arena, OFFICE_ENROLMENTS_PATH "/%s", enrolment->id.raw);

    return (struct page_operator_enrolments_lines){
        .url = office_path(office, path.ptr, ""),
        .organization = line->organization,
        .external_ref = line->external_ref,
        .state = state_words(line),
        .test = line->mode == MODE_TEST,
        .created_iso = instant_rfc3339(arena, enrolment->created),
        .created = moment(office, enrolment->created),
        .changed_iso = instant_rfc3339(arena, enrolment->changed),
        .changed = moment(office, enrolment->changed),
        .progress = progress_text(arena, enrolment),
    };
}

/* One line more than is shown tells whether there are older ones. */
static err_t lines_fill(struct office *office, struct tx *tx, const struct enrolment_page *asked,
                        struct page_operator_enrolments *page)
{
    struct ctx *cx = office->request->cx;
    struct page_operator_enrolments_lines *shown;
    struct enrolment_line *lines;
    size_t count;

    TRY(enrolment_list(cx, tx, asked, &lines, &count));
    bool more = count > PAGE_LINES;
    if (more)
        count = PAGE_LINES;
    shown = arena_array(cx->arena, struct page_operator_enrolments_lines, count);
    for (size_t i = 0; i < count; i++)
        shown[i] = line_shown(office, &lines[i]);
    page->lines = shown;
    page->lines_count = count;
    page->empty = count == 0;
    if (more)
        page->pager.older_url = office_path(office, OFFICE_ENROLMENTS_PATH,
                                            str_format(cx->arena, "state=%s&before=%s",
                                                       enrolment_filter_text(asked->filter),
                                                       lines[count - 1].enrolment.id.raw)
                                                .ptr);
    if (!ID_NONE(asked->before))
        page->pager.newest_url = list_path(office, asked->filter);
    page->pager.any = page->pager.older_url.len > 0 || page->pager.newest_url.len > 0;
    return OK;
}

void office_enrolments_show(struct request *request)
{
    struct office *office = office_of(request);
    struct buf out = answer_begin(request);
    struct enrolment_page asked = {.filter = ENROLMENT_WAITING, .limit = PAGE_LINES + 1};
    char more[MORE_MAX];
    struct tx *tx;

    if (!enrolment_filter_parse(frame_query(request, STR("state")), &asked.filter))
        asked.filter = ENROLMENT_WAITING;
    bool later = ID_PARSE(frame_query(request, STR("before")), &asked.before);
    (void)snprintf(more, sizeof more, "state=%s%s%s", enrolment_filter_text(asked.filter),
                   later ? "&before=" : "", asked.before.raw);
    struct page_operator_enrolments page = {.office =
                                                office_frame(office, OFFICE_ENROLMENTS, more)};
    err_t err = core_read(request->core, &tx);
    if (err == OK)
        err = filters_fill(office, tx, asked.filter, &page);
    if (err == OK)
        err = lines_fill(office, tx, &asked, &page);
    if (err != OK) {
        office_failed(office, err);
        return;
    }
    page_operator_enrolments(&out, &page, office->lang);
    office_answer(office, 200, &out);
}

/* --- one of them ---------------------------------------------------------------------------------
 */

/* Read first, noted then, shown at last. */
struct viewing {
    struct operation operation; /* first */
    struct office *office;
    struct enrolment_line line;
    struct enrolment_contents contents;
    struct audit_row *deeds; /* about it, before this one */
    size_t deed_count;
    struct str pdf;
    void (*show)(struct viewing *viewing);
};

static void company_shown(struct viewing *viewing, struct page_operator_enrolment *page)
{
    const struct company *company = &viewing->contents.company;
    struct page_operator_enrolment_company *shown = arena_array(
        viewing->operation.cx->arena, struct page_operator_enrolment_company, COMPANY_FIELDS);

    for (int i = COMPANY_SIREN; i < COMPANY_FIELDS; i++) {
        if (company->fields[i].len == 0)
            continue;
        shown[page->company_count++] = (struct page_operator_enrolment_company){
            field_words((enum company_field)i), company->fields[i]};
    }
    page->company = shown;
    page->verified = viewing->line.enrolment.verified;
}

static void steps_shown(struct viewing *viewing, struct page_operator_enrolment *page)
{
    const struct enrolment *enrolment = &viewing->line.enrolment;
    struct page_operator_enrolment_steps *shown = arena_array(
        viewing->operation.cx->arena, struct page_operator_enrolment_steps, ENROLMENT_STEPS + 1);

    for (int i = ENROLMENT_COMPANY; i < ENROLMENT_STEPS; i++) {
        enum enrolment_step step = (enum enrolment_step)i;
        if (enrolment_includes(enrolment, step))
            shown[page->steps_count++] = (struct page_operator_enrolment_steps){
                step_words(step), moment(viewing->office, enrolment->steps[i])};
    }
    if (enrolment->includes_kyc)
        shown[page->steps_count++] = (struct page_operator_enrolment_steps){
            TEXT_REVIEW_STEP_REVIEWED, moment(viewing->office, enrolment->reviewed)};
    page->steps = shown;
}

static void signature_shown(struct viewing *viewing, struct page_operator_enrolment *page)
{
    const struct enrolment_contents *contents = &viewing->contents;
    struct str path = str_format(viewing->operation.cx->arena, OFFICE_ENROLMENTS_PATH "/%s/mandate",
                                 viewing->line.enrolment.id.raw);

    if (!contents->is_signed)
        return;
    page->signer = contents->signer;
    page->sha256 = contents->sha256;
    page->mandate_url = office_path(viewing->office, path.ptr, "");
}

static void enrolment_answer(struct viewing *viewing)
{
    struct office *office = viewing->office;
    struct arena *arena = viewing->operation.cx->arena;
    const struct enrolment_line *line = &viewing->line;
    const struct enrolment *enrolment = &line->enrolment;
    struct buf out = answer_begin(office->request);
    struct page_operator_enrolment page = {
        .office = office_frame(office, OFFICE_ENROLMENTS, ""),
        .organization = line->organization,
        .back_url = office_path(office, OFFICE_ENROLMENTS_PATH, ""),
        .test = line->mode == MODE_TEST,
        .state = state_words(line),
        .progress = progress_text(arena, enrolment),
        .closed = !line->waits,
        .reference = str_format(arena, "onb_%s", enrolment->id.raw),
        .sponsor = viewing->contents.sponsor,
        .external_ref = line->external_ref,
        .email = line->email,
        .created = moment(office, enrolment->created),
        .expires = moment(office, enrolment->expires),
        .opened = moment(office, enrolment->opened),
        .ended = moment(office, enrolment->ended),
    };

    if (viewing->contents.has_company)
        company_shown(viewing, &page);
    page.audit = office_audit_part(office, "deeds", viewing->deeds, viewing->deed_count);
    steps_shown(viewing, &page);
    signature_shown(viewing, &page);
    page_operator_enrolment(&out, &page, office->lang);
    office_answer(office, 200, &out);
}

static err_t viewed_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct viewing *viewing = arg;
    const struct office *office = viewing->office;

    TRY(operator_session_check(cx, tx, office->session.hash));
    return enrolment_viewed(cx, tx, viewing->line.enrolment.id,
                            &(struct enrolment_viewer){.actor = office->session.account.email,
                                                       .address = office->request->peer});
}

static void failed(struct office *office, err_t err)
{
    if (err == ERR_NOT_FOUND)
        notice_answer(office->request, 404, TEXT_NOTICE_NOT_FOUND);
    else
        office_failed(office, err);
}

static void viewed(struct operation *operation)
{
    struct viewing *viewing = (struct viewing *)operation;
    struct office *office = viewing->office;

    if (operation->result == OK)
        viewing->show(viewing);
    else
        failed(office, operation->result);
    office_go_on(office);
}

static void view(struct viewing *viewing)
{
    office_wait(viewing->office);
    operation_write(&viewing->operation, viewed_body, operation_end);
}

static err_t viewing_read(struct viewing *viewing, struct tx **tx)
{
    struct request *request = viewing->office->request;

    TRY(core_read(request->core, tx));
    TRY(enrolment_line(request->cx, *tx, request->params[0], &viewing->line));
    TRY(enrolment_contents(request->core, request->cx, *tx, &viewing->line, &viewing->contents));
    return audit_of_object(request->cx, *tx, viewing->line.enrolment.id.raw, DEEDS_MAX,
                           &viewing->deeds, &viewing->deed_count);
}

static struct viewing *viewing_new(struct request *request, void (*show)(struct viewing *viewing))
{
    struct viewing *viewing = arena_make(request->cx->arena, struct viewing);

    viewing->operation = (struct operation){
        .core = request->core, .cx = request->cx, .done = viewed, .owner = viewing};
    viewing->office = office_of(request);
    viewing->show = show;
    return viewing;
}

void office_enrolment_show(struct request *request)
{
    struct viewing *viewing = viewing_new(request, enrolment_answer);
    struct tx *tx;

    err_t err = viewing_read(viewing, &tx);
    if (err == OK)
        view(viewing);
    else
        failed(viewing->office, err);
}

/* --- files ---------------------------------------------------------------------------------------
 */

static void mandate_answer(struct viewing *viewing)
{
    office_file_answer(viewing->office, STR("application/pdf"), "pdf",
                       viewing->line.enrolment.id.raw, viewing->pdf);
}

void office_enrolment_mandate(struct request *request)
{
    struct viewing *viewing = viewing_new(request, mandate_answer);
    bool ready = false;
    struct tx *tx;

    err_t err = viewing_read(viewing, &tx);
    if (err == OK)
        err = enrolment_pdf_read(request->core, request->cx, tx, viewing->line.enrolment.id,
                                 &viewing->pdf, &ready);
    if (err != OK)
        failed(viewing->office, err);
    else if (!ready)
        notice_answer(request, 503, TEXT_NOTICE_NOT_READY);
    else
        view(viewing);
}
