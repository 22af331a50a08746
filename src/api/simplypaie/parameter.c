#include "api/simplypaie/parameter.h"

#include <string.h>

#include "api/simplypaie/call.h"
#include "base/must.h"
#include "base/shown.h"
#include "core/mail.h"
#include "wire/text.h"
#include "wire/url.h"

/* E.164: a country code and a number, 15 digits at most; a French number has ten. */
enum { PHONE_DIGITS_MIN = 7, PHONE_DIGITS_MAX = 15, PHONE_NATIONAL_DIGITS = 10 };

/* --- one value -----------------------------------------------------------------------------------
 */

static bool length_is(struct str text, int64_t min, int64_t max)
{
    size_t count;

    return str_utf8_count(text, &count) && (int64_t)count >= min && (int64_t)count <= max;
}

/* Control characters, but for the ends of lines. */
static bool lines_are_plain(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if ((byte < ' ' && byte != '\n' && byte != '\r') || byte == 0x7F)
            return false;
    }
    return true;
}

static bool phone_is_good(struct str text)
{
    bool abroad = text.len > 0 && text.ptr[0] == '+';
    size_t digits = 0;
    char first = '\0';

    if (!text_is_phone(text))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            continue;
        if (digits++ == 0)
            first = text.ptr[i];
    }
    if (abroad)
        return first != '0' && digits >= PHONE_DIGITS_MIN && digits <= PHONE_DIGITS_MAX;
    return first == '0' && digits == PHONE_NATIONAL_DIGITS;
}

static bool url_is_good(struct str text, int64_t max)
{
    struct url url;

    return (int64_t)text.len <= max && url_parse(text, &url) == OK;
}

static bool text_is_good(const struct parameter *row, struct str text)
{
    switch (row->kind) {
    case P_TEXT:
        return length_is(text, row->min, row->max) && text_is_plain(text);
    case P_NAME:
        return length_is(text, row->min, row->max) && text_is_plain(text) && !shown_blank(text);
    case P_LINES:
        return length_is(text, row->min, row->max) && lines_are_plain(text);
    case P_EMAIL:
        return (int64_t)text.len <= row->max && mail_address_given(text);
    case P_PHONE:
        return phone_is_good(text);
    case P_URL:
        return url_is_good(text, row->max);
    case P_DIGITS:
        return str_is_digits(text) && (int64_t)text.len <= row->max;
    case P_DECIMAL:
    case P_ANY:
        return true;
    case P_WORD:
    case P_CENTS:
    case P_COUNT:
    case P_DATE:
    case P_LIST:
        break;
    }
    must_fail(__FILE__, __LINE__, "a kind of text");
}

static bool word_read(const struct words *words, struct str text, int *out)
{
    for (size_t i = 1; i < words->count; i++) {
        if (words->texts[i] != NULL && str_eq(text, str_of(words->texts[i]))) {
            *out = (int)i;
            return true;
        }
    }
    return false;
}

static bool number_read(const struct parameter *row, struct str text, int64_t *out)
{
    return str_is_digits(text) && str_to_int64(text, out) && *out >= row->min && *out <= row->max;
}

/* Where a JSON number may stand for its text. */
static bool takes_number(enum parameter_kind kind)
{
    return kind == P_CENTS || kind == P_DECIMAL;
}

static bool shape_is_good(const struct parameter *row, const struct input *input)
{
    switch (input->kind) {
    case INPUT_TEXT:
        return row->kind != P_LIST;
    case INPUT_NUMBER:
        return takes_number(row->kind);
    case INPUT_LIST:
        return row->kind == P_LIST;
    case INPUT_OTHER:
        return false;
    }
    must_fail(__FILE__, __LINE__, "a kind of input");
}

