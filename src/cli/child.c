#include "cli/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/log.h"
#include "base/must.h"
#include "base/rand.h"
#include "cli/secret.h"
#include "wire/json.h"

enum {
    READY_MS = 10 * 1000,
    STOP_MS = 500,
    BACK_OFF_MIN_MS = 1000,
    BACK_OFF_MAX_MS = 10 * 1000,
    /* One that ran for so long is not blamed for its end. */
    STABLE_US = 60 * 1000 * 1000,
    LINE_MAX_LEN = 1024,
    URL_MAX = 64,
    SECRET_BYTES = 24,
};

struct child {
    char data[PATH_MAX];
    pid_t pid; /* 0: none runs */
    int port;
    int control_port;
    int acs_port;
    char control_url[URL_MAX];
    char acs_url[URL_MAX];
    char secret[2 * SECRET_BYTES + 1];
    int back_off_ms;
    int64_t started_us;
    int64_t restart_us; /* monotonic; when pid is 0 */
    bool elsewhere;     /* it runs by itself */
};

/* --- the child's side, between fork and exec: nothing but system calls
 * ---------------------------- */

struct launch {
    char *const *argv;
    char *const *environment;
    int out; /* becomes standard output */
    pid_t parent;
};

static NO_RETURN void launch_run(const struct launch *launch)
{
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    /* A Ctrl-C at the terminal is for the server, which needs its acquirer until the last request
     * is over. */
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    /* The server may have died before the line above. */
    if (getppid() != launch->parent || dup2(launch->out, STDOUT_FILENO) < 0)
        _exit(127);
    /* The database's lock first of all: the next server must not wait for us. */
    (void)close_range(STDERR_FILENO + 1, ~0U, 0);
    execve("/proc/self/exe", launch->argv, launch->environment);
    _exit(127);
}

/* --- the parent's side --------------------------------------------------------------------------
 */

/* A line within the time, without its end; false otherwise. */
static bool line_read(int fd, char *line, size_t size)
{
    int64_t until = clock_monotonic_us() + (int64_t)READY_MS * 1000;
    size_t len = 0;

    while (len + 1 < size) {
        int64_t left_ms = (until - clock_monotonic_us()) / 1000;
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        if (left_ms <= 0 || (poll(&wait, 1, (int)left_ms) < 0 && errno != EINTR))
            return false;
        if (wait.revents == 0)
            continue;
        if (read(fd, line + len, 1) != 1)
            return false;
        if (line[len] == '\n') {
            line[len] = '\0';
            return true;
        }
        len++;
    }
    return false;
}

/* {"iso_port":1,"acs_port":2,"control_port":3} */
static bool ports_find(struct arena *arena, struct child *child, struct json root)
{
    const struct {
        struct str name;
        int *port;
    } WANTED[] = {
        {STR("iso_port"),     &child->port        },
        {STR("acs_port"),     &child->acs_port    },
        {STR("control_port"), &child->control_port},
    };
    struct json_member *members;
    size_t found = 0;

    if (json_kind(root) != JSON_OBJECT)
        return false;
    size_t count = json_members(arena, root, &members);
    for (size_t i = 0; i < count * ARRAY_LEN(WANTED); i++) {
        const struct json_member *member = &members[i / ARRAY_LEN(WANTED)];
        size_t at = i % ARRAY_LEN(WANTED);
        if (!str_eq(member->name, WANTED[at].name) || json_kind(member->value) != JSON_INT)
            continue;
        int64_t port = json_int(member->value);
        if (port < 1 || port > UINT16_MAX)
            return false;
        *WANTED[at].port = (int)port;
        found++;
    }
    return found == ARRAY_LEN(WANTED);
}

/* line has JSON_SPARE bytes after it. */
static bool ports_read(struct child *child, struct str line)
{
    struct json_parser *parser = json_parser_new(LINE_MAX_LEN);
    struct arena *arena = arena_new(64 * 1024);
    struct json root;
    const char *why;
    bool read = json_parse(parser, line, &root, &why) == OK && ports_find(arena, child, root);

    arena_free(arena);
    json_parser_free(parser);
    return read;
}

static void urls_fill(struct child *child)
{
    snprintf(child->control_url, sizeof child->control_url, "http://127.0.0.1:%d",
             child->control_port);
    snprintf(child->acs_url, sizeof child->acs_url, "http://127.0.0.1:%d", child->acs_port);
}

static bool ready_wait(struct child *child, int fd)
{
    char line[LINE_MAX_LEN + JSON_SPARE] = {0};

    if (!line_read(fd, line, LINE_MAX_LEN) || !ports_read(child, str_of(line)))
        return false;
    urls_fill(child);
    return true;
}

/* Forks with what was prepared; *out is the end to read its line from. */
static bool process_start(struct child *child, char *const *argv, char *const *environment,
                          int *out)
{
    struct launch launch = {.argv = argv, .environment = environment, .parent = getpid()};
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    launch.out = ends[1];
    child->pid = fork();
    if (child->pid == 0)
        launch_run(&launch);
    close(ends[1]);
    if (child->pid < 0) {
        child->pid = 0;
        close(ends[0]);
        return false;
    }
    *out = ends[0];
    child->started_us = clock_monotonic_us();
    return true;
}

/* Our environment with the secret of the control port added, which must not stand among the
 * arguments. */
