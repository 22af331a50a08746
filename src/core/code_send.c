#include "core/code_send.h"

#include "core/mail.h"
#include "core/sms.h"
#include "store/sql.h"

ENUM_DEFINE(code_channel, CODE_CHANNEL_LIST)

enum code_channel code_way(const struct core *core, const struct ctx *cx,
                           const struct code_letter *letter)
{
    if (letter->wanted != CODE_BY_MAIL && letter->phone.len > 0 && sms_possible(core, cx))
        return CODE_BY_SMS;
    return mail_address_valid(letter->email) ? CODE_BY_MAIL : 0;
}

/* "Atelier Exemple SARL : 123456 est votre code pour ... Il est valable 10 minutes." */
static struct str text_of(struct ctx *cx, const struct code_terms *terms, const char *code,
                          const struct code_letter *letter)
{
    static const char FR[] = "%.*s : %s est votre code %.*s. Il est valable %d minutes.";
    static const char EN[] = "%.*s: %s is your code %.*s. It is valid for %d minutes.";
    int payee_len = (int)letter->payee.len;
    int about_len = (int)letter->about.len;

    if (str_eq(letter->language, STR("fr")))
        return str_format(cx->arena, FR, payee_len, letter->payee.ptr, code, about_len,
                          letter->about.ptr, terms->life_min);
    return str_format(cx->arena, EN, payee_len, letter->payee.ptr, code, about_len,
                      letter->about.ptr, terms->life_min);
}

static err_t sms_send(struct ctx *cx, struct tx *tx, const char *object, struct str text,
                      const struct code_letter *letter)
{
    const struct sms sms = {
        .to = letter->phone, .text = text, .kind = letter->kind, .object = object};

    return sms_put(cx, tx, &sms);
}

static err_t mail_send(struct ctx *cx, struct tx *tx, const char *object, const char *code,
                       struct str text, const struct code_letter *letter)
{
    bool french = str_eq(letter->language, STR("fr"));
    const struct mail mail = {
        .to = letter->email,
        .from_name = letter->payee,
        .reply_to = mail_address_valid(letter->reply_to) ? letter->reply_to : STR_NONE,
        .language = french ? STR("fr") : STR("en"),
        .subject = str_format(cx->arena, french ? "Votre code : %s" : "Your code: %s", code),
        .text = str_format(cx->arena, "%.*s\n", (int)text.len, text.ptr),
        .kind = letter->kind,
        .object = object,
    };

    return mail_put(cx, tx, &mail);
}

err_t code_send(const struct core *core, struct ctx *cx, struct tx *tx,
                const struct code_terms *terms, const char *object,
                const struct code_letter *letter)
{
    enum code_channel way = code_way(core, cx, letter);
    bool by_sms = way == CODE_BY_SMS;
    char code[CODE_DIGITS + 1];

    if (way == 0)
        return fault(cx, ERR_UNAVAILABLE, "code", "cannot be sent: there is no phone or address");
    TRY(code_make(core, cx, tx, terms, object, code));
    TRY(store_run(cx, tx, &SQL_ONE_TIME_CODE_SENT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                       V_WORD(code_purpose_text(terms->purpose)), V_WORD(object),
                       V_WORD(code_channel_text(way)),
                       V_TEXT(by_sms ? letter->phone : letter->email))));
    struct str text = text_of(cx, terms, code, letter);
    return by_sms ? sms_send(cx, tx, object, text, letter)
                  : mail_send(cx, tx, object, code, text, letter);
}

err_t code_sent_read(struct ctx *cx, struct tx *tx, enum code_purpose purpose, const char *object,
                     struct code_sent *out, bool *found)
{
    struct rows *rows;

    *out = (struct code_sent){0};
    TRY(store_query_one(cx, tx, &SQL_ONE_TIME_CODE_WHERE,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                             V_WORD(code_purpose_text(purpose)), V_WORD(object)),
                        &rows, found));
    if (!*found)
        return OK;
    if (!col_null(rows, 0) && !code_channel_parse(col_text(rows, 0), &out->channel))
        out->channel = 0;
    out->to = col_text(rows, 1);
    out->hash = col_text(rows, 2);
    out->expires = col_int(rows, 3);
    rows_end(rows);
    return OK;
}
