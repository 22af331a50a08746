#ifndef GUICHET_CORE_RAIL_H
#define GUICHET_CORE_RAIL_H

#include "base/ctx.h"
#include "base/mailbox.h"
#include "base/money.h"

/* What the core asks of a card connector (cards.md 2). The core declares, rails fill, main
 * registers. Every call is non-blocking: it is handed over, and the same struct comes back to
 * `home` with exactly one result. The core has committed the attempt before the call, so a crash
 * leaves a trace to reverse. */

#define CARD_OP_LIST(X)                                                                            \
    X(CARD_AUTHORISE, 1, "authorise") /* 0100, processing code 00; 38 for an amount of 0 */        \
    X(CARD_CAPTURE, 2, "capture")     /* 0220 advice of an earlier authorisation */                \
    X(CARD_REFUND, 3, "refund")       /* 0200, processing code 20 */                               \
    X(CARD_VOID, 4, "void")           /* 0400: the merchant gives back what is held, or a part */  \
    X(CARD_REVERSE, 5, "reverse")     /* 0420 advice: no answer came, or it came too late */       \
    X(CARD_RECONCILE, 6, "reconcile") /* 0500: the totals of a business day */
ENUM_DECLARE(card_op, CARD_OP_LIST);

#define CARD_OUTCOME_LIST(X)                                                                       \
    X(CARD_APPROVED, 1, "approved")                                                                \
    X(CARD_DECLINED, 2, "declined")                                                                \
    X(CARD_SOFT_DECLINED, 3, "soft_declined") /* authentication needed (kind X of cards.md 5) */   \
    X(CARD_UNKNOWN, 4, "unknown")             /* sent, no answer: must be reversed */              \
    X(CARD_UNREACHABLE, 5, "unreachable")     /* nothing left this machine */                      \
    X(CARD_UNUSABLE, 6, "unusable") /* approved otherwise than asked, or in a code that nobody     \
                                       knows: to be reversed and refused */
ENUM_DECLARE(card_outcome, CARD_OUTCOME_LIST);

/* After a refusal: what the merchant may do without the payer (kinds S and H of cards.md 5). 0:
 * nothing is said. */
#define CARD_RETRY_LIST(X)                                                                         \
    X(CARD_RETRY_LATER, 1, "later")           /* S */                                              \
    X(CARD_RETRY_WITH_PAYER, 2, "with_payer") /* H */                                              \
    X(CARD_RETRY_NEVER, 3, "never")           /* R0, R1, R3, advice 03 */
ENUM_DECLARE(card_retry, CARD_RETRY_LIST);

enum {
    RRN_LEN = 12,
    AUTH_CODE_LEN = 6,
    RESPONSE_LEN = 4,
    ACCEPTOR_LEN = 15,
    NETWORK_TXN_MAX = 36,
    NOTICE_IDENTITY_MAX = 40,
    CAVV_LEN = 28,
    DS_TRANS_ID_LEN = 36,
};

/* The identity of a message: a repeat carries exactly the same (cards.md 3.3). */
struct card_trace {
    int64_t stan; /* 1..999999 */
    char rrn[RRN_LEN + 1];
    instant sent; /* gives DE 7, 12 and 13 */
};

/* The result of an authentication, as it goes into an authorisation. All empty: none was made. */
struct card_proof {
    char eci[3];
    char cavv[CAVV_LEN + 1];
    char version[9];
    char ds_trans_id[DS_TRANS_ID_LEN + 1];
};

/* What moved on a business day, in one currency. We never take back a capture or a refund, so there
 * are no reversals to count. */
struct card_totals {
    int64_t credits; /* refunds */
    int64_t credits_minor;
    int64_t debits; /* captures, and authorisations whose money moved at once */
    int64_t debits_minor;
};

struct holder;
struct card_call {
    struct message done; /* posted to home with the result below */
    struct mailbox *home;

