#ifndef GUICHET_API_STANCER_FACE_H
#define GUICHET_API_STANCER_FACE_H

#include "http/route.h"

/* The Stancer face (api/stancer.md): one set of resources in two editions, v1 and v2. */
extern const struct mount STANCER_V1;
extern const struct mount STANCER_V2;

/* GET and POST /sandbox/clock (design.md 6), with a Stancer test key; for the sandbox only. */
extern const struct mount STANCER_SANDBOX;

#endif
