#include "core/request_letter.h"

#include "base/arena.h"
#include "base/must.h"
#include "base/shown.h"
#include "core/letter.h"
#include "core/mail.h"
#include "core/sms.h"
#include "core/wording.h"

ENUM_DEFINE(letter_kind, LETTER_KIND_LIST)

/* What all kinds need, as it is written. */
struct wording {
    const struct request_letter *of;
    bool french;
    struct str payee;
    struct str asked; /* the amount of the request */
};

#define SAY(cx, wording, fr, en, ...)                                                              \
    str_format((cx)->arena, (wording)->french ? (fr) : (en), __VA_ARGS__)
#define AS(text) (int)(text).len, (text).ptr

static struct wording wording_of(struct ctx *cx, const struct request_letter *of)
{
    struct wording wording = {.of = of, .french = !str_eq(of->merchant->language, STR("en"))};

    wording.payee = shown_text(cx->arena, of->merchant->name);
    wording.asked = wording_amount(cx->arena, of->request->terms.amount, wording.french);
    return wording;
}

static bool is_deposit(const struct wording *wording)
{
    return !wording->of->request->terms.capture;
}

/* --- request, reminder ------------------------------------------------------------------------ */

static void ask_deposit(struct ctx *cx, const struct wording *wording, struct letter *letter)
{
    letter->title =
        wording->french ? STR("Demande de caution par carte") : STR("Card deposit requested");
    letter_paragraph(
        letter, SAY(cx, wording,
                    "%.*s vous demande une caution de %.*s. Cette somme est bloquée sur votre "
                    "carte, elle n’est pas débitée. %.*s peut en encaisser tout ou partie dans "
                    "les 6 jours et 12 heures ; le reste est libéré.",
                    "%.*s asks you for a deposit of %.*s. This amount is held on your card, it "
                    "is not debited. %.*s can cash all or part of it within 6 days and 12 "
                    "hours; the rest is released.",
                    AS(wording->payee), AS(wording->asked), AS(wording->payee)));
    letter->action =
        SAY(cx, wording, "Déposer %.*s", "Leave a deposit of %.*s", AS(wording->asked));
}

static void ask_payment(struct ctx *cx, const struct wording *wording, struct letter *letter)
{
    letter->title = wording->french ? STR("Demande de paiement") : STR("Payment requested");
    letter_paragraph(letter, SAY(cx, wording, "%.*s vous demande le paiement de %.*s.",
                                 "%.*s asks you for a payment of %.*s.", AS(wording->payee),
                                 AS(wording->asked)));
    letter->action = SAY(cx, wording, "Payer %.*s", "Pay %.*s", AS(wording->asked));
}

static void ask_fill(struct ctx *cx, const struct wording *wording, struct letter *letter)
{
    const struct request_letter *of = wording->of;

    letter->amount = wording->asked;
    if (of->kind == LETTER_REMINDED)
        letter_paragraph(letter,
                         SAY(cx, wording,
                             "Sauf erreur, %.*s n’a pas encore reçu votre réponse à la "
                             "demande ci-dessous. Si vous venez d’y répondre, ne tenez pas "
                             "compte de ce rappel.",
                             "%.*s has not had your answer to the request below yet. If you "
                             "have just answered, please ignore this reminder.",
                             AS(wording->payee)));
    if (is_deposit(wording))
        ask_deposit(cx, wording, letter);
    else
        ask_payment(cx, wording, letter);
    letter->url = of->link;
    letter_row(letter, wording->french ? "Référence" : "Reference", of->number);
    letter_row(letter, wording->french ? "Lien valable jusqu’au" : "Link valid until",
               wording_day(cx->arena, date_paris(of->request->expires), wording->french));
    letter_note(letter,
                wording->french
                    ? STR("Ce lien vous est personnel. Votre carte n’est demandée que sur cette "
                          "page, jamais par courriel ni par téléphone.")
                    : STR("This link is for you alone. Your card is asked for on that page only, "
                          "never by e-mail or telephone."));
}

static struct str ask_subject(struct ctx *cx, const struct wording *wording)
{
    struct str asked = wording->asked;
    struct str payee = wording->payee;
    bool again = wording->of->kind == LETTER_REMINDED;

    if (is_deposit(wording) && again)
        return SAY(cx, wording, "Rappel : demande de caution de %.*s – %.*s",
                   "Reminder: deposit of %.*s – %.*s", AS(asked), AS(payee));
    if (is_deposit(wording))
        return SAY(cx, wording, "Demande de caution de %.*s – %.*s",
                   "Deposit of %.*s requested – %.*s", AS(asked), AS(payee));
    if (again)
        return SAY(cx, wording, "Rappel : demande de paiement de %.*s – %.*s",
                   "Reminder: payment of %.*s – %.*s", AS(asked), AS(payee));
    return SAY(cx, wording, "Demande de paiement de %.*s – %.*s",
               "Payment of %.*s requested – %.*s", AS(asked), AS(payee));
}

