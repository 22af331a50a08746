#ifndef GUICHET_BASE_EMAIL_H
#define GUICHET_BASE_EMAIL_H

#include <stdbool.h>

#include "base/str.h"

/* The shape of an e-mail address, in UTF-8: one '@', a part before it, a dot inside the domain, no
 * blank or control character, at most 254 bytes. Quoted local parts exist only in standards;
 * refusing the marks that need quotes keeps an address from ever ending a header line's address
 * early. Whether a mail of ours can go there is asked of core/mail.h. */
bool email_valid(struct str text);

#endif
