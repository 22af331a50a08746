#include "api/stancer/list.h"

#include "base/must.h"
#include "core/lookup.h"

enum { LIMIT_DEFAULT = 10, LIMIT_MAX = 100 };

static const char *const ORDER_TEXTS[] = {NULL, "asc", "desc"};
const struct words STANCER_ORDERS = {ORDER_TEXTS, ARRAY_LEN(ORDER_TEXTS), false};

struct range_out {
    struct given given;
    int64_t start;
    int64_t end;
    int64_t limit;
    int64_t count;
    bool has_more;
};
#define AT(member) FIELD_AT(struct range_out, member)
static const struct field RANGE_FIELDS[] = {
    {"start",    F_INT,  0, INT64_MAX, REQUIRED, SEED, ED_ALL, AT(start)   },
    {"end",      F_INT,  0, INT64_MAX, REQUIRED, SEED, ED_ALL, AT(end)     },
    {"limit",    F_INT,  1, LIMIT_MAX, REQUIRED, SEED, ED_ALL, AT(limit)   },
    {"count",    F_INT,  0, INT64_MAX, REQUIRED, SEED, ED_2,   AT(count)   },
    {"has_more", F_BOOL, 0, 0,         REQUIRED, SEED, ED_ALL, AT(has_more)},
};
#undef AT
static const struct table RANGE = TABLE_OF("Range", struct range_out, RANGE_FIELDS);

struct list_out {
    struct given given;
    bool live_mode;
    struct range_out range;
};
#define AT_LIVE_MODE FIELD_AT(struct list_out, live_mode)
#define AT_RANGE FIELD_AT_MORE(struct list_out, range, &RANGE)
static const struct field LIST_FIELDS[] = {
    {"live_mode", F_BOOL,   0, 0, REQUIRED, DOC,  ED_1,   AT_LIVE_MODE},
    {"range",     F_OBJECT, 0, 0, REQUIRED, SEED, ED_ALL, AT_RANGE    },
};
#undef AT_LIVE_MODE
#undef AT_RANGE
const struct table STANCER_LIST = TABLE_OF("List", struct list_out, LIST_FIELDS);

#define AT(member) FIELD_AT(struct list_in, member)
static const struct field QUERY_FIELDS[] = {
    {"start",         F_INT,   0, INT64_MAX, OPTIONAL, SEED, ED_ALL, AT(list.start)        },
    {"limit",         F_INT,   1, LIMIT_MAX, OPTIONAL, SEED, ED_ALL, AT(list.limit)        },
    {"created",       F_EPOCH, 0, 0,         OPTIONAL, SEED, ED_ALL, AT(list.created)      },
    {"created_until", F_EPOCH, 0, 0,         OPTIONAL, OURS, ED_ALL, AT(list.created_until)},
};
#undef AT
const struct table STANCER_LIST_QUERY = TABLE_OF("ListQuery", struct list_in, QUERY_FIELDS);

struct page_of page_asked(const struct request *request, const struct given *given,
                          const struct list_query *list, size_t list_at)
{
    bool limited = given_test(given, list_at + offsetof(struct list_query, limit));
    bool until = given_test(given, list_at + offsetof(struct list_query, created_until));

    return (struct page_of){
        .start = list->start,
        .limit = limited ? list->limit : LIMIT_DEFAULT,
        .newest_first = !is_v1(request),
        .created_from = list->created,
        /* Whole seconds: everything that shows this second is inside. */
        .created_until = until ? list->created_until + SECOND_US - 1 : INT64_MAX,
    };
}

/* The end is the last position in v1, and one past it in v2. */
static int64_t range_end(const struct request *request, const struct page_of *page, size_t count)
{
    int64_t end = page->start + (int64_t)count;

    if (!is_v1(request))
        return end;
    return count == 0 ? 0 : end - 1;
}

static void items_put(struct request *request, struct buf *out, const void *items, size_t count,
                      list_item *item)
{
    buf_put_byte(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_put_byte(out, ',');
        item(request, out, items, i);
    }
    buf_put_byte(out, ']');
}

struct str list_text(struct request *request, const char *plural, const struct page_of *page,
                     const struct page_found *found, const void *items, list_item *item)
{
    const struct range_out range = {
        .start = page->start,
        .end = range_end(request, page, found->count),
        .limit = page->limit,
        .count = found->total,
        .has_more = found->has_more,
    };
    const struct list_out list = {.live_mode = !is_test(request), .range = range};
    struct str beside = object_text(request, &STANCER_LIST, &list);
    struct buf out = buf_make(request->cx->arena, ANSWER_MAX);

    /* The object of the table, opened again for the elements. */
    buf_put(&out, str_sub(beside, 0, beside.len - 1));
    buf_put_byte(&out, ',');
    json_put_text(&out, str_of(plural));
    buf_put_byte(&out, ':');
    items_put(request, &out, items, found->count, item);
    buf_put_byte(&out, '}');
    must(!out.failed);
    return buf_str(&out);
}

void answer_list(struct request *request, const char *plural, const struct page_of *page,
                 const struct page_found *found, const void *items, list_item *item)
{
    answer_json(request, 200, list_text(request, plural, page, found, items, item));
}

void answer_array(struct request *request, const void *items, size_t count, list_item *item)
{
    struct buf out = buf_make(request->cx->arena, ANSWER_MAX);

    items_put(request, &out, items, count, item);
    must(!out.failed);
    answer_json(request, 200, buf_str(&out));
}

/* --- one page ------------------------------------------------------------------------------------
 */

struct far_page {
    struct operation operation; /* first */
    struct request *request;
    list_reading *read;
    const void *in;
    struct str text;
};

static err_t far_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct far_page *page = arg;

    (void)cx;
    return page->read(page->request, tx, page->in, &page->text);
}

static void far_start(struct operation *operation)
{
    operation_look(operation, far_body, operation_end);
}

static err_t far_text(const struct request *request, struct operation *operation, struct str *out)
{
    (void)request;
    *out = ((struct far_page *)operation)->text;
    return OK;
}

bool list_is_far(const struct list_query *list)
{
    return list->start > LOOKUP_FROM;
}

static void far_answer(struct request *request, list_reading *read, const void *in)
{
    struct far_page *page = arena_make(request->cx->arena, struct far_page);

    page->request = request;
    page->read = read;
    page->in = in;
    call_run(request, &page->operation, far_start, far_text);
}

void list_answer(struct request *request, bool is_far, list_reading *read, const void *in)
{
    struct str text;
    struct tx *tx;

    if (is_far) {
        far_answer(request, read, in);
        return;
    }
    if (!read_tx(request, &tx))
        return;
    err_t err = read(request, tx, in, &text);
    if (err == OK)
        answer_json(request, 200, text);
    else
        answer_error(request, err);
}
