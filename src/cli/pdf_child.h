#ifndef GUICHET_CLI_PDF_CHILD_H
#define GUICHET_CLI_PDF_CHILD_H

#include "core/einvoice.h"

/* `guichet pdf-xml` as a child process: PDF files of others are opened by a library that takes as
 * much memory and time as a file makes it take, so it does that where both are bounded
 * (docs/adr/0039-pdf-files-of-others.md). */
enum {
    PDF_CHILD_MEMORY = 256 << 20, /* address space */
    PDF_CHILD_CPU_S = 5,
    PDF_CHILD_MS = 15 * 1000, /* by the clock */
};

/* The judge of invoices, who has files of PDF opened by a child. From any thread but not in a
 * hurry: it waits for the child. */
extern const struct einvoice_judge EINVOICE_JUDGE;

#endif
