#include "http/client.h"

#include <string.h>

#include "base/arena.h"
#include "base/must.h"
#include "http/curl_library.h"

/* The body as it comes in, in pieces: it is put together in the arena once its length is known, so
 * that a large answer does not leave half-grown copies there. */
struct chunk {
    struct chunk *next;
    size_t len;
    char bytes[];
};

enum { STREAMED_STATUS = 200 };

struct collector {
    const struct curl_library *library;
    CURL *curl;
    const struct http_call *call;
    err_t err; /* of the streams */
    struct chunk *first;
    struct chunk **end;
    size_t len;
    size_t max;
    bool too_long;
};

/* Anything but the length that was given ends the call. */
static size_t stream_on(struct collector *collector, struct str bytes)
{
    const struct sink *into = collector->call->into;
    long status = 0;

    collector->len += bytes.len;
    must(collector->library->curl_easy_getinfo(collector->curl, CURLINFO_RESPONSE_CODE, &status) ==
         CURLE_OK);
    if (status == STREAMED_STATUS)
        collector->err = into->write(into->arg, bytes);
    return collector->err == OK ? bytes.len : 0;
}

static size_t upload(char *into, size_t size, size_t count, void *user)
{
    struct collector *collector = user;
    const struct source *source = collector->call->upload;
    size_t len = 0;

    collector->err = source->read(source->arg, into, size * count, &len);
    return collector->err == OK ? len : CURL_READFUNC_ABORT;
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
    if (collector->call->into != NULL)
        return stream_on(collector, (struct str){bytes, len});
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

static struct curl_slist *add_header(const struct curl_library *library, struct curl_slist *list,
                                     const char *header)
{
    struct curl_slist *longer = library->curl_slist_append(list, header);

    must(longer != NULL);
    return longer;
}

static struct curl_slist *request_headers(const struct curl_library *library, struct arena *arena,
                                          const struct http_call *call)
{
    /* curl would ask for 100-continue before larger bodies, and wait. */
    struct curl_slist *list = add_header(library, NULL, "Expect:");

    if (call->content_type != NULL)
        list = add_header(library, list,
                          str_format(arena, "Content-Type: %s", call->content_type).ptr);
    for (size_t i = 0; i < call->header_count; i++)
        list = add_header(library, list, call->headers[i]);
    return list;
}

static void set_options(const struct curl_library *library, CURL *curl,
                        const struct http_call *call, struct curl_slist *headers,
                        struct collector *collector)
{
    library->curl_easy_setopt(curl, CURLOPT_URL, call->url);
    library->curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    library->curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    library->curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    library->curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)call->timeout_ms);
    library->curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)call->timeout_ms);
    /* A proxy from the environment must not see calls that carry card data or secrets. */
    library->curl_easy_setopt(curl, CURLOPT_PROXY, "");
    library->curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (call->trust.ca_file != NULL)
        library->curl_easy_setopt(curl, CURLOPT_CAINFO, call->trust.ca_file);
    if (call->trust.cert_file != NULL) {
        library->curl_easy_setopt(curl, CURLOPT_SSLCERT, call->trust.cert_file);
        library->curl_easy_setopt(curl, CURLOPT_SSLKEY, call->trust.key_file);
    }
    library->curl_easy_setopt(curl, CURLOPT_USERAGENT, "Guichet");
    library->curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    library->curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
    library->curl_easy_setopt(curl, CURLOPT_WRITEDATA, collector);
    if (call->upload != NULL) {
        library->curl_easy_setopt(curl, CURLOPT_POST, 1L);
        library->curl_easy_setopt(curl, CURLOPT_READFUNCTION, upload);
        library->curl_easy_setopt(curl, CURLOPT_READDATA, collector);
        library->curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->upload_len);
    } else if (call->body.ptr != NULL) {
        library->curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->body.ptr);
        library->curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.len);
    }
    if (strcmp(call->method, "GET") != 0)
        library->curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call->method);
}

err_t http_call(struct arena *arena, struct http_call *call)
{
    struct collector collector = {.end = NULL, .max = call->answer_max};
    struct curl_library curl_library;
    const struct curl_library *library = &curl_library;
    long status = 0;
    err_t err = OK;

    TRY(curl_library_load(&curl_library));
    CURL *curl = library->curl_easy_init();
    struct curl_slist *headers = request_headers(library, arena, call);
    must(curl != NULL);
    must(call->timeout_ms > 0);
    collector.library = library;
    collector.curl = curl;
    collector.call = call;
    collector.end = &collector.first;
    set_options(library, curl, call, headers, &collector);
    CURLcode result = library->curl_easy_perform(curl);
    if (collector.too_long)
        err = ERR_LIMIT;
    else if (collector.err != OK)
        err = collector.err;
    else if (result != CURLE_OK)
        err = ERR_UNAVAILABLE;
    else
        must(library->curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK);
    if (err == OK) {
        call->status = (int)status;
        call->answer = join(arena, &collector);
    }
    release(&collector);
    library->curl_slist_free_all(headers);
    library->curl_easy_cleanup(curl);
    return err;
}
