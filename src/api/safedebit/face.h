#ifndef GUICHET_API_SAFEDEBIT_FACE_H
#define GUICHET_API_SAFEDEBIT_FACE_H

#include "http/route.h"

/* The Safedebit face (api/safedebit.md), mounted at /ssp; made when it is first asked for, before
 * any thread starts. */
const struct mount *safedebit_mount(void);

#endif
