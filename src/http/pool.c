#include "http/pool.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"
#include "http/pool_internal.h"

enum { CONNECTIONS_KEPT = 256, ANSWER_MAX = 64 * 1024, STATUS_FINAL = 200 };

/* A call under way. */
struct transfer {
    CURL *curl;
    struct curl_slist *lists[2];
    void (*ended)(struct transfer *transfer, CURLcode result, long status);
    struct transfer *next;
    struct transfer **link;
};

struct pool {
    struct curl_library library;
    CURLM *multi; /* NULL: no call has been made yet */
    struct transfer *transfers;
};

struct pool *pool_new(void)
{
    return process_make(struct pool);
}

/* With the first call: an installation without the library is broken. */
static void pool_start(struct pool *pool)
{
    if (pool->multi != NULL)
        return;
    must(curl_library_load(&pool->library) == OK);
    pool->multi = pool->library.curl_multi_init();
    must(pool->multi != NULL);
    must(pool->library.curl_multi_setopt(pool->multi, CURLMOPT_MAXCONNECTS,
                                         (long)CONNECTIONS_KEPT) == CURLM_OK);
}

static void transfer_free(struct pool *pool, struct transfer *transfer)
{
    const struct curl_library *library = &pool->library;

    must(library->curl_multi_remove_handle(pool->multi, transfer->curl) == CURLM_OK);
    library->curl_easy_cleanup(transfer->curl);
    for (size_t i = 0; i < ARRAY_LEN(transfer->lists); i++)
        library->curl_slist_free_all(transfer->lists[i]);
    *transfer->link = transfer->next;
    if (transfer->next != NULL)
        transfer->next->link = transfer->link;
    process_free(transfer);
}

void pool_free(struct pool *pool)
{
    while (pool->transfers != NULL)
        transfer_free(pool, pool->transfers);
    if (pool->multi != NULL)
        must(pool->library.curl_multi_cleanup(pool->multi) == CURLM_OK);
    process_free(pool);
}

void call_set(const struct curl_library *library, CURL *curl, int connect_ms, int timeout_ms)
{
    must(connect_ms > 0);
    must(timeout_ms > 0);
    library->curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    /* A call that is given up would wait for the system's resolver, and every other one with it. */
    library->curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
    library->curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    library->curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms);
    /* No proxy from the environment: who is called was checked by us. */
    library->curl_easy_setopt(curl, CURLOPT_PROXY, "");
    library->curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}

static struct transfer *transfer_new(struct pool *pool, size_t size, int timeout_ms)
{
    struct transfer *transfer = process_alloc(1, size);
    const struct curl_library *library = &pool->library;

    pool_start(pool);
    CURL *curl = library->curl_easy_init();
    must(curl != NULL);
    transfer->curl = curl;
    transfer->next = pool->transfers;
    transfer->link = &pool->transfers;
    if (pool->transfers != NULL)
        pool->transfers->link = &transfer->next;
    pool->transfers = transfer;
    library->curl_easy_setopt(curl, CURLOPT_PRIVATE, transfer);
    call_set(library, curl, timeout_ms, timeout_ms);
    return transfer;
}

static void transfer_start(struct pool *pool, struct transfer *transfer)
{
    must(pool->library.curl_multi_add_handle(pool->multi, transfer->curl) == CURLM_OK);
}

const char *call_why(CURLcode result)
{
    if (result == CURLE_OPERATION_TIMEDOUT)
        return "timeout";
    if (result == CURLE_PEER_FAILED_VERIFICATION || result == CURLE_SSL_CONNECT_ERROR ||
        result == CURLE_USE_SSL_FAILED)
        return "tls";
    return "connection";
}

static void ended_collect(struct pool *pool)
{
    const struct curl_library *library = &pool->library;
    CURLMsg *message;
    int left;

    while ((message = library->curl_multi_info_read(pool->multi, &left)) != NULL) {
        struct transfer *transfer = NULL;
        CURLcode result = message->data.result;
        long status = 0;
        must(message->msg == CURLMSG_DONE);
        must(library->curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer) ==
             CURLE_OK);
        must(library->curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status) ==
             CURLE_OK);
        transfer->ended(transfer, result, status);
        transfer_free(pool, transfer);
    }
}

/* Nothing is under way, and nothing ever was. */
static void wait_alone(int fd, int timeout_ms)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};

    if (poll(&one, 1, timeout_ms) < 0)
        must(errno == EINTR);
}

