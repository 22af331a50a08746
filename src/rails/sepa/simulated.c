#include "rails/sepa/simulated.h"

#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/must.h"
#include "http/client.h"
#include "rails/sepa/import.h"
#include "wire/form.h"
#include "wire/json.h"

enum { ANSWER_MAX = 16 * 1024 * 1024, UNHEARD_MAX = 500, FILE_MAX = 64 * 1024 * 1024 };

/* --- one call -----------------------------------------------------------------------------------
 */

static err_t no_answer(struct ctx *cx)
{
    return fault(cx, ERR_UNAVAILABLE, "bank", "does not answer");
}

static err_t ask(struct ctx *cx, const struct sepa_desk *desk, const char *path,
                 struct http_call *http)
{
    const char *headers[] = {
        str_format(cx->arena, "Authorization: Bearer %s", desk->bank_secret).ptr,
    };

    http->url = str_format(cx->arena, "%s%s", desk->bank_url, path).ptr;
    http->headers = headers;
    http->header_count = ARRAY_LEN(headers);
    http->timeout_ms = desk->timeout_ms;
    http->answer_max = ANSWER_MAX;
    err_t err = http_call(cx->arena, http);
    http->headers = NULL;
    http->header_count = 0;
    if (err != OK || http->status != 200)
        return no_answer(cx);
    return OK;
}

static struct str member_text(const struct json_member *members, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(members[i].name, str_of(name)) && json_kind(members[i].value) == JSON_TEXT)
            return json_text(members[i].value);
    }
    return STR_NONE;
}

/* --- what it answers ----------------------------------------------------------------------------
 */

static err_t report_import(struct ctx *cx, const struct sepa_desk *desk, struct json report)
{
    struct json_member *members;
    struct sepa_imported imported;

    if (json_kind(report) != JSON_OBJECT)
        return no_answer(cx);
    size_t count = json_members(cx->arena, report, &members);
    struct str name = member_text(members, count, "name");
    struct str text = member_text(members, count, "file");
    if (name.len == 0 || text.len == 0)
        return no_answer(cx);
    return sepa_import_text(cx, desk, name, text, &imported);
}

static err_t reports_import(struct ctx *cx, const struct sepa_desk *desk, struct json root)
{
    struct json_member *members;
    struct json *reports;

    if (json_kind(root) != JSON_OBJECT)
        return no_answer(cx);
    size_t count = json_members(cx->arena, root, &members);
    if (count != 1 || json_kind(members[0].value) != JSON_ARRAY)
        return no_answer(cx);
    count = json_items(cx->arena, members[0].value, &reports);
    for (size_t i = 0; i < count; i++)
        TRY(report_import(cx, desk, reports[i]));
    return OK;
}

static err_t answer_import(struct ctx *cx, const struct sepa_desk *desk, struct str answer)
{
    char *copy = arena_alloc(cx->arena, answer.len + JSON_SPARE);
    struct json_parser *parser;
    struct json root;
    const char *why;

    if (answer.len > 0)
        memcpy(copy, answer.ptr, answer.len);
    parser = json_parser_new(answer.len < 1024 ? 1024 : answer.len);
    err_t err = json_parse(parser, (struct str){copy, answer.len}, &root, &why);
    err = err == OK ? reports_import(cx, desk, root) : no_answer(cx);
    json_parser_free(parser);
    return err;
}

/* --- files to it --------------------------------------------------------------------------------
 */

static err_t file_read(struct ctx *cx, const char *path, struct str *out)
{
    struct buf text = buf_make(cx->arena, FILE_MAX);
    const struct sink sink = sink_buf(&text);
    struct source source;
    char portion[16 * 1024];
    size_t len = 1;
    int fd;

    if (desk_file_open(path, &fd) != OK)
        return fault(cx, ERR_IO, "file", "cannot be read");
    source = source_fd(&fd);
    err_t err = OK;
    while (err == OK && len > 0) {
        err = source.read(source.arg, portion, sizeof portion, &len);
        if (err == OK)
            err = sink.write(sink.arg, (struct str){portion, len});
    }
    close(fd);
    *out = buf_str(&text);
    return err == OK ? OK : fault(cx, err, "file", "cannot be read");
}

static err_t file_send(struct ctx *cx, const struct sepa_desk *desk, const struct bank_file *file)
{
    struct http_call http = {.method = "POST", .content_type = "application/xml"};
    struct str path = str_format(cx->arena, "/bank/files?now=%lld&owner=%s",
                                 (long long)instant_unix(cx->now), cx->merchant.raw);

    TRY(file_read(cx, desk_sent_path(cx, desk, file->msg_id), &http.body));
    TRY(ask(cx, desk, path.ptr, &http));
    return answer_import(cx, desk, http.answer);
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
    TRY(unheard_read(cx, desk, &asked, &files, &count));
    /* Nothing can have happened at a bank that has no file of ours. */
    if (asked == 0 && count > 0)
        TRY(tx_run(desk->store, cx, asked_body, &cx->now));
    for (size_t i = 0; i < count; i++) {
        desk_ctx(cx, &one);
        err_t err = file_send(&one, desk, &files[i]);
        if (err == OK)
            err = tx_run(desk->store, &one, heard_body, &files[i]);
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
    TRY(ask(cx, desk, path.ptr, &http));
    return answer_import(cx, desk, http.answer);
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
    TRY(unheard_read(cx, desk, &asked, &files, &count));
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
