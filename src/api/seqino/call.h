#ifndef GUICHET_API_SEQINO_CALL_H
#define GUICHET_API_SEQINO_CALL_H

#include "core/client.h"
#include "core/merchant.h"
#include "face/call.h"
#include "http/route.h"

/* What the files of this face share: who calls and for whom, reading, answering. */

/* Left by the authentication in request->face. Until sq_client() the context is that of the
 * merchant that holds the key: its mode and time are the sponsor's. */
struct caller {
    struct sponsor_id sponsor;
    enum mode mode;
    struct admission key;
    struct client client;     /* whom X-PDP-Client-Id names: empty when it names nobody we know */
    struct merchant merchant; /* the client's, once sq_client() was called */
};
static inline struct caller *caller(const struct request *request)
{
    return request->face;
}
static inline bool is_test(const struct request *request)
{
    return caller(request)->mode == MODE_TEST;
}

#define SPONSOR_PREFIX "sponsor_"
#define CLIENT_PREFIX "client_"
#define REPORT_PREFIX "report_"
#define CLIENT_HEADER "X-PDP-Client-Id"

/* The client that X-PDP-Client-Id names. From here on the context is the client's: cx->merchant,
 * cx->now, and caller()->client and ->merchant. False when it has answered: 422 without the header,
 * 404 for nobody of this sponsor and mode. (A call for a suspended or inactive client other than
 * GET was refused before its handler.) */
bool sq_client(struct request *request);
/* The same for a client that is named otherwise, for routes that allow it: "client_...". */
bool sq_client_named(struct request *request, struct str client_id);

/* Finds the client of this name into caller()->client, in no context yet. ERR_NOT_FOUND, and
 * ERR_FORBIDDEN for one that is suspended or inactive unless the call is a GET; with a fault. For
 * the authentication, which has to say so before everything else. */
MUST_CHECK err_t sq_client_find(struct request *request, struct str client_id);

/* Reads the body or the query by the route's table. False when it has answered with all faults. */
bool sq_body(struct request *request, void *in);
bool sq_query(struct request *request, void *in);
/* sq_body() where the table has decimals, which may come as numbers (json_decimals). */
bool sq_body_decimals(struct request *request, void *in);

/* The id in the path, behind its prefix: "client_". False when it has answered 404 for an object of
 * that kind ("client"): what has another shape is nobody's. */
bool sq_id(struct request *request, const char *prefix, const char *kind, char raw[ID_SIZE]);

/* A read snapshot; false when it has answered. */
bool sq_read(struct request *request, struct tx **tx);

/* --- answers ---------------------------------------------------------------------------------- */

enum { SQ_ANSWER_MAX = 64 << 20 };

void sq_answer(struct request *request, int status, struct str body);
struct str sq_text(const struct request *request, const struct table *table, const void *from);
/* Before item `at` of a list of so many: its comma. The others are taken to be as long as the
 * first. */
void sq_list_next(struct buf *out, size_t at, size_t count);
/* count structs of the table's size, as an array. */
struct str sq_list_text(const struct request *request, const struct table *table, const void *items,
                        size_t count);

/* "body.lines.0.net_amount" as JSON, ["body","lines",0,"net_amount"], and a fault's text as a
 * sentence: what is told of faults elsewhere than in an error. */
struct str sq_loc(struct arena *arena, const char *field);
struct str sq_sentence(struct arena *arena, const char *text);
/* The list goes on: its next page begins after the id that was the last, and is asked for with the
 * same query: {NULL, 0}, or "status_filter=active". */
void sq_next(struct request *request, struct str asked, const char *last);

/* err with the faults of the context: 422 with all of them when fields do not fit, else {"error",
 * "code", "trace_id"} with the first. Faults about something else than the body begin with "query",
 * "header" or "path": "header.X-PDP-Client-Id". */
void sq_error(struct request *request, err_t err);
/* "must have ..." -> "Must have ..." */
struct str sq_sentence(struct arena *arena, const char *text);
/* A sentence of our own. */
void sq_refuse(struct request *request, int status, struct str sentence);

/* --- operations ------------------------------------------------------------------------------- */

/* Runs an operation (face/call.h) and answers 200 with what render gives, or 204 when it is NULL.
 */
void sq_run(struct request *request, struct operation *operation, face_start *start,
            face_render *render);
/* The same; an Idempotency-Key counts. */
void sq_act(struct request *request, struct operation *operation, face_start *start,
            face_render *render);
/* The same for what creates something, 201; an Idempotency-Key counts. */
void sq_create(struct request *request, struct operation *operation, face_start *start,
               face_render *render);

#endif