void pool_wait(struct pool *pool, int fd, int timeout_ms)
{
    const struct curl_library *library = &pool->library;
    struct curl_waitfd also = {.fd = fd, .events = CURL_WAIT_POLLIN};
    int running;

    if (pool->multi == NULL) {
        wait_alone(fd, timeout_ms);
        return;
    }
    must(library->curl_multi_perform(pool->multi, &running) == CURLM_OK);
    must(library->curl_multi_poll(pool->multi, &also, fd < 0 ? 0 : 1, timeout_ms, NULL) ==
         CURLM_OK);
    must(library->curl_multi_perform(pool->multi, &running) == CURLM_OK);
    ended_collect(pool);
}

/* --- POST ---------------------------------------------------------------------------------------
 */

struct post {
    struct transfer transfer; /* first */
    struct http_send *send;
    size_t answered;
    bool refused;
};

/* Only the status counts: what is said beside it is not kept, and not read without end. */
static size_t post_answered(char *bytes, size_t size, size_t count, void *user)
{
    struct post *post = user;

    (void)bytes;
    post->answered += size * count;
    return post->answered > ANSWER_MAX ? 0 : size * count;
}

static int post_connected(void *user, char *address, char *own_address, int port, int own_port)
{
    struct post *post = user;
    struct http_send *send = post->send;

    (void)own_address;
    (void)port;
    (void)own_port;
    post->refused = send->allows != NULL && !send->allows(send, address);
    return post->refused ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static void post_ended(struct transfer *transfer, CURLcode result, long status)
{
    struct post *post = (struct post *)transfer;
    struct http_send *send = post->send;

    send->status = (int)status;
    /* An answer whose body breaks off or never ends is an answer all the same: what the receiver
     * thinks of the news stands in its first line. */
    bool answered = result == CURLE_OK || status >= STATUS_FINAL;
    send->result = answered ? OK : ERR_UNAVAILABLE;
    send->why = answered ? NULL : call_why(result);
    if (post->refused) {
        send->result = ERR_FORBIDDEN;
        send->why = "address";
    }
    send->done(send);
}

static struct curl_slist *add(const struct curl_library *library, struct curl_slist *list,
                              const char *text)
{
    struct curl_slist *longer = library->curl_slist_append(list, text);

    must(longer != NULL);
    return longer;
}

static struct curl_slist *post_headers(const struct curl_library *library,
                                       const struct http_send *send)
{
    enum { HEADER_MAX = 128 };
    char type[HEADER_MAX];
    /* curl would ask for 100-continue before larger bodies, and wait. */
    struct curl_slist *list = add(library, NULL, "Expect:");

    must(snprintf(type, sizeof type, "Content-Type: %s", send->content_type) < HEADER_MAX);
    list = add(library, list, type);
    for (size_t i = 0; i < send->header_count; i++)
        list = add(library, list, send->headers[i]);
    return list;
}

void http_send_start(struct pool *pool, struct http_send *send)
{
    struct post *post = (struct post *)transfer_new(pool, sizeof *post, send->timeout_ms);
    const struct curl_library *library = &pool->library;
    CURL *curl = post->transfer.curl;

    post->send = send;
    post->transfer.ended = post_ended;
    post->transfer.lists[0] = post_headers(library, send);
    library->curl_easy_setopt(curl, CURLOPT_URL, send->url);
    library->curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    library->curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    library->curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    library->curl_easy_setopt(curl, CURLOPT_USERAGENT, "Guichet");
    library->curl_easy_setopt(curl, CURLOPT_HTTPHEADER, post->transfer.lists[0]);
    library->curl_easy_setopt(curl, CURLOPT_POST, 1L);
    library->curl_easy_setopt(curl, CURLOPT_POSTFIELDS, send->body.ptr);
    library->curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)send->body.len);
    library->curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, post_answered);
    library->curl_easy_setopt(curl, CURLOPT_WRITEDATA, post);
    library->curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, post_connected);
    library->curl_easy_setopt(curl, CURLOPT_PREREQDATA, post);
    if (send->pin != NULL && send->pin[0] != '\0') {
        post->transfer.lists[1] = add(library, NULL, send->pin);
        library->curl_easy_setopt(curl, CURLOPT_RESOLVE, post->transfer.lists[1]);
    }
    transfer_start(pool, &post->transfer);
}
