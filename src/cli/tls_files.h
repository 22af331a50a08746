#ifndef GUICHET_CLI_TLS_FILES_H
#define GUICHET_CLI_TLS_FILES_H

#include "base/tls_stream.h"
#include "cli/config.h"

/* The sandbox's own authority and server certificate in DATA/tls: makes what is missing and renews
 * a certificate that lasts less than 30 days. Keys have mode 0600. A fault tells what went wrong.
 */
MUST_CHECK err_t tls_files_prepare(struct ctx *cx, struct str data);

/* Certificate and key of the configuration. ERR_UNAVAILABLE with a fault. */
MUST_CHECK err_t tls_files_read(struct ctx *cx, const struct config *config, struct str *cert,
                                struct str *key);

/* What the link to the acquirer of live payments shows and believes: the files of card.live_*.
 * ERR_UNAVAILABLE or ERR_INVALID with a fault. */
MUST_CHECK err_t tls_files_client(struct ctx *cx, const struct config *config,
                                  struct tls_client **out);

#endif
