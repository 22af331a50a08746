#include "core/customer.h"

#include "base/must.h"
#include "core/counter.h"
#include "core/event.h"
#include "core/idempotency.h"
#include "store/sql.h"

static const char KIND[] = "customer";

static void customer_row(struct rows *rows, void *item)
{
    struct customer *out = item;

    *out = (struct customer){
        .name = col_text(rows, 1),
        .email = col_text(rows, 2),
        .mobile = col_text(rows, 3),
        .external_id = col_text(rows, 4),
        .date_birth = col_text(rows, 5),
        .legal_id = col_text(rows, 6),
        .country = col_text(rows, 7),
        .created = col_int(rows, 10),
        .deleted = !col_null(rows, 11),
    };
    col_id(rows, 0, out->id.raw);
    col_id(rows, 8, out->billing_address.raw);
    col_id(rows, 9, out->shipping_address.raw);
}

static err_t customer_one(struct ctx *cx, struct tx *tx, const struct sql *sql,
                          const struct value *args, size_t count, struct customer *out, bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, sql, args, count, &rows, found));
    if (*found) {
        customer_row(rows, out);
        rows_end(rows);
    }
    return OK;
}

err_t customer_load(struct ctx *cx, struct tx *tx, struct customer_id id, bool deleted_too,
                    struct customer *out)
{
    bool found;

    TRY(customer_one(cx, tx, &SQL_CUSTOMER_FIND,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), out, &found));
    if (!found || (out->deleted && !deleted_too))
        return fault_object(cx, ERR_NOT_FOUND, KIND, "not found", id.raw);
    return OK;
}

static err_t find_external(struct ctx *cx, struct tx *tx, struct str external_id,
                           struct customer *out, bool *found)
{
    *found = false;
    if (external_id.len == 0)
        return OK;
    return customer_one(cx, tx, &SQL_CUSTOMER_FIND_EXTERNAL,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(external_id)),
                        out, found);
}

static err_t find_same(struct ctx *cx, struct tx *tx, const struct customer *like,
                       struct customer *out, bool *found)
{
    struct value merchant = V_ID(cx->merchant);
    struct value mode = V_WORD(mode_text(cx->mode));

    if (like->email.len > 0)
        return customer_one(cx, tx, &SQL_CUSTOMER_FIND_SAME_EMAIL,
                            ARGS(merchant, mode, V_TEXT(like->email), V_TEXT(like->name),
                                 V_TEXT(like->mobile), V_TEXT(like->external_id)),
                            out, found);
    return customer_one(
        cx, tx, &SQL_CUSTOMER_FIND_SAME_MOBILE,
        ARGS(merchant, mode, V_TEXT(like->mobile), V_TEXT(like->name), V_TEXT(like->external_id)),
        out, found);
}

static bool same_data(const struct customer *a, const struct customer *b)
{
    return str_eq(a->name, b->name) && str_eq(a->email, b->email) && str_eq(a->mobile, b->mobile) &&
           str_eq(a->date_birth, b->date_birth) && str_eq(a->legal_id, b->legal_id) &&
           str_eq(a->country, b->country) && ID_EQ(a->billing_address, b->billing_address) &&
           ID_EQ(a->shipping_address, b->shipping_address);
}

/* Is there a living twin that forbids a new customer or stands in for it? */
static err_t twin_find(struct ctx *cx, struct tx *tx, enum customer_twin twin,
                       const struct customer *draft, struct customer *old, bool *use)
{
    bool found;

    *use = false;
    switch (twin) {
    case TWIN_IS_CONFLICT:
    case TWIN_IS_USED:
        TRY(find_same(cx, tx, draft, old, &found));
        if (found && twin == TWIN_IS_CONFLICT)
            return fault_object(cx, ERR_CONFLICT, KIND,
                                "Customer already exists, you may want to update it instead "
                                "creating a new one",
                                old->id.raw);
        *use = found;
        return OK;
    case TWIN_BY_EXTERNAL_ID:
        TRY(find_external(cx, tx, draft->external_id, old, &found));
        if (found && !same_data(draft, old))
            return fault_object(cx, ERR_CONFLICT, KIND,
                                "Customer already exists, duplicate external_id", old->id.raw);
        *use = found;
        return OK;
    }
    must_fail(__FILE__, __LINE__, "twin is a member");
}

static err_t addresses_check(struct ctx *cx, struct tx *tx, const struct customer *customer)
{
    TRY(address_check(cx, tx, customer->billing_address));
    return address_check(cx, tx, customer->shipping_address);
}

err_t customer_prepare(struct ctx *cx, struct tx *tx, enum customer_twin twin,
                       struct customer *draft)
{
    struct customer old;
    bool use;

    if (draft->email.len == 0 && draft->mobile.len == 0)
        return fault(cx, ERR_INVALID, "email", "email or mobile is required");
    TRY(addresses_check(cx, tx, draft));
    TRY(twin_find(cx, tx, twin, draft, &old, &use));
    if (use) {
        *draft = old;
        return OK;
    }
    ID_NEW(cx->ids, &draft->id);
    draft->created = 0;
    return OK;
}

err_t customer_insert(struct ctx *cx, struct tx *tx, struct customer *draft)
{
    if (draft->created != 0)
        return OK;
    draft->created = cx->now;
    TRY(store_run(
        cx, tx, &SQL_CUSTOMER_INSERT,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(draft->id), V_TEXT(draft->name),
             V_TEXT(draft->email), V_TEXT(draft->mobile), V_TEXT(draft->external_id),
             V_TEXT(draft->date_birth), V_TEXT(draft->legal_id), V_TEXT(draft->country),
             V_ID(draft->billing_address), V_ID(draft->shipping_address), V_INT(draft->created))));
    return counter_add(cx, tx, KIND, draft->created);
}

