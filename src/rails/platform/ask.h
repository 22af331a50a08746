#ifndef GUICHET_RAILS_PLATFORM_ASK_H
#define GUICHET_RAILS_PLATFORM_ASK_H

#include "core/workers.h"
#include "http/client.h"
#include "rails/platform/connector.h"
#include "wire/field.h"

/* Private to src/rails/platform: one question, on a worker's thread. While it is asked the
 * operation is at rest, and its context is the worker's. */
struct ask {
    struct work work; /* first */
    struct platform_connector *connector;
    struct operation *operation;
    struct ctx *cx;
    struct json_parser *json;
    enum platform_answer (*question)(struct ask *ask);
    enum platform_answer *answer; /* where it goes */
};

/* Calls a service; base is one of the options' addresses, path begins with "/v1". method, body and
 * content_type of http are the caller's. Its status is 0 when there was no answer. */
void ask_call(struct ask *ask, const char *base, const char *path, struct http_call *http);
/* The same with a JSON body, or without one when it is {NULL, 0}. */
void ask_json(struct ask *ask, const char *base, const char *path, struct str body,
              struct http_call *http);

/* An answer of 200, 201, 202 or 206. */
bool ask_is_good(const struct http_call *http);
/* What any other means: UNKNOWN for 404; REFUSED for what asking again would not change; SILENT for
 * the rest, our own lack of rights among it. */
enum platform_answer ask_verdict(const struct http_call *http);

/* The JSON of a good answer by a table; false when it does not fit. */
bool ask_read(struct ask *ask, const struct http_call *http, const struct table *table, void *out);

/* directory.c and flow.c: the questions. The operation is the first member of the core's struct. */
enum platform_answer directory_look(struct ask *ask);
enum platform_answer directory_enlist(struct ask *ask);
enum platform_answer flow_transmit(struct ask *ask);

/* Addresses for the questions. */
const struct platform_options *ask_options(const struct ask *ask);

#endif
