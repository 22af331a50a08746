#include "wire/stream.h"

#include <unistd.h>

#include "support/unit.h"

CASE(a_text_is_given_in_portions_and_used_up)
{
    struct str text = STR("abcde");
    struct source source = source_text(&text);
    char into[4];
    size_t len;

    assert_ok(source.read(source.arg, into, sizeof into, &len));
    assert_int_equal(len, 4);
    assert_memory_equal(into, "abcd", 4);
    assert_ok(source.read(source.arg, into, sizeof into, &len));
    assert_int_equal(len, 1);
    assert_ok(source.read(source.arg, into, sizeof into, &len));
    assert_int_equal(len, 0);
}

CASE(a_file_takes_and_gives_its_bytes)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    int fd = fileno(file);
    struct sink sink = sink_fd(&fd);
    struct source source = source_fd(&fd);
    char into[16];
    size_t len;

    assert_ok(sink.write(sink.arg, STR("abc")));
    assert_ok(sink.write(sink.arg, STR_NONE));
    assert_ok(sink.write(sink.arg, STR("de")));
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_ok(source.read(source.arg, into, sizeof into, &len));
    assert_int_equal(len, 5);
    assert_memory_equal(into, "abcde", 5);
    assert_ok(source.read(source.arg, into, sizeof into, &len));
    assert_int_equal(len, 0);
    fclose(file);
}

CASE(a_closed_file_is_an_error)
{
    int fd = -1;
    struct sink sink = sink_fd(&fd);
    struct source source = source_fd(&fd);
    char into[1];
    size_t len;

    assert_int_equal(sink.write(sink.arg, STR("a")), ERR_IO);
    assert_int_equal(source.read(source.arg, into, 1, &len), ERR_IO);
}

CASE(a_buffer_refuses_what_passes_its_maximum)
{
    struct arena *arena = arena_new(1 << 16);
    struct buf buf = buf_make(arena, 4);
    struct sink sink = sink_buf(&buf);

    assert_ok(sink.write(sink.arg, STR("abcd")));
    assert_int_equal(sink.write(sink.arg, STR("e")), ERR_LIMIT);
    arena_free(arena);
}

UNIT_MAIN(T(a_text_is_given_in_portions_and_used_up), T(a_file_takes_and_gives_its_bytes),
          T(a_closed_file_is_an_error), T(a_buffer_refuses_what_passes_its_maximum))
