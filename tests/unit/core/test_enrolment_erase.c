#include "core/audit.h"
#include "core/enrolment_paper.h"
#include "core/enrolment_review.h"
#include "store/internal.h"
#include "support/core_enrolment.h"

/* What is left of links that led to nothing, and of those that led to something. */

#define LONG_AGO "100000"

static err_t erase_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return enrolments_erase(cx, tx, 10, arg);
}

static int64_t erased(struct world *world)
{
    int64_t count = -1;

    assert_ok(tx_run(world->store, world_ctx(world), erase_body, &count));
    return count;
}

static struct enrolment now(struct world *world, struct enrolment_id id)
{
    struct enrolment out;

    assert_ok(enrolment_load(world_ctx(world), world_read(world), id, &out));
    reader_release(world->core.reader);
    return out;
}

static void refuse(struct world *world, struct enrolment_id id)
{
    struct enrolment_decide decide = {.id = id, .verdict = {.reason = STR("unreadable")}};

    WORLD_RUN(world, &decide, enrolment_decide);
    assert_ok(decide.operation.result);
}

static err_t opens(struct world *world, struct str link)
{
    size_t before = world->core.public_url.len + strlen(ENROLMENT_PATH);
    struct enrolment_visit visit;
    struct ctx *cx = world_ctx(world);

    cx->merchant = (struct merchant_id){{0}};
    err_t err = enrolment_visit_open(&world->core, cx, str_from(link, before), &visit);
    reader_release(world->core.reader);
    return err;
}

/* Handed in, and refused. */
static struct enrolment_id refused(struct world *world, struct str link)
{
    struct enrolment_hand_in hand;
    struct enrolment_visit visit = enrol_filed(world, link, "REVIEW");

    assert_ok(enrol_hand_in_try(world, visit, &hand));
    refuse(world, visit.enrolment.id);
    return visit.enrolment.id;
}

CASE(what_was_refused_is_kept_for_ninety_days)
{
    struct world *world = world_new();

    (void)enrol_client(world, "one");
    struct str link = enrol_made(world, true, false);
    struct enrolment_id id = refused(world, link);
    world->offset += ENROLMENT_KEPT_DAYS * DAY_US - MINUTE_US;
    assert_int_equal(erased(world), 0);
    assert_int_equal(world_count(world, "enrolment_part"), 3);
    assert_int_equal(world_count(world, "document"), 2);
    assert_ok(opens(world, link));
    world->offset += 2 * MINUTE_US;
    assert_int_equal(erased(world), 1);
    assert_int_equal(world_count(world, "enrolment_part"), 0);
    assert_int_equal(world_count(world, "enrolment_file"), 0);
    assert_int_equal(world_count(world, "document"), 0);
    assert_int_equal(opens(world, link), ERR_NOT_FOUND);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM audit WHERE"
                                         " what = 'enrolment.erased' AND detail = 'files 2'"),
                     1);
    assert_int_equal(erased(world), 0);
    struct enrolment left = now(world, id);
    assert_true(left.erased > left.ended);
    assert_true(left.steps[ENROLMENT_DOCUMENTS] > 0);
    assert_int_equal(left.state, ENROLMENT_FAILED);
    world_free(world);
}

CASE(what_is_erased_is_shown_as_such)
{
    struct world *world = world_new();
    struct enrolment_contents contents;
    struct enrolment_line line;

    (void)enrol_client(world, "one");
    struct enrolment_id id = refused(world, enrol_made(world, true, false));
    world_tamper(world, "UPDATE enrolment SET ended_us = " LONG_AGO);
    assert_int_equal(erased(world), 1);
    struct ctx *cx = world_ctx(world);
    struct tx *tx = world_read(world);
    assert_ok(enrolment_line(cx, tx, ID_TEXT(id), &line));
    assert_int_equal(line.state, ENROLMENT_FAILED);
    assert_ok(enrolment_contents(&world->core, cx, tx, &line, &contents));
    assert_false(contents.has_company);
    assert_false(contents.has_person);
    assert_null(contents.reason.ptr);
    assert_int_equal(contents.files[ENROLMENT_IDENTITY_FRONT].kind, 0);
    reader_release(world->core.reader);
    world_free(world);
}

/* The sponsor asks for the status of its link by the id alone. */
CASE(a_sponsor_still_hears_what_became_of_it)
{
    struct world *world = world_new();
    struct enrolment found;

    (void)enrol_client(world, "one");
    struct enrolment_id id = enrol_visit(world, enrol_made(world, false, false)).enrolment.id;
    world_tamper(world, "UPDATE enrolment SET expires_us = " LONG_AGO);
    assert_int_equal(erased(world), 1);
    struct ctx *cx = world_ctx(world);
    assert_ok(
        enrolment_of_sponsor(cx, world_read(world), world->made.sponsor, ID_TEXT(id), &found));
    reader_release(world->core.reader);
    assert_int_equal(enrolment_status_now(cx, &found), ENROLMENT_OVER);
    world_free(world);
}

