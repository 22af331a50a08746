#ifndef GUICHET_PAGES_THREEDS_H
#define GUICHET_PAGES_THREEDS_H

#include "http/request.h"

/* The way to the payer's bank and back (pages.md 17 to 19). */
void threeds_redirect(struct request *request);     /* GET /v1/redirect/{token} */
void threeds_notification(struct request *request); /* POST /3ds/notification, cross-site */

#endif
