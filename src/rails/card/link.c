#include "rails/card/link.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/log.h"
#include "base/must.h"
#include "base/rand.h"
#include "rails/card/link_internal.h"

/* Reads of one turn: what the host says without end does not keep calls and timers from theirs. */
enum { READS_MAX = 16 };

void link_times_default(struct link_times *times)
{
    *times = (struct link_times){
        .connect_ms = 3000,
        .handshake_ms = 5000,
        .network_ms = 10000,
        .request_ms = 15000,
        .advice_ms = 30000,
        .echo_after_ms = 60000,
        .back_off_ms = 1000,
        .back_off_max_ms = 60000,
        .breaker_ms = 10000,
        .breaker_timeouts = 5,
    };
}

/* --- our own messages
 * ------------------------------------------------------------------------------- */

void link_put_own(struct link *link, const struct iso_message *message)
{
    struct own_frame *frame;
    size_t body_len = 0;

    /* Full only when the host takes nothing any more; what we do not say, it asks again. */
    if (link->own_count == OWN_QUEUE)
        return;
    frame = &link->own[(link->own_first + link->own_count) % OWN_QUEUE];
    if (iso_encode(&link->options.profile, message, frame->bytes + FRAME_HEAD, OWN_MAX - FRAME_HEAD,
                   &body_len) != OK)
        return;
    frame_head(body_len, frame->bytes);
    frame->len = FRAME_HEAD + body_len;
    link->own_count++;
}

static void put_network(struct link *link, struct str function)
{
    struct iso_times times = iso_times(clock_now());
    struct iso_message message = {.mti = "0800"};
    char stan[ISO_STAN_LEN + 1];

    link->network_stan = link->network_stan % 999999 + 1;
    iso_digits(link->network_stan, ISO_STAN_LEN, stan);
    message.fields[7] = str_of(times.sent);
    message.fields[11] = str_of(stan);
    message.fields[32] = link->options.identity.acquirer;
    message.fields[70] = function;
    link_put_own(link, &message);
}

/* --- what is logged
 * --------------------------------------------------------------------------------- */

bool tally_is_due(struct tally *tally, int64_t *times)
{
    int64_t now_us = clock_monotonic_us();

    tally->times++;
    if (tally->told_us != 0 && now_us - tally->told_us < SECOND_US)
        return false;
    *times = tally->times;
    *tally = (struct tally){.told_us = now_us};
    return true;
}

void link_astray(struct link *link)
{
    int64_t times;

    if (tally_is_due(&link->astray, &times))
        log_event(NULL, EV_LINK_BAD_MESSAGE, LOG_WORD("connector", link->options.name),
                  LOG_INT("times", times));
}

/* --- connection
 * ------------------------------------------------------------------------------------- */

static int64_t pause_us(const struct link *link)
{
    const struct link_times *times = &link->options.times;
    int64_t pause = times->back_off_ms;

    for (int i = 1; i < link->attempts && pause < times->back_off_max_ms; i++)
        pause *= 2;
    if (pause > times->back_off_max_ms)
        pause = times->back_off_max_ms;
    /* x (0.8 .. 1.2), so that many servers do not come back at the same moment. */
    return pause * (int64_t)(800 + rand_below(401));
}

static void disconnect(struct link *link)
{
    tls_stream_free(link->tls);
    link->tls = NULL;
    if (link->fd >= 0)
        close(link->fd);
    link->fd = -1;
    link->state = LINK_DOWN;
    link->attempts++;
    link->state_until_us = clock_monotonic_us() + pause_us(link);
    link->own_count = 0;
    link->echo_until_us = 0;
    link->echoes_missed = 0;
    frame_clear(&link->in);
    link->unread = false;
    crypto_wipe(&link->own_out, sizeof link->own_out);
    link_calls_lost(link);
    link->call_out.begun = false;
    link->writing = NULL;
}

/* Each attempt fails like the one before, mostly: what is new is logged. */
static void tell_down(struct link *link, const char *why)
{
    enum log_event event = link->state == LINK_SECURING ? EV_LINK_NOT_SECURE : EV_LINK_DOWN;

    if (link->why == NULL || strcmp(link->why, why) != 0)
        log_event(NULL, event, LOG_WORD("connector", link->options.name), LOG_WORD("why", why));
    link->why = why;
}

