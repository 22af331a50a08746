#include <string.h>

#include "base/arena.h"
#include "base/email.h"
#include "base/shown.h"
#include "wire/field_parts.h"

#define NO_STRING "must be a string"
#define NO_EPOCH "must be an integer of Unix seconds"
#define NO_DECIMAL "must be a decimal like 26.30"
#define NO_FORM "cannot be given in a form"

static bool input_text(const struct input *input, struct str *out)
{
    if (input->kind == INPUT_TEXT)
        *out = input->text;
    else if (json_kind(input->json) == JSON_TEXT)
        *out = json_text(input->json);
    else
        return false;
    return true;
}

static bool input_int(const struct input *input, int64_t *out)
{
    if (input->kind == INPUT_TEXT)
        return str_to_int64(input->text, out);
    if (json_kind(input->json) != JSON_INT)
        return false;
    *out = json_int(input->json);
    return true;
}

static bool input_bool(const struct input *input, bool *out)
{
    if (input->kind == INPUT_TEXT) {
        *out = str_eq(input->text, STR("true"));
        return *out || str_eq(input->text, STR("false"));
    }
    if (json_kind(input->json) != JSON_BOOL)
        return false;
    *out = json_bool(input->json);
    return true;
}

/* An array of texts, or what commas separate in a form. */
static bool input_list(struct arena *arena, const struct input *input, struct str **out,
                       size_t *count)
{
    struct json *items;

    if (input->kind == INPUT_TEXT) {
        struct str rest = input->text;
        *out = arena_array(arena, struct str, rest.len + 1);
        for (*count = 0; rest.len > 0;) {
            size_t len = str_find(rest, ',');
            (*out)[(*count)++] = str_sub(rest, 0, len);
            if (len == rest.len)
                break;
            rest = str_sub(rest, len + 1, rest.len - len - 1);
            if (rest.len == 0)
                (*out)[(*count)++] = rest;
        }
        return true;
    }
    if (json_kind(input->json) != JSON_ARRAY)
        return false;
    *count = json_items(arena, input->json, &items);
    *out = arena_array(arena, struct str, *count);
    for (size_t i = 0; i < *count; i++) {
        if (json_kind(items[i]) != JSON_TEXT)
            return false;
        (*out)[i] = json_text(items[i]);
    }
    return true;
}

/* The member to fill; the kind of a row and the type of its member must agree. */
static void *member_of(const struct reading *reading, const struct field *row, size_t size)
{
    must(row->at.size == size);
    must(row->at.offset + size <= reading->table->size);
    return (char *)reading->out + row->at.offset;
}

static bool within(const struct field *row, int64_t value)
{
    return value >= row->min && value <= row->max;
}

static const char *shape_wrong(const struct reading *reading, enum field_kind kind, struct str text)
{
    if (kind == F_EMAIL)
        return email_shaped(text) ? NULL : "not a valid email address";
    if (kind == F_PHONE)
        return text_is_phone(text) ? NULL : "not a valid phone number";
    if (kind == F_URL)
        return text_is_url(text, reading->how.local_urls) ? NULL : "must be an https URL";
    if (!text_is_plain(text))
        return "must not contain control characters";
    return kind == F_NAME && text.len > 0 && shown_blank(text) ? "must not be blank" : NULL;
}

static const char *text_read(const struct reading *reading, const struct field *row,
                             const struct input *input)
{
    struct str text;
    size_t count;

    if (!input_text(input, &text))
        return NO_STRING;
    if (!str_utf8_count(text, &count))
        return "must be valid UTF-8";
    if (!within(row, (int64_t)count))
        return sentence_length(reading->cx->arena, row, "characters");
    const char *wrong = shape_wrong(reading, row->kind, text);
    if (wrong != NULL)
        return wrong;
    struct str *to = member_of(reading, row, sizeof *to);
    *to = str_dup(reading->cx->arena, text);
    return NULL;
}

