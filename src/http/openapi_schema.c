#include "http/openapi_document.h"

#include <string.h>

#include "base/id.h"
#include "base/must.h"

/* Schemas of fields. */

static void put_type(struct document *doc, const char *type, bool nullable)
{
    if (!nullable) {
        doc_member_text(doc, "type", type);
        return;
    }
    doc_key_open(doc, "type", '[');
    doc_item_text(doc, type);
    doc_item_text(doc, "null");
    doc_close_with(doc, ']');
}

static void put_limits(struct document *doc, const struct field *field, const char *low,
                       const char *high)
{
    if (field->min > 0)
        doc_member_int(doc, low, field->min);
    if (field->max > 0)
        doc_member_int(doc, high, field->max);
}

static void put_enum(struct document *doc, const struct words *words, bool nullable)
{
    doc_key_open(doc, "enum", '[');
    for (size_t i = 1; i < words->count; i++) {
        if (words->texts[i] != NULL)
            doc_item_text(doc, words->texts[i]);
    }
    if (nullable) {
        doc_item(doc);
        json_put_null(doc->out);
    }
    doc_close_with(doc, ']');
}

void schema_ref(struct document *doc, const struct table *table)
{
    doc_key(doc, "$ref");
    buf_put_cstr(doc->out, "\"#/components/schemas/");
    buf_put_cstr(doc->out, table->name);
    buf_put_byte(doc->out, '"');
}

static void put_object(struct document *doc, const struct table *table, bool nullable)
{
    if (!nullable) {
        schema_ref(doc, table);
        return;
    }
    doc_key_open(doc, "anyOf", '[');
    doc_item(doc);
    doc_open_with(doc, '{');
    schema_ref(doc, table);
    doc_close_with(doc, '}');
    doc_item(doc);
    doc_open_with(doc, '{');
    doc_member_text(doc, "type", "null");
    doc_close_with(doc, '}');
    doc_close_with(doc, ']');
}

void schema_list_of(struct document *doc, const struct table *table)
{
    doc_member_text(doc, "type", "array");
    doc_key_open(doc, "items", '{');
    schema_ref(doc, table);
    doc_close_with(doc, '}');
}

static void put_pattern(struct document *doc, const struct field *field)
{
    doc_key(doc, "pattern");
    if (field->kind == F_DIGITS && field->min == field->max)
        buf_format(doc->out, "\"^[0-9]{%lld}$\"", (long long)field->max);
    else if (field->kind == F_DIGITS)
        buf_format(doc->out, "\"^[0-9]{%lld,%lld}$\"", (long long)field->min,
                   (long long)field->max);
    else if (field->kind == F_ID)
        buf_format(doc->out, "\"^%s[0-9A-Za-z]{%d}$\"",
                   field->at.more == NULL ? "" : (const char *)field->at.more, ID_LEN);
    else if (field->kind == F_COUNTRY)
        buf_put_cstr(doc->out, "\"^[A-Za-z]{2}$\"");
    else if (field->kind == F_PHONE)
        buf_put_cstr(doc->out, "\"^\\\\+?[0-9][0-9 .-]*$\"");
    else
        buf_put_cstr(doc->out, "\"^[0-9]+$\"");
}

static void put_number(struct document *doc, const struct field *field, bool nullable)
{
    put_type(doc, "integer", nullable);
    if (field->kind == F_INT) {
        doc_member_int(doc, "minimum", field->min);
        doc_member_int(doc, "maximum", field->max);
        return;
    }
    put_limits(doc, field, "minimum", "maximum");
    doc_member_text(doc, "description", "Unix seconds");
}

static void put_words(struct document *doc, const struct field *field, bool nullable)
{
    put_type(doc, "array", nullable);
    doc_key_open(doc, "items", '{');
    doc_member_text(doc, "type", "string");
    put_enum(doc, field->at.more, false);
    doc_close_with(doc, '}');
    put_limits(doc, field, "minItems", "maxItems");
    doc_member_true(doc, "uniqueItems");
}

