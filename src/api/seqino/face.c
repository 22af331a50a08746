#include "api/seqino/face.h"

#include "api/seqino/call.h"
#include "api/seqino/error.h"
#include "api/seqino/routes.h"
#include "core/einvoice.h"

/* A file and what stands around it. */
enum { BODY_MAX = 1 << 20, FILE_BODY_MAX = EINVOICE_BYTES_MAX + 64 * 1024 };

/* --- who calls -----------------------------------------------------------------------------------
 */

/* [seed] The raw key; [our choice] or "Bearer <key>". */
static struct str key_of(const struct request *request)
{
    struct str header = str_trim(request_header(request, STR("Authorization")));
    struct str bearer = STR("Bearer ");

    if (header.len > bearer.len && str_eq_nocase(str_sub(header, 0, bearer.len), bearer))
        return str_trim(str_from(header, bearer.len));
    return header;
}

/* [our choice] What is sent must be the key's sponsor (api/seqino.md 2). */
static err_t sponsor_check(struct request *request)
{
    struct str sent = request_header(request, STR("X-PDP-Sponsor-Id"));
    struct str prefix = STR(SPONSOR_PREFIX);
    struct sponsor_id id;

    if (sent.ptr == NULL)
        return OK;
    if (str_starts(sent, prefix) && ID_PARSE(str_from(sent, prefix.len), &id) &&
        ID_EQ(id, caller(request)->sponsor))
        return OK;
    return fault(request->cx, ERR_FORBIDDEN, "X-PDP-Sponsor-Id", "is not the sponsor of this key");
}

/* Who is named but unknown counts only where a client is needed. */
static err_t client_check(struct request *request)
{
    struct str sent = request_header(request, STR(CLIENT_HEADER));

    if (sent.len == 0)
        return OK;
    err_t err = sq_client_find(request, sent);
    if (err != ERR_NOT_FOUND)
        return err;
    ctx_clear_faults(request->cx);
    return OK;
}

static bool admit(struct request *request)
{
    struct caller *who = arena_make(request->cx->arena, struct caller);
    struct str key = key_of(request);

    err_t err = key.len == 0
                    ? ERR_AUTH
                    : merchant_admit(request->core, request->cx, FACE_SEQINO, key, &who->key);
    if (err == ERR_AUTH) {
        response_header(request, STR("WWW-Authenticate"), STR("APIKey"));
        sq_refuse(request, 401, STR("The API key is missing or does not work"));
        return false;
    }
    who->sponsor = who->key.merchant.sponsor;
    who->mode = who->key.mode;
    request->face = who;
    if (err == OK)
        err = sponsor_check(request);
    if (err == OK)
        err = client_check(request);
    if (err != OK)
        sq_error(request, err);
    return err == OK;
}

/* --- the mount -----------------------------------------------------------------------------------
 */

/* The shapes of a route: pattern, origin, handler, then what it reads and what it answers. */
#define LIST(pattern, origin, handle, query, out, about)                                           \
    {                                                                                              \
        METHOD_GET, pattern, origin, ED_ALL, handle, query, NULL, out, "", about                   \
    }
#define GET(pattern, origin, handle, out, about)                                                   \
    {                                                                                              \
        METHOD_GET, pattern, origin, ED_ALL, handle, NULL, NULL, out, NULL, about                  \
    }
#define FILE(pattern, origin, handle, query, about)                                                \
    {                                                                                              \
        METHOD_GET, pattern, origin, ED_ALL, handle, query, NULL, NULL, NULL, about                \
    }
#define POST(pattern, origin, handle, in, out, about)                                              \
    {                                                                                              \
        METHOD_POST, pattern, origin, ED_ALL, handle, NULL, in, out, NULL, about                   \
    }
#define READ(pattern, origin, handle, query, out, about)                                           \
    {                                                                                              \
        METHOD_GET, pattern, origin, ED_ALL, handle, query, NULL, out, NULL, about                 \
    }
