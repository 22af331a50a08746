#ifndef GUICHET_RAILS_CARD_LINK_H
#define GUICHET_RAILS_CARD_LINK_H

#include "base/tls_stream.h"
#include "core/cvc.h"
#include "core/rail.h"
#include "rails/card/flight.h"
#include "rails/card/pack.h"

/* The TCP link to an acquirer's host (cards.md 3.3), under TLS or, within this machine, without. It
 * belongs to one thread, which waits on its descriptor and calls link_turn; nothing here blocks. */
struct link;

struct link_times {
    int connect_ms;
    int handshake_ms; /* of TLS */
    int network_ms;   /* wait for 0810 */
    int request_ms;   /* wait for 0110, 0210 */
    int advice_ms;    /* wait for 0230, 0410, 0430 */
    int echo_after_ms;
    int back_off_ms; /* the first pause before a new connection; doubles */
    int back_off_max_ms;
    int breaker_ms;
    int breaker_timeouts; /* in a row */
};
void link_times_default(struct link_times *times);

struct link_options {
    const char *name; /* of the connector, for logs; a literal */
    const char *host; /* an address, or "localhost"; without tls of this machine only */
    int port;
    struct tls_client *tls; /* NULL: in clear */
    const char *tls_name;   /* what the host's certificate carries; NULL: `host` */
    struct iso_profile profile;
    struct card_identity identity;
    struct link_times times;
    struct vault *vault;
    struct cvc_pool *cvc;
    struct card_events events; /* chargeback NULL: notices are not answered */
};

/* ERR_UNAVAILABLE with a fault: the host is not this machine and there is no TLS (cards.md 3).
 * ERR_INVALID with a fault: a setting does not fit its field. Texts are borrowed for the link's
 * life. */
MUST_CHECK err_t link_new(struct ctx *cx, const struct link_options *options, struct mailbox *home,
                          struct flight_pool *pool, struct link **out);
void link_free(struct link *link);

/* Takes over a call; its result is posted to its home sooner or later. */
void link_submit(struct link *link, struct flight *flight);

/* What to wait for: a descriptor (-1 for none) with poll events, and for how long at most. */
int link_fd(const struct link *link);
short link_poll_events(const struct link *link);
int link_wait_ms(const struct link *link);

/* Does what can be done now: connect, read, write, expire. */
void link_turn(struct link *link, short poll_events);

/* Signs off and gives every call its result: what was written is unknown, the rest unreachable. */
void link_close(struct link *link);

/* Signed on, and the breaker is closed. */
bool link_is_up(const struct link *link);

#endif
