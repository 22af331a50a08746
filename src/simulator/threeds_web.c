/* The back channel of 3-D Secure on the control port: what a directory server and the bank's ACS
 * tell a merchant's server, without its payer. */
#include "base/must.h"
#include "simulator/threeds.h"
#include "simulator/web.h"
#include "wire/url.h"

enum { BODY_MAX = 64 * 1024 };

struct lookup_in {
    struct given given;
    struct str payment;
    struct str number;
    int64_t amount;
    struct str currency;
    struct str merchant_name;
    struct str notification_url;
    struct str session;
    struct str preference;
};
#define AT(member) FIELD_AT(struct lookup_in, member)
static const struct field LOOKUP_FIELDS[] = {
    {"payment",          F_TEXT,   0,  36,        OPTIONAL, OURS, ED_ALL, AT(payment)         },
    {"number",           F_DIGITS, 12, 19,        REQUIRED, OURS, ED_ALL, AT(number)          },
    {"amount",           F_INT,    0,  INT64_MAX, REQUIRED, OURS, ED_ALL, AT(amount)          },
    {"currency",         F_TEXT,   3,  3,         REQUIRED, OURS, ED_ALL, AT(currency)        },
    {"merchant_name",    F_TEXT,   0,  200,       OPTIONAL, OURS, ED_ALL, AT(merchant_name)   },
    {"notification_url", F_TEXT,   1,  2048,      REQUIRED, OURS, ED_ALL, AT(notification_url)},
    {"session",          F_TEXT,   0,  1024,      OPTIONAL, OURS, ED_ALL, AT(session)         },
    {"preference",       F_TEXT,   2,  2,         REQUIRED, OURS, ED_ALL, AT(preference)      },
};
#undef AT
static const struct table LOOKUP = TABLE_OF("ThreeDSLookup", struct lookup_in, LOOKUP_FIELDS);

struct result_in {
    struct given given;
    struct str acs_trans_id;
};
#define AT(member) FIELD_AT(struct result_in, member)
static const struct field RESULT_FIELDS[] = {
    {"acs_trans_id", F_TEXT, 1, 36, REQUIRED, OURS, ED_ALL, AT(acs_trans_id)},
};
#undef AT
static const struct table RESULT = TABLE_OF("ThreeDSResultAsk", struct result_in, RESULT_FIELDS);

struct threeds_out {
    struct given given;
    struct str status;
    struct str eci;
    struct str cavv;
    struct str version;
    struct str ds_trans_id;
    struct str acs_trans_id;
    struct str acs_url;
    struct str creq;
};
#define AT(member) FIELD_AT(struct threeds_out, member)
static const struct field THREEDS_FIELDS[] = {
    {"status",       F_TEXT, 1, 1,    REQUIRED, OURS, ED_ALL, AT(status)      },
    {"eci",          F_TEXT, 0, 2,    OPTIONAL, OURS, ED_ALL, AT(eci)         },
    {"cavv",         F_TEXT, 0, 28,   OPTIONAL, OURS, ED_ALL, AT(cavv)        },
    {"version",      F_TEXT, 0, 8,    OPTIONAL, OURS, ED_ALL, AT(version)     },
    {"ds_trans_id",  F_TEXT, 0, 36,   OPTIONAL, OURS, ED_ALL, AT(ds_trans_id) },
    {"acs_trans_id", F_TEXT, 0, 36,   OPTIONAL, OURS, ED_ALL, AT(acs_trans_id)},
    {"acs_url",      F_TEXT, 0, 511,  OPTIONAL, OURS, ED_ALL, AT(acs_url)     },
    {"creq",         F_TEXT, 0, 1023, OPTIONAL, OURS, ED_ALL, AT(creq)        },
};
#undef AT
static const struct table THREEDS_OUT =
    TABLE_OF("ThreeDSAnswer", struct threeds_out, THREEDS_FIELDS);

static void answer_authentication(struct request *request, const struct authentication *result,
                                  bool with_challenge)
{
    struct arena *arena = request->cx->arena;
    struct threeds_out out = {
        .status = {&result->status, 1},
        .eci = str_of(result->eci),
        .cavv = str_of(result->cavv),
        .version = STR("2.2.0"),
        .ds_trans_id = str_of(result->ds_trans_id),
        .acs_trans_id = str_of(result->acs_trans_id),
    };

    if (with_challenge && result->status == 'C') {
        struct str creq = str_format(
            arena,
            "{\"messageType\":\"CReq\",\"messageVersion\":\"2.2.0\",\"acsTransID\":\"%s\","
            "\"threeDSServerTransID\":\"%s\",\"challengeWindowSize\":\"05\"}",
            result->acs_trans_id, result->ds_trans_id);
        out.creq = base64url_encode(arena, creq);
        out.acs_url = str_format(arena, "%s/challenge", web_of(request)->acs_origin);
    }
    web_table(request, &THREEDS_OUT, &out);
}

static void post_lookup(struct request *request)
{
    struct state *state = web_of(request)->state;
    struct authentication result;
    struct lookup_in in;
    struct url url;
    struct lookup lookup = {.mandated = false};

    if (!web_back_channel(request) || !web_body(request, &LOOKUP, &in))
        return;
    if (!currency_parse(in.currency, &lookup.amount.currency) ||
        url_parse(in.notification_url, &url) != OK) {
        web_error(request, 400, "currency or notification_url does not fit");
        return;
    }
    lookup.number = in.number;
    lookup.amount.minor = in.amount;
    lookup.mandated = str_eq(in.preference, STR("04"));
    lookup.payment = in.payment;
    lookup.merchant_name = in.merchant_name;
    lookup.notification_url = in.notification_url;
    lookup.session = in.session;
    state_lock(state);
    result = threeds_lookup(state, &lookup);
    journal_sync(state->journal);
    state_unlock(state);
    answer_authentication(request, &result, true);
}

static void post_result(struct request *request)
{
    struct state *state = web_of(request)->state;
    struct authentication result;
    struct result_in in;

    if (!web_back_channel(request) || !web_body(request, &RESULT, &in))
        return;
    state_lock(state);
    err_t err = threeds_result(state, in.acs_trans_id, &result);
    state_unlock(state);
    if (err == OK)
        answer_authentication(request, &result, false);
    else
        web_error(request, 404, "there is no such challenge");
}

static const struct route ROUTES[] = {
    {METHOD_POST, "/lookup", OURS, ED_ALL, post_lookup, NULL, &LOOKUP, &THREEDS_OUT, NULL, "AReq"},
    {METHOD_POST, "/result", OURS, ED_ALL, post_result, NULL, &RESULT, &THREEDS_OUT, NULL,
     "result of a CReq"                                                                          },
};

const struct mount THREEDS_MOUNT = {
    .prefix = "/threeds",
    .edition = ED_1,
    .routes = ROUTES,
    .count = ARRAY_LEN(ROUTES),
    .body_max = BODY_MAX,
    .json_only = true,
    .refuse = web_refuse,
    .title = "Simulated 3-D Secure",
};
