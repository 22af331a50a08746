#ifndef GUICHET_API_SIMPLYPAIE_CALL_H
#define GUICHET_API_SIMPLYPAIE_CALL_H

#include "api/simplypaie/problem.h"
#include "core/merchant.h"
#include "face/call.h"
#include "http/route.h"

/* What the files of this face share: who calls, answers, operations. */

/* Left by the authentication in request->face. */
static inline const struct admission *admitted(const struct request *request)
{
    return request->face;
}
static inline bool is_test(const struct request *request)
{
    return admitted(request)->mode == MODE_TEST;
}

/* What a call's own table says. The struct begins with struct given and a struct str `status`,
 * which is SUCCESS. */
#define SUCCESS STR_INIT("success")
void sp_answer(struct request *request, int status, const struct table *table, const void *from);
/* A text that is written already. */
void sp_answer_text(struct request *request, int status, struct str body);
/* The same as a text, for face_render. */
struct str sp_text(const struct request *request, const struct table *table, const void *from);
/* {"status": "success"} alone. */
extern const struct table SIMPLYPAIE_DONE;
void sp_done(struct request *request);
struct str sp_done_text(const struct request *request);

/* {"status": "failure", "errors": [...]} with the status of the first one. */
void sp_fail(struct request *request, enum problem problem);
void sp_fail_all(struct request *request, const struct problems *problems);
extern const struct table SIMPLYPAIE_ERROR;

/* err with the first fault of the context, by the table of error.c. */
void sp_error(struct request *request, err_t err);

/* A read snapshot; false when it has answered. */
bool sp_read(struct request *request, struct tx **tx);

/* face_create in the style of this face, failures by sp_error: an Idempotency-Key counts; the
 * answer is 201 (payments) or 200 (invoices). */
void sp_create(struct request *request, int status, struct operation *operation, face_start *start,
               face_render *render);

/* YYYY-MM-DD HH:MM:SS of Paris clocks. */
struct str sp_time(struct arena *arena, instant at);

/* For struct mount. */
void simplypaie_refuse(struct request *request, enum refusal status, const char *why);

#endif
