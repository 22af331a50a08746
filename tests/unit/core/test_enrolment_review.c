#include "core/enrolment_review.h"

#include "core/operator_work.h"
#include "store/internal.h"
#include "support/core_enrolment.h"

/* Enrolments of several clients, as the operator sees them. */

static struct enrolment_line *listed(struct world *world, enum enrolment_filter filter,
                                     struct enrolment_id before, size_t *count)
{
    const struct enrolment_page page = {.filter = filter, .before = before, .limit = 10};
    struct enrolment_line *lines;
    struct merchant_id merchant = world->cx->merchant;

    assert_ok(enrolment_list(world->cx, world_read(world), &page, &lines, count));
    assert_true(ID_EQ(world->cx->merchant, merchant));
    reader_release(world->core.reader);
    return lines;
}

static size_t count_of(struct world *world, enum enrolment_filter filter)
{
    size_t count;

    (void)listed(world, filter, (struct enrolment_id){{0}}, &count);
    return count;
}

CASE(enrolments_of_all_clients_newest_first)
{
    struct world *world = world_new();
    size_t count;

    (void)enrol_client(world, "one");
    (void)enrol_made(world, false, true);
    (void)enrol_client(world, "two");
    (void)enrol_company(world, enrol_made(world, false, false));
    struct enrolment_line *lines = listed(world, ENROLMENT_ANY, (struct enrolment_id){{0}}, &count);
    assert_int_equal(count, 2);
    assert_true(str_eq(lines[0].external_ref, STR("two")));
    assert_true(str_eq(lines[1].external_ref, STR("one")));
    assert_true(str_eq(lines[0].organization, STR("Boulangerie du Port")));
    assert_int_equal(lines[0].state, ENROLMENT_COMPLETED);
    assert_int_equal(lines[1].state, ENROLMENT_OPEN);
    assert_int_equal(lines[1].mode, MODE_TEST);
    assert_false(lines[0].waits);
    lines = listed(world, ENROLMENT_ANY, lines[0].enrolment.id, &count);
    assert_int_equal(count, 1);
    assert_true(str_eq(lines[0].external_ref, STR("one")));
    assert_int_equal(count_of(world, ENROLMENT_UNFINISHED), 1);
    assert_int_equal(count_of(world, ENROLMENT_ACCEPTED), 1);
    assert_int_equal(count_of(world, ENROLMENT_TURNED_DOWN), 0);
    assert_int_equal(count_of(world, ENROLMENT_WAITING), 0);
    world_free(world);
}

static void late(struct world *world)
{
    world->offset += 8 * DAY_US;
    world_set_body_run(world, world_clock_body, world);
    generation_raise(world->generation);
}

CASE(one_that_is_late_has_expired)
{
    struct world *world = world_new();
    size_t count;

    (void)enrol_client(world, "late");
    (void)enrol_made(world, false, false);
    late(world);
    struct enrolment_line *lines =
        listed(world, ENROLMENT_UNFINISHED, (struct enrolment_id){{0}}, &count);
    assert_int_equal(count, 1);
    assert_int_equal(lines[0].state, ENROLMENT_EXPIRED);
    world_free(world);
}

static err_t find(struct world *world, struct str id, struct enrolment_line *line)
{
    struct ctx *cx = world_ctx(world);

    cx->merchant = (struct merchant_id){{0}};
    err_t err = enrolment_line(cx, world_read(world), id, line);
    if (err == OK)
        assert_true(ID_EQ(cx->merchant, line->merchant.id));
    reader_release(world->core.reader);
    return err;
}

CASE(one_is_found_by_its_id_alone)
{
    struct world *world = world_new();
    struct enrolment_contents contents;
    struct enrolment_line line;

    struct merchant_id client = enrol_client(world, "one");
    struct str link = enrol_made(world, false, true);
    struct enrolment_visit visit = enrol_visit(world, link);
    assert_ok(find(world, ID_TEXT(visit.enrolment.id), &line));
    assert_true(ID_EQ(line.merchant.id, client));
    assert_ok(
        enrolment_contents(&world->core, world_ctx(world), world_read(world), &line, &contents));
    assert_false(contents.has_company);
    assert_false(contents.is_signed);
    assert_true(contents.sponsor.len > 0);
    (void)enrol_company(world, link);
    assert_ok(find(world, str_format(world->cx->arena, "onb_%s", visit.enrolment.id.raw), &line));
    assert_ok(
        enrolment_contents(&world->core, world_ctx(world), world_read(world), &line, &contents));
    assert_true(contents.has_company);
    assert_true(str_eq(contents.company.fields[COMPANY_SIREN], STR(ENROL_SIREN)));
    assert_int_equal(find(world, STR("onb_"), &line), ERR_NOT_FOUND);
    assert_int_equal(find(world, STR("000000000000000000000000"), &line), ERR_NOT_FOUND);
    world_free(world);
}

