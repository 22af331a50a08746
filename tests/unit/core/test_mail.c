#include "core/caught.h"
#include "support/news.h"

static struct mail sample(void)
{
    return (struct mail){
        .to = STR("jean@example.com"),
        .language = STR("fr"),
        .subject = STR("Votre reçu"),
        .text = STR("Bonjour\n"),
        .kind = "receipt",
        .object = "0000000000000000000000AA",
    };
}

CASE(an_address_is_what_a_header_can_hold)
{
    assert_true(mail_address_valid(STR("a@b")));
    assert_true(mail_address_valid(STR("jean.d'arc+tag@sub.example-1.fr")));
    assert_false(mail_address_valid(STR("")));
    assert_false(mail_address_valid(STR("a")));
    assert_false(mail_address_valid(STR("@b")));
    assert_false(mail_address_valid(STR("a@")));
    assert_false(mail_address_valid(STR("a@b@c")));
    assert_false(mail_address_valid(STR("a b@c")));
    assert_false(mail_address_valid(STR("a@b\r\nBcc: c@d")));
    assert_false(mail_address_valid(STR("a\0@b")));
    assert_true(mail_address_given(STR("jean.d'arc+tag@sub.example-1.fr")));
    assert_false(mail_address_given(STR("a@b")));
    assert_false(mail_address_given(STR("a@b..fr")));
    assert_false(mail_address_given(STR("\xC3\xA9@b.fr")));
    assert_false(mail_address_valid(STR("<a@b>")));
    assert_false(mail_address_valid(STR("a,b@c")));
    assert_false(mail_address_valid(STR("é@b")));
    assert_false(mail_address_valid(STR("a@b_c")));
}

CASE(an_address_has_254_characters_at_most)
{
    char text[256];

    memset(text, 'a', sizeof text);
    text[1] = '@';
    assert_true(mail_address_valid((struct str){text, MAIL_ADDRESS_MAX}));
    assert_false(mail_address_valid((struct str){text, MAIL_ADDRESS_MAX + 1}));
}

static void refused(struct world *world, struct mail mail, const char *field)
{
    struct delivery *rows;

    assert_int_equal(mail_post(world, &mail), ERR_INVALID);
    assert_string_equal(world->cx->faults[0].field, field);
    assert_int_equal(outbox_all(world, &rows), 0);
}

CASE(nothing_that_breaks_a_header_gets_in)
{
    struct world *world = world_new();
    struct mail mail = sample();

    mail.to = STR("a@b\nBcc: c@d");
    refused(world, mail, "to");
    mail = sample();
    mail.reply_to = STR("a@b>, <c@d");
    refused(world, mail, "reply_to");
    mail = sample();
    mail.subject = STR("Reçu\r\nBcc: c@d");
    refused(world, mail, "subject");
    mail.subject = STR("\xC3");
    refused(world, mail, "subject");
    mail = sample();
    mail.from_name = STR("Atelier\nX: y");
    refused(world, mail, "from_name");
    world_free(world);
}

CASE(a_mail_is_a_row_of_the_outbox)
{
    struct world *world = world_new();
    struct mail mail = sample();
    struct delivery *rows;
    struct mail loaded;

    mail.html = STR("<p>Bonjour</p>");
    mail.reply_to = STR("shop@example.com");
    assert_ok(mail_post(world, &mail));
    assert_int_equal(outbox_all(world, &rows), 1);
    assert_int_equal(rows[0].channel, CHANNEL_MAIL);
    assert_str(rows[0].address, "jean@example.com");
    assert_str(rows[0].type, "receipt");
    assert_ok(mail_load(world->cx, world_read(world), &rows[0], &loaded));
    assert_str(loaded.to, "jean@example.com");
    assert_str(loaded.subject, "Votre reçu");
    assert_str(loaded.html, "<p>Bonjour</p>");
    assert_str(loaded.reply_to, "shop@example.com");
    assert_null(loaded.from_name.ptr);
    world_free(world);
}

static err_t catch_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return caught_put(cx, tx, arg);
}

CASE(what_is_caught_is_listed_newest_first_and_by_receiver)
{
    struct world *world = world_new();
    struct caught one = {.kind = CAUGHT_MAIL,
                         .from = STR("a@b"),
                         .to = STR("Jean@Example.com"),
                         .subject = STR("un"),
                         .raw = STR("raw")};
    struct caught two = {
        .kind = CAUGHT_MAIL, .from = STR("a@b"), .to = STR("eve@b"), .raw = STR("two")};
    struct caught *list;
    struct str raw;
    size_t count;

    assert_ok(tx_run(world->store, world->cx, catch_body, &one));
    assert_ok(tx_run(world->store, world->cx, catch_body, &two));
    assert_ok(caught_list(world->cx, world_read(world), STR_NONE, &list, &count));
    assert_int_equal(count, 2);
    assert_str(list[0].to, "eve@b");
    assert_ok(caught_list(world->cx, world_read(world), STR("JEAN@example.com"), &list, &count));
    assert_int_equal(count, 1);
    assert_str(list[0].subject, "un");
    assert_ok(caught_raw(world->cx, world_read(world), list[0].id, &raw));
    assert_str(raw, "raw");
    world_free(world);
}

static err_t catch_many_body(struct ctx *cx, struct tx *tx, void *arg)
{
    for (int i = 0; i < CAUGHT_KEPT + 10; i++)
        TRY(caught_put(cx, tx, arg));
    return OK;
}

CASE(only_the_newest_are_kept)
{
    struct world *world = world_new();
    struct caught first = {
        .kind = CAUGHT_MAIL, .from = STR("a@b"), .to = STR("first@b"), .raw = STR("x")};
    struct caught more = {
        .kind = CAUGHT_MAIL, .from = STR("a@b"), .to = STR("more@b"), .raw = STR("x")};
    struct caught *list;
    size_t count;

    assert_ok(tx_run(world->store, world->cx, catch_body, &first));
    assert_ok(tx_run(world->store, world->cx, catch_many_body, &more));
    assert_ok(caught_list(world->cx, world_read(world), STR("first@b"), &list, &count));
    assert_int_equal(count, 0);
    assert_ok(caught_list(world->cx, world_read(world), STR("more@b"), &list, &count));
    assert_int_equal(count, CAUGHT_PAGE);
    world_free(world);
}

UNIT_MAIN(T(an_address_is_what_a_header_can_hold), T(an_address_has_254_characters_at_most),
          T(nothing_that_breaks_a_header_gets_in), T(a_mail_is_a_row_of_the_outbox),
          T(what_is_caught_is_listed_newest_first_and_by_receiver), T(only_the_newest_are_kept))
