#ifndef GUICHET_CORE_SUBMISSION_CONVERT_H
#define GUICHET_CORE_SUBMISSION_CONVERT_H

#include "core/submission.h"

/* Bytes of XML that a page is made of, without what is attached. */
enum { SUBMISSION_DRAWN_MAX = 1 << 20 };

/* An invoice that came as a file, in another format than it came in: read anew and written by a
 * worker, and kept nowhere. Nothing that it says is lost. ERR_STATE with a fault on "invoice" that
 * names the term: the other format has no room for it (what is attached and longer than
 * EINVOICE_ATTACHED_MAX, or no base64; of Factur-X what no page of ours shows), or it is too long.
 * ERR_UNAVAILABLE with a fault: nothing can be read or written here. */
struct submission_convert {
    struct operation operation;
    struct submission submission; /* in */
    enum einvoice_format format;  /* in */
    struct str bytes;             /* out, in memory that lives as long as the context's */
    struct str xml;               /* used on the way */
};
void submission_convert(struct submission_convert *convert);

#endif
