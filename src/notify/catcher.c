#include "notify/catcher.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/must.h"
#include "core/caught.h"
#include "notify/mime.h"

/* RFC 5321 4.5.3.1: a command has 512 bytes, an answer to RCPT may be longer with extensions; what
 * is longer than our buffer is no command. */
enum {
    SESSIONS_MAX = 64,
    LINE_MAX_LEN = 1024,
    READ_SIZE = 16 * 1024,
    IDLE_US = 60 * 1000 * 1000,
    ARENA_MAX = 64 << 20,
    BACKLOG = 64,
};

enum phase { PHASE_COMMAND = 1, PHASE_DATA };

struct session {
    int fd; /* -1: free */
    enum phase phase;
    int64_t heard_us;
    struct arena *arena; /* of the message that is coming */
    char line[LINE_MAX_LEN + 2];
    size_t line_len;
    bool line_too_long;
    bool greeted;
    bool has_sender;
    struct str sender;
    struct str receivers[CATCHER_RECEIVERS_MAX];
    size_t receiver_count;
    struct buf message;
    bool too_large;
};

struct catcher {
    struct store *store;
    struct id_source *ids;
    int listener;
    int port;
    int stop_fd;
    pthread_t thread;
    struct session sessions[SESSIONS_MAX];
};

/* --- sessions -----------------------------------------------------------------------------------
 */

static void envelope_forget(struct session *session)
{
    session->phase = PHASE_COMMAND;
    session->has_sender = false;
    session->receiver_count = 0;
    session->too_large = false;
    arena_reset(session->arena);
}

static void session_close(struct session *session)
{
    close(session->fd);
    session->fd = -1;
    arena_free(session->arena);
}

/* Answers are short and the other side waits for them: when one does not fit, it is gone. */
static bool say(struct session *session, const char *text)
{
    size_t len = strlen(text);

    return send(session->fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)len;
}

static void session_open(struct catcher *catcher)
{
    int fd = accept4(catcher->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd < 0)
        return;
    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        struct session *session = &catcher->sessions[i];
        if (session->fd >= 0)
            continue;
        *session = (struct session){.fd = fd,
                                    .phase = PHASE_COMMAND,
                                    .heard_us = clock_monotonic_us(),
                                    .arena = arena_new(ARENA_MAX)};
        if (!say(session, "220 guichet sandbox ESMTP\r\n"))
            session_close(session);
        return;
    }
    close(fd);
}

/* --- keeping ------------------------------------------------------------------------------------
 */

struct keeping {
    const struct session *session;
    struct mime_message message;
    struct str raw;
};

static err_t keep_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct keeping *keeping = arg;
    const struct session *session = keeping->session;

    for (size_t i = 0; i < session->receiver_count; i++) {
        struct caught caught = {
            .kind = CAUGHT_MAIL,
            .from = session->sender,
            .to = session->receivers[i],
            .message = keeping->message.message_id,
            .subject = keeping->message.subject,
            .text = keeping->message.text,
            .html = keeping->message.html,
            .raw = keeping->raw,
            .at = cx->real,
        };
        TRY(caught_put(cx, tx, &caught));
    }
    return OK;
}

static bool message_end(struct catcher *catcher, struct session *session)
{
    struct ctx cx = {.arena = session->arena, .ids = catcher->ids, .real = clock_now()};
    struct keeping keeping = {.session = session};
    bool alive;

    if (session->too_large) {
        alive = say(session, "552 5.3.4 the message is too large\r\n");
        envelope_forget(session);
        return alive;
    }
    mime_read(session->arena, buf_str(&session->message), &keeping.message);
    keeping.raw = str_to_text(session->arena, buf_str(&session->message));
    err_t err = tx_run(catcher->store, &cx, keep_body, &keeping);
    if (err != OK)
        log_event(&cx, EV_STORE_FAILED, LOG_ERR(err));
    alive = say(session, err == OK ? "250 2.0.0 caught\r\n" : "451 4.3.0 could not be kept\r\n");
    envelope_forget(session);
    return alive;
}

