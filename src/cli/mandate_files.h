#ifndef GUICHET_CLI_MANDATE_FILES_H
#define GUICHET_CLI_MANDATE_FILES_H

#include "core/mandate_text.h"

/* Reads DATA/mandate_text/<fr|en>/<CORE|B2B|PDP>, the scheme's own texts and that of the mandate of
 * companies that enrol, where they are there: the core uses its drafts for the others. ERR_INVALID,
 * ERR_IO with a fault that names the file. */
MUST_CHECK err_t mandate_files_read(struct ctx *cx, struct str data,
                                    const struct mandate_texts **out);

#endif
