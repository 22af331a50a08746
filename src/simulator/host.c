#include "simulator/host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/must.h"
#include "rails/card/frame.h"
#include "simulator/message.h"

enum {
    PEERS_MAX = 64,
    LATE_MS = 40000,
    DISPUTE_EVERY_MS = 1000,
    OUT_MAX = 1 << 20, /* a peer that does not read is closed */
};

static const struct iso_profile PROFILE = {.bitmap = ISO_BITMAP_BINARY};

struct peer {
    int fd;          /* -1: free */
    unsigned number; /* tells a new peer from an old one in the same place */
    bool signed_on;
    bool closing; /* after this turn */
    struct frame_buffer in;
    struct list out; /* bytes that wait */
    size_t sent;
};

/* An answer that leaves later. */
struct delayed {
    int64_t due_us;
    size_t peer;
    unsigned number;
    size_t len;
    char bytes[1024];
};

struct host {
    struct state *state;
    int listener;
    int port;
    int stop_fd;
    unsigned numbers;
    struct peer peers[PEERS_MAX];
    struct list delayed; /* struct delayed; in no order, few */
    int64_t dispute_due_us;
    int64_t handled;
};

/* --- sending
 * ---------------------------------------------------------------------------------------- */

static void peer_close(struct peer *peer)
{
    close(peer->fd);
    peer->fd = -1;
    frame_clear(&peer->in);
    list_free(&peer->out);
}

static void peer_write(struct peer *peer, const char *bytes, size_t len)
{
    if (peer->out.count + len > OUT_MAX) {
        peer->closing = true;
        return;
    }
    for (size_t i = 0; i < len; i++)
        *(char *)list_add(&peer->out, 1) = bytes[i];
}

static void peer_flush(struct peer *peer)
{
    while (peer->sent < peer->out.count) {
        ssize_t sent = send(peer->fd, (const char *)peer->out.items + peer->sent,
                            peer->out.count - peer->sent, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0) {
            peer->closing = errno != EAGAIN && errno != EWOULDBLOCK;
            return;
        }
        peer->sent += (size_t)sent;
    }
    peer->sent = 0;
    peer->out.count = 0;
}

static size_t frame_of(const struct iso_message *message, char *out, size_t max)
{
    size_t len = 0;

    must(iso_encode(&PROFILE, message, out + FRAME_HEAD, max - FRAME_HEAD, &len) == OK);
    frame_head(len, out);
    return FRAME_HEAD + len;
}

static void answer_after(struct host *host, struct peer *peer, const struct iso_message *message,
                         int64_t delay_ms)
{
    struct delayed delayed = {.number = peer->number};

    delayed.len = frame_of(message, delayed.bytes, sizeof delayed.bytes);
    if (delay_ms <= 0) {
        peer_write(peer, delayed.bytes, delayed.len);
        return;
    }
    delayed.peer = (size_t)(peer - host->peers);
    delayed.due_us = clock_monotonic_us() + delay_ms * 1000;
    *(struct delayed *)list_add(&host->delayed, sizeof delayed) = delayed;
}

/* --- one message
 * ------------------------------------------------------------------------------------ */

static void network_message(struct host *host, struct peer *peer, const struct iso_message *message)
{
    struct iso_message answer;

    if (str_eq(message->fields[70], STR("001")))
        peer->signed_on = true;
    if (str_eq(message->fields[70], STR("002")))
        peer->signed_on = false;
    iso_answer(message, &answer);
    answer.fields[39] = STR("00");
    answer_after(host, peer, &answer, 0);
}

/* 0432: the acquirer's customer has taken note, or knows nothing of it (25). */
static void dispute_answered(struct host *host, const struct iso_message *message)
{
    struct state *state = host->state;
    struct str code = message->fields[39];
    char text[3] = "";

    if (!str_eq(code, STR("00")) && !str_eq(code, STR("25")))
        return;
    memcpy(text, code.ptr, 2);
    for (size_t i = 0; i < state->book.disputes.count; i++) {
        struct dispute_texts texts;
        struct iso_message sent;
        if (!message_dispute_waits(state, i))
            continue;
        message_dispute(state, i, &texts, &sent);
        if (str_eq(sent.fields[11], message->fields[11]) &&
            str_eq(sent.fields[7], message->fields[7])) {
            state_dispute_answered(state, i, text);
            return;
        }
    }
}

