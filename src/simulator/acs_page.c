#include "simulator/acs_page.h"

#include "base/arena.h"
#include "base/html.h"
#include "base/must.h"

enum { PAGE_MAX = 32 * 1024 };

/* --- words
 * ------------------------------------------------------------------------------------------ */

enum word {
    W_TITLE,
    W_BANNER,
    W_HEADING,
    W_MERCHANT,
    W_AMOUNT,
    W_CARD,
    W_CODE,
    W_HINT,
    W_WRONG_ONE,
    W_WRONG_TWO,
    W_ERROR_PREFIX,
    W_AUTHENTICATE,
    W_REFUSE,
    W_CANCEL,
    W_FAIL,
    W_DONE_TITLE,
    W_DONE_Y,
    W_DONE_N,
    W_DONE_U,
    W_CONTINUE,
    W_UNKNOWN_TITLE,
    W_UNKNOWN,
    W_SKIP,
    WORDS,
};

static const char *const FRENCH[WORDS] = {
    [W_TITLE] = "Authentification - Banque de test",
    [W_BANNER] = "BANQUE DE TEST - aucun argent réel",
    [W_HEADING] = "Confirmez votre paiement",
    [W_MERCHANT] = "Marchand",
    [W_AMOUNT] = "Montant",
    [W_CARD] = "Carte",
    [W_CODE] = "Code reçu par SMS",
    [W_HINT] = "123456 réussit, 000000 échoue, tout autre code est redemandé.",
    [W_WRONG_ONE] = "Ce code n'est pas le bon. Il vous reste un essai.",
    [W_WRONG_TWO] = "Ce code n'est pas le bon. Il vous reste deux essais.",
    [W_ERROR_PREFIX] = "Erreur : ",
    [W_AUTHENTICATE] = "Authentifier",
    [W_REFUSE] = "Refuser",
    [W_CANCEL] = "Annuler",
    [W_FAIL] = "Simuler une panne",
    [W_DONE_TITLE] = "Retour au marchand",
    [W_DONE_Y] = "Vous êtes authentifié.",
    [W_DONE_N] = "L'authentification est refusée.",
    [W_DONE_U] = "L'authentification n'a pas pu être faite.",
    [W_CONTINUE] = "Continuer",
    [W_UNKNOWN_TITLE] = "Demande inconnue",
    [W_UNKNOWN] = "Cette demande n'existe pas ou n'est plus valable. Revenez chez le marchand.",
    [W_SKIP] = "Aller au contenu",
};

static const char *const ENGLISH[WORDS] = {
    [W_TITLE] = "Authentication - Test bank",
    [W_BANNER] = "TEST BANK - no real money",
    [W_HEADING] = "Confirm your payment",
    [W_MERCHANT] = "Merchant",
    [W_AMOUNT] = "Amount",
    [W_CARD] = "Card",
    [W_CODE] = "Code received by SMS",
    [W_HINT] = "123456 succeeds, 000000 fails, any other code is asked for again.",
    [W_WRONG_ONE] = "This code is not right. You have one try left.",
    [W_WRONG_TWO] = "This code is not right. You have two tries left.",
    [W_ERROR_PREFIX] = "Error: ",
    [W_AUTHENTICATE] = "Authenticate",
    [W_REFUSE] = "Refuse",
    [W_CANCEL] = "Cancel",
    [W_FAIL] = "Simulate a breakdown",
    [W_DONE_TITLE] = "Back to the merchant",
    [W_DONE_Y] = "You are authenticated.",
    [W_DONE_N] = "The authentication is refused.",
    [W_DONE_U] = "The authentication could not be done.",
    [W_CONTINUE] = "Continue",
    [W_UNKNOWN_TITLE] = "Unknown request",
    [W_UNKNOWN] = "This request does not exist or is no longer valid. Go back to the merchant.",
    [W_SKIP] = "Skip to content",
};

static struct str word(enum language language, enum word which)
{
    return str_of((language == LANGUAGE_FR ? FRENCH : ENGLISH)[which]);
}

enum language language_of(struct str lang, struct str accept)
{
    if (str_eq(lang, STR("fr")))
        return LANGUAGE_FR;
    if (lang.len > 0)
        return LANGUAGE_EN;
    /* The first tag of the two that we speak; browsers list them by preference. */
    for (size_t i = 0; i + 2 <= accept.len; i++) {
        bool starts = i == 0 || accept.ptr[i - 1] == ',' || accept.ptr[i - 1] == ' ';
        struct str tag = str_sub(accept, i, 2);
        if (starts && str_eq_nocase(tag, STR("fr")))
            return LANGUAGE_FR;
        if (starts && str_eq_nocase(tag, STR("en")))
            return LANGUAGE_EN;
    }
    return LANGUAGE_FR;
}

static void put_word(struct buf *page, enum language language, enum word which)
{
    html_put(page, word(language, which));
}

/* --- parts
 * ------------------------------------------------------------------------------------------ */

