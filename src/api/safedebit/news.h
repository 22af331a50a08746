#ifndef GUICHET_API_SAFEDEBIT_NEWS_H
#define GUICHET_API_SAFEDEBIT_NEWS_H

#include "core/news.h"

/* How this face tells what becomes of a levy (api/safedebit.md 6, "Notifications"), and how a form
 * has ended (4, "Return parameters"). */
extern const struct event_writer SAFEDEBIT_NEWS;

#endif
