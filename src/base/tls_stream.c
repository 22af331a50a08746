#include "base/tls_stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/must.h"
#include "base/openssl.h"

struct tls_client {
    SSL_CTX *context;
    BIO_METHOD *socket;
};

struct tls_stream {
    SSL *ssl;
    bool broken; /* an error after which nothing may be sent any more, not even goodbye */
    bool wants_write;
    bool writing; /* a record has been made and has not left whole */
};

enum { PEM_MAX = 256 * 1024 };

/* --- the socket ---------------------------------------------------------------------------------
 */

/* OpenSSL's own socket BIO writes with write(2), and a peer that has gone would raise SIGPIPE. */
static int socket_fd(BIO *bio)
{
    const int *fd = BIO_get_data(bio);

    return *fd;
}

static int socket_result(BIO *bio, ssize_t count, int retry)
{
    BIO_clear_retry_flags(bio);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        BIO_set_flags(bio, retry | BIO_FLAGS_SHOULD_RETRY);
    return (int)count;
}

static int socket_write(BIO *bio, const char *bytes, int len)
{
    must(len >= 0);
    return socket_result(bio, send(socket_fd(bio), bytes, (size_t)len, MSG_NOSIGNAL),
                         BIO_FLAGS_WRITE);
}

static int socket_read(BIO *bio, char *to, int room)
{
    must(room >= 0);
    return socket_result(bio, recv(socket_fd(bio), to, (size_t)room, 0), BIO_FLAGS_READ);
}

static long socket_ctrl(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

static int socket_destroy(BIO *bio)
{
    int *fd = BIO_get_data(bio);

    if (fd != NULL)
        process_free(fd);
    BIO_set_data(bio, NULL);
    return 1;
}

static BIO_METHOD *socket_method(void)
{
    BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "socket without signals");

    if (method == NULL || BIO_meth_set_write(method, socket_write) != 1 ||
        BIO_meth_set_read(method, socket_read) != 1 ||
        BIO_meth_set_ctrl(method, socket_ctrl) != 1 ||
        BIO_meth_set_destroy(method, socket_destroy) != 1) {
        BIO_meth_free(method);
        return NULL;
    }
    return method;
}

static BIO *socket_bio(const struct tls_client *client, int fd)
{
    BIO *bio = BIO_new(client->socket);

    if (bio == NULL)
        return NULL;
    int *kept = process_make(int);
    *kept = fd;
    BIO_set_data(bio, kept);
    BIO_set_init(bio, 1);
    return bio;
}

/* --- certificates -------------------------------------------------------------------------------
 */

static BIO *text_bio(struct str pem)
{
    return pem.len == 0 || pem.len > PEM_MAX ? NULL : BIO_new_mem_buf(pem.ptr, (int)pem.len);
}

/* No password is ever asked for on a terminal. */
static int no_password(char *out, int size, int writes, void *user)
{
    (void)out;
    (void)size;
    (void)writes;
    (void)user;
    return -1;
}

/* How many certificates were read and taken; stops at the first that is not. */
static int each_cert(struct str pem, bool (*take)(SSL_CTX *context, X509 *cert, int index),
                     SSL_CTX *context)
{
    BIO *bio = text_bio(pem);
    int count = 0;
    X509 *cert;

    while (bio != NULL && (cert = PEM_read_bio_X509(bio, NULL, no_password, NULL)) != NULL) {
        bool taken = take(context, cert, count);
        X509_free(cert);
        if (!taken) {
            count = 0;
            break;
        }
        count++;
    }
    BIO_free(bio);
    return count;
}

static bool take_ca(SSL_CTX *context, X509 *cert, int index)
{
    (void)index;
    return X509_STORE_add_cert(SSL_CTX_get_cert_store(context), cert) == 1;
}

static bool take_own(SSL_CTX *context, X509 *cert, int index)
{
    return index == 0 ? SSL_CTX_use_certificate(context, cert) == 1
                      : SSL_CTX_add1_chain_cert(context, cert) == 1;
}

static bool take_key(SSL_CTX *context, struct str pem)
{
    BIO *bio = text_bio(pem);
    EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
    bool taken = key != NULL && SSL_CTX_use_PrivateKey(context, key) == 1 &&
                 SSL_CTX_check_private_key(context) == 1;

    EVP_PKEY_free(key);
    BIO_free(bio);
    return taken;
}

