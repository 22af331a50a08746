#ifndef GUICHET_RAILS_SEPA_EXPORT_WRITE_H
#define GUICHET_RAILS_SEPA_EXPORT_WRITE_H

#include "core/bank_foresight.h"
#include "rails/sepa/desk.h"

/* Files for the bank from their rows (standards/sepa.md 9). */
struct sepa_order {
    const struct sepa_desk *desk;
    const struct bank_profile *profile;
    const struct bank_file *file;
    /* NULL; or what the file will hold, while debits are still taken into it: then `file` is the
     * one that is foreseen. */
    struct bank_foresight *foresight;
};

/* Writes one file to a sink, in constant memory. The same rows give the same bytes, whether or not
 * they were foreseen. ERR_INVALID with a fault: what it holds does not fit a bank's file. */
MUST_CHECK err_t sepa_file_write(struct ctx *cx, const struct sepa_order *order,
                                 const struct sink *sink, struct str *version,
                                 struct xml_written *out);

/* The same in steps, of a file that is foreseen. What begins is ended or dropped; cx and what order
 * points to are borrowed until then. Each step writes some of what is there, as far as nothing else
 * can come before it; *more: another one would find some more. The end writes what is left, and is
 * ERR_INVALID or ERR_STATE when not all came as foreseen. */
struct sepa_writing;
MUST_CHECK err_t sepa_writing_begin(struct ctx *cx, const struct sepa_order *order,
                                    const struct sink *sink, struct sepa_writing **out);
MUST_CHECK err_t sepa_writing_go_on(struct sepa_writing *writing, bool *more);
MUST_CHECK err_t sepa_writing_end(struct sepa_writing *writing, struct str *version,
                                  struct xml_written *out);
void sepa_writing_drop(struct sepa_writing *writing);

#endif
