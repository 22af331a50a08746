#ifndef GUICHET_API_STANCER_TEXTS_H
#define GUICHET_API_STANCER_TEXTS_H

#include "core/mandate.h"
#include "core/payout.h"
#include "core/request.h"
#include "http/request.h"

/* Objects as their routes answer them, in the request's arena; for whoever tells of them elsewhere
 * (news.c). */
struct str payout_text(const struct request *request, const struct payout *payout);
struct str intent_text(const struct request *request, const struct pay_request *from);
struct str mandate_text(const struct request *request, const struct mandate *mandate);

#endif
