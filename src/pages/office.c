#include "pages/office.h"

#include "base/log.h"
#include "pages/form_token.h"
#include "pages/format.h"
#include "pages/frame.h"
#include "pages/language.h"
#include "pages/notice.h"

static const struct answer_policy STRICT = {
    .parent = {NULL, 0}
};

/* --- cookies -------------------------------------------------------------------------------------
 */

/* Browsers take a name with this prefix from this very host, over https and for all its paths. */
#define HOST_PREFIX "__Host-"

static struct str cookie_name(const struct office *office, enum office_cookie cookie)
{
    bool session = cookie == OFFICE_COOKIE_SESSION;

    if (office->secure)
        return session ? STR(HOST_PREFIX "guichet_operator") : STR(HOST_PREFIX "guichet_login");
    return session ? STR("guichet_operator") : STR("guichet_login");
}

struct str office_cookie_get(const struct office *office, enum office_cookie cookie)
{
    return request_cookie(office->request, cookie_name(office, cookie));
}

static void cookie_put(const struct office *office, enum office_cookie cookie, struct str value,
                       const char *life)
{
    struct str name = cookie_name(office, cookie);

    response_header(office->request, STR("Set-Cookie"),
                    str_format(office->request->cx->arena,
                               "%.*s=%.*s; Path=/; HttpOnly; SameSite=Lax%s%s", (int)name.len,
                               name.ptr, (int)value.len, value.ptr, life,
                               office->secure ? "; Secure" : ""));
}

void office_cookie_set(const struct office *office, enum office_cookie cookie, struct str value)
{
    cookie_put(office, cookie, value, "");
}

void office_cookie_drop(const struct office *office, enum office_cookie cookie)
{
    cookie_put(office, cookie, STR(""), "; Max-Age=0");
}

/* --- addresses and frame -------------------------------------------------------------------------
 */

static struct str path_in(const struct office *office, struct str path, struct str language,
                          const char *more)
{
    return str_format(office->request->cx->arena, "%.*s?lang=%.*s%s%s", (int)path.len, path.ptr,
                      (int)language.len, language.ptr, more[0] == '\0' ? "" : "&", more);
}

struct str office_path(const struct office *office, const char *path, const char *more)
{
    return path_in(office, str_of(path), PAGE_LANGUAGES[office->lang - 1].code, more);
}

struct str office_moment(const struct office *office, instant at)
{
    return at == 0 ? STR_NONE : format_moment(office->request->cx->arena, at, office->lang);
}

static const struct layout_office_languages *language_links(const struct office *office,
                                                            const char *more)
{
    struct layout_office_languages *links = arena_array(
        office->request->cx->arena, struct layout_office_languages, PAGE_LANGUAGES_COUNT);

    for (size_t i = 0; i < PAGE_LANGUAGES_COUNT; i++) {
        links[i].code = PAGE_LANGUAGES[i].code;
        links[i].name = PAGE_LANGUAGES[i].name;
        links[i].current = (enum page_lang)(i + 1) == office->lang;
        links[i].url = path_in(office, office->request->path, PAGE_LANGUAGES[i].code, more);
    }
    return links;
}

struct layout_office office_frame(const struct office *office, enum office_section section,
                                  const char *more)
{
    struct str hash = office->session.hash;
    bool signed_in = hash.len > 0;

    return (struct layout_office){
        .sandbox = office->sandbox,
        .home_url = office_path(office, OFFICE_PATH, ""),
        .enrolments_url = office_path(office, OFFICE_PATH "/enrolments", ""),
        .audit_url = office_path(office, OFFICE_PATH "/audit", ""),
        .sign_out_url = office_path(office, OFFICE_PATH "/logout", ""),
        .at_home = section == OFFICE_HOME,
        .at_enrolments = section == OFFICE_ENROLMENTS,
        .at_audit = section == OFFICE_AUDIT,
        .who = signed_in ? office->session.account.email : STR_NONE,
        .csrf = signed_in ? office_token(office, hash, "logout") : STR_NONE,
        .languages = language_links(office, more),
        .languages_count = PAGE_LANGUAGES_COUNT,
    };
}

void office_answer(struct office *office, int status, const struct buf *html)
{
    answer_page(office->request, status, office->lang, &STRICT, html);
}

void office_file_answer(struct office *office, struct str type, const char *ending,
                        const char *name, struct str bytes)
{
    struct request *request = office->request;

    response_set(request, 200, type, bytes);
    response_header(request, STR("Content-Disposition"),
                    str_format(request->cx->arena, "inline; filename=\"%s.%s\"", name, ending));
    response_header(request, STR("Content-Security-Policy"),
                    STR("sandbox; default-src 'none'; style-src 'unsafe-inline'; "
                        "frame-ancestors 'none'"));
    response_header(request, STR("Cross-Origin-Resource-Policy"), STR("same-origin"));
    response_header(request, STR("Cache-Control"), STR("no-store"));
    answer_plain_headers(request);
}

void office_failed(struct office *office, err_t err)
{
    bool busy = err == ERR_FULL || err == ERR_BUSY || err == ERR_UNAVAILABLE;

    log_event(office->request->cx, EV_INTERNAL_ERROR, LOG_WORD("what", "operator"), LOG_ERR(err));
    notice_answer(office->request, busy ? 503 : 500, TEXT_NOTICE_TECHNICAL);
}

