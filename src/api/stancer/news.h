#ifndef GUICHET_API_STANCER_NEWS_H
#define GUICHET_API_STANCER_NEWS_H

#include "core/news.h"

/* The bodies of webhooks (api/stancer.md 12): {"id", "type", "data"}, data being the v2 object. */
extern const struct event_writer STANCER_NEWS;

#endif
