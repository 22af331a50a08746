#include "core/consumer_row.h"

#include "base/country.h"
#include "base/must.h"
#include "base/rand.h"
#include "base/sepa_text.h"
#include "core/event.h"
#include "core/idempotency.h"
#include "store/sql.h"

ENUM_DEFINE(consumer_field, CONSUMER_FIELD_LIST)
ENUM_DEFINE(consumer_type, CONSUMER_TYPE_LIST)

static const char KIND[] = "consumer";

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

/* --- rows ----------------------------------------------------------------------------------------
 */

err_t consumer_field_put(struct ctx *cx, struct tx *tx, struct consumer_id id,
                         enum consumer_field field, struct str value)
{
    struct value name = V_WORD(consumer_field_text(field));

    if (value.len == 0)
        return store_run(cx, tx, &SQL_CONSUMER_VALUE_DROP, ARGS(OWNER, V_ID(id), name));
    return store_run(
        cx, tx, &SQL_CONSUMER_VALUE_PUT,
        ARGS(OWNER, V_ID(id), name, V_TEXT(value), V_TEXT(sepa_compare_form(cx->arena, value))));
}

static err_t fields_put(struct ctx *cx, struct tx *tx, const struct consumer *consumer)
{
    for (int field = 1; field < CONSUMER_FIELDS; field++) {
        if (consumer->fields[field].len > 0)
            TRY(consumer_field_put(cx, tx, consumer->id, (enum consumer_field)field,
                                   consumer->fields[field]));
    }
    return OK;
}

static err_t fields_read(struct ctx *cx, struct tx *tx, struct consumer *consumer)
{
    enum consumer_field field;
    struct rows *rows;
    bool has;

    TRY(store_query(cx, tx, &SQL_CONSUMER_VALUES, ARGS(OWNER, V_ID(consumer->id)), &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        must(consumer_field_parse(col_text(rows, 0), &field));
        consumer->fields[field] = col_text(rows, 1);
    }
}

static void consumer_row(struct rows *rows, struct consumer *out)
{
    *out = (struct consumer){
        .reference = col_text(rows, 1),
        .own = col_text(rows, 2),
        .created = col_int(rows, 6),
    };
    col_id(rows, 0, out->id.raw);
    must(consumer_type_parse(col_text(rows, 3), &out->type));
    col_id(rows, 4, out->customer.raw);
    col_id(rows, 5, out->account.raw);
}

static err_t consumer_read(struct ctx *cx, struct tx *tx, const struct sql *sql, struct value key,
                           struct consumer *out, bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, sql, ARGS(OWNER, key), &rows, found));
    if (!*found)
        return OK;
    consumer_row(rows, out);
    return fields_read(cx, tx, out);
}

err_t consumer_try(struct ctx *cx, struct tx *tx, struct str reference, struct consumer *out,
                   bool *found)
{
    return consumer_read(cx, tx, &SQL_CONSUMER_FIND, V_TEXT(reference), out, found);
}

err_t consumer_find(struct ctx *cx, struct tx *tx, struct str reference, bool drafts_too,
                    struct consumer *out)
{
    bool found;

    TRY(consumer_try(cx, tx, reference, out, &found));
    if (!found || (ID_NONE(out->customer) && !drafts_too))
        return fault(cx, ERR_NOT_FOUND, KIND, "is not known");
    return OK;
}

err_t consumer_find_payer(struct ctx *cx, struct tx *tx, struct str reference, struct consumer *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_CONSUMER_FIND_PAYER, ARGS(OWNER, V_TEXT(reference)), &rows,
                        &found));
    if (found)
        consumer_row(rows, out);
    if (!found || ID_NONE(out->customer))
        return fault(cx, ERR_NOT_FOUND, KIND, "is not known");
    out->fields[CONSUMER_BENEFICIARY] = col_text(rows, 7);
    return OK;
}

err_t consumer_load(struct ctx *cx, struct tx *tx, struct consumer_id id, struct consumer *out)
{
    bool found;

    TRY(consumer_read(cx, tx, &SQL_CONSUMER_LOAD, V_ID(id), out, &found));
    return found ? OK : fault_object(cx, ERR_NOT_FOUND, KIND, "is not known", id.raw);
}

err_t consumer_of_customer(struct ctx *cx, struct tx *tx, struct customer_id customer,
                           struct consumer *out, bool *found)
{
    *found = false;
    if (ID_NONE(customer))
        return OK;
    return consumer_read(cx, tx, &SQL_CONSUMER_OF_CUSTOMER, V_ID(customer), out, found);
}

/* --- making one ----------------------------------------------------------------------------------
 */

