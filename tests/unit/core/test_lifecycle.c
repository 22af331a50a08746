#include "core/lifecycle.h"

#include "core/draft.h"
#include "core/invoice_credit.h"
#include "support/core_invoice.h"
#include "support/core_raw.h"

/* --- what may follow what --- */

static bool follows(const int *codes, size_t count, enum lifecycle status)
{
    struct lifecycle_event events[16] = {{.turn = 1}};

    for (size_t i = 0; i < count; i++)
        assert_true(lifecycle_of_code(codes[i], &events[i].status));
    return lifecycle_may_follow(events, count, status);
}
#define FOLLOWS(status, ...)                                                                       \
    follows((const int[]){__VA_ARGS__}, ARRAY_LEN(((const int[]){__VA_ARGS__})), status)

CASE(transmission_has_an_order)
{
    assert_true(follows(NULL, 0, LIFECYCLE_DEPOSITED));
    assert_true(follows(NULL, 0, LIFECYCLE_REJECTED));
    assert_false(follows(NULL, 0, LIFECYCLE_TRANSMITTED));
    assert_true(FOLLOWS(LIFECYCLE_TRANSMITTED, 200));
    assert_false(FOLLOWS(LIFECYCLE_RECEIVED, 200));
    assert_true(FOLLOWS(LIFECYCLE_REJECTED, 200));
    assert_true(FOLLOWS(LIFECYCLE_REJECTED, 200, 201));
    assert_false(FOLLOWS(LIFECYCLE_REJECTED, 200, 201, 202));
    assert_true(FOLLOWS(LIFECYCLE_AVAILABLE, 200, 201, 202));
    assert_false(FOLLOWS(LIFECYCLE_AVAILABLE, 200, 201, 202, 203));
    assert_false(FOLLOWS(LIFECYCLE_DEPOSITED, 200));
    assert_false(FOLLOWS(LIFECYCLE_TRANSMITTED, 213));
    assert_true(FOLLOWS(LIFECYCLE_TRANSMITTED, 200, 212));
}

CASE(treatment_has_none_but_a_deposit)
{
    assert_false(follows(NULL, 0, LIFECYCLE_COLLECTED));
    assert_true(FOLLOWS(LIFECYCLE_COLLECTED, 200));
    assert_true(FOLLOWS(LIFECYCLE_DISPUTED, 200, 201, 202, 203, 212));
    assert_true(FOLLOWS(LIFECYCLE_COLLECTED, 200, 212));
    assert_true(FOLLOWS(LIFECYCLE_CANCELLED, 200, 210));
    assert_false(FOLLOWS(LIFECYCLE_CANCELLED, 213));
}

CASE(numbers_that_are_not_kept_are_none)
{
    enum lifecycle status;

    for (int code = 0; code < 700; code++) {
        if (lifecycle_of_code(code, &status))
            assert_int_equal((int)status, code);
    }
    assert_false(lifecycle_of_code(214, &status));
    assert_false(lifecycle_of_code(501, &status));
}

/* --- an invoice on its way --- */

static err_t issue_in(struct world *world, const char *siren, struct invoice *out)
{
    struct draft_create *create = arena_make(world->cx->arena, struct draft_create);
    struct draft_issue *issue = arena_make(world->cx->arena, struct draft_issue);

    create->content.body = STR("{}");
    WORLD_RUN(world, create, draft_create);
    TRY(create->operation.result);
    issue->id = create->draft.id;
    issue->version = 1;
    issue->asked = seed_draft();
    issue->asked.client_siren = str_of(siren);
    issue->format = EINVOICE_UBL;
    WORLD_RUN(world, issue, draft_issue);
    *out = issue->invoice;
    assert_int_equal(issue->leaves, issue->operation.result == OK && siren[0] != '\0');
    return issue->operation.result;
}

