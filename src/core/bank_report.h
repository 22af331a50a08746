#ifndef GUICHET_CORE_BANK_REPORT_H
#define GUICHET_CORE_BANK_REPORT_H

#include "core/bank_file.h"

/* What the bank says (standards/sepa.md 10), fact by fact. The rail reads files and makes facts of
 * them; here a fact has its effect, once, whichever file brings it and in whatever order. What
 * cannot be explained is parked for PARKED_DAYS, then a person's work (core/bank_work.h); what it
 * moved on the account is booked in suspense meanwhile, never silently. */
#define BANK_SAYS_LIST(X)                                                                          \
    X(BANK_SAYS_RECEIVED, 1, "received") /* technically fine, or not judged yet */                 \
    X(BANK_SAYS_ACCEPTED, 2, "accepted")                                                           \
    X(BANK_SAYS_REJECTED, 3, "rejected")                                                           \
    X(BANK_SAYS_PARTLY, 4, "partly")   /* of a file or block: what is rejected is named */         \
    X(BANK_SAYS_CREDIT, 5, "credit")   /* a booked line */                                         \
    X(BANK_SAYS_DEBIT, 6, "debit")     /* likewise */                                              \
    X(BANK_SAYS_TROUBLE, 7, "trouble") /* something in the file does not add up */                 \
    X(BANK_SAYS_PAYEE, 8, "payee")     /* of a transfer: whether the account is of who is paid */  \
    X(BANK_SAYS_RECALLED, 9, "recalled") /* it does not collect a debit, as it was asked */        \
    X(BANK_SAYS_NOT_RECALLED, 10, "not_recalled") /* it does all the same */                       \
    X(BANK_SAYS_RECALLING, 11, "recalling")       /* it has not decided yet */
ENUM_DECLARE(bank_says, BANK_SAYS_LIST);

/* Why a person has to look. */
#define BANK_TROUBLE_LIST(X)                                                                       \
    X(BANK_UNMATCHED, 1, "unmatched")         /* it is about nothing that we sent */               \
    X(BANK_CONTRADICTION, 2, "contradiction") /* it cannot be true beside what was said before */  \
    X(BANK_AMOUNT, 3, "amount")               /* another amount than we sent */                    \
    X(BANK_ENTRY_SUM, 4, "entry_sum")         /* an entry is not the sum of its details */         \
    X(BANK_BALANCE, 5, "balance")             /* a statement does not add up */                    \
    X(BANK_CURRENCY, 6, "currency")           /* not in euro */                                    \
    X(BANK_UNREADABLE, 7, "unreadable") /* an amount or sign that says nothing, or no such day */  \
    X(BANK_CANCELLATION, 8, "cancellation") /* an answer to what we never ask by file */           \
    X(BANK_PAYEE, 9, "payee")      /* the bank doubts that the account is of who is paid (VoP) */  \
    X(BANK_GAP, 10, "gap")         /* a statement's number does not follow the one before */       \
    X(BANK_OPENING, 11, "opening") /* it opens with other money than the one before closed with */ \
    X(BANK_DEBTOR, 12, "debtor")   /* a debit has not left: its bank wants BIC or address */
ENUM_DECLARE(bank_trouble, BANK_TROUBLE_LIST);

#define BANK_OUTCOME_LIST(X)                                                                       \
    X(BANK_APPLIED, 1, "applied")                                                                  \
    X(BANK_HISTORY, 2, "history") /* true, but it says less than what is known */                  \
    X(BANK_PARKED, 3, "parked")                                                                    \
    X(BANK_TO_WORK, 4, "work")
ENUM_DECLARE(bank_outcome, BANK_OUTCOME_LIST);

