#ifndef GUICHET_EINVOICE_SYNTAX_H
#define GUICHET_EINVOICE_SYNTAX_H

#include "einvoice/tree.h"

/* The two syntaxes of EN 16931 as tables for einvoice/tree.h, and what both have in common. */
extern const struct tree_syntax CII_INVOICE;
extern const struct tree_syntax UBL_INVOICE;
extern const struct tree_syntax UBL_CREDIT_NOTE;

/* Lists that belong to the same structs in both. */
extern const struct node_list NOTES_LIST;
extern const struct node_list PRECEDING_LIST;
extern const struct node_list ALLOWANCES_LIST;
extern const struct node_list GROUPS_LIST;
extern const struct node_list ATTACHMENTS_LIST;
extern const struct node_list LINES_LIST;
extern const struct node_list OBJECTS_LIST;
extern const struct node_list LINE_OBJECTS_LIST;
extern const struct node_list LINE_ALLOWANCES_LIST;
extern const struct node_list LINE_PRECEDING_LIST;
extern const struct node_list CLASSES_LIST;
extern const struct node_list ATTRIBUTES_LIST;
extern const struct node_list PARTY_IDS_LIST;
extern const struct node_list ACCOUNTS_LIST; /* of struct einvoice_payment */

/* An additional document (CII) or document reference (UBL): what it is depends on its code. */
struct read_document {
    struct str reference;
    struct str type; /* 50, 130, 916 */
    struct str scheme;
    struct str description;
    struct str uri;
    struct str mime;
    struct str file_name;
    struct str content;
};
#define FILE_NODE(name_)                                                                           \
    {                                                                                              \
        .name = name_, .kind = NODE_FILE, .offset = offsetof(struct read_document, content),       \
        .attribute = "mimeCode", .attribute_offset = offsetof(struct read_document, mime),         \
        .second = "filename", .second_offset = offsetof(struct read_document, file_name)           \
    }
/* A line has no others: they would be lost. */
#define LINE_DOCUMENT_OTHER "a document of a line is not of type 130, what is invoiced"
void put_attachment(struct tree *tree, struct einvoice *invoice,
                    const struct read_document *document);
/* A further item of einvoice_ids at the list's place. */
void put_id(struct tree *tree, void *parent, const struct node_list *list, struct str id,
            struct str scheme);

/* What is one element among several of its name, and may be said once. */
void put_once(struct tree *tree, const char *term, struct str *out, struct str text);

/* A tax identifier of a party: the VAT number, or another one. */
struct read_tax_number {
    struct str number;
    struct str scheme; /* VA or FC, VAT or another word */
};

/* One means of payment, of which a file may have several (one account each). */
struct read_means {
    struct str code;
    struct str text;
    struct str remittance;
    struct einvoice_account account;
    struct str other_account; /* that is not an IBAN */
    struct str card;
    struct str card_holder;
    struct str mandate;
    struct str debited;
    struct date due;
};
void put_means(struct tree *tree, struct einvoice *invoice, const struct read_means *means);

/* BT-146 to BT-150: the price as given, with what is taken off inside it. */
struct read_price {
    struct decimal amount;
    struct decimal base_quantity;
    struct str base_unit;
    bool charge;
    struct decimal discount;
    struct decimal gross;
};

/* BT-110 and BT-111: totals of VAT, kept in tree->own and told apart by their currency at the end.
 */
struct read_vat_total {
    struct decimal amount;
    struct str currency;
};
struct read_vat_totals {
    struct read_vat_total *items;
    size_t count;
};
extern const struct node_list VAT_TOTALS_LIST;
#define VAT_TOTAL_NODE(name_)                                                                      \
    {                                                                                              \
        .name = name_, .kind = NODE_NUMBER, .many = true, .list = &VAT_TOTALS_LIST, .own = true,   \
        .attribute = "currencyID", .attribute_offset = offsetof(struct read_vat_total, currency)   \
    }
void put_vat_totals(struct tree *tree);

#endif