/* --- cancellation ----------------------------------------------------------------------------- */

static void cancel_fill(struct ctx *cx, const struct wording *wording, struct letter *letter)
{
    const struct request_letter *of = wording->of;

    letter->title = wording->french ? STR("Demande annulée") : STR("Request cancelled");
    letter->amount = wording->asked;
    letter_paragraph(letter, SAY(cx, wording, "%.*s a annulé sa demande de %.*s.",
                                 "%.*s has cancelled its request for %.*s.", AS(wording->payee),
                                 AS(wording->asked)));
    if (of->payment != NULL)
        letter_paragraph(
            letter, wording->french
                        ? STR("La somme bloquée sur votre carte est libérée. Selon votre banque, "
                              "cela peut prendre quelques jours. Vous n’avez pas été débité.")
                        : STR("The amount held on your card is released. With some banks this "
                              "takes a few days. You have not been charged."));
    else
        letter_paragraph(letter, wording->french
                                     ? STR("Vous n’avez rien à payer ; le lien que vous avez reçu "
                                           "ne fonctionne plus.")
                                     : STR("There is nothing to pay; the link that you received "
                                           "does not work any more."));
    letter_row(letter, wording->french ? "Référence" : "Reference", of->number);
}

/* --- receipt ---------------------------------------------------------------------------------- */

static struct str card_text(struct ctx *cx, const struct card *card)
{
    return card == NULL ? STR_NONE : str_format(cx->arena, "•••• %.*s", AS(card->last4));
}

static void receipt_fill(struct ctx *cx, const struct wording *wording, struct letter *letter)
{
    const struct request_letter *of = wording->of;
    const struct payment *payment = of->payment;
    bool french = wording->french;
    struct money rest = of->request->terms.amount;
    struct str paid = wording_amount(cx->arena, payment->amount, french);

    must(rest.minor >= payment->amount.minor);
    rest.minor -= payment->amount.minor;
    letter->title = french ? STR("Reçu de paiement") : STR("Payment receipt");
    letter->amount = paid;
    if (!is_deposit(wording)) {
        letter_paragraph(letter, SAY(cx, wording, "Vous avez payé %.*s à %.*s. Merci.",
                                     "You have paid %.*s to %.*s. Thank you.", AS(paid),
                                     AS(wording->payee)));
    } else {
        letter_paragraph(letter, SAY(cx, wording, "%.*s a encaissé %.*s sur votre caution de %.*s.",
                                     "%.*s has cashed %.*s of your deposit of %.*s.",
                                     AS(wording->payee), AS(paid), AS(wording->asked)));
        struct str left = wording_amount(cx->arena, rest, french);
        if (rest.minor > 0)
            letter_paragraph(
                letter, SAY(cx, wording,
                            "Le reste, %.*s, est libéré. Selon votre banque, cela peut prendre "
                            "quelques jours.",
                            "The rest, %.*s, is released. With some banks this takes a few days.",
                            AS(left)));
    }
    letter_row(letter, french ? "Montant" : "Amount", paid);
    letter_row(letter, "Date", wording_moment(cx->arena, cx->now, french));
    letter_row(letter, french ? "Carte" : "Card", card_text(cx, of->card));
    letter_row(letter, french ? "Référence" : "Reference", of->number);
    letter_row(letter, french ? "Autorisation" : "Authorisation", payment->response_author);
    letter_note(letter, french ? STR("Ce reçu ne vaut pas facture.")
                               : STR("This receipt is not an invoice."));
}

/* --- the whole -------------------------------------------------------------------------------- */

static struct str subject_of(struct ctx *cx, const struct wording *wording)
{
    const struct request_letter *of = wording->of;

    switch (of->kind) {
    case LETTER_ASKED:
    case LETTER_REMINDED:
        return ask_subject(cx, wording);
    case LETTER_CANCELED:
        return SAY(cx, wording, "Demande de %.*s annulée – %.*s",
                   "Request for %.*s cancelled – %.*s", AS(wording->asked), AS(wording->payee));
    case LETTER_RECEIPT: {
        struct str paid = wording_amount(cx->arena, of->payment->amount, wording->french);
        return SAY(cx, wording, "Reçu de paiement de %.*s – %.*s",
                   "Receipt for your payment of %.*s – %.*s", AS(paid), AS(wording->payee));
    }
    }
    must_fail(__FILE__, __LINE__, "kind is a member");
}

