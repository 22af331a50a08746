#ifndef GUICHET_RAILS_SEPA_SEPA_FILE_H
#define GUICHET_RAILS_SEPA_SEPA_FILE_H

#include "base/clock.h"
#include "base/ctx.h"
#include "wire/stream.h"
#include "wire/xml_write.h"

/* Files for the bank and from it (sepa.md 9 and 10), as plain structs: nothing here knows the
 * database. Texts are borrowed; amounts are euro cents. IBAN and BIC are taken as they are: who
 * fills these structs has checked them. */

/* [doc] `pain_version`: pain.008.001.02 and pain.001.001.03, or .08 and .09. */
#define SEPA_GENERATION_LIST(X)                                                                    \
    X(SEPA_GENERATION_2009, 1, "2009")                                                             \
    X(SEPA_GENERATION_2019, 2, "2019")
ENUM_DECLARE(sepa_generation, SEPA_GENERATION_LIST);

#define SEPA_SCHEME_LIST(X) X(SEPA_SCHEME_CORE, 1, "CORE") X(SEPA_SCHEME_B2B, 2, "B2B")
ENUM_DECLARE(sepa_scheme, SEPA_SCHEME_LIST);

#define SEPA_SEQUENCE_LIST(X)                                                                      \
    X(SEPA_SEQUENCE_FIRST, 1, "FRST")                                                              \
    X(SEPA_SEQUENCE_RECURRENT, 2, "RCUR")                                                          \
    X(SEPA_SEQUENCE_FINAL, 3, "FNAL")                                                              \
    X(SEPA_SEQUENCE_ONE_OFF, 4, "OOFF")
ENUM_DECLARE(sepa_sequence, SEPA_SEQUENCE_LIST);

/* `address_form` (sepa.md 8). The unstructured form is forbidden and cannot be asked for. */
#define SEPA_ADDRESS_LIST(X)                                                                       \
    X(SEPA_ADDRESS_NONE, 1, "none")                                                                \
    X(SEPA_ADDRESS_STRUCTURED, 2, "structured")                                                    \
    X(SEPA_ADDRESS_HYBRID, 3, "hybrid")
ENUM_DECLARE(sepa_address_form, SEPA_ADDRESS_LIST);

enum { SEPA_MSG_ID_MAX = 30 }; /* [our choice] so that derived ids fit in 35 (sepa.md 9.1) */
#define SEPA_AMOUNT_MAX INT64_C(99999999999)

/* --- files we send -----------------------------------------------------------------------------
 */

/* form 0 is SEPA_ADDRESS_NONE. The other forms need town and country (ISO 3166, two letters). The
 * complement has no element in the structured form of 2009 and is left out there. */
struct sepa_address {
    enum sepa_address_form form;
    struct str number;
    struct str street;
    struct str complement;
    struct str postcode;
    struct str town;
    struct str country;
};

struct sepa_header {
    enum sepa_generation generation;
    struct str msg_id; /* at most SEPA_MSG_ID_MAX */
    instant created;
    bool created_utc; /* written in UTC with Z; else Paris time without offset */
    struct str initiator_name;
    struct str initiator_id; /* SIREN or SIRET, for banks that ask for it; or empty */
    int64_t count;           /* over all blocks */
    int64_t sum_cents;
};

/* Amended mandates (sepa.md 2.5): what changed, by its old value; all empty when nothing did. An
 * old account is told by its IBAN or, with other_account, by SMNDA; not by both. */
struct sepa_amendment {
    struct str old_umr;
    struct str old_ics;
    struct str old_creditor_name;
    struct str old_iban;
    bool other_account;
};

struct sepa_collection_block {
    struct str payment_info_id;
    int64_t count;
    int64_t sum_cents;
    bool batch_booking;
    enum sepa_scheme scheme;
    enum sepa_sequence sequence;
    struct str category_purpose; /* or empty */
    struct date due;
    struct str creditor_name;
    struct sepa_address creditor_address;
    struct str creditor_iban;
    struct str creditor_bic;
    struct str ultimate_creditor; /* or empty */
    struct str ics;
};

