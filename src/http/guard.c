#include "http/guard.h"

#include <stdint.h>

enum { LENGTH_DIGITS_MAX = 18 };

static const struct str BLANKS = STR_INIT(" \t");

static bool is_alnum(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

/* RFC 9110 5.6.2. */
static bool is_token(struct str text)
{
    static const struct str MARKS = STR_INIT("!#$%&'*+-.^_`|~");

    for (size_t i = 0; i < text.len; i++) {
        if (!is_alnum(text.ptr[i]) && str_find(MARKS, text.ptr[i]) == MARKS.len)
            return false;
    }
    return text.len > 0;
}

/* RFC 9110 5.5: a tab may stand inside a value, no other control character may. */
static bool has_control(struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.ptr[i];
        if ((byte < ' ' && byte != '\t') || byte == 0x7F)
            return true;
    }
    return false;
}

static size_t header_count(const struct guard_head *head, struct str name, struct str *value)
{
    size_t count = 0;

    for (size_t i = 0; i < head->count; i++) {
        if (!str_eq_nocase(head->headers[i].name, name))
            continue;
        *value = head->headers[i].value;
        count++;
    }
    return count;
}

static bool method_find(struct str text, enum method *out)
{
    static const enum method METHODS[] = {METHOD_GET,    METHOD_POST, METHOD_PATCH,  METHOD_PUT,
                                          METHOD_DELETE, METHOD_HEAD, METHOD_OPTIONS};

    for (size_t i = 0; i < ARRAY_LEN(METHODS); i++) {
        if (str_eq(text, str_of(method_text(METHODS[i])))) {
            *out = METHODS[i];
            return true;
        }
    }
    return false;
}

static const char *check_line(const struct guard_head *head)
{
    if (!is_token(head->method))
        return "The method is not a token.";
    if (head->target.len == 0 || head->target.ptr[0] != '/')
        return "The request target must begin with a slash.";
    if (!str_eq(head->version, STR("HTTP/1.1")) && !str_eq(head->version, STR("HTTP/1.0")))
        return "The protocol version is not supported.";
    return NULL;
}

static const char *check_lines(const struct guard_head *head)
{
    for (size_t i = 0; i < head->count; i++) {
        if (!is_token(head->headers[i].name))
            return "A header name holds a character that is not allowed.";
        if (has_control(head->headers[i].value))
            return "A header value holds a control character.";
    }
    return NULL;
}

/* Headers of which two cannot both be obeyed. */
static const char *check_twice(const struct guard_head *head)
{
    static const struct {
        struct str name;
        const char *why;
    } ONCE[] = {
        {STR_INIT("Content-Length"),    "Content-Length stands twice."   },
        {STR_INIT("Transfer-Encoding"), "Transfer-Encoding stands twice."},
        {STR_INIT("Host"),              "Host stands twice."             },
        {STR_INIT("Authorization"),     "Authorization stands twice."    },
        {STR_INIT("Content-Type"),      "Content-Type stands twice."     },
    };
    struct str value;

    for (size_t i = 0; i < ARRAY_LEN(ONCE); i++) {
        if (header_count(head, ONCE[i].name, &value) > 1)
            return ONCE[i].why;
    }
    if (header_count(head, STR("Host"), &value) == 0 && str_eq(head->version, STR("HTTP/1.1")))
        return "Host is missing.";
    return NULL;
}

static const char *check_framing(const struct guard_head *head, struct guard_pass *pass)
{
    struct str length = STR_NONE;
    struct str encoding = STR_NONE;

    pass->has_length = header_count(head, STR("Content-Length"), &length) > 0;
    pass->chunked = header_count(head, STR("Transfer-Encoding"), &encoding) > 0;
    if (pass->has_length && pass->chunked)
        return "Content-Length and Transfer-Encoding exclude each other.";
    if (pass->chunked && !str_eq(encoding, STR("chunked")))
        return "The transfer encoding is not supported.";
    if (pass->chunked && str_eq(head->version, STR("HTTP/1.0")))
        return "HTTP/1.0 has no transfer encoding.";
    if (pass->has_length && (length.len == 0 || length.len > LENGTH_DIGITS_MAX ||
                             !str_is_digits(length) || !str_to_int64(length, &pass->length)))
        return "Content-Length is not a number.";
    pass->expects_body = pass->chunked || pass->length > 0;
    return NULL;
}

static const char *check_expect(const struct guard_head *head, struct guard_pass *pass)
{
    struct str expect = STR_NONE;
    size_t count = header_count(head, STR("Expect"), &expect);

    if (count > 1 || (count == 1 && !str_eq_nocase(str_trim(expect), STR("100-continue"))))
        return "The expectation is not supported.";
    pass->waits = count == 1 && pass->expects_body;
    return NULL;
}

bool guard_check(const struct guard_head *head, struct guard_pass *pass,
                 struct guard_refusal *refusal)
{
    const char *why = check_line(head);

    *pass = (struct guard_pass){.method = METHOD_GET};
    if (why == NULL)
        why = check_lines(head);
    if (why == NULL)
        why = check_twice(head);
    if (why == NULL)
        why = check_framing(head, pass);
    if (why == NULL)
        why = check_expect(head, pass);
    if (why != NULL) {
        *refusal = (struct guard_refusal){REFUSE_BAD_REQUEST, why};
        return false;
    }
    if (!method_find(head->method, &pass->method)) {
        *refusal = (struct guard_refusal){REFUSE_NOT_IMPLEMENTED, "The method is not known."};
        return false;
    }
    return true;
}

/* The library puts a NUL where the separator was; both sides were checked to lie in one buffer only
 * by their addresses, so they are compared as numbers. */
static uintptr_t end_of(struct str text)
{
    return (uintptr_t)text.ptr + text.len;
}

static bool value_follows_name(const struct header *header)
{
    uintptr_t at = end_of(header->name) + 1; /* the colon */

    if (header->value.ptr == NULL || (uintptr_t)header->value.ptr < at)
        return false;
    /* What was skipped is white space before the value, which the library leaves in place. */
    for (const char *blank = header->name.ptr + header->name.len + 1; blank < header->value.ptr;
         blank++) {
        if (str_find(BLANKS, *blank) == BLANKS.len)
            return false;
    }
    return true;
}

bool guard_is_whole(const struct guard_head *head, size_t size)
{
    enum { CRLF = 2 };
    uintptr_t begin = (uintptr_t)head->method.ptr;
    uintptr_t end = begin + size;

    if (end_of(head->method) + 1 != (uintptr_t)head->target.ptr ||
        end_of(head->target) + 1 != (uintptr_t)head->version.ptr)
        return false;
    uintptr_t at = end_of(head->version) + CRLF;
    for (size_t i = 0; i < head->count; i++) {
        const struct header *header = &head->headers[i];
        if ((uintptr_t)header->name.ptr != at || end_of(header->name) >= end ||
            end_of(header->value) >= end || !value_follows_name(header))
            return false;
        at = end_of(header->value) + CRLF;
    }
    return at + CRLF == end;
}
