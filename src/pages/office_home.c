#include "pages/office_home.h"

#include "core/operator_work.h"
#include "pages/format.h"
#include "pages/office_audit.h"

enum { LATEST = 5 };

/* --- home ----------------------------------------------------------------------------------------
 */

static struct page_operator_home_works work_shown(struct office *office,
                                                  const struct operator_work *work)
{
    struct arena *arena = office->request->cx->arena;
    struct page_operator_home_works shown = {
        .count = str_format(arena, "%lld", (long long)work->count),
        .test = work->mode == MODE_TEST,
    };

    switch (work->kind) {
    case OPERATOR_WORK_BANK:
        shown.kind = TEXT_HOME_WORK_BANK;
        shown.command = STR("guichet sepa work list");
        break;
    case OPERATOR_WORK_SETTLEMENT:
        shown.kind = TEXT_HOME_WORK_SETTLEMENT;
        shown.command = STR("guichet settlement list");
        break;
    case OPERATOR_WORK_TOTALS:
        shown.kind = TEXT_HOME_WORK_TOTALS;
        shown.command = STR("guichet totals list");
        break;
    case OPERATOR_WORK_ENROLMENT:
        shown.kind = TEXT_HOME_WORK_ENROLMENT;
        shown.url = office_path(office, OFFICE_PATH "/enrolments", "");
        break;
    }
    return shown;
}

static err_t works_fill(struct office *office, struct tx *tx, struct page_operator_home *page)
{
    struct ctx *cx = office->request->cx;
    struct page_operator_home_works *shown;
    struct operator_work *works;

    TRY(operator_work(cx, tx, &works, &page->works_count));
    shown = arena_array(cx->arena, struct page_operator_home_works, page->works_count);
    for (size_t i = 0; i < page->works_count; i++)
        shown[i] = work_shown(office, &works[i]);
    page->works = shown;
    page->nothing = page->works_count == 0;
    return OK;
}

static void session_fill(struct office *office, struct page_operator_home *page)
{
    const struct operator_session *session = &office->session;
    struct arena *arena = office->request->cx->arena;

    page->opened = format_moment(arena, session->opened, office->lang);
    page->address = session->address;
    if (session->previous != 0)
        page->previous = format_moment(arena, session->previous, office->lang);
    if (session->refused != 0)
        page->refused = str_format(arena, "%lld", (long long)session->refused);
}

static err_t home_fill(struct office *office, struct page_operator_home *page)
{
    struct request *request = office->request;
    struct audit_row *rows;
    struct tx *tx;
    size_t count;

    TRY(core_read(request->core, &tx));
    TRY(works_fill(office, tx, page));
    TRY(audit_list(request->cx, tx, INT64_MAX, LATEST, &rows, &count));
    page->audit = office_audit_part(office, "deeds", rows, count);
    page->audit_url = page->office.audit_url;
    session_fill(office, page);
    return OK;
}

void office_home_show(struct request *request)
{
    struct office *office = office_of(request);
    struct buf out = answer_begin(request);
    struct page_operator_home page = {.office = office_frame(office, OFFICE_HOME, "")};

    err_t err = home_fill(office, &page);
    if (err != OK) {
        office_failed(office, err);
        return;
    }
    page_operator_home(&out, &page, office->lang);
    office_answer(office, 200, &out);
}
