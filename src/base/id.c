#include "base/id.h"

#include <pthread.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"
#include "base/rand.h"

enum { TIME_LEN = 8, RANDOM_LEN = ID_LEN - TIME_LEN, BASE = 62, DRAWS = 64 };

static const char ALPHABET[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

struct id_source {
    pthread_mutex_t mutex;
    uint32_t
        draws[DRAWS]; /* of the kernel's randomness, so that an id costs no call of the system */
    size_t draws_left;
    int64_t last_ms;
    unsigned char random[RANDOM_LEN]; /* digits in base 62, the most significant first */
};

struct str id_text(const char *raw)
{
    return raw[0] == '\0' ? STR_NONE : (struct str){raw, ID_LEN};
}

struct id_source *id_source_new(void)
{
    struct id_source *source = process_make(struct id_source);

    must(pthread_mutex_init(&source->mutex, NULL) == 0);
    return source;
}

void id_source_free(struct id_source *source)
{
    if (source == NULL)
        return;
    pthread_mutex_destroy(&source->mutex);
    process_free(source);
}

static uint32_t random_draw(struct id_source *source)
{
    if (source->draws_left == 0) {
        rand_bytes(source->draws, sizeof source->draws);
        source->draws_left = DRAWS;
    }
    return source->draws[--source->draws_left];
}

/* Every digit as likely as any other: the few draws above the last whole multiple are left out. */
static unsigned char random_digit(struct id_source *source)
{
    uint32_t draw;

    do {
        draw = random_draw(source);
    } while (draw >= UINT32_MAX / BASE * BASE);
    return (unsigned char)(draw % BASE);
}

static void random_fresh(struct id_source *source)
{
    unsigned char *digits = source->random;

    for (size_t i = 0; i < RANDOM_LEN; i++)
        digits[i] = random_digit(source);
    /* Room to grow within the millisecond: the first digit starts in the lower half. */
    digits[0] /= 2;
}

/* Adds 1 to 2^32 to the digits. */
static void random_step(struct id_source *source)
{
    unsigned char *digits = source->random;
    uint64_t carry = 1 + (uint64_t)random_draw(source);

    for (size_t i = RANDOM_LEN; i-- > 0 && carry > 0;) {
        carry += digits[i];
        digits[i] = (unsigned char)(carry % BASE);
        carry /= BASE;
    }
    must(carry == 0);
}

static void time_digits(int64_t ms, char *raw)
{
    for (size_t i = TIME_LEN; i-- > 0; ms /= BASE)
        raw[i] = ALPHABET[ms % BASE];
}

struct str id_floor(struct arena *arena, instant at)
{
    char *raw = arena_alloc(arena, TIME_LEN + 1);

    time_digits(at < 0 ? 0 : at / 1000, raw);
    return (struct str){raw, TIME_LEN};
}

void id_new(struct id_source *source, char raw[ID_SIZE])
{
    must(pthread_mutex_lock(&source->mutex) == 0);
    int64_t ms = clock_now() / 1000;
    if (ms > source->last_ms || source->last_ms - ms > ID_AHEAD_MAX_US / 1000) {
        source->last_ms = ms;
        random_fresh(source);
    } else {
        random_step(source);
    }
    time_digits(source->last_ms, raw);
    for (size_t i = 0; i < RANDOM_LEN; i++)
        raw[TIME_LEN + i] = ALPHABET[source->random[i]];
    raw[ID_LEN] = '\0';
    must(pthread_mutex_unlock(&source->mutex) == 0);
}

/* A letter, small or not, or a digit; every row that is read has a few ids, so without a branch. */
static bool is_id_byte(unsigned char byte)
{
    unsigned char letter = (unsigned char)((byte | 0x20U) - 'a');
    unsigned char digit = (unsigned char)(byte - '0');

    return ((letter < 26) | (digit < 10)) != 0;
}

bool id_parse(struct str text, char raw[ID_SIZE])
{
    unsigned others = 0;

    if (text.len != ID_LEN)
        return false;
    for (size_t i = 0; i < ID_LEN; i++)
        others |= !is_id_byte((unsigned char)text.ptr[i]);
    if (others != 0)
        return false;
    memcpy(raw, text.ptr, ID_LEN);
    raw[ID_LEN] = '\0';
    return true;
}
