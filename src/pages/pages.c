#include "pages/pages.h"

#include "core/invoice_file.h"
#include "core/mandate_form.h"
#include "core/mandate_link.h"
#include "core/page.h"
#include "pages/accent.h"
#include "pages/button.h"
#include "pages/invoice_pdf.h"
#include "pages/logo.h"
#include "pages/mail.h"
#include "pages/mandate_form.h"
#include "pages/mandate_pdf.h"
#include "pages/notice.h"
#include "pages/office.h"
#include "pages/office_audit.h"
#include "pages/office_decide.h"
#include "pages/office_enrolments.h"
#include "pages/office_home.h"
#include "pages/office_login.h"
#include "pages/onboarding.h"
#include "pages/onboarding_files.h"
#include "pages/onboarding_pdf.h"
#include "pages/pay.h"
#include "pages/plain.h"
#include "pages/threeds.h"

enum { BODY_MAX = 8 * 1024 };

#define PAGE_ROUTE(verb, path, handler, text)                                                      \
    {                                                                                              \
        .method = verb, .pattern = path, .origin = OURS, .editions = ED_1, .handle = handler,      \
        .about = text                                                                              \
    }

/* A button and a pay page have an address of one part. */
static void request_show(struct request *request)
{
    if (button_is(request->params[0]))
        button_show(request);
    else
        pay_show(request);
}

static void request_submit(struct request *request)
{
    if (button_is(request->params[0]))
        button_submit(request);
    else
        pay_submit(request);
}

/* The first row that matches wins: what has fixed words stands before what has none. */
static const struct route ROOT_ROUTES[] = {
    PAGE_ROUTE(METHOD_GET, "/", plain_start, "What this server is"),
    PAGE_ROUTE(METHOD_GET, "/robots.txt", plain_robots, "Nothing here is for search engines"),
    PAGE_ROUTE(METHOD_GET, "/cartes-de-test", plain_test_cards, "Test cards"),
    PAGE_ROUTE(METHOD_GET, "/accessibilite", plain_accessibility, "Accessibility statement"),
    PAGE_ROUTE(METHOD_GET, "/confidentialite", plain_privacy, "Privacy"),
    PAGE_ROUTE(METHOD_GET, "/assets/{file}", plain_asset, "Style sheet, script, icon"),
    PAGE_ROUTE(METHOD_GET, "/accent/{file}", accent_sheet, "A merchant's colour"),
    PAGE_ROUTE(METHOD_GET, "/logo/{merchant}/{file}", logo_show, "A merchant's picture"),
    PAGE_ROUTE(METHOD_GET, MANDATE_LINK_PATH "{token}", mandate_pdf_show, "A mandate, signed link"),
    PAGE_ROUTE(METHOD_GET, INVOICE_FILE_PATH "{token}/{file}", invoice_pdf_show,
               "File of an invoice"),
    PAGE_ROUTE(METHOD_POST, PAGE_NOTIFICATION_PATH, threeds_notification, "Answer of the bank"),
    PAGE_ROUTE(METHOD_GET, MANDATE_FORM_PATH "{token}", mandate_form_show, "Mandate form"),
    PAGE_ROUTE(METHOD_POST, MANDATE_FORM_PATH "{token}", mandate_form_submit, "Sign a mandate"),
    PAGE_ROUTE(METHOD_GET, MANDATE_FORM_PATH "{token}/status", mandate_form_status,
               "How the form ended"),
    PAGE_ROUTE(METHOD_GET, ENROLMENT_PATH "{token}", onboarding_show, "A company enrols"),
    PAGE_ROUTE(METHOD_POST, ENROLMENT_PATH "{token}", onboarding_submit, "Save a step of it"),
    PAGE_ROUTE(METHOD_GET, ENROLMENT_PATH "{token}" ONBOARDING_FILE_NAME, onboarding_file_show,
               "Back to the page, from what was said of a document"),
    PAGE_ROUTE(METHOD_POST, ENROLMENT_PATH "{token}" ONBOARDING_FILE_NAME, onboarding_file_submit,
               "Send a document of it"),
    PAGE_ROUTE(METHOD_GET, ENROLMENT_PATH "{token}" ONBOARDING_PDF_NAME, onboarding_pdf_show,
               "The mandate that it signs"),
    PAGE_ROUTE(METHOD_GET, ENROLMENT_LINK_PATH "{token}", onboarding_receipt_show,
               "The mandate that it signed, signed link"),
    PAGE_ROUTE(METHOD_GET, "/{request}", request_show, "Pay page of a request, payment button"),
    PAGE_ROUTE(METHOD_POST, "/{request}", request_submit, "Pay, or ask for the pay page"),
    PAGE_ROUTE(METHOD_GET, "/{request}/status", pay_status, "Status and receipt"),
    PAGE_ROUTE(METHOD_GET, "/{public_key}/{payment}", pay_show, "Pay page"),
    PAGE_ROUTE(METHOD_POST, "/{public_key}/{payment}", pay_submit, "Pay"),
    PAGE_ROUTE(METHOD_GET, "/{public_key}/{payment}/status", pay_status, "Status and receipt"),
};

