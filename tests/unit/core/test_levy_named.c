#include "support/core_consumer.h"
#include "support/core_levy.h"

/* Which levy a call means: by its references when it is changed or validated, and by everything
 * else when levies are searched for. */

enum { PAID = 1000, BIG = 100000 };

/* --- changing --------------------------------------------------------------------------------- */

static err_t change(struct world *world, struct levy_change change, const char *field)
{
    change.merchant = &world->merchant;
    WORLD_RUN(world, &change, levy_change);
    if (field != NULL)
        assert_string_equal(fault_of(&change.operation)->field, field);
    return change.operation.result;
}

CASE(a_change_may_say_whose_levy_it_means)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);
    struct levy_change right = {.sdd_reference = STR("S-1"),
                                .umr = str_lower(world->cx->arena, mandate.umr),
                                .ics = STR("fr72zzz123456"),
                                .amount_minor = 2000};
    struct levy_change other = right;

    levy_make(world, levy_draft_of(&consumer, "S-1", PAID));
    assert_ok(change(world, right, NULL));
    other.umr = STR("ANOTHER");
    assert_int_equal(change(world, other, "umr"), ERR_NOT_FOUND);
    other = right;
    other.ics = STR("FR72ZZZ123457");
    assert_int_equal(change(world, other, "ics"), ERR_NOT_FOUND);
    other = right;
    other.sdd_reference = STR("S-2");
    assert_int_equal(change(world, other, "sdd_reference"), ERR_NOT_FOUND);
    world_free(world);
}

CASE(a_reference_of_another_levy_is_not_taken)
{
    struct world *world = world_new();
    struct levy first = levy_plain(world, "S-1", PAID);
    struct levy second = levy_plain(world, "S-2", PAID);
    struct levy_change rename = {.sdd_reference = STR("S-1"),
                                 .payment_reference = second.payment_reference};

    assert_int_equal(change(world, rename, "payment_reference"), ERR_CONFLICT);
    /* Its own is no other's. */
    rename.payment_reference = first.payment_reference;
    assert_ok(change(world, rename, NULL));
    world_free(world);
}

CASE(what_is_said_again_changes_nothing)
{
    struct world *world = world_new();
    struct levy levy = levy_plain(world, "S-1", PAID);
    struct levy_view before = levy_now(world, levy.payment);
    struct levy_change same = {.sdd_reference = STR("S-1"), .amount_minor = PAID};

    assert_true(date_parse(before.payment.date_settlement, &same.due));
    assert_ok(change(world, same, NULL));
    assert_ok(change(world, (struct levy_change){.sdd_reference = STR("S-1")}, NULL));
    assert_int_equal(
        world_number(world, "SELECT COUNT(*) FROM event WHERE kind = 'payment.changed'"), 0);
    world_free(world);
}

CASE(a_change_keeps_the_rules_of_making_one)
{
    struct world *world = world_new();
    struct levy levy = levy_plain(world, "S-1", PAID);
    struct levy_change motif = {
        .sdd_reference = STR("S-1"), .motif_given = true, .motif = STR("Facture 1")};

    world_set(world, "levy_max", "5000");
    assert_ok(change(world, (struct levy_change){.sdd_reference = STR("S-1"), .amount_minor = 5000},
                     NULL));
    assert_int_equal(change(world,
                            (struct levy_change){.sdd_reference = STR("S-1"), .amount_minor = 5001},
                            "amount"),
                     ERR_LIMIT);
    assert_int_equal(change(world,
                            (struct levy_change){
                                .sdd_reference = STR("S-1"), .due = {2031, 6, 1}
    },
                            "due_date"),
                     ERR_STATE);
    assert_ok(change(world, motif, NULL));
    assert_str(levy_now(world, levy.payment).payment.description, "Facture 1");
    motif.motif = STR("");
    assert_ok(change(world, motif, NULL));
    assert_null(levy_now(world, levy.payment).payment.description.ptr);
    world_free(world);
}