/* Its life cycle as "200 201 213/REJ_ADR". */
static void has_life(struct world *world, struct invoice_id id, const char *expected)
{
    struct buf out = buf_make(world->cx->arena, 256);
    struct lifecycle_event *events;
    size_t count;

    assert_ok(lifecycle_list(world_ctx(world), world_read(world), id.raw, &events, &count));
    reader_release(world->core.reader);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(events[i].turn, (int64_t)i + 1);
        buf_format(&out, "%s%d%s%.*s", i == 0 ? "" : " ", (int)events[i].status,
                   events[i].reason.len == 0 ? "" : "/", (int)events[i].reason.len,
                   events[i].reason.len == 0 ? "" : events[i].reason.ptr);
    }
    assert_str(buf_str(&out), expected);
}

CASE(an_invoice_leaves_when_its_file_is_drawn)
{
    struct world *world = invoice_world();
    struct invoice invoice;

    assert_ok(issue_in(world, "200000008", &invoice));
    has_life(world, invoice.id, "");
    world_work(world);
    has_life(world, invoice.id, "200 201 202 203");
    world_is_sound(world);
    world_free(world);
}

CASE(a_platform_may_refuse)
{
    struct world *world = invoice_world();
    struct invoice invoice;

    assert_ok(issue_in(world, "500000005", &invoice));
    world_work(world);
    has_life(world, invoice.id, "200 201 202 203 210/NON_CONFORME");
    assert_ok(issue_in(world, "900000001", &invoice));
    world_work(world);
    has_life(world, invoice.id, "213/DEST_INC");
    world_is_sound(world);
    world_free(world);
}

CASE(what_is_sold_to_a_consumer_stays)
{
    struct world *world = invoice_world();
    struct invoice invoice;

    world->core.test_platform = NULL;
    assert_ok(issue_in(world, "", &invoice));
    assert_int_equal(issue_in(world, "200000008", &invoice), ERR_UNAVAILABLE);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM invoice_flow"), 0);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM invoice"), 1);
    world_free(world);
}

static err_t credit_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct invoice_credit *credit = arg;

    return invoice_credit(cx, tx, credit);
}

static struct invoice_id credited(struct world *world, struct invoice_id of)
{
    struct invoice_credit credit = {.of = of, .token = STR_NONE};

    assert_ok(tx_run(world->store, world_ctx(world), credit_body, &credit));
    return credit.invoice.id;
}

CASE(a_credit_note_cancels_and_leaves_too)
{
    struct world *world = invoice_world();
    struct invoice invoice;

    assert_ok(issue_in(world, "200000008", &invoice));
    world_work(world);
    struct invoice_id credit = credited(world, invoice.id);
    has_life(world, invoice.id, "200 201 202 203 220");
    world_work(world);
    has_life(world, credit, "200 201 202 203");
    world_is_sound(world);
    world_free(world);
}

CASE(a_credit_note_may_be_quicker_than_the_deposit)
{
    struct world *world = invoice_world();
    struct invoice invoice;

    assert_ok(issue_in(world, "200000008", &invoice));
    struct invoice_id credit = credited(world, invoice.id);
    has_life(world, invoice.id, "");
    world_work(world);
    has_life(world, invoice.id, "200 201 202 203 220");
    has_life(world, credit, "200 201 202 203");
    world_is_sound(world);
    world_free(world);
}

CASE(what_nobody_waits_for_stays)
{
    static const struct {
        const char *siren;
        const char *life;
    } ENDS[] = {
        {"500000005", "200 201 202 203 210/NON_CONFORME 220"},
        {"900000001", "213/DEST_INC"                        },
    };
    struct world *world = invoice_world();
    struct invoice invoice;

    for (size_t i = 0; i < ARRAY_LEN(ENDS); i++) {
        assert_ok(issue_in(world, ENDS[i].siren, &invoice));
        world_work(world);
        struct invoice_id credit = credited(world, invoice.id);
        world_work(world);
        has_life(world, invoice.id, ENDS[i].life);
        has_life(world, credit, "");
    }
    world_is_sound(world);
    world_free(world);
}

UNIT_MAIN(T(transmission_has_an_order), T(treatment_has_none_but_a_deposit),
          T(numbers_that_are_not_kept_are_none), T(an_invoice_leaves_when_its_file_is_drawn),
          T(a_platform_may_refuse), T(what_is_sold_to_a_consumer_stays),
          T(a_credit_note_cancels_and_leaves_too), T(a_credit_note_may_be_quicker_than_the_deposit),
          T(what_nobody_waits_for_stays))
