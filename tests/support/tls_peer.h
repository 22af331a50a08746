#ifndef TESTS_SUPPORT_TLS_PEER_H
#define TESTS_SUPPORT_TLS_PEER_H

/* The other side of TLS, made in the test: a server that wants a certificate of its clients. */

#include "base/must.h"
#include "base/openssl.h"
#include "base/tls.h"
#include "base/tls_stream.h"
#include "support/unit.h"

struct tls_peer {
    struct tls_pair ca;     /* of the server */
    struct tls_pair server; /* 127.0.0.1, ::1, localhost */
    struct tls_pair client_ca;
    struct tls_pair client;
    SSL_CTX *context;
};

static X509 *tls_peer_cert(struct str pem)
{
    BIO *bio = BIO_new_mem_buf(pem.ptr, (int)pem.len);
    X509 *cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);

    assert_non_null(cert);
    BIO_free(bio);
    return cert;
}

static EVP_PKEY *tls_peer_key(struct str pem)
{
    BIO *bio = BIO_new_mem_buf(pem.ptr, (int)pem.len);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);

    assert_non_null(key);
    BIO_free(bio);
    return key;
}

/* The client's certificate must be signed by the authority; what else it says does not matter here.
 */
static int tls_peer_verify(X509_STORE_CTX *store, void *arg)
{
    struct tls_peer *peer = arg;
    X509 *ca = tls_peer_cert(peer->client_ca.cert);
    int good = X509_verify(X509_STORE_CTX_get0_cert(store), X509_get0_pubkey(ca)) == 1;

    X509_free(ca);
    return good;
}

static void tls_peer_make(struct ctx *cx, struct tls_peer *peer)
{
    assert_ok(tls_make_ca(cx->arena, clock_now(), &peer->ca));
    assert_ok(tls_make_cert(cx->arena, clock_now(), &peer->ca, &peer->server));
    assert_ok(tls_make_ca(cx->arena, clock_now(), &peer->client_ca));
    assert_ok(tls_make_cert(cx->arena, clock_now(), &peer->client_ca, &peer->client));
    peer->context = SSL_CTX_new(TLS_server_method());
    X509 *cert = tls_peer_cert(peer->server.cert);
    EVP_PKEY *key = tls_peer_key(peer->server.key);
    assert_int_equal(SSL_CTX_use_certificate(peer->context, cert), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(peer->context, key), 1);
    X509_free(cert);
    EVP_PKEY_free(key);
    SSL_CTX_set_verify(peer->context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_cert_verify_callback(peer->context, tls_peer_verify, peer);
}

static struct tls_client *tls_peer_client(const struct tls_peer *peer)
{
    struct tls_client *client;
    const char *wrong;

    assert_ok(tls_client_new(peer->ca.cert, peer->client.cert, peer->client.key, &client, &wrong));
    return client;
}

#endif
