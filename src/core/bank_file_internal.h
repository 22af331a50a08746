#ifndef GUICHET_CORE_BANK_FILE_INTERNAL_H
#define GUICHET_CORE_BANK_FILE_INTERNAL_H

#include "core/bank_file.h"

/* What the files of bank files share. */

void bank_item_row(struct rows *rows, struct bank_item *out);

/* Writes state, reason, and what the bank has shown and found. */
MUST_CHECK err_t bank_item_write(struct ctx *cx, struct tx *tx, const struct bank_item *item);

/* Numbers a new file; it is being built and empty. */
MUST_CHECK err_t bank_file_new(struct ctx *cx, struct tx *tx, enum bank_file_kind kind,
                               struct str scheme, struct bank_file_id original,
                               struct bank_file *out);

#endif