static void message_add(struct session *session, struct str text)
{
    session->too_large |= session->message.len + text.len > CATCHER_MESSAGE_MAX;
    if (!session->too_large)
        buf_put(&session->message, text);
}

/* One line of a message, without its end: a dot alone ends it, one more dot at the start is taken
 * away (RFC 5321 4.5.2). */
static bool message_line(struct catcher *catcher, struct session *session, struct str line)
{
    if (str_eq(line, STR(".")))
        return message_end(catcher, session);
    if (line.len > 0 && line.ptr[0] == '.')
        line = str_from(line, 1);
    message_add(session, line);
    message_add(session, STR("\r\n"));
    return true;
}

/* --- commands -----------------------------------------------------------------------------------
 */

/* "FROM:<a@b> SIZE=5": the address between the brackets; a route before it is dropped as RFC 5321
 * says. False when it cannot be read. */
static bool path_read(struct arena *arena, struct str text, struct str word, struct str *address)
{
    if (text.len <= word.len || !str_eq_nocase(str_sub(text, 0, word.len), word))
        return false;
    text = str_trim(str_from(text, word.len));
    if (text.len < 2 || text.ptr[0] != '<')
        return false;
    size_t end = str_find(text, '>');
    if (end == text.len)
        return false;
    text = str_sub(text, 1, end - 1);
    if (text.len > 0 && text.ptr[0] == '@')
        text = str_from(text, str_find(text, ':') < text.len ? str_find(text, ':') + 1 : 0);
    *address = str_to_text(arena, text);
    return true;
}

/* The number after SIZE=, when the client tells one. */
static bool size_fits(struct arena *arena, struct str text)
{
    struct str small = str_lower(arena, text);
    const char *at = memmem(small.ptr, small.len, " size=", 6);
    int64_t size;

    if (at == NULL)
        return true;
    struct str number = str_from(small, (size_t)(at - small.ptr) + 6);
    number = str_sub(number, 0, str_find(number, ' '));
    return str_to_int64(number, &size) && size <= CATCHER_MESSAGE_MAX;
}

static bool mail_command(struct catcher *catcher, struct session *session, struct str rest)
{
    (void)catcher;
    if (!session->greeted)
        return say(session, "503 5.5.1 HELO first\r\n");
    if (session->has_sender)
        return say(session, "503 5.5.1 one MAIL at a time\r\n");
    envelope_forget(session); /* what refused ones left */
    if (!path_read(session->arena, rest, STR("FROM:"), &session->sender))
        return say(session, "501 5.5.4 MAIL FROM:<address>\r\n");
    if (!size_fits(session->arena, rest))
        return say(session, "552 5.3.4 the message is too large\r\n");
    session->has_sender = true;
    return say(session, "250 2.1.0 OK\r\n");
}

static bool rcpt_command(struct catcher *catcher, struct session *session, struct str rest)
{
    struct str address;

    (void)catcher;
    if (!session->has_sender)
        return say(session, "503 5.5.1 MAIL first\r\n");
    if (session->receiver_count == CATCHER_RECEIVERS_MAX)
        return say(session, "452 4.5.3 too many receivers\r\n");
    if (!path_read(session->arena, rest, STR("TO:"), &address) || address.len == 0)
        return say(session, "501 5.5.4 RCPT TO:<address>\r\n");
    session->receivers[session->receiver_count++] = address;
    return say(session, "250 2.1.5 OK\r\n");
}

static bool data_command(struct catcher *catcher, struct session *session, struct str rest)
{
    (void)catcher;
    (void)rest;
    if (session->receiver_count == 0)
        return say(session, "503 5.5.1 RCPT first\r\n");
    session->phase = PHASE_DATA;
    session->message = buf_make(session->arena, CATCHER_MESSAGE_MAX);
    return say(session, "354 end with a line that holds a dot\r\n");
}

