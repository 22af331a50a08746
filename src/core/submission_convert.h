#ifndef GUICHET_CORE_SUBMISSION_CONVERT_H
#define GUICHET_CORE_SUBMISSION_CONVERT_H

#include "core/submission.h"

enum { SUBMISSION_DRAWN_MAX = 1 << 20 }; /* bytes of XML that a page is made of */

/* An invoice that came as a file, in another format than it came in: read anew, written by a
 * worker, and kept nowhere. Nothing that it says is lost. ERR_STATE with a fault on "invoice" that
 * names the term: the other format has no room for it (what a file has attached; of Factur-X what
 * no page of ours shows), or it is too long. ERR_UNAVAILABLE with a fault: nothing can be read or
 * written here. */
struct submission_convert {
    struct operation operation;
    struct submission submission; /* in */
    enum einvoice_format format;  /* in */
    struct str bytes;             /* out, in memory that lives as long as the context's */
    struct einvoice invoice;      /* used on the way */
};
void submission_convert(struct submission_convert *convert);

#endif
