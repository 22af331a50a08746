#ifndef GUICHET_CORE_ENROLMENT_DECIDE_H
#define GUICHET_CORE_ENROLMENT_DECIDE_H

#include "core/enrolment.h"

/* What a reviewer makes of what a company has handed in. */

struct enrolment_verdict {
    bool accepted;
    struct str reason;  /* of a refusal, for the company to read; {NULL, 0}: none is given */
    struct str actor;   /* e-mail address of the operator; {NULL, 0}: a command, or nobody */
    struct str address; /* where from; {NULL, 0}: a command */
};
enum { ENROLMENT_REASON_MAX = 500 /* characters */ };

/* Whether it waits for one. A link that is over before the company has signed does not: nothing
 * could come of it. */
bool enrolment_waits(const struct ctx *cx, const struct enrolment *enrolment);

/* Inside a body, for one that waits: a refusal ends it; what is accepted may be complete. Audited.
 * No check of the reason. */
MUST_CHECK err_t enrolment_judge(const struct core *core, struct ctx *cx, struct tx *tx,
                                 struct enrolment *enrolment,
                                 const struct enrolment_verdict *verdict);

/* Inside a body, by an operator, about one of cx->merchant in cx->mode; the caller raises the
 * generation afterwards, since settings may have changed. ERR_NOT_FOUND with a fault on
 * "enrolment"; ERR_STATE with a fault on "enrolment": it waits for nobody; ERR_INVALID with a fault
 * on "reason": a refusal without one, or one with control characters or too long; ERR_UNAVAILABLE
 * with a fault: no vault. */
MUST_CHECK err_t enrolment_decide_body(const struct core *core, struct ctx *cx, struct tx *tx,
                                       struct enrolment_id id,
                                       const struct enrolment_verdict *verdict,
                                       struct enrolment *out);

/* The same as an operation of its own. */
struct enrolment_decide {
    struct operation operation;
    struct enrolment_id id;
    struct enrolment_verdict verdict;
    struct enrolment enrolment; /* out */
};
void enrolment_decide(struct enrolment_decide *decide);

/* Why it was refused; {NULL, 0}: it was not, or nobody said why. */
MUST_CHECK err_t enrolment_reason_read(const struct core *core, struct ctx *cx, struct tx *tx,
                                       struct enrolment_id id, struct str *out);

#endif