    enum card_op op;
    struct attempt_id attempt;
    struct merchant_id merchant;
    struct payment_id payment;
    const struct holder *holder; /* of an authorisation: it leaves at once or under this lease */
    int64_t term;
    int64_t begun_us;                /* monotonic */
    char acceptor[ACCEPTOR_LEN + 1]; /* DE 42, the merchant's number at its acquirer */
    struct card_trace trace;
    bool repeat; /* sent before, maybe: MTI ending in 1 */
    struct money amount;
    bool final; /* final authorisation, not a hold to be captured later */
    int exp_month;
    int exp_year;
    struct card_id card;
    struct str pan_sealed; /* opened with vault_open_pan() only; borrowed until done; may be none */
    bool has_cvc;          /* taken from the pool by attempt id when the message is packed */
    char network_wanted[3]; /* CB, VI, MC, ... or "" */
    bool payer_present;     /* took part, in person or by the proof; initiator C or M */
    bool card_kept;         /* the card may be used again */
    char first_txn[NETWORK_TXN_MAX + 1]; /* of the card's first approval, or "": quoted without the
                                            payer */
    struct card_proof proof;
    char descriptor[23];

    /* For everything but an authorisation: the message it refers to. */
    enum card_op original_op;
    struct card_trace original;
    char auth_code[AUTH_CODE_LEN + 1];
    char reason[3];        /* of a reversal: 68, 17, 96 */
    int64_t replace_minor; /* CARD_VOID of a part: what remains (DE 95); -1 for the whole */

    /* For CARD_RECONCILE, whose amount only says the currency. */
    struct date day; /* Paris, as DE 13 of the messages */
    struct card_totals totals;

    /* Result. */
    enum card_outcome outcome;
    enum card_retry retry;                 /* of a refusal, or 0 */
    char response[RESPONSE_LEN + 1];       /* "00", "51", "A1"; 68 unknown, 91 unreachable */
    char got_auth_code[AUTH_CODE_LEN + 1]; /* "" unless approved */
    char network[3];                       /* the one used, "" when not told */
    char network_txn[NETWORK_TXN_MAX + 1];
    char cvc_result;           /* M N P U S, or 0 */
    bool settled;              /* the money moved at once (single message) */
    int64_t kept_minor;        /* then: what the acquirer kept */
    bool balanced;             /* of an approved CARD_RECONCILE */
    struct card_totals theirs; /* likewise: what the acquirer has */
};

#define THREEDS_STATUS_LIST(X)                                                                     \
    X(THREEDS_Y, 1, "Y") /* authenticated */                                                       \
    X(THREEDS_A, 2, "A") /* attempted: the issuer was not able */                                  \
    X(THREEDS_C, 3, "C") /* a challenge is wanted */                                               \
    X(THREEDS_N, 4, "N") /* refused */                                                             \
    X(THREEDS_R, 5, "R") /* rejected by the issuer */                                              \
    X(THREEDS_U, 6, "U") /* could not be done */                                                   \
    X(THREEDS_I, 7, "I") /* informed: an exemption was accepted */
ENUM_DECLARE(threeds_status, THREEDS_STATUS_LIST);

enum { THREEDS_ID_LEN = 36, THREEDS_URL_MAX = 512, THREEDS_CREQ_MAX = 1024 };

/* AReq and ARes (cards.md 6), or the question for the authoritative result of a challenge. */
struct threeds_call {
    struct message done;
    struct mailbox *home;

    bool result_only; /* ask for the result of acs_trans_id; otherwise a lookup */
    struct payment_id payment;
    struct merchant_id merchant;
    struct authentication_id authentication;
    struct card_id card;
    struct str pan_sealed; /* borrowed until done, as in card_call */
    int exp_month;
    int exp_year;
    struct money amount;
    struct str merchant_name;
    struct str notification_url;
    struct str session;      /* our signed state, given back by the ACS */
    bool challenge_mandated; /* preference 04 instead of 01 */
    struct str browser_accept;
    struct str browser_agent;
    struct str browser_language;
    struct str browser_ip;

    /* Result. ERR_UNAVAILABLE: nobody answered (status U). */
    err_t result;
    enum threeds_status status;
    struct card_proof proof;
    char acs_trans_id[THREEDS_ID_LEN + 1];
    char acs_url[THREEDS_URL_MAX]; /* for C: where the payer posts the creq */
    char creq[THREEDS_CREQ_MAX];   /* for C: base64url */
};