CASE(a_levy_that_waits_for_its_code_is_changed_without_a_debit)
{
    struct world *world = world_new();
    struct levy levy = levy_plain(world, "S-1", BIG);
    struct levy_change later = {
        .sdd_reference = STR("S-1"), .amount_minor = BIG - 1, .due = {2031, 6, 17}
    };

    assert_ok(change(world, later, NULL));
    struct levy_view view = levy_now(world, levy.payment);
    assert_int_equal(view.levy.status, LEVY_PENDING);
    assert_int_equal(view.payment.amount.minor, BIG - 1);
    assert_str(view.payment.date_settlement, "2031-06-17");
    assert_int_equal(debit_now(world, levy.payment).due.year, 0);
    world_free(world);
}

/* --- validating ------------------------------------------------------------------------------- */

struct two_levies {
    struct world *world;
    struct consumer consumer;
    struct levy levies[2]; /* S-1 and S-2, both wait */
    struct consumer stranger;
};

static struct two_levies two_new(void)
{
    struct two_levies two = {.world = world_new()};
    struct mandate mandate;

    two.consumer = consumer_signed(two.world, MANDATE_RECURRENT, &mandate);
    two.levies[0] = levy_make(two.world, levy_draft_of(&two.consumer, "S-1", BIG));
    two.levies[1] = levy_make(two.world, levy_draft_of(&two.consumer, "S-2", BIG));
    two.stranger = consumer_made(two.world);
    return two;
}

static err_t validate(struct two_levies *two, const struct consumer *consumer, struct str ours,
                      const char *sdd, const char *field)
{
    struct levy_validate work = {
        .merchant = &two->world->merchant,
        .consumer = consumer->reference,
        .payment_reference = ours,
        .sdd_reference = str_of(sdd),
        .by_code = true,
        .typed = STR("123456"),
    };

    WORLD_RUN(two->world, &work, levy_validate);
    if (field != NULL)
        assert_string_equal(fault_of(&work.operation)->field, field);
    return work.operation.result;
}

CASE(a_levy_is_validated_by_either_reference_or_both)
{
    struct two_levies two = two_new();
    struct str first = two.levies[0].payment_reference;
    struct str second = two.levies[1].payment_reference;

    assert_int_equal(validate(&two, &two.consumer, STR("NOBODY"), "", "payment_reference"),
                     ERR_NOT_FOUND);
    assert_int_equal(validate(&two, &two.stranger, first, "", "payment_reference"), ERR_NOT_FOUND);
    assert_int_equal(validate(&two, &two.consumer, STR_NONE, "NOBODY", "sdd_reference"),
                     ERR_NOT_FOUND);
    assert_int_equal(validate(&two, &two.stranger, STR_NONE, "S-1", "sdd_reference"),
                     ERR_NOT_FOUND);
    /* Each of another one. */
    assert_int_equal(validate(&two, &two.consumer, first, "S-2", "sdd_reference"), ERR_NOT_FOUND);
    assert_ok(validate(&two, &two.consumer, first, "", NULL));
    assert_ok(validate(&two, &two.consumer, second, "S-2", NULL));
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(levy_now(two.world, two.levies[i].payment).levy.status, LEVY_CREATED);
    world_is_sound(two.world);
    world_free(two.world);
}

CASE(only_the_code_validates)
{
    struct two_levies two = two_new();
    struct levy_validate work = {.merchant = &two.world->merchant,
                                 .consumer = two.consumer.reference,
                                 .sdd_reference = STR("S-1"),
                                 .typed = STR("123456")};

    WORLD_RUN(two.world, &work, levy_validate);
    assert_int_equal(work.operation.result, ERR_UNAVAILABLE);
    assert_string_equal(fault_of(&work.operation)->field, "validation_type");
    world_free(two.world);
}

/* A code that has expired is followed by another, as long as somebody can be reached. */
CASE(no_fresh_code_for_somebody_whom_none_reaches)
{
    struct two_levies two = two_new();

    world_tamper(two.world, "DELETE FROM consumer_value WHERE field = 'email'");
    world_stop_at(two.world, WORLD_START + 16 * MINUTE_US);
    assert_ok(validate(&two, &two.consumer, STR_NONE, "S-1", NULL));
    assert_int_equal(levy_now(two.world, two.levies[0].payment).levy.status, LEVY_CANCELED);
    world_free(two.world);
}

/* --- searching -------------------------------------------------------------------------------- */

