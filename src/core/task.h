#ifndef GUICHET_CORE_TASK_H
#define GUICHET_CORE_TASK_H

#include "core/core.h"

/* Work that is due: outside calls and timers alike (design.md 2). A task is a row, so it survives;
 * it goes in the commit of its outcome, so it is done once; running it again for the same moment
 * changes nothing. */
#define TASK_KIND_LIST(X)                                                                          \
    X(TASK_CARD_BATCH, 10, "card_batch")     /* of an evening: makes the next (core/capture.h) */  \
    X(TASK_CARD_CAPTURE, 1, "card_capture")  /* of a payment: leaves at 21:00 Paris */             \
    X(TASK_CARD_REFUND, 2, "card_refund")    /* of a refund: leaves at 21:00 Paris */              \
    X(TASK_CARD_VOID, 3, "card_void")        /* of a payment: its hold is given back */            \
    X(TASK_CARD_RELEASE, 11, "card_release") /* of a payment: what was not cashed of its hold */   \
    X(TASK_CARD_REVERSE, 4, "card_reverse")  /* of an attempt whose answer is unknown */           \
    X(TASK_SETTLEMENT, 5, "settlement")      /* of a merchant: the file of 22:00 Paris */          \
    X(TASK_HOLD_EXPIRY, 6, "hold_expiry")    /* of a payment */                                    \
    X(TASK_AUTHENTICATION_EXPIRY, 7, "authentication_expiry") /* of an authentication */           \
    X(TASK_NIGHTLY, 8, "nightly")                /* of a merchant: at 03:00 Paris, every night */  \
    X(TASK_RECONCILE, 9, "reconcile")            /* of a reconciliation: 00:30 after its day */    \
    X(TASK_REQUEST_EXPIRY, 19, "request_expiry") /* of a request that is still open */             \
    X(TASK_PAYOUT, 20, "payout")                 /* of a merchant: 08:00 Paris, business days */   \
    X(TASK_MANDATE_DOCUMENT, 30, "mandate_document") /* of a mandate: its document is drawn */     \
    X(TASK_SEPA_EXPORT, 31, "sepa_export")           /* of a merchant: a file for its bank */      \
    X(TASK_DEBIT_RELEASE, 32, "debit_release")       /* of all that settled on a day: payable */   \
    X(TASK_BANK_REPORTS, 34,                                                                       \
      "bank_reports")                      /* of a merchant in test mode: 07:00, business days */  \
    X(TASK_BANK_PARKED, 35, "bank_parked") /* of a merchant: what nothing has explained */         \
    X(TASK_MANDATE_FORM, 40, "mandate_form") /* of a form that nobody has signed: its end */       \
    X(TASK_LEVY_CODE, 41, "levy_code")       /* of a levy that nobody has validated: its end */    \
    X(TASK_INVOICE_FILE, 50, "invoice_file") /* of an invoice: its file is drawn */                \
    X(TASK_INVOICE_FLOW, 51, "invoice_flow") /* of an invoice: it goes to the platform */          \
    X(TASK_SUBMISSION, 52, "submission")     /* of one that came as a file: likewise */            \
    X(TASK_SUBMISSION_TERMS, 53, "submission_terms") /* of one before 0038: what lists tell */     \
    X(TASK_PDP_MANDATE, 60, "pdp_mandate")           /* of a client's mandate: its next state */   \
    X(TASK_REPORT, 61, "report")                     /* of a report: it leaves after its period */ \
    X(TASK_ENROLMENT_DOCUMENT, 70, "enrolment_document") /* of an enrolment: what was signed */
ENUM_DECLARE(task_kind, TASK_KIND_LIST);

struct task {
    struct merchant_id merchant;
    enum mode mode;
    enum task_kind kind;
    char object[ID_SIZE];
    instant due; /* the merchant's time */
    int64_t tries;
    /* The message it sent already, or "". Of a batch: the payment that it begins with, or behind.
     */
    struct attempt_id attempt;
    instant created; /* real time */
};

/* Inside a body. A task that exists already stays as it is. */
MUST_CHECK err_t task_put(struct ctx *cx, struct tx *tx, enum task_kind kind, const char *object,
                          instant due);
/* Likewise of a batch; one that exists goes through everything from its beginning again. */
MUST_CHECK err_t task_put_anew(struct ctx *cx, struct tx *tx, enum task_kind kind,
                               const char *object, instant due);
/* A reversal of this attempt by a new message: those before it, answered or not, may have arrived
 * too early. */
MUST_CHECK err_t task_reverse_anew(struct ctx *cx, struct tx *tx, struct attempt_id attempt,
                                   instant due);
/* *out: whether its message is this one; otherwise the task is over, or was begun anew. */
MUST_CHECK err_t task_has_sent(struct ctx *cx, struct tx *tx, const struct task *task,
                               struct attempt_id message, bool *out);
