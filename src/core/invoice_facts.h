#ifndef GUICHET_CORE_INVOICE_FACTS_H
#define GUICHET_CORE_INVOICE_FACTS_H

#include "core/invoice_paper.h"

/* What a paper says, in the texts of EN 16931 (standards/einvoicing.md 3 and 4), for both syntaxes.
 * The names are those of the standard: BT is a term, BG a group. A paper of what somebody wrote
 * says what that says. */

#define SCHEME_SIREN STR("0002")   /* BT-30-1, BT-47-1 */
#define SCHEME_SIRET STR("0009")   /* BT-29-1, BT-46-1 */
#define TYPE_TENDER STR("50")      /* of a document that is referred to: BT-17 */
#define TYPE_PROJECT STR("50")     /* BT-11 of a credit note in UBL */
#define TYPE_OBJECT STR("130")     /* BT-18 */
#define TYPE_ATTACHMENT STR("916") /* BG-24 */
#define SCHEME_VAT STR("VAT")
#define MEANS_TRANSFER STR("30") /* BT-81 */
#define MEANS_SEPA STR("58")     /* a transfer, too */
#define MEANS_UNDEFINED STR("1")

struct str bt3_type(const struct invoice_paper *paper);
struct str bt23_framework(const struct invoice_paper *paper);
struct str bt24_profile(void);
struct str fact_currency(struct arena *arena, enum currency currency); /* "EUR" */

struct str fact_amount(struct arena *arena, enum currency currency, int64_t minor); /* "-12.50" */

/* BT-152, BT-119: out of scope has no rate. */
bool fact_has_rate(enum vat_category category);
/* Beside "out of scope" nobody's VAT number may stand (BR-O-02 to 04). */
bool fact_has_vat_numbers(const struct invoice_paper *paper);

/* BT-130: pieces ("one") unless the line says something else. */
struct str bt130_unit(const struct invoice_paper_line *line);

/* BT-8: on which day VAT becomes due (CGI 269): that of payment for services, of delivery for
 * goods, of issue for whoever chose "les débits"; none where no rate is paid. */
enum vat_day { VAT_DAY_NONE = 1, VAT_DAY_ISSUE, VAT_DAY_DELIVERY, VAT_DAY_PAYMENT };
enum vat_day fact_vat_day(const struct invoice_paper *paper);
/* The same in UNTDID 2475, as CII has it; {NULL, 0} for none. */
struct str fact_vat_day_code(const struct invoice_paper *paper);

/* BT-20, or {NULL, 0} where the day of payment says it all. */
struct str bt20_terms(struct arena *arena, const struct invoice_paper *paper);

/* BG-15, or NULL: where it was delivered to. An intra-Community supply must name the country
 * (BR-IC-12), which is the buyer's unless the paper says otherwise. */
const struct invoice_address *bg15_delivery(const struct invoice_paper *paper);

/* BG-1, BAR among them (BR-FR-20): the notes that carry a code; *count of them, in the arena. */
const struct invoice_note *bg1_notes(struct arena *arena, const struct invoice_paper *paper,
                                     size_t *count);

/* BG-17: where to pay is told as long as something is to be paid, as on the page. */
bool fact_has_account(const struct invoice_paper *paper);

/* BT-84: without the blanks of the printed form. */
struct str bt84_account(struct arena *arena, const struct invoice_paper *paper);

#endif
