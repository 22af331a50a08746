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

/* What the file is: its length, and its SHA-256 by which it is stored. */
MUST_CHECK err_t sepa_file_end(struct ctx *cx, struct sepa_writer *writer, struct xml_written *out);

/* The message's name, which is also its schema's: "pain.008.001.08". */
const char *sepa_file_message(const struct sepa_writer *writer);

/* True for an ISO 11649 reference: RF, two check digits, 1 to 21 letters and digits. */
bool sepa_creditor_reference_is_valid(struct str text);

#endif
