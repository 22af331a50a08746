#include "support/unit.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/must.h"
#include "core/holder.h"
#include "http/client.h"
#include "rails/card/connector.h"
#include "simulator/simulator.h"

/* The real connector against the real simulator, over TCP and HTTP, in one process. The core's part
 * is played by the test. */
ENUM_DEFINE(threeds_status, THREEDS_STATUS_LIST)

err_t vault_open_pan(struct vault *vault, struct merchant_id merchant, struct card_id card,
                     struct str sealed, char pan[PAN_MAX + 1])
{
    (void)vault;
    (void)merchant;
    (void)card;
    memcpy(pan, sealed.ptr, sealed.len);
    pan[sealed.len] = '\0';
    return OK;
}

bool holder_holds(const struct holder *holder, int64_t term)
{
    (void)holder;
    (void)term;
    return true;
}

bool cvc_take(struct cvc_pool *pool, const char *key, char cvc[CVC_MAX + 1])
{
    (void)pool;
    (void)key;
    memcpy(cvc, "123", 4);
    return true;
}

struct scene {
    struct ctx *cx;
    char dir[64];
    struct simulator *simulator;
    pthread_t thread;
    struct mailbox *home;
    struct connector *connector;
    struct card_rail *rail;
    char control_url[64];
    int done;
    atomic_int notices;
    struct chargeback_notice notice;
    int64_t stan;
};

static void *run_simulator(void *arg)
{
    simulator_run(arg);
    return NULL;
}

static void start_simulator(struct scene *scene)
{
    struct simulator_options options = {.dir = scene->dir, .secret = "back channel"};

    assert_ok(simulator_new(scene->cx, &options, &scene->simulator));
    assert_int_equal(pthread_create(&scene->thread, NULL, run_simulator, scene->simulator), 0);
}

static void stop_simulator(struct scene *scene)
{
    simulator_stop(scene->simulator);
    assert_int_equal(pthread_join(scene->thread, NULL), 0);
    simulator_free(scene->simulator);
}

static void chargeback(void *self, struct notice_call *call)
{
    struct scene *scene = self;

    /* Too early the first time: it must be told again. The count comes last: it publishes the
     * notice. */
    call->result = atomic_load(&scene->notices) == 0 ? ERR_BUSY : OK;
    scene->notice = call->notice;
    (void)atomic_fetch_add(&scene->notices, 1);
    mailbox_post(call->home, &call->done);
}

static struct scene *scene_new(void)
{
    struct scene *scene = process_make(struct scene);
    struct connector_options options;

    scene->cx = unit_ctx();
    scene->home = mailbox_new();
    snprintf(scene->dir, sizeof scene->dir, "/tmp/guichet-sim-XXXXXX");
    assert_non_null(mkdtemp(scene->dir));
    start_simulator(scene);
    snprintf(scene->control_url, sizeof scene->control_url, "http://127.0.0.1:%d",
             simulator_control_port(scene->simulator));
    connector_options_default(&options);
    options.link.host = "127.0.0.1";
    options.link.port = simulator_iso_port(scene->simulator);
    options.link.events = (struct card_events){scene, chargeback};
    options.gateway.url = scene->control_url;
    options.gateway.secret = "back channel";
    assert_ok(connector_new(scene->cx, &options, &scene->connector));
    scene->rail = connector_rail(scene->connector);
    connector_start(scene->connector);
    return scene;
}

static void scene_free(struct scene *scene)
{
    connector_stop(scene->connector);
    connector_free(scene->connector);
    stop_simulator(scene);
    mailbox_free(scene->home);
    assert_int_equal(unlink(str_format(scene->cx->arena, "%s/journal", scene->dir).ptr), 0);
    assert_int_equal(rmdir(scene->dir), 0);
    unit_ctx_free(scene->cx);
    process_free(scene);
}

/* --- calls
 * ------------------------------------------------------------------------------------------ */

struct waiting {
    struct scene *scene;
    union {
        struct message done; /* the first member of each */
        struct card_call card;
        struct threeds_call threeds;
        struct settlement_call settlement;
    };
};

static void call_done(struct message *message)
{
    struct waiting *waiting =
        (struct waiting *)(void *)((char *)message - offsetof(struct waiting, done));

    waiting->scene->done++;
}

static void wait_done(struct scene *scene)
{
    struct pollfd wait = {.fd = mailbox_fd(scene->home), .events = POLLIN};
    int before = scene->done;

    while (scene->done == before) {
        assert_int_equal(poll(&wait, 1, 10000), 1);
        (void)mailbox_run(scene->home);
    }
}

