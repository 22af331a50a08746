#include "support/unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/must.h"
#include "core/holder.h"
#include "rails/card/connector.h"
#include "rails/card/frame.h"
#include "rails/card/link_internal.h"
#include "support/logged.h"
#include "support/tls_peer.h"

/* The test plays the core and the acquirer's host; the connector runs on its own thread. */

static const char PAN[] = "4242424242424242";
static const struct iso_profile PROFILE = {.bitmap = ISO_BITMAP_BINARY};

/* What the core would give: defined here, so that nothing of it has to be linked. */

err_t vault_open_pan(struct vault *vault, struct merchant_id merchant, struct card_id card,
                     struct str sealed, char pan[PAN_MAX + 1])
{
    (void)vault;
    (void)merchant;
    (void)card;
    if (!str_eq(sealed, STR("sealed")))
        return ERR_INTERNAL;
    memcpy(pan, PAN, sizeof PAN);
    return OK;
}

/* Of these leases only the first has held. */
bool holder_holds(const struct holder *holder, int64_t term)
{
    (void)holder;
    return term == 0;
}

bool cvc_take(struct cvc_pool *pool, const char *key, char cvc[CVC_MAX + 1])
{
    (void)pool;
    (void)key;
    memcpy(cvc, "123", 4);
    return true;
}

/* --- the host
 * --------------------------------------------------------------------------------------- */

struct host {
    int listener;
    int port;
    int fd;
    SSL *ssl; /* NULL: in clear */
    struct frame_buffer in;
};

static void host_listen(struct host *host)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)host->port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int one = 1;

    host->fd = -1;
    host->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(host->listener >= 0);
    (void)setsockopt(host->listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    assert_int_equal(bind(host->listener, (struct sockaddr *)(void *)&address, len), 0);
    assert_int_equal(listen(host->listener, 8), 0);
    assert_int_equal(getsockname(host->listener, (struct sockaddr *)(void *)&address, &len), 0);
    host->port = ntohs(address.sin_port);
}

static void wait_readable(int fd, int timeout_ms)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};

    assert_int_equal(poll(&wait, 1, timeout_ms), 1);
}

static void host_write(struct host *host, const struct iso_message *message)
{
    char frame[FRAME_MAX];
    size_t len;

    assert_ok(iso_encode(&PROFILE, message, frame + FRAME_HEAD, ISO_BODY_MAX, &len));
    frame_head(len, frame);
    if (host->ssl != NULL)
        assert_int_equal(SSL_write(host->ssl, frame, (int)(len + FRAME_HEAD)), len + FRAME_HEAD);
    else
        assert_int_equal(send(host->fd, frame, len + FRAME_HEAD, MSG_NOSIGNAL), len + FRAME_HEAD);
}

/* The next message of the link; its fields are valid until the next read. */
static struct iso_message host_read(struct host *host)
{
    struct iso_message message;
    struct str body;

    while (frame_next(&host->in, &body) != FRAME_READY) {
        size_t room;
        char *to = frame_room(&host->in, &room);
        ssize_t got;
        if (host->ssl == NULL) {
            wait_readable(host->fd, 30000);
            got = recv(host->fd, to, room, 0);
        } else {
            got = SSL_read(host->ssl, to, (int)room);
        }
        assert_true(got > 0);
        frame_took(&host->in, (size_t)got);
    }
    assert_ok(iso_decode(&PROFILE, body, &message));
    return message;
}

static void host_answer(struct host *host, const struct iso_message *request, struct str code)
{
    struct iso_message answer;

    iso_answer(request, &answer);
    answer.fields[39] = code;
    if (str_eq(code, STR("00")) && strcmp(answer.mti, "0110") == 0)
        answer.fields[38] = STR("A1B2C3");
    host_write(host, &answer);
}

static void host_accept(struct host *host)
{
    wait_readable(host->listener, 30000);
    host->fd = accept(host->listener, NULL, NULL);
    assert_true(host->fd >= 0);
    frame_clear(&host->in);
}

static void host_sign_on(struct host *host)
{
    host_accept(host);
    struct iso_message message = host_read(host);
    assert_string_equal(message.mti, "0800");
    assert_str(message.fields[70], "001");
    host_answer(host, &message, STR("00"));
}

static void host_hang_up(struct host *host)
{
    close(host->fd);
    host->fd = -1;
}

/* Whether the link says anything within the time. */
static bool host_hears(struct host *host, int timeout_ms)
{
    struct pollfd wait = {.fd = host->fd, .events = POLLIN};

    return poll(&wait, 1, timeout_ms) == 1;
}

/* --- the core
 * --------------------------------------------------------------------------------------- */

struct scene {
    struct ctx *cx;
    struct host host;
    struct mailbox *home;
    struct connector *connector;
    struct card_rail *rail;
    struct card_call *done[FLIGHTS_MAX * 2];
    size_t done_count;
    /* Chargebacks. */
    err_t notice_result;
    atomic_int notice_count;
    struct chargeback_notice notice;
};

struct test_call {
    struct card_call call; /* first */
    struct scene *scene;
};

static void call_done(struct message *message)
{
    struct test_call *call = (struct test_call *)message;

    call->scene->done[call->scene->done_count++] = &call->call;
}

static void scene_chargeback(void *self, struct notice_call *call)
{
    struct scene *scene = self;

    /* On the connector's thread; the core would answer from its own. */
    scene->notice = call->notice;
    atomic_fetch_add(&scene->notice_count, 1);
    call->result = scene->notice_result;
    mailbox_post(call->home, &call->done);
}

static struct scene *scene_new(void (*change)(struct connector_options *))
{
    struct scene *scene = process_make(struct scene);
    struct connector_options options;

    scene->cx = unit_ctx();
    scene->home = mailbox_new();
    host_listen(&scene->host);
    connector_options_default(&options);
    options.link.host = "127.0.0.1";
    options.link.port = scene->host.port;
    options.link.times.back_off_ms = 20;
    options.link.times.back_off_max_ms = 40;
    options.link.events = (struct card_events){scene, scene_chargeback};
    if (change != NULL)
        change(&options);
    assert_ok(connector_new(scene->cx, &options, &scene->connector));
    scene->rail = connector_rail(scene->connector);
    connector_start(scene->connector);
    return scene;
}