/* --- forms ---------------------------------------------------------------------------------------
 */

static struct form_token token_of(const struct office *office, struct str holder,
                                  const char *purpose)
{
    return (struct form_token){
        .key = office->request->core->page_key,
        .payment = str_format(office->request->cx->arena, "operator %.*s", (int)holder.len,
                              holder.ptr == NULL ? "" : holder.ptr),
        .amount = {0, CURRENCY_EUR},
        .attempt = str_of(purpose),
    };
}

struct str office_token(const struct office *office, struct str holder, const char *purpose)
{
    struct form_token of = token_of(office, holder, purpose);

    return form_token_make(office->request->cx->arena, &of, office->request->cx->real);
}

enum office_form office_token_check(const struct office *office, struct str holder,
                                    const char *purpose, const struct form *form)
{
    struct form_token of = token_of(office, holder, purpose);

    if (holder.len == 0)
        return OFFICE_FORM_FOREIGN;
    switch (form_token_check(office->request->cx->arena, &of, office_form_value(form, "csrf"),
                             office->request->cx->real)) {
    case FORM_GOOD:
        return OFFICE_FORM_GOOD;
    case FORM_STALE:
        return OFFICE_FORM_STALE;
    case FORM_FOREIGN:
        break;
    }
    return OFFICE_FORM_FOREIGN;
}

bool office_form_read(struct request *request, struct form *form)
{
    struct str type = request_header(request, STR("Content-Type"));
    struct str media = str_trim(str_sub(type, 0, str_find(type, ';')));

    if (!str_eq_nocase(media, STR("application/x-www-form-urlencoded")))
        notice_answer(request, 415, TEXT_NOTICE_BAD_REQUEST);
    else if (form_parse(request->cx->arena, request->body, form) != OK)
        notice_answer(request, 400, TEXT_NOTICE_BAD_REQUEST);
    else
        return true;
    return false;
}

struct str office_form_value(const struct form *form, const char *name)
{
    struct str value = STR_NONE;

    return form_get(form, str_of(name), &value) ? value : STR_NONE;
}

/* --- who is there --------------------------------------------------------------------------------
 */

static struct office *office_new(struct request *request)
{
    const struct core *core = request->core;
    struct office *office = arena_make(request->cx->arena, struct office);

    request->cx->mode = core->sandbox ? MODE_TEST : MODE_LIVE;
    office->request = request;
    office->sandbox = core->sandbox;
    office->lang = frame_language(request, NULL);
    office->secure = request->tls || str_starts(core->public_url, STR("https:"));
    request->face = office;
    return office;
}

struct office *office_enter(struct request *request)
{
    struct office *office = office_new(request);

    if (office->secure || (office->sandbox && request->peer_local))
        return office;
    notice_answer(request, 403, TEXT_NOTICE_HTTPS);
    return NULL;
}

struct office *office_of(const struct request *request)
{
    return request->face;
}

void office_wait(struct office *office)
{
    if (!request_is_parked(office->request))
        request_park(office->request);
}

/* An operation that was refused at once has let it go on already. */
void office_go_on(struct office *office)
{
    if (office->request->response.status != 0 && request_is_parked(office->request))
        request_resume(office->request);
}

static void touched(struct operation *operation)
{
    struct office *office = operation->owner;

    /* What was not noted is noted by the next request. */
    ctx_clear_faults(operation->cx);
    office->request->route->handle(office->request);
    office_go_on(office);
}

static void touch(struct office *office)
{
    office->touch = (struct operator_touch){
        .operation = {.core = office->request->core,
                      .cx = office->request->cx,
                      .done = touched,
                      .owner = office},
        .hash = office->session.hash,
    };
    office_wait(office);
    operator_touch(&office->touch);
}

/* Where to go on afterwards; what was sent by a form is lost. */
static void login_ask(struct office *office)
{
    struct request *request = office->request;
    bool reads = request->method == METHOD_GET || request->method == METHOD_HEAD;
    bool had_one = office_cookie_get(office, OFFICE_COOKIE_SESSION).len > 0;
    struct buf more = buf_make(request->cx->arena, 4096);

    if (had_one)
        buf_put(&more, STR("news=ended"));
    if (reads && !str_eq(request->path, STR(OFFICE_PATH)) && request->path.len < 256)
        buf_format(&more, "%snext=%.*s", had_one ? "&" : "", (int)request->path.len,
                   request->path.ptr);
    buf_put_byte(&more, '\0');
    answer_redirect(request, office_path(office, OFFICE_LOGIN_PATH, buf_str(&more).ptr));
}

bool office_admit(struct request *request)
{
    struct office *office = office_enter(request);

    if (office == NULL)
        return false;
    struct str token = office_cookie_get(office, OFFICE_COOKIE_SESSION);
    err_t err = operator_admit(request->core, request->cx, token, &office->session);
    if (err == ERR_AUTH)
        login_ask(office);
    else if (err != OK)
        office_failed(office, err);
    else if (office->session.stale)
        touch(office);
    return err == OK && !office->session.stale;
}
