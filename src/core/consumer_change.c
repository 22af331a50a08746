#include "core/consumer_row.h"

#include "base/must.h"
#include "core/event.h"
#include "core/mandate_operator.h"
#include "core/merchant_check.h"

/* --- what may be refused -------------------------------------------------------------------------
 */

static bool belongs_to(enum consumer_type type, enum consumer_field field)
{
    switch (type) {
    case CONSUMER_PERSON:
        return field < CONSUMER_CORPORATE_NAME || field > CONSUMER_RNA;
    case CONSUMER_COMPANY:
        return field != CONSUMER_RNA;
    case CONSUMER_NON_PROFIT:
        return true;
    }
    must_fail(__FILE__, __LINE__, "type is a consumer_type");
}

/* What it is called and numbered may be changed, but not taken away. */
static bool may_be_empty(enum consumer_type type, enum consumer_field field)
{
    if (field == CONSUMER_CORPORATE_NAME)
        return type == CONSUMER_PERSON;
    return field != CONSUMER_SIREN || type != CONSUMER_COMPANY;
}

static err_t empty_fault(struct ctx *cx, enum consumer_field field)
{
    return fault(cx, ERR_INVALID, consumer_field_text(field), "cannot be empty");
}

static err_t merge(struct ctx *cx, struct consumer_change *change)
{
    struct consumer *consumer = &change->consumer;

    for (int at = 1; at < CONSUMER_FIELDS; at++) {
        enum consumer_field field = (enum consumer_field)at;
        change->given[at] = change->given[at] && belongs_to(consumer->type, field);
        if (!change->given[at])
            continue;
        if (change->values[at].len == 0 && !may_be_empty(consumer->type, field))
            return empty_fault(cx, field);
        consumer->fields[at] = change->values[at];
    }
    if (change->own_given)
        consumer->own = change->own;
    return OK;
}

/* Whoever changes the document has to leave a whole one, or none. */
static err_t identity_check(struct ctx *cx, const struct consumer_change *change)
{
    const struct str *fields = change->consumer.fields;
    bool touched = false;
    bool any = false;

    for (int at = CONSUMER_IDENTITY_TYPE; at <= CONSUMER_IDENTITY_EXPIRES; at++) {
        touched = touched || change->given[at];
        any = any || fields[at].len > 0;
    }
    for (int at = CONSUMER_IDENTITY_TYPE; touched && any && at <= CONSUMER_IDENTITY_EXPIRES; at++) {
        if (fields[at].len == 0)
            return empty_fault(cx, (enum consumer_field)at);
    }
    if (touched && any &&
        str_compare(fields[CONSUMER_IDENTITY_EXPIRES], fields[CONSUMER_IDENTITY_ISSUED]) < 0)
        return fault(cx, ERR_INVALID, "identity_period", "is before emission_date");
    return OK;
}

static err_t number_check(struct ctx *cx, const struct consumer_change *change)
{
    struct str siren = change->consumer.fields[CONSUMER_SIREN];
    struct str nic = change->consumer.fields[CONSUMER_NIC];
    bool touched = change->given[CONSUMER_SIREN] || change->given[CONSUMER_NIC];

    if (!touched || siren.len == 0 || nic.len == 0 ||
        siret_valid(
            str_format(cx->arena, "%.*s%.*s", (int)siren.len, siren.ptr, (int)nic.len, nic.ptr)))
        return OK;
    return fault(cx, ERR_INVALID, consumer_field_text(CONSUMER_NIC),
                 "does not belong to this siren");
}

static err_t account_check(struct ctx *cx, struct tx *tx, struct consumer_change *change)
{
    struct bank_account now;

    change->moves = false;
    if (!change->account_given)
        return OK;
    bank_account_fingerprint_renew(cx, change->operation.core->vault, &change->sealed);
    TRY(bank_account_load(cx, tx, change->consumer.account, true, &now));
    change->moves = !bank_account_has_print(&change->sealed, now.fingerprint);
    return OK;
}

