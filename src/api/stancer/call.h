#ifndef GUICHET_API_STANCER_CALL_H
#define GUICHET_API_STANCER_CALL_H

#include "core/idempotency.h"
#include "core/merchant.h"
#include "core/page_of.h"
#include "http/route.h"

/* What the resource files of this face share: reading requests, running operations, answering. */

/* Left by the authentication in request->face. */
static inline const struct admission *admitted(const struct request *request)
{
    return request->face;
}
static inline bool is_v1(const struct request *request)
{
    return request->mount->edition == ED_1;
}
static inline bool is_test(const struct request *request)
{
    return admitted(request)->mode == MODE_TEST;
}

/* Reads the body or the query by the route's table. False when it has answered with the faults. */
bool read_body(struct request *request, void *in);
bool read_query(struct request *request, void *in);

/* The {id} of the path. False when it has answered: v1 knows no such object, v2 checks the shape first
 * (api/stancer.md 1). kind is the word of the faults: "payment". */
bool read_id(struct request *request, const char *prefix, const char *kind, char raw[ID_SIZE]);

/* A read snapshot; false when it has answered. */
bool read_tx(struct request *request, struct tx **tx);

/* --- answers --------------------------------------------------------------------------------------- */

enum { ANSWER_MAX = 4 << 20 };

void answer_json(struct request *request, int status, struct str body);
/* One object by a table of this edition. */
struct str object_text(const struct request *request, const struct table *table, const void *from);
/* err with the faults of the context, in the form of the edition (api/stancer.md 2). */
void answer_error(struct request *request, err_t err);
/* 204 without a body in v1, the object in v2. */
void answer_deleted(struct request *request, struct str object);

/* --- lists ------------------------------------------------------------------------------------------ */

/* The members that every list query begins with (after `given`). */
struct list_query {
    int64_t start;
    int64_t limit;
    instant created;
    instant created_until;
};
#define LIST_QUERY_ROWS(type)                                                                      \
    {"start", F_INT, 0, INT64_MAX, OPTIONAL, SEED, ED_ALL, FIELD_AT(type, list.start)},            \
        {"limit", F_INT, 1, 100, OPTIONAL, SEED, ED_ALL, FIELD_AT(type, list.limit)},              \
        {"created", F_EPOCH, 0, 0, OPTIONAL, SEED, ED_ALL, FIELD_AT(type, list.created)},          \
        {"created_until",                                                                          \
         F_EPOCH,                                                                                  \
         0,                                                                                        \
         0,                                                                                        \
         OPTIONAL,                                                                                 \
         OURS,                                                                                     \
         ED_ALL,                                                                                   \
         FIELD_AT(type, list.created_until)}

/* given belongs to the struct that holds the list_query. */
struct page_of page_asked(const struct request *request, const struct given *given,
                          const struct list_query *list, size_t list_at);
#define PAGE_ASKED(request, in)                                                                    \
    page_asked(request, &(in)->given, &(in)->list, GIVEN_AT(in, list))

/* {"range": ..., "<plural>": [...]}: item(at) writes one object. */
typedef void list_item(struct request *request, struct buf *out, const void *items, size_t at);
void answer_list(struct request *request, const char *plural, const struct page_of *page,
                 const struct page_found *found, const void *items, list_item *item);

/* --- operations -------------------------------------------------------------------------------------- */

/* An operation on behalf of a request: parks it, starts, and answers with what render gives, or the faults. With
 * `creating` an Idempotency-Key counts. The operation lies in the request's arena. */
struct call {
    struct request *request;
    struct operation *operation;
    void (*start)(struct operation *operation);
    struct str (*render)(const struct request *request, struct operation *operation);
    bool deletes;
    int waits;
    struct idempotent idempotent;
};
void call_run(struct request *request, struct operation *operation,
              void (*start)(struct operation *operation),
              struct str (*render)(const struct request *request, struct operation *operation));
void call_create(struct request *request, struct operation *operation,
                 void (*start)(struct operation *operation),
                 struct str (*render)(const struct request *request,
                                      struct operation *operation));
void call_delete(struct request *request, struct operation *operation,
                 void (*start)(struct operation *operation),
                 struct str (*render)(const struct request *request,
                                      struct operation *operation));

/* An empty text means the same as none here. */
struct str text_or_none(struct str text);

#endif
