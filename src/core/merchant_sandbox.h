#ifndef GUICHET_CORE_MERCHANT_SANDBOX_H
#define GUICHET_CORE_MERCHANT_SANDBOX_H

#include "core/merchant.h"
#include "core/vault.h"

/* A merchant of the sandbox with its own sponsor, ready for all four faces (design.md 7). All texts
 * are shown once: only hashes and sealed bytes are kept. */
struct sandbox_merchant {
    struct merchant_id merchant;
    struct sponsor_id sponsor;
    struct key_pair keys;
    struct str simplypaie_id;
    struct str simplypaie_secret;
    struct str safedebit_login;
    struct str safedebit_password;
    struct str ics;
    struct str otp_threshold;
    struct str callback_secret;
    struct str button_secret; /* of SimplyPaie's payment buttons */
    struct str seqino_key;
    /* For the body alone. */
    struct str simplypaie_hash;
    struct str safedebit_hash;
    struct vault *vault;
};

/* Draws the secrets and hashes the passwords, which is slow on purpose: before the transaction. */
void sandbox_merchant_prepare(struct ctx *cx, struct vault *vault, struct sandbox_merchant *out);

/* A tx_body for a prepared struct sandbox_merchant: makes everything and fills the rest. The first
 * merchant of a database gets the names of the contract. Afterwards the caller raises the
 * generation. */
err_t sandbox_merchant_body(struct ctx *cx, struct tx *tx, void *arg);

#endif
