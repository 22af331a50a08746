#ifndef GUICHET_API_SAFEDEBIT_NEWS_H
#define GUICHET_API_SAFEDEBIT_NEWS_H

#include "core/news.h"

/* The callbacks of forms (api/safedebit.md 4 and 5). */
extern const struct event_writer SAFEDEBIT_NEWS;

#endif