static void deliver(struct host *host, struct peer *peer, const struct reply *reply)
{
    struct state *state = host->state;

    host->handled++;
    if (state->knobs.kill_after > 0 && host->handled >= state->knobs.kill_after) {
        /* The worst moment: it is in the book, and nobody has been told. */
        journal_sync(state->journal);
        (void)raise(SIGKILL);
    }
    if (state->knobs.drop_per_mille > 0 &&
        state_random(state, 1000) < (uint32_t)state->knobs.drop_per_mille)
        return;
    switch (reply->delivery) {
    case DELIVER_NOW:
        answer_after(host, peer, &reply->message, state->knobs.latency_ms);
        break;
    case DELIVER_LATE:
        answer_after(host, peer, &reply->message, LATE_MS);
        break;
    case DELIVER_NEVER:
        break;
    case DELIVER_CLOSE:
        peer->closing = true;
        break;
    }
}

static void handle_body(struct host *host, struct peer *peer, struct str body)
{
    struct iso_message message;
    struct reply reply;

    if (iso_decode(&PROFILE, body, &message) != OK) {
        if (message_malformed(&message, &reply))
            answer_after(host, peer, &reply.message, 0);
        else
            peer->closing = true;
        return;
    }
    if (strncmp(message.mti, "0800", 4) == 0) {
        network_message(host, peer, &message);
    } else if (!peer->signed_on) {
        peer->closing = true; /* nothing but 0800 before sign-on */
    } else if (strncmp(message.mti, "0432", 4) == 0) {
        dispute_answered(host, &message);
    } else if (!iso_is_answer(&message)) {
        message_handle(host->state, &message, clock_now(), &reply);
        deliver(host, peer, &reply);
    }
}

/* --- connections
 * ------------------------------------------------------------------------------------ */

