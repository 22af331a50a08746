#include "core/bank_file.h"

#include <string.h>

#include "base/must.h"
#include "base/rand.h"
#include "core/bank_file_internal.h"
#include "core/debit_set.h"
#include "core/event.h"
#include "core/task.h"
#include "store/sql.h"

ENUM_DEFINE(bank_file_kind, BANK_FILE_KIND_LIST)
ENUM_DEFINE(bank_file_state, BANK_FILE_STATE_LIST)
ENUM_DEFINE(bank_item_kind, BANK_ITEM_KIND_LIST)
ENUM_DEFINE(bank_item_state, BANK_ITEM_STATE_LIST)

static const char KIND[] = "file";

/* --- reading ------------------------------------------------------------------------------------
 */

static void file_row(struct rows *rows, struct bank_file *out)
{
    *out = (struct bank_file){
        .scheme = col_text(rows, 3),
        .msg_id = col_text(rows, 4),
        .version = col_text(rows, 5),
        .sha256 = col_text(rows, 6),
        .name = col_text(rows, 7),
        .fault = col_text(rows, 8),
        .count = col_int(rows, 9),
        .sum_cents = col_int(rows, 10),
        .bytes = col_int(rows, 11),
        .created = col_int(rows, 12),
        .built = col_int(rows, 13),
        .released = col_int(rows, 14),
        .answered = col_int(rows, 15),
    };
    col_id(rows, 0, out->id.raw);
    col_id(rows, 16, out->original.raw);
    must(bank_file_kind_parse(col_text(rows, 1), &out->kind));
    must(bank_file_state_parse(col_text(rows, 2), &out->state));
}

err_t bank_file_load(struct ctx *cx, struct tx *tx, struct bank_file_id id, struct bank_file *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_BANK_FILE_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        &found));
    if (!found)
        return fault_object(cx, ERR_NOT_FOUND, KIND, "not found", id.raw);
    file_row(rows, out);
    rows_end(rows);
    return OK;
}

err_t bank_file_of_message(struct ctx *cx, struct tx *tx, struct str msg_id, struct bank_file *out)
{
    struct bank_file_id id;
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_BANK_MESSAGE_FIND, ARGS(V_TEXT(msg_id)), &rows, &found));
    if (!found)
        return fault(cx, ERR_NOT_FOUND, KIND, "has a number that we never gave");
    col_id(rows, 0, cx->merchant.raw);
    must(mode_parse(col_text(rows, 1), &cx->mode));
    col_id(rows, 2, id.raw);
    rows_end(rows);
    return bank_file_load(cx, tx, id, out);
}

static err_t files_fill(struct ctx *cx, struct rows *rows, struct bank_file **out, size_t *count)
{
    size_t capacity = 0;
    bool has;

    *out = NULL;
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        file_row(rows, &(*out)[*count]);
    }
}

static err_t files_read(struct ctx *cx, struct tx *tx, const struct sql *sql, int64_t limit,
                        struct bank_file **out, size_t *count)
{
    struct rows *rows;

    TRY(store_query(cx, tx, sql,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_INT(limit)), &rows));
    return files_fill(cx, rows, out, count);
}

err_t bank_files_unheard(struct ctx *cx, struct tx *tx, int64_t limit, struct bank_file **out,
                         size_t *count)
{
    struct rows *rows;

    must(cx->mode == MODE_TEST);
    TRY(store_query(cx, tx, &SQL_BANK_FILE_UNHEARD, ARGS(V_ID(cx->merchant), V_INT(limit)), &rows));
    return files_fill(cx, rows, out, count);
}

err_t bank_file_heard(struct ctx *cx, struct tx *tx, struct bank_file_id id)
{
    must(cx->mode == MODE_TEST);
    return store_run(cx, tx, &SQL_BANK_FILE_HEAR, ARGS(V_ID(cx->merchant), V_ID(id)));
}

err_t bank_files_open(struct ctx *cx, struct tx *tx, struct bank_file **out, size_t *count)
{
    return files_read(cx, tx, &SQL_BANK_FILE_OPEN, BANK_FILES_MAX, out, count);
}

err_t bank_files_unanswered(struct ctx *cx, struct tx *tx, int64_t limit, struct bank_file **out,
                            size_t *count)
{
    return files_read(cx, tx, &SQL_BANK_FILE_UNANSWERED, limit, out, count);
}

err_t bank_files_newest(struct ctx *cx, struct tx *tx, int64_t limit, struct bank_file **out,
                        size_t *count)
{
    return files_read(cx, tx, &SQL_BANK_FILE_NEWEST, limit, out, count);
}

