#include "core/bank_collection.h"
#include "core/document.h"
#include "core/fec.h"
#include "core/login.h"
#include "core/logo.h"
#include "core/mail.h"
#include "core/mandate_amendment.h"
#include "core/mandate_search.h"
#include "support/core_page.h"
#include "support/core_shelf.h"

/* Searches, who calls, and what is opened by an address. */

/* --- searches --- */

static err_t one_mandate(struct ctx *cx, struct tx *tx, struct mandate_search search)
{
    struct mandate_found *list;
    size_t count;

    search.limit = 10;
    TRY(mandate_search(cx, tx, &search, &list, &count));
    assert_int_equal(count, 1);
    return OK;
}

static err_t mandates_found(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct mandate_search by_name = {.condition_count = 1};

    by_name.conditions[0].field = CONSUMER_LAST_NAME;
    by_name.conditions[0].equals = STR("dupont");
    TRY(one_mandate(cx, tx, by_name));
    TRY(one_mandate(cx, tx, (struct mandate_search){.reference = shelf->consumer.reference}));
    TRY(one_mandate(cx, tx, (struct mandate_search){.umr = shelf->signed_for.umr}));
    return one_mandate(
        cx, tx,
        (struct mandate_search){.states = 1U << MANDATE_ACTIVE, .signed_from = STR("2031-01-01")});
}

static err_t one_levy(struct ctx *cx, struct tx *tx, struct levy_search search)
{
    struct levy_view *list;
    size_t count;

    search.limit = 10;
    TRY(levy_search(cx, tx, &search, &list, &count));
    assert_int_equal(count, 1);
    return OK;
}

static err_t levies_found(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    const struct levy *levy = &shelf->levy;
    struct levy_search by_time = {.amount_from = 1, .amount_until = 100000};

    by_time.created.from = 1;
    by_time.created.until = WORLD_START + 100 * DAY_US;
    TRY(one_levy(cx, tx, by_time));
    TRY(one_levy(cx, tx, (struct levy_search){.sdd_reference = levy->sdd_reference}));
    TRY(one_levy(cx, tx, (struct levy_search){.payment_reference = levy->payment_reference}));
    TRY(one_levy(cx, tx,
                 (struct levy_search){.named = &levy->payment_reference, .named_count = 1}));
    TRY(one_levy(cx, tx, (struct levy_search){.consumer = shelf->consumer.reference}));
    return one_levy(cx, tx, (struct levy_search){.umr = shelf->signed_for.umr});
}

static err_t consumers_found(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    const struct consumer_search by_reference = {.reference = shelf->consumer.reference,
                                                 .limit = 10};
    struct consumer_search by_city = {.condition_count = 1, .limit = 10};
    struct consumer *list;
    struct consumer one;
    size_t count;
    bool found;

    by_city.conditions[0].field = CONSUMER_CITY;
    by_city.conditions[0].equals = STR("PARIS");
    TRY(consumer_search(cx, tx, &by_city, &list, &count));
    TRY(consumer_search(cx, tx, &by_reference, &list, &count));
    TRY(consumer_of_customer(cx, tx, list[0].customer, &one, &found));
    return consumer_find_payer(cx, tx, shelf->consumer.reference, &one);
}

static struct listing_filter listed(void)
{
    return (struct listing_filter){.max_minor = LISTING_AMOUNT_MAX, .limit = 10};
}

static err_t one_page(struct ctx *cx, struct tx *tx, const struct listing_filter *filter)
{
    struct listing_line *lines;
    int64_t total;
    size_t count;

    TRY(listing_search(cx, tx, filter, &lines, &count, &total));
    assert_true(total > 0);
    return OK;
}

static err_t lines_found(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct listing_filter by_number = listed();
    struct listing_filter by_email = listed();
    struct listing_filter by_name = listed();
    struct listing_filter by_amount = listed();
    struct listing_filter by_both = listed();
    bool built;

    (void)shelf;
    by_number.number = 1;
    by_email.email = STR("ada@example.com");
    by_name.name = STR("love");
    by_amount.min_minor = 1;
    by_both.min_minor = 1;
    by_both.from = (struct date){2031, 6, 1};
    TRY(one_page(cx, tx, &by_number));
    TRY(one_page(cx, tx, &by_email));
    TRY(one_page(cx, tx, &by_name));
    TRY(one_page(cx, tx, &by_amount));
    TRY(one_page(cx, tx, &by_both));
    TRY(listing_is_built(cx, tx, &built));
    assert_true(built);
    return OK;
}

static err_t books_read(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct fec_walk walk = {.rates_e6 = {[CURRENCY_EUR] = 1000000}};
    struct fec_entry *entries;
    size_t count;

    (void)shelf;
    TRY(fec_read(cx, tx, &walk, &entries, &count));
    assert_true(count > 0);
    return OK;
}

/* --- messages and files ---------------------------------------------------------------------- */

