#ifndef GUICHET_API_SAFEDEBIT_CONSUMER_H
#define GUICHET_API_SAFEDEBIT_CONSUMER_H

#include "api/safedebit/argument.h"
#include "core/consumer.h"
#include "core/mandate.h"

/* The arguments that tell of a consumer, in every call that has them. */
struct consumer_in {
    struct given given;
    struct str type;
    struct str own;
    struct str iban;
    struct str fields[CONSUMER_FIELDS];
};

/* Fills a consumer from arguments that were read: dates turned round, fields that do not belong to
 * its type left out. `in` may begin a larger struct. */
void consumer_from_wire(struct ctx *cx, const struct consumer_in *in, struct consumer *out);

/* Conditions of a search: each field that has a value. */
void consumer_conditions(const struct consumer_in *in, struct consumer_condition *out,
                         size_t *count);

/* Puts an account number as it is shown: all but the first and last four characters hidden. */
MUST_CHECK err_t consumer_iban_masked(const struct request *request, struct tx *tx,
                                      struct bank_account_id id, struct str *out);

/* What a call changes about a consumer, from arguments that were read: what was given, an empty
 * text erases. False when it has answered: what every consumer has cannot be erased, or something
 * is wrong. The number in iban, when there is one, is sealed and wiped. */
bool consumer_change_from_wire(struct request *request, const struct consumer_in *in,
                               struct consumer_change *out);

/* The checks across arguments (api/safedebit.md 4); false when it has answered. */
bool consumer_in_check(struct request *request, const struct consumer_in *in);

/* A value as the core keeps it, of one that was read: dates are turned round. */
struct str consumer_field_of(struct arena *arena, enum consumer_field field, struct str text);
bool consumer_field_is_date(enum consumer_field field);

/* "OOFF"; anything else is a recurrent one. */
enum mandate_type mandate_type_of(struct str text);

/* "0", "1", "2". */
enum consumer_type consumer_type_of(struct str text);
struct str consumer_type_wire(enum consumer_type type);

#endif
