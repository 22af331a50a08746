#include "pages/mail.h"

#include <string.h>

#include "base/must.h"
#include "core/caught.h"
#include "core/core.h"
#include "pages/answer.h"
#include "pages/format.h"
#include "pages/frame.h"
#include "pages/notice.h"

/* The page shows less than JSON: the beginnings of the newest. JSON may be six times as long as
 * what it tells (control characters). */
enum {
    SHOWN_MAX = 30,
    SHOWN_TEXT_MAX = 4096,
    LIST_PAGE_MAX = 2 * 1024 * 1024,
    JSON_MAX = 7 * CAUGHT_LIST_MAX,
};

static const struct answer_policy STRICT = {
    .parent = {NULL, 0}
};

static bool wants_json(const struct request *request)
{
    struct str accept = request_header(request, STR("Accept"));

    return accept.ptr != NULL &&
           memmem(accept.ptr, accept.len, "application/json", strlen("application/json")) != NULL;
}

/* --- JSON ---------------------------------------------------------------------------------------
 */

static void member(struct buf *out, const char *name, struct str text)
{
    buf_format(out, ",\"%s\":", name);
    if (text.ptr == NULL)
        json_put_null(out);
    else
        json_put_text(out, text);
}

static void mail_json(struct buf *out, const struct caught *mail)
{
    buf_put(out, STR("{\"id\":"));
    json_put_text(out, ID_TEXT(mail->id));
    member(out, "kind", str_of(caught_kind_text(mail->kind)));
    member(out, "from", mail->from);
    member(out, "to", mail->to);
    member(out, "message_id", mail->message);
    member(out, "subject", mail->subject);
    member(out, "text", mail->text);
    member(out, "html", mail->html);
    buf_format(out, ",\"received\":%lld}", (long long)instant_unix(mail->at));
}

static void json_answer(struct request *request, const struct caught *mails, size_t count)
{
    struct buf out = buf_make(request->cx->arena, JSON_MAX);

    buf_put(&out, STR("{\"mails\":["));
    for (size_t i = 0; i < count; i++) {
        buf_put(&out, i == 0 ? STR("") : STR(","));
        mail_json(&out, &mails[i]);
    }
    buf_put(&out, STR("]}"));
    must(!out.failed);
    response_set(request, 200, STR("application/json"), buf_str(&out));
    response_header(request, STR("Cache-Control"), STR("no-store"));
    answer_plain_headers(request);
}

/* --- page ---------------------------------------------------------------------------------------
 */

/* Its beginning, with the ends of lines that a page has: a mail's are CR LF. */
static struct str content_of(struct arena *arena, struct str text)
{
    struct buf out = buf_make(arena, SHOWN_TEXT_MAX);
    struct str rest = str_utf8_start(text, SHOWN_TEXT_MAX);

    while (rest.len > 0) {
        size_t end = str_find(rest, '\r');
        buf_put(&out, str_sub(rest, 0, end));
        rest = str_from(rest, end < rest.len ? end + 1 : end);
    }
    must(!out.failed);
    return buf_str(&out);
}

static void page_answer(struct request *request, struct str to, const struct caught *mails,
                        size_t count)
{
    struct arena *arena = request->cx->arena;
    enum page_lang lang = frame_language(request, NULL);
    size_t shown = count < SHOWN_MAX ? count : SHOWN_MAX;
    struct page_mail_mails *list = arena_array(arena, struct page_mail_mails, shown);
    struct buf out = buf_make(arena, LIST_PAGE_MAX);

    for (size_t i = 0; i < shown; i++) {
        list[i] = (struct page_mail_mails){
            .source_url = str_format(arena, "/sandbox/mail/%s", mails[i].id.raw),
            .subject = mails[i].subject,
            .sms = mails[i].kind == CAUGHT_SMS,
            .receiver = mails[i].to,
            .sender = mails[i].from,
            .at = format_moment(arena, mails[i].at, lang),
            .content = content_of(arena, mails[i].text),
        };
    }
    const struct page_mail page = {
        .frame = frame_make(request, lang, NULL, STR_NONE),
        .to = to,
        .empty = shown == 0,
        .mails = list,
        .mails_count = shown,
    };
    page_mail(&out, &page, lang);
    answer_page(request, 200, lang, &STRICT, &out);
}

void mail_list(struct request *request)
{
    struct str to = frame_query(request, STR("to"));
    struct caught *mails;
    size_t count;
    struct tx *tx;

    request->cx->mode = MODE_TEST;
    err_t err = core_read(request->core, &tx);
    if (err == OK)
        err = caught_list(request->cx, tx, to.len == 0 ? STR_NONE : to, &mails, &count);
    if (err != OK)
        notice_refuse(request, REFUSE_INTERNAL, "the database failed");
    else if (wants_json(request))
        json_answer(request, mails, count);
    else
        page_answer(request, to, mails, count);
}

void mail_source(struct request *request)
{
    struct caught_id id;
    struct str raw;
    struct tx *tx;

    request->cx->mode = MODE_TEST;
    err_t err = ID_PARSE(request->params[0], &id) ? core_read(request->core, &tx) : ERR_NOT_FOUND;
    if (err == OK)
        err = caught_raw(request->cx, tx, id, &raw);
    if (err != OK) {
        notice_refuse(request, err == ERR_NOT_FOUND ? REFUSE_NOT_FOUND : REFUSE_INTERNAL,
                      "there is no such mail");
        return;
    }
    response_set(request, 200, STR("text/plain; charset=utf-8"), raw);
    response_header(request, STR("Cache-Control"), STR("no-store"));
    answer_plain_headers(request);
}
