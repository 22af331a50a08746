#include "core/address.h"

#include "base/must.h"
#include "core/idempotency.h"
#include "store/sql.h"

err_t address_load(struct ctx *cx, struct tx *tx, struct address_id id, bool deleted_too,
                   struct address *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_ADDRESS_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        &found));
    if (found) {
        *out = (struct address){
            .line1 = col_text(rows, 1),
            .line2 = col_text(rows, 2),
            .line3 = col_text(rows, 3),
            .zip_code = col_text(rows, 4),
            .city = col_text(rows, 5),
            .state = col_text(rows, 6),
            .country = col_text(rows, 7),
            .metadata = col_text(rows, 8),
            .created = col_int(rows, 9),
            .deleted = !col_null(rows, 10),
        };
        col_id(rows, 0, out->id.raw);
        rows_end(rows);
    }
    if (!found || (out->deleted && !deleted_too))
        return fault_object(cx, ERR_NOT_FOUND, "address", "not found", id.raw);
    return OK;
}

err_t address_check(struct ctx *cx, struct tx *tx, struct address_id id)
{
    struct address ignored;

    if (ID_NONE(id))
        return OK;
    return address_load(cx, tx, id, false, &ignored);
}

err_t address_insert(struct ctx *cx, struct tx *tx, struct address *address)
{
    ID_NEW(cx->ids, &address->id);
    address->created = cx->now;
    return store_run(cx, tx, &SQL_ADDRESS_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(address->id),
                          V_TEXT(address->line1), V_TEXT(address->line2), V_TEXT(address->line3),
                          V_TEXT(address->zip_code), V_TEXT(address->city), V_TEXT(address->state),
                          V_TEXT(address->country), V_TEXT(address->metadata),
                          V_INT(address->created)));
}

static err_t create_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct address_create *create = arg;
    struct address *address = &create->address;
    enum idempotency_state state;
    struct address_id old;

    *address = create->draft;
    TRY(idempotency_check(&create->operation, tx, &state, old.raw));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW);
    TRY(address_insert(cx, tx, address));
    TRY(idempotency_open(&create->operation, tx, address->id.raw));
    return idempotency_close(&create->operation, tx);
}

void address_create(struct address_create *create)
{
    operation_write(&create->operation, create_body, operation_end);
}

static err_t remove_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct address_remove *removal = arg;

    TRY(address_load(cx, tx, removal->id, false, &removal->address));
    removal->address.deleted = true;
    return store_run(
        cx, tx, &SQL_ADDRESS_DELETE,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(removal->id), V_INT(cx->now)));
}

void address_remove(struct address_remove *removal)
{
    operation_write(&removal->operation, remove_body, operation_end);
}
