#include "support/unit.h"

#include "rails/card/frame.h"

static struct frame_buffer *buffer_new(void)
{
    return process_make(struct frame_buffer);
}

static void feed(struct frame_buffer *buffer, const char *bytes, size_t len)
{
    size_t room;
    char *to = frame_room(buffer, &room);

    assert_true(room >= len);
    memcpy(to, bytes, len);
    frame_took(buffer, len);
}

/* Two frames of 20 and 21 bytes with a keep-alive between them. */
static size_t two_frames(char *out)
{
    frame_head(20, out);
    memset(out + 2, 'a', 20);
    memset(out + 22, 0, 2);
    frame_head(21, out + 24);
    memset(out + 26, 'b', 21);
    return 47;
}

CASE(frames_that_come_in_one_read_are_told_apart)
{
    struct frame_buffer *buffer = buffer_new();
    char bytes[64];
    struct str body;

    feed(buffer, bytes, two_frames(bytes));
    assert_int_equal(frame_next(buffer, &body), FRAME_READY);
    assert_str(body, "aaaaaaaaaaaaaaaaaaaa");
    assert_int_equal(frame_next(buffer, &body), FRAME_READY);
    assert_str(body, "bbbbbbbbbbbbbbbbbbbbb");
    assert_int_equal(frame_next(buffer, &body), FRAME_MORE);
    process_free(buffer);
}

CASE(a_frame_that_comes_byte_by_byte_is_put_together)
{
    struct frame_buffer *buffer = buffer_new();
    char bytes[64];
    size_t len = two_frames(bytes);
    size_t found = 0;
    struct str body;

    for (size_t i = 0; i < len; i++) {
        feed(buffer, bytes + i, 1);
        while (frame_next(buffer, &body) == FRAME_READY) {
            assert_int_equal(body.len, 20 + found);
            assert_int_equal(body.ptr[body.len - 1], found == 0 ? 'a' : 'b');
            found++;
        }
    }
    assert_int_equal(found, 2);
    process_free(buffer);
}

CASE(a_length_out_of_range_breaks_the_stream)
{
    const unsigned lens[] = {1, 19, 4097, 65535};

    for (size_t i = 0; i < ARRAY_LEN(lens); i++) {
        struct frame_buffer *buffer = buffer_new();
        char head[2] = {(char)(lens[i] >> 8), (char)(lens[i] & 0xff)};
        struct str body;
        feed(buffer, head, 2);
        assert_int_equal(frame_next(buffer, &body), FRAME_BROKEN);
        process_free(buffer);
    }
}

CASE(the_longest_body_passes_and_the_buffer_never_fills_up)
{
    struct frame_buffer *buffer = buffer_new();
    char frame[FRAME_MAX];
    struct str body;

    memset(frame, 'x', sizeof frame);
    frame_head(ISO_BODY_MAX, frame);
    for (int round = 0; round < 20; round++) {
        feed(buffer, frame, 100);
        assert_int_equal(frame_next(buffer, &body), FRAME_MORE);
        feed(buffer, frame + 100, sizeof frame - 100);
        assert_int_equal(frame_next(buffer, &body), FRAME_READY);
        assert_int_equal(body.len, ISO_BODY_MAX);
    }
    process_free(buffer);
}

CASE(what_was_read_is_wiped_before_the_next_read)
{
    struct frame_buffer *buffer = buffer_new();
    char bytes[64];
    struct str body;
    size_t room;

    feed(buffer, bytes, two_frames(bytes));
    while (frame_next(buffer, &body) == FRAME_READY)
        ;
    (void)frame_room(buffer, &room);
    for (size_t i = 0; i < sizeof bytes; i++)
        assert_int_equal(buffer->bytes[i], 0);
    process_free(buffer);
}

UNIT_MAIN(T(frames_that_come_in_one_read_are_told_apart),
          T(a_frame_that_comes_byte_by_byte_is_put_together),
          T(a_length_out_of_range_breaks_the_stream),
          T(the_longest_body_passes_and_the_buffer_never_fills_up),
          T(what_was_read_is_wiped_before_the_next_read))
