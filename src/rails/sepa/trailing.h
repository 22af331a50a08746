#ifndef GUICHET_RAILS_SEPA_TRAILING_H
#define GUICHET_RAILS_SEPA_TRAILING_H

#include "rails/sepa/desk.h"
#include "rails/sepa/pain_check.h"

/* The second look at a file of ours (rails/sepa/pain_check.h), on a thread of its own: it reads
 * what lies on the disk while the rest is written. In the end it has read every byte of the
 * finished file and no other, or the file does not pass. */
struct trailing;

/* Of an open file that is empty, for reading and writing. The context is borrowed until the end. */
struct trailing *trailing_begin(struct ctx *cx, int fd, size_t bytes_max);
/* What is written here goes into the file. */
struct sink trailing_sink(struct trailing *trailing);
/* Waits for it and gives everything back. `written` is what was written; NULL: the writing failed,
 * and nothing is told. As pain_check otherwise, without the texts of *out; ERR_INTERNAL when the
 * bytes that were read are not those. */
MUST_CHECK err_t trailing_end(struct trailing *trailing, const struct xml_written *written,
                              struct pain_facts *out);

#endif
