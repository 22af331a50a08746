#include "api/safedebit/face.h"

#include <stddef.h>

#include "api/safedebit/call.h"
#include "api/safedebit/calls.h"
#include "api/safedebit/error.h"
#include "base/crypto.h"
#include "base/must.h"
#include "core/login.h"

/* A body with a file, and any other. */
enum { FILE_BODY_MAX = 16 << 20, BODY_MAX = 64 << 10, SLOW_DOWN_MS = 2000 };

struct call {
    enum method method;
    const char *pattern;
    void (*handle)(struct request *request);
    const struct arguments *arguments; /* NULL: none are described */
    const struct table *out;
    bool has_file;
    const char *about;
};

static const struct call CALLS[] = {
    {METHOD_POST, "/initiate_consumer",     safedebit_initiate_consumer,     &SAFEDEBIT_INITIATE_CONSUMER,
     &SAFEDEBIT_INITIATED,                                                                                                              false, "Make a form on which a consumer signs a mandate" },
    {METHOD_POST, "/create_mandate",        safedebit_create_mandate,        &SAFEDEBIT_CREATE_MANDATE,
     &SAFEDEBIT_MANDATE_ASKED,                                                                                                          false, "Make a mandate for its consumer to sign"         },
    {METHOD_POST, "/otu_confirm_mandat",    safedebit_otu_confirm,           &SAFEDEBIT_OTU_CONFIRM,
     &SAFEDEBIT_DONE,                                                                                                                   false, "Sign a mandate by the code that its consumer got"},
    {METHOD_POST, "/otu_reset_mandat",      safedebit_otu_reset,             &SAFEDEBIT_OTU_RESET,         &SAFEDEBIT_DONE,
     false,                                                                                                                                    "Send another code for a mandate"                 },
    {METHOD_POST, "/create_consumer",       safedebit_create_consumer,       &SAFEDEBIT_CREATE_CONSUMER,
     &SAFEDEBIT_CONSUMER_MADE,                                                                                                          false, "Create a consumer"                               },
    {METHOD_POST, "/edit_consumer",         safedebit_edit_consumer,         &SAFEDEBIT_EDIT_CONSUMER,
     &SAFEDEBIT_DONE,                                                                                                                   false, "Change a consumer"                               },
    {METHOD_GET,  "/search_consumer",       safedebit_search_consumer,       &SAFEDEBIT_SEARCH_CONSUMER,
     &SAFEDEBIT_CONSUMERS,                                                                                                              false, "Search consumers"                                },
    {METHOD_POST, "/add_mandate",           safedebit_add_mandate,           &SAFEDEBIT_ADD_MANDATE,       &SAFEDEBIT_DONE,
     true,                                                                                                                                     "Bring in a mandate that was given elsewhere"     },
    {METHOD_POST, "/edit_mandate",          safedebit_edit_mandate,          &SAFEDEBIT_EDIT_MANDATE,      &SAFEDEBIT_DONE,
     false,                                                                                                                                    "Change a mandate"                                },
    {METHOD_GET,  "/search_mandate",        safedebit_search_mandate,        &SAFEDEBIT_SEARCH_MANDATE,
     &SAFEDEBIT_MANDATES,                                                                                                               false, "Search mandates"                                 },
    {METHOD_GET,  "/download_mandate_file", safedebit_download_mandate_file,
     &SAFEDEBIT_DOWNLOAD_MANDATE_FILE,                                                                     &SAFEDEBIT_FILE,             false, "The document of a mandate"                       },
    {METHOD_POST, "/upload_file",           safedebit_upload_file,           &SAFEDEBIT_UPLOAD_FILE,       &SAFEDEBIT_DONE,
     true,                                                                                                                                     "Hand in a file about a consumer"                 },
    {METHOD_GET,  "/get_available_files",   safedebit_get_available_files,
     &SAFEDEBIT_GET_AVAILABLE_FILES,                                                                       &SAFEDEBIT_FILES,            false, "The files of a consumer"                         },
    {METHOD_GET,  "/download_archive_file", safedebit_download_archive_file,
     &SAFEDEBIT_DOWNLOAD_ARCHIVE_FILE,                                                                     &SAFEDEBIT_FILE,             false, "One file of a consumer"                          },
    {METHOD_POST, "/create_beneficiary",    safedebit_create_beneficiary,
     &SAFEDEBIT_CREATE_BENEFICIARY,                                                                        &SAFEDEBIT_BENEFICIARY_MADE, false, "Create a beneficiary"                            },
    {METHOD_POST, "/update_beneficiary",    safedebit_update_beneficiary,
     &SAFEDEBIT_UPDATE_BENEFICIARY,                                                                        &SAFEDEBIT_DONE,             false, "Change a beneficiary"                            },
    {METHOD_POST, "/payment",               safedebit_payment,               &SAFEDEBIT_PAYMENT,           &SAFEDEBIT_LEVY_MADE,        false,
     "Create a levy"                                                                                                                                                                             },
    {METHOD_POST, "/validate_payment",      safedebit_validate_payment,      &SAFEDEBIT_VALIDATE,
     &SAFEDEBIT_VALIDATED,                                                                                                              false, "Validate a levy by its code"                     },
    {METHOD_POST, "/edit_sdd",              safedebit_edit_sdd,              &SAFEDEBIT_EDIT_SDD,          &SAFEDEBIT_DONE,             false,
     "Change a levy"                                                                                                                                                                             },
    {METHOD_POST, "/cancel_sdd",            safedebit_cancel_sdd,            &SAFEDEBIT_CANCEL_SDD,        &SAFEDEBIT_DONE,
     false,                                                                                                                                    "Cancel a levy"                                   },
    {METHOD_POST, "/cancel_sdd_batch",      safedebit_cancel_sdd_batch,      &SAFEDEBIT_CANCEL_BATCH,
     &SAFEDEBIT_BATCH_CANCELED,                                                                                                         false, "Cancel levies"                                   },
    {METHOD_GET,  "/search_payment",        safedebit_search_payment,        &SAFEDEBIT_SEARCH_PAYMENT,
     &SAFEDEBIT_PAYMENTS_FOUND,                                                                                                         false, "Search levies"                                   },
    {METHOD_POST, "/secure",                safedebit_not_offered,           NULL,                         &SAFEDEBIT_ERROR,            false,
     "Ask for a guarantee: not offered"                                                                                                                                                          },
    {METHOD_POST, "/add_rp_sdd",            safedebit_not_offered,           NULL,                         &SAFEDEBIT_ERROR,            false,
     "Represent a guaranteed levy: not offered"                                                                                                                                                  },
    {METHOD_GET,  "/search_control",        safedebit_not_offered,           NULL,                         &SAFEDEBIT_ERROR,            false,
     "Search guarantees: not offered"                                                                                                                                                            },
    {METHOD_POST, "/secure_consumer",       safedebit_not_offered,           NULL,                         &SAFEDEBIT_ERROR,            false,
     "Score a consumer: not offered"                                                                                                                                                             },
    {METHOD_POST, "/initiate_transfer",     safedebit_not_offered,           NULL,                         &SAFEDEBIT_ERROR,            false,
     "Ask for a transfer: not offered"                                                                                                                                                           },
};

