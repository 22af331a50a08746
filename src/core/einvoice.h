#ifndef GUICHET_CORE_EINVOICE_H
#define GUICHET_CORE_EINVOICE_H

#include "base/clock.h"
#include "base/decimal.h"
#include "base/enum.h"
#include "base/err.h"

/* An invoice as EN 16931 sees it, whoever wrote it and in which syntax (standards/einvoicing.md 3):
 * what a file of somebody says, before anything has been found to be right about it. Codes and
 * numbers of lists stay texts. What is not there is {NULL, 0}, a zeroed date or a zeroed decimal;
 * texts are borrowed from the arena it was read into. docs/einvoice.md lists the terms (BT-n) and
 * the rules. */

enum {
    EINVOICE_BYTES_MAX = 20 << 20, /* of a file as it comes (api/seqino.md 2) */
    EINVOICE_LINES_MAX = 1000,
    EINVOICE_TEXT_MAX = 8 << 20, /* of all that it says, in UTF-8, without what is attached */
    EINVOICE_ITEMS_MAX = 64,     /* of every other list: notes, allowances, references, ... */
    EINVOICE_FAILURES_MAX = 100,
    EINVOICE_ATTACHED_MAX = 8 << 20, /* bytes of BT-125 in base64 */
    EINVOICE_ARENA_MAX = 192 << 20,  /* enough to read any file and check it */
};

#define EINVOICE_FORMAT_LIST(X)                                                                    \
    X(EINVOICE_CII, 1, "CII") X(EINVOICE_UBL, 2, "UBL") X(EINVOICE_FACTURX, 3, "Factur-X")
ENUM_DECLARE(einvoice_format, EINVOICE_FORMAT_LIST);

struct einvoice_id {
    struct str id;
    struct str scheme; /* of ISO 6523 ("0002" SIREN, "0009" SIRET, "0225"), or of EAS */
};

struct einvoice_ids {
    struct einvoice_id *items;
    size_t count;
};

/* BG-5, BG-8, BG-12, BG-15. */
struct einvoice_address {
    bool present;
    struct str lines[3];
    struct str city;
    struct str zip;
    struct str subdivision;
    struct str country;
};

/* BG-6, BG-9. */
struct einvoice_contact {
    struct str name;
    struct str phone;
    struct str email;
};

/* BG-4, BG-7; of the payee (BG-10) and the tax representative (BG-11) only what those have. */
struct einvoice_party {
    bool present;
    struct str name;
    struct str trading_name;
    struct einvoice_ids ids;     /* BT-29, BT-46 (one), BT-60 */
    struct einvoice_id legal_id; /* BT-30, BT-47, BT-61 */
    struct str vat_number;       /* BT-31, BT-48, BT-63 */
    struct str tax_number;       /* BT-32 */
    struct str legal;            /* BT-33 */
    struct einvoice_id endpoint; /* BT-34, BT-49 */
    struct einvoice_address address;
    struct einvoice_contact contact;
};

/* BG-14, BG-26. */
struct einvoice_period {
    bool present;
    struct date from;
    struct date to;
};

/* BG-1. */
struct einvoice_note {
    struct str code; /* BT-21: PMT, PMD, AAB, TXD, BAR, ... */
    struct str text; /* BT-22 */
};

/* BG-3. */
struct einvoice_reference {
    struct str number;  /* BT-25 */
    struct date issued; /* BT-26 */
    struct str type;    /* of the document, where a file tells it */
};

/* BG-24. */
struct einvoice_attachment {
    struct str reference;   /* BT-122 */
    struct str description; /* BT-123: in France one of a list of codes */
    struct str uri;         /* BT-124 */
    struct str mime;        /* BT-125 */
    struct str file_name;
    struct str content; /* its bytes, when they were asked for (struct einvoice_file) */
};

/* of a line, an allowance, a group. */
struct einvoice_vat {
    struct str category;
    struct decimal rate; /* percent */
};

/* BG-20, BG-21, BG-27, BG-28. */
struct einvoice_allowance {
    bool charge;
    struct decimal amount;
    struct decimal base;
    struct decimal percent;
    struct einvoice_vat vat; /* of the document's only */
    struct str reason;
    struct str reason_code;
};

/* BG-23. */
struct einvoice_group {
    struct einvoice_vat vat; /* BT-118, BT-119 */
    struct decimal base;     /* BT-116 */
    struct decimal tax;      /* BT-117 */
    struct str reason;       /* BT-120 */
    struct str reason_code;  /* BT-121 */
};

/* BG-32. */
struct einvoice_attribute {
    struct str name;
    struct str value;
};

/* BG-25. */
struct einvoice_line {
    struct str id;                 /* BT-126 */
    struct str note;               /* BT-127 */
    struct einvoice_ids objects;   /* BT-128: in France one with AFL and one with AVV */
    struct decimal quantity;       /* BT-129 */
    struct str unit;               /* BT-130 */
    struct decimal net;            /* BT-131 */
    struct str order_line;         /* BT-132 */
    struct str accounting;         /* BT-133 */
    struct einvoice_period period; /* BG-26 */
    struct einvoice_allowance *allowances;
    size_t allowance_count;
    struct decimal price;           /* BT-146 */
    struct decimal price_discount;  /* BT-147 */
    struct decimal gross_price;     /* BT-148 */
    struct decimal base_quantity;   /* BT-149; not there: 1 */
    struct str base_unit;           /* BT-150 */
    struct einvoice_vat vat;        /* BT-151, BT-152 */
    struct str name;                /* BT-153 */
    struct str description;         /* BT-154 */
    struct str seller_id;           /* BT-155 */
    struct str buyer_id;            /* BT-156 */
    struct einvoice_id standard_id; /* BT-157 */
    struct einvoice_ids classes;    /* BT-158 */
    struct str origin;              /* BT-159 */
    struct einvoice_attribute *attributes;
    size_t attribute_count;
    struct einvoice_reference *preceding; /* of the line, in France (BR-FR-CO-05) */
    size_t preceding_count;
};

