#ifndef GUICHET_DOCUMENT_ATTACHMENT_H
#define GUICHET_DOCUMENT_ATTACHMENT_H

#include "base/err.h"
#include "base/str.h"

/* The file of this name that a PDF of somebody carries, in the arena; the library has no bounds of
 * its own, so it is called in a process that has (cli/pdf_child.c). ERR_INVALID: not a PDF that can
 * be read, no such file in it, or two, or one longer than EINVOICE_BYTES_MAX. */
MUST_CHECK err_t pdf_attachment(struct arena *arena, struct str pdf, const char *name,
                                struct str *out);

#endif
