#ifndef GUICHET_CORE_OUTBOX_ROW_H
#define GUICHET_CORE_OUTBOX_ROW_H

#include "core/outbox.h"

/* Between the files that read the outbox only. */

enum { OUTBOX_ROW_COLUMNS = 17 };
/* The first OUTBOX_ROW_COLUMNS of a row, as all SELECTs give them. */
void outbox_row(struct rows *rows, struct delivery *out);

#endif
