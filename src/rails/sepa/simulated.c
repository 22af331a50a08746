#include "rails/sepa/simulated.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/must.h"
#include "http/client.h"
#include "rails/sepa/import.h"
#include "wire/form.h"

/* How many reports one answer may hold, and their first line. */
enum { UNANSWERED_MAX = 500, REPORTS_MAX = 1000, HEAD_MAX = 256 };
/* Of all of them; each alone is measured against import_max_mb. */
static const size_t ANSWER_MAX = (size_t)4 << 30;

/* --- what it answers ----------------------------------------------------------------------------
 */

struct received {
    const char *path;
    struct str name;
};

/* An answer on its way to the disk: a line with name and length, so many bytes, the next line. */
struct incoming {
    struct ctx *cx;
    const struct sepa_desk *desk;
    char head[HEAD_MAX];
    size_t head_len;
    int64_t left; /* of the report that is under way */
    int fd;       /* -1: none is */
    struct received reports[REPORTS_MAX];
    size_t count;
};

static err_t report_begin(struct incoming *incoming)
{
    struct ctx *cx = incoming->cx;
    struct str head = {incoming->head, incoming->head_len};
    size_t blank = str_find(head, ' ');

    if (blank == 0 || blank == head.len || incoming->count == REPORTS_MAX ||
        !str_to_int64(str_from(head, blank + 1), &incoming->left) || incoming->left <= 0)
        return ERR_UNAVAILABLE;
    struct received *received = &incoming->reports[incoming->count];
    struct str place = str_format(cx->arena, "incoming-%zu", incoming->count);
    received->name = str_dup(cx->arena, str_sub(head, 0, blank));
    received->path = desk_received_path(cx, incoming->desk, place);
    incoming->head_len = 0;
    return desk_file_new(cx, received->path, &incoming->fd);
}

/* Up to the end of the line, as far as it is there; *len is what was used. */
static err_t head_take(struct incoming *incoming, struct str bytes, size_t *len)
{
    size_t end = str_find(bytes, '\n');

    if (end > HEAD_MAX - incoming->head_len)
        return ERR_UNAVAILABLE;
    memcpy(incoming->head + incoming->head_len, bytes.ptr, end);
    incoming->head_len += end;
    *len = end == bytes.len ? end : end + 1;
    return end == bytes.len ? OK : report_begin(incoming);
}

static err_t report_take(struct incoming *incoming, struct str bytes, size_t *len)
{
    const struct sink sink = sink_fd(&incoming->fd);
    int fd = incoming->fd;

    *len = (int64_t)bytes.len < incoming->left ? bytes.len : (size_t)incoming->left;
    TRY(sink.write(sink.arg, str_sub(bytes, 0, *len)));
    incoming->left -= (int64_t)*len;
    if (incoming->left > 0)
        return OK;
    incoming->fd = -1;
    TRY(desk_file_place(incoming->cx, incoming->reports[incoming->count].path, fd));
    incoming->count++;
    return OK;
}

static err_t incoming_write(void *arg, struct str bytes)
{
    struct incoming *incoming = arg;
    size_t len;

    for (; bytes.len > 0; bytes = str_from(bytes, len)) {
        if (incoming->fd < 0)
            TRY(head_take(incoming, bytes, &len));
        else
            TRY(report_take(incoming, bytes, &len));
    }
    return OK;
}

static bool incoming_end(struct incoming *incoming)
{
    if (incoming->fd >= 0)
        desk_file_drop(incoming->cx, incoming->reports[incoming->count].path, incoming->fd);
    bool whole = incoming->fd < 0 && incoming->head_len == 0;
    incoming->fd = -1;
    return whole;
}

static err_t reports_import(const struct incoming *incoming)
{
    struct sepa_imported imported;

    for (size_t i = 0; i < incoming->count; i++)
        TRY(sepa_import_received(incoming->cx, incoming->desk, incoming->reports[i].path,
                                 incoming->reports[i].name, &imported));
    return OK;
}

/* --- one call -----------------------------------------------------------------------------------
 */

static err_t no_answer(struct ctx *cx)
{
    return fault(cx, ERR_UNAVAILABLE, "bank", "does not answer");
}

/* All of the answer first, then its reports: the bank does not wait for our database. */
static err_t ask(struct ctx *cx, const struct sepa_desk *desk, const char *path,
                 struct http_call *http)
{
    struct incoming *incoming = arena_make(cx->arena, struct incoming);
    const struct sink sink = {incoming_write, incoming};
    const char *headers[] = {
        str_format(cx->arena, "Authorization: Bearer %s", desk->bank_secret).ptr,
    };

