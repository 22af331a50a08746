#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/sepa_text.h"
#include "core/id_times.h"
#include "core/levy_row.h"
#include "store/sql.h"

/* The values of a search's statements. */
enum { VALUES = 17, VALUES_MAX = 19 };

struct asked {
    const struct levy_search *search;
    struct consumer_id consumer; /* none: any */
    struct mandate_id mandate;   /* likewise */
    struct str store;            /* as it is compared */
    bool nothing;                /* what it names is not known: nothing is found */
};

/* --- what is asked for ---------------------------------------------------------------------------
 */

static err_t names_find(struct ctx *cx, struct tx *tx, const struct levy_search *search,
                        struct asked *out)
{
    struct consumer consumer;
    struct mandate mandate;
    bool found;

    *out = (struct asked){.search = search, .store = STR_NONE};
    if (search->store.len > 0)
        out->store = sepa_compare_form(cx->arena, search->store);
    if (search->consumer.len > 0) {
        err_t err = consumer_find(cx, tx, search->consumer, false, &consumer);
        if (err == ERR_NOT_FOUND) {
            ctx_clear_faults(cx);
            out->nothing = true;
            return OK;
        }
        TRY(err);
        out->consumer = consumer.id;
    }
    if (search->umr.len > 0) {
        TRY(mandate_try(cx, tx, search->umr, &mandate, &found));
        out->nothing = !found;
        if (found)
            out->mandate = mandate.id;
    }
    return OK;
}

static bool is_asked(const struct levy_times *times)
{
    return times->from != 0 || times->until != 0;
}

static instant end_of(const struct levy_times *times)
{
    return times->until == 0 ? INT64_MAX : times->until;
}

static size_t values_fill(struct ctx *cx, const struct asked *asked,
                          struct value values[VALUES_MAX])
{
    const struct levy_search *search = asked->search;
    bool validated = is_asked(&search->validated);
    bool ended = is_asked(&search->ended);
    const struct value all[VALUES] = {
        V_ID(cx->merchant),
        V_WORD(mode_text(cx->mode)),
        V_ID(asked->consumer),
        V_ID(asked->mandate),
        V_TEXT(search->beneficiary),
        V_TEXT(asked->store),
        search->status == 0 ? V_NULL() : V_WORD(levy_status_text(search->status)),
        V_INT(search->amount_from),
        V_INT(search->amount_until == 0 ? INT64_MAX : search->amount_until),
        V_INT(search->created.from),
        V_INT(end_of(&search->created)),
        V_INT_IF(validated, search->validated.from),
        V_INT_IF(validated, end_of(&search->validated)),
        V_INT_IF(ended, search->ended.from),
        V_INT_IF(ended, end_of(&search->ended)),
        V_INT(search->limit),
        V_INT(search->offset),
    };

    memcpy(values, all, sizeof all);
    return VALUES;
}

/* --- what it goes by -----------------------------------------------------------------------------
 */

/* What fewest levies have in common first. */
static const struct sql *way_of(const struct asked *asked)
{
    const struct levy_search *search = asked->search;

    if (!ID_NONE(asked->mandate))
        return &SQL_LEVIES_OF_MANDATE;
    if (!ID_NONE(asked->consumer))
        return &SQL_LEVIES_OF_CONSUMER;
    if (is_asked(&search->ended))
        return &SQL_LEVIES_ENDED;
    if (asked->store.len > 0)
        return &SQL_LEVIES_OF_STORE;
    if (is_asked(&search->validated))
        return &SQL_LEVIES_VALIDATED;
    if (search->beneficiary.len > 0)
        return &SQL_LEVIES_OF_BENEFICIARY;
    if (search->status != 0 && !is_asked(&search->created))
        return &SQL_LEVIES_IN_STATUS;
    return &SQL_LEVIES_BETWEEN;
}

/* Nothing was made later than now. */
static void bounds_add(struct ctx *cx, const struct levy_times *created,
                       struct value values[VALUES_MAX], size_t *count)
{
    instant until = created->until == 0 || created->until > cx->now ? cx->now : created->until;

    values[(*count)++] = V_TEXT(id_before_all_of(cx, created->from));
    values[(*count)++] = V_TEXT(id_behind_all_of(cx, until));
}

static err_t found_by_way(struct ctx *cx, struct tx *tx, const struct asked *asked,
                          struct payment_id **out, size_t *count)
{
    const struct sql *way = way_of(asked);
    struct value values[VALUES_MAX];
    struct rows *rows;

