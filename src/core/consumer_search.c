#include "base/must.h"
#include "base/sepa_text.h"
#include "core/consumer.h"
#include "store/sql.h"

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

/* One condition finds candidates, page by page and oldest first; all of them are then checked on
 * what is known of each. */
enum { PAGE = 200 };

/* What few consumers share comes first. */
static const enum consumer_field SELECTIVE[] = {
    CONSUMER_EMAIL,       CONSUMER_PHONE,          CONSUMER_IDENTITY_NUMBER,
    CONSUMER_DATA,        CONSUMER_SIREN,          CONSUMER_RNA,
    CONSUMER_VAT_NUMBER,  CONSUMER_CORPORATE_NAME, CONSUMER_LAST_NAME,
    CONSUMER_STREET_NAME, CONSUMER_BORN,           CONSUMER_ZIP_CODE,
};

struct finder {
    const struct consumer_search *search;
    const struct consumer_condition *by; /* finds the candidates; NULL: another member does */
    bool former;                         /* accounts under the former key are looked at */
    struct consumer_id after;            /* the last candidate */
    int64_t skip;
    size_t count;
    struct consumer *found;
};

/* --- whether it is one ---------------------------------------------------------------------------
 */

static bool condition_holds(struct arena *arena, const struct consumer_condition *condition,
                            struct str value)
{
    if (value.len == 0)
        return false;
    if (condition->equals.ptr != NULL &&
        !str_eq(sepa_match_form(arena, condition->equals), sepa_match_form(arena, value)))
        return false;
    if (condition->from.ptr != NULL && str_compare(value, condition->from) < 0)
        return false;
    return condition->until.ptr == NULL || str_compare(value, condition->until) <= 0;
}

bool consumer_matches(struct arena *arena, const struct consumer *consumer,
                      const struct consumer_condition *conditions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!condition_holds(arena, &conditions[i], consumer->fields[conditions[i].field]))
            return false;
    }
    return true;
}

static err_t account_matches(struct ctx *cx, struct tx *tx, const struct bank_account *number,
                             const struct consumer *consumer, bool *matches)
{
    struct bank_account account;

    TRY(bank_account_load(cx, tx, consumer->account, true, &account));
    *matches = bank_account_has_print(number, account.fingerprint);
    return OK;
}

static err_t matches(struct ctx *cx, struct tx *tx, const struct consumer_search *search,
                     const struct consumer *consumer, bool *out)
{
    *out = !ID_NONE(consumer->customer) &&
           (search->reference.ptr == NULL || str_eq(search->reference, consumer->reference)) &&
           (search->own.ptr == NULL || str_eq(search->own, consumer->own)) &&
           (search->type == 0 || search->type == consumer->type) &&
           consumer_matches(cx->arena, consumer, search->conditions, search->condition_count);
    if (*out && search->account != NULL)
        return account_matches(cx, tx, search->account, consumer, out);
    return OK;
}

/* What was loaded of one that does not match is given back. */
static err_t candidate_look(struct ctx *cx, struct tx *tx, struct finder *finder,
                            const struct consumer *candidate, bool *kept)
{
    TRY(matches(cx, tx, finder->search, candidate, kept));
    if (*kept && finder->skip > 0) {
        finder->skip--;
        *kept = false;
    }
    if (*kept)
        finder->found[finder->count++] = *candidate;
    return OK;
}

static bool is_full(const struct finder *finder)
{
    return finder->count == (size_t)finder->search->limit;
}

/* --- candidates ----------------------------------------------------------------------------------
 */

static err_t ids_read(struct rows *rows, struct consumer_id *ids, size_t *count)
{
    bool has;

    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        must(*count < PAGE);
        col_id(rows, 0, ids[*count].raw);
    }
}

static err_t page_query(struct ctx *cx, struct tx *tx, const struct finder *finder,
                        struct rows **rows)
{
    const struct bank_account *number = finder->search->account;
    struct value after = V_TEXT(str_of(finder->after.raw));
    struct value most = V_INT(PAGE);

    if (number != NULL)
        return store_query(
            cx, tx, &SQL_CONSUMERS_OF_NUMBER,
            ARGS(OWNER, V_BLOB(finder->former ? number->former : number->fingerprint), after, most),
            rows);
    if (finder->by != NULL)
        return store_query(cx, tx, &SQL_CONSUMERS_OF_TEXT,
                           ARGS(OWNER, V_WORD(consumer_field_text(finder->by->field)),
                                V_TEXT(sepa_compare_form(cx->arena, finder->by->equals)), after,
                                most),
                           rows);
    return store_query(cx, tx, &SQL_CONSUMERS_AFTER, ARGS(OWNER, after, most), rows);
}