static void put_head(struct buf *page, enum language language, enum word title, bool error)
{
    buf_put_cstr(page, "<!DOCTYPE html>\n<html lang=\"");
    buf_put_cstr(page, language == LANGUAGE_FR ? "fr" : "en");
    buf_put_cstr(page, "\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                       "<meta name=\"robots\" content=\"noindex\">\n<title>");
    if (error)
        put_word(page, language, W_ERROR_PREFIX);
    put_word(page, language, title);
    buf_put_cstr(page, "</title>\n<link rel=\"icon\" href=\"data:,\">\n"
                       "<link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body>\n"
                       "<a class=\"skip\" href=\"#content\">");
    put_word(page, language, W_SKIP);
    buf_put_cstr(page, "</a>\n<header><p class=\"banner\">");
    put_word(page, language, W_BANNER);
    buf_put_cstr(page, "</p></header>\n<main id=\"content\">\n<h1>");
}

static struct str put_tail(struct buf *page)
{
    buf_put_cstr(page, "</main>\n</body>\n</html>\n");
    must(!page->failed);
    return buf_str(page);
}

static void put_hidden(struct buf *page, const char *name, struct str value)
{
    buf_format(page, "<input type=\"hidden\" name=\"%s\" value=\"", name);
    html_put(page, value);
    buf_put_cstr(page, "\">\n");
}

static void put_button(struct buf *page, enum language language, const char *action,
                       const char *class, enum word text)
{
    buf_format(page, "<button type=\"submit\" name=\"action\" value=\"%s\" class=\"%s\">", action,
               class);
    put_word(page, language, text);
    buf_put_cstr(page, "</button>\n");
}

/* "25,99 EUR" with a non-breaking space, or "EUR 25.99". */
static void put_amount(struct buf *page, enum language language, struct money amount)
{
    struct str decimal = money_decimal(page->arena, amount);
    struct str code = str_of(currency_text(amount.currency));
    char upper[4] = "";

    for (size_t i = 0; i < code.len && i < 3; i++)
        upper[i] = (char)(code.ptr[i] - ('a' - 'A'));
    if (language == LANGUAGE_EN)
        buf_format(page, "%s&nbsp;", upper);
    for (size_t i = 0; i < decimal.len; i++)
        buf_put_byte(page, language == LANGUAGE_FR && decimal.ptr[i] == '.' ? ',' : decimal.ptr[i]);
    if (language == LANGUAGE_FR)
        buf_format(page, "&nbsp;%s", upper);
}

static void put_languages(struct buf *page, const struct acs_form *form)
{
    static const struct {
        enum language language;
        const char *code;
        const char *name;
    } CHOICES[] = {
        {LANGUAGE_FR, "fr", "Français"},
        {LANGUAGE_EN, "en", "English"  }
    };

    buf_put_cstr(page, "<nav aria-label=\"Langue, language\"><ul class=\"languages\">");
    for (size_t i = 0; i < ARRAY_LEN(CHOICES); i++) {
        buf_format(page, "<li><a lang=\"%s\" hreflang=\"%s\"%s href=\"/challenge?transaction=",
                   CHOICES[i].code, CHOICES[i].code,
                   CHOICES[i].language == form->language ? " aria-current=\"true\"" : "");
        html_put(page, form->transaction);
        buf_format(page, "&amp;lang=%s\">%s</a></li>", CHOICES[i].code, CHOICES[i].name);
    }
    buf_put_cstr(page, "</ul></nav>\n");
}

static void put_facts(struct buf *page, const struct acs_form *form)
{
    buf_put_cstr(page, "<dl><div><dt>");
    put_word(page, form->language, W_MERCHANT);
    buf_put_cstr(page, "</dt><dd>");
    html_put(page, form->merchant);
    buf_put_cstr(page, "</dd></div><div><dt>");
    put_word(page, form->language, W_AMOUNT);
    buf_put_cstr(page, "</dt><dd>");
    put_amount(page, form->language, form->amount);
    buf_put_cstr(page, "</dd></div><div><dt>");
    put_word(page, form->language, W_CARD);
    buf_put_cstr(page, "</dt><dd>");
    html_put(page, form->card_mask);
    buf_put_cstr(page, "</dd></div></dl>\n");
}

static void put_code_field(struct buf *page, const struct acs_form *form)
{
    buf_put_cstr(page, "<label for=\"code\">");
    put_word(page, form->language, W_CODE);
    buf_put_cstr(page, "</label>\n<p id=\"code-hint\" class=\"hint\">");
    put_word(page, form->language, W_HINT);
    buf_put_cstr(page, "</p>\n");
    if (form->wrong_code) {
        buf_put_cstr(page, "<p id=\"code-error\" class=\"error\" role=\"alert\">");
        put_word(page, form->language, form->tries_left == 1 ? W_WRONG_ONE : W_WRONG_TWO);
        buf_put_cstr(page, "</p>\n");
    }
    buf_format(
        page,
        "<input id=\"code\" name=\"code\" type=\"text\" inputmode=\"numeric\" "
        "autocomplete=\"one-time-code\" maxlength=\"6\" aria-describedby=\"code-hint%s\"%s>\n",
        form->wrong_code ? " code-error" : "", form->wrong_code ? " aria-invalid=\"true\"" : "");
}