static const struct route_note ROOT_NOTES[] = {
    {.pattern = ENROLMENT_PATH "{token}" ONBOARDING_FILE_NAME,
     .method = METHOD_POST,
     .body_max = ONBOARDING_FILE_BODY_MAX},
};

static const struct route REDIRECT_ROUTES[] = {
    PAGE_ROUTE(METHOD_GET, "/{token}", threeds_redirect, "Start of an authentication"),
};

/* The operator's; who is not signed in sees the login alone. */
static const struct route LOGIN_ROUTES[] = {
    PAGE_ROUTE(METHOD_GET, "/", office_login_show, "Sign in"),
    PAGE_ROUTE(METHOD_POST, "/", office_login_submit, "Sign in"),
};

static const struct route OFFICE_ROUTES[] = {
    PAGE_ROUTE(METHOD_GET, "/", office_home_show, "What waits for the operator"),
    PAGE_ROUTE(METHOD_GET, "/audit", office_audit_show, "Who did what"),
    PAGE_ROUTE(METHOD_GET, "/enrolments", office_enrolments_show, "Enrolments"),
    PAGE_ROUTE(METHOD_GET, "/enrolments/{enrolment}", office_enrolment_show, "An enrolment"),
    PAGE_ROUTE(METHOD_GET, "/enrolments/{enrolment}/mandate", office_enrolment_mandate,
               "The mandate that was signed in it"),
    PAGE_ROUTE(METHOD_GET, "/enrolments/{enrolment}/files/{file}", office_enrolment_file,
               "A file that was handed in"),
    PAGE_ROUTE(METHOD_GET, "/enrolments/{enrolment}/accept", office_accept_show, "Accept it?"),
    PAGE_ROUTE(METHOD_POST, "/enrolments/{enrolment}/accept", office_accept_submit, "Accept it"),
    PAGE_ROUTE(METHOD_GET, "/enrolments/{enrolment}/refuse", office_refuse_show, "Refuse it?"),
    PAGE_ROUTE(METHOD_POST, "/enrolments/{enrolment}/refuse", office_refuse_submit, "Refuse it"),
    PAGE_ROUTE(METHOD_POST, "/logout", office_logout, "Sign out"),
};

const struct mount PAGES_MOUNTS[PAGES_MOUNTS_COUNT] = {
    {
     .prefix = "",
     .edition = ED_1,
     .routes = ROOT_ROUTES,
     .count = ARRAY_LEN(ROOT_ROUTES),
     .body_max = BODY_MAX,
     .refuse = notice_refuse,
     .admit = NULL,
     .title = "Pages",
     .notes = ROOT_NOTES,
     .note_count = ARRAY_LEN(ROOT_NOTES),
     },
    {
     .prefix = "/v1/redirect",
     .edition = ED_1,
     .routes = REDIRECT_ROUTES,
     .count = ARRAY_LEN(REDIRECT_ROUTES),
     .body_max = BODY_MAX,
     .refuse = notice_refuse,
     .admit = NULL,
     .title = "Authentication links",
     },
    {
     .prefix = OFFICE_LOGIN_PATH,
     .edition = ED_1,
     .routes = LOGIN_ROUTES,
     .count = ARRAY_LEN(LOGIN_ROUTES),
     .body_max = BODY_MAX,
     .refuse = notice_refuse,
     .admit = NULL,
     .title = "The operator's login",
     },
    {
     .prefix = OFFICE_PATH,
     .edition = ED_1,
     .routes = OFFICE_ROUTES,
     .count = ARRAY_LEN(OFFICE_ROUTES),
     .body_max = BODY_MAX,
     .refuse = notice_refuse,
     .admit = office_admit,
     .title = "The operator's pages",
     },
};

static const struct route MAIL_ROUTES[] = {
    PAGE_ROUTE(METHOD_GET, "/", mail_list, "Mails that the sandbox caught"),
    PAGE_ROUTE(METHOD_GET, "/{id}", mail_source, "One of them, as it came"),
};

const struct mount PAGES_MAIL = {
    .prefix = "/sandbox/mail",
    .edition = ED_1,
    .routes = MAIL_ROUTES,
    .count = ARRAY_LEN(MAIL_ROUTES),
    .body_max = BODY_MAX,
    .refuse = notice_refuse,
    .title = "Caught mails",
};
