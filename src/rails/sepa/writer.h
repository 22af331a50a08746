#ifndef GUICHET_RAILS_SEPA_WRITER_H
#define GUICHET_RAILS_SEPA_WRITER_H

#include "rails/sepa/sepa_file.h"

/* What the three messages have in common; see sepa_file.h for how they are used. */

enum sepa_message { SEPA_MESSAGE_COLLECTIONS = 1, SEPA_MESSAGE_TRANSFERS, SEPA_MESSAGE_REVERSALS };

struct sepa_totals {
    int64_t count;
    int64_t sum_cents;
};

struct sepa_writer {
    struct xml_writer *xml;
    struct arena *scratch; /* of one transaction; not cx->arena, where a sink may keep its own */
    enum sepa_message message;
    enum sepa_generation generation;
    bool in_block;
    const char *block_element;
    struct sepa_totals file_told;
    struct sepa_totals file;
    struct sepa_totals block_told;
    struct sepa_totals block;
};

/* Checks: ERR_INVALID with a fault about the field. An empty text passes unless it is needed. */
err_t check_reference(struct ctx *cx, const char *field, struct str text);
err_t check_optional_reference(struct ctx *cx, const char *field, struct str text);
err_t check_name(struct ctx *cx, const char *field, struct str text);
err_t check_iban(struct ctx *cx, const char *field, struct str text);
err_t check_bic(struct ctx *cx, const char *field, struct str text);
err_t check_code(struct ctx *cx, const char *field, struct str text);
err_t check_amount(struct ctx *cx, const char *field, int64_t cents);
err_t check_date(struct ctx *cx, const char *field, struct date date);
err_t check_address(struct ctx *cx, const char *field, const struct sepa_address *address);
err_t check_remittance(struct ctx *cx, struct str remittance, struct str reference);
err_t check_totals(struct ctx *cx, int64_t count, int64_t sum_cents);

/* Parts of a message. put_text transliterates and cuts. All of it goes into writer->scratch, which
 * the callers rewind after each transaction. */
void put_text(struct sepa_writer *writer, const char *name, struct str text, size_t max);
void put_amount(struct sepa_writer *writer, const char *name, int64_t cents);
void put_sum(struct sepa_writer *writer, int64_t cents);
void put_date(struct sepa_writer *writer, const char *name, struct date date);
/* NAME/Cd */
void put_code(struct sepa_writer *writer, const char *name, struct str code);
/* NAME/Id/IBAN */
void put_account(struct sepa_writer *writer, const char *name, struct str iban);
/* NAME/FinInstnId with the BIC, or with NOTPROVIDED without one. */
void put_agent(struct sepa_writer *writer, const char *name, struct str bic);
/* NAME/Nm and address; more elements may follow before the caller closes. */
void open_party(struct sepa_writer *writer, const char *name, struct str text,
                const struct sepa_address *address);
/* NAME/Nm, nothing for the empty name. */
void put_party(struct sepa_writer *writer, const char *name, struct str text);
void put_remittance(struct sepa_writer *writer, struct str remittance, struct str reference);
void put_moment(struct sepa_writer *writer, const char *name, instant at, bool utc);

/* Root, group header's first elements up to CtrlSum. The caller closes GrpHdr. */
err_t file_begin(struct ctx *cx, enum sepa_message message, const struct sepa_header *header,
                 const struct sink *sink, struct sepa_writer **out);
void put_initiator(struct sepa_writer *writer, const struct sepa_header *header);
/* Ends the block before and begins another one. */
err_t block_begin(struct ctx *cx, struct sepa_writer *writer, enum sepa_message message,
                  const char *element, int64_t count, int64_t sum_cents);
/* Counts a transaction; must come before it is written. */
err_t transaction_count(struct ctx *cx, struct sepa_writer *writer, enum sepa_message message,
                        int64_t cents);

#endif
