#include "core/client.h"
#include "core/event.h"
#include "core/sponsor_webhook.h"
#include "support/core_pdp.h"
#include "support/core_raw.h"
#include "support/news.h"

static struct date day_after(int days)
{
    return date_from_days(date_to_days(date_paris(WORLD_START)) + days);
}

CASE(a_mandate_of_a_known_company_becomes_active)
{
    struct world *world = world_new();
    struct pdp_mandate mandate = pdp_made(world, pdp_draft(SIREN_PLAIN));

    assert_int_equal(mandate.state, PDP_MANDATE_PROCESSING);
    assert_int_equal(mandate.registration, PDP_REGISTRATION_NONE);
    world_work(world);
    struct pdp_mandate now = pdp_now(world, mandate.id);
    assert_int_equal(now.state, PDP_MANDATE_ACTIVE);
    assert_int_equal(now.registration, PDP_REGISTRATION_DONE);
    assert_true(now.updated > 0);
    assert_true(now.line.addressable);
    world_is_sound(world);
    world_free(world);
}

CASE(each_state_is_told_and_stands_in_its_history)
{
    struct world *world = world_new();
    struct sponsor_webhook_create hook = {.sponsor = world->made.sponsor,
                                          .url = STR("https://sponsor.example/hook")};
    struct delivery *rows;
    struct event *events;
    size_t count;

    WORLD_RUN(world, &hook, sponsor_webhook_create);
    struct pdp_mandate mandate = pdp_made(world, pdp_draft(SIREN_PLAIN));
    world_work(world);
    assert_int_equal(outbox_all(world, &rows), 2);
    assert_str(rows[1].type, "mandate.created");
    assert_str(rows[0].type, "mandate.activated");
    assert_str(rows[0].object, mandate.id.raw);
    assert_ok(events_of_object(world->cx, world_read(world), mandate.id.raw, &events, &count));
    assert_int_equal(count, 3);
    assert_str(events[0].detail, "processing");
    assert_str(events[2].detail, "active");
    world_free(world);
}

CASE(one_that_the_directory_does_not_know_fails)
{
    struct world *world = world_new();
    struct pdp_mandate mandate = pdp_made(world, pdp_draft(SIREN_UNKNOWN));

    world_work(world);
    struct pdp_mandate now = pdp_now(world, mandate.id);
    assert_int_equal(now.state, PDP_MANDATE_ERROR);
    assert_int_equal(now.registration, PDP_REGISTRATION_NONE);
    assert_str(now.cause, "not_in_directory");
    world_free(world);
}

CASE(one_that_the_platform_refuses_fails_with_its_cause)
{
    struct world *world = world_new();
    struct pdp_mandate closed = pdp_made(world, pdp_draft(SIREN_CLOSED));
    struct pdp_mandate draft = pdp_draft(SIREN_PLAIN);

    draft.line.name = STR("REFUSE");
    struct pdp_mandate refused = pdp_made(world, draft);
    world_work(world);
    assert_int_equal(pdp_now(world, closed.id).state, PDP_MANDATE_ERROR);
    assert_int_equal(pdp_now(world, closed.id).registration, PDP_REGISTRATION_REFUSED);
    assert_str(pdp_now(world, closed.id).cause, "recipient_closed");
    assert_str(pdp_now(world, refused.id).cause, "registration_refused");
    world_free(world);
}

/* Answers at the third question. */
static int questions;
static void look_late(const struct platform *self, struct platform_look *look)
{
    (void)self;
    if (++questions < 3) {
        look->answer = PLATFORM_SILENT;
        operation_end(&look->operation, OK);
        return;
    }
    PLATFORM_TEST.look(&PLATFORM_TEST, look);
}

CASE(a_platform_that_does_not_answer_is_asked_again)
{
    struct world *world = world_new();
    struct platform late = PLATFORM_TEST;

    questions = 0;
    late.look = look_late;
    world->core.test_platform = &late;
    struct pdp_mandate mandate = pdp_made(world, pdp_draft(SIREN_PLAIN));
    world_work(world);
    assert_int_equal(pdp_now(world, mandate.id).state, PDP_MANDATE_PROCESSING);
    world_advance(world, 3600);
    assert_int_equal(pdp_now(world, mandate.id).state, PDP_MANDATE_ACTIVE);
    assert_int_equal(questions, 3);
    world_free(world);
}

