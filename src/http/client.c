#include "http/client.h"

#include <curl/curl.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"

/* The body as it comes in, in pieces: it is put together in the arena once its length is known, so
 * that a large answer does not leave half-grown copies there. */
struct chunk {
    struct chunk *next;
    size_t len;
    char bytes[];
};

struct collector {
    struct chunk *first;
    struct chunk **end;
    size_t len;
    size_t max;
    bool too_long;
};

void http_client_start(void)
{
    must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

static size_t collect(char *bytes, size_t size, size_t count, void *user)
{
    struct collector *collector = user;
    size_t len = size * count;

    if (len > collector->max - collector->len) {
        collector->too_long = true;
        return 0;
    }
    if (len == 0)
        return 0;
    struct chunk *chunk = process_alloc(1, sizeof *chunk + len);
    chunk->len = len;
    memcpy(chunk->bytes, bytes, len);
    *collector->end = chunk;
    collector->end = &chunk->next;
    collector->len += len;
    return len;
}

static struct str join(struct arena *arena, const struct collector *collector)
{
    char *text = arena_alloc(arena, collector->len + 1);
    size_t len = 0;

    for (const struct chunk *at = collector->first; at != NULL; at = at->next) {
        memcpy(text + len, at->bytes, at->len);
        len += at->len;
    }
    return (struct str){text, len};
}

static void release(struct collector *collector)
{
    while (collector->first != NULL) {
        struct chunk *next = collector->first->next;
        process_free(collector->first);
        collector->first = next;
    }
}

static struct curl_slist *add_header(struct curl_slist *list, const char *header)
{
    struct curl_slist *longer = curl_slist_append(list, header);

    must(longer != NULL);
    return longer;
}

static struct curl_slist *request_headers(struct arena *arena, const struct http_call *call)
{
    /* curl would ask for 100-continue before larger bodies, and wait. */
    struct curl_slist *list = add_header(NULL, "Expect:");

    if (call->content_type != NULL)
        list = add_header(list, str_format(arena, "Content-Type: %s", call->content_type).ptr);
    for (size_t i = 0; i < call->header_count; i++)
        list = add_header(list, call->headers[i]);
    return list;
}

static void set_options(CURL *curl, const struct http_call *call, struct curl_slist *headers,
                        struct collector *collector)
{
    curl_easy_setopt(curl, CURLOPT_URL, call->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)call->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)call->timeout_ms);
    /* A proxy from the environment must not see calls that carry card data or secrets. */
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (call->trust.ca_file != NULL)
        curl_easy_setopt(curl, CURLOPT_CAINFO, call->trust.ca_file);
    if (call->trust.cert_file != NULL) {
        curl_easy_setopt(curl, CURLOPT_SSLCERT, call->trust.cert_file);
        curl_easy_setopt(curl, CURLOPT_SSLKEY, call->trust.key_file);
    }
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "Guichet");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, collector);
    if (call->body.ptr != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->body.ptr);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.len);
    }
    if (strcmp(call->method, "GET") != 0)
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call->method);
}

err_t http_call(struct arena *arena, struct http_call *call)
{
    struct collector collector = {.end = NULL, .max = call->answer_max};
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = request_headers(arena, call);
    long status = 0;
    err_t err = OK;

    must(curl != NULL);
    must(call->timeout_ms > 0);
    collector.end = &collector.first;
    set_options(curl, call, headers, &collector);
    CURLcode result = curl_easy_perform(curl);
    if (collector.too_long)
        err = ERR_LIMIT;
    else if (result != CURLE_OK)
        err = ERR_UNAVAILABLE;
    else
        must(curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK);
    if (err == OK) {
        call->status = (int)status;
        call->answer = join(arena, &collector);
    }
    release(&collector);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return err;
}
