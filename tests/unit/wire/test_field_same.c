#include "wire/field_same.h"

#include "wire_support.h"

struct part {
    struct given given;
    struct str name;
    struct decimal price;
};
#define AT(member) FIELD_AT(struct part, member)
static const struct field PART_FIELDS[] = {
    {"name",  F_TEXT,    0, 9, SPARSE, OURS, ED_ALL, AT(name) },
    {"price", F_DECIMAL, 0, 0, SPARSE, OURS, ED_ALL, AT(price)},
};
#undef AT
static const struct table PART = TABLE_OF("Part", struct part, PART_FIELDS);

struct all {
    struct given given;
    struct str text;
    struct date day;
    struct part part;
    struct str word;
    struct field_list words;
    struct field_list parts;
};
#define AT(member) FIELD_AT(struct all, member)
#define AT_PART FIELD_AT_MORE(struct all, part, &PART)
#define AT_WORDS FIELD_AT_MORE(struct all, words, &PART)
#define AT_PARTS FIELD_AT_MORE(struct all, parts, &PART)
static const struct field ALL_FIELDS[] = {
    {"text",  F_TEXT,    0, 9, SPARSE, OURS, ED_ALL, AT(text)},
    {"day",   F_DATE,    0, 0, SPARSE, OURS, ED_ALL, AT(day) },
    {"part",  F_OBJECT,  0, 0, SPARSE, OURS, ED_ALL, AT_PART },
    {"word",  F_TEXT,    0, 9, SPARSE, OURS, ED_ALL, AT(word)},
    {"word",  F_OBJECTS, 0, 9, SPARSE, OURS, ED_ALL, AT_WORDS},
    {"parts", F_OBJECTS, 0, 9, SPARSE, OURS, ED_ALL, AT_PARTS},
};
#undef AT
#undef AT_PART
#undef AT_WORDS
#undef AT_PARTS
static const struct table ALL = TABLE_OF("All", struct all, ALL_FIELDS);

static struct all read_all(struct reader *reader, const char *text)
{
    const struct field_reading how = {ED_ALL, "body", false};
    struct all all;

    assert_ok(reader_parse(reader, str_of(text)));
    assert_ok(field_read(reader->cx, &ALL, how, reader->root, &all));
    return all;
}

static void completes(const char *to, const char *from, const char *result)
{
    struct reader reader = reader_new();
    struct all whole = read_all(&reader, to);
    struct all other = read_all(&reader, from);
    struct buf out = buf_make(reader.cx->arena, 4096);

    field_complete(&ALL, &whole, &other);
    field_write(&out, &ALL, ED_ALL, &whole);
    assert_str(buf_str(&out), result);
    reader_free(&reader);
}

CASE(what_is_missing_is_taken_from_the_other)
{
    completes("{}", "{\"text\":\"a\",\"day\":\"2031-06-02\",\"part\":{\"price\":\"1.5\"}}",
              "{\"text\":\"a\",\"day\":\"2031-06-02\",\"part\":{\"price\":\"1.5\"}}");
    completes("{\"text\":\"a\",\"part\":{\"name\":\"p\"}}",
              "{\"text\":\"b\",\"part\":{\"name\":\"q\",\"price\":\"2\"}}",
              "{\"text\":\"a\",\"part\":{\"name\":\"p\",\"price\":\"2\"}}");
    completes("{\"parts\":[{\"name\":\"p\"}]}", "{\"parts\":[{\"name\":\"q\"},{\"name\":\"r\"}]}",
              "{\"parts\":[{\"name\":\"p\"}]}");
    completes("{\"word\":\"w\"}", "{\"word\":[{\"name\":\"q\"}]}", "{\"word\":\"w\"}");
    completes("{}", "{\"word\":[{\"name\":\"q\"}]}", "{\"word\":[{\"name\":\"q\"}]}");
}

CASE(items_are_completed_in_their_places)
{
    struct reader reader = reader_new();
    struct all to = read_all(&reader, "{\"parts\":[{\"name\":\"p\"},{},{\"name\":\"x\"}]}");
    struct all from = read_all(&reader, "{\"parts\":[{\"price\":\"1\"},{\"name\":\"q\"}]}");
    struct buf out = buf_make(reader.cx->arena, 4096);

    field_complete_items(&PART, &to.parts, &from.parts);
    field_write(&out, &ALL, ED_ALL, &to);
    assert_str(buf_str(&out),
               "{\"parts\":[{\"name\":\"p\",\"price\":\"1\"},{\"name\":\"q\"},{\"name\":\"x\"}]}");
    reader_free(&reader);
}

/* What differs, as "path text; path text". */
static void differ(const char *part, const char *whole, const char *expected)
{
    struct reader reader = reader_new();
    struct all asked = read_all(&reader, part);
    struct all is = read_all(&reader, whole);
    struct buf out = buf_make(reader.cx->arena, 4096);

    err_t err = field_differences(reader.cx, &ALL, "body", &asked, &is);
    assert_int_equal(err, expected[0] == '\0' ? OK : ERR_INVALID);
    assert_int_equal(field_within(&ALL, &asked, &is), expected[0] == '\0');
    for (size_t i = 0; i < reader.cx->fault_count; i++)
        buf_format(&out, "%s%s %s", i == 0 ? "" : "; ", reader.cx->faults[i].field,
                   reader.cx->faults[i].text);
    assert_str(buf_str(&out), expected);
    reader_free(&reader);
}

CASE(less_is_within_more)
{
    const char *whole = "{\"text\":\"a\",\"day\":\"2031-06-02\",\"part\":{\"price\":\"1.50\"},"
                        "\"parts\":[{\"name\":\"p\",\"price\":\"1\"},{\"name\":\"q\"}]}";

    differ("{}", whole, "");
    differ(whole, whole, "");
    differ("{\"part\":{\"price\":\"1.5\"}}", whole, "");
    differ("{\"parts\":[{\"name\":\"q\"},{\"price\":\"1.0\"}]}", whole, "");
    differ("{\"part\":{}}", "{}", "");
}

CASE(each_difference_is_told_at_its_place)
{
    differ("{\"text\":\"b\",\"day\":\"2031-06-03\",\"part\":{\"price\":\"2\",\"name\":\"n\"}}",
           "{\"text\":\"a\",\"day\":\"2031-06-02\",\"part\":{\"price\":\"1.50\"}}",
           "body.text must be a, or left out; body.day must be 2031-06-02, or left out; "
           "body.part.name is not issued here: leave it out; "
           "body.part.price must be 1.50, or left out");
    differ("{\"parts\":[{\"name\":\"p\"},{\"name\":\"x\"}]}",
           "{\"parts\":[{\"name\":\"p\"},{\"name\":\"q\"}]}",
           "body.parts.1.name must be q, or left out");
    differ("{\"parts\":[{\"name\":\"p\"},{\"name\":\"x\"},{\"name\":\"y\"}]}",
           "{\"parts\":[{\"name\":\"p\"},{\"name\":\"q\"}]}",
           "body.parts.1 is not issued here: leave it out; "
           "body.parts.2 is not issued here: leave it out");
    differ("{\"word\":\"w\"}", "{\"word\":[{\"name\":\"w\"}]}",
           "body.word is not issued here: leave it out");
}

UNIT_MAIN(T(what_is_missing_is_taken_from_the_other), T(items_are_completed_in_their_places),
          T(less_is_within_more), T(each_difference_is_told_at_its_place))
