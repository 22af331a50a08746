#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "core/bank_fact_internal.h"
#include "core/debit_set.h"
#include "store/sql.h"

/* Lines that settle debits as they were expected: nearly all of a notification. They are found out
 * at once, and booked as a set; whatever is different goes its own way, in its place. */

/* Fewer are no set. */
enum { SET_MIN = 4 };

/* Of one fact. */
struct settle_row {
    bool settles;
    struct debit_move move;
    struct bank_file_id file;
};

struct settle {
    const struct bank_facts *facts;
    const struct effect *effect;
    struct settle_row *rows; /* by the place of the fact; NULL: no set */
    struct debit_settling day;
    struct debit_move **moves; /* in the set under way */
    size_t count;
    /* What the fact before named, and what that is. */
    const struct bank_fact *before;
    struct subject named;
};

/* --- which facts --------------------------------------------------------------------------------
 */

/* What a fact names, in the order of the texts: so whoever names it again stands behind the first.
 */
struct named {
    struct str reference;
    size_t place;
};

enum { AT_ONCE = 16 }; /* of one statement */

struct looking {
    const struct bank_facts *facts;
    struct named *names;
    size_t count;
    struct settle_row *rows;
};

static bool may_settle(const struct ctx *cx, const struct bank_fact *fact,
                       const struct effect *effect)
{
    return fact->says == BANK_SAYS_CREDIT && !fact->is_charge && fact->end_to_end.len > 0 &&
           fact->day.year != 0 && !fact_day_is_odd(cx, fact) && fact_posts(fact, effect);
}

static int named_compare(const void *left, const void *right)
{
    const struct named *a = left;
    const struct named *b = right;
    int order = str_compare(a->reference, b->reference);

    if (order != 0)
        return order;
    return a->place < b->place ? -1 : a->place > b->place;
}

static void names_read(const struct ctx *cx, struct looking *looking, const struct effect *effect)
{
    const struct bank_facts *facts = looking->facts;
    size_t kept = 0;

    for (size_t i = facts->from; i < facts->count; i++) {
        if (may_settle(cx, &facts->items[i], effect))
            looking->names[looking->count++] = (struct named){facts->items[i].end_to_end, i};
    }
    qsort(looking->names, looking->count, sizeof *looking->names, named_compare);
    for (size_t i = 0; i < looking->count; i++) {
        bool again =
            kept > 0 && str_eq(looking->names[kept - 1].reference, looking->names[i].reference);
        if (!again)
            looking->names[kept++] = looking->names[i];
    }
    looking->count = kept;
}

/* Its debit waits for its settlement, for this amount, and nothing else is known of it. */
static void row_read(struct rows *rows, const struct looking *looking, const struct named *from)
{
    struct str reference = col_text(rows, 0);
    const struct named *named = from;

    while (!str_eq(named->reference, reference))
        named++;
    must(named < from + AT_ONCE);
    const struct bank_fact *fact = &looking->facts->items[named->place];
    struct settle_row *row = &looking->rows[named->place];
    row->move.amount = (struct money){col_int(rows, 3), CURRENCY_EUR};
    row->move.created = col_int(rows, 5);
    row->move.state = PAYMENT_CAPTURE_SENT;
    col_id(rows, 1, row->move.payment.raw);
    col_id(rows, 2, row->file.raw);
    must(mandate_scheme_parse(col_text(rows, 4), &row->move.scheme));
    row->settles = fact->amount_cents == row->move.amount.minor;
}