struct sepa_collection {
    struct str instruction_id; /* or empty */
    struct str end_to_end_id;
    int64_t amount_cents;
    struct str umr;
    struct date signed_on;
    struct sepa_amendment amendment;
    struct str debtor_bic; /* or empty: NOTPROVIDED */
    struct str debtor_name;
    struct sepa_address debtor_address;
    struct str debtor_id; /* the contract's number, or empty */
    bool debtor_is_company;
    struct str debtor_iban;
    struct str ultimate_debtor; /* or empty */
    struct str purpose;         /* or empty */
    struct str remittance;      /* free text, or */
    struct str reference;       /* ISO 11649 "RF...", never both */
};

struct sepa_transfer_block {
    struct str payment_info_id;
    int64_t count;
    int64_t sum_cents;
    bool batch_booking;
    bool is_instant; /* INST: never in one block with others */
    struct str category_purpose;
    struct date execution;
    instant execution_at; /* instant and 2019 only: the moment; 0 writes the day */
    struct str debtor_name;
    struct sepa_address debtor_address;
    struct str debtor_iban;
    struct str debtor_bic; /* or empty: NOTPROVIDED */
    struct str ultimate_debtor;
};

struct sepa_transfer {
    struct str instruction_id; /* or empty */
    struct str end_to_end_id;
    int64_t amount_cents;
    struct str creditor_bic; /* or empty: left out */
    struct str creditor_name;
    struct sepa_address creditor_address;
    struct str creditor_iban;
    struct str ultimate_creditor;
    struct str purpose;
    struct str remittance; /* one or */
    struct str reference;  /* the other */
};

/* pain.007.001.02, the only version we write; header.generation is not looked at. The blocks are
 * those of one original file. */
struct sepa_reversal_header {
    struct sepa_header header;
    struct str original_msg_id;
    struct str original_name; /* "pain.008.001.02" */
};

struct sepa_reversal_block {
    struct str original_payment_info_id;
    int64_t count;
    int64_t sum_cents;
};

struct sepa_reversal {
    struct str reversal_id;             /* or empty */
    struct str original_instruction_id; /* or empty */
    struct str original_end_to_end_id;
    int64_t original_cents;
    int64_t reversed_cents;
    struct str reason; /* AM05, MS02, MS03, MD05... */
};

/* A file is written in order: begin; then block and its transactions, again and again; end. Memory
 * stays constant. Each call checks what it is given before it writes: ERR_INVALID with a fault that
 * names the member; ERR_INVALID about "count" or "sum_cents" when a block or the file has not the
 * number and sum that were told. After an error the file is worth nothing. Names, addresses and
 * remittances are transliterated and cut; references are refused when they do not fit. The sink is
 * borrowed until the end; the writer lies in cx->arena. */
struct sepa_writer;

MUST_CHECK err_t sepa_collections_begin(struct ctx *cx, const struct sepa_header *header,
                                        const struct sink *sink, struct sepa_writer **out);
MUST_CHECK err_t sepa_collections_block(struct ctx *cx, struct sepa_writer *writer,
                                        const struct sepa_collection_block *block);
MUST_CHECK err_t sepa_collection_add(struct ctx *cx, struct sepa_writer *writer,
                                     const struct sepa_collection *collection);

MUST_CHECK err_t sepa_transfers_begin(struct ctx *cx, const struct sepa_header *header,
                                      const struct sink *sink, struct sepa_writer **out);
MUST_CHECK err_t sepa_transfers_block(struct ctx *cx, struct sepa_writer *writer,
                                      const struct sepa_transfer_block *block);
MUST_CHECK err_t sepa_transfer_add(struct ctx *cx, struct sepa_writer *writer,
                                   const struct sepa_transfer *transfer);

