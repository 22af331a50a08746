#ifndef GUICHET_FACE_DRAWN_H
#define GUICHET_FACE_DRAWN_H

#include "core/core.h"
#include "http/request.h"

/* Answering with a document that a worker draws: within milliseconds, unless many are waiting. The
 * request that wants it is parked and looks again until it is there, ten seconds at most. */

struct drawn;

/* How a face answers. */
struct drawn_style {
    /* The bytes, in the request's arena; *ready is false while they are being drawn. */
    err_t (*read)(struct request *request, struct tx *tx, const struct drawn *drawn,
                  struct str *bytes, bool *ready);
    void (*answer)(struct request *request, const struct drawn *drawn, struct str bytes);
    /* It could not be read: err with the faults of the context. */
    void (*refuse)(struct request *request, err_t err);
    /* It could not be asked for; NULL: as refuse. */
    void (*refuse_ask)(struct request *request, err_t err);
    /* It did not come in time. */
    void (*late)(struct request *request);
};

/* In the request's arena, first in what the face knows of it. */
struct drawn {
    const struct drawn_style *style;
    int looks; /* private */
};

/* Answers, now or later. ask, which gets its core, context and owner here, asks for the drawing
 * when there is none, by start; NULL: somebody has asked already. */
void drawn_show(struct request *request, struct drawn *drawn, struct operation *ask,
                void (*start)(struct operation *ask));

#endif
