#include <pthread.h>

#include "base/must.h"
#include "core/cvc.h"
#include "support/unit.h"

static const char CARD[] = "000000000000000000000001";
static const char ATTEMPT[] = "000000000000000000000002";

static void key_of(size_t number, char key[ID_SIZE])
{
    snprintf(key, ID_SIZE, "%024zu", number);
}

CASE(a_code_is_given_once)
{
    struct ctx *cx = unit_ctx();
    struct cvc_pool *pool = cvc_pool_new();
    char cvc[CVC_MAX + 1];

    assert_non_null(pool);
    assert_ok(cvc_put(cx, pool, CARD, STR("1234")));
    assert_false(cvc_take(pool, ATTEMPT, cvc));
    assert_true(cvc_take(pool, CARD, cvc));
    assert_string_equal(cvc, "1234");
    assert_false(cvc_take(pool, CARD, cvc));
    cvc_pool_free(pool);
    unit_ctx_free(cx);
}

CASE(a_later_code_replaces_the_earlier_one)
{
    struct ctx *cx = unit_ctx();
    struct cvc_pool *pool = cvc_pool_new();
    char cvc[CVC_MAX + 1];

    assert_ok(cvc_put(cx, pool, CARD, STR("1234")));
    assert_ok(cvc_put(cx, pool, CARD, STR("567")));
    assert_true(cvc_take(pool, CARD, cvc));
    assert_string_equal(cvc, "567");
    assert_false(cvc_take(pool, CARD, cvc));
    cvc_pool_free(pool);
    unit_ctx_free(cx);
}

CASE(a_code_moves_from_card_to_attempt)
{
    struct ctx *cx = unit_ctx();
    struct cvc_pool *pool = cvc_pool_new();
    char cvc[CVC_MAX + 1];

    assert_false(cvc_rekey(pool, CARD, ATTEMPT));
    assert_ok(cvc_put(cx, pool, ATTEMPT, STR("999")));
    assert_ok(cvc_put(cx, pool, CARD, STR("123")));
    assert_true(cvc_rekey(pool, CARD, ATTEMPT));
    assert_false(cvc_take(pool, CARD, cvc));
    assert_true(cvc_take(pool, ATTEMPT, cvc));
    assert_string_equal(cvc, "123");
    cvc_pool_free(pool);
    unit_ctx_free(cx);
}

CASE(a_code_lives_15_minutes)
{
    struct ctx *cx = unit_ctx();
    struct cvc_pool *pool = cvc_pool_new();
    char cvc[CVC_MAX + 1];

    assert_ok(cvc_put(cx, pool, CARD, STR("123")));
    assert_ok(cvc_put(cx, pool, ATTEMPT, STR("456")));
    cvc_sweep(pool, cx->real + 15 * MINUTE_US - 1);
    assert_true(cvc_take(pool, CARD, cvc));
    cvc_sweep(pool, cx->real + 15 * MINUTE_US);
    assert_false(cvc_take(pool, ATTEMPT, cvc));
    cvc_pool_free(pool);
    unit_ctx_free(cx);
}

CASE(a_move_does_not_lengthen_the_life)
{
    struct ctx *cx = unit_ctx();
    struct cvc_pool *pool = cvc_pool_new();
    char cvc[CVC_MAX + 1];

    assert_ok(cvc_put(cx, pool, CARD, STR("123")));
    cvc_sweep(pool, cx->real + 14 * MINUTE_US);
    assert_true(cvc_rekey(pool, CARD, ATTEMPT));
    cvc_sweep(pool, cx->real + 15 * MINUTE_US);
    assert_false(cvc_take(pool, ATTEMPT, cvc));
    cvc_pool_free(pool);
    unit_ctx_free(cx);
}

CASE(the_4097th_code_is_refused_until_one_expires)
{
    struct ctx *cx = unit_ctx();
    struct cvc_pool *pool = cvc_pool_new();
    char key[ID_SIZE];
    char cvc[CVC_MAX + 1];

    for (size_t i = 0; i < CVC_SLOTS; i++) {
        key_of(i + 100, key);
        assert_ok(cvc_put(cx, pool, key, STR("123")));
    }
    assert_int_equal(cvc_put(cx, pool, CARD, STR("456")), ERR_FULL);
    assert_int_equal(cx->faults[0].err, ERR_FULL);
    /* Replacing needs no new place. */
    assert_ok(cvc_put(cx, pool, key, STR("789")));
    assert_true(cvc_take(pool, key, cvc));
    assert_string_equal(cvc, "789");
    assert_ok(cvc_put(cx, pool, CARD, STR("456")));
    assert_int_equal(cvc_put(cx, pool, ATTEMPT, STR("456")), ERR_FULL);
    cx->real += 15 * MINUTE_US;
    assert_ok(cvc_put(cx, pool, ATTEMPT, STR("456")));
    assert_false(cvc_take(pool, CARD, cvc));
    assert_true(cvc_take(pool, ATTEMPT, cvc));
    cvc_pool_free(pool);
    unit_ctx_free(cx);
}

enum { THREADS = 4, ROUNDS = 2000, PER_ROUND = 16 };

struct worker {
    pthread_t thread;
    struct cvc_pool *pool;
    size_t number;
    size_t taken;
};

static void *worker_main(void *arg)
{
    struct worker *worker = arg;
    struct ctx *cx = unit_ctx();
    char from[ID_SIZE];
    char to[ID_SIZE];
    char cvc[CVC_MAX + 1];

    for (size_t i = 0; i < ROUNDS; i++) {
        size_t base = (worker->number * 2 + 1) * 1000000 + i % PER_ROUND;
        key_of(base, from);
        key_of(base + 500000, to);
        must(cvc_put(cx, worker->pool, from, STR("321")) == OK);
        must(cvc_rekey(worker->pool, from, to));
        worker->taken += cvc_take(worker->pool, to, cvc) ? 1 : 0;
        if (i % 64 == 0)
            cvc_sweep(worker->pool, cx->real);
    }
    unit_ctx_free(cx);
    return NULL;
}

CASE(threads_do_not_lose_each_others_codes)
{
    struct cvc_pool *pool = cvc_pool_new();
    struct worker workers[THREADS];

    for (size_t i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.pool = pool, .number = i};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, worker_main, &workers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
        assert_int_equal(workers[i].taken, ROUNDS);
    }
    cvc_pool_free(pool);
}

UNIT_MAIN(T(a_code_is_given_once), T(a_later_code_replaces_the_earlier_one),
          T(a_code_moves_from_card_to_attempt), T(a_code_lives_15_minutes),
          T(a_move_does_not_lengthen_the_life), T(the_4097th_code_is_refused_until_one_expires),
          T(threads_do_not_lose_each_others_codes))
