#include "api/stancer/face.h"

#include "api/stancer/call.h"
#include "api/stancer/error.h"
#include "api/stancer/object.h"
#include "api/stancer/routes.h"
#include "base/crypto.h"

enum { BODY_MAX = 64 * 1024 };

/* [doc:sdk] The exact words. */
#define UNAUTHORIZED "You are not authorized to access that resource"

/* Basic with the key as user, or Bearer; the password of Basic is empty and does not count (api/stancer.md 1). */
static struct str key_of(const struct request *request)
{
    struct str header = request_header(request, STR("Authorization"));
    size_t space = str_find(header, ' ');
    struct str decoded;

    if (space == header.len)
        return STR_NONE;
    struct str scheme = str_sub(header, 0, space);
    struct str rest = str_trim(str_sub(header, space, header.len - space));
    if (str_eq_nocase(scheme, STR("Bearer")))
        return rest;
    if (!str_eq_nocase(scheme, STR("Basic")) ||
        !base64_decode(request->cx->arena, rest, &decoded))
        return STR_NONE;
    return str_sub(decoded, 0, str_find(decoded, ':'));
}

static bool admit(struct request *request)
{
    struct admission *admission = arena_make(request->cx->arena, struct admission);
    struct str key = key_of(request);

    err_t err = key.len == 0 ? ERR_AUTH
                             : merchant_admit(request->core, request->cx, key, admission);
    if (err == OK && admission->kind != KEY_SECRET)
        err = ERR_AUTH;
    if (err == OK) {
        request->face = admission;
        return true;
    }
    if (err == ERR_AUTH) {
        response_header(request, STR("WWW-Authenticate"), STR("Basic realm=\"Stancer\""));
        answer_plain_error(request, 401, STR(UNAUTHORIZED));
    } else {
        answer_error(request, err);
    }
    return false;
}

/* The test clock exists for test keys only. */
static bool admit_test(struct request *request)
{
    if (!admit(request))
        return false;
    if (is_test(request))
        return true;
    answer_plain_error(request, 401, STR(UNAUTHORIZED));
    return false;
}

struct ping_out {
    struct given given;
    struct str mode;
    struct str company;
    struct str account;
};
static const struct field PING_OUT_FIELDS[] = {
    {"mode",    F_TEXT, 0, 4,   REQUIRED, DOC, ED_2, FIELD_AT(struct ping_out, mode)   },
    {"company", F_TEXT, 0, 255, REQUIRED, DOC, ED_2, FIELD_AT(struct ping_out, company)},
    {"account", F_TEXT, 0, 64,  REQUIRED, DOC, ED_2, FIELD_AT(struct ping_out, account)},
};
const struct table STANCER_PING_OUT = TABLE_OF("Ping", struct ping_out, PING_OUT_FIELDS);

void stancer_ping(struct request *request)
{
    const struct merchant *merchant = &admitted(request)->merchant;
    const struct ping_out out = {
        .mode = is_test(request) ? STR("test") : STR("live"),
        .company = merchant->name,
        .account = ID_TEXT(merchant->id),
    };

    answer_json(request, 200, object_text(request, &STANCER_PING_OUT, &out));
}

#define PAYMENT_ROUTES(name, editions)                                                             \
    {METHOD_GET,                                                                                   \
     name,                                                                                         \
     editions,                                                                                     \
     stancer_payment_list,                                                                         \
     &STANCER_PAYMENT_QUERY,                                                                       \
     NULL,                                                                                         \
     &STANCER_PAYMENT_OUT,                                                                         \
     "payments",                                                                                   \
     "List payments"},                                                                             \
        {METHOD_POST,                                                                              \
         name,                                                                                     \
         editions,                                                                                 \
         stancer_payment_create,                                                                   \
         NULL,                                                                                     \
         &STANCER_PAYMENT_IN,                                                                      \
         &STANCER_PAYMENT_OUT,                                                                     \
         NULL,                                                                                     \
         "Create a payment"},                                                                      \
        {METHOD_GET,                                                                               \
         name "/{id}",                                                                             \
         editions,                                                                                 \
         stancer_payment_get,                                                                      \
         NULL,                                                                                     \
         NULL,                                                                                     \
         &STANCER_PAYMENT_OUT,                                                                     \
         NULL,                                                                                     \
         "Read a payment"},                                                                        \
        {METHOD_PATCH,                                                                             \
         name "/{id}",                                                                             \
         editions,                                                                                 \
         stancer_payment_update,                                                                   \
         NULL,                                                                                     \
         &STANCER_PAYMENT_UPDATE,                                                                  \
         &STANCER_PAYMENT_OUT,                                                                     \
         NULL,                                                                                     \
         "Change a payment, authorize or capture it"},                                             \
        {METHOD_GET,                                                                               \
         name "/{id}/refunds",                                                                     \
         ED_2,                                                                                     \
         stancer_payment_refunds,                                                                  \
         NULL,                                                                                     \
         NULL,                                                                                     \
         &STANCER_REFUND_OUT,                                                                      \
         "",                                                                                       \
         "Refunds of a payment"},                                                                  \
        {METHOD_GET,                                                                               \
         name "/{id}/disputes",                                                                    \
         ED_2,                                                                                     \
         stancer_payment_disputes,                                                                 \
         NULL,                                                                                     \
         NULL,                                                                                     \
         &STANCER_DISPUTE_OUT,                                                                     \
         "",                                                                                       \
         "Disputes of a payment"},                                                                 \
    {                                                                                              \
        METHOD_POST, name "/{id}/capture", ED_2, stancer_payment_capture, NULL, NULL,              \
            &STANCER_PAYMENT_OUT, NULL, "Capture an authorized payment"                            \
    }

