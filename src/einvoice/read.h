#ifndef GUICHET_EINVOICE_READ_H
#define GUICHET_EINVOICE_READ_H

#include "core/einvoice.h"

/* How the XML comes out of a PDF, which is not done in this process (docs/adr): ERR_INVALID, none
 * of this name within, or not a PDF that can be read within the bounds; ERR_UNAVAILABLE, it could
 * not be tried. */
typedef err_t einvoice_pdf(struct arena *arena, struct str pdf, struct str *xml);

/* Reads a file of any format (struct einvoice_judge). */
MUST_CHECK err_t einvoice_read(struct arena *arena, einvoice_pdf *pdf, struct einvoice_file *file,
                               struct einvoice_report *report);

#endif