#define POST_WITH(pattern, origin, handle, query, in, out, about)                                  \
    {                                                                                              \
        METHOD_POST, pattern, origin, ED_ALL, handle, query, in, out, NULL, about                  \
    }
#define PUT(pattern, origin, handle, in, out, about)                                               \
    {                                                                                              \
        METHOD_PUT, pattern, origin, ED_ALL, handle, NULL, in, out, NULL, about                    \
    }
#define DELETE(pattern, origin, handle, about)                                                     \
    {                                                                                              \
        METHOD_DELETE, pattern, origin, ED_ALL, handle, NULL, NULL, NULL, NULL, about              \
    }

/* Literal paths before those with an id. */
static const struct route ROUTES[] = {
    LIST("/clients", SEED, seqino_client_list, &SEQINO_CLIENT_QUERY, &SEQINO_CLIENT_OUT,
         "List clients, or find the one with a reference"),
    POST("/clients", SEED, seqino_client_create, &SEQINO_CLIENT_IN, &SEQINO_CLIENT_OUT,
         "Create a client"),
    POST("/clients/pdp-clients", DOC, seqino_pdp_client_create, &SEQINO_PDP_CLIENT_IN,
         &SEQINO_PDP_CLIENT_OUT, "Create a client, in an older form"),
    POST_WITH("/clients/onboarding-link", SEED, seqino_link_create, &SEQINO_LINK_QUERY,
              &SEQINO_LINK_IN, &SEQINO_LINK_OUT, "Make the link on which a client enrols"),
    READ("/clients/onboarding-link/status", SEED, seqino_link_status, &SEQINO_LINK_STATUS_QUERY,
         &SEQINO_LINK_STATUS, "How far a client has come"),
    GET("/clients/{client_id}", SEED, seqino_client_get, &SEQINO_CLIENT_OUT, "Read a client"),
    PUT("/clients/{client_id}", SEED, seqino_client_update, &SEQINO_CLIENT_CHANGE,
        &SEQINO_CLIENT_OUT, "Change a client"),
    DELETE("/clients/{client_id}", SEED, seqino_client_delete, "Delete a client"),
    POST("/drafts", DOC, seqino_draft_create, &SEQINO_DRAFT_IN, &SEQINO_DRAFT_OUT,
         "Draft an invoice"),
    POST("/drafts/validate-data", DOC, seqino_draft_check, &SEQINO_DRAFT_IN, &SEQINO_DRAFT_CHECKED,
         "Check an invoice without keeping it"),
    GET("/drafts/{draft_id}", DOC, seqino_draft_get, &SEQINO_DRAFT_OUT, "Read a draft"),
    PUT("/drafts/{draft_id}", DOC, seqino_draft_replace, &SEQINO_DRAFT_IN, &SEQINO_DRAFT_OUT,
        "Replace a draft"),
    DELETE("/drafts/{draft_id}", DOC, seqino_draft_delete, "Delete a draft"),
    POST("/drafts/{draft_id}/validate", DOC, seqino_draft_validate, &SEQINO_DRAFT_VALIDATE,
         &SEQINO_DRAFT_ISSUED, "Issue a draft and submit the invoice"),
    POST("/invoicing/files/submit", DOC, seqino_file_submit, &SEQINO_FILE_IN,
         &SEQINO_SUBMISSION_OUT, "Submit an invoice as a file"),
    LIST("/invoicing/invoices", OURS, seqino_invoice_list, &SEQINO_INVOICE_QUERY,
         &SEQINO_INVOICE_LISTED, "List the invoices of a client, newest first"),
    GET("/invoicing/invoice_data/{invoice_id}", DOC, seqino_invoice_get, &SEQINO_INVOICE_SHOWN,
        "Read an invoice"),
    FILE("/invoicing/invoices/{invoice_id}/file", OURS, seqino_invoice_file,
         &SEQINO_INVOICE_FILE_QUERY, "Download an invoice in a format"),
    LIST("/lifecycle-events", DOC, seqino_lifecycle_list, &SEQINO_LIFECYCLE_QUERY,
         &SEQINO_LIFECYCLE_EVENT, "The life cycle of an object"),
    GET("/webhooks/event-types", DOC, seqino_webhook_event_types, &SEQINO_EVENT_TYPES,
        "What is told, with examples"),
    GET("/webhooks", DOC, seqino_webhook_get, &SEQINO_WEBHOOK_OUT, "Read the sponsor's webhook"),
    POST("/webhooks", DOC, seqino_webhook_create, &SEQINO_WEBHOOK_IN, &SEQINO_WEBHOOK_MADE,
         "Create the sponsor's webhook"),
    PUT("/webhooks", DOC, seqino_webhook_update, &SEQINO_WEBHOOK_CHANGE, &SEQINO_WEBHOOK_OUT,
        "Change the sponsor's webhook"),
    DELETE("/webhooks", DOC, seqino_webhook_delete, "Remove the sponsor's webhook"),
    POST("/webhooks/test", DOC, seqino_webhook_test, NULL, &SEQINO_WEBHOOK_TESTED,
         "Send a test to the webhook"),
    LIST("/mandates", DOC, seqino_mandate_list, &SEQINO_MANDATE_QUERY, &SEQINO_MANDATE_OUT,
         "List the mandates of a client"),
    POST("/mandates", DOC, seqino_mandate_create, &SEQINO_MANDATE_IN, &SEQINO_MANDATE_OUT,
         "Create a mandate for a directory entry"),
    {METHOD_POST, "/mandates/batch", DOC, ED_ALL, seqino_mandate_batch, NULL,
       &SEQINO_MANDATE_BATCH_IN,                                                                     &SEQINO_MANDATE_OUT, "",   "Create mandates, all or none"       },
    LIST("/mandates/directory/{siren}", DOC, seqino_directory_lines, NULL, &SEQINO_ENTRY_OUT,
         "Directory entries of a company"),
    GET("/mandates/{mandate_id}", DOC, seqino_mandate_get, &SEQINO_MANDATE_OUT, "Read a mandate"),
    GET("/mandates/{mandate_id}/file", OURS, seqino_mandate_file, NULL,
        "What the client signed for its mandates, application/pdf"),
    DELETE("/mandates/{mandate_id}", DOC, seqino_mandate_revoke, "Revoke a mandate"),
    GET("/directory/{siren}", DOC, seqino_directory_get, &SEQINO_ENTRY_OUT,
        "The directory entry of a company"),
    GET("/settings/periodicity", DOC, seqino_periodicity_get, &SEQINO_PERIODICITY_OUT,
        "How often a client reports"),
    PUT("/settings/periodicity", DOC, seqino_periodicity_set, &SEQINO_PERIODICITY_IN,
        &SEQINO_PERIODICITY_OUT, "Change how often a client reports"),
    {METHOD_GET,  "/usage/metrics",  DOC, ED_ALL, seqino_usage_metrics, &SEQINO_USAGE_QUERY, NULL,
       &SEQINO_USAGE_METRICS,                                                                                             NULL, "What a client did, period by period"},
    GET("/usage/summary", DOC, seqino_usage_summary, &SEQINO_USAGE_SUMMARY,
        "What a client did, in one look"),
    GET("/usage/limits", DOC, seqino_usage_limits, &SEQINO_USAGE_LIMITS,
        "What is limited, and how much of it is used"),
    POST("/reporting/exempt-invoices", DOC, seqino_report_exempt, &SEQINO_EXEMPT_IN,
         &SEQINO_REPORT_OUT, "Report an invoice to or from abroad"),
    POST("/reporting/b2c-transactions", DOC, seqino_report_sales, &SEQINO_SALES_IN,
         &SEQINO_REPORT_OUT, "Report a day's sales to consumers"),
};