/* --- pages
 * ------------------------------------------------------------------------------------------ */

struct str acs_form_page(struct arena *arena, const struct acs_form *form)
{
    struct buf page = buf_make(arena, PAGE_MAX);

    put_head(&page, form->language, W_TITLE, form->wrong_code);
    put_word(&page, form->language, W_HEADING);
    buf_put_cstr(&page, "</h1>\n");
    put_facts(&page, form);
    buf_put_cstr(&page, "<form method=\"post\" action=\"/challenge/answer\">\n");
    put_hidden(&page, "transaction", form->transaction);
    put_hidden(&page, "lang", form->language == LANGUAGE_FR ? STR("fr") : STR("en"));
    put_code_field(&page, form);
    put_button(&page, form->language, "authenticate", "primary", W_AUTHENTICATE);
    put_button(&page, form->language, "refuse", "plain", W_REFUSE);
    put_button(&page, form->language, "cancel", "plain", W_CANCEL);
    put_button(&page, form->language, "fail", "plain", W_FAIL);
    buf_put_cstr(&page, "</form>\n");
    put_languages(&page, form);
    return put_tail(&page);
}

struct str acs_return_page(struct arena *arena, const struct acs_return *back)
{
    struct buf page = buf_make(arena, PAGE_MAX);
    enum word done = back->status == 'Y' ? W_DONE_Y : back->status == 'N' ? W_DONE_N : W_DONE_U;

    put_head(&page, back->language, W_DONE_TITLE, false);
    put_word(&page, back->language, W_DONE_TITLE);
    buf_put_cstr(&page, "</h1>\n<p>");
    put_word(&page, back->language, done);
    buf_put_cstr(&page, "</p>\n<form method=\"post\" action=\"");
    html_put(&page, back->notification_url);
    buf_put_cstr(&page, "\">\n");
    put_hidden(&page, "cres", back->cres);
    put_hidden(&page, "threeDSSessionData", back->session);
    buf_put_cstr(&page, "<button type=\"submit\" class=\"primary\" autofocus>");
    put_word(&page, back->language, W_CONTINUE);
    buf_put_cstr(&page, "</button>\n</form>\n");
    return put_tail(&page);
}

struct str acs_error_page(struct arena *arena, enum language language)
{
    struct buf page = buf_make(arena, PAGE_MAX);

    put_head(&page, language, W_UNKNOWN_TITLE, true);
    put_word(&page, language, W_UNKNOWN_TITLE);
    buf_put_cstr(&page, "</h1>\n<p>");
    put_word(&page, language, W_UNKNOWN);
    buf_put_cstr(&page, "</p>\n");
    return put_tail(&page);
}

const struct str ACS_STYLE = STR_INIT(
    ":root{color-scheme:light dark;--paper:#fff;--ink:#1b1b1f;--soft:#55555e;--line:#76767f;"
    "--accent:#0b4f9e;--on-accent:#fff;--bad:#a3001b;--banner:#ffe08a;--on-banner:#2b2100}"
    "@media(prefers-color-scheme:dark){:root{--paper:#17171b;--ink:#f2f2f5;--soft:#b9b9c4;"
    "--line:#8d8d99;--accent:#9cc7ff;--on-accent:#0a1a2c;--bad:#ff9aa6}}"
    "*{box-sizing:border-box}"
    "body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}"
    ".skip{position:absolute;left:-100vw}.skip:focus{left:1rem;top:1rem;background:var(--paper)}"
    ".banner{margin:0;padding:.75rem 1rem;background:var(--banner);color:var(--on-banner);"
    "text-align:center;font-weight:700}"
    "main{max-width:28rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}"
    "h1{font-size:1.5rem;line-height:1.25}dl{margin:0 0 1.5rem}dl div{display:flex;gap:1rem;"
    "justify-content:space-between;padding:.5rem 0;border-bottom:1px solid var(--line)}"
    "dt{color:var(--soft)}dd{margin:0;font-weight:600;text-align:right}"
    "label{display:block;font-weight:600}.hint{margin:.25rem 0;color:var(--soft)}"
    ".error{margin:.25rem 0;color:var(--bad);font-weight:600}"
    "input[type=text]{width:100%;min-height:2.75rem;padding:.5rem .75rem;margin-bottom:1rem;"
    "font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);"
    "border-radius:.25rem}"
    "button{display:block;width:100%;min-height:2.75rem;margin-top:.75rem;font:inherit;"
    "font-weight:600;border-radius:.25rem;border:1px solid var(--accent);cursor:pointer}"
    ".primary{background:var(--accent);color:var(--on-accent)}"
    ".plain{background:var(--paper);color:var(--accent)}"
    "a{color:var(--accent)}:focus-visible{outline:2px solid var(--accent);outline-offset:2px}"
    ".languages{display:flex;gap:1rem;list-style:none;padding:0;margin:2rem 0 0}"
    ".languages a{display:inline-block;min-height:1.5rem}");