static struct card_call *call_card(struct scene *scene, enum card_op op, const char *pan,
                                   int64_t minor, const struct card_call *original)
{
    struct waiting *waiting = arena_make(scene->cx->arena, struct waiting);
    struct card_call *call = &waiting->card;

    waiting->scene = scene;
    call->done.run = call_done;
    call->home = scene->home;
    call->op = op;
    memcpy(call->acceptor, "GUICHET00000001", ACCEPTOR_LEN + 1);
    call->trace.stan = ++scene->stan;
    call->trace.sent = clock_now();
    memcpy(call->trace.rrn, "632510", 6);
    iso_digits(scene->stan, 6, call->trace.rrn + 6);
    call->amount = (struct money){minor, CURRENCY_EUR};
    call->final = true;
    call->exp_month = 12;
    call->exp_year = 2049;
    call->pan_sealed = str_of(pan);
    call->has_cvc = true;
    call->payer_present = true;
    call->replace_minor = -1;
    if (original != NULL) {
        call->original_op = original->op;
        call->original = original->trace;
        call->payment = original->payment;
    } else {
        ID_NEW(scene->cx->ids, &call->payment);
    }
    return call;
}

static struct card_call *run_card(struct scene *scene, enum card_op op, const char *pan,
                                  int64_t minor, const struct card_call *original)
{
    struct card_call *call = call_card(scene, op, pan, minor, original);

    scene->rail->send(scene->rail->self, call);
    wait_done(scene);
    return call;
}

static struct threeds_call *look_up(struct scene *scene, const char *pan, int64_t minor,
                                    bool mandated)
{
    struct waiting *waiting = arena_make(scene->cx->arena, struct waiting);
    struct threeds_call *call = &waiting->threeds;

    waiting->scene = scene;
    call->done.run = call_done;
    call->home = scene->home;
    call->pan_sealed = str_of(pan);
    call->exp_month = 12;
    call->exp_year = 2049;
    call->amount = (struct money){minor, CURRENCY_EUR};
    call->merchant_name = STR("Atelier <Exemple>");
    call->notification_url = STR("http://127.0.0.1:8080/3ds/back");
    call->session = STR("signed \"state\"");
    call->challenge_mandated = mandated;
    scene->rail->threeds(scene->rail->self, call);
    wait_done(scene);
    return call;
}

static struct settlement_call *settle(struct scene *scene, struct date day)
{
    struct waiting *waiting = arena_make(scene->cx->arena, struct waiting);
    struct settlement_call *call = &waiting->settlement;

    waiting->scene = scene;
    call->done.run = call_done;
    call->home = scene->home;
    memcpy(call->acceptor, "GUICHET00000001", ACCEPTOR_LEN + 1);
    call->day = day;
    call->arena = scene->cx->arena;
    scene->rail->settlement(scene->rail->self, call);
    wait_done(scene);
    return call;
}

static struct str fetch(struct scene *scene, const char *method, const char *url, struct str body,
                        int status)
{
    struct http_call call = {
        .method = method,
        .url = url,
        .content_type = body.ptr == NULL ? NULL : "application/x-www-form-urlencoded",
        .body = body,
        .timeout_ms = 5000,
        .answer_max = 1 << 20,
    };

    assert_ok(http_call(scene->cx->arena, &call));
    assert_int_equal(call.status, status);
    return call.answer;
}

