#include "core/invoice_credit.h"
#include "core/invoice_payment.h"
#include "support/core_invoice.h"
#include "support/core_sweep.h"

/* Invoices with each call of the store failing once: the books balance, and no number is lost. */

static int64_t number_of(const struct pay_request *request)
{
    int64_t number;

    must(str_to_int64(request->terms.order_id, &number));
    return number;
}

static err_t issue_for(struct scene *scene, int64_t payment_number)
{
    struct invoice_draft draft = seed_draft();

    scene->world->core.documents = &PAPER_MAKER;
    draft.payment_number = payment_number;
    return invoice_try(scene->world, &draft)->operation.result;
}

static void nothing(struct scene *scene)
{
    scene->world->core.documents = &PAPER_MAKER;
}

/* Numbers are 1 to n, and n is the round that went through. */
static void numbers_have_no_gap(struct scene *scene)
{
    assert_int_equal(world_number(scene->world, "SELECT COUNT(*) FROM invoice"),
                     world_number(scene->world, "SELECT MAX(serial) FROM invoice"));
}

static err_t issue_plain(struct scene *scene)
{
    return issue_for(scene, 0);
}

CASE(invoice_is_issued)
{
    sweep_run(&(struct sweep){nothing, issue_plain, numbers_have_no_gap});
}

static void asked(struct scene *scene)
{
    struct request_create create = {
        .merchant = &scene->world->merchant,
        .face = REQUEST_OF_SIMPLYPAIE,
        .life = 24 * HOUR_US,
        .terms = terms_of(5000),
        .sending = {.mode = REQUEST_BY_LINK, .page = PAGE_STANDARD, .name = STR("Dupont Jean")},
    };

    WORLD_RUN(scene->world, &create, request_create);
    assert_ok(create.operation.result);
    scene->request = create.request;
    scene->link = str_dup(scene->world->cx->arena, str_of(create.token));
}

static err_t issue_of_request(struct scene *scene)
{
    return issue_for(scene, number_of(&scene->request));
}

CASE(invoice_of_a_request)
{
    sweep_run(&(struct sweep){asked, issue_of_request, numbers_have_no_gap});
}

static void asked_and_invoiced(struct scene *scene)
{
    asked(scene);
    assert_ok(issue_of_request(scene));
}

static err_t pay_it(struct scene *scene)
{
    struct world *world = scene->world;
    struct page_submit submit = {.token = str_of(scene->token), .card = card_draft(VISA)};
    int left = atomic_load(&world->store->fail_after);

    store_fail_after(world->store, 0);
    world->fake->lookup_count = 0;
    assert_ok(page_open_link(&world->core, world_ctx(world), world->merchant.account, scene->link,
                             &submit.flow.page));
    reader_release(world->core.reader);
    submit.flow.browser = browser_of("127.0.0.1");
    submit.flow.browser.local = true;
    submit.flow.page_path = STR("/pay-1-x");
    store_fail_after(world->store, left);
    return submit_run(world, &submit);
}

static void the_invoice_has_its_money(struct scene *scene)
{
    assert_int_equal(world_number(scene->world, "SELECT SUM(amount_minor) FROM ledger_leg"
                                                " WHERE account = 'operator'"),
                     world_number(scene->world, "SELECT SUM(amount_minor) FROM invoice_received"));
    assert_int_not_equal(
        world_number(scene->world,
                     "SELECT COUNT(*) FROM invoice_payment WHERE payment IS NOT NULL"),
        0);
}

CASE(request_that_pays_an_invoice)
{
    sweep_run(&(struct sweep){asked_and_invoiced, pay_it, the_invoice_has_its_money});
}

static void paid(struct scene *scene)
{
    asked(scene);
    assert_ok(pay_it(scene));
}

CASE(invoice_of_what_is_paid)
{
    sweep_run(&(struct sweep){paid, issue_of_request, the_invoice_has_its_money});
}

static void paid_and_invoiced(struct scene *scene)
{
    paid(scene);
    assert_ok(issue_of_request(scene));
    scene->payment.id = request_now(scene->world, scene->request.id).payment;
}

static err_t take_it_back(struct scene *scene)
{
    struct refund_create create = {
        .payment = scene->payment.id,
        .whole = true,
    };

    WORLD_RUN(scene->world, &create, refund_create);
    return create.operation.result;
}

static void the_customer_owes_again(struct scene *scene)
{
    assert_int_equal(world_number(scene->world,
                                  "SELECT COALESCE(SUM(r.amount_minor), 0) FROM invoice_received r"
                                  " WHERE r.invoice = (SELECT MAX(invoice) FROM invoice_payment)"),
                     0);
}

CASE(payment_of_an_invoice_is_taken_back)
{
    sweep_run(&(struct sweep){paid_and_invoiced, take_it_back, the_customer_owes_again});
}

/* --- by debit -----------------------------------------------------------------------------------
 */

