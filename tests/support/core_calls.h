#ifndef GUICHET_TESTS_SUPPORT_CORE_CALLS_H
#define GUICHET_TESTS_SUPPORT_CORE_CALLS_H

#include "core/attempt.h"
#include "core/recovery.h"
#include "support/core.h"

/* The calls of the core in one line each, as tests make them again and again. */

#define VISA "4242424242424242"
#define VISA_OTHER "4111111111111111"
#define CB_VISA "4000002500000003"

static inline struct money eur(int64_t minor)
{
    return (struct money){minor, CURRENCY_EUR};
}

static inline struct card_draft card_draft(const char *number)
{
    return (struct card_draft){
        .number = str_of(number),
        .cvc = STR("123"),
        .exp_month = 12,
        .exp_year = 2099,
        .reusable = true,
    };
}

/* The card as a face hands it to the core, sealed. */
static inline struct card_choice card_inline(struct world *world, struct card_draft draft)
{
    struct card_choice choice = {.inline_data = true, .twin = CARD_TWIN_IGNORED};

    assert_ok(card_seal(&world->core, world_ctx(world), &draft, &choice.sealed));
    return choice;
}

static inline struct card_choice card_by_id(struct card_id id)
{
    return (struct card_choice){.id = id};
}

static inline struct payment_draft draft_of(int64_t minor)
{
    return (struct payment_draft){.amount = eur(minor), .capture = true};
}

static inline struct payment_draft draft_with_card(struct world *world, int64_t minor)
{
    struct payment_draft draft = draft_of(minor);

    draft.card = card_inline(world, card_draft(VISA));
    return draft;
}

/* A payment that a page can show. */
static inline struct payment_draft draft_for_page(int64_t minor)
{
    struct payment_draft draft = draft_of(minor);

    draft.description = STR("Une commande");
    draft.return_url = STR("https://shop.example/back");
    return draft;
}

/* POST of a payment; what it left is in *create. */
static inline err_t pay_try(struct world *world, struct payment_draft draft,
                            struct payment_create *create)
{
    *create = (struct payment_create){.merchant = &world->merchant, .draft = draft};
    WORLD_RUN(world, create, payment_create);
    return create->operation.result;
}

static inline struct payment pay(struct world *world, struct payment_draft draft)
{
    struct payment_create create;

    assert_ok(pay_try(world, draft, &create));
    return create.view.payment;
}

/* A payment of VISA that was approved: to_capture. */
static inline struct payment pay_card(struct world *world, int64_t minor)
{
    struct payment payment = pay(world, draft_with_card(world, minor));

    assert_int_equal(payment.state, PAYMENT_TO_CAPTURE);
    return payment;
}

static inline struct payment pay_hold(struct world *world, int64_t minor)
{
    struct payment_draft draft = draft_with_card(world, minor);

    draft.capture = false;
    struct payment payment = pay(world, draft);
    assert_int_equal(payment.state, PAYMENT_AUTHORIZED);
    return payment;
}

/* A payment whose money came at once: captured. */
static inline struct payment pay_settled(struct world *world, int64_t minor)
{
    fake_say_settled(world->fake, CARD_AUTHORISE, 0);
    struct payment payment = pay(world, draft_with_card(world, minor));
    assert_int_equal(payment.state, PAYMENT_CAPTURED);
    return payment;
}

static inline struct payment payment_now(struct world *world, struct payment_id id)
{
    struct payment payment;

    assert_ok(payment_load(world->cx, world_read(world), id, &payment));
    reader_release(world->core.reader);
    return payment;
}

static inline enum payment_state state_now(struct world *world, struct payment_id id)
{
    return payment_now(world, id).state;
}

static inline err_t capture_try(struct world *world, struct payment_id id,
                                struct payment_capture *capture)
{
    *capture = (struct payment_capture){.id = id};
    WORLD_RUN(world, capture, payment_capture);
    return capture->operation.result;
}

/* PATCH. */
static inline err_t change_try(struct world *world, struct payment_id id,
                               struct payment_change *change)
{
    change->merchant = &world->merchant;
    change->id = id;
    WORLD_RUN(world, change, payment_change);
    return change->operation.result;
}