static bool ehlo_command(struct catcher *catcher, struct session *session, struct str rest)
{
    (void)catcher;
    (void)rest;
    envelope_forget(session);
    session->greeted = true;
    return say(session, "250-guichet\r\n250-SIZE 1048576\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n");
}

static bool helo_command(struct catcher *catcher, struct session *session, struct str rest)
{
    (void)catcher;
    (void)rest;
    envelope_forget(session);
    session->greeted = true;
    return say(session, "250 guichet\r\n");
}

static bool rset_command(struct catcher *catcher, struct session *session, struct str rest)
{
    (void)catcher;
    (void)rest;
    envelope_forget(session);
    return say(session, "250 2.0.0 OK\r\n");
}

static bool noop_command(struct catcher *catcher, struct session *session, struct str rest)
{
    (void)catcher;
    (void)rest;
    return say(session, "250 2.0.0 OK\r\n");
}

static bool vrfy_command(struct catcher *catcher, struct session *session, struct str rest)
{
    (void)catcher;
    (void)rest;
    return say(session, "252 2.1.5 every receiver is taken\r\n");
}

/* False ends the session. */
static bool quit_command(struct catcher *catcher, struct session *session, struct str rest)
{
    (void)catcher;
    (void)rest;
    (void)!say(session, "221 2.0.0 bye\r\n");
    return false;
}

struct smtp_command {
    const char *name;
    bool (*run)(struct catcher *catcher, struct session *session, struct str rest);
};
static const struct smtp_command COMMANDS[] = {
    {"EHLO", ehlo_command},
    {"HELO", helo_command},
    {"MAIL", mail_command},
    {"RCPT", rcpt_command},
    {"DATA", data_command},
    {"RSET", rset_command},
    {"NOOP", noop_command},
    {"VRFY", vrfy_command},
    {"QUIT", quit_command},
};

static bool command_line(struct catcher *catcher, struct session *session, struct str line)
{
    size_t blank = str_find(line, ' ');
    struct str name = str_sub(line, 0, blank);
    struct str rest = blank < line.len ? str_trim(str_from(line, blank + 1)) : STR("");

    for (size_t i = 0; i < ARRAY_LEN(COMMANDS); i++) {
        if (str_eq_nocase(name, str_of(COMMANDS[i].name)))
            return COMMANDS[i].run(catcher, session, rest);
    }
    return say(session, "500 5.5.2 there is no such command\r\n");
}

/* --- bytes --------------------------------------------------------------------------------------
 */

/* A line has ended; false ends the session. A line of a message may have 998 characters (RFC 5321);
 * longer ones come in pieces, of which this is the last. */
static bool line_end(struct catcher *catcher, struct session *session)
{
    struct str line = {session->line, session->line_len};
    bool too_long = session->line_too_long;

    session->line_len = 0;
    session->line_too_long = false;
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    if (session->phase == PHASE_DATA && too_long) {
        message_add(session, line);
        message_add(session, STR("\r\n"));
        return true;
    }
    if (session->phase == PHASE_DATA)
        return message_line(catcher, session, line);
    return too_long ? say(session, "500 5.5.2 the line is too long\r\n")
                    : command_line(catcher, session, line);
}

/* A piece of a message's line that is longer than our buffer. */
static void line_flush(struct session *session)
{
    if (session->phase == PHASE_DATA) {
        struct str line = {session->line, session->line_len};
        if (!session->line_too_long && line.ptr[0] == '.')
            line = str_from(line, 1);
        message_add(session, line);
    }
    session->line_len = 0;
    session->line_too_long = true;
}

static bool bytes_take(struct catcher *catcher, struct session *session, struct str bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        if (bytes.ptr[i] == '\n') {
            if (!line_end(catcher, session))
                return false;
            continue;
        }
        if (session->line_len == LINE_MAX_LEN)
            line_flush(session);
        session->line[session->line_len++] = bytes.ptr[i];
    }
    return true;
}

