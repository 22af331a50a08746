#include "core/bank_profile.h"
#include "core/caught.h"
#include "core/event.h"
#include "core/ledger.h"
#include "core/mandate_paper.h"
#include "core/outbox.h"
#include "core/sepa_check.h"
#include "core/verify.h"
#include "core/webhook.h"
#include "support/core_bank.h"
#include "support/core_sweep.h"

/* What only reads: with each call of the store failing once it says so, and then it reads. */

struct shelf {
    struct world *world;
    struct payment payment; /* by card, settled, half of it refunded */
    struct payment debit;   /* in a file of its own */
    struct pay_request request;
    struct mandate_id mandate;
    struct bank_account_id account;
    struct bank_file_id file;
};

typedef err_t reading(struct ctx *cx, struct tx *tx, const struct shelf *shelf);

static struct page_of a_page(void)
{
    return (struct page_of){.limit = 10, .created_until = INT64_MAX, .newest_first = true};
}

/* --- lists --- */

static err_t customers(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    const struct customer_filter filter = {.email = STR("ada@example.com")};
    struct page_of page = a_page();
    struct page_found found;
    struct customer *list;

    (void)shelf;
    return customer_list(cx, tx, &filter, &page, &list, &found);
}

static err_t cards(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct page_of page = a_page();
    struct page_found found;
    struct card *list;

    (void)shelf;
    return card_list(cx, tx, (struct customer_id){""}, &page, &list, &found);
}

static err_t accounts(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct page_of page = a_page();
    struct page_found found;
    struct bank_account *list;

    (void)shelf;
    return bank_account_list(cx, tx, (struct customer_id){""}, &page, &list, &found);
}

static err_t mandates(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    const struct mandate_filter filter = {.account = shelf->account};
    struct page_of page = a_page();
    struct page_found found;
    struct mandate *list;

    return mandate_list(cx, tx, &filter, &page, &list, &found);
}

static err_t payments(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    const struct payment_filter filter = {.by_paid = true};
    struct page_of page = a_page();
    struct page_found found;
    struct payment_view *views;
    struct payment *list;

    (void)shelf;
    TRY(payment_list(cx, tx, &filter, &page, &list, &found));
    return payment_views(cx, tx, list, found.count, &views);
}

static err_t requests(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    const struct request_filter filter = {.order_id = STR_NONE};
    struct page_of page = a_page();
    struct page_found found;
    struct pay_request *list;

    (void)shelf;
    return request_list(cx, tx, &filter, &page, &list, &found);
}

static err_t refunds(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct page_of page = a_page();
    struct page_found found;
    struct refund *list;
    size_t count;

    TRY(refund_list(cx, tx, &page, &list, &found));
    return refunds_of_payment(cx, tx, shelf->payment.id, &list, &count);
}

static err_t disputes(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct page_of page = a_page();
    struct page_found found;
    struct dispute *list;
    size_t count;

    TRY(dispute_list(cx, tx, &page, &list, &found));
    return disputes_of_payment(cx, tx, shelf->payment.id, &list, &count);
}

static err_t payouts(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct page_of page = a_page();
    struct page_found found;
    struct payout *list;

    return payout_list(cx, tx, shelf->payment.id, &page, &list, &found);
}

static err_t news(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    const struct outbox_filter filter = {.limit = 10};
    struct delivery *list;
    struct webhook *hooks;
    struct caught *mails;
    size_t count;

    (void)shelf;
    TRY(outbox_list(cx, tx, &filter, &list, &count));
    TRY(webhook_list(cx, tx, &hooks, &count));
    return caught_list(cx, tx, STR_NONE, &mails, &count);
}

static err_t bank_files(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct bank_place place = {.block = 0};
    struct bank_report *reports;
    struct bank_block *blocks;
    struct bank_item *items;
    struct bank_file *files;
    struct bank_work *work;
    size_t count;

    TRY(bank_files_newest(cx, tx, 10, &files, &count));
    TRY(bank_files_open(cx, tx, &files, &count));
    TRY(bank_files_unanswered(cx, tx, 10, &files, &count));
    TRY(bank_blocks(cx, tx, shelf->file, &blocks, &count));
    TRY(bank_items(cx, tx, shelf->file, &place, 10, &items, &count));
    TRY(bank_reports_newest(cx, tx, 10, &reports, &count));
    return bank_work_open(cx, tx, 10, &work, &count);
}