err_t consumer_change_check(struct ctx *cx, struct tx *tx, struct consumer_change *change)
{
    must(!ID_NONE(change->consumer.customer));
    TRY(merge(cx, change));
    TRY(identity_check(cx, change));
    TRY(number_check(cx, change));
    TRY(consumer_check(cx, tx, &change->consumer));
    return account_check(cx, tx, change);
}

/* --- what is written -----------------------------------------------------------------------------
 */

static bool is_given(const struct consumer_change *change, enum consumer_field from,
                     enum consumer_field until)
{
    for (int at = (int)from; at <= (int)until; at++) {
        if (change->given[at])
            return true;
    }
    return false;
}

static bool name_given(const struct consumer_change *change)
{
    return change->given[CONSUMER_FIRST_NAME] || change->given[CONSUMER_LAST_NAME] ||
           change->given[CONSUMER_CORPORATE_NAME];
}

/* A mandate may name the old address, which therefore stays. */
static err_t address_follow(struct ctx *cx, struct tx *tx, const struct consumer_change *change,
                            struct customer *customer)
{
    struct address address;

    if (!is_given(change, CONSUMER_STREET_NUMBER, CONSUMER_COUNTRY))
        return OK;
    address = consumer_address(cx, &change->consumer);
    TRY(address_insert(cx, tx, &address));
    customer->billing_address = address.id;
    return OK;
}

/* Other faces may have changed the customer: only what is given here is. */
static err_t customer_follow(struct ctx *cx, struct tx *tx, const struct consumer_change *change)
{
    struct customer with = consumer_customer(cx, &change->consumer);
    struct customer customer;

    TRY(customer_load(cx, tx, change->consumer.customer, true, &customer));
    if (name_given(change))
        customer.name = with.name;
    if (change->given[CONSUMER_EMAIL])
        customer.email = with.email;
    if (change->given[CONSUMER_PHONE])
        customer.mobile = with.mobile;
    if (change->given[CONSUMER_BORN])
        customer.date_birth = with.date_birth;
    if (change->given[CONSUMER_SIREN])
        customer.legal_id = with.legal_id;
    if (change->given[CONSUMER_COUNTRY])
        customer.country = with.country;
    if (change->own_given)
        customer.external_id = with.external_id;
    TRY(address_follow(cx, tx, change, &customer));
    return customer_save(cx, tx, &customer);
}

static err_t account_follow(struct ctx *cx, struct tx *tx, struct consumer_change *change)
{
    struct consumer *consumer = &change->consumer;
    struct bank_account *sealed = &change->sealed;
    struct bank_account_id before = consumer->account;

    if (!change->moves)
        return name_given(change)
                   ? bank_account_rename(cx, tx, before, consumer_name(cx->arena, consumer))
                   : OK;
    sealed->name = consumer_name(cx->arena, consumer);
    sealed->customer = consumer->customer;
    consumer->account = sealed->id;
    return mandates_amend_account(cx, tx, before, sealed);
}

err_t consumer_change_write(struct ctx *cx, struct tx *tx, struct consumer_change *change)
{
    struct consumer *consumer = &change->consumer;

    for (int at = 1; at < CONSUMER_FIELDS; at++) {
        if (change->given[at])
            TRY(consumer_field_put(cx, tx, consumer->id, (enum consumer_field)at,
                                   consumer->fields[at]));
    }
    TRY(customer_follow(cx, tx, change));
    TRY(account_follow(cx, tx, change));
    TRY(consumer_write(cx, tx, consumer));
    return event_put(cx, tx, "consumer.changed", consumer->id.raw,
                     change->moves ? "account" : NULL);
}

static err_t change_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct consumer_change *change = arg;

    TRY(consumer_find(cx, tx, change->reference, false, &change->consumer));
    TRY(consumer_change_check(cx, tx, change));
    return consumer_change_write(cx, tx, change);
}

void consumer_change(struct consumer_change *change)
{
    operation_write(&change->operation, change_body, operation_end);
}
