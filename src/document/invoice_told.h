#ifndef GUICHET_DOCUMENT_INVOICE_TOLD_H
#define GUICHET_DOCUMENT_INVOICE_TOLD_H

#include "core/einvoice.h"
#include "core/invoice_paper.h"

/* What an invoice that somebody wrote says beside what papers of ours do (struct invoice_paper,
 * `written`), as French readers see it on the page: cleaned (document/invoice_clean.h), in the
 * arena, and empty where there is nothing of it. */

/* "Autofacture (389)"; nothing for an ordinary invoice or credit note. */
struct str told_type(struct arena *arena, const struct einvoice *invoice);
/* BT-23, where it says more than what is sold and whether it is paid. */
struct str told_framework(struct arena *arena, const struct einvoice *invoice);

/* "FACTURE-1 (380)", of BG-3; "OBJET-1 (AVV)", of BT-18 and BT-128. */
struct str told_reference(struct arena *arena, const struct einvoice_reference *reference);
struct str told_object(struct arena *arena, const struct einvoice_id *object);

/* Lines of their own: of seller and buyer what stands below their address; all of any other party;
 * below the address of delivery its region and BT-71. */
struct str told_party(struct arena *arena, const struct einvoice_party *party);
struct str told_other(struct arena *arena, const struct einvoice_party *party);
struct str told_delivery(struct arena *arena, const struct einvoice_delivery *delivery);

/* Lines of their own below the name of what is sold; `number` is that of the line on the page. */
struct str told_line(struct arena *arena, enum currency currency, const struct einvoice_line *line,
                     size_t number);
/* "10,00 € / 10 kg", with at least so many decimals; "2,5 kg". */
struct str told_price(struct arena *arena, enum currency currency, const struct einvoice_line *line,
                      size_t decimals);
struct str told_quantity(struct arena *arena, const struct einvoice_line *line);

/* Of an allowance or charge of the document: its name, its VAT, and what it adds to the sum of the
 * lines, "-10.00". */
struct str told_allowance(struct arena *arena, enum currency currency,
                          const struct einvoice_allowance *allowance);
struct str told_vat(struct arena *arena, const struct einvoice_vat *vat);
struct decimal told_effect(const struct einvoice_allowance *allowance);
struct decimal told_negated(struct decimal number);

/* "PAR VIREMENT" of a code of UNTDID 4461, and whether the code says no more than that. */
const char *told_means(struct str code, bool *whole);
struct str told_account(struct arena *arena, struct str account); /* an IBAN in groups of four */
/* Whose account it is: BT-85, or the payee, or the seller. */
struct str told_holder(struct arena *arena, const struct einvoice *invoice,
                       const struct einvoice_account *account);
/* A sentence about an account beside the first one. */
struct str told_further_account(struct arena *arena, const struct einvoice_account *account);

/* A sentence about a document that belongs to the invoice (BG-24). */
struct str told_attachment(struct arena *arena, const struct einvoice_attachment *attachment);

/* Any text of it, on one line or several. */
struct str told_text(struct arena *arena, struct str text);

#endif
