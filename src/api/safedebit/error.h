#ifndef GUICHET_API_SAFEDEBIT_ERROR_H
#define GUICHET_API_SAFEDEBIT_ERROR_H

#include "http/route.h"

/* {"result": false, "code": "EXIST_001"}, for the OpenAPI file. */
extern const struct table SAFEDEBIT_ERROR;

#endif
