#include "support/news.h"

#define HOOK "https://shop.example/hook"

static bool tells_all(struct str type)
{
    return !str_starts(type, STR("secret."));
}

static const struct event_writer WRITER = {.channel = CHANNEL_STANCER, .tells = tells_all};
static const struct event_writer *const WRITERS[] = {&WRITER};

CASE(the_secret_is_sealed_and_opens_again)
{
    struct world *world = world_new();
    struct webhook_create create = {.channel = CHANNEL_STANCER, .url = STR(HOOK)};
    struct webhook loaded;
    struct str secret;

    WORLD_RUN(world, &create, webhook_create);
    assert_int_equal(create.operation.result, OK);
    assert_int_equal(create.secret.len, 64);
    assert_ok(webhook_load(world->cx, world_read(world), create.webhook.id, &loaded));
    assert_null(memmem(loaded.sealed.ptr, loaded.sealed.len, create.secret.ptr, 64));
    assert_ok(webhook_secret(world->cx, world->vault, &loaded, &secret));
    assert_true(str_eq(secret, create.secret));
    world_free(world);
}

CASE(rotation_of_keys_takes_the_secrets_along)
{
    struct world *world = world_new();
    struct webhook made = webhook_make(world, HOOK);
    struct webhook loaded;
    struct str before;
    struct str after;
    int64_t moved;

    assert_ok(webhook_secret(world->cx, world->vault, &made, &before));
    assert_ok(vault_rotate_dek(world->cx, world->store, world->vault, &moved));
    assert_true(moved >= 1);
    assert_ok(webhook_load(world->cx, world_read(world), made.id, &loaded));
    assert_false(str_eq(made.sealed, loaded.sealed));
    assert_ok(webhook_secret(world->cx, world->vault, &loaded, &after));
    assert_true(str_eq(before, after));
    world_free(world);
}

CASE(sixteen_are_allowed_and_no_more)
{
    struct world *world = world_new();
    struct webhook_create create = {.channel = CHANNEL_STANCER, .url = STR(HOOK)};

    for (int i = 0; i < WEBHOOKS_MAX; i++)
        webhook_make(world, HOOK);
    WORLD_RUN(world, &create, webhook_create);
    assert_int_equal(create.operation.result, ERR_LIMIT);
    assert_string_equal(fault_of(&create.operation)->field, "url");
    world_free(world);
}

CASE(without_a_vault_none_is_made)
{
    struct world *world = world_new();
    struct webhook_create create = {.channel = CHANNEL_STANCER, .url = STR(HOOK)};

    world->core.vault = NULL;
    WORLD_RUN(world, &create, webhook_create);
    assert_int_equal(create.operation.result, ERR_UNAVAILABLE);
    world_free(world);
}

CASE(one_of_another_face_is_not_found)
{
    struct world *world = world_new();
    struct webhook made = webhook_make(world, HOOK);
    struct webhook_delete drop = {.id = made.id, .channel = CHANNEL_SEQINO};

    WORLD_RUN(world, &drop, webhook_delete);
    assert_int_equal(drop.operation.result, ERR_NOT_FOUND);
    drop = (struct webhook_delete){.id = made.id, .channel = CHANNEL_STANCER};
    WORLD_RUN(world, &drop, webhook_delete);
    assert_int_equal(drop.operation.result, OK);
    WORLD_RUN(world, &drop, webhook_delete);
    assert_int_equal(drop.operation.result, ERR_NOT_FOUND);
    world_free(world);
}

static void webhook_make_at(struct world *world, struct news_desk *desk)
{
    struct webhook_create create = {.channel = CHANNEL_STANCER, .url = STR(HOOK)};
    bool done;

    world_begin(world, &create.operation, &done);
    create.operation.cx->news = desk;
    webhook_create(&create);
    world_pump(world, &done);
    assert_int_equal(create.operation.result, OK);
}

/* The desk knows who may listen; it is never wrong in the direction that would lose news. */
CASE(who_listens_is_known_from_the_creation_on_and_after_a_start)
{
    struct world *world = world_new();
    struct delivery *rows;

    world->cx->news = news_desk_new(WRITERS, 1);
    news_tell(world, "payment", "0000000000000000000000AA", NEWS_CREATED);
    assert_int_equal(outbox_all(world, &rows), 0);
    webhook_make_at(world, world->cx->news);
    news_tell(world, "payment", "0000000000000000000000AA", NEWS_CREATED);
    assert_int_equal(outbox_all(world, &rows), 1);
    news_desk_free(world->cx->news);
    world->cx->news = news_desk_new(WRITERS, 1);
    assert_ok(news_desk_load(world->cx, world_read(world), world->cx->news, NULL));
    news_tell(world, "payment", "0000000000000000000000AA", NEWS_UPDATED);
    assert_int_equal(outbox_all(world, &rows), 2);
    news_desk_free(world->cx->news);
    world->cx->news = NULL;
    world_free(world);
}

/* Several servers: what one of them has made in memory the others do not see. */
CASE(who_listens_is_known_at_another_server_from_the_creation_on)
{
    struct world *world = world_new();
    struct news_desk *there = news_desk_new(WRITERS, 1);
    struct holder *holder;
    struct delivery *rows;

    assert_ok(holder_join(world_ctx(world), world->store, &holder));
    world->cx->news = news_desk_new(WRITERS, 1);
    assert_ok(news_desk_load(world->cx, world_read(world), world->cx->news, holder));
    news_tell(world, "payment", "0000000000000000000000AA", NEWS_CREATED);
    assert_int_equal(outbox_all(world, &rows), 0);
    webhook_make_at(world, there);
    news_tell(world, "payment", "0000000000000000000000AA", NEWS_CREATED);
    assert_int_equal(outbox_all(world, &rows), 1);
    assert_ok(news_desk_load(world->cx, world_read(world), world->cx->news, holder));
    news_tell(world, "payment", "0000000000000000000000AA", NEWS_UPDATED);
    assert_int_equal(outbox_all(world, &rows), 2);
    news_desk_free(world->cx->news);
    news_desk_free(there);
    holder_free(holder);
    world->cx->news = NULL;
    world_free(world);
}

CASE(what_a_face_does_not_tell_is_not_written)
{
    struct world *world = world_new();
    struct delivery *rows;

    webhook_make(world, HOOK);
    world->cx->news = news_desk_new(WRITERS, 1);
    assert_ok(news_desk_load(world->cx, world_read(world), world->cx->news, NULL));
    news_tell(world, "secret", "0000000000000000000000AA", NEWS_CREATED);
    assert_int_equal(outbox_all(world, &rows), 0);
    news_desk_free(world->cx->news);
    world->cx->news = NULL;
    world_free(world);
}

UNIT_MAIN(T(the_secret_is_sealed_and_opens_again), T(rotation_of_keys_takes_the_secrets_along),
          T(sixteen_are_allowed_and_no_more), T(without_a_vault_none_is_made),
          T(one_of_another_face_is_not_found),
          T(who_listens_is_known_from_the_creation_on_and_after_a_start),
          T(who_listens_is_known_at_another_server_from_the_creation_on),
          T(what_a_face_does_not_tell_is_not_written))
