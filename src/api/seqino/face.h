#ifndef GUICHET_API_SEQINO_FACE_H
#define GUICHET_API_SEQINO_FACE_H

#include "http/route.h"

/* The Seqino PDP face (api/seqino.md): sponsors and their clients, at the root and below /api. */
extern const struct mount SEQINO;

#endif
