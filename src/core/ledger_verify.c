#include "core/ledger_verify.h"

#include "base/must.h"
#include "core/id_times.h"
#include "core/ledger.h"
#include "store/sql.h"

enum { ACCOUNTS = ACCOUNT_OPERATOR + 1, CURRENCIES = CURRENCY_USD + 1 };

/* What the legs on an account come to. */
struct sum {
    int64_t minor;
    bool used;
    bool kept; /* there is a balance */
};

struct walk {
    struct arena *arena;
    struct verify_report *out;
    /* The entry that was read last; no merchant: there was none. */
    struct merchant_id merchant;
    enum mode mode;
    struct entry_id entry;
    struct sum sums[ACCOUNTS][CURRENCIES]; /* of this merchant and mode */
};

static void tell(const struct walk *walk, const char *what, struct str object)
{
    const struct verify_problem problem = {what, str_dup(walk->arena, ID_TEXT(walk->merchant)),
                                           str_of(mode_text(walk->mode)), object};

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

/* Whoever looks for an entry by its time looks among the ids up to that time (core/ledger.c). */
static bool id_is_late(struct ctx *cx, struct str id, instant created)
{
    return str_compare(id, id_behind_all_of(cx, created)) >= 0;
}

static void entry_check(struct ctx *cx, struct walk *walk, struct rows *rows)
{
    enum currency currency;
    int64_t sum = 0;
    int64_t count = 0;

    if (!currency_parse(col_text(rows, 3), &currency) ||
        !legs_add(walk, col_text(rows, 4), currency, &sum, &count))
        tell(walk, "the legs of an entry cannot be read", col_text(rows, 2));
    else if (sum != 0 || count < 2)
        tell(walk, "the legs of an entry do not sum to zero", col_text(rows, 2));
    if (id_is_late(cx, col_text(rows, 2), col_int(rows, 5)))
        tell(walk, "the id of an entry is of a later time than it", col_text(rows, 2));
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
        tell(walk, "a balance differs from its legs", account_name);
}

/* The legs of this merchant and mode are known. */
static err_t balances_check(struct ctx *cx, struct tx *tx, struct walk *walk)
{
    struct rows *rows;
    bool has;

    TRY(store_query(cx, tx, &SQL_LEDGER_VERIFY_BALANCES,
                    ARGS(V_ID(walk->merchant), V_WORD(mode_text(walk->mode))), &rows));
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
                tell(walk, "an account has legs but no balance",
                     str_of(account_text((enum account)account)));
            *of = (struct sum){.used = false};
        }
    }
    return OK;
}

/* --- the walk --- */

static err_t entry_take(struct ctx *cx, struct tx *tx, struct walk *walk, struct rows *rows)
{
    struct merchant_id merchant;
    enum mode mode;

    col_id(rows, 0, merchant.raw);
    must(mode_parse(col_text(rows, 1), &mode));
    bool another = !ID_EQ(merchant, walk->merchant) || mode != walk->mode;
    if (another && !ID_NONE(walk->merchant))
        TRY(balances_check(cx, tx, walk));
    walk->merchant = merchant;
    walk->mode = mode;
    col_id(rows, 2, walk->entry.raw);
    entry_check(cx, walk, rows);
    return OK;
}

static err_t portion_take(struct ctx *cx, struct tx *tx, struct walk *walk, bool *more)
{
    struct rows *rows;
    bool has;

    *more = false;
    if (ID_NONE(walk->merchant))
        TRY(store_query(cx, tx, &SQL_LEDGER_VERIFY_FIRST, ARGS_NONE, &rows));
    else
        TRY(store_query(
            cx, tx, &SQL_LEDGER_VERIFY_NEXT,
            ARGS(V_ID(walk->merchant), V_WORD(mode_text(walk->mode)), V_ID(walk->entry)), &rows));
    for (;; *more = true) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        TRY(entry_take(cx, tx, walk, rows));
    }
}

err_t ledger_verify(struct ctx *cx, struct tx *tx, struct verify_report *out)
{
    struct walk *walk = arena_make(cx->arena, struct walk);

    walk->arena = cx->arena;
    walk->out = out;
    for (bool more = true; more;) {
        struct arena_mark mark = arena_mark(cx->arena);
        size_t told = out->problem_count;
        TRY(portion_take(cx, tx, walk, &more));
        if (out->problem_count == told) /* else its texts are needed */
            arena_rewind(cx->arena, mark);
    }
    return ID_NONE(walk->merchant) ? OK : balances_check(cx, tx, walk);
}
