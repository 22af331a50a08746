#include "core/document.h"

#include "base/crypto.h"
#include "base/must.h"
#include "core/vault.h"
#include "store/sql.h"

static const char TABLE[] = "document";

static struct str hash_of(struct arena *arena, struct str bytes)
{
    uint8_t hash[SHA256_SIZE];

    sha256(bytes, hash);
    return hex_encode(arena, hash, sizeof hash);
}

err_t document_seal(struct core *core, struct ctx *cx, const char *kind, const char *object,
                    struct str bytes, struct document *out)
{
    if (core->vault == NULL)
        return fault(cx, ERR_UNAVAILABLE, TABLE, "documents are not available");
    must(bytes.len > 0);
    must(bytes.len <= DOCUMENT_MAX);
    *out = (struct document){
        .kind = str_of(kind),
        .object = str_dup(cx->arena, str_of(object)),
        .sha256 = hash_of(cx->arena, bytes),
        .size = (int64_t)bytes.len,
    };
    ID_NEW(cx->ids, &out->id);
    out->sealed =
        vault_seal(core->vault, cx->arena, TABLE, cx->merchant, ID_TEXT(out->id), bytes, NULL);
    return OK;
}

err_t document_insert(struct ctx *cx, struct tx *tx, const struct document *document)
{
    return store_run(cx, tx, &SQL_DOCUMENT_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(document->id),
                          V_TEXT(document->kind), V_TEXT(document->object),
                          V_TEXT(document->sha256), V_INT(document->size), V_BLOB(document->sealed),
                          V_INT(cx->now)));
}

err_t document_delete(struct ctx *cx, struct tx *tx, struct document_id id)
{
    return store_run(cx, tx, &SQL_DOCUMENT_DELETE,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)));
}

err_t document_open(struct core *core, struct ctx *cx, struct tx *tx, struct document_id id,
                    struct str *bytes)
{
    struct rows *rows;
    bool found;

    if (core->vault == NULL)
        return fault(cx, ERR_UNAVAILABLE, TABLE, "documents are not available");
    TRY(store_query_one(cx, tx, &SQL_DOCUMENT_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        &found));
    if (!found)
        return fault_object(cx, ERR_NOT_FOUND, TABLE, "not found", id.raw);
    struct str hash = col_text(rows, 0);
    struct str sealed = col_blob(rows, 1);
    rows_end(rows);
    TRY(vault_unseal(core->vault, cx->arena, TABLE, cx->merchant, ID_TEXT(id), sealed, bytes));
    return str_eq(hash_of(cx->arena, *bytes), hash) ? OK : ERR_INTERNAL;
}