static bool holds(struct str text, const char *part)
{
    return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

/* --- cases
 * ------------------------------------------------------------------------------------------ */

CASE(a_payment_is_authorised_captured_refunded_and_settled)
{
    struct scene *scene = scene_new();
    struct date day = date_paris(clock_now());
    struct card_call *auth = run_card(scene, CARD_AUTHORISE, "4150580996517927", 10000, NULL);

    assert_int_equal(auth->outcome, CARD_APPROVED);
    assert_string_equal(auth->network, "CB");
    assert_int_equal(strlen(auth->got_auth_code), AUTH_CODE_LEN);
    assert_int_equal(auth->cvc_result, 'M');
    assert_false(auth->settled);
    struct card_call *capture = run_card(scene, CARD_CAPTURE, "", 10000, auth);
    assert_int_equal(capture->outcome, CARD_APPROVED);
    struct card_call *refund = run_card(scene, CARD_REFUND, "4150580996517927", 2500, capture);
    assert_int_equal(refund->outcome, CARD_APPROVED);
    struct settlement_call *file = settle(scene, day);
    assert_ok(file->result);
    assert_int_equal(file->line_count, 2);
    assert_int_equal(file->hash.len, 64);
    assert_int_equal(file->lines[0].kind, SETTLED_DEBIT);
    assert_int_equal(file->lines[0].kept_minor, 40);
    assert_string_equal(file->lines[0].rrn, capture->trace.rrn);
    assert_string_equal(file->lines[0].payment.raw, auth->payment.raw);
    assert_int_equal(file->lines[1].kind, SETTLED_CREDIT);
    assert_int_equal(file->lines[1].amount.minor, 2500);
    struct settlement_call *again = settle(scene, day);
    assert_true(str_eq(file->hash, again->hash));
    struct str url = str_format(scene->cx->arena, "%s/transactions?payment=%s", scene->control_url,
                                auth->payment.raw);
    struct str answer = fetch(scene, "GET", url.ptr, STR_NONE, 200);
    assert_true(holds(answer, "\"mti\":\"0100\""));
    assert_true(holds(answer, "\"card_mask\":\"415058xxxxxx7927\""));
    assert_true(holds(answer, "\"captured\":10000"));
    assert_false(holds(answer, "4150580996517927"));
    scene_free(scene);
}

CASE(nothing_to_settle_is_no_file)
{
    struct scene *scene = scene_new();
    struct settlement_call *file = settle(scene, (struct date){2026, 1, 2});

    assert_ok(file->result);
    assert_null(file->name.ptr);
    scene_free(scene);
}

/* The value of a hidden field. */
static struct str hidden(struct scene *scene, struct str page, const char *name)
{
    struct str mark = str_format(scene->cx->arena, "name=\"%s\" value=\"", name);
    const char *at = memmem(page.ptr, page.len, mark.ptr, mark.len);

    assert_non_null(at);
    struct str rest = {at + mark.len, (size_t)(page.ptr + page.len - at) - mark.len};
    return str_sub(rest, 0, str_find(rest, '"'));
}

CASE(a_challenge_goes_through_the_banks_page)
{
    struct scene *scene = scene_new();
    struct arena *arena = scene->cx->arena;
    struct threeds_call *call = look_up(scene, "4000000000003220", 2599, false);

    assert_ok(call->result);
    assert_int_equal(call->status, THREEDS_C);
    struct str body = str_format(arena, "creq=%s&threeDSSessionData=x&lang=fr", call->creq);
    struct str page = fetch(scene, "POST", call->acs_url, body, 200);
    assert_true(holds(page, "BANQUE DE TEST"));
    assert_true(holds(page, "Atelier &lt;Exemple&gt;"));
    assert_true(holds(page, "25,99&nbsp;EUR"));
    assert_true(holds(page, "400000xxxxxx3220"));
    assert_false(holds(page, "<script"));
    struct str answer_url = str_format(arena, "%s/answer", call->acs_url);
    struct str wrong =
        str_format(arena, "transaction=%s&lang=en&code=42&action=authenticate", call->acs_trans_id);
    page = fetch(scene, "POST", answer_url.ptr, wrong, 422);
    assert_true(holds(page, "You have two tries left."));
    struct str right = str_format(arena, "transaction=%s&lang=fr&code=123456&action=authenticate",
                                  call->acs_trans_id);
    page = fetch(scene, "POST", answer_url.ptr, right, 200);
    assert_true(holds(page, "action=\"http://127.0.0.1:8080/3ds/back\""));
    assert_str(hidden(scene, page, "threeDSSessionData"), "signed &quot;state&quot;");
    struct str cres;
    assert_true(base64url_decode(arena, hidden(scene, page, "cres"), &cres));
    assert_true(holds(cres, "\"transStatus\":\"Y\""));
    /* The result counts, not what the browser brings. */
    call->result_only = true;
    scene->rail->threeds(scene->rail->self, call);
    wait_done(scene);
    assert_int_equal(call->status, THREEDS_Y);
    assert_string_equal(call->proof.eci, "05");
    struct card_call *auth = call_card(scene, CARD_AUTHORISE, "4000000000003220", 2599, NULL);
    auth->proof = call->proof;
    scene->rail->send(scene->rail->self, auth);
    wait_done(scene);
    assert_int_equal(auth->outcome, CARD_APPROVED);
    assert_int_equal(run_card(scene, CARD_AUTHORISE, "4000000000003220", 2599, NULL)->outcome,
                     CARD_SOFT_DECLINED);
    scene_free(scene);
}

CASE(the_banks_page_knows_only_its_own_challenges)
{
    struct scene *scene = scene_new();
    struct arena *arena = scene->cx->arena;
    const char *url =
        str_format(arena, "http://127.0.0.1:%d/challenge", simulator_acs_port(scene->simulator))
            .ptr;
    struct str creq = base64url_encode(arena, STR("{\"acsTransID\":\"other\"}"));

    (void)fetch(scene, "POST", url, str_format(arena, "creq=%s", creq.ptr), 404);
    (void)fetch(scene, "POST", url, STR("creq=%%%"), 400);
    (void)fetch(scene, "POST", url, STR("creq=e30"), 400);
    (void)fetch(scene, "POST", url, STR("x=y"), 400);
    struct str page = fetch(scene, "GET", url, STR_NONE, 404);
    assert_true(holds(page, "Demande inconnue"));
    scene_free(scene);
}

CASE(the_back_channel_needs_its_token)
{
    struct scene *scene = scene_new();
    struct http_call call = {
        .method = "POST",
        .url = str_format(scene->cx->arena, "%s/threeds/result", scene->control_url).ptr,
        .content_type = "application/json",
        .body = STR("{\"acs_trans_id\":\"x\"}"),
        .timeout_ms = 5000,
        .answer_max = 4096,
    };

    assert_ok(http_call(scene->cx->arena, &call));
    assert_int_equal(call.status, 401);
    scene_free(scene);
}

CASE(a_dispute_is_told_until_the_core_takes_it)
{
    struct scene *scene = scene_new();
    struct card_call *auth = run_card(scene, CARD_AUTHORISE, "4000000000000259", 10000, NULL);

    assert_int_equal(auth->outcome, CARD_APPROVED);
    assert_true(auth->settled);
    assert_int_equal(auth->kept_minor, 40);
    for (int i = 0; i < 3000 && atomic_load(&scene->notices) < 2; i++)
        usleep(10000);
    assert_int_equal(atomic_load(&scene->notices), 2);
    assert_string_equal(scene->notice.rrn, auth->trace.rrn);
    assert_string_equal(scene->notice.reason, "45");
    assert_int_equal(scene->notice.amount.minor, 10000);
    usleep(1300000);
    assert_int_equal(atomic_load(&scene->notices), 2);
    struct settlement_call *file = settle(scene, date_paris(clock_now()));
    assert_int_equal(file->line_count, 1);
    assert_int_equal(file->lines[0].kind, SETTLED_CHARGEBACK);
    assert_string_equal(file->lines[0].rrn, auth->trace.rrn);
    scene_free(scene);
}

CASE(a_closed_socket_leaves_a_debit_that_the_reversal_takes_back)
{
    struct scene *scene = scene_new();
    struct card_call *auth = run_card(scene, CARD_AUTHORISE, "4242424242424242", 990097, NULL);
    struct str url = str_format(scene->cx->arena, "%s/state", scene->control_url);

    assert_int_equal(auth->outcome, CARD_UNKNOWN);
    assert_true(holds(fetch(scene, "GET", url.ptr, STR_NONE, 200), "\"held_minor\":990097"));
    struct card_call *reversal = call_card(scene, CARD_REVERSE, "", 990097, auth);
    memcpy(reversal->reason, "68", 3);
    scene->rail->send(scene->rail->self, reversal);
    wait_done(scene);
    assert_int_equal(reversal->outcome, CARD_APPROVED);
    assert_true(holds(fetch(scene, "GET", url.ptr, STR_NONE, 200), "\"held_minor\":0"));
    scene_free(scene);
}

CASE(a_lookup_that_nobody_answers_is_unavailable)
{
    struct scene *scene = scene_new();

    stop_simulator(scene);
    struct threeds_call *call = look_up(scene, "4242424242424242", 2599, false);
    assert_int_equal(call->result, ERR_UNAVAILABLE);
    assert_int_equal(call->status, THREEDS_U);
    start_simulator(scene);
    scene_free(scene);
}

UNIT_MAIN(T(a_payment_is_authorised_captured_refunded_and_settled), T(nothing_to_settle_is_no_file),
          T(a_challenge_goes_through_the_banks_page),
          T(the_banks_page_knows_only_its_own_challenges), T(the_back_channel_needs_its_token),
          T(a_dispute_is_told_until_the_core_takes_it),
          T(a_closed_socket_leaves_a_debit_that_the_reversal_takes_back),
          T(a_lookup_that_nobody_answers_is_unavailable))
