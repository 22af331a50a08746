#ifndef GUICHET_PAGES_VISIT_H
#define GUICHET_PAGES_VISIT_H

#include "core/page.h"
#include "http/request.h"
#include "pages/answer.h"
#include "pages/templates.h"

/* A payer in front of one payment's page: what its handlers share. Lives in the request's arena. */
struct visit {
    struct request *request;
    struct pay_page *page;
    enum page_lang lang;
    struct str lang_given; /* "fr" when the address said so: links keep it; else {NULL, 0} */
    struct str home; /* "/ptest_.../paym_..." or "/test_pi_...": the pay page's path; {NULL, 0} when
                        it is not known */
};

/* The payment of the address (params public key and payment) or the request (one param, its id
 * behind "pi_", with "test_" before it in test mode), or NULL: then an answer has been given. */
struct visit *visit_open(struct request *request);

/* "/ptest_.../paym_...{suffix}?lang=fr&{query}"; suffix and query may be "". */
struct str visit_path(const struct visit *visit, const char *suffix, const char *query);

struct layout_frame visit_frame(const struct visit *visit);
struct part_summary visit_summary(const struct visit *visit);

/* A pay link that asks for a deposit. */
bool visit_is_deposit(const struct visit *visit);

/* "Visa •••• 4242" */
struct str visit_card(const struct visit *visit, const struct card *card);

/* "FR •••• 2606" */
struct str visit_account(const struct visit *visit, const struct bank_account *account);

/* "25,99 €"; {NULL, 0} for a card check, which has no amount. */
struct str visit_amount(const struct visit *visit);

/* Frames: only the page that the payment returns to may show ours inside itself (api/stancer.md
 * 12), and nobody a pay link. */
struct answer_policy visit_policy(const struct visit *visit);

/* What the page that frames us is told (api/stancer.md 12): one message for each word of step; the
 * last one says where it goes next and how the payment stands. */
void visit_tell(struct layout_frame *frame, const struct visit *visit, const char *step,
                struct str next);

/* The page for a payment that takes no card now: paused (429), over or cancelled (410). */
void visit_closed(const struct visit *visit);

/* The receipt; status 200 on the way back to the merchant (leaving after 3 seconds), 410 later. */
void visit_receipt(const struct visit *visit, int status, bool leaving);

/* The page that sends the payer to its bank by a form of its own (pages.md 19). */
void visit_bank(const struct visit *visit, struct str session);

#endif
