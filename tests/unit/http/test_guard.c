#include "http/guard.h"

#include "support/unit.h"

/* Every rule has a good twin, so that a refusal is known to come from that rule alone. */

enum { HEADERS = 8 };

struct sample {
    const char *method;
    const char *target;
    const char *version;
    struct header headers[HEADERS];
    size_t count;
    struct guard_pass pass;
    struct guard_refusal refusal;
};

static struct sample sample_of(const char *method, const char *target)
{
    return (struct sample){.method = method, .target = target, .version = "HTTP/1.1"};
}

static void with(struct sample *sample, const char *name, const char *value)
{
    assert_true(sample->count < HEADERS);
    sample->headers[sample->count++] = (struct header){str_of(name), str_of(value)};
}

static bool passes(struct sample *sample)
{
    struct guard_head head = {str_of(sample->method), str_of(sample->target),
                              str_of(sample->version), sample->headers, sample->count};

    sample->refusal = (struct guard_refusal){0};
    return guard_check(&head, &sample->pass, &sample->refusal);
}

static void assert_refused(struct sample *sample, int status)
{
    assert_false(passes(sample));
    assert_int_equal(sample->refusal.status, status);
    assert_non_null(sample->refusal.why);
}

static struct sample post_with(const char *name, const char *value)
{
    struct sample sample = sample_of("POST", "/v2/customers/");

    with(&sample, "Host", "localhost");
    with(&sample, "Content-Length", "2");
    if (name != NULL)
        with(&sample, name, value);
    return sample;
}

static struct sample chunked_with(const char *name, const char *value)
{
    struct sample sample = sample_of("POST", "/v2/customers/");

    with(&sample, "Host", "localhost");
    with(&sample, "Transfer-Encoding", "chunked");
    if (name != NULL)
        with(&sample, name, value);
    return sample;
}

CASE(ordinary_request_passes)
{
    struct sample sample = post_with("Content-Type", "application/json");

    assert_true(passes(&sample));
    assert_int_equal(sample.pass.method, METHOD_POST);
    assert_true(sample.pass.has_length);
    assert_int_equal(sample.pass.length, 2);
    assert_true(sample.pass.expects_body);
    assert_false(sample.pass.chunked);
    assert_false(sample.pass.waits);
}

CASE(chunked_request_passes)
{
    struct sample sample = chunked_with(NULL, NULL);

    assert_true(passes(&sample));
    assert_true(sample.pass.chunked);
    assert_true(sample.pass.expects_body);
}

CASE(length_together_with_encoding_is_refused)
{
    struct sample sample = chunked_with("Content-Length", "2");

    assert_refused(&sample, 400);
}

CASE(headers_that_may_stand_once_are_refused_twice)
{
    static const char *const NAMES[] = {"Host", "Content-Length", "Authorization", "Content-Type"};

    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        struct sample sample = post_with(NULL, NULL);
        size_t already = i < 2 ? 1 : 0;
        for (size_t times = already; times < 1; times++)
            with(&sample, NAMES[i], "2");
        assert_true(passes(&sample));
        with(&sample, NAMES[i], "2");
        assert_refused(&sample, 400);
    }
    struct sample sample = chunked_with("transfer-encoding", "chunked");
    assert_refused(&sample, 400);
}

CASE(other_headers_may_stand_twice)
{
    struct sample sample = post_with("Accept", "text/html");

    with(&sample, "Accept", "text/plain");
    assert_true(passes(&sample));
}

CASE(encoding_must_be_exactly_chunked)
{
    static const char *const VALUES[] = {
        "gzip, chunked", "chunked, chunked", "xchunked", "chunked ",
        "Chunked",       "identity",         "",         "chunked\t"};

    for (size_t i = 0; i < ARRAY_LEN(VALUES); i++) {
        struct sample sample = sample_of("POST", "/");
        with(&sample, "Host", "localhost");
        with(&sample, "Transfer-Encoding", VALUES[i]);
        assert_refused(&sample, 400);
    }
}

