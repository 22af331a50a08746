#ifndef GUICHET_RAILS_SEPA_RAIL_H
#define GUICHET_RAILS_SEPA_RAIL_H

#include "core/bank_rail.h"
#include "rails/sepa/desk.h"

/* The SEPA rail: one thread that makes files for the bank and reads those that come, when a task
 * asks, when a file lies in sepa.in_dir, and at the start what a crash left. */
struct sepa_rail;

/* desk: without a reader, which the thread opens itself; texts are borrowed. */
MUST_CHECK err_t sepa_rail_new(struct ctx *cx, const struct sepa_desk *desk, struct sepa_rail **out);

/* What the core calls; from any thread once started. */
const struct bank_rail *sepa_rail_of(struct sepa_rail *own);

void sepa_rail_start(struct sepa_rail *own);
/* Finishes the errand under way; those that wait, and later ones, come back ERR_UNAVAILABLE. */
void sepa_rail_stop(struct sepa_rail *own);
/* After sepa_rail_stop. NULL is allowed. */
void sepa_rail_free(struct sepa_rail *own);

#endif