err_t bank_blocks(struct ctx *cx, struct tx *tx, struct bank_file_id file, struct bank_block **out,
                  size_t *count)
{
    size_t capacity = 0;
    struct rows *rows;
    bool has;

    *out = NULL;
    TRY(store_query(cx, tx, &SQL_BANK_BLOCK_LIST,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(file)), &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        struct bank_block *block = &(*out)[*count];
        *block = (struct bank_block){
            .number = col_int(rows, 0),
            .payment_info = col_text(rows, 1),
            .count = col_int(rows, 5),
            .sum_cents = col_int(rows, 6),
        };
        if (!col_null(rows, 2))
            must(mandate_scheme_parse(col_text(rows, 2), &block->scheme));
        if (!col_null(rows, 3))
            must(debit_sequence_parse(col_text(rows, 3), &block->sequence));
        must(date_parse(col_text(rows, 4), &block->day));
    }
}

void bank_item_row(struct rows *rows, struct bank_item *out)
{
    *out = (struct bank_item){
        .block = col_int(rows, 1),
        .end_to_end = col_text(rows, 5),
        .amount_cents = col_int(rows, 6),
        .reason = col_text(rows, 7),
        .credit = col_text(rows, 8),
        .back = col_text(rows, 9),
        .back_cents = col_int(rows, 10),
    };
    out->payee = col_text(rows, 12);
    out->payee_name = col_text(rows, 13);
    col_id(rows, 11, out->reverses.raw);
    col_id(rows, 14, out->held.raw);
    col_id(rows, 0, out->file.raw);
    col_id(rows, 2, out->object);
    must(bank_item_kind_parse(col_text(rows, 3), &out->kind));
    must(bank_item_state_parse(col_text(rows, 4), &out->state));
}

err_t bank_items(struct ctx *cx, struct tx *tx, struct bank_file_id file, struct bank_place *after,
                 int64_t limit, struct bank_item **out, size_t *count)
{
    struct rows *rows;
    bool has;

    must(limit > 0);
    *out = arena_array(cx->arena, struct bank_item, (size_t)limit);
    TRY(store_query(cx, tx, &SQL_BANK_ITEM_LIST,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(file),
                         V_INT(after->block), V_WORD(after->object), V_INT(limit)),
                    &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            break;
        bank_item_row(rows, &(*out)[*count]);
    }
    if (*count > 0) {
        after->block = (*out)[*count - 1].block;
        memcpy(after->object, (*out)[*count - 1].object, sizeof after->object);
    }
    return OK;
}

err_t bank_item_find(struct ctx *cx, struct tx *tx, const char *object, struct bank_item *out,
                     bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, &SQL_BANK_ITEM_BY_OBJECT,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(object)),
                        &rows, found));
    if (!*found)
        return OK;
    bank_item_row(rows, out);
    rows_end(rows);
    return OK;
}

err_t bank_files_unfinished(struct ctx *cx, struct tx *tx, size_t most, struct bank_owner *out,
                            size_t *count)
{
    struct rows *rows;
    bool has;

    *count = 0;
    TRY(store_query(cx, tx, &SQL_BANK_FILE_UNFINISHED, ARGS(V_INT((int64_t)most)), &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        col_id(rows, 0, out[*count].merchant.raw);
        must(mode_parse(col_text(rows, 1), &out[*count].mode));
        (*count)++;
    }
}

/* --- numbers ------------------------------------------------------------------------------------
 */

/* "GT" or "GL", the end of the merchant's id, the day, and a counter that never begins anew. */
static err_t number_make(struct ctx *cx, struct tx *tx, struct str *out)
{
    const struct date today = date_paris(cx->now);
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_BANK_LINK_NUMBER,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode))), &rows, &found));
    must(found);
    *out = str_format(cx->arena, "%s%s-%04d%02d%02d-%lld", cx->mode == MODE_LIVE ? "GL" : "GT",
                      cx->merchant.raw + ID_LEN - 8, today.year, today.month, today.day,
                      (long long)col_int(rows, 0));
    rows_end(rows);
    must(out->len <= 30); /* so that a block's number fits behind it (sepa.md 9.1) */
    return OK;
}

err_t bank_files_renumber(struct ctx *cx, struct tx *tx)
{
    enum { LEAST = 1000, SPREAD = 1000000 };

    return store_run(cx, tx, &SQL_BANK_LINK_RESTART, ARGS(V_INT(LEAST + rand_below(SPREAD))));
}

