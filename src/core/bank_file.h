#ifndef GUICHET_CORE_BANK_FILE_H
#define GUICHET_CORE_BANK_FILE_H

#include "core/bank_profile.h"
#include "core/debit.h"
#include "core/payout.h"

/* Files for the bank (standards/sepa.md 9): which debits and transfers are in which file, and how
 * far each has come. The rail writes and carries them (core/bank_rail.h); what the bank answers is
 * core/bank_report.h.
 *
 *     building -> built -> released -> acknowledged, partly_rejected, rejected
 *     building -> blocked -> given_up
 */
#define BANK_FILE_KIND_LIST(X)                                                                     \
    X(BANK_FILE_DEBITS, 1, "debits")       /* pain.008 */                                          \
    X(BANK_FILE_TRANSFERS, 2, "transfers") /* pain.001: payouts, refunds of debits */              \
    X(BANK_FILE_REVERSALS, 3, "reversals") /* pain.007: debits given back whole and soon */
ENUM_DECLARE(bank_file_kind, BANK_FILE_KIND_LIST);

#define BANK_FILE_STATE_LIST(X)                                                                    \
    X(BANK_FILE_BUILDING, 1, "building") /* takes transactions, is written */                      \
    X(BANK_FILE_BUILT, 2, "built")       /* its bytes are fixed, nobody outside has them */        \
    X(BANK_FILE_RELEASED, 3, "released") /* on its way to the bank */                              \
    X(BANK_FILE_ACKNOWLEDGED, 4, "acknowledged")                                                   \
    X(BANK_FILE_PARTLY_REJECTED, 5, "partly_rejected")                                             \
    X(BANK_FILE_REJECTED, 6, "rejected")                                                           \
    X(BANK_FILE_BLOCKED, 7, "blocked") /* must not leave: `fault` says why; a person decides */    \
    X(BANK_FILE_GIVEN_UP, 8, "given_up")
ENUM_DECLARE(bank_file_state, BANK_FILE_STATE_LIST);

struct bank_file {
    struct bank_file_id id;
    enum bank_file_kind kind;
    enum bank_file_state state;
    struct str scheme; /* CORE or B2B when the merchant's bank wants them apart, else {NULL, 0} */
    struct bank_file_id original; /* of reversals: the file of the debits; else none */
    struct str msg_id;            /* unique for ever */
    struct str version;           /* "pain.008.001.08", once it is built */
    struct str sha256;            /* likewise, hexadecimal */
    struct str name;              /* likewise: of the file */
    struct str fault;             /* of a blocked one */
    int64_t count;
    int64_t sum_cents;
    int64_t bytes;
    instant created;
    instant built;
    instant released;
    instant answered;
};

/* Transactions that the bank may book as one: the same day, scheme, sequence (sepa.md 9.1). */
struct bank_block {
    int64_t number;               /* in its file, from 1; of reversals: in the original file */
    struct str payment_info;      /* unique for ever */
    enum mandate_scheme scheme;   /* 0 for transfers */
    enum debit_sequence sequence; /* likewise */
    struct date day;              /* due, or execution */
    int64_t count;
    int64_t sum_cents;
};

#define BANK_ITEM_KIND_LIST(X)                                                                     \
    X(BANK_ITEM_DEBIT, 1, "debit")                                                                 \
    X(BANK_ITEM_REFUND, 2, "refund")                                                               \
    X(BANK_ITEM_PAYOUT, 3, "payout")
ENUM_DECLARE(bank_item_kind, BANK_ITEM_KIND_LIST);

/* In the order of rank (sepa.md 10.5): what comes later and says less changes nothing. */
#define BANK_ITEM_STATE_LIST(X)                                                                    \
    X(BANK_ITEM_TAKEN, 1, "taken") /* in a file that was not released */                           \
    X(BANK_ITEM_SENT, 2, "sent")                                                                   \
    X(BANK_ITEM_RECEIVED, 3, "received")                                                           \
    X(BANK_ITEM_ACCEPTED, 4, "accepted")                                                           \
    X(BANK_ITEM_SETTLED, 5, "settled")                                                             \
    X(BANK_ITEM_REJECTED, 6, "rejected")                                                           \
    X(BANK_ITEM_RETURNED, 7, "returned")
