#ifndef GUICHET_CORE_ENROLMENT_ROW_H
#define GUICHET_CORE_ENROLMENT_ROW_H

#include "core/enrolment.h"

/* What the files of enrolments share. */

/* Of the link by its token (core/link.h). */
#define ENROLMENT_LINK_KIND "enrolment"

/* Inside a body: what has changed about an open one is written. */
MUST_CHECK err_t enrolment_keep(struct ctx *cx, struct tx *tx, struct enrolment *enrolment);

/* Inside a body, when a step is done: the link as it is now. ERR_STATE when it is not open any
 * more; *state tells. */
MUST_CHECK err_t enrolment_again(struct ctx *cx, struct tx *tx, struct enrolment *enrolment,
                                 enum enrolment_state *state);

/* --- what a step holds ---------------------------------------------------------------------------
 */

/* Values of a step as one sealed text, and back; `count` of them, the first is unused. */
struct str enrolment_seal(const struct core *core, struct ctx *cx, struct enrolment_id id,
                          enum enrolment_step step, const struct str *values, size_t count);
/* ERR_UNAVAILABLE with a fault: no vault. ERR_INTERNAL: not what was sealed. */
MUST_CHECK err_t enrolment_unseal(const struct core *core, struct ctx *cx, struct tx *tx,
                                  struct enrolment_id id, enum enrolment_step step,
                                  struct str *values, size_t count);

/* The same where there may be nothing. */
MUST_CHECK err_t enrolment_unseal_if(const struct core *core, struct ctx *cx, struct tx *tx,
                                     struct enrolment_id id, enum enrolment_step step,
                                     struct str *values, size_t count, bool *found);
/* Inside a body: what somebody has typed of a step that is not done yet. */
MUST_CHECK err_t enrolment_part_put(struct ctx *cx, struct tx *tx, struct enrolment_id id,
                                    enum enrolment_step step, struct str sealed);
/* Inside a body: it is gone; that there is none is no error. */
MUST_CHECK err_t enrolment_part_drop(struct ctx *cx, struct tx *tx, struct enrolment_id id,
                                     enum enrolment_step step);
/* Inside a body: nobody has agreed to anything. For one that is not signed. */
MUST_CHECK err_t enrolment_agreed_drop(struct ctx *cx, struct tx *tx, struct enrolment_id id);
/* ERR_UNAVAILABLE, with its fault. */
err_t enrolment_no_vault(struct ctx *cx);

/* Inside a body. */
MUST_CHECK err_t enrolment_document_set(struct ctx *cx, struct tx *tx, struct enrolment_id id,
                                        struct document_id document);

/* One that was saved: who saved it, and which of its fields. */
struct enrolment_saved {
    enum enrolment_step step;
    struct str sealed;
    struct str fields; /* their names */
    struct str hash;   /* of the values, keyed */
    struct enrolment_trace trace;
};
/* The names of fields with a value, and the hash of all values. */
void enrolment_saved_of(const struct core *core, struct ctx *cx, const struct str *values,
                        size_t count, const char *(*name)(size_t index),
                        struct enrolment_saved *out);
/* Inside a body: the step is done now; what it holds, and the audit. */
MUST_CHECK err_t enrolment_save(struct ctx *cx, struct tx *tx, struct enrolment *enrolment,
                                const struct enrolment_saved *saved);

/* Inside a body, after the last change: writes the link, and ends it when everything is done. */
MUST_CHECK err_t enrolment_go_on(const struct core *core, struct ctx *cx, struct tx *tx,
                                 struct enrolment *enrolment);

#endif
