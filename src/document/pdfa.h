#ifndef GUICHET_DOCUMENT_PDFA_H
#define GUICHET_DOCUMENT_PDFA_H

#include "document/canvas.h"

/* Makes a PDF/A-3b (ISO 19005-3) of a PDF that cairo wrote, with what it may not lack: metadata in
 * XMP, an output intent, an identifier; and with an invoice within it when there is one (Factur-X
 * 1.09, standards/einvoicing.md 8). Equal arguments give equal bytes. */
struct pdfa_file {
    struct str name;
    struct str mime;
    struct str description;
    struct str bytes;
};

struct pdfa {
    struct str title;
    struct str author;
    struct date made;
    struct str invoice; /* factur-x.xml, profile EN 16931, or {NULL, 0} */
    const struct canvas_link *links;
    size_t link_count;
    const struct pdfa_file *files; /* carried too, at most PDFA_FILES_MAX */
    size_t file_count;
};
enum { PDFA_FILES_MAX = 64 };

/* The file is in the arena. ERR_INTERNAL: the library failed. */
MUST_CHECK err_t pdfa_wrap(struct arena *arena, const struct pdfa *pdfa, struct str page,
                           struct str *pdf);

#endif