ENUM_DECLARE(bank_item_state, BANK_ITEM_STATE_LIST);

struct bank_item {
    struct bank_file_id file;
    int64_t block;
    char object[ID_SIZE]; /* the payment, refund or payout; in files InstrId */
    enum bank_item_kind kind;
    enum bank_item_state state;
    struct str end_to_end;
    int64_t amount_cents;
    struct str reason;          /* ISO code of what came back, or {NULL, 0} */
    struct str credit;          /* the line that booked it (struct bank_fact), or {NULL, 0} */
    struct str back;            /* likewise: that showed its money come back */
    struct str payee;           /* what the bank found of who is paid: "RVNM", or {NULL, 0} */
    struct str payee_name;      /* the name that it suggests, or {NULL, 0} */
    struct bank_work_id held;   /* who has to say whether it may go on; or none */
    struct payment_id reverses; /* of a refund that leaves as a reversal: the payment; else none */
    int64_t back_cents; /* what the book has for that, with the bank's charge; 0: not known */
};

/* --- reading -------------------------------------------------------------------------------------
 */

/* For a database that was brought back from a backup: files that left since then have their
 * numbers, and no other bytes may leave under one of those. */
MUST_CHECK err_t bank_files_renumber(struct ctx *cx, struct tx *tx);

/* ERR_NOT_FOUND with a fault on "file". */
MUST_CHECK err_t bank_file_load(struct ctx *cx, struct tx *tx, struct bank_file_id id,
                                struct bank_file *out);
/* By its number, whoever's it is: sets cx->merchant and cx->mode. ERR_NOT_FOUND with a fault. */
MUST_CHECK err_t bank_file_of_message(struct ctx *cx, struct tx *tx, struct str msg_id,
                                      struct bank_file *out);
/* Those that were not released: building and built ones, oldest first. At most BANK_FILES_MAX. */
enum { BANK_FILES_MAX = 1000 };
MUST_CHECK err_t bank_files_open(struct ctx *cx, struct tx *tx, struct bank_file **out,
                                 size_t *count);
/* Those that were released and not answered, oldest first. */
MUST_CHECK err_t bank_files_unanswered(struct ctx *cx, struct tx *tx, int64_t limit,
                                       struct bank_file **out, size_t *count);
/* In test mode: those that were released and whose answer was not read to its end, oldest first. An
 * answer is several reports; the first of them says that there was one. */
MUST_CHECK err_t bank_files_unheard(struct ctx *cx, struct tx *tx, int64_t limit,
                                    struct bank_file **out, size_t *count);
/* Inside a body: it was. */
MUST_CHECK err_t bank_file_heard(struct ctx *cx, struct tx *tx, struct bank_file_id id);
/* The newest `limit`, newest first. */
MUST_CHECK err_t bank_files_newest(struct ctx *cx, struct tx *tx, int64_t limit,
                                   struct bank_file **out, size_t *count);
MUST_CHECK err_t bank_blocks(struct ctx *cx, struct tx *tx, struct bank_file_id file,
                             struct bank_block **out, size_t *count);
/* In the order of the file; at most limit, after a place: block 0 begins. */
struct bank_place {
    int64_t block;
    char object[ID_SIZE];
};
MUST_CHECK err_t bank_items(struct ctx *cx, struct tx *tx, struct bank_file_id file,
                            struct bank_place *after, int64_t limit, struct bank_item **out,
                            size_t *count);

/* The transaction of an object, if it is in a file. */
MUST_CHECK err_t bank_item_find(struct ctx *cx, struct tx *tx, const char *object,
                                struct bank_item *out, bool *found);

/* Whose files were not released, of all merchants: at the start. At most `most`. */
struct bank_owner {
    struct merchant_id merchant;
    enum mode mode;
};
MUST_CHECK err_t bank_files_unfinished(struct ctx *cx, struct tx *tx, size_t most,
                                       struct bank_owner *out, size_t *count);

/* --- making --------------------------------------------------------------------------------------
 */