/* The message it is about to send: a repeat carries the same. ERR_STATE: it has one already. */
MUST_CHECK err_t task_sends(struct ctx *cx, struct tx *tx, enum task_kind kind, const char *object,
                            struct attempt_id attempt);
/* A batch goes on behind what it began with, and counts its tries anew. ERR_STATE: somebody has
 * taken it further already. */
MUST_CHECK err_t task_moves_on(struct ctx *cx, struct tx *tx, const struct task *batch,
                               struct attempt_id next);
/* A batch is done. ERR_STATE: it was begun anew meanwhile. */
MUST_CHECK err_t task_ends(struct ctx *cx, struct tx *tx, const struct task *batch);
/* One of several servers takes a task, of the merchant and mode of the context, that it found due,
 * and learns what has become of it meanwhile. *taken is false: another one was quicker. */
MUST_CHECK err_t task_take(struct ctx *cx, struct tx *tx, const struct holder *holder,
                           struct task *task, bool *taken);
/* Later, and one try more. */
MUST_CHECK err_t task_again(struct ctx *cx, struct tx *tx, enum task_kind kind, const char *object,
                            instant due);
/* Later, and one try more, of one that failed; *had is false, and nothing is changed, when another
 * server has taken it over meanwhile, or done it. */
MUST_CHECK err_t task_put_off(struct ctx *cx, struct tx *tx, const struct holder *holder,
                              const struct task *task, instant due, bool *had);
/* Later, and nothing was tried: the acquirer was not there. */
MUST_CHECK err_t task_later(struct ctx *cx, struct tx *tx, enum task_kind kind, const char *object,
                            instant due);
/* The acquirer of the context's mode is back: every reversal that waits is due, of all merchants.
 * Their numbers cannot be charged before (cards.md 3.3). */
MUST_CHECK err_t task_reverse_now(struct ctx *cx, struct tx *tx);
/* Done; that it is gone already is no error. */
MUST_CHECK err_t task_done(struct ctx *cx, struct tx *tx, enum task_kind kind, const char *object);

/* The next batch after a moment: when captures and refunds leave. */
instant task_batch(instant after);
/* The next settlement file after a moment: when TASK_SETTLEMENT is due. */
instant task_evening(instant after);
/* When the settlement file of a day (Paris) is there. */
instant task_evening_of(struct date day);
/* Inside a body: the acquirer owes something, so its settlement files are asked for, from this
 * evening's on. */
MUST_CHECK err_t settlement_ask(struct ctx *cx, struct tx *tx);
/* The moment after a business day (Paris) when its totals are compared: everything that left on it
 * has its answer, or waits for one. */
instant task_day_end(struct date day);
/* The next night after a moment: when TASK_NIGHTLY is due. */
instant task_night(instant after);
/* The next morning of a TARGET day after a moment: when TASK_PAYOUT is due. */
enum { PAYOUT_HOUR = 8 };
instant task_payout_morning(instant after);
/* The next TARGET day on which the bank books and reports, early: TASK_BANK_REPORTS. */
instant task_bank_morning(instant after);

/* --- the worker
 * ------------------------------------------------------------------------------------ */

/* One thread with a core of its own that runs what is due, and nothing else. */
struct tasks;

/* core: for this thread alone (reader, home and cache of its own); kept and freed by the caller. */
struct tasks *tasks_new(struct core *core);
/* Runs until tasks_stop: finishes what runs, starts nothing new. */
void tasks_run(struct tasks *tasks);
void tasks_stop(struct tasks *tasks); /* from any thread */
void tasks_free(struct tasks *tasks);
/* Something may be due earlier than the worker thinks. From any thread. NULL is allowed: the rows
 * wait for a worker. */
void tasks_wake(struct tasks *tasks);
/* Keeps an operation of any thread until a reversal of its merchant was answered, or for half a
 * second, or until the worker stops; then posts it to its home. */
void tasks_hold(struct tasks *tasks, struct hold *hold);
/* How many tasks run now. */
int64_t tasks_running(const struct tasks *tasks);

/* --- the test clock
 * ---------------------------------------------------------------------------------- */

/* Moves the test-mode time of the merchant's sponsor and runs what falls due, in order, on the
 * worker (design.md 6). done is posted to home with `now`. */
struct clock_move {
    struct message done;
    struct mailbox *home;
    struct merchant_id merchant;
    int64_t advance_s;
    err_t result;
    instant now;
    struct test_clock *clock; /* this and the next are the worker's own */
    void (*answer)(struct message *message);
};
enum { CLOCK_ADVANCE_MAX_S = 63072000 };
void tasks_clock_move(struct tasks *tasks, struct clock_move *move);

#endif