void link_lost(struct link *link, const char *why)
{
    tell_down(link, why);
    disconnect(link);
}

/* Nobody there, or somebody who does not let us in. */
static void attempt_failed(struct link *link, const char *why)
{
    tell_down(link, why);
    disconnect(link);
    link_calls_refuse(link);
}

static const char *closed_why(const struct link *link)
{
    const char *closed = link->state == LINK_SIGNING_ON ? "closed before the sign-on was answered"
                                                        : "closed by the host";

    return link->tls == NULL ? closed : tls_stream_why(link->tls, closed);
}

static void signing_on(struct link *link)
{
    int64_t now_us = clock_monotonic_us();

    link->state = LINK_SIGNING_ON;
    link->state_until_us = now_us + (int64_t)link->options.times.network_ms * 1000;
    link->traffic_us = now_us;
    put_network(link, STR("001"));
}

static void secure(struct link *link)
{
    switch (tls_stream_handshake(link->tls)) {
    case TLS_DONE:
        signing_on(link);
        return;
    case TLS_AGAIN:
        return;
    case TLS_CLOSED:
        attempt_failed(link, tls_stream_why(link->tls, "closed within the handshake"));
        return;
    }
}

static void connected(struct link *link)
{
    const struct link_options *options = &link->options;

    if (options->tls == NULL) {
        signing_on(link);
        return;
    }
    if (tls_stream_new(options->tls, link->fd,
                       options->tls_name != NULL ? options->tls_name : options->host,
                       &link->tls) != OK) {
        attempt_failed(link, "TLS cannot begin");
        return;
    }
    link->state = LINK_SECURING;
    link->state_until_us = clock_monotonic_us() + (int64_t)options->times.handshake_ms * 1000;
    secure(link);
}

static const char *no_connection_why(int error)
{
    return error == ECONNREFUSED ? "connection refused" : "host not reached";
}

static void connect_now(struct link *link)
{
    link->epoch++;
    int error = stream_open(link);

    if (link->fd < 0) {
        attempt_failed(link, "no socket can be had");
    } else if (error == 0) {
        connected(link);
    } else if (error == EINPROGRESS) {
        link->state = LINK_CONNECTING;
        link->state_until_us =
            clock_monotonic_us() + (int64_t)link->options.times.connect_ms * 1000;
    } else {
        attempt_failed(link, no_connection_why(error));
    }
}

static void finish_connecting(struct link *link, short poll_events)
{
    if ((poll_events & (POLLOUT | POLLERR | POLLHUP)) == 0)
        return;
    int error = stream_error(link);
    if (error != 0)
        attempt_failed(link, no_connection_why(error));
    else
        connected(link);
}

/* --- writing
 * ---------------------------------------------------------------------------------------- */

static bool load_own(struct link *link)
{
    if (link->own_count == 0)
        return false;
    const struct own_frame *frame = &link->own[link->own_first];
    memcpy(link->own_out.bytes, frame->bytes, frame->len);
    link->own_out.len = frame->len;
    link->own_out.written = 0;
    link->own_first = (link->own_first + 1) % OWN_QUEUE;
    link->own_count--;
    return true;
}

/* Chooses what to write next; false when there is nothing. */
static bool load_next(struct link *link)
{
    if (link->writing != NULL)
        return true;
    if (load_own(link)) {
        link->writing = &link->own_out;
    } else if (link->state == LINK_UP && (link->call_out.len > 0 || link_load_call(link))) {
        link->writing = &link->call_out;
    }
    return link->writing != NULL;
}

static void written(struct link *link)
{
    int64_t now_us = clock_monotonic_us();
    bool was_call = link->writing == &link->call_out;

    link->writing = NULL;
    link->traffic_us = now_us;
    if (was_call)
        link_call_written(link, now_us);
    else
        crypto_wipe(&link->own_out, sizeof link->own_out);
}

static void write_out(struct link *link)
{
    while (link->fd >= 0 && load_next(link)) {
        struct outgoing *out = link->writing;
        size_t sent = 0;
        enum tls_result result = stream_write(link, out, &sent);
        if (result == TLS_AGAIN)
            return;
        if (result == TLS_CLOSED) {
            link_lost(link, closed_why(link));
            return;
        }
        out->written += sent;
        if (out->written == out->len)
            written(link);
    }
}

