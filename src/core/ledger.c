#include "core/ledger.h"

#include "base/must.h"
#include "core/id_times.h"
#include "core/ledger_post.h"
#include "store/sql.h"

ENUM_DEFINE(account, ACCOUNT_LIST)
ENUM_DEFINE(entry_kind, ENTRY_LIST)

/* An invoice has two for each rate of VAT, and the customer's. */
enum { LEGS_MAX = 80, LEGS_TEXT_MAX = 4096 };

/* The book of invoices is one of its own: no entry is in both (design.md 5). */
static bool is_of_sales(enum account account)
{
    return account >= ACCOUNT_CUSTOMERS;
}

/* As the table keeps them: ["bank 498","acquirer_receivable -498"]. */
static struct str legs_text(struct arena *arena, const struct leg *legs, size_t count)
{
    struct buf text = buf_make(arena, LEGS_TEXT_MAX);

    for (size_t i = 0; i < count; i++) {
        if (legs[i].amount_minor == 0)
            continue;
        buf_put_cstr(&text, text.len == 0 ? "[\"" : ",\"");
        buf_put_cstr(&text, account_text(legs[i].account));
        buf_put_byte(&text, ' ');
        buf_put_int(&text, legs[i].amount_minor);
        buf_put_byte(&text, '"');
    }
    buf_put_byte(&text, ']');
    must(!text.failed);
    return buf_str(&text);
}

static err_t balance_add(struct ctx *cx, struct tx *tx, enum currency currency,
                         enum account account, int64_t amount_minor)
{
    return store_add(cx, tx, &SQL_LEDGER_BALANCE_ADD,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                          V_WORD(account_text(account)), V_WORD(currency_text(currency))),
                     amount_minor);
}

/* An entry whose legs do not sum to zero is our mistake and stops the process: a restart is better
 * than a wrong ledger. */
err_t entry_post(struct ctx *cx, struct tx *tx, enum entry_kind kind, const char *object,
                 enum currency currency, const struct leg *legs, size_t count)
{
    struct entry_id entry;
    int64_t sum = 0;
    size_t posted = 0;

    must(count >= 2);
    must(count <= LEGS_MAX);
    for (size_t i = 0; i < count; i++) {
        must(!add_overflows(sum, legs[i].amount_minor, &sum));
        must(is_of_sales(legs[i].account) == is_of_sales(legs[0].account));
        posted += legs[i].amount_minor != 0 ? 1 : 0;
    }
    must(sum == 0);
    if (posted == 0)
        return OK; /* an amount of zero moves nothing */
    must(posted >= 2);
    ID_NEW(cx->ids, &entry);
    TRY(store_run(cx, tx, &SQL_LEDGER_ENTRY_INSERT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(entry),
                       V_WORD(entry_kind_text(kind)), V_WORD(object),
                       V_WORD(currency_text(currency)), V_TEXT(legs_text(cx->arena, legs, count)),
                       V_INT(cx->now))));
    for (size_t i = 0; i < count; i++) {
        if (legs[i].amount_minor != 0)
            TRY(balance_add(cx, tx, currency, legs[i].account, legs[i].amount_minor));
    }
    return OK;
}

err_t ledger_capture_decided(struct ctx *cx, struct tx *tx, const char *payment,
                             const struct ledger_amounts *amounts)
{
    int64_t amount = amounts->amount.minor;
    int64_t fee = amounts->fee_minor;
    int64_t vat = amounts->vat_minor;
    const struct leg legs[] = {
        {ACCOUNT_ACQUIRER,   amount   },
        {ACCOUNT_PENDING,    -amount  },
        {ACCOUNT_PENDING,    fee + vat},
        {ACCOUNT_FEE_INCOME, -fee     },
        {ACCOUNT_FEE_VAT,    -vat     },
    };

    return entry_post(cx, tx, ENTRY_CAPTURE_DECIDED, payment, amounts->amount.currency, legs,
                      ARRAY_LEN(legs));
}

err_t ledger_capture_reversed(struct ctx *cx, struct tx *tx, const char *payment,
                              const struct ledger_amounts *amounts)
{
    int64_t amount = amounts->amount.minor;
    int64_t fee = amounts->fee_minor;
    int64_t vat = amounts->vat_minor;
    const struct leg legs[] = {
        {ACCOUNT_ACQUIRER,   -amount     },
        {ACCOUNT_PENDING,    amount      },
        {ACCOUNT_PENDING,    -(fee + vat)},
        {ACCOUNT_FEE_INCOME, fee         },
        {ACCOUNT_FEE_VAT,    vat         },
    };

    return entry_post(cx, tx, ENTRY_CAPTURE_REVERSED, payment, amounts->amount.currency, legs,
                      ARRAY_LEN(legs));
}

