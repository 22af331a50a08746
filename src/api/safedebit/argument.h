#ifndef GUICHET_API_SAFEDEBIT_ARGUMENT_H
#define GUICHET_API_SAFEDEBIT_ARGUMENT_H

#include "api/safedebit/code.h"
#include "http/route.h"

/* The arguments of a call (api/safedebit.md 2 and 4): all of them are texts, in a JSON body or in
 * the query, and what is wrong with one is told by a code. One table per call reads and checks them
 * and describes them in the OpenAPI file.
 *
 *   struct search { struct given given; struct str umr; };
 *   #define AT(member) offsetof(struct search, member)
 *   static const struct argument SEARCH_ROWS[] = {
 *       {"umr", A_UMR, 35, OPTIONAL, DOC, AT(umr), NULL},
 *   };
 *   #undef AT
 *   static const struct arguments SEARCH = ARGUMENTS_OF("Search", struct search, SEARCH_ROWS);
 *
 * Blanks at both ends are dropped; an empty text and null count as absent. No kind of text may have
 * a control character. */
enum argument_kind {
    A_TEXT = 1,  /* max code points */
    A_WORD,      /* one of the words of `more`, separated by blanks */
    A_FLAG,      /* 0 or 1; true and false are read too */
    A_DATE,      /* DD/MM/YYYY, of 1900 to 2200; left as it is: argument_date() */
    A_PAST,      /* the same, and not in the future */
    A_AMOUNT,    /* digits, cents, above zero; max digits; left as it is: argument_amount() */
    A_REFERENCE, /* letters, digits, blank, _ and / - ? : ( ) . , ' + */
    A_UMR,
    A_DIGITS,
    A_EMAIL,
    A_PHONE,
    A_URL,  /* https; http of this machine with test accounts */
    A_IBAN, /* blanks inside are dropped */
    A_SIREN,
    A_NIC,
    A_VAT,
    A_RNA,
    A_ICS,
    A_IP,
    A_COUNTRY, /* code of two or three letters */
    A_ALNUM,   /* letters of any language, digits and blanks */
    A_FILE,    /* base64, a data: URI, or base64 of one: a PDF, PNG, GIF or JPEG of at most
                * CONSUMER_FILE_MAX bytes; the bytes are left */
    A_OBJECT,  /* JSON, left as its source */
    A_LIST, /* JSON array of texts, left as its source: argument_list(); in a query the text is it
             */
};

struct argument {
    const char *name;
    enum argument_kind kind;
    int max; /* 0: the length is not checked by itself */
    enum need need;
    enum origin origin;
    size_t at; /* offset of a struct str */
    /* A_WORD: the words. Other kinds: the consumer_types for which the argument is read at all,
     * NULL for all of them. Separated by blanks. */
    const char *more;
};
/* Whether a word is one of some that are separated by blanks. */
bool word_is_in(struct str word, const char *words);

struct arguments {
    const char *name; /* in the OpenAPI file */
    const struct argument *rows;
    size_t count;
    size_t size;        /* of the struct, which begins with struct given */
    const char *either; /* names, separated by blanks, one of which must be there; NULL: none */
};
#define ARGUMENTS_OF(title, type, rows) ARGUMENTS_EITHER(title, type, rows, NULL)
#define ARGUMENTS_EITHER(title, type, rows, either)                                                \
    {                                                                                              \
        title, rows, ARRAY_LEN(rows), sizeof(type), either                                         \
    }
enum { ARGUMENTS_MAX = 90 };

/* Fills out (zeroed first) from the body of a POST or the query of a GET: first what must be there,
 * then each value, both in the order of the table. The first thing that is wrong is answered
 * (api/safedebit.md 2, "Order of checks"); then false. GIVEN() tells an argument that was there,
 * though it may have been empty. */
bool arguments_read(struct request *request, const struct arguments *arguments, void *out);

/* The same table as one of the field tables, for the OpenAPI file and coverage; fields has room for
 * its rows. */
void arguments_table(const struct arguments *arguments, struct field *fields, struct table *out);

/* --- values that were checked -------------------------------------------------------------------
 */

struct date argument_date(struct str text);
int64_t argument_amount(struct str text);
/* DD/MM/YYYY. */
struct str date_wire(struct arena *arena, struct date date);
/* The value of an A_OBJECT or A_LIST, until the parser's next parse or json_forget; false when it
 * is not JSON, which a query may hold. */
bool argument_json(struct request *request, struct str source, struct json *out);
/* The texts of a list: 0, or the code when it is none, holds something else than texts, or a text
 * has a control character. */
enum code argument_list(struct request *request, struct str source, struct str **out,
                        size_t *count);

#endif