/* "Atelier Exemple SARL – SIREN 100000009 – 12 rue de la Démonstration, 75011 Paris" */
static struct str registered_of(struct ctx *cx, const struct wording *wording)
{
    const struct merchant *merchant = wording->of->merchant;
    struct str address = shown_text(cx->arena, merchant->address);

    return str_format(cx->arena, "%.*s%s%.*s%s%.*s", AS(wording->payee),
                      merchant->siren.len > 0 ? " – SIREN " : "", AS(merchant->siren),
                      address.len > 0 ? " – " : "", AS(address));
}

static void letter_fill(struct ctx *cx, const struct wording *wording, struct letter *letter)
{
    const struct request_letter *of = wording->of;
    struct str name = shown_text(cx->arena, of->name);
    const char *hello = wording->french ? "Bonjour" : "Hello";

    *letter = (struct letter){
        .french = wording->french,
        .sender = wording->payee,
        .accent = of->merchant->accent,
        .opening = name.len > 0 ? str_format(cx->arena, "%s %.*s,", hello, AS(name))
                                : str_format(cx->arena, "%s,", hello),
        .registered = registered_of(cx, wording),
    };
    switch (of->kind) {
    case LETTER_ASKED:
    case LETTER_REMINDED:
        ask_fill(cx, wording, letter);
        break;
    case LETTER_CANCELED:
        cancel_fill(cx, wording, letter);
        break;
    case LETTER_RECEIPT:
        receipt_fill(cx, wording, letter);
        break;
    }
    if (mail_address_valid(of->merchant->email))
        letter_note(letter,
                    SAY(cx, wording, "Une question ? Répondez à ce message : il arrive chez %.*s.",
                        "Any question? Answer this message: it reaches %.*s.", AS(wording->payee)));
}

err_t request_letter_mail(struct ctx *cx, struct tx *tx, const struct request_letter *of,
                          struct str to)
{
    const struct merchant *merchant = of->merchant;
    struct wording wording = wording_of(cx, of);
    struct letter letter;

    if (!mail_address_valid(to))
        return OK;
    letter_fill(cx, &wording, &letter);
    struct str subject = subject_of(cx, &wording);
    const struct mail mail = {
        .to = to,
        .from_name = wording.payee,
        .reply_to = mail_address_valid(merchant->email) ? merchant->email : STR_NONE,
        .language = wording.french ? STR("fr") : STR("en"),
        .subject = subject,
        .text = letter_text(cx->arena, &letter),
        .html = letter_html(cx->arena, &letter),
        .kind = letter_kind_text(of->kind),
        .object = of->request->id.raw,
    };
    return mail_put(cx, tx, &mail);
}

/* With plain blanks: one character outside its alphabet (GSM 03.38) makes several messages of
 * one. */
static struct str blanks_plain(struct arena *arena, struct str text)
{
    static const struct str NO_BREAK = STR_INIT("\u00a0");
    static const struct str NARROW = STR_INIT("\u202f");
    char *out = arena_alloc(arena, text.len);
    size_t len = 0;

    while (text.len > 0) {
        struct str blank = str_starts(text, NO_BREAK) ? NO_BREAK
                           : str_starts(text, NARROW) ? NARROW
                                                      : STR_NONE;
        out[len++] = blank.len > 0 ? ' ' : text.ptr[0];
        text = str_from(text, blank.len > 0 ? blank.len : 1);
    }
    return (struct str){out, len};
}

err_t request_letter_sms(struct ctx *cx, struct tx *tx, const struct request_letter *of,
                         struct str phone)
{
    struct wording wording = wording_of(cx, of);
    const char *again =
        of->kind == LETTER_REMINDED ? (wording.french ? "Rappel. " : "Reminder. ") : "";
    struct str text;

    must(of->kind == LETTER_ASKED || of->kind == LETTER_REMINDED);
    wording.asked = blanks_plain(cx->arena, wording.asked);
    if (is_deposit(&wording))
        text = SAY(cx, &wording, "%s%.*s vous demande une caution de %.*s par carte : %.*s",
                   "%s%.*s asks you for a card deposit of %.*s: %.*s", again, AS(wording.payee),
                   AS(wording.asked), AS(of->link));
    else
        text = SAY(cx, &wording, "%s%.*s vous demande le paiement de %.*s : %.*s",
                   "%s%.*s asks you for a payment of %.*s: %.*s", again, AS(wording.payee),
                   AS(wording.asked), AS(of->link));
    const struct sms sms = {.to = phone,
                            .text = text,
                            .kind = letter_kind_text(of->kind),
                            .object = of->request->id.raw};
    return sms_put(cx, tx, &sms);
}
