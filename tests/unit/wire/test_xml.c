#include "wire/xml.h"

#include "support/iso20022.h"

/* Everything a document gives, as one line: <name@attribute=value|text>. */
struct heard {
    struct buf out;
    int closes;
    err_t answer;
};

static err_t hear_open(struct ctx *cx, void *arg, const struct xml_element *element)
{
    struct heard *heard = arg;

    (void)cx;
    buf_put_byte(&heard->out, '<');
    buf_put(&heard->out, element->name);
    for (size_t i = 0; i < element->attribute_count; i++) {
        buf_put_byte(&heard->out, '@');
        buf_put(&heard->out, element->attributes[i].name);
        buf_put_byte(&heard->out, '=');
        buf_put(&heard->out, element->attributes[i].value);
    }
    return heard->answer;
}

static err_t hear_close(struct ctx *cx, void *arg, struct str name, struct str text)
{
    struct heard *heard = arg;

    (void)cx;
    (void)name;
    heard->closes++;
    if (text.len > 0)
        buf_put_byte(&heard->out, '|');
    buf_put(&heard->out, text);
    buf_put_byte(&heard->out, '>');
    return OK;
}

static const struct xml_handler HEAR = {hear_open, hear_close};

static err_t hear(struct ctx *cx, struct str document, struct heard *heard)
{
    struct source source = source_text(&document);

    *heard = (struct heard){.out = buf_make(cx->arena, 1 << 20)};
    return xml_read(cx, &source, 1 << 24, &HEAR, heard);
}

static void gives(struct str document, const char *expected)
{
    struct ctx *cx = unit_ctx();
    struct heard heard;

    assert_ok(hear(cx, document, &heard));
    assert_str(buf_str(&heard.out), expected);
    unit_ctx_free(cx);
}

