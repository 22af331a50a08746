#include "base/lock.h"

#include <errno.h>
#include <poll.h>
#include <sys/file.h>

#include "base/clock.h"

enum { WAIT_MS = 2000, LOOK_MS = 10 };

err_t lock_file(int fd)
{
    int64_t until_us = clock_monotonic_us() + INT64_C(1000) * WAIT_MS;

    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return ERR_IO;
        if (clock_monotonic_us() >= until_us)
            return ERR_BUSY;
        (void)poll(NULL, 0, LOOK_MS);
    }
    return OK;
}
