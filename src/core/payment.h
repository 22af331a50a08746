#ifndef GUICHET_CORE_PAYMENT_H
#define GUICHET_CORE_PAYMENT_H

#include "core/authentication.h"
#include "core/card.h"
#include "core/charge.h"
#include "core/customer.h"
#include "core/event.h"

/* An attempt to move money (design.md 5). A face maps the states to its own words in one switch. */
#define PAYMENT_STATE_LIST(X)                                                                      \
    X(PAYMENT_NEW, 1, "new")                                                                       \
    X(PAYMENT_AUTHENTICATING, 2, "authenticating")                                                 \
    X(PAYMENT_AUTHORIZING, 3, "authorizing")                                                       \
    X(PAYMENT_AUTHORIZED, 4, "authorized")                                                         \
    X(PAYMENT_TO_CAPTURE, 5, "to_capture")                                                         \
    X(PAYMENT_CAPTURE_SENT, 6, "capture_sent")                                                     \
    X(PAYMENT_CAPTURED, 7, "captured")                                                             \
    X(PAYMENT_REFUSED, 8, "refused")                                                               \
    X(PAYMENT_FAILED, 9, "failed")                                                                 \
    X(PAYMENT_CANCELED, 10, "canceled")                                                            \
    X(PAYMENT_EXPIRED, 11, "expired")                                                              \
    X(PAYMENT_DISPUTED, 12, "disputed")
ENUM_DECLARE(payment_state, PAYMENT_STATE_LIST);

#define METHOD_LIST(X) X(METHOD_CARD, 1, "card") X(METHOD_SEPA, 2, "sepa")
ENUM_DECLARE(pay_method, METHOD_LIST);

struct account_choice; /* core/payment_debit.h */
struct payment_sepa;

struct device {
    struct str ip; /* {NULL, 0}: no device was told */
    int64_t port;
    struct str user_agent;
    struct str http_accept;
    struct str languages;
};

struct payment {
    struct payment_id id;
    enum payment_state state;
    struct money amount;    /* of a deposit that was cashed in part: that part */
    bool capture;           /* false: hold only, captured by a later call */
    unsigned methods;       /* bit 1 << enum pay_method */
    enum pay_method method; /* 0: none yet */
    struct card_id card;
    struct customer_id customer;
    struct str description;
    struct str order_id;
    struct str unique_id;
    struct str return_url;
    bool auth_asked;
    struct str auth_return_url;
    struct authentication_id authentication; /* the latest */
    struct device device;
    struct str date_settlement; /* YYYY-MM-DD */
    struct address_id billing_address;
    struct address_id shipping_address;
    struct str response;
    struct str response_author;
    struct attempt_id attempt; /* the approved authorisation */
    int64_t fee_minor;
    int64_t fee_vat_minor;
    int64_t refunded_minor;
    int64_t refusals;
    instant paused_until; /* 0: not paused (pages.md 14) */
    instant hold_expires; /* 0: no hold */
    instant paid;         /* 0: not yet */
    instant banked;       /* 0: not yet: when the money was there */
    instant created;
    bool unwritten; /* made, and not in the table yet: its first move writes the whole row */
};

/* ERR_NOT_FOUND with a fault on "payment" and the id. */
MUST_CHECK err_t payment_load(struct ctx *cx, struct tx *tx, struct payment_id id,
                              struct payment *out);

/* What happened to it, oldest first, in the arena. Its making is no event: the row tells of it, and
 * of the state it was made in; so it does of an approval that was captured at once. */
MUST_CHECK err_t payment_history(struct ctx *cx, struct tx *tx, const struct payment *payment,
                                 struct event **out, size_t *count);

/* Inside a body that is about to write another `paid`: what the row told of the one before becomes
 * an event. */
MUST_CHECK err_t payment_keep_success(struct ctx *cx, struct tx *tx, const struct payment *payment);

/* For the operator, who has only the id: sets cx->merchant and cx->mode. ERR_NOT_FOUND with a
 * fault. */