static err_t candidate_take(struct ctx *cx, struct tx *tx, struct finder *finder,
                            struct consumer_id id)
{
    struct arena_mark mark = arena_mark(cx->arena);
    struct consumer candidate;
    bool kept;

    TRY(consumer_load(cx, tx, id, &candidate));
    TRY(candidate_look(cx, tx, finder, &candidate, &kept));
    if (!kept)
        arena_rewind(cx->arena, mark);
    return OK;
}

static err_t candidates_walk(struct ctx *cx, struct tx *tx, struct finder *finder)
{
    struct consumer_id *ids = arena_array(cx->arena, struct consumer_id, PAGE);
    struct rows *rows;
    size_t count;

    do {
        struct arena_mark mark = arena_mark(cx->arena);
        size_t before = finder->count;
        TRY(page_query(cx, tx, finder, &rows));
        TRY(ids_read(rows, ids, &count));
        for (size_t i = 0; i < count && !is_full(finder); i++)
            TRY(candidate_take(cx, tx, finder, ids[i]));
        if (count > 0)
            finder->after = ids[count - 1];
        if (finder->count == before)
            arena_rewind(cx->arena, mark);
    } while (count == PAGE && !is_full(finder));
    return OK;
}

/* --- searching -----------------------------------------------------------------------------------
 */

static const struct consumer_condition *condition_on(const struct consumer_search *search,
                                                     enum consumer_field field)
{
    for (size_t i = 0; i < search->condition_count; i++) {
        const struct consumer_condition *condition = &search->conditions[i];
        if (condition->field == field && condition->equals.ptr != NULL)
            return condition;
    }
    return NULL;
}

static const struct consumer_condition *condition_best(const struct consumer_search *search)
{
    for (size_t i = 0; i < ARRAY_LEN(SELECTIVE); i++) {
        const struct consumer_condition *condition = condition_on(search, SELECTIVE[i]);
        if (condition != NULL)
            return condition;
    }
    for (int field = 1; field < CONSUMER_FIELDS; field++) {
        const struct consumer_condition *condition =
            condition_on(search, (enum consumer_field)field);
        if (condition != NULL)
            return condition;
    }
    return NULL;
}

/* A reference of ours or of the merchant's is one consumer at most. */
static err_t named(struct ctx *cx, struct tx *tx, const struct consumer_search *search,
                   struct consumer *out, bool *found)
{
    struct consumer_id id;
    struct rows *rows;

    if (search->reference.ptr != NULL)
        return consumer_try(cx, tx, search->reference, out, found);
    TRY(store_query_one(cx, tx, &SQL_CONSUMER_OWN, ARGS(OWNER, V_TEXT(search->own)), &rows, found));
    if (!*found)
        return OK;
    col_id(rows, 0, id.raw);
    return consumer_load(cx, tx, id, out);
}

err_t consumer_search(struct ctx *cx, struct tx *tx, const struct consumer_search *search,
                      struct consumer **out, size_t *count)
{
    struct finder finder = {
        .search = search,
        .by = condition_best(search),
        .after = search->after,
        .skip = search->offset,
    };
    struct consumer one;
    bool found;
    bool kept;

    must(search->limit >= 1);
    must(search->limit <= CONSUMER_FOUND_MAX);
    must(search->condition_count <= CONSUMER_CONDITIONS_MAX);
    must(ID_NONE(search->after) ||
         (search->reference.ptr == NULL && search->own.ptr == NULL && search->account == NULL));
    finder.found = arena_array(cx->arena, struct consumer, (size_t)search->limit);
    if (search->reference.ptr != NULL || search->own.ptr != NULL) {
        TRY(named(cx, tx, search, &one, &found));
        if (found)
            TRY(candidate_look(cx, tx, &finder, &one, &kept));
    } else {
        TRY(candidates_walk(cx, tx, &finder));
        if (search->account != NULL && search->account->former.ptr != NULL) {
            finder.former = true;
            finder.after = (struct consumer_id){{0}};
            TRY(candidates_walk(cx, tx, &finder));
        }
    }
    *out = finder.found;
    *count = finder.count;
    return OK;
}
