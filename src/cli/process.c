#include "cli/process.h"

#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/must.h"

enum { STACK_SIZE = 512 * 1024, ARENAS_MAX = 2, FILES_OWN = 512 };

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#endif

void process_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        /* The other way round than they are used. The lowest number that is free is fd itself. */
        int way = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
        if (fcntl(fd, F_GETFD) < 0)
            (void)open("/dev/null", way);
    }
}

void process_guard(void)
{
#ifndef SANITIZED
    const struct rlimit none = {0, 0};

    must(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0);
    must(setrlimit(RLIMIT_CORE, &none) == 0);
#endif
}

void process_bound(size_t memory, int seconds)
{
    const struct rlimit time = {(rlim_t)seconds, (rlim_t)seconds};

    must(setrlimit(RLIMIT_CPU, &time) == 0);
#ifdef SANITIZED
    (void)memory;
#else
    const struct rlimit bytes = {memory, memory};
    must(setrlimit(RLIMIT_AS, &bytes) == 0);
#endif
}

void process_small(void)
{
#ifndef SANITIZED
    pthread_attr_t attributes;

    mallopt(M_ARENA_MAX, ARENAS_MAX);
    must(pthread_attr_init(&attributes) == 0);
    must(pthread_attr_setstacksize(&attributes, STACK_SIZE) == 0);
    must(pthread_setattr_default_np(&attributes) == 0);
    pthread_attr_destroy(&attributes);
#endif
}

void process_files(void)
{
    struct rlimit limit;

    must(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

int process_connections(int wanted, int shares)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > INT_MAX)
        return wanted;
    int files = (int)limit.rlim_cur;
    int own = files / 2 < FILES_OWN ? files / 2 : FILES_OWN;
    int most = (files - own) / shares;
    if (most < 1)
        return 1;
    return most < wanted ? most : wanted;
}

/* As nohup leaves it. A signal that is blocked would come all the same. */
static bool is_ignored(int number)
{
    struct sigaction action;

    must(sigaction(number, NULL, &action) == 0);
    return action.sa_handler == SIG_IGN;
}

int process_signals(void)
{
    sigset_t wanted;

    sigemptyset(&wanted);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGCHLD);
    if (!is_ignored(SIGHUP))
        sigaddset(&wanted, SIGHUP);
    must(pthread_sigmask(SIG_BLOCK, &wanted, NULL) == 0);
    int fd = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
    must(fd >= 0);
    return fd;
}
