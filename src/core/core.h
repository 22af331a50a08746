#ifndef GUICHET_CORE_CORE_H
#define GUICHET_CORE_CORE_H

#include "core/rail.h"
#include "store/store.h"

struct bank_rail;
struct company_register;
struct generation;
struct holder;
struct log_batch;
struct lookups;
struct document_maker;
struct einvoice_judge;
struct mandate_texts;
struct merchants;
struct news_desk;
struct outbox_bell;
struct platform;
struct tasks;
struct workers;

/* What a thread needs to serve requests or to do background work. main makes one per thread;
 * everything it points to outlives it. */
struct core {
    struct store *store;
    struct reader *reader; /* this thread's */
    struct mailbox *home;  /* this thread's: jobs and rails call back here */
    struct id_source *ids;
    struct merchants *merchants;       /* this thread's cache, core/merchant.h */
    struct generation *generation;     /* to be raised when merchants change */
    struct holder *holder;             /* which of several servers, core/holder.h; NULL: alone */
    struct vault *vault;               /* NULL: no usable key, card features are off */
    struct cvc_pool *cvc;              /* NULL likewise */
    const struct card_rail *test_rail; /* NULL: none configured */
    const struct card_rail *live_rail;
    const struct bank_rail *bank; /* carries files to the bank and from it; NULL: nobody does */
    const struct platform *test_platform; /* core/platform.h; NULL: none is connected */
    const struct platform *live_platform;
    const struct company_register *test_register; /* NULL: none configured */
    const struct company_register *live_register;
    struct log_batch *log; /* this thread's; NULL: what happens often is written line by line too */
    struct tasks *tasks;   /* the worker that does what is due, core/task.h */
    /* Who is told what happens, core/news.h; the worker that delivers, core/outbox.h, NULL without
     * one. */
    struct news_desk *news;
    struct outbox_bell *bell;
    instant started; /* real time; what was begun before it was left by a crash */
    bool sandbox;
    bool sends_sms;          /* somebody sends text messages: sms.url */
    bool accept_pan;         /* cards.accept_pan: live card numbers may come by API and page */
    struct str public_url;   /* base of links, without a slash at the end */
    struct str secure_url;   /* the same as an https address: auth.redirect_url */
    int payment_life_h;      /* pages.payment_life_h */
    int mandate_life_d;      /* pages.mandate_life_d */
    int request_life_d;      /* pages.request_life_d */
    int onboarding_life_h;   /* pages.onboarding_life_h */
    struct workers *workers; /* for what takes long; NULL: done at once */
    struct lookups *lookups; /* for reads that take long, core/lookup.h; NULL: done at once */
    const struct document_maker *documents; /* NULL: none can be made */
    const struct einvoice_judge *judge; /* of invoices, core/einvoice.h; NULL: none are looked at */
    const struct mandate_texts *mandate_texts; /* NULL: our drafts, core/mandate_text.h */
    uint8_t page_key[32]; /* keys our signatures and hashes; the same after a restart */
};

/* The snapshot of this turn of the loop. */
MUST_CHECK err_t core_read(struct core *core, struct tx **tx);

/* The connector for a mode; fault and ERR_UNAVAILABLE when there is none: money is never simulated
 * silently. */
MUST_CHECK err_t core_card_rail(const struct core *core, struct ctx *cx,
                                const struct card_rail **out);

/* Whether debits are possible in the mode: fault on "sepa" and ERR_UNAVAILABLE when no file would
 * ever leave. In test mode they wait for the bank. */
MUST_CHECK err_t core_debits(const struct core *core, struct ctx *cx);

/* How an operation waits for a reversal without a thread: it rests with the worker, which gives it
 * back to run again. The worker's, from hold to release (core/task.h). */
struct hold {
    struct message message; /* first */
    struct mailbox *home;
    struct tasks *worker;
    void (*released)(struct message *message);
    struct hold *next;
    int64_t look_us;  /* monotonic: when it is let go without a reversal */
    int64_t until_us; /* monotonic: when the operation gives up; 0 until it has waited */
};

/* What is known of a card number before it is charged (core/card_retry.h). */
struct card_history {
    bool held;    /* an attempt is to be reversed first */
    bool stopped; /* refused for good */
    bool hard;
    int64_t soft; /* refusals within the merchant's days */
};

/* A piece of work with steps inside and outside the database. Embedded as the first member in the
 * struct of its kind; cx and arena live until done. All its functions run on the core's own thread,
 * except bodies. */
struct operation {
    struct job job;
    struct core *core;
    struct ctx *cx;
    err_t result;
    void (*done)(struct operation *operation); /* the caller's; called once */
    void *owner;                               /* the caller's */
    void (*then)(struct operation *operation, err_t err);
    int tries;
    bool lasting; /* its body writes down what has happened outside: it waits for a lost database */
    bool held;    /* out of charge_allowed: ERR_BUSY because a reversal goes first */
    struct card_id allowed;      /* likewise: the card that charge_prepare may take */
    struct card_history history; /* likewise: what is known of its number */
    struct hold hold;
    struct idempotent *idempotent; /* NULL: the caller sent no key; core/idempotency.h */
    struct charge *charge;         /* the authorisation under way; core/charge.h */
    struct page_flow *flow;        /* the pay page's; core/page.h */
};

/* Runs a body in the writer with the operation as its argument and goes on with then() afterwards.
 * ERR_FULL and ERR_BUSY (run again a few times) reach then() like any other result. A body that is
 * held runs again when a reversal of the merchant was answered, and in any case every half second;
 * after HOLD_MAX_US it is ERR_BUSY with the fault of charge_allowed. */
#define HOLD_MAX_US (10 * SECOND_US)
void operation_write(struct operation *operation, tx_body *body,
                     void (*then)(struct operation *operation, err_t err));

/* Ends the operation: sets result and calls done. */
void operation_end(struct operation *operation, err_t err);

#endif