static const char *digits_read(const struct reading *reading, const struct field *row,
                               const struct input *input)
{
    struct str text;

    if (!input_text(input, &text))
        return NO_STRING;
    if (!within(row, (int64_t)text.len) || !str_is_digits(text))
        return sentence_length(reading->cx->arena, row, "digits");
    struct str *to = member_of(reading, row, sizeof *to);
    *to = str_dup(reading->cx->arena, text);
    return NULL;
}

static const char *country_read(const struct reading *reading, const struct field *row,
                                const struct input *input)
{
    struct str text;

    if (!input_text(input, &text))
        return NO_STRING;
    if (!text_is_country(text))
        return "must be a country code of 2 letters";
    struct str *to = member_of(reading, row, sizeof *to);
    char *upper = arena_alloc(reading->cx->arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++)
        upper[i] = (char)(text.ptr[i] & ~('a' - 'A'));
    *to = (struct str){upper, text.len};
    return NULL;
}

static const char *int_read(const struct reading *reading, const struct field *row,
                            const struct input *input)
{
    int64_t value;

    if (!input_int(input, &value) || !within(row, value))
        return sentence_integer(reading->cx->arena, row);
    int64_t *to = member_of(reading, row, sizeof *to);
    *to = value;
    return NULL;
}

static const char *bool_read(const struct reading *reading, const struct field *row,
                             const struct input *input)
{
    bool value;

    if (!input_bool(input, &value))
        return "must be true or false";
    bool *to = member_of(reading, row, sizeof *to);
    *to = value;
    return NULL;
}

static const char *date_read(const struct reading *reading, const struct field *row,
                             const struct input *input)
{
    struct str text;

    struct date *to = member_of(reading, row, sizeof *to);
    if (!input_text(input, &text) || !date_parse(text, to))
        return "must be a date YYYY-MM-DD";
    return NULL;
}

static const char *time_read(const struct reading *reading, const struct field *row,
                             const struct input *input)
{
    struct str text;

    instant *to = member_of(reading, row, sizeof *to);
    if (!input_text(input, &text) || !text_to_instant(text, to))
        return "must be a time like 2019-08-24T14:15:22Z";
    return NULL;
}

static bool epoch_store(const struct reading *reading, const struct field *row, int64_t seconds)
{
    bool as_date = row->at.size == sizeof(struct date);

    if (seconds < (as_date ? DATE_EPOCH_MIN : 0) || seconds > DATE_EPOCH_MAX)
        return false;
    if (row->max != 0 && !within(row, seconds))
        return false;
    if (as_date) {
        struct date *date = member_of(reading, row, sizeof *date);
        *date = wall_utc(seconds * SECOND_US).date;
    } else {
        instant *at = member_of(reading, row, sizeof *at);
        *at = seconds * SECOND_US;
    }
    return true;
}

static const char *epoch_read(const struct reading *reading, const struct field *row,
                              const struct input *input)
{
    int64_t seconds;

    return input_int(input, &seconds) && epoch_store(reading, row, seconds) ? NULL : NO_EPOCH;
}

static const char *epoch_text_read(const struct reading *reading, const struct field *row,
                                   const struct input *input)
{
    struct str text;
    int64_t seconds;

    if (!input_text(input, &text) || !str_to_int64(text, &seconds) ||
        !epoch_store(reading, row, seconds))
        return "must be a string of Unix seconds";
    return NULL;
}

/* Digits with a dot between them, and a minus before: neither blanks nor a plus nor an exponent. */
static bool is_decimal(struct str text)
{
    struct str digits = str_starts(text, STR("-")) ? str_from(text, 1) : text;

    return digits.len > 0 && digits.ptr[0] >= '0' && digits.ptr[0] <= '9' &&
           digits.ptr[digits.len - 1] >= '0' && digits.ptr[digits.len - 1] <= '9';
}

static const char *amount_read(const struct reading *reading, const struct field *row,
                               const struct input *input)
{
    struct decimal *to = member_of(reading, row, sizeof *to);
    struct str text;

    if (input->kind == INPUT_JSON && json_kind(input->json) == JSON_INT) {
        *to = decimal_of(json_int(input->json), 0);
        return NULL;
    }
    if (!input_text(input, &text) || !is_decimal(text))
        return NO_DECIMAL;
    return decimal_read(text, to) == OK ? NULL : NO_DECIMAL;
}

