#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "args.h"
#include "base/crypto.h"
#include "base/must.h"
#include "payment_rows.h"
#include "spread.h"

/* The reference of the write path: the rows of one payment after the other, in groups, in one loop
 * that does nothing else. With --durable 0 and large groups it fills databases. With --disk it
 * tells what one fdatasync costs there. With --days its payments are spread over the past. */

enum { DISK_BLOCK = 4096, DISK_BLOCKS = 1024 };

static int64_t cpu_us(void)
{
    struct rusage usage;

    must(getrusage(RUSAGE_SELF, &usage) == 0);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * SECOND_US + usage.ru_utime.tv_usec +
           usage.ru_stime.tv_usec;
}

/* A write into a file that has its length already, as into a log that stays allocated. */
static void disk_measure(const char *path, int64_t times)
{
    static char block[DISK_BLOCK];
    static struct spread spread;
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0)
        bench_fail("the disk's file cannot be made");
    memset(block, 1, sizeof block);
    for (int i = 0; i < DISK_BLOCKS; i++)
        must(write(fd, block, sizeof block) == DISK_BLOCK);
    must(fsync(fd) == 0);
    for (int64_t i = 0; i < times; i++) {
        int64_t start_us = clock_monotonic_us();
        must(pwrite(fd, block, sizeof block, i % DISK_BLOCKS * DISK_BLOCK) == DISK_BLOCK);
        must(fdatasync(fd) == 0);
        spread_add(&spread, clock_monotonic_us() - start_us);
    }
    close(fd);
    unlink(path);
    printf("{\"p50_us\": %lld, \"p99_us\": %lld}\n", (long long)spread_at(&spread, 500),
           (long long)spread_at(&spread, 990));
}

static void loop(const char *path, int64_t payments, int64_t seconds, int64_t group, bool durable,
                 int64_t days)
{
    struct bench_rows *rows = bench_rows_open(path, durable);
    int64_t done = 0;
    if (days > 0 && payments > 0)
        bench_rows_spread(rows, payments, days);
    int64_t start_us = clock_monotonic_us();
    int64_t cpu_start_us = cpu_us();

    while (payments > 0 ? done < payments : clock_monotonic_us() < start_us + seconds * SECOND_US) {
        int64_t len = payments > 0 && payments - done < group ? payments - done : group;
        bench_rows_commit(rows, len);
        done += len;
    }
    int64_t elapsed_us = clock_monotonic_us() - start_us;
    int64_t spent_us = cpu_us() - cpu_start_us;
    bench_rows_close(rows);
    printf("{\"payments\": %lld, \"elapsed_us\": %lld, \"cpu_us\": %lld}\n", (long long)done,
           (long long)elapsed_us, (long long)spent_us);
}

int main(int argc, char **argv)
{
    const char *database = NULL;
    const char *disk = NULL;
    int64_t payments = 0;
    int64_t seconds = 1;
    int64_t group = 32;
    int64_t durable = 1;
    int64_t times = 400;
    int64_t days = 0;
    const struct bench_arg args[] = {
        {"--database", NULL,      &database},
        {"--payments", &payments, NULL     },
        {"--seconds",  &seconds,  NULL     },
        {"--group",    &group,    NULL     },
        {"--durable",  &durable,  NULL     },
        {"--disk",     NULL,      &disk    },
        {"--times",    &times,    NULL     },
        {"--days",     &days,     NULL     },
    };

    bench_args(argc, argv, args, ARRAY_LEN(args));
    crypto_start();
    if (disk != NULL)
        disk_measure(disk, times);
    else if (database != NULL && group > 0)
        loop(database, payments, seconds, group, durable != 0, days);
    else
        bench_fail("needs --database or --disk");
    return 0;
}