    incoming->cx = cx;
    incoming->desk = desk;
    incoming->fd = -1;
    http->url = str_format(cx->arena, "%s%s", desk->bank_url, path).ptr;
    http->headers = headers;
    http->header_count = ARRAY_LEN(headers);
    http->timeout_ms = desk->timeout_ms;
    http->answer_max = ANSWER_MAX;
    http->into = &sink;
    err_t err = http_call(cx->arena, http);
    bool whole = incoming_end(incoming);
    http->headers = NULL;
    http->header_count = 0;
    http->into = NULL;
    if (err == ERR_IO)
        return fault(cx, err, "sepa/received", "cannot be written");
    if (err != OK || http->status != 200 || !whole)
        return no_answer(cx);
    return reports_import(incoming);
}

/* --- files to it --------------------------------------------------------------------------------
 */

static err_t file_send(struct ctx *cx, const struct sepa_desk *desk, const struct bank_file *file)
{
    struct str path = str_format(cx->arena, "/bank/files?now=%lld&owner=%s",
                                 (long long)instant_unix(cx->now), cx->merchant.raw);
    struct stat about;
    int fd;

    if (desk_file_open(desk_sent_path(cx, desk, file->msg_id), &fd) != OK)
        return fault(cx, ERR_IO, "file", "cannot be read");
    must(fstat(fd, &about) == 0);
    const struct source source = source_fd(&fd);
    struct http_call http = {
        .method = "POST",
        .content_type = "application/xml",
        .upload = &source,
        .upload_len = about.st_size,
    };
    err_t err = ask(cx, desk, path.ptr, &http);
    close(fd);
    return err;
}

static err_t unanswered_read(struct ctx *cx, const struct sepa_desk *desk, instant *asked,
                             struct bank_file **out, size_t *count)
{
    struct tx *tx;

    TRY(desk_read(desk, &tx));
    err_t err = bank_reports_asked(cx, tx, asked);
    if (err == OK)
        err = bank_files_unanswered(cx, tx, UNANSWERED_MAX, out, count);
    reader_release(desk->reader);
    return err;
}

static err_t asked_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const instant *until = arg;

    return bank_reports_asked_until(cx, tx, *until);
}

err_t simulated_send(struct ctx *cx, const struct sepa_desk *desk,
                     const struct bank_profile *profile)
{
    struct bank_file *files;
    struct ctx one;
    size_t count;
    instant asked;

    (void)profile;
    TRY(unanswered_read(cx, desk, &asked, &files, &count));
    /* Nothing can have happened at a bank that has no file of ours. */
    if (asked == 0 && count > 0)
        TRY(tx_run(desk->store, cx, asked_body, &cx->now));
    for (size_t i = 0; i < count; i++) {
        desk_ctx(cx, &one);
        err_t err = file_send(&one, desk, &files[i]);
        desk_ctx_faults(cx, &one);
        desk_ctx_free(&one);
        TRY(err);
    }
    return OK;
}

/* --- reports from it ----------------------------------------------------------------------------
 */

static err_t window_ask(struct ctx *cx, const struct sepa_desk *desk, struct str iban,
                        instant after, instant until)
{
    struct http_call http = {.method = "GET"};
    struct buf path = buf_make(cx->arena, 1024);

    buf_put_cstr(&path, "/bank/reports?iban=");
    percent_put(&path, iban);
    buf_format(&path, "&after=%lld&until=%lld&owner=%s", (long long)instant_unix(after),
               (long long)instant_unix(until), cx->merchant.raw);
    buf_put_byte(&path, '\0');
    return ask(cx, desk, path.ptr, &http);
}

/* A day at a time: what a pause of months left would not fit in one answer. */
err_t simulated_ask(struct ctx *cx, const struct sepa_desk *desk,
                    const struct bank_profile *profile)
{
    struct bank_file *files;
    instant asked;
    size_t count;
    struct ctx one;

    TRY(simulated_send(cx, desk, profile));
    TRY(unanswered_read(cx, desk, &asked, &files, &count));
    while (asked != 0 && instant_unix(asked) < instant_unix(cx->now)) {
        instant until = asked + DAY_US < cx->now ? asked + DAY_US : cx->now;
        desk_ctx(cx, &one);
        err_t err = window_ask(&one, desk, profile->iban, asked, until);
        if (err == OK)
            err = tx_run(desk->store, &one, asked_body, &until);
        desk_ctx_faults(cx, &one);
        desk_ctx_free(&one);
        TRY(err);
        asked = until;
    }
    return OK;
}
