#include "wire/multipart.h"

#include "base/arena.h"
#include "support/unit.h"

#define TYPE "multipart/form-data; boundary=xYz"

static err_t parse(struct arena *arena, const char *body, struct multipart *out)
{
    return multipart_parse(arena, STR(TYPE), str_of(body), out);
}

static void refused(struct arena *arena, const char *body, err_t err)
{
    struct multipart out;

    assert_int_equal(parse(arena, body, &out), err);
}

CASE(fields_and_files_are_read_in_their_order)
{
    struct arena *arena = arena_new(1 << 20);
    struct multipart out;

    assert_ok(parse(arena,
                    "--xYz\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n12\r\n"
                    "--xYz\r\ncontent-disposition:form-data;name=file; filename=\"a b.pdf\"\r\n"
                    "Content-Type: application/pdf\r\n\r\n%PDF-1\r\n--xY\r\n\r\n--xYz--\r\nrest",
                    &out));
    assert_int_equal(out.count, 2);
    assert_str(out.parts[0].name, "csrf");
    assert_str(out.parts[0].bytes, "12");
    assert_false(out.parts[0].is_file);
    assert_null(out.parts[0].type.ptr);
    const struct multipart_part *file = multipart_find(&out, STR("file"));
    assert_ptr_equal(file, &out.parts[1]);
    assert_true(file->is_file);
    assert_str(file->file_name, "a b.pdf");
    assert_str(file->type, "application/pdf");
    assert_str(file->bytes, "%PDF-1\r\n--xY\r\n");
    assert_null(multipart_find(&out, STR("other")));
    arena_free(arena);
}

CASE(a_field_without_a_file_is_an_empty_one)
{
    struct arena *arena = arena_new(1 << 20);
    struct multipart out;

    assert_ok(parse(arena,
                    "--xYz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\n"
                    "Content-Type: application/octet-stream\r\n\r\n\r\n--xYz--",
                    &out));
    assert_true(out.parts[0].is_file);
    assert_int_equal(out.parts[0].file_name.len, 0);
    assert_int_equal(out.parts[0].bytes.len, 0);
    assert_ok(parse(arena, "--xYz--\r\n", &out));
    assert_int_equal(out.count, 0);
    arena_free(arena);
}

CASE(names_are_quoted_as_browsers_do)
{
    struct arena *arena = arena_new(1 << 20);
    struct multipart out;

    assert_ok(parse(arena,
                    "--xYz\r\nContent-Disposition: form-data; name=\"a%22\\\"b;c\"; "
                    "filename=\"C:\\dir\\été.png\"\r\n\r\nx\r\n--xYz--",
                    &out));
    assert_str(out.parts[0].name, "a\"\"b;c");
    assert_str(out.parts[0].file_name, "C:\\dir\\été.png");
    arena_free(arena);
}

CASE(a_boundary_may_be_quoted_and_is_bounded)
{
    static const char SEVENTY[] =
        "0123456789012345678901234567890123456789012345678901234567890123456789";
    struct arena *arena = arena_new(1 << 20);
    struct multipart out;
    const struct {
        const char *type;
        err_t err;
    } CASES[] = {
        {"multipart/form-data; boundary=\"a b\"",               OK         },
        {"Multipart/Form-Data;charset=utf-8; Boundary=\"a b\"", OK         },
        {"multipart/form-data",                                 ERR_INVALID},
        {"multipart/form-data; boundary=",                      ERR_INVALID},
        {"multipart/form-data; boundary=\"\"",                  ERR_INVALID},
        {"multipart/form-data; boundary=\"a b \"",              ERR_INVALID},
        {"multipart/form-data; boundary=\"a b",                 ERR_INVALID},
        {"multipart/form-data; boundary=a@b",                   ERR_INVALID},
        {"multipart/form-data; boundary",                       ERR_INVALID},
        {"multipart/mixed; boundary=\"a b\"",                   ERR_INVALID},
        {"",                                                    ERR_INVALID},
    };

    for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
        assert_int_equal(multipart_parse(arena, str_of(CASES[i].type), STR("--a b--"), &out),
                         CASES[i].err);
    struct str type = str_format(arena, "multipart/form-data; boundary=%s", SEVENTY);
    struct str body = str_format(arena, "--%s--", SEVENTY);
    assert_ok(multipart_parse(arena, type, body, &out));
    type = str_format(arena, "multipart/form-data; boundary=%s0", SEVENTY);
    assert_int_equal(multipart_parse(arena, type, body, &out), ERR_INVALID);
    arena_free(arena);
}