err_t bank_file_new(struct ctx *cx, struct tx *tx, enum bank_file_kind kind, struct str scheme,
                    struct bank_file_id original, struct bank_file *out)
{
    *out = (struct bank_file){
        .kind = kind,
        .state = BANK_FILE_BUILDING,
        .scheme = scheme,
        .original = original,
        .created = cx->now,
    };
    ID_NEW(cx->ids, &out->id);
    TRY(number_make(cx, tx, &out->msg_id));
    TRY(store_run(cx, tx, &SQL_BANK_FILE_INSERT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(out->id),
                       V_WORD(bank_file_kind_text(kind)), V_TEXT(scheme), V_ID(original),
                       V_TEXT(out->msg_id), V_INT(out->created))));
    TRY(store_run(
        cx, tx, &SQL_BANK_MESSAGE_INSERT,
        ARGS(V_TEXT(out->msg_id), V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(out->id))));
    return event_put(cx, tx, "bank_file.state", out->id.raw, bank_file_state_text(out->state));
}

/* --- its life -----------------------------------------------------------------------------------
 */

err_t bank_item_write(struct ctx *cx, struct tx *tx, const struct bank_item *item)
{
    return store_run(cx, tx, &SQL_BANK_ITEM_UPDATE,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(item->file),
                          V_INT(item->block), V_WORD(item->object),
                          V_WORD(bank_item_state_text(item->state)), V_TEXT(item->reason),
                          V_TEXT(item->credit), V_TEXT(item->back),
                          V_INT_IF(item->back_cents != 0, item->back_cents), V_TEXT(item->payee),
                          V_TEXT(item->payee_name), V_ID(item->held)));
}

/* Only one state leads to another here, so a row that did not change was in another one. */
static err_t file_move(struct ctx *cx, struct tx *tx, struct bank_file_id id, const struct sql *sql,
                       const struct value *args, size_t count, enum bank_file_state to)
{
    int64_t changed;

    TRY(store_run_count(cx, tx, sql, args, count, &changed));
    if (changed == 0)
        return fault_object(cx, ERR_STATE, KIND, "is in another state", id.raw);
    return event_put(cx, tx, "bank_file.state", id.raw, bank_file_state_text(to));
}

err_t bank_file_built(struct ctx *cx, struct tx *tx, struct bank_file_id id,
                      const struct bank_file_facts *facts)
{
    must(facts->sha256.len == 64);
    return file_move(cx, tx, id, &SQL_BANK_FILE_BUILD,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id),
                          V_TEXT(facts->version), V_TEXT(facts->sha256), V_TEXT(facts->name),
                          V_INT(facts->bytes), V_INT(cx->now)),
                     BANK_FILE_BUILT);
}

err_t bank_file_blocked(struct ctx *cx, struct tx *tx, struct bank_file_id id, struct str why)
{
    return file_move(cx, tx, id, &SQL_BANK_FILE_BLOCK,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id), V_TEXT(why)),
                     BANK_FILE_BLOCKED);
}

static err_t sending_read(struct ctx *cx, struct tx *tx, struct bank_sending *sending,
                          struct debit_sending *set)
{
    *set = (struct debit_sending){.file = sending->file, .from = sending->from};
    TRY(debits_taken(cx, tx, set, sending->most));
    sending->more = (int64_t)set->count == sending->most;
    sending->until = set->until;
    return OK;
}

err_t bank_file_look(struct ctx *cx, struct tx *tx, struct bank_sending *sending)
{
    sending->looked = arena_make(cx->arena, struct debit_sending);
    return sending_read(cx, tx, sending, sending->looked);
}

err_t bank_file_send(struct ctx *cx, struct tx *tx, struct bank_sending *sending)
{
    struct debit_sending set;

    if (sending->looked != NULL)
        return debit_set_sent(cx, tx, sending->looked);
    TRY(sending_read(cx, tx, sending, &set));
    return debit_set_sent(cx, tx, &set);
}

/* What the bank has said of it already is parked. */
static err_t answers_ask(struct ctx *cx, struct tx *tx)
{
    return store_run(cx, tx, &SQL_TASK_SOONER,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                          V_WORD(task_kind_text(TASK_BANK_PARKED)), V_ID(cx->merchant),
                          V_INT(cx->now)));
}

err_t bank_file_released(struct ctx *cx, struct tx *tx, struct bank_file_id id)
{
    TRY(file_move(cx, tx, id, &SQL_BANK_FILE_RELEASE,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id), V_INT(cx->now)),
                  BANK_FILE_RELEASED));
    TRY(answers_ask(cx, tx));
    if (cx->mode != MODE_TEST)
        return OK;
    return task_put(cx, tx, TASK_BANK_REPORTS, cx->merchant.raw, task_bank_morning(cx->now));
}

