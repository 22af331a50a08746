#include "core/callback.h"

#include "support/news.h"

static const char OBJECT[] = "0VcKUbav6kiu3FK273x7lO2x";

static err_t put_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return callback_put(cx, tx, arg);
}

/* Who it counts for. */
static struct str receiver_for(struct world *world, const char *url)
{
    struct callback callback = {.url = str_of(url),
                                .object = OBJECT,
                                .type = STR("levy.settled"),
                                .body = STR("{\"a\":1}")};
    struct delivery *list;

    world_time(world, world->cx);
    assert_ok(tx_run(world->store, world->cx, put_body, &callback));
    assert_true(outbox_all(world, &list) > 0);
    assert_int_equal(list[0].channel, CHANNEL_SAFEDEBIT);
    assert_true(str_eq(list[0].address, str_of(url)));
    assert_true(str_eq(list[0].object, str_of(OBJECT)));
    return list[0].receiver;
}

CASE(addresses_of_one_server_are_one_receiver)
{
    struct world *world = world_new();
    struct str first = receiver_for(world, "https://shop.example.com/a?n=1");

    assert_true(str_eq(first, receiver_for(world, "https://shop.example.com/b/c#d")));
    assert_true(str_eq(first, receiver_for(world, "https://shop.example.com")));
    assert_true(str_eq(first, receiver_for(world, "https://shop.example.com?n=2")));
    assert_false(str_eq(first, receiver_for(world, "https://shop.example.com:8443/a")));
    assert_false(str_eq(first, receiver_for(world, "https://other.example.com/a")));
    /* However long the name is. */
    assert_true(first.len < 64);
    world_free(world);
}

CASE(the_body_is_what_it_was_when_it_happened)
{
    struct world *world = world_new();
    struct str receiver = receiver_for(world, "https://shop.example.com/a");
    struct delivery *due;

    assert_int_equal(outbox_due_now(world, receiver, &due), 1);
    assert_true(str_eq(due[0].body, STR("{\"a\":1}")));
    assert_true(str_eq(due[0].type, STR("levy.settled")));
    reader_release(world->core.reader);
    world_free(world);
}

UNIT_MAIN(T(addresses_of_one_server_are_one_receiver), T(the_body_is_what_it_was_when_it_happened))
