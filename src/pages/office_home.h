#ifndef GUICHET_PAGES_OFFICE_HOME_H
#define GUICHET_PAGES_OFFICE_HOME_H

#include "http/request.h"

/* What waits for a person, and what was done last. */
void office_home_show(struct request *request);

#endif
