#include "api/stancer/face.h"

#include "api/stancer/call.h"
#include "api/stancer/error.h"
#include "api/stancer/list.h"
#include "api/stancer/object.h"
#include "api/stancer/routes.h"
#include "base/crypto.h"

enum { BODY_MAX = 64 * 1024 };

/* [doc:sdk] The exact words. */
#define UNAUTHORIZED "You are not authorized to access that resource"

/* Basic with the key as user, or Bearer; the password of Basic is empty and does not count
 * (api/stancer.md 1). */
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
    if (!str_eq_nocase(scheme, STR("Basic")) || !base64_decode(request->cx->arena, rest, &decoded))
        return STR_NONE;
    return str_sub(decoded, 0, str_find(decoded, ':'));
}

static bool admit(struct request *request)
{
    struct admission *admission = arena_make(request->cx->arena, struct admission);
    struct str key = key_of(request);

    err_t err = key.len == 0
                    ? ERR_AUTH
                    : merchant_admit(request->core, request->cx, FACE_STANCER, key, admission);
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
#define AT(member) FIELD_AT(struct ping_out, member)
static const struct field PING_OUT_FIELDS[] = {
    {"mode",    F_TEXT, 0, 4,   REQUIRED, DOC, ED_2, AT(mode)   },
    {"company", F_TEXT, 0, 255, REQUIRED, DOC, ED_2, AT(company)},
    {"account", F_TEXT, 0, 64,  REQUIRED, DOC, ED_2, AT(account)},
};
#undef AT
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

/* The shapes of a route: pattern, origin, editions, handler, then what it reads and what it
 * answers. */
#define LIST(pattern, origin, editions, handle, query, out, plural, about)                         \
    {                                                                                              \
        METHOD_GET, pattern, origin, editions, handle, query, NULL, out, plural, about             \
    }
#define GET(pattern, origin, editions, handle, out, about)                                         \
    {                                                                                              \
        METHOD_GET, pattern, origin, editions, handle, NULL, NULL, out, NULL, about                \
    }
#define POST(pattern, origin, editions, handle, in, out, about)                                    \
    {                                                                                              \
        METHOD_POST, pattern, origin, editions, handle, NULL, in, out, NULL, about                 \
    }
#define PATCH(pattern, origin, editions, handle, in, out, about)                                   \
    {                                                                                              \
        METHOD_PATCH, pattern, origin, editions, handle, NULL, in, out, NULL, about                \
    }
#define DELETE(pattern, origin, editions, handle, out, about)                                      \
    {                                                                                              \
        METHOD_DELETE, pattern, origin, editions, handle, NULL, NULL, out, NULL, about             \
    }
#define BARE ""      /* no plural: the array alone */
#define NOTHING NULL /* no JSON: 204 of a deletion, or a file */

static const struct route ROUTES[] = {
    LIST("/customers", SEED, ED_ALL, stancer_customer_list, &STANCER_CUSTOMER_QUERY,
         &STANCER_CUSTOMER_OUT, "customers", "List customers"),
    POST("/customers", SEED, ED_ALL, stancer_customer_create, &STANCER_CUSTOMER_IN,
         &STANCER_CUSTOMER_OUT, "Create a customer"),
    GET("/customers/{id}", SEED, ED_ALL, stancer_customer_get, &STANCER_CUSTOMER_OUT,
        "Read a customer"),
    PATCH("/customers/{id}", SEED, ED_ALL, stancer_customer_update, &STANCER_CUSTOMER_IN,
          &STANCER_CUSTOMER_OUT, "Change a customer"),
    DELETE("/customers/{id}", DOC, ED_1, stancer_customer_delete, NOTHING, "Delete a customer"),
    DELETE("/customers/{id}", SEED, ED_2, stancer_customer_delete, &STANCER_CUSTOMER_OUT,
           "Delete a customer"),
    LIST("/cards", SEED, ED_ALL, stancer_card_list, &STANCER_CARD_QUERY, &STANCER_CARD_OUT, "cards",
         "List cards"),
    POST("/cards", SEED, ED_ALL, stancer_card_create, &STANCER_CARD_IN, &STANCER_CARD_OUT,
         "Create a card"),
    GET("/cards/{id}", SEED, ED_ALL, stancer_card_get, &STANCER_CARD_OUT, "Read a card"),
    PATCH("/cards/{id}", SEED, ED_ALL, stancer_card_update, &STANCER_CARD_UPDATE, &STANCER_CARD_OUT,
          "Change a card"),
    DELETE("/cards/{id}", DOC, ED_1, stancer_card_delete, NOTHING, "Delete a card"),
    DELETE("/cards/{id}", SEED, ED_2, stancer_card_delete, &STANCER_CARD_OUT, "Delete a card"),
    POST("/sepa/check", SEED, ED_ALL, stancer_sepa_check_create, &STANCER_SEPA_CHECK_IN,
         &STANCER_SEPA_CHECK_OUT, "Check a SEPA account"),
    GET("/sepa/check/{id}", SEED, ED_ALL, stancer_sepa_check_get, &STANCER_SEPA_CHECK_OUT,
        "Read the check of a SEPA account"),
    LIST("/sepa", SEED, ED_ALL, stancer_sepa_list, &STANCER_SEPA_QUERY, &STANCER_SEPA_OUT, "sepa",
         "List SEPA accounts"),
    {METHOD_POST, "/sepa", SEED, ED_ALL, stancer_sepa_create, &STANCER_SEPA_CREATE_QUERY,
       &STANCER_SEPA_IN, &STANCER_SEPA_OUT, NULL, "Create a SEPA account"},
    GET("/sepa/{id}", SEED, ED_ALL, stancer_sepa_get, &STANCER_SEPA_OUT, "Read a SEPA account"),
    PATCH("/sepa/{id}", SEED, ED_ALL, stancer_sepa_update, &STANCER_SEPA_UPDATE, &STANCER_SEPA_OUT,
          "Change a SEPA account"),
    DELETE("/sepa/{id}", DOC, ED_1, stancer_sepa_delete, NOTHING, "Delete a SEPA account"),
    DELETE("/sepa/{id}", SEED, ED_2, stancer_sepa_delete, &STANCER_SEPA_OUT,
           "Delete a SEPA account"),
    LIST("/mandates", SEED, ED_2, stancer_mandate_list, &STANCER_MANDATE_QUERY,
         &STANCER_MANDATE_OUT, "mandates", "List mandates"),
    POST("/mandates", SEED, ED_2, stancer_mandate_create, &STANCER_MANDATE_IN, &STANCER_MANDATE_OUT,
         "Create a mandate"),
    GET("/mandates/{id}/pdf", SEED, ED_2, stancer_mandate_pdf, NOTHING,
        "The document of a mandate, application/pdf"),
    GET("/mandates/{id}", SEED, ED_2, stancer_mandate_get, &STANCER_MANDATE_OUT, "Read a mandate"),
    PATCH("/mandates/{id}", SEED, ED_2, stancer_mandate_update, &STANCER_MANDATE_UPDATE,
          &STANCER_MANDATE_OUT, "Change a mandate, or give its signed document"),
    DELETE("/mandates/{id}", SEED, ED_2, stancer_mandate_delete, &STANCER_MANDATE_OUT,
           "Revoke a mandate"),
    POST("/addresses", DOC, ED_ALL, stancer_address_create, &STANCER_ADDRESS_IN,
         &STANCER_ADDRESS_OUT, "Create an address"),
    GET("/addresses/{id}", DOC, ED_ALL, stancer_address_get, &STANCER_ADDRESS_OUT,
        "Read an address"),
    DELETE("/addresses/{id}", DOC, ED_1, stancer_address_delete, NOTHING, "Delete an address"),
    DELETE("/addresses/{id}", DOC, ED_2, stancer_address_delete, &STANCER_ADDRESS_OUT,
           "Delete an address"),
    LIST("/payment_intents", SEED, ED_2, stancer_intent_list, &STANCER_INTENT_QUERY,
         &STANCER_INTENT_OUT, "payment_intents", "List payment intents"),
    POST("/payment_intents", SEED, ED_2, stancer_intent_create, &STANCER_INTENT_IN,
         &STANCER_INTENT_OUT, "Create a payment intent"),
    GET("/payment_intents/{id}", SEED, ED_2, stancer_intent_get, &STANCER_INTENT_OUT,
        "Read a payment intent"),
    PATCH("/payment_intents/{id}", SEED, ED_2, stancer_intent_update, &STANCER_INTENT_UPDATE,
          &STANCER_INTENT_OUT, "Change a payment intent"),
    DELETE("/payment_intents/{id}", SEED, ED_2, stancer_intent_delete, &STANCER_INTENT_OUT,
           "Cancel a payment intent"),
    POST("/payment_intents/{id}/capture", SEED, ED_2, stancer_intent_capture, NULL,
         &STANCER_INTENT_OUT, "Capture an authorized payment intent"),
    LIST("/payment_intents/{id}/payments", SEED, ED_2, stancer_intent_payments,
         &STANCER_INTENT_PAYMENTS_QUERY, &STANCER_PAYMENT_OUT, "payments",
         "Payments of a payment intent"),
    LIST("/payments", SEED, ED_2, stancer_payment_list, &STANCER_PAYMENT_QUERY,
         &STANCER_PAYMENT_OUT, "payments", "List payments"),
    POST("/payments", SEED, ED_2, stancer_payment_create, &STANCER_PAYMENT_IN, &STANCER_PAYMENT_OUT,
         "Create a payment"),
    GET("/payments/{id}", SEED, ED_2, stancer_payment_get, &STANCER_PAYMENT_OUT, "Read a payment"),
    PATCH("/payments/{id}", SEED, ED_2, stancer_payment_update, &STANCER_PAYMENT_UPDATE,
          &STANCER_PAYMENT_OUT, "Change a payment, authorize or capture it"),
    POST("/payments/{id}/capture", SEED, ED_2, stancer_payment_capture, NULL, &STANCER_PAYMENT_OUT,
         "Capture an authorized payment"),
    LIST("/payments/{id}/refunds", SEED, ED_2, stancer_payment_refunds, NULL, &STANCER_REFUND_OUT,
         BARE, "Refunds of a payment"),
    LIST("/payments/{id}/disputes", SEED, ED_2, stancer_payment_disputes, NULL,
         &STANCER_DISPUTE_OUT, BARE, "Disputes of a payment"),
    LIST("/checkout", SEED, ED_ALL, stancer_payment_list, &STANCER_PAYMENT_QUERY,
         &STANCER_PAYMENT_OUT, "payments", "List payments"),
    POST("/checkout", SEED, ED_ALL, stancer_payment_create, &STANCER_PAYMENT_IN,
         &STANCER_PAYMENT_OUT, "Create a payment"),
    GET("/checkout/{id}", SEED, ED_ALL, stancer_payment_get, &STANCER_PAYMENT_OUT,
        "Read a payment"),
    PATCH("/checkout/{id}", SEED, ED_ALL, stancer_payment_update, &STANCER_PAYMENT_UPDATE,
          &STANCER_PAYMENT_OUT, "Change a payment, authorize or capture it"),
    POST("/checkout/{id}/capture", SEED, ED_2, stancer_payment_capture, NULL, &STANCER_PAYMENT_OUT,
         "Capture an authorized payment"),
    LIST("/checkout/{id}/refunds", SEED, ED_2, stancer_payment_refunds, NULL, &STANCER_REFUND_OUT,
         BARE, "Refunds of a payment"),
    LIST("/checkout/{id}/disputes", SEED, ED_2, stancer_payment_disputes, NULL,
         &STANCER_DISPUTE_OUT, BARE, "Disputes of a payment"),
    LIST("/refunds", SEED, ED_ALL, stancer_refund_list, &STANCER_REFUND_QUERY, &STANCER_REFUND_OUT,
         "refunds", "List refunds"),
    POST("/refunds", SEED, ED_ALL, stancer_refund_create, &STANCER_REFUND_IN, &STANCER_REFUND_OUT,
         "Refund a payment"),
    GET("/refunds/{id}", SEED, ED_ALL, stancer_refund_get, &STANCER_REFUND_OUT, "Read a refund"),
    LIST("/disputes", SEED, ED_ALL, stancer_dispute_list, &STANCER_LIST_QUERY, &STANCER_DISPUTE_OUT,
         "disputes", "List disputes"),
    GET("/disputes/{id}", SEED, ED_ALL, stancer_dispute_get, &STANCER_DISPUTE_OUT,
        "Read a dispute"),
    LIST("/payouts", DOC, ED_1, stancer_payout_list, &STANCER_PAYOUT_QUERY, &STANCER_PAYOUT_OUT,
         "payouts", "List payouts"),
    LIST("/payouts", SEED, ED_2, stancer_payout_list, &STANCER_PAYOUT_QUERY, &STANCER_PAYOUT_OUT,
         "payouts", "List payouts"),
    POST("/payouts", SEED, ED_2, stancer_payout_create, &STANCER_PAYOUT_IN, &STANCER_PAYOUT_OUT,
         "Make a payout, with a test key"),
    GET("/payouts/{id}", DOC, ED_1, stancer_payout_get, &STANCER_PAYOUT_OUT, "Read a payout"),
    GET("/payouts/{id}", SEED, ED_2, stancer_payout_get, &STANCER_PAYOUT_OUT, "Read a payout"),
    LIST("/payouts/{id}/payments", DOC, ED_ALL, stancer_payout_payments, &STANCER_LIST_QUERY,
         &STANCER_PAYMENT_OUT, "payments", "Payments of a payout"),
    LIST("/payouts/{id}/refunds", DOC, ED_ALL, stancer_payout_refunds, &STANCER_LIST_QUERY,
         &STANCER_REFUND_OUT, "refunds", "Refunds of a payout"),
    LIST("/payouts/{id}/disputes", DOC, ED_ALL, stancer_payout_disputes, &STANCER_LIST_QUERY,
         &STANCER_DISPUTE_OUT, "disputes", "Disputes of a payout"),
    LIST("/webhooks", OURS, ED_2, stancer_webhook_list, &STANCER_WEBHOOK_QUERY,
         &STANCER_WEBHOOK_OUT, "webhooks", "List webhooks"),
    POST("/webhooks", DOC, ED_2, stancer_webhook_create, &STANCER_WEBHOOK_IN, &STANCER_WEBHOOK_MADE,
         "Create a webhook"),
    GET("/webhooks/{id}", OURS, ED_2, stancer_webhook_get, &STANCER_WEBHOOK_OUT, "Read a webhook"),
    DELETE("/webhooks/{id}", OURS, ED_2, stancer_webhook_delete, &STANCER_WEBHOOK_OUT,
           "Delete a webhook"),
    GET("/ping", DOC, ED_2, stancer_ping, &STANCER_PING_OUT, "Whose key is this"),
};

static const struct route CLOCK_ROUTES[] = {
    GET("/clock", OURS, ED_ALL, stancer_clock_get, &STANCER_CLOCK_OUT, "The test clock"),
    POST("/clock", OURS, ED_ALL, stancer_clock_move, &STANCER_CLOCK_IN, &STANCER_CLOCK_OUT,
         "Move the test clock"),
};

static const struct security_scheme SECURITY[] = {
    {"basic",  SEED, "http", "basic",  "The secret key as user, an empty password"},
    {"bearer", SEED, "http", "bearer", "The secret key"                           },
};

/* A signed mandate comes as a document. */
static const struct route_note NOTES[] = {
    {"/mandates/{id}", METHOD_PATCH, 0, NULL, NULL, false, NULL, STANCER_PDF_BODY_MAX},
};

const struct mount STANCER_V1 = {
    .prefix = "/v1",
    .edition = ED_1,
    .routes = ROUTES,
    .count = ARRAY_LEN(ROUTES),
    .body_max = BODY_MAX,
    .json_only = true,
    .body_needed = true,
    .refuse = stancer_refuse,
    .admit = admit,
    .title = "stancer-v1",
    .security = SECURITY,
    .security_count = ARRAY_LEN(SECURITY),
    .envelope = &STANCER_LIST,
    .error = &STANCER_ERROR,
};
const struct mount STANCER_V2 = {
    .prefix = "/v2",
    .edition = ED_2,
    .routes = ROUTES,
    .count = ARRAY_LEN(ROUTES),
    .body_max = BODY_MAX,
    .json_only = true,
    .body_needed = true,
    .refuse = stancer_refuse,
    .admit = admit,
    .title = "stancer-v2",
    .security = SECURITY,
    .security_count = ARRAY_LEN(SECURITY),
    .notes = NOTES,
    .note_count = ARRAY_LEN(NOTES),
    .envelope = &STANCER_LIST,
    .error = &STANCER_ERROR,
    .invalid = &STANCER_INVALID,
};
const struct mount STANCER_SANDBOX = {
    .prefix = "/sandbox",
    .edition = ED_1,
    .routes = CLOCK_ROUTES,
    .count = ARRAY_LEN(CLOCK_ROUTES),
    .body_max = BODY_MAX,
    .json_only = true,
    .body_needed = true,
    .refuse = stancer_refuse,
    .admit = admit_test,
    .title = "Sandbox",
    .security = SECURITY,
    .security_count = ARRAY_LEN(SECURITY),
};
