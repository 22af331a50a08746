#ifndef GUICHET_CORE_INVOICE_PAPER_H
#define GUICHET_CORE_INVOICE_PAPER_H

#include "base/clock.h"
#include "base/enum.h"
#include "base/money.h"
#include "base/str.h"

/* Everything that an issued document says (api/simplypaie.md 7, standards/einvoicing.md 3 and 4):
 * what its page shows and what its XML carries, computed and frozen, so that whoever draws it adds
 * and decides nothing. A text that is not there is {NULL, 0}. */

#define INVOICE_KIND_LIST(X)                                                                       \
    X(INVOICE_NORMAL, 1, "invoice")     /* BT-3 380 */                                             \
    X(INVOICE_CREDIT, 2, "credit_note") /* BT-3 381 */                                             \
    X(INVOICE_QUOTE, 3, "quote")        /* devis: a page alone */                                  \
    X(INVOICE_RECEIPT, 4, "receipt")    /* reçu: a page alone */
ENUM_DECLARE(invoice_kind, INVOICE_KIND_LIST);

struct einvoice;

/* The category codes of EN 16931 (UNCL5305) that France accepts (BR-FR-15). */
#define VAT_CATEGORY_LIST(X)                                                                       \
    X(VAT_STANDARD, 1, "S")                                                                        \
    X(VAT_ZERO, 2, "Z")                                                                            \
    X(VAT_EXEMPT, 3, "E")                                                                          \
    X(VAT_REVERSE, 4, "AE")                                                                        \
    X(VAT_INTRA, 5, "K")                                                                           \
    X(VAT_EXPORT, 6, "G")                                                                          \
    X(VAT_OUTSIDE, 7, "O")
ENUM_DECLARE(vat_category, VAT_CATEGORY_LIST);

/* What is sold (decree 2022-1299): the letter of BT-23. */
#define INVOICE_NATURE_LIST(X)                                                                     \
    X(NATURE_GOODS, 1, "goods") X(NATURE_SERVICES, 2, "services") X(NATURE_MIXED, 3, "mixed")
ENUM_DECLARE(invoice_nature, INVOICE_NATURE_LIST);

/* To whom: the text of the note BAR (BR-FR-20). */
#define INVOICE_BUYER_LIST(X)                                                                      \
    X(BUYER_BUSINESS, 1, "B2B") X(BUYER_ABROAD, 2, "B2BINT") X(BUYER_CONSUMER, 3, "B2C")
ENUM_DECLARE(invoice_buyer, INVOICE_BUYER_LIST);

/* A postal address as EN 16931 cuts it: BT-35 to BT-40, BT-50 to BT-55, BT-75 to BT-80. */
struct invoice_address {
    struct str lines[3];
    struct str zip;
    struct str city;
    struct str country; /* two letters */
};

struct invoice_party {
    struct str name;
    struct invoice_address address;
    struct str siren;
    struct str siret;
    struct str vat_number;
    struct str legal;   /* of the seller, as printed: form, capital, register */
    struct str contact; /* BT-41, BT-56: whom to ask for */
    struct str email;   /* as printed; the address of the network is the last two */
    struct str phone;
    struct str network_scheme; /* BT-34-1, BT-49-1: "0225" or "EM" */
    struct str network_id;
};

enum {
    INVOICE_DECIMALS = 10000, /* prices and quantities are in ten-thousandths */
    INVOICE_LINES_MAX = 500,
    INVOICE_RATES_MAX = 32, /* groups of VAT */
    INVOICE_NOTES_MAX = 16,
};

/* What seller and buyer call by their own names: BT-10 to BT-19. */
struct invoice_references {
    struct str buyer;
    struct str project;
    struct str contract;
    struct str sales_order;
    struct str receipt;
    struct str despatch;
    struct str tender;
    struct str object;
    struct str accounting;
};

/* What may be said of a line beside its price. */
struct invoice_line_more {
    struct str unit;        /* BT-130, or {NULL, 0}: pieces, C62 */
    struct str note;        /* BT-127 */
    struct str description; /* BT-154 */
    struct str seller_id;   /* BT-155 */
    struct str buyer_id;    /* BT-156 */
    struct str order_line;  /* BT-132 */
};

struct invoice_paper_line {
    struct str designation;
    int64_t price_e4;    /* of one, without VAT */
    int64_t quantity_e4; /* positive, of a credit note too */
    enum vat_category category;
    int64_t rate_bp;
    int64_t net_minor;
    struct invoice_line_more more;
};

struct invoice_paper_rate {
    enum vat_category category;
    int64_t rate_bp;
    int64_t base_minor;
    int64_t vat_minor;
    struct str reason;      /* BT-120, printed: why no VAT is due */
    struct str reason_code; /* BT-121 */
};

/* BG-1: a mention with its code (UNTDID 4451: PMT, PMD, AAB, REG, ABL, BAR, ...); without a code it
 * is only printed, and `silent` ones are only carried. */
struct invoice_note {
    struct str code;
    struct str text;
    bool silent;
};

struct invoice_paper {
    enum invoice_kind kind;
    bool test;         /* of test mode: shown across the page */
    struct str accent; /* the merchant's colour, "#1a8f5a", or {NULL, 0}: ours */
    struct str logo;   /* a PNG as core/logo.h keeps it, or {NULL, 0}: the name instead */
    struct str number;
    struct date issued;
    struct date supplied; /* of the sale or service; that of issue when it is the same */
    bool has_due;         /* quotes: the day until which they hold; receipts have none; what was
                           * wholly paid: the day of the payment (BR-FR-CO-09) */
    struct date due;

    enum invoice_nature nature;
    enum invoice_buyer to;
    bool vat_on_debits;

    struct invoice_party seller;
    struct invoice_party buyer;
    bool has_delivery;
    struct invoice_address delivery;
    struct str delivery_name; /* BT-70 */
    struct str order_number;  /* BT-13 */
    struct invoice_references references;
    bool has_period; /* BG-14 */
    struct date period_from;
    struct date period_to;
    struct str terms; /* BT-20, as the seller words them */

    struct invoice_paper_line *lines;
    size_t line_count;
    struct invoice_paper_rate *rates;
    size_t rate_count;

    enum currency currency;
    int64_t net_minor;     /* BT-109 */
    int64_t vat_minor;     /* BT-110 */
    int64_t total_minor;   /* BT-112 */
    int64_t paid_minor;    /* BT-113 */
    int64_t due_minor;     /* BT-115 */
    int64_t deposit_minor; /* to be paid in advance, 0: none; due_minor contains it */
    bool has_vat_eur;      /* the currency is not the euro (BT-6, BT-111) */
    int64_t vat_eur_minor;
    struct str rate_eur; /* "1 USD = 0,9000 EUR", as printed */

    struct str iban; /* in groups of four, where to pay */
    struct str bic;
    struct str pay_url; /* a page of ours where it can be paid, or {NULL, 0} */
    struct str paid_by; /* "carte bancaire, 29/11/2026": of what is paid already */

    bool has_preceding; /* the invoice that a credit note undoes (BG-3) */
    struct str preceding_number;
    struct date preceding_issued;

    struct invoice_note notes[INVOICE_NOTES_MAX];
    size_t note_count;

    /* What somebody else wrote (core/einvoice_print.h), with a line for each of `lines`: what it
     * says beside all this is drawn from it. Its texts are as they came. NULL: an invoice of ours.
     */
    const struct einvoice *written;
};

/* The two syntaxes of the same data (standards/einvoicing.md 2). */
enum invoice_syntax { INVOICE_CII = 1, INVOICE_UBL };

#endif
