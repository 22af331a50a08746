#ifndef GUICHET_DOCUMENT_UBL_PARTS_H
#define GUICHET_DOCUMENT_UBL_PARTS_H

#include "core/einvoice.h"
#include "wire/xml_write.h"

/* What the document and its lines have in common in UBL; nothing is written for what is not there.
 */

/* The words in which the two documents differ. */
struct ubl_words {
    const char *root;
    struct xml_namespace spaces[3];
    const char *type;
    const char *line;
    const char *quantity;
    bool is_invoice; /* a credit note has its due date with the means of payment, and its project
                      * among other documents */
};

struct ubl {
    struct arena *arena;
    struct xml_writer *xml;
    const struct einvoice *invoice;
    const struct ubl_words *words;
};

/* An element that holds nothing but another one with a text. */
void ubl_put_within(struct ubl *ubl, const char *outer, const char *inner, struct str text);
void ubl_put_date(struct ubl *ubl, const char *name, struct date date);
/* In a currency of its own; the other is in that of the document. */
void ubl_put_amount_in(struct ubl *ubl, const char *name, struct str currency,
                       struct decimal amount);
void ubl_put_amount(struct ubl *ubl, const char *name, struct decimal amount);
/* With its scheme in the attribute when it has one. */
void ubl_put_id(struct ubl *ubl, const char *name, const char *attribute,
                const struct einvoice_id *id);
void ubl_put_id_within(struct ubl *ubl, const char *outer, const struct einvoice_id *id);
/* code: BT-8 as UBL has it, or {NULL, 0}. */
void ubl_put_period(struct ubl *ubl, const struct einvoice_period *period, struct str code);
void ubl_put_preceding(struct ubl *ubl, const struct einvoice_reference *items, size_t count);
void ubl_put_additional(struct ubl *ubl, const char *name, const struct einvoice_id *id,
                        struct str type);
void ubl_put_objects(struct ubl *ubl, const char *name, const struct einvoice_ids *objects);
/* reason: the group that says why no VAT is due, or NULL. */
void ubl_put_category(struct ubl *ubl, const char *name, const struct einvoice_vat *vat,
                      const struct einvoice_group *reason);
void ubl_put_allowances(struct ubl *ubl, const struct einvoice_allowance *items, size_t count);

/* BG-25 (ubl_line.c). */
void ubl_put_line(struct ubl *ubl, const struct einvoice_line *line);

#endif
