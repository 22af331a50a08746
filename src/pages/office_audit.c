#include "pages/office_audit.h"

#include <stdio.h>

#include "base/must.h"
#include "pages/format.h"
#include "pages/frame.h"

enum { PAGE_ROWS = 50, MORE_MAX = 64 };

/* --- rows of the audit ---------------------------------------------------------------------------
 */

static enum text_audit_what words_of(enum audit_what what)
{
    switch (what) {
    case AUDIT_OPERATOR_ADDED:
        return TEXT_AUDIT_WHAT_OPERATOR_ADDED;
    case AUDIT_OPERATOR_PASSWORD:
        return TEXT_AUDIT_WHAT_OPERATOR_PASSWORD;
    case AUDIT_OPERATOR_REMOVED:
        return TEXT_AUDIT_WHAT_OPERATOR_REMOVED;
    case AUDIT_OPERATOR_LOCKED:
        return TEXT_AUDIT_WHAT_OPERATOR_LOCKED;
    case AUDIT_OPERATOR_UNLOCKED:
        return TEXT_AUDIT_WHAT_OPERATOR_UNLOCKED;
    case AUDIT_SESSION_OPENED:
        return TEXT_AUDIT_WHAT_SESSION_OPENED;
    case AUDIT_SESSION_REFUSED:
        return TEXT_AUDIT_WHAT_SESSION_REFUSED;
    case AUDIT_SESSION_CLOSED:
        return TEXT_AUDIT_WHAT_SESSION_CLOSED;
    case AUDIT_ENROLMENT_COMPANY:
        return TEXT_AUDIT_WHAT_ENROLMENT_COMPANY;
    case AUDIT_ENROLMENT_REPRESENTATIVE:
        return TEXT_AUDIT_WHAT_ENROLMENT_REPRESENTATIVE;
    case AUDIT_ENROLMENT_DOCUMENTS:
        return TEXT_AUDIT_WHAT_ENROLMENT_DOCUMENTS;
    case AUDIT_ENROLMENT_SIGNATURE:
        return TEXT_AUDIT_WHAT_ENROLMENT_SIGNATURE;
    case AUDIT_ENROLMENT_SEALED:
        return TEXT_AUDIT_WHAT_ENROLMENT_SEALED;
    case AUDIT_ENROLMENT_FILE:
        return TEXT_AUDIT_WHAT_ENROLMENT_FILE;
    case AUDIT_ENROLMENT_ACCEPTED:
        return TEXT_AUDIT_WHAT_ENROLMENT_ACCEPTED;
    case AUDIT_ENROLMENT_REFUSED:
        return TEXT_AUDIT_WHAT_ENROLMENT_REFUSED;
    case AUDIT_ENROLMENT_ERASED:
        return TEXT_AUDIT_WHAT_ENROLMENT_ERASED;
    case AUDIT_ENROLMENT_VIEWED:
        return TEXT_AUDIT_WHAT_ENROLMENT_VIEWED;
    }
    must_fail(__FILE__, __LINE__, "a deed has words");
}

static struct part_audit_rows row_shown(struct office *office, const struct audit_row *row)
{
    struct arena *arena = office->request->cx->arena;
    enum audit_what what;

    return (struct part_audit_rows){
        .iso = instant_rfc3339(arena, row->at),
        .at = format_moment(arena, row->at, office->lang),
        .what = audit_what_parse(row->what, &what) ? words_of(what) : 0,
        .word = row->what,
        .detail = row->detail,
        .actor = row->actor,
        .command = row->address.ptr == NULL,
        .address = row->address,
        .object = row->object,
        .number = str_format(arena, "%lld", (long long)row->number),
    };
}

struct part_audit office_audit_part(struct office *office, const char *labelled,
                                    const struct audit_row *rows, size_t count)
{
    struct part_audit_rows *shown =
        arena_array(office->request->cx->arena, struct part_audit_rows, count);

    for (size_t i = 0; i < count; i++)
        shown[i] = row_shown(office, &rows[i]);
    return (struct part_audit){.labelled = str_of(labelled), .rows = shown, .rows_count = count};
}

/* --- the audit -----------------------------------------------------------------------------------
 */

/* One row more than is shown tells whether there are older ones. */
static err_t audit_fill(struct office *office, int64_t before, struct page_operator_audit *page)
{
    struct request *request = office->request;
    struct arena *arena = request->cx->arena;
    struct audit_row *rows;
    struct tx *tx;
    size_t count;

    TRY(core_read(request->core, &tx));
    TRY(audit_list(request->cx, tx, before, PAGE_ROWS + 1, &rows, &count));
    bool more = count > PAGE_ROWS;
    if (more)
        count = PAGE_ROWS;
    page->audit = office_audit_part(office, "audit", rows, count);
    page->empty = count == 0;
    if (more)
        page->pager.older_url =
            office_path(office, OFFICE_PATH "/audit",
                        str_format(arena, "before=%lld", (long long)rows[count - 1].number).ptr);
    if (before != INT64_MAX)
        page->pager.newest_url = page->office.audit_url;
    page->pager.any = more || before != INT64_MAX;
    return OK;
}

void office_audit_show(struct request *request)
{
    struct office *office = office_of(request);
    struct buf out = answer_begin(request);
    struct str given = frame_query(request, STR("before"));
    char more[MORE_MAX] = "";
    int64_t before;

    if (!str_to_int64(given, &before) || before <= 0)
        before = INT64_MAX;
    else
        (void)snprintf(more, sizeof more, "before=%lld", (long long)before);
    struct page_operator_audit page = {.office = office_frame(office, OFFICE_AUDIT, more)};
    err_t err = audit_fill(office, before, &page);
    if (err != OK) {
        office_failed(office, err);
        return;
    }
    page_operator_audit(&out, &page, office->lang);
    office_answer(office, 200, &out);
}
