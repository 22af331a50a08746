#ifndef GUICHET_API_SEQINO_DRAFT_CHECK_H
#define GUICHET_API_SEQINO_DRAFT_CHECK_H

#include "api/seqino/call.h"
#include "api/seqino/invoice_data.h"
#include "core/einvoice_draft.h"

/* Whether what somebody drafted can be issued, and what would become of it. */

struct draft_problem {
    const char *path; /* "body.invoice_data.totals.total_vat" */
    const char *text;
    const char *rule; /* "BR-CO-14", or "ISSUE" for what is not issued here */
    const char *term; /* "BT-110", or NULL */
};

struct draft_check {
    struct einvoice_draft asked; /* that the core would issue */
    struct draft_problem *problems;
    size_t count;
    size_t capacity;
    bool can_be_shown;       /* it makes an invoice, right or wrong: */
    struct einvoice invoice; /* this one, as it would be issued now */
};

/* given was read from the body; payment is the number of a payment, or empty. Without an error
 * there may be problems. */
MUST_CHECK err_t draft_check(struct request *request, struct tx *tx,
                             const struct invoice_data *given, struct str payment,
                             struct draft_check *out);

/* The problems as faults of the context: ERR_INVALID when there are any. */
MUST_CHECK err_t draft_check_faults(struct ctx *cx, const struct draft_check *check);

#endif
