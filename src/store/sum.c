#include <string.h>

#include "base/must.h"
#include "store/internal.h"

/* Additions of the bodies of a group, by row (store_add). A payment changes four balances and two
 * counters that the payment before it has changed as well: gathered, they cost one statement each
 * for a whole group. */

enum {
    SUMS_MAX = 512,     /* rows; one more writes them all */
    PLACES = 1024,      /* of the hash table, a power of two */
    STEPS_MAX = 512,    /* additions of one body; one more writes everything */
    KEY_MAX = 6,        /* parameters before the amount */
    KEY_TEXT_MAX = 160, /* bytes of their texts */
};

struct sum {
    const struct sql *sql;
    uint64_t hash;
    struct value args[KEY_MAX + 1];
    size_t key_len;
    char text[KEY_TEXT_MAX];
    int64_t adds; /* 0: whoever added was undone, and the row may not exist */
    int64_t amount;
};

/* What the body under way has added, to take it back when it fails. */
struct step {
    struct sum *sum;
    int64_t amount;
};

struct sums {
    struct sum items[SUMS_MAX];
    size_t len;
    uint16_t places[PLACES]; /* index + 1; 0 is free */
    struct step steps[STEPS_MAX];
    size_t step_len;
};

struct sums *sums_new(void)
{
    return process_make(struct sums);
}

void sums_free(struct sums *sums)
{
    process_free(sums);
}

void sums_clear(struct sums *sums)
{
    if (sums->len > 0)
        memset(sums->places, 0, sizeof sums->places);
    sums->len = 0;
    sums->step_len = 0;
}

bool sums_wait(const struct sums *sums)
{
    return sums->len > 0;
}

void sums_mark(struct sums *sums)
{
    sums->step_len = 0;
}

void sums_undo(struct sums *sums)
{
    for (size_t i = sums->step_len; i > 0; i--) {
        const struct step *step = &sums->steps[i - 1];
        must(!add_overflows(step->sum->amount, -step->amount, &step->sum->amount));
        step->sum->adds--;
    }
    sums->step_len = 0;
}

err_t sums_write(struct store *store)
{
    struct sums *sums = store->sums;

    if (!sums_wait(sums))
        return OK;
    for (size_t i = 0; i < sums->len; i++) {
        struct sum *sum = &sums->items[i];

        if (sum->adds == 0)
            continue;
        if (store_call_fails(store))
            return ERR_IO;
        sum->args[sum->key_len] = V_INT(sum->amount);
        err_t err = writer_run(store, sum->sql, sum->args);
        if (err != OK)
            return err == ERR_STATE ? ERR_INTERNAL : err;
    }
    sums_clear(sums);
    return store->engine->send == NULL ? OK : store->engine->send(store->writer);
}

/* --- finding a row's sum --- */

/* FNV-1a over eight bytes at a time: whoever is in the same place is told apart by its key. */
static uint64_t mix(uint64_t hash, const char *bytes, size_t len)
{
    uint64_t word = 0;

    for (; len >= sizeof word; bytes += sizeof word, len -= sizeof word) {
        memcpy(&word, bytes, sizeof word);
        hash = (hash ^ word) * 1099511628211U;
        hash ^= hash >> 32;
    }
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (uint8_t)bytes[i]) * 1099511628211U;
    return hash;
}

static uint64_t key_hash(const struct sql *sql, const struct value *key, size_t count)
{
    uint64_t hash = 14695981039346656037U ^ (uint64_t)sql->number;

    for (size_t i = 0; i < count; i++) {
        const char *number = (const char *)&key[i].number;
        hash = key[i].kind == VALUE_INT ? mix(hash, number, sizeof key[i].number)
                                        : mix(hash, key[i].text.ptr, key[i].text.len);
    }
    return hash;
}

static bool key_is(const struct sum *sum, const struct sql *sql, const struct value *key,
                   size_t count)
{
    if (sum->sql != sql)
        return false;
    must(sum->key_len == count);
    for (size_t i = 0; i < count; i++) {
        const struct value *own = &sum->args[i];
        if (own->kind != key[i].kind || own->number != key[i].number ||
            !str_eq(own->text, key[i].text))
            return false;
    }
    return true;
}

static void key_keep(struct sum *sum, const struct value *key, size_t count)
{
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        struct value *own = &sum->args[i];
        *own = key[i];
        if (key[i].kind != VALUE_TEXT)
            continue;
        must(key[i].text.len <= sizeof sum->text - used);
        memcpy(sum->text + used, key[i].text.ptr, key[i].text.len);
        own->text.ptr = sum->text + used;
        used += key[i].text.len;
    }
}

static struct sum *sum_of(struct sums *sums, const struct sql *sql, const struct value *key,
                          size_t count)
{
    uint64_t hash = key_hash(sql, key, count);
    size_t place = (size_t)hash % PLACES;

    for (; sums->places[place] != 0; place = (place + 1) % PLACES) {
        struct sum *sum = &sums->items[sums->places[place] - 1];
        if (sum->hash == hash && key_is(sum, sql, key, count))
            return sum;
    }
    struct sum *sum = &sums->items[sums->len++];
    sums->places[place] = (uint16_t)sums->len;
    sum->sql = sql;
    sum->hash = hash;
    sum->key_len = count;
    sum->adds = 0;
    sum->amount = 0;
    key_keep(sum, key, count);
    return sum;
}

/* --- entry points --- */

err_t store_add(struct ctx *cx, struct tx *tx, const struct sql *sql, const struct value *key,
                size_t count, int64_t amount)
{
    struct sums *sums = tx->store->sums;

    must(tx->access == ACCESS_WRITE);
    must(sql->rows == 1);
    must(count <= KEY_MAX);
    must(count + 1 == (size_t)sql->params);
    if (store_call_fails(tx->store))
        return tx_note(tx, ERR_IO);
    if (sums->len == SUMS_MAX || sums->step_len == STEPS_MAX)
        TRY(store_add_up(cx, tx));
    struct sum *sum = sum_of(sums, sql, key, count);
    must(!add_overflows(sum->amount, amount, &sum->amount));
    sum->adds++;
    sums->steps[sums->step_len++] = (struct step){sum, amount};
    return OK;
}

err_t store_add_up(struct ctx *cx, struct tx *tx)
{
    (void)cx;
    if (tx->access != ACCESS_WRITE)
        return OK;
    return tx_note(tx, sums_write(tx->store));
}