err_t ledger_capture_settled(struct ctx *cx, struct tx *tx, const char *payment,
                             const struct ledger_amounts *amounts, int64_t kept_minor)
{
    int64_t amount = amounts->amount.minor;
    int64_t net = amount - amounts->fee_minor - amounts->vat_minor;
    const struct leg legs[] = {
        {ACCOUNT_BANK,          amount - kept_minor},
        {ACCOUNT_ACQUIRER_FEES, kept_minor         },
        {ACCOUNT_ACQUIRER,      -amount            },
        {ACCOUNT_PENDING,       net                },
        {ACCOUNT_PAYABLE,       -net               },
    };

    return entry_post(cx, tx, ENTRY_CAPTURE_SETTLED, payment, amounts->amount.currency, legs,
                      ARRAY_LEN(legs));
}

static err_t move(struct ctx *cx, struct tx *tx, enum entry_kind kind, const char *object,
                  struct money amount, enum account debit, enum account credit)
{
    const struct leg legs[] = {
        {debit,  amount.minor },
        {credit, -amount.minor},
    };

    return entry_post(cx, tx, kind, object, amount.currency, legs, ARRAY_LEN(legs));
}

err_t ledger_refund_asked(struct ctx *cx, struct tx *tx, const char *refund, struct money amount)
{
    return move(cx, tx, ENTRY_REFUND_ASKED, refund, amount, ACCOUNT_PAYABLE,
                ACCOUNT_REFUNDS_IN_TRANSIT);
}

err_t ledger_refund_settled(struct ctx *cx, struct tx *tx, const char *refund, struct money amount)
{
    return move(cx, tx, ENTRY_REFUND_SETTLED, refund, amount, ACCOUNT_REFUNDS_IN_TRANSIT,
                ACCOUNT_BANK);
}

err_t ledger_refund_reversed(struct ctx *cx, struct tx *tx, const char *refund, struct money amount)
{
    return move(cx, tx, ENTRY_REFUND_REVERSED, refund, amount, ACCOUNT_REFUNDS_IN_TRANSIT,
                ACCOUNT_PAYABLE);
}

err_t ledger_chargeback(struct ctx *cx, struct tx *tx, const char *dispute,
                        const struct ledger_amounts *amounts)
{
    int64_t amount = amounts->amount.minor;
    int64_t fee = amounts->fee_minor;
    int64_t vat = amounts->vat_minor;
    const struct leg legs[] = {
        {ACCOUNT_PAYABLE,    amount   },
        {ACCOUNT_ACQUIRER,   -amount  },
        {ACCOUNT_PAYABLE,    fee + vat},
        {ACCOUNT_FEE_INCOME, -fee     },
        {ACCOUNT_FEE_VAT,    -vat     },
    };

    return entry_post(cx, tx, ENTRY_CHARGEBACK, dispute, amounts->amount.currency, legs,
                      ARRAY_LEN(legs));
}

err_t ledger_chargeback_settled(struct ctx *cx, struct tx *tx, const char *dispute,
                                struct money amount)
{
    return move(cx, tx, ENTRY_CHARGEBACK_SETTLED, dispute, amount, ACCOUNT_ACQUIRER, ACCOUNT_BANK);
}

err_t ledger_chargeback_won(struct ctx *cx, struct tx *tx, const char *dispute, struct money amount,
                            int64_t kept_minor)
{
    const struct leg legs[] = {
        {ACCOUNT_BANK,          amount.minor - kept_minor},
        {ACCOUNT_ACQUIRER_FEES, kept_minor               },
        {ACCOUNT_PAYABLE,       -amount.minor            },
    };

    return entry_post(cx, tx, ENTRY_CHARGEBACK_WON, dispute, amount.currency, legs,
                      ARRAY_LEN(legs));
}

static void line_read(struct rows *rows, struct ledger_line *line)
{
    col_id(rows, 0, line->entry.raw);
    must(entry_kind_parse(col_text(rows, 1), &line->kind));
    must(account_parse(col_text(rows, 2), &line->account));
    must(currency_parse(col_text(rows, 3), &line->amount.currency));
    line->amount.minor = col_int(rows, 4);
    line->created = col_int(rows, 5);
}

/* Ids between which entries of an object may lie. */
struct span {
    struct str behind;
    struct str before;
};

