#ifndef GUICHET_API_SIMPLYPAIE_PARAMETER_H
#define GUICHET_API_SIMPLYPAIE_PARAMETER_H

#include "api/simplypaie/input.h"
#include "api/simplypaie/problem.h"
#include "http/route.h"

/* The parameters of a call: one table reads them, tells what is wrong with them and describes them
 * in the OpenAPI file. Each row has the text of its failure; all rows are checked, and their
 * failures are told together in the order of the table.
 *
 *   struct cash { struct given given; int64_t amount; };
 *   #define AT(member) offsetof(struct cash, member)
 *   static const struct parameter CASH_ROWS[] = {
 *       {"amount", P_CENTS, 1, 99999999, OPTIONAL, SEED, AT(amount), NULL, PROBLEM_AMOUNT},
 *   };
 *   #undef AT
 *   static const struct parameters CASH = PARAMETERS_OF("Cash", struct cash, CASH_ROWS);
 */
enum parameter_kind {
    P_TEXT = 1, /* struct str; min..max code points, no control character */
    P_NAME,     /* struct str; the same, and something of it is seen */
    P_LINES,    /* struct str; as P_TEXT, line breaks allowed */
    P_EMAIL,    /* struct str; at most max bytes, and a mail can go there */
    P_PHONE,    /* struct str; international, or a French national number */
    P_URL,      /* struct str; absolute http or https, at most max bytes */
    P_WORD,     /* int; more = struct words */
    P_DIGITS,   /* struct str; at most max digits */
    P_CENTS,    /* int64_t; digits, min..max; a JSON number is read too */
    P_COUNT,    /* int64_t; digits, min..max */
    P_DECIMAL,  /* struct str, unchecked; a JSON number is read too */
    P_ANY,      /* struct str, unchecked */
    P_DATE,     /* struct date; YYYY-MM-DD */
    P_LIST,     /* const struct input *; more = struct table, to describe its elements */
};

struct parameter {
    const char *name;
    enum parameter_kind kind;
    int64_t min;
    int64_t max;
    enum need need;
    enum origin origin;
    size_t at; /* offset of the member */
    const void *more;
    enum problem problem;
};

enum { PARAMETERS_MAX = 40 };

struct parameters {
    const char *name; /* in the OpenAPI file */
    const struct parameter *rows;
    size_t count;
    size_t size; /* of the struct, which begins with struct given */
};
#define PARAMETERS_OF(title, type, rows)                                                           \
    {                                                                                              \
        title, rows, ARRAY_LEN(rows), sizeof(type)                                                 \
    }

/* Which rows are wrong. */
struct reading {
    const struct parameters *parameters;
    bool wrong[PARAMETERS_MAX];
};

/* Fills out (zeroed first); GIVEN() tells what was there and is good. */
void parameters_read(struct ctx *cx, const struct parameters *parameters,
                     const struct inputs *inputs, struct reading *reading, void *out);
/* Something more is wrong with the row of a member: what its kind does not say. */
#define REFUSE_AT(reading, type, member) parameter_refuse(reading, offsetof(type, member))
void parameter_refuse(struct reading *reading, size_t at);
/* False when there is any, and it was answered. */
bool reading_good(struct request *request, const struct reading *reading);

/* The same table as one of the field tables, for the OpenAPI file and coverage; fields has room for
 * its rows. */
void parameters_table(const struct parameters *parameters, struct field *fields, struct table *out);

#endif
