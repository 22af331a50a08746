#ifndef GUICHET_HTTP_OPENAPI_DOCUMENT_H
#define GUICHET_HTTP_OPENAPI_DOCUMENT_H

#include "http/route.h"

/* Private to the OpenAPI writer: a JSON document on its way, and the schemas of the tables in it.
 */

enum { TABLES_MAX = 256 };

enum role { ROLE_IN = 1, ROLE_OUT = 2 };

struct described {
    const struct table *table;
    unsigned roles; /* read, written or both: a bit mask */
};

struct document {
    struct buf *out;
    const struct mount *mount;
    size_t depth;
    bool fresh; /* nothing was written since the last bracket opened */
    struct described tables[TABLES_MAX];
    size_t table_count;
};

/* openapi_document.c: JSON, two blanks a level. */

void doc_item(struct document *doc);
void doc_open_with(struct document *doc, char bracket);
void doc_close_with(struct document *doc, char bracket);
void doc_key(struct document *doc, const char *name);
void doc_key_open(struct document *doc, const char *name, char bracket);
void doc_member_text(struct document *doc, const char *name, const char *text);
void doc_member_int(struct document *doc, const char *name, int64_t value);
void doc_member_true(struct document *doc, const char *name);
void doc_item_text(struct document *doc, const char *text);

/* openapi_schema.c */

/* True when the mount's edition has the route. */
bool schema_has_route(const struct document *doc, const struct route *route);
/* True for the first row of its name that the mount's edition has. */
bool schema_has_row(const struct document *doc, const struct table *table, size_t row);

/* Notes every table that the routes use, with those inside them. */
void schema_collect(struct document *doc);
/* The members of components.schemas: what was collected. */
void schema_tables(struct document *doc);

/* Members of a schema that is open. */
void schema_ref(struct document *doc, const struct table *table);
void schema_list_of(struct document *doc, const struct table *table);
void schema_property(struct document *doc, const struct table *table, size_t row, bool nullable);

/* One member for each name of the table. */
void schema_properties(struct document *doc, const struct table *table);

#endif
