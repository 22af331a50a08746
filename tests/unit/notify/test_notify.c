#include "notify/notify.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

#include "core/caught.h"
#include "core/holder.h"
#include "core/sms.h"
#include "notify/catcher.h"
#include "notify/flight.h"
#include "support/news.h"
#include "support/slow_names.h"

enum { STEP_MS = 5, STEPS_MAX = 6000 };

/* A worker with a core of its own on its own thread, as serve has it. */
struct running {
    struct world *world;
    struct core core;
    struct notify *notify;
    pthread_t thread;
};

static bool tells_all(struct str type)
{
    (void)type;
    return true;
}

static err_t writes(struct core *core, struct ctx *cx, struct tx *tx,
                    const struct delivery *delivery, struct str *body)
{
    (void)core;
    (void)tx;
    if (str_eq(delivery->type, STR("gone.created")))
        return ERR_NOT_FOUND;
    *body =
        str_format(cx->arena, "{\"type\":\"%.*s\"}", (int)delivery->type.len, delivery->type.ptr);
    return OK;
}

static const struct event_writer WRITER = {
    .channel = CHANNEL_STANCER, .tells = tells_all, .write = writes};
static const struct event_writer *const WRITERS[] = {&WRITER};

static void *run(void *arg)
{
    struct running *running = arg;

    notify_run(running->notify);
    return NULL;
}

static struct running *start_with(struct world *world, struct notify_options options)
{
    struct running *running = process_make(struct running);

    running->world = world;
    running->core = world->core;
    running->core.home = mailbox_new();
    running->core.news = news_desk_new(WRITERS, 1);
    running->core.bell = outbox_bell_new(running->core.home);
    assert_ok(reader_open(world->store, &running->core.reader));
    options.core = &running->core;
    running->notify = notify_new(&options);
    assert_int_equal(pthread_create(&running->thread, NULL, run, running), 0);
    return running;
}

static struct running *start(struct world *world, struct str smtp_url)
{
    return start_with(world, (struct notify_options){.smtp_url = smtp_url,
                                                     .smtp_from = STR("guichet@localhost")});
}

static void stop(struct running *running)
{
    notify_stop(running->notify);
    assert_int_equal(pthread_join(running->thread, NULL), 0);
    notify_free(running->notify);
    reader_close(running->core.reader);
    outbox_bell_free(running->core.bell);
    news_desk_free(running->core.news);
    mailbox_free(running->core.home);
    process_free(running);
}

/* Waits until no row has so few tries, and gives the newest. */
static struct delivery tried(struct world *world, int64_t tries)
{
    struct delivery *rows;

    for (int i = 0; i < STEPS_MAX; i++) {
        size_t count = outbox_all(world, &rows);
        if (count > 0 && rows[0].tries >= tries)
            return rows[0];
        poll(NULL, 0, STEP_MS);
    }
    fail_msg("nothing was tried");
    return rows[0];
}

/* A port of this machine that nobody listens on. */
static const char *closed_url(struct world *world)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    must(bind(fd, (struct sockaddr *)&address, sizeof address) == 0);
    must(getsockname(fd, (struct sockaddr *)&address, &len) == 0);
    close(fd);
    return str_format(world->cx->arena, "http://127.0.0.1:%d/hook", ntohs(address.sin_port)).ptr;
}

CASE(a_signature_is_the_hmac_of_time_and_body)
{
    struct ctx *cx = unit_ctx();

    /* From another implementation: hmac.new(b"key", b"1600000000.{}", "sha256"). */
    struct str text =
        webhook_signature(cx->arena, STR("key"), INT64_C(1600000000) * SECOND_US + 7, STR("{}"));
    assert_str(text, "t=1600000000,v1="
                     "068d0b330e50151f36064ff01089c224ffc1fc64ce4803e1296c5ba8e88de732");
    unit_ctx_free(cx);
}

CASE(who_does_not_answer_is_tried_again_later)
{
    struct world *world = world_new();

    webhook_make(world, closed_url(world));
    news_tell(world, "payment", "0000000000000000000000AA", NEWS_CREATED);
    struct running *running = start(world, STR(""));
    struct delivery row = tried(world, 1);
    assert_int_equal(row.outcome, 0);
    assert_int_equal(row.code, 0);
    assert_str(row.why, "connection");
    assert_in_range(row.due - world->cx->now, 0, 61 * SECOND_US);
    stop(running);
    world_free(world);
}

