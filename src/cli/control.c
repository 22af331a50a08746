#include "cli/control.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/must.h"

enum {
    MAGIC = 0x47433031, /* "GC01" */
    REQUEST_MAX = 64 * 1024,
    REQUEST_WAIT_S = 5,
    STACK_SIZE = 512 * 1024,
    THREADS = 4,
};

struct request_head {
    uint32_t magic;
    uint32_t len; /* of what follows: directory and arguments, each ended by NUL */
};

struct answer_head {
    uint32_t magic;
    int32_t code;
    uint32_t out_len;
    uint32_t err_len;
};

/* --- both sides ---------------------------------------------------------------------------------
 */

static bool send_all(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;

    while (len > 0) {
        ssize_t done = send(fd, at, len, MSG_NOSIGNAL);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        at += done;
        len -= (size_t)done;
    }
    return true;
}

static bool receive_all(int fd, void *bytes, size_t len)
{
    char *at = bytes;

    while (len > 0) {
        ssize_t done = recv(fd, at, len, 0);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        at += done;
        len -= (size_t)done;
    }
    return true;
}

/* A socket's address has room for 107 characters, and data directories may lie deep: so it is named
 * through a descriptor of its directory, which the caller closes. */
static int address_of(struct str data, struct sockaddr_un *address)
{
    int directory = open(data.ptr, O_PATH | O_DIRECTORY | O_CLOEXEC);

    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (directory >= 0)
        snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/control.sock",
                 directory);
    return directory;
}

static int server_connect(struct str data)
{
    struct sockaddr_un address;
    int directory = address_of(data, &address);
    int fd = directory < 0 ? -1 : socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        fd = -1;
    }
    if (directory >= 0)
        close(directory);
    return fd;
}

/* --- the caller's side --------------------------------------------------------------------------
 */

