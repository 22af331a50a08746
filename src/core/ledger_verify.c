#include "core/ledger_verify.h"

#include <string.h>

#include "base/must.h"
#include "core/id_times.h"
#include "core/ledger.h"
#include "store/sql.h"

/* What can be wrong: so many rules (verify_report.checks). */
static const char KEY_UNREADABLE[] = "the key of an entry cannot be read";
static const char LEGS_UNREADABLE[] = "the legs of an entry cannot be read";
static const char LEGS_UNEQUAL[] = "the legs of an entry do not sum to zero";
static const char ID_OF_ANOTHER_TIME[] = "the id of an entry is of another time than it";
static const char BALANCE_DIFFERS[] = "a balance differs from its legs";
static const char BALANCE_MISSING[] = "an account has legs but no balance";
enum { LEDGER_RULES = 6 };

enum { PORTION = 500 };
enum { ACCOUNTS = ACCOUNT_OPERATOR + 1, CURRENCIES = CURRENCY_USD + 1 };

/* An account or a currency that comes later has its place. */
#define ACCOUNT_FITS(name, number, text)                                                           \
    _Static_assert((number) < ACCOUNTS, "ACCOUNTS is not the last account");
#define CURRENCY_FITS(name, number, text)                                                          \
    _Static_assert((number) < CURRENCIES, "CURRENCIES is not the last currency");
ACCOUNT_LIST(ACCOUNT_FITS)
CURRENCY_LIST(CURRENCY_FITS)

/* What the legs on an account come to. */
struct sum {
    int64_t minor;
    bool used;
    bool kept; /* there is a balance */
};

/* The key of an entry as its row has it, in the arena: damaged, it may be any text. */
struct place {
    struct str merchant;
    struct str mode;
    struct str entry;
};

struct walk {
    struct arena *arena;
    struct verify_report *out;
    bool begun;
    struct place last; /* that was read */
    /* Where `last` lies while the arena is wound back. */
    struct {
        char merchant[ID_LEN];
        char mode[ID_LEN];
        char entry[ID_LEN];
    } kept;
    struct sum sums[ACCOUNTS][CURRENCIES];
};

static void tell(const struct walk *walk, const char *what, struct str object)
{
    const struct verify_problem problem = {what, str_dup(walk->arena, walk->last.merchant),
                                           str_dup(walk->arena, walk->last.mode), object};

    verify_tell(walk->out, &problem);
}

static void unreadable_tell(const struct walk *walk, const struct place *place)
{
    const struct verify_problem problem = {
        KEY_UNREADABLE, str_to_text(walk->arena, place->merchant),
        str_to_text(walk->arena, place->mode), str_to_text(walk->arena, place->entry)};

    verify_tell(walk->out, &problem);
}

/* --- legs --- */

/* Takes the next one off a list as core/ledger.c writes it: "bank 498","suspense -498". */
static bool leg_take(struct str *list, enum account *account, int64_t *minor)
{
    if (list->len < 2 || list->ptr[0] != '"')
        return false;
    struct str leg = str_from(*list, 1);
    size_t end = str_find(leg, '"');
    size_t space = str_find(leg, ' ');
    if (end >= leg.len || space >= end || !account_parse(str_sub(leg, 0, space), account) ||
        !str_to_int64(str_sub(leg, space + 1, end - space - 1), minor))
        return false;
    *list = str_from(leg, end + 1);
    if (list->len == 0)
        return true;
    if (list->len < 2 || list->ptr[0] != ',')
        return false;
    *list = str_from(*list, 1);
    return true;
}

/* Adds an entry's legs to the accounts. False: they cannot be read. */
static bool legs_add(struct walk *walk, struct str text, enum currency currency, int64_t *sum,
                     int64_t *count)
{
    enum account account;
    int64_t minor;

    if (text.len < 2 || text.ptr[0] != '[' || text.ptr[text.len - 1] != ']')
        return false;
    struct str list = str_sub(text, 1, text.len - 2);
    for (; list.len > 0; (*count)++) {
        if (!leg_take(&list, &account, &minor))
            return false;
        struct sum *of = &walk->sums[account][currency];
        of->used = true;
        if (add_overflows(of->minor, minor, &of->minor) || add_overflows(*sum, minor, sum))
            return false;
    }
    return true;
}

static bool key_is_readable(const struct place *key)
{
    char raw[ID_SIZE];
    enum mode mode;

    return id_parse(key->merchant, raw) && mode_parse(key->mode, &mode) &&
           id_parse(key->entry, raw);
}

/* Whoever looks for an entry by its time looks between these ids (core/ledger.c, core/fec.c). */
static bool id_is_of_time(const struct walk *walk, instant created)
{
    struct str id = walk->last.entry;

    if (str_compare(id, id_behind_entries_of(walk->arena, created)) >= 0)
        return false;
    /* A test clock may be ahead by any time. */
    return !str_eq(walk->last.mode, str_of(mode_text(MODE_LIVE))) ||
           str_compare(id, id_before_entries_of(walk->arena, created, 0)) > 0;
}

