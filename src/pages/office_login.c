#include "pages/office_login.h"

#include "base/crypto.h"
#include "base/rand.h"
#include "pages/frame.h"
#include "pages/notice.h"
#include "pages/office.h"

enum { COOKIE_BYTES = 16, NEXT_MAX = 256 };

static const char PURPOSE[] = "login";

/* One login that was sent in; the core borrows it until it is done. */
struct submission {
    struct office *office;
    struct form form;
    struct str next;
    struct operator_login login;
    struct operator_logout logout;
};

/* What the page says. */
struct told {
    int status;
    enum text_login_banner banner; /* 0: none */
    enum text_login_news news;     /* 0: none */
    struct str email;
    bool email_missing;
    bool password_missing;
};

/* --- where to go on ------------------------------------------------------------------------------
 */

/* A page of ours, as office_admit names it; anything else leads home. */
static struct str next_of(struct str given)
{
    bool ours = str_starts(given, STR(OFFICE_PATH "/")) && given.len <= NEXT_MAX;

    for (size_t i = 0; i < given.len && ours; i++) {
        char byte = given.ptr[i];
        bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        ours = letter || (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' || byte == '/';
    }
    return ours ? given : STR(OFFICE_PATH);
}

static struct str next_query(struct office *office)
{
    struct str next = next_of(frame_query(office->request, STR("next")));
    bool home = str_eq(next, STR(OFFICE_PATH));

    return home ? STR("")
                : str_format(office->request->cx->arena, "next=%.*s", (int)next.len, next.ptr);
}

/* --- the page ------------------------------------------------------------------------------------
 */

/* The form belongs to a browser before anybody is known: by a cookie, so that no other site can
 * sign its reader in under a name of its choice. */
static struct str holder_of(struct office *office)
{
    struct str holder = office_cookie_get(office, OFFICE_COOKIE_LOGIN);
    uint8_t bytes[COOKIE_BYTES];

