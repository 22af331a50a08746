#include "core/customer.h"

#include "api/stancer/list.h"
#include "api/stancer/object.h"
#include "api/stancer/routes.h"

#define AT(member) FIELD_AT(struct customer_in, member)
#define AT_BILLING FIELD_AT_MORE(struct customer_in, billing_address, "addr_")
#define AT_SHIPPING FIELD_AT_MORE(struct customer_in, shipping_address, "addr_")
static const struct field IN[] = {
    {"email",            F_EMAIL,      0, 64, OPTIONAL, SEED, ED_ALL, AT(email)      },
    {"name",             F_NAME,       0, 64, OPTIONAL, SEED, ED_ALL, AT(name)       },
    {"mobile",           F_PHONE,      0, 16, OPTIONAL, SEED, ED_ALL, AT(mobile)     },
    {"date_birth",       F_DATE,       0, 0,  OPTIONAL, SEED, ED_2,   AT(date_birth) },
    {"date_birth",       F_EPOCH_DATE, 0, 0,  OPTIONAL, DOC,  ED_2,   AT(date_birth) },
    {"legal_id",         F_TEXT,       0, 16, OPTIONAL, SEED, ED_2,   AT(legal_id)   },
    {"country",          F_COUNTRY,    2, 2,  OPTIONAL, SEED, ED_2,   AT(country)    },
    {"external_id",      F_TEXT,       1, 36, OPTIONAL, SEED, ED_ALL, AT(external_id)},
    {"billing_address",  F_ID,         0, 0,  OPTIONAL, DOC,  ED_2,   AT_BILLING     },
    {"shipping_address", F_ID,         0, 0,  OPTIONAL, DOC,  ED_2,   AT_SHIPPING    },
};
#undef AT
#undef AT_BILLING
#undef AT_SHIPPING
const struct table STANCER_CUSTOMER_IN = TABLE_OF("CustomerIn", struct customer_in, IN);

#define AT(member) FIELD_AT(struct customer_out, member)
#define AT_ID FIELD_AT_MORE(struct customer_out, id, "cust_")
#define AT_BILLING FIELD_AT_MORE(struct customer_out, billing_address, "addr_")
#define AT_SHIPPING FIELD_AT_MORE(struct customer_out, shipping_address, "addr_")
static const struct field OUT[] = {
    {"id",               F_ID,      0, 0,  REQUIRED, SEED, ED_ALL, AT_ID          },
    {"created",          F_EPOCH,   0, 0,  REQUIRED, SEED, ED_ALL, AT(created)    },
    {"name",             F_TEXT,    0, 64, OPTIONAL, SEED, ED_ALL, AT(name)       },
    {"email",            F_EMAIL,   0, 64, OPTIONAL, SEED, ED_ALL, AT(email)      },
    {"mobile",           F_PHONE,   0, 16, OPTIONAL, SEED, ED_ALL, AT(mobile)     },
    {"external_id",      F_TEXT,    1, 36, OPTIONAL, SEED, ED_ALL, AT(external_id)},
    {"country",          F_COUNTRY, 2, 2,  OPTIONAL, SEED, ED_ALL, AT(country)    },
    {"live_mode",        F_BOOL,    0, 0,  REQUIRED, DOC,  ED_1,   AT(live_mode)  },
    {"date_birth",       F_TEXT,    0, 10, OPTIONAL, SEED, ED_2,   AT(date_birth) },
    {"legal_id",         F_TEXT,    0, 16, OPTIONAL, SEED, ED_2,   AT(legal_id)   },
    {"deleted",          F_BOOL,    0, 0,  REQUIRED, SEED, ED_2,   AT(deleted)    },
    {"billing_address",  F_ID,      0, 0,  OPTIONAL, DOC,  ED_2,   AT_BILLING     },
    {"shipping_address", F_ID,      0, 0,  OPTIONAL, DOC,  ED_2,   AT_SHIPPING    },
};
#undef AT
#undef AT_ID
#undef AT_BILLING
#undef AT_SHIPPING
const struct table STANCER_CUSTOMER_OUT = TABLE_OF("Customer", struct customer_out, OUT);

