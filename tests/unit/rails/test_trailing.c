#include "rails/sepa/trailing.h"

#include <stdlib.h>
#include <unistd.h>

#include "unit/rails/sepa_story.h"

/* A file that is read again while it is written. */
struct trail {
    struct ctx *cx;
    int fd;
    struct trailing *trailing;
    struct sink sink;
    struct pain_facts facts; /* what was read, at the end */
};

static void trail_begin(struct trail *trail)
{
    /* In the directory for temporary ones, and gone when it is closed. */
    char path[] = "/tmp/guichet-trailing-XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(unlink(path), 0);
    *trail = (struct trail){.cx = unit_ctx(), .fd = fd};
    trail->trailing = trailing_begin(trail->cx, fd, SIZE_MAX);
    trail->sink = trailing_sink(trail->trailing);
}

static err_t trail_end(struct trail *trail, const struct xml_written *written)
{
    return trailing_end(trail->trailing, written, &trail->facts);
}

static void trail_free(struct trail *trail)
{
    close(trail->fd);
    unit_ctx_free(trail->cx);
}

/* One collection of 19.90. */
static struct xml_written story_write(struct ctx *cx, const struct sink *sink)
{
    enum { CENTS = 1990 };
    struct sepa_header header = story_header(SEPA_GENERATION_2019, STR("TRL-1"), 1, CENTS);
    struct sepa_collection_block block =
        story_block(STR("TRL-1-1"), SEPA_SEQUENCE_RECURRENT, 0, 1, CENTS);
    struct sepa_collection one = story_collection();
    struct sepa_writer *writer;
    struct xml_written written;

    assert_ok(sepa_collections_begin(cx, &header, sink, &writer));
    assert_ok(sepa_collections_block(cx, writer, &block));
    assert_ok(sepa_collection_add(cx, writer, &one));
    assert_ok(sepa_file_end(cx, writer, &written));
    return written;
}

CASE(a_good_file_passes_while_it_is_written)
{
    struct trail trail;

    trail_begin(&trail);
    struct xml_written written = story_write(trail.cx, &trail.sink);
    assert_ok(trail_end(&trail, &written));
    assert_int_equal(trail.facts.count, 1);
    assert_int_equal(trail.facts.sum_cents, 1990);
    assert_int_equal(lseek(trail.fd, 0, SEEK_END), written.bytes);
    trail_free(&trail);
}

CASE(bytes_that_were_not_written_do_not_pass)
{
    struct trail trail;

    trail_begin(&trail);
    struct xml_written written = story_write(trail.cx, &trail.sink);
    written.sha256[0] ^= 1;
    assert_int_equal(trail_end(&trail, &written), ERR_INTERNAL);
    assert_string_equal(trail.cx->faults[0].text, "holds something else than was written");
    trail_free(&trail);
}

CASE(a_file_that_disagrees_with_itself_does_not_pass)
{
    struct trail trail;

    trail_begin(&trail);
    struct buf text = buf_make(trail.cx->arena, 1 << 20);
    const struct sink into = sink_buf(&text);
    struct xml_written written = story_write(trail.cx, &into);
    char *sum = strstr(text.ptr, "19.90");
    assert_non_null(sum);
    sum[1] = '8';
    assert_ok(trail.sink.write(trail.sink.arg, buf_str(&text)));
    assert_int_equal(trail_end(&trail, &written), ERR_INVALID);
    assert_true(trail.cx->fault_count > 0);
    trail_free(&trail);
}

CASE(a_file_that_is_not_finished_is_no_fault_of_its_own)
{
    struct trail trail;

    trail_begin(&trail);
    assert_ok(trail.sink.write(trail.sink.arg, STR("<Document>")));
    assert_ok(trail_end(&trail, NULL));
    assert_int_equal(trail.cx->fault_count, 0);
    trail_free(&trail);
}

UNIT_MAIN(T(a_good_file_passes_while_it_is_written), T(bytes_that_were_not_written_do_not_pass),
          T(a_file_that_disagrees_with_itself_does_not_pass),
          T(a_file_that_is_not_finished_is_no_fault_of_its_own))