    if (holder.len > 0)
        return holder;
    rand_bytes(bytes, sizeof bytes);
    holder = hex_encode(office->request->cx->arena, bytes, sizeof bytes);
    office_cookie_set(office, OFFICE_COOKIE_LOGIN, holder);
    return holder;
}

static err_t nobody_yet(struct office *office, bool *out)
{
    struct tx *tx;
    bool exist;

    TRY(core_read(office->request->core, &tx));
    TRY(operators_exist(office->request->cx, tx, &exist));
    *out = !exist;
    return OK;
}

static void login_answer(struct office *office, const struct told *told)
{
    struct buf out = answer_begin(office->request);
    struct str more = next_query(office);
    struct page_operator_login page = {
        .office = office_frame(office, OFFICE_NONE, more.ptr),
        .banner = told->banner,
        .news = told->news,
        .has_problem = told->banner != 0 || told->email_missing || told->password_missing,
        .email = told->email,
        .email_missing = told->email_missing,
        .password_missing = told->password_missing,
        .action = office_path(office, OFFICE_LOGIN_PATH, more.ptr),
    };

    err_t err = nobody_yet(office, &page.nobody);
    if (err != OK) {
        office_failed(office, err);
        return;
    }
    page.csrf = office_token(office, holder_of(office), PURPOSE);
    page_operator_login(&out, &page, office->lang);
    office_answer(office, told->status, &out);
}

void office_login_show(struct request *request)
{
    struct office *office = office_enter(request);
    struct told told = {.status = 200};

    if (office == NULL)
        return;
    struct str news = frame_query(request, STR("news"));
    if (str_eq(news, STR("out")))
        told.news = TEXT_LOGIN_NEWS_OUT;
    else if (str_eq(news, STR("ended")))
        told.news = TEXT_LOGIN_NEWS_ENDED;
    login_answer(office, &told);
}

/* --- signing in ----------------------------------------------------------------------------------
 */

static void form_wipe(struct submission *submission)
{
    crypto_wipe_text(submission->login.password);
    crypto_wipe(submission->login.token, sizeof submission->login.token);
}

static void paused_answer(struct submission *submission)
{
    struct request *request = submission->office->request;

    response_header(request, STR("Retry-After"),
                    str_format(request->cx->arena, "%lld", (long long)submission->login.paused_s));
    login_answer(submission->office, &(struct told){.status = 429,
                                                    .banner = TEXT_LOGIN_BANNER_PAUSED,
                                                    .email = submission->login.email});
}

static void login_told(struct submission *submission, enum operator_outcome outcome)
{
    struct office *office = submission->office;

    switch (outcome) {
    case OPERATOR_SIGNED_IN:
        office_cookie_set(office, OFFICE_COOKIE_SESSION, str_of(submission->login.token));
        office_cookie_drop(office, OFFICE_COOKIE_LOGIN);
        answer_redirect(
            office->request,
            office_path(office, str_cstr(office->request->cx->arena, submission->next), ""));
        return;
    case OPERATOR_REFUSED:
        login_answer(office, &(struct told){.status = 422,
                                            .banner = TEXT_LOGIN_BANNER_REFUSED,
                                            .email = submission->login.email});
        return;
    case OPERATOR_PAUSED:
        paused_answer(submission);
        return;
    }
}

static void login_done(struct operation *operation)
{
    struct submission *submission = operation->owner;

    if (operation->result == OK)
        login_told(submission, submission->login.outcome);
    else
        login_answer(submission->office, &(struct told){.status = 503,
                                                        .banner = TEXT_LOGIN_BANNER_TECHNICAL,
                                                        .email = submission->login.email});
    form_wipe(submission);
    office_go_on(submission->office);
}

static void login_start(struct submission *submission)
{
    struct request *request = submission->office->request;
    struct operator_login *login = &submission->login;

    login->operation = (struct operation){
        .core = request->core, .cx = request->cx, .done = login_done, .owner = submission};
    login->peer = request->peer;
    login->peer_local = request->peer_local;
    office_wait(submission->office);
    operator_login(login);
}

static void submit(struct submission *submission)
{
    struct office *office = submission->office;
    struct operator_login *login = &submission->login;
    struct str holder = office_cookie_get(office, OFFICE_COOKIE_LOGIN);

    login->email = str_trim(office_form_value(&submission->form, "email"));
    login->password = office_form_value(&submission->form, "password");
    if (office_token_check(office, holder, PURPOSE, &submission->form) != OFFICE_FORM_GOOD)
        login_answer(office, &(struct told){.status = 422,
                                            .banner = TEXT_LOGIN_BANNER_STALE,
                                            .email = login->email});
    else if (login->email.len == 0 || login->password.len == 0)
        login_answer(office, &(struct told){.status = 422,
                                            .email = login->email,
                                            .email_missing = login->email.len == 0,
                                            .password_missing = login->password.len == 0});
    else
        login_start(submission);
}

void office_login_submit(struct request *request)
{
    struct office *office = office_enter(request);

    if (office == NULL)
        return;
    struct submission *submission = arena_make(request->cx->arena, struct submission);
    submission->office = office;
    submission->next = next_of(frame_query(request, STR("next")));
    if (office_form_read(request, &submission->form))
        submit(submission);
}

/* --- signing out ---------------------------------------------------------------------------------
 */

static void logout_done(struct operation *operation)
{
    struct submission *submission = operation->owner;
    struct office *office = submission->office;

    if (operation->result == OK) {
        office_cookie_drop(office, OFFICE_COOKIE_SESSION);
        answer_redirect(office->request, office_path(office, OFFICE_LOGIN_PATH, "news=out"));
    } else {
        office_failed(office, operation->result);
    }
    office_go_on(office);
}

static void logout_start(struct submission *submission)
{
    struct office *office = submission->office;
    struct request *request = office->request;

    submission->logout = (struct operator_logout){
        .operation = {.core = request->core,
                      .cx = request->cx,
                      .done = logout_done,
                      .owner = submission},
        .session = &office->session,
        .peer = request->peer,
    };
    office_wait(office);
    operator_logout(&submission->logout);
}

void office_logout(struct request *request)
{
    struct office *office = office_of(request);
    struct submission *submission = arena_make(request->cx->arena, struct submission);

    submission->office = office;
    if (!office_form_read(request, &submission->form))
        return;
    /* An old page signs out as well. */
    if (office_token_check(office, office->session.hash, "logout", &submission->form) ==
        OFFICE_FORM_FOREIGN)
        notice_answer(request, 403, TEXT_NOTICE_BAD_REQUEST);
    else
        logout_start(submission);
}