struct bank_fact {
    struct str key; /* what it is known by, whatever file says it: SHA-256, hexadecimal */
    enum bank_says says;
    enum bank_trouble trouble; /* of BANK_SAYS_TROUBLE */
    bool statement;            /* a line of camt.053; else of camt.054 */
    bool ours;                 /* a line that by its kind must be about our files */
    bool is_charge;            /* a line that by its kind is a charge of the bank */
    bool is_reversal;          /* a line that by its kind is our reversal of a debit */
    struct str source;         /* "pain.002" */
    /* What it is about, as far as it says; empty texts when it does not. With neither instruction
     * nor reference it is about a block, without one about a file. NOTPROVIDED is left out. */
    struct str message;
    struct str payment_info;
    struct str instruction;
    struct str end_to_end;
    struct str reason;
    struct str payee_name;  /* of BANK_SAYS_PAYEE: the name that the bank suggests, or empty */
    int64_t amount_cents;   /* 0: it does not say */
    int64_t original_cents; /* likewise: without what the bank adds */
    int64_t charge_cents;   /* charges that a line tells of, which may be within its amount */
    /* Of BANK_SAYS_TROUBLE: what a line moved on the account, in euro, above zero when it came in;
     * 0: nothing, or it does not say. */
    int64_t moved_cents;
    struct date day; /* booked; year 0: it does not say */
};

/* --- received files ------------------------------------------------------------------------------
 */

struct bank_report {
    struct str sha256;
    struct str kind; /* "camt.053" */
    int64_t version;
    struct str msg_id;
    struct str sender;
    struct str name;
    struct str warning; /* why it is not valid by its schema, or {NULL, 0} */
    int64_t bytes;
    bool imported;
    bool replaced; /* another file with the same identity came before */
    int64_t facts; /* new ones */
    int64_t known; /* those that were there already */
    int64_t parked;
    int64_t work;
    instant created;
};

/* ERR_NOT_FOUND without a fault. */
MUST_CHECK err_t bank_report_load(struct ctx *cx, struct tx *tx, struct str sha256,
                                  struct bank_report *out);
MUST_CHECK err_t bank_reports_newest(struct ctx *cx, struct tx *tx, int64_t limit,
                                     struct bank_report **out, size_t *count);

/* Inside a body: begins or goes on; report->imported tells that there is nothing to do. Fills it
 * with what is known. */
MUST_CHECK err_t bank_report_begin(struct ctx *cx, struct tx *tx, struct bank_report *report);
MUST_CHECK err_t bank_report_end(struct ctx *cx, struct tx *tx, struct str sha256);

/* --- facts ---------------------------------------------------------------------------------------
 */

struct bank_known;

/* Inside a body: applies facts of one report for cx->merchant in cx->mode, with their effects and
 * their rows, from item `from` on. One about a whole block or file may be too much for one
 * transaction: then `done` is less than count, and another call goes on from there. Facts about
 * files of another merchant, or of the other mode, are left to whom they belong. */
struct bank_facts {
    const struct bank_profile *profile;
    struct str report; /* SHA-256 */
    const struct bank_fact *items;
    size_t count;
    size_t from;
    bool shared;               /* the account's other lines belong to another merchant's book */
    struct bank_known *known;  /* core/bank_known.h; what the bodies of a report have in common */
    struct settle_row *looked; /* by bank_facts_look, or NULL */
    size_t done;               /* out */
};
enum { BANK_FACTS_MAX = 500, BANK_EFFECTS_MAX = 500 };
MUST_CHECK err_t bank_facts_apply(struct ctx *cx, struct tx *tx, struct bank_facts *facts);

/* In any transaction before that body: finds out which debits the facts settle, so that the body
 * need not. What it found stays in the memory of the context. When it is not so any more, because
 * facts before these were applied meanwhile, or anything else happened, the body writes nothing and
 * is ERR_STATE: it is to run again without. */
MUST_CHECK err_t bank_facts_look(struct ctx *cx, struct tx *tx, struct bank_facts *facts);

/* Inside a body: tries again what is parked, at most BANK_FACTS_MAX at once, from a place that is
 * empty at first; what waited too long becomes work. `more`: another call goes on from `until`. */
struct bank_parked {
    const struct bank_profile *profile;
    instant from;
    int64_t from_serial;
    instant until; /* out */
    int64_t until_serial;
    bool more;
    int64_t explained;
};
enum { PARKED_DAYS = 10 };
MUST_CHECK err_t bank_parked_try(struct ctx *cx, struct tx *tx, struct bank_parked *parked);

#endif
