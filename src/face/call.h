#ifndef GUICHET_FACE_CALL_H
#define GUICHET_FACE_CALL_H

#include "core/core.h"
#include "http/request.h"

/* Running an operation of the core on behalf of a request, for every face: park, start, answer.
 * With an Idempotency-Key the answer is stored in the commit that makes it true, and a twin that
 * comes meanwhile waits for it (design.md 4). */

/* How a face answers. */
struct face_style {
    /* Done; without `render` the body is {NULL, 0}. */
    void (*answer)(struct request *request, int status, struct str body);
    /* err with the faults of the context. */
    void (*error)(struct request *request, err_t err);
    /* The header Idempotency-Key is none; why is what is wrong with it ("has ..."). */
    void (*bad_key)(struct request *request, const char *why);
    int status; /* of what was done; 0: 200 */
};

typedef void face_start(struct operation *operation);
/* What the answer says. Creations write it from what the operation holds, as it is stored in their
 * commit; the others may read. */
typedef err_t face_render(const struct request *request, struct operation *operation,
                          struct str *out);

/* The operation lies in the request's arena; it gets its core, context and owner here. render may
 * be NULL. */
void face_run(struct request *request, const struct face_style *style, struct operation *operation,
              face_start *start, face_render *render);
/* The same for what creates something: an Idempotency-Key counts. */
void face_create(struct request *request, const struct face_style *style,
                 struct operation *operation, face_start *start, face_render *render);

#endif
