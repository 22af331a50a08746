#ifndef GUICHET_TESTS_SUPPORT_CORE_DEBIT_H
#define GUICHET_TESTS_SUPPORT_CORE_DEBIT_H

#include "core/bank_file_internal.h"
#include "core/debit_set.h"
#include "core/payment_debit.h"
#include "store/sql.h"
#include "support/core_payout.h"

/* Payments by direct debit as tests of the core make them, and what the bank makes of them. */

#define DEBTOR_IBAN "FR1420041010050500013M02606"

static inline struct bank_account_draft account_draft(void)
{
    return (struct bank_account_draft){.iban = STR(DEBTOR_IBAN), .name = STR("Jean Dupont")};
}

/* An account, without any mandate. */
static inline struct bank_account account_bare(struct world *world)
{
    const struct bank_account_draft draft = account_draft();
    struct bank_account_create create = {0};

    assert_ok(bank_account_seal(&world->core, world_ctx(world), &draft, &create.draft));
    WORLD_RUN(world, &create, bank_account_create);
    assert_ok(create.operation.result);
    return create.account;
}

static inline struct mandate mandate_made_of(struct world *world, struct bank_account_id account,
                                             enum mandate_type type, enum mandate_scheme scheme)
{
    struct mandate_create create = {
        .account = account,
        .draft = {.field = "rum",
                  .field_date = "signed_at",
                  .signed_at = WORLD_START - DAY_US,
                  .scheme = scheme,
                  .type = type},
    };

    WORLD_RUN(world, &create, mandate_create);
    assert_ok(create.operation.result);
    return create.mandate;
}

/* An account with a signed mandate of its own. */
static inline struct bank_account account_signed(struct world *world, struct mandate *mandate)
{
    struct bank_account account = account_bare(world);

    *mandate = mandate_made_of(world, account.id, MANDATE_RECURRENT, MANDATE_CORE);
    return account;
}

static inline struct account_choice account_by_id(struct bank_account_id id)
{
    return (struct account_choice){.id = id, .need = MANDATE_NEEDED};
}

static inline struct payment_draft draft_by(const struct account_choice *choice, int64_t minor)
{
    struct payment_draft draft = draft_of(minor);

    draft.account = choice;
    return draft;
}

static inline struct payment pay_from(struct world *world, struct bank_account_id account,
                                      int64_t minor)
{
    const struct account_choice choice = account_by_id(account);
    struct payment payment = pay(world, draft_by(&choice, minor));

    assert_int_equal(payment.state, PAYMENT_TO_CAPTURE);
    return payment;
}

/* A payment by debit of an account of its own. */
static inline struct payment pay_debit(struct world *world, int64_t minor)
{
    struct mandate mandate;

    return pay_from(world, account_signed(world, &mandate).id, minor);
}

static inline struct debit debit_now(struct world *world, struct payment_id id)
{
    struct debit debit;

    assert_ok(debit_load(world->cx, world_read(world), id, &debit));
    reader_release(world->core.reader);
    return debit;
}

static inline struct mandate mandate_at(struct world *world, struct mandate_id id)
{
    struct mandate mandate;

    assert_ok(mandate_load(world->cx, world_read(world), id, &mandate));
    reader_release(world->core.reader);
    return mandate;
}

static inline struct str last_due_of(struct world *world, struct mandate_id id)
{
    struct mandate mandate = mandate_at(world, id);
    struct str due;

    assert_ok(mandate_last_due(world->cx, world_read(world), &mandate, &due));
    reader_release(world->core.reader);
    return due;
}

/* What a rail does inside its own body. */
struct debit_event {
    err_t (*act)(struct ctx *cx, struct tx *tx, struct debit_event *event);
    struct debit debit;
    const char *reason;
    struct date date;
    struct bank_file_id file;
    int64_t charged_minor;
    bool more;
    err_t result;
};

/* A file and a block of its own for one debit, whenever it is due: bank_take() looks for what is.
 */
static inline err_t file_of_one(struct ctx *cx, struct tx *tx, const struct debit_move *move,
                                struct bank_file *file)
{
    const struct bank_file_id original = {.raw = ""};

    TRY(bank_file_new(cx, tx, BANK_FILE_DEBITS, STR_NONE, original, file));
    TRY(store_run(cx, tx, &SQL_BANK_BLOCK_INSERT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(file->id), V_INT(1),
                       V_TEXT(file->msg_id), V_WORD(mandate_scheme_text(move->scheme)),
                       V_WORD(debit_sequence_text(move->sequence)),
                       V_TEXT(date_text(cx->arena, move->due)))));
    TRY(store_run(cx, tx, &SQL_BANK_BLOCK_GROW,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(file->id), V_INT(1),
                       V_INT(1), V_INT(move->amount.minor))));
    return store_run(cx, tx, &SQL_BANK_FILE_GROW,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(file->id), V_INT(1),
                          V_INT(move->amount.minor), V_INT(1)));
}

