/* The bank's page (cards.md 6 "Sandbox ACS page"): its own origin, HTML without script. */
#include <string.h>

#include "base/must.h"
#include "simulator/acs_page.h"
#include "simulator/threeds.h"
#include "simulator/web.h"
#include "wire/form.h"
#include "wire/url.h"

enum { TRIES_ALL = 3 };

/* --- answers
 * ---------------------------------------------------------------------------------------- */

static void answer_page(struct request *request, int status, struct str page,
                        struct str form_action)
{
    struct str policy = str_format(request->cx->arena,
                                   "default-src 'none'; style-src 'self'; img-src data:; "
                                   "form-action %.*s; base-uri 'none'; frame-ancestors 'none'",
                                   (int)form_action.len, form_action.ptr);

    response_header(request, STR("Content-Security-Policy"), policy);
    response_header(request, STR("Cache-Control"), STR("no-store"));
    response_header(request, STR("Referrer-Policy"), STR("no-referrer"));
    response_header(request, STR("X-Content-Type-Options"), STR("nosniff"));
    response_header(request, STR("X-Robots-Tag"), STR("noindex"));
    response_set(request, status, STR("text/html; charset=utf-8"), page);
}

static enum language request_language(struct request *request, const struct form *form)
{
    struct str lang = STR_NONE;

    if (form != NULL)
        (void)form_get(form, STR("lang"), &lang);
    return language_of(lang, request_header(request, STR("Accept-Language")));
}

static void answer_unknown(struct request *request, int status)
{
    answer_page(request, status,
                acs_error_page(request->cx->arena, request_language(request, NULL)), STR("'none'"));
}

static void refuse(struct request *request, enum refusal status, const char *why)
{
    (void)why;
    answer_unknown(request, (int)status);
}

/* A copy of a challenge, so that the page is made without the lock. Its texts live as long as the
 * process. */
static bool find_challenge(struct request *request, struct str transaction, struct challenge *out)
{
    struct state *state = web_of(request)->state;

    state_lock(state);
    const struct challenge *challenge = state_challenge(state, transaction);
    if (challenge != NULL)
        *out = *challenge;
    state_unlock(state);
    return challenge != NULL;
}

static void answer_form(struct request *request, const struct challenge *challenge,
                        enum language language, bool wrong_code)
{
    struct acs_form form = {
        .language = language,
        .transaction = str_of(challenge->acs_trans_id),
        .merchant = str_of(challenge->merchant_name),
        .amount = challenge->amount,
        .card_mask = str_of(challenge->card_mask),
        .wrong_code = wrong_code,
        .tries_left = TRIES_ALL - challenge->tries,
    };

    answer_page(request, wrong_code ? 422 : 200, acs_form_page(request->cx->arena, &form),
                STR("'self'"));
}

static void answer_return(struct request *request, const struct challenge *challenge,
                          enum language language)
{
    struct arena *arena = request->cx->arena;
    struct acs_return back = {
        .language = language,
        .status = challenge->status,
        .notification_url = str_of(challenge->notification_url),
        .session = str_of(challenge->session),
    };
    struct url url;

    struct str cres =
        str_format(arena,
                   "{\"messageType\":\"CRes\",\"messageVersion\":\"2.2.0\","
                   "\"acsTransID\":\"%s\",\"threeDSServerTransID\":\"%s\","
                   "\"challengeCompletionInd\":\"Y\",\"transStatus\":\"%c\"}",
                   challenge->acs_trans_id, challenge->ds_trans_id, challenge->status);
    back.cres = base64url_encode(arena, cres);
    /* It was checked when the challenge was made. */
    must(url_parse(back.notification_url, &url) == OK);
    answer_page(request, 200, acs_return_page(arena, &back), url.origin);
}

static void answer_challenge(struct request *request, const struct challenge *challenge,
                             enum language language)
{
    if (challenge->status == 'C')
        answer_form(request, challenge, language, false);
    else
        answer_return(request, challenge, language);
}

/* --- the creq
 * --------------------------------------------------------------------------------------- */

/* acsTransID of a base64url creq; it must be one of our own. */
static bool creq_transaction(struct request *request, struct str creq, struct str *out)
{
    struct arena *arena = request->cx->arena;
    struct json_member *members;
    struct json root;
    struct str text;
    const char *why;

    if (!base64url_decode(arena, creq, &text))
        return false;
    char *padded = arena_alloc(arena, text.len + JSON_SPARE);
    if (text.len > 0)
        memcpy(padded, text.ptr, text.len);
    if (json_parse(request->json, (struct str){padded, text.len}, &root, &why) != OK ||
        json_kind(root) != JSON_OBJECT)
        return false;
    size_t count = json_members(arena, root, &members);
    for (size_t i = 0; i < count; i++) {
        if (str_eq(members[i].name, STR("acsTransID")) &&
            json_kind(members[i].value) == JSON_TEXT) {
            *out = json_text(members[i].value);
            return true;
        }
    }
    return false;
}

