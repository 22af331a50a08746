#include "core/listing.h"

#include <string.h>

#include "base/must.h"
#include "core/listing_row.h"
#include "store/sql.h"

ENUM_DEFINE(listing_kind, LISTING_KIND_LIST)

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

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

static err_t listing_of_object(struct ctx *cx, struct tx *tx, const char *object,
                               struct listing_line *out, bool *found)
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
    TRY(listing_state(cx, tx, &state));
    /* What was there before the list is left to its building. */
    if (!listed || (origin == LINE_CHANGED && state != LIST_BUILT))
        return OK;
    if (origin == LINE_FOUND)
        TRY(listing_number_reserved(cx, tx, &line->number));
    else if (line->number == 0)
        TRY(listing_number(cx, tx, &line->number));
    return line_insert(cx, tx, line);
}

/* --- objects -------------------------------------------------------------------------------------
 */

/* One that is handed on to the next presentation of a debit (request_hand_on) names a payment that
 * is not written yet: its line follows when it is. */
static err_t request_put(struct ctx *cx, struct tx *tx, const struct pay_request *request,
                         enum line_origin origin)
{
    size_t faults = cx->fault_count;
    struct listing_line line;
    bool listed;

    err_t err = listing_line_of_request(cx, tx, request, &line, &listed);
    if (err == ERR_NOT_FOUND && origin == LINE_CHANGED) {
        cx->fault_count = faults;
        return OK;
    }
    TRY(err);
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

    TRY(listing_state(cx, tx, &state));
    if (state == NO_LIST)
        return OK;
    return request_put(cx, tx, request, made ? LINE_MADE : LINE_CHANGED);
}

err_t listing_put_payment(struct ctx *cx, struct tx *tx, const struct payment *payment, bool made)
{
    int64_t state;

    TRY(listing_state(cx, tx, &state));
    if (state == NO_LIST)
        return OK;
    return payment_put(cx, tx, payment, made ? LINE_MADE : LINE_CHANGED);
}

err_t listing_put_refund(struct ctx *cx, struct tx *tx, const struct refund *refund, bool made)
{
    int64_t state;

    TRY(listing_state(cx, tx, &state));
    if (state == NO_LIST)
        return OK;
    return refund_put(cx, tx, refund, made ? LINE_MADE : LINE_CHANGED);
}

err_t listing_put_found(struct ctx *cx, struct tx *tx, enum listing_kind kind, const char *id)
{
    struct pay_request request;
    struct payment payment;
    struct refund refund;

    switch (kind) {
    case LISTING_REQUEST:
        memcpy(request.id.raw, id, ID_SIZE);
        TRY(request_load(cx, tx, request.id, &request));
        return request_put(cx, tx, &request, LINE_FOUND);
    case LISTING_PAYMENT:
        memcpy(payment.id.raw, id, ID_SIZE);
        TRY(payment_load(cx, tx, payment.id, &payment));
        return payment_put(cx, tx, &payment, LINE_FOUND);
    case LISTING_REFUND:
        memcpy(refund.id.raw, id, ID_SIZE);
        TRY(refund_load(cx, tx, refund.id, &refund));
        return refund_put(cx, tx, &refund, LINE_FOUND);
    }
    must_fail(__FILE__, __LINE__, "kind is a member");
}