/* A line of a settlement file (cards.md 9), as the rail has read and checked it. */
#define SETTLED_KIND_LIST(X)                                                                       \
    X(SETTLED_DEBIT, 1, "debit")                                                                   \
    X(SETTLED_CREDIT, 2, "credit")                                                                 \
    X(SETTLED_CHARGEBACK, 3, "chargeback")                                                         \
    X(SETTLED_REPRESENTMENT, 4, "representment")                                                   \
    X(SETTLED_FEE, 5, "fee")                                                                       \
    X(SETTLED_REVERSAL, 6, "reversal")
ENUM_DECLARE(settled_kind, SETTLED_KIND_LIST);

struct settled_line {
    int64_t number;
    enum settled_kind kind;
    char rrn[RRN_LEN + 1]; /* of the capture, the refund, or the authorisation charged back */
    struct money amount;
    int64_t kept_minor;        /* interchange, scheme and acquirer fee together */
    struct payment_id payment; /* payment_ref; "" when it is not one of ours */
};

/* One settlement file of the day (cards.md 9). */
struct settlement_call {
    struct message done;
    struct mailbox *home;
    struct merchant_id merchant;
    char acceptor[ACCEPTOR_LEN + 1];
    struct date day;     /* Paris day of the settlement */
    struct arena *arena; /* where name and file go; the caller's, not touched by it until done */

    err_t result;    /* ERR_UNAVAILABLE: ask again later */
    struct str name; /* {NULL, 0}: nothing to settle */
    struct str hash; /* SHA-256 of the file, in hexadecimal */
    struct settled_line *lines;
    size_t line_count;
};

/* A chargeback notice from the acquirer (0422); the connector answers it once the core has said
 * yes. */
struct chargeback_notice {
    char acceptor[ACCEPTOR_LEN + 1];
    char identity[NOTICE_IDENTITY_MAX + 1]; /* the same in each repeat of this notice only */
    char rrn[RRN_LEN + 1];                  /* of the authorisation */
    struct money amount;
    char reason[RESPONSE_LEN + 1];
    char network[3];
    struct date answer_by; /* year 0 when not told */
};

enum {
    RAIL_PARTIAL_CAPTURE = 1,
    RAIL_PARTIAL_REVERSAL = 2,
    RAIL_ZERO_AMOUNT_CHECK = 4,
    RAIL_THREEDS = 8,
    RAIL_MIT = 16,
};

struct card_rail {
    void *self;
    const char *name;
    bool live;
    unsigned capabilities;
    void (*send)(void *self, struct card_call *call);
    void (*threeds)(void *self, struct threeds_call *call);
    void (*settlement)(void *self, struct settlement_call *call);
    bool (*is_up)(void *self);
    uint64_t (*times_up)(void *self); /* how often it has come up since it was made */
};

/* What the core offers to rails, for notices that come unasked. Posted from the connector's thread;
 * calls done with the result on that same thread's mailbox: OK also for a notice known already,
 * ERR_CONFLICT for one known with another amount, ERR_BUSY when the payment cannot take it yet (do
 * not answer: it will be repeated), ERR_NOT_FOUND when nothing matches. */
struct notice_call {
    struct message done;
    struct mailbox *home;
    struct chargeback_notice notice;
    err_t result;
};
struct card_events {
    void *self;
    void (*chargeback)(void *self, struct notice_call *call);
};

/* --- the vault, as rails see it ------------------------------------------------------------------
 */

struct vault;
struct cvc_pool;
enum { PAN_MAX = 19 };

/* The card number in clear, NUL-terminated, for as long as packing takes; the caller wipes it.
 * ERR_UNAVAILABLE: no key; ERR_INTERNAL: the sealed bytes are not this card's. */
MUST_CHECK err_t vault_open_pan(struct vault *vault, struct merchant_id merchant,
                                struct card_id card, struct str sealed, char pan[PAN_MAX + 1]);

/* Moves the security code kept for an attempt out of the pool (which wipes its copy). False: there
 * is none. */
enum { CVC_MAX = 4 };
bool cvc_take(struct cvc_pool *pool, const char *key, char cvc[CVC_MAX + 1]);

#endif