/* False when the other side has gone. */
static bool session_read(struct catcher *catcher, struct session *session)
{
    char bytes[READ_SIZE];
    ssize_t len = recv(session->fd, bytes, sizeof bytes, MSG_DONTWAIT);

    if (len < 0)
        return errno == EAGAIN || errno == EINTR;
    session->heard_us = clock_monotonic_us();
    return len > 0 && bytes_take(catcher, session, (struct str){bytes, (size_t)len});
}

/* --- the thread ---------------------------------------------------------------------------------
 */

static void sessions_turn(struct catcher *catcher, const struct pollfd *waits)
{
    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        struct session *session = &catcher->sessions[i];
        if (session->fd < 0)
            continue;
        bool alive = true;
        if (waits[i].fd == session->fd && waits[i].revents != 0)
            alive = session_read(catcher, session);
        if (!alive || clock_monotonic_us() - session->heard_us > IDLE_US)
            session_close(session);
    }
}

static void *catcher_main(void *arg)
{
    enum { OTHERS = 2, SWEEP_MS = 5000 };
    struct catcher *catcher = arg;
    struct pollfd waits[SESSIONS_MAX + OTHERS];

    for (;;) {
        for (size_t i = 0; i < SESSIONS_MAX; i++)
            waits[i] = (struct pollfd){.fd = catcher->sessions[i].fd, .events = POLLIN};
        waits[SESSIONS_MAX] = (struct pollfd){.fd = catcher->listener, .events = POLLIN};
        waits[SESSIONS_MAX + 1] = (struct pollfd){.fd = catcher->stop_fd, .events = POLLIN};
        if (poll(waits, ARRAY_LEN(waits), SWEEP_MS) < 0)
            must(errno == EINTR);
        if ((waits[SESSIONS_MAX + 1].revents & POLLIN) != 0)
            return NULL;
        sessions_turn(catcher, waits);
        if ((waits[SESSIONS_MAX].revents & POLLIN) != 0)
            session_open(catcher);
    }
}

static bool listener_open(struct catcher *catcher, int port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr = {htonl(INADDR_LOOPBACK)},
    };
    socklen_t len = sizeof address;
    int yes = 1;

    catcher->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (catcher->listener < 0)
        return false;
    must(setsockopt(catcher->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0);
    if (bind(catcher->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(catcher->listener, BACKLOG) != 0 ||
        getsockname(catcher->listener, (struct sockaddr *)&address, &len) != 0) {
        close(catcher->listener);
        return false;
    }
    catcher->port = ntohs(address.sin_port);
    return true;
}

err_t catcher_start(struct ctx *cx, struct store *store, struct id_source *ids, int port,
                    struct catcher **out)
{
    struct catcher *catcher = process_make(struct catcher);

    catcher->store = store;
    catcher->ids = ids;
    for (size_t i = 0; i < SESSIONS_MAX; i++)
        catcher->sessions[i].fd = -1;
    if (!listener_open(catcher, port)) {
        process_free(catcher);
        return fault(cx, ERR_IO, "sandbox.mail_port", "cannot be listened on");
    }
    catcher->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    must(catcher->stop_fd >= 0);
    must(pthread_create(&catcher->thread, NULL, catcher_main, catcher) == 0);
    *out = catcher;
    return OK;
}

int catcher_port(const struct catcher *catcher)
{
    return catcher->port;
}

void catcher_stop(struct catcher *catcher)
{
    uint64_t one = 1;

    if (catcher == NULL)
        return;
    must(write(catcher->stop_fd, &one, sizeof one) == sizeof one);
    must(pthread_join(catcher->thread, NULL) == 0);
    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        if (catcher->sessions[i].fd >= 0)
            session_close(&catcher->sessions[i]);
    }
    close(catcher->stop_fd);
    close(catcher->listener);
    process_free(catcher);
}
