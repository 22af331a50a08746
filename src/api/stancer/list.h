#ifndef GUICHET_API_STANCER_LIST_H
#define GUICHET_API_STANCER_LIST_H

#include "api/stancer/call.h"
#include "core/page_of.h"

/* Lists (api/stancer.md 3): what every list query begins with, and how a list is answered. */

/* The member `list` of each query struct, after `given`. */
struct list_query {
    int64_t start;
    int64_t limit;
    instant created;
    instant created_until;
};

/* given belongs to the struct that holds the list_query. */
struct page_of page_asked(const struct request *request, const struct given *given,
                          const struct list_query *list, size_t list_at);
#define PAGE_ASKED(request, in) page_asked(request, &(in)->given, &(in)->list, GIVEN_AT(in, list))

/* A list query of nothing else. */
struct list_in {
    struct given given;
    struct list_query list;
};
extern const struct table STANCER_LIST_QUERY;
/* `order` of the lists that have it. */
enum { ORDER_ASC = 1, ORDER_DESC };
extern const struct words STANCER_ORDERS;

/* What stands beside the elements: {"range": {...}}, in v1 with live_mode. */
extern const struct table STANCER_LIST;

/* Writes the object items[at]. */
typedef void list_item(struct request *request, struct buf *out, const void *items, size_t at);

/* {"range": ..., "<plural>": [...]} */
struct str list_text(struct request *request, const char *plural, const struct page_of *page,
                     const struct page_found *found, const void *items, list_item *item);
void answer_list(struct request *request, const char *plural, const struct page_of *page,
                 const struct page_found *found, const void *items, list_item *item);

/* Reads the page that the query `in` asks for, and writes it. On any thread: it changes nothing but
 * the arena and the faults of the request. */
typedef err_t list_reading(struct request *request, struct tx *tx, const void *in,
                           struct str *text);

/* Answers with a page. One that is far from the beginning, or for which everything is looked
 * through, is read elsewhere (operation_look): whoever asks this thread meanwhile does not wait. */
void list_answer(struct request *request, bool is_far, list_reading *read, const void *in);
bool list_is_far(const struct list_query *list);

/* A bare array, [] when there is nothing: null or an object would break the PHP library
 * (api/stancer.md 8). */
void answer_array(struct request *request, const void *items, size_t count, list_item *item);

#endif