static char **environment_make(struct arena *arena, const char *secret)
{
    size_t count = 0;

    while (environ[count] != NULL)
        count++;
    char **made = arena_array(arena, char *, count + 2);
    memcpy(made, environ, count * sizeof *made);
    struct str entry = str_format(arena, "GUICHET_SIMULATOR_SECRET=%s", secret);
    made[count] = arena_alloc(arena, entry.len + 1);
    memcpy(made[count], entry.ptr, entry.len + 1);
    return made;
}

static bool child_launch(struct child *child)
{
    struct arena *arena = arena_new(256 * 1024);
    char ports[3][16];
    char name[] = "guichet";
    char command[] = "simulator";
    char data_flag[] = "--data";
    char port_flag[] = "--port";
    char control_flag[] = "--control-port";
    char acs_flag[] = "--acs-port";
    char *argv[] = {name,         data_flag, child->data, command,  port_flag, ports[0],
                    control_flag, ports[1],  acs_flag,    ports[2], NULL};
    int out = -1;

    snprintf(ports[0], sizeof ports[0], "%d", child->port);
    snprintf(ports[1], sizeof ports[1], "%d", child->control_port);
    snprintf(ports[2], sizeof ports[2], "%d", child->acs_port);
    bool ready = process_start(child, argv, environment_make(arena, child->secret), &out) &&
                 ready_wait(child, out);
    if (out >= 0)
        close(out);
    arena_free(arena);
    if (ready)
        log_event(NULL, EV_SIMULATOR_STARTED, LOG_INT("port", child->port));
    return ready;
}

static bool child_reap(struct child *child, int *status)
{
    if (child->pid == 0 || waitpid(child->pid, status, WNOHANG) != child->pid)
        return false;
    child->pid = 0;
    return true;
}

static void child_kill(struct child *child)
{
    int64_t until = clock_monotonic_us() + (int64_t)STOP_MS * 1000;
    int status;

    if (child->pid == 0)
        return;
    kill(child->pid, SIGTERM);
    while (clock_monotonic_us() < until) {
        if (child_reap(child, &status))
            return;
        (void)poll(NULL, 0, 5);
    }
    kill(child->pid, SIGKILL);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    child->pid = 0;
}

static err_t child_find(struct ctx *cx, const struct config *config, struct child *child)
{
    struct str secret;

    if (child->port == 0 || child->control_port == 0 || child->acs_port == 0)
        return fault(cx, ERR_INVALID, "card.sim_secret_file",
                     "needs card.sim_port, card.sim_control_port and card.sim_acs_port beside it");
    TRY(secret_read(cx, "guichet-simulator", config->sim_secret_file.ptr, "card.sim_secret_file",
                    &secret));
    if (secret.len == 0 || secret.len >= sizeof child->secret)
        return fault(cx, ERR_INVALID, "card.sim_secret_file", "must hold 1 to 48 characters");
    memcpy(child->secret, secret.ptr, secret.len);
    child->elsewhere = true;
    urls_fill(child);
    return OK;
}

static err_t child_run(struct ctx *cx, const struct config *config, struct child *child)
{
    uint8_t secret[SECRET_BYTES];

    rand_bytes(secret, sizeof secret);
    struct str hex = hex_encode(cx->arena, secret, sizeof secret);
    memcpy(child->secret, hex.ptr, hex.len + 1);
    snprintf(child->data, sizeof child->data, "%s", config->data.ptr);
    child->back_off_ms = BACK_OFF_MIN_MS;
    return child_launch(child) ? OK : fault(cx, ERR_UNAVAILABLE, "simulator", "does not start");
}

err_t child_start(struct ctx *cx, const struct config *config, struct child **out)
{
    struct child *child = process_make(struct child);

    *out = NULL;
    child->port = (int)config->sim_port;
    child->control_port = (int)config->sim_control_port;
    child->acs_port = (int)config->sim_acs_port;
    err_t err = config->sim_secret_file.len > 0 ? child_find(cx, config, child)
                                                : child_run(cx, config, child);
    if (err == OK)
        *out = child;
    else
        child_stop(child);
    return err;
}

static void child_died(struct child *child, int status)
{
    int64_t now = clock_monotonic_us();

    log_event(NULL, EV_SIMULATOR_EXITED,
              LOG_INT("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0),
              LOG_INT("code", WIFEXITED(status) ? WEXITSTATUS(status) : 0));
    if (now - child->started_us > STABLE_US)
        child->back_off_ms = BACK_OFF_MIN_MS;
    child->restart_us = now + (int64_t)child->back_off_ms * 1000;
    child->back_off_ms *= 2;
    if (child->back_off_ms > BACK_OFF_MAX_MS)
        child->back_off_ms = BACK_OFF_MAX_MS;
}

int child_turn(struct child *child)
{
    int status;

    if (child->elsewhere)
        return -1;
    if (child_reap(child, &status))
        child_died(child, status);
    if (child->pid != 0)
        return -1;
    int64_t left_us = child->restart_us - clock_monotonic_us();
    if (left_us > 0)
        return (int)(left_us / 1000) + 1;
    if (child_launch(child))
        return -1;
    child_kill(child);
    child_died(child, 0);
    return child->back_off_ms;
}

void child_stop(struct child *child)
{
    child_kill(child);
    crypto_wipe(child, sizeof *child);
    process_free(child);
}

int child_port(const struct child *child)
{
    return child->port;
}

const char *child_control_url(const struct child *child)
{
    return child->control_url;
}

const char *child_acs_url(const struct child *child)
{
    return child->acs_url;
}

const char *child_secret(const struct child *child)
{
    return child->secret;
}