static void scene_free(struct scene *scene)
{
    connector_stop(scene->connector);
    (void)mailbox_run(scene->home);
    connector_free(scene->connector);
    mailbox_free(scene->home);
    if (scene->host.fd >= 0)
        close(scene->host.fd);
    if (scene->host.listener >= 0)
        close(scene->host.listener);
    unit_ctx_free(scene->cx);
    process_free(scene);
}

static struct card_call *call_new(struct scene *scene, enum card_op op, int64_t stan)
{
    struct test_call *call = arena_make(scene->cx->arena, struct test_call);
    struct card_trace trace = {stan, "632510000101", scene->cx->now};

    call->scene = scene;
    call->call = (struct card_call){
        .done = {.run = call_done},
        .home = scene->home,
        .op = op,
        .acceptor = "GUICHET00000001",
        .trace = trace,
        .amount = { 2599,    CURRENCY_EUR},
        .final = true,
        .exp_month = 12,
        .exp_year = 2029,
        .pan_sealed = STR_INIT("sealed"),
        .has_cvc = true,
        .payer_present = true,
        .descriptor = "Café Dupont",
        .original_op = CARD_AUTHORISE,
        .replace_minor = -1,
    };
    ID_NEW(scene->cx->ids, &call->call.payment);
    if (op != CARD_AUTHORISE)
        call->call.original = (struct card_trace){101, "632510000101", scene->cx->now};
    return &call->call;
}

static struct card_call *authorise(struct scene *scene, int64_t stan)
{
    struct card_call *call = call_new(scene, CARD_AUTHORISE, stan);

    scene->rail->send(scene->rail->self, call);
    return call;
}

/* Runs the core's mailbox until so many calls have come back. */
static void wait_done(struct scene *scene, size_t count)
{
    while (scene->done_count < count) {
        wait_readable(mailbox_fd(scene->home), 30000);
        (void)mailbox_run(scene->home);
    }
    assert_int_equal(scene->done_count, count);
}

static void wait_up(struct scene *scene, bool up)
{
    for (int i = 0; i < 3000 && scene->rail->is_up(scene->rail->self) != up; i++)
        usleep(10000);
    assert_true(scene->rail->is_up(scene->rail->self) == up);
}

/* --- requests and answers
 * --------------------------------------------------------------------------- */

CASE(an_authorisation_waits_for_sign_on_and_comes_back_approved)
{
    struct scene *scene = scene_new(NULL);
    struct card_call *call = authorise(scene, 101);
    struct str value;

    host_accept(&scene->host);
    struct iso_message message = host_read(&scene->host);
    assert_string_equal(message.mti, "0800");
    assert_false(host_hears(&scene->host, 50));
    host_answer(&scene->host, &message, STR("00"));
    message = host_read(&scene->host);
    assert_string_equal(message.mti, "0100");
    assert_str(message.fields[2], "4242424242424242");
    assert_str(message.fields[4], "000000002599");
    assert_str(message.fields[14], "2912");
    assert_str(message.fields[43], "CAFE DUPONT              PARIS        FR");
    assert_true(iso_private_get(&message, TAG_CVC, &value));
    assert_str(value, "123");
    assert_true(iso_private_get(&message, TAG_AUTH_TYPE, &value));
    assert_str(value, "F");
    assert_true(iso_private_get(&message, TAG_PAYMENT, &value));
    assert_str(value, call->payment.raw);
    host_answer(&scene->host, &message, STR("00"));
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_APPROVED);
    assert_string_equal(call->response, "00");
    assert_string_equal(call->got_auth_code, "A1B2C3");
    assert_false(call->settled);
    assert_true(scene->rail->is_up(scene->rail->self));
    scene_free(scene);
}

CASE(answers_in_another_order_find_their_calls)
{
    struct scene *scene = scene_new(NULL);
    struct card_call *first = authorise(scene, 1);
    struct card_call *second = authorise(scene, 257); /* the same bucket */
    struct iso_message answers[2];

    host_sign_on(&scene->host);
    for (size_t i = 0; i < 2; i++) {
        struct iso_message message = host_read(&scene->host);
        iso_answer(&message, &answers[i]);
        for (size_t number = 2; number <= ISO_FIELD_MAX; number++) {
            if (ISO_HAS(&answers[i], number))
                answers[i].fields[number] = str_dup(scene->cx->arena, answers[i].fields[number]);
        }
    }
    answers[1].fields[39] = STR("51");
    host_write(&scene->host, &answers[1]);
    wait_done(scene, 1);
    assert_ptr_equal(scene->done[0], second);
    assert_int_equal(second->outcome, CARD_DECLINED);
    assert_string_equal(second->response, "51");
    answers[0].fields[39] = STR("A1");
    host_write(&scene->host, &answers[0]);
    wait_done(scene, 2);
    assert_int_equal(first->outcome, CARD_SOFT_DECLINED);
    assert_string_equal(first->response, "A1");
    scene_free(scene);
}

CASE(a_soft_decline_of_another_network_is_told_as_a1)
{
    struct scene *scene = scene_new(NULL);
    struct card_call *call = authorise(scene, 1);
    struct iso_private private = {.len = 0};
    struct iso_message answer;

    host_sign_on(&scene->host);
    struct iso_message message = host_read(&scene->host);
    iso_answer(&message, &answer);
    iso_private_put(&private, TAG_NETWORK_USED, STR("MC"));
    answer.fields[39] = STR("65");
    answer.fields[48] = (struct str){private.text, private.len};
    host_write(&scene->host, &answer);
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_SOFT_DECLINED);
    assert_string_equal(call->response, "A1");
    assert_string_equal(call->network, "MC");
    scene_free(scene);
}

static enum card_retry retry_after(const char *code, const char *network, const char *advice)
{
    struct scene *scene = scene_new(NULL);
    struct card_call *call = authorise(scene, 1);
    struct iso_private private = {.len = 0};
    struct iso_message answer;

    host_sign_on(&scene->host);
    struct iso_message message = host_read(&scene->host);
    iso_answer(&message, &answer);
    iso_private_put(&private, TAG_NETWORK_USED, str_of(network));
    if (advice != NULL)
        iso_private_put(&private, TAG_ADVICE, str_of(advice));
    answer.fields[39] = str_of(code);
    answer.fields[48] = (struct str){private.text, private.len};
    host_write(&scene->host, &answer);
    wait_done(scene, 1);
    enum card_retry retry = call->retry;
    scene_free(scene);
    return retry;
}