MUST_CHECK err_t sepa_reversals_begin(struct ctx *cx, const struct sepa_reversal_header *header,
                                      const struct sink *sink, struct sepa_writer **out);
MUST_CHECK err_t sepa_reversals_block(struct ctx *cx, struct sepa_writer *writer,
                                      const struct sepa_reversal_block *block);
MUST_CHECK err_t sepa_reversal_add(struct ctx *cx, struct sepa_writer *writer,
                                   const struct sepa_reversal *reversal);

/* What the file is: its length, and its SHA-256 by which it is stored. Before it leaves,
 * xml_validate() and pain_check() have to look at the bytes that were stored. */
MUST_CHECK err_t sepa_file_end(struct ctx *cx, struct sepa_writer *writer, struct xml_written *out);

/* The message's name, which is also its schema's: "pain.008.001.08". */
const char *sepa_file_message(const struct sepa_writer *writer);

/* True for an ISO 11649 reference: RF, two check digits, 1 to 21 letters and digits. */
bool sepa_creditor_reference_is_valid(struct str text);

/* --- files we read -----------------------------------------------------------------------------
 *
 * Recognised by what they hold: the root's local name and the family in its namespace, with any
 * prefix and any version; a file without namespace passes. What breaks the schema but can be read
 * is read (sepa.md 10.4). Refused, with a fault in words: what is not well-formed (ERR_MALFORMED),
 * what is too large or too deep (ERR_LIMIT), and with ERR_INVALID an unknown root, a statement
 * without account, an amount or a date that cannot be read. Nothing that was called back before may
 * then count.
 *
 * Texts are UTF-8, trimmed, cut at 4096 bytes, {NULL, 0} when absent, and live until the call back
 * returns: the file's own (struct sepa_report_id) until the reading ends, a statement's, entry's or
 * block's until its last call. Of an element that should occur once the first one counts. */

#define SEPA_FILE_LIST(X)                                                                          \
    X(SEPA_FILE_STATUS, 1, "pain.002")                                                             \
    X(SEPA_FILE_STATEMENT, 2, "camt.053")                                                          \
    X(SEPA_FILE_NOTIFICATION, 3, "camt.054")                                                       \
    X(SEPA_FILE_CANCELLATION, 4, "camt.029")
ENUM_DECLARE(sepa_file, SEPA_FILE_LIST);

/* Tells which file it is by its beginning. ERR_INVALID for one that we do not read. */
MUST_CHECK err_t sepa_file_detect(struct ctx *cx, const struct source *source, enum sepa_file *out);

/* Who says it: with the sender, what a file is known by besides its SHA-256 (sepa.md 10.5). */
struct sepa_report_id {
    enum sepa_file kind;
    int version; /* 8 for camt.053.001.08; 0 when the namespace does not tell */
    struct str msg_id;
    struct str created; /* as written */
    struct str sender;  /* the bank's BIC, where the message tells it */
};

/* `text` is what the file says, empty when it says nothing. cents is hundredths, whatever the
 * currency; it counts only when `exact`: amounts with more than two significant decimals are never
 * rounded. */
struct sepa_amount {
    struct str text;
    struct str currency;
    int64_t cents;
    bool exact;
};

enum sepa_sign { SEPA_CREDIT = 1, SEPA_DEBIT = 2 }; /* 0: the file does not say */

struct sepa_reason {
    struct str code;        /* "AC01", whether we know it or not */
    struct str proprietary; /* or the bank's own */
    struct str information; /* free text, lines joined */
    struct str originator;  /* name or BIC */
};

enum { SEPA_REASONS_MAX = 4 };

/* pain.002 and camt.029: the three levels. status is the code as written: ACCP, RJCT, PART,
 * RCVC..., for a cancellation CNCL, RJCR, PDCR..., ACCR. */