CASE(what_is_gone_is_told_to_nobody)
{
    struct world *world = world_new();
    struct delivery *rows;
    size_t count = 1;

    webhook_make(world, closed_url(world));
    news_tell(world, "gone", "0000000000000000000000AA", NEWS_CREATED);
    struct running *running = start(world, STR(""));
    for (int i = 0; i < STEPS_MAX && count > 0; i++) {
        count = outbox_all(world, &rows);
        poll(NULL, 0, STEP_MS);
    }
    assert_int_equal(count, 0);
    stop(running);
    world_free(world);
}

CASE(an_endpoint_that_was_deleted_gets_nothing_more)
{
    struct world *world = world_new();
    struct webhook made = webhook_make(world, closed_url(world));
    struct webhook_delete drop = {.id = made.id, .channel = CHANNEL_STANCER};

    news_tell(world, "payment", "0000000000000000000000AA", NEWS_CREATED);
    WORLD_RUN(world, &drop, webhook_delete);
    struct running *running = start(world, STR(""));
    struct delivery row = tried(world, 1);
    assert_int_equal(row.outcome, DELIVERY_DEAD);
    assert_str(row.why, "no_endpoint");
    stop(running);
    world_free(world);
}

static struct mail sample(void)
{
    return (struct mail){
        .to = STR("jean@example.com"),
        .language = STR("fr"),
        .subject = STR("Votre reçu"),
        .text = STR("Bonjour\n.\nfin\n"),
        .html = STR("<p>Bonjour</p>\n"),
        .kind = "receipt",
        .object = "0000000000000000000000AA",
    };
}

CASE(a_mail_arrives_in_the_catcher)
{
    struct world *world = world_new();
    struct mail mail = sample();
    struct catcher *catcher;
    struct caught *list;
    size_t count;

    assert_ok(catcher_start(world->cx, world->store, world->cx->ids, 0, &catcher));
    struct str url = str_format(world->cx->arena, "smtp://127.0.0.1:%d", catcher_port(catcher));
    assert_ok(mail_post(world, &mail));
    struct running *running = start(world, url);
    struct delivery row = tried(world, 1);
    assert_int_equal(row.outcome, DELIVERY_DELIVERED);
    assert_int_equal(row.code, 250);
    assert_ok(caught_list(world->cx, world_read(world), STR_NONE, &list, &count));
    assert_int_equal(count, 1);
    assert_str(list[0].from, "guichet@localhost");
    assert_str(list[0].to, "jean@example.com");
    assert_str(list[0].subject, "Votre reçu");
    assert_str(list[0].text, "Bonjour\r\n.\r\nfin\r\n");
    assert_str(list[0].html, "<p>Bonjour</p>\r\n");
    assert_str(list[0].message, str_format(world->cx->arena, "%s@localhost", row.id.raw).ptr);
    stop(running);
    catcher_stop(catcher);
    world_free(world);
}

CASE(a_mail_of_test_mode_leaves_a_sandbox_only)
{
    struct world *world = world_new();
    struct mail mail = sample();

    world->core.sandbox = false;
    assert_ok(mail_post(world, &mail));
    struct running *running = start(world, STR("smtp://127.0.0.1:1"));
    struct delivery row = tried(world, 1);
    assert_int_equal(row.outcome, DELIVERY_DELIVERED);
    assert_str(row.why, "test_mode");
    stop(running);
    world_free(world);
}

CASE(without_a_mail_server_a_mail_waits)
{
    struct world *world = world_new();
    struct mail mail = sample();

    assert_ok(mail_post(world, &mail));
    struct running *running = start(world, STR(""));
    struct delivery row = tried(world, 1);
    assert_int_equal(row.outcome, 0);
    assert_str(row.why, "not_configured");
    stop(running);
    world_free(world);
}

/* --- text messages ---------------------------------------------------------------------------- */

static err_t sms_put_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return sms_put(cx, tx, arg);
}

static void sms_post(struct world *world)
{
    struct sms sms = {.to = STR("06 00 00 00 00"),
                      .text = STR("Votre code : \"123456\""),
                      .kind = "form.code",
                      .object = "0000000000000000000000AA"};

    world_time(world, world->cx);
    if (world->cx->mode == MODE_LIVE)
        world->cx->now = world->cx->real; /* the test clock moves test mode alone */
    assert_ok(tx_run(world->store, world->cx, sms_put_body, &sms));
}

/* A connector that takes one message, answers with `status` and keeps what it was told. One that
 * lingers announces more than it sends. */
struct taker {
    int fd;
    int status;
    bool lingers;
    char heard[4096];
    pthread_t thread;
};

