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

/* --- mounts -------------------------------------------------------------------------------------
 */

/* GET /state, /transactions, /settlement, /settlement/file; POST /config, /settle. */
extern const struct mount CONTROL_MOUNT;

/* POST /threeds/lookup, /threeds/result. */
extern const struct mount THREEDS_MOUNT;

/* GET /bank/reports, /bank/book; POST /bank/files, /bank/config: the simulated bank of SEPA files.
 */
extern const struct mount BANK_MOUNT;

/* The bank's page: POST and GET /challenge, POST /challenge/answer, GET /style.css. */
extern const struct mount ACS_MOUNT;

/* --- answers of the control port ----------------------------------------------------------------
 */

/* JSON that nobody may store. */
void web_json(struct request *request, int status, struct str body);
/* 200 with one object. */
void web_table(struct request *request, const struct table *table, const void *from);
/* {"error": why} */
void web_error(struct request *request, int status, const char *why);
/* The same, for mounts. */
void web_refuse(struct request *request, enum refusal status, const char *why);

/* Reads the body by its table; false when it has answered 400. */
bool web_body(struct request *request, const struct table *table, void *out);

/* Whether the request has the token of the back channel; false when it has answered 401. */
bool web_back_channel(struct request *request);

/* For an answer larger than the request's own arena may become; given back with it. */
struct arena *web_arena(struct request *request, size_t max);

#endif