CASE(a_refusal_says_whether_to_try_again)
{
    assert_int_equal(retry_after("51", "CB", NULL), CARD_RETRY_LATER);
    assert_int_equal(retry_after("51", "VI", "02"), CARD_RETRY_LATER);
    assert_int_equal(retry_after("51", "VI", "03"), CARD_RETRY_NEVER);
    assert_int_equal(retry_after("41", "CB", NULL), CARD_RETRY_WITH_PAYER);
    assert_int_equal(retry_after("R1", "VI", NULL), CARD_RETRY_NEVER);
    assert_int_equal(retry_after("96", "CB", NULL), 0);
    assert_int_equal(retry_after("65", "MC", NULL), 0);
    assert_int_equal(retry_after("65", "CB", NULL), CARD_RETRY_LATER);
}

CASE(money_that_moved_at_once_is_told_with_what_was_kept)
{
    struct scene *scene = scene_new(NULL);
    struct card_call *call = authorise(scene, 1);
    struct iso_private private = {.len = 0};
    struct iso_message answer;

    host_sign_on(&scene->host);
    struct iso_message message = host_read(&scene->host);
    iso_answer(&message, &answer);
    iso_private_put(&private, TAG_KEPT, STR("000000000010"));
    answer.fields[39] = STR("00");
    answer.fields[44] = STR("M");
    answer.fields[48] = (struct str){private.text, private.len};
    host_write(&scene->host, &answer);
    wait_done(scene, 1);
    assert_true(call->settled);
    assert_int_equal(call->kept_minor, 10);
    assert_int_equal(call->cvc_result, 'M');
    scene_free(scene);
}

/* Tags 08 and 09 of an authorisation as it leaves. */
static void initiator_leaves(struct scene *scene, bool payer_present, bool card_kept,
                             const char *first_txn, const char *initiator, const char *quoted)
{
    struct card_call *call = call_new(scene, CARD_AUTHORISE, (int64_t)scene->done_count + 1);
    struct str value;

    call->payer_present = payer_present;
    call->card_kept = card_kept;
    snprintf(call->first_txn, sizeof call->first_txn, "%s", first_txn);
    scene->rail->send(scene->rail->self, call);
    struct iso_message message = host_read(&scene->host);
    assert_true(iso_private_get(&message, TAG_INITIATOR, &value));
    assert_str(value, initiator);
    assert_int_equal(iso_private_get(&message, TAG_NETWORK_TXN, &value), quoted != NULL);
    if (quoted != NULL)
        assert_str(value, quoted);
    host_answer(&scene->host, &message, STR("00"));
    wait_done(scene, scene->done_count + 1);
}

CASE(a_charge_without_the_payer_quotes_the_first_approval_of_the_card)
{
    static const char LONGEST[] = "NTID5678901234567890123456789012345X";
    struct scene *scene = scene_new(NULL);

    host_sign_on(&scene->host);
    initiator_leaves(scene, true, false, "", "C0", NULL);
    initiator_leaves(scene, true, true, "", "C1", NULL);
    initiator_leaves(scene, true, true, LONGEST, "C2", NULL);
    initiator_leaves(scene, false, true, LONGEST, "M2", LONGEST);
    initiator_leaves(scene, false, false, "", "M2", NULL);
    scene_free(scene);
}

/* The answer to a new authorisation of 2599 with a code and an amount. */
static struct card_call *answered_in_part(struct scene *scene, struct str code, struct str amount)
{
    struct card_call *call = authorise(scene, (int64_t)scene->done_count + 1);
    struct iso_message message = host_read(&scene->host);
    struct iso_message answer;

    iso_answer(&message, &answer);
    answer.fields[4] = amount;
    answer.fields[39] = code;
    host_write(&scene->host, &answer);
    wait_done(scene, scene->done_count + 1);
    return call;
}

static void refuse_sign_ons(void *arg)
{
    static const char *const CODES[] = {"05", "05", "91"};
    struct host *host = arg;

    for (size_t i = 0; i < ARRAY_LEN(CODES); i++) {
        host_accept(host);
        struct iso_message message = host_read(host);
        host_answer(host, &message, str_of(CODES[i]));
        wait_readable(host->fd, 30000); /* closed, and told before */
        host_hang_up(host);
    }
}

CASE(a_sign_on_that_is_refused_is_told_with_its_code)
{
    struct scene *scene = scene_new(NULL);
    char log[4096];

    logged(log, sizeof log, refuse_sign_ons, &scene->host);
    const char *first = strstr(log, "refused with 05\n");
    assert_non_null(first);
    assert_null(strstr(first + 1, "refused with 05"));
    assert_non_null(strstr(first, "link.down connector=sim why=sign-on refused with 91\n"));
    scene_free(scene);
}

CASE(a_part_that_is_approved_is_told_as_such)
{
    struct scene *scene = scene_new(NULL);

    host_sign_on(&scene->host);
    struct card_call *call = answered_in_part(scene, STR("10"), STR("000000001299"));
    assert_int_equal(call->outcome, CARD_UNUSABLE);
    assert_string_equal(call->response, "10");
    assert_string_equal(call->got_auth_code, "");
    call = answered_in_part(scene, STR("00"), STR("000000002598"));
    assert_int_equal(call->outcome, CARD_UNUSABLE);
    assert_string_equal(call->response, "10");
    call = answered_in_part(scene, STR("00"), STR("000000002599"));
    assert_int_equal(call->outcome, CARD_APPROVED);
    call = answered_in_part(scene, STR("51"), STR("000000001299"));
    assert_int_equal(call->outcome, CARD_DECLINED);
    scene_free(scene);
}

CASE(an_approval_of_another_currency_is_told_as_a_part)
{
    struct scene *scene = scene_new(NULL);
    struct card_call *call = authorise(scene, 1);
    struct iso_message answer;

    host_sign_on(&scene->host);
    struct iso_message message = host_read(&scene->host);
    iso_answer(&message, &answer);
    answer.fields[39] = STR("00");
    answer.fields[49] = STR("840");
    host_write(&scene->host, &answer);
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_UNUSABLE);
    assert_string_equal(call->response, "10");
    assert_string_equal(call->got_auth_code, "");
    scene_free(scene);
}

