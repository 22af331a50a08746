#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/luhn.h"
#include "base/must.h"

ENUM_DEFINE(log_event, LOG_EVENT_LIST)

enum { LINE_MAX_LEN = 1024, PAN_MIN = 13, PAN_MAX = 19, IBAN_MIN = 15, IBAN_MAX = 34 };

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_upper(char byte)
{
    return byte >= 'A' && byte <= 'Z';
}

static bool is_word(char byte)
{
    return is_digit(byte) || is_upper(byte) || (byte >= 'a' && byte <= 'z') || byte == '_';
}

/* Longest Luhn-valid number that starts at line[0], as a length in bytes; 0 when there is none. */
static size_t pan_len(const char *line, size_t len)
{
    char digits[PAN_MAX];
    size_t count = 0;
    size_t found = 0;

    for (size_t at = 0; at < len && count < PAN_MAX; at++) {
        if (is_digit(line[at])) {
            digits[count++] = line[at];
            bool ends = at + 1 == len || !is_digit(line[at + 1]);
            if (ends && count >= PAN_MIN && luhn_valid((struct str){digits, count}))
                found = at + 1;
        } else if (line[at] != ' ' && line[at] != '-') {
            break;
        }
    }
    return found;
}

static size_t iban_len(const char *line, size_t len)
{
    if (len < IBAN_MIN || !is_upper(line[0]) || !is_upper(line[1]) || !is_digit(line[2]) ||
        !is_digit(line[3]))
        return 0;
    size_t at = 4;
    size_t digits = 2;
    while (at < len && at < IBAN_MAX && (is_digit(line[at]) || is_upper(line[at]))) {
        digits += is_digit(line[at]) ? 1 : 0;
        at++;
    }
    /* Our own ids can begin like an IBAN; they hold lower-case letters, which end the run. */
    return at >= IBAN_MIN && digits >= 8 && (at == len || !is_word(line[at])) ? at : 0;
}

static void hide_digits(char *line, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (is_digit(line[i]))
            line[i] = '*';
    }
}

void log_scrub(char *line, size_t len)
{
    for (size_t at = 0; at < len; at++) {
        char before = at > 0 ? line[at - 1] : ' ';
        size_t hit = 0;
        if (is_digit(line[at]) && !is_digit(before))
            hit = pan_len(line + at, len - at);
        else if (is_upper(line[at]) && !is_word(before))
            hit = iban_len(line + at, len - at);
        hide_digits(line + at, hit);
        at += hit > 0 ? hit - 1 : 0;
    }
}

static void line_add(char *line, size_t *len, const char *text)
{
    size_t left = LINE_MAX_LEN - 1 - *len;
    size_t more = strlen(text);

    if (more > left)
        more = left;
    memcpy(line + *len, text, more);
    *len += more;
}

/* snprintf would take longer than all the rest of a line. */
static void time_add(char *line, size_t *len)
{
    struct wall wall = wall_utc(clock_now());
    char time[] = "0000-00-00T00:00:00Z ";

    digits_write(time, wall.date.year, 4);
    digits_write(time + 5, wall.date.month, 2);
    digits_write(time + 8, wall.date.day, 2);
    digits_write(time + 11, wall.hour, 2);
    digits_write(time + 14, wall.minute, 2);
    digits_write(time + 17, wall.second, 2);
    line_add(line, len, time);
}

static void field_add(char *line, size_t *len, const struct log_field *field)
{
    char number[64];

    line_add(line, len, " ");
    line_add(line, len, field->key);
    line_add(line, len, "=");
    switch (field->kind) {
    case LOG_KIND_INT:
        snprintf(number, sizeof number, "%lld", (long long)field->number);
        line_add(line, len, number);
        break;
    case LOG_KIND_MONEY:
        snprintf(number, sizeof number, "%lld%s", (long long)field->money.minor,
                 currency_text(field->money.currency));
        line_add(line, len, number);
        break;
    case LOG_KIND_WORD:
    case LOG_KIND_ID:
    case LOG_KIND_ERR:
        line_add(line, len, field->word == NULL ? "-" : field->word);
        break;
    }
}

/* A whole line of at most LINE_MAX_LEN bytes; gives its length. */
static size_t line_make(char *line, const struct ctx *cx, enum log_event event,
                        const struct log_field *fields, size_t count)
{
    size_t len = 0;

    time_add(line, &len);
    size_t scrub_from = len;
    line_add(line, &len, log_event_text(event));
    if (cx != NULL && cx->request[0] != '\0') {
        line_add(line, &len, " request=");
        line_add(line, &len, cx->request);
    }
    for (size_t i = 0; i < count; i++)
        field_add(line, &len, &fields[i]);
    log_scrub(line + scrub_from, len - scrub_from);
    line[len++] = '\n';
    return len;
}

/* A log that cannot be written must not stop the counter. */
static void lines_write(const char *lines, size_t len)
{
    ssize_t written = write(STDERR_FILENO, lines, len);

    (void)written;
}

void log_write(const struct ctx *cx, enum log_event event, const struct log_field *fields,
               size_t count)
{
    char line[LINE_MAX_LEN];

    lines_write(line, line_make(line, cx, event, fields, count));
}

void log_batch_add(struct log_batch *batch, const struct ctx *cx, enum log_event event,
                   const struct log_field *fields, size_t count)
{
    if (batch == NULL) {
        log_write(cx, event, fields, count);
        return;
    }
    if (LOG_BATCH_SIZE - batch->len < LINE_MAX_LEN)
        log_batch_flush(batch);
    batch->len += line_make(batch->lines + batch->len, cx, event, fields, count);
}

void log_batch_flush(struct log_batch *batch)
{
    if (batch == NULL)
        return;
    if (batch->len > 0)
        lines_write(batch->lines, batch->len);
    batch->len = 0;
}
