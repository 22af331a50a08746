#ifndef GUICHET_EINVOICE_CHECK_H
#define GUICHET_EINVOICE_CHECK_H

#include "core/einvoice.h"

/* Every rule of docs/einvoice.md (struct einvoice_judge). */
void einvoice_check(struct arena *arena, const struct einvoice *invoice,
                    struct einvoice_report *report);

#endif
