#ifndef GUICHET_API_STANCER_INTENT_H
#define GUICHET_API_STANCER_INTENT_H

#include "core/request.h"

/* The face's word for a request's state (api/stancer.md 11). */
struct str intent_status_word(enum request_state state);

#endif
