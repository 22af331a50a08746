#ifndef GUICHET_CORE_REQUEST_H
#define GUICHET_CORE_REQUEST_H

#include "core/link.h"
#include "core/mandate.h"
#include "core/payment.h"

/* An amount asked for, with a page (design.md 5): Stancer's payment intents; the links of other
 * faces are rows of the same table. It makes payments: one at a time, a new one after each refusal,
 * until one of them succeeds or its time is over. */
#define REQUEST_STATE_LIST(X)                                                                      \
    X(REQUEST_REQUIRE_METHOD, 1, "require_method")                                                 \
    X(REQUEST_REQUIRE_AUTHENTICATION, 2, "require_authentication") /* it has a card, an account */ \
    X(REQUEST_AUTHORIZED, 3, "authorized")                         /* held */                      \
    X(REQUEST_CAPTURED, 4, "captured") /* to be captured, or already */                            \
    X(REQUEST_UNPAID, 5, "unpaid")     /* ended without a payment */                               \
    X(REQUEST_CANCELED, 6, "canceled")
ENUM_DECLARE(request_state, REQUEST_STATE_LIST);

/* Whose words and whose life it has. */
#define REQUEST_FACE_LIST(X)                                                                       \
    X(REQUEST_OF_STANCER, 1, "stancer") X(REQUEST_OF_SIMPLYPAIE, 2, "simplypaie")
ENUM_DECLARE(request_face, REQUEST_FACE_LIST);

/* What the merchant says of it. */
struct request_terms {
    struct money amount;
    bool capture;      /* false: hold only */
    unsigned methods;  /* bit 1 << enum pay_method */
    bool authenticate; /* false: what is given pays at once; on the page always true */
    struct customer_id customer;
    struct card_id card;            /* to pay with; after success the one that paid */
    struct bank_account_id account; /* the same for a direct debit; never both */
    struct str description;
    struct str order_id;
    struct str metadata; /* JSON, or {NULL, 0} */
    struct str return_url;
    struct str date_settlement; /* YYYY-MM-DD */
    struct address_id billing_address;
    struct address_id shipping_address;
};

/* How the payer hears of a request, and which page it is paid on (api/simplypaie.md 3). Stancer's
 * are made for the merchant's own site. */
#define REQUEST_MODE_LIST(X)                                                                       \
    X(REQUEST_BY_WEB, 1, "web") /* a payment button, or Stancer */                                 \
    X(REQUEST_BY_EMAIL, 2, "email")                                                                \
    X(REQUEST_BY_SMS, 3, "sms")                                                                    \
    X(REQUEST_BY_LINK, 4, "link") /* the merchant sends the link */                                \
    X(REQUEST_BY_SIMPLY, 5, "simply")
ENUM_DECLARE(request_mode, REQUEST_MODE_LIST);
#define REQUEST_PAGE_LIST(X) X(PAGE_STANDARD, 1, "standard") X(PAGE_SHORT, 2, "short")
ENUM_DECLARE(request_page, REQUEST_PAGE_LIST);

struct request_sending {
    enum request_mode mode;
    enum request_page page;
    struct str name;  /* of the payer, as asked; {NULL, 0}: of the customer */
    struct str email; /* {NULL, 0}: none was given */
    struct str phone;
    struct str link_sealed; /* the token of the link: core/request_link.h */
    int64_t reminders;
    instant reminded; /* 0: never */
};

struct pay_request {
    struct request_id id;
    enum request_face face;
    enum request_state state;
    struct request_terms terms;
    struct request_sending sending;
    struct payment_id payment; /* the one that succeeded */
    instant expires;           /* its page ends, and it with it */
    instant created;
};

/* Waits for a payer. */
bool request_is_open(const struct pay_request *request);

/* ERR_NOT_FOUND with a fault on "request" and the id. */
MUST_CHECK err_t request_load(struct ctx *cx, struct tx *tx, struct request_id id,
                              struct pay_request *out);

/* By the id in the address of its page; sets cx->merchant and cx->mode. The mode must be that of
 * the address. ERR_NOT_FOUND without a fault. */
MUST_CHECK err_t request_of_page(struct ctx *cx, struct tx *tx, struct request_id id,
                                 enum mode mode, struct pay_request *out);

/* The one that made a payment; *found is false for a payment that nobody's request made. */
MUST_CHECK err_t request_of_payment(struct ctx *cx, struct tx *tx, struct payment_id payment,
                                    struct pay_request *out, bool *found);

/* The only function that changes a state: checks the move against the table, writes the row and the
 * event, ends the timer of what is not open any more. ERR_STATE with a fault on "request". */
MUST_CHECK err_t request_move(struct ctx *cx, struct tx *tx, struct pay_request *request,
                              enum request_state to);

/* A payment has changed: the request that made it, if one did, goes with it. *request and *found
 * tell which; both may be NULL. */
MUST_CHECK err_t request_follow(struct ctx *cx, struct tx *tx, const struct payment *payment,
                                struct pay_request *request, bool *found);

