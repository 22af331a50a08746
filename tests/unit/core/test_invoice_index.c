#include "core/invoice_index.h"

#include "store/internal.h"
#include "support/core_invoice.h"
#include "support/core_submission.h"

/* Invoices that were issued here and those that came as files, in one order. */

static struct world *index_world(void)
{
    struct world *world = invoice_world();

    world->core.judge = &WORDS_JUDGE;
    return world;
}

static struct invoice_id issued(struct world *world, enum invoice_kind kind)
{
    struct invoice_draft draft = seed_draft();

    draft.kind = kind;
    return invoice_made(world, &draft)->invoice.id;
}

static struct invoice_id submitted(struct world *world, const char *words)
{
    struct submission_create *create = submission_try(world, words);
    struct invoice_id id;

    assert_ok(create->operation.result);
    memcpy(id.raw, create->submission.id.raw, sizeof id.raw);
    return id;
}

static struct invoice_entry *page(struct world *world, struct invoice_id before, size_t limit,
                                  size_t *count)
{
    struct invoice_entry *entries;

    assert_ok(invoice_index(world_ctx(world), world_read(world), before, limit, &entries, count));
    reader_release(world->core.reader);
    return entries;
}

CASE(both_stand_in_the_order_of_their_making)
{
    struct world *world = index_world();
    struct invoice_id made[4];
    size_t count;

    made[0] = issued(world, INVOICE_NORMAL);
    made[1] = submitted(world, "CII A 2026-11-21 100000009 200000008 Buyer");
    (void)issued(world, INVOICE_QUOTE);
    made[2] = submitted(world, "UBL A 2026-11-21 200000008 100000009 Us");
    made[3] = issued(world, INVOICE_NORMAL);
    struct invoice_entry *entries = page(world, (struct invoice_id){{0}}, 10, &count);
    assert_int_equal(count, 4);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(entries[i].id.raw, made[3 - i].raw);
    assert_null(entries[0].seller.ptr);
    assert_int_equal(entries[0].direction, SUBMISSION_OUTGOING);
    assert_str(entries[0].type, "380");
    assert_str(entries[0].buyer, "Société SARL");
    assert_str(entries[0].currency, "EUR");
    assert_str(decimal_text(world->cx->arena, entries[0].total), "94.68");
    assert_int_equal(entries[1].direction, SUBMISSION_INCOMING);
    assert_str(entries[1].seller, "Seller");
    world_free(world);
}

CASE(a_page_begins_behind_either)
{
    struct world *world = index_world();
    struct invoice_id first = issued(world, INVOICE_NORMAL);
    struct invoice_id second = submitted(world, "CII A 2026-11-21 100000009 200000008 Buyer");
    struct invoice_id third = issued(world, INVOICE_NORMAL);
    size_t count;

    struct invoice_entry *entries = page(world, third, 1, &count);
    assert_int_equal(count, 1);
    assert_string_equal(entries[0].id.raw, second.raw);
    entries = page(world, second, 10, &count);
    assert_int_equal(count, 1);
    assert_string_equal(entries[0].id.raw, first.raw);
    (void)page(world, first, 10, &count);
    assert_int_equal(count, 0);
    world_free(world);
}

CASE(a_failing_store_is_told)
{
    struct world *world = index_world();
    struct invoice_entry *entries;
    bool came = true;
    size_t count;

    (void)issued(world, INVOICE_NORMAL);
    for (int n = 1; came; n++) {
        struct ctx *cx = world_ctx(world);
        struct tx *tx = world_read(world);
        store_fail_after(world->store, n);
        err_t err = invoice_index(cx, tx, (struct invoice_id){{0}}, 10, &entries, &count);
        came = atomic_load(&world->store->fail_after) <= 0;
        store_fail_after(world->store, 0);
        reader_release(world->core.reader);
        assert_true(came == (err != OK));
    }
    world_free(world);
}

UNIT_MAIN(T(both_stand_in_the_order_of_their_making), T(a_page_begins_behind_either),
          T(a_failing_store_is_told))
