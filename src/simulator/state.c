#include "simulator/state.h"

#include <string.h>
#include <sys/stat.h>

#include "base/must.h"
#include "base/rand.h"

/* --- records: one letter, then the values in this order
 * --------------------------------------------- */

/* Texts of an entry by their place, so that writing and reading cannot differ. */
struct place {
    size_t offset;
    size_t size;
};
#define TEXT_OF(member)                                                                            \
    {                                                                                              \
        offsetof(struct entry, member), sizeof(((struct entry *)0)->member)                        \
    }
static const struct place ENTRY_TEXTS[] = {
    TEXT_OF(mti),          TEXT_OF(sent),      TEXT_OF(stan),       TEXT_OF(acquirer),
    TEXT_OF(terminal),     TEXT_OF(acceptor),  TEXT_OF(rrn),        TEXT_OF(day),
    TEXT_OF(payment),      TEXT_OF(card_mask), TEXT_OF(card_hash),  TEXT_OF(code),
    TEXT_OF(auth_code),    TEXT_OF(network),   TEXT_OF(cvc_result), TEXT_OF(dispute),
    TEXT_OF(original_key),
};
#define NUMBER_OF(member) offsetof(struct entry, member)
static const size_t ENTRY_NUMBERS[] = {
    NUMBER_OF(at),       NUMBER_OF(amount.minor), NUMBER_OF(kept_minor), NUMBER_OF(replace_minor),
    NUMBER_OF(original),
};

enum { ENTRY_VALUES = 1 + 3 + ARRAY_LEN(ENTRY_NUMBERS) + ARRAY_LEN(ENTRY_TEXTS) };

static void write_entry(struct journal *journal, const struct entry *entry)
{
    journal_begin(journal);
    journal_text(journal, STR("E"));
    journal_number(journal, entry->kind);
    journal_text(journal, str_of(currency_text(entry->amount.currency)));
    journal_number(journal, (entry->preauth ? 1 : 0) + (entry->at_once ? 2 : 0));
    for (size_t i = 0; i < ARRAY_LEN(ENTRY_NUMBERS); i++) {
        int64_t value;
        memcpy(&value, (const char *)entry + ENTRY_NUMBERS[i], sizeof value);
        journal_number(journal, value);
    }
    for (size_t i = 0; i < ARRAY_LEN(ENTRY_TEXTS); i++)
        journal_text(journal, str_of((const char *)entry + ENTRY_TEXTS[i].offset));
    journal_end(journal);
}

static bool copy_text(struct str text, char *out, size_t size)
{
    if (text.len >= size)
        return false;
    if (text.len > 0)
        memcpy(out, text.ptr, text.len);
    out[text.len] = '\0';
    return true;
}

static err_t read_entry(const struct record *record, size_t count, struct entry *out)
{
    int64_t kind;
    int64_t flags;
    size_t at = 4;

    memset(out, 0, sizeof *out);
    if (record->count != ENTRY_VALUES || !str_to_int64(record->values[1], &kind) ||
        kind < ENTRY_AUTH || kind > ENTRY_REVERSAL ||
        !currency_parse(record->values[2], &out->amount.currency) ||
        !str_to_int64(record->values[3], &flags))
        return ERR_MALFORMED;
    out->kind = (enum entry_kind)kind;
    out->preauth = (flags & 1) != 0;
    out->at_once = (flags & 2) != 0;
    for (size_t i = 0; i < ARRAY_LEN(ENTRY_NUMBERS); i++) {
        int64_t value;
        if (!str_to_int64(record->values[at++], &value))
            return ERR_MALFORMED;
        memcpy((char *)out + ENTRY_NUMBERS[i], &value, sizeof value);
    }
    for (size_t i = 0; i < ARRAY_LEN(ENTRY_TEXTS); i++) {
        if (!copy_text(record->values[at++], (char *)out + ENTRY_TEXTS[i].offset,
                       ENTRY_TEXTS[i].size))
            return ERR_MALFORMED;
    }
    return out->original == NO_ENTRY || (out->original >= 0 && (size_t)out->original < count)
               ? OK
               : ERR_MALFORMED;
}

/* --- challenges
 * ------------------------------------------------------------------------------------- */

enum { CHALLENGE_VALUES = 12 };

static char *keep(struct str text)
{
    char *copy = process_alloc(1, text.len + 1);

    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    return copy;
}

