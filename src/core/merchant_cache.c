#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "core/holder.h"
#include "core/merchant_internal.h"
#include "store/sql.h"

/* Every request begins here, so a key that is known costs one hash and no query. What changes
 * raises the generation, and every thread forgets all it knew. */

/* Failures of logins: 10 within 10 minutes are too many (api/safedebit.md 3.3, api/simplypaie.md
 * 1).
 */
enum { FAILURE_SLOTS = 1024, FAILURES_MAX = 10, FAILURES_S = 600 };

struct failures {
    uint64_t of; /* hash of a name or an address; another one takes its place */
    instant since;
    int count;
};

struct generation {
    atomic_uint_fast64_t count;
    pthread_mutex_t mutex; /* of what follows */
    struct failures failures[FAILURE_SLOTS];
};

struct generation *generation_new(void)
{
    struct generation *generation = process_make(struct generation);

    must(pthread_mutex_init(&generation->mutex, NULL) == 0);
    return generation;
}

void generation_free(struct generation *generation)
{
    if (generation == NULL)
        return;
    (void)pthread_mutex_destroy(&generation->mutex);
    process_free(generation);
}

void generation_raise(struct generation *generation)
{
    atomic_fetch_add(&generation->count, 1);
}

enum { SLOTS = 512, ENTRIES_MAX = SLOTS / 2, CACHE_ARENA_MAX = 4 * 1024 * 1024 };

struct entry {
    bool used;
    uint8_t hash[SHA256_SIZE];
    const char *face; /* of a key; NULL of what else leads to a merchant */
    instant expires;  /* 0: never */
    struct admission admission;
};

struct merchants {
    struct generation *generation;
    uint_fast64_t seen;
    int64_t changes;     /* what the database said of them all when it was looked at */
    int64_t look_us;     /* monotonic: when it is looked at again */
    struct arena *arena; /* the texts of the entries */
    size_t count;
    struct entry slots[SLOTS];
};

struct merchants *merchants_new(struct generation *generation)
{
    struct merchants *merchants = process_make(struct merchants);

    merchants->generation = generation;
    merchants->arena = arena_new(CACHE_ARENA_MAX);
    return merchants;
}

void merchants_free(struct merchants *merchants)
{
    if (merchants == NULL)
        return;
    arena_free(merchants->arena);
    process_free(merchants);
}

static void cache_clear(struct merchants *merchants)
{
    if (merchants->count > 0)
        memset(merchants->slots, 0, sizeof merchants->slots);
    merchants->count = 0;
    arena_reset(merchants->arena);
}

/* The slot of this hash, or the free one where it would go. */
static struct entry *cache_slot(struct merchants *merchants, const uint8_t hash[SHA256_SIZE])
{
    size_t at = (size_t)(hash[0] << 8 | hash[1]) % SLOTS;

    while (merchants->slots[at].used && memcmp(merchants->slots[at].hash, hash, SHA256_SIZE) != 0)
        at = (at + 1) % SLOTS;
    return &merchants->slots[at];
}

static void texts_copy(struct arena *arena, struct merchant *merchant)
{
    merchant->name = str_dup(arena, merchant->name);
    merchant->siren = str_dup(arena, merchant->siren);
    merchant->email = str_dup(arena, merchant->email);
    merchant->address = str_dup(arena, merchant->address);
    merchant->language = str_dup(arena, merchant->language);
    merchant->account = str_dup(arena, merchant->account);
    merchant->logo = str_dup(arena, merchant->logo);
    merchant->accent = str_dup(arena, merchant->accent);
}

