#include "core/consumer_file.h"

#include "base/must.h"
#include "core/idempotency.h"
#include "store/sql.h"

ENUM_DEFINE(consumer_file_type, CONSUMER_FILE_LIST)

static const char KIND[] = "consumer_file";

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

/* --- what it is ----------------------------------------------------------------------------------
 */

bool file_is_pdf(struct str bytes)
{
    return str_starts(bytes, STR("%PDF-"));
}

bool file_is_known(struct str bytes)
{
    return file_is_pdf(bytes) || str_starts(bytes, STR("\x89PNG\r\n\x1a\n")) ||
           str_starts(bytes, STR("GIF87a")) || str_starts(bytes, STR("GIF89a")) ||
           str_starts(bytes, STR("\xff\xd8\xff"));
}

/* --- writing -------------------------------------------------------------------------------------
 */

err_t consumer_file_seal(struct core *core, struct ctx *cx, struct str bytes, struct document *out)
{
    must(file_is_known(bytes));
    return document_seal(core, cx, KIND, "", bytes, out);
}

err_t consumer_file_insert(struct ctx *cx, struct tx *tx, struct document *document,
                           struct consumer_file *file)
{
    ID_NEW(cx->ids, &file->id);
    file->document = document->id;
    file->created = cx->now;
    document->object = ID_NONE(file->mandate) ? ID_TEXT(file->id) : ID_TEXT(file->mandate);
    TRY(document_insert(cx, tx, document));
    return store_run(cx, tx, &SQL_CONSUMER_FILE_INSERT,
                     ARGS(OWNER, V_ID(file->id), V_ID(file->consumer),
                          V_WORD(consumer_file_type_text(file->type)), V_TEXT(file->description),
                          V_ID(file->mandate), V_ID(file->document), V_INT(file->created)));
}

static err_t put_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct consumer_file_put *put = arg;
    struct consumer consumer;
    enum idempotency_state state;
    char old[ID_SIZE];

    TRY(idempotency_check(&put->operation, tx, &state, old));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW);
    TRY(consumer_find(cx, tx, put->reference, false, &consumer));
    put->file.consumer = consumer.id;
    TRY(consumer_file_insert(cx, tx, &put->document, &put->file));
    TRY(idempotency_open(&put->operation, tx, put->file.id.raw));
    return idempotency_close(&put->operation, tx);
}

void consumer_file_put(struct consumer_file_put *put)
{
    operation_write(&put->operation, put_body, operation_end);
}

/* --- reading -------------------------------------------------------------------------------------
 */

static void file_row(struct rows *rows, struct consumer_file *out)
{
    *out = (struct consumer_file){.description = col_text(rows, 3), .created = col_int(rows, 6)};
    col_id(rows, 0, out->id.raw);
    col_id(rows, 1, out->consumer.raw);
    must(consumer_file_type_parse(col_text(rows, 2), &out->type));
    col_id(rows, 4, out->mandate.raw);
    col_id(rows, 5, out->document.raw);
}

err_t consumer_files(struct ctx *cx, struct tx *tx, struct consumer_id consumer,
                     struct consumer_file **out, size_t *count)
{
    size_t capacity = 0;
    struct rows *rows;
    bool has;

    *out = NULL;
    TRY(store_query(cx, tx, &SQL_CONSUMER_FILES, ARGS(OWNER, V_ID(consumer)), &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        file_row(rows, &(*out)[*count]);
    }
}

err_t consumer_file_find(struct ctx *cx, struct tx *tx, struct consumer_id consumer, struct str key,
                         struct consumer_file *out)
{
    struct consumer_file_id id;
    struct rows *rows;
    bool found = false;

    if (ID_PARSE(key, &id))
        TRY(store_query_one(cx, tx, &SQL_CONSUMER_FILE_FIND, ARGS(OWNER, V_ID(id)), &rows, &found));
    if (found)
        file_row(rows, out);
    return found && ID_EQ(out->consumer, consumer)
               ? OK
               : fault(cx, ERR_NOT_FOUND, "file", "is not known");
}

err_t consumer_file_of_mandate(struct ctx *cx, struct tx *tx, struct mandate_id mandate,
                               struct consumer_file *out, bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, &SQL_CONSUMER_FILE_OF_MANDATE, ARGS(OWNER, V_ID(mandate)), &rows,
                        found));
    if (*found)
        file_row(rows, out);
    return OK;
}
