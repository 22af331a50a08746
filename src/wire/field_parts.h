#ifndef GUICHET_WIRE_FIELD_PARTS_H
#define GUICHET_WIRE_FIELD_PARTS_H

#include <string.h>

#include "wire/field.h"
#include "wire/text.h"

/* What the files field_*.c share; nobody else includes it. */

/* Where we are inside the input, for the field of a fault. */
struct path {
    const struct path *parent;
    const char *name;
};

/* One table being read. */
struct reading {
    struct ctx *cx;
    const struct table *table;
    struct field_reading how;
    struct path path;
    void *out;
    bool bad; /* a fault was recorded, here or below */
};

/* What came for one name. */
enum input_kind {
    INPUT_JSON = 1, /* a value of a JSON object, not null */
    INPUT_NULL,
    INPUT_TEXT,  /* a value of a form */
    INPUT_TWICE, /* two values of a form */
};
struct input {
    enum input_kind kind; /* 0: nothing came */
    struct json json;
    struct str text;
};

/* Rows of one name, which stand together. */
struct group {
    const struct field *first;
    size_t count;
};
static inline bool field_same_name(const struct field *a, const struct field *b)
{
    return a->name[0] == b->name[0] && strcmp(a->name, b->name) == 0;
}
/* The group that begins at row `at`, which must be the first of its name. */
static inline struct group group_at(const struct table *table, size_t at)
{
    size_t end = at + 1;

    while (end < table->count && field_same_name(&table->fields[at], &table->fields[end]))
        end++;
    return (struct group){&table->fields[at], end - at};
}
/* Whether one of its rows exists in an edition. */
bool group_exists(struct group group, unsigned edition);

/* The groups of a table by name, built for one edition on the stack of each read: a body of
 * thousands of names costs a short chain for each. */
enum { NAME_CHAINS = 64 };
struct names {
    const struct table *table;
    uint8_t head[NAME_CHAINS]; /* row + 1, or 0 */
    uint8_t next[FIELDS_MAX];
};
void names_build(struct names *names, const struct table *table, unsigned edition);
/* The first row of a name; table->count when the edition has none. */
size_t names_find(const struct names *names, struct str name);

/* Fills the struct from inputs, one for the first row of each name. */
void rows_read(struct reading *reading, const struct input *inputs);

/* Records a fault on a field of this table, or on the table's own path when name is empty. */
void field_fault(struct reading *reading, struct str name, enum fault_kind kind, const char *text);

/* Reads one value of any kind but the objects into its member. NULL, or what is wrong with it. */
const char *value_read(const struct reading *reading, const struct field *row,
                       const struct input *input);
/* What kind of fault a value has that value_read did not take. */
enum fault_kind value_fault(const struct field *row, const struct input *input);
/* How well a value fits one of several rows of its name: any text fits a text row, but digits fit
 * the row of Unix seconds better. */
enum fit { FIT_NONE = 1, FIT_WIDE, FIT_EXACT };
enum fit value_fit(const struct field *row, const struct input *input);

/* Sentences about limits; static or in the arena. */
const char *sentence_length(struct arena *arena, const struct field *row, const char *unit);
const char *sentence_integer(struct arena *arena, const struct field *row);
const char *sentence_word(struct arena *arena, const struct field *row);
const char *sentence_words(struct arena *arena, const struct field *row);
const char *sentence_id(struct arena *arena, const struct field *row);
const char *sentence_ids(struct arena *arena, const struct field *row);
const char *sentence_objects(struct arena *arena, const struct field *row);
const char *sentence_kinds(struct arena *arena, struct group group, unsigned edition);

/* The shape of texts, without their length. */
/* RFC 3339, with an optional fraction and an offset or Z. */
bool text_to_instant(struct str text, instant *out);

enum { WORDS_MAX = 32 /* the texts of struct words, for a bit each */ };

#define DATE_EPOCH_MIN INT64_C(-62135596800) /* 0001-01-01 */
#define DATE_EPOCH_MAX INT64_C(253402300799) /* 9999-12-31 */

static inline const void *field_member(const struct field *row, const void *from)
{
    return (const char *)from + row->at.offset;
}

#endif
