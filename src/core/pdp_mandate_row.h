#ifndef GUICHET_CORE_PDP_MANDATE_ROW_H
#define GUICHET_CORE_PDP_MANDATE_ROW_H

#include "core/pdp_mandate.h"
#include "store/store.h"

/* Private to core/pdp_mandate*.c and its task. */

/* Reads the columns of pdp_mandate_row. */
void pdp_mandate_row(struct rows *rows, struct pdp_mandate *out);

/* Inside a body: the one way to another state; writes the event and tells the sponsor. cause: a
 * literal of ours, or NULL. */
struct pdp_mandate_step {
    enum pdp_mandate_state state;
    enum pdp_registration registration;
    const char *cause;
};
MUST_CHECK err_t pdp_mandate_move(struct ctx *cx, struct tx *tx, struct pdp_mandate *mandate,
                                  const struct pdp_mandate_step *step);

bool pdp_mandate_is_living(enum pdp_mandate_state state);

#endif
