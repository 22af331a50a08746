#ifndef GUICHET_RAILS_SEPA_MESSAGE_H
#define GUICHET_RAILS_SEPA_MESSAGE_H

#include "rails/sepa/sepa_file.h"
#include "wire/xml.h"

/* Reading messages by tables. A scope is a part of a message that fills one struct: its elements
 * are paths of local names below it, so that versions that wrap a name once more are a row more. */

enum element_kind {
    E_TEXT = 1, /* struct str */
    E_JOINED,   /* struct str, occurrences joined by a space */
    E_AMOUNT,   /* struct sepa_amount, with its attribute Ccy */
    E_DAY,      /* struct date, from a date or a date with a time */
    E_SIGN,     /* enum sepa_sign */
    E_FLAG,     /* bool */
    E_COUNT,    /* int64_t */
};

struct element {
    const char *path;
    enum element_kind kind;
    size_t at; /* in the scope's struct */
};

struct message;

struct scope {
    const char *path; /* below the scope around it */
    size_t at;        /* the struct's place in the state */
    size_t size;
    size_t max;      /* of an array, else 0: one at a time, forgotten at its end */
    size_t count_at; /* where in the state an array's number is; those past max are left out */
    const struct element *elements;
    size_t element_count;
    const struct scope *const *scopes;
    size_t scope_count;
    err_t (*begin)(struct ctx *cx, struct message *message); /* or NULL */
    err_t (*end)(struct ctx *cx, struct message *message);   /* or NULL */
};

struct message_root {
    enum sepa_file kind; /* its text is the family in the namespace */
    const char *name;
    const struct scope *scope;
};

/* What begin and end get. */
struct message {
    void *state;
    struct sepa_report_id id; /* kind and version; the rest is the tables' business */
};

/* Reads the first of the roots that the file holds, into the state. ERR_INVALID for another one. */
MUST_CHECK err_t message_read(struct ctx *cx, const struct source *source, size_t bytes_max,
                              const struct message_root *roots, size_t root_count, void *state);

/* "1234.56": digits, at most five decimals, no sign but '+'. False when it is no amount. */
bool sepa_amount_parse(struct str text, struct sepa_amount *out);

#endif