static const struct route ROUTES[] = {
    {METHOD_GET,    "/customers",      ED_ALL, stancer_customer_list,   &STANCER_CUSTOMER_QUERY, NULL,                 &STANCER_CUSTOMER_OUT, "customers", "List customers"  },
    {METHOD_POST,   "/customers",      ED_ALL, stancer_customer_create, NULL,                    &STANCER_CUSTOMER_IN, &STANCER_CUSTOMER_OUT, NULL,        "Create a customer"},
    {METHOD_GET,    "/customers/{id}", ED_ALL, stancer_customer_get,    NULL,                    NULL,                 &STANCER_CUSTOMER_OUT, NULL,        "Read a customer"  },
    {METHOD_PATCH,  "/customers/{id}", ED_ALL, stancer_customer_update, NULL,                    &STANCER_CUSTOMER_IN, &STANCER_CUSTOMER_OUT, NULL,        "Change a customer"},
    {METHOD_DELETE, "/customers/{id}", ED_ALL, stancer_customer_delete, NULL,                    NULL,                 &STANCER_CUSTOMER_OUT, NULL,        "Delete a customer"},
    {METHOD_GET,    "/cards",          ED_ALL, stancer_card_list,       &STANCER_CARD_QUERY,     NULL,                 &STANCER_CARD_OUT,     "cards",     "List cards"       },
    {METHOD_POST,   "/cards",          ED_ALL, stancer_card_create,     NULL,                    &STANCER_CARD_IN,     &STANCER_CARD_OUT,     NULL,        "Create a card"    },
    {METHOD_GET,    "/cards/{id}",     ED_ALL, stancer_card_get,        NULL,                    NULL,                 &STANCER_CARD_OUT,     NULL,        "Read a card"      },
    {METHOD_PATCH,  "/cards/{id}",     ED_ALL, stancer_card_update,     NULL,                    &STANCER_CARD_UPDATE, &STANCER_CARD_OUT,     NULL,        "Change a card"    },
    {METHOD_DELETE, "/cards/{id}",     ED_ALL, stancer_card_delete,     NULL,                    NULL,                 &STANCER_CARD_OUT,     NULL,        "Delete a card"    },
    {METHOD_POST,   "/addresses",      ED_ALL, stancer_address_create,  NULL,                    &STANCER_ADDRESS_IN,  &STANCER_ADDRESS_OUT,  NULL,        "Create an address"},
    {METHOD_GET,    "/addresses/{id}", ED_ALL, stancer_address_get,     NULL,                    NULL,                 &STANCER_ADDRESS_OUT,  NULL,        "Read an address"  },
    {METHOD_DELETE, "/addresses/{id}", ED_ALL, stancer_address_delete,  NULL,                    NULL,                 &STANCER_ADDRESS_OUT,  NULL,        "Delete an address"},
    {METHOD_GET,    "/refunds",        ED_ALL, stancer_refund_list,     &STANCER_REFUND_QUERY,   NULL,                 &STANCER_REFUND_OUT,   "refunds",   "List refunds"     },
    {METHOD_POST,   "/refunds",        ED_ALL, stancer_refund_create,   NULL,                    &STANCER_REFUND_IN,   &STANCER_REFUND_OUT,   NULL,        "Refund a payment" },
    {METHOD_GET,    "/refunds/{id}",   ED_ALL, stancer_refund_get,      NULL,                    NULL,                 &STANCER_REFUND_OUT,   NULL,        "Read a refund"    },
    {METHOD_GET,    "/ping",           ED_2,   stancer_ping,            NULL,                    NULL,                 &STANCER_PING_OUT,     NULL,        "Whose key is this"},
    PAYMENT_ROUTES("/payments", ED_2),
    PAYMENT_ROUTES("/checkout", ED_ALL),
};

static const struct route CLOCK_ROUTES[] = {
    {METHOD_GET,  "/clock", ED_ALL, stancer_clock_get,  NULL, NULL,              &STANCER_CLOCK_OUT, NULL, "The test clock"     },
    {METHOD_POST, "/clock", ED_ALL, stancer_clock_move, NULL, &STANCER_CLOCK_IN, &STANCER_CLOCK_OUT, NULL, "Move the test clock"},
};

static const struct security_scheme SECURITY[] = {
    {"basic",  "http", "basic",  "The secret key as user, an empty password"},
    {"bearer", "http", "bearer", "The secret key"                           },
};

const struct mount STANCER_V1 = {
    .prefix = "/v1",
    .edition = ED_1,
    .routes = ROUTES,
    .count = ARRAY_LEN(ROUTES),
    .body_max = BODY_MAX,
    .json_only = true,
    .refuse = stancer_refuse,
    .admit = admit,
    .title = "Stancer v1",
    .security = SECURITY,
    .security_count = ARRAY_LEN(SECURITY),
};
const struct mount STANCER_V2 = {
    .prefix = "/v2",
    .edition = ED_2,
    .routes = ROUTES,
    .count = ARRAY_LEN(ROUTES),
    .body_max = BODY_MAX,
    .json_only = true,
    .refuse = stancer_refuse,
    .admit = admit,
    .title = "Stancer v2",
    .security = SECURITY,
    .security_count = ARRAY_LEN(SECURITY),
};
const struct mount STANCER_SANDBOX = {
    .prefix = "/sandbox",
    .edition = ED_1,
    .routes = CLOCK_ROUTES,
    .count = ARRAY_LEN(CLOCK_ROUTES),
    .body_max = BODY_MAX,
    .json_only = true,
    .refuse = stancer_refuse,
    .admit = admit_test,
    .title = "Sandbox",
    .security = SECURITY,
    .security_count = ARRAY_LEN(SECURITY),
};
