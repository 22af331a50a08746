#include "pages/office_enrolments.h"

#include <stdio.h>

#include "base/must.h"
#include "core/operator_work.h"
#include "pages/format.h"
#include "pages/frame.h"

enum { PAGE_LINES = 50, MORE_MAX = 96 };

/* --- what the list and the page of one share -----------------------------------------------------
 */

enum text_enrolments_state office_enrolment_state(const struct enrolment_line *line)
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

struct str office_enrolment_path(const struct office *office, const char *id, const char *rest)
{
    return str_format(office->request->cx->arena, OFFICE_ENROLMENTS_PATH "/%s%s", id, rest);
}

struct str office_enrolment_progress(struct arena *arena, const struct enrolment *enrolment)
{
    return str_format(arena, "%d\u00a0%%", enrolment_percentage(enrolment));
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
        .state = office_enrolment_state(line),
        .test = line->mode == MODE_TEST,
        .created_iso = instant_rfc3339(arena, enrolment->created),
        .created = office_moment(office, enrolment->created),
        .changed_iso = instant_rfc3339(arena, enrolment->changed),
        .changed = office_moment(office, enrolment->changed),
        .progress = office_enrolment_progress(arena, enrolment),
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