/* Somebody has agreed, and never typed the code. */
CASE(of_a_signature_that_was_not_finished_nothing_is_left)
{
    struct world *world = world_new();

    (void)enrol_client(world, "one");
    struct str link = enrol_made(world, false, true);
    (void)enrol_company(world, link);
    enrol_agreed(world, link);
    assert_int_equal(world_count(world, "one_time_code"), 1);
    world_tamper(world, "UPDATE enrolment SET expires_us = " LONG_AGO);
    assert_int_equal(erased(world), 1);
    assert_int_equal(world_count(world, "one_time_code"), 0);
    assert_int_equal(world_count(world, "enrolment_part"), 0);
    world_free(world);
}

CASE(what_was_signed_stays_when_its_company_is_refused)
{
    struct world *world = world_new();
    struct enrolment_paper paper;
    struct enrolment_hand_in hand;
    bool found;

    (void)enrol_client(world, "one");
    struct str link = enrol_made(world, true, true);
    struct enrolment_visit visit = enrol_filed(world, link, "REVIEW");
    assert_ok(enrol_hand_in_try(world, visit, &hand));
    enrol_agreed(world, link);
    (void)enrol_signed(world, link);
    refuse(world, visit.enrolment.id);
    world_tamper(world, "UPDATE enrolment SET ended_us = " LONG_AGO);
    assert_int_equal(erased(world), 1);
    assert_int_equal(world_count(world, "enrolment_part"), 1);
    assert_int_equal(world_count(world, "document WHERE kind = 'enrolment_file'"), 0);
    struct ctx *cx = world_ctx(world);
    assert_ok(enrolment_paper_read(&world->core, cx, world_read(world), visit.enrolment.id, &paper,
                                   &found));
    reader_release(world->core.reader);
    assert_true(found);
    assert_str(paper.facts[ENROLMENT_LAST_NAME], "Durand");
    world_free(world);
}

CASE(a_client_keeps_what_it_said)
{
    struct world *world = world_new();

    (void)enrol_client(world, "one");
    (void)enrol_company(world, enrol_made(world, false, false));
    world_tamper(world, "UPDATE enrolment SET ended_us = " LONG_AGO ", expires_us = " LONG_AGO);
    assert_int_equal(erased(world), 0);
    assert_int_equal(world_count(world, "enrolment_part"), 1);
    world_free(world);
}

/* Its link is over, but a reviewer is at it. */
CASE(what_waits_for_a_decision_stays)
{
    struct world *world = world_new();
    struct enrolment_hand_in hand;

    (void)enrol_client(world, "one");
    struct str link = enrol_made(world, true, false);
    assert_ok(enrol_hand_in_try(world, enrol_filed(world, link, "REVIEW"), &hand));
    world_tamper(world, "UPDATE enrolment SET expires_us = " LONG_AGO);
    assert_int_equal(erased(world), 0);
    assert_int_equal(world_count(world, "enrolment_file"), 2);
    world_free(world);
}

CASE(a_link_that_was_replaced_goes_too)
{
    struct world *world = world_new();

    (void)enrol_client(world, "one");
    struct str first = enrol_made(world, false, true);
    (void)enrol_company(world, first);
    struct str second = enrol_made(world, false, true);
    (void)enrol_company(world, second);
    world_tamper(world, "UPDATE enrolment SET ended_us = " LONG_AGO " WHERE state = 'replaced'");
    assert_int_equal(erased(world), 1);
    assert_int_equal(opens(world, first), ERR_NOT_FOUND);
    assert_ok(opens(world, second));
    assert_int_equal(world_count(world, "enrolment_part"), 1);
    world_free(world);
}

CASE(it_is_done_at_night)
{
    struct world *world = world_new();

    (void)enrol_client(world, "one");
    (void)enrol_company(world, enrol_made(world, false, true));
    world_tamper(world, "UPDATE enrolment SET expires_us = " LONG_AGO);
    world_advance(world, 24 * 3600);
    assert_int_equal(world_count(world, "enrolment WHERE erased_us IS NOT NULL"), 1);
    assert_int_equal(world_count(world, "enrolment_part"), 0);
    world_is_sound(world);
    world_free(world);
}

/* All of it or nothing. */
CASE(a_failing_store_leaves_it_for_the_next_night)
{
    struct world *world = world_new();
    bool came = true;

    (void)enrol_client(world, "one");
    (void)refused(world, enrol_made(world, true, false));
    world_tamper(world, "UPDATE enrolment SET ended_us = " LONG_AGO);
    for (int n = 1; came; n++) {
        int64_t count;
        store_fail_after(world->store, n);
        err_t err = tx_run(world->store, world_ctx(world), erase_body, &count);
        came = atomic_load(&world->store->fail_after) <= 0;
        store_fail_after(world->store, 0);
        assert_true(came == (err != OK));
        assert_int_equal(world_count(world, "enrolment_part"), came ? 3 : 0);
        assert_int_equal(world_count(world, "document"), came ? 2 : 0);
    }
    world_free(world);
}

UNIT_MAIN(T(what_was_refused_is_kept_for_ninety_days), T(what_is_erased_is_shown_as_such),
          T(a_sponsor_still_hears_what_became_of_it),
          T(of_a_signature_that_was_not_finished_nothing_is_left),
          T(what_was_signed_stays_when_its_company_is_refused), T(a_client_keeps_what_it_said),
          T(what_waits_for_a_decision_stays), T(a_link_that_was_replaced_goes_too),
          T(it_is_done_at_night), T(a_failing_store_leaves_it_for_the_next_night))
