#ifndef GUICHET_CORE_INVOICE_H
#define GUICHET_CORE_INVOICE_H

#include "core/core.h"
#include "core/invoice_seller.h"
#include "core/invoice_series.h"
#include "core/link.h"
#include "core/page_of.h"

/* Invoices, credit notes, quotes and receipts (api/simplypaie.md 7). One is issued in one commit,
 * which gives it its number, and never changes: its row is a record (core/invoice_record.h) and
 * what it is searched by. Its file is drawn afterwards (core/invoice_file.h). */
struct invoice {
    struct invoice_id id;
    int64_t reference; /* the internal number that the face shows, rising per merchant and mode */
    enum invoice_kind kind;
    struct str number;
    int year;
    int64_t serial;
    struct date issued;
    struct str buyer;
    enum currency currency;
    int64_t total_minor;
    int64_t due_minor;           /* what was left to be paid when it was issued */
    struct invoice_id preceding; /* the invoice that a credit note undoes, or none */
    struct str record;
    struct str previous; /* hash of the one before in the series */
    struct str hash;
    instant created;
};

/* --- what is asked for --------------------------------------------------------------------------
 */

/* Why no VAT is due on a line (api/simplypaie.md 7.3). */
#define VAT_REASON_LIST(X)                                                                         \
    X(REASON_REVERSE, 1, "reverse")                                                                \
    X(REASON_INTRA, 2, "intra") X(REASON_EXPORT, 3, "export") X(REASON_EXEMPT, 4, "exempt")
ENUM_DECLARE(vat_reason, VAT_REASON_LIST);

struct invoice_item {
    struct str designation;
    int64_t price_e4;
    int64_t quantity_e4;
    int64_t rate_bp;
    enum vat_reason reason; /* 0: none is given */
    struct str reason_text; /* of REASON_EXEMPT, */
    struct str reason_code; /* and its code, if there is one */
    struct invoice_line_more more;
};

/* What may be wrong, in the order in which it is told. */
#define INVOICE_FIELD_LIST(X)                                                                      \
    X(INVOICE_NAME, 1, "name")                                                                     \
    X(INVOICE_ADDRESS, 2, "address")                                                               \
    X(INVOICE_TYPE, 3, "kind")                                                                     \
    X(INVOICE_DATE, 4, "date")                                                                     \
    X(INVOICE_CURRENCY, 5, "currency")                                                             \
    X(INVOICE_DEPOSIT, 6, "deposit")                                                               \
    X(INVOICE_ITEMS, 7, "items")                                                                   \
    X(INVOICE_DESIGNATION, 8, "designation")                                                       \
    X(INVOICE_PRICE, 9, "price")                                                                   \
    X(INVOICE_QUANTITY, 10, "quantity")                                                            \
    X(INVOICE_VAT, 11, "vat")                                                                      \
    X(INVOICE_CLIENT_SIREN, 12, "client_siren")                                                    \
    X(INVOICE_CLIENT_VAT, 13, "client_vat")                                                        \
    X(INVOICE_CLIENT_EMAIL, 14, "client_email")                                                    \
    X(INVOICE_DELIVERY, 15, "delivery_address")                                                    \
    X(INVOICE_ORDER_NUMBER, 16, "order_number")                                                    \
    X(INVOICE_DUE, 17, "due_date")                                                                 \
    X(INVOICE_OPERATION, 18, "operation")                                                          \
    X(INVOICE_PAYMENT, 19, "payment")                                                              \
    X(INVOICE_ISSUED, 20, "issue_date")
ENUM_DECLARE(invoice_field, INVOICE_FIELD_LIST);
enum { INVOICE_FIELDS_END = 21 };

/* Characters and values of section 7. */
enum {
    INVOICE_NAME_MAX = 255,
    INVOICE_ADDRESS_MAX = 500,
    INVOICE_DESIGNATION_MAX = 500,
    INVOICE_ORDER_NUMBER_MAX = 100,
    INVOICE_REASON_MAX = 200,
    INVOICE_MORE_MAX = 500, /* every other text */
};
#define INVOICE_PRICE_MAX_E4 INT64_C(99999999999)   /* 9999999.9999 */
#define INVOICE_QUANTITY_MAX_E4 INT64_C(9999990000) /* 999999 */

struct invoice_source;

/* What may be said beside by who knows the terms of EN 16931: cut into parts, and checked, by
 * whoever says it (invoice_text_shows). */
struct invoice_details {
    struct invoice_party buyer; /* address, siret, contact, phone, address of the network */
    bool has_delivery;
    struct invoice_address delivery;
    struct str delivery_name;
    struct invoice_references references;
    bool has_period;
    struct date period_from;
    struct date period_to;
    struct str terms;
    struct invoice_note *notes; /* instead of ours of the same code, or beside them */
    size_t note_count;          /* at most INVOICE_NOTES_GIVEN_MAX: PMT, PMD, AAB and five others */
    bool has_issued;            /* it is to be issued on this day, or not at all */
    struct date issued;
};
enum { INVOICE_NOTES_GIVEN_MAX = 8 };