/* 0 when there is none. */
static size_t word_find(const struct words *words, struct str text)
{
    for (size_t i = 1; i < words->count; i++) {
        if (words->texts[i] == NULL)
            continue;
        struct str word = str_of(words->texts[i]);
        if (words->any_case ? str_eq_nocase(word, text) : str_eq(word, text))
            return i;
    }
    return 0;
}

static const char *word_read(const struct reading *reading, const struct field *row,
                             const struct input *input)
{
    struct str text;
    size_t value = input_text(input, &text) ? word_find(row->at.more, text) : 0;

    if (value == 0)
        return sentence_word(reading->cx->arena, row);
    int *to = member_of(reading, row, sizeof *to);
    *to = (int)value;
    return NULL;
}

static const char *words_read(const struct reading *reading, const struct field *row,
                              const struct input *input)
{
    struct arena *arena = reading->cx->arena;
    struct str *texts;
    size_t count;
    unsigned bits = 0;

    if (!input_list(arena, input, &texts, &count) || !within(row, (int64_t)count))
        return sentence_words(arena, row);
    for (size_t i = 0; i < count; i++) {
        size_t value = word_find(row->at.more, texts[i]);
        must(value < WORDS_MAX);
        if (value == 0 || (bits & 1U << value) != 0)
            return sentence_words(arena, row);
        bits |= 1U << value;
    }
    unsigned *to = member_of(reading, row, sizeof *to);
    *to = bits;
    return NULL;
}

static const char *id_read(const struct reading *reading, const struct field *row,
                           const struct input *input)
{
    struct str prefix = row->at.more == NULL ? STR("") : str_of(row->at.more);
    struct str text;

    if (!input_text(input, &text))
        return NO_STRING;
    char *raw = member_of(reading, row, ID_SIZE);
    if (!str_starts(text, prefix) ||
        !id_parse(str_sub(text, prefix.len, text.len - prefix.len), raw))
        return sentence_id(reading->cx->arena, row);
    return NULL;
}

static const char *ids_read(const struct reading *reading, const struct field *row,
                            const struct input *input)
{
    struct arena *arena = reading->cx->arena;
    struct str prefix = row->at.more == NULL ? STR("") : str_of(row->at.more);
    struct str *texts;
    size_t count;

    if (!input_list(arena, input, &texts, &count) || !within(row, (int64_t)count))
        return sentence_ids(arena, row);
    char(*ids)[ID_SIZE] = arena_alloc_array(arena, ID_SIZE, count);
    for (size_t i = 0; i < count; i++) {
        if (!str_starts(texts[i], prefix) || !id_parse(str_from(texts[i], prefix.len), ids[i]))
            return sentence_ids(arena, row);
    }
    struct field_list *to = member_of(reading, row, sizeof *to);
    *to = (struct field_list){ids, count};
    return NULL;
}

static const char *json_read(const struct reading *reading, const struct field *row,
                             const struct input *input)
{
    if (input->kind == INPUT_TEXT)
        return NO_FORM;
    struct str source = json_source(reading->cx->arena, input->json);
    if (row->max != 0 && (int64_t)source.len > row->max)
        return sentence_length(reading->cx->arena, row, "bytes");
    struct str *to = member_of(reading, row, sizeof *to);
    *to = source;
    return NULL;
}

