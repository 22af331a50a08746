#include "base/id.h"

#include <pthread.h>
#include <stdlib.h>

#include <sys/syscall.h>
#include <unistd.h>

#include "support/unit.h"

enum { MANY = 20000, THREADS = 4 };

/* In front of the C library's: the clock can be put ahead. */
static time_t clock_shift_s;

int clock_gettime(clockid_t clock, struct timespec *out)
{
    int result = (int)syscall(SYS_clock_gettime, clock, out);

    out->tv_sec += clock == CLOCK_REALTIME ? clock_shift_s : 0;
    return result;
}

static void assert_shape(const char *raw)
{
    assert_int_equal(strlen(raw), ID_LEN);
    for (size_t i = 0; i < ID_LEN; i++) {
        char byte = raw[i];
        assert_true((byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                    (byte >= 'a' && byte <= 'z'));
    }
}

/* The first 8 characters, read as a number in base 62. */
static int64_t milliseconds(const char *raw)
{
    int64_t value = 0;

    for (size_t i = 0; i < 8; i++) {
        char byte = raw[i];
        int digit = byte <= '9' ? byte - '0' : byte <= 'Z' ? byte - 'A' + 10 : byte - 'a' + 36;
        value = value * 62 + digit;
    }
    return value;
}

CASE(an_id_has_24_letters_and_digits)
{
    struct id_source *source = id_source_new();
    struct payment_id id;

    for (int i = 0; i < 1000; i++) {
        ID_NEW(source, &id);
        assert_shape(id.raw);
    }
    id_source_free(source);
}

CASE(ids_rise_even_within_a_millisecond)
{
    struct id_source *source = id_source_new();
    struct payment_id before;
    struct payment_id id;

    ID_NEW(source, &before);
    for (int i = 0; i < MANY; i++) {
        ID_NEW(source, &id);
        assert_true(str_compare(ID_TEXT(before), ID_TEXT(id)) < 0);
        before = id;
    }
    id_source_free(source);
}

CASE(an_id_begins_with_its_milliseconds)
{
    struct id_source *source = id_source_new();
    struct card_id id;
    int64_t before = clock_now() / 1000;

    ID_NEW(source, &id);
    int64_t after = clock_now() / 1000;
    assert_true(milliseconds(id.raw) >= before);
    assert_true(milliseconds(id.raw) <= after);
    id_source_free(source);
}

/* Else all ids to come would be of a day that is far away. */
CASE(ids_follow_a_clock_that_is_put_back_by_more_than_a_day)
{
    struct id_source *source = id_source_new();
    struct card_id before;
    struct card_id id;

    clock_shift_s = 25 * 3600;
    ID_NEW(source, &before);
    clock_shift_s = 2 * 3600;
    ID_NEW(source, &id);
    assert_true(str_compare(ID_TEXT(before), ID_TEXT(id)) < 0);
    assert_true(milliseconds(id.raw) <= milliseconds(before.raw));
    clock_shift_s = 0;
    int64_t real = clock_now() / 1000;
    ID_NEW(source, &id);
    assert_true(milliseconds(id.raw) >= real);
    assert_true(milliseconds(id.raw) <= clock_now() / 1000);
    id_source_free(source);
}

CASE(two_sources_do_not_guess_each_other)
{
    struct id_source *one = id_source_new();
    struct id_source *two = id_source_new();
    struct card_id a;
    struct card_id b;

    for (int i = 0; i < 1000; i++) {
        ID_NEW(one, &a);
        ID_NEW(two, &b);
        assert_false(str_eq(str_sub(ID_TEXT(a), 8, 16), str_sub(ID_TEXT(b), 8, 16)));
    }
    id_source_free(one);
    id_source_free(two);
}

struct maker {
    struct id_source *source;
    struct event_id *made;
};

static void *make_many(void *arg)
{
    struct maker *maker = arg;

    for (size_t i = 0; i < MANY; i++)
        ID_NEW(maker->source, &maker->made[i]);
    return NULL;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

CASE(threads_sharing_a_source_never_get_the_same_id)
{
    struct id_source *source = id_source_new();
    struct event_id *made = process_alloc(sizeof *made, (size_t)THREADS * MANY);
    struct maker makers[THREADS];
    pthread_t threads[THREADS];

    for (size_t i = 0; i < THREADS; i++) {
        makers[i] = (struct maker){source, made + i * MANY};
        assert_int_equal(pthread_create(&threads[i], NULL, make_many, &makers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    qsort(made, (size_t)THREADS * MANY, sizeof *made, by_text);
    for (size_t i = 1; i < (size_t)THREADS * MANY; i++)
        assert_true(strcmp(made[i - 1].raw, made[i].raw) < 0);
    process_free(made);
    id_source_free(source);
}

CASE(a_text_of_the_right_shape_is_an_id)
{
    struct customer_id id;

    assert_true(ID_PARSE(STR("0123456789ABCDEFGHXYZabz"), &id));
    assert_string_equal(id.raw, "0123456789ABCDEFGHXYZabz");
    assert_str(ID_TEXT(id), "0123456789ABCDEFGHXYZabz");
}

CASE(a_text_of_another_shape_leaves_the_id_alone)
{
    static const struct str BAD[] = {
        STR_INIT(""),
        STR_INIT("0123456789ABCDEFGHXYZab"),
        STR_INIT("0123456789ABCDEFGHXYZabzz"),
        STR_INIT("0123456789ABCDEFGHXYZab_"),
        STR_INIT("0123456789ABCDEFGHXYZab-"),
        STR_INIT("0123456789ABCDEFGHXYZab "),
        STR_INIT("0123456789ABCDEFGHXYZab\0"),
        STR_INIT("\0"
                 "123456789ABCDEFGHXYZabz"),
        STR_INIT("0123456789ABCDEFGHXYZa\xC3\xA9"),
    };
    struct customer_id id = {"kept"};

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        assert_false(ID_PARSE(BAD[i], &id));
    assert_false(ID_PARSE(STR_NONE, &id));
    assert_string_equal(id.raw, "kept");
}

CASE(an_empty_id_is_none)
{
    struct refund_id none = {""};
    struct id_source *source = id_source_new();
    struct refund_id id;

    ID_NEW(source, &id);
    assert_true(ID_NONE(none));
    assert_null(ID_TEXT(none).ptr);
    assert_int_equal(ID_TEXT(none).len, 0);
    assert_false(ID_NONE(id));
    assert_true(ID_EQ(id, id));
    assert_false(ID_EQ(id, none));
    id_source_free(source);
    id_source_free(NULL);
}

UNIT_MAIN(T(an_id_has_24_letters_and_digits), T(ids_rise_even_within_a_millisecond),
          T(an_id_begins_with_its_milliseconds),
          T(ids_follow_a_clock_that_is_put_back_by_more_than_a_day),
          T(two_sources_do_not_guess_each_other), T(threads_sharing_a_source_never_get_the_same_id),
          T(a_text_of_the_right_shape_is_an_id), T(a_text_of_another_shape_leaves_the_id_alone),
          T(an_empty_id_is_none))
