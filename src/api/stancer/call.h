#ifndef GUICHET_API_STANCER_CALL_H
#define GUICHET_API_STANCER_CALL_H

#include "core/core.h"
#include "core/merchant.h"
#include "face/call.h"
#include "http/route.h"

/* What the resource files of this face share: reading requests, running operations, answering. */

/* Left by the authentication in request->face. */
static inline const struct admission *admitted(const struct request *request)
{
    return request->face;
}
static inline bool is_v1(const struct request *request)
{
    return request->mount->edition == ED_1;
}
static inline bool is_test(const struct request *request)
{
    return admitted(request)->mode == MODE_TEST;
}

/* Reads the body or the query by the route's table. False when it has answered with the faults. */
bool read_body(struct request *request, void *in);
bool read_query(struct request *request, void *in);

/* The {id} of the path. False when it has answered: v1 knows no such object, v2 checks the shape
 * first (api/stancer.md 1). kind is the word of the faults: "payment". */
bool read_id(struct request *request, const char *prefix, const char *kind, char raw[ID_SIZE]);

/* A read snapshot; false when it has answered. */
bool read_tx(struct request *request, struct tx **tx);

/* --- answers ---------------------------------------------------------------------------------- */

/* A page of 100 payments, each with two return URLs of 64 KB and, in v1, all its refunds. */
enum { ANSWER_MAX = 32 << 20 };

void answer_json(struct request *request, int status, struct str body);
/* One object by a table of this edition. */
void object_put(const struct request *request, struct buf *out, const struct table *table,
                const void *from);
struct str object_text(const struct request *request, const struct table *table, const void *from);
/* err with the faults of the context, in the form of the edition (api/stancer.md 2). */
void answer_error(struct request *request, err_t err);

/* --- operations ------------------------------------------------------------------------------- */

/* Run an operation (face/call.h), and answer with what render gives, or the faults. */
void call_run(struct request *request, struct operation *operation, face_start *start,
              face_render *render);
/* The same; an Idempotency-Key counts. */
void call_create(struct request *request, struct operation *operation, face_start *start,
                 face_render *render);
/* The same; answers 204 without a body in v1, and the object in v2. */
void call_delete(struct request *request, struct operation *operation, face_start *start,
                 face_render *render);

/* --- values ----------------------------------------------------------------------------------- */

/* What the core found wrong with an object inside another one: "number" becomes "card.number". */
void faults_prefix(struct ctx *cx, const char *prefix);

/* What another face has taken may be longer than this face knows texts: so much of it is shown, in
 * code points. */
struct str text_shown(struct str text, size_t max);

/* An empty text means the same as none here. */
struct str text_or_none(struct str text);

/* For a core in which the moment 0 means none: the one of 1970 becomes a moment before, which it
 * refuses. */
static inline instant moment_given(instant at)
{
    return at == 0 ? -1 : at;
}

/* Which bit of a core change stands for a member that was given. Null is the same as left out
 * (api/stancer.md 1). */
struct change_bit {
    size_t at; /* offset of the member */
    unsigned bit;
};
unsigned changes_given(const struct given *given, const struct change_bit *bits, size_t count);

#endif