/* --- reading
 * ---------------------------------------------------------------------------------------- */

static void sign_on_refused(struct link *link, struct str code)
{
    char refusal[sizeof link->refusal];

    snprintf(refusal, sizeof refusal, "sign-on refused with %.*s", (int)code.len, code.ptr);
    /* Another code is news. */
    if (strcmp(link->refusal, refusal) != 0)
        link->why = NULL;
    memcpy(link->refusal, refusal, sizeof refusal);
    attempt_failed(link, link->refusal);
}

static void network_answered(struct link *link, const struct iso_message *message)
{
    int64_t stan = 0;

    if (!iso_number(message->fields[11], &stan) || stan != link->network_stan)
        return;
    if (link->state != LINK_SIGNING_ON)
        return; /* an echo: any byte has already shown that the host lives */
    if (!str_eq(message->fields[39], STR("00"))) {
        sign_on_refused(link, ISO_HAS(message, 39) ? message->fields[39] : STR("no code"));
        return;
    }
    link->state = LINK_UP;
    link->why = NULL;
    link->attempts = 0;
    link_breaker_close(link);
    log_event(NULL, EV_LINK_UP, LOG_WORD("connector", link->options.name));
}

static void network_asked(struct link *link, const struct iso_message *message)
{
    struct iso_message answer;

    iso_answer(message, &answer);
    answer.fields[39] = STR("00");
    link_put_own(link, &answer);
}

static void handle(struct link *link, const struct iso_message *message)
{
    struct str mti = str_of(message->mti);

    if (str_eq(mti, STR("0810")))
        network_answered(link, message);
    else if (str_eq(mti, STR("0800")))
        network_asked(link, message);
    else if (link->state == LINK_UP && str_eq(mti, STR("0422")))
        link_notice(link, message);
    else if (link->state == LINK_UP && iso_is_answer(message))
        link_answered(link, message);
    else
        link_astray(link);
}

static void handle_frames(struct link *link)
{
    struct iso_message message;
    struct str body;

    while (link->fd >= 0) {
        enum frame_result result = frame_next(&link->in, &body);
        if (result == FRAME_MORE)
            return;
        /* A message that cannot be read or whose code is wrong says nothing about any call: their
         * timers run on. A length out of range means that the stream is lost. */
        if (result == FRAME_BROKEN) {
            link_astray(link);
            link_lost(link, "a length out of range");
        } else if (iso_decode(&link->options.profile, body, &message) != OK) {
            link_astray(link);
        } else {
            handle(link, &message);
        }
    }
}

static void read_in(struct link *link)
{
    link->unread = false;
    for (int reads = 0; link->fd >= 0; reads++) {
        size_t room;
        if (reads == READS_MAX) {
            link->unread = true;
            return;
        }
        char *to = frame_room(&link->in, &room);
        size_t got = 0;
        enum tls_result result = stream_read(link, to, room, &got);
        if (result == TLS_AGAIN)
            return;
        if (result == TLS_CLOSED) {
            if (link->state == LINK_SIGNING_ON)
                attempt_failed(link, closed_why(link));
            else
                link_lost(link, closed_why(link));
            return;
        }
        link->traffic_us = clock_monotonic_us();
        link->echo_until_us = 0;
        link->echoes_missed = 0;
        frame_took(&link->in, got);
        handle_frames(link);
    }
}

/* --- time
 * ------------------------------------------------------------------------------------------- */

static int64_t echo_due_us(const struct link *link)
{
    if (link->echo_until_us != 0)
        return link->echo_until_us;
    return link->traffic_us + (int64_t)link->options.times.echo_after_ms * 1000;
}

static void check_echo(struct link *link, int64_t now_us)
{
    if (link->state != LINK_UP || now_us < echo_due_us(link))
        return;
    if (link->echo_until_us != 0 && ++link->echoes_missed >= 2) {
        link_lost(link, "two echoes not answered");
        return;
    }
    put_network(link, STR("301"));
    link->echo_until_us = now_us + (int64_t)link->options.times.network_ms * 1000;
}