static err_t key_find(struct core *core, struct ctx *cx, const char *face,
                      const uint8_t hash[SHA256_SIZE], struct entry *entry)
{
    struct str hex = hex_encode(cx->arena, hash, SHA256_SIZE);
    struct merchant_id merchant;
    struct tx *tx;
    struct rows *rows;
    bool found;

    TRY(core_read(core, &tx));
    TRY(store_query_one(cx, tx, &SQL_API_KEY_FIND, ARGS(V_TEXT(hex), V_WORD(face)), &rows, &found));
    if (!found || !col_null(rows, 4))
        return ERR_AUTH;
    col_id(rows, 0, merchant.raw);
    must(mode_parse(col_text(rows, 1), &entry->admission.mode));
    entry->admission.kind = key_kind_of(col_text(rows, 2));
    entry->expires = col_int(rows, 3);
    memcpy(entry->hash, hash, SHA256_SIZE);
    entry->face = face;
    entry->used = true;
    return merchant_load(cx, tx, merchant, &entry->admission.merchant);
}

static struct entry *cache_keep(struct merchants *merchants, const struct entry *found)
{
    if (merchants->count == ENTRIES_MAX)
        cache_clear(merchants);
    struct entry *slot = cache_slot(merchants, found->hash);
    must(!slot->used);
    *slot = *found;
    texts_copy(merchants->arena, &slot->admission.merchant);
    merchants->count++;
    return slot;
}

/* What this thread knows is forgotten when merchants have changed. */
static struct merchants *merchants_now(struct core *core)
{
    struct merchants *merchants = core->merchants;
    uint_fast64_t generation = atomic_load(&merchants->generation->count);

    if (generation != merchants->seen) {
        cache_clear(merchants);
        /* This turn's snapshot may be older than the change. */
        reader_release(core->reader);
        merchants->seen = generation;
    }
    return merchants;
}

err_t merchants_changed(struct ctx *cx, struct tx *tx)
{
    TRY(store_run(cx, tx, &SQL_MERCHANTS_CHANGED, ARGS_NONE));
    store_forget(tx);
    return OK;
}

static err_t changes_read(struct core *core, struct ctx *cx, int64_t *out)
{
    struct rows *rows;
    struct tx *tx;
    bool found;

    TRY(core_read(core, &tx));
    TRY(store_query_one(cx, tx, &SQL_MERCHANTS_CHANGE, ARGS_NONE, &rows, &found));
    *out = found ? col_int(rows, 0) : 0;
    return OK;
}

/* One of several servers asks from time to time whether another one has changed something. While
 * the database does not answer, nothing can be changed there, nor done for anybody. */
static void others_look(struct core *core, struct ctx *cx)
{
    struct merchants *merchants = core->merchants;
    int64_t changes;

    if (core->holder == NULL || clock_monotonic_us() < merchants->look_us)
        return;
    if (changes_read(core, cx, &changes) == OK && changes != merchants->changes) {
        cache_clear(merchants);
        merchants->changes = changes;
    }
    merchants->look_us = clock_monotonic_us() + OTHERS_LOOK_MS * INT64_C(1000);
}

void admission_enter(struct core *core, struct ctx *cx, const struct admission *admission)
{
    cx->merchant = admission->merchant.id;
    cx->mode = admission->mode;
    cx->news = core->news;
    merchant_time(cx, &admission->merchant);
}

static void entry_enter(struct core *core, struct ctx *cx, const struct entry *entry,
                        struct admission *out)
{
    *out = entry->admission;
    /* A request may outlive the cache. */
    texts_copy(cx->arena, &out->merchant);
    admission_enter(core, cx, out);
}

bool admission_find(struct core *core, struct ctx *cx, const uint8_t hash[SHA256_SIZE],
                    struct admission *out)
{
    others_look(core, cx);
    const struct entry *entry = cache_slot(merchants_now(core), hash);
    if (!entry->used || entry->expires <= cx->real)
        return false;
    entry_enter(core, cx, entry, out);
    return true;
}

void admission_keep(struct core *core, const uint8_t hash[SHA256_SIZE], instant expires,
                    const struct admission *admission)
{
    struct merchants *merchants = merchants_now(core);
    struct entry found = {.used = true, .expires = expires, .admission = *admission};
    struct entry *old = cache_slot(merchants, hash);

    memcpy(found.hash, hash, sizeof found.hash);
    if (old->used)
        old->expires = expires; /* the same merchant, or the generation would be another one */
    else
        (void)cache_keep(merchants, &found);
}

