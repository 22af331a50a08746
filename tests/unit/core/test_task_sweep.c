#include "core/bank_work.h"
#include "core/mandate_paper.h"
#include "support/core_bank.h"
#include "support/core_enrolment.h"
#include "support/core_form.h"
#include "support/core_invoice.h"
#include "support/core_levy.h"
#include "support/core_sweep.h"

/* What falls due by itself: one call of the store fails while the tasks run, and a little later all
 * is done as if nothing had been. */

struct chore {
    void (*arrange)(struct scene *scene);
    int64_t advance_s; /* until it is due */
    void (*finished)(struct scene *scene);
};

/* A task that failed is tried again after seconds. */
enum { LATER_S = 600 };

static err_t paper_mandate(struct arena *arena, const struct mandate_paper *paper, struct str *pdf)
{
    *pdf = str_format(arena, "%%PDF of %.*s", (int)paper->umr.len, paper->umr.ptr);
    return OK;
}

static const struct document_maker MAKER = {.mandate = paper_mandate, .invoice = paper_invoice};

static struct world *world_with_papers(void)
{
    struct world *world = world_new();

    world->core.documents = &MAKER;
    return world;
}

static void round_run(struct scene *scene, const struct chore *chore, int n, bool *came)
{
    scene->round = n;
    snprintf(scene->token, sizeof scene->token, "t%d", n);
    chore->arrange(scene);
    move_with_failure(scene->world, n, chore->advance_s);
    *came = failure_came(scene->world);
    clock_read_again(scene->world);
    world_is_sound(scene->world);
    /* The move itself may be what failed. */
    world_advance(scene->world, chore->advance_s + LATER_S);
    chore->finished(scene);
    world_is_sound(scene->world);
    world_contexts_free(scene->world);
}

static void chore_run_from(const struct chore *chore, int first, int stride)
{
    bool came = true;

    for (int n = first; came;) {
        struct scene scene = {.world = world_with_papers()};
        for (int i = 0; came && i < ROUNDS_OF_A_WORLD; i++, n += stride) {
            must(n < CALLS_MAX);
            round_run(&scene, chore, n, &came);
        }
        world_free(scene.world);
    }
}

static void chore_run(const struct chore *chore)
{
    chore_run_from(chore, 1, LONG_STRIDE);
}

/* Two programs share what takes long; the stride is odd. */
static void chore_run_odd(const struct chore *chore)
{
    chore_run_from(chore, 1, 2 * LONG_STRIDE);
}

static void chore_run_even(const struct chore *chore)
{
    chore_run_from(chore, 1 + LONG_STRIDE, 2 * LONG_STRIDE);
}

static int64_t tasks(struct scene *scene, const char *kind)
{
    return world_number(
        scene->world,
        str_format(scene->world->cx->arena, "SELECT COUNT(*) FROM task WHERE kind = '%s'", kind)
            .ptr);
}

/* --- documents -------------------------------------------------------------------------------- */

static void invoiced(struct scene *scene)
{
    const struct invoice_draft draft = seed_draft();

    invoice_made(scene->world, &draft);
}

static void each_invoice_has_its_file(struct scene *scene)
{
    assert_int_equal(world_count(scene->world, "invoice_file"),
                     world_count(scene->world, "invoice"));
    assert_int_equal(tasks(scene, "invoice_file"), 0);
}

CASE(the_file_of_an_invoice)
{
    chore_run(&(struct chore){invoiced, 0, each_invoice_has_its_file});
}

static void document_asked_for(struct scene *scene)
{
    struct mandate mandate;

    account_signed(scene->world, &mandate);
    struct mandate_pdf_ask ask = {.id = mandate.id};
    WORLD_RUN(scene->world, &ask, mandate_pdf_ask);
    assert_ok(ask.operation.result);
}

static void each_mandate_has_its_document(struct scene *scene)
{
    assert_int_equal(
        world_number(scene->world, "SELECT COUNT(*) FROM mandate WHERE document IS NULL"), 0);
    assert_int_equal(tasks(scene, "mandate_document"), 0);
}

CASE(the_document_of_a_mandate)
{
    chore_run(&(struct chore){document_asked_for, 0, each_mandate_has_its_document});
}

/* --- what nobody does in time ----------------------------------------------------------------- */

/* --- links that nobody uses --- */

static void link_led_to_nothing(struct scene *scene)
{
    struct world *world = scene->world;

    (void)enrol_company(world, enrol_made(world, false, true));
    world_tamper(world, "UPDATE enrolment SET expires_us = 100000");
}

static void nothing_of_it_is_left(struct scene *scene)
{
    assert_int_equal(world_count(scene->world, "enrolment_part"), 0);
    assert_int_equal(world_count(scene->world, "enrolment WHERE erased_us IS NULL"), 0);
}

CASE(what_was_typed_on_a_link_that_led_to_nothing)
{
    chore_run(&(struct chore){link_led_to_nothing, 24 * 3600, nothing_of_it_is_left});
}

static void form_waits(struct scene *scene)
{
    scene->world->core.mandate_life_d = 1;
    form_made(scene->world, NULL, &scene->link);
}