static bool context_rules(SSL_CTX *context)
{
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_options(context,
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    /* Forward secrecy and authenticated encryption only; those of TLS 1.3 all are. */
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1;
}

err_t tls_client_new(struct str ca, struct str cert, struct str key, struct tls_client **out,
                     const char **wrong)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    BIO_METHOD *method = socket_method();

    *out = NULL;
    *wrong = NULL;
    if (context == NULL || method == NULL || !context_rules(context)) {
        SSL_CTX_free(context);
        BIO_meth_free(method);
        return ERR_INTERNAL;
    }
    if (each_cert(ca, take_ca, context) == 0)
        *wrong = "ca";
    else if (each_cert(cert, take_own, context) == 0)
        *wrong = "cert";
    else if (!take_key(context, key))
        *wrong = "key";
    ERR_clear_error();
    if (*wrong != NULL) {
        SSL_CTX_free(context);
        BIO_meth_free(method);
        return ERR_INVALID;
    }
    *out = process_make(struct tls_client);
    (*out)->context = context;
    (*out)->socket = method;
    return OK;
}

void tls_client_free(struct tls_client *client)
{
    if (client == NULL)
        return;
    SSL_CTX_free(client->context);
    BIO_meth_free(client->socket);
    process_free(client);
}

/* --- a stream -----------------------------------------------------------------------------------
 */

/* What the certificate must carry, in its list of names: the subject's common name does not count.
 */
static bool expect_name(SSL *ssl, const char *name)
{
    struct in6_addr address;
    X509_VERIFY_PARAM *rules = SSL_get0_param(ssl);

    X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
                                               X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (inet_pton(AF_INET, name, &address) == 1 || inet_pton(AF_INET6, name, &address) == 1)
        return X509_VERIFY_PARAM_set1_ip_asc(rules, name) == 1;
    /* The library's macro takes its text as one that may be changed. */
    char asked[TLSEXT_MAXLEN_host_name + 1];
    size_t len = strlen(name);
    if (len == 0 || len >= sizeof asked)
        return false;
    memcpy(asked, name, len + 1);
    return SSL_set1_host(ssl, name) == 1 && SSL_set_tlsext_host_name(ssl, asked) == 1;
}

err_t tls_stream_new(struct tls_client *client, int fd, const char *name, struct tls_stream **out)
{
    SSL *ssl = SSL_new(client->context);
    BIO *bio = ssl == NULL ? NULL : socket_bio(client, fd);

    *out = NULL;
    if (bio == NULL || !expect_name(ssl, name)) {
        BIO_free(bio);
        SSL_free(ssl);
        ERR_clear_error();
        return ERR_INTERNAL;
    }
    SSL_set_bio(ssl, bio, bio);
    SSL_set_connect_state(ssl);
    *out = process_make(struct tls_stream);
    (*out)->ssl = ssl;
    return OK;
}

void tls_stream_free(struct tls_stream *stream)
{
    if (stream == NULL)
        return;
    /* Goodbye would first send the rest of a record: what the caller has given up would arrive. */
    if (!stream->broken && !stream->writing && SSL_is_init_finished(stream->ssl))
        (void)SSL_shutdown(stream->ssl);
    SSL_free(stream->ssl);
    ERR_clear_error();
    process_free(stream);
}

static enum tls_result result_of(struct tls_stream *stream, int returned)
{
    int error = SSL_get_error(stream->ssl, returned);

    stream->wants_write = error == SSL_ERROR_WANT_WRITE;
    if (error == SSL_ERROR_NONE)
        return TLS_DONE;
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
        return TLS_AGAIN;
    stream->broken = error != SSL_ERROR_ZERO_RETURN;
    return TLS_CLOSED;
}

enum tls_result tls_stream_handshake(struct tls_stream *stream)
{
    ERR_clear_error();
    enum tls_result result = result_of(stream, SSL_do_handshake(stream->ssl));
    if (result == TLS_DONE)
        must(SSL_get_verify_result(stream->ssl) == X509_V_OK);
    return result;
}

const char *tls_stream_why(const struct tls_stream *stream, const char *otherwise)
{
    long verified = SSL_get_verify_result(stream->ssl);
    unsigned long error = ERR_peek_last_error();
    const char *reason = ERR_reason_error_string(error);

    if (verified != X509_V_OK)
        return X509_verify_cert_error_string(verified);
    if (reason == NULL || ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
        return otherwise;
    return reason;
}

enum tls_result tls_stream_read(struct tls_stream *stream, void *to, size_t room, size_t *got)
{
    ERR_clear_error();
    return result_of(stream, SSL_read_ex(stream->ssl, to, room, got));
}

enum tls_result tls_stream_write(struct tls_stream *stream, const void *bytes, size_t len,
                                 size_t *sent)
{
    ERR_clear_error();
    enum tls_result result = result_of(stream, SSL_write_ex(stream->ssl, bytes, len, sent));
    stream->writing = result == TLS_AGAIN;
    return result;
}

bool tls_stream_wants_write(const struct tls_stream *stream)
{
    return stream->wants_write;
}
