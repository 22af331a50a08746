#ifndef GUICHET_CORE_REPORT_ROW_H
#define GUICHET_CORE_REPORT_ROW_H

#include "core/report.h"

/* Private to core/report.c and its task. Inside a body: one that is pending has its end. cause: a
 * literal, or NULL. */
MUST_CHECK err_t report_end(struct ctx *cx, struct tx *tx, struct report_id id,
                            enum report_state state, const char *cause);

#endif
