#ifndef GUICHET_PAGES_OFFICE_DECIDE_H
#define GUICHET_PAGES_OFFICE_DECIDE_H

#include "http/request.h"

/* Accepting and refusing an enrolment, each on a page of its own: nothing is done by opening one.
 * Whoever comes second is shown what was decided. */
void office_accept_show(struct request *request);
void office_accept_submit(struct request *request);
void office_refuse_show(struct request *request);
void office_refuse_submit(struct request *request);

#endif
