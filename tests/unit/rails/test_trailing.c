#include "rails/sepa/trailing.h"

#include <stdlib.h>
#include <unistd.h>

#include "unit/rails/sepa_story.h"

/* A file in the directory for temporary ones, which is gone when it is closed. */
static int file_open(void)
{
    char path[] = "/tmp/guichet-trailing-XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(unlink(path), 0);
    return fd;
}

/* One collection of 19.90, told to be this much. */
static err_t story_write(struct ctx *cx, const struct sink *sink, int64_t cents,
                         struct xml_written *out)
{
    struct sepa_header header = story_header(SEPA_GENERATION_2019, STR("TRL-1"), 1, cents);
    struct sepa_collection_block block =
        story_block(STR("TRL-1-1"), SEPA_SEQUENCE_RECURRENT, 0, 1, cents);
    struct sepa_collection one = story_collection();
    struct sepa_writer *writer;

    assert_ok(sepa_collections_begin(cx, &header, sink, &writer));
    assert_ok(sepa_collections_block(cx, writer, &block));
    assert_ok(sepa_collection_add(cx, writer, &one));
    return sepa_file_end(cx, writer, out);
}

CASE(a_good_file_passes_while_it_is_written)
{
    struct ctx *cx = unit_ctx();
    int fd = file_open();
    struct trailing *trailing = trailing_begin(cx, fd, SIZE_MAX);
    const struct sink sink = trailing_sink(trailing);
    struct xml_written written;
    struct pain_facts facts;

    assert_ok(story_write(cx, &sink, 1990, &written));
    assert_ok(trailing_end(trailing, &written, &facts));
    assert_int_equal(facts.count, 1);
    assert_int_equal(facts.sum_cents, 1990);
    assert_int_equal(lseek(fd, 0, SEEK_END), written.bytes);
    close(fd);
    unit_ctx_free(cx);
}

CASE(bytes_that_were_not_written_do_not_pass)
{
    struct ctx *cx = unit_ctx();
    int fd = file_open();
    struct trailing *trailing = trailing_begin(cx, fd, SIZE_MAX);
    const struct sink sink = trailing_sink(trailing);
    struct xml_written written;
    struct pain_facts facts;

    assert_ok(story_write(cx, &sink, 1990, &written));
    written.sha256[0] ^= 1;
    assert_int_equal(trailing_end(trailing, &written, &facts), ERR_INTERNAL);
    assert_string_equal(cx->faults[0].text, "holds something else than was written");
    close(fd);
    unit_ctx_free(cx);
}

CASE(a_file_that_disagrees_with_itself_does_not_pass)
{
    struct ctx *cx = unit_ctx();
    struct buf text = buf_make(cx->arena, 1 << 20);
    const struct sink into = sink_buf(&text);
    int fd = file_open();
    struct trailing *trailing = trailing_begin(cx, fd, SIZE_MAX);
    const struct sink sink = trailing_sink(trailing);
    struct xml_written written;
    struct pain_facts facts;

    assert_ok(story_write(cx, &into, 1990, &written));
    char *sum = strstr(text.ptr, "19.90");
    assert_non_null(sum);
    sum[1] = '8';
    assert_ok(sink.write(sink.arg, buf_str(&text)));
    assert_int_equal(trailing_end(trailing, &written, &facts), ERR_INVALID);
    assert_true(cx->fault_count > 0);
    close(fd);
    unit_ctx_free(cx);
}

CASE(a_file_that_is_not_finished_is_no_fault_of_its_own)
{
    struct ctx *cx = unit_ctx();
    int fd = file_open();
    struct trailing *trailing = trailing_begin(cx, fd, SIZE_MAX);
    const struct sink sink = trailing_sink(trailing);
    struct pain_facts facts;

    assert_ok(sink.write(sink.arg, STR("<Document>")));
    assert_ok(trailing_end(trailing, NULL, &facts));
    assert_int_equal(cx->fault_count, 0);
    close(fd);
    unit_ctx_free(cx);
}

UNIT_MAIN(T(a_good_file_passes_while_it_is_written), T(bytes_that_were_not_written_do_not_pass),
          T(a_file_that_disagrees_with_itself_does_not_pass),
          T(a_file_that_is_not_finished_is_no_fault_of_its_own))
