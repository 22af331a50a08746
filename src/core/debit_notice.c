#include "base/must.h"
#include "core/debit_row.h"
#include "core/mail.h"
#include "core/merchant.h"
#include "core/wording.h"

/* The pre-notification: what the debtor has to know before the account is debited, in words of law
 * (standards/sepa.md 3): amount, day, creditor identifier and mandate reference. */

enum { NOTICE_MAX = 8 * 1024 };

struct notice {
    const struct merchant *merchant;
    const struct payment *payment;
    const struct debit *debit;
    const struct bank_account *account;
    struct str umr; /* {NULL, 0}: none */
    bool french;
};

static void line(struct buf *out, const char *label, struct str value)
{
    buf_format(out, "%s%.*s\n", label, (int)value.len, value.ptr);
}

static struct str text_of(struct arena *arena, const struct notice *notice)
{
    struct buf out = buf_make(arena, NOTICE_MAX);
    bool french = notice->french;
    const struct merchant *merchant = notice->merchant;
    struct str description = notice->payment->description;

    buf_format(&out,
               french ? "Bonjour,\n\n%.*s prélèvera la somme suivante sur votre compte :\n\n"
                      : "Hello,\n\n%.*s will collect the following amount from your account:\n\n",
               (int)merchant->name.len, merchant->name.ptr);
    line(&out, french ? "Montant : " : "Amount: ",
         wording_amount(arena, notice->payment->amount, french));
    line(&out, french ? "Date : " : "Date: ", wording_day(arena, notice->debit->due, french));
    line(&out,
         french ? "Compte se terminant par : " : "Account ending in: ", notice->account->last4);
    if (description.len > 0)
        line(&out, french ? "Objet : " : "For: ", description);
    if (notice->umr.len > 0)
        line(&out,
             french ? "Référence du mandat (RUM) : " : "Mandate reference (UMR): ", notice->umr);
    line(&out, french ? "Identifiant créancier SEPA (ICS) : " : "SEPA creditor identifier: ",
         str_of(merchant->debits.ics));
    buf_put_cstr(&out, french ? "\nMerci de vérifier que votre compte est approvisionné à cette "
                                "date.\n\n"
                              : "\nPlease make sure that the account is funded on that day.\n\n");
    line(&out, "", merchant->name);
    if (merchant->address.len > 0)
        line(&out, "", merchant->address);
    must(!out.failed);
    return buf_str(&out);
}

static struct str subject_of(struct arena *arena, const struct notice *notice)
{
    struct str amount = wording_amount(arena, notice->payment->amount, notice->french);
    struct str day = wording_day(arena, notice->debit->due, notice->french);

    return str_format(
        arena, notice->french ? "Prélèvement de %.*s le %.*s" : "Direct debit of %.*s on %.*s",
        (int)amount.len, amount.ptr, (int)day.len, day.ptr);
}

/* The debtor's address, when there is one: *to is {NULL, 0} otherwise. */
static err_t debtor_find(struct ctx *cx, struct tx *tx, const struct debit_order *order,
                         struct str *to)
{
    const struct customer_id who =
        ID_NONE(order->payment->customer) ? order->account->customer : order->payment->customer;
    struct customer customer;

    *to = STR_NONE;
    if (ID_NONE(who))
        return OK;
    TRY(customer_load(cx, tx, who, true, &customer));
    if (customer.email.len > 0 && mail_address_valid(customer.email))
        *to = customer.email;
    return OK;
}

err_t debit_announce(struct ctx *cx, struct tx *tx, const struct debit_order *order,
                     const struct debit *debit)
{
    const struct merchant *merchant = order->merchant;
    bool has_mandate = !ID_NONE(order->mandate->id);
    struct str to;

    TRY(debtor_find(cx, tx, order, &to));
    if (to.len == 0)
        return OK;
    const struct notice notice = {
        .merchant = merchant,
        .payment = order->payment,
        .debit = debit,
        .account = order->account,
        .umr = has_mandate ? order->mandate->umr : STR_NONE,
        .french = !str_eq(has_mandate ? order->mandate->language : merchant->language, STR("en")),
    };
    const struct mail mail = {
        .to = to,
        .from_name = merchant->name,
        .reply_to = mail_address_valid(merchant->email) ? merchant->email : STR_NONE,
        .language = notice.french ? STR("fr") : STR("en"),
        .subject = subject_of(cx->arena, &notice),
        .text = text_of(cx->arena, &notice),
        .kind = "debit.announced",
        .object = order->payment->id.raw,
    };
    return mail_put(cx, tx, &mail);
}
