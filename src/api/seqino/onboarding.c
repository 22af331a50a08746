#include "api/seqino/onboarding.h"

#include "api/seqino/call.h"
#include "api/seqino/routes.h"
#include "base/must.h"
#include "http/outward.h"

/* Links on which clients enrol (api/seqino.md 4). */

enum { URL_MAX = 2048, NAME_ASKED_MAX = 4096 };

#define STATUS_WORD(symbol, value, text) [value] = (text),
static const char *const STATUS_TEXTS[] = {ENROLMENT_STATUS_LIST(STATUS_WORD)};
static const struct words STATUSES = {STATUS_TEXTS, ARRAY_LEN(STATUS_TEXTS), false};

/* --- a new link ----------------------------------------------------------------------------------
 */

struct link_in {
    struct given given;
    bool include_kyc;
    bool include_signature;
    struct str callback_url;
    struct str client_id;
};
#define AT(member) FIELD_AT(struct link_in, member)
static const struct field LINK_IN[] = {
    {"include_kyc",       F_BOOL, 0, 0,              OPTIONAL, SEED, ED_ALL, AT(include_kyc)      },
    {"include_signature", F_BOOL, 0, 0,              OPTIONAL, SEED, ED_ALL, AT(include_signature)},
    {"callback_url",      F_URL,  1, URL_MAX,        OPTIONAL, SEED, ED_ALL, AT(callback_url)     },
    {"client_id",         F_TEXT, 0, NAME_ASKED_MAX, OPTIONAL, OURS, ED_ALL, AT(client_id)        },
};
#undef AT
const struct table SEQINO_LINK_IN = TABLE_OF("OnboardingLinkCreate", struct link_in, LINK_IN);

struct link_query {
    struct given given;
    struct str client_id;
};
#define AT(member) FIELD_AT(struct link_query, member)
static const struct field LINK_QUERY[] = {
    {"client_id", F_TEXT, 0, NAME_ASKED_MAX, OPTIONAL, OURS, ED_ALL, AT(client_id)},
};
#undef AT
const struct table SEQINO_LINK_QUERY =
    TABLE_OF("OnboardingLinkQuery", struct link_query, LINK_QUERY);

struct link_out {
    struct given given;
    struct str onboarding_url;
    struct enrolment_id link_id;
    instant expires_at;
    bool includes_kyc;
    bool includes_signature;
    struct str callback_url;
};
#define AT(member) FIELD_AT(struct link_out, member)
#define AT_ID FIELD_AT_MORE(struct link_out, link_id, LINK_PREFIX)
static const struct field LINK_OUT[] = {
    {"onboarding_url",     F_TEXT,    1, NAME_ASKED_MAX, REQUIRED, SEED, ED_ALL, AT(onboarding_url)    },
    {"link_id",            F_ID,      0, 0,              REQUIRED, SEED, ED_ALL, AT_ID                 },
    {"expires_at",         F_RFC3339, 0, 0,              REQUIRED, SEED, ED_ALL, AT(expires_at)        },
    {"includes_kyc",       F_BOOL,    0, 0,              REQUIRED, SEED, ED_ALL, AT(includes_kyc)      },
    {"includes_signature", F_BOOL,    0, 0,              REQUIRED, SEED, ED_ALL, AT(includes_signature)},
    {"callback_url",       F_TEXT,    0, URL_MAX,        OPTIONAL, SEED, ED_ALL, AT(callback_url)      },
};
#undef AT
#undef AT_ID
const struct table SEQINO_LINK_OUT = TABLE_OF("OnboardingLink", struct link_out, LINK_OUT);

static err_t link_text(const struct request *request, struct operation *operation, struct str *out)
{
    const struct enrolment_make *make = (const struct enrolment_make *)operation;
    const struct link_out object = {
        .onboarding_url = make->link,
        .link_id = make->enrolment.id,
        .expires_at = make->enrolment.expires,
        .includes_kyc = make->enrolment.includes_kyc,
        .includes_signature = make->enrolment.includes_signature,
        .callback_url = make->enrolment.callback_url,
    };

    *out = sq_text(request, &SEQINO_LINK_OUT, &object);
    return OK;
}

/* It becomes the target of a browser: what is not there for everybody is nothing to be sent to. */
static err_t callback_check(struct request *request, struct str url)
{
    struct url parsed;
    const char *why;

    if (url.len == 0)
        return OK;
    if (str_find(url, '#') < url.len)
        return fault(request->cx, ERR_INVALID, "body.callback_url", "must have no fragment");
    if (is_test(request) && url_parse(url, &parsed) == OK && url_is_local(&parsed))
        return OK;
    if (outward_check(url, false, &parsed, &why) != OK)
        return fault(request->cx, ERR_INVALID, "body.callback_url", why);
    return OK;
}

/* [our choice] The header names the client; body or query do for whoever cannot set one. */
static bool client_enter(struct request *request, const struct link_in *in)
{
    struct link_query query;

    if (request_header(request, STR(CLIENT_HEADER)).len > 0)
        return sq_client(request);
    if (in->client_id.len > 0)
        return sq_client_named(request, in->client_id);
    if (!sq_query(request, &query))
        return false;
    return query.client_id.len > 0 ? sq_client_named(request, query.client_id) : sq_client(request);
}

static void make_start(struct operation *operation)
{
    enrolment_make((struct enrolment_make *)operation);
}