static err_t owners_of_files(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct merchant_id merchants[4];
    struct bank_owner owners[4];
    struct bank_file file;
    size_t count;

    TRY(bank_files_unfinished(cx, tx, 4, owners, &count));
    TRY(merchants_of_account(cx, tx, STR_NONE, STR("FR72ZZZ123456"), 4, merchants, &count));
    TRY(bank_file_load(cx, tx, shelf->file, &file));
    return bank_file_of_message(cx, tx, file.msg_id, &file);
}

/* --- single objects --- */

static err_t views(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct payment_view view = {0};

    TRY(payment_view_load(cx, tx, shelf->payment.id, &view));
    return payment_view_load(cx, tx, shelf->debit.id, &view);
}

static err_t papers(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct mandate_paper paper;
    struct mandate mandate;

    TRY(mandate_load(cx, tx, shelf->mandate, &mandate));
    return mandate_paper_read(&shelf->world->core, cx, tx, &mandate, &paper);
}

static err_t histories(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct ledger_lines lines = {.count = 0};
    struct event *events;
    size_t count;

    TRY(events_of_object(cx, tx, shelf->payment.id.raw, &events, &count));
    return ledger_of_object(cx, tx, shelf->payment.id.raw, &lines);
}

static err_t profiles(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct bank_profile profile;
    struct merchant_line *list;
    struct merchant merchant;
    bool transfers;
    instant debits;
    size_t count;

    (void)shelf;
    TRY(merchant_load(cx, tx, cx->merchant, &merchant));
    TRY(merchant_list(cx, tx, (struct merchant_id){""}, &list, &count));
    TRY(bank_profile_load(cx, tx, cx->merchant, &profile));
    return bank_waits(cx, tx, &debits, &transfers);
}

static err_t proofs(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct verify_report *report = arena_make(cx->arena, struct verify_report);

    (void)shelf;
    return verify(cx, tx, report);
}

/* --- the sweep --- */

static struct shelf shelf_new(void)
{
    struct shelf shelf = {.world = world_new()};
    struct world *world = shelf.world;
    struct payment_draft draft = draft_of(5000);
    struct mandate mandate;

    draft.customer = (struct customer_choice){.inline_data = true,
                                              .twin = TWIN_BY_EXTERNAL_ID,
                                              .draft = {.email = STR("ada@example.com")}};
    pay(world, draft);
    shelf.payment = pay_settled(world, 5000);
    refund(world, shelf.payment.id, 2500);
    shelf.request = ask(world, terms_of(700));
    shelf.account = account_signed(world, &mandate).id;
    shelf.mandate = mandate.id;
    shelf.debit = pay_from(world, shelf.account, 1000);
    shelf.file = bank_file_left(world, shelf.debit.id).id;
    bank_tells(world, bank_fact_about(world, shelf.debit.id, BANK_SAYS_CREDIT, 999));
    return shelf;
}

static void reads_or_says(reading *read)
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

CASE(customers_are_listed)
{
    reads_or_says(customers);
}

CASE(cards_are_listed)
{
    reads_or_says(cards);
}

CASE(accounts_and_mandates_are_listed)
{
    reads_or_says(accounts);
    reads_or_says(mandates);
}

CASE(payments_are_listed)
{
    reads_or_says(payments);
}

CASE(requests_are_listed)
{
    reads_or_says(requests);
}

CASE(what_follows_payments_is_listed)
{
    reads_or_says(refunds);
    reads_or_says(disputes);
    reads_or_says(payouts);
}

CASE(news_are_listed)
{
    reads_or_says(news);
}

CASE(bank_files_are_listed)
{
    reads_or_says(bank_files);
    reads_or_says(owners_of_files);
}

CASE(a_payment_is_shown_with_its_method)
{
    reads_or_says(views);
}

CASE(a_mandate_is_put_on_paper)
{
    reads_or_says(papers);
}

CASE(the_history_of_an_object_is_shown)
{
    reads_or_says(histories);
}

CASE(a_merchant_is_loaded)
{
    reads_or_says(profiles);
}

CASE(the_books_are_proved)
{
    reads_or_says(proofs);
}

UNIT_MAIN(T(customers_are_listed), T(cards_are_listed), T(accounts_and_mandates_are_listed),
          T(payments_are_listed), T(requests_are_listed), T(what_follows_payments_is_listed),
          T(news_are_listed), T(bank_files_are_listed), T(a_payment_is_shown_with_its_method),
          T(a_mandate_is_put_on_paper), T(the_history_of_an_object_is_shown),
          T(a_merchant_is_loaded), T(the_books_are_proved))
