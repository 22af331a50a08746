#ifndef GUICHET_PAGES_OFFICE_AUDIT_H
#define GUICHET_PAGES_OFFICE_AUDIT_H

#include "core/audit.h"
#include "pages/office.h"

/* The audit in the operator's pages: all of it, and rows of it on a page about something. */
void office_audit_show(struct request *request);

/* labelled is the id of their heading. */
struct part_audit office_audit_part(struct office *office, const char *labelled,
                                    const struct audit_row *rows, size_t count);

#endif
