#include "core/bank_profile.h"
#include "core/caught.h"
#include "core/client.h"
#include "core/event.h"
#include "core/invoice_payment.h"
#include "core/ledger.h"
#include "core/mandate_form.h"
#include "core/mandate_operator.h"
#include "core/mandate_paper.h"
#include "core/mandate_search.h"
#include "core/outbox.h"
#include "core/payable.h"
#include "core/sepa_check.h"
#include "core/settlement_work.h"
#include "core/verify.h"
#include "core/webhook.h"
#include "support/core_form.h"
#include "support/core_shelf.h"

/* Lists and single objects. */

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

static err_t bank_moments(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct bank_file *files;
    struct bank_item item;
    instant moment;
    size_t count;
    bool found;

    TRY(bank_files_unheard(cx, tx, 10, &files, &count));
    TRY(bank_item_find(cx, tx, shelf->debit.id.raw, &item, &found));
    assert_true(found);
    TRY(bank_reports_asked(cx, tx, &moment));
    return bank_released_last(cx, tx, &moment);
}

/* --- single objects --- */

static err_t mandates_named(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct mandate_evidence evidence;
    struct mandate_form form;
    struct mandate mandate;
    struct mandate *list;
    size_t count;
    bool found;

    TRY(mandate_named(cx, tx, ID_TEXT(shelf->mandate), false, &mandate));
    TRY(mandate_named(cx, tx, mandate.umr, false, &mandate));
    TRY(mandate_of_consumer(cx, tx, &shelf->consumer, STR_NONE, &mandate));
    TRY(mandate_of_consumer(cx, tx, &shelf->consumer, shelf->signed_for.umr, &mandate));
    TRY(mandate_of_customer(cx, tx, shelf->consumer.customer, &mandate, &found));
    TRY(mandates_after(cx, tx, (struct mandate_id){""}, 10, &list, &count));
    TRY(mandate_evidence_load(cx, tx, shelf->mandate, &evidence, &found));
    return mandate_form_of(cx, tx, shelf->mandate, &form, &found);
}

static err_t levy_read(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct payment payment;
    struct levy_view view;
    bool waits;

    TRY(levy_view_load(cx, tx, shelf->levy.payment, &view));
    TRY(payment_load(cx, tx, shelf->levy.payment, &payment));
    return levy_waits(cx, tx, &payment, &waits);
}

static err_t invoices(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    const struct invoice_walk walk = {
        .kind = INVOICE_NORMAL, .year = 2031, .serial = 0, .limit = 10};
    struct invoice_receipts receipts = {.count = 0};
    struct page_of page = a_page();
    struct page_found found;
    struct invoice invoice;
    struct invoice *list;
    size_t count;

    TRY(invoice_list(cx, tx, &page, &list, &found));
    TRY(invoice_by_number(cx, tx, shelf->invoice.number, &invoice));
    TRY(invoice_receipts_read(cx, tx, invoice.id, &receipts));
    return invoice_chain_read(cx, tx, &walk, &list, &count);
}

static err_t requests_and_their_payments(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct page_of page = a_page();
    struct pay_request request;
    struct payment_view *tries;
    struct page_found found;
    bool of_request;

    TRY(request_of_page(cx, tx, shelf->request.id, cx->mode, &request));
    TRY(request_of_payment(cx, tx, shelf->payment.id, &request, &of_request));
    assert_false(of_request);
    return request_payments(cx, tx, shelf->request.id, &page, &tries, &found);
}

static err_t money_that_waits(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct payable_sums sums[PAYABLE_CURRENCIES];
    struct settlement_work *work;
    struct page_of page = a_page();
    struct page_found found;
    struct refund *list;
    size_t count;

    (void)shelf;
    TRY(payable_waiting(cx, tx, sums));
    TRY(refunds_of_payout(cx, tx, (struct payout_id){"0VcPQBNNPgMvUS5RBDW92wvH"}, &page, &list,
                          &found));
    return settlement_work_open(cx, tx, 10, &work, &count);
}

static err_t what_leaves(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    const struct outbox_filter filter = {.limit = 10};
    struct outbox_receiver at = {.receiver = STR_NONE};
    struct delivery delivery;
    struct delivery *list;
    size_t count;
    bool found;

    (void)shelf;
    TRY(outbox_list(cx, tx, &filter, &list, &count));
    assert_true(count > 0);
    TRY(outbox_load(cx, tx, list[0].id, &delivery));
    TRY(outbox_receiver_next(cx, tx, &at, &found));
    assert_true(found);
    return outbox_due(cx, tx, &at, INT64_MAX, 10, &list, &count);
}

static err_t merchant_told(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct merchant_id id;
    struct merchant merchant;
    struct key_line *keys;
    struct str *settings;
    struct str key;
    size_t count;

    (void)shelf;
    TRY(merchant_load(cx, tx, cx->merchant, &merchant));
    TRY(merchant_of_acceptor(cx, tx, merchant.acceptor, &id));
    TRY(merchant_public_key(cx, tx, &key));
    TRY(merchant_settings(cx, tx, cx->merchant, &settings));
    return merchant_keys(cx, tx, cx->merchant, &keys, &count);
}

static err_t clients(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct sponsor_id sponsor = shelf->world->made.sponsor;
    struct client *list;
    struct client client;
    size_t count;
    bool flag;

    TRY(client_of_merchant(cx, tx, &client));
    TRY(client_load(cx, tx, sponsor, client.id, &client));
    TRY(client_of_reference(cx, tx, sponsor, STR("sandbox"), &client));
    TRY(client_has_mandate(cx, tx, &flag));
    return client_list(cx, tx, sponsor, (struct merchant_id){""}, &list, &count, &flag);
}

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

    struct payment debit;

    TRY(payment_load(cx, tx, shelf->debit.id, &debit));
    TRY(payment_history(cx, tx, &debit, &events, &count));
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

CASE(a_mandate_and_a_levy_are_read)
{
    reads_or_says(mandates_named);
    reads_or_says(levy_read);
}

CASE(invoices_are_read)
{
    reads_or_says(invoices);
}

CASE(requests_are_read)
{
    reads_or_says(requests_and_their_payments);
}

CASE(what_waits_for_somebody_is_read)
{
    reads_or_says(money_that_waits);
    reads_or_says(what_leaves);
    reads_or_says(bank_moments);
}

CASE(what_is_set_for_a_merchant_is_read)
{
    reads_or_says(merchant_told);
    reads_or_says(clients);
}

UNIT_MAIN(T(a_mandate_and_a_levy_are_read), T(invoices_are_read), T(requests_are_read),
          T(what_waits_for_somebody_is_read), T(what_is_set_for_a_merchant_is_read),
          T(customers_are_listed), T(cards_are_listed), T(accounts_and_mandates_are_listed),
          T(payments_are_listed), T(requests_are_listed), T(what_follows_payments_is_listed),
          T(news_are_listed), T(bank_files_are_listed), T(a_payment_is_shown_with_its_method),
          T(a_mandate_is_put_on_paper), T(the_history_of_an_object_is_shown),
          T(a_merchant_is_loaded), T(the_books_are_proved))
