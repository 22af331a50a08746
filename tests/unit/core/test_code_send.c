#include "core/code_send.h"
#include "core/sms.h"
#include "support/news.h"

static const char OBJECT[] = "0000000000000000000000AA";

static const struct code_terms TERMS = {
    .purpose = CODE_FOR_FORM, .life_min = 10, .again_max = 3, .pause_s = 60};

static struct code_letter sample(void)
{
    return (struct code_letter){
        .phone = STR("0600000000"),
        .email = STR("jean@example.com"),
        .language = STR("fr"),
        .payee = STR("Atelier Exemple SARL"),
        .reply_to = STR("atelier@example.com"),
        .about = STR("pour signer votre mandat"),
        .kind = "form.code",
    };
}

struct sending {
    const struct core *core;
    struct code_letter letter;
};

static err_t send_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct sending *sending = arg;

    return code_send(sending->core, cx, tx, &TERMS, OBJECT, &sending->letter);
}

static err_t sent(struct world *world, struct code_letter letter)
{
    struct sending sending = {&world->core, letter};

    ctx_clear_faults(world->cx);
    return tx_run(world->store, world->cx, send_body, &sending);
}

static struct code_sent where(struct world *world)
{
    struct code_sent out;
    bool found;

    assert_ok(code_sent_read(world->cx, world_read(world), CODE_FOR_FORM, OBJECT, &out, &found));
    assert_true(found);
    reader_release(world->core.reader);
    return out;
}

CASE(a_code_goes_by_text_message)
{
    struct world *world = world_new();
    struct delivery *rows;

    assert_ok(sent(world, sample()));
    assert_int_equal(outbox_all(world, &rows), 1);
    assert_int_equal(rows[0].channel, CHANNEL_SMS);
    assert_str(rows[0].address, "0600000000");
    assert_str(rows[0].type, "form.code");
    struct delivery row;
    assert_ok(outbox_load(world->cx, world_read(world), rows[0].id, &row));
    assert_str(row.body, "Atelier Exemple SARL : 123456 est votre code pour signer votre mandat. "
                         "Il est valable 10 minutes.");
    struct code_sent code = where(world);
    assert_int_equal(code.channel, CODE_BY_SMS);
    assert_str(code.to, "0600000000");
    assert_int_equal(code.hash.len, 64);
    assert_int_equal(code.expires - world->cx->now, 10 * MINUTE_US);
    world_free(world);
}

CASE(where_nobody_sends_text_messages_it_goes_by_mail)
{
    struct world *world = world_new();
    struct code_letter letter = sample();
    struct delivery *rows;
    struct mail mail;

    world->cx->mode = MODE_LIVE;
    assert_int_equal(code_way(&world->core, world->cx, &letter), CODE_BY_MAIL);
    world->core.sends_sms = true;
    assert_int_equal(code_way(&world->core, world->cx, &letter), CODE_BY_SMS);
    world->core.sends_sms = false;
    letter.language = STR("en");
    assert_ok(sent(world, letter));
    assert_int_equal(outbox_all(world, &rows), 1);
    assert_int_equal(rows[0].channel, CHANNEL_MAIL);
    assert_ok(mail_load(world->cx, world_read(world), &rows[0], &mail));
    assert_str(mail.to, "jean@example.com");
    assert_str(mail.reply_to, "atelier@example.com");
    assert_true(str_starts(mail.subject, STR("Your code: ")));
    assert_int_equal(where(world).channel, CODE_BY_MAIL);
    world_free(world);
}

CASE(a_mail_that_is_wanted_is_no_text_message)
{
    struct world *world = world_new();
    struct code_letter letter = sample();

    letter.wanted = CODE_BY_MAIL;
    assert_int_equal(code_way(&world->core, world->cx, &letter), CODE_BY_MAIL);
    letter.email = STR("no address");
    assert_int_equal(code_way(&world->core, world->cx, &letter), 0);
    letter.wanted = CODE_BY_SMS;
    assert_int_equal(code_way(&world->core, world->cx, &letter), CODE_BY_SMS);
    world_free(world);
}

CASE(without_a_way_nothing_is_made)
{
    struct world *world = world_new();
    struct code_letter letter = sample();
    struct code_sent code;
    bool found;

    letter.phone = STR_NONE;
    letter.email = STR_NONE;
    assert_int_equal(sent(world, letter), ERR_UNAVAILABLE);
    assert_string_equal(world->cx->faults[0].field, "code");
    assert_ok(code_sent_read(world->cx, world_read(world), CODE_FOR_FORM, OBJECT, &code, &found));
    assert_false(found);
    world_free(world);
}

CASE(three_more_codes_may_follow)
{
    struct world *world = world_new();
    struct delivery *rows;

    for (int i = 0; i < 4; i++)
        assert_ok(sent(world, sample()));
    assert_int_equal(sent(world, sample()), ERR_LIMIT);
    assert_string_equal(world->cx->faults[0].field, "code");
    assert_int_equal(outbox_all(world, &rows), 4);
    world_free(world);
}

UNIT_MAIN(T(a_code_goes_by_text_message), T(where_nobody_sends_text_messages_it_goes_by_mail),
          T(a_mail_that_is_wanted_is_no_text_message), T(without_a_way_nothing_is_made),
          T(three_more_codes_may_follow))
