#ifndef GUICHET_CORE_INVOICE_VAT_H
#define GUICHET_CORE_INVOICE_VAT_H

#include "core/invoice.h"

/* The rate of an item: one that France accepts (BR-FR-16) when it is for an invoice; zero only with
 * a reason, its own or the merchant's; nothing but zero for a merchant under CGI art. 293 B
 * (api/simplypaie.md 7.2 and 7.3). Reverse charge needs the buyer's VAT number, a supply inside the
 * Union one of another member state. */
bool invoice_vat_allowed(const struct invoice_seller *seller, const struct invoice_draft *draft,
                         const struct invoice_item *item);

bool vat_number_is_of_another_state(struct str text);

/* One of the rates that France accepts (BR-FR-16), in basis points. */
bool vat_rate_is_french(int64_t rate_bp);

enum vat_category invoice_vat_category(const struct invoice_seller *seller,
                                       const struct invoice_item *item);

/* Puts the reasons of the items into the groups of a paper that was made of them in this order. */
void invoice_vat_reasons(struct ctx *cx, const struct invoice_draft *draft,
                         struct invoice_paper *paper);

#endif