/* Texts that are not given are {NULL, 0}. `bad` has the bit of each field that could not be read:
 * it is not looked at again, and told with what else is wrong. */
struct invoice_draft {
    unsigned bad;
    enum invoice_kind kind; /* never INVOICE_CREDIT */
    struct str name;
    struct str address;
    bool has_date;
    struct date date; /* of the sale or service; of a quote */
    enum currency currency;
    int64_t deposit_minor;
    struct invoice_item *items;
    size_t item_count;
    struct str client_siren;
    struct str client_vat;
    struct str client_email;
    struct str delivery_address;
    struct str order_number;
    bool has_due;
    struct date due;
    enum invoice_nature nature;            /* 0: the merchant's */
    int64_t payment_number;                /* of the request that pays it; 0: none */
    const struct invoice_source *source;   /* core/invoice_payment.h reads it */
    const struct invoice_details *details; /* or NULL; then `address` and `delivery_address` do not
                                            * count */
};

/* Whether a text of at most so many characters can be printed and carried by XML; breaks: of lines
 * are allowed. */
bool invoice_text_shows(struct str text, size_t max, bool breaks);

/* Whether it could be issued now. ERR_INVALID with a fault on each field that is wrong, once, in
 * the order of INVOICE_FIELD_LIST; ERR_STATE with a fault on "account" and one on each setting that
 * the law wants on an invoice and the merchant has not set. */
MUST_CHECK err_t invoice_check(struct ctx *cx, const struct invoice_seller *seller,
                               const struct invoice_draft *draft, struct date issued);

/* Who is known by a SIREN or a French VAT number is a business, by another VAT number abroad. */
enum invoice_buyer invoice_buyer_of(const struct invoice_draft *draft);

/* Everything that it will say, from a draft that invoice_check has passed. */
void invoice_fill(struct ctx *cx, const struct invoice_seller *seller,
                  const struct invoice_draft *draft, const struct invoice_place *place,
                  struct invoice_paper *out);

/* The part of it that comes from the seller: once buyer, lines and sums are there. */
void invoice_finish(struct ctx *cx, const struct invoice_seller *seller,
                    struct invoice_paper *paper);

/* --- issuing ------------------------------------------------------------------------------------
 */

/* Errors as invoice_check; ERR_UNAVAILABLE with a fault: files cannot be made here. */
struct invoice_issue {
    struct operation operation;
    struct invoice_draft draft;
    struct invoice invoice;         /* out */
    char token[LINK_TOKEN_LEN + 1]; /* out: the key of its address; private until the end */
};
void invoice_issue(struct invoice_issue *issue);

/* The same inside a body, before its first write; token opens its file, {NULL, 0}: nobody may. */
struct invoice_issuing {
    const struct core *core;
    const struct invoice_draft *draft;
    struct str token;
};
MUST_CHECK err_t invoice_issue_in(struct ctx *cx, struct tx *tx,
                                  const struct invoice_issuing *issuing, struct invoice *out);
/* ERR_UNAVAILABLE with a fault: files cannot be made here. */
MUST_CHECK err_t invoice_can_issue(const struct core *core, struct ctx *cx);

/* Inside a body that has checked everything: freezes what the paper says, whose number is that of
 * the place, books it and asks for its file. token opens it; {NULL, 0}: nobody may. */
struct invoice_freeze {
    const struct invoice_paper *paper;
    const struct invoice_place *place;
    struct invoice_id preceding;
    struct str token;
};
MUST_CHECK err_t invoice_freeze(struct ctx *cx, struct tx *tx, const struct invoice_freeze *freeze,
                                struct invoice *out);

/* --- reading ------------------------------------------------------------------------------------
 */

/* ERR_NOT_FOUND with a fault on "invoice". */
MUST_CHECK err_t invoice_load(struct ctx *cx, struct tx *tx, struct invoice_id id,
                              struct invoice *out);
/* By its number. */
MUST_CHECK err_t invoice_by_number(struct ctx *cx, struct tx *tx, struct str number,
                                   struct invoice *out);
/* What it says. */
MUST_CHECK err_t invoice_paper_of(struct ctx *cx, const struct invoice *invoice,
                                  struct invoice_paper *out);

/* The next ones of a series behind a place in it, whole; all zero: from its first. */
struct invoice_walk {
    enum invoice_kind kind;
    int year;
    int64_t serial;
    int64_t limit;
};
MUST_CHECK err_t invoice_chain_read(struct ctx *cx, struct tx *tx, const struct invoice_walk *walk,
                                    struct invoice **out, size_t *count);

/* Without their records. */
MUST_CHECK err_t invoice_list(struct ctx *cx, struct tx *tx, const struct page_of *page,
                              struct invoice **out, struct page_found *found);

#endif
