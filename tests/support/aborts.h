#ifndef GUICHET_TESTS_SUPPORT_ABORTS_H
#define GUICHET_TESTS_SUPPORT_ABORTS_H

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

/* Whether action() ends in must(): it runs in a child process, whose last words are not shown. */
static inline bool aborts(void (*action)(void))
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        if (nowhere >= 0)
            dup2(nowhere, STDERR_FILENO);
        /* The test library and the sanitizers catch SIGABRT to report it; here it is what we wait
         * for. */
        signal(SIGABRT, SIG_DFL);
        action();
        _exit(0);
    }
    while (child > 0 && waitpid(child, &status, 0) != child)
        continue;
    return child > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

#endif