static void refused(struct str document, err_t err, const char *words)
{
    struct ctx *cx = unit_ctx();
    struct heard heard;

    assert_int_equal(hear(cx, document, &heard), err);
    assert_int_equal(cx->fault_count, 1);
    assert_string_equal(cx->faults[0].field, "file");
    if (strstr(cx->faults[0].text, words) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", cx->faults[0].text, words);
    unit_ctx_free(cx);
}

CASE(names_come_without_prefix_and_texts_whole)
{
    gives(STR("<?xml version='1.0'?><n:a xmlns:n='urn:x'><n:b Ccy=\"EUR\">1<!-- c -->2</n:b><c/>"
              "<d><![CDATA[<x>]]>&amp;&#233;</d></n:a>\n"),
          "<a<b@Ccy=EUR|12><c><d|<x>&\xC3\xA9>>");
}

CASE(text_between_elements_is_left_out)
{
    gives(STR("<a> x <b>y</b> z </a>"), "<a<b|y>>");
}

CASE(namespaces_are_told)
{
    struct ctx *cx = unit_ctx();
    struct heard heard;

    /* A prefix nobody declared is no reason to refuse. */
    assert_ok(hear(cx, STR("<p:a><p:b>1</p:b></p:a>"), &heard));
    assert_str(buf_str(&heard.out), "<a<b|1>>");
    unit_ctx_free(cx);
}

CASE(encodings_become_utf8)
{
    gives(STR("\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<a>\xC3\xA9</a>"),
          "<a|\xC3\xA9>");
    gives(STR("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xE9\xA4</a>"),
          "<a|\xC3\xA9\xC2\xA4>");
    gives(STR("<?xml version='1.0' encoding = 'iso-8859-15'?><a>\xE9\xA4\xBD</a>"),
          "<a|\xC3\xA9\xE2\x82\xAC\xC5\x93>");
    gives(STR("<?xml version='1.0' encoding='utf-8'?><a>x</a>"), "<a|x>");
}

CASE(wrong_encodings_are_refused)
{
    refused(STR("<?xml version='1.0' encoding='UTF-8'?><a>\xE9</a>"), ERR_MALFORMED, "UTF-8");
    refused(STR("<a>\xE9</a>"), ERR_MALFORMED, "UTF-8");
    refused(STR("<a>\xC3"), ERR_MALFORMED, "UTF-8");
    refused(STR("<?xml version='1.0' encoding='UTF-16'?><a>x</a>"), ERR_MALFORMED, "encoding");
    refused(STR("<?xml version='1.0' encoding='KLINGON'?><a>x</a>"), ERR_MALFORMED, "encoding");
    refused(STR("<?xml version='1.0' encoding='UTF-7'?><a>x</a>"), ERR_MALFORMED, "encoding");
    refused(STR("\xEF\xBB\xBF<?xml version='1.0' encoding='ISO-8859-1'?><a>x</a>"), ERR_MALFORMED,
            "another encoding");
    refused(STR("\xFF\xFE<\0a\0/\0>\0"), ERR_MALFORMED, "does not begin");
    refused(STR("\0<\0a\0/\0>"), ERR_MALFORMED, "does not begin");
    refused(STR("\x4C\x6F\xA7\x94"), ERR_MALFORMED, "does not begin");
}

CASE(what_is_not_well_formed_is_refused)
{
    refused(STR(""), ERR_MALFORMED, "does not begin");
    refused(STR("{}"), ERR_MALFORMED, "does not begin");
    refused(STR("<a><b></a>"), ERR_MALFORMED, "line 1");
    refused(STR("<a>\n<b>"), ERR_MALFORMED, "not well-formed");
    refused(STR("<a/><b/>"), ERR_MALFORMED, "not well-formed");
    refused(STR("<a x=1/>"), ERR_MALFORMED, "not well-formed");
    refused(STR("<a>&nbsp;</a>"), ERR_MALFORMED, "not well-formed");
    refused(STR("<a>&#0;</a>"), ERR_MALFORMED, "not well-formed");
    refused(STR("<a>\x01</a>"), ERR_MALFORMED, "not well-formed");
    refused(STR("<a x='1' x='2'/>"), ERR_MALFORMED, "not well-formed");
}

CASE(a_billion_laughs_are_refused)
{
    refused(STR("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x 'ha'><!ENTITY y '&x;&x;&x;&x;&x;&x;'>"
                "<!ENTITY z '&y;&y;&y;&y;&y;&y;&y;'>]><a>&z;</a>"),
            ERR_MALFORMED, "document type");
}

CASE(external_entities_are_refused)
{
    refused(STR("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"), ERR_MALFORMED,
            "document type");
    refused(STR("<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/a.dtd'><a/>"), ERR_MALFORMED,
            "document type");
    refused(STR("<!DOCTYPE a PUBLIC '-//x' 'file:///dev/zero'><a/>"), ERR_MALFORMED,
            "document type");
    refused(STR("<!DOCTYPE a [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]><a/>"), ERR_MALFORMED,
            "document type");
}

static struct str nested(struct arena *arena, int depth)
{
    struct buf out = buf_make(arena, 1 << 20);

    for (int i = 0; i < depth; i++)
        buf_put_cstr(&out, "<a>");
    for (int i = 0; i < depth; i++)
        buf_put_cstr(&out, "</a>");
    return buf_str(&out);
}

CASE(elements_nest_64_deep_and_no_deeper)
{
    struct ctx *cx = unit_ctx();
    struct heard heard;

    assert_ok(hear(cx, nested(cx->arena, 64), &heard));
    assert_int_equal(heard.closes, 64);
    refused(nested(cx->arena, 65), ERR_LIMIT, "deep");
    refused(nested(cx->arena, 100000), ERR_LIMIT, "deep");
    unit_ctx_free(cx);
}

CASE(long_texts_and_many_attributes_are_refused)
{
    struct ctx *cx = unit_ctx();
    struct buf out = buf_make(cx->arena, 1 << 20);
    struct heard heard;

    buf_put_cstr(&out, "<a>");
    for (int i = 0; i < XML_TEXT_MAX; i++)
        buf_put_byte(&out, 'x');
    struct str exact = str_format(cx->arena, "%.*s</a>", (int)out.len, out.ptr);
    assert_ok(hear(cx, exact, &heard));
    refused(str_format(cx->arena, "%.*sx</a>", (int)out.len, out.ptr), ERR_LIMIT, "text");
    out.len = 0;
    buf_put_cstr(&out, "<a");
    for (int i = 0; i <= XML_ATTRIBUTES_MAX; i++)
        buf_format(&out, " a%d='1'", i);
    buf_put_cstr(&out, "/>");
    refused(buf_str(&out), ERR_LIMIT, "attributes");
    unit_ctx_free(cx);
}

CASE(the_handler_may_end_the_reading)
{
    struct ctx *cx = unit_ctx();
    struct str document = STR("<a><b/></a>");
    struct source source = source_text(&document);
    struct heard heard = {.out = buf_make(cx->arena, 100), .answer = ERR_STATE};

    assert_int_equal(xml_read(cx, &source, 100, &HEAR, &heard), ERR_STATE);
    assert_str(buf_str(&heard.out), "<a");
    unit_ctx_free(cx);
}

CASE(the_size_limit_is_exact)
{
    struct ctx *cx = unit_ctx();
    struct str document = STR("<a>12345</a>");
    struct source source = source_text(&document);
    struct heard heard = {.out = buf_make(cx->arena, 100)};

    assert_ok(xml_read(cx, &source, 12, &HEAR, &heard));
    document = STR("<a>12345</a>");
    assert_int_equal(xml_read(cx, &source, 11, &HEAR, &heard), ERR_LIMIT);
    unit_ctx_free(cx);
}

/* One byte at a time, so that every character and tag lies across two portions. */
static err_t drip(void *arg, char *into, size_t room, size_t *len)
{
    struct str *rest = arg;

    (void)room;
    *len = rest->len > 0 ? 1 : 0;
    if (*len == 0)
        return OK;
    into[0] = rest->ptr[0];
    *rest = str_from(*rest, 1);
    return OK;
}

CASE(a_slow_source_is_waited_for)
{
    struct ctx *cx = unit_ctx();
    struct str document = STR("<a><b x='\xC3\xA9'>\xE2\x82\xAC</b></a>");
    struct source source = {drip, &document};
    struct heard heard = {.out = buf_make(cx->arena, 100)};

    assert_ok(xml_read(cx, &source, 100, &HEAR, &heard));
    assert_str(buf_str(&heard.out), "<a<b@x=\xC3\xA9|\xE2\x82\xAC>>");
    unit_ctx_free(cx);
}

static err_t broken(void *arg, char *into, size_t room, size_t *len)
{
    (void)arg;
    (void)into;
    (void)room;
    (void)len;
    return ERR_IO;
}

CASE(a_broken_source_is_told)
{
    struct ctx *cx = unit_ctx();
    struct source source = {broken, NULL};
    struct heard heard = {.out = buf_make(cx->arena, 100)};

    assert_int_equal(xml_read(cx, &source, 100, &HEAR, &heard), ERR_IO);
    unit_ctx_free(cx);
}

/* A document of `left` bytes that is never held: rows of a character of three bytes. */
struct flood {
    size_t left;
    bool begun;
    bool done;
};

static err_t flood_read(void *arg, char *into, size_t room, size_t *len)
{
    static const char ROW[] = "<row><id>x</id><text>\xE2\x82\xAC &amp; so on</text></row>\n";
    struct flood *flood = arg;

    *len = 0;
    if (!flood->begun) {
        memcpy(into, "<a>", 3);
        *len = 3;
        flood->begun = true;
    }
    while (flood->left >= sizeof ROW - 1 && room - *len >= sizeof ROW - 1) {
        memcpy(into + *len, ROW, sizeof ROW - 1);
        *len += sizeof ROW - 1;
        flood->left -= sizeof ROW - 1;
    }
    if (flood->left < sizeof ROW - 1 && !flood->done && room - *len >= 4) {
        memcpy(into + *len, "</a>", 4);
        *len += 4;
        flood->done = true;
    }
    if (*len == 0 && !flood->done) {
        into[0] = '\n';
        *len = 1;
    }
    return OK;
}

struct tally {
    int64_t rows;
};

static err_t tally_open(struct ctx *cx, void *arg, const struct xml_element *element)
{
    struct tally *tally = arg;

    (void)cx;
    tally->rows += str_eq(element->name, STR("row")) ? 1 : 0;
    return OK;
}

static err_t tally_close(struct ctx *cx, void *arg, struct str name, struct str text)
{
    (void)cx;
    (void)arg;
    (void)name;
    (void)text;
    return OK;
}

CASE(three_hundred_megabytes_fit_in_constant_memory)
{
    static const struct xml_handler TALLY = {tally_open, tally_close};
    const size_t size = SANITIZED ? 10U << 20 : 300U << 20;
    struct ctx *cx = unit_ctx();
    struct flood flood = {.left = size};
    struct source source = {flood_read, &flood};
    struct tally tally = {0};
    long before = memory_peak_kib();

    assert_ok(xml_read(cx, &source, size + size / 64, &TALLY, &tally));
    assert_int_equal(
        tally.rows,
        size / (sizeof "<row><id>x</id><text>\xE2\x82\xAC &amp; so on</text></row>\n" - 1));
    if (!SANITIZED)
        assert_true(memory_peak_kib() - before < 8 * 1024);
    flood = (struct flood){.left = size};
    assert_int_equal(xml_read(cx, &source, size / 2, &TALLY, &tally), ERR_LIMIT);
    unit_ctx_free(cx);
}

/* A beginning, and then the same byte for ever. */
struct endless {
    struct str begin;
    int64_t given;
};

static err_t endless_read(void *arg, char *into, size_t room, size_t *len)
{
    struct endless *endless = arg;

    *len = endless->begin.len > 0 ? endless->begin.len : room;
    if (endless->begin.len > 0)
        memcpy(into, endless->begin.ptr, *len);
    else
        memset(into, 'x', *len);
    endless->begin = STR_NONE;
    endless->given += (int64_t)*len;
    return OK;
}

CASE(parts_without_end_are_refused_before_they_fill_the_memory)
{
    static const char *const BEGINS[] = {
        "<a><!-- ", "<a><?p ", "<a b='", "<a><![CDATA[", "<a>",     "<",
        "<a></",    "<a>&",    "<a>&#",  "<!DOCTYPE a ", "<?xml v", "<a b"};

    for (size_t i = 0; i < ARRAY_LEN(BEGINS); i++) {
        struct ctx *cx = unit_ctx();
        struct endless endless = {.begin = str_of(BEGINS[i])};
        struct source source = {endless_read, &endless};
        struct heard heard = {.out = buf_make(cx->arena, 1 << 20)};
        long before = memory_peak_kib();
        err_t err = xml_read(cx, &source, 1U << 30, &HEAR, &heard);
        if (err != ERR_MALFORMED && err != ERR_LIMIT)
            fail_msg("%s: %s", BEGINS[i], err_text(err));
        if (endless.given > (32 << 20))
            fail_msg("%s: after %lld bytes", BEGINS[i], (long long)endless.given);
        assert_true(SANITIZED || memory_peak_kib() - before < 64 * 1024);
        unit_ctx_free(cx);
    }
}

/* --- schemas -----------------------------------------------------------------------------------
 */

static err_t validated(struct ctx *cx, struct str name, struct str text)
{
    struct source source = source_text(&text);
    struct str message = name;

    for (size_t at = 0; at + 1 < name.len; at++) {
        if (name.ptr[at] == '_' && name.ptr[at + 1] == '_') {
            message = str_sub(name, 0, at);
            break;
        }
    }
    return xml_validate(cx, samples_path(cx->arena, "xsd"), message, &source, 1 << 24);
}

static void folder_is(const char *folder, err_t expected)
{
    struct ctx *cx = unit_ctx();
    struct str names[64];
    size_t count = samples_list(cx->arena, folder, names, ARRAY_LEN(names));

    for (size_t i = 0; i < count; i++) {
        struct arena_mark mark = arena_mark(cx->arena);
        err_t err = validated(cx, names[i], sample(cx->arena, folder, names[i]));
        if (err != expected)
            fail_msg("%s: %s, %s", names[i].ptr, err_text(err),
                     cx->fault_count > 0 ? cx->faults[0].text : "");
        assert_int_equal(cx->fault_count, expected == OK ? 0 : 1);
        ctx_clear_faults(cx);
        arena_rewind(cx->arena, mark);
    }
    unit_ctx_free(cx);
}

CASE(valid_samples_fit_their_schemas)
{
    folder_is("samples", OK);
    folder_is("samples-made", OK);
}

CASE(invalid_samples_do_not)
{
    folder_is("samples-invalid", ERR_INVALID);
}

CASE(the_first_thing_that_does_not_fit_is_told)
{
    struct ctx *cx = unit_ctx();
    struct str names[64];

    samples_list(cx->arena, "samples-invalid", names, ARRAY_LEN(names));
    struct str name = STR("camt.053.001.02__genkgo__camt053.v2.wrong.xml");
    assert_int_equal(validated(cx, name, sample(cx->arena, "samples-invalid", name)), ERR_INVALID);
    assert_non_null(strstr(cx->faults[0].text, "Missing child"));
    assert_non_null(strstr(cx->faults[0].text, "line "));
    unit_ctx_free(cx);
}

CASE(unknown_schemas_and_crooked_names_are_not_found)
{
    struct ctx *cx = unit_ctx();
    struct str text = STR("<a/>");
    struct source source = source_text(&text);

    assert_int_equal(xml_validate(cx, STR("/tmp"), STR("pain.999.001.01"), &source, 100),
                     ERR_NOT_FOUND);
    assert_int_equal(xml_validate(cx, STR("/tmp"), STR("../x"), &source, 100), ERR_NOT_FOUND);
    assert_int_equal(xml_validate(cx, STR("/tmp"), STR(""), &source, 100), ERR_NOT_FOUND);
    unit_ctx_free(cx);
}

static err_t unwanted_open(struct ctx *cx, void *arg, const struct xml_element *element)
{
    (void)cx;
    (void)arg;
    *element->unwanted = str_eq(element->name, STR("b"));
    return OK;
}

static err_t unwanted_close(struct ctx *cx, void *arg, struct str name, struct str text)
{
    (void)cx;
    *(size_t *)arg += text.len;
    assert_true(str_eq(name, STR("b")) ? text.len == 0 : text.len <= 1);
    return OK;
}

CASE(a_text_that_nobody_wants_may_be_long)
{
    static const struct xml_handler HANDLER = {unwanted_open, unwanted_close};
    struct ctx *cx = unit_ctx();
    struct buf text = buf_make(cx->arena, 4 * XML_TEXT_MAX);
    size_t kept = 0;

    buf_put_cstr(&text, "<a><b>");
    for (size_t i = 0; i <= XML_TEXT_MAX; i++)
        buf_put_byte(&text, 'x');
    buf_put_cstr(&text, "</b><c>y</c></a>");
    struct str rest = buf_str(&text);
    struct source source = source_text(&rest);
    assert_ok(xml_read(cx, &source, 4 * XML_TEXT_MAX, &HANDLER, &kept));
    assert_int_equal(kept, 1);
    unit_ctx_free(cx);
}

static err_t long_open(struct ctx *cx, void *arg, const struct xml_element *element)
{
    (void)cx;
    if (str_eq(element->name, STR("b")))
        *element->into = arg;
    return OK;
}

static err_t long_close(struct ctx *cx, void *arg, struct str name, struct str text)
{
    (void)cx;
    (void)arg;
    assert_int_equal(text.len, str_eq(name, STR("c")));
    return OK;
}

static void long_is(size_t count, size_t room, bool fits)
{
    static const struct xml_handler HANDLER = {long_open, long_close};
    struct ctx *cx = unit_ctx();
    struct buf text = buf_make(cx->arena, 4 * XML_TEXT_MAX);
    struct buf own = buf_make(cx->arena, room);

    buf_put_cstr(&text, "<a><b>");
    for (size_t i = 0; i < count; i++)
        buf_put_byte(&text, 'x');
    buf_put_cstr(&text, "</b><c>y</c></a>");
    struct str rest = buf_str(&text);
    struct source source = source_text(&rest);
    assert_ok(xml_read(cx, &source, 4 * XML_TEXT_MAX, &HANDLER, &own));
    assert_int_equal(own.failed, !fits);
    if (fits)
        assert_int_equal(own.len, count);
    unit_ctx_free(cx);
}

CASE(a_long_text_may_go_elsewhere)
{
    long_is(2 * XML_TEXT_MAX, 2 * XML_TEXT_MAX, true);
    long_is(2 * XML_TEXT_MAX + 1, 2 * XML_TEXT_MAX, false);
    long_is(0, 1, true);
}

UNIT_MAIN(T(a_long_text_may_go_elsewhere), T(a_text_that_nobody_wants_may_be_long),
          T(names_come_without_prefix_and_texts_whole), T(text_between_elements_is_left_out),
          T(namespaces_are_told), T(encodings_become_utf8), T(wrong_encodings_are_refused),
          T(what_is_not_well_formed_is_refused), T(a_billion_laughs_are_refused),
          T(external_entities_are_refused), T(elements_nest_64_deep_and_no_deeper),
          T(long_texts_and_many_attributes_are_refused), T(the_handler_may_end_the_reading),
          T(the_size_limit_is_exact), T(a_slow_source_is_waited_for), T(a_broken_source_is_told),
          T(three_hundred_megabytes_fit_in_constant_memory),
          T(parts_without_end_are_refused_before_they_fill_the_memory),
          T(valid_samples_fit_their_schemas), T(invalid_samples_do_not),
          T(the_first_thing_that_does_not_fit_is_told),
          T(unknown_schemas_and_crooked_names_are_not_found))