struct customer_query {
    struct given given;
    struct list_query list;
    struct str external_id;
    struct str email;
    struct str name;
    struct str country;
    struct str legal_id;
};
#define AT(member) FIELD_AT(struct customer_query, member)
static const struct field QUERY[] = {
    {"start",         F_INT,     0, INT64_MAX, OPTIONAL, SEED, ED_ALL, AT(list.start)        },
    {"limit",         F_INT,     1, 100,       OPTIONAL, SEED, ED_ALL, AT(list.limit)        },
    {"created",       F_EPOCH,   0, 0,         OPTIONAL, SEED, ED_ALL, AT(list.created)      },
    {"created_until", F_EPOCH,   0, 0,         OPTIONAL, OURS, ED_ALL, AT(list.created_until)},
    {"external_id",   F_TEXT,    1, 36,        OPTIONAL, SEED, ED_ALL, AT(external_id)       },
    {"email",         F_TEXT,    0, 64,        OPTIONAL, SEED, ED_ALL, AT(email)             },
    {"name",          F_TEXT,    0, 64,        OPTIONAL, SEED, ED_ALL, AT(name)              },
    {"country",       F_COUNTRY, 2, 2,         OPTIONAL, SEED, ED_ALL, AT(country)           },
    {"legal_id",      F_TEXT,    0, 16,        OPTIONAL, SEED, ED_ALL, AT(legal_id)          },
};
#undef AT
const struct table STANCER_CUSTOMER_QUERY = TABLE_OF("CustomerQuery", struct customer_query, QUERY);

void customer_from_wire(struct ctx *cx, const struct customer_in *in, struct customer *out)
{
    *out = (struct customer){
        .name = text_or_none(in->name),
        .email = text_or_none(in->email),
        .mobile = text_or_none(in->mobile),
        .external_id = text_or_none(in->external_id),
        .legal_id = text_or_none(in->legal_id),
        .country = text_or_none(in->country),
        .billing_address = in->billing_address,
        .shipping_address = in->shipping_address,
    };
    if (GIVEN(in, date_birth))
        out->date_birth = date_text(cx->arena, in->date_birth);
}

enum { NAME_MAX_SHOWN = 64, EMAIL_MAX_SHOWN = 64 };

/* Half an address would be somebody else's. */
static struct str email_shown(struct str email)
{
    return email.len > EMAIL_MAX_SHOWN ? STR_NONE : email;
}

void customer_to_wire(const struct request *request, const struct customer *customer,
                      struct customer_out *out)
{
    *out = (struct customer_out){
        .id = customer->id,
        .created = customer->created,
        .name = text_shown(customer->name, NAME_MAX_SHOWN),
        .email = email_shown(customer->email),
        .mobile = customer->mobile,
        .external_id = customer->external_id,
        .country = customer->country,
        .live_mode = !is_test(request),
        .date_birth = customer->date_birth,
        .legal_id = customer->legal_id,
        .deleted = customer->deleted,
        .billing_address = customer->billing_address,
        .shipping_address = customer->shipping_address,
    };
}

static struct str customer_text(const struct request *request, const struct customer *customer)
{
    struct customer_out out;

    customer_to_wire(request, customer, &out);
    return object_text(request, &STANCER_CUSTOMER_OUT, &out);
}

static err_t created_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    *out = customer_text(request, &((struct customer_create *)operation)->customer);
    return OK;
}

static err_t changed_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    *out = customer_text(request, &((struct customer_change *)operation)->customer);
    return OK;
}

static void create_start(struct operation *operation)
{
    customer_create((struct customer_create *)operation);
}