/* --- its payments ---------------------------------------------------------------------------- */

/* Inside a body, before the debit that paid it comes back and is presented again: from now on this
 * payment is the one that pays it, from this account; it stays captured. The caller writes the
 * payment. */
MUST_CHECK err_t request_hand_on(struct ctx *cx, struct tx *tx, struct pay_request *request,
                                 struct payment_id next, struct bank_account_id account);

/* The payment that is being made or was made last. *found is false before the first one. */
MUST_CHECK err_t request_attempt(struct ctx *cx, struct tx *tx, struct request_id id,
                                 struct payment *out, bool *found);

/* Inside a body: the payment for the next try, with the request's terms of now: the one that waits,
 * or a new row beside those that were refused. The caller has checked that the request is open and
 * none is being authorised; it saves the payment. */
MUST_CHECK err_t request_attempt_open(struct ctx *cx, struct tx *tx,
                                      const struct pay_request *request, struct payment *out);

/* What the page of a request shows before there is a payment: its terms as a payment without id. */
struct payment request_as_payment(const struct pay_request *request);

/* --- operations ------------------------------------------------------------------------------ */

/* The bank account of a request, and the mandate under which it may be debited now. */
struct request_payer {
    bool has_account;
    struct bank_account account;
    bool has_mandate;
    struct mandate mandate;
};

/* POST. With a card and without authentication it is paid before done is called; a refused card is
 * a result like any other. The same with an account that has a mandate; one without waits for the
 * payer to sign. Faults: fields of the terms. */
struct request_create {
    struct operation operation;
    const struct merchant *merchant;
    enum request_face face;
    instant life; /* how long it can be paid */
    struct request_terms terms;
    /* Of SimplyPaie: mode, page and the payer, of whom a customer is made. It gets a number, which
     * is its order_id, and a link. */
    struct request_sending sending;
    struct pay_request request;     /* out */
    char token[LINK_TOKEN_LEN + 1]; /* out: of its link; "" when the answer is an earlier one */
    struct customer customer;       /* private */
    struct payment_view view;       /* private: the payment that is made at once */
    struct request_payer payer;     /* private */
    struct charge charge;           /* private */
};
void request_create(struct request_create *create);

/* PATCH. Amount, currency, method, capture and 3-D Secure only while it is open and no bank is
 * being asked: ERR_STATE otherwise. Setting a card or an account takes the other away. Setting one,
 * or giving up authentication, pays at once as creating does. */
enum {
    REQUEST_SET_AMOUNT = 1,
    REQUEST_SET_CURRENCY = 2,
    REQUEST_SET_CAPTURE = 4,
    REQUEST_SET_METHODS = 8,
    REQUEST_SET_CARD = 16,
    REQUEST_SET_AUTHENTICATE = 32,
    REQUEST_SET_CUSTOMER = 64,
    REQUEST_SET_DESCRIPTION = 128,
    REQUEST_SET_ORDER_ID = 256,
    REQUEST_SET_METADATA = 512,
    REQUEST_SET_RETURN_URL = 1024,
    REQUEST_SET_DATE_SETTLEMENT = 2048,
    REQUEST_SET_BILLING = 4096,
    REQUEST_SET_SHIPPING = 8192,
    REQUEST_SET_ACCOUNT = 16384,
};
struct request_change {
    struct operation operation;
    const struct merchant *merchant;
    struct request_id id;
    unsigned change;
    struct request_terms terms;
    struct pay_request request; /* out */
    struct payment_view view;   /* private */
    struct request_payer payer; /* private */
    struct charge charge;       /* private */
};
void request_change(struct request_change *change);

/* Cancels what is open, gives back what is held. ERR_STATE with a fault on "request": it is paid or
 * over, or its bank is being asked at this moment. */
struct request_cancel {
    struct operation operation;
    struct request_id id;
    struct pay_request request; /* out */
};
void request_cancel(struct request_cancel *cancel);

/* authorized -> captured. ERR_STATE with a fault on "request" or of the payment. */
struct request_capture {
    struct operation operation;
    struct request_id id;
    struct pay_request request; /* out */
};
void request_capture(struct request_capture *capture);

/* The time of an open one is over (TASK_REQUEST_EXPIRY): unpaid. *again is set while its bank is
 * being asked: then the answer decides. */
MUST_CHECK err_t request_expire(struct ctx *cx, struct tx *tx, struct request_id id, bool *again);

/* --- lists ----------------------------------------------------------------------------------- */

struct request_filter {
    struct str order_id;
    struct card_id card;
    struct bank_account_id account;
    bool by_due; /* order by the day it is due */
};
MUST_CHECK err_t request_list(struct ctx *cx, struct tx *tx, const struct request_filter *filter,
                              const struct page_of *page, struct pay_request **out,
                              struct page_found *found);
/* The payments a request made. ERR_NOT_FOUND as request_load. */
MUST_CHECK err_t request_payments(struct ctx *cx, struct tx *tx, struct request_id id,
                                  const struct page_of *page, struct payment_view **out,
                                  struct page_found *found);

#endif
