#ifndef GUICHET_API_SEQINO_MANDATE_H
#define GUICHET_API_SEQINO_MANDATE_H

#include "core/pdp_mandate.h"
#include "http/request.h"

#define MANDATE_PREFIX "mand_"

/* The mandate of cx->merchant as GET shows it. */
struct str seqino_mandate_text(const struct request *request, const struct pdp_mandate *mandate);

#endif
