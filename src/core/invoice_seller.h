#ifndef GUICHET_CORE_INVOICE_SELLER_H
#define GUICHET_CORE_INVOICE_SELLER_H

#include "core/invoice_paper.h"
#include "store/store.h"

/* What the settings of a merchant say for its invoices (design.md 7, api/simplypaie.md 7.4). Texts
 * that are not set are empty. */
struct invoice_seller {
    struct str name;
    struct str legal_form;
    struct str capital;
    struct str rcs;
    struct str siren;
    struct str siret;
    struct str vat_number;
    struct str line; /* of the address */
    struct str zip;
    struct str city;
    struct str country; /* as it is written */
    struct str email;
    struct str iban; /* without blanks */
    struct str bic;
    bool franchise; /* small-business exemption, CGI art. 293 B */
    bool vat_on_debits;
    bool vat_group; /* "Membre d'un assujetti unique" */
    enum invoice_nature nature;
    int64_t term_days;
    int64_t penalty_points;
    struct str discount;
    struct str guarantee;
    struct str insurance;
    struct str representative;
    struct str mention;
    int64_t usd_e6; /* millionths of a euro for one; 0: refused */
    int64_t gbp_e6;
    struct str prefixes[INVOICE_RECEIPT + 1]; /* of the numbers, by kind */
};

MUST_CHECK err_t invoice_seller_read(struct ctx *cx, struct tx *tx, struct invoice_seller *out);

/* That the settings are there that the law wants on an invoice (mentions 1, 2, 3, 5 of
 * api/simplypaie.md 7.4). ERR_STATE with a fault on "account" and one on each that is not set. */
MUST_CHECK err_t invoice_seller_check(struct ctx *cx, const struct invoice_seller *seller);

/* Euro for one, in millionths; 0: the merchant has no rate for the currency. */
int64_t invoice_seller_rate(const struct invoice_seller *seller, enum currency currency);

#endif
