#ifndef GUICHET_CORE_EINVOICE_DRAFT_H
#define GUICHET_CORE_EINVOICE_DRAFT_H

#include "core/einvoice.h"
#include "core/invoice.h"

/* What is asked for in the terms of EN 16931, as a draft that can be issued (core/invoice.h). What
 * the seller's settings and the day say is theirs: it may be told, but only as it is, which whoever
 * asks compares with what the paper says (core/einvoice_paper.h). */

/* The rules of this file: what is right but cannot be issued here. */
#define RULE_ISSUE "ISSUE"

struct einvoice_draft {
    struct invoice_draft draft;
    struct invoice_details details; /* of the draft */
};

/* Fills out from what can be understood; the report says what cannot. Texts are shared. What the
 * draft lacks is told by invoice_check, as for every other. */
void einvoice_draft_fill(struct ctx *cx, const struct invoice_seller *seller,
                         const struct einvoice *invoice, struct einvoice_draft *out,
                         struct einvoice_report *report);

/* The term that a field of a draft comes from: "BT-44". */
const char *einvoice_field_term(enum invoice_field field);

#endif