static void entry_check(struct walk *walk, struct rows *rows)
{
    struct str id = walk->last.entry;
    enum currency currency;
    int64_t sum = 0;
    int64_t count = 0;

    if (!currency_parse(col_text(rows, 3), &currency) ||
        !legs_add(walk, col_text(rows, 4), currency, &sum, &count))
        tell(walk, LEGS_UNREADABLE, id);
    else if (sum != 0 || count < 2)
        tell(walk, LEGS_UNEQUAL, id);
    if (!key_is_readable(&walk->last))
        unreadable_tell(walk, &walk->last);
    else if (!id_is_of_time(walk, col_int(rows, 5)))
        tell(walk, ID_OF_ANOTHER_TIME, id);
    walk->out->entries++;
    walk->out->legs += count;
}

/* --- balances --- */

static void balance_check(struct walk *walk, struct str account_name, struct str currency_name,
                          int64_t minor)
{
    enum account account;
    enum currency currency;
    int64_t legs = 0;

    if (account_parse(account_name, &account) && currency_parse(currency_name, &currency)) {
        struct sum *of = &walk->sums[account][currency];
        of->kept = true;
        legs = of->minor;
    }
    if (legs != minor)
        tell(walk, BALANCE_DIFFERS, account_name);
}

/* The legs of this merchant and mode are known. */
static err_t balances_check(struct ctx *cx, struct tx *tx, struct walk *walk)
{
    struct rows *rows;
    bool has;

    TRY(store_query(cx, tx, &SQL_LEDGER_VERIFY_BALANCES,
                    ARGS(V_TEXT(walk->last.merchant), V_TEXT(walk->last.mode)), &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            break;
        balance_check(walk, col_text(rows, 0), col_text(rows, 1), col_int(rows, 2));
    }
    for (int account = 0; account < ACCOUNTS; account++) {
        for (int currency = 0; currency < CURRENCIES; currency++) {
            struct sum *of = &walk->sums[account][currency];
            if (of->used && !of->kept)
                tell(walk, BALANCE_MISSING, str_of(account_text((enum account)account)));
            *of = (struct sum){.used = false};
        }
    }
    return OK;
}

/* --- the walk --- */

/* No text that a database could be asked for, so the walk cannot go on behind it. */
static bool place_is_unusable(const struct place *place)
{
    return !str_is_text(place->merchant) || !str_is_text(place->mode) || !str_is_text(place->entry);
}

/* One that is unusable is told and left out of the sums; at the end of a portion perhaps twice. */
static err_t entry_take(struct ctx *cx, struct tx *tx, struct walk *walk, struct rows *rows)
{
    const struct place place = {col_text(rows, 0), col_text(rows, 1), col_text(rows, 2)};

    if (place_is_unusable(&place)) {
        unreadable_tell(walk, &place);
        return OK;
    }
    bool another = !walk->begun || !str_eq(place.merchant, walk->last.merchant) ||
                   !str_eq(place.mode, walk->last.mode);

    if (another && walk->begun)
        TRY(balances_check(cx, tx, walk));
    walk->begun = true;
    walk->last = place;
    entry_check(walk, rows);
    return OK;
}

static err_t portion_take(struct ctx *cx, struct tx *tx, struct walk *walk, bool *more)
{
    struct rows *rows;
    int count = 0;
    bool has;

    if (!walk->begun)
        TRY(store_query(cx, tx, &SQL_LEDGER_VERIFY_FIRST, ARGS(V_INT(PORTION)), &rows));
    else
        TRY(store_query(cx, tx, &SQL_LEDGER_VERIFY_NEXT,
                        ARGS(V_TEXT(walk->last.merchant), V_TEXT(walk->last.mode),
                             V_TEXT(walk->last.entry), V_INT(PORTION)),
                        &rows));
    for (;; count++) {
        TRY(rows_next(rows, &has));
        if (!has)
            break;
        TRY(entry_take(cx, tx, walk, rows));
    }
    *more = count == PORTION;
    return OK;
}

static void text_keep(char kept[ID_LEN], struct str *text)
{
    must(text->len <= ID_LEN);
    if (text->len > 0)
        memmove(kept, text->ptr, text->len);
    text->ptr = kept;
}

/* When nothing was told since the mark, what was read since has been whole and is not needed. */
static void portion_forget(struct walk *walk, struct arena_mark mark)
{
    text_keep(walk->kept.merchant, &walk->last.merchant);
    text_keep(walk->kept.mode, &walk->last.mode);
    text_keep(walk->kept.entry, &walk->last.entry);
    arena_rewind(walk->arena, mark);
}

err_t ledger_verify(struct ctx *cx, struct tx *tx, struct verify_report *out)
{
    struct walk *walk = arena_make(cx->arena, struct walk);

    walk->arena = cx->arena;
    walk->out = out;
    out->checks += LEDGER_RULES;
    for (bool more = true; more && out->problem_count < VERIFY_PROBLEMS_MAX;) {
        struct arena_mark mark = arena_mark(cx->arena);
        size_t told = out->problem_count;
        TRY(portion_take(cx, tx, walk, &more));
        if (more && out->problem_count == told) /* else its texts are needed */
            portion_forget(walk, mark);
    }
    return walk->begun ? balances_check(cx, tx, walk) : OK;
}
