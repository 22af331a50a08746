#include "core/caught.h"
#include "support/news.h"

/* What a sandbox keeps of messages, what a message may hold, and how they are listed. */

/* --- what was caught -------------------------------------------------------------------------- */

static err_t caught_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return caught_put(cx, tx, arg);
}

static struct caught caught_one(struct world *world, const char *to, struct str text)
{
    struct caught caught = {.kind = CAUGHT_MAIL,
                            .from = STR("us@example.com"),
                            .to = str_of(to),
                            .subject = STR("Subject"),
                            .text = text,
                            .raw = STR("Subject: Subject")};

    world_set_body_run(world, caught_body, &caught);
    return caught;
}

static size_t caught_of(struct world *world, struct str to, struct caught **out)
{
    size_t count;

    assert_ok(caught_list(world->cx, world_read(world), to, out, &count));
    reader_release(world->core.reader);
    return count;
}

/* `len` bytes, the last characters of which have two. */
static struct str text_of(struct world *world, size_t len)
{
    char *text = arena_alloc(world->cx->arena, len);

    memset(text, 'a', len);
    for (size_t at = len % 2 + len / 2 / 2 * 2; at + 1 < len; at += 2)
        memcpy(text + at, "é", 2);
    return (struct str){text, len};
}

CASE(a_long_text_is_cut_between_characters)
{
    struct world *world = world_new();
    struct caught *list;

    caught_one(world, "a@example.com", text_of(world, CAUGHT_TEXT_MAX));
    caught_one(world, "b@example.com", text_of(world, CAUGHT_TEXT_MAX + 1));
    caught_one(world, "c@example.com", text_of(world, CAUGHT_TEXT_MAX + 2));
    assert_int_equal(caught_of(world, STR("a@example.com"), &list), 1);
    assert_int_equal(list[0].text.len, CAUGHT_TEXT_MAX);
    assert_int_equal(caught_of(world, STR("B@Example.com"), &list), 1);
    assert_int_equal(list[0].text.len, CAUGHT_TEXT_MAX - 1);
    assert_int_equal(caught_of(world, STR("c@example.com"), &list), 1);
    assert_int_equal(list[0].text.len, CAUGHT_TEXT_MAX);
    assert_int_equal(caught_of(world, STR("d@example.com"), &list), 0);
    assert_int_equal(caught_of(world, STR_NONE, &list), 3);
    assert_str(list[0].to, "c@example.com");
    world_free(world);
}

CASE(a_list_of_long_messages_ends_early)
{
    enum { FIT = CAUGHT_LIST_MAX / CAUGHT_TEXT_MAX };
    struct world *world = world_new();
    struct caught *list;

    for (size_t i = 0; i < FIT + 3; i++)
        caught_one(world, "a@example.com", text_of(world, CAUGHT_TEXT_MAX));
    assert_int_equal(caught_of(world, STR_NONE, &list), FIT + 1);
    world_free(world);
}

CASE(a_message_is_kept_as_it_came)
{
    struct world *world = world_new();
    struct caught caught = caught_one(world, "a@example.com", STR("text"));
    struct str raw;

    assert_ok(caught_raw(world->cx, world_read(world), caught.id, &raw));
    assert_str(raw, "Subject: Subject");
    ID_NEW(world->cx->ids, &caught.id);
    assert_int_equal(caught_raw(world->cx, world_read(world), caught.id, &raw), ERR_NOT_FOUND);
    world_free(world);
}

/* --- what a mail may hold --------------------------------------------------------------------- */

static struct mail letter(void)
{
    return (struct mail){.to = STR("ada@example.com"),
                         .language = STR("fr"),
                         .subject = STR("Bonjour"),
                         .text = STR("Bonjour."),
                         .kind = "test.mail",
                         .object = "0VcLQsZXNo6KYE1waQkbEV6v"};
}

static void refused(struct world *world, struct mail mail, const char *field)
{
    assert_int_equal(mail_post(world, &mail), ERR_INVALID);
    assert_string_equal(world->cx->faults[0].field, field);
}

/* So many characters of four bytes. */
static struct str letters_of(struct world *world, size_t count)
{
    struct buf text = buf_make(world->cx->arena, count * 4);

    for (size_t i = 0; i < count; i++)
        buf_put_cstr(&text, "\U0001D538");
    return buf_str(&text);
}

CASE(the_parts_of_a_mail_have_limits)
{
    struct world *world = world_new();
    struct mail mail = letter();

    mail.subject = letters_of(world, MAIL_SUBJECT_MAX);
    mail.from_name = mail.subject;
    mail.text = text_of(world, MAIL_TEXT_MAX);
    mail.html = mail.text;
    assert_ok(mail_post(world, &mail));
    mail.html = text_of(world, MAIL_TEXT_MAX + 1);
    refused(world, mail, "text");
    mail = letter();
    mail.text = text_of(world, MAIL_TEXT_MAX + 1);
    refused(world, mail, "text");
    mail = letter();
    mail.subject = letters_of(world, MAIL_SUBJECT_MAX + 1);
    refused(world, mail, "subject");
    mail.subject = STR("a\x7F");
    refused(world, mail, "subject");
    mail.subject = STR("a\x1F");
    refused(world, mail, "subject");
    mail.subject = STR("a\xFF");
    refused(world, mail, "subject");
    mail = letter();
    mail.from_name = STR("a\nb");
    refused(world, mail, "from_name");
    world_free(world);
}

/* --- how they are listed ---------------------------------------------------------------------- */

static size_t lines(struct world *world, struct mail_filter filter, struct mail_line **out)
{
    size_t count;

    filter.limit = filter.limit == 0 ? 100 : filter.limit;
    assert_ok(mail_lines(world->cx, world_read(world), &filter, out, &count));
    reader_release(world->core.reader);
    return count;
}

CASE(messages_are_listed_in_pages_newest_first)
{
    struct world *world = world_new();
    struct mail_line *list;
    struct mail mail = letter();

    for (int i = 0; i < 5; i++) {
        mail.subject = str_format(world->cx->arena, "Mail %d", i);
        assert_ok(mail_post(world, &mail));
    }
    mail.object = "0VcLQsZXNo6KYE1waQkbEV6w";
    assert_ok(mail_post(world, &mail));
    assert_int_equal(lines(world, (struct mail_filter){.limit = 2}, &list), 2);
    assert_str(list[1].subject, "Mail 4");
    struct delivery_id before = list[1].delivery.id;
    assert_int_equal(lines(world, (struct mail_filter){.before = before}, &list), 4);
    assert_str(list[0].subject, "Mail 3");
    assert_int_equal(
        lines(world, (struct mail_filter){.object = STR("0VcLQsZXNo6KYE1waQkbEV6w")}, &list), 1);
    assert_int_equal(lines(world, (struct mail_filter){.state = STR("delivered")}, &list), 0);
    world_free(world);
}

UNIT_MAIN(T(a_long_text_is_cut_between_characters), T(a_list_of_long_messages_ends_early),
          T(a_message_is_kept_as_it_came), T(the_parts_of_a_mail_have_limits),
          T(messages_are_listed_in_pages_newest_first))
