#ifndef GUICHET_API_SAFEDEBIT_FACE_H
#define GUICHET_API_SAFEDEBIT_FACE_H

#include "http/route.h"

/* The Safedebit face (api/safedebit.md), mounted at /ssp. Its routes are made of the tables of
 * arguments: once, for the life of the program. */
struct mount *safedebit_mount_new(void);
void safedebit_mount_free(struct mount *mount);

#endif