/* BG-22. */
struct einvoice_totals {
    struct decimal lines;          /* BT-106 */
    struct decimal allowances;     /* BT-107 */
    struct decimal charges;        /* BT-108 */
    struct decimal without_vat;    /* BT-109 */
    struct decimal vat;            /* BT-110 */
    struct decimal vat_accounting; /* BT-111, in the currency of BT-6 */
    struct decimal with_vat;       /* BT-112 */
    struct decimal paid;           /* BT-113 */
    struct decimal rounding;       /* BT-114 */
    struct decimal due;            /* BT-115 */
};

/* BG-17. */
struct einvoice_account {
    struct str id;   /* BT-84 */
    struct str name; /* BT-85 */
    struct str bic;  /* BT-86 */
};

/* BG-16. */
struct einvoice_payment {
    bool present;
    struct str means;      /* BT-81 */
    struct str means_text; /* BT-82 */
    struct str remittance; /* BT-83 */
    struct einvoice_account *accounts;
    size_t account_count;
    struct str card;        /* BT-87: the last four to six digits, or a masked number */
    struct str card_holder; /* BT-88 */
    struct str mandate;     /* BT-89 */
    struct str creditor;    /* BT-90 */
    struct str debited;     /* BT-91 */
};

/* BG-13. */
struct einvoice_delivery {
    bool present;
    struct str name;                 /* BT-70 */
    struct einvoice_id location;     /* BT-71 */
    struct date day;                 /* BT-72 */
    struct einvoice_address address; /* BG-15 */
};

struct einvoice {
    struct str number;           /* BT-1 */
    struct date issued;          /* BT-2 */
    struct str type;             /* BT-3 */
    struct str currency;         /* BT-5 */
    struct str vat_currency;     /* BT-6 */
    struct date vat_day;         /* BT-7 */
    struct str vat_day_code;     /* BT-8 as UNTDID 2475 has it (5, 29, 72), whatever the syntax */
    struct date due;             /* BT-9 */
    struct str buyer_reference;  /* BT-10 */
    struct str project;          /* BT-11 */
    struct str contract;         /* BT-12 */
    struct str order;            /* BT-13 */
    struct str sales_order;      /* BT-14 */
    struct str receipt;          /* BT-15 */
    struct str despatch;         /* BT-16 */
    struct str tender;           /* BT-17 */
    struct einvoice_ids objects; /* BT-18: likewise */
    struct str accounting;       /* BT-19 */
    struct str terms;            /* BT-20 */
    struct str framework;        /* BT-23 */
    struct str profile;          /* BT-24 */
    struct einvoice_note *notes;
    size_t note_count;
    struct einvoice_reference *preceding;
    size_t preceding_count;
    struct einvoice_party seller;
    struct einvoice_party buyer;
    struct einvoice_party payee;
    struct einvoice_party representative;
    struct einvoice_delivery delivery;
    struct einvoice_period period;
    struct einvoice_payment payment;
    struct einvoice_allowance *allowances;
    size_t allowance_count;
    struct einvoice_totals totals;
    struct einvoice_group *groups;
    size_t group_count;
    struct einvoice_attachment *attachments;
    size_t attachment_count;
    struct einvoice_line *lines;
    size_t line_count;
};

bool einvoice_has_date(struct date date);

/* A rule that does not hold. */
struct einvoice_failure {
    const char *rule; /* "BR-CO-10", "BR-FR-05", or one of ours: "XSD", "LINE-NET", ... */
    const char *term; /* what it is about, "BT-106"; NULL: the file */
    size_t at;        /* which one of a list, from 1: the line, the group, ...; 0: the document's */
    const char *text; /* an English sentence; static, or in the arena */
};

/* In the order in which they were found; what goes past the maximum is counted only. */
struct einvoice_report {
    struct einvoice_failure *failures;
    size_t count; /* of failures */
    size_t more;
};

/* A report without failures yet. */
struct einvoice_report einvoice_report_new(struct arena *arena);
void einvoice_fail(struct einvoice_report *report, const char *rule, const char *term, size_t at,
                   const char *text);

struct einvoice_file {
    struct str bytes; /* as they came */
    bool attached;    /* in: what is attached is read, too, each up to EINVOICE_ATTACHED_MAX */
    enum einvoice_format format;
    struct str xml; /* the invoice's: the file itself, or what a PDF carries */
    struct einvoice invoice;
};

/* Reads and judges invoices. Filled by the einvoice layer; called by a worker with an arena of its
 * own, in which everything is left. */
struct einvoice_judge {
    /* What file->bytes is, and what it says. ERR_INVALID: the report says what cannot be read of it
     * (rule "XSD", "FORMAT", "PDF", ...). ERR_UNAVAILABLE: a library is not installed, or a PDF
     * could not be looked at now. */
    err_t (*read)(struct arena *arena, struct einvoice_file *file, struct einvoice_report *report);

    /* Every rule; the report says which do not hold. Quick, and from any thread. */
    void (*check)(struct arena *arena, const struct einvoice *invoice,
                  struct einvoice_report *report);
};

#endif
