#ifndef GUICHET_DOCUMENT_MAKER_H
#define GUICHET_DOCUMENT_MAKER_H

#include "core/document.h"

/* What the core asks of this layer, filled; the running server registers it. */
extern const struct document_maker DOCUMENT_MAKER;

#endif
