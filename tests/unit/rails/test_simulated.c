#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/holder.h"
#include "http/client.h"
#include "rails/sepa/simulated.h"
#include "support/core_debit.h"
#include "support/fake_bank.h"
#include "wire/xml.h"

/* Answers of the sandbox's bank, however large: what a merchant allows a file to be is the limit.
 */

static const int64_t MEGABYTE = 1 << 20;

static const char HEAD[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><GrpHdr>"
    "<MsgId>LARGE</MsgId><CreDtTm>2031-06-02T07:00:00</CreDtTm></GrpHdr><Stmt><Id>LARGE-1</Id>"
    "<CreDtTm>2031-06-02T07:00:00</CreDtTm><Acct><Id><IBAN>FR7630006000011234567890189</IBAN></Id>"
    "</Acct>";
static const char TAIL[] = "</Stmt></BkToCstmrStmt></Document>\n";

/* A bank that answers every call with reports of these lengths. */
struct peer {
    int fd;
    int port;
    pthread_t thread;
    int64_t lengths[2];
    size_t count;
    int64_t told_more; /* a length that is not kept */
};

static void peer_write(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);
        if (sent <= 0)
            return; /* whoever asked has gone */
        bytes += sent;
        len -= (size_t)sent;
    }
}

/* Blanks fill it up to its length. */
static void report_send(int fd, int64_t length)
{
    char blanks[16 * 1024];
    int64_t left = length - (int64_t)(sizeof HEAD - 1) - (int64_t)(sizeof TAIL - 1);

    memset(blanks, ' ', sizeof blanks);
    peer_write(fd, HEAD, sizeof HEAD - 1);
    while (left > 0) {
        size_t len = left < (int64_t)sizeof blanks ? (size_t)left : sizeof blanks;
        peer_write(fd, blanks, len);
        left -= (int64_t)len;
    }
    peer_write(fd, TAIL, sizeof TAIL - 1);
}

static void answer_send(const struct peer *peer, int fd)
{
    static const char HEADER[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
    char line[64];

    peer_write(fd, HEADER, sizeof HEADER - 1);
    for (size_t i = 0; i < peer->count; i++) {
        int len = snprintf(line, sizeof line, "report-%zu.xml %lld\n", i,
                           (long long)(peer->lengths[i] + peer->told_more));
        peer_write(fd, line, (size_t)len);
        report_send(fd, peer->lengths[i]);
    }
}

static void *peer_run(void *arg)
{
    const struct peer *peer = arg;
    char asked[4096];

    for (;;) {
        int fd = accept(peer->fd, NULL, NULL);
        if (fd < 0)
            return NULL;
        if (recv(fd, asked, sizeof asked, 0) > 0)
            answer_send(peer, fd);
        close(fd);
    }
}

struct scene {
    struct world *world;
    struct sepa_desk desk;
    struct peer peer;
    char url[64];
};

static void peer_begin(struct peer *peer)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof at;

    peer->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(bind(peer->fd, (struct sockaddr *)&at, sizeof at) == 0);
    must(listen(peer->fd, 4) == 0);
    must(getsockname(peer->fd, (struct sockaddr *)&at, &len) == 0);
    peer->port = ntohs(at.sin_port);
    must(pthread_create(&peer->thread, NULL, peer_run, peer) == 0);
}

static struct scene *scene_new(void)
{
    struct scene *scene = process_make(struct scene);
    struct world *world = world_new();

    peer_begin(&scene->peer);
    snprintf(scene->url, sizeof scene->url, "http://127.0.0.1:%d", scene->peer.port);
    scene->world = world;
    scene->desk = (struct sepa_desk){
        .store = world->store,
        .reader = world->core.reader,
        .vault = world->vault,
        .ids = world->core.ids,
        .data = str_of(world->directory),
        .bank_url = scene->url,
        .bank_secret = "secret",
        .timeout_ms = 20000,
    };
    return scene;
}

static void scene_end(struct scene *scene)
{
    shutdown(scene->peer.fd, SHUT_RDWR);
    must(pthread_join(scene->peer.thread, NULL) == 0);
    close(scene->peer.fd);
    world_is_sound(scene->world);
    world_free(scene->world);
    process_free(scene);
}

static err_t asked_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    return bank_reports_asked_until(cx, tx, cx->now - HOUR_US);
}

/* Asks for the last hour. */
static err_t ask(struct scene *scene)
{
    struct ctx *cx = world_ctx(scene->world);
    struct bank_profile profile;
    int lock;

    assert_ok(tx_run(scene->world->store, cx, asked_body, NULL));
    assert_ok(bank_profile_load(cx, world_read(scene->world), cx->merchant, &profile));
    reader_release(scene->world->core.reader);
    assert_ok(desk_lock(cx, &scene->desk, &lock));
    err_t err = simulated_ask(cx, &scene->desk, &profile);
    desk_unlock(cx, &scene->desk, lock);
    return err;
}

