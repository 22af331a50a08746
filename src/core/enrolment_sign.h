#ifndef GUICHET_CORE_ENROLMENT_SIGN_H
#define GUICHET_CORE_ENROLMENT_SIGN_H

#include "core/code_send.h"
#include "core/enrolment_paper.h"

/* The signature step: consent and name first, which send a code by mail; then the code. */

/* What its page needs to know. */
struct enrolment_signing {
    struct enrolment_paper paper; /* as it would be signed now */
    bool asked;                   /* somebody has agreed to just that */
    struct str first_name;        /* of whoever agreed last, or {NULL, 0} */
    struct str last_name;
    bool has_code;      /* one was sent and is still good */
    struct str code_to; /* "c•••@example.org" */
    struct code_sent code;
};
/* "c•••@example.org": who looks over a shoulder learns nothing. */
struct str enrolment_receiver(struct arena *arena, struct str email);

/* On the I/O thread, writes nothing. ERR_UNAVAILABLE as enrolment_paper_draft. */
MUST_CHECK err_t enrolment_signing_show(struct core *core, struct ctx *cx,
                                        const struct enrolment_visit *visit, struct str language,
                                        struct enrolment_signing *out);

/* Somebody agrees: the name is kept and a code is sent. ERR_STATE: the link is not open any more
 * (visit.state), or with `changed` what was agreed to is not what was shown. Faults of code_send.
 */
struct enrolment_agree {
    struct operation operation;
    struct enrolment_visit visit;
    struct str first_name;
    struct str last_name;
    struct str shown; /* sha256 of what was shown */
    struct str language;
    bool changed;
    struct enrolment_paper paper; /* private */
};
void enrolment_agree(struct enrolment_agree *agree);

/* Another code for whoever agreed. ERR_STATE, faults of code_send. */
struct enrolment_resend {
    struct operation operation;
    struct enrolment_visit visit;
    struct str language;
};
void enrolment_resend(struct enrolment_resend *resend);

/* The code was typed. OK with `code` CODE_RIGHT: the mandate is signed, with its evidence, the task
 * of its document and the receipt by mail in one commit. Any other `code`: one try more is counted.
 * ERR_STATE as above. */
struct enrolment_sign {
    struct operation operation;
    struct enrolment_visit visit;
    struct str typed;
    struct str language;
    struct enrolment_trace trace;
    bool changed;
    enum code_result code;
    struct enrolment_paper paper; /* private */
};
void enrolment_sign(struct enrolment_sign *sign);

#endif
