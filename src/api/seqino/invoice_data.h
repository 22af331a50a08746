#ifndef GUICHET_API_SEQINO_INVOICE_DATA_H
#define GUICHET_API_SEQINO_INVOICE_DATA_H

#include "core/einvoice.h"
#include "wire/field.h"

/* An invoice as JSON (api/seqino.md 6): the terms of EN 16931 by name, the same for what is drafted
 * and for what is shown. docs/seqino-invoices.md lists the names. Each struct is what the core has,
 * with what the tables need beside it: lists and objects in it count in their own members, not in
 * those of the core. */

extern const struct table SEQINO_INVOICE_DATA;

struct data_id {
    struct given given;
    struct einvoice_id of;
};

struct data_address {
    struct given given;
    struct einvoice_address of;
};

struct data_contact {
    struct given given;
    struct einvoice_contact of;
};

struct data_party {
    struct given given;
    struct einvoice_party of;
    struct field_list ids; /* struct data_id */
    struct data_id legal_id;
    struct data_id endpoint;
    struct data_address address;
    struct data_contact contact;
};

struct data_period {
    struct given given;
    struct einvoice_period of;
};

struct data_note {
    struct given given;
    struct einvoice_note of;
};

struct data_reference {
    struct given given;
    struct einvoice_reference of;
};

struct data_attachment {
    struct given given;
    struct einvoice_attachment of;
};

struct data_allowance {
    struct given given;
    struct einvoice_allowance of;
};

struct data_group {
    struct given given;
    struct einvoice_group of;
};

struct data_attribute {
    struct given given;
    struct einvoice_attribute of;
};

struct data_line {
    struct given given;
    struct einvoice_line of;
    struct field_list objects; /* struct data_id */
    struct data_period period;
    struct field_list allowances; /* struct data_allowance */
    struct field_list charges;
    struct data_id standard_id;
    struct field_list classes;    /* struct data_id */
    struct field_list attributes; /* struct data_attribute */
    struct field_list preceding;  /* struct data_reference */
};

struct data_totals {
    struct given given;
    struct einvoice_totals of;
};

struct data_account {
    struct given given;
    struct einvoice_account of;
};

struct data_payment {
    struct given given;
    struct einvoice_payment of;
    struct field_list accounts; /* struct data_account */
};

struct data_delivery {
    struct given given;
    struct einvoice_delivery of;
    struct data_id location;
    struct data_address address;
};

struct invoice_data {
    struct given given;
    struct einvoice of;
    struct str object;           /* BT-18 without a scheme, */
    struct field_list objects;   /* or struct data_id */
    struct field_list notes;     /* struct data_note */
    struct field_list preceding; /* struct data_reference */
    struct data_party seller;
    struct data_party buyer;
    struct data_party payee;
    struct data_party representative;
    struct data_delivery delivery;
    struct data_period period;
    struct data_payment payment;
    struct field_list allowances; /* struct data_allowance */
    struct field_list charges;
    struct data_totals totals;
    struct field_list groups;      /* struct data_group */
    struct field_list attachments; /* struct data_attachment */
    struct field_list lines;       /* struct data_line */
};

/* What was read by the table, as the core has it: texts are shared. */
void invoice_data_read(struct arena *arena, const struct invoice_data *data, struct einvoice *out);
/* The way back, to be written. */
void invoice_data_show(struct arena *arena, const struct einvoice *invoice,
                       struct invoice_data *out);
/* The same as text. */
struct str invoice_data_text(struct arena *arena, const struct einvoice *invoice);

#endif
