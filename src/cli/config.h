#ifndef GUICHET_CLI_CONFIG_H
#define GUICHET_CLI_CONFIG_H

#include "base/ctx.h"

/* What the operator decides (design.md 8): defaults, then DATA/guichet.conf, then
 * GUICHET_<SECTION>_<KEY> of the environment, then flags. Texts live in the arena. */
struct config {
    struct str data; /* the directory, absolute */

    struct str listen;
    int64_t port;
    int64_t tls_port;
    struct str public_url;
    struct str tls_cert;
    struct str tls_key;
    int64_t threads;
    int64_t header_ms;
    int64_t body_ms;
    int64_t idle_ms;
    int64_t stop_ms;
    int64_t connections_max;
    int64_t bodies_mb;
    int64_t connections_per_peer;
    int64_t parked_max;
    bool access_log;

    struct str store_url;
    int64_t sync_delay_us;

    struct str kek_file;

    bool accept_pan;

    int64_t sim_port;
    int64_t sim_control_port;
    int64_t sim_acs_port;
    struct str sim_secret_file; /* may be empty */
    int64_t sim_answer_ms;
    struct str live_host;
    int64_t live_port;
    struct str live_name;
    struct str live_ca;
    struct str live_cert;
    struct str live_key;
    struct str live_terminal;
    struct str live_acquirer;
    struct str safedebit_prefixes;
    struct str live_category;
    struct str live_gateway_url;
    struct str live_secret_file;
    struct str live_city;

    int64_t payment_life_h;
    int64_t mandate_life_d;
    int64_t onboarding_life_h;
    int64_t request_life_d;

    struct str sepa_schema_dir; /* the three may be empty */
    struct str sepa_out_dir;
    struct str sepa_in_dir;

    struct str smtp_url;
    struct str smtp_from;
    struct str smtp_user;
    struct str smtp_password_file;
    int64_t mail_port;

    struct str sms_url;
    struct str sms_token_file; /* may be empty */

    struct str platform_directory_url;
    struct str platform_flow_url;
    struct str platform_token_url;
    struct str platform_client_id;
    struct str platform_secret_file;
    struct str platform_organization;

    bool sandbox;
};

/* The defaults for a data directory. */
void config_default(struct config *config);

/* Defaults, file and environment; then what was left empty gets its place in the data directory.
 * ERR_INVALID with faults: the file cannot be read, a key does not exist, a value does not fit.
 * ERR_NOT_FOUND with a fault: the directory does not exist. */
MUST_CHECK err_t config_load(struct ctx *cx, struct str data, struct config *out);

/* Reads text as the file would be read; for tests too. */
MUST_CHECK err_t config_read(struct ctx *cx, struct str text, struct config *config);

/* The environment's part. */
MUST_CHECK err_t config_read_environment(struct ctx *cx, char *const *environment,
                                         struct config *config);

/* One value, as a flag gives it: name is "server.port". */
MUST_CHECK err_t config_set(struct ctx *cx, struct config *config, struct str name,
                            struct str value);

/* The file with every key, its meaning and the value it has in config. */
struct str config_print(struct arena *arena, const struct config *config);

#endif
