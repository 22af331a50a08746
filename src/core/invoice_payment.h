#ifndef GUICHET_CORE_INVOICE_PAYMENT_H
#define GUICHET_CORE_INVOICE_PAYMENT_H

#include "core/invoice.h"
#include "core/request.h"

/* How an invoice is paid (api/simplypaie.md 7, paymentId). The link is kept from its issue on; what
 * the payment brings, and what refunds, disputes and refused captures take back, is booked in the
 * sales book and shared by the groups of VAT, as status 212 tells it (standards/einvoicing.md 5,
 * 6).
 */

/* What a number of core/listing.h names, in the words of an invoice: a request, or a payment that
 * no request made, which only counts once it is paid. */
struct invoice_source {
    char object[ID_SIZE];
    struct money amount; /* asked for */
    bool waits;          /* it may still be paid */
    bool paid;
    struct payment payment; /* when it is paid */
    int64_t left_minor;     /* of it, less what went back */
    struct str url;         /* where it can be paid while it waits, or {NULL, 0} */
};

/* Reads what the draft names. What names nothing, or what pays another invoice already, is marked
 * as bad. ERR_UNAVAILABLE with a fault: no vault. */
MUST_CHECK err_t invoice_source_read(const struct core *core, struct ctx *cx, struct tx *tx,
                                     struct invoice_draft *draft);

/* Whether it can pay a document of this kind, currency and total; total below 0: not known. */
bool invoice_source_fits(const struct invoice_draft *draft, int64_t total_minor);

/* Puts it into the paper: BT-113, BT-115, how and when, or where to pay. */
void invoice_source_fill(struct ctx *cx, const struct invoice_source *source,
                         struct invoice_paper *paper);

/* Inside the body that has frozen the invoice. */
MUST_CHECK err_t invoice_source_link(struct ctx *cx, struct tx *tx, const struct invoice *invoice,
                                     const struct invoice_source *source);

/* --- what happens to payments -------------------------------------------------------------------
 */

/* Inside the body in which request->payment has paid it. Nothing when it pays no invoice. */
MUST_CHECK err_t invoice_request_paid(struct ctx *cx, struct tx *tx,
                                      const struct pay_request *request);

/* Inside the body in which a payment that paid is taken back (below zero), or what was is given
 * back after all, by this object: itself, a refund or a dispute. */
MUST_CHECK err_t invoice_payment_moved(struct ctx *cx, struct tx *tx, struct payment_id payment,
                                       const char *object, int64_t amount_minor);

/* --- reading ------------------------------------------------------------------------------------
 */

/* The invoice that this payment paid last. */
MUST_CHECK err_t invoice_paid_by(struct ctx *cx, struct tx *tx, struct payment_id payment,
                                 struct invoice *out, bool *found);

/* A part of a movement: one group of VAT. */
struct invoice_receipt {
    int64_t turn;
    struct str object;
    enum vat_category category;
    int64_t rate_bp;
    int64_t amount_minor; /* tax included */
    instant received;
};
struct invoice_receipts {
    struct request_id request; /* none: no request pays it */
    struct payment_id payment; /* none: not paid */
    struct invoice_receipt *items;
    size_t count;
    size_t capacity;
};
MUST_CHECK err_t invoice_receipts_read(struct ctx *cx, struct tx *tx, struct invoice_id invoice,
                                       struct invoice_receipts *out);

#endif
