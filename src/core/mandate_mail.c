#include "core/mandate_mail.h"

#include "base/must.h"
#include "core/mail.h"
#include "core/mandate_link.h"

enum { TEXT_MAX = 4096 };

struct words {
    const char *subject; /* followed by the creditor's name */
    const char *opening; /* likewise */
    const char *umr;
    const char *creditor;
    const char *ics;
    const char *account;
    const char *amount;
    const char *due;
    const char *document;
    const char *end;
    const char *end_b2b;
};

static const struct words FR = {
    .subject = "Votre mandat de prélèvement pour ",
    .opening = "Vous avez signé un mandat de prélèvement SEPA en faveur de ",
    .umr = "Référence du mandat : ",
    .creditor = "Nom sur votre relevé : ",
    .ics = "Identifiant du créancier : ",
    .account = "Compte : ",
    .amount = "Montant du premier prélèvement : ",
    .due = "Date du premier prélèvement : ",
    .document = "Votre mandat (PDF), pendant 90 jours :",
    .end =
        "Pour révoquer ce mandat, écrivez au créancier et à votre banque. Vous pouvez demander à "
        "votre banque le remboursement d'un prélèvement dans les 8 semaines.",
    .end_b2b =
        "Faites enregistrer ce mandat par votre banque avant le premier prélèvement : sans cela "
        "elle le rejettera. Pour révoquer ce mandat, écrivez au créancier et à votre banque. Un "
        "prélèvement débité n'est pas remboursable.",
};
static const struct words EN = {
    .subject = "Your direct debit mandate for ",
    .opening = "You have signed a SEPA direct debit mandate for ",
    .umr = "Mandate reference: ",
    .creditor = "Name on your statement: ",
    .ics = "Creditor identifier: ",
    .account = "Account: ",
    .amount = "Amount of the first debit: ",
    .due = "Date of the first debit: ",
    .document = "Your mandate (PDF), for 90 days:",
    .end =
        "To revoke this mandate, write to the creditor and to your bank. You can ask your bank to "
        "refund a debit within 8 weeks.",
    .end_b2b =
        "Have your bank register this mandate before the first debit, which it will reject "
        "otherwise. To revoke this mandate, write to the creditor and to your bank. A debit cannot "
        "be refunded.",
};

static void line_put(struct buf *out, const char *label, struct str value)
{
    buf_put_cstr(out, label);
    buf_put(out, value);
    buf_put_cstr(out, "\n");
}

static struct str amount_text(struct arena *arena, struct money amount, bool french)
{
    struct str decimal = money_decimal(arena, amount);
    size_t point = str_find(decimal, '.');

    if (!french || point == decimal.len)
        return str_format(arena, "%.*s %s", (int)decimal.len, decimal.ptr, "EUR");
    return str_format(arena, "%.*s,%.*s EUR", (int)point, decimal.ptr,
                      (int)(decimal.len - point - 1), decimal.ptr + point + 1);
}

static struct str due_text(struct arena *arena, struct date due, bool french)
{
    if (!french)
        return date_text(arena, due);
    return str_format(arena, "%02d/%02d/%04d", due.day, due.month, due.year);
}

static struct str text_make(struct core *core, struct ctx *cx, const struct mandate_mail *letter,
                            bool french)
{
    const struct words *words = french ? &FR : &EN;
    const struct mandate *mandate = letter->mandate;
    const struct bank_account *account = letter->account;
    struct str link = mandate_link(core, cx, mandate->id);
    struct buf out = buf_make(cx->arena, TEXT_MAX);

    buf_put_cstr(&out, words->opening);
    buf_put(&out, mandate->creditor_name);
    buf_put_cstr(&out, ".\n\n");
    line_put(&out, words->umr, mandate->umr);
    line_put(&out, words->creditor, mandate->creditor_name);
    line_put(&out, words->ics, mandate->ics);
    line_put(&out, words->account,
             str_format(cx->arena, "%.*s •••• %.*s", (int)account->country.len,
                        account->country.ptr, (int)account->last4.len, account->last4.ptr));
    if (letter->has_debit) {
        line_put(&out, words->amount, amount_text(cx->arena, letter->amount, french));
        line_put(&out, words->due, due_text(cx->arena, letter->due, french));
    }
    line_put(&out, "\n", str_of(words->document));
    buf_put(&out, core->public_url);
    line_put(&out, "", link);
    line_put(&out, "\n", str_of(mandate->scheme == MANDATE_B2B ? words->end_b2b : words->end));
    must(!out.failed);
    return buf_str(&out);
}

err_t mandate_mail_put(struct core *core, struct ctx *cx, struct tx *tx,
                       const struct mandate_mail *letter)
{
    struct str creditor = letter->mandate->creditor_name;
    bool french = str_eq(letter->language, STR("fr"));
    const char *subject = french ? FR.subject : EN.subject;

    if (!mail_address_valid(letter->to))
        return OK;
    const struct mail mail = {
        .to = letter->to,
        .from_name = creditor,
        .reply_to = mail_address_valid(letter->reply_to) ? letter->reply_to : STR_NONE,
        .language = letter->language,
        .subject = str_format(cx->arena, "%s%.*s", subject, (int)creditor.len, creditor.ptr),
        .text = text_make(core, cx, letter, french),
        .kind = "mandate.signed",
        .object = letter->mandate->id.raw,
    };
    return mail_put(cx, tx, &mail);
}
