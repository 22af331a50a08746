#include "core/cvc.h"

#include <pthread.h>
#include <string.h>

#include "base/crypto.h"
#include "base/must.h"

/* A challenge of 3-D Secure may take this long (cards.md 13, 3.3.1). */
enum { LIFE_MIN = 15, BUCKETS = 4096, NO_SLOT = 0xFFFF };

/* One code. All of it is in locked memory and wiped when the slot is given back. */
struct slot {
    instant kept;
    uint16_t next; /* in its bucket, or in the list of free ones */
    bool used;
    char key[ID_SIZE];
    char cvc[CVC_MAX + 1];
};

struct cvc_pool {
    pthread_mutex_t mutex;
    struct slot *slots; /* CVC_SLOTS of them, locked */
    uint16_t buckets[BUCKETS];
    uint16_t free;
    instant latest; /* the newest time anybody told us: taking has no clock of its own */
};

/* FNV-1a. Keys are our own ids, whose ends are random, so nobody can aim at one bucket. */
static size_t bucket_of(const char *key)
{
    uint32_t hash = 2166136261U;

    for (size_t i = 0; i < ID_LEN; i++)
        hash = (hash ^ (unsigned char)key[i]) * 16777619U;
    return hash % BUCKETS;
}

static void pool_lock(struct cvc_pool *pool)
{
    must(pthread_mutex_lock(&pool->mutex) == 0);
}

static void pool_unlock(struct cvc_pool *pool)
{
    must(pthread_mutex_unlock(&pool->mutex) == 0);
}

struct cvc_pool *cvc_pool_new(void)
{
    struct slot *slots = crypto_locked_alloc(sizeof(struct slot) * CVC_SLOTS);

    if (slots == NULL)
        return NULL;
    struct cvc_pool *pool = process_make(struct cvc_pool);
    must(pthread_mutex_init(&pool->mutex, NULL) == 0);
    pool->slots = slots;
    for (size_t i = 0; i < BUCKETS; i++)
        pool->buckets[i] = NO_SLOT;
    for (size_t i = 0; i < CVC_SLOTS; i++)
        slots[i].next = (uint16_t)(i + 1 == CVC_SLOTS ? NO_SLOT : i + 1);
    return pool;
}

void cvc_pool_free(struct cvc_pool *pool)
{
    if (pool == NULL)
        return;
    crypto_locked_free(pool->slots); /* wipes */
    pthread_mutex_destroy(&pool->mutex);
    process_free(pool);
}

/* Where the number of the slot with this key is kept, or NULL. */
static uint16_t *link_of(struct cvc_pool *pool, const char *key)
{
    for (uint16_t *link = &pool->buckets[bucket_of(key)]; *link != NO_SLOT;
         link = &pool->slots[*link].next) {
        if (memcmp(pool->slots[*link].key, key, ID_LEN) == 0)
            return link;
    }
    return NULL;
}

/* Takes the slot out of its bucket, wipes it and puts it among the free ones. */
static void slot_drop(struct cvc_pool *pool, uint16_t *link)
{
    uint16_t at = *link;
    struct slot *slot = &pool->slots[at];

    must(slot->used);
    *link = slot->next;
    crypto_wipe(slot, sizeof *slot);
    slot->next = pool->free;
    pool->free = at;
}

static void key_drop(struct cvc_pool *pool, const char *key)
{
    uint16_t *link = link_of(pool, key);

    if (link != NULL)
        slot_drop(pool, link);
}

static bool slot_stale(const struct cvc_pool *pool, const struct slot *slot)
{
    return pool->latest - slot->kept >= LIFE_MIN * MINUTE_US;
}

static void pool_sweep(struct cvc_pool *pool, instant now)
{
    if (now > pool->latest)
        pool->latest = now;
    for (size_t i = 0; i < BUCKETS; i++) {
        for (uint16_t *link = &pool->buckets[i]; *link != NO_SLOT;) {
            if (slot_stale(pool, &pool->slots[*link]))
                slot_drop(pool, link);
            else
                link = &pool->slots[*link].next;
        }
    }
}

static void slot_link(struct cvc_pool *pool, uint16_t at, const char *key)
{
    struct slot *slot = &pool->slots[at];
    uint16_t *bucket = &pool->buckets[bucket_of(key)];

    memcpy(slot->key, key, ID_LEN);
    slot->next = *bucket;
    *bucket = at;
}

err_t cvc_put(struct ctx *cx, struct cvc_pool *pool, const char *key, struct str cvc)
{
    must(strlen(key) == ID_LEN);
    must(cvc.len >= 1);
    must(cvc.len <= CVC_MAX);
    pool_lock(pool);
    key_drop(pool, key);
    if (cx->real > pool->latest)
        pool->latest = cx->real;
    if (pool->free == NO_SLOT)
        pool_sweep(pool, cx->real);
    uint16_t at = pool->free;
    if (at != NO_SLOT) {
        struct slot *slot = &pool->slots[at];
        pool->free = slot->next;
        must(!slot->used);
        slot->used = true;
        slot->kept = cx->real;
        memcpy(slot->cvc, cvc.ptr, cvc.len);
        slot_link(pool, at, key);
    }
    pool_unlock(pool);
    return at != NO_SLOT ? OK : fault(cx, ERR_FULL, "card.cvc", "too many cards are waiting");
}

bool cvc_take(struct cvc_pool *pool, const char *key, char cvc[CVC_MAX + 1])
{
    bool taken = false;

    must(strlen(key) == ID_LEN);
    pool_lock(pool);
    uint16_t *link = link_of(pool, key);
    if (link != NULL) {
        struct slot *slot = &pool->slots[*link];
        taken = !slot_stale(pool, slot);
        if (taken)
            memcpy(cvc, slot->cvc, CVC_MAX + 1);
        slot_drop(pool, link);
    }
    pool_unlock(pool);
    return taken;
}

bool cvc_rekey(struct cvc_pool *pool, const char *from, const char *to)
{
    bool moved = false;

    must(strlen(from) == ID_LEN);
    must(strlen(to) == ID_LEN);
    pool_lock(pool);
    uint16_t *link = link_of(pool, from);
    if (link != NULL && !slot_stale(pool, &pool->slots[*link])) {
        uint16_t at = *link;
        *link = pool->slots[at].next;
        key_drop(pool, to);
        slot_link(pool, at, to);
        moved = true;
    }
    pool_unlock(pool);
    return moved;
}

void cvc_drop(struct cvc_pool *pool, const char *key)
{
    must(strlen(key) == ID_LEN);
    pool_lock(pool);
    key_drop(pool, key);
    pool_unlock(pool);
}

void cvc_sweep(struct cvc_pool *pool, instant now)
{
    pool_lock(pool);
    pool_sweep(pool, now);
    pool_unlock(pool);
}
