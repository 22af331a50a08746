#include "http/server.h"

#include "unit/http/live.h"

/* See base/openssl.h: one of OpenSSL's names is one of ours. */
#define ERR_STATE openssl_err_state
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#undef ERR_STATE

/* A certificate made for the occasion: nothing to expire, no key in the repository. */
static X509 *make_certificate(EVP_PKEY *key)
{
    X509 *certificate = X509_new();
    X509_NAME *name = X509_get_subject_name(certificate);

    assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                                (const unsigned char *)"localhost", -1, -1, 0),
                     1);
    assert_int_equal(X509_set_issuer_name(certificate, name), 1);
    assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1), 1);
    assert_non_null(X509_gmtime_adj(X509_getm_notBefore(certificate), -60));
    assert_non_null(X509_gmtime_adj(X509_getm_notAfter(certificate), 3600));
    assert_int_equal(X509_set_pubkey(certificate, key), 1);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    return certificate;
}

static struct str bio_text(struct arena *arena, BIO *bio)
{
    char *data;
    long len = BIO_get_mem_data(bio, &data);
    struct str text = str_dup(arena, (struct str){data, (size_t)len});

    BIO_free(bio);
    return text;
}

static struct server_options secure_options(struct arena *arena)
{
    struct server_options options = live_options();
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = make_certificate(key);
    BIO *key_pem = BIO_new(BIO_s_mem());
    BIO *certificate_pem = BIO_new(BIO_s_mem());

    assert_int_equal(PEM_write_bio_PrivateKey(key_pem, key, NULL, NULL, 0, NULL, NULL), 1);
    assert_int_equal(PEM_write_bio_X509(certificate_pem, certificate), 1);
    options.tls_port = 0;
    options.tls_key = bio_text(arena, key_pem);
    options.tls_cert = bio_text(arena, certificate_pem);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return options;
}

struct secure {
    int fd;
    SSL_CTX *context;
    SSL *ssl;
};

/* False when the handshake fails. */
static bool secure_dial(struct secure *secure, int port, int version)
{
    secure->fd = dial(port);
    secure->context = SSL_CTX_new(TLS_client_method());
    /* The lowest level, so that it is the server that says no. */
    SSL_CTX_set_security_level(secure->context, 0);
    assert_int_equal(SSL_CTX_set_min_proto_version(secure->context, version), 1);
    assert_int_equal(SSL_CTX_set_max_proto_version(secure->context, version), 1);
    secure->ssl = SSL_new(secure->context);
    assert_int_equal(SSL_set_fd(secure->ssl, secure->fd), 1);
    return SSL_connect(secure->ssl) == 1;
}

static void secure_close(struct secure *secure)
{
    SSL_free(secure->ssl);
    SSL_CTX_free(secure->context);
    close(secure->fd);
}

static int secure_ask(struct secure *secure, const char *request, char *out, int size)
{
    int used = 0;

    assert_true(SSL_write(secure->ssl, request, (int)strlen(request)) > 0);
    memset(out, 0, (size_t)size);
    while (used < size - 1) {
        int got = SSL_read(secure->ssl, out + used, 1);
        if (got <= 0)
            break;
        used += got;
        const char *end = strstr(out, "\r\n\r\n");
        if (end != NULL && strlen(end + 4) == reply_length(out))
            break;
    }
    return (int)strtol(out + strlen("HTTP/1.1 "), NULL, 10);
}

static void handshake_and_ask(int version)
{
    struct arena *arena = arena_new(0);
    struct live *live = live_start(secure_options(arena));
    struct secure secure;
    char answer[4096];

    assert_true(secure_dial(&secure, server_tls_port(live->server), version));
    for (int i = 0; i < 10; i++) {
        assert_int_equal(
            secure_ask(&secure, "GET /seen HTTP/1.1\r\n" HOST "\r\n", answer, sizeof answer), 200);
        assert_non_null(strstr(answer, "|tls"));
        assert_int_equal(secure_ask(&secure,
                                    "POST /park HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nbody",
                                    answer, sizeof answer),
                         201);
    }
    secure_close(&secure);
    live_end(live);
    arena_free(arena);
}

CASE(tls_1_3_is_spoken)
{
    handshake_and_ask(TLS1_3_VERSION);
}

CASE(tls_1_2_is_spoken)
{
    handshake_and_ask(TLS1_2_VERSION);
}

CASE(tls_1_1_is_refused)
{
    struct arena *arena = arena_new(0);
    struct live *live = live_start(secure_options(arena));
    struct secure secure;

    assert_false(secure_dial(&secure, server_tls_port(live->server), TLS1_1_VERSION));
    secure_close(&secure);
    live_end(live);
    arena_free(arena);
}

CASE(plain_and_tls_are_served_by_one_loop)
{
    struct arena *arena = arena_new(0);
    struct live *live = live_start(secure_options(arena));
    struct secure secure;
    char answer[4096];

    assert_true(secure_dial(&secure, server_tls_port(live->server), TLS1_3_VERSION));
    assert_non_null(strstr(ask(live, "GET /seen HTTP/1.1\r\n" HOST "\r\n").body, "|plain"));
    assert_int_equal(secure_ask(&secure, GET_PING, answer, sizeof answer), 200);
    secure_close(&secure);
    live_end(live);
    arena_free(arena);
}

CASE(client_that_never_shakes_hands_is_closed)
{
    struct arena *arena = arena_new(0);
    struct server_options options = secure_options(arena);
    options.header_ms = 1000;
    struct live *live = live_start(options);
    int fd = dial(server_tls_port(live->server));

    put(fd, "\x16\x03\x01");
    assert_true(is_closed(fd));
    close(fd);
    live_end(live);
    arena_free(arena);
}

CASE(slow_header_inside_tls_is_closed)
{
    struct arena *arena = arena_new(0);
    struct server_options options = secure_options(arena);
    options.header_ms = 1000;
    struct live *live = live_start(options);
    struct secure secure;
    char answer[64];

    assert_true(secure_dial(&secure, server_tls_port(live->server), TLS1_3_VERSION));
    assert_true(SSL_write(secure.ssl, "GET /ping HTTP/1.1\r\n", 20) > 0);
    assert_true(SSL_read(secure.ssl, answer, sizeof answer) <= 0);
    secure_close(&secure);
    live_end(live);
    arena_free(arena);
}

CASE(bad_certificate_is_a_fault)
{
    struct ctx *cx = unit_ctx();
    struct server_options options = secure_options(cx->arena);
    struct server *server = NULL;

    options.tls_cert = STR("not a certificate");
    assert_int_equal(server_new(cx, &options, &server), ERR_IO);
    assert_string_equal(cx->faults[0].field, "server.tls_cert");
    unit_ctx_free(cx);
}

UNIT_MAIN(T(tls_1_3_is_spoken), T(tls_1_2_is_spoken), T(tls_1_1_is_refused),
          T(plain_and_tls_are_served_by_one_loop), T(client_that_never_shakes_hands_is_closed),
          T(slow_header_inside_tls_is_closed), T(bad_certificate_is_a_fault))
