#ifndef GUICHET_BASE_OPENSSL_H
#define GUICHET_BASE_OPENSSL_H

/* OpenSSL's headers declare a type named ERR_STATE, which is one of our results: it gets another
 * name while they are read. */
#define ERR_STATE openssl_err_state
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#undef ERR_STATE

#endif
