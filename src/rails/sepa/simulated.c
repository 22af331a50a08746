#include "rails/sepa/simulated.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/must.h"
#include "core/holder.h"
#include "http/client.h"
#include "rails/sepa/incoming.h"
#include "wire/form.h"

enum { UNHEARD_MAX = 500 };
/* Of all of them; each alone is measured against import_max_mb. */
static const size_t ANSWER_MAX = (size_t)4 << 30;

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
    const char *headers[] = {
        str_format(cx->arena, "Authorization: Bearer %s", desk->bank_secret).ptr,
    };
    struct incoming *incoming;
    struct sink sink;

    TRY(incoming_new(cx, desk, &incoming, &sink));
    http->url = str_format(cx->arena, "%s%s", desk->bank_url, path).ptr;
    http->headers = headers;
    http->header_count = ARRAY_LEN(headers);
    http->timeout_ms = desk->timeout_ms;
    http->answer_max = ANSWER_MAX;
    http->into = &sink;
    err_t err = http_call(cx->arena, http);
    err_t ended = incoming_end(incoming, err == OK && http->status == 200);
    http->headers = NULL;
    http->header_count = 0;
    http->into = NULL;
    if (err == ERR_IO || ended == ERR_IO)
        return fault(cx, ERR_IO, "sepa/received", "cannot be written");
    return ended == OK ? incoming_import(cx, desk) : no_answer(cx);
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

static err_t unheard_read(struct ctx *cx, const struct sepa_desk *desk, instant *asked,
                          struct bank_file **out, size_t *count)
{
    struct tx *tx;

    TRY(desk_read(desk, &tx));
    err_t err = bank_reports_asked(cx, tx, asked);
    if (err == OK)
        err = bank_files_unheard(cx, tx, UNHEARD_MAX, out, count);
    reader_release(desk->reader);
    return err;
}

static err_t asked_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const instant *until = arg;

    return bank_reports_asked_until(cx, tx, *until);
}

static err_t heard_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct bank_file *file = arg;

    return bank_file_heard(cx, tx, file->id);
}

err_t simulated_send(struct ctx *cx, const struct sepa_desk *desk,
                     const struct bank_profile *profile)
{
    struct bank_file *files;
    struct ctx one;
    size_t count;
    instant asked;

    (void)profile;
    TRY(incoming_import(cx, desk)); /* a crash may have left some */
    TRY(unheard_read(cx, desk, &asked, &files, &count));
    /* Nothing can have happened at a bank that has no file of ours. */
    if (asked == 0 && count > 0)
        TRY(tx_run(desk->store, cx, asked_body, &cx->now));
    for (size_t i = 0; i < count; i++) {
        desk_ctx(cx, &one);
        err_t err = file_send(&one, desk, &files[i]);
        if (err == OK)
            err = tx_run(desk->store, &one, heard_body, &files[i]);
        ctx_take_faults(cx, &one);
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

/* A day at a time: what a pause of months left would not fit in one answer. A server that stood
 * still meanwhile leaves the rest to the one that has gone on. */
err_t simulated_ask(struct ctx *cx, const struct sepa_desk *desk,
                    const struct bank_profile *profile)
{
    int64_t term = holder_term(desk->holder);
    struct bank_file *files;
    instant asked;
    size_t count;
    struct ctx one;

    TRY(simulated_send(cx, desk, profile));
    TRY(unheard_read(cx, desk, &asked, &files, &count));
    while (asked != 0 && instant_unix(asked) < instant_unix(cx->now)) {
        instant until = asked + DAY_US < cx->now ? asked + DAY_US : cx->now;
        if (!holder_holds(desk->holder, term))
            return ERR_STATE;
        desk_ctx(cx, &one);
        err_t err = window_ask(&one, desk, profile->iban, asked, until);
        if (err == OK)
            err = tx_run(desk->store, &one, asked_body, &until);
        ctx_take_faults(cx, &one);
        desk_ctx_free(&one);
        TRY(err);
        asked = until;
    }
    return OK;
}
