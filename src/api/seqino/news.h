#ifndef GUICHET_API_SEQINO_NEWS_H
#define GUICHET_API_SEQINO_NEWS_H

#include "core/news.h"

/* How this face tells an event (api/seqino.md 7). */
extern const struct event_writer SEQINO_NEWS;

#define WEBHOOK_PREFIX "wh_"
#define EVENT_PREFIX "evt_"

#endif