static err_t rows_read(struct ctx *cx, struct tx *tx, const struct looking *looking, size_t from)
{
    struct value args[2 + AT_ONCE] = {V_ID(cx->merchant), V_WORD(mode_text(cx->mode))};
    struct rows *rows;
    bool has;

    for (size_t i = 0; i < AT_ONCE; i++)
        args[2 + i] =
            from + i < looking->count ? V_TEXT(looking->names[from + i].reference) : V_NULL();
    TRY(store_query(cx, tx, &SQL_DEBITS_NAMED, args, ARRAY_LEN(args), &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        row_read(rows, looking, &looking->names[from]);
    }
}

/* *out stays NULL where it is not worth while. */
static err_t settle_look(struct ctx *cx, struct tx *tx, const struct bank_facts *facts,
                         const struct effect *effect, struct settle_row **out)
{
    struct looking looking = {.facts = facts};

    *out = NULL;
    if (facts->count - facts->from < SET_MIN)
        return OK;
    looking.names = arena_array(cx->arena, struct named, facts->count);
    names_read(cx, &looking, effect);
    if (looking.count == 0)
        return OK;
    looking.rows = arena_array(cx->arena, struct settle_row, facts->count);
    for (size_t from = 0; from < looking.count; from += AT_ONCE)
        TRY(rows_read(cx, tx, &looking, from));
    *out = looking.rows;
    return OK;
}

err_t bank_facts_look(struct ctx *cx, struct tx *tx, struct bank_facts *facts)
{
    const struct effect effect = {.profile = facts->profile, .shared = facts->shared};

    must(facts->from == 0);
    return settle_look(cx, tx, facts, &effect, &facts->looked);
}

err_t settle_begin(struct ctx *cx, struct tx *tx, const struct bank_facts *facts,
                   const struct effect *effect, struct settle **out)
{
    struct settle *settle = arena_make(cx->arena, struct settle);

    *settle = (struct settle){.facts = facts, .effect = effect};
    *out = settle;
    if (facts->looked == NULL) {
        TRY(settle_look(cx, tx, facts, effect, &settle->rows));
    } else {
        must(facts->from == 0);
        /* A copy, since the body may run again. */
        settle->rows = arena_array(cx->arena, struct settle_row, facts->count);
        memcpy(settle->rows, facts->looked, facts->count * sizeof *settle->rows);
    }
    settle->moves = arena_array(cx->arena, struct debit_move *, facts->count);
    return OK;
}

/* --- the set ------------------------------------------------------------------------------------
 */

err_t settle_flush(struct ctx *cx, struct tx *tx, struct settle *settle)
{
    size_t count = settle->count;

    settle->count = 0;
    return debit_set_settled(cx, tx, &settle->day, settle->moves, count, true);
}

/* Whether the file that the fact names, if any, is that of the transaction. */
static err_t file_agrees(struct ctx *cx, struct tx *tx, struct settle *settle,
                         const struct bank_fact *fact, struct bank_file_id file, bool *out)
{
    const struct bank_fact *before = settle->before;

    if (before == NULL || !str_eq(before->message, fact->message) ||
        !str_eq(before->payment_info, fact->payment_info)) {
        TRY(subject_named(cx, tx, fact, &settle->named));
        settle->before = fact;
    }
    *out = !settle->named.elsewhere && (!settle->named.found || ID_EQ(settle->named.file, file));
    return OK;
}

err_t settle_take(struct ctx *cx, struct tx *tx, struct settle *settle, size_t place, bool *taken)
{
    const struct bank_fact *fact = &settle->facts->items[place];

    *taken = false;
    if (settle->rows == NULL || !settle->rows[place].settles)
        return OK;
    struct settle_row *row = &settle->rows[place];
    TRY(file_agrees(cx, tx, settle, fact, row->file, taken));
    if (!*taken)
        return OK;
    if (settle->count > 0 && date_compare(settle->day.day, fact->day) != 0)
        TRY(settle_flush(cx, tx, settle));
    if (settle->day.day.year == 0 || date_compare(settle->day.day, fact->day) != 0)
        settle->day = debit_settling_on(fact->day);
    settle->moves[settle->count++] = &row->move;
    return debit_set_settle(cx, tx, &settle->day, &row->move, fact->key);
}

void settle_forget(struct settle *settle, const struct effect *effect)
{
    if (settle->rows == NULL)
        return;
    if (effect->touched_blocks) {
        settle->rows = NULL;
        return;
    }
    for (size_t i = settle->facts->from; effect->touched[0] != '\0' && i < settle->facts->count;
         i++) {
        if (strcmp(settle->rows[i].move.payment.raw, effect->touched) == 0)
            settle->rows[i].settles = false;
    }
}
