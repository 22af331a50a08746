#ifndef GUICHET_HTTP_POOL_INTERNAL_H
#define GUICHET_HTTP_POOL_INTERNAL_H

#include "http/curl_library.h"
#include "http/pool.h"

/* What all calls have in common; private to http/pool.c and http/smtp.c. It may take so long to
 * connect, and all together. */
void call_set(const struct curl_library *library, CURL *curl, int connect_ms, int timeout_ms);

/* "timeout", "tls" or "connection". */
const char *call_why(CURLcode result);

#endif
