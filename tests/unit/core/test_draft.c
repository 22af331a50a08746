#include "core/draft.h"

#include "support/core_invoice.h"
#include "support/core_sweep.h"

/* Drafts: kept, replaced, issued once. */

static const struct draft_content CONTENT = {.body = STR_INIT("{\"a\":1}"),
                                             .payment = STR_INIT("7")};

static struct draft drafted(struct world *world)
{
    struct draft_create *create = arena_make(world->cx->arena, struct draft_create);

    create->content = CONTENT;
    WORLD_RUN(world, create, draft_create);
    assert_ok(create->operation.result);
    return create->draft;
}

static struct draft_issue *issue_try(struct world *world, struct draft_id id, int64_t version)
{
    struct draft_issue *issue = arena_make(world->cx->arena, struct draft_issue);

    issue->id = id;
    issue->version = version;
    issue->asked = seed_draft();
    issue->format = EINVOICE_UBL;
    WORLD_RUN(world, issue, draft_issue);
    return issue;
}

static err_t loaded(struct world *world, struct draft_id id, struct draft *out)
{
    err_t err = draft_load(world_ctx(world), world_read(world), id, out);

    reader_release(world->core.reader);
    return err;
}

CASE(a_draft_is_kept)
{
    struct world *world = invoice_world();
    struct draft made = drafted(world);
    struct draft draft;

    assert_ok(loaded(world, made.id, &draft));
    assert_str(draft.is.body, "{\"a\":1}");
    assert_str(draft.is.payment, "7");
    assert_int_equal(draft.version, 1);
    assert_true(ID_NONE(draft.invoice));
    assert_int_equal(draft.updated, 0);
    world_free(world);
}

CASE(a_draft_is_replaced_whole)
{
    struct world *world = invoice_world();
    struct draft_replace replace = {.id = drafted(world).id, .content = {.body = STR("{}")}};
    struct draft draft;

    WORLD_RUN(world, &replace, draft_replace);
    assert_ok(replace.operation.result);
    assert_ok(loaded(world, replace.id, &draft));
    assert_str(draft.is.body, "{}");
    assert_int_equal(draft.is.payment.len, 0);
    assert_int_equal(draft.version, 2);
    assert_true(draft.updated >= draft.created);
    world_free(world);
}

CASE(a_draft_is_removed)
{
    struct world *world = invoice_world();
    struct draft_remove drop = {.id = drafted(world).id};
    struct draft draft;

    WORLD_RUN(world, &drop, draft_remove);
    assert_ok(drop.operation.result);
    assert_int_equal(loaded(world, drop.id, &draft), ERR_NOT_FOUND);
    WORLD_RUN(world, &drop, draft_remove);
    assert_int_equal(drop.operation.result, ERR_NOT_FOUND);
    world_free(world);
}

CASE(an_issued_draft_never_changes)
{
    struct world *world = invoice_world();
    struct draft made = drafted(world);
    struct draft_issue *issue = issue_try(world, made.id, 1);
    struct draft_replace replace = {.id = made.id, .content = CONTENT};
    struct draft_remove drop = {.id = made.id};
    struct draft draft;
    bool found;

    assert_ok(issue->operation.result);
    assert_str(issue->invoice.number, "F2031-000001");
    WORLD_RUN(world, &replace, draft_replace);
    assert_int_equal(replace.operation.result, ERR_STATE);
    WORLD_RUN(world, &drop, draft_remove);
    assert_int_equal(drop.operation.result, ERR_STATE);
    assert_ok(
        draft_of_invoice(world_ctx(world), world_read(world), issue->invoice.id, &draft, &found));
    reader_release(world->core.reader);
    assert_true(found);
    assert_str(ID_TEXT(draft.id), made.id.raw);
    assert_int_equal(draft.format, EINVOICE_UBL);
    world_free(world);
}

CASE(issuing_again_gives_the_same_invoice)
{
    struct world *world = invoice_world();
    struct draft made = drafted(world);
    struct draft_issue *first = issue_try(world, made.id, 1);
    struct draft_issue *again = issue_try(world, made.id, 99);

    assert_ok(again->operation.result);
    assert_str(again->invoice.number, first->invoice.number.ptr);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM invoice"), 1);
    world_free(world);
}

CASE(a_draft_that_was_replaced_meanwhile_is_not_issued)
{
    struct world *world = invoice_world();
    struct draft made = drafted(world);

    assert_int_equal(issue_try(world, made.id, 2)->operation.result, ERR_CONFLICT);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM invoice"), 0);
    world_free(world);
}

CASE(a_refused_draft_stays_open)
{
    struct world *world = invoice_world();
    struct draft made = drafted(world);
    struct draft_issue *issue = arena_make(world->cx->arena, struct draft_issue);
    struct draft draft;

    issue->id = made.id;
    issue->version = 1;
    issue->asked = seed_draft();
    issue->asked.name = STR("");
    issue->format = EINVOICE_CII;
    WORLD_RUN(world, issue, draft_issue);
    assert_int_equal(issue->operation.result, ERR_INVALID);
    assert_ok(loaded(world, made.id, &draft));
    assert_true(ID_NONE(draft.invoice));
    world->core.documents = NULL;
    assert_int_equal(issue_try(world, made.id, 1)->operation.result, ERR_UNAVAILABLE);
    world_free(world);
}

/* --- each call of the store fails once --- */

static void a_draft(struct scene *scene)
{
    scene->world->core.documents = &PAPER_MAKER;
    scene->link = str_dup(scene->world->cx->arena, ID_TEXT(drafted(scene->world).id));
}

static struct draft_id drafted_id(struct scene *scene)
{
    struct draft_id id;

    must(ID_PARSE(scene->link, &id));
    return id;
}

static err_t issue_it(struct scene *scene)
{
    return issue_try(scene->world, drafted_id(scene), 1)->operation.result;
}

static void one_for_each_draft(struct scene *scene)
{
    assert_int_equal(
        world_number(scene->world, "SELECT COUNT(*) FROM invoice"),
        world_number(scene->world, "SELECT COUNT(*) FROM invoice_draft WHERE invoice IS NOT NULL"));
    assert_int_equal(world_number(scene->world, "SELECT COUNT(*) FROM invoice"),
                     world_number(scene->world, "SELECT MAX(serial) FROM invoice"));
}

CASE(issuing_is_all_or_nothing)
{
    sweep_run(&(struct sweep){a_draft, issue_it, one_for_each_draft});
}

static err_t replace_it(struct scene *scene)
{
    struct draft_replace replace = {.id = drafted_id(scene), .content = CONTENT};

    WORLD_RUN(scene->world, &replace, draft_replace);
    return replace.operation.result;
}

CASE(replacing_is_all_or_nothing)
{
    sweep_run(&(struct sweep){a_draft, replace_it, NULL});
}

static err_t remove_it(struct scene *scene)
{
    struct draft_remove drop = {.id = drafted_id(scene)};

    WORLD_RUN(scene->world, &drop, draft_remove);
    return drop.operation.result;
}

CASE(removing_is_all_or_nothing)
{
    sweep_run(&(struct sweep){a_draft, remove_it, NULL});
}

UNIT_MAIN(T(a_draft_is_kept), T(a_draft_is_replaced_whole), T(a_draft_is_removed),
          T(an_issued_draft_never_changes), T(issuing_again_gives_the_same_invoice),
          T(a_draft_that_was_replaced_meanwhile_is_not_issued), T(a_refused_draft_stays_open),
          T(issuing_is_all_or_nothing), T(replacing_is_all_or_nothing),
          T(removing_is_all_or_nothing))
