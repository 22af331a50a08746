#include "core/listing.h"

#include <string.h>

#include "base/must.h"
#include "core/counter.h"
#include "core/listing_row.h"
#include "store/sql.h"

ENUM_DEFINE(listing_kind, LISTING_KIND_LIST)

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

/* --- whose list ----------------------------------------------------------------------------------
 */

/* Values of listing_owner_state. */
enum { NO_LIST = 0, LIST_BUILDING, LIST_BUILT };

static err_t owner_state(struct ctx *cx, struct tx *tx, int64_t *out)
{
    return store_known(cx, tx, &SQL_LISTING_OWNER_STATE, ARGS(OWNER), out);
}

err_t listing_is_built(struct ctx *cx, struct tx *tx, bool *out)
{
    int64_t state;

    TRY(owner_state(cx, tx, &state));
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
        TRY(counter_between(cx, tx, KINDS[i], 0, INT64_MAX, &count));
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

/* --- lines ---------------------------------------------------------------------------------------
 */

void listing_row(struct rows *rows, struct listing_line *out)
{
    *out = (struct listing_line){
        .number = col_int(rows, 0),
        .facets = facet_parts(col_int(rows, 3)),
        .amount_minor = col_int(rows, 4),
        .fees_minor = col_int(rows, 5),
        .refunded_minor = col_int(rows, 6),
        .name = col_text(rows, 7),
        .email = col_text(rows, 8),
        .return_url = col_text(rows, 9),
        .valid_until = col_int(rows, 11),
        .created = col_int(rows, 12),
        .payer = col_int(rows, 13),
    };
    col_id(rows, 1, out->object);
    must(listing_kind_parse(col_text(rows, 2), &out->kind));
    col_id(rows, 10, out->link_object);
}

static err_t line_of(struct ctx *cx, struct tx *tx, const struct sql *sql, struct value key,
                     struct listing_line *out, bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, sql, ARGS(OWNER, key), &rows, found));
    if (!*found)
        return OK;
    listing_row(rows, out);
    rows_end(rows);
    return OK;
}

err_t listing_of_object(struct ctx *cx, struct tx *tx, const char *object, struct listing_line *out,
                        bool *found)
{
    return line_of(cx, tx, &SQL_LISTING_OF_OBJECT, V_WORD(object), out, found);
}

err_t listing_find(struct ctx *cx, struct tx *tx, int64_t number, struct listing_line *out,
                   bool *found)
{
    return line_of(cx, tx, &SQL_LISTING_OF_NUMBER, V_INT(number), out, found);
}

/* The values of listing_insert, in its order; the first LINE_UPDATE_VALUES are those of
 * listing_update. */
enum { LINE_INSERT_VALUES = 17, LINE_UPDATE_VALUES = 13 };

static void line_values(struct ctx *cx, const struct listing_line *line,
                        struct value values[LINE_INSERT_VALUES])
{
    struct str folded = line->email.ptr == NULL ? STR_NONE : str_lower(cx->arena, line->email);
    const struct value all[] = {
        OWNER,
        V_WORD(line->object),
        V_INT(facet_of(&line->facets)),
        V_INT(line->amount_minor),
        V_INT(line->fees_minor),
        V_INT(line->refunded_minor),
        V_TEXT(line->name),
        V_INT_IF(line->payer != 0, line->payer),
        V_TEXT(line->email),
        V_TEXT(folded),
        V_TEXT(line->return_url),
        V_INT_IF(line->valid_until != 0, line->valid_until),
        V_WORD(listing_kind_text(line->kind)),
        V_WORD(line->link_object),
        V_INT(line->created),
        V_INT(line->number),
    };

    must(ARRAY_LEN(all) == LINE_INSERT_VALUES);
    memcpy(values, all, sizeof all);
}

static err_t line_insert(struct ctx *cx, struct tx *tx, struct listing_line *line)
{
    struct value values[LINE_INSERT_VALUES];

    must(line->number > 0);
    TRY(listing_payer_take(cx, tx, line->name, &line->payer));
    line_values(cx, line, values);
    TRY(store_run(cx, tx, &SQL_LISTING_INSERT, values, LINE_INSERT_VALUES));
    return listing_count_line(cx, tx, line, 1);
}

static bool text_same(struct str a, struct str b)
{
    return (a.ptr == NULL) == (b.ptr == NULL) && str_eq(a, b);
}

static bool line_same(const struct listing_line *a, const struct listing_line *b)
{
    return facet_of(&a->facets) == facet_of(&b->facets) && a->amount_minor == b->amount_minor &&
           a->fees_minor == b->fees_minor && a->refunded_minor == b->refunded_minor &&
           a->valid_until == b->valid_until && text_same(a->name, b->name) &&
           text_same(a->email, b->email) && text_same(a->return_url, b->return_url);
}

static err_t line_update(struct ctx *cx, struct tx *tx, const struct listing_line *old,
                         struct listing_line *line)
{
    struct value values[LINE_INSERT_VALUES];

    must(line->created == old->created);
    line->number = old->number;
    line->payer = old->payer;
    if (line_same(old, line))
        return OK;
    if (!text_same(old->name, line->name)) {
        TRY(listing_payer_give(cx, tx, old->payer));
        TRY(listing_payer_take(cx, tx, line->name, &line->payer));
    }
    line_values(cx, line, values);
    TRY(store_run(cx, tx, &SQL_LISTING_UPDATE, values, LINE_UPDATE_VALUES));
    TRY(listing_count_line(cx, tx, old, -1));
    return listing_count_line(cx, tx, line, 1);
}