static void put_ids(struct document *doc, const struct field *field, bool nullable)
{
    const struct field one = {.name = field->name, .kind = F_ID, .at = field->at};

    put_type(doc, "array", nullable);
    doc_key_open(doc, "items", '{');
    doc_member_text(doc, "type", "string");
    put_pattern(doc, &one);
    doc_close_with(doc, '}');
    put_limits(doc, field, "minItems", "maxItems");
    doc_member_true(doc, "uniqueItems");
}

static void put_texts(struct document *doc, const struct field *field, bool nullable)
{
    put_type(doc, "array", nullable);
    doc_key_open(doc, "items", '{');
    doc_member_text(doc, "type", "string");
    doc_close_with(doc, '}');
    put_limits(doc, field, "minItems", "maxItems");
}

static void put_string(struct document *doc, const struct field *field, const char *format,
                       bool nullable)
{
    put_type(doc, "string", nullable);
    if (format != NULL)
        doc_member_text(doc, "format", format);
    put_limits(doc, field, "minLength", "maxLength");
}

/* Read as a number too. */
static void put_decimal(struct document *doc, bool nullable)
{
    put_type(doc, "string", nullable);
    doc_member_text(doc, "format", "decimal");
    doc_member_text(doc, "pattern", "^-?[0-9]+([.][0-9]+)?$");
}

/* The members of the schema of one row. */
static void put_row(struct document *doc, const struct field *field, bool nullable)
{
    switch (field->kind) {
    case F_TEXT:
    case F_NAME:
        put_string(doc, field, NULL, nullable);
        break;
    case F_EMAIL:
        put_string(doc, field, "email", nullable);
        break;
    case F_URL:
        put_string(doc, field, "uri", nullable);
        break;
    case F_PHONE:
        put_string(doc, field, NULL, nullable);
        put_pattern(doc, field);
        break;
    case F_COUNTRY:
    case F_DIGITS:
    case F_EPOCH_TEXT:
    case F_ID:
        put_type(doc, "string", nullable);
        put_pattern(doc, field);
        break;
    case F_DECIMAL:
        put_decimal(doc, nullable);
        break;
    case F_INT:
    case F_EPOCH:
    case F_EPOCH_DATE:
        put_number(doc, field, nullable);
        break;
    case F_BOOL:
        put_type(doc, "boolean", nullable);
        break;
    case F_DATE:
        put_type(doc, "string", nullable);
        doc_member_text(doc, "format", "date");
        break;
    case F_RFC3339:
        put_type(doc, "string", nullable);
        doc_member_text(doc, "format", "date-time");
        break;
    case F_WORD:
        put_type(doc, "string", nullable);
        put_enum(doc, field->at.more, nullable);
        break;
    case F_WORDS:
        put_words(doc, field, nullable);
        break;
    case F_IDS:
        put_ids(doc, field, nullable);
        break;
    case F_TEXTS:
        put_texts(doc, field, nullable);
        break;
    case F_OBJECT:
        put_object(doc, field->at.more, nullable);
        break;
    case F_OBJECTS:
        schema_list_of(doc, field->at.more);
        break;
    case F_JSON:
        break;
    }
}

static bool row_exists(const struct document *doc, const struct field *field)
{
    return (field->editions & doc->mount->edition) != 0;
}

/* The next row of the same name after `from`, or count. Two rows of one name are alternatives. */
static size_t row_named(const struct document *doc, const struct table *table, const char *name,
                        size_t from)
{
    for (size_t i = from; i < table->count; i++) {
        if (row_exists(doc, &table->fields[i]) && strcmp(table->fields[i].name, name) == 0)
            return i;
    }
    return table->count;
}

bool schema_has_row(const struct document *doc, const struct table *table, size_t row)
{
    return row_exists(doc, &table->fields[row]) &&
           row_named(doc, table, table->fields[row].name, 0) == row;
}

static void put_alternatives(struct document *doc, const struct table *table, size_t row,
                             bool nullable)
{
    const char *name = table->fields[row].name;

    doc_key_open(doc, "anyOf", '[');
    for (size_t i = row; i < table->count; i = row_named(doc, table, name, i + 1)) {
        doc_item(doc);
        doc_open_with(doc, '{');
        put_row(doc, &table->fields[i], nullable && i == row);
        doc_close_with(doc, '}');
    }
    doc_close_with(doc, ']');
}