enum { WHOLE = -1 };

static inline err_t refund_try(struct world *world, struct payment_id payment, int64_t minor,
                               struct refund_create *create)
{
    *create =
        (struct refund_create){.payment = payment, .whole = minor == WHOLE, .amount_minor = minor};
    WORLD_RUN(world, create, refund_create);
    return create->operation.result;
}

static inline struct refund refund(struct world *world, struct payment_id payment, int64_t minor)
{
    struct refund_create create;

    assert_ok(refund_try(world, payment, minor, &create));
    return create.refund;
}

static inline struct refund refund_now(struct world *world, struct refund_id id)
{
    struct refund found;

    assert_ok(refund_load(world->cx, world_read(world), id, &found));
    reader_release(world->core.reader);
    return found;
}

static inline struct attempt attempt_now(struct world *world, struct attempt_id id)
{
    struct attempt attempt;

    assert_ok(attempt_load(world->cx, world_read(world), id, &attempt));
    reader_release(world->core.reader);
    return attempt;
}

/* --- disputes --- */

struct world_notice {
    struct notice_call call; /* first */
    bool done;
};

static inline void world_noticed(struct message *message)
{
    struct world_notice *notice = (struct world_notice *)message;

    notice->done = true;
}

/* The acquirer tells of a chargeback of an authorisation; the identity tells notices apart. */
static inline err_t notice_as(struct world *world, const char *identity, const char *rrn,
                              struct money amount, const char *reason)
{
    struct card_events events = dispute_events(&world->core, MODE_TEST);
    struct world_notice notice = {
        .call = {.done = {.run = world_noticed}, .home = world->core.home}
    };
    struct chargeback_notice *what = &notice.call.notice;

    *what = (struct chargeback_notice){.amount = amount, .network = "VI"};
    memcpy(what->acceptor, world->merchant.acceptor, sizeof what->acceptor);
    snprintf(what->identity, sizeof what->identity, "%s", identity);
    snprintf(what->rrn, sizeof what->rrn, "%s", rrn);
    snprintf(what->reason, sizeof what->reason, "%s", reason);
    events.chargeback(events.self, &notice.call);
    world_pump(world, &notice.done);
    return notice.call.result;
}

/* The one notice of an authorisation. */
static inline err_t notice_try(struct world *world, const char *rrn, struct money amount,
                               const char *reason)
{
    return notice_as(world, rrn, rrn, amount, reason);
}

/* --- the money book --- */

struct leg_expected {
    enum entry_kind kind;
    enum account account;
    int64_t minor; /* debit positive */
};

/* The object has exactly these legs, in this order. */
#define assert_legs(world, object, ...)                                                            \
    legs_check(world, object, (const struct leg_expected[]){__VA_ARGS__},                          \
               sizeof((const struct leg_expected[]){__VA_ARGS__}) / sizeof(struct leg_expected),   \
               __FILE__, __LINE__)

static inline void legs_check(struct world *world, const char *object,
                              const struct leg_expected *expected, size_t count, const char *file,
                              int line)
{
    struct ledger_lines book = {0};

    assert_ok(ledger_of_object(world->cx, world_read(world), object, &book));
    const struct ledger_line *lines = book.items;
    for (size_t i = 0; i < count && i < book.count; i++) {
        if (lines[i].kind != expected[i].kind || lines[i].account != expected[i].account ||
            lines[i].amount.minor != expected[i].minor)
            fail_msg("%s:%d: leg %zu is %s %s %lld, not %s %s %lld", file, line, i,
                     entry_kind_text(lines[i].kind), account_text(lines[i].account),
                     (long long)lines[i].amount.minor, entry_kind_text(expected[i].kind),
                     account_text(expected[i].account), (long long)expected[i].minor);
    }
    if (book.count != count)
        fail_msg("%s:%d: %zu legs instead of %zu", file, line, book.count, count);
    reader_release(world->core.reader);
}

static inline size_t leg_count(struct world *world, const char *object)
{
    struct ledger_lines book = {0};

    assert_ok(ledger_of_object(world->cx, world_read(world), object, &book));
    reader_release(world->core.reader);
    return book.count;
}

#endif