struct sepa_status_group {
    struct sepa_report_id id;
    struct str original_msg_id;
    struct str original_name; /* "pain.008.001.08" */
    struct str status;
    struct str case_id;      /* camt.029: the case that is answered */
    int64_t original_count;  /* 0 when absent */
    struct str original_sum; /* as written */
    struct sepa_reason reasons[SEPA_REASONS_MAX];
    size_t reason_count;
};

struct sepa_status_block {
    struct str original_payment_info_id;
    struct str status;
    int64_t original_count;
    struct str original_sum;
    struct sepa_reason reasons[SEPA_REASONS_MAX];
    size_t reason_count;
};

struct sepa_status_transaction {
    struct str status_id;
    struct str original_instruction_id;
    struct str original_end_to_end_id;
    struct str status;
    struct sepa_reason reasons[SEPA_REASONS_MAX];
    size_t reason_count;
    /* What the bank says the original was, for cross-checking; may all be absent. */
    struct sepa_amount amount;
    struct date due; /* year 0 when absent */
    struct str umr;
    struct str ics;
    struct str debtor_iban;
    struct str creditor_iban;
};

/* The more special comes first: transactions, then their block, then the group, once, at the end.
 * `block` is NULL for a transaction outside any block; group and block hold what was read so far,
 * which is all but reasons in files that keep the order. Another result than OK ends the reading.
 */
struct sepa_status_handler {
    err_t (*transaction)(struct ctx *cx, void *arg, const struct sepa_status_group *group,
                         const struct sepa_status_block *block,
                         const struct sepa_status_transaction *transaction);
    err_t (*block)(struct ctx *cx, void *arg, const struct sepa_status_group *group,
                   const struct sepa_status_block *block);
    err_t (*group)(struct ctx *cx, void *arg, const struct sepa_status_group *group);
};

/* camt.053 and camt.054. */
struct sepa_balance {
    struct str code; /* OPBD, CLBD, PRCD, ITBD, CLAV, FWAV; or the bank's own */
    struct sepa_amount amount;
    enum sepa_sign sign;
    struct date day;
};

struct sepa_charge {
    struct sepa_amount amount;
    enum sepa_sign sign;
};

enum { SEPA_BALANCES_MAX = 16, SEPA_CHARGES_MAX = 8, SEPA_BATCHES_MAX = 4 };

/* What does not add up, as bits. Nothing of it is repaired. */
enum sepa_anomaly {
    SEPA_ANOMALY_INEXACT = 1 << 0,       /* an amount with more than two significant decimals */
    SEPA_ANOMALY_NO_SIGN = 1 << 1,       /* an entry or balance that is neither credit nor debit */
    SEPA_ANOMALY_NO_DAY = 1 << 2,        /* booked, but no booking date */
    SEPA_ANOMALY_DETAILS_SUM = 1 << 3,   /* the details are not the entry's amount, or say none */
    SEPA_ANOMALY_DETAILS_COUNT = 1 << 4, /* the details are not the batches' number */
    SEPA_ANOMALY_CURRENCY = 1 << 5,      /* sums over more than one currency were not looked at */
    SEPA_ANOMALY_BALANCE = 1 << 6,       /* opening and entries are not closing */
    SEPA_ANOMALY_ENTRIES = 1 << 7,       /* the entries are not the number or sum that is told */
};

struct sepa_statement {
    struct sepa_report_id file;
    struct str id;
    struct str sequence; /* ElctrncSeqNb */
    struct str legal_sequence;
    int64_t page; /* of those that it is spread over; 0: not told */
    struct str created;
    struct str from;
    struct str to;
    struct str iban;
    struct str other_account; /* when there is no IBAN */
    struct str currency;
    struct str owner;
    struct sepa_balance balances[SEPA_BALANCES_MAX];
    size_t balance_count;
    /* At the end of the statement: */
    int64_t entry_count;
    unsigned anomalies;
    /* As told, for the anomalies. */
    int64_t told_entries;
    struct sepa_amount told_sum;
};