err_t consumer_draft(struct ctx *cx, struct tx *tx, struct consumer *consumer)
{
    char *reference = arena_alloc(cx->arena, CONSUMER_REFERENCE_LEN + 1);

    rand_base32(reference, CONSUMER_REFERENCE_LEN);
    consumer->reference = str_of(reference);
    /* An earlier run of the same body may have finished it. */
    consumer->customer = (struct customer_id){{0}};
    consumer->account = (struct bank_account_id){{0}};
    consumer->created = cx->now;
    ID_NEW(cx->ids, &consumer->id);
    TRY(store_run(cx, tx, &SQL_CONSUMER_INSERT,
                  ARGS(OWNER, V_ID(consumer->id), V_TEXT(consumer->reference),
                       V_TEXT(consumer->own), V_WORD(consumer_type_text(consumer->type)),
                       V_INT(consumer->created))));
    return fields_put(cx, tx, consumer);
}

err_t consumer_redraft(struct ctx *cx, struct tx *tx, const struct consumer *from,
                       const struct consumer *to)
{
    for (int field = 1; field < CONSUMER_FIELDS; field++) {
        if (!str_eq(from->fields[field], to->fields[field]))
            TRY(consumer_field_put(cx, tx, to->id, (enum consumer_field)field, to->fields[field]));
    }
    return OK;
}

err_t consumer_draft_forget(struct ctx *cx, struct tx *tx, struct consumer_id id)
{
    return store_run(cx, tx, &SQL_CONSUMER_VALUES_DROP, ARGS(OWNER, V_ID(id)));
}

err_t consumer_draft_delete(struct ctx *cx, struct tx *tx, struct consumer_id id)
{
    return store_run(cx, tx, &SQL_CONSUMER_DRAFT_DELETE, ARGS(OWNER, V_ID(id)));
}

err_t consumer_check(struct ctx *cx, struct tx *tx, const struct consumer *consumer)
{
    struct consumer_id taken;
    struct rows *rows;
    bool found = false;

    if (consumer->own.len > 0)
        TRY(store_query_one(cx, tx, &SQL_CONSUMER_OWN, ARGS(OWNER, V_TEXT(consumer->own)), &rows,
                            &found));
    if (!found)
        return OK;
    col_id(rows, 0, taken.raw);
    if (ID_EQ(taken, consumer->id))
        return OK;
    return fault(cx, ERR_CONFLICT, "consumer_reference", "is used by another consumer");
}

struct customer consumer_customer(struct ctx *cx, const struct consumer *consumer)
{
    const struct str *fields = consumer->fields;
    struct customer customer = {
        .name = consumer_name(cx->arena, consumer),
        .email = fields[CONSUMER_EMAIL],
        .mobile = fields[CONSUMER_PHONE],
        .date_birth = fields[CONSUMER_BORN],
        .legal_id = fields[CONSUMER_SIREN],
    };

    /* The Stancer face knows 36 characters of it. */
    if (consumer->own.len <= 36)
        customer.external_id = consumer->own;
    if (!country_code(cx->arena, fields[CONSUMER_COUNTRY], &customer.country))
        customer.country = STR_NONE;
    return customer;
}

err_t consumer_write(struct ctx *cx, struct tx *tx, const struct consumer *consumer)
{
    return store_run(cx, tx, &SQL_CONSUMER_UPDATE,
                     ARGS(OWNER, V_ID(consumer->id), V_TEXT(consumer->own),
                          V_ID(consumer->customer), V_ID(consumer->account)));
}

err_t consumer_finish(struct ctx *cx, struct tx *tx, struct consumer *consumer,
                      struct bank_account *sealed)
{
    struct customer customer = consumer_customer(cx, consumer);
    struct address address = consumer_address(cx, consumer);

    must(ID_NONE(consumer->customer));
    TRY(address_insert(cx, tx, &address));
    customer.billing_address = address.id;
    ID_NEW(cx->ids, &customer.id);
    TRY(customer_insert(cx, tx, &customer));
    sealed->customer = customer.id;
    TRY(bank_account_insert(cx, tx, sealed));
    consumer->customer = customer.id;
    consumer->account = sealed->id;
    TRY(fields_put(cx, tx, consumer));
    return consumer_write(cx, tx, consumer);
}

static err_t create_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct consumer_create *create = arg;
    enum idempotency_state state;
    char old[ID_SIZE];

    TRY(idempotency_check(&create->operation, tx, &state, old));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW); /* its answer is in the commit that opened it */
    TRY(consumer_check(cx, tx, &create->consumer));
    TRY(consumer_draft(cx, tx, &create->consumer));
    TRY(consumer_finish(cx, tx, &create->consumer, &create->sealed));
    TRY(idempotency_open(&create->operation, tx, create->consumer.id.raw));
    return idempotency_close(&create->operation, tx);
}

void consumer_create(struct consumer_create *create)
{
    operation_write(&create->operation, create_body, operation_end);
}