/* A request that its account has paid, and its invoice. */
static void debited_and_invoiced(struct scene *scene)
{
    struct request_terms terms = terms_of(5000);
    struct mandate mandate;

    if (scene->round == 1)
        asked(scene); /* from now on there is a list, and numbers */
    nothing(scene);
    terms.account = account_signed(scene->world, &mandate).id;
    terms.authenticate = false;
    scene->request = ask(scene->world, terms);
    scene->payment.id = scene->request.payment;
    assert_ok(issue_for(scene, world_number(scene->world, "SELECT MAX(number) FROM listing")));
}

static void debited(struct scene *scene)
{
    debited_and_invoiced(scene);
    debit_leaves(scene->world, scene->payment.id);
}

static err_t reject_it(struct scene *scene)
{
    return reject_try(scene->world, scene->payment.id, "AM04");
}

CASE(debit_of_an_invoice_is_rejected)
{
    sweep_run(&(struct sweep){debited, reject_it, the_customer_owes_again});
}

static void debited_to_be_presented_again(struct scene *scene)
{
    world_set(scene->world, "sepa_retry", "yes");
    debited(scene);
}

static void the_next_debit_pays_it(struct scene *scene)
{
    assert_int_equal(world_number(scene->world,
                                  "SELECT SUM(r.amount_minor) FROM invoice_received r"
                                  " WHERE r.invoice = (SELECT MAX(invoice) FROM invoice_payment)"),
                     5000);
    assert_int_equal(world_number(scene->world,
                                  "SELECT COUNT(DISTINCT turn) FROM invoice_received r"
                                  " WHERE r.invoice = (SELECT MAX(invoice) FROM invoice_payment)"),
                     3);
}

CASE(debit_of_an_invoice_is_presented_again)
{
    sweep_run(&(struct sweep){debited_to_be_presented_again, reject_it, the_next_debit_pays_it});
}

static void settled_and_invoiced(struct scene *scene)
{
    debited_and_invoiced(scene);
    debit_settles(scene->world, scene->payment.id);
}

static err_t return_it(struct scene *scene)
{
    return comes_back_try(scene->world, scene->payment.id, "MD06", 5000);
}

CASE(debit_of_an_invoice_comes_back)
{
    sweep_run(&(struct sweep){settled_and_invoiced, return_it, the_customer_owes_again});
}

static err_t credit_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return invoice_credit(cx, tx, arg);
}

static void invoiced(struct scene *scene)
{
    const struct invoice_draft draft = seed_draft();

    nothing(scene);
    memcpy(scene->token, invoice_made(scene->world, &draft)->invoice.id.raw, ID_SIZE);
}

static err_t credit_it(struct scene *scene)
{
    struct invoice_credit credit = {0};

    must(ID_PARSE(str_of(scene->token), &credit.of));
    world_time(scene->world, scene->world->cx);
    return tx_run(scene->world->store, scene->world->cx, credit_body, &credit);
}

CASE(invoice_is_undone)
{
    sweep_run(&(struct sweep){invoiced, credit_it, NULL});
}

/* --- what is kept -------------------------------------------------------------------------------
 */

static void detects(const char *sql, const char *what)
{
    struct scene scene = {.world = invoice_world(), .token = "t1"};
    bool seen = false;

    paid_and_invoiced(&scene);
    world_work(scene.world);
    world_is_sound(scene.world);
    world_tamper(scene.world, sql);
    struct verify_report *report = world_verify(scene.world);
    for (size_t i = 0; i < report->problem_count; i++)
        seen |= strcmp(report->problems[i].what, what) == 0;
    assert_true(seen);
    world_free(scene.world);
}

CASE(wrong_receipts_are_detected)
{
    detects("DROP TRIGGER invoice_received_fixed; UPDATE invoice_received SET amount_minor = 1",
            "an invoice has not what its payment brought");
    detects("DROP TRIGGER invoice_received_kept; DELETE FROM invoice_received",
            "an invoice is not settled for what it received");
    detects("UPDATE payment SET refunded_minor = 1", "an invoice has not what its payment brought");
}

CASE(what_was_received_and_drawn_cannot_be_changed)
{
    static const char *const TRIES[] = {
        "UPDATE invoice_received SET amount_minor = 1",
        "DELETE FROM invoice_received",
        "DELETE FROM invoice_payment",
        "UPDATE invoice_file SET document = 'x'",
        "DELETE FROM invoice_file",
    };
    struct scene scene = {.world = invoice_world(), .token = "t1"};

    paid_and_invoiced(&scene);
    world_work(scene.world);
    sqlite3 *db = raw_open(scene.world);
    for (size_t i = 0; i < ARRAY_LEN(TRIES); i++)
        assert_int_not_equal(sqlite3_exec(db, TRIES[i], NULL, NULL, NULL), SQLITE_OK);
    raw_close(db);
    world_is_sound(scene.world);
    world_free(scene.world);
}

UNIT_MAIN(T(invoice_is_issued), T(invoice_of_a_request), T(request_that_pays_an_invoice),
          T(invoice_of_what_is_paid), T(payment_of_an_invoice_is_taken_back), T(invoice_is_undone),
          T(debit_of_an_invoice_is_rejected), T(debit_of_an_invoice_is_presented_again),
          T(debit_of_an_invoice_comes_back), T(wrong_receipts_are_detected),
          T(what_was_received_and_drawn_cannot_be_changed))