/* An amount that is now asked for in a currency that the list does not know. */
static err_t line_delete(struct ctx *cx, struct tx *tx, const struct listing_line *old)
{
    TRY(store_run(cx, tx, &SQL_LISTING_DELETE, ARGS(OWNER, V_WORD(old->object))));
    TRY(listing_payer_give(cx, tx, old->payer));
    return listing_count_line(cx, tx, old, -1);
}

/* How a line comes to be: with what is made, or by the building of the list. */
enum line_origin { LINE_CHANGED = 1, LINE_MADE, LINE_FOUND };

/* A request may have got its number before lists were written. Else it is the next of those that
 * were reserved for what was there. */
static err_t number_reserved(struct ctx *cx, struct tx *tx, int64_t *number)
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

/* A line that is there keeps its number. */
static err_t line_put(struct ctx *cx, struct tx *tx, struct listing_line *line, bool listed,
                      enum line_origin origin)
{
    struct listing_line old;
    int64_t state;
    bool found;

    TRY(listing_of_object(cx, tx, line->object, &old, &found));
    if (found)
        return listed ? line_update(cx, tx, &old, line) : line_delete(cx, tx, &old);
    TRY(owner_state(cx, tx, &state));
    /* What was there before the list is left to its building. */
    if (!listed || (origin == LINE_CHANGED && state != LIST_BUILT))
        return OK;
    if (origin == LINE_FOUND)
        TRY(number_reserved(cx, tx, &line->number));
    else if (line->number == 0)
        TRY(listing_number(cx, tx, &line->number));
    return line_insert(cx, tx, line);
}

/* --- objects -------------------------------------------------------------------------------------
 */

static err_t request_put(struct ctx *cx, struct tx *tx, const struct pay_request *request,
                         enum line_origin origin)
{
    struct listing_line line;
    bool listed;

    TRY(listing_line_of_request(cx, tx, request, &line, &listed));
    return line_put(cx, tx, &line, listed, origin);
}

/* A payment that a request made is told by the request's line. */
static err_t payment_put(struct ctx *cx, struct tx *tx, const struct payment *payment,
                         enum line_origin origin)
{
    struct pay_request request;
    struct listing_line line;
    bool found;

    TRY(request_of_payment(cx, tx, payment->id, &request, &found));
    if (found)
        return request_put(cx, tx, &request, LINE_CHANGED);
    TRY(listing_line_of_payment(cx, tx, payment, &line, &found));
    return line_put(cx, tx, &line, found, origin);
}

/* And its payment's line with it: one that was cancelled by it counts as refunded. */
static err_t refund_put(struct ctx *cx, struct tx *tx, const struct refund *refund,
                        enum line_origin origin)
{
    struct listing_line line;
    struct payment payment;
    bool listed;

    TRY(payment_load(cx, tx, refund->payment, &payment));
    TRY(payment_put(cx, tx, &payment, LINE_CHANGED));
    TRY(listing_line_of_refund(cx, tx, refund, &line, &listed));
    return line_put(cx, tx, &line, listed, origin);
}

err_t listing_put_request(struct ctx *cx, struct tx *tx, const struct pay_request *request,
                          bool made)
{
    int64_t state;

    TRY(owner_state(cx, tx, &state));
    if (state == NO_LIST)
        return OK;
    return request_put(cx, tx, request, made ? LINE_MADE : LINE_CHANGED);
}

err_t listing_put_payment(struct ctx *cx, struct tx *tx, const struct payment *payment, bool made)
{
    int64_t state;

    TRY(owner_state(cx, tx, &state));
    if (state == NO_LIST)
        return OK;
    return payment_put(cx, tx, payment, made ? LINE_MADE : LINE_CHANGED);
}

err_t listing_put_refund(struct ctx *cx, struct tx *tx, const struct refund *refund, bool made)
{
    int64_t state;

    TRY(owner_state(cx, tx, &state));
    if (state == NO_LIST)
        return OK;
    return refund_put(cx, tx, refund, made ? LINE_MADE : LINE_CHANGED);
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

static err_t object_put(struct ctx *cx, struct tx *tx, const struct object *object)
{
    struct pay_request request;
    struct payment payment;
    struct refund refund;

    switch (object->kind) {
    case LISTING_REQUEST:
        memcpy(request.id.raw, object->id, ID_SIZE);
        TRY(request_load(cx, tx, request.id, &request));
        return request_put(cx, tx, &request, LINE_FOUND);
    case LISTING_PAYMENT:
        memcpy(payment.id.raw, object->id, ID_SIZE);
        TRY(payment_load(cx, tx, payment.id, &payment));
        return payment_put(cx, tx, &payment, LINE_FOUND);
    case LISTING_REFUND:
        memcpy(refund.id.raw, object->id, ID_SIZE);
        TRY(refund_load(cx, tx, refund.id, &refund));
        return refund_put(cx, tx, &refund, LINE_FOUND);
    }
    must_fail(__FILE__, __LINE__, "kind is a member");
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
        TRY(object_put(cx, tx, &objects[i]));
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