CASE(what_waits_is_counted_and_listed)
{
    struct world *world = world_new();
    struct operator_work *works;
    size_t count;

    (void)enrol_client(world, "one");
    (void)enrol_made(world, true, false);
    world_tamper(world, "UPDATE enrolment SET company_us = 1, representative_us = 1,"
                        " documents_us = 1");
    assert_ok(operator_work(world->cx, world_read(world), &works, &count));
    assert_int_equal(count, 1);
    assert_int_equal(works[0].kind, OPERATOR_WORK_ENROLMENT);
    assert_int_equal(works[0].count, 1);
    assert_int_equal(count_of(world, ENROLMENT_UNFINISHED), 0);
    struct enrolment_line *lines =
        listed(world, ENROLMENT_WAITING, (struct enrolment_id){{0}}, &count);
    assert_int_equal(count, 1);
    assert_true(lines[0].waits);
    world_tamper(world, "UPDATE enrolment SET reviewed_us = 1");
    assert_int_equal(count_of(world, ENROLMENT_WAITING), 0);
    world_free(world);
}

static int64_t works_count(struct world *world)
{
    struct operator_work *works;
    size_t count;

    assert_ok(operator_work(world_ctx(world), world_read(world), &works, &count));
    reader_release(world->core.reader);
    return count == 0 ? 0 : works[0].count;
}

/* It was handed in, by a company that has still to sign. */
CASE(one_that_is_over_before_it_is_signed_waits_no_longer)
{
    struct world *world = world_new();
    struct enrolment_line *lines;
    size_t count;

    (void)enrol_client(world, "one");
    struct str link = enrol_made(world, true, true);
    struct enrolment_id id = enrol_visit(world, link).enrolment.id;
    world_tamper(world, "UPDATE enrolment SET company_us = 1, representative_us = 1,"
                        " documents_us = 1");
    assert_int_equal(works_count(world), 1);
    assert_int_equal(count_of(world, ENROLMENT_WAITING), 1);
    assert_int_equal(count_of(world, ENROLMENT_UNFINISHED), 0);
    late(world);
    assert_int_equal(works_count(world), 0);
    assert_int_equal(count_of(world, ENROLMENT_WAITING), 0);
    lines = listed(world, ENROLMENT_UNFINISHED, (struct enrolment_id){{0}}, &count);
    assert_int_equal(count, 1);
    assert_int_equal(lines[0].state, ENROLMENT_EXPIRED);
    assert_false(lines[0].waits);
    struct enrolment_decide decide = {.id = id, .verdict = {.accepted = true}};
    WORLD_RUN(world, &decide, enrolment_decide);
    assert_int_equal(decide.operation.result, ERR_STATE);
    world_free(world);
}

/* There is nothing left to do for its visitor. */
CASE(one_that_is_signed_waits_however_late_it_is)
{
    struct world *world = world_new();
    size_t count;

    (void)enrol_client(world, "one");
    (void)enrol_made(world, true, true);
    world_tamper(world, "UPDATE enrolment SET company_us = 1, representative_us = 1,"
                        " documents_us = 1, signature_us = 1");
    late(world);
    assert_int_equal(works_count(world), 1);
    assert_true(listed(world, ENROLMENT_WAITING, (struct enrolment_id){{0}}, &count)->waits);
    world_free(world);
}

CASE(one_that_is_accepted_and_to_be_signed_is_open)
{
    struct world *world = world_new();

    (void)enrol_client(world, "one");
    (void)enrol_made(world, true, true);
    world_tamper(world, "UPDATE enrolment SET company_us = 1, representative_us = 1,"
                        " documents_us = 1, reviewed_us = 1");
    assert_int_equal(count_of(world, ENROLMENT_WAITING), 0);
    assert_int_equal(count_of(world, ENROLMENT_UNFINISHED), 1);
    world_free(world);
}

/* Handed in, and left to the operator. */
static struct enrolment_id handed_in(struct world *world, const char *reference)
{
    struct enrolment_hand_in hand;

    (void)enrol_client(world, reference);
    struct str link = enrol_made(world, true, false);
    assert_ok(enrol_hand_in_try(world, enrol_filed(world, link, "REVIEW"), &hand));
    return enrol_visit(world, link).enrolment.id;
}

static struct enrolment_contents contents_of(struct world *world, struct enrolment_id id,
                                             struct enrolment_line *line)
{
    struct enrolment_contents contents;