static const struct route_note NOTES[] = {
    {"/clients",                              METHOD_GET,    0,   NULL, NULL,          true,  NULL,                  0},
    {"/clients",                              METHOD_POST,   201, NULL, NULL,          false, NULL,                  0},
    {"/clients/onboarding-link",              METHOD_POST,   201, NULL, NULL,          false, NULL,                  0},
    {"/clients/pdp-clients",                  METHOD_POST,   201, NULL, NULL,          false, NULL,                  0},
    {"/webhooks",                             METHOD_POST,   201, NULL, NULL,          false, NULL,                  0},
    {"/mandates",                             METHOD_GET,    0,   NULL, CLIENT_HEADER, false, NULL,                  0},
    {"/mandates",                             METHOD_POST,   201, NULL, CLIENT_HEADER, false, NULL,                  0},
    {"/mandates/batch",                       METHOD_POST,   201, NULL, CLIENT_HEADER, false, NULL,                  0},
    {"/mandates/directory/{siren}",           0,             0,   NULL, CLIENT_HEADER, false, NULL,                  0},
    {"/mandates/{mandate_id}",                METHOD_DELETE, 0,   NULL, CLIENT_HEADER, false, NULL,                  0},
    {"/directory/{siren}",                    0,             0,   NULL, CLIENT_HEADER, false, NULL,                  0},
    {"/settings/periodicity",                 0,             0,   NULL, CLIENT_HEADER, false, NULL,                  0},
    {"/usage/metrics",                        0,             0,   NULL, CLIENT_HEADER, false, NULL,                  0},
    {"/usage/summary",                        0,             0,   NULL, CLIENT_HEADER, false, NULL,                  0},
    {"/usage/limits",                         0,             0,   NULL, CLIENT_HEADER, false, NULL,                  0},
    {"/reporting/exempt-invoices",            0,             201, NULL, CLIENT_HEADER, false, NULL,                  0},
    {"/reporting/b2c-transactions",           0,             201, NULL, CLIENT_HEADER, false, NULL,                  0},
    {"/drafts",                               METHOD_POST,   201, NULL, CLIENT_HEADER, false, NULL,                  0},
    {"/drafts/validate-data",                 METHOD_POST,   0,   NULL, CLIENT_HEADER, false, NULL,                  0},
    {"/drafts/{draft_id}",                    0,             0,   NULL, CLIENT_HEADER, false, NULL,                  0},
    {"/drafts/{draft_id}/validate",           METHOD_POST,   0,   NULL, CLIENT_HEADER, false, NULL,                  0},
    {"/invoicing/invoices",                   0,             0,   NULL, CLIENT_HEADER, false, NULL,                  0},
    {"/invoicing/invoice_data/{invoice_id}",  0,             0,   NULL, CLIENT_HEADER, false, NULL,                  0},
    {"/invoicing/invoices/{invoice_id}/file", 0,             0,   NULL, CLIENT_HEADER, false, NULL,                  0},
    {"/lifecycle-events",                     0,             0,   NULL, CLIENT_HEADER, false, NULL,                  0},
    {"/invoicing/files/submit",               METHOD_POST,   201, NULL, CLIENT_HEADER, false, "multipart/form-data",
     FILE_BODY_MAX                                                                                                    },
};

static const struct security_scheme SECURITY[] = {
    {"APIKeyHeader", SEED, "apiKey", "Authorization", "The key itself, without a word before it"},
    {"bearer",       OURS, "http",   "bearer",        "The same key"                            },
};

const struct mount SEQINO = {
    .prefix = "",
    .alias = "/api",
    .by_segment = true,
    .edition = ED_ALL,
    .routes = ROUTES,
    .count = ARRAY_LEN(ROUTES),
    .body_max = BODY_MAX,
    .json_only = true,
    .refuse = seqino_refuse,
    .admit = admit,
    .title = "seqino",
    .security = SECURITY,
    .security_count = ARRAY_LEN(SECURITY),
    .notes = NOTES,
    .note_count = ARRAY_LEN(NOTES),
    .error = &SEQINO_ERROR,
    .invalid = &SEQINO_INVALID,
};