/* Around each time at which something happened; those that meet are one. */
static err_t spans_read(struct ctx *cx, struct tx *tx, const char *object, struct span **out,
                        size_t *count)
{
    size_t capacity = 0;
    struct rows *rows;
    bool has;

    *out = NULL;
    *count = 0;
    TRY(store_query(cx, tx, &SQL_LEDGER_TIMES,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(object)), &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        instant at = col_int(rows, 0);
        struct span span = {id_before_entries_of(cx->arena, at, cx->now - cx->real),
                            id_behind_entries_of(cx->arena, at)};
        if (*count > 0 && str_compare(span.behind, (*out)[*count - 1].before) <= 0) {
            (*out)[*count - 1].before = span.before;
            continue;
        }
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        (*out)[(*count)++] = span;
    }
}

static err_t span_read(struct ctx *cx, struct tx *tx, const char *object, const struct span *span,
                       struct ledger_lines *lines)
{
    struct rows *rows;
    bool has;

    TRY(store_query(cx, tx, &SQL_LEDGER_OF_OBJECT,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(object),
                         V_TEXT(span->behind), V_TEXT(span->before)),
                    &rows));
    for (;; lines->count++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        lines->items = arena_grow(cx->arena, lines->items, sizeof *lines->items, lines->count,
                                  &lines->capacity);
        line_read(rows, &lines->items[lines->count]);
    }
}

err_t ledger_of_object(struct ctx *cx, struct tx *tx, const char *object,
                       struct ledger_lines *lines)
{
    struct span *spans;
    size_t count;

    TRY(spans_read(cx, tx, object, &spans, &count));
    for (size_t i = 0; i < count; i++)
        TRY(span_read(cx, tx, object, &spans[i], lines));
    return OK;
}

err_t ledger_sums(struct ctx *cx, struct tx *tx, struct ledger_sums *out)
{
    struct rows *rows;
    bool has;

    *out = (struct ledger_sums){.items = NULL};
    TRY(store_query(cx, tx, &SQL_LEDGER_SUMS, ARGS_NONE, &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        out->items =
            arena_grow(cx->arena, out->items, sizeof *out->items, out->count, &out->capacity);
        out->items[out->count++] = (struct ledger_sum){
            .account = col_text(rows, 0),
            .currency = col_text(rows, 1),
            .balances = col_int(rows, 2),
            .amount_minor = col_int(rows, 3),
        };
    }
}

err_t ledger_balance(struct ctx *cx, struct tx *tx, enum account account, enum currency currency,
                     int64_t *out_minor)
{
    struct rows *rows;
    bool found;

    TRY(store_add_up(cx, tx));
    TRY(store_query_one(cx, tx, &SQL_LEDGER_BALANCE_READ,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                             V_WORD(account_text(account)), V_WORD(currency_text(currency))),
                        &rows, &found));
    *out_minor = 0;
    if (found) {
        *out_minor = col_int(rows, 0);
        rows_end(rows);
    }
    return OK;
}

/* --- payouts -------------------------------------------------------------------------------------
 */

err_t ledger_payout_created(struct ctx *cx, struct tx *tx, const char *payout, struct money amount)
{
    must(amount.minor >= 0);
    return move(cx, tx, ENTRY_PAYOUT_CREATED, payout, amount, ACCOUNT_PAYABLE,
                ACCOUNT_PAYOUTS_IN_TRANSIT);
}

err_t ledger_payout_paid(struct ctx *cx, struct tx *tx, const char *payout, struct money amount)
{
    return move(cx, tx, ENTRY_PAYOUT_PAID, payout, amount, ACCOUNT_PAYOUTS_IN_TRANSIT,
                ACCOUNT_BANK);
}

err_t ledger_payout_failed(struct ctx *cx, struct tx *tx, const char *payout, struct money amount)
{
    return move(cx, tx, ENTRY_PAYOUT_FAILED, payout, amount, ACCOUNT_PAYOUTS_IN_TRANSIT,
                ACCOUNT_PAYABLE);
}

err_t ledger_payout_returned(struct ctx *cx, struct tx *tx, const char *payout, struct money amount)
{
    return move(cx, tx, ENTRY_PAYOUT_RETURNED, payout, amount, ACCOUNT_BANK,
                ACCOUNT_PAYOUTS_IN_TRANSIT);
}

/* --- debits --------------------------------------------------------------------------------------
 */

