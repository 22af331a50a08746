#ifndef GUICHET_HTTP_FACT_H
#define GUICHET_HTTP_FACT_H

#include "base/enum.h"
#include "http/route.h"

/* What the tables of a mount say about its interface and where it was said: the facts of origin
 * SEED, each of which a contract test has to touch (`guichet --coverage`).
 *
 *   a route                     once
 *   what it reads               each row of its query and of its body, for each route
 *   what stands inside a body   each row of an inner table, once for the outer table
 *   the words of a row          once for the table
 *   what it answers             each row, inner ones too, once for the table
 *   what stands beside a list, the form of errors, ways to authenticate    once for the mount
 *
 * A row counts when the route, and each row that it stands inside of, is SEED as well. */

/* Where in an exchange a fact shows; the texts are those of a record (http/fact_record.h). */
#define FACT_SIDE_LIST(X)                                                                          \
    X(FACT_SCHEME, 1, "scheme")                                                                    \
    X(FACT_QUERY, 2, "query")                                                                      \
    X(FACT_BODY, 3, "body")                                                                        \
    X(FACT_ANSWER, 4, "answer")                                                                    \
    X(FACT_ENVELOPE, 5, "list")                                                                    \
    X(FACT_ERROR, 6, "error")
ENUM_DECLARE(fact_side, FACT_SIDE_LIST);

struct fact {
    const struct mount *mount;
    const struct route *route; /* NULL: any route of the mount that uses the table */
    enum fact_side side;
    const struct table *table; /* NULL: of the route itself, or of a scheme */
    struct str name;           /* "card.exp_year", a scheme's "basic"; {NULL, 0} of a route */
    const struct field *row;   /* NULL where table is */
    struct str word;           /* one that the row takes, or {NULL, 0} */
};

/* All of them, in the order of the routes; an array in the arena. */
size_t facts_of(struct arena *arena, const struct mount *mount, struct fact **out);

/* The table that the route uses on this side, or NULL. */
const struct table *fact_table(const struct mount *mount, const struct route *route,
                               enum fact_side side);

/* One line: "POST /v2/cards body exp_year (integer)", "/v2 Payment answer card.brand (text)". */
struct str fact_text(struct arena *arena, const struct fact *fact);

/* What kind of JSON value the row reads or writes: "text", "integer", "boolean", "array", "object",
 * "value" for any, "null" for a text of at most no character. */
const char *fact_kind(const struct field *row);

#endif
