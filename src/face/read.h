#ifndef GUICHET_FACE_READ_H
#define GUICHET_FACE_READ_H

#include "http/request.h"
#include "wire/field.h"

/* Reads the query by the route's table. ERR_INVALID with a fault for each parameter that does not
 * fit, or one on "query": it cannot be read. */
MUST_CHECK err_t face_read_query(struct request *request, struct field_reading reading, void *in);

#endif
