#ifndef GUICHET_CORE_PAGE_FLOW_H
#define GUICHET_CORE_PAGE_FLOW_H

#include "core/page.h"

/* Between the files of the pay page only. */

/* Sets state and problem from payment and authentication. */
void page_judge(const struct core *core, struct ctx *cx, struct pay_page *page);

/* Everything of the page but merchant and mode, as it is in the database now; judges nothing. */
MUST_CHECK err_t page_load(struct ctx *cx, struct tx *tx, struct pay_page *page);

/* The methods by which it can be paid here and now. */
void page_methods_fill(const struct core *core, struct ctx *cx, struct pay_page *page);

/* The request's part of page_load: request is there; the rest is filled. */
MUST_CHECK err_t page_request_fill(struct ctx *cx, struct tx *tx, struct pay_page *page);

/* Asks the bank: a lookup, or the result of a challenge. What it says is written down; on success a
 * pay page charges the card; a soft decline goes round once more. The operation ends when the payer
 * can be told. */
void page_flow_ask(struct page_flow *flow, bool result_only);

/* Reads what page_session wrote; false when it is not ours. */
bool page_session_read(struct core *core, struct ctx *cx, struct str session, struct str *token,
                       struct str *page_path);

#endif
