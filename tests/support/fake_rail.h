#ifndef GUICHET_TESTS_SUPPORT_FAKE_RAIL_H
#define GUICHET_TESTS_SUPPORT_FAKE_RAIL_H

#include <pthread.h>

#include "base/must.h"
#include "core/rail.h"
#include "support/unit.h"

/* A card connector that does what the test says. Answers come through the mailbox of the caller, as
 * from a real one; without a word from the test every message is approved and every payer
 * authenticated. */

enum { FAKE_SAID_MAX = 64, FAKE_CALLS_MAX = 4096, FAKE_LINES_MAX = 8192 };

struct fake_answer {
    enum card_outcome outcome;
    const char *response;
    bool settled;
    int64_t kept_minor;
};

struct fake_word {
    err_t result;
    enum threeds_status status;
};

/* What a call looked like when it arrived. */
struct fake_call {
    enum card_op op;
    struct attempt_id attempt;
    struct payment_id payment;
    struct card_trace trace;
    bool repeat;
    struct money amount;
    bool final;
    bool payer_present;
    bool card_kept;
    char first_txn[NETWORK_TXN_MAX + 1];
    char pan[PAN_MAX + 1];
    char cvc[CVC_MAX + 1]; /* "" when none came */
    char eci[3];
    char network_wanted[3];
    enum card_op original_op;
    struct card_trace original;
    char auth_code[AUTH_CODE_LEN + 1];
    char reason[3];
    int64_t replace_minor;
    struct date day; /* of totals */
    struct card_totals totals;
};

struct fake_lookup {
    bool result_only;
    bool challenge_mandated;
    char pan[PAN_MAX + 1];
    char acs_trans_id[THREEDS_ID_LEN + 1];
    char session[2048];
};

struct fake_rail {
    struct card_rail rail;
    struct vault *vault;
    struct cvc_pool *cvc;
    pthread_mutex_t mutex; /* the worker calls from its own thread */

    struct fake_answer said[CARD_RECONCILE + 1][FAKE_SAID_MAX];
    size_t said_from[CARD_RECONCILE + 1];
    size_t said_to[CARD_RECONCILE + 1];
    struct fake_word words[FAKE_SAID_MAX];
    size_t words_from;
    size_t words_to;

    bool silent; /* keeps what arrives instead of answering: fake_rail_answer_kept */
    struct card_call *kept[FAKE_SAID_MAX];
    size_t kept_count;
    struct threeds_call *kept_lookup;

    struct fake_call calls[FAKE_CALLS_MAX];
    size_t call_count;
    struct fake_lookup lookups[FAKE_SAID_MAX];
    size_t lookup_count;

    /* The next settlement files: refused as often as this first, then these lines; no name: nothing
     * to settle. */
    int settlement_refusals;
    struct settled_line lines[FAKE_LINES_MAX];
    size_t line_count;
    const char *file_name;
    const char *file_hash;
    size_t settlement_count;
    struct date settlement_day;
    struct date settlement_days[FAKE_SAID_MAX]; /* that were answered, in order */
    size_t settlement_days_count;
    uint64_t times_up;
};

static inline void fake_lock(struct fake_rail *fake)
{
    must(pthread_mutex_lock(&fake->mutex) == 0);
}

static inline void fake_unlock(struct fake_rail *fake)
{
    must(pthread_mutex_unlock(&fake->mutex) == 0);
}

/* --- what the test says -------------------------------------------------------------------------
 */

/* The next message of this kind is answered so; several are taken in turn. */
static inline void fake_say(struct fake_rail *fake, enum card_op op, enum card_outcome outcome,
                            const char *response)
{
    fake_lock(fake);
    must(fake->said_to[op] < FAKE_SAID_MAX);
    fake->said[op][fake->said_to[op]++] = (struct fake_answer){outcome, response, false, 0};
    fake_unlock(fake);
}

/* The next message of this kind is approved and its money moved at once. */
static inline void fake_say_settled(struct fake_rail *fake, enum card_op op, int64_t kept_minor)
{
    fake_lock(fake);
    must(fake->said_to[op] < FAKE_SAID_MAX);
    fake->said[op][fake->said_to[op]++] =
        (struct fake_answer){CARD_APPROVED, "00", true, kept_minor};
    fake_unlock(fake);
}

/* The bank's next word on an authentication. */
static inline void fake_say_bank(struct fake_rail *fake, err_t result, enum threeds_status status)
{
    fake_lock(fake);
    must(fake->words_to < FAKE_SAID_MAX);
    fake->words[fake->words_to++] = (struct fake_word){result, status};
    fake_unlock(fake);
}

/* One line more in the next settlement file. */
static inline void fake_settles(struct fake_rail *fake, enum settled_kind kind, const char *rrn,
                                struct money amount, int64_t kept_minor)
{
    fake_lock(fake);
    must(fake->line_count < FAKE_LINES_MAX);
    struct settled_line *line = &fake->lines[fake->line_count];
    *line = (struct settled_line){.number = (int64_t)++fake->line_count,
                                  .kind = kind,
                                  .amount = amount,
                                  .kept_minor = kept_minor};
    must(strlen(rrn) == RRN_LEN);
    memcpy(line->rrn, rrn, RRN_LEN + 1);
    fake_unlock(fake);
}