static bool value_take(const struct parameter *row, const struct input *input, void *at)
{
    if (!shape_is_good(row, input))
        return false;
    switch (row->kind) {
    case P_WORD:
        return word_read(row->more, input->text, at);
    case P_CENTS:
    case P_COUNT:
        return number_read(row, input->text, at);
    case P_DATE:
        return date_parse(input->text, at);
    case P_LIST:
        *(const struct input **)at = input;
        return true;
    case P_TEXT:
    case P_NAME:
    case P_LINES:
    case P_EMAIL:
    case P_PHONE:
    case P_URL:
    case P_DIGITS:
    case P_DECIMAL:
    case P_ANY:
        if (!text_is_good(row, input->text))
            return false;
        memcpy(at, &input->text, sizeof input->text);
        return true;
    }
    must_fail(__FILE__, __LINE__, "a kind of parameter");
}

/* --- a table -------------------------------------------------------------------------------------
 */

void parameters_read(struct ctx *cx, const struct parameters *parameters,
                     const struct inputs *inputs, struct reading *reading, void *out)
{
    (void)cx;
    must(parameters->count <= PARAMETERS_MAX);
    memset(out, 0, parameters->size);
    *reading = (struct reading){.parameters = parameters};
    for (size_t i = 0; i < parameters->count; i++) {
        const struct parameter *row = &parameters->rows[i];
        const struct input *input = input_find(inputs, row->name);
        if (input == NULL)
            reading->wrong[i] = row->need == REQUIRED;
        else if (value_take(row, input, (char *)out + row->at))
            given_set(out, row->at);
        else
            reading->wrong[i] = true;
    }
}

void parameter_refuse(struct reading *reading, size_t at)
{
    const struct parameters *parameters = reading->parameters;

    for (size_t i = 0; i < parameters->count; i++) {
        if (parameters->rows[i].at == at) {
            reading->wrong[i] = true;
            return;
        }
    }
    must_fail(__FILE__, __LINE__, "a row has this member");
}

static void reading_problems(const struct reading *reading, struct problems *problems)
{
    for (size_t i = 0; i < reading->parameters->count; i++) {
        if (reading->wrong[i])
            problems_add(problems, reading->parameters->rows[i].problem);
    }
}

bool reading_good(struct request *request, const struct reading *reading)
{
    struct problems problems = {.count = 0};

    reading_problems(reading, &problems);
    if (problems.count > 0)
        sp_fail_all(request, &problems);
    return problems.count == 0;
}

/* --- described -----------------------------------------------------------------------------------
 */

static enum field_kind kind_described(enum parameter_kind kind)
{
    switch (kind) {
    case P_TEXT:
    case P_NAME:
    case P_LINES:
    case P_URL:
    case P_PHONE:
    case P_DECIMAL:
    case P_ANY:
        return F_TEXT;
    case P_EMAIL:
        return F_EMAIL;
    case P_WORD:
        return F_WORD;
    case P_DIGITS:
    case P_CENTS:
    case P_COUNT:
        return F_DIGITS;
    case P_DATE:
        return F_DATE;
    case P_LIST:
        return F_OBJECTS;
    }
    must_fail(__FILE__, __LINE__, "a kind of parameter");
}

/* How many digits the largest number has. */
static int64_t digits_of(int64_t number)
{
    int64_t digits = 1;

    for (; number >= 10; number /= 10)
        digits++;
    return digits;
}

void parameters_table(const struct parameters *parameters, struct field *fields, struct table *out)
{
    must(parameters->count <= PARAMETERS_MAX);
    for (size_t i = 0; i < parameters->count; i++) {
        const struct parameter *row = &parameters->rows[i];
        bool number = row->kind == P_CENTS || row->kind == P_COUNT;
        bool text = row->kind == P_TEXT || row->kind == P_NAME || row->kind == P_LINES;
        fields[i] = (struct field){
            .name = row->name,
            .kind = kind_described(row->kind),
            .min = text                              ? row->min
                   : row->kind == P_DIGITS || number ? 1
                                                     : 0,
            .max = number ? digits_of(row->max) : row->max,
            .need = row->need,
            .origin = row->origin,
            .editions = ED_ALL,
            .at = {row->at, sizeof(struct str), row->more},
        };
    }
    *out = (struct table){
        .name = parameters->name,
        .fields = fields,
        .count = parameters->count,
        .size = parameters->size,
        .unknown = UNKNOWN_IGNORED,
    };
}