void seqino_link_create(struct request *request)
{
    struct enrolment_make *make = arena_make(request->cx->arena, struct enrolment_make);
    struct link_in in;

    if (!sq_body(request, &in))
        return;
    err_t err = callback_check(request, in.callback_url);
    if (err != OK) {
        sq_error(request, err);
        return;
    }
    if (!client_enter(request, &in))
        return;
    make->enrolment = (struct enrolment){
        .includes_kyc = in.include_kyc,
        .includes_signature = in.include_signature,
        .callback_url = in.callback_url.len > 0 ? in.callback_url : STR_NONE,
    };
    sq_create(request, &make->operation, make_start, link_text);
}

/* --- how far it has come -------------------------------------------------------------------------
 */

struct status_query {
    struct given given;
    struct str link_id;
};
#define AT(member) FIELD_AT(struct status_query, member)
static const struct field STATUS_QUERY[] = {
    {"link_id", F_TEXT, 0, NAME_ASKED_MAX, REQUIRED, SEED, ED_ALL, AT(link_id)},
};
#undef AT
const struct table SEQINO_LINK_STATUS_QUERY =
    TABLE_OF("OnboardingStatusQuery", struct status_query, STATUS_QUERY);

struct status_out {
    struct given given;
    struct enrolment_id link_id;
    struct merchant_id company_id;
    int status;
    instant created_at;
    instant last_updated;
    instant expires_at;
    int64_t completion_percentage;
    bool includes_kyc;
    bool includes_signature;
    bool kyc_completed;
    bool signature_completed;
};
#define AT(member) FIELD_AT(struct status_out, member)
#define AT_ID FIELD_AT_MORE(struct status_out, link_id, LINK_PREFIX)
#define AT_COMPANY FIELD_AT_MORE(struct status_out, company_id, CLIENT_PREFIX)
#define AT_STATUS FIELD_AT_MORE(struct status_out, status, &STATUSES)
#define AT_PERCENTAGE FIELD_AT(struct status_out, completion_percentage)
#define AT_SIGNATURE FIELD_AT(struct status_out, includes_signature)
#define AT_SIGNED FIELD_AT(struct status_out, signature_completed)
static const struct field STATUS_OUT[] = {
    {"link_id",               F_ID,      0, 0,   REQUIRED, SEED, ED_ALL, AT_ID            },
    {"company_id",            F_ID,      0, 0,   REQUIRED, SEED, ED_ALL, AT_COMPANY       },
    {"status",                F_WORD,    0, 0,   REQUIRED, SEED, ED_ALL, AT_STATUS        },
    {"created_at",            F_RFC3339, 0, 0,   REQUIRED, SEED, ED_ALL, AT(created_at)   },
    {"last_updated",          F_RFC3339, 0, 0,   REQUIRED, SEED, ED_ALL, AT(last_updated) },
    {"expires_at",            F_RFC3339, 0, 0,   REQUIRED, SEED, ED_ALL, AT(expires_at)   },
    {"completion_percentage", F_INT,     0, 100, REQUIRED, SEED, ED_ALL, AT_PERCENTAGE    },
    {"includes_kyc",          F_BOOL,    0, 0,   REQUIRED, SEED, ED_ALL, AT(includes_kyc) },
    {"includes_signature",    F_BOOL,    0, 0,   REQUIRED, SEED, ED_ALL, AT_SIGNATURE     },
    {"kyc_completed",         F_BOOL,    0, 0,   REQUIRED, SEED, ED_ALL, AT(kyc_completed)},
    {"signature_completed",   F_BOOL,    0, 0,   REQUIRED, SEED, ED_ALL, AT_SIGNED        },
};
#undef AT
#undef AT_ID
#undef AT_COMPANY
#undef AT_STATUS
#undef AT_PERCENTAGE
#undef AT_SIGNATURE
#undef AT_SIGNED
const struct table SEQINO_LINK_STATUS = TABLE_OF("OnboardingStatus", struct status_out, STATUS_OUT);

struct str seqino_link_status_text(const struct request *request, const struct enrolment *enrolment)
{
    const struct status_out object = {
        .link_id = enrolment->id,
        .company_id = request->cx->merchant,
        .status = (int)enrolment_status_now(request->cx, enrolment),
        .created_at = enrolment->created,
        .last_updated = enrolment->changed,
        .expires_at = enrolment->expires,
        .completion_percentage = enrolment_percentage(enrolment),
        .includes_kyc = enrolment->includes_kyc,
        .includes_signature = enrolment->includes_signature,
        .kyc_completed = enrolment->reviewed != 0,
        .signature_completed = enrolment->steps[ENROLMENT_SIGNATURE] != 0,
    };

    return sq_text(request, &SEQINO_LINK_STATUS, &object);
}

void seqino_link_status(struct request *request)
{
    struct ctx *cx = request->cx;
    struct str prefix = STR(LINK_PREFIX);
    struct enrolment enrolment;
    struct status_query in;
    struct tx *tx;

    if (!sq_query(request, &in) || !sq_read(request, &tx))
        return;
    err_t err = ERR_NOT_FOUND;
    if (str_starts(in.link_id, prefix))
        err = enrolment_of_sponsor(cx, tx, caller(request)->sponsor,
                                   str_from(in.link_id, prefix.len), &enrolment);
    if (err == OK)
        sq_answer(request, 200, seqino_link_status_text(request, &enrolment));
    else
        sq_error(request, err == ERR_NOT_FOUND ? fault(cx, err, "link", "not found") : err);
}
