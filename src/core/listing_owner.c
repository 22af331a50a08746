#include "base/must.h"
#include "core/counter.h"
#include "core/listing_row.h"
#include "store/sql.h"

/* Who has a list, the numbers of its lines, and how it comes to what was there before. */

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

/* --- whose list ----------------------------------------------------------------------------------
 */

err_t listing_state(struct ctx *cx, struct tx *tx, int64_t *out)
{
    return store_known(cx, tx, &SQL_LISTING_OWNER_STATE, ARGS(OWNER), out);
}

err_t listing_is_built(struct ctx *cx, struct tx *tx, bool *out)
{
    int64_t state;

    TRY(listing_state(cx, tx, &state));
    *out = state == LIST_BUILT;
    return OK;
}

struct owner {
    struct str upto;
    int64_t filled;
    int64_t reserved;
    int64_t last;
};

static err_t owner_load(struct ctx *cx, struct tx *tx, struct owner *out, bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, &SQL_LISTING_OWNER_FIND, ARGS(OWNER), &rows, found));
    if (!*found)
        return OK;
    *out = (struct owner){col_text(rows, 0), col_int(rows, 1), col_int(rows, 2), col_int(rows, 3)};
    rows_end(rows);
    return OK;
}

/* Whatever is there already keeps a number below those of what comes. */
static err_t owner_open(struct ctx *cx, struct tx *tx, struct owner *out)
{
    static const char *const KINDS[] = {"request", "payment", "refund"};
    int64_t count;

    *out = (struct owner){.upto = STR("")};
    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) {
        TRY(counter_all(cx, tx, KINDS[i], &count));
        out->reserved += count;
    }
    out->last = out->reserved;
    TRY(store_run(cx, tx, &SQL_LISTING_OWNER_INSERT, ARGS(OWNER, V_INT(out->reserved))));
    store_forget(tx);
    return OK;
}

err_t listing_number(struct ctx *cx, struct tx *tx, int64_t *out)
{
    struct owner owner;
    bool found;

    TRY(owner_load(cx, tx, &owner, &found));
    if (!found)
        TRY(owner_open(cx, tx, &owner));
    *out = owner.last + 1;
    return store_run(cx, tx, &SQL_LISTING_OWNER_COUNT, ARGS(OWNER, V_INT(*out)));
}

err_t listing_number_reserved(struct ctx *cx, struct tx *tx, int64_t *number)
{
    struct listing_line other;
    struct owner owner;
    bool found = true;

    TRY(owner_load(cx, tx, &owner, &found));
    must(found);
    if (*number > 0 && *number <= owner.last)
        TRY(listing_find(cx, tx, *number, &other, &found));
    if (!found)
        return OK;
    if (owner.filled == owner.reserved)
        return listing_number(cx, tx, number);
    *number = owner.filled + 1;
    return store_run(cx, tx, &SQL_LISTING_OWNER_FILL, ARGS(OWNER, V_INT(*number)));
}

/* --- building ------------------------------------------------------------------------------------
 */

struct object {
    enum listing_kind kind;
    char id[ID_SIZE];
};

static err_t objects_read(struct ctx *cx, struct tx *tx, struct str after, struct object **out,
                          size_t *count)
{
    struct rows *rows;
    bool has;

    *out = arena_array(cx->arena, struct object, LISTING_BUILD_MOST);
    TRY(store_query(cx, tx, &SQL_LISTING_OBJECTS,
                    ARGS(OWNER, V_TEXT(after), V_INT(LISTING_BUILD_MOST)), &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        must(*count < LISTING_BUILD_MOST);
        must(listing_kind_parse(col_text(rows, 0), &(*out)[*count].kind));
        col_id(rows, 1, (*out)[*count].id);
    }
}

static err_t objects_put(struct ctx *cx, struct tx *tx, struct listing_build *build)
{
    struct object *objects;
    struct owner owner;
    size_t count;
    bool found;

    TRY(owner_load(cx, tx, &owner, &found));
    if (!found)
        TRY(owner_open(cx, tx, &owner));
    TRY(objects_read(cx, tx, owner.upto, &objects, &count));
    for (size_t i = 0; i < count; i++)
        TRY(listing_put_found(cx, tx, objects[i].kind, objects[i].id));
    build->built = count < LISTING_BUILD_MOST;
    struct str upto = count == 0 ? owner.upto : str_of(objects[count - 1].id);
    TRY(store_run(cx, tx, &SQL_LISTING_OWNER_BUILD,
                  ARGS(OWNER, V_INT(build->built), V_TEXT(upto))));
    store_forget(tx);
    return OK;
}

/* There may be very many of them: what each commit needs is given back. */
static err_t build_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct arena_mark mark = arena_mark(cx->arena);

    TRY(objects_put(cx, tx, arg));
    arena_rewind(cx->arena, mark);
    return OK;
}

static void build_more(struct operation *operation, err_t err)
{
    struct listing_build *build = (struct listing_build *)operation;

    if (err == OK && !build->built)
        operation_write(operation, build_body, build_more);
    else
        operation_end(operation, err);
}

void listing_build(struct listing_build *build)
{
    operation_write(&build->operation, build_body, build_more);
}
