#ifndef GUICHET_CORE_FLOW_H
#define GUICHET_CORE_FLOW_H

#include "core/einvoice.h"
#include "core/invoice.h"

/* An invoice on its way to its buyer through the platform of its mode (core/platform.h). It leaves
 * when its file is drawn; what the platform says of it becomes its life cycle (core/lifecycle.h),
 * and so does what is paid and undone here. */
#define FLOW_STATE_LIST(X)                                                                         \
    X(FLOW_WAITING, 1, "waiting") /* its file is drawn, or the platform does not answer */         \
    X(FLOW_SENT, 2, "sent")
ENUM_DECLARE(flow_state, FLOW_STATE_LIST);

struct flow {
    struct invoice_id invoice;
    enum flow_state state;
    enum einvoice_format format;
    instant created;
    instant sent;
};

/* Whether an invoice goes this way: from one business of France to another. What is sold to others
 * belongs into reports (standards/einvoicing.md 1, core/report.h). */
bool flow_is_for(const struct invoice_paper *paper);

/* *found is false: it does not go that way. */
MUST_CHECK err_t flow_find(struct ctx *cx, struct tx *tx, struct invoice_id invoice,
                           struct flow *out, bool *found);

/* --- inside a body -------------------------------------------------------------------------------
 */

/* The invoice is to leave; its sponsor is told of it. */
MUST_CHECK err_t flow_open(struct ctx *cx, struct tx *tx, struct invoice_id invoice,
                           enum einvoice_format format);

/* Its file is there: it leaves, if it is to. */
MUST_CHECK err_t flow_drawn(struct ctx *cx, struct tx *tx, struct invoice_id invoice);

/* It was handed over. */
MUST_CHECK err_t flow_sent(struct ctx *cx, struct tx *tx, struct invoice_id invoice);

/* What it received and nobody was told yet becomes its status 212; nothing before it is deposited.
 */
MUST_CHECK err_t flow_received(struct ctx *cx, struct tx *tx, struct invoice_id invoice);

/* A credit note was issued that undoes the invoice: it follows on the same way and in the same
 * format, unless the invoice was rejected or refused: nobody waits for it then. */
MUST_CHECK err_t flow_credited(struct ctx *cx, struct tx *tx, struct invoice_id invoice,
                               struct invoice_id credit);

/* A credit note has undone it: its status 220, when it is deposited. */
MUST_CHECK err_t flow_cancelled(struct ctx *cx, struct tx *tx, struct invoice_id invoice);

#endif
