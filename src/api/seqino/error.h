#ifndef GUICHET_API_SEQINO_ERROR_H
#define GUICHET_API_SEQINO_ERROR_H

#include "http/route.h"

/* The bodies of errors (api/seqino.md 2). What handlers need is in call.h. */
extern const struct table SEQINO_ERROR;
extern const struct table SEQINO_INVALID;

/* For struct mount. */
void seqino_refuse(struct request *request, enum refusal status, const char *why);

#endif
