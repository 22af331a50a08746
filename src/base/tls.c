#include "base/tls.h"

#include "base/arena.h"
#include "base/must.h"
#include "base/openssl.h"
#include "base/rand.h"

enum { SERIAL_BYTES = 16, TEXT_MAX = 64 * 1024 };

static struct str bio_text(struct arena *arena, BIO *bio)
{
    char *data = NULL;
    long len = BIO_get_mem_data(bio, &data);

    must(len >= 0);
    return str_dup(arena, (struct str){data, (size_t)len});
}

static bool pair_write(struct arena *arena, X509 *cert, EVP_PKEY *key, struct tls_pair *out)
{
    BIO *cert_bio = BIO_new(BIO_s_mem());
    BIO *key_bio = BIO_new(BIO_s_mem());
    bool done = cert_bio != NULL && key_bio != NULL && PEM_write_bio_X509(cert_bio, cert) == 1 &&
                PEM_write_bio_PrivateKey(key_bio, key, NULL, NULL, 0, NULL, NULL) == 1;

    if (done) {
        out->cert = bio_text(arena, cert_bio);
        out->key = bio_text(arena, key_bio);
    }
    BIO_free(cert_bio);
    BIO_free(key_bio);
    return done;
}

static X509 *cert_read(struct str pem)
{
    if (pem.len == 0 || pem.len > TEXT_MAX)
        return NULL;
    BIO *bio = BIO_new_mem_buf(pem.ptr, (int)pem.len);
    X509 *cert = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);
    BIO_free(bio);
    return cert;
}

static EVP_PKEY *key_read(struct str pem)
{
    if (pem.len == 0 || pem.len > TEXT_MAX)
        return NULL;
    BIO *bio = BIO_new_mem_buf(pem.ptr, (int)pem.len);
    EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    BIO_free(bio);
    return key;
}

static bool extension_add(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;

    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    bool added = extension != NULL && X509_add_ext(cert, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return added;
}

static bool serial_set(X509 *cert)
{
    unsigned char bytes[SERIAL_BYTES];

    rand_bytes(bytes, sizeof bytes);
    bytes[0] = (unsigned char)((bytes[0] & 0x7F) | 0x40); /* positive and of full length */
    BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
    bool set = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) != NULL;
    BN_free(number);
    return set;
}

/* Everything but the extensions and the signature. */
static bool cert_fill(X509 *cert, EVP_PKEY *key, const char *name, instant now, int days)
{
    X509_NAME *subject = X509_get_subject_name(cert);
    time_t from = (time_t)((now - DAY_US) / SECOND_US);
    time_t until = from + (time_t)days * (time_t)(DAY_US / SECOND_US) - 1;

    return X509_set_version(cert, 2) == 1 && serial_set(cert) &&
           X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8,
                                      (const unsigned char *)"Guichet sandbox", -1, -1, 0) == 1 &&
           X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1,
                                      -1, 0) == 1 &&
           ASN1_TIME_set(X509_getm_notBefore(cert), from) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(cert), until) != NULL &&
           X509_set_pubkey(cert, key) == 1;
}

static bool ca_sign(X509 *cert, EVP_PKEY *key)
{
    return X509_set_issuer_name(cert, X509_get_subject_name(cert)) == 1 &&
           extension_add(cert, cert, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
           extension_add(cert, cert, NID_key_usage, "critical,keyCertSign,cRLSign") &&
           extension_add(cert, cert, NID_subject_key_identifier, "hash") &&
           X509_sign(cert, key, EVP_sha256()) > 0;
}

err_t tls_make_ca(struct arena *arena, instant now, struct tls_pair *out)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    bool made = key != NULL && cert != NULL &&
                cert_fill(cert, key, "Guichet sandbox authority", now, TLS_CA_DAYS) &&
                ca_sign(cert, key) && pair_write(arena, cert, key, out);

    X509_free(cert);
    EVP_PKEY_free(key);
    return made ? OK : ERR_INTERNAL;
}

static bool server_sign(X509 *cert, X509 *ca, EVP_PKEY *ca_key)
{
    return X509_set_issuer_name(cert, X509_get_subject_name(ca)) == 1 &&
           extension_add(cert, ca, NID_basic_constraints, "critical,CA:FALSE") &&
           extension_add(cert, ca, NID_key_usage, "critical,digitalSignature") &&
           extension_add(cert, ca, NID_ext_key_usage, "serverAuth") &&
           extension_add(cert, ca, NID_subject_alt_name,
                         "DNS:localhost,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1") &&
           extension_add(cert, ca, NID_subject_key_identifier, "hash") &&
           extension_add(cert, ca, NID_authority_key_identifier, "keyid:always") &&
           X509_sign(cert, ca_key, EVP_sha256()) > 0;
}

err_t tls_make_cert(struct arena *arena, instant now, const struct tls_pair *ca,
                    struct tls_pair *out)
{
    X509 *ca_cert = cert_read(ca->cert);
    EVP_PKEY *ca_key = key_read(ca->key);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    err_t err = ca_cert != NULL && ca_key != NULL ? OK : ERR_INVALID;

    if (err == OK &&
        !(key != NULL && cert != NULL && cert_fill(cert, key, "localhost", now, TLS_CERT_DAYS) &&
          server_sign(cert, ca_cert, ca_key) && pair_write(arena, cert, key, out)))
        err = ERR_INTERNAL;
    X509_free(cert);
    EVP_PKEY_free(key);
    EVP_PKEY_free(ca_key);
    X509_free(ca_cert);
    return err;
}

bool tls_cert_lasts(struct str cert, struct str ca, instant now, int days)
{
    X509 *read = cert_read(cert);
    X509 *ca_read = cert_read(ca);
    time_t until = (time_t)((now + days * DAY_US) / SECOND_US);
    EVP_PKEY *key = ca_read == NULL ? NULL : X509_get0_pubkey(ca_read);
    bool lasts = read != NULL && key != NULL && X509_verify(read, key) == 1 &&
                 X509_cmp_time(X509_get0_notAfter(read), &until) > 0;

    X509_free(read);
    X509_free(ca_read);
    return lasts;
}