static inline err_t act_take(struct ctx *cx, struct tx *tx, struct debit_event *event)
{
    struct merchant merchant;
    struct debit_move move;
    struct bank_file file;

    TRY(merchant_load(cx, tx, cx->merchant, &merchant));
    TRY(debit_move_load(cx, tx, event->debit.payment, &move));
    TRY(debit_taking(cx, tx, &merchant, &move));
    TRY(file_of_one(cx, tx, &move, &file));
    TRY(debit_set_take(cx, tx, &move, 1));
    return debit_set_taken(cx, tx, file.id, 1);
}
static inline err_t act_give_back(struct ctx *cx, struct tx *tx, struct debit_event *event)
{
    return debit_give_back(cx, tx, event->file);
}
static inline err_t act_sent(struct ctx *cx, struct tx *tx, struct debit_event *event)
{
    const struct bank_file_facts facts = {
        .version = STR("pain.test"),
        .sha256 = STR("0123456789012345678901234567890123456789012345678901234567890123"),
        .name = STR("test.xml"),
        .bytes = 1,
    };
    struct bank_sending sending = {.most = 1};
    struct debit debit;

    TRY(debit_load(cx, tx, event->debit.payment, &debit));
    sending.file = debit.file;
    TRY(bank_file_built(cx, tx, sending.file, &facts));
    TRY(bank_file_send(cx, tx, &sending));
    return bank_file_released(cx, tx, sending.file);
}
/* As whoever reads the bank's word does: its transaction knows what became of the debit. */
static inline err_t item_follows(struct ctx *cx, struct tx *tx, struct payment_id id)
{
    struct payment payment;
    struct bank_item item;
    bool found;

    TRY(payment_load(cx, tx, id, &payment));
    TRY(bank_item_find(cx, tx, id.raw, &item, &found));
    if (!found)
        return OK;
    if (payment.state == PAYMENT_CAPTURED)
        item.state = BANK_ITEM_SETTLED;
    else if (payment.state == PAYMENT_DISPUTED)
        item.state = BANK_ITEM_RETURNED;
    else
        item.state = BANK_ITEM_REJECTED;
    return bank_item_write(cx, tx, &item);
}

static inline err_t act_settled(struct ctx *cx, struct tx *tx, struct debit_event *event)
{
    struct debit_move move;

    TRY(debit_move_load(cx, tx, event->debit.payment, &move));
    TRY(debit_settled(cx, tx, &move, event->date));
    return item_follows(cx, tx, move.payment);
}
static inline err_t act_rejected(struct ctx *cx, struct tx *tx, struct debit_event *event)
{
    TRY(debit_rejected(cx, tx, &event->debit, str_of(event->reason)));
    return item_follows(cx, tx, event->debit.payment);
}
static inline err_t act_returned(struct ctx *cx, struct tx *tx, struct debit_event *event)
{
    const struct debit_return back = {str_of(event->reason), event->date, event->charged_minor};

    TRY(debit_returned(cx, tx, &event->debit, &back));
    return item_follows(cx, tx, event->debit.payment);
}
static inline err_t act_put_right(struct ctx *cx, struct tx *tx, struct debit_event *event)
{
    struct merchant merchant;

    TRY(merchant_load(cx, tx, cx->merchant, &merchant));
    return debits_put_right(cx, tx, &merchant, 100, &event->more);
}

static inline err_t debit_event_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct debit_event *event = arg;

    return event->act(cx, tx, event);
}

static inline err_t debit_event_try(struct world *world, struct debit_event *event)
{
    return tx_run(world->store, world_ctx(world), debit_event_body, event);
}

static inline err_t debit_try(struct world *world, struct payment_id id,
                              err_t (*act)(struct ctx *, struct tx *, struct debit_event *),
                              struct debit_event event)
{
    event.act = act;
    event.debit.payment = id;
    return debit_event_try(world, &event);
}

/* Forward, as the bank's files lead a debit. */
static inline void debit_leaves(struct world *world, struct payment_id id)
{
    assert_ok(debit_try(world, id, act_take, (struct debit_event){0}));
    assert_ok(debit_try(world, id, act_sent, (struct debit_event){0}));
}

static inline void debit_settles(struct world *world, struct payment_id id)
{
    struct date due = debit_now(world, id).due;

    debit_leaves(world, id);
    assert_ok(debit_try(world, id, act_settled, (struct debit_event){.date = due}));
}

static inline err_t reject_try(struct world *world, struct payment_id id, const char *reason)
{
    return debit_try(world, id, act_rejected, (struct debit_event){.reason = reason});
}

static inline err_t comes_back_try(struct world *world, struct payment_id id, const char *reason,
                                   int64_t charged_minor)
{
    return debit_try(world, id, act_returned,
                     (struct debit_event){.reason = reason,
                                          .date = date_paris(world_ctx(world)->now),
                                          .charged_minor = charged_minor});
}

#endif
