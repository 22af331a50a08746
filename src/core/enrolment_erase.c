#include "core/audit.h"
#include "core/enrolment_file.h"
#include "core/enrolment_row.h"
#include "core/link.h"
#include "store/sql.h"

/* What is left of a link that led to nothing. A company that is not a client has no reason to leave
 * its papers here; what it has signed proves what it agreed to, whatever came of it. */

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

static err_t ended_find(struct ctx *cx, struct tx *tx, int64_t most, struct enrolment_id *out,
                        int64_t *count)
{
    struct rows *rows;
    bool has;

    TRY(store_query(cx, tx, &SQL_ENROLMENTS_ENDED,
                    ARGS(OWNER, V_INT(cx->now - ENROLMENT_KEPT_DAYS * DAY_US), V_INT(most)),
                    &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        col_id(rows, 0, out[*count].raw);
    }
}

static err_t typed_erase(struct ctx *cx, struct tx *tx, const struct enrolment *enrolment)
{
    struct enrolment_id id = enrolment->id;

    TRY(enrolment_part_drop(cx, tx, id, ENROLMENT_COMPANY));
    TRY(enrolment_part_drop(cx, tx, id, ENROLMENT_REPRESENTATIVE));
    TRY(enrolment_part_drop(cx, tx, id, ENROLMENT_DOCUMENTS)); /* the reason of a refusal */
    return enrolment->steps[ENROLMENT_SIGNATURE] != 0 ? OK : enrolment_agreed_drop(cx, tx, id);
}

static err_t files_erase(struct ctx *cx, struct tx *tx, struct enrolment_id id, int *count)
{
    struct enrolment_file files[ENROLMENT_FILES];

    *count = 0;
    TRY(enrolment_files(cx, tx, id, files));
    TRY(store_run(cx, tx, &SQL_ENROLMENT_FILES_DROP, ARGS(OWNER, V_ID(id))));
    for (int i = ENROLMENT_IDENTITY_FRONT; i < ENROLMENT_FILES; i++) {
        if (files[i].kind == 0)
            continue;
        TRY(document_delete(cx, tx, files[i].document));
        (*count)++;
    }
    return OK;
}

static err_t erase(struct ctx *cx, struct tx *tx, const struct enrolment *enrolment)
{
    int files;

    TRY(link_drop(cx, tx, ENROLMENT_LINK_KIND, enrolment->id.raw));
    TRY(typed_erase(cx, tx, enrolment));
    TRY(files_erase(cx, tx, enrolment->id, &files));
    TRY(store_run(cx, tx, &SQL_ENROLMENT_ERASED, ARGS(OWNER, V_ID(enrolment->id), V_INT(cx->now))));
    return audit_put(cx, tx,
                     &(struct audit_deed){
                         .what = AUDIT_ENROLMENT_ERASED,
                         .object = ID_TEXT(enrolment->id),
                         .detail = str_format(cx->arena, "files %d", files),
                     });
}

err_t enrolments_erase(struct ctx *cx, struct tx *tx, int64_t most, int64_t *erased)
{
    struct enrolment_id *ended = arena_array(cx->arena, struct enrolment_id, (size_t)most);
    struct enrolment enrolment;
    int64_t count;

    *erased = 0;
    TRY(ended_find(cx, tx, most, ended, &count));
    for (int64_t i = 0; i < count; i++) {
        TRY(enrolment_load(cx, tx, ended[i], &enrolment));
        /* A reviewer may be at it still. */
        if (enrolment_state_now(cx, &enrolment) == ENROLMENT_OPEN)
            continue;
        TRY(erase(cx, tx, &enrolment));
        (*erased)++;
    }
    return OK;
}
