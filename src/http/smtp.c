#include "http/smtp.h"

#include <string.h>

#include "base/must.h"
#include "http/pool_internal.h"

enum { CODE_REFUSED_FIRST = 400, CODE_NEVER_FIRST = 500, CODE_LAST = 599 };

/* A server may look at a message for long before it says that it has it (RFC 5321 4.5.3.2.6), and
 * one that is not waited for delivers it all the same: each further try would be another mail. */
enum { PATIENCE = 12 };

struct mailing {
    struct transfer transfer; /* first */
    struct smtp_send *send;
    size_t read;
    bool receiver_named; /* what is refused from here on is this mail */
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

/* The only way to know which command the server has refused. */
static int command_seen(CURL *curl, curl_infotype type, char *text, size_t len, void *user)
{
    struct mailing *mailing = user;

    (void)curl;
    if (type == CURLINFO_HEADER_OUT && str_starts((struct str){text, len}, STR("RCPT ")))
        mailing->receiver_named = true;
    return 0;
}

static void mailing_ended(struct transfer *transfer, CURLcode result, long status)
{
    struct mailing *mailing = (struct mailing *)transfer;
    struct smtp_send *send = mailing->send;
    bool refused = result != CURLE_OK && status >= CODE_REFUSED_FIRST && status <= CODE_LAST;

    send->code = (int)status;
    send->result = result == CURLE_OK ? OK : ERR_UNAVAILABLE;
    /* A server that lets nobody in, or not us, may do so again: the mail is not at fault. */
    if (refused && status >= CODE_NEVER_FIRST && mailing->receiver_named)
        send->result = ERR_FORBIDDEN;
    send->why = NULL;
    if (result != CURLE_OK)
        send->why = refused ? "refused" : transfer_why(result);
    send->done(send);
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

void smtp_send_start(struct pool *pool, struct smtp_send *send)
{
    struct mailing *mailing = (struct mailing *)transfer_new(
        pool, sizeof *mailing, send->timeout_ms, PATIENCE * send->timeout_ms);
    const struct curl_library *library = mailing->transfer.library;
    CURL *curl = mailing->transfer.curl;

    mailing->send = send;
    mailing->transfer.ended = mailing_ended;
    mailing->transfer.lists[0] = library->curl_slist_append(NULL, send->to);
    must(mailing->transfer.lists[0] != NULL);
    library->curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
    library->curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, command_seen);
    library->curl_easy_setopt(curl, CURLOPT_DEBUGDATA, mailing);
    library->curl_easy_setopt(curl, CURLOPT_URL, send->url);
    library->curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    library->curl_easy_setopt(curl, CURLOPT_USE_SSL, tls_wanted(send));
    if (send->user != NULL) {
        library->curl_easy_setopt(curl, CURLOPT_USERNAME, send->user);
        library->curl_easy_setopt(curl, CURLOPT_PASSWORD,
                                  send->password == NULL ? "" : send->password);
    }
    library->curl_easy_setopt(curl, CURLOPT_MAIL_FROM, send->from);
    library->curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, mailing->transfer.lists[0]);
    library->curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    library->curl_easy_setopt(curl, CURLOPT_READFUNCTION, message_read);
    library->curl_easy_setopt(curl, CURLOPT_READDATA, mailing);
    library->curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)send->message.len);
    transfer_start(pool, &mailing->transfer);
}
