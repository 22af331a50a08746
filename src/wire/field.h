#ifndef GUICHET_WIRE_FIELD_H
#define GUICHET_WIRE_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/ctx.h"
#include "base/decimal.h"
#include "base/must.h"
#include "wire/form.h"
#include "wire/json.h"

/* One table per resource and direction: it reads, checks, writes and describes (OpenAPI) the same
 * fields.
 *
 *   struct customer_in { struct given given; struct str email; struct str name; };
 *   #define AT(member) FIELD_AT(struct customer_in, member)
 *   static const struct field CUSTOMER_IN_FIELDS[] = {
 *       {"email", F_EMAIL, 0, 64, OPTIONAL, SEED, ED_ALL, AT(email)},
 *       {"name",  F_TEXT,  0, 64, OPTIONAL, SEED, ED_ALL, AT(name) },
 *   };
 *   #undef AT
 *   static const struct table CUSTOMER_IN =
 *       TABLE_OF("CustomerIn", struct customer_in, CUSTOMER_IN_FIELDS);
 *
 * Two rows may carry the same name when what they read differs: an id or an object, a boolean or an
 * object, a date or Unix seconds, or rows of different editions. Such rows stand next to each
 * other. Writing takes the first of them that has something to write. */
enum field_kind {
    F_TEXT = 1,   /* struct str; min..max code points; no control character */
    F_NAME,       /* the same, and something of it is seen unless it is empty */
    F_EMAIL,      /* struct str; base/email.h */
    F_PHONE,      /* struct str; digits, optionally '+' first, blanks, dots and hyphens between */
    F_COUNTRY,    /* struct str; two letters, stored upper case; min and max do not count */
    F_DIGITS,     /* struct str; digits only, min..max of them */
    F_INT,        /* int64_t; min..max */
    F_BOOL,       /* bool */
    F_DATE,       /* struct date; "YYYY-MM-DD" */
    F_EPOCH,      /* instant; integer Unix seconds from 0 on, in min..max when max is not 0 */
    F_EPOCH_DATE, /* struct date of an integer of Unix seconds (UTC), negative before 1970 */
    F_EPOCH_TEXT, /* instant, or struct date if that is the member; Unix seconds as a string */
    F_RFC3339,    /* instant; "2019-08-24T14:15:22Z"; read with a fraction or an offset too */
    F_WORD,       /* int: the value of an enum; more = struct words */
    F_WORDS, /* unsigned: a bit 1 << value per word of a unique array of min..max; more as above */
    F_IDS,   /* struct field_list of ids: an array of min..max of them; more as of F_ID */
    F_TEXTS, /* struct field_list of struct str (writing only): an array of min..max texts */
    F_DECIMAL, /* struct decimal, as it is written: "26.30"; read from a number too (json_decimals)
                */
    F_ID,      /* an id type of base/id.h; more = what stands before it, a string: "cust_" */
    F_URL,     /* struct str; absolute https URL, no credentials; http only as local_urls tells */
    F_OBJECT,  /* the child struct itself; more = struct table */
    F_OBJECTS, /* struct field_list of min..max child structs; more = struct table */
    F_JSON,    /* struct str: any JSON value as compact source, of max bytes when max is not 0 */
};

/* SPARSE is OPTIONAL where we read; what we write is left out, name and all, when it is not there.
 */
enum need { OPTIONAL = 1, REQUIRED, SPARSE };

/* Where a fact comes from; SEED rows must be touched by a contract test. */
enum origin { SEED = 1, DOC, OURS };

/* Editions of a face in which a row exists: a bit mask. */
enum edition { ED_1 = 1, ED_2 = 2, ED_ALL = 3 };

struct place {
    size_t offset;
    size_t size;
    const void *more;
};

struct field {
    const char *name;
    enum field_kind kind;
    int64_t min;
    int64_t max;
    enum need need;
    enum origin origin;
    unsigned editions;
    struct place at;
};

/* In a table give each place with more a name of its own (AT_CARD): clang-format 14 falls over rows
 * that have a comma inside a cell, or are longer than a line. */
#define FIELD_AT(type, member)                                                                     \
    {                                                                                              \
        offsetof(type, member), sizeof(((type *)0)->member), NULL                                  \
    }
#define FIELD_AT_MORE(type, member, more)                                                          \
    {                                                                                              \
        offsetof(type, member), sizeof(((type *)0)->member), more                                  \
    }

