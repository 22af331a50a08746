#ifndef GUICHET_CORE_ENROLMENT_PERSON_H
#define GUICHET_CORE_ENROLMENT_PERSON_H

#include "core/enrolment.h"
#include "core/person.h"

/* The representative step (api/seqino.md 4). */

/* What the step holds. ERR_UNAVAILABLE with a fault: no vault. */
MUST_CHECK err_t enrolment_person_read(const struct core *core, struct ctx *cx, struct tx *tx,
                                       struct enrolment_id id, struct enrolment_person *out,
                                       bool *found);

/* Whoever calls has checked the shape of each value. ERR_STATE: the link is not open any more
 * (visit.state), the company step is missing, or the documents were handed in. */
struct enrolment_person_save {
    struct operation operation;
    struct enrolment_visit visit;
    struct enrolment_person person;
    struct enrolment_trace trace;
    struct str sealed; /* private */
};
void enrolment_person_save(struct enrolment_person_save *save);

#endif