/* What becomes of a call that is answered with this code. */
static struct card_call *answered_with(struct scene *scene, struct card_call *call, struct str code)
{
    scene->rail->send(scene->rail->self, call);
    struct iso_message message = host_read(&scene->host);
    host_answer(&scene->host, &message, code);
    wait_done(scene, scene->done_count + 1);
    return call;
}

CASE(a_code_that_nobody_knows_approves_nothing_and_is_undone)
{
    struct scene *scene = scene_new(NULL);
    struct card_call *call = call_new(scene, CARD_AUTHORISE, 1);

    host_sign_on(&scene->host);
    (void)answered_with(scene, call, STR("11"));
    assert_int_equal(call->outcome, CARD_UNUSABLE);
    assert_string_equal(call->response, "11");
    assert_int_equal(call->retry, CARD_RETRY_WITH_PAYER);
    call = answered_with(scene, call_new(scene, CARD_CAPTURE, 2), STR("11"));
    assert_int_equal(call->outcome, CARD_DECLINED);
    scene_free(scene);
}

CASE(a_repeat_that_was_acted_on_before_is_done)
{
    static const enum card_op OPS[] = {CARD_CAPTURE, CARD_REFUND};
    struct scene *scene = scene_new(NULL);

    host_sign_on(&scene->host);
    for (size_t i = 0; i < ARRAY_LEN(OPS); i++) {
        struct card_call *first = call_new(scene, OPS[i], 10 + (int64_t)i);
        (void)answered_with(scene, first, STR("94"));
        assert_int_equal(first->outcome, CARD_DECLINED);
        struct card_call *again = call_new(scene, OPS[i], 20 + (int64_t)i);
        again->repeat = true;
        (void)answered_with(scene, again, STR("94"));
        assert_int_equal(again->outcome, CARD_APPROVED);
        assert_string_equal(again->response, "94");
    }
    scene_free(scene);
}

CASE(a_repeat_keeps_its_identity_and_changes_the_last_digit_only)
{
    struct scene *scene = scene_new(NULL);
    struct card_call *first = call_new(scene, CARD_REVERSE, 300);
    struct card_call *again = call_new(scene, CARD_REVERSE, 300);
    char sent[ISO_SENT_LEN + 1] = "";

    memcpy(first->reason, "68", 3);
    memcpy(again->reason, "68", 3);
    again->repeat = true;
    host_sign_on(&scene->host);
    scene->rail->send(scene->rail->self, first);
    struct iso_message message = host_read(&scene->host);
    assert_string_equal(message.mti, "0420");
    assert_str(message.fields[39], "68");
    assert_int_equal(message.fields[90].len, ISO_ORIGINAL_LEN);
    memcpy(sent, message.fields[7].ptr, ISO_SENT_LEN);
    host_answer(&scene->host, &message, STR("96"));
    wait_done(scene, 1);
    assert_int_equal(first->outcome, CARD_DECLINED);
    scene->rail->send(scene->rail->self, again);
    message = host_read(&scene->host);
    assert_string_equal(message.mti, "0421");
    assert_str(message.fields[7], sent);
    assert_str(message.fields[11], "000300");
    host_answer(&scene->host, &message, STR("25"));
    wait_done(scene, 2);
    assert_int_equal(again->outcome, CARD_APPROVED);
    scene_free(scene);
}

/* The answer to totals, with DE 66 and, when given, a debit total of the host's own. */
static void totals_answered(struct scene *scene, const struct iso_message *request, struct str code,
                            struct str debits_minor)
{
    struct iso_message answer;

    iso_answer(request, &answer);
    answer.fields[39] = STR("00");
    answer.fields[66] = code;
    answer.fields[88] = debits_minor;
    host_write(&scene->host, &answer);
}

CASE(totals_of_a_day_leave_with_counts_amounts_and_the_net)
{
    struct scene *scene = scene_new(NULL);
    struct card_call *call = call_new(scene, CARD_RECONCILE, 900);
    static const char *const EXPECTED[][2] = {
        {"0000000001", "0000000000001000"},
        {"0000000000", "0000000000000000"},
        {"0000000002", "0000000000014649"},
        {"0000000000", "0000000000000000"},
    };

    call->day = (struct date){2026, 11, 21};
    call->pan_sealed = STR_NONE;
    call->totals = (struct card_totals){1, 1000, 2, 14649};
    host_sign_on(&scene->host);
    scene->rail->send(scene->rail->self, call);
    struct iso_message message = host_read(&scene->host);
    assert_string_equal(message.mti, "0500");
    assert_str(message.fields[11], "000900");
    assert_str(message.fields[15], "1121");
    assert_str(message.fields[42], "GUICHET00000001");
    assert_str(message.fields[50], "978");
    for (size_t i = 0; i < 4; i++) {
        assert_str(message.fields[74 + i], EXPECTED[i][0]);
        assert_str(message.fields[86 + i], EXPECTED[i][1]);
    }
    assert_str(message.fields[97], "D0000000000013649");
    assert_false(ISO_HAS(&message, 2) || ISO_HAS(&message, 4) || ISO_HAS(&message, 48));
    totals_answered(scene, &message, STR("1"), STR_NONE);
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_APPROVED);
    assert_true(call->balanced);
    assert_int_equal(call->theirs.debits_minor, 14649);
    scene_free(scene);
}