static err_t messages_read(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    const struct mail_filter filter = {.limit = 10};
    struct caught *messages;
    struct mail_line *lines;
    struct mail mail;
    size_t count;
    struct str raw;

    (void)shelf;
    TRY(mail_lines(cx, tx, &filter, &lines, &count));
    assert_true(count > 0);
    TRY(mail_load(cx, tx, &lines[0].delivery, &mail));
    TRY(caught_list(cx, tx, STR("ada@example.com"), &messages, &count));
    assert_int_equal(count, 1);
    return caught_raw(cx, tx, messages[0].id, &raw);
}

static err_t files_read(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    const struct consumer_id consumer = shelf->consumer.id;
    struct consumer_file *files;
    struct consumer_file file;
    size_t count;
    struct str bytes;
    bool found;

    TRY(consumer_files(cx, tx, consumer, &files, &count));
    assert_int_equal(count, 1);
    TRY(consumer_file_find(cx, tx, consumer, ID_TEXT(files[0].id), &file));
    TRY(consumer_file_of_mandate(cx, tx, shelf->signed_for.id, &file, &found));
    return document_open(&shelf->world->core, cx, tx, files[0].document, &bytes);
}

static err_t accounts_read(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct bank_collection *collections;
    struct bank_place place = {.block = 0};
    struct beneficiary beneficiary;
    struct amendment *amendments;
    struct sepa_check check;
    size_t count;
    bool exist;

    TRY(sepa_check_load(cx, tx, shelf->account, &check));
    TRY(bank_collections(cx, tx, shelf->file, &place, 10, &collections, &count));
    assert_int_equal(count, 1);
    TRY(beneficiaries_exist(cx, tx, &exist));
    TRY(beneficiary_find(cx, tx, shelf->beneficiary, &beneficiary));
    TRY(beneficiary_check(cx, tx, &shelf->world->merchant, shelf->beneficiary));
    TRY(amendments_attached(cx, tx, shelf->mandate, shelf->debit.id, &amendments, &count));
    return amendment_history(cx, tx, shelf->mandate, &amendments, &count);
}

/* --- who calls ------------------------------------------------------------------------------- */

static err_t logins_read(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct login_line *lines;
    struct str hash;
    size_t count;

    TRY(login_list(cx, tx, shelf->world->made.merchant, &lines, &count));
    assert_int_equal(count, 2);
    return logo_hash(cx, tx, shelf->world->made.merchant, &hash);
}

/* These begin a snapshot of their own, or remember what they have read. */
static err_t key_admitted(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct admission admission;

    (void)tx;
    reader_release(shelf->world->core.reader);
    generation_raise(shelf->world->generation);
    TRY(merchant_admit(&shelf->world->core, cx, FACE_STANCER, shelf->world->made.keys.secret_key,
                       &admission));
    generation_raise(shelf->world->generation);
    return merchant_act_as(&shelf->world->core, cx, shelf->world->made.merchant, &admission);
}

static err_t token_admitted(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct token_check check = {.face = "simplypaie",
                                .login = shelf->world->made.simplypaie_id,
                                .token = shelf->token,
                                .peer = STR("192.0.2.7")};
    struct admission admission;

    (void)tx;
    reader_release(shelf->world->core.reader);
    generation_raise(shelf->world->generation);
    enum token_outcome outcome = token_admit(&shelf->world->core, cx, &check, &admission);
    assert_true(outcome == TOKEN_GOOD || outcome == TOKEN_FAILED);
    assert_true((outcome == TOKEN_FAILED) == (check.failure != OK));
    return check.failure;
}

static err_t page_opened(struct ctx *cx, struct tx *tx, const struct shelf *shelf)
{
    struct world *world = shelf->world;
    struct pay_page page = {0};

    (void)tx;
    reader_release(world->core.reader);
    generation_raise(world->generation);
    TRY(page_open(&world->core, cx, world->made.keys.public_key,
                  str_format(cx->arena, "paym_%s", shelf->debit.id.raw), &page));
    reader_release(world->core.reader);
    page = (struct pay_page){0};
    return page_open_request(&world->core, cx, MODE_TEST, shelf->request.id, &page);
}

CASE(mandates_levies_and_consumers_are_found)
{
    reads_or_says(mandates_found);
    reads_or_says(levies_found);
    reads_or_says(consumers_found);
}

CASE(lines_of_the_list_are_found)
{
    reads_or_says(lines_found);
}

CASE(books_are_read)
{
    reads_or_says(books_read);
}

CASE(messages_and_files_are_read)
{
    reads_or_says(messages_read);
    reads_or_says(files_read);
}

CASE(accounts_are_read_with_what_belongs_to_them)
{
    reads_or_says(accounts_read);
}

CASE(logins_are_read)
{
    reads_or_says(logins_read);
}

CASE(callers_are_admitted)
{
    reads_or_says(key_admitted);
    reads_or_says(token_admitted);
}

CASE(pages_are_opened)
{
    reads_or_says(page_opened);
}

UNIT_MAIN(T(mandates_levies_and_consumers_are_found), T(lines_of_the_list_are_found),
          T(books_are_read), T(messages_and_files_are_read),
          T(accounts_are_read_with_what_belongs_to_them), T(logins_are_read),
          T(callers_are_admitted), T(pages_are_opened))
