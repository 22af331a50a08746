#include "base/tls_stream.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/tls_peer.h"

/* Both ends in one thread, over a pair of sockets that do not block: each does what it can. */

struct scene {
    struct ctx *cx;
    struct tls_peer peer;
    struct tls_client *client;
    struct tls_stream *stream;
    SSL *ssl; /* the peer's end */
    int fds[2];
};

static struct scene *scene_new(void)
{
    struct scene *scene = process_make(struct scene);

    scene->cx = unit_ctx();
    tls_peer_make(scene->cx, &scene->peer);
    return scene;
}

static void scene_connect(struct scene *scene, const char *name)
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, scene->fds),
                     0);
    if (scene->client == NULL)
        scene->client = tls_peer_client(&scene->peer);
    assert_ok(tls_stream_new(scene->client, scene->fds[0], name, &scene->stream));
    scene->ssl = SSL_new(scene->peer.context);
    SSL_set_fd(scene->ssl, scene->fds[1]);
    SSL_set_accept_state(scene->ssl);
}

/* How our end finds the handshake; the peer's is in *accepted. */
static enum tls_result scene_shake(struct scene *scene, bool *accepted)
{
    enum tls_result result = TLS_AGAIN;
    int theirs = 0;

    for (int i = 0; i < 20; i++) {
        if (result == TLS_AGAIN)
            result = tls_stream_handshake(scene->stream);
        if (theirs == 0) {
            ERR_clear_error();
            int done = SSL_do_handshake(scene->ssl);
            int error = SSL_get_error(scene->ssl, done);
            theirs = done == 1 ? 1 : error == SSL_ERROR_WANT_READ ? 0 : -1;
        }
    }
    assert_int_not_equal(result, TLS_AGAIN);
    *accepted = theirs == 1;
    return result;
}

static void scene_free(struct scene *scene)
{
    tls_stream_free(scene->stream);
    tls_client_free(scene->client);
    SSL_free(scene->ssl);
    SSL_CTX_free(scene->peer.context);
    if (scene->fds[0] > 0) {
        close(scene->fds[0]);
        close(scene->fds[1]);
    }
    unit_ctx_free(scene->cx);
    process_free(scene);
}

/* --- who is let in
 * ---------------------------------------------------------------------------------- */

static void good_with(const char *name)
{
    struct scene *scene = scene_new();
    bool accepted;
    char bytes[64];
    size_t count = 0;

    scene_connect(scene, name);
    assert_int_equal(scene_shake(scene, &accepted), TLS_DONE);
    assert_true(accepted);
    assert_true(SSL_version(scene->ssl) >= TLS1_2_VERSION);
    assert_int_equal(tls_stream_write(scene->stream, "question", 8, &count), TLS_DONE);
    assert_int_equal(count, 8);
    assert_int_equal(SSL_read(scene->ssl, bytes, sizeof bytes), 8);
    assert_memory_equal(bytes, "question", 8);
    assert_int_equal(tls_stream_read(scene->stream, bytes, sizeof bytes, &count), TLS_AGAIN);
    assert_false(tls_stream_wants_write(scene->stream));
    assert_int_equal(SSL_write(scene->ssl, "answer", 6), 6);
    assert_int_equal(tls_stream_read(scene->stream, bytes, sizeof bytes, &count), TLS_DONE);
    assert_int_equal(count, 6);
    assert_memory_equal(bytes, "answer", 6);
    scene_free(scene);
}

CASE(a_peer_with_the_right_address_and_authority_is_spoken_to)
{
    good_with("127.0.0.1");
}

CASE(a_peer_with_the_right_name_is_spoken_to)
{
    good_with("localhost");
}

CASE(tls_1_2_is_enough)
{
    struct scene *scene = scene_new();
    bool accepted;

    SSL_CTX_set_max_proto_version(scene->peer.context, TLS1_2_VERSION);
    scene_connect(scene, "127.0.0.1");
    assert_int_equal(scene_shake(scene, &accepted), TLS_DONE);
    assert_true(accepted);
    assert_int_equal(SSL_version(scene->ssl), TLS1_2_VERSION);
    scene_free(scene);
}