static void *take(void *arg)
{
    struct taker *taker = arg;
    char answer[80];
    size_t len = 0;

    int fd = accept(taker->fd, NULL, NULL);
    must(fd >= 0);
    while (len + 1 < sizeof taker->heard && strstr(taker->heard, "}") == NULL) {
        ssize_t got = read(fd, taker->heard + len, sizeof taker->heard - 1 - len);
        must(got > 0);
        len += (size_t)got;
        taker->heard[len] = '\0';
    }
    int size = snprintf(answer, sizeof answer, "HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n",
                        taker->status, taker->lingers ? 9 : 0);
    must(write(fd, answer, (size_t)size) == size);
    if (taker->lingers)
        must(read(fd, answer, sizeof answer) <= 0); /* until nobody waits for the rest */
    close(fd);
    return NULL;
}

static struct str listening(struct world *world, struct taker *taker)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof address;

    taker->fd = socket(AF_INET, SOCK_STREAM, 0);
    must(bind(taker->fd, (struct sockaddr *)&address, sizeof address) == 0);
    must(listen(taker->fd, 1) == 0);
    must(getsockname(taker->fd, (struct sockaddr *)&address, &len) == 0);
    return str_format(world->cx->arena, "http://127.0.0.1:%d/sms", ntohs(address.sin_port));
}

static struct str taker_start(struct world *world, struct taker *taker)
{
    struct str url = listening(world, taker);

    must(pthread_create(&taker->thread, NULL, take, taker) == 0);
    return url;
}

static void taker_end(struct taker *taker)
{
    must(pthread_join(taker->thread, NULL) == 0);
    close(taker->fd);
}

static struct delivery sms_told(struct world *world, struct taker *taker, int status)
{
    struct str url;

    taker->status = status;
    url = taker_start(world, taker);
    world->cx->mode = MODE_LIVE;
    sms_post(world);
    struct running *running =
        start_with(world, (struct notify_options){.sms_url = url,
                                                  .sms_token = STR("token-of-the-shop"),
                                                  .timeout_ms = taker->lingers ? 200 : 0});
    struct delivery row = tried(world, 1);
    stop(running);
    taker_end(taker);
    return row;
}

CASE(a_text_message_is_posted_to_the_connector)
{
    struct world *world = world_new();
    struct taker taker = {0};

    struct delivery row = sms_told(world, &taker, 202);
    assert_int_equal(row.outcome, DELIVERY_DELIVERED);
    assert_int_equal(row.code, 202);
    assert_non_null(strstr(taker.heard, "POST /sms HTTP/1.1\r\n"));
    assert_non_null(strstr(taker.heard, "Authorization: Bearer token-of-the-shop\r\n"));
    assert_non_null(strstr(taker.heard, "Content-Type: application/json\r\n"));
    assert_non_null(strstr(
        taker.heard, str_format(world->cx->arena, "X-Guichet-Delivery: %s\r\n", row.id.raw).ptr));
    assert_non_null(strstr(
        taker.heard, "\r\n\r\n{\"to\":\"+33600000000\",\"text\":\"Votre code : \\\"123456\\\"\"}"));
    world_free(world);
}

CASE(a_connector_that_fails_is_asked_again)
{
    struct world *world = world_new();
    struct taker taker = {0};

    struct delivery row = sms_told(world, &taker, 503);
    assert_int_equal(row.outcome, 0);
    assert_int_equal(row.code, 503);
    assert_in_range(row.due - world->cx->now, 0, 61 * SECOND_US);
    world_free(world);
}

CASE(an_answer_whose_body_never_ends_is_an_answer)
{
    struct world *world = world_new();
    struct taker taker = {.lingers = true};

    struct delivery row = sms_told(world, &taker, 202);
    assert_int_equal(row.outcome, DELIVERY_DELIVERED);
    assert_int_equal(row.code, 202);
    world_free(world);
}

CASE(a_number_that_the_connector_refuses_is_not_tried_again)
{
    struct world *world = world_new();
    struct taker taker = {0};

    assert_int_equal(sms_told(world, &taker, 422).outcome, DELIVERY_DEAD);
    world_free(world);
}

CASE(a_text_message_of_a_sandbox_is_caught)
{
    struct world *world = world_new();
    struct caught *list;
    size_t count;

    sms_post(world);
    struct running *running = start(world, STR(""));
    struct delivery row = tried(world, 1);
    assert_int_equal(row.outcome, DELIVERY_DELIVERED);
    assert_ok(caught_list(world->cx, world_read(world), STR("06 00 00 00 00"), &list, &count));
    assert_int_equal(count, 1);
    assert_int_equal(list[0].kind, CAUGHT_SMS);
    assert_str(list[0].text, "Votre code : \"123456\"");
    stop(running);
    world_free(world);
}