CASE(old_protocol_has_no_encoding)
{
    struct sample sample = chunked_with(NULL, NULL);

    sample.version = "HTTP/1.0";
    assert_refused(&sample, 400);
    sample = post_with(NULL, NULL);
    sample.version = "HTTP/1.0";
    assert_true(passes(&sample));
}

CASE(header_name_must_be_a_token)
{
    static const char *const BAD[] = {"X-A ", "X A", "X-A\t", "X(A)", "X/A",
                                      "X\"A", "X@A", "X\x80", ""};
    static const char *const GOOD[] = {"X-A", "x_a", "X!#$%&'*+-.^_`|~9"};

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        struct sample sample = post_with(BAD[i], "1");
        assert_refused(&sample, 400);
    }
    for (size_t i = 0; i < ARRAY_LEN(GOOD); i++) {
        struct sample sample = post_with(GOOD[i], "1");
        assert_true(passes(&sample));
    }
}

CASE(header_value_must_not_hold_controls)
{
    static const char *const BAD[] = {"a\rb", "a\nb", "\x01", "a\x1F", "\x7F", "a\x0B"};

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        struct sample sample = post_with("X-A", BAD[i]);
        assert_refused(&sample, 400);
    }
    struct sample nul = post_with("X-A", "ab");
    nul.headers[2].value = (struct str){"a\0b", 3};
    assert_refused(&nul, 400);
    struct sample good = post_with("X-A", "a\tb \xC3\xA9");
    assert_true(passes(&good));
}

CASE(target_must_begin_with_a_slash)
{
    static const char *const BAD[] = {"http://localhost/v2/ping", "*", "", "v2/ping",
                                      "localhost:80"};

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        struct sample sample = sample_of("GET", BAD[i]);
        with(&sample, "Host", "localhost");
        assert_refused(&sample, 400);
    }
}

CASE(host_is_needed_since_http_1_1)
{
    struct sample sample = sample_of("GET", "/");

    assert_refused(&sample, 400);
    sample.version = "HTTP/1.0";
    assert_true(passes(&sample));
}

CASE(unknown_expectation_is_refused)
{
    struct sample good = post_with("Expect", "100-Continue");
    struct sample bad = post_with("Expect", "200-ok");
    struct sample twice = post_with("Expect", "100-continue");

    assert_true(passes(&good));
    assert_true(good.pass.waits);
    assert_refused(&bad, 400);
    with(&twice, "Expect", "100-continue");
    assert_refused(&twice, 400);
}

CASE(length_must_be_digits)
{
    static const char *const BAD[] = {"",    "+2",  "-2",  "2 ",
                                      "0x2", "2,2", "1e1", "9999999999999999999"};

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        struct sample sample = sample_of("POST", "/");
        with(&sample, "Host", "localhost");
        with(&sample, "Content-Length", BAD[i]);
        assert_refused(&sample, 400);
    }
    struct sample zero = sample_of("POST", "/");
    with(&zero, "Host", "localhost");
    with(&zero, "Content-Length", "0");
    assert_true(passes(&zero));
    assert_false(zero.pass.expects_body);
}

CASE(a_request_without_length_has_no_body)
{
    static const char *const METHODS[] = {"POST", "PATCH", "PUT", "DELETE"};

    for (size_t i = 0; i < ARRAY_LEN(METHODS); i++) {
        struct sample sample = sample_of(METHODS[i], "/");
        with(&sample, "Host", "localhost");
        assert_true(passes(&sample));
        assert_false(sample.pass.has_length);
        assert_false(sample.pass.expects_body);
    }
}

CASE(unknown_method_is_501)
{
    static const char *const METHODS[] = {"BREW", "TRACE", "CONNECT", "get", "PROPFIND"};

    for (size_t i = 0; i < ARRAY_LEN(METHODS); i++) {
        struct sample sample = sample_of(METHODS[i], "/");
        with(&sample, "Host", "localhost");
        assert_refused(&sample, 501);
    }
    struct sample bad = sample_of("GE(T", "/");
    with(&bad, "Host", "localhost");
    assert_refused(&bad, 400);
}

