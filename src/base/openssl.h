#ifndef GUICHET_BASE_OPENSSL_H
#define GUICHET_BASE_OPENSSL_H

/* OpenSSL's headers declare a type named ERR_STATE, which is one of our results: it gets another
 * name while they are read. */
#define ERR_STATE openssl_err_state
/* Its plain functions of SHA-256, which crypto.c uses, are called deprecated since 3.0. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#undef ERR_STATE

#endif
