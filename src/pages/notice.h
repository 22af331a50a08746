#ifndef GUICHET_PAGES_NOTICE_H
#define GUICHET_PAGES_NOTICE_H

#include "http/route.h"
#include "pages/templates.h"

/* A page that says why there is nothing to pay here, without naming any merchant. */
void notice_answer(struct request *request, int status, enum text_notice notice);

/* How the mount of the pages refuses (http/route.h). */
void notice_refuse(struct request *request, enum refusal status, const char *why);

#endif