static void change_start(struct operation *operation)
{
    customer_change((struct customer_change *)operation);
}

void stancer_customer_create(struct request *request)
{
    struct customer_create *create = arena_make(request->cx->arena, struct customer_create);
    struct customer_in in;

    if (!read_body(request, &in))
        return;
    customer_from_wire(request->cx, &in, &create->draft);
    create->twin = is_v1(request) ? TWIN_IS_CONFLICT : TWIN_BY_EXTERNAL_ID;
    call_create(request, &create->operation, create_start, created_text);
}

#define AT(member) offsetof(struct customer_in, member)
static const struct change_bit CHANGES[] = {
    {AT(name),             CUSTOMER_NAME       },
    {AT(email),            CUSTOMER_EMAIL      },
    {AT(mobile),           CUSTOMER_MOBILE     },
    {AT(external_id),      CUSTOMER_EXTERNAL_ID},
    {AT(date_birth),       CUSTOMER_DATE_BIRTH },
    {AT(legal_id),         CUSTOMER_LEGAL_ID   },
    {AT(country),          CUSTOMER_COUNTRY    },
    {AT(billing_address),  CUSTOMER_BILLING    },
    {AT(shipping_address), CUSTOMER_SHIPPING   },
};
#undef AT

void stancer_customer_update(struct request *request)
{
    struct customer_change *change = arena_make(request->cx->arena, struct customer_change);
    struct customer_in in;
    struct customer_id id;

    if (!read_id(request, "cust_", "customer", id.raw) || !read_body(request, &in))
        return;
    customer_from_wire(request->cx, &in, &change->values);
    change->values.id = id;
    change->unique_external_id = !is_v1(request);
    change->change = changes_given(&in.given, CHANGES, ARRAY_LEN(CHANGES));
    call_run(request, &change->operation, change_start, changed_text);
}

void stancer_customer_delete(struct request *request)
{
    struct customer_change *change = arena_make(request->cx->arena, struct customer_change);

    if (!read_id(request, "cust_", "customer", change->values.id.raw))
        return;
    change->remove = true;
    call_delete(request, &change->operation, change_start, changed_text);
}

void stancer_customer_get(struct request *request)
{
    struct customer customer;
    struct customer_id id;
    struct tx *tx;

    if (!read_id(request, "cust_", "customer", id.raw) || !read_tx(request, &tx))
        return;
    err_t err = customer_load(request->cx, tx, id, false, &customer);
    if (err == OK)
        answer_json(request, 200, customer_text(request, &customer));
    else
        answer_error(request, err);
}

static void list_put(struct request *request, struct buf *out, const void *items, size_t at)
{
    struct customer_out object;

    customer_to_wire(request, &((const struct customer *)items)[at], &object);
    object_put(request, out, &STANCER_CUSTOMER_OUT, &object);
}

static err_t page_text(struct request *request, struct tx *tx, const void *arg, struct str *text)
{
    const struct customer_query *in = arg;
    struct page_found found;
    struct customer *customers;

    struct page_of page = PAGE_ASKED(request, in);
    struct customer_filter filter = {
        .name = in->name,
        .email = in->email,
        .external_id = in->external_id,
        .legal_id = in->legal_id,
        .country = in->country,
    };
    TRY(customer_list(request->cx, tx, &filter, &page, &customers, &found));
    *text = list_text(request, "customers", &page, &found, customers, list_put);
    return OK;
}

/* No index helps: everybody is looked at. */
static bool searches(const struct customer_query *in)
{
    return in->email.ptr == NULL && in->external_id.ptr == NULL &&
           (in->name.ptr != NULL || in->legal_id.ptr != NULL || in->country.ptr != NULL);
}

void stancer_customer_list(struct request *request)
{
    struct customer_query *in = arena_make(request->cx->arena, struct customer_query);

    if (read_query(request, in))
        list_answer(request, list_is_far(&in->list) || searches(in), page_text, in);
}
