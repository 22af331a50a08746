#include "api/simplypaie/call.h"
#include "api/simplypaie/calls.h"
#include "base/must.h"
#include "core/login.h"
#include "core/token.h"

/* GET /api/connection (api/simplypaie.md 2): client id and secret for a token. */

struct connected_out {
    struct given given;
    struct str status;
    struct str token;
    struct str expires;
};
#define AT(member) FIELD_AT(struct connected_out, member)
static const struct field CONNECTED_FIELDS[] = {
    {"status",   F_TEXT, 1,         16,        REQUIRED, SEED, ED_ALL, AT(status) },
    {"apiToken", F_TEXT, TOKEN_LEN, TOKEN_LEN, REQUIRED, SEED, ED_ALL, AT(token)  },
    {"expires",  F_TEXT, 19,        19,        REQUIRED, SEED, ED_ALL, AT(expires)},
};
#undef AT
const struct table SIMPLYPAIE_CONNECTED =
    TABLE_OF("Connected", struct connected_out, CONNECTED_FIELDS);

struct connecting {
    struct login_check check; /* first */
    struct token_issue issue;
};

static void issued(struct operation *operation)
{
    struct connecting *connecting = operation->owner;
    struct request *request = connecting->check.owner;
    const struct connected_out out = {
        .status = SUCCESS,
        .token = str_of(connecting->issue.token),
        .expires = sp_time(request->cx->arena, connecting->issue.expires),
    };

    if (operation->result == OK)
        sp_answer(request, 200, &SIMPLYPAIE_CONNECTED, &out);
    else
        sp_error(request, operation->result);
    request_resume(request);
}

static void issue_begin(struct connecting *connecting)
{
    struct request *request = connecting->check.owner;
    struct operation *operation = &connecting->issue.operation;

    connecting->issue.face = connecting->check.face;
    connecting->issue.login = connecting->check.name;
    operation->core = request->core;
    operation->cx = request->cx;
    operation->done = issued;
    operation->owner = connecting;
    if (!request_is_parked(request))
        request_park(request);
    token_issue(&connecting->issue);
}

static void answer_blocked(struct request *request, int64_t seconds)
{
    response_header(request, STR("Retry-After"),
                    str_format(request->cx->arena, "%lld", (long long)seconds));
    sp_fail(request, PROBLEM_TOO_MANY);
}

/* What was answered at once leaves; the token is written first. */
static void login_ended(struct connecting *connecting)
{
    struct request *request = connecting->check.owner;

    switch (connecting->check.outcome) {
    case LOGIN_GOOD:
        issue_begin(connecting);
        return;
    case LOGIN_UNKNOWN:
    case LOGIN_WRONG:
    case LOGIN_ELSEWHERE:
    case LOGIN_SUSPENDED:
        sp_fail(request, PROBLEM_CREDENTIALS);
        break;
    case LOGIN_BLOCKED:
        answer_blocked(request, connecting->check.blocked_s);
        break;
    case LOGIN_FAILED:
        sp_error(request, connecting->check.failure);
        break;
    }
    if (request_is_parked(request))
        request_resume(request);
}

static void login_checked(struct login_check *check)
{
    login_ended((struct connecting *)check);
}

void simplypaie_connection(struct request *request)
{
    struct connecting *connecting = arena_make(request->cx->arena, struct connecting);
    struct login_check *check = &connecting->check;

    response_header(request, STR("Cache-Control"), STR("no-store"));
    check->core = request->core;
    check->cx = request->cx;
    check->face = "simplypaie";
    check->name = request_header(request, STR("apiClientId"));
    check->password = request_header(request, STR("apiSecret"));
    check->peer = request->peer;
    check->peer_local = request->peer_local;
    check->blocks = true;
    check->done = login_checked;
    check->owner = request;
    if (check->name.len == 0 || check->password.len == 0)
        sp_fail(request, PROBLEM_CREDENTIALS);
    else if (login_begin(check))
        login_ended(connecting);
    else
        request_park(request);
}
