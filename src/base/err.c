#include "base/err.h"

const char *err_text(err_t err)
{
    switch (err) {
    case OK:
        return "ok";
    case ERR_MALFORMED:
        return "malformed";
    case ERR_INVALID:
        return "invalid";
    case ERR_AUTH:
        return "auth";
    case ERR_FORBIDDEN:
        return "forbidden";
    case ERR_NOT_FOUND:
        return "not_found";
    case ERR_STATE:
        return "state";
    case ERR_CONFLICT:
        return "conflict";
    case ERR_LIMIT:
        return "limit";
    case ERR_BUSY:
        return "busy";
    case ERR_UNAVAILABLE:
        return "unavailable";
    case ERR_FULL:
        return "full";
    case ERR_IO:
        return "io";
    case ERR_INTERNAL:
        return "internal";
    }
    return "unknown";
}
