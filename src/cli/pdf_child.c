#include "cli/pdf_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/must.h"
#include "cli/cli.h"
#include "einvoice/check.h"
#include "einvoice/read.h"

enum { PORTION = 64 * 1024, NOT_STARTED = 127 };

/* --- the child's side, between fork and exec: nothing but system calls ---------------------------
 */

static NO_RETURN void launch(int in, int out, pid_t parent)
{
    char name[] = "guichet";
    char command[] = "pdf-xml";
    char *const argv[] = {name, command, NULL};
    char *const environment[] = {NULL};
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (getppid() != parent || dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
        _exit(NOT_STARTED);
    (void)close_range(STDERR_FILENO + 1, ~0U, 0);
    execve("/proc/self/exe", argv, environment);
    _exit(NOT_STARTED);
}

/* --- the parent's side ---------------------------------------------------------------------------
 */

/* The file as the child reads it: its own memory, which nobody else can change. */
static int memory_file(struct str bytes)
{
    int fd = memfd_create("pdf", MFD_CLOEXEC);

    while (fd >= 0 && bytes.len > 0) {
        ssize_t done = write(fd, bytes.ptr, bytes.len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0) {
            close(fd);
            return -1;
        }
        bytes = str_from(bytes, (size_t)done);
    }
    if (fd >= 0 && lseek(fd, 0, SEEK_SET) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* All that comes within the time; false past it, past the size, or when it cannot be read. */
static bool read_all(int fd, struct buf *out)
{
    int64_t until = clock_monotonic_us() + (int64_t)PDF_CHILD_MS * 1000;

    for (;;) {
        int64_t left_ms = (until - clock_monotonic_us()) / 1000;
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        if (left_ms <= 0 || (poll(&wait, 1, (int)left_ms) < 0 && errno != EINTR))
            return false;
        if (wait.revents == 0)
            continue;
        size_t before = out->len;
        char *room = buf_extend(out, PORTION);
        if (room == NULL)
            return false;
        ssize_t got = read(fd, room, PORTION);
        out->len = before + (got > 0 ? (size_t)got : 0);
        if (got == 0 || (got < 0 && errno != EINTR))
            return got == 0;
    }
}

static int child_end(pid_t pid)
{
    int status = 0;

    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

static err_t outcome(bool whole, int status)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_STARTED)
        return ERR_UNAVAILABLE;
    return whole && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_DONE ? OK : ERR_INVALID;
}

static err_t child_run(struct arena *arena, int in, struct str *xml)
{
    struct buf out = buf_make(arena, EINVOICE_BYTES_MAX + PORTION);
    pid_t parent = getpid();
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return ERR_UNAVAILABLE;
    pid_t pid = fork();
    if (pid == 0)
        launch(in, ends[1], parent);
    close(ends[1]);
    bool whole = pid > 0 && read_all(ends[0], &out);
    close(ends[0]);
    if (pid < 0)
        return ERR_UNAVAILABLE;
    if (!whole)
        kill(pid, SIGKILL);
    *xml = buf_str(&out);
    return outcome(whole, child_end(pid));
}

/* The XML that a Factur-X carries (an einvoice_pdf). */
static err_t pdf_child_xml(struct arena *arena, struct str pdf, struct str *xml)
{
    int in = memory_file(pdf);

    if (in < 0)
        return ERR_UNAVAILABLE;
    err_t err = child_run(arena, in, xml);
    close(in);
    return err;
}

static err_t judge_read(struct arena *arena, struct einvoice_file *file,
                        struct einvoice_report *report)
{
    return einvoice_read(arena, pdf_child_xml, file, report);
}

const struct einvoice_judge EINVOICE_JUDGE = {judge_read, einvoice_check};