/* What the connector was told and asked so far does not count any more. */
static inline void fake_forget(struct fake_rail *fake)
{
    fake->call_count = 0;
    fake->lookup_count = 0;
    memset(fake->said_from, 0, sizeof fake->said_from);
    memset(fake->said_to, 0, sizeof fake->said_to);
}

static inline void fake_new_file(struct fake_rail *fake, const char *name, const char *hash)
{
    fake_lock(fake);
    fake->line_count = 0;
    fake->file_name = name;
    fake->file_hash = hash;
    fake_unlock(fake);
}

/* --- what arrived --------------------------------------------------------------------------------
 */

static inline size_t fake_count(struct fake_rail *fake, enum card_op op)
{
    size_t count = 0;

    fake_lock(fake);
    for (size_t i = 0; i < fake->call_count; i++)
        count += fake->calls[i].op == op ? 1 : 0;
    fake_unlock(fake);
    return count;
}

/* The latest message of a kind; there must be one. */
static inline struct fake_call fake_last(struct fake_rail *fake, enum card_op op)
{
    struct fake_call call = {0};

    fake_lock(fake);
    for (size_t i = 0; i < fake->call_count; i++) {
        if (fake->calls[i].op == op)
            call = fake->calls[i];
    }
    fake_unlock(fake);
    must(call.op == op);
    return call;
}

/* --- the connector -------------------------------------------------------------------------------
 */

static inline void fake_call_note(struct fake_rail *fake, const struct card_call *call)
{
    must(fake->call_count < FAKE_CALLS_MAX);
    struct fake_call *note = &fake->calls[fake->call_count++];

    *note = (struct fake_call){
        .op = call->op,
        .attempt = call->attempt,
        .payment = call->payment,
        .trace = call->trace,
        .repeat = call->repeat,
        .amount = call->amount,
        .final = call->final,
        .payer_present = call->payer_present,
        .original_op = call->original_op,
        .original = call->original,
        .replace_minor = call->replace_minor,
    };
    memcpy(note->eci, call->proof.eci, sizeof note->eci);
    note->card_kept = call->card_kept;
    memcpy(note->first_txn, call->first_txn, sizeof note->first_txn);
    memcpy(note->network_wanted, call->network_wanted, sizeof note->network_wanted);
    memcpy(note->auth_code, call->auth_code, sizeof note->auth_code);
    memcpy(note->reason, call->reason, sizeof note->reason);
    note->day = call->day;
    note->totals = call->totals;
    must(strlen(call->acceptor) == ACCEPTOR_LEN);
    if (call->op == CARD_AUTHORISE)
        must(vault_open_pan(fake->vault, call->merchant, call->card, call->pan_sealed, note->pan) ==
             OK);
    if (call->has_cvc)
        must(cvc_take(fake->cvc, call->attempt.raw, note->cvc));
}

static inline enum card_retry fake_retry(const char *response)
{
    if (response[0] == 'R')
        return CARD_RETRY_NEVER;
    return strcmp(response, "51") == 0 || strcmp(response, "05") == 0 ? CARD_RETRY_LATER
                                                                      : CARD_RETRY_WITH_PAYER;
}

static inline void fake_answer_now(struct fake_rail *fake, struct card_call *call)
{
    struct fake_answer answer = {CARD_APPROVED, "00", false, 0};
    size_t *from = &fake->said_from[call->op];

    if (*from < fake->said_to[call->op])
        answer = fake->said[call->op][(*from)++];
    call->outcome = answer.outcome;
    call->settled = answer.settled;
    call->kept_minor = answer.kept_minor;
    snprintf(call->response, sizeof call->response, "%s", answer.response);
    if (answer.outcome == CARD_DECLINED && call->op == CARD_AUTHORISE)
        call->retry = fake_retry(answer.response);
    if (call->op == CARD_RECONCILE) {
        call->balanced = strcmp(answer.response, "00") == 0; /* "2": approved, but out of balance */
        call->theirs = call->totals;
    } else if (answer.outcome == CARD_APPROVED) {
        snprintf(call->got_auth_code, sizeof call->got_auth_code, "A%05u",
                 (unsigned)call->trace.stan % 100000U);
        snprintf(call->network, sizeof call->network, "VI");
        snprintf(call->network_txn, sizeof call->network_txn, "T%s", call->trace.rrn);
    }
    mailbox_post(call->home, &call->done);
}

static inline void fake_send(void *self, struct card_call *call)
{
    struct fake_rail *fake = self;

    fake_lock(fake);
    fake_call_note(fake, call);
    if (fake->silent) {
        must(fake->kept_count < FAKE_SAID_MAX);
        fake->kept[fake->kept_count++] = call;
    } else {
        fake_answer_now(fake, call);
    }
    fake_unlock(fake);
}