CASE(what_is_cut_off_or_broken_is_refused)
{
    struct arena *arena = arena_new(4 << 20);
    const char WHOLE[] = "--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--xYz--";
    struct multipart out;

    assert_ok(parse(arena, WHOLE, &out));
    for (size_t len = 0; len + 1 < sizeof WHOLE; len++)
        assert_int_equal(multipart_parse(arena, STR(TYPE), str_sub(str_of(WHOLE), 0, len), &out),
                         ERR_MALFORMED);
    refused(arena, "x\r\n--xYz--", ERR_MALFORMED);
    refused(arena, "--xYz \r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--xYz--",
            ERR_MALFORMED);
    refused(arena, "--xYz\r\nContent-Type: text/plain\r\n\r\nb\r\n--xYz--", ERR_MALFORMED);
    refused(arena, "--xYz\r\n\r\nb\r\n--xYz--", ERR_MALFORMED);
    refused(arena, "--xYz\r\nContent-Disposition: attachment; name=a\r\n\r\nb\r\n--xYz--",
            ERR_MALFORMED);
    refused(arena, "--xYz\r\nContent-Disposition: form-data; name\r\n\r\nb\r\n--xYz--",
            ERR_MALFORMED);
    refused(arena, "--xYz\r\nContent-Disposition: form-data; name=\"a\" x\r\n\r\nb\r\n--xYz--",
            ERR_MALFORMED);
    refused(arena,
            "--xYz\r\nContent-Disposition: form-data; name=a\r\n"
            "Content-Disposition: form-data; name=b\r\n\r\nb\r\n--xYz--",
            ERR_MALFORMED);
    refused(arena, "--xYz\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\nb\r\n--xYz--",
            ERR_MALFORMED);
    refused(
        arena,
        "--xYz\r\nContent-Disposition: form-data; name=a; filename=\"\xc3\"\r\n\r\nb\r\n--xYz--",
        ERR_MALFORMED);
    arena_free(arena);
}

static struct str parts_of(struct arena *arena, int count)
{
    struct buf body = buf_make(arena, 1 << 16);

    for (int i = 0; i < count; i++)
        buf_put_cstr(&body, "--xYz\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n");
    buf_put_cstr(&body, "--xYz--");
    return buf_str(&body);
}

/* A part whose headers have so many bytes, line ends included. */
static struct str head_of(struct arena *arena, size_t bytes)
{
    static const char FIELD[] = "Content-Disposition: form-data; name=a\r\n";
    struct buf body = buf_make(arena, 1 << 16);

    buf_put_cstr(&body, "--xYz\r\n");
    buf_put_cstr(&body, FIELD);
    buf_put_cstr(&body, "X:");
    for (size_t i = sizeof FIELD - 1 + 4; i < bytes; i++)
        buf_put_byte(&body, 'x');
    buf_put_cstr(&body, "\r\n\r\nb\r\n--xYz--");
    return buf_str(&body);
}

CASE(parts_and_headers_are_bounded)
{
    struct arena *arena = arena_new(4 << 20);
    struct multipart out;

    assert_ok(multipart_parse(arena, STR(TYPE), parts_of(arena, MULTIPART_PARTS_MAX), &out));
    assert_int_equal(out.count, MULTIPART_PARTS_MAX);
    assert_int_equal(
        multipart_parse(arena, STR(TYPE), parts_of(arena, MULTIPART_PARTS_MAX + 1), &out),
        ERR_LIMIT);
    assert_ok(multipart_parse(arena, STR(TYPE), head_of(arena, MULTIPART_HEAD_MAX), &out));
    assert_int_equal(
        multipart_parse(arena, STR(TYPE), head_of(arena, MULTIPART_HEAD_MAX + 1), &out), ERR_LIMIT);
    arena_free(arena);
}

UNIT_MAIN(T(fields_and_files_are_read_in_their_order), T(a_field_without_a_file_is_an_empty_one),
          T(names_are_quoted_as_browsers_do), T(a_boundary_may_be_quoted_and_is_bounded),
          T(what_is_cut_off_or_broken_is_refused), T(parts_and_headers_are_bounded))