CASE(totals_that_differ_and_answers_that_say_nothing_are_told_apart)
{
    struct scene *scene = scene_new(NULL);
    struct card_call *call = call_new(scene, CARD_RECONCILE, 900);
    struct card_call *again = call_new(scene, CARD_RECONCILE, 900);

    call->day = again->day = (struct date){2026, 1, 2};
    call->totals = again->totals = (struct card_totals){3, 5000, 1, 4000};
    again->repeat = true;
    host_sign_on(&scene->host);
    scene->rail->send(scene->rail->self, call);
    struct iso_message message = host_read(&scene->host);
    assert_str(message.fields[15], "0102");
    assert_str(message.fields[97], "C0000000000001000");
    totals_answered(scene, &message, STR_NONE, STR_NONE);
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_DECLINED);
    scene->rail->send(scene->rail->self, again);
    message = host_read(&scene->host);
    assert_string_equal(message.mti, "0501");
    totals_answered(scene, &message, STR("2"), STR("0000000000004001"));
    wait_done(scene, 2);
    assert_int_equal(again->outcome, CARD_APPROVED);
    assert_false(again->balanced);
    assert_int_equal(again->theirs.debits_minor, 4001);
    assert_int_equal(again->theirs.credits, 3);
    struct card_call *praised = call_new(scene, CARD_RECONCILE, 901);
    praised->day = call->day;
    praised->totals = call->totals;
    scene->rail->send(scene->rail->self, praised);
    message = host_read(&scene->host);
    totals_answered(scene, &message, STR("1"), STR("0000000000004001"));
    wait_done(scene, 3);
    assert_false(praised->balanced);
    scene_free(scene);
}

CASE(a_partial_void_says_what_remains)
{
    struct scene *scene = scene_new(NULL);
    struct card_call *call = call_new(scene, CARD_VOID, 300);

    call->replace_minor = 1000;
    host_sign_on(&scene->host);
    scene->rail->send(scene->rail->self, call);
    struct iso_message message = host_read(&scene->host);
    assert_string_equal(message.mti, "0400");
    assert_str(message.fields[95], "000000001000000000000000C00000000C00000000");
    host_answer(&scene->host, &message, STR("00"));
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_APPROVED);
    scene_free(scene);
}

CASE(a_card_number_that_does_not_open_leaves_nothing)
{
    struct scene *scene = scene_new(NULL);
    struct card_call *call = call_new(scene, CARD_AUTHORISE, 1);

    call->pan_sealed = STR("other");
    host_sign_on(&scene->host);
    scene->rail->send(scene->rail->self, call);
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_UNREACHABLE);
    assert_false(host_hears(&scene->host, 20));
    scene_free(scene);
}

/* --- silence
 * ---------------------------------------------------------------------------------------- */

static void short_requests(struct connector_options *options)
{
    options->link.times.request_ms = 600;
    options->link.times.breaker_ms = 1000;
}

CASE(no_answer_in_time_is_unknown_and_a_late_one_changes_nothing)
{
    struct scene *scene = scene_new(short_requests);
    struct card_call *call = authorise(scene, 1);

    host_sign_on(&scene->host);
    struct iso_message message = host_read(&scene->host);
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_UNKNOWN);
    assert_string_equal(call->response, "68");
    host_answer(&scene->host, &message, STR("00"));
    struct card_call *next = authorise(scene, 2);
    message = host_read(&scene->host);
    host_answer(&scene->host, &message, STR("00"));
    wait_done(scene, 2);
    assert_int_equal(next->outcome, CARD_APPROVED);
    assert_int_equal(call->outcome, CARD_UNKNOWN);
    scene_free(scene);
}

CASE(an_answer_that_does_not_echo_the_identity_is_not_matched)
{
    struct scene *scene = scene_new(short_requests);
    struct card_call *call = authorise(scene, 1);
    struct iso_message answer;

    host_sign_on(&scene->host);
    struct iso_message message = host_read(&scene->host);
    iso_answer(&message, &answer);
    answer.fields[39] = STR("00");
    answer.fields[41] = STR("GUICH002");
    host_write(&scene->host, &answer);
    answer.fields[41] = message.fields[41];
    answer.fields[7] = STR("0101000000");
    host_write(&scene->host, &answer);
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_UNKNOWN);
    scene_free(scene);
}

CASE(five_timeouts_open_the_breaker_and_one_probe_closes_it)
{
    struct scene *scene = scene_new(short_requests);

    host_sign_on(&scene->host);
    for (int64_t i = 1; i <= 5; i++)
        (void)authorise(scene, i);
    for (int i = 0; i < 5; i++)
        (void)host_read(&scene->host);
    wait_done(scene, 5);
    wait_up(scene, false);
    struct card_call *refused = authorise(scene, 6);
    wait_done(scene, 6);
    assert_int_equal(refused->outcome, CARD_UNREACHABLE);
    assert_string_equal(refused->response, "91");
    /* What cleans up still goes. */
    struct card_call *reversal = call_new(scene, CARD_REVERSE, 7);
    scene->rail->send(scene->rail->self, reversal);
    struct iso_message message = host_read(&scene->host);
    assert_string_equal(message.mti, "0420");
    usleep(1200000);
    struct card_call *probe = authorise(scene, 8);
    struct card_call *other = authorise(scene, 9);
    message = host_read(&scene->host);
    assert_str(message.fields[11], "000008");
    host_answer(&scene->host, &message, STR("00"));
    wait_done(scene, 8);
    assert_int_equal(probe->outcome, CARD_APPROVED);
    assert_int_equal(other->outcome, CARD_UNREACHABLE);
    wait_up(scene, true);
    scene_free(scene);
}

/* --- lost connections
 * ------------------------------------------------------------------------------- */

CASE(a_link_lost_after_the_write_makes_calls_unknown)
{
    struct scene *scene = scene_new(NULL);
    struct card_call *call = authorise(scene, 1);

    host_sign_on(&scene->host);
    (void)host_read(&scene->host);
    host_hang_up(&scene->host);
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_UNKNOWN);
    /* And the link comes back. */
    host_sign_on(&scene->host);
    struct card_call *next = authorise(scene, 2);
    struct iso_message message = host_read(&scene->host);
    host_answer(&scene->host, &message, STR("00"));
    wait_done(scene, 2);
    assert_int_equal(next->outcome, CARD_APPROVED);
    scene_free(scene);
}

CASE(a_call_that_never_left_goes_out_on_the_next_connection)
{
    struct scene *scene = scene_new(NULL);

    host_sign_on(&scene->host);
    wait_up(scene, true);
    host_hang_up(&scene->host);
    wait_up(scene, false);
    struct card_call *call = authorise(scene, 1);
    host_sign_on(&scene->host);
    struct iso_message message = host_read(&scene->host);
    assert_str(message.fields[11], "000001");
    host_answer(&scene->host, &message, STR("00"));
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_APPROVED);
    scene_free(scene);
}

