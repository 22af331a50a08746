#ifndef GUICHET_RAILS_CARD_LINK_INTERNAL_H
#define GUICHET_RAILS_CARD_LINK_INTERNAL_H

#include "rails/card/frame.h"
#include "rails/card/link.h"

/* Shared by link.c (connection, session), link_stream.c (its socket), link_call.c (calls and their
 * timers) and link_notice.c (0422). */

enum link_state {
    LINK_DOWN = 1, /* waits for the next attempt */
    LINK_CONNECTING,
    LINK_SECURING, /* the handshake of TLS */
    LINK_SIGNING_ON,
    LINK_UP,
};

/* Bytes being written. */
struct outgoing {
    char bytes[FRAME_MAX];
    size_t len; /* 0: nothing here */
    size_t written;
    bool begun;            /* a byte of it may have left, if only within a TLS record */
    struct flight *flight; /* whose message it is; NULL for our own 0800 and 0432 */
};

enum { OWN_QUEUE = 80, OWN_MAX = 256, NOTICES_MAX = 64, WAITING_MAX = 8192 };

/* A short message of ours that waits for its turn. */
struct own_frame {
    char bytes[OWN_MAX];
    size_t len;
};

/* A chargeback that the core is looking at. */
struct notice {
    struct notice_call call; /* first: the core gives back a pointer to it */
    struct link *link;
    bool busy;
    unsigned epoch;       /* the connection it came on */
    char answer[OWN_MAX]; /* the 0432 without its code, as a body */
    size_t answer_len;
};

struct breaker {
    int timeouts;          /* in a row */
    int64_t open_until_us; /* 0: closed */
    bool probing;
};

/* What a host that has gone astray does without end is logged once a second, with how often. */
struct tally {
    int64_t told_us; /* 0: never */
    int64_t times;   /* since then */
};

struct link {
    struct link_options options;
    struct mailbox *home;
    struct flight_pool *pool;
    enum link_state state;
    int fd;
    struct tls_stream *tls; /* NULL: in clear */
    unsigned epoch;         /* counts connections */
    int64_t state_until_us; /* when this state has lasted too long, or the pause ends */
    int attempts;           /* failed ones in a row */
    const char *why;        /* it is not up, as it was logged last; NULL: it is */
    char refusal[32];       /* of the last sign-on that was refused, with the answer's code */
    int64_t traffic_us;     /* the last byte in either direction */
    int64_t echo_until_us;  /* an echo waits for its answer until then; 0: none */
    int echoes_missed;
    int network_stan;
    uint64_t arrivals;
    struct frame_buffer in;
    bool unread; /* more may have come than one turn reads */
    struct tally astray;
    struct tally late;
    struct outgoing call_out; /* kept when a connection is lost before its first byte left */
    struct outgoing own_out;
    struct outgoing *writing; /* the one that has begun */
    struct own_frame own[OWN_QUEUE];
    size_t own_first;
    size_t own_count;
    struct flight_queue waiting[FLIGHT_CLASSES];
    struct flight_table flying;
    struct breaker breaker;
    struct notice notices[NOTICES_MAX];
};

/* link.c */
/* why: a text that stays. */
void link_lost(struct link *link, const char *why);
/* Whether it is to be logged now; then *times is how often it has been since the last time. */
bool tally_is_due(struct tally *tally, int64_t *times);
/* The host has sent what nobody can use. */
void link_astray(struct link *link);
void link_put_own(struct link *link, const struct iso_message *message);

/* link_stream.c */
/* Whether the host and its port can be connected to, and may be without TLS. */
err_t stream_check(struct ctx *cx, const struct link_options *options);
/* Begins to connect link->fd, -1 when there is no socket: 0, EINPROGRESS, or why not (errno). */
int stream_open(struct link *link);
/* What became of it: 0 or an errno. */
int stream_error(const struct link *link);
/* TLS_CLOSED in clear, too. */
enum tls_result stream_write(struct link *link, struct outgoing *out, size_t *sent);
enum tls_result stream_read(struct link *link, char *to, size_t room, size_t *got);

/* link_call.c */
void link_unanswered(struct link *link, struct flight *flight, enum card_outcome outcome);
/* Packs the next waiting call into call_out; false when there is none that may go. */
bool link_load_call(struct link *link);
void link_call_written(struct link *link, int64_t now_us);
void link_answered(struct link *link, const struct iso_message *answer);
void link_expire_calls(struct link *link, int64_t now_us);
void link_calls_lost(struct link *link);   /* the connection is gone */
void link_calls_refuse(struct link *link); /* nobody there: the breaker opens */
void link_breaker_close(struct link *link);
int64_t link_calls_deadline(const struct link *link);

/* link_notice.c */
void link_notice(struct link *link, const struct iso_message *message);

#endif