static void write_challenge(struct journal *journal, const struct challenge *challenge)
{
    journal_begin(journal);
    journal_text(journal, STR("T"));
    journal_text(journal, str_of(challenge->acs_trans_id));
    journal_text(journal, str_of(challenge->ds_trans_id));
    journal_text(journal, str_of(challenge->payment));
    journal_text(journal, str_of(challenge->card_mask));
    journal_text(journal, str_of(challenge->card_hash));
    journal_text(journal, str_of(challenge->network));
    journal_number(journal, challenge->amount.minor);
    journal_text(journal, str_of(currency_text(challenge->amount.currency)));
    journal_text(journal, str_of(challenge->merchant_name));
    journal_text(journal, str_of(challenge->notification_url));
    journal_text(journal, str_of(challenge->session));
    journal_end(journal);
}

static struct challenge *apply_challenge(struct state *state, const struct challenge *challenge)
{
    struct challenge *added = list_add(&state->challenges, sizeof *added);

    *added = *challenge;
    added->merchant_name = keep(str_of(challenge->merchant_name));
    added->notification_url = keep(str_of(challenge->notification_url));
    added->session = keep(str_of(challenge->session));
    added->status = 'C';
    must(table_of_add(state->challenge_ids, str_of(added->acs_trans_id),
                      state->challenges.count - 1));
    return added;
}

static err_t read_challenge(struct state *state, const struct record *record)
{
    const struct str *values = record->values;
    struct challenge challenge = {.tries = 0};
    size_t taken;

    if (record->count != CHALLENGE_VALUES ||
        !copy_text(values[1], challenge.acs_trans_id, sizeof challenge.acs_trans_id) ||
        !copy_text(values[2], challenge.ds_trans_id, sizeof challenge.ds_trans_id) ||
        !copy_text(values[3], challenge.payment, sizeof challenge.payment) ||
        !copy_text(values[4], challenge.card_mask, sizeof challenge.card_mask) ||
        !copy_text(values[5], challenge.card_hash, sizeof challenge.card_hash) ||
        !copy_text(values[6], challenge.network, sizeof challenge.network) ||
        !str_to_int64(values[7], &challenge.amount.minor) ||
        !currency_parse(values[8], &challenge.amount.currency) ||
        table_of_find(state->challenge_ids, values[1], &taken))
        return ERR_MALFORMED;
    challenge.merchant_name = keep(values[9]);
    challenge.notification_url = keep(values[10]);
    challenge.session = keep(values[11]);
    (void)apply_challenge(state, &challenge);
    process_free(challenge.merchant_name);
    process_free(challenge.notification_url);
    process_free(challenge.session);
    return OK;
}

struct challenge *state_challenge(struct state *state, struct str acs_trans_id)
{
    size_t index;

    if (!table_of_find(state->challenge_ids, acs_trans_id, &index))
        return NULL;
    return list_at(&state->challenges, struct challenge, index);
}

/* --- reading the journal
 * ---------------------------------------------------------------------------- */

static err_t read_result(struct state *state, const struct record *record)
{
    struct challenge *challenge =
        record->count == 3 ? state_challenge(state, record->values[1]) : NULL;

    if (challenge == NULL || record->values[2].len != 1)
        return ERR_MALFORMED;
    challenge->status = record->values[2].ptr[0];
    return OK;
}

static err_t read_dispute(struct state *state, const struct record *record)
{
    int64_t index;
    char code[3];

    if (record->count != 3 || !str_to_int64(record->values[1], &index) || index < 0 ||
        (size_t)index >= state->book.disputes.count ||
        !copy_text(record->values[2], code, sizeof code) || strlen(code) != 2)
        return ERR_MALFORMED;
    book_dispute_answered(&state->book, (size_t)index, code);
    return OK;
}

static err_t read_settlement(struct state *state, const struct record *record)
{
    struct date day;

    if (record->count != 3 || record->values[1].len > 15 || !date_parse(record->values[2], &day) ||
        book_settled(&state->book, record->values[1], day) != 0)
        return ERR_MALFORMED;
    (void)book_settle(&state->book, record->values[1], day);
    return OK;
}

static err_t apply_record(void *arg, const struct record *record)
{
    struct state *state = arg;
    struct entry entry;

    if (record->values[0].len != 1)
        return ERR_MALFORMED;
    switch (record->values[0].ptr[0]) {
    case 'K':
        state->key_known =
            record->count == 2 && hex_decode(record->values[1], state->key, sizeof state->key);
        return state->key_known ? OK : ERR_MALFORMED;
    case 'E':
        TRY(read_entry(record, state->book.entries.count, &entry));
        (void)book_add(&state->book, &entry);
        return OK;
    case 'T':
        return read_challenge(state, record);
    case 'R':
        return read_result(state, record);
    case 'D':
        return read_dispute(state, record);
    case 'S':
        return read_settlement(state, record);
    default:
        return simulated_bank_apply(state->bank, record) == OK ? OK : ERR_MALFORMED;
    }
}

