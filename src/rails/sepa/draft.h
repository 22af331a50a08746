#ifndef GUICHET_RAILS_SEPA_DRAFT_H
#define GUICHET_RAILS_SEPA_DRAFT_H

#include "rails/sepa/export_write.h"

/* A file for the bank while it is made: it lies beside its place, and what is written is looked at
 * again behind (rails/sepa/trailing.h). One that begins is placed or dropped; order's pointers are
 * borrowed until then. Faults are told in `cx`, which the end is called with as well. */
struct draft;

/* *out: NULL unless OK. Errors as sepa_file_write, and ERR_IO. */
MUST_CHECK err_t draft_begin(struct ctx *cx, const struct sepa_order *order, const char *path,
                             struct draft **out);
/* Of one that is foreseen: a step of it, as sepa_writing_go_on. */
MUST_CHECK err_t draft_go_on(struct draft *draft, bool *more);
/* What is left; then the whole has to be what the rows of `file` tell, and what the schema allows.
 * Texts of *facts lie in cx's arena. When it fails nothing is left to do but to drop it. */
MUST_CHECK err_t draft_end(struct ctx *cx, struct draft *draft, const struct bank_file *file,
                           struct bank_file_facts *facts);
/* Puts it at its place, durably. ERR_IO with a fault. */
MUST_CHECK err_t draft_place(struct ctx *cx, struct draft *draft);
void draft_drop(struct draft *draft);

#endif
