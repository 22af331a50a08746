#ifndef GUICHET_API_SIMPLYPAIE_FACE_H
#define GUICHET_API_SIMPLYPAIE_FACE_H

#include "http/route.h"

/* The SimplyPaie face (api/simplypaie.md), mounted at /api: whatever another face answers below
 * /api has a longer prefix of its own. Made once, from tables; given back at the end. */
struct mount *simplypaie_mount_new(void);
void simplypaie_mount_free(struct mount *mount);

#endif
