#ifndef GUICHET_API_SEQINO_MANDATE_H
#define GUICHET_API_SEQINO_MANDATE_H

#include "core/pdp_mandate.h"
#include "http/request.h"

#define MANDATE_PREFIX "mand_"

/* The mandate of cx->merchant as GET shows it; it reads whether the client has signed. */
MUST_CHECK err_t seqino_mandate_text(const struct request *request, struct tx *tx,
                                     const struct pdp_mandate *mandate, struct str *out);

#endif
