#ifndef GUICHET_CORE_DRAFT_H
#define GUICHET_CORE_DRAFT_H

#include "core/flow.h"

/* What a face was given. */
struct draft_content {
    struct str body;    /* JSON of the face */
    struct str payment; /* number of the payment that pays it (core/invoice_payment.h), or none */
};
enum { DRAFT_BODY_MAX = 1 << 20, DRAFT_PAYMENT_MAX = 19 };

/* An invoice that is still being written (api/seqino.md 6), until it is issued and freezes. */
struct draft {
    struct draft_id id;
    struct draft_content is;
    int64_t version;             /* rises with each replacement */
    struct invoice_id invoice;   /* that it became, or none: it is open */
    enum einvoice_format format; /* of that */
    instant created;
    instant updated; /* 0: never */
};

/* ERR_NOT_FOUND with a fault on "draft". */
MUST_CHECK err_t draft_load(struct ctx *cx, struct tx *tx, struct draft_id id, struct draft *out);
/* That an invoice was; *found is false when no draft became it. */
MUST_CHECK err_t draft_of_invoice(struct ctx *cx, struct tx *tx, struct invoice_id invoice,
                                  struct draft *out, bool *found);

/* An Idempotency-Key counts. */
struct draft_create {
    struct operation operation;
    struct draft_content content;
    struct draft draft; /* out */
};
void draft_create(struct draft_create *create);

/* ERR_STATE with a fault on "draft": it is issued. */
struct draft_replace {
    struct operation operation;
    struct draft_id id;
    struct draft_content content;
    struct draft draft; /* out */
};
void draft_replace(struct draft_replace *replace);

struct draft_remove {
    struct operation operation;
    struct draft_id id;
};
void draft_remove(struct draft_remove *drop);

/* Issues what a draft says (core/invoice.h) and freezes it, in one commit, and sends it on its way
 * (core/flow.h). Once more gives the invoice that it became. ERR_CONFLICT with a fault on "draft":
 * it was replaced since it was read. ERR_UNAVAILABLE with a fault on "platform": it would have to
 * leave through one, and there is none. Other errors as invoice_issue. An Idempotency-Key counts.
 */
struct draft_issue {
    struct operation operation;
    struct draft_id id;
    int64_t version;            /* that the rest was made of */
    struct invoice_draft asked; /* what it says */
    struct str number;          /* that it asks for, or {NULL, 0} */
    enum einvoice_format format;
    struct draft draft;     /* out */
    struct invoice invoice; /* out */
    bool leaves;            /* out: through a platform, as */
    struct flow flow;       /* this says */
};
void draft_issue(struct draft_issue *issue);

#endif
