#ifndef GUICHET_PAGES_MANDATE_FORM_H
#define GUICHET_PAGES_MANDATE_FORM_H

#include "http/request.h"

/* The form on which somebody gives a mandate (standards/pages.md 23-27, api/safedebit.md 4): two
 * steps at one address, then a result that leads back to the merchant. */

/* GET /m/{token}: the step that is due, or why there is none (410). */
void mandate_form_show(struct request *request);
/* POST /m/{token}: action continue, cancel, sign or resend. */
void mandate_form_submit(struct request *request);
/* GET /m/{token}/status: how it ended. */
void mandate_form_status(struct request *request);

#endif