CASE(it_waits_for_its_first_day_and_ends_after_its_last)
{
    struct world *world = world_new();
    struct pdp_mandate draft = pdp_draft(SIREN_PLAIN);

    draft.starts = day_after(2);
    draft.ends_some_day = true;
    draft.ends = day_after(4);
    world_advance_to(world, 0, 11, 0);
    struct pdp_mandate mandate = pdp_made(world, draft);
    world_advance_to(world, 1, 23, 59);
    assert_int_equal(pdp_now(world, mandate.id).state, PDP_MANDATE_CREATED);
    world_advance_to(world, 2, 0, 1);
    assert_int_equal(pdp_now(world, mandate.id).state, PDP_MANDATE_ACTIVE);
    world_advance_to(world, 4, 23, 59);
    assert_int_equal(pdp_now(world, mandate.id).state, PDP_MANDATE_ACTIVE);
    world_advance_to(world, 5, 0, 1);
    assert_int_equal(pdp_now(world, mandate.id).state, PDP_MANDATE_EXPIRED);
    assert_int_equal(pdp_now(world, mandate.id).registration, PDP_REGISTRATION_DONE);
    world_is_sound(world);
    world_free(world);
}

CASE(days_that_make_no_sense_are_refused)
{
    struct world *world = world_new();
    struct pdp_mandate before = pdp_draft(SIREN_PLAIN);
    struct pdp_mandate past = pdp_draft(SIREN_PLAIN);

    world_advance_to(world, 0, 11, 0);
    before.ends_some_day = past.ends_some_day = true;
    before.ends = day_after(-1);
    past.starts = day_after(-9);
    past.ends = day_after(-1);
    struct pdp_mandate_create create = pdp_create(world, &before, 1);
    assert_int_equal(create.operation.result, ERR_INVALID);
    assert_string_equal(fault_of(&create.operation)->field, "body.end_date");
    create = pdp_create(world, &past, 1);
    assert_int_equal(create.operation.result, ERR_INVALID);
    assert_string_equal(fault_of(&create.operation)->text, "must not have passed");
    past.ends = day_after(0);
    assert_int_equal(pdp_create(world, &past, 1).operation.result, OK);
    world_free(world);
}

CASE(a_line_has_one_living_mandate)
{
    struct world *world = world_new();
    struct pdp_mandate first = pdp_made(world, pdp_draft(SIREN_PLAIN));
    struct pdp_mandate draft = pdp_draft(SIREN_PLAIN);

    struct pdp_mandate_create create = pdp_create(world, &draft, 1);
    assert_int_equal(create.operation.result, ERR_CONFLICT);
    assert_string_equal(fault_of(&create.operation)->field, "mandate");
    assert_string_equal(fault_of(&create.operation)->object, first.id.raw);
    draft.line.suffix = STR("ACHATS");
    assert_int_equal(pdp_create(world, &draft, 1).operation.result, OK);
    assert_ok(pdp_revoke(world, first.id));
    assert_int_equal(pdp_create(world, &first, 1).operation.result, OK);
    world_is_sound(world);
    world_free(world);
}

CASE(one_that_has_failed_makes_room)
{
    struct world *world = world_new();

    pdp_made(world, pdp_draft(SIREN_UNKNOWN));
    world_work(world);
    pdp_made(world, pdp_draft(SIREN_UNKNOWN));
    world_free(world);
}

CASE(of_a_batch_all_or_none_are_made)
{
    struct world *world = world_new();
    struct pdp_mandate_filter filter = {.limit = 10};
    struct pdp_mandate items[] = {pdp_draft(SIREN_PLAIN), pdp_draft("200000008"),
                                  pdp_draft("100000008")};
    struct pdp_mandate *all;
    size_t count;

    struct pdp_mandate_create create = pdp_create(world, items, 3);
    assert_int_equal(create.operation.result, ERR_INVALID);
    assert_string_equal(fault_of(&create.operation)->field,
                        "body.mandates.2.directory_entry.siren");
    items[2] = pdp_draft("200000008");
    create = pdp_create(world, items, 3);
    assert_int_equal(create.operation.result, ERR_CONFLICT);
    assert_ok(pdp_mandate_list(world->cx, world_read(world), &filter, &all, &count));
    assert_int_equal(count, 0);
    reader_release(world->core.reader);
    items[2].line.suffix = STR("A");
    create = pdp_create(world, items, 3);
    assert_int_equal(create.operation.result, OK);
    assert_ok(pdp_mandate_list(world->cx, world_read(world), &filter, &all, &count));
    assert_int_equal(count, 3);
    assert_true(ID_EQ(all[0].id, items[0].id));
    filter.after = all[0].id;
    filter.limit = 1;
    assert_ok(pdp_mandate_list(world->cx, world_read(world), &filter, &all, &count));
    assert_int_equal(count, 1);
    assert_true(ID_EQ(all[0].id, items[1].id));
    world_free(world);
}