/* What the library makes of a header block: it knows where lines, names and values begin, writes a
 * NUL over each separator and hands out C strings. Blocks are written here with one byte for each
 * separator: '_' for the blanks of the request line, '|' for the colon, '\n' for the line end. */
struct block {
    char memory[512];
    size_t used;
    struct header headers[HEADERS];
    struct guard_head head;
};

static const char *copy_line(struct block *block, const char *line, size_t len, const char **second,
                             const char **last)
{
    const char *begin = block->memory + block->used;

    *second = NULL;
    for (size_t i = 0; i < len; i++) {
        bool separator = line[i] == '_' || line[i] == '|';
        block->memory[block->used++] = separator ? '\0' : line[i];
        if (!separator)
            continue;
        *last = block->memory + block->used;
        if (*second == NULL)
            *second = *last;
    }
    block->used += 2;
    return begin;
}

static bool whole(const char *text, size_t len, size_t more)
{
    struct block block = {.head = {.headers = block.headers}};
    bool first = true;

    for (size_t at = 0; at < len;) {
        const char *end = memchr(text + at, '\n', len - at);
        const char *second = NULL;
        const char *last = NULL;
        const char *begin = copy_line(&block, text + at, (size_t)(end - text) - at, &second, &last);
        at = (size_t)(end - text) + 1;
        if (first) {
            block.head.method = str_of(begin);
            block.head.target = str_of(second);
            block.head.version = str_of(last);
        } else if (*begin == '\0') {
            break;
        } else {
            while (*second == ' ')
                second++;
            block.headers[block.head.count++] = (struct header){str_of(begin), str_of(second)};
        }
        first = false;
    }
    return guard_is_whole(&block.head, block.used + more);
}
#define WHOLE(block) whole(block, sizeof(block) - 1, 0)

CASE(block_without_gaps_is_whole)
{
    assert_true(WHOLE("GET_/_HTTP/1.1\nHost|localhost\nX-A|  1\nX-B|\n\n"));
    assert_true(WHOLE("GET_/_HTTP/1.0\n\n"));
}

CASE(nul_byte_in_a_value_leaves_a_gap)
{
    assert_false(WHOLE("GET_/_HTTP/1.1\nHost|local\0host\nX-A|1\n\n"));
    assert_false(WHOLE("GET_/_HTTP/1.1\nHost|localhost\nX-A|1\0 2\n\n"));
}

CASE(nul_byte_in_the_target_leaves_a_gap)
{
    assert_false(WHOLE("GET_/a\0b_HTTP/1.1\nHost|localhost\n\n"));
}

CASE(line_without_a_name_leaves_a_gap_at_the_end)
{
    assert_false(WHOLE("GET_/_HTTP/1.1\nHost|localhost\n|evil\n\n"));
}

CASE(block_longer_than_what_was_shown_is_not_whole)
{
    const char block[] = "GET_/_HTTP/1.1\nHost|localhost\n\n";

    assert_true(whole(block, sizeof block - 1, 0));
    assert_false(whole(block, sizeof block - 1, 2));
}

UNIT_MAIN(T(ordinary_request_passes), T(chunked_request_passes),
          T(length_together_with_encoding_is_refused),
          T(headers_that_may_stand_once_are_refused_twice), T(other_headers_may_stand_twice),
          T(encoding_must_be_exactly_chunked), T(old_protocol_has_no_encoding),
          T(header_name_must_be_a_token), T(header_value_must_not_hold_controls),
          T(target_must_begin_with_a_slash), T(host_is_needed_since_http_1_1),
          T(unknown_expectation_is_refused), T(length_must_be_digits),
          T(a_request_without_length_has_no_body), T(unknown_method_is_501),
          T(block_without_gaps_is_whole), T(nul_byte_in_a_value_leaves_a_gap),
          T(nul_byte_in_the_target_leaves_a_gap), T(line_without_a_name_leaves_a_gap_at_the_end),
          T(block_longer_than_what_was_shown_is_not_whole))