    assert_ok(find(world, ID_TEXT(id), line));
    assert_ok(
        enrolment_contents(&world->core, world_ctx(world), world_read(world), line, &contents));
    reader_release(world->core.reader);
    return contents;
}

CASE(what_was_handed_in_and_decided_is_there)
{
    struct world *world = world_new();
    struct enrolment_id id = handed_in(world, "one");
    struct enrolment_line line;

    struct enrolment_contents contents = contents_of(world, id, &line);
    assert_true(line.waits);
    assert_true(contents.has_person);
    assert_true(str_eq(contents.person.values[PERSON_FAMILY_NAME], STR("REVIEW")));
    assert_int_equal(contents.files[ENROLMENT_IDENTITY_FRONT].shape, FILE_PDF);
    assert_int_equal(contents.files[ENROLMENT_IDENTITY_BACK].kind, 0);
    assert_null(contents.reason.ptr);
    assert_int_equal(count_of(world, ENROLMENT_WAITING), 1);
    struct enrolment_decide decide = {
        .id = id, .verdict = {.reason = STR("too old"), .actor = STR("ada@example.org")}
    };
    WORLD_RUN(world, &decide, enrolment_decide);
    assert_ok(decide.operation.result);
    contents = contents_of(world, id, &line);
    assert_false(line.waits);
    assert_int_equal(line.state, ENROLMENT_FAILED);
    assert_true(str_eq(contents.reason, STR("too old")));
    assert_int_equal(count_of(world, ENROLMENT_WAITING), 0);
    assert_int_equal(count_of(world, ENROLMENT_TURNED_DOWN), 1);
    world_free(world);
}

static err_t viewed_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return enrolment_viewed(cx, tx, *(struct enrolment_id *)arg,
                            &(struct enrolment_viewer){.actor = STR("ada@example.org"),
                                                       .address = STR("192.0.2.7"),
                                                       .what = STR("identity_front")});
}

CASE(whoever_looks_is_noted_with_what_was_opened)
{
    struct world *world = world_new();
    struct enrolment_id id = handed_in(world, "one");

    assert_ok(tx_run(world->store, world_ctx(world), viewed_body, &id));
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM audit WHERE"
                                         " what = 'enrolment.viewed' AND actor = 'ada@example.org'"
                                         " AND address = '192.0.2.7'"
                                         " AND detail = 'identity_front'"),
                     1);
    world_free(world);
}

CASE(a_merchant_that_is_no_client_any_more_has_its_name)
{
    struct world *world = world_new();
    struct enrolment_line line;

    (void)enrol_client(world, "one");
    struct enrolment_visit visit = enrol_visit(world, enrol_made(world, false, false));
    world_tamper(world, "DELETE FROM client WHERE external_ref = 'one'");
    assert_ok(find(world, ID_TEXT(visit.enrolment.id), &line));
    assert_null(line.external_ref.ptr);
    assert_null(line.email.ptr);
    assert_true(str_eq(line.organization, line.merchant.name));
    world_free(world);
}

CASE(a_failing_store_is_told)
{
    struct world *world = world_new();
    const struct enrolment_page all = {.filter = ENROLMENT_ANY, .limit = 10};
    const struct enrolment_page waiting = {.filter = ENROLMENT_WAITING, .limit = 10};
    struct enrolment_contents contents;
    struct enrolment_line *lines;
    struct enrolment_line line;
    bool came = true;
    size_t count;

    struct enrolment_id id = handed_in(world, "one");
    for (int n = 1; came; n++) {
        struct ctx *cx = world_ctx(world);
        struct tx *tx = world_read(world);
        store_fail_after(world->store, n);
        err_t err = enrolment_list(cx, tx, &all, &lines, &count);
        if (err == OK)
            err = enrolment_list(cx, tx, &waiting, &lines, &count);
        if (err == OK)
            err = enrolment_line(cx, tx, ID_TEXT(id), &line);
        if (err == OK)
            err = enrolment_contents(&world->core, cx, tx, &line, &contents);
        came = atomic_load(&world->store->fail_after) <= 0;
        store_fail_after(world->store, 0);
        assert_true(came == (err != OK));
    }
    world_free(world);
}

UNIT_MAIN(T(enrolments_of_all_clients_newest_first), T(one_that_is_late_has_expired),
          T(one_is_found_by_its_id_alone), T(what_waits_is_counted_and_listed),
          T(one_that_is_over_before_it_is_signed_waits_no_longer),
          T(one_that_is_signed_waits_however_late_it_is),
          T(one_that_is_accepted_and_to_be_signed_is_open),
          T(what_was_handed_in_and_decided_is_there),
          T(whoever_looks_is_noted_with_what_was_opened),
          T(a_merchant_that_is_no_client_any_more_has_its_name), T(a_failing_store_is_told))