err_t merchant_admit(struct core *core, struct ctx *cx, const char *face, struct str key,
                     struct admission *out)
{
    uint8_t hash[SHA256_SIZE];

    others_look(core, cx);
    struct merchants *merchants = merchants_now(core);
    sha256(key, hash);
    struct entry *entry = cache_slot(merchants, hash);
    if (!entry->used) {
        struct entry found = {.used = false};
        TRY(key_find(core, cx, face, hash, &found));
        entry = cache_keep(merchants, &found);
    }
    if (entry->face == NULL || strcmp(entry->face, face) != 0)
        return ERR_AUTH;
    if (entry->expires != 0 && entry->expires <= cx->real)
        return ERR_AUTH;
    entry_enter(core, cx, entry, out);
    return OK;
}

err_t merchant_act_as(struct core *core, struct ctx *cx, struct merchant_id merchant,
                      struct admission *out)
{
    struct entry found = {
        .used = true, .admission = {.mode = cx->mode, .kind = KEY_SECRET}
    };
    struct tx *tx;

    others_look(core, cx);
    struct merchants *merchants = merchants_now(core);
    hmac_sha256(str_of(mode_text(cx->mode)), ID_TEXT(merchant), found.hash);
    struct entry *entry = cache_slot(merchants, found.hash);
    if (!entry->used) {
        TRY(core_read(core, &tx));
        TRY(merchant_load(cx, tx, merchant, &found.admission.merchant));
        entry = cache_keep(merchants, &found);
    }
    entry_enter(core, cx, entry, out);
    return OK;
}

/* --- failures of logins --------------------------------------------------------------------------
 */

static uint64_t failures_key(const char *what, struct str of)
{
    uint8_t hash[SHA256_SIZE];
    uint64_t key;

    hmac_sha256(str_of(what), of, hash);
    memcpy(&key, hash, sizeof key);
    return key;
}

static bool failures_are_of(const struct failures *failures, uint64_t key, instant now)
{
    return failures->of == key && now - failures->since <= FAILURES_S * SECOND_US;
}

static bool failure_add(struct generation *generation, uint64_t key, instant now)
{
    struct failures *failures = &generation->failures[key % FAILURE_SLOTS];

    if (!failures_are_of(failures, key, now))
        *failures = (struct failures){.of = key, .since = now};
    failures->count++;
    return failures->count > FAILURES_MAX;
}

static int64_t block_s(const struct generation *generation, uint64_t key, instant now)
{
    const struct failures *failures = &generation->failures[key % FAILURE_SLOTS];

    if (!failures_are_of(failures, key, now) || failures->count < FAILURES_MAX)
        return 0;
    return (failures->since + FAILURES_S * SECOND_US - now) / SECOND_US + 1;
}

bool failures_count(struct core *core, const struct ctx *cx, struct str name, struct str peer)
{
    struct generation *generation = core->merchants->generation;

    must(pthread_mutex_lock(&generation->mutex) == 0);
    bool of_name = failure_add(generation, failures_key("name", name), cx->real);
    bool of_peer = failure_add(generation, failures_key("peer", peer), cx->real);
    must(pthread_mutex_unlock(&generation->mutex) == 0);
    return of_name || of_peer;
}

int64_t failures_block_s(struct core *core, const struct ctx *cx, struct str name, struct str peer)
{
    struct generation *generation = core->merchants->generation;

    must(pthread_mutex_lock(&generation->mutex) == 0);
    int64_t of_name = block_s(generation, failures_key("name", name), cx->real);
    int64_t of_peer = block_s(generation, failures_key("peer", peer), cx->real);
    must(pthread_mutex_unlock(&generation->mutex) == 0);
    return of_name > of_peer ? of_name : of_peer;
}