CASE(tls_1_1_is_not_enough)
{
    struct scene *scene = scene_new();
    bool accepted;

    SSL_CTX_set_security_level(scene->peer.context, 0);
    SSL_CTX_set_min_proto_version(scene->peer.context, TLS1_1_VERSION);
    SSL_CTX_set_max_proto_version(scene->peer.context, TLS1_1_VERSION);
    scene_connect(scene, "127.0.0.1");
    assert_int_equal(scene_shake(scene, &accepted), TLS_CLOSED);
    assert_false(accepted);
    scene_free(scene);
}

CASE(a_certificate_of_another_authority_is_not_believed)
{
    struct scene *scene = scene_new();
    struct tls_pair other;
    const char *wrong;
    bool accepted;

    assert_ok(tls_make_ca(scene->cx->arena, clock_now(), &other));
    assert_ok(tls_client_new(other.cert, scene->peer.client.cert, scene->peer.client.key,
                             &scene->client, &wrong));
    scene_connect(scene, "127.0.0.1");
    assert_int_equal(scene_shake(scene, &accepted), TLS_CLOSED);
    assert_false(accepted);
    scene_free(scene);
}

static void wrong_name(const char *name)
{
    struct scene *scene = scene_new();
    bool accepted;

    scene_connect(scene, name);
    assert_int_equal(scene_shake(scene, &accepted), TLS_CLOSED);
    assert_false(accepted);
    scene_free(scene);
}

CASE(a_certificate_for_another_name_is_not_believed)
{
    wrong_name("acquirer.example");
}

CASE(a_certificate_for_another_address_is_not_believed)
{
    wrong_name("127.0.0.2");
}

CASE(the_common_name_does_not_count)
{
    wrong_name("Guichet sandbox");
}

CASE(the_peer_turns_away_a_client_of_another_authority)
{
    struct scene *scene = scene_new();
    bool accepted;
    char byte;
    size_t count;

    assert_ok(tls_make_ca(scene->cx->arena, clock_now(), &scene->peer.client_ca));
    scene_connect(scene, "127.0.0.1");
    /* In TLS 1.3 our end has finished before the peer looks at our certificate. */
    enum tls_result result = scene_shake(scene, &accepted);
    assert_false(accepted);
    if (result == TLS_DONE)
        result = tls_stream_read(scene->stream, &byte, 1, &count);
    assert_int_equal(result, TLS_CLOSED);
    scene_free(scene);
}

CASE(a_peer_that_speaks_no_tls_is_left)
{
    struct scene *scene = scene_new();

    scene_connect(scene, "127.0.0.1");
    assert_int_equal(tls_stream_handshake(scene->stream), TLS_AGAIN);
    assert_int_equal(write(scene->fds[1], "HTTP/1.1 400 no\r\n\r\n", 19), 19);
    assert_int_equal(tls_stream_handshake(scene->stream), TLS_CLOSED);
    scene_free(scene);
}

/* --- what a client needs
 * ---------------------------------------------------------------------------- */

static void refused(struct str ca, struct str cert, struct str key, const char *expected)
{
    struct tls_client *client;
    const char *wrong;

    assert_int_equal(tls_client_new(ca, cert, key, &client, &wrong), ERR_INVALID);
    assert_null(client);
    assert_string_equal(wrong, expected);
}

CASE(a_client_needs_all_three_texts)
{
    struct scene *scene = scene_new();
    const struct tls_peer *peer = &scene->peer;

    refused(STR(""), peer->client.cert, peer->client.key, "ca");
    refused(STR("no certificate"), peer->client.cert, peer->client.key, "ca");
    refused(peer->ca.cert, STR(""), peer->client.key, "cert");
    refused(peer->ca.cert, peer->client.cert, STR(""), "key");
    refused(peer->ca.cert, peer->client.cert, peer->server.key, "key");
    scene_free(scene);
}

/* --- a slow and a lost peer
 * ------------------------------------------------------------------------- */