static err_t create_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct customer_create *create = arg;
    enum idempotency_state state;
    struct customer_id old;

    create->customer = create->draft;
    TRY(idempotency_check(&create->operation, tx, &state, old.raw));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW); /* one body: no crash leaves it open */
    TRY(customer_prepare(cx, tx, create->twin, &create->customer));
    TRY(customer_insert(cx, tx, &create->customer));
    TRY(idempotency_open(&create->operation, tx, create->customer.id.raw));
    return idempotency_close(&create->operation, tx);
}

void customer_create(struct customer_create *create)
{
    operation_write(&create->operation, create_body, operation_end);
}

static void change_apply(const struct customer_change *change, struct customer *customer)
{
    const struct customer *with = &change->values;

    if (change->change & CUSTOMER_NAME)
        customer->name = with->name;
    if (change->change & CUSTOMER_EMAIL)
        customer->email = with->email;
    if (change->change & CUSTOMER_MOBILE)
        customer->mobile = with->mobile;
    if (change->change & CUSTOMER_EXTERNAL_ID)
        customer->external_id = with->external_id;
    if (change->change & CUSTOMER_DATE_BIRTH)
        customer->date_birth = with->date_birth;
    if (change->change & CUSTOMER_LEGAL_ID)
        customer->legal_id = with->legal_id;
    if (change->change & CUSTOMER_COUNTRY)
        customer->country = with->country;
    if (change->change & CUSTOMER_BILLING)
        customer->billing_address = with->billing_address;
    if (change->change & CUSTOMER_SHIPPING)
        customer->shipping_address = with->shipping_address;
}

static err_t remove_body(struct ctx *cx, struct tx *tx, struct customer *customer)
{
    TRY(store_run(
        cx, tx, &SQL_CUSTOMER_DELETE,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(customer->id), V_INT(cx->now))));
    TRY(counter_take(cx, tx, KIND, customer->created));
    customer->deleted = true;
    return event_put(cx, tx, "customer.deleted", customer->id.raw, NULL);
}

err_t customer_save(struct ctx *cx, struct tx *tx, const struct customer *customer)
{
    return store_run(cx, tx, &SQL_CUSTOMER_UPDATE,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(customer->id),
                          V_TEXT(customer->name), V_TEXT(customer->email), V_TEXT(customer->mobile),
                          V_TEXT(customer->external_id), V_TEXT(customer->date_birth),
                          V_TEXT(customer->legal_id), V_TEXT(customer->country),
                          V_ID(customer->billing_address), V_ID(customer->shipping_address)));
}

static err_t change_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct customer_change *change = arg;
    struct customer *customer = &change->customer;
    struct customer other;
    bool found = false;

    TRY(customer_load(cx, tx, change->values.id, false, customer));
    if (change->remove)
        return remove_body(cx, tx, customer);
    change_apply(change, customer);
    if (customer->email.len == 0 && customer->mobile.len == 0)
        return fault(cx, ERR_INVALID, "email", "email or mobile is required");
    /* One that was removed since does not stand in the way of another change. */
    if (change->change & CUSTOMER_BILLING)
        TRY(address_check(cx, tx, customer->billing_address));
    if (change->change & CUSTOMER_SHIPPING)
        TRY(address_check(cx, tx, customer->shipping_address));
    if (change->unique_external_id && (change->change & CUSTOMER_EXTERNAL_ID))
        TRY(find_external(cx, tx, customer->external_id, &other, &found));
    if (found && !ID_EQ(other.id, customer->id))
        return fault_object(cx, ERR_CONFLICT, KIND,
                            "Customer already exists, duplicate external_id", other.id.raw);
    return customer_save(cx, tx, customer);
}

void customer_change(struct customer_change *change)
{
    operation_write(&change->operation, change_body, operation_end);
}

err_t customer_list(struct ctx *cx, struct tx *tx, const struct customer_filter *filter,
                    const struct page_of *page, struct customer **out, struct page_found *found)
{
    bool plain = filter->name.ptr == NULL && filter->email.ptr == NULL &&
                 filter->external_id.ptr == NULL && filter->legal_id.ptr == NULL &&
                 filter->country.ptr == NULL;
    struct page_query query = {
        .oldest_first = &SQL_CUSTOMER_LIST_ASC,
        .newest_first = &SQL_CUSTOMER_LIST_DESC,
        .count = plain ? &SQL_CUSTOMER_COUNT_TIMES : &SQL_CUSTOMER_COUNT,
        .counter = plain ? KIND : NULL,
        .filters = {V_TEXT(filter->name), V_TEXT(filter->email), V_TEXT(filter->external_id),
                    V_TEXT(filter->legal_id), V_TEXT(filter->country)},
        .filter_count = 5,
        .item_size = sizeof(struct customer),
        .read = customer_row,
    };
    void *items;

    /* Which statement is a matter of which index helps. */
    if (filter->external_id.ptr != NULL) {
        query.oldest_first = &SQL_CUSTOMER_LIST_BY_EXTERNAL_ASC;
        query.newest_first = &SQL_CUSTOMER_LIST_BY_EXTERNAL_DESC;
        query.count = &SQL_CUSTOMER_COUNT_BY_EXTERNAL;
    } else if (filter->email.ptr != NULL) {
        query.oldest_first = &SQL_CUSTOMER_LIST_BY_EMAIL_ASC;
        query.newest_first = &SQL_CUSTOMER_LIST_BY_EMAIL_DESC;
        query.count = &SQL_CUSTOMER_COUNT_BY_EMAIL;
    }
    TRY(page_read(cx, tx, page, &query, &items, found));
    *out = items;
    return OK;
}
