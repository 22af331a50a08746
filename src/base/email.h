#ifndef GUICHET_BASE_EMAIL_H
#define GUICHET_BASE_EMAIL_H

#include <stdbool.h>

#include "base/str.h"

/* The shape of an e-mail address, in UTF-8: one '@', a part before it, a dot inside the domain, no
 * blank or control character. Quoted local parts exist only in standards; refusing the marks that
 * need quotes keeps an address from ever ending a header line's address early. Whether a mail of
 * ours can go there is asked of core/mail.h. */
bool email_shaped(struct str text);
/* The same, and of at most 254 bytes, as an address can have (RFC 5321). */
bool email_valid(struct str text);

#endif