CASE(what_does_not_fit_waits_and_comes_whole)
{
    struct scene *scene = scene_new();
    static char bytes[16 * 1024];
    static char back[16 * 1024];
    size_t count = 0;
    size_t records = 0;
    bool accepted;

    scene_connect(scene, "127.0.0.1");
    assert_int_equal(scene_shake(scene, &accepted), TLS_DONE);
    memset(bytes, 'x', sizeof bytes);
    while (tls_stream_write(scene->stream, bytes, sizeof bytes, &count) == TLS_DONE) {
        assert_int_equal(count, sizeof bytes);
        assert_true(++records < 1000);
    }
    assert_true(tls_stream_wants_write(scene->stream));
    for (size_t i = 0; i < records; i++)
        assert_int_equal(SSL_read(scene->ssl, back, sizeof back), sizeof back);
    assert_int_equal(tls_stream_write(scene->stream, bytes, sizeof bytes, &count), TLS_DONE);
    assert_false(tls_stream_wants_write(scene->stream));
    assert_int_equal(SSL_read(scene->ssl, back, sizeof back), sizeof back);
    assert_memory_equal(bytes, back, sizeof back);
    scene_free(scene);
}

CASE(a_record_that_was_given_up_does_not_arrive)
{
    struct scene *scene = scene_new();
    static char bytes[16 * 1024];
    static char back[16 * 1024];
    size_t count = 0;
    size_t records = 0;
    bool accepted;

    scene_connect(scene, "127.0.0.1");
    assert_int_equal(scene_shake(scene, &accepted), TLS_DONE);
    while (tls_stream_write(scene->stream, bytes, sizeof bytes, &count) == TLS_DONE)
        records++;
    for (size_t i = 0; i < records; i++)
        assert_int_equal(SSL_read(scene->ssl, back, sizeof back), sizeof back);
    tls_stream_free(scene->stream);
    scene->stream = NULL;
    shutdown(scene->fds[0], SHUT_WR);
    assert_true(SSL_read(scene->ssl, back, sizeof back) <= 0);
    scene_free(scene);
}

CASE(a_peer_that_goes_raises_no_signal)
{
    struct scene *scene = scene_new();
    size_t count;
    char byte;
    bool accepted;

    scene_connect(scene, "127.0.0.1");
    assert_int_equal(scene_shake(scene, &accepted), TLS_DONE);
    shutdown(scene->fds[1], SHUT_RDWR);
    assert_int_equal(tls_stream_write(scene->stream, "x", 1, &count), TLS_CLOSED);
    assert_int_equal(tls_stream_read(scene->stream, &byte, 1, &count), TLS_CLOSED);
    scene_free(scene);
}

CASE(goodbye_is_said_and_heard)
{
    struct scene *scene = scene_new();
    char byte;
    bool accepted;

    scene_connect(scene, "127.0.0.1");
    assert_int_equal(scene_shake(scene, &accepted), TLS_DONE);
    tls_stream_free(scene->stream);
    scene->stream = NULL;
    ERR_clear_error();
    int got = SSL_read(scene->ssl, &byte, 1);
    assert_int_equal(SSL_get_error(scene->ssl, got), SSL_ERROR_ZERO_RETURN);
    scene_free(scene);
}

UNIT_MAIN(T(a_peer_with_the_right_address_and_authority_is_spoken_to),
          T(a_peer_with_the_right_name_is_spoken_to), T(tls_1_2_is_enough),
          T(tls_1_1_is_not_enough), T(a_certificate_of_another_authority_is_not_believed),
          T(a_certificate_for_another_name_is_not_believed),
          T(a_certificate_for_another_address_is_not_believed), T(the_common_name_does_not_count),
          T(the_peer_turns_away_a_client_of_another_authority),
          T(a_peer_that_speaks_no_tls_is_left), T(a_client_needs_all_three_texts),
          T(what_does_not_fit_waits_and_comes_whole), T(a_record_that_was_given_up_does_not_arrive),
          T(a_peer_that_goes_raises_no_signal), T(goodbye_is_said_and_heard))
