#include "core/code_send.h"

#include "core/mail.h"

ENUM_DEFINE(code_channel, CODE_CHANNEL_LIST)

enum code_channel code_way(const struct core *core, const struct ctx *cx,
                           const struct code_letter *letter)
{
    (void)core;
    (void)cx;
    return mail_address_valid(letter->email) ? CODE_BY_MAIL : 0;
}

/* "Atelier Exemple SARL : 123456 est votre code pour ... Il est valable 15 minutes." */
static struct str text_of(struct ctx *cx, const struct code_terms *terms, const char *code,
                          const struct code_letter *letter)
{
    static const char FR[] = "%.*s : %s est votre code %.*s. Il est valable %d minutes.\n";
    static const char EN[] = "%.*s: %s is your code %.*s. It is valid for %d minutes.\n";
    bool french = str_eq(letter->language, STR("fr"));

    if (french)
        return str_format(cx->arena, FR, (int)letter->payee.len, letter->payee.ptr, code,
                          (int)letter->about.len, letter->about.ptr, terms->life_min);
    return str_format(cx->arena, EN, (int)letter->payee.len, letter->payee.ptr, code,
                      (int)letter->about.len, letter->about.ptr, terms->life_min);
}

err_t code_send(const struct core *core, struct ctx *cx, struct tx *tx,
                const struct code_terms *terms, const char *object,
                const struct code_letter *letter)
{
    bool french = str_eq(letter->language, STR("fr"));
    char code[CODE_DIGITS + 1];

    if (code_way(core, cx, letter) == 0)
        return fault(cx, ERR_UNAVAILABLE, "code", "cannot be sent: there is no phone or address");
    TRY(code_make(core, cx, tx, terms, object, code));
    const struct mail mail = {
        .to = letter->email,
        .from_name = letter->payee,
        .reply_to = mail_address_valid(letter->reply_to) ? letter->reply_to : STR_NONE,
        .language = french ? STR("fr") : STR("en"),
        .subject = str_format(cx->arena, french ? "Votre code : %s" : "Your code: %s", code),
        .text = text_of(cx, terms, code, letter),
        .kind = letter->kind,
        .object = object,
    };
    return mail_put(cx, tx, &mail);
}