static err_t items_drop(struct ctx *cx, struct tx *tx, struct bank_file_id id)
{
    TRY(store_run(cx, tx, &SQL_BANK_ITEM_FORGET,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id))));
    return store_run(cx, tx, &SQL_BANK_BLOCK_FORGET,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)));
}

/* Payouts and refunds are on their way already: they only change the file. */
static err_t items_move(struct ctx *cx, struct tx *tx, const struct bank_file *from)
{
    struct bank_file to;

    TRY(bank_file_new(cx, tx, from->kind, from->scheme, from->original, &to));
    TRY(store_run(cx, tx, &SQL_BANK_BLOCK_COPY,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(from->id), V_ID(to.id),
                       V_TEXT(to.msg_id))));
    TRY(store_run(
        cx, tx, &SQL_BANK_ITEM_MOVE,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(from->id), V_ID(to.id))));
    TRY(store_run(cx, tx, &SQL_BANK_FILE_TAKE_OVER,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(to.id),
                       V_INT(from->count), V_INT(from->sum_cents), V_INT(from->bytes))));
    return store_run(cx, tx, &SQL_BANK_BLOCK_FORGET,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(from->id)));
}

err_t bank_file_give_up(struct ctx *cx, struct tx *tx, struct bank_file_id id)
{
    struct bank_file file;

    TRY(bank_file_load(cx, tx, id, &file));
    TRY(file_move(cx, tx, id, &SQL_BANK_FILE_DROP,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)),
                  BANK_FILE_GIVEN_UP));
    switch (file.kind) {
    case BANK_FILE_DEBITS:
        TRY(debit_give_back(cx, tx, id));
        TRY(items_drop(cx, tx, id));
        break;
    case BANK_FILE_TRANSFERS:
    case BANK_FILE_REVERSALS:
        TRY(items_move(cx, tx, &file));
        break;
    }
    return sepa_export_ask(cx, tx, cx->now);
}

static err_t is_late(struct ctx *cx, struct tx *tx, const struct bank_file *file, bool *out)
{
    struct rows *rows;

    *out = false;
    if (file->kind != BANK_FILE_DEBITS || file->state != BANK_FILE_BUILDING)
        return OK;
    TRY(store_query_one(cx, tx, &SQL_BANK_FILE_LATE,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(file->id),
                             V_INT(debits_late_before(cx))),
                        &rows, out));
    if (*out)
        rows_end(rows);
    return OK;
}

err_t bank_files_give_up_late(struct ctx *cx, struct tx *tx)
{
    struct bank_file *files;
    size_t count;
    bool late;

    TRY(bank_files_open(cx, tx, &files, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(is_late(cx, tx, &files[i], &late));
        if (!late)
            continue;
        TRY(bank_file_blocked(cx, tx, files[i].id, STR("was not finished in time")));
        TRY(bank_file_give_up(cx, tx, files[i].id));
    }
    return OK;
}

err_t bank_file_answered(struct ctx *cx, struct tx *tx, struct bank_file_id id,
                         enum bank_file_state state)
{
    struct bank_file file = {.released = 0};

    must(state >= BANK_FILE_ACKNOWLEDGED);
    must(state <= BANK_FILE_REJECTED);
    TRY(bank_file_load(cx, tx, id, &file));
    if (file.released == 0 || file.state >= state)
        return OK;
    TRY(store_run(cx, tx, &SQL_BANK_FILE_ANSWER,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id),
                       V_WORD(bank_file_state_text(state)), V_INT(cx->now))));
    return event_put(cx, tx, "bank_file.state", id.raw, bank_file_state_text(state));
}

/* --- what the bank was asked --------------------------------------------------------------------
 */

static err_t moment_read(struct ctx *cx, struct tx *tx, const struct sql *sql, instant *out)
{
    struct rows *rows;
    bool found;

    *out = 0;
    TRY(store_query_one(cx, tx, sql, ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode))), &rows,
                        &found));
    if (found)
        *out = col_int(rows, 0);
    return OK;
}

err_t bank_reports_asked(struct ctx *cx, struct tx *tx, instant *out)
{
    return moment_read(cx, tx, &SQL_BANK_LINK_ASKED, out);
}

err_t bank_reports_asked_until(struct ctx *cx, struct tx *tx, instant until)
{
    return store_run(cx, tx, &SQL_BANK_LINK_ASK,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_INT(until)));
}

err_t bank_released_last(struct ctx *cx, struct tx *tx, instant *out)
{
    return moment_read(cx, tx, &SQL_BANK_FILE_RELEASED_LAST, out);
}