/* The balance it begins with (OPBD, else PRCD) and ends with (CLBD); NULL where it tells none. */
const struct sepa_balance *sepa_statement_opening(const struct sepa_statement *statement);
const struct sepa_balance *sepa_statement_closing(const struct sepa_statement *statement);

/* A bank transaction code; any part may be absent. */
struct sepa_bank_code {
    struct str domain;
    struct str family;
    struct str subfamily;
    struct str proprietary;
};

struct sepa_batch {
    struct str msg_id;
    struct str payment_info_id;
    int64_t count;
    struct sepa_amount total;
};

struct sepa_entry {
    int64_t ordinal;               /* in its statement, from 1 */
    struct str reference;          /* NtryRef */
    struct str servicer_reference; /* AcctSvcrRef */
    struct sepa_amount amount;
    enum sepa_sign sign; /* alone tells the direction */
    bool is_reversal;    /* RvslInd, for information */
    struct str status;   /* BOOK, PDNG, INFO, FUTR */
    bool is_booked;      /* only then is it posted */
    struct date booking_day;
    struct date value_day;
    struct sepa_bank_code code;
    struct sepa_amount instructed;
    struct str information; /* AddtlNtryInf */
    struct sepa_charge charges[SEPA_CHARGES_MAX];
    size_t charge_count;
    struct sepa_batch batches[SEPA_BATCHES_MAX];
    size_t batch_count;
    /* At the end of the entry: */
    int64_t detail_count;
    unsigned anomalies;
};

struct sepa_detail {
    int64_t ordinal; /* in its entry, from 1 */
    struct str msg_id;
    struct str payment_info_id;
    struct str instruction_id;
    struct str end_to_end_id;
    struct str transaction_id;
    struct str umr;
    struct str servicer_reference;
    struct str uetr;
    struct sepa_amount amount;     /* of this transaction; absent when the file does not say */
    enum sepa_sign sign;           /* the entry's when absent */
    struct sepa_amount instructed; /* the original one */
    struct sepa_charge charges[SEPA_CHARGES_MAX];
    size_t charge_count;
    struct str debtor_name;
    struct str debtor_account; /* IBAN, or another number */
    struct str creditor_name;
    struct str creditor_account;
    struct str remittance; /* lines joined */
    struct str creditor_reference;
    struct sepa_bank_code code;
    struct str purpose;
    struct str information;
    struct sepa_reason reason;             /* RtrInf */
    bool is_return;                        /* there was one */
    struct sepa_amount transaction_amount; /* AmtDtls/TxAmt, already used for `amount` */
};

/* In order: begin; for each entry its details, then the entry; end. At a detail the entry holds
 * what was read so far, which in files that keep the schema's order is all but AddtlNtryInf; its
 * anomalies come with the entry itself: whoever posts must wait for it. */
struct sepa_statement_handler {
    err_t (*begin)(struct ctx *cx, void *arg, const struct sepa_statement *statement);
    err_t (*detail)(struct ctx *cx, void *arg, const struct sepa_statement *statement,
                    const struct sepa_entry *entry, const struct sepa_detail *detail);
    err_t (*entry)(struct ctx *cx, void *arg, const struct sepa_statement *statement,
                   const struct sepa_entry *entry);
    err_t (*end)(struct ctx *cx, void *arg, const struct sepa_statement *statement);
};

/* Read one file, in constant memory. bytes_max is `import_max_mb`. */
MUST_CHECK err_t sepa_status_read(struct ctx *cx, const struct source *source, size_t bytes_max,
                                  const struct sepa_status_handler *handler, void *arg);
MUST_CHECK err_t sepa_statement_read(struct ctx *cx, const struct source *source, size_t bytes_max,
                                     const struct sepa_statement_handler *handler, void *arg);
MUST_CHECK err_t sepa_cancellation_read(struct ctx *cx, const struct source *source,
                                        size_t bytes_max, const struct sepa_status_handler *handler,
                                        void *arg);

#endif
