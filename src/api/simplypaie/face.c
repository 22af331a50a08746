#include "api/simplypaie/face.h"

#include <stddef.h>

#include "api/simplypaie/call.h"
#include "api/simplypaie/calls.h"
#include "base/must.h"
#include "core/token.h"

enum { BODY_MAX = 256 << 10 };

struct call {
    enum method method;
    const char *pattern;
    enum origin origin;
    void (*handle)(struct request *request);
    const struct parameters *parameters; /* of the query of a GET, of the body of a POST; or NULL */
    const struct table *out;
    int status;
    const char *about;
};

static const char CONNECTION[] = "/connection";

/* clang-format off */
static const struct call CALLS[] = {
    {METHOD_GET, CONNECTION, SEED, simplypaie_connection, NULL, &SIMPLYPAIE_CONNECTED, 200, "Get a token"},
    {METHOD_POST, "/payments/new", SEED, simplypaie_payment_new, &SIMPLYPAIE_NEW, &SIMPLYPAIE_MADE, 201, "Ask for a payment"},
    {METHOD_GET, "/payments/list", SEED, simplypaie_payment_list, &SIMPLYPAIE_LIST, &SIMPLYPAIE_LISTED, 200, "Payments and refunds, newest first"},
    {METHOD_POST, "/payments/{id}/remind", SEED, simplypaie_payment_remind, NULL, &SIMPLYPAIE_DONE, 200, "Ask the payer once more"},
    {METHOD_POST, "/payments/{id}/cancel", SEED, simplypaie_payment_cancel, NULL, &SIMPLYPAIE_DONE, 200, "Cancel a request, give a hold back"},
    {METHOD_POST, "/payments/{id}/cash", SEED, simplypaie_payment_cash, &SIMPLYPAIE_CASH, &SIMPLYPAIE_DONE, 200, "Cash a deposit, or a part of it"},
    {METHOD_POST, "/payments/{id}/refund", SEED, simplypaie_payment_refund, &SIMPLYPAIE_REFUND, &SIMPLYPAIE_DONE, 200, "Refund a payment, or a part of it"},
    {METHOD_POST, "/invoices/new", SEED, simplypaie_invoice_new, &SIMPLYPAIE_INVOICE, &SIMPLYPAIE_INVOICED, 200, "Issue an invoice, a quote or a receipt"},
};
/* clang-format on */

/* --- who calls -----------------------------------------------------------------------------------
 */

/* Before the body, the path's payment and everything else. */
static bool admit(struct request *request)
{
    struct token_check check = {
        .face = "simplypaie",
        .login = request_header(request, STR("apiClientId")),
        .token = request_header(request, STR("apiToken")),
        .peer = request->peer,
    };

    if (request->route->pattern == CONNECTION)
        return true;
    if (check.login.len == 0 || check.token.len == 0) {
        sp_fail(request, PROBLEM_CREDENTIALS);
        return false;
    }
    struct admission *admission = arena_make(request->cx->arena, struct admission);
    switch (token_admit(request->core, request->cx, &check, admission)) {
    case TOKEN_GOOD:
        request->face = admission;
        return true;
    case TOKEN_UNKNOWN:
        sp_fail(request, PROBLEM_CREDENTIALS);
        return false;
    case TOKEN_EXPIRED:
        sp_fail(request, PROBLEM_EXPIRED_TOKEN);
        return false;
    case TOKEN_FAILED:
        sp_error(request, check.failure);
        return false;
    }
    must_fail(__FILE__, __LINE__, "an outcome of a token");
}

/* --- the mount -----------------------------------------------------------------------------------
 */

static const struct security_scheme SECURITY[] = {
    {"apiClientId", SEED, "apiKey", "apiClientId", "Digits: the account's number as a client"   },
    {"apiSecret",   SEED, "apiKey", "apiSecret",   "64 hexadecimal digits, for connection alone"},
    {"apiToken",    SEED, "apiKey", "apiToken",    "What connection answered"                   },
};

/* The calls as the router and the OpenAPI file know them. */
struct described {
    struct route routes[ARRAY_LEN(CALLS)];
    struct table tables[ARRAY_LEN(CALLS)];
    struct field fields[ARRAY_LEN(CALLS)][PARAMETERS_MAX];
    struct route_note notes[ARRAY_LEN(CALLS)];
    struct mount mount;
};

static void describe(struct described *described, size_t i)
{
    const struct call *call = &CALLS[i];
    struct table *table = &described->tables[i];
    bool get = call->method == METHOD_GET;
    bool any = call->parameters != NULL;

    if (any)
        parameters_table(call->parameters, described->fields[i], table);
    described->routes[i] = (struct route){
        .method = call->method,
        .pattern = call->pattern,
        .editions = ED_ALL,
        .origin = call->origin,
        .handle = call->handle,
        .query = get && any ? table : NULL,
        .in = !get && any ? table : NULL,
        .out = call->out,
        .about = call->about,
    };
    described->notes[i] = (struct route_note){
        .pattern = call->pattern,
        .status = call->status,
        .schemes = call->pattern == CONNECTION ? "apiClientId apiSecret" : "apiClientId apiToken",
    };
}

struct mount *simplypaie_mount_new(void)
{
    struct described *described = process_make(struct described);

    for (size_t i = 0; i < ARRAY_LEN(CALLS); i++)
        describe(described, i);
    described->mount = (struct mount){
        .prefix = "/api",
        .edition = ED_ALL,
        .routes = described->routes,
        .count = ARRAY_LEN(CALLS),
        .body_max = BODY_MAX,
        .refuse = simplypaie_refuse,
        .admit = admit,
        .title = "simplypaie",
        .security = SECURITY,
        .security_count = ARRAY_LEN(SECURITY),
        .notes = described->notes,
        .note_count = ARRAY_LEN(CALLS),
        .error = &SIMPLYPAIE_ERROR,
    };
    return &described->mount;
}

void simplypaie_mount_free(struct mount *mount)
{
    process_free((char *)mount - offsetof(struct described, mount));
}
