#ifndef GUICHET_CORE_PAGE_DEBIT_H
#define GUICHET_CORE_PAGE_DEBIT_H

#include "core/mandate_signing.h"
#include "core/page.h"

/* Paying by direct debit on the pay page: account, preview of the mandate, signature (standards/
 * pages.md 23-27). */

/* What a payer typed; borrowed. */
struct page_debtor {
    bool saved; /* the account that the merchant gave: nothing else counts then */
    struct str iban;
    struct str name;
    struct str bic;         /* none: worked out where that can be done */
    bool has_address;       /* false: the debtor's address is known, page_debtor_address */
    struct address address; /* line1, zip_code, city, country */
    struct str email; /* where a copy goes to; {NULL, 0}: to the customer's, if there is one */
};

/* What is shown before signing. */
struct page_preview {
    bool signs; /* false: the account has a mandate that can be used, signing.mandate */
    struct mandate_signing signing;
    struct sepa_check check; /* a warning, never a refusal */
    struct date due;         /* when the account is debited */
};

/* The address of the debtor that is known without asking: of the payment, of its customer. *found
 * is false when there is none. */
MUST_CHECK err_t page_debtor_address(struct ctx *cx, struct tx *tx, const struct pay_page *page,
                                     struct address *out, bool *found);

/* Where a copy of the mandate goes to when nothing else is said; {NULL, 0}: nowhere. */
struct str page_debtor_email(const struct pay_page *page);

/* On the I/O thread; writes nothing. attempt is the token of the form that will sign: it decides
 * the reference of the mandate, so the same form never makes two. ERR_INVALID with a fault on
 * "iban"; ERR_UNAVAILABLE with a fault. */
MUST_CHECK err_t page_debit_preview(struct core *core, struct ctx *cx, const struct pay_page *page,
                                    const struct page_debtor *debtor, struct str attempt,
                                    struct str language, struct page_preview *out);

/* The box was ticked and the button pressed: account, mandate, evidence, debit and the mail with
 * the document in one commit. One attempt token, one try, as in page_submit. ERR_STATE: the page
 * takes no debit now (page.state tells why), or with `changed` what would be signed is not what was
 * shown: it has to be shown again. Other faults as page_debit_preview and debit_check. */
struct page_sign {
    struct operation operation;
    struct pay_page page; /* in: from page_open; out */
    struct browser browser;
    struct str token; /* of the form */
    struct page_debtor debtor;
    struct str language;
    struct str shown; /* sha256 of what the payer has seen */
    bool changed;     /* out */
    bool again;       /* out: this form was signed before */
    struct page_preview preview;
    struct money amount; /* private: the amount that the payer has seen */
};
void page_sign(struct page_sign *sign);

/* Private to core/page*.c: whether the page can be paid by debit at all. */
bool page_debit_possible(const struct core *core, struct ctx *cx, const struct pay_page *page);
/* What belongs to the debit that was made, or to the account that the merchant gave. */
MUST_CHECK err_t page_debit_fill(struct ctx *cx, struct tx *tx, struct pay_page *page);

#endif