MUST_CHECK err_t payment_owner(struct ctx *cx, struct tx *tx, struct payment_id id);

/* The only functions that change a state. Each checks the move against the table and writes row
 * and, where the row does not tell it, the event; a move that the table forbids, or from another
 * state than the row has, is ERR_STATE with a fault on "status".
 *
 * payment_move writes all of the row but what never changes. */
MUST_CHECK err_t payment_move(struct ctx *cx, struct tx *tx, struct payment *payment,
                              enum payment_state to);
/* For those of core/debit_set.h, whose rows are not loaded, and that no request follows: the state
 * alone, or captured, with the moment at which they are paid, for the first time, and banked. Their
 * debits tell when (payment_history). */
MUST_CHECK err_t payments_step(struct ctx *cx, struct tx *tx, enum payment_state from,
                               enum payment_state to, int64_t count);
MUST_CHECK err_t payments_banked(struct ctx *cx, struct tx *tx, enum payment_state from,
                                 instant banked, int64_t count);
/* Then: the news of each, and its levy. */
MUST_CHECK err_t payments_stepped(struct ctx *cx, struct tx *tx);
/* Whoever sets the moment at which a payment is paid counts it, unless it was `paid` before. */
MUST_CHECK err_t payment_paid_count(struct ctx *cx, struct tx *tx, instant paid, instant created);
/* Writes what authorisations, captures and refunds change, without a change of state. */
MUST_CHECK err_t payment_progress(struct ctx *cx, struct tx *tx, const struct payment *payment);
/* Writes the whole row without a change of state. */
MUST_CHECK err_t payment_save(struct ctx *cx, struct tx *tx, const struct payment *payment);

/* No method was used successfully yet: what Stancer shows as status null. */
bool payment_is_open(const struct payment *payment);
/* The page's life: core.payment_life_h after creation. */
bool payment_page_over(const struct core *core, const struct ctx *cx,
                       const struct payment *payment);

/* Fee and VAT of a payment, by its method and the merchant's terms; the fee is never above the
 * amount. */
MUST_CHECK err_t payment_set_fee(struct payment *payment, const struct fee_terms *terms);

/* Approved: books the capture and puts it into today's batch; settled with what the acquirer kept
 * when the money moved at once (kept_minor >= 0). */
enum { NOT_SETTLED = -1 };
MUST_CHECK err_t payment_to_capture(struct ctx *cx, struct tx *tx, struct payment *payment,
                                    int64_t kept_minor);
/* The acquirer's money for a sent capture is there. */
MUST_CHECK err_t payment_settle(struct ctx *cx, struct tx *tx, struct payment *payment,
                                int64_t kept_minor);
/* The bank said yes to a hold, which can be captured up to that moment (deposit_hold_end). */
MUST_CHECK err_t payment_hold(struct ctx *cx, struct tx *tx, struct payment *payment,
                              instant until);

/* authorized -> to_capture by a call; ERR_STATE with a fault on "status" when it may not be. */
MUST_CHECK err_t payment_capture_hold(struct ctx *cx, struct tx *tx, struct payment *payment);
/* authorized or to_capture -> canceled; the hold is given back by a task. */
MUST_CHECK err_t payment_cancel(struct ctx *cx, struct tx *tx, struct payment *payment);
/* The acquirer would not take the capture: capture_sent -> failed. */
MUST_CHECK err_t payment_capture_refused(struct ctx *cx, struct tx *tx, struct payment *payment);

/* A payment with what an answer shows of it. */
struct payment_view {
    struct payment payment;
    bool has_card;
    struct card card;
    bool has_customer;
    struct customer customer;
    bool has_authentication;
    struct authentication authentication;
    struct payment_sepa *sepa; /* core/payment_debit.h; NULL: not by direct debit */
};
MUST_CHECK err_t payment_view_load(struct ctx *cx, struct tx *tx, struct payment_id id,
                                   struct payment_view *out);
/* The rest of a view whose payment is there. */
MUST_CHECK err_t payment_view_fill(struct ctx *cx, struct tx *tx, struct payment_view *view);