bool control_alive(struct ctx *cx, struct str data)
{
    int fd = server_connect(str_dup(cx->arena, data));

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool text_receive(int fd, struct buf *out, size_t len)
{
    char *room = len == 0 ? NULL : buf_extend(out, len);

    return len == 0 || (room != NULL && receive_all(fd, room, len));
}

err_t control_call(struct cli *cli, const struct args *args, int *code)
{
    struct ctx *cx = cli->cx;
    struct buf request = buf_make(cx->arena, REQUEST_MAX);
    struct answer_head answer;
    int fd = server_connect(cli->data);

    if (fd < 0)
        return ERR_NOT_FOUND;
    buf_put(&request, cli->here);
    buf_put_byte(&request, '\0');
    buf_put_cstr(&request, cli->command->name);
    buf_put_byte(&request, '\0');
    for (size_t i = 0; i < args->count; i++) {
        buf_put(&request, args->items[i]);
        buf_put_byte(&request, '\0');
    }
    struct request_head head = {.magic = MAGIC, .len = (uint32_t)request.len};
    bool done = !request.failed && send_all(fd, &head, sizeof head) &&
                send_all(fd, request.ptr, request.len) && receive_all(fd, &answer, sizeof answer) &&
                answer.magic == MAGIC && text_receive(fd, &cli->out, answer.out_len) &&
                text_receive(fd, &cli->err, answer.err_len);
    close(fd);
    if (!done)
        return fault(cx, ERR_UNAVAILABLE, NULL, "the running server does not answer");
    *code = answer.code;
    return OK;
}

/* --- the server's side --------------------------------------------------------------------------
 */

struct control {
    struct control_options options;
    struct str data; /* borrowed from the configuration */
    pthread_t threads[THREADS];
    pthread_mutex_t turns[2]; /* of commands, and of those that read long */
    int listener;
    int stop;
};

/* Only whoever runs the server, or root, who could do anything anyway. */
static bool peer_allowed(int fd)
{
    struct ucred peer;
    socklen_t len = sizeof peer;

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
           (peer.uid == geteuid() || peer.uid == 0);
}

/* Directory, command and arguments. */
static bool request_split(struct str request, struct str *here, struct str *name, struct args *args)
{
    size_t part = 0;

    args->count = 0;
    for (; request.len > 0; part++) {
        size_t len = str_find(request, '\0');
        if (len == request.len)
            return false;
        struct str item = str_sub(request, 0, len);
        if (part == 0)
            *here = item;
        else if (part == 1)
            *name = item;
        else if (args->count < ARGS_MAX)
            args->items[args->count++] = item;
        else
            return false;
        request = str_from(request, len + 1);
    }
    return part >= 2;
}

static int command_serve(struct control *control, struct cli *cli, struct str request)
{
    struct str name = STR_NONE;
    struct args args;

    if (!request_split(request, &cli->here, &name, &args))
        return cli_usage(cli, "the request cannot be read");
    cli->command = command_find(name);
    if (cli->command == NULL || cli->command->needs == NEEDS_NOTHING)
        return cli_usage(cli, "is not for the server");
    log_event(cli->cx, EV_CONTROL_COMMAND, LOG_WORD("command", cli->command->name));
    cli->application = control->options.application;
    cli->config = control->options.config;
    cli->backend = control->options.backend;
    cli->data = control->data;
    pthread_mutex_t *turn = &control->turns[cli->command->reads_long ? 1 : 0];
    must(pthread_mutex_lock(turn) == 0);
    int code = command_run(cli, &args);
    must(pthread_mutex_unlock(turn) == 0);
    return code;
}

static void answer_send(int fd, const struct cli *cli, int code)
{
    struct answer_head head = {
        .magic = MAGIC,
        .code = code,
        .out_len = (uint32_t)cli->out.len,
        .err_len = (uint32_t)cli->err.len,
    };

    if (send_all(fd, &head, sizeof head) && send_all(fd, cli->out.ptr, cli->out.len))
        (void)send_all(fd, cli->err.ptr, cli->err.len);
}

static void connection_serve(struct control *control, int fd)
{
    const struct timeval wait = {.tv_sec = REQUEST_WAIT_S};
    struct request_head head;

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    if (!peer_allowed(fd) || !receive_all(fd, &head, sizeof head) || head.magic != MAGIC ||
        head.len > REQUEST_MAX)
        return;
    struct ctx *cx = command_ctx(control->options.ids);
    char *request = arena_alloc(cx->arena, head.len + 1);
    if (receive_all(fd, request, head.len)) {
        struct cli cli = {
            .cx = cx,
            .out = buf_make(cx->arena, OUT_MAX),
            .err = buf_make(cx->arena, OUT_MAX),
        };
        answer_send(fd, &cli, command_serve(control, &cli, (struct str){request, head.len}));
    }
    command_ctx_free(cx, false);
}

static void *control_main(void *arg)
{
    struct control *control = arg;

    for (;;) {
        struct pollfd wait[] = {
            {.fd = control->stop,     .events = POLLIN},
            {.fd = control->listener, .events = POLLIN},
        };
        if (poll(wait, ARRAY_LEN(wait), -1) < 0) {
            must(errno == EINTR);
            continue;
        }
        if (wait[0].revents != 0)
            return NULL;
        /* Another thread may have taken it. */
        int fd = accept4(control->listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            continue;
        connection_serve(control, fd);
        close(fd);
    }
}

/* The data directory is ours, by the store's lock or by presence_settle_in(): a socket that lies
 * here was left behind by a crash. */
static int listener_open(struct str data)
{
    struct sockaddr_un address;
    int directory = address_of(data, &address);
    int fd = directory < 0 ? -1 : socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool bound = false;

    if (fd >= 0) {
        unlinkat(directory, "control.sock", 0);
        /* Linux gives a new socket file the mode of the socket. */
        bound = fchmod(fd, 0600) == 0 &&
                bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 8) == 0;
    }
    if (directory >= 0)
        close(directory);
    if (fd >= 0 && !bound) {
        close(fd);
        fd = -1;
    }
    return fd;
}

err_t control_start(struct ctx *cx, const struct control_options *options, struct control **out)
{
    pthread_attr_t attributes;
    int listener = listener_open(options->config->data);

    if (listener < 0)
        return fault(cx, ERR_IO, "control.sock", "cannot be opened in the data directory");
    struct control *control = process_make(struct control);
    control->options = *options;
    control->data = options->config->data;
    control->listener = listener;
    control->stop = eventfd(0, EFD_CLOEXEC);
    must(control->stop >= 0);
    for (size_t i = 0; i < ARRAY_LEN(control->turns); i++)
        must(pthread_mutex_init(&control->turns[i], NULL) == 0);
    must(pthread_attr_init(&attributes) == 0);
    must(pthread_attr_setstacksize(&attributes, STACK_SIZE) == 0);
    for (size_t i = 0; i < THREADS; i++)
        must(pthread_create(&control->threads[i], &attributes, control_main, control) == 0);
    pthread_attr_destroy(&attributes);
    *out = control;
    return OK;
}

void control_stop(struct control *control)
{
    const uint64_t one = 1;

    if (control == NULL)
        return;
    must(write(control->stop, &one, sizeof one) == sizeof one);
    for (size_t i = 0; i < THREADS; i++)
        must(pthread_join(control->threads[i], NULL) == 0);
    int directory = open(control->data.ptr, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (directory >= 0) {
        unlinkat(directory, "control.sock", 0);
        close(directory);
    }
    close(control->listener);
    close(control->stop);
    for (size_t i = 0; i < ARRAY_LEN(control->turns); i++)
        pthread_mutex_destroy(&control->turns[i]);
    process_free(control);
}
