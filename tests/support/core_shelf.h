#ifndef GUICHET_TESTS_SUPPORT_CORE_SHELF_H
#define GUICHET_TESTS_SUPPORT_CORE_SHELF_H

#include "core/beneficiary.h"
#include "core/caught.h"
#include "core/listing.h"
#include "core/sepa_check.h"
#include "core/token.h"
#include "support/core_bank.h"
#include "support/core_consumer.h"
#include "support/core_invoice.h"
#include "support/core_levy.h"
#include "support/core_sweep.h"

/* For what only reads: with each call of the store failing once it says so, and then it reads. */

struct shelf {
    struct world *world;
    struct payment payment; /* by card, settled, half of it refunded */
    struct payment debit;   /* in a file of its own */
    struct pay_request request;
    struct mandate_id mandate;
    struct bank_account_id account;
    struct bank_file_id file;
    struct consumer consumer; /* with a mandate and a levy */
    struct mandate signed_for;
    struct levy levy;
    struct invoice invoice;
    struct str beneficiary; /* its reference */
    struct str token;       /* of the login of SimplyPaie */
};

typedef err_t reading(struct ctx *cx, struct tx *tx, const struct shelf *shelf);

static inline struct page_of a_page(void)
{
    return (struct page_of){.limit = 10, .created_until = INT64_MAX, .newest_first = true};
}

/* Somebody with a mandate and a levy, and an invoice. */
static inline void shelf_fill(struct shelf *shelf)
{
    const struct invoice_draft draft = seed_draft();
    struct world *world = shelf->world;
    struct arena *arena = world->cx->arena;

    world->core.documents = &PAPER_MAKER;
    shelf->consumer = consumer_signed(world, MANDATE_RECURRENT, &shelf->signed_for);
    shelf->levy = levy_make(world, levy_draft_of(&shelf->consumer, "S-1", 5000));
    shelf->invoice = invoice_made(world, &draft)->invoice;
    /* What the rounds look for outlives their contexts. */
    shelf->consumer.reference = str_dup(arena, shelf->consumer.reference);
    shelf->signed_for.umr = str_dup(arena, shelf->signed_for.umr);
    shelf->levy.sdd_reference = str_dup(arena, shelf->levy.sdd_reference);
    shelf->levy.payment_reference = str_dup(arena, shelf->levy.payment_reference);
    shelf->invoice.number = str_dup(arena, shelf->invoice.number);
}

static inline err_t shelf_caught_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return caught_put(cx, tx, arg);
}

/* A check, a paper, somebody else who is paid, a token, a list, a mail that was caught. */
static inline void shelf_fill_more(struct shelf *shelf)
{
    struct world *world = shelf->world;
    struct sepa_check_ask check = {.id = shelf->account};
    struct consumer_file_put file = {.reference = shelf->consumer.reference,
                                     .file = {.type = CONSUMER_FILE_IDENTITY}};
    struct beneficiary_create other = {
        .beneficiary = {.street_number = STR("12"),
                        .street_name = STR("rue du Bac"),
                        .zip_code = STR("75007"),
                        .city = STR("Paris")}
    };
    struct token_issue token = {.face = "simplypaie", .login = world->made.simplypaie_id};
    struct listing_build list = {.built = false};
    struct caught mail = {.kind = CAUGHT_MAIL,
                          .from = STR("us@example.com"),
                          .to = STR("ada@example.com"),
                          .raw = STR("Subject: x")};

    WORLD_RUN(world, &check, sepa_check_ask);
    assert_ok(check.operation.result);
    assert_ok(
        consumer_file_seal(&world->core, world_ctx(world), STR("%PDF-1.4 p"), &file.document));
    WORLD_RUN(world, &file, consumer_file_put);
    assert_ok(file.operation.result);
    assert_ok(
        beneficiary_seal(&world->core, world_ctx(world), STR(DEBTOR_IBAN), &other.beneficiary));
    WORLD_RUN(world, &other, beneficiary_create);
    assert_ok(other.operation.result);
    WORLD_RUN(world, &token, token_issue);
    assert_ok(token.operation.result);
    WORLD_RUN(world, &list, listing_build);
    assert_ok(list.operation.result);
    world_set_body_run(world, shelf_caught_body, &mail);
    shelf->beneficiary = str_dup(world->cx->arena, other.beneficiary.reference);
    shelf->token = str_dup(world->cx->arena, str_of(token.token));
}

static inline struct shelf shelf_new(void)
{
    struct shelf shelf = {.world = world_new()};
    struct world *world = shelf.world;
    struct payment_draft draft = draft_of(5000);
    struct mandate mandate;

    draft.customer = (struct customer_choice){
        .inline_data = true,
        .twin = TWIN_BY_EXTERNAL_ID,
        .draft = {.name = STR("Ada Lovelace"), .email = STR("ada@example.com")}
    };
    pay(world, draft);
    shelf.payment = pay_settled(world, 5000);
    refund(world, shelf.payment.id, 2500);
    shelf.request = ask(world, terms_of(700));
    shelf.account = account_signed(world, &mandate).id;
    shelf.mandate = mandate.id;
    const struct account_choice choice = account_by_id(shelf.account);
    draft = draft_for_page(1000);
    draft.account = &choice;
    shelf.debit = pay(world, draft);
    shelf.file = bank_file_left(world, shelf.debit.id).id;
    bank_tells(world, bank_fact_about(world, shelf.debit.id, BANK_SAYS_CREDIT, 999));
    shelf_fill(&shelf);
    shelf_fill_more(&shelf);
    return shelf;
}

static inline void reads_or_says(reading *read)
{
    struct shelf shelf = shelf_new();
    struct world *world = shelf.world;
    bool came = true;
    int n;

    for (n = 1; came; n++) {
        struct ctx *cx = world_ctx(world);
        struct tx *tx = world_read(world);

        must(n < CALLS_MAX);
        store_fail_after(world->store, n);
        err_t err = read(cx, tx, &shelf);
        came = failure_came(world);
        reader_release(world->core.reader);
        if (came)
            assert_int_not_equal(err, OK);
        else
            assert_int_equal(err, OK);
        world_contexts_free(world);
    }
    assert_true(n > 2);
    world_is_sound(world);
    world_free(world);
}

#endif
