#ifndef GUICHET_CORE_PAGE_H
#define GUICHET_CORE_PAGE_H

#include "core/debit.h"
#include "core/request.h"

/* The hosted pay page and its 3-D Secure, without a word of HTML: what a payer may see and do
 * (standards/pages.md, api/stancer.md 9 and 12). */

#define PAGE_STATE_LIST(X)                                                                         \
    X(PAGE_FORM, 1, "form")           /* may pay; `problem` tells what went wrong before */        \
    X(PAGE_WAITING, 2, "waiting")     /* the bank is being asked */                                \
    X(PAGE_CHALLENGE, 3, "challenge") /* to be sent to its bank: acs_url and creq of the view */   \
    X(PAGE_PAID, 4, "paid")           /* authorised or captured */                                 \
    X(PAGE_PAUSED, 5, "paused")       /* too many refusals: payment.paused_until */                \
    X(PAGE_OVER, 6, "over")           /* the link's life has ended, nothing was charged */         \
    X(PAGE_CANCELED, 7, "canceled")                                                                \
    X(PAGE_BLOCKED, 8, "blocked") /* as it was asked for, nobody can pay it */
ENUM_DECLARE(page_state, PAGE_STATE_LIST);

/* The four families a payer is told, and no more (cards.md 5). */
#define PAGE_PROBLEM_LIST(X)                                                                       \
    X(PROBLEM_NONE, 1, "none")                                                                     \
    X(PROBLEM_REFUSED, 2, "refused")                                                               \
    X(PROBLEM_CHECK_CARD, 3, "check_card")                                                         \
    X(PROBLEM_AUTHENTICATION, 4, "authentication")                                                 \
    X(PROBLEM_TECHNICAL, 5, "technical")                                                           \
    X(PROBLEM_CARD_AGAIN, 6, "card_again") /* the card's details must be typed again */
ENUM_DECLARE(page_problem, PAGE_PROBLEM_LIST);

struct pay_page {
    struct merchant merchant;
    enum mode mode;
    struct payment_view view; /* of a request's page: its last payment with the request's terms */
    enum page_state state;
    enum page_problem problem;
    bool has_request;
    struct pay_request request;
    bool has_saved; /* the merchant gave a card: the payer only confirms it */
    struct card saved;
    unsigned methods; /* that it can be paid by here and now, bit 1 << enum pay_method */
    /* With ERR_NOT_FOUND, in test mode: it could be paid, but has no description or return URL,
     * without which there is no page. */
    bool lacks_terms;
    /* A pay link of SimplyPaie (api/simplypaie.md 8). */
    bool is_link;
    bool is_short;     /* amount, form, legal line: no more */
    struct str holder; /* the form begins with this name on the card; or {NULL, 0} */
    /* The merchant gave a bank account: the payer signs a mandate for it, or confirms it when it
     * has one that can be used. After a debit: what was debited, under which mandate. */
    struct request_payer payer;
    bool has_debit;
    struct debit debit;
};

/* Who is this page? Public key and payment must belong together; the payment needs a description
 * and a return_url to have a page. Sets cx->merchant, mode, now. ERR_NOT_FOUND without a fault for
 * everything that does not fit. */
MUST_CHECK err_t page_open(struct core *core, struct ctx *cx, struct str public_key,
                           struct str payment, struct pay_page *out);

/* The page of a request: by the id in its address. It needs no description and no return_url. */
MUST_CHECK err_t page_open_request(struct core *core, struct ctx *cx, enum mode mode,
                                   struct request_id id, struct pay_page *out);

/* The page of a pay link of SimplyPaie, by account number and token (core/request_link.h). */
MUST_CHECK err_t page_open_link(struct core *core, struct ctx *cx, struct str account,
                                struct str token, struct pay_page *out);

/* What a form of this page is for: the id of the request, or of the payment. */
struct str page_subject(const struct pay_page *page);

/* The payer's browser, for the bank. */
struct browser {
    struct str accept;
    struct str agent;
    struct str language;
    struct str ip;
    bool local; /* loopback: not counted in test mode */
};

/* The steps that a submitted form and a return from the bank share; private to core/page*.c. */
struct page_flow {
    struct operation *operation;
    struct pay_page page;
    struct browser browser;
    struct str page_path;
    struct str session;
    char address_hash[65]; /* "" when refusals are not counted by address */
    bool card_lost;        /* the security code did not survive the challenge */
    bool given_up;         /* a reversal goes first and has not been answered for too long */
    bool stale;            /* another attempt has taken this one's place: nothing to do */
    struct threeds_call call;
    struct charge charge;
};

/* A form was submitted: one attempt token, one try. The same token again changes nothing and shows
 * what became of the first (`again`). Afterwards flow.page tells where the payer is: paid, refused
 * (form with a problem), or to be sent to the bank. ERR_STATE: the page cannot take a payment now
 * (flow.page.state tells why). Faults of card_seal() are the payer's to mend and come before
 * anything is written. */
enum { ATTEMPT_TOKEN_MAX = 64 };
struct page_submit {
    struct operation operation;
    struct page_flow flow;  /* in: page (from page_open), browser, page_path; out: page */
    struct str token;       /* of the form */
    bool saved;             /* with the card that the merchant gave, page.saved; no draft then */
    struct card_draft card; /* kept for the payment's customer, as Stancer keeps them */
    struct card sealed;     /* private */
    struct money shown;     /* private: the amount that the payer has seen */
    bool again;             /* out */
};
void page_submit(struct page_submit *submit);

/* The payer arrives at auth.redirect_url, or comes back from its bank. ERR_NOT_FOUND: unknown token
 * or session. */
struct page_authenticate {
    struct operation operation;
    struct page_flow flow;                       /* in: browser; out: page, session */
    struct str token;                            /* of the redirect link, or threeDSSessionData */
    struct authentication authentication;        /* private */
    void (*answer)(struct operation *operation); /* private */
    /* Out: where the browser goes now. */
    bool challenge; /* to flow.page.view.authentication.acs_url with its creq and flow.session */
    struct str go;  /* otherwise: a path of ours (the pay page) or the merchant's return URL */
};
/* GET of the redirect link. */
void page_redirect(struct page_authenticate *authenticate);
/* POST of the bank to our notification URL. */
void page_return(struct page_authenticate *authenticate);

/* Where the bank posts its answer: cres and threeDSSessionData. */
#define PAGE_NOTIFICATION_PATH "/3ds/notification"

/* The session data for the challenge form of a page in state PAGE_CHALLENGE; page_path is where the
 * payer comes back to ("/ptest_.../paym_...?lang=fr"). */
struct str page_session(struct core *core, struct ctx *cx, const struct pay_page *page,
                        struct str page_path);

#endif
