#ifndef GUICHET_PAGES_PAGES_H
#define GUICHET_PAGES_PAGES_H

#include "http/route.h"

/* What people see, to be mounted besides the faces: the root, the link of auth.redirect_url, which
 * lies below a face's prefix, and the operator's pages with their login. */
enum { PAGES_MOUNTS_COUNT = 4 };
extern const struct mount PAGES_MOUNTS[PAGES_MOUNTS_COUNT];

/* Caught mails, for the sandbox only. */
extern const struct mount PAGES_MAIL;

#endif
