/* Calls on a link: queueing, packing, matching answers, timers and the breaker. */
#include <string.h>

#include "base/crypto.h"
#include "base/log.h"
#include "base/must.h"
#include "core/holder.h"
#include "rails/card/link_internal.h"

static int64_t link_class_us(const struct link *link, enum flight_class class)
{
    const struct link_times *times = &link->options.times;

    return (int64_t)(class == FLIGHT_REQUEST ? times->request_ms : times->advice_ms) * 1000;
}

static void link_finish(struct link *link, struct flight *flight)
{
    struct card_call *call = flight->call;

    must(call->outcome != 0);
    if (flight->probe)
        link->breaker.probing = false;
    flight_give(link->pool, flight);
    mailbox_post(call->home, &call->done);
}

void link_unanswered(struct link *link, struct flight *flight, enum card_outcome outcome)
{
    card_unanswered(flight->call, outcome);
    link_finish(link, flight);
}

/* --- breaker
 * ---------------------------------------------------------------------------------------- */

void link_breaker_close(struct link *link)
{
    link->breaker = (struct breaker){.timeouts = 0};
}

static void breaker_open(struct link *link)
{
    link->breaker.open_until_us =
        clock_monotonic_us() + (int64_t)link->options.times.breaker_ms * 1000;
    link->breaker.probing = false;
}

static void breaker_timeout(struct link *link)
{
    link->breaker.timeouts++;
    if (link->breaker.timeouts >= link->options.times.breaker_timeouts)
        breaker_open(link);
}

/* Whether a call may go on. While the host answers nothing, advices are still tried: they are what
 * cleans up. */
static bool breaker_lets(struct link *link, struct flight *flight)
{
    struct breaker *breaker = &link->breaker;

    if (breaker->open_until_us == 0)
        return true;
    if (link->state == LINK_UP && flight->class == FLIGHT_ADVICE)
        return true;
    if (clock_monotonic_us() < breaker->open_until_us || breaker->probing)
        return false;
    breaker->probing = true;
    flight->probe = true;
    return true;
}

/* --- sending
 * ---------------------------------------------------------------------------------------- */

void link_submit(struct link *link, struct flight *flight)
{
    struct flight_queue *queue;

    flight->class = flight_class_of(flight->call->op);
    queue = &link->waiting[flight->class];
    if (queue->count >= WAITING_MAX || !breaker_lets(link, flight)) {
        link_unanswered(link, flight, CARD_UNREACHABLE);
        return;
    }
    flight->number = link->arrivals++;
    flight->deadline_us = clock_monotonic_us() + link_class_us(link, flight->class);
    flight_queue_add(queue, flight);
}

static struct flight *next_waiting(struct link *link)
{
    struct flight *request = link->waiting[FLIGHT_REQUEST].first;
    struct flight *advice = link->waiting[FLIGHT_ADVICE].first;

    if (request == NULL || advice == NULL)
        return request != NULL ? request : advice;
    return request->number < advice->number ? request : advice;
}

/* Opens card number and code, packs, wipes. */
static err_t pack_call(struct link *link, const struct card_call *call)
{
    char pan[PAN_MAX + 1] = "";
    char cvc[CVC_MAX + 1] = "";
    struct outgoing *out = &link->call_out;
    err_t err = OK;

    if (call->pan_sealed.len > 0)
        err =
            vault_open_pan(link->options.vault, call->merchant, call->card, call->pan_sealed, pan);
    /* The code leaves the pool here and exists nowhere else: what is packed stays in call_out until
     * it has been written, on this connection or the next. */
    if (err == OK && call->op == CARD_AUTHORISE && call->has_cvc)
        (void)cvc_take(link->options.cvc, call->attempt.raw, cvc);
    if (err == OK)
        err = card_pack(&link->options.profile, &link->options.identity, call,
                        (struct card_secrets){str_of(pan), str_of(cvc)}, out->bytes, &out->len);
    crypto_wipe(pan, sizeof pan);
    crypto_wipe(cvc, sizeof cvc);
    if (err != OK)
        crypto_wipe(out, sizeof *out);
    return err;
}

/* How old an authorisation is fresh: right after the database was away no lease is sure. */
enum { FRESH_S = 5 };

/* Another server may have taken it back, and its reversal be at the host already. */
static bool is_overtaken(const struct flight *flight)
{
    const struct card_call *call = flight->call;

    return clock_monotonic_us() - call->begun_us > FRESH_S * SECOND_US &&
           !holder_holds(call->holder, call->term);
}

static void remember_answer(struct flight *flight)
{
    char mti[ISO_MTI_LEN + 1];
    struct iso_times times = iso_times(flight->call->trace.sent);

    card_mti(flight->call, mti);
    iso_answer_mti(mti, flight->answer_mti);
    iso_digits(flight->call->trace.stan, ISO_STAN_LEN, flight->stan);
    memcpy(flight->sent, times.sent, sizeof flight->sent);
}

bool link_load_call(struct link *link)
{
    struct flight *flight;

    must(link->call_out.len == 0);
    while (link->flying.count < FLIGHTS_MAX && (flight = next_waiting(link)) != NULL) {
        flight_queue_remove(&link->waiting[flight->class], flight);
        if (is_overtaken(flight)) {
            link_unanswered(link, flight, CARD_UNREACHABLE);
            continue;
        }
        err_t err = pack_call(link, flight->call);
        if (err == OK) {
            remember_answer(flight);
            link->call_out.flight = flight;
            return true;
        }
        log_event(NULL, err == ERR_UNAVAILABLE ? EV_VAULT_UNAVAILABLE : EV_INTERNAL_ERROR,
                  LOG_ID("attempt", flight->call->attempt), LOG_ERR(err));
        link_unanswered(link, flight, CARD_UNREACHABLE);
    }
    return false;
}