static void post_challenge(struct request *request)
{
    struct challenge challenge;
    struct form form;
    struct str creq;
    struct str transaction;

    if (form_parse(request->cx->arena, request->body, &form) != OK ||
        !form_get(&form, STR("creq"), &creq) || !creq_transaction(request, creq, &transaction))
        answer_unknown(request, 400);
    else if (!find_challenge(request, transaction, &challenge))
        answer_unknown(request, 404);
    else
        answer_challenge(request, &challenge, request_language(request, &form));
}

/* The same page again, in the other language. */
static void get_challenge(struct request *request)
{
    struct challenge challenge;
    struct form query;
    struct str transaction;

    if (form_parse(request->cx->arena, request->query, &query) != OK ||
        !form_get(&query, STR("transaction"), &transaction) ||
        !find_challenge(request, transaction, &challenge))
        answer_unknown(request, 404);
    else
        answer_challenge(request, &challenge, request_language(request, &query));
}

/* --- the payer's decision
 * --------------------------------------------------------------------------- */

static bool action_of(struct str text, enum payer_action *out)
{
    static const struct {
        const char *text;
        enum payer_action action;
    } ACTIONS[] = {
        {"authenticate", PAYER_CODE   },
        {"refuse",       PAYER_REFUSES},
        {"cancel",       PAYER_CANCELS},
        {"fail",         PAYER_FAILS  },
    };

    for (size_t i = 0; i < ARRAY_LEN(ACTIONS); i++) {
        if (str_eq(text, str_of(ACTIONS[i].text))) {
            *out = ACTIONS[i].action;
            return true;
        }
    }
    return false;
}

/* Decides and keeps the result before the browser goes back with it. */
static bool act(struct request *request, struct str transaction, enum payer_action action,
                struct str code, struct challenge *out)
{
    struct state *state = web_of(request)->state;

    state_lock(state);
    struct challenge *challenge = state_challenge(state, transaction);
    if (challenge != NULL) {
        (void)threeds_act(state, challenge, action, str_trim(code));
        journal_sync(state->journal);
        *out = *challenge;
    }
    state_unlock(state);
    return challenge != NULL;
}

static void post_answer(struct request *request)
{
    struct challenge challenge;
    struct form form;
    struct str transaction;
    struct str text = STR("authenticate");
    struct str code = STR_NONE;
    enum payer_action action;

    if (form_parse(request->cx->arena, request->body, &form) != OK ||
        !form_get(&form, STR("transaction"), &transaction)) {
        answer_unknown(request, 400);
        return;
    }
    (void)form_get(&form, STR("action"), &text);
    (void)form_get(&form, STR("code"), &code);
    if (!action_of(text, &action) || !act(request, transaction, action, code, &challenge))
        answer_unknown(request, 404);
    else if (challenge.status == 'C')
        answer_form(request, &challenge, request_language(request, &form), true);
    else
        answer_return(request, &challenge, request_language(request, &form));
}

static void get_style(struct request *request)
{
    response_header(request, STR("Cache-Control"), STR("max-age=3600"));
    response_header(request, STR("X-Content-Type-Options"), STR("nosniff"));
    response_set(request, 200, STR("text/css; charset=utf-8"), ACS_STYLE);
}

static const struct route ROUTES[] = {
    {METHOD_POST, "/challenge",        OURS, ED_ALL, post_challenge, NULL, NULL, NULL, NULL, "a creq"     },
    {METHOD_GET,  "/challenge",        OURS, ED_ALL, get_challenge,  NULL, NULL, NULL, NULL,
     "the page again"                                                                                     },
    {METHOD_POST, "/challenge/answer", OURS, ED_ALL, post_answer,    NULL, NULL, NULL, NULL,
     "what the payer did"                                                                                 },
    {METHOD_GET,  "/style.css",        OURS, ED_ALL, get_style,      NULL, NULL, NULL, NULL, "style sheet"},
};

const struct mount ACS_MOUNT = {
    .prefix = "",
    .edition = ED_1,
    .routes = ROUTES,
    .count = ARRAY_LEN(ROUTES),
    .body_max = 16 * 1024,
    .refuse = refuse,
    .title = "Test bank",
};
