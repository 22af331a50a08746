#ifndef GUICHET_CORE_CAPTURE_H
#define GUICHET_CORE_CAPTURE_H

#include "core/payment.h"

/* When the capture of a card payment leaves. Those that are approved and captured at once, the
 * many, share one task for an evening, TASK_CARD_BATCH: its object stands for the evening, its
 * attempt is the oldest payment that it speaks for, and it speaks for every one since that waits
 * and was paid before it is due. At 21:00 it makes the task TASK_CARD_CAPTURE of each. All others
 * have theirs from the beginning: holds that were captured later, and payments that are older than
 * the batch of their evening. */

/* Inside a body, for a payment that has just moved to to_capture: its capture leaves with the next
 * batch. */
MUST_CHECK err_t capture_put(struct ctx *cx, struct tx *tx, const struct payment *payment);

#endif
