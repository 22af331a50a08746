#ifndef GUICHET_PAGES_PAY_DEBIT_H
#define GUICHET_PAGES_PAY_DEBIT_H

#include "pages/visit.h"
#include "wire/form.h"

/* Direct debit on the pay page: the form, the preview of the mandate, the signature. Three steps at
 * one address, all of them forms: what was typed goes along in hidden fields and is never part of
 * an address. */

/* Whether this visit is about a debit: the address or the form says so, the merchant gave an
 * account, or there is no other way. method is "sepa", "card" or anything else. */
bool pay_by_debit(const struct visit *visit, struct str method);

/* GET: the form; for an account that the merchant gave the mandate, or its confirmation. */
void pay_debit_show(const struct visit *visit);

/* POST of a form whose method is sepa. */
void pay_debit_submit(struct visit *visit, const struct form *form);

/* The links to the two ways to pay, empty when there is but one. */
struct part_methods pay_methods(const struct visit *visit, bool by_debit);

#endif