/* The release of its file, or the same with the opposite sign. */
static err_t debit_release_post(struct ctx *cx, struct tx *tx, enum entry_kind kind,
                                const char *payment, const struct ledger_amounts *amounts, int sign)
{
    int64_t amount = sign * amounts->amount.minor;
    int64_t fee = sign * amounts->fee_minor;
    int64_t vat = sign * amounts->vat_minor;
    const struct leg legs[] = {
        {ACCOUNT_SEPA,       amount   },
        {ACCOUNT_PENDING,    -amount  },
        {ACCOUNT_PENDING,    fee + vat},
        {ACCOUNT_FEE_INCOME, -fee     },
        {ACCOUNT_FEE_VAT,    -vat     },
    };

    return entry_post(cx, tx, kind, payment, amounts->amount.currency, legs, ARRAY_LEN(legs));
}

err_t ledger_debit_released(struct ctx *cx, struct tx *tx, const char *payment,
                            const struct ledger_amounts *amounts)
{
    return debit_release_post(cx, tx, ENTRY_DEBIT_RELEASED, payment, amounts, 1);
}

err_t ledger_debit_rejected(struct ctx *cx, struct tx *tx, const char *payment,
                            const struct ledger_amounts *amounts)
{
    return debit_release_post(cx, tx, ENTRY_DEBIT_REJECTED, payment, amounts, -1);
}

err_t ledger_debit_settled(struct ctx *cx, struct tx *tx, const char *payment, struct money amount)
{
    return move(cx, tx, ENTRY_DEBIT_SETTLED, payment, amount, ACCOUNT_BANK, ACCOUNT_SEPA);
}

err_t ledger_debit_final(struct ctx *cx, struct tx *tx, const char *payment,
                         const struct ledger_amounts *amounts)
{
    struct money net = amounts->amount;

    net.minor -= amounts->fee_minor + amounts->vat_minor;
    return move(cx, tx, ENTRY_DEBIT_FINAL, payment, net, ACCOUNT_PENDING, ACCOUNT_PAYABLE);
}

err_t ledger_debit_returned(struct ctx *cx, struct tx *tx, const char *dispute,
                            const struct ledger_amounts *amounts, int64_t charged_minor)
{
    int64_t amount = amounts->amount.minor;
    int64_t fee = amounts->fee_minor;
    int64_t vat = amounts->vat_minor;
    const struct leg legs[] = {
        {ACCOUNT_PAYABLE,    amount                },
        {ACCOUNT_BANK_FEES,  charged_minor - amount},
        {ACCOUNT_BANK,       -charged_minor        },
        {ACCOUNT_PAYABLE,    fee + vat             },
        {ACCOUNT_FEE_INCOME, -fee                  },
        {ACCOUNT_FEE_VAT,    -vat                  },
    };

    must(charged_minor >= amount);
    return entry_post(cx, tx, ENTRY_DEBIT_RETURNED, dispute, amounts->amount.currency, legs,
                      ARRAY_LEN(legs));
}

err_t ledger_refund_returned(struct ctx *cx, struct tx *tx, const char *refund, struct money amount)
{
    return move(cx, tx, ENTRY_REFUND_RETURNED, refund, amount, ACCOUNT_BANK,
                ACCOUNT_REFUNDS_IN_TRANSIT);
}

/* --- the bank's own lines -----------------------------------------------------------------------
 */

err_t ledger_bank_charged(struct ctx *cx, struct tx *tx, const char *line, struct money moved)
{
    return move(cx, tx, ENTRY_BANK_CHARGED, line, moved, ACCOUNT_BANK, ACCOUNT_BANK_FEES);
}

err_t ledger_bank_suspended(struct ctx *cx, struct tx *tx, const char *line, struct money moved)
{
    return move(cx, tx, ENTRY_BANK_SUSPENDED, line, moved, ACCOUNT_BANK, ACCOUNT_SUSPENSE);
}

err_t ledger_suspense_cleared(struct ctx *cx, struct tx *tx, const char *line, struct money moved)
{
    return move(cx, tx, ENTRY_SUSPENSE_CLEARED, line, moved, ACCOUNT_SUSPENSE, ACCOUNT_BANK);
}

err_t ledger_suspense_charged(struct ctx *cx, struct tx *tx, const char *line, struct money moved)
{
    return move(cx, tx, ENTRY_SUSPENSE_CHARGED, line, moved, ACCOUNT_SUSPENSE, ACCOUNT_BANK_FEES);
}

err_t ledger_suspense_kept(struct ctx *cx, struct tx *tx, const char *line, struct money moved)
{
    return move(cx, tx, ENTRY_SUSPENSE_KEPT, line, moved, ACCOUNT_SUSPENSE, ACCOUNT_ACQUIRER_FEES);
}
