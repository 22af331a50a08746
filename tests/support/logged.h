#ifndef GUICHET_TESTS_SUPPORT_LOGGED_H
#define GUICHET_TESTS_SUPPORT_LOGGED_H

#include <fcntl.h>
#include <unistd.h>

#include "support/unit.h"

/* What log_write() put on standard error during action(), up to what a pipe holds; "" for nothing.
 */
static inline void logged(char *out, size_t size, void (*action)(void *), void *arg)
{
    int ends[2];
    int saved = dup(STDERR_FILENO);

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    action(arg);
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    close(saved);
    close(ends[1]);
    ssize_t len = read(ends[0], out, size - 1);
    close(ends[0]);
    assert_true(len >= 0);
    out[len] = '\0';
}

#endif
