#include "core/invoice_file.h"

#include "base/must.h"
#include "store/sql.h"

static const char KIND[] = "invoice";

const char *invoice_file_name(enum invoice_kind kind)
{
    switch (kind) {
    case INVOICE_NORMAL:
        return "FactureVente.pdf";
    case INVOICE_CREDIT:
        return "Avoir.pdf";
    case INVOICE_QUOTE:
        return "Devis.pdf";
    case INVOICE_RECEIPT:
        return "Recu.pdf";
    }
    must_fail(__FILE__, __LINE__, "a kind of invoice");
}

struct str invoice_file_url(struct arena *arena, const struct core *core, const char *token,
                            enum invoice_kind kind)
{
    return str_format(arena, "%.*s" INVOICE_FILE_PATH "%s/%s", (int)core->public_url.len,
                      core->public_url.ptr, token, invoice_file_name(kind));
}

err_t invoice_file_find(struct ctx *cx, struct tx *tx, struct str token, struct str name,
                        struct invoice_id *id)
{
    struct invoice invoice;

    if (token.len != LINK_TOKEN_LEN)
        return ERR_NOT_FOUND;
    TRY(link_find(cx, tx, token, KIND, id->raw));
    TRY(invoice_load(cx, tx, *id, &invoice));
    return str_eq(name, str_of(invoice_file_name(invoice.kind))) ? OK : ERR_NOT_FOUND;
}

err_t invoice_file_about(struct ctx *cx, struct tx *tx, struct invoice_id id, struct document *out,
                         bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, &SQL_INVOICE_FILE_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        found));
    if (!*found)
        return OK;
    *out = (struct document){
        .kind = STR("invoice"),
        .object = ID_TEXT(id),
        .sha256 = col_text(rows, 1),
        .size = col_int(rows, 2),
        .created = col_int(rows, 3),
    };
    col_id(rows, 0, out->id.raw);
    rows_end(rows);
    return OK;
}

err_t invoice_file_read(struct core *core, struct ctx *cx, struct tx *tx, struct invoice_id id,
                        struct str *pdf, bool *ready)
{
    struct document document;

    TRY(invoice_file_about(cx, tx, id, &document, ready));
    return *ready ? document_open(core, cx, tx, document.id, pdf) : OK;
}

err_t invoice_file_put(struct ctx *cx, struct tx *tx, struct invoice_id id,
                       const struct document *document)
{
    struct document before;
    bool found;

    TRY(invoice_file_about(cx, tx, id, &before, &found));
    if (found)
        return OK;
    TRY(document_insert(cx, tx, document));
    return store_run(
        cx, tx, &SQL_INVOICE_FILE_INSERT,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id), V_ID(document->id)));
}
