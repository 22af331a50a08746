#ifndef GUICHET_CLI_DOCUMENTS_H
#define GUICHET_CLI_DOCUMENTS_H

#include "core/document.h"

/* The document layer, loaded from the file beside the program when the first document is drawn: its
 * libraries would take a fifth of the memory of a server that draws none. ERR_UNAVAILABLE: the file
 * is missing or does not fit, which is logged. */
extern const struct document_maker DOCUMENTS;

#endif