void safedebit_not_offered(struct request *request)
{
    ssp_fail(request, CODE_SERVICE, NULL, "This service is not enabled for this account");
}

/* --- who calls -----------------------------------------------------------------------------------
 */

static const struct call *call_of(const struct request *request)
{
    return &CALLS[request->route - request->mount->routes];
}

static void call_begin(struct request *request)
{
    const struct call *call = call_of(request);

    if (!call->has_file && request->body.len > BODY_MAX)
        safedebit_refuse(request, REFUSE_TOO_LARGE, "The body is too large");
    else
        call->handle(request);
}

static void refuse_login(struct request *request, const struct login_check *check)
{
    switch (check->outcome) {
    case LOGIN_GOOD:
    case LOGIN_BLOCKED: /* we slow down instead */
        break;
    case LOGIN_UNKNOWN:
        ssp_fail(request, CODE_LOGIN, NULL, "Incorrect login");
        return;
    case LOGIN_WRONG:
        ssp_fail(request, CODE_PASSWORD, NULL, "Incorrect password");
        return;
    case LOGIN_ELSEWHERE:
        ssp_fail(request, CODE_ADDRESS, NULL, "Unauthorized IP address");
        return;
    case LOGIN_SUSPENDED:
        ssp_fail(request, CODE_INACTIVE, NULL, "Inactive account");
        return;
    case LOGIN_FAILED:
        ssp_error(request, check->failure);
        return;
    }
    must_fail(__FILE__, __LINE__, "the login was refused");
}