CASE(a_text_message_of_test_mode_leaves_no_other_server)
{
    struct world *world = world_new();
    struct caught *list;
    size_t count;

    world->core.sandbox = false;
    sms_post(world);
    struct running *running =
        start_with(world, (struct notify_options){.sms_url = str_of(closed_url(world))});
    struct delivery row = tried(world, 1);
    assert_int_equal(row.outcome, DELIVERY_DELIVERED);
    assert_str(row.why, "test_mode");
    assert_ok(caught_list(world->cx, world_read(world), STR_NONE, &list, &count));
    assert_int_equal(count, 0);
    stop(running);
    world_free(world);
}

CASE(without_a_connector_a_text_message_waits)
{
    struct world *world = world_new();

    world->cx->mode = MODE_LIVE;
    sms_post(world);
    struct running *running = start(world, STR(""));
    struct delivery row = tried(world, 1);
    assert_int_equal(row.outcome, 0);
    assert_str(row.why, "not_configured");
    stop(running);
    world_free(world);
}

CASE(numbers_are_told_as_networks_take_them)
{
    struct ctx *cx = unit_ctx();

    assert_str(sms_number(cx->arena, STR("06 12.34-56 78")), "+33612345678");
    assert_str(sms_number(cx->arena, STR("+32 470 12 34 56")), "+32470123456");
    assert_str(sms_number(cx->arena, STR("0032470123456")), "+32470123456");
    assert_str(sms_number(cx->arena, STR("612345678")), "612345678");
    unit_ctx_free(cx);
}

/* --- receivers that hang -----------------------------------------------------------------------
 */

/* The same for what is told to one receiver. */
static struct delivery told(struct world *world, const char *receiver)
{
    struct delivery *rows;

    for (int i = 0; i < STEPS_MAX; i++) {
        size_t count = outbox_all(world, &rows);
        for (size_t at = 0; at < count; at++) {
            if (rows[at].tries > 0 && str_eq(rows[at].receiver, str_of(receiver)))
                return rows[at];
        }
        poll(NULL, 0, STEP_MS);
    }
    fail_msg("nothing was tried");
    return (struct delivery){0};
}

CASE(a_name_that_hangs_ends_its_try_and_no_other)
{
    struct world *world = world_new();
    struct webhook slow = webhook_make(world, "https://slow.test/hook");
    struct webhook other = webhook_make(world, "https://nobody.invalid/hook");

    names_hold();
    news_tell(world, "payment", "0000000000000000000000AA", NEWS_CREATED);
    struct running *running = start_with(world, (struct notify_options){.timeout_ms = 200});
    assert_str(told(world, other.id.raw).why, "name");
    struct delivery row = told(world, slow.id.raw);
    assert_str(row.why, "name");
    assert_int_equal(row.outcome, 0);
    stop(running);
    names_release();
    world_free(world);
}

CASE(a_mail_server_whose_name_hangs_holds_up_nobody)
{
    struct world *world = world_new();
    struct mail mail = sample();
    struct webhook hook = webhook_make(world, closed_url(world));

    names_hold();
    assert_ok(mail_post(world, &mail));
    struct running *running =
        start_with(world, (struct notify_options){.smtp_url = STR("smtp://slow.test"),
                                                  .smtp_from = STR("guichet@localhost"),
                                                  .timeout_ms = 200});
    assert_str(told(world, "mail").why, "timeout");
    news_tell(world, "payment", "0000000000000000000000AA", NEWS_CREATED);
    assert_str(told(world, hook.id.raw).why, "connection");
    stop(running);
    names_release();
    world_free(world);
}

CASE(receivers_that_are_silent_leave_room_for_others)
{
    enum { SILENT = 8, OBJECTS = 70 };
    struct world *world = world_new();
    struct taker silent = {.status = 0};

    struct str url = listening(world, &silent);
    for (int i = 0; i < SILENT; i++)
        (void)webhook_make(world, str_cstr(world->cx->arena, url));
    for (int i = 0; i < OBJECTS; i++)
        news_tell(world, "payment",
                  str_format(world->cx->arena, "0000000000000000000000%02d", i).ptr, NEWS_CREATED);
    struct running *running = start_with(world, (struct notify_options){.timeout_ms = 600000});
    struct webhook other = webhook_make(world, closed_url(world));
    news_tell(world, "payment", "0000000000000000000000AA", NEWS_CREATED);
    assert_str(told(world, other.id.raw).why, "connection");
    stop(running);
    close(silent.fd);
    world_free(world);
}