/* The server stood still, or the database was away: another one may have reversed it. */
CASE(an_authorisation_does_not_leave_after_the_end_of_its_lease)
{
    struct scene *scene = scene_new(NULL);

    host_sign_on(&scene->host);
    wait_up(scene, true);
    struct card_call *call = call_new(scene, CARD_AUTHORISE, 1);
    call->term = 1;
    scene->rail->send(scene->rail->self, call);
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_UNREACHABLE);
    call = call_new(scene, CARD_AUTHORISE, 2);
    call->term = 1;
    call->begun_us = clock_monotonic_us(); /* nobody has had the time to */
    scene->rail->send(scene->rail->self, call);
    struct iso_message message = host_read(&scene->host);
    assert_str(message.fields[11], "000002");
    scene_free(scene);
}

CASE(nobody_there_is_unreachable_at_once)
{
    struct scene *scene = scene_new(NULL);

    host_sign_on(&scene->host);
    wait_up(scene, true);
    close(scene->host.listener);
    scene->host.listener = -1;
    host_hang_up(&scene->host);
    usleep(100000);
    struct card_call *call = authorise(scene, 1);
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_UNREACHABLE);
    assert_string_equal(call->response, "91");
    scene_free(scene);
}

static void short_sign_on(struct connector_options *options)
{
    options->link.times.network_ms = 500;
    options->link.times.request_ms = 400;
}

CASE(a_host_that_does_not_let_us_in_gets_nothing)
{
    struct scene *scene = scene_new(short_sign_on);

    host_accept(&scene->host);
    struct iso_message message = host_read(&scene->host);
    struct card_call *call = authorise(scene, 1);
    host_answer(&scene->host, &message, STR("91"));
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_UNREACHABLE);
    scene_free(scene);
}

CASE(an_authorisation_waits_for_sign_on_no_longer_than_its_own_timer)
{
    struct scene *scene = scene_new(short_sign_on);
    struct card_call *call = authorise(scene, 1);

    host_accept(&scene->host);
    (void)host_read(&scene->host);
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_UNREACHABLE);
    scene_free(scene);
}

CASE(rubbish_from_the_host_closes_the_link)
{
    struct scene *scene = scene_new(NULL);
    struct card_call *call = authorise(scene, 1);

    host_sign_on(&scene->host);
    (void)host_read(&scene->host);
    assert_int_equal(send(scene->host.fd, "\xff\xff\xff", 3, MSG_NOSIGNAL), 3);
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_UNKNOWN);
    scene_free(scene);
}

static void *talk_without_end(void *arg)
{
    const struct host *host = arg;
    char nothing[64 * 1024];

    for (size_t at = 0; at < sizeof nothing; at += 64) {
        memset(nothing + at, 'x', 64);
        memcpy(nothing + at, "\0\x3e", FRAME_HEAD);
    }
    while (send(host->fd, nothing, sizeof nothing, MSG_NOSIGNAL) > 0)
        continue;
    return NULL;
}

CASE(a_host_that_talks_without_end_keeps_no_call_waiting)
{
    struct scene *scene = scene_new(short_requests);
    pthread_t talker;

    host_sign_on(&scene->host);
    assert_int_equal(pthread_create(&talker, NULL, talk_without_end, &scene->host), 0);
    usleep(100000);
    struct card_call *call = authorise(scene, 1);
    (void)host_read(&scene->host);
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_UNKNOWN);
    assert_int_equal(shutdown(scene->host.fd, SHUT_RDWR), 0);
    assert_int_equal(pthread_join(talker, NULL), 0);
    scene_free(scene);
}

CASE(what_happens_without_end_is_logged_once_a_second)
{
    struct tally tally = {.times = 0};
    int64_t times = 0;

    assert_true(tally_is_due(&tally, &times));
    assert_int_equal(times, 1);
    for (int i = 0; i < 1000; i++)
        assert_false(tally_is_due(&tally, &times));
    tally.told_us -= SECOND_US;
    assert_true(tally_is_due(&tally, &times));
    assert_int_equal(times, 1001);
}

CASE(stopping_gives_every_call_a_result)
{
    struct scene *scene = scene_new(NULL);
    struct card_call *written = authorise(scene, 1);

    host_sign_on(&scene->host);
    (void)host_read(&scene->host);
    connector_stop(scene->connector);
    struct iso_message message = host_read(&scene->host);
    assert_str(message.fields[70], "002");
    struct card_call *after = authorise(scene, 2);
    wait_done(scene, 2);
    assert_int_equal(written->outcome, CARD_UNKNOWN);
    assert_int_equal(after->outcome, CARD_UNREACHABLE);
    scene_free(scene);
}

/* --- limits and life
 * -------------------------------------------------------------------------------- */

CASE(the_257th_call_waits_for_a_place)
{
    struct scene *scene = scene_new(NULL);
    struct iso_message message = {.mti = ""};

    host_sign_on(&scene->host);
    for (int64_t i = 1; i <= FLIGHTS_MAX + 1; i++)
        (void)authorise(scene, i);
    for (int i = 0; i < FLIGHTS_MAX; i++)
        message = host_read(&scene->host);
    assert_str(message.fields[11], "000256");
    assert_false(host_hears(&scene->host, 50));
    host_answer(&scene->host, &message, STR("00"));
    message = host_read(&scene->host);
    assert_str(message.fields[11], "000257");
    host_answer(&scene->host, &message, STR("00"));
    wait_done(scene, 2);
    scene_free(scene);
}

static void short_echo(struct connector_options *options)
{
    options->link.times.echo_after_ms = 40;
    options->link.times.network_ms = 600;
}

CASE(a_silent_link_is_asked_for_an_echo_and_closed_after_two)
{
    struct scene *scene = scene_new(short_echo);
    struct iso_message message;

    host_sign_on(&scene->host);
    message = host_read(&scene->host);
    assert_str(message.fields[70], "301");
    host_answer(&scene->host, &message, STR("00"));
    message = host_read(&scene->host);
    assert_str(message.fields[70], "301");
    message = host_read(&scene->host);
    assert_str(message.fields[70], "301");
    /* Unanswered twice: the link closes and comes back. */
    char byte;
    wait_readable(scene->host.fd, 30000);
    assert_int_equal(recv(scene->host.fd, &byte, 1, 0), 0);
    host_hang_up(&scene->host);
    host_sign_on(&scene->host);
    scene_free(scene);
}

