#include "core/mail.h"

#include "core/outbox_row.h"
#include "store/sql.h"

/* A line that goes into a header: no line end, no control character, strict UTF-8. */
static bool line_valid(struct str text, size_t max)
{
    size_t count;

    if (!str_utf8_count(text, &count) || count > max)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7F)
            return false;
    }
    return true;
}

static err_t mail_check(struct ctx *cx, const struct mail *mail)
{
    if (!mail_address_valid(mail->to))
        return fault(cx, ERR_INVALID, "to", "is not an address that mail can be sent to");
    if (mail->reply_to.ptr != NULL && !mail_address_valid(mail->reply_to))
        return fault(cx, ERR_INVALID, "reply_to", "is not an address that mail can be sent to");
    if (!line_valid(mail->subject, MAIL_SUBJECT_MAX))
        return fault(cx, ERR_INVALID, "subject", "must be one line");
    if (mail->from_name.ptr != NULL && !line_valid(mail->from_name, MAIL_SUBJECT_MAX))
        return fault(cx, ERR_INVALID, "from_name", "must be one line");
    if (mail->text.len > MAIL_TEXT_MAX || mail->html.len > MAIL_TEXT_MAX)
        return fault(cx, ERR_INVALID, "text", "is too long");
    return OK;
}

err_t mail_put(struct ctx *cx, struct tx *tx, const struct mail *mail)
{
    struct delivery delivery = {
        .channel = CHANNEL_MAIL,
        .receiver = MAIL_RECEIVER,
        .address = mail->to,
        .type = str_of(mail->kind),
        .object = str_of(mail->object),
    };

    TRY(mail_check(cx, mail));
    ID_NEW(cx->ids, &delivery.event);
    TRY(outbox_put(cx, tx, &delivery));
    return store_run(cx, tx, &SQL_MAIL_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(delivery.id),
                          V_TEXT(mail->from_name), V_TEXT(mail->reply_to), V_TEXT(mail->language),
                          V_TEXT(mail->subject), V_TEXT(mail->text), V_TEXT(mail->html)));
}

err_t mail_load(struct ctx *cx, struct tx *tx, const struct delivery *delivery, struct mail *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_MAIL_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(delivery->id)),
                        &rows, &found));
    if (!found)
        return ERR_NOT_FOUND;
    *out = (struct mail){
        .to = delivery->address,
        .from_name = col_text(rows, 0),
        .reply_to = col_text(rows, 1),
        .language = col_text(rows, 2),
        .subject = col_text(rows, 3),
        .text = col_text(rows, 4),
        .html = col_text(rows, 5),
    };
    return OK;
}

err_t mail_lines(struct ctx *cx, struct tx *tx, const struct mail_filter *filter,
                 struct mail_line **out, size_t *count)
{
    struct str before = ID_NONE(filter->before) ? STR("~") : ID_TEXT(filter->before);
    size_t capacity = 0;
    struct rows *rows;
    bool has;

    *out = NULL;
    TRY(store_query(cx, tx, &SQL_MAIL_LIST,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(before),
                         V_TEXT(filter->state), V_TEXT(filter->object), V_INT(filter->limit)),
                    &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        outbox_row(rows, &(*out)[*count].delivery);
        (*out)[*count].subject = col_text(rows, OUTBOX_ROW_COLUMNS);
    }
}
