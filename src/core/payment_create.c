#include "base/must.h"
#include "core/counter.h"
#include "core/idempotency.h"
#include "core/news.h"
#include "core/payment.h"
#include "core/payment_choice.h"
#include "core/payment_debit.h"
#include "core/payment_row.h"
#include "store/sql.h"

static const char KIND[] = "payment";

static err_t unique_check(struct ctx *cx, struct tx *tx, struct str unique_id)
{
    struct payment_id first;
    struct rows *rows;
    bool found;

    if (unique_id.len == 0)
        return OK;
    TRY(store_query_one(cx, tx, &SQL_PAYMENT_FIND_UNIQUE,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(unique_id)),
                        &rows, &found));
    if (!found)
        return OK;
    col_id(rows, 0, first.raw);
    rows_end(rows);
    return fault_object(cx, ERR_CONFLICT, KIND, "Payment already exists, duplicate unique_id",
                        first.raw);
}

static void payment_from(const struct payment_draft *draft, struct ctx *cx, struct payment *payment)
{
    *payment = (struct payment){
        .state = PAYMENT_NEW,
        .amount = draft->amount,
        .capture = draft->capture,
        .methods = draft->methods != 0 ? draft->methods : methods_of(draft->amount.currency),
        .description = draft->description,
        .order_id = draft->order_id,
        .unique_id = draft->unique_id,
        .return_url = draft->return_url,
        .auth_asked = draft->auth_asked,
        .auth_return_url = draft->auth_return_url,
        .device = draft->device,
        .date_settlement = draft->date_settlement,
        .billing_address = draft->billing_address,
        .shipping_address = draft->shipping_address,
        .created = cx->now,
    };
    ID_NEW(cx->ids, &payment->id);
}

err_t payment_add(struct ctx *cx, struct tx *tx, struct payment *payment, bool moved)
{
    payment->unwritten = moved;
    TRY(counter_add(cx, tx, KIND, payment->created));
    TRY(news_put(cx, tx, "payment", payment->id.raw, NEWS_CREATED));
    return moved ? OK : payment_insert(cx, tx, payment);
}

/* Everything that can refuse the draft, before the first write. */
static err_t draft_prepare(struct ctx *cx, struct tx *tx, struct payment_create *create)
{
    const struct payment_draft *draft = &create->draft;
    struct payment_view *view = &create->view;

    TRY(unique_check(cx, tx, draft->unique_id));
    TRY(amount_check(cx, create->merchant, draft->amount, draft->capture));
    payment_from(draft, cx, &view->payment);
    TRY(methods_check(cx, &view->payment));
    TRY(payment_addresses_check(cx, tx, &view->payment));
    TRY(customer_choose(cx, tx, &draft->customer, view));
    TRY(card_choose(cx, tx, &draft->card, view));
    if (draft->account != NULL) {
        TRY(account_choose(cx, tx, draft->account, view));
        return payment_debit_check(cx, tx, create->merchant, view);
    }
    if (!view->has_card || view->payment.auth_asked)
        return OK;
    return charge_allowed(cx, tx, &create->operation, create->merchant, &view->card);
}

static err_t draft_write(struct ctx *cx, struct tx *tx, struct payment_create *create)
{
    struct payment_view *view = &create->view;
    struct payment *payment = &view->payment;
    bool charged = view->has_card && !payment->auth_asked;
    bool card_is_new = view->has_card && view->card.created == 0;

    /* What card_take would say of it in a second statement. */
    if (charged && card_is_new && !view->card.reusable)
        view->card.used = true;
    TRY(choices_insert(cx, tx, view));
    if (view->has_card)
        TRY(payment_set_fee(payment, &create->merchant->fees));
    if (view->has_card && payment->auth_asked) {
        struct str back =
            payment->auth_return_url.ptr != NULL ? payment->auth_return_url : payment->return_url;
        TRY(authentication_open(cx, tx, payment, ORIGIN_API, back, false, &view->authentication));
        view->has_authentication = true;
    }
    if (view->sepa != NULL)
        TRY(payment_debit_write(cx, tx, create->merchant, view));
    TRY(payment_add(cx, tx, payment, charged || view->sepa != NULL));
    if (view->sepa != NULL)
        TRY(payment_debit_run(cx, tx, create->merchant, view, payment->capture));
    TRY(idempotency_open(&create->operation, tx, payment->id.raw));
    if (!charged)
        return idempotency_close(&create->operation, tx);
    create->charge = (struct charge){
        .operation = &create->operation,
        .merchant = create->merchant,
        .view = view,
        .goal = CHARGE_BY_CAPTURE,
        .card_is_new = card_is_new,
    };
    return charge_prepare(cx, tx, &create->charge);
}

static err_t create_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct payment_create *create = arg;
    enum idempotency_state state;
    struct payment_id old;

    create->charge.prepared = false;
    create->is_new = false;
    create->view = (struct payment_view){0};
    TRY(idempotency_check(&create->operation, tx, &state, old.raw));
    switch (state) {
    case IDEMPOTENCY_REPLAYED:
        return OK;
    case IDEMPOTENCY_LEFT:
        TRY(payment_view_load(cx, tx, old, &create->view));
        return idempotency_close(&create->operation, tx);
    case IDEMPOTENCY_NEW:
        create->is_new = true;
        TRY(draft_prepare(cx, tx, create));
        return draft_write(cx, tx, create);
    }
    must_fail(__FILE__, __LINE__, "state is a member");
}

static void created(struct operation *operation, err_t err)
{
    struct payment_create *create = (struct payment_create *)operation;

    card_choice_end(operation->core, &create->draft.card, &create->view,
                    err == OK && create->is_new);
    if (err == OK && create->charge.prepared) {
        charge_run(&create->charge, operation_end);
        return;
    }
    operation_end(operation, err);
}

/* That of the method given, or one that the payer may choose later. */
static err_t rail_check(struct payment_create *create)
{
    const struct payment_draft *draft = &create->draft;
    struct core *core = create->operation.core;
    struct ctx *cx = create->operation.cx;
    const struct card_rail *rail;

    if (draft->account != NULL)
        return core_debits(core, cx);
    if (draft->card.inline_data || !ID_NONE(draft->card.id))
        return core_card_rail(core, cx, &rail);
    return methods_open(core, cx, create->merchant, draft->methods, draft->amount.currency);
}

void payment_create(struct payment_create *create)
{
    err_t err = rail_check(create);

    if (err != OK) {
        created(&create->operation, err);
        return;
    }
    operation_write(&create->operation, create_body, created);
}

err_t payment_create_wait(struct payment_create *create)
{
    must(!create->draft.card.inline_data && ID_NONE(create->draft.card.id));
    return tx_run(create->operation.core->store, create->operation.cx, create_body, create);
}
