#ifndef GUICHET_API_SAFEDEBIT_CALL_H
#define GUICHET_API_SAFEDEBIT_CALL_H

#include "api/safedebit/argument.h"
#include "core/merchant.h"
#include "face/call.h"

/* What the files of this face share: who calls, answers, operations. Everything that is decided
 * about a request is 200 with a boolean `result` (api/safedebit.md 2). */

/* Left by the authentication in request->face. */
static inline const struct admission *admitted(const struct request *request)
{
    return request->face;
}
static inline bool is_test(const struct request *request)
{
    return admitted(request)->mode == MODE_TEST;
}

/* {"result": false, "code": "..."}; argument (or NULL) and sentence, which follows its name, go
 * into headers. The sentence is static or in the arena. */
void ssp_fail(struct request *request, enum code code, const char *argument, const char *sentence);
/* err with the first fault of the context, by the table of error.c. */
void ssp_error(struct request *request, err_t err);

/* {"result": true, ...}: what a call's own table says; the struct begins with struct given, and its
 * table with a boolean `result`, which is true. */
void ssp_answer(struct request *request, const struct table *table, const void *from);
/* {"result": true} alone. */
extern const struct table SAFEDEBIT_DONE;
/* The same as texts, for face_render. */
struct str ssp_text(const struct request *request, const struct table *table, const void *from);
struct str ssp_done_text(const struct request *request);

/* What a callback may not be sent to is refused before anything is promised; none is good. False
 * when it has answered. */
bool ssp_callback_check(struct request *request, const char *argument, struct str url);

/* A read snapshot; false when it has answered. */
bool ssp_read(struct request *request, struct tx **tx);

/* face_run and face_create in the style of this face. */
void ssp_run(struct request *request, struct operation *operation, face_start *start,
             face_render *render);
void ssp_create(struct request *request, struct operation *operation, face_start *start,
                face_render *render);

/* A read that may take long, on a thread made for it: what `read` writes is the answer. Of the
 * request it may use context and core; arg lies in the request's arena. */
typedef err_t ssp_reading(const struct request *request, struct tx *tx, const void *arg,
                          struct str *out);
void ssp_look(struct request *request, ssp_reading *read, const void *arg);

/* For struct mount. */
void safedebit_refuse(struct request *request, enum refusal status, const char *why);

#endif