enum unknown_fields { UNKNOWN_IGNORED = 1, UNKNOWN_REFUSED };

struct table {
    const char *name; /* in the OpenAPI file: "CustomerIn" */
    const struct field *fields;
    size_t count;
    size_t size; /* of the struct */
    enum unknown_fields unknown;
};
#define TABLE_OF(title, type, rows)                                                                \
    {                                                                                              \
        title, rows, ARRAY_LEN(rows), sizeof(type), UNKNOWN_IGNORED                                \
    }
#define TABLE_STRICT_OF(title, type, rows)                                                         \
    {                                                                                              \
        title, rows, ARRAY_LEN(rows), sizeof(type), UNKNOWN_REFUSED                                \
    }

enum { FIELDS_MAX = 95 /* rows of one table */ };

/* must()s that a table keeps the rules of this header (and so do the tables below it): rows of one
 * name stand together, members have the size of their kind and lie inside the struct, words,
 * prefixes and child tables are there. For the start of the program and for tests. */
void table_check(const struct table *table);

/* Whether one of its rows is required in an edition: then nothing is not enough. */
bool table_needs(const struct table *table, unsigned edition);

struct words {
    const char *const *texts; /* index = value; NULL where there is none; index 0 is not used */
    size_t count;
    bool any_case; /* accepted in any case, written in lower case */
};

struct field_list {
    const void *items; /* count structs of the child table's size */
    size_t count;
};

/* Every struct of a table begins with `struct given given;`. A member counts as given when it was
 * in the input and not null. Absent and null are the same where we read (api/stancer.md 1), but
 * GIVEN_NULL tells them apart. For writing, OPTIONAL numbers, booleans, dates and objects are null
 * unless given; texts, ids and words are null when empty. REQUIRED ones are always written, an
 * empty text as "". */
struct given {
    uint16_t count;
    uint16_t at[FIELDS_MAX]; /* offsets of members */
};
enum { GIVEN_AS_NULL = 0x8000 /* added to the offset */ };
#define GIVEN_AT(in, member) ((size_t)((const char *)&(in)->member - (const char *)(in)))
#define GIVEN(in, member) given_test(&(in)->given, GIVEN_AT(in, member))
#define GIVEN_NULL(in, member) given_test(&(in)->given, GIVEN_AT(in, member) + GIVEN_AS_NULL)
#define GIVE(out, member) given_set(&(out)->given, GIVEN_AT(out, member))

static inline bool given_test(const struct given *given, size_t offset)
{
    for (size_t i = 0; i < given->count; i++) {
        if (given->at[i] == offset)
            return true;
    }
    return false;
}
/* For a member that cannot be in the list yet; once more would do no harm. */
static inline void given_add(struct given *given, size_t offset)
{
    must(given->count < FIELDS_MAX);
    given->at[given->count++] = (uint16_t)offset;
}
static inline void given_set(struct given *given, size_t offset)
{
    if (!given_test(given, offset))
        given_add(given, offset);
}

/* How to read: which edition, what the path of a fault begins with ("body", "query"), and whether
 * http URLs of this machine are accepted (test keys, api/stancer.md 8). */
struct field_reading {
    unsigned edition;
    const char *where;
    bool local_urls;
};

#define FIELD_REQUIRED "field required"
#define FIELD_UNKNOWN "extra fields not permitted"

/* Fills out (zeroed first) from a JSON object. Every bad field gives one fault ERR_INVALID, in the
 * order of the table, then the unknown ones if the table refuses them: its field is the path with
 * dots
 * ("body.card.exp_year"), its text a sentence about that field alone ("must have 3 to 64
 * characters"). Texts are copied into cx->arena. ERR_INVALID when there was any. A root that is no
 * object is a fault on `where` itself. */
MUST_CHECK err_t field_read(struct ctx *cx, const struct table *table, struct field_reading how,
                            struct json root, void *out);

/* The same from name=value pairs (a query or a form body): numbers are decimal digits, booleans
 * true/false, several words a list with commas. Objects cannot be given. A name that stands twice
 * is a fault. */
MUST_CHECK err_t field_read_form(struct ctx *cx, const struct table *table,
                                 struct field_reading how, const struct form *form, void *out);

/* One JSON object of the rows of this edition, in the order of the table. */
void field_write(struct buf *out, const struct table *table, unsigned edition, const void *from);

#endif