CASE(the_list_knows_states)
{
    struct world *world = world_new();
    struct pdp_mandate_filter filter = {.limit = 10, .state = PDP_MANDATE_ERROR};
    struct pdp_mandate *all;
    size_t count;

    pdp_made(world, pdp_draft(SIREN_PLAIN));
    struct pdp_mandate failed = pdp_made(world, pdp_draft(SIREN_UNKNOWN));
    world_work(world);
    assert_ok(pdp_mandate_list(world->cx, world_read(world), &filter, &all, &count));
    assert_int_equal(count, 1);
    assert_true(ID_EQ(all[0].id, failed.id));
    world_free(world);
}

CASE(one_that_was_revoked_is_gone)
{
    struct world *world = world_new();
    struct pdp_mandate_filter filter = {.limit = 10};
    struct pdp_mandate *all;
    struct pdp_mandate mandate = pdp_made(world, pdp_draft(SIREN_PLAIN));
    bool living;
    size_t count;

    assert_ok(pdp_mandates_living(world->cx, world_read(world), &living));
    assert_true(living);
    assert_ok(pdp_revoke(world, mandate.id));
    assert_int_equal(pdp_revoke(world, mandate.id), ERR_NOT_FOUND);
    world_work(world);
    reader_release(world->core.reader);
    assert_int_equal(pdp_mandate_load(world->cx, world_read(world), mandate.id, &mandate),
                     ERR_NOT_FOUND);
    assert_ok(pdp_mandate_list(world->cx, world_read(world), &filter, &all, &count));
    assert_int_equal(count, 0);
    assert_ok(pdp_mandates_living(world->cx, world_read(world), &living));
    assert_false(living);
    reader_release(world->core.reader);
    world_is_sound(world);
    world_free(world);
}

CASE(without_a_platform_none_is_made)
{
    struct world *world = world_new();
    struct pdp_mandate draft = pdp_draft(SIREN_PLAIN);

    world->core.test_platform = NULL;
    struct pdp_mandate_create create = pdp_create(world, &draft, 1);
    assert_int_equal(create.operation.result, ERR_UNAVAILABLE);
    assert_string_equal(fault_of(&create.operation)->field, "platform");
    world_free(world);
}

/* --- clients whose enrolment is open --- */

struct status_work {
    enum client_status status;
};
static err_t status_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct status_work *work = arg;
    const struct client_edit edit = {.change = CLIENT_STATUS, .status = work->status};
    struct client client;

    TRY(client_of_merchant(cx, tx, &client));
    return client_edit(cx, tx, &client, &edit);
}
static void client_becomes(struct world *world, enum client_status status)
{
    struct status_work work = {status};

    world_time(world, world->cx);
    assert_ok(tx_run(world->store, world->cx, status_body, &work));
}

CASE(while_a_client_is_not_enrolled_its_mandate_waits)
{
    struct world *world = world_new();

    client_becomes(world, CLIENT_PENDING);
    struct pdp_mandate mandate = pdp_made(world, pdp_draft(SIREN_PLAIN));
    world_work(world);
    assert_int_equal(pdp_now(world, mandate.id).state, PDP_MANDATE_PENDING_KYC);
    client_becomes(world, CLIENT_ACTIVE);
    world_work(world);
    assert_int_equal(pdp_now(world, mandate.id).state, PDP_MANDATE_ACTIVE);
    world_is_sound(world);
    world_free(world);
}

CASE(one_that_waits_for_enrolment_still_has_its_days)
{
    struct world *world = world_new();
    struct pdp_mandate ending = pdp_draft(SIREN_PLAIN);
    struct pdp_mandate later = pdp_draft("200000008");

    world_advance_to(world, 0, 11, 0);
    client_becomes(world, CLIENT_PENDING);
    ending.ends_some_day = true;
    ending.ends = day_after(1);
    later.starts = day_after(3);
    ending = pdp_made(world, ending);
    later = pdp_made(world, later);
    world_advance_to(world, 2, 1, 0);
    assert_int_equal(pdp_now(world, ending.id).state, PDP_MANDATE_EXPIRED);
    assert_int_equal(pdp_now(world, later.id).state, PDP_MANDATE_PENDING_KYC);
    client_becomes(world, CLIENT_ACTIVE);
    world_work(world);
    assert_int_equal(pdp_now(world, later.id).state, PDP_MANDATE_PENDING_KYC);
    world_advance_to(world, 3, 1, 0);
    assert_int_equal(pdp_now(world, later.id).state, PDP_MANDATE_ACTIVE);
    world_free(world);
}