/* --- several servers ---------------------------------------------------------------------------
 */

enum { SERVERS = 3, MANY = 90 };

/* Three about each object: they leave one after the other. */
static void sms_post_about(struct world *world, int i)
{
    struct str object = str_format(world->cx->arena, "%024d", i % (MANY / 3));
    struct sms sms = {.to = STR("06 00 00 00 00"),
                      .text = str_format(world->cx->arena, "Message %d", i),
                      .kind = "form.code",
                      .object = object.ptr};

    world_time(world, world->cx);
    assert_ok(tx_run(world->store, world->cx, sms_put_body, &sms));
}

static size_t caught_now(struct world *world)
{
    struct caught *list;
    size_t count;

    assert_ok(caught_list(world->cx, world_read(world), STR_NONE, &list, &count));
    reader_release(world->core.reader);
    return count;
}

CASE(three_servers_deliver_each_message_once)
{
    struct world *world = world_new();
    struct holder *holders[SERVERS];
    struct running *running[SERVERS];
    struct delivery *rows;

    for (int i = 0; i < MANY; i++)
        sms_post_about(world, i);
    for (size_t i = 0; i < SERVERS; i++) {
        assert_ok(holder_join(world->cx, world->store, &holders[i]));
        world->core.holder = holders[i];
        running[i] = start(world, STR(""));
    }
    for (int i = 0; i < STEPS_MAX && caught_now(world) < MANY; i++)
        poll(NULL, 0, STEP_MS);
    for (size_t i = 0; i < SERVERS; i++)
        stop(running[i]);
    assert_int_equal(caught_now(world), MANY);
    assert_int_equal(outbox_all(world, &rows), MANY);
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(rows[i].tries, 1);
        assert_int_equal(rows[i].outcome, DELIVERY_DELIVERED);
    }
    for (size_t i = 0; i < SERVERS; i++)
        holder_free(holders[i]);
    world_free(world);
}

struct taking {
    const struct holder *holder;
    const struct delivery *delivery;
    bool taken;
};

static err_t take_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct taking *taking = arg;

    return outbox_take(cx, tx, taking->holder, taking->delivery, &taking->taken);
}

CASE(what_a_server_has_taken_is_left_to_it_while_it_lives)
{
    struct world *world = world_new();
    struct holder *holders[2];
    struct delivery *rows;

    for (size_t i = 0; i < 2; i++)
        assert_ok(holder_join(world->cx, world->store, &holders[i]));
    sms_post(world);
    assert_int_equal(outbox_all(world, &rows), 1);
    struct taking taking = {.holder = holders[0], .delivery = &rows[0]};
    assert_ok(tx_run(world->store, world->cx, take_body, &taking));
    assert_true(taking.taken);
    world->core.holder = holders[1];
    struct running *running = start(world, STR(""));
    poll(NULL, 0, 300);
    assert_int_equal(caught_now(world), 0);
    assert_ok(holder_leave(world->cx, holders[0]));
    assert_int_equal(tried(world, 1).outcome, DELIVERY_DELIVERED);
    stop(running);
    assert_int_equal(caught_now(world), 1);
    for (size_t i = 0; i < 2; i++)
        holder_free(holders[i]);
    world_free(world);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest cases[] = {
        T(a_signature_is_the_hmac_of_time_and_body),
        T(who_does_not_answer_is_tried_again_later),
        T(what_is_gone_is_told_to_nobody),
        T(an_endpoint_that_was_deleted_gets_nothing_more),
        T(a_mail_arrives_in_the_catcher),
        T(a_mail_of_test_mode_leaves_a_sandbox_only),
        T(without_a_mail_server_a_mail_waits),
        T(a_text_message_is_posted_to_the_connector),
        T(a_connector_that_fails_is_asked_again),
        T(an_answer_whose_body_never_ends_is_an_answer),
        T(a_number_that_the_connector_refuses_is_not_tried_again),
        T(a_text_message_of_a_sandbox_is_caught),
        T(a_text_message_of_test_mode_leaves_no_other_server),
        T(without_a_connector_a_text_message_waits),
        T(numbers_are_told_as_networks_take_them),
        T(a_name_that_hangs_ends_its_try_and_no_other),
        T(a_mail_server_whose_name_hangs_holds_up_nobody),
        T(receivers_that_are_silent_leave_room_for_others),
        T(three_servers_deliver_each_message_once),
        T(what_a_server_has_taken_is_left_to_it_while_it_lives),
    };

    return unit_run(argc, argv, cases, ARRAY_LEN(cases));
}
