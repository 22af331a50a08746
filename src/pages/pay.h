#ifndef GUICHET_PAGES_PAY_H
#define GUICHET_PAGES_PAY_H

#include "http/request.h"

/* The pay page of one payment (pages.md 3): form, submission, status and result. */
void pay_show(struct request *request);   /* GET /{public_key}/{payment} */
void pay_submit(struct request *request); /* POST of the same */
void pay_status(struct request *request); /* GET /{public_key}/{payment}/status */

#endif
