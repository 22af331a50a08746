#ifndef GUICHET_BASE_ERR_H
#define GUICHET_BASE_ERR_H

#include "base/attr.h"

/* The one result type of everything that can fail. What went wrong in detail (field, text, object
 * in the way) is recorded in the context by fault(), see base/ctx.h. */
typedef enum err {
    OK = 0,
    ERR_MALFORMED,   /* the bytes cannot be read at all */
    ERR_INVALID,     /* readable, but a field does not fit */
    ERR_AUTH,        /* no credentials, or none that we know */
    ERR_FORBIDDEN,   /* known, but not allowed */
    ERR_NOT_FOUND,   /* no such object for this merchant and mode */
    ERR_STATE,       /* the object's state does not allow it */
    ERR_CONFLICT,    /* something that must be unique exists already */
    ERR_LIMIT,       /* an amount or a number is beyond what is allowed */
    ERR_BUSY,        /* lost a race: the same call may be run again */
    ERR_UNAVAILABLE, /* something we depend on is not configured or does not answer */
    ERR_FULL,        /* over our own capacity: come back later */
    ERR_IO,          /* the disk or the database failed */
    ERR_INTERNAL,    /* our fault */
} err_t;

/* A short name for logs ("not_found"); never NULL. */
const char *err_text(err_t err);

/* The only macro that hides a return. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        err_t try_err_ = (call);                                                                   \
        if (try_err_ != OK)                                                                        \
            return try_err_;                                                                       \
    } while (0)

#endif