/* --- life
 * ------------------------------------------------------------------------------------------- */

static void make_key(struct ctx *cx, struct state *state)
{
    rand_bytes(state->key, sizeof state->key);
    journal_begin(state->journal);
    journal_text(state->journal, STR("K"));
    journal_text(state->journal, hex_encode(cx->arena, state->key, sizeof state->key));
    journal_end(state->journal);
    journal_sync(state->journal);
    state->key_known = true;
}

err_t state_open(struct ctx *cx, const char *dir, struct state **out)
{
    struct state *state = process_make(struct state);

    (void)mkdir(dir, 0700);
    must(pthread_mutex_init(&state->mutex, NULL) == 0);
    book_init(&state->book);
    state->bank = simulated_bank_new();
    state->challenge_ids = table_of_new();
    state->knobs.seed = 1;
    err_t err = journal_open(cx, dir, "journal", apply_record, state, &state->journal);
    if (err != OK) {
        state_close(state);
        return err;
    }
    simulated_bank_applied(state->bank);
    if (!state->key_known)
        make_key(cx, state);
    *out = state;
    return OK;
}

void state_close(struct state *state)
{
    if (state->journal != NULL)
        journal_close(state->journal);
    for (size_t i = 0; i < state->challenges.count; i++) {
        struct challenge *challenge = list_at(&state->challenges, struct challenge, i);
        process_free(challenge->merchant_name);
        process_free(challenge->notification_url);
        process_free(challenge->session);
    }
    list_free(&state->challenges);
    table_of_free(state->challenge_ids);
    book_free(&state->book);
    simulated_bank_free(state->bank);
    crypto_wipe(state->key, sizeof state->key);
    pthread_mutex_destroy(&state->mutex);
    process_free(state);
}

void state_lock(struct state *state)
{
    must(pthread_mutex_lock(&state->mutex) == 0);
}

void state_unlock(struct state *state)
{
    must(pthread_mutex_unlock(&state->mutex) == 0);
}

/* --- changing
 * --------------------------------------------------------------------------------------- */

size_t state_add_entry(struct state *state, const struct entry *entry)
{
    write_entry(state->journal, entry);
    return book_add(&state->book, entry);
}

void state_dispute_answered(struct state *state, size_t dispute, const char *code)
{
    journal_begin(state->journal);
    journal_text(state->journal, STR("D"));
    journal_number(state->journal, (int64_t)dispute);
    journal_text(state->journal, str_of(code));
    journal_end(state->journal);
    book_dispute_answered(&state->book, dispute, code);
}

size_t state_settle(struct state *state, struct str acceptor, struct date day)
{
    struct arena *arena = arena_new(4096);

    journal_begin(state->journal);
    journal_text(state->journal, STR("S"));
    journal_text(state->journal, acceptor);
    journal_text(state->journal, date_text(arena, day));
    journal_end(state->journal);
    arena_free(arena);
    return book_settle(&state->book, acceptor, day);
}

struct challenge *state_add_challenge(struct state *state, const struct challenge *challenge)
{
    write_challenge(state->journal, challenge);
    return apply_challenge(state, challenge);
}

void state_challenge_result(struct state *state, struct challenge *challenge, char status)
{
    must(challenge->status == 'C');
    journal_begin(state->journal);
    journal_text(state->journal, STR("R"));
    journal_text(state->journal, str_of(challenge->acs_trans_id));
    journal_text(state->journal, (struct str){&status, 1});
    journal_end(state->journal);
    challenge->status = status;
}

void state_card_hash(const struct state *state, struct str number, char out[17])
{
    static const char DIGITS[] = "0123456789abcdef";
    uint8_t hash[SHA256_SIZE];

    hmac_sha256((struct str){(const char *)state->key, sizeof state->key}, number, hash);
    for (size_t i = 0; i < 8; i++) {
        out[2 * i] = DIGITS[hash[i] >> 4];
        out[2 * i + 1] = DIGITS[hash[i] & 0xf];
    }
    out[16] = '\0';
}

uint32_t state_random(struct state *state, uint32_t limit)
{
    uint64_t *seed = &state->knobs.seed;

    /* SplitMix64: the same seed gives the same run. */
    *seed += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t mixed = *seed;
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    mixed ^= mixed >> 31;
    return (uint32_t)(mixed % limit);
}
