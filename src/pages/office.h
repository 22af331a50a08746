#ifndef GUICHET_PAGES_OFFICE_H
#define GUICHET_PAGES_OFFICE_H

#include "core/operator_session.h"
#include "http/request.h"
#include "pages/answer.h"
#include "pages/templates.h"
#include "wire/form.h"

/* The operator's pages, below /operator: who is signed in, and what the pages share. The session's
 * token is in a cookie; each form carries a token of its own, signed for session and purpose. Over
 * plain http nobody signs in, but on this machine in a sandbox. */
#define OFFICE_PATH "/operator"
#define OFFICE_LOGIN_PATH OFFICE_PATH "/login"

/* Somebody in front of a page: lives in the request's arena. */
struct office {
    struct request *request;
    enum page_lang lang;
    bool sandbox;
    bool secure;                     /* cookies are for https alone */
    struct operator_session session; /* of whom is signed in */
    struct operator_touch touch;
};

/* Which section a page belongs to. */
enum office_section { OFFICE_NONE = 1, OFFICE_HOME, OFFICE_ENROLMENTS, OFFICE_AUDIT };

/* The admit of the mount: who is not signed in is sent to the login. */
bool office_admit(struct request *request);
/* What it left for the handlers. */
struct office *office_of(const struct request *request);
/* For pages without a session. NULL: an answer has been given, because of plain http. */
struct office *office_enter(struct request *request);

/* "/operator/x?lang=fr&more"; more may be "". */
struct str office_path(const struct office *office, const char *path, const char *more);
/* A time in words; {NULL, 0} for what has not happened. */
struct str office_moment(const struct office *office, instant at);
/* The frame; languages lead to the same page, with `more` in the query. */
struct layout_office office_frame(const struct office *office, enum office_section section,
                                  const char *more);
void office_answer(struct office *office, int status, const struct buf *html);
/* A file of somebody else's, to be saved or looked at and not to run: {name}.{ending}. */
void office_file_answer(struct office *office, struct str type, const char *ending,
                        const char *name, struct str bytes);
/* It went wrong on our side. */
void office_failed(struct office *office, err_t err);

/* --- forms ---------------------------------------------------------------------------------------
 */

/* The csrf value of a form: for what it is, under whose name: the session's, or that of the cookie
 * that the login has before there is one. */
struct str office_token(const struct office *office, struct str holder, const char *purpose);
enum office_form {
    OFFICE_FORM_GOOD = 1,
    OFFICE_FORM_STALE,
    OFFICE_FORM_FOREIGN,
};
enum office_form office_token_check(const struct office *office, struct str holder,
                                    const char *purpose, const struct form *form);
/* Reads the body of a POST. False: it is no form, and an answer has been given. */
bool office_form_read(struct request *request, struct form *form);
/* {NULL, 0} when it is not there. */
struct str office_form_value(const struct form *form, const char *name);

/* --- cookies -------------------------------------------------------------------------------------
 */

enum office_cookie {
    OFFICE_COOKIE_SESSION = 1,
    OFFICE_COOKIE_LOGIN, /* of a login that is not sent yet */
};
/* {NULL, 0} when it is absent. */
struct str office_cookie_get(const struct office *office, enum office_cookie cookie);
/* Until the browser is closed. */
void office_cookie_set(const struct office *office, enum office_cookie cookie, struct str value);
void office_cookie_drop(const struct office *office, enum office_cookie cookie);

/* --- waiting -------------------------------------------------------------------------------------
 */

/* Parks the request, unless it is parked already; and lets it go on when it has been answered. */
void office_wait(struct office *office);
void office_go_on(struct office *office);

#endif
