#ifndef GUICHET_API_STANCER_ERROR_H
#define GUICHET_API_STANCER_ERROR_H

#include "http/route.h"

/* The bodies of errors (api/stancer.md 2). answer_error() is in call.h, as handlers need nothing
 * else. */

/* Every error of v1; of v2 those that are not 422, whose body is the other. */
extern const struct table STANCER_ERROR;
extern const struct table STANCER_INVALID;

/* v1: {"error": {"type": ..., "message": ...}}; v2: {"error": "..."}. */
void answer_plain_error(struct request *request, int status, struct str text);

/* For struct mount. */
void stancer_refuse(struct request *request, enum refusal status, const char *why);

#endif