static void each_form_has_expired(struct scene *scene)
{
    assert_int_equal(
        world_number(scene->world, "SELECT COUNT(*) FROM mandate_form WHERE state <> 'expired'"),
        0);
}

CASE(a_form_that_nobody_signs)
{
    chore_run(&(struct chore){form_waits, 25 * 3600, each_form_has_expired});
}

static void levy_waits_for_its_code(struct scene *scene)
{
    struct mandate mandate;
    struct consumer consumer = consumer_signed(scene->world, MANDATE_RECURRENT, &mandate);
    struct levy_draft draft = levy_draft_of(&consumer, scene->token, 100000);

    draft.due = date_from_days(date_to_days(date_paris(scene->world->cx->now)) + 20);
    levy_make(scene->world, draft);
}

static void each_levy_is_canceled(struct scene *scene)
{
    assert_int_equal(
        world_number(scene->world, "SELECT COUNT(*) FROM levy WHERE status <> 'canceled'"), 0);
    assert_int_equal(tasks(scene, "levy_code"), 0);
}

CASE(a_levy_that_nobody_validates)
{
    chore_run(&(struct chore){levy_waits_for_its_code, 7200, each_levy_is_canceled});
}

static void asked(struct scene *scene)
{
    scene->request = ask(scene->world, terms_of(700));
}

static void it_is_unpaid(struct scene *scene)
{
    assert_int_equal(request_now(scene->world, scene->request.id).state, REQUEST_UNPAID);
}

CASE(a_request_that_nobody_pays)
{
    chore_run(&(struct chore){asked, 25 * 3600, it_is_unpaid});
}

static void authentication_waits(struct scene *scene)
{
    struct payment_draft draft = draft_with_card(scene->world, 5000);

    draft.auth_asked = true;
    draft.auth_return_url = STR("https://shop.example/back");
    scene->payment = pay(scene->world, draft);
}

static void it_has_failed(struct scene *scene)
{
    assert_int_equal(state_now(scene->world, scene->payment.id), PAYMENT_FAILED);
}

CASE(a_payer_who_does_not_come_back)
{
    chore_run(&(struct chore){authentication_waits, 25 * 3600, it_has_failed});
}

/* --- money ------------------------------------------------------------------------------------ */

static void debit_settled_of(struct scene *scene)
{
    scene->payment = pay_debit(scene->world, 1000);
    debit_settles(scene->world, scene->payment.id);
}

static void its_money_is_payable(struct scene *scene)
{
    assert_int_not_equal(debit_now(scene->world, scene->payment.id).released, 0);
    assert_int_equal(tasks(scene, "debit_release"), 0);
}

static const struct chore RELEASE = {debit_settled_of, 14 * 86400, its_money_is_payable};

CASE(the_money_of_a_debit_becomes_payable_after_an_odd_call_failing)
{
    chore_run_odd(&RELEASE);
}

CASE(the_money_of_a_debit_becomes_payable_after_an_even_call_failing)
{
    chore_run_even(&RELEASE);
}

/* A credit of another sum than its block: after some days a person is asked. */
static void a_credit_waits(struct scene *scene)
{
    struct world *world = scene->world;

    scene->payment = pay_debit(world, 1000);
    pay_debit(world, 2000);
    struct bank_file_id file = bank_file_left(world, scene->payment.id).id;
    struct bank_fact fact = bank_fact_of(world, BANK_SAYS_CREDIT, 2500);
    fact.payment_info = str_dup(world_ctx(world)->arena, bank_block_now(world, file).payment_info);
    bank_tells(world, fact);
    world->offset += world->now - world_ctx(world)->real - world->offset;
    world_set_body_run(world, world_clock_body, world);
    world_stop_at(world, 0);
}

static void a_person_is_asked(struct scene *scene)
{
    struct bank_work *list;
    size_t count;

    assert_ok(
        bank_work_open(world_ctx(scene->world), world_read(scene->world), 100, &list, &count));
    reader_release(scene->world->core.reader);
    assert_true(count > 0);
}

static const struct chore UNEXPLAINED = {a_credit_waits, 14 * 86400, a_person_is_asked};

CASE(what_the_bank_said_and_nothing_explains_after_an_odd_call_failing)
{
    chore_run_odd(&UNEXPLAINED);
}

CASE(what_the_bank_said_and_nothing_explains_after_an_even_call_failing)
{
    chore_run_even(&UNEXPLAINED);
}

UNIT_MAIN(T(the_file_of_an_invoice), T(the_document_of_a_mandate), T(a_form_that_nobody_signs),
          T(what_was_typed_on_a_link_that_led_to_nothing), T(a_levy_that_nobody_validates),
          T(a_request_that_nobody_pays), T(a_payer_who_does_not_come_back),
          T(the_money_of_a_debit_becomes_payable_after_an_odd_call_failing),
          T(the_money_of_a_debit_becomes_payable_after_an_even_call_failing),
          T(what_the_bank_said_and_nothing_explains_after_an_odd_call_failing),
          T(what_the_bank_said_and_nothing_explains_after_an_even_call_failing))