const char *value_read(const struct reading *reading, const struct field *row,
                       const struct input *input)
{
    switch (row->kind) {
    case F_TEXT:
    case F_NAME:
    case F_EMAIL:
    case F_PHONE:
    case F_URL:
        return text_read(reading, row, input);
    case F_COUNTRY:
        return country_read(reading, row, input);
    case F_DIGITS:
        return digits_read(reading, row, input);
    case F_INT:
        return int_read(reading, row, input);
    case F_BOOL:
        return bool_read(reading, row, input);
    case F_DATE:
        return date_read(reading, row, input);
    case F_EPOCH:
    case F_EPOCH_DATE:
        return epoch_read(reading, row, input);
    case F_EPOCH_TEXT:
        return epoch_text_read(reading, row, input);
    case F_RFC3339:
        return time_read(reading, row, input);
    case F_WORD:
        return word_read(reading, row, input);
    case F_WORDS:
        return words_read(reading, row, input);
    case F_ID:
        return id_read(reading, row, input);
    case F_IDS:
        return ids_read(reading, row, input);
    case F_JSON:
        return json_read(reading, row, input);
    case F_DECIMAL:
        return amount_read(reading, row, input);
    case F_OBJECT:
        return input->kind == INPUT_TEXT ? NO_FORM : "must be an object";
    case F_OBJECTS:
        return input->kind == INPUT_TEXT ? NO_FORM : "must be an array";
    case F_TEXTS:
        return "cannot be given";
    }
    must_fail(__FILE__, __LINE__, "kind is a member of field_kind");
}

static enum fault_kind text_fault(const struct field *row, const struct input *input)
{
    struct str text;
    size_t count;

    if (!input_text(input, &text))
        return FAULT_NO_TEXT;
    if (!str_utf8_count(text, &count) || within(row, (int64_t)count))
        return FAULT_OTHER;
    return (int64_t)count < row->min ? FAULT_TOO_SHORT : FAULT_TOO_LONG;
}

enum fault_kind value_fault(const struct field *row, const struct input *input)
{
    struct str text;

    switch (row->kind) {
    case F_TEXT:
    case F_NAME:
    case F_EMAIL:
    case F_PHONE:
    case F_URL:
    case F_DIGITS:
        return text_fault(row, input);
    case F_COUNTRY:
    case F_ID:
        return input_text(input, &text) ? FAULT_OTHER : FAULT_NO_TEXT;
    case F_BOOL:
        return FAULT_NO_BOOL;
    case F_DATE:
    case F_RFC3339:
        return FAULT_NO_TIME;
    case F_WORD:
        return FAULT_NO_WORD;
    case F_INT:
    case F_EPOCH:
    case F_EPOCH_DATE:
    case F_EPOCH_TEXT:
    case F_WORDS:
    case F_IDS:
    case F_TEXTS:
    case F_OBJECT:
    case F_OBJECTS:
    case F_JSON:
    case F_DECIMAL:
        return FAULT_OTHER;
    }
    must_fail(__FILE__, __LINE__, "kind is a member of field_kind");
}

static enum fit fit_if(bool fits, enum fit fit)
{
    return fits ? fit : FIT_NONE;
}

enum fit value_fit(const struct field *row, const struct input *input)
{
    bool from_form = input->kind == INPUT_TEXT;
    struct str text;
    int64_t number;
    bool flag;

    switch (row->kind) {
    case F_TEXT:
    case F_NAME:
    case F_EMAIL:
    case F_PHONE:
    case F_COUNTRY:
    case F_DIGITS:
    case F_DATE:
    case F_RFC3339:
    case F_WORD:
    case F_ID:
    case F_URL:
        return fit_if(input_text(input, &text), FIT_WIDE);
    case F_INT:
    case F_EPOCH:
    case F_EPOCH_DATE:
        return fit_if(input_int(input, &number), FIT_EXACT);
    case F_BOOL:
        return fit_if(input_bool(input, &flag), FIT_EXACT);
    case F_EPOCH_TEXT:
        return fit_if(input_text(input, &text) && str_to_int64(text, &number), FIT_EXACT);
    case F_DECIMAL:
        return fit_if(input_text(input, &text) || input_int(input, &number), FIT_WIDE);
    case F_WORDS:
    case F_IDS:
    case F_OBJECTS:
        return fit_if(!from_form && json_kind(input->json) == JSON_ARRAY, FIT_EXACT);
    case F_OBJECT:
        return fit_if(!from_form && json_kind(input->json) == JSON_OBJECT, FIT_EXACT);
    case F_JSON:
        return fit_if(!from_form, FIT_WIDE);
    case F_TEXTS:
        return FIT_NONE;
    }
    must_fail(__FILE__, __LINE__, "kind is a member of field_kind");
}