CASE(an_echo_of_the_host_is_answered)
{
    struct scene *scene = scene_new(NULL);
    struct iso_message echo = {.mti = "0800"};

    host_sign_on(&scene->host);
    echo.fields[7] = STR("1121060100");
    echo.fields[11] = STR("000002");
    echo.fields[70] = STR("301");
    host_write(&scene->host, &echo);
    struct iso_message message = host_read(&scene->host);
    assert_string_equal(message.mti, "0810");
    assert_str(message.fields[39], "00");
    assert_str(message.fields[11], "000002");
    scene_free(scene);
}

/* --- chargebacks
 * ------------------------------------------------------------------------------------ */

static void host_chargeback(struct host *host, const char *mti)
{
    struct iso_message message = {.mti = ""};
    struct iso_private private = {.len = 0};

    memcpy(message.mti, mti, ISO_MTI_LEN);
    iso_private_put(&private, TAG_DISPUTE_REASON, STR("45"));
    iso_private_put(&private, TAG_DISPUTE_NETWORK, STR("CB"));
    iso_private_put(&private, TAG_ANSWER_BY, STR("20261206"));
    message.fields[3] = STR("000000");
    message.fields[4] = STR("000000002599");
    message.fields[7] = STR("1121060100");
    message.fields[11] = STR("000777");
    message.fields[37] = STR("632510000101");
    message.fields[41] = STR("GUICH001");
    message.fields[42] = STR("GUICHET00000001");
    message.fields[48] = (struct str){private.text, private.len};
    message.fields[49] = STR("978");
    host_write(host, &message);
}

CASE(a_chargeback_is_answered_once_the_core_has_said_yes)
{
    struct scene *scene = scene_new(NULL);

    host_sign_on(&scene->host);
    for (int i = 0; i < 2; i++) {
        host_chargeback(&scene->host, "0422");
        struct iso_message message = host_read(&scene->host);
        assert_string_equal(message.mti, "0432");
        assert_str(message.fields[11], "000777");
        assert_str(message.fields[39], "00");
    }
    assert_int_equal(atomic_load(&scene->notice_count), 2);
    assert_string_equal(scene->notice.identity, "1121060100 000777  GUICH001");
    assert_string_equal(scene->notice.rrn, "632510000101");
    assert_string_equal(scene->notice.acceptor, "GUICHET00000001");
    assert_string_equal(scene->notice.reason, "45");
    assert_string_equal(scene->notice.network, "CB");
    assert_int_equal(scene->notice.amount.minor, 2599);
    assert_int_equal(scene->notice.answer_by.month, 12);
    scene_free(scene);
}

CASE(a_chargeback_for_nothing_we_know_is_answered_25)
{
    struct scene *scene = scene_new(NULL);

    scene->notice_result = ERR_NOT_FOUND;
    host_sign_on(&scene->host);
    host_chargeback(&scene->host, "0422");
    struct iso_message message = host_read(&scene->host);
    assert_str(message.fields[39], "25");
    scene_free(scene);
}

CASE(a_chargeback_that_contradicts_the_first_sending_is_answered_94)
{
    struct scene *scene = scene_new(NULL);

    scene->notice_result = ERR_CONFLICT;
    host_sign_on(&scene->host);
    host_chargeback(&scene->host, "0422");
    struct iso_message message = host_read(&scene->host);
    assert_str(message.fields[39], "94");
    scene_free(scene);
}

CASE(a_chargeback_that_comes_too_early_is_not_answered)
{
    struct scene *scene = scene_new(NULL);

    scene->notice_result = ERR_BUSY;
    host_sign_on(&scene->host);
    host_chargeback(&scene->host, "0422");
    assert_false(host_hears(&scene->host, 50));
    assert_int_equal(atomic_load(&scene->notice_count), 1);
    scene_free(scene);
}

/* --- settings
 * --------------------------------------------------------------------------------------- */

CASE(a_host_elsewhere_is_refused_at_once)
{
    static const char *const HOSTS[] = {"192.0.2.1", "example.com", "0.0.0.0", "2001:db8::1"};
    struct ctx *cx = unit_ctx();

    for (size_t i = 0; i < ARRAY_LEN(HOSTS); i++) {
        struct connector_options options;
        struct connector *connector;
        connector_options_default(&options);
        options.link.host = HOSTS[i];
        options.link.port = 1;
        ctx_clear_faults(cx);
        assert_int_equal(connector_new(cx, &options, &connector), ERR_UNAVAILABLE);
        assert_string_equal(cx->faults[0].field, "host");
    }
    unit_ctx_free(cx);
}

/* --- under TLS
 * -------------------------------------------------------------------------------------- */

struct tls_scene {
    struct scene *scene;
    struct ctx *cx; /* of the certificates */
    struct tls_peer peer;
    struct tls_client *client;
};

static struct tls_scene *tls_scene; /* for the change of options */

static void under_tls(struct connector_options *options)
{
    options->link.tls = tls_scene->client;
    options->link.times.handshake_ms = 1500;
}

static void under_tls_with_another_name(struct connector_options *options)
{
    under_tls(options);
    options->link.tls_name = "acquirer.example";
}

static void tls_scene_new(void (*change)(struct connector_options *))
{
    tls_scene = process_make(struct tls_scene);
    tls_scene->cx = unit_ctx();
    tls_peer_make(tls_scene->cx, &tls_scene->peer);
    tls_scene->client = tls_peer_client(&tls_scene->peer);
    tls_scene->scene = scene_new(change);
}

static void tls_scene_free(void)
{
    SSL *ssl = tls_scene->scene->host.ssl;

    scene_free(tls_scene->scene);
    SSL_free(ssl);
    tls_client_free(tls_scene->client);
    SSL_CTX_free(tls_scene->peer.context);
    unit_ctx_free(tls_scene->cx);
    process_free(tls_scene);
}

