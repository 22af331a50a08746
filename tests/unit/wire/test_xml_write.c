#include "support/unit.h"
#include "wire/xml_write.h"

CASE(elements_are_written_when_something_is_in_them)
{
    struct ctx *cx = unit_ctx();
    struct buf out = buf_make(cx->arena, 1 << 20);
    struct sink sink = sink_buf(&out);
    struct xml_writer *writer = xml_writer_new(cx->arena, &sink);
    struct xml_written written;
    uint8_t sha[SHA256_SIZE];

    xml_open_with(writer, "Document", "xmlns", STR("urn:x"));
    xml_open(writer, "Empty");
    xml_open(writer, "Within");
    xml_text(writer, "Nothing", STR(""));
    xml_close(writer);
    xml_close(writer);
    xml_open(writer, "Full");
    xml_text_with(writer, "Amt", "Ccy", STR("E<\"R"), STR("a&b<c>\xC3\xA9"));
    xml_int(writer, "Nb", 120);
    xml_close(writer);
    xml_close(writer);
    assert_ok(xml_writer_state(writer));
    assert_ok(xml_writer_end(writer, &written));
    assert_str(buf_str(&out), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                              "<Document xmlns=\"urn:x\"><Full><Amt Ccy=\"E&lt;&quot;R\">"
                              "a&amp;b&lt;c&gt;\xC3\xA9</Amt><Nb>120</Nb></Full></Document>\n");
    assert_int_equal(written.bytes, out.len);
    sha256(buf_str(&out), sha);
    assert_memory_equal(written.sha256, sha, sizeof sha);
    unit_ctx_free(cx);
}

CASE(a_root_has_as_many_namespaces_as_it_wants)
{
    static const struct xml_namespace SPACES[] = {
        {"xmlns",   STR_INIT("urn:x")  },
        {"xmlns:y", STR_INIT("urn:<y>")},
    };
    struct ctx *cx = unit_ctx();
    struct buf out = buf_make(cx->arena, 1 << 20);
    struct sink sink = sink_buf(&out);
    struct xml_writer *writer = xml_writer_new(cx->arena, &sink);
    struct xml_written written;

    xml_open_root(writer, "Document", SPACES, ARRAY_LEN(SPACES));
    xml_text(writer, "y:a", STR("b"));
    xml_close(writer);
    assert_ok(xml_writer_end(writer, &written));
    assert_str(buf_str(&out), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                              "<Document xmlns=\"urn:x\" xmlns:y=\"urn:&lt;y&gt;\">"
                              "<y:a>b</y:a></Document>\n");
    unit_ctx_free(cx);
}

CASE(bytes_of_any_length_become_base64)
{
    static const struct xml_namespace ABOUT[] = {
        {"kind", STR_INIT("a/b")},
        {"name", STR_INIT("<c>")},
    };
    struct ctx *cx = unit_ctx();
    struct buf out = buf_make(cx->arena, 4 << 20);
    struct sink sink = sink_buf(&out);
    struct xml_writer *writer = xml_writer_new(cx->arena, &sink);
    struct xml_written written;
    size_t len = 1 << 20;
    char *many = arena_alloc(cx->arena, len);

    memset(many, 0, len);
    xml_open(writer, "d");
    xml_base64(writer, "e", ABOUT, ARRAY_LEN(ABOUT), STR("\x01\x02\xFF"));
    xml_base64(writer, "f", NULL, 0, STR(""));
    xml_base64(writer, "g", NULL, 0, (struct str){many, len});
    xml_close(writer);
    assert_ok(xml_writer_end(writer, &written));
    assert_true(str_starts(buf_str(&out), STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                              "<d><e kind=\"a/b\" name=\"&lt;c&gt;\">AQL/</e>"
                                              "<g>AAAA")));
    assert_true(str_ends(buf_str(&out), STR("AA==</g></d>\n")));
    assert_true(out.len > len / 3 * 4);
    unit_ctx_free(cx);
}

CASE(texts_that_xml_cannot_hold_are_refused)
{
    static const struct str BAD[] = {
        STR_INIT("a\x01"), STR_INIT("\xFF"), STR_INIT("\xC3"), STR_INIT("\r"), {"\0", 1}
    };

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        struct ctx *cx = unit_ctx();
        struct buf out = buf_make(cx->arena, 1 << 20);
        struct sink sink = sink_buf(&out);
        struct xml_writer *writer = xml_writer_new(cx->arena, &sink);
        struct xml_written written;
        xml_text(writer, "a", BAD[i]);
        assert_int_equal(xml_writer_state(writer), ERR_INVALID);
        assert_int_equal(xml_writer_end(writer, &written), ERR_INVALID);
        unit_ctx_free(cx);
    }
}

CASE(a_full_sink_is_told_at_the_end)
{
    struct ctx *cx = unit_ctx();
    struct buf out = buf_make(cx->arena, 50);
    struct sink sink = sink_buf(&out);
    struct xml_writer *writer = xml_writer_new(cx->arena, &sink);
    struct xml_written written;

    xml_open(writer, "a");
    for (int i = 0; i < 10000; i++)
        xml_text(writer, "b", STR("0123456789"));
    xml_close(writer);
    assert_int_equal(xml_writer_end(writer, &written), ERR_LIMIT);
    unit_ctx_free(cx);
}

CASE(long_documents_come_whole_through_small_portions)
{
    struct ctx *cx = unit_ctx();
    struct buf out = buf_make(cx->arena, 8U << 20);
    struct sink sink = sink_buf(&out);
    struct xml_writer *writer = xml_writer_new(cx->arena, &sink);
    struct xml_written written;
    uint8_t sha[SHA256_SIZE];

    xml_open(writer, "a");
    for (int i = 0; i < 100000; i++)
        xml_int(writer, "b", i);
    xml_close(writer);
    assert_ok(xml_writer_end(writer, &written));
    assert_int_equal(written.bytes, out.len);
    assert_true(str_ends(buf_str(&out), STR("<b>99999</b></a>\n")));
    sha256(buf_str(&out), sha);
    assert_memory_equal(written.sha256, sha, sizeof sha);
    unit_ctx_free(cx);
}

UNIT_MAIN(T(elements_are_written_when_something_is_in_them),
          T(a_root_has_as_many_namespaces_as_it_wants), T(bytes_of_any_length_become_base64),
          T(texts_that_xml_cannot_hold_are_refused), T(a_full_sink_is_told_at_the_end),
          T(long_documents_come_whole_through_small_portions))
