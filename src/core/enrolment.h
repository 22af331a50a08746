#ifndef GUICHET_CORE_ENROLMENT_H
#define GUICHET_CORE_ENROLMENT_H

#include "core/company_register.h"
#include "core/merchant.h"

/* How a company comes in (api/seqino.md 4): a link that its sponsor asks for, a page with steps
 * (without a word of HTML here), and a merchant that can be paid and invoice when all is done. A
 * link is good for pages.onboarding_life_h hours; of one client one is open at a time. */
#define ENROLMENT_STATE_LIST(X)                                                                    \
    X(ENROLMENT_OPEN, 1, "open")                                                                   \
    X(ENROLMENT_REPLACED, 2, "replaced") /* by a newer link, or its client was deleted */          \
    X(ENROLMENT_COMPLETED, 3, "completed")                                                         \
    X(ENROLMENT_FAILED, 4, "failed")   /* refused by a reviewer */                                 \
    X(ENROLMENT_EXPIRED, 5, "expired") /* in no row: its time tells */
ENUM_DECLARE(enrolment_state, ENROLMENT_STATE_LIST);

#define ENROLMENT_STEP_LIST(X)                                                                     \
    X(ENROLMENT_COMPANY, 1, "company")                                                             \
    X(ENROLMENT_REPRESENTATIVE, 2, "representative")                                               \
    X(ENROLMENT_DOCUMENTS, 3, "documents")                                                         \
    X(ENROLMENT_SIGNATURE, 4, "signature")
ENUM_DECLARE(enrolment_step, ENROLMENT_STEP_LIST);
enum { ENROLMENT_STEPS = ENROLMENT_SIGNATURE + 1 };

/* What a link's status says. */
#define ENROLMENT_STATUS_LIST(X)                                                                   \
    X(ENROLMENT_NOT_OPENED, 1, "not_opened")                                                       \
    X(ENROLMENT_SEEN, 2, "opened") /* nothing is saved yet */                                      \
    X(ENROLMENT_IN_PROGRESS, 3, "in_progress")                                                     \
    X(ENROLMENT_DONE, 4, "completed")                                                              \
    X(ENROLMENT_OVER, 5, "expired")                                                                \
    X(ENROLMENT_REFUSED, 6, "failed")
ENUM_DECLARE(enrolment_status, ENROLMENT_STATUS_LIST);

struct enrolment {
    struct enrolment_id id;
    enum enrolment_state state; /* of the row */
    bool includes_kyc;
    bool includes_signature;
    struct str callback_url; /* or {NULL, 0} */
    bool verified;           /* the register says what the company says */
    instant opened;          /* each 0 until it has happened */
    instant steps[ENROLMENT_STEPS];
    instant reviewed;            /* accepted */
    struct document_id document; /* what was signed, once it is drawn */
    instant changed;             /* the last of all */
    instant created;
    instant expires;
    instant ended;
    instant erased; /* what was typed and handed in is gone */
};

#define ENROLMENT_PATH "/onboarding/"

/* The state as it is now. */
enum enrolment_state enrolment_state_now(const struct ctx *cx, const struct enrolment *enrolment);
enum enrolment_status enrolment_status_now(const struct ctx *cx, const struct enrolment *enrolment);
/* Whether the step is part of it. */
bool enrolment_includes(const struct enrolment *enrolment, enum enrolment_step step);
/* The first step that the visitor has still to do; 0: none. */
enum enrolment_step enrolment_next(const struct enrolment *enrolment);
/* 0 to 100, and 100 only when it is completed. */
int enrolment_percentage(const struct enrolment *enrolment);

/* --- the sponsor's calls -------------------------------------------------------------------------
 */

/* For the client cx->merchant; its older open link is replaced. */
struct enrolment_make {
    struct operation operation;
    struct enrolment enrolment; /* in: callback_url and what it includes; out */
    struct str link;            /* out: the whole address */
};
void enrolment_make(struct enrolment_make *make);

/* Inside a body: the link of cx->merchant that is open, if any, is replaced. */
MUST_CHECK err_t enrolment_close(struct ctx *cx, struct tx *tx);

/* A client's link by the sponsor of cx, whichever client it is of; sets cx->merchant and cx->now.
 * ERR_NOT_FOUND without a fault: no such link, or another sponsor's, or of the other mode. */
MUST_CHECK err_t enrolment_of_sponsor(struct ctx *cx, struct tx *tx, struct sponsor_id sponsor,
                                      struct str id, struct enrolment *out);

/* One of cx->merchant. ERR_NOT_FOUND with a fault on "enrolment". */
MUST_CHECK err_t enrolment_load(struct ctx *cx, struct tx *tx, struct enrolment_id id,
                                struct enrolment *out);

/* --- who comes -----------------------------------------------------------------------------------
 */

struct enrolment_visit {
    struct enrolment enrolment;
    enum enrolment_state state; /* as it is now */
    struct merchant merchant;
    struct str sponsor;       /* its name */
    struct str sponsor_siren; /* or {NULL, 0} */
    struct str organization;
    struct str email;       /* of the client's contact */
    struct company company; /* when that step is done */
};

/* By the token of the link: sets cx->merchant, mode, now. ERR_NOT_FOUND without a fault. */
MUST_CHECK err_t enrolment_visit_open(struct core *core, struct ctx *cx, struct str token,
                                      struct enrolment_visit *out);

/* The page was seen: kept once. */
struct enrolment_seen {
    struct operation operation;
    struct enrolment_id id;
};
void enrolment_seen(struct enrolment_seen *seen);

/* Whose browser saves a step. */
struct enrolment_trace {
    struct str ip;
    struct str user_agent;
};

/* The company step: whoever calls has checked the shape of each value. ERR_STATE: the link is not
 * open any more (visit.state), or the company has signed. When it is the last step, the client is a
 * merchant with these settings. */
struct enrolment_company_save {
    struct operation operation;
    struct enrolment_visit visit;
    struct company company;
    struct enrolment_trace trace;
    struct company_look look; /* private */
    struct str sealed;        /* private */
};
void enrolment_company_save(struct enrolment_company_save *save);

/* Inside a body: of at most `most` links of cx->merchant in cx->mode that led to nothing, refused,
 * replaced or over, ENROLMENT_KEPT_DAYS after their end: what was typed and handed in is erased
 * with its link, audited. What was signed stays, and so do the times of the steps. */
enum { ENROLMENT_KEPT_DAYS = 90 /* [our choice] as mandate forms */ };
MUST_CHECK err_t enrolments_erase(struct ctx *cx, struct tx *tx, int64_t most, int64_t *erased);

#endif
