#include "http/smtp.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/must.h"
#include "http/pool_internal.h"

enum { CODE_REFUSED_FIRST = 400, CODE_NEVER_FIRST = 500, CODE_LAST = 599 };

/* A server may look at a message for long before it says that it has it (RFC 5321 4.5.3.2.6), and
 * one that is not waited for delivers it all the same: each further try would be another mail. */
enum { PATIENCE = 12 };

/* curl tries two kinds of addresses at once. */
enum { SOCKETS_MAX = 2 };

struct mailing {
    const struct curl_library *library;
    struct smtp_send *send;
    size_t read;
    curl_socket_t sockets[SOCKETS_MAX]; /* that are open, in no order */
    size_t socket_count;
    bool receiver_named; /* what is refused from here on is this mail */
    bool policy;         /* or it is us: the last 5xx was 5.7 */
};

static size_t message_read(char *out, size_t size, size_t count, void *user)
{
    struct mailing *mailing = user;
    struct str rest = str_from(mailing->send->message, mailing->read);
    size_t len = rest.len < size * count ? rest.len : size * count;

    memcpy(out, rest.ptr, len);
    mailing->read += len;
    return len;
}

static curl_socket_t socket_open(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct mailing *mailing = user;
    int type = address->socktype | SOCK_CLOEXEC;

    (void)purpose;
    if (mailing->socket_count == SOCKETS_MAX)
        return CURL_SOCKET_BAD;
    curl_socket_t opened = socket(address->family, type, address->protocol);
    if (opened != CURL_SOCKET_BAD)
        mailing->sockets[mailing->socket_count++] = opened;
    return opened;
}

static int socket_close(void *user, curl_socket_t closed)
{
    struct mailing *mailing = user;

    for (size_t i = 0; i < mailing->socket_count; i++) {
        if (mailing->sockets[i] != closed)
            continue;
        mailing->sockets[i] = mailing->sockets[--mailing->socket_count];
        break;
    }
    return close(closed);
}

static void command_left(struct mailing *mailing, struct str command)
{
    if (str_starts(command, STR("RCPT ")))
        mailing->receiver_named = true;
    if (!str_starts(command, STR("QUIT")))
        return;
    /* curl would wait for the answer, and the mail, which was taken long since, for its outcome. */
    for (size_t i = 0; i < mailing->socket_count; i++)
        (void)shutdown(mailing->sockets[i], SHUT_RD);
}

/* "554 5.7.1 Relay access denied": about permission (RFC 3463 3.8), not about this receiver. */
static bool is_policy(struct str answer)
{
    struct str status = str_from(answer, answer.len < 4 ? answer.len : 4);

    return str_starts(status, STR("5.7.")) || str_starts(status, STR("#5.7."));
}

/* The only way to know which command the server has refused, and what it has said. */
static int line_seen(CURL *curl, curl_infotype type, char *text, size_t len, void *user)
{
    struct mailing *mailing = user;
    struct str line = {text, len};

    (void)curl;
    if (type == CURLINFO_HEADER_OUT)
        command_left(mailing, line);
    else if (type == CURLINFO_HEADER_IN && str_starts(line, STR("5")))
        mailing->policy = is_policy(line);
    return 0;
}

static int is_given_up(void *user, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct mailing *mailing = user;

    (void)a, (void)b, (void)c, (void)d;
    return atomic_load(mailing->send->given_up) ? 1 : 0;
}

static void mailing_ended(const struct mailing *mailing, CURLcode result, long status)
{
    struct smtp_send *send = mailing->send;
    bool refused = result != CURLE_OK && status >= CODE_REFUSED_FIRST && status <= CODE_LAST;

    send->code = (int)status;
    send->result = result == CURLE_OK ? OK : ERR_UNAVAILABLE;
    /* A server that lets nobody in, or not us, may do so again: the mail is not at fault. Many say
     * so only when they know the receiver. */
    if (refused && status >= CODE_NEVER_FIRST && mailing->receiver_named && !mailing->policy)
        send->result = ERR_FORBIDDEN;
    send->why = NULL;
    if (result != CURLE_OK)
        send->why = refused ? "refused" : call_why(result);
}

/* A server on this machine speaks without encryption, and often has a certificate of no name. */
static bool is_local(const char *url)
{
    return strncmp(url, "smtp://127.", 11) == 0 || strncmp(url, "smtp://localhost", 16) == 0;
}

static long tls_wanted(const struct smtp_send *send)
{
    if (send->user != NULL)
        return CURLUSESSL_ALL;
    return is_local(send->url) ? CURLUSESSL_NONE : CURLUSESSL_TRY;
}

static void options_set(struct mailing *mailing, CURL *curl, struct curl_slist *to)
{
    const struct curl_library *library = mailing->library;
    const struct smtp_send *send = mailing->send;

    call_set(library, curl, send->timeout_ms, PATIENCE * send->timeout_ms);
    library->curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
    library->curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, line_seen);
    library->curl_easy_setopt(curl, CURLOPT_DEBUGDATA, mailing);
    library->curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, socket_open);
    library->curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, mailing);
    library->curl_easy_setopt(curl, CURLOPT_CLOSESOCKETFUNCTION, socket_close);
    library->curl_easy_setopt(curl, CURLOPT_CLOSESOCKETDATA, mailing);
    library->curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    library->curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, is_given_up);
    library->curl_easy_setopt(curl, CURLOPT_XFERINFODATA, mailing);
    library->curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
    library->curl_easy_setopt(curl, CURLOPT_URL, send->url);
    library->curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    library->curl_easy_setopt(curl, CURLOPT_USE_SSL, tls_wanted(send));
    if (send->user != NULL) {
        library->curl_easy_setopt(curl, CURLOPT_USERNAME, send->user);
        library->curl_easy_setopt(curl, CURLOPT_PASSWORD,
                                  send->password == NULL ? "" : send->password);
    }
    library->curl_easy_setopt(curl, CURLOPT_MAIL_FROM, send->from);
    library->curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    library->curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    library->curl_easy_setopt(curl, CURLOPT_READFUNCTION, message_read);
    library->curl_easy_setopt(curl, CURLOPT_READDATA, mailing);
    library->curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)send->message.len);
}

void smtp_send(struct smtp_send *send)
{
    struct mailing mailing = {.send = send};
    struct curl_library library;
    long status = 0;

    must(curl_library_load(&library) == OK);
    mailing.library = &library;
    CURL *curl = library.curl_easy_init();
    struct curl_slist *to = library.curl_slist_append(NULL, send->to);
    must(curl != NULL);
    must(to != NULL);
    options_set(&mailing, curl, to);
    CURLcode result = library.curl_easy_perform(curl);
    must(library.curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK);
    mailing_ended(&mailing, result, status);
    library.curl_slist_free_all(to);
    library.curl_easy_cleanup(curl);
}