/* Accepts a connection and shakes hands; false when the link goes instead. */
static bool host_secure(struct host *host)
{
    const struct timeval patience = {.tv_sec = 5};

    host_accept(host);
    assert_int_equal(setsockopt(host->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    SSL_free(host->ssl);
    host->ssl = SSL_new(tls_scene->peer.context);
    SSL_set_fd(host->ssl, host->fd);
    return SSL_accept(host->ssl) == 1;
}

static void host_lets_in(struct host *host)
{
    struct iso_message message = host_read(host);

    assert_string_equal(message.mti, "0800");
    host_answer(host, &message, STR("00"));
}

CASE(under_tls_calls_go_and_come_as_in_clear)
{
    tls_scene_new(under_tls);
    struct scene *scene = tls_scene->scene;
    struct card_call *call = authorise(scene, 101);

    assert_true(host_secure(&scene->host));
    host_lets_in(&scene->host);
    struct iso_message message = host_read(&scene->host);
    assert_string_equal(message.mti, "0100");
    assert_str(message.fields[2], PAN);
    host_answer(&scene->host, &message, STR("00"));
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_APPROVED);
    tls_scene_free();
}

CASE(a_tls_link_lost_after_the_write_makes_calls_unknown_and_comes_back)
{
    tls_scene_new(under_tls);
    struct scene *scene = tls_scene->scene;
    struct card_call *call = authorise(scene, 101);

    assert_true(host_secure(&scene->host));
    host_lets_in(&scene->host);
    (void)host_read(&scene->host);
    host_hang_up(&scene->host);
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_UNKNOWN);
    assert_true(host_secure(&scene->host));
    host_lets_in(&scene->host);
    wait_up(scene, true);
    tls_scene_free();
}

CASE(a_host_with_another_name_gets_nothing)
{
    tls_scene_new(under_tls_with_another_name);
    struct scene *scene = tls_scene->scene;
    struct card_call *call = authorise(scene, 101);

    assert_false(host_secure(&scene->host));
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_UNREACHABLE);
    assert_false(scene->rail->is_up(scene->rail->self));
    tls_scene_free();
}

CASE(a_host_that_does_not_shake_hands_is_left_and_never_spoken_to_in_clear)
{
    tls_scene_new(under_tls);
    struct scene *scene = tls_scene->scene;
    struct card_call *call = authorise(scene, 101);
    char bytes[4096];
    ssize_t len = 0;
    ssize_t got;

    host_accept(&scene->host);
    do {
        wait_readable(scene->host.fd, 30000);
        got = recv(scene->host.fd, bytes + len, sizeof bytes - (size_t)len, 0);
        len += got;
    } while (got > 0);
    /* A handshake record, and nothing behind it. */
    assert_int_equal(bytes[0], 0x16);
    assert_int_equal(len, 5 + ((unsigned char)bytes[3] << 8 | (unsigned char)bytes[4]));
    wait_done(scene, 1);
    assert_int_equal(call->outcome, CARD_UNREACHABLE);
    tls_scene_free();
}

CASE(under_tls_a_host_may_be_elsewhere)
{
    struct ctx *cx = unit_ctx();
    struct tls_peer peer;
    struct connector_options options;
    struct connector *connector = NULL;

    tls_peer_make(cx, &peer);
    struct tls_client *client = tls_peer_client(&peer);
    connector_options_default(&options);
    options.link.host = "192.0.2.1";
    options.link.port = 1;
    options.link.tls = client;
    assert_ok(connector_new(cx, &options, &connector));
    connector_free(connector);
    tls_client_free(client);
    SSL_CTX_free(peer.context);
    unit_ctx_free(cx);
}

UNIT_MAIN(
    T(an_authorisation_waits_for_sign_on_and_comes_back_approved),
    T(answers_in_another_order_find_their_calls),
    T(a_soft_decline_of_another_network_is_told_as_a1), T(a_refusal_says_whether_to_try_again),
    T(money_that_moved_at_once_is_told_with_what_was_kept),
    T(a_charge_without_the_payer_quotes_the_first_approval_of_the_card),
    T(a_sign_on_that_is_refused_is_told_with_its_code), T(a_part_that_is_approved_is_told_as_such),
    T(an_approval_of_another_currency_is_told_as_a_part),
    T(a_code_that_nobody_knows_approves_nothing_and_is_undone),
    T(a_repeat_that_was_acted_on_before_is_done),
    T(a_repeat_keeps_its_identity_and_changes_the_last_digit_only),
    T(totals_of_a_day_leave_with_counts_amounts_and_the_net),
    T(totals_that_differ_and_answers_that_say_nothing_are_told_apart),
    T(a_partial_void_says_what_remains), T(a_card_number_that_does_not_open_leaves_nothing),
    T(no_answer_in_time_is_unknown_and_a_late_one_changes_nothing),
    T(an_answer_that_does_not_echo_the_identity_is_not_matched),
    T(five_timeouts_open_the_breaker_and_one_probe_closes_it),
    T(a_link_lost_after_the_write_makes_calls_unknown),
    T(a_call_that_never_left_goes_out_on_the_next_connection),
    T(an_authorisation_does_not_leave_after_the_end_of_its_lease),
    T(nobody_there_is_unreachable_at_once), T(a_host_that_does_not_let_us_in_gets_nothing),
    T(an_authorisation_waits_for_sign_on_no_longer_than_its_own_timer),
    T(rubbish_from_the_host_closes_the_link),
    T(a_host_that_talks_without_end_keeps_no_call_waiting),
    T(what_happens_without_end_is_logged_once_a_second), T(stopping_gives_every_call_a_result),
    T(the_257th_call_waits_for_a_place), T(a_silent_link_is_asked_for_an_echo_and_closed_after_two),
    T(an_echo_of_the_host_is_answered), T(a_chargeback_is_answered_once_the_core_has_said_yes),
    T(a_chargeback_for_nothing_we_know_is_answered_25),
    T(a_chargeback_that_contradicts_the_first_sending_is_answered_94),
    T(a_chargeback_that_comes_too_early_is_not_answered), T(a_host_elsewhere_is_refused_at_once),
    T(under_tls_calls_go_and_come_as_in_clear),
    T(a_tls_link_lost_after_the_write_makes_calls_unknown_and_comes_back),
    T(a_host_with_another_name_gets_nothing),
    T(a_host_that_does_not_shake_hands_is_left_and_never_spoken_to_in_clear),
    T(under_tls_a_host_may_be_elsewhere))