static inline void fake_lookup_answer(struct fake_rail *fake, struct threeds_call *call)
{
    struct fake_word word = {OK, THREEDS_Y};

    if (fake->words_from < fake->words_to)
        word = fake->words[fake->words_from++];
    call->result = word.result;
    call->status = word.status;
    if (word.result == OK && (word.status == THREEDS_Y || word.status == THREEDS_A)) {
        snprintf(call->proof.eci, sizeof call->proof.eci, "%s",
                 word.status == THREEDS_Y ? "05" : "06");
        snprintf(call->proof.cavv, sizeof call->proof.cavv, "AAABBZEEBgAAAAAAAAAAAAAAAAA=");
        snprintf(call->proof.version, sizeof call->proof.version, "2.2.0");
    }
    if (word.result == OK && !call->result_only)
        snprintf(call->acs_trans_id, sizeof call->acs_trans_id, "11111111-2222-4333-8444-%012u",
                 (unsigned)fake->lookup_count);
    if (word.result == OK && word.status == THREEDS_C) {
        snprintf(call->acs_url, sizeof call->acs_url, "http://127.0.0.1:1/acs");
        snprintf(call->creq, sizeof call->creq, "Y3JlcQ");
    }
    mailbox_post(call->home, &call->done);
}

static inline void fake_threeds(void *self, struct threeds_call *call)
{
    struct fake_rail *fake = self;

    fake_lock(fake);
    must(fake->lookup_count < FAKE_SAID_MAX);
    struct fake_lookup *note = &fake->lookups[fake->lookup_count++];
    *note = (struct fake_lookup){.result_only = call->result_only,
                                 .challenge_mandated = call->challenge_mandated};
    must(vault_open_pan(fake->vault, call->merchant, call->card, call->pan_sealed, note->pan) ==
         OK);
    memcpy(note->acs_trans_id, call->acs_trans_id, sizeof note->acs_trans_id);
    must(call->session.len < sizeof note->session);
    memcpy(note->session, call->session.ptr, call->session.len);
    if (fake->silent)
        fake->kept_lookup = call;
    else
        fake_lookup_answer(fake, call);
    fake_unlock(fake);
}

/* Answers what was kept while the connector was silent, and is silent no more. */
static inline void fake_answer_kept(struct fake_rail *fake)
{
    fake_lock(fake);
    fake->silent = false;
    for (size_t i = 0; i < fake->kept_count; i++)
        fake_answer_now(fake, fake->kept[i]);
    fake->kept_count = 0;
    if (fake->kept_lookup != NULL)
        fake_lookup_answer(fake, fake->kept_lookup);
    fake->kept_lookup = NULL;
    fake_unlock(fake);
}

static inline void fake_settlement(void *self, struct settlement_call *call)
{
    struct fake_rail *fake = self;

    fake_lock(fake);
    fake->settlement_count++;
    fake->settlement_day = call->day;
    call->result = OK;
    if (fake->settlement_refusals > 0) {
        fake->settlement_refusals--;
        call->result = ERR_UNAVAILABLE;
    } else if (fake->settlement_days_count < FAKE_SAID_MAX) {
        fake->settlement_days[fake->settlement_days_count++] = call->day;
    }
    if (call->result == OK && fake->file_name != NULL) {
        call->name = str_dup(call->arena, str_of(fake->file_name));
        call->hash = str_dup(call->arena, str_of(fake->file_hash));
        call->line_count = fake->line_count;
        call->lines = arena_array(call->arena, struct settled_line, fake->line_count + 1);
        memcpy(call->lines, fake->lines, fake->line_count * sizeof *call->lines);
    }
    mailbox_post(call->home, &call->done);
    fake_unlock(fake);
}

static inline bool fake_is_up(void *self __attribute__((unused)))
{
    return true;
}

static inline uint64_t fake_times_up(void *self)
{
    struct fake_rail *fake = self;

    fake_lock(fake);
    uint64_t times = fake->times_up;
    fake_unlock(fake);
    return times;
}

/* The acquirer was away and is back. */
static inline void fake_comes_back(struct fake_rail *fake)
{
    fake_lock(fake);
    fake->times_up++;
    fake_unlock(fake);
}

static inline struct fake_rail *fake_rail_new(struct vault *vault, struct cvc_pool *cvc)
{
    struct fake_rail *fake = process_make(struct fake_rail);

    fake->vault = vault;
    fake->cvc = cvc;
    must(pthread_mutex_init(&fake->mutex, NULL) == 0);
    fake->rail = (struct card_rail){
        .self = fake,
        .name = "fake",
        .capabilities =
            RAIL_THREEDS | RAIL_ZERO_AMOUNT_CHECK | RAIL_PARTIAL_CAPTURE | RAIL_PARTIAL_REVERSAL,
        .send = fake_send,
        .threeds = fake_threeds,
        .settlement = fake_settlement,
        .is_up = fake_is_up,
        .times_up = fake_times_up,
    };
    return fake;
}

static inline void fake_rail_free(struct fake_rail *fake)
{
    pthread_mutex_destroy(&fake->mutex);
    process_free(fake);
}

#endif
