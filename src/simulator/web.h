#ifndef GUICHET_SIMULATOR_WEB_H
#define GUICHET_SIMULATOR_WEB_H

#include "http/route.h"
#include "simulator/state.h"

/* What the handlers of both HTTP servers know. Handed to the server as its `core`. */
struct web {
    struct state *state;
    const char *secret;     /* bearer token of the back channel */
    const char *acs_origin; /* "http://127.0.0.1:4002" */
};
struct web *web_of(const struct request *request);

/* GET /state, /transactions, /settlement, /settlement/file; POST /config, /settle, /threeds/lookup,
 * /threeds/result. */
extern const struct mount CONTROL_MOUNT;

/* GET /bank/reports, /bank/book; POST /bank/files, /bank/config: the simulated bank of SEPA files.
 */
extern const struct mount BANK_MOUNT;

/* The bank's page: POST and GET /challenge, POST /challenge/answer, GET /style.css. */
extern const struct mount ACS_MOUNT;

#endif