static void login_ended(struct request *request, struct login_check *check)
{
    if (check->outcome != LOGIN_GOOD) {
        refuse_login(request, check);
        return;
    }
    request->face = &check->admission;
    if (check->admission.merchant.debits.ics[0] == '\0')
        ssp_fail(request, CODE_ACCOUNT, NULL, "Invalid account: it has no creditor identifier");
    else
        call_begin(request);
}

/* What was answered at once leaves; an operation that was begun answers by itself, now or later. */
static void resume_if_answered(struct request *request)
{
    if (request->response.status != 0 && request_is_parked(request))
        request_resume(request);
}

static void login_late(struct request *request)
{
    login_ended(request, request->face_call);
    resume_if_answered(request);
}

static void login_checked(struct login_check *check)
{
    struct request *request = check->owner;

    if (check->slow_down) {
        request->face_call = check;
        request_later(request, SLOW_DOWN_MS, login_late);
        return;
    }
    login_ended(request, check);
    resume_if_answered(request);
}

/* Basic, UTF-8, the first ':' separates. */
static bool credentials_read(struct request *request, struct str *name, struct str *password)
{
    struct str header = request_header(request, STR("Authorization"));
    size_t space = str_find(header, ' ');
    struct str decoded;

    if (space == header.len || !str_eq_nocase(str_sub(header, 0, space), STR("Basic")) ||
        !base64_decode(request->cx->arena, str_trim(str_from(header, space)), &decoded))
        return false;
    size_t colon = str_find(decoded, ':');
    if (colon == decoded.len)
        return false;
    *name = str_sub(decoded, 0, colon);
    *password = str_from(decoded, colon + 1);
    return true;
}

/* Every route leads here: the first call of a login has its password hashed, which takes long. */
static void handle(struct request *request)
{
    struct login_check *check = arena_make(request->cx->arena, struct login_check);

    check->core = request->core;
    check->cx = request->cx;
    check->face = "safedebit";
    check->peer = request->peer;
    check->peer_local = request->peer_local;
    check->done = login_checked;
    check->owner = request;
    if (!credentials_read(request, &check->name, &check->password)) {
        check->outcome = LOGIN_UNKNOWN;
        refuse_login(request, check);
        return;
    }
    if (login_begin(check))
        login_ended(request, check);
    else
        request_park(request);
}

/* --- the mount -----------------------------------------------------------------------------------
 */

static const struct security_scheme SECURITY[] = {
    {"basic", SEED, "http", "basic", "Login and password of the account"},
};

/* The tables of arguments as the router and the OpenAPI file know them. */
struct described {
    struct route routes[ARRAY_LEN(CALLS)];
    struct table tables[ARRAY_LEN(CALLS)];
    struct field fields[ARRAY_LEN(CALLS)][ARGUMENTS_MAX];
    struct mount mount;
};

static void describe(struct described *described, size_t i)
{
    const struct call *call = &CALLS[i];
    struct table *table = &described->tables[i];
    bool get = call->method == METHOD_GET;

    if (call->arguments != NULL)
        arguments_table(call->arguments, described->fields[i], table);
    described->routes[i] = (struct route){
        .method = call->method,
        .pattern = call->pattern,
        .editions = ED_ALL,
        /* A call comes from where its arguments do. */
        .origin = call->arguments != NULL ? call->arguments->rows[0].origin : DOC,
        .handle = handle,
        .query = get && call->arguments != NULL ? table : NULL,
        .in = !get && call->arguments != NULL ? table : NULL,
        .out = call->out,
        .about = call->about,
    };
}

struct mount *safedebit_mount_new(void)
{
    struct described *described = process_make(struct described);

    for (size_t i = 0; i < ARRAY_LEN(CALLS); i++)
        describe(described, i);
    described->mount = (struct mount){
        .prefix = "/ssp",
        .edition = ED_ALL,
        .routes = described->routes,
        .count = ARRAY_LEN(CALLS),
        .body_max = FILE_BODY_MAX,
        .refuse = safedebit_refuse,
        .title = "safedebit",
        .security = SECURITY,
        .security_count = ARRAY_LEN(SECURITY),
        .error = &SAFEDEBIT_ERROR,
    };
    return &described->mount;
}

void safedebit_mount_free(struct mount *mount)
{
    process_free((char *)mount - offsetof(struct described, mount));
}