static void check_state(struct link *link, int64_t now_us)
{
    switch (link->state) {
    case LINK_DOWN:
        if (now_us >= link->state_until_us)
            connect_now(link);
        break;
    case LINK_CONNECTING:
        if (now_us >= link->state_until_us)
            attempt_failed(link, "host not reached");
        break;
    case LINK_SECURING:
        if (now_us >= link->state_until_us)
            attempt_failed(link, "handshake of TLS not answered");
        break;
    case LINK_SIGNING_ON:
        if (now_us >= link->state_until_us)
            attempt_failed(link, "sign-on not answered");
        break;
    case LINK_UP:
        check_echo(link, now_us);
        break;
    }
}

int link_wait_ms(const struct link *link)
{
    if (link->unread)
        return 0;
    int64_t until = link_calls_deadline(link);
    int64_t state_until = link->state == LINK_UP ? echo_due_us(link) : link->state_until_us;

    if (state_until < until)
        until = state_until;
    int64_t left = until - clock_monotonic_us();
    if (left <= 0)
        return 0;
    /* Rounded up: waking a moment too early would only spin. */
    return left > 3600 * SECOND_US ? 3600 * 1000 : (int)((left + 999) / 1000);
}

/* --- life
 * ------------------------------------------------------------------------------------------- */

static bool is_terminal(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < ' ' || text.ptr[i] > '~')
            return false;
    }
    return text.len >= 1 && text.len <= TERMINAL_LEN;
}

static err_t check_options(struct ctx *cx, const struct link_options *options)
{
    TRY(stream_check(cx, options));
    if (!is_terminal(options->identity.terminal))
        return fault(cx, ERR_INVALID, "terminal", "has 1 to 8 letters, digits and signs of ASCII");
    if (options->identity.acquirer.len == 0 || options->identity.acquirer.len > ISO_ACQUIRER_MAX ||
        !str_is_digits(options->identity.acquirer))
        return fault(cx, ERR_INVALID, "acquirer", "has 1 to 11 digits");
    if (options->identity.category.len != 4 || !str_is_digits(options->identity.category))
        return fault(cx, ERR_INVALID, "category", "has 4 digits");
    return OK;
}

err_t link_new(struct ctx *cx, const struct link_options *options, struct mailbox *home,
               struct flight_pool *pool, struct link **out)
{
    TRY(check_options(cx, options));
    struct link *link = process_make(struct link);
    link->options = *options;
    link->home = home;
    link->pool = pool;
    link->fd = -1;
    link->state = LINK_DOWN;
    link->network_stan = (int)rand_below(999999);
    *out = link;
    return OK;
}

void link_free(struct link *link)
{
    crypto_wipe(&link->in, sizeof link->in);
    process_free(link);
}

int link_fd(const struct link *link)
{
    return link->fd;
}

bool link_is_up(const struct link *link)
{
    return link->state == LINK_UP && link->breaker.open_until_us == 0;
}

short link_poll_events(const struct link *link)
{
    bool blocked = link->writing != NULL || link->state == LINK_CONNECTING ||
                   (link->tls != NULL && tls_stream_wants_write(link->tls));

    return (short)(POLLIN | (blocked ? POLLOUT : 0));
}

void link_turn(struct link *link, short poll_events)
{
    int64_t now_us = clock_monotonic_us();
    /* What TLS reads may have waited for room to write. */
    int reading = POLLIN | POLLERR | POLLHUP | (link->tls != NULL ? POLLOUT : 0);

    if (link->state == LINK_CONNECTING)
        finish_connecting(link, poll_events);
    else if (link->state == LINK_SECURING)
        secure(link);
    else if ((poll_events & reading) != 0 || link->unread)
        read_in(link);
    link_expire_calls(link, now_us);
    check_state(link, now_us);
    if (link->state == LINK_SIGNING_ON || link->state == LINK_UP)
        write_out(link);
}

void link_close(struct link *link)
{
    if (link->state == LINK_UP && link->writing == NULL) {
        put_network(link, STR("002"));
        size_t sent = 0;
        if (load_own(link))
            (void)stream_write(link, &link->own_out, &sent);
    }
    disconnect(link);
    link_calls_refuse(link);
}
