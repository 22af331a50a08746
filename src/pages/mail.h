#ifndef GUICHET_PAGES_MAIL_H
#define GUICHET_PAGES_MAIL_H

#include "http/request.h"

/* GET /sandbox/mail: what the sandbox caught (design.md 6), newest first; ?to= of one receiver. As
 * a page, or with Accept: application/json as
 *   {"mails": [{"id", "kind", "from", "to", "message_id", "subject", "text", "html", "received"}]}
 * where kind is "mail" or "sms", received Unix seconds, and what a message has not is null. */
void mail_list(struct request *request);

/* GET /sandbox/mail/{id}: the message as it came, as text. */
void mail_source(struct request *request);

#endif
