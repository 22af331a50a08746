#ifndef GUICHET_CLI_SANDBOX_H
#define GUICHET_CLI_SANDBOX_H

#include "cli/cli.h"

/* DATA/sandbox.json, the contract of design.md 7: what tests and users need to reach the sandbox.
 */
struct sandbox_file {
    struct str base_url;
    struct str tls_url;
    struct str ca_file;
    struct str public_key;
    struct str secret_key;
    struct str simplypaie_id;
    struct str simplypaie_secret;
    struct str safedebit_login;
    struct str safedebit_password;
    struct str ics;
    struct str otp_threshold;
    struct str callback_secret;
    struct str seqino_key;
    struct str sponsor_id;
    struct str client_id;
    struct str operator_email; /* who may sign in to the operator's pages */
    struct str operator_password;
    struct str acs_url;
    struct str control_url;
    struct str smtp_url; /* where mails are caught, and where they are shown */
    struct str mail_url;
};

/* The addresses of a configuration whose ports are not known yet: a port of 0 is left out. */
void sandbox_addresses(struct ctx *cx, const struct config *config, struct sandbox_file *file);

/* Makes another sandbox merchant in the database and fills in its credentials. */
MUST_CHECK err_t sandbox_merchant_new(struct ctx *cx, struct backend *backend,
                                      struct sandbox_file *file);

/* Makes an operator, or gives the one that is there another password, and fills in its credentials.
 */
MUST_CHECK err_t sandbox_operator_new(struct ctx *cx, struct backend *backend,
                                      struct sandbox_file *file);

struct str sandbox_print(struct arena *arena, const struct sandbox_file *file);

/* ERR_NOT_FOUND: there is none. ERR_MALFORMED: it cannot be read. */
MUST_CHECK err_t sandbox_read(struct ctx *cx, struct str data, struct sandbox_file *file);
MUST_CHECK err_t sandbox_write(struct ctx *cx, struct str data, const struct sandbox_file *file);

#endif