static int64_t imported(struct scene *scene)
{
    return world_number(scene->world, "SELECT COUNT(*) FROM bank_report WHERE state = 'imported'");
}

CASE(report_as_large_as_the_merchant_allows_is_read)
{
    struct scene *scene = scene_new();

    world_set(scene->world, "import_max_mb", "1");
    scene->peer.lengths[0] = MEGABYTE;
    scene->peer.count = 1;
    assert_ok(ask(scene));
    assert_int_equal(imported(scene), 1);
    scene_end(scene);
}

CASE(server_whose_lease_may_be_out_asks_for_nothing_more)
{
    struct scene *scene = scene_new();
    struct ctx *cx = world_ctx(scene->world);

    scene->peer.lengths[0] = MEGABYTE / 2;
    scene->peer.count = 1;
    assert_ok(holder_join(cx, scene->world->store, &scene->desk.holder));
    assert_ok(holder_leave(cx, scene->desk.holder));
    assert_int_equal(ask(scene), ERR_STATE);
    assert_int_equal(imported(scene), 0);
    assert_ok(holder_renew(cx, scene->desk.holder));
    assert_ok(ask(scene));
    assert_int_equal(imported(scene), 1);
    holder_free(scene->desk.holder);
    scene_end(scene);
}

CASE(report_that_is_larger_waits_until_it_is_allowed)
{
    struct scene *scene = scene_new();

    world_set(scene->world, "import_max_mb", "1");
    scene->peer.lengths[0] = MEGABYTE + 1;
    scene->peer.count = 1;
    assert_int_equal(ask(scene), ERR_LIMIT);
    assert_int_equal(imported(scene), 0);
    world_set(scene->world, "import_max_mb", "2");
    assert_ok(ask(scene));
    assert_int_equal(imported(scene), 1);
    scene_end(scene);
}

CASE(answer_of_many_megabytes_is_kept_and_read)
{
    struct scene *scene = scene_new();

    scene->peer.lengths[0] = 17 * MEGABYTE;
    scene->peer.lengths[1] = 9 * MEGABYTE;
    scene->peer.count = 2;
    assert_ok(ask(scene));
    assert_int_equal(imported(scene), 2);
    assert_int_equal(world_number(scene->world, "SELECT MAX(bytes) FROM bank_report"),
                     17 * MEGABYTE);
    scene_end(scene);
}

CASE(answer_that_ends_too_early_has_no_effect)
{
    struct scene *scene = scene_new();

    scene->peer.lengths[0] = MEGABYTE;
    scene->peer.count = 1;
    scene->peer.told_more = 1;
    assert_int_equal(ask(scene), ERR_UNAVAILABLE);
    assert_int_equal(imported(scene), 0);
    scene->peer.told_more = 0;
    assert_ok(ask(scene));
    assert_int_equal(imported(scene), 1);
    scene_end(scene);
}

/* A report as it lies on the disk before it is imported. */
static void left_there(struct scene *scene, const char *before, const char *behind, bool report)
{
    struct ctx *cx = world_ctx(scene->world);
    struct str place = str_format(cx->arena, "%s-%s%s", before, cx->merchant.raw, behind);
    const char *path = desk_received_path(cx, &scene->desk, place);
    int lock;
    int fd;

    assert_ok(desk_lock(cx, &scene->desk, &lock));
    assert_ok(desk_file_new(cx, path, &fd));
    const struct sink sink = sink_fd(&fd);
    if (report) {
        assert_ok(sink.write(sink.arg, str_of(HEAD)));
        assert_ok(sink.write(sink.arg, str_of(TAIL)));
    }
    assert_ok(desk_file_place(cx, path, fd));
    desk_unlock(cx, &scene->desk, lock);
}

CASE(whole_answer_that_a_crash_left_is_imported_next_time)
{
    struct scene *scene = scene_new();

    left_there(scene, "incoming", "-0000-report.xml", true);
    left_there(scene, "whole", "", false);
    assert_ok(ask(scene));
    assert_int_equal(imported(scene), 1);
    /* Under the name that the bank gave it. */
    assert_int_equal(
        world_number(scene->world, "SELECT COUNT(*) FROM bank_report WHERE name = 'report.xml'"),
        1);
    scene_end(scene);
}

CASE(part_of_an_answer_that_a_crash_left_does_not_count)
{
    struct scene *scene = scene_new();

    left_there(scene, "incoming", "-0000-report.xml", true);
    assert_ok(ask(scene));
    assert_int_equal(imported(scene), 0);
    scene_end(scene);
}

UNIT_MAIN(T(report_as_large_as_the_merchant_allows_is_read),
          T(server_whose_lease_may_be_out_asks_for_nothing_more),
          T(report_that_is_larger_waits_until_it_is_allowed),
          T(answer_of_many_megabytes_is_kept_and_read), T(answer_that_ends_too_early_has_no_effect),
          T(whole_answer_that_a_crash_left_is_imported_next_time),
          T(part_of_an_answer_that_a_crash_left_does_not_count))
