#ifndef GUICHET_PAGES_BUTTON_H
#define GUICHET_PAGES_BUTTON_H

#include "http/request.h"

/* A payment button (api/simplypaie.md 3, docs/button.md): its page shows amount and payee, and asks
 * for what the address does not say of the payer; sending it makes the request and leads to its pay
 * link. */
bool button_is(struct str first);            /* the first part of the path is that of a button */
void button_show(struct request *request);   /* GET */
void button_submit(struct request *request); /* POST */

#endif