void schema_property(struct document *doc, const struct table *table, size_t row, bool nullable)
{
    const struct field *field = &table->fields[row];

    if (row_named(doc, table, field->name, row + 1) < table->count)
        put_alternatives(doc, table, row, nullable);
    else
        put_row(doc, field, nullable);
}

void schema_properties(struct document *doc, const struct table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        if (!schema_has_row(doc, table, i))
            continue;
        doc_key_open(doc, table->fields[i].name, '{');
        schema_property(doc, table, i, table->fields[i].need == OPTIONAL);
        doc_close_with(doc, '}');
    }
}

/* What we write always has all its names but the sparse ones, what we read only needs the required
 * ones. */
static bool is_required(const struct field *field, unsigned roles)
{
    return field->need == REQUIRED || (roles == ROLE_OUT && field->need != SPARSE);
}

static void put_required(struct document *doc, const struct table *table, unsigned roles)
{
    bool any = false;

    for (size_t i = 0; i < table->count; i++) {
        if (!schema_has_row(doc, table, i) || !is_required(&table->fields[i], roles))
            continue;
        if (!any)
            doc_key_open(doc, "required", '[');
        any = true;
        doc_item_text(doc, table->fields[i].name);
    }
    if (any)
        doc_close_with(doc, ']');
}

static void schema_table(struct document *doc, const struct described *described)
{
    const struct table *table = described->table;

    doc_key_open(doc, table->name, '{');
    doc_member_text(doc, "type", "object");
    doc_key_open(doc, "properties", '{');
    schema_properties(doc, table);
    doc_close_with(doc, '}');
    put_required(doc, table, described->roles);
    if (table->unknown == UNKNOWN_REFUSED) {
        doc_key(doc, "additionalProperties");
        json_put_bool(doc->out, false);
    }
    doc_close_with(doc, '}');
}

/* Which tables are described: those of the routes, and those inside them. */

static struct described *described_of(struct document *doc, const struct table *table)
{
    for (size_t i = 0; i < doc->table_count; i++) {
        if (doc->tables[i].table == table)
            return &doc->tables[i];
        must(strcmp(doc->tables[i].table->name, table->name) != 0);
    }
    must(doc->table_count < TABLES_MAX);
    struct described *described = &doc->tables[doc->table_count++];
    *described = (struct described){.table = table};
    return described;
}

static void collect_children(struct document *doc, const struct table *table, enum role role);

static void collect(struct document *doc, const struct table *table, enum role role)
{
    if (table == NULL)
        return;
    struct described *described = described_of(doc, table);
    if ((described->roles & (unsigned)role) != 0)
        return;
    described->roles |= (unsigned)role;
    collect_children(doc, table, role);
}

static void collect_children(struct document *doc, const struct table *table, enum role role)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct field *field = &table->fields[i];
        if (row_exists(doc, field) && (field->kind == F_OBJECT || field->kind == F_OBJECTS))
            collect(doc, field->at.more, role);
    }
}

bool schema_has_route(const struct document *doc, const struct route *route)
{
    return (route->editions & doc->mount->edition) != 0;
}

void schema_collect(struct document *doc)
{
    const struct mount *mount = doc->mount;

    for (size_t i = 0; i < mount->count; i++) {
        if (!schema_has_route(doc, &mount->routes[i]))
            continue;
        collect(doc, mount->routes[i].in, ROLE_IN);
        collect(doc, mount->routes[i].out, ROLE_OUT);
    }
    if (mount->envelope != NULL)
        collect_children(doc, mount->envelope, ROLE_OUT);
    collect(doc, mount->error, ROLE_OUT);
    collect(doc, mount->invalid, ROLE_OUT);
}

void schema_tables(struct document *doc)
{
    for (size_t i = 0; i < doc->table_count; i++)
        schema_table(doc, &doc->tables[i]);
}
