#include <string.h>

#include "wire/field_parts.h"

bool group_exists(struct group group, unsigned edition)
{
    for (size_t i = 0; i < group.count; i++) {
        if ((group.first[i].editions & edition) != 0)
            return true;
    }
    return false;
}

bool table_needs(const struct table *table, unsigned edition)
{
    for (size_t i = 0; i < table->count; i++) {
        if (table->fields[i].need == REQUIRED && (table->fields[i].editions & edition) != 0)
            return true;
    }
    return false;
}

/* The first two bytes tell our names apart well enough. */
static size_t chain_of(char first, char second)
{
    return ((unsigned char)first ^ (unsigned)(unsigned char)second << 2) % NAME_CHAINS;
}

void names_build(struct names *names, const struct table *table, unsigned edition)
{
    must(table->count <= FIELDS_MAX);
    names->table = table;
    memset(names->head, 0, sizeof names->head);
    for (size_t i = 0; i < table->count;) {
        struct group group = group_at(table, i);
        if (group_exists(group, edition)) {
            size_t chain = chain_of(group.first->name[0], group.first->name[1]);
            names->next[i] = names->head[chain];
            names->head[chain] = (uint8_t)(i + 1);
        }
        i += group.count;
    }
}

/* The text may hold NUL bytes, so it is not for the functions of string.h. */
static bool name_is(const char *name, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (name[i] != text.ptr[i] || name[i] == '\0')
            return false;
    }
    return name[text.len] == '\0';
}

size_t names_find(const struct names *names, struct str name)
{
    if (name.len == 0)
        return names->table->count;
    size_t row = names->head[chain_of(name.ptr[0], name.len > 1 ? name.ptr[1] : '\0')];
    for (; row != 0; row = names->next[row - 1]) {
        if (name_is(names->table->fields[row - 1].name, name))
            return row - 1;
    }
    return names->table->count;
}

static bool size_fits(const struct field *row)
{
    size_t size = row->at.size;
    const struct table *child = row->at.more;

    switch (row->kind) {
    case F_TEXT:
    case F_NAME:
    case F_EMAIL:
    case F_PHONE:
    case F_COUNTRY:
    case F_DIGITS:
    case F_URL:
    case F_JSON:
        return size == sizeof(struct str);
    case F_INT:
        return size == sizeof(int64_t);
    case F_DECIMAL:
        return size == sizeof(struct decimal);
    case F_BOOL:
        return size == sizeof(bool);
    case F_DATE:
    case F_EPOCH_DATE:
        return size == sizeof(struct date);
    case F_EPOCH:
    case F_RFC3339:
        return size == sizeof(instant);
    case F_EPOCH_TEXT:
        return size == sizeof(instant) || size == sizeof(struct date);
    case F_WORD:
        return size == sizeof(int);
    case F_WORDS:
        return size == sizeof(unsigned);
    case F_ID:
        return size == ID_SIZE;
    case F_OBJECT:
        return child != NULL && size == child->size;
    case F_IDS:
    case F_TEXTS:
    case F_OBJECTS:
        return size == sizeof(struct field_list);
    }
    must_fail(__FILE__, __LINE__, "kind is a member of field_kind");
}

static void words_check(const struct words *words, bool as_bits)
{
    must(words != NULL);
    must(words->count > 1);
    must(!as_bits || words->count <= WORDS_MAX);
}

static void row_check(const struct table *table, const struct field *row)
{
    must(row->name != NULL && row->name[0] != '\0');
    must(size_fits(row));
    must(row->at.offset >= sizeof(struct given));
    must(row->at.offset + row->at.size <= table->size);
    must(row->need == OPTIONAL || row->need == REQUIRED || row->need == SPARSE);
    must((row->editions & ED_ALL) != 0);
    must((row->editions & ~(unsigned)ED_ALL) == 0);
    must(row->min <= row->max);
    if (row->kind == F_WORD || row->kind == F_WORDS)
        words_check(row->at.more, row->kind == F_WORDS);
    if (row->kind == F_OBJECT || row->kind == F_OBJECTS) {
        must(row->at.more != NULL);
        table_check(row->at.more);
    }
}

void table_check(const struct table *table)
{
    must(table->count <= FIELDS_MAX);
    must(table->size >= sizeof(struct given));
    must(table->size < GIVEN_AS_NULL);
    for (size_t i = 0; i < table->count; i++) {
        row_check(table, &table->fields[i]);
        /* Before it, only the neighbours of its own group may have its name. */
        size_t other = i;
        while (other > 0 && field_same_name(&table->fields[other - 1], &table->fields[i]))
            other--;
        for (size_t j = 0; j < other; j++)
            must(!field_same_name(&table->fields[j], &table->fields[i]));
    }
}
