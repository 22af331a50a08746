#ifndef GUICHET_PAGES_PAY_FORM_H
#define GUICHET_PAGES_PAY_FORM_H

#include "pages/card_entry.h"
#include "pages/form_token.h"
#include "pages/visit.h"

/* What the form shows besides the payment. */
struct pay_form {
    const struct card_entry *entry; /* NULL: nothing was typed yet */
    bool typed;                     /* ask for a card although the merchant gave one */
    bool errors;                    /* show the entry's errors */
    enum text_banner banner;        /* 0: none */
    int status;
};

/* Answers with the card form and a fresh attempt token. Number and code are never sent back
 * (pages.md 13): there is no place for them in the page's data. */
void pay_form_answer(const struct visit *visit, const struct pay_form *shown);

/* Each form carries a token of its own: one token, one try. */
struct str pay_form_attempt(struct arena *arena);

/* What the token of a form with this attempt is made of. */
struct form_token pay_form_token(const struct visit *visit, struct str attempt);

/* How a problem is told; 0 for none. */
enum text_banner pay_banner(enum page_problem problem);

#endif