/* --- what verify sees --- */

static void detects(const char *sql)
{
    struct world *world = world_new();
    struct pdp_mandate ending = pdp_draft("200000008");
    size_t seen = 0;

    world_advance_to(world, 0, 11, 0);
    ending.ends_some_day = true;
    ending.ends = day_after(9);
    pdp_made(world, ending);
    pdp_made(world, pdp_draft(SIREN_PLAIN));
    world_work(world);
    world_is_sound(world);
    world_tamper(world, sql);
    struct verify_report *report = world_verify(world);
    for (size_t i = 0; i < report->problem_count; i++)
        seen += strcmp(report->problems[i].what,
                       "a client's mandate is not what its state calls for") == 0
                    ? 1
                    : 0;
    assert_int_equal(seen, 1);
    world_free(world);
}

CASE(a_mandate_whose_end_nobody_waits_for_is_detected)
{
    detects("DELETE FROM task WHERE kind = 'pdp_mandate'");
}

CASE(a_mandate_that_is_active_without_a_registration_is_detected)
{
    detects("UPDATE pdp_mandate SET registered_us = NULL WHERE ends_on IS NULL");
}

CASE(a_mandate_that_leads_to_nobody_is_detected)
{
    detects("DELETE FROM pdp_mandate_owner WHERE mandate ="
            " (SELECT id FROM pdp_mandate WHERE ends_on IS NULL)");
}

/* --- the directory --- */

static struct pdp_directory_look look_up(struct world *world, const char *siren)
{
    struct pdp_directory_look look = {.siren = str_of(siren)};

    WORLD_RUN(world, &look, pdp_directory_look);
    return look;
}

CASE(the_directory_shows_what_the_platform_tells_and_what_was_registered)
{
    struct world *world = world_new();
    struct pdp_mandate draft = pdp_draft(SIREN_PLAIN);
    struct pdp_directory_look look = look_up(world, SIREN_PLAIN);

    assert_int_equal(look.operation.result, OK);
    assert_int_equal(look.count, 2);
    pdp_made(world, draft);
    draft.line.suffix = STR("ACHATS");
    struct pdp_mandate mandate = pdp_made(world, draft);
    assert_int_equal(look_up(world, SIREN_PLAIN).count, 2);
    world_work(world);
    look = look_up(world, SIREN_PLAIN);
    assert_int_equal(look.count, 3);
    assert_str(look.lines[2].suffix, "ACHATS");
    assert_true(look.lines[2].addressable);
    /* it stays */
    assert_ok(pdp_revoke(world, mandate.id));
    assert_int_equal(look_up(world, SIREN_PLAIN).count, 3);
    world_free(world);
}

CASE(a_look_up_that_gives_nothing)
{
    struct world *world = world_new();

    assert_int_equal(look_up(world, "100000008").operation.result, ERR_INVALID);
    assert_int_equal(look_up(world, SIREN_UNKNOWN).operation.result, ERR_NOT_FOUND);
    assert_int_equal(look_up(world, SIREN_SILENT).operation.result, ERR_UNAVAILABLE);
    world->core.test_platform = NULL;
    assert_int_equal(look_up(world, SIREN_PLAIN).operation.result, ERR_UNAVAILABLE);
    world_free(world);
}

UNIT_MAIN(T(a_mandate_of_a_known_company_becomes_active),
          T(each_state_is_told_and_stands_in_its_history),
          T(one_that_the_directory_does_not_know_fails),
          T(one_that_the_platform_refuses_fails_with_its_cause),
          T(a_platform_that_does_not_answer_is_asked_again),
          T(it_waits_for_its_first_day_and_ends_after_its_last),
          T(days_that_make_no_sense_are_refused), T(a_line_has_one_living_mandate),
          T(one_that_has_failed_makes_room), T(of_a_batch_all_or_none_are_made),
          T(the_list_knows_states), T(one_that_was_revoked_is_gone),
          T(without_a_platform_none_is_made), T(while_a_client_is_not_enrolled_its_mandate_waits),
          T(one_that_waits_for_enrolment_still_has_its_days),
          T(a_mandate_whose_end_nobody_waits_for_is_detected),
          T(a_mandate_that_is_active_without_a_registration_is_detected),
          T(a_mandate_that_leads_to_nobody_is_detected),
          T(the_directory_shows_what_the_platform_tells_and_what_was_registered),
          T(a_look_up_that_gives_nothing))
