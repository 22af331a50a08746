#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "args.h"
#include "document/maker.h"
#include "spread.h"
#include "support/papers.h"

/* Draws one invoice again and again, as the server's workers do (core/workers.h): each thread with
 * an arena of its own for each document. Tells the CPU time of one and how many there were. */

enum { THREADS_MAX = 16, DRAWING_ARENA = 64 << 20, WARM = 5 };

struct drawer {
    pthread_t thread;
    int64_t lines;
    int64_t end_us;
    int64_t drawn;
    size_t len; /* of the last file */
    struct spread spread;
};

static struct drawer drawers[THREADS_MAX];

static int64_t thread_us(void)
{
    struct timespec at;

    must(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at) == 0);
    return at.tv_sec * SECOND_US + at.tv_nsec / 1000;
}

static void draw(struct drawer *drawer)
{
    struct arena *arena = arena_new(DRAWING_ARENA);
    const struct invoice_paper *paper = paper_long(arena, (size_t)drawer->lines);
    struct str pdf;

    if (DOCUMENT_MAKER.invoice(arena, paper, &pdf) != OK)
        bench_fail("the invoice cannot be drawn");
    drawer->len = pdf.len;
    arena_free(arena);
}

static void *drawing(void *arg)
{
    struct drawer *drawer = arg;

    for (int i = 0; i < WARM; i++)
        draw(drawer);
    while (clock_monotonic_us() < drawer->end_us) {
        int64_t start_us = thread_us();
        draw(drawer);
        spread_add(&drawer->spread, thread_us() - start_us);
        drawer->drawn++;
    }
    return NULL;
}

int main(int argc, char **argv)
{
    int64_t threads = 2;
    int64_t seconds = 1;
    int64_t lines = 10;
    int64_t drawn = 0;
    const struct bench_arg args[] = {
        {"--threads", &threads, NULL},
        {"--seconds", &seconds, NULL},
        {"--lines",   &lines,   NULL},
    };

    bench_args(argc, argv, args, sizeof args / sizeof *args);
    if (threads < 1 || threads > THREADS_MAX || lines < 1 || lines > INVOICE_LINES_MAX)
        bench_fail("that many threads or lines there are not");
    int64_t start_us = clock_monotonic_us();
    for (int64_t i = 0; i < threads; i++) {
        drawers[i].lines = lines;
        drawers[i].end_us = start_us + seconds * SECOND_US;
        must(pthread_create(&drawers[i].thread, NULL, drawing, &drawers[i]) == 0);
    }
    for (int64_t i = 0; i < threads; i++) {
        must(pthread_join(drawers[i].thread, NULL) == 0);
        drawn += drawers[i].drawn;
    }
    int64_t elapsed_us = clock_monotonic_us() - start_us;
    printf("{\"drawn\": %lld, \"elapsed_us\": %lld, \"p50_us\": %lld, \"p99_us\": %lld, "
           "\"bytes\": %zu}\n",
           (long long)drawn, (long long)elapsed_us, (long long)spread_at(&drawers[0].spread, 500),
           (long long)spread_at(&drawers[0].spread, 990), drawers[0].len);
    return 0;
}