/* Who is given, by id or with data; all zero: nobody. */
struct customer_choice {
    struct customer_id id;
    bool inline_data;
    enum customer_twin twin;
    struct customer draft;
};
struct card_choice {
    struct card_id id;
    bool inline_data;
    enum card_twin twin;
    bool unique_external_id;
    struct card sealed; /* from card_seal */
};

struct payment_draft {
    struct money amount;
    bool capture;
    unsigned methods; /* 0: all that the currency allows */
    struct customer_choice customer;
    struct card_choice card;
    const struct account_choice *account; /* core/payment_debit.h; NULL: none */
    struct str description;
    struct str order_id;
    struct str unique_id;
    struct str return_url;
    bool auth_asked;
    struct str auth_return_url; /* of the auth object; else return_url */
    struct device device;
    struct str date_settlement;
    struct address_id billing_address;
    struct address_id shipping_address;
};

/* POST. With a card and without authentication the authorisation is made before done is called.
 * Faults: fields of the draft; ERR_CONFLICT on "payment" with the id for a used unique_id. */
struct payment_create {
    struct operation operation;
    const struct merchant *merchant;
    struct payment_draft draft;
    struct payment_view view; /* out */
    struct charge charge;
    bool is_new; /* private: not the answer to an earlier call again */
};
void payment_create(struct payment_create *create);
/* The same for a draft without a card, on a thread that may wait; done is not called. */
MUST_CHECK err_t payment_create_wait(struct payment_create *create);

/* PATCH. */
enum {
    PAYMENT_SET_AMOUNT = 1,
    PAYMENT_SET_CURRENCY = 2,
    PAYMENT_SET_CAPTURE = 4,
    PAYMENT_SET_METHODS = 8,
    PAYMENT_SET_CARD = 16,
    PAYMENT_SET_CUSTOMER = 32,
    PAYMENT_SET_DESCRIPTION = 64,
    PAYMENT_SET_ORDER_ID = 128,
    PAYMENT_SET_RETURN_URL = 256,
    PAYMENT_SET_DEVICE = 512,
    PAYMENT_SET_DATE_SETTLEMENT = 1024,
    PAYMENT_SET_AUTH = 2048,
    PAYMENT_SET_BILLING = 4096,
    PAYMENT_SET_SHIPPING = 8192,
    PAYMENT_SET_ACCOUNT = 16384,
};
enum payment_ask { ASK_NOTHING = 0, ASK_AUTHORIZE, ASK_CAPTURE };
struct payment_change {
    struct operation operation;
    const struct merchant *merchant;
    struct payment_id id;
    unsigned change;
    struct payment_draft draft;
    bool card_runs;           /* v2: setting a card or account runs the payment at once */
    enum payment_ask ask;     /* the status that the client wrote */
    struct payment_view view; /* out */
    struct charge charge;
};
void payment_change(struct payment_change *change);

/* POST .../capture: authorized -> to_capture. ERR_STATE with a fault on "status" otherwise. */
struct payment_capture {
    struct operation operation;
    struct payment_id id;
    struct payment_view view; /* out */
};
void payment_capture(struct payment_capture *capture);

/* What nobody has paid is not asked for any more, what is held goes back. ERR_STATE with a fault on
 * "status" otherwise. For payments that no request made. */
struct payment_withdraw {
    struct operation operation;
    struct payment_id id;
    struct payment payment; /* out */
};
void payment_withdraw(struct payment_withdraw *withdraw);

struct payment_filter {
    struct str order_id;
    struct str unique_id;
    struct card_id card;
    struct payout_id payout;
    struct bank_account_id account;
    bool by_paid; /* order by the time of payment; only what was paid */
};
MUST_CHECK err_t payment_list(struct ctx *cx, struct tx *tx, const struct payment_filter *filter,
                              const struct page_of *page, struct payment **out,
                              struct page_found *found);
/* The views of a list. */
MUST_CHECK err_t payment_views(struct ctx *cx, struct tx *tx, const struct payment *payments,
                               size_t count, struct payment_view **out);

#endif
