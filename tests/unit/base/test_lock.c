#include "base/lock.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/unit.h"

static char path[] = "/tmp/guichet-lock-XXXXXX";

static int opened(void)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);

    assert_true(fd >= 0);
    return fd;
}

static int held_by_us(void)
{
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_ok(lock_file(fd));
    return fd;
}

static void gone(int fd)
{
    close(fd);
    unlink(path);
    memcpy(path + sizeof path - 7, "XXXXXX", 6);
}

CASE(a_lock_that_another_keeps_is_busy)
{
    int theirs = held_by_us();
    int ours = opened();

    assert_int_equal(lock_file(ours), ERR_BUSY);
    close(theirs);
    assert_ok(lock_file(ours));
    gone(ours);
}

/* What a server leaves that is killed while it starts its simulator. */
CASE(a_lock_that_a_dying_child_holds_is_waited_for)
{
    int theirs = held_by_us();
    int seen[2];

    assert_int_equal(pipe(seen), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char byte;
        (void)!read(seen[0], &byte, 1);
        (void)poll(NULL, 0, 300);
        _exit(0);
    }
    close(theirs);
    int ours = opened();
    assert_int_equal(flock(ours, LOCK_EX | LOCK_NB), -1);
    assert_int_equal(write(seen[1], "", 1), 1);
    assert_ok(lock_file(ours));
    close(seen[0]);
    close(seen[1]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    gone(ours);
}

CASE(what_is_no_file_cannot_be_locked)
{
    assert_int_equal(lock_file(-1), ERR_IO);
}

UNIT_MAIN(T(a_lock_that_another_keeps_is_busy), T(a_lock_that_a_dying_child_holds_is_waited_for),
          T(what_is_no_file_cannot_be_locked))