static void peer_accept(struct host *host)
{
    int fd = accept4(host->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    int one = 1;

    if (fd < 0)
        return;
    for (size_t i = 0; i < PEERS_MAX; i++) {
        struct peer *peer = &host->peers[i];
        if (peer->fd >= 0)
            continue;
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        memset(peer, 0, sizeof *peer);
        peer->fd = fd;
        peer->number = ++host->numbers;
        return;
    }
    close(fd);
}

static void peer_read(struct host *host, struct peer *peer)
{
    while (!peer->closing) {
        size_t room;
        char *to = frame_room(&peer->in, &room);
        ssize_t got = recv(peer->fd, to, room, 0);
        struct str body;
        enum frame_result result;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        if (got <= 0) {
            peer->closing = true;
            return;
        }
        frame_took(&peer->in, (size_t)got);
        while (!peer->closing && (result = frame_next(&peer->in, &body)) != FRAME_MORE) {
            if (result == FRAME_BROKEN)
                peer->closing = true;
            else
                handle_body(host, peer, body);
        }
    }
}

/* --- time
 * ------------------------------------------------------------------------------------------- */

static void send_delayed(struct host *host, int64_t now_us)
{
    size_t kept = 0;

    for (size_t i = 0; i < host->delayed.count; i++) {
        struct delayed *delayed = list_at(&host->delayed, struct delayed, i);
        struct peer *peer = &host->peers[delayed->peer];
        if (delayed->due_us > now_us) {
            *list_at(&host->delayed, struct delayed, kept++) = *delayed;
            continue;
        }
        if (peer->fd >= 0 && peer->number == delayed->number)
            peer_write(peer, delayed->bytes, delayed->len);
    }
    host->delayed.count = kept;
}

/* Every second each open dispute is told again to whoever is signed on. */
static void send_disputes(struct host *host, int64_t now_us)
{
    if (now_us < host->dispute_due_us)
        return;
    host->dispute_due_us = now_us + DISPUTE_EVERY_MS * INT64_C(1000);
    for (size_t i = 0; i < host->state->book.disputes.count; i++) {
        struct dispute_texts texts;
        struct iso_message message;
        if (!message_dispute_waits(host->state, i))
            continue;
        message_dispute(host->state, i, &texts, &message);
        for (size_t at = 0; at < PEERS_MAX; at++) {
            if (host->peers[at].fd >= 0 && host->peers[at].signed_on)
                answer_after(host, &host->peers[at], &message, 0);
        }
    }
}

static int wait_ms(const struct host *host)
{
    int64_t until = host->dispute_due_us;

    for (size_t i = 0; i < host->delayed.count; i++) {
        const struct delayed *delayed = list_at(&host->delayed, struct delayed, i);
        if (delayed->due_us < until)
            until = delayed->due_us;
    }
    int64_t left = until - clock_monotonic_us();
    return left <= 0 ? 0 : (int)((left + 999) / 1000);
}

/* --- the loop
 * --------------------------------------------------------------------------------------- */

static size_t waits_of(const struct host *host, struct pollfd *waits, size_t *peers)
{
    size_t count = 0;

    waits[count++] = (struct pollfd){.fd = host->stop_fd, .events = POLLIN};
    waits[count++] = (struct pollfd){.fd = host->listener, .events = POLLIN};
    for (size_t i = 0; i < PEERS_MAX; i++) {
        const struct peer *peer = &host->peers[i];
        if (peer->fd < 0)
            continue;
        short events = peer->out.count > 0 ? POLLIN | POLLOUT : POLLIN;
        peers[count] = i;
        waits[count++] = (struct pollfd){.fd = peer->fd, .events = events};
    }
    return count;
}

/* One turn: all that has come in, one sync for all of it, then the answers. */
static void turn(struct host *host, const struct pollfd *waits, const size_t *peers, size_t count)
{
    int64_t now_us = clock_monotonic_us();

    state_lock(host->state);
    for (size_t i = 2; i < count; i++) {
        if ((waits[i].revents & (POLLIN | POLLERR | POLLHUP)) != 0)
            peer_read(host, &host->peers[peers[i]]);
    }
    send_delayed(host, now_us);
    send_disputes(host, now_us);
    journal_sync(host->state->journal);
    state_unlock(host->state);
    for (size_t i = 0; i < PEERS_MAX; i++) {
        struct peer *peer = &host->peers[i];
        if (peer->fd >= 0)
            peer_flush(peer);
        if (peer->fd >= 0 && peer->closing)
            peer_close(peer);
    }
    if ((waits[1].revents & POLLIN) != 0)
        peer_accept(host);
}

void host_run(struct host *host)
{
    struct pollfd waits[PEERS_MAX + 2];
    size_t peers[PEERS_MAX + 2];

    for (;;) {
        size_t count = waits_of(host, waits, peers);
        int ready = poll(waits, count, wait_ms(host));
        must(ready >= 0 || errno == EINTR);
        if (ready < 0)
            continue;
        if (waits[0].revents != 0)
            return;
        turn(host, waits, peers, count);
    }
}

void host_stop(struct host *host)
{
    uint64_t one = 1;
    ssize_t written = write(host->stop_fd, &one, sizeof one);

    (void)written;
}

/* --- life
 * ------------------------------------------------------------------------------------------- */

err_t host_new(struct ctx *cx, struct state *state, int port, struct host **out)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
    } address = {
        .v4 = {.sin_family = AF_INET,
               .sin_port = htons((uint16_t)port),
               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}
    };
    socklen_t len = sizeof address.v4;
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return fault(cx, ERR_IO, "iso_port", "cannot be opened");
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, &address.any, len) != 0 || listen(fd, 64) != 0 ||
        getsockname(fd, &address.any, &len) != 0) {
        close(fd);
        return fault(cx, ERR_IO, "iso_port", "cannot be had");
    }
    struct host *host = process_make(struct host);
    host->state = state;
    host->listener = fd;
    host->port = ntohs(address.v4.sin_port);
    host->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    must(host->stop_fd >= 0);
    for (size_t i = 0; i < PEERS_MAX; i++)
        host->peers[i].fd = -1;
    *out = host;
    return OK;
}

int host_port(const struct host *host)
{
    return host->port;
}

void host_free(struct host *host)
{
    for (size_t i = 0; i < PEERS_MAX; i++) {
        if (host->peers[i].fd >= 0)
            peer_close(&host->peers[i]);
    }
    close(host->listener);
    close(host->stop_fd);
    list_free(&host->delayed);
    process_free(host);
}