void link_call_written(struct link *link, int64_t now_us)
{
    struct flight *flight = link->call_out.flight;

    crypto_wipe(&link->call_out, sizeof link->call_out);
    flight->deadline_us = now_us + link_class_us(link, flight->class);
    flight_table_add(&link->flying, flight);
}

/* --- receiving
 * -------------------------------------------------------------------------------------- */

static void log_late(struct link *link, const struct iso_message *answer)
{
    int64_t stan = 0;
    int64_t times;

    (void)iso_number(answer->fields[11], &stan);
    if (tally_is_due(&link->late, &times))
        log_event(NULL, EV_LATE_ANSWER, LOG_WORD("connector", link->options.name),
                  LOG_INT("stan", stan), LOG_INT("times", times));
}

static bool is_our_terminal(const struct link *link, struct str terminal)
{
    while (terminal.len > 0 && terminal.ptr[terminal.len - 1] == ' ')
        terminal.len--;
    return str_eq(terminal, link->options.identity.terminal);
}

void link_answered(struct link *link, const struct iso_message *answer)
{
    struct flight *flight = flight_table_match(&link->flying, answer);

    if (flight == NULL || !is_our_terminal(link, answer->fields[41])) {
        log_late(link, answer);
        return;
    }
    if (!ISO_HAS(answer, 39)) {
        /* It says nothing: the timer decides. */
        link_astray(link);
        return;
    }
    flight_table_remove(&link->flying, flight);
    card_unpack(answer, flight->call);
    link_breaker_close(link);
    link_finish(link, flight);
}

/* --- time
 * ------------------------------------------------------------------------------------------- */

static void expire_flying(struct link *link, int64_t now_us)
{
    for (size_t class = 0; class < FLIGHT_CLASSES; class ++) {
        struct flight *flight;
        while ((flight = link->flying.queues[class].first) != NULL &&
               flight->deadline_us <= now_us) {
            flight_table_remove(&link->flying, flight);
            breaker_timeout(link);
            link_unanswered(link, flight, CARD_UNKNOWN);
        }
    }
}

static void expire_waiting(struct link *link, int64_t now_us)
{
    for (size_t class = 0; class < FLIGHT_CLASSES; class ++) {
        struct flight *flight;
        while ((flight = link->waiting[class].first) != NULL && flight->deadline_us <= now_us) {
            flight_queue_remove(&link->waiting[class], flight);
            link_unanswered(link, flight, CARD_UNREACHABLE);
        }
    }
}

/* A packed call that could not be written in time, or not under its lease. Once a part has left,
 * the stream cannot go on without the rest, so the connection goes. */
static void expire_packed(struct link *link, int64_t now_us)
{
    struct flight *flight = link->call_out.flight;

    if (flight == NULL || (flight->deadline_us > now_us && !is_overtaken(flight)))
        return;
    if (link->call_out.begun) {
        link_lost(link, "a message not taken in time");
        return;
    }
    if (link->writing == &link->call_out)
        link->writing = NULL;
    crypto_wipe(&link->call_out, sizeof link->call_out);
    link_unanswered(link, flight, CARD_UNREACHABLE);
}

void link_expire_calls(struct link *link, int64_t now_us)
{
    expire_flying(link, now_us);
    expire_waiting(link, now_us);
    expire_packed(link, now_us);
}

int64_t link_calls_deadline(const struct link *link)
{
    int64_t first = INT64_MAX;

    for (size_t class = 0; class < FLIGHT_CLASSES; class ++) {
        const struct flight *heads[] = {link->waiting[class].first,
                                        link->flying.queues[class].first};
        for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
            if (heads[i] != NULL && heads[i]->deadline_us < first)
                first = heads[i]->deadline_us;
        }
    }
    if (link->call_out.flight != NULL && link->call_out.flight->deadline_us < first)
        first = link->call_out.flight->deadline_us;
    return first;
}

/* --- the end of a connection
 * ------------------------------------------------------------------------ */

void link_calls_lost(struct link *link)
{
    struct flight *flight = link->call_out.flight;

    if (flight != NULL && link->call_out.written > 0) {
        crypto_wipe(&link->call_out, sizeof link->call_out);
        link_unanswered(link, flight, CARD_UNKNOWN);
    }
    for (size_t class = 0; class < FLIGHT_CLASSES; class ++) {
        while ((flight = link->flying.queues[class].first) != NULL) {
            flight_table_remove(&link->flying, flight);
            link_unanswered(link, flight, CARD_UNKNOWN);
        }
    }
}

void link_calls_refuse(struct link *link)
{
    struct flight *flight = link->call_out.flight;

    breaker_open(link);
    if (flight != NULL) {
        must(link->call_out.written == 0);
        crypto_wipe(&link->call_out, sizeof link->call_out);
        link_unanswered(link, flight, CARD_UNREACHABLE);
    }
    for (size_t class = 0; class < FLIGHT_CLASSES; class ++) {
        while ((flight = link->waiting[class].first) != NULL) {
            flight_queue_remove(&link->waiting[class], flight);
            link_unanswered(link, flight, CARD_UNREACHABLE);
        }
    }
}