/* Inside a body: takes what is due into files that are being built, at most `most` of each kind;
 * *more: call again. For debits core/debit.h says what is due; of transfers all that wait: they are
 * executed on the next business day. A payout or refund that is taken is on its way. A refund of a
 * whole debit leaves as its reversal where the bank takes them, until the fifth TARGET day after
 * settlement (standards/sepa.md 3 and 9.4). */
struct bank_taking {
    const struct merchant *merchant;
    const struct bank_profile *profile;
    int64_t most;
    int64_t taken; /* out */
    bool more;     /* out */
};
MUST_CHECK err_t bank_take(struct ctx *cx, struct tx *tx, struct bank_taking *taking);

/* Inside a body: a transfer waits, a payout or the refund of a debit. All of them leave together,
 * at the merchant's next cut-off (bank_transfer_hour). */
MUST_CHECK err_t bank_transfer_ask(struct ctx *cx, struct tx *tx);

/* What waits: when the first debit has to go into a file (0: none waits), and whether transfers, or
 * files that were not released, wait. */
MUST_CHECK err_t bank_waits(struct ctx *cx, struct tx *tx, instant *debits, bool *transfers);

/* Inside a body. Built: the bytes are on the disk, and are these from now on. ERR_STATE with a
 * fault unless it is being built. */
struct bank_file_facts {
    struct str version;
    struct str sha256;
    struct str name;
    int64_t bytes;
};
MUST_CHECK err_t bank_file_built(struct ctx *cx, struct tx *tx, struct bank_file_id id,
                                 const struct bank_file_facts *facts);
/* It must not leave. */
MUST_CHECK err_t bank_file_blocked(struct ctx *cx, struct tx *tx, struct bank_file_id id,
                                   struct str fault);
struct debit_sending; /* what was read of some debits */

/* Tells the core that at most `most` of its debits are sent, from a place on that is empty at
 * first; `more`: another call goes on from `until`. */
struct bank_sending {
    struct bank_file_id file;
    int64_t most;
    struct bank_place from;
    struct bank_place until; /* out */
    bool more;
    struct debit_sending *looked; /* by bank_file_look, or NULL */
};
/* In any transaction before that body: reads the debits, so that the body need not. They stay in
 * the memory of the context; `until` and `more` are known then. When they have changed meanwhile,
 * the body writes nothing and is ERR_STATE. */
MUST_CHECK err_t bank_file_look(struct ctx *cx, struct tx *tx, struct bank_sending *sending);
MUST_CHECK err_t bank_file_send(struct ctx *cx, struct tx *tx, struct bank_sending *sending);
/* It is where the bank takes it from. What the bank has said of it by then is parked, and is tried
 * again now; in test mode the bank's reports are asked for from now on. */
MUST_CHECK err_t bank_file_released(struct ctx *cx, struct tx *tx, struct bank_file_id id);
/* A person gives up a blocked file: its debits wait for another one, its transfers are in another
 * one at once. ERR_STATE with a fault unless it is blocked. */
MUST_CHECK err_t bank_file_give_up(struct ctx *cx, struct tx *tx, struct bank_file_id id);

/* Inside a body, before more is taken: files that were begun and not built by the cut-off of a
 * debit in them, since the disk was full or nobody was there, are given up likewise; what missed
 * its cut-off gets another day (core/debit.h), the rest another file. */
MUST_CHECK err_t bank_files_give_up_late(struct ctx *cx, struct tx *tx);

/* The bank has answered: only ever to a state that says more. */
MUST_CHECK err_t bank_file_answered(struct ctx *cx, struct tx *tx, struct bank_file_id id,
                                    enum bank_file_state state);

/* Until when the bank's reports were asked for (test mode); 0: never. */
MUST_CHECK err_t bank_reports_asked(struct ctx *cx, struct tx *tx, instant *out);
MUST_CHECK err_t bank_reports_asked_until(struct ctx *cx, struct tx *tx, instant until);
/* When a file was released last, 0: never. */
MUST_CHECK err_t bank_released_last(struct ctx *cx, struct tx *tx, instant *out);

#endif