static size_t found(struct world *world, struct levy_search search)
{
    struct levy_view *list;
    size_t count;

    search.limit = search.limit == 0 ? 100 : search.limit;
    assert_ok(levy_search(world->cx, world_read(world), &search, &list, &count));
    reader_release(world->core.reader);
    return count;
}

CASE(times_may_be_open_at_either_end)
{
    struct world *world = world_new();

    levy_plain(world, "S-1", PAID);
    assert_int_equal(found(world, (struct levy_search){.created = {.from = 1}}), 1);
    assert_int_equal(found(world, (struct levy_search){.created = {.until = INT64_MAX}}), 1);
    assert_int_equal(found(world,
                           (struct levy_search){
                               .created = {1, INT64_MAX}
    }),
                     1);
    assert_int_equal(found(world, (struct levy_search){.validated = {.until = INT64_MAX}}), 1);
    assert_int_equal(found(world,
                           (struct levy_search){
                               .ended = {1, INT64_MAX}
    }),
                     0);
    assert_int_equal(found(world, (struct levy_search){.created = {.from = INT64_MAX}}), 0);
    assert_int_equal(found(world, (struct levy_search){.created = {.until = 1}}), 0);
    world_free(world);
}

CASE(who_is_not_known_has_no_levies)
{
    struct world *world = world_new();

    levy_plain(world, "S-1", PAID);
    assert_int_equal(found(world, (struct levy_search){.consumer = STR("NOBODY")}), 0);
    assert_int_equal(found(world, (struct levy_search){.umr = STR("NOTHING")}), 0);
    world_free(world);
}

CASE(a_status_is_looked_for_alone_and_within_times)
{
    struct world *world = world_new();

    levy_plain(world, "S-1", PAID);
    levy_plain(world, "S-2", BIG);
    assert_int_equal(found(world, (struct levy_search){.status = LEVY_PENDING}), 1);
    assert_int_equal(found(world,
                           (struct levy_search){
                               .status = LEVY_PENDING, .created = {1, INT64_MAX}
    }),
                     1);
    assert_int_equal(found(world,
                           (struct levy_search){
                               .status = LEVY_PENDING, .created = {1, WORLD_START / 2}
    }),
                     0);
    world_free(world);
}

CASE(names_are_looked_for_with_everything_else)
{
    struct world *world = world_new();
    struct levy first = levy_plain(world, "S-1", PAID);
    struct levy second = levy_plain(world, "S-2", PAID);
    const struct str both[] = {second.payment_reference, first.payment_reference,
                               second.payment_reference};
    struct levy_search search = {.named = both, .named_count = 3};

    assert_int_equal(found(world, search), 2);
    search.limit = 1;
    assert_int_equal(found(world, search), 1);
    search.offset = 1;
    assert_int_equal(found(world, search), 1);
    search.offset = 2;
    assert_int_equal(found(world, search), 0);
    search = (struct levy_search){.named = both, .named_count = 1, .sdd_reference = STR("S-1")};
    assert_int_equal(found(world, search), 0);
    search.sdd_reference = STR("S-2");
    assert_int_equal(found(world, search), 1);
    search.payment_reference = second.payment_reference;
    assert_int_equal(found(world, search), 1);
    search.payment_reference = first.payment_reference;
    assert_int_equal(found(world, search), 0);
    search = (struct levy_search){.payment_reference = first.payment_reference,
                                  .sdd_reference = STR("S-2")};
    assert_int_equal(found(world, search), 0);
    search.sdd_reference = STR("S-1");
    search.amount_from = PAID + 1;
    assert_int_equal(found(world, search), 0);
    search.amount_from = PAID;
    assert_int_equal(found(world, search), 1);
    world_free(world);
}

UNIT_MAIN(T(a_change_may_say_whose_levy_it_means), T(a_reference_of_another_levy_is_not_taken),
          T(what_is_said_again_changes_nothing), T(a_change_keeps_the_rules_of_making_one),
          T(a_levy_that_waits_for_its_code_is_changed_without_a_debit),
          T(a_levy_is_validated_by_either_reference_or_both), T(only_the_code_validates),
          T(no_fresh_code_for_somebody_whom_none_reaches), T(times_may_be_open_at_either_end),
          T(who_is_not_known_has_no_levies), T(a_status_is_looked_for_alone_and_within_times),
          T(names_are_looked_for_with_everything_else))