    size_t len = values_fill(cx, asked, values);
    if (way == &SQL_LEVIES_BETWEEN)
        bounds_add(cx, &asked->search->created, values, &len);
    else if (way == &SQL_LEVIES_VALIDATED)
        bounds_add(cx, &asked->search->validated, values, &len);
    TRY(store_query(cx, tx, way, values, len, &rows));
    return levy_ids_read(cx, rows, out, count);
}

/* --- by name -------------------------------------------------------------------------------------
 */

static int id_order(const void *a, const void *b)
{
    const struct payment_id *left = a;
    const struct payment_id *right = b;

    return memcmp(left->raw, right->raw, ID_LEN);
}

static err_t name_add(struct ctx *cx, struct tx *tx, struct str reference, bool ours,
                      struct payment_id *ids, size_t *count)
{
    struct levy levy;
    bool found;

    if (ours)
        TRY(levy_by_reference(cx, tx, reference, &levy, &found));
    else
        TRY(levy_by_sdd(cx, tx, reference, &levy, &found));
    for (size_t i = 0; found && i < *count; i++)
        found = !ID_EQ(ids[i], levy.payment);
    if (found)
        ids[(*count)++] = levy.payment;
    return OK;
}

static bool is_named(const struct levy_search *search, const struct levy *levy)
{
    bool named = search->named == NULL;

    for (size_t i = 0; !named && i < search->named_count; i++)
        named = str_eq(search->named[i], levy->payment_reference);
    return named &&
           (search->payment_reference.len == 0 ||
            str_eq(search->payment_reference, levy->payment_reference)) &&
           (search->sdd_reference.len == 0 || str_eq(search->sdd_reference, levy->sdd_reference));
}

/* Whoever bears one of the names asked for, oldest first. */
static err_t candidates(struct ctx *cx, struct tx *tx, const struct levy_search *search,
                        struct payment_id **out, size_t *count)
{
    *out = arena_array(cx->arena, struct payment_id, search->named_count + 1);
    *count = 0;
    if (search->payment_reference.len > 0)
        return name_add(cx, tx, search->payment_reference, true, *out, count);
    if (search->sdd_reference.len > 0)
        return name_add(cx, tx, search->sdd_reference, false, *out, count);
    for (size_t i = 0; i < search->named_count; i++)
        TRY(name_add(cx, tx, search->named[i], true, *out, count));
    qsort(*out, *count, sizeof **out, id_order);
    return OK;
}

/* Whether all else holds too. */
static err_t holds(struct ctx *cx, struct tx *tx, const struct asked *asked, struct payment_id id,
                   bool *out)
{
    struct value values[VALUES_MAX];
    struct levy levy;
    struct rows *rows;

    TRY(levy_by_payment(cx, tx, id, &levy, out));
    must(*out);
    *out = is_named(asked->search, &levy);
    if (!*out)
        return OK;
    size_t len = values_fill(cx, asked, values);
    values[VALUES - 1] = V_INT(0);
    values[len++] = V_ID(id);
    return store_query_one(cx, tx, &SQL_LEVIES_OF_PAYMENT, values, len, &rows, out);
}

static err_t found_by_name(struct ctx *cx, struct tx *tx, const struct asked *asked,
                           struct payment_id **out, size_t *count)
{
    const struct levy_search *search = asked->search;
    int64_t skip = search->offset;
    struct payment_id *ids;
    size_t named;
    bool good;

    TRY(candidates(cx, tx, search, &ids, &named));
    *out = ids;
    *count = 0;
    for (size_t i = 0; i < named && *count < (size_t)search->limit; i++) {
        TRY(holds(cx, tx, asked, ids[i], &good));
        if (good && skip-- <= 0)
            ids[(*count)++] = ids[i];
    }
    return OK;
}

/* --- all of it -----------------------------------------------------------------------------------
 */

err_t levy_search(struct ctx *cx, struct tx *tx, const struct levy_search *search,
                  struct levy_view **out, size_t *count)
{
    bool by_name =
        search->payment_reference.len > 0 || search->sdd_reference.len > 0 || search->named != NULL;
    struct payment_id *ids;
    struct asked asked;

    must(search->limit >= 1 && search->limit <= LEVY_FOUND_MAX);
    must(search->offset >= 0);
    must(search->named_count <= LEVY_NAMED_MAX);
    *out = NULL;
    *count = 0;
    TRY(names_find(cx, tx, search, &asked));
    if (asked.nothing)
        return OK;
    if (by_name)
        TRY(found_by_name(cx, tx, &asked, &ids, count));
    else
        TRY(found_by_way(cx, tx, &asked, &ids, count));
    *out = arena_array(cx->arena, struct levy_view, *count + 1);
    for (size_t i = 0; i < *count; i++)
        TRY(levy_view_load(cx, tx, ids[i], &(*out)[i]));
    return OK;
}
