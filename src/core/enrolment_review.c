#include "core/enrolment_review.h"

#include "base/must.h"
#include "core/audit.h"
#include "core/client.h"
#include "core/enrolment_paper.h"
#include "core/enrolment_row.h"
#include "core/link.h"
#include "store/sql.h"

ENUM_DEFINE(enrolment_filter, ENROLMENT_FILTER_LIST)

#define ID_PREFIX "onb_"

/* --- finding -------------------------------------------------------------------------------------
 */

/* A merchant that its sponsor has let go of is no client any more. */
static err_t client_fill(struct ctx *cx, struct tx *tx, struct enrolment_line *out)
{
    struct client client;

    out->organization = out->merchant.name;
    err_t err = client_of_merchant(cx, tx, &client);
    if (err == ERR_NOT_FOUND) {
        ctx_clear_faults(cx);
        return OK;
    }
    TRY(err);
    out->organization = client.is.organization_name;
    out->email = client.is.contact_email;
    out->external_ref = client.is.external_ref;
    return OK;
}

/* cx is the merchant's already, in its mode. */
static err_t line_fill(struct ctx *cx, struct tx *tx, struct enrolment_id id,
                       struct enrolment_line *out)
{
    *out = (struct enrolment_line){.mode = cx->mode};
    TRY(merchant_load(cx, tx, cx->merchant, &out->merchant));
    merchant_time(cx, &out->merchant);
    TRY(client_fill(cx, tx, out));
    TRY(enrolment_load(cx, tx, id, &out->enrolment));
    out->state = enrolment_state_now(cx, &out->enrolment);
    out->waits = enrolment_waits(cx, &out->enrolment);
    return OK;
}

struct place {
    struct merchant_id merchant;
    enum mode mode;
    struct enrolment_id id;
};

static err_t places_read(struct ctx *cx, struct rows *rows, struct place *places, size_t *count)
{
    bool has;

    (void)cx;
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        struct place *place = &places[(*count)++];
        col_id(rows, 0, place->merchant.raw);
        must(mode_parse(col_text(rows, 1), &place->mode));
        col_id(rows, 2, place->id.raw);
    }
}

/* Every id is less. */
static struct value before_of(const struct enrolment_page *page)
{
    return ID_NONE(page->before) ? V_WORD("~") : V_ID(page->before);
}

static err_t page_query(struct ctx *cx, struct tx *tx, const struct enrolment_page *page,
                        struct rows **rows)
{
    struct value before = before_of(page);
    struct value limit = V_INT(page->limit);
    struct value now = V_INT(cx->real);

    if (page->filter == ENROLMENT_WAITING)
        return store_query(cx, tx, &SQL_ENROLMENT_REVIEW_WAITING, ARGS(before, limit, now), rows);
    return store_query(cx, tx, &SQL_ENROLMENT_REVIEW_LIST,
                       ARGS(V_WORD(enrolment_filter_text(page->filter)), before, limit, now), rows);
}

static err_t lines_fill(struct ctx *cx, struct tx *tx, const struct place *places, size_t count,
                        struct enrolment_line *lines)
{
    for (size_t i = 0; i < count; i++) {
        cx->merchant = places[i].merchant;
        cx->mode = places[i].mode;
        TRY(line_fill(cx, tx, places[i].id, &lines[i]));
    }
    return OK;
}

err_t enrolment_list(struct ctx *cx, struct tx *tx, const struct enrolment_page *page,
                     struct enrolment_line **out, size_t *count)
{
    struct place *places = arena_array(cx->arena, struct place, (size_t)page->limit);
    const struct merchant_id merchant = cx->merchant;
    const enum mode mode = cx->mode;
    const instant now = cx->now;
    struct rows *rows;

    must(page->limit > 0);
    must(page->limit <= ENROLMENT_PAGE_MAX);
    *count = 0;
    TRY(page_query(cx, tx, page, &rows));
    TRY(places_read(cx, rows, places, count));
    *out = arena_array(cx->arena, struct enrolment_line, *count);
    err_t err = lines_fill(cx, tx, places, *count, *out);
    cx->merchant = merchant;
    cx->mode = mode;
    cx->now = now;
    return err;
}

err_t enrolment_line(struct ctx *cx, struct tx *tx, struct str id, struct enrolment_line *out)
{
    struct str prefix = STR(ID_PREFIX);
    struct str plain = str_starts(id, prefix) ? str_from(id, prefix.len) : id;
    struct enrolment_id found;

    err_t err = link_find(cx, tx, plain, "enrolment_id", found.raw);
    if (err == ERR_NOT_FOUND)
        return fault(cx, err, "enrolment", "not found");
    TRY(err);
    return line_fill(cx, tx, found, out);
}

/* --- what it holds -------------------------------------------------------------------------------
 */

static err_t signed_fill(const struct core *core, struct ctx *cx, struct tx *tx,
                         const struct enrolment *enrolment, struct enrolment_contents *out)
{
    struct enrolment_paper *paper = arena_make(cx->arena, struct enrolment_paper);
    const struct str *facts = paper->facts;
    bool found;

    if (enrolment->steps[ENROLMENT_SIGNATURE] == 0)
        return OK;
    TRY(enrolment_paper_read(core, cx, tx, enrolment->id, paper, &found));
    must(found);
    out->is_signed = true;
    out->signer = str_format(cx->arena, "%.*s %.*s", (int)facts[ENROLMENT_FIRST_NAME].len,
                             facts[ENROLMENT_FIRST_NAME].ptr, (int)facts[ENROLMENT_LAST_NAME].len,
                             facts[ENROLMENT_LAST_NAME].ptr);
    out->sha256 = facts[ENROLMENT_SHA256];
    return OK;
}

err_t enrolment_contents(const struct core *core, struct ctx *cx, struct tx *tx,
                         const struct enrolment_line *line, struct enrolment_contents *out)
{
    const struct enrolment *enrolment = &line->enrolment;
    struct rows *rows;
    bool found;

    *out = (struct enrolment_contents){.has_company = enrolment->steps[ENROLMENT_COMPANY] != 0 &&
                                                      enrolment->erased == 0};
    TRY(store_query_one(cx, tx, &SQL_ENROLMENT_SPONSOR, ARGS(V_ID(line->merchant.sponsor)), &rows,
                        &found));
    must(found);
    out->sponsor = col_text(rows, 0);
    rows_end(rows);
    if (out->has_company)
        TRY(enrolment_unseal(core, cx, tx, enrolment->id, ENROLMENT_COMPANY, out->company.fields,
                             COMPANY_FIELDS));
    TRY(enrolment_person_read(core, cx, tx, enrolment->id, &out->person, &out->has_person));
    TRY(enrolment_files(cx, tx, enrolment->id, out->files));
    TRY(enrolment_reason_read(core, cx, tx, enrolment->id, &out->reason));
    return signed_fill(core, cx, tx, enrolment, out);
}

err_t enrolment_viewed(struct ctx *cx, struct tx *tx, struct enrolment_id id,
                       const struct enrolment_viewer *viewer)
{
    return audit_put(cx, tx,
                     &(struct audit_deed){.what = AUDIT_ENROLMENT_VIEWED,
                                          .actor = viewer->actor,
                                          .address = viewer->address,
                                          .object = ID_TEXT(id),
                                          .detail = viewer->what});
}
