#include "unit/rails/sepa_story.h"

/* A file of two blocks, 19.90 twice and once. */
static struct str written(struct ctx *cx)
{
    struct buf out = buf_make(cx->arena, 1 << 20);
    struct sink sink = sink_buf(&out);
    struct sepa_header header = story_header(SEPA_GENERATION_2019, STR("CHK-1"), 3, 5970);
    struct sepa_collection_block first =
        story_block(STR("CHK-1-1"), SEPA_SEQUENCE_RECURRENT, 0, 2, 3980);
    struct sepa_collection_block second =
        story_block(STR("CHK-1-2"), SEPA_SEQUENCE_ONE_OFF, 0, 1, 1990);
    struct sepa_collection one = story_collection();
    struct sepa_writer *writer;
    struct xml_written end;

    assert_ok(sepa_collections_begin(cx, &header, &sink, &writer));
    assert_ok(sepa_collections_block(cx, writer, &first));
    one.end_to_end_id = STR("CHK-A");
    assert_ok(sepa_collection_add(cx, writer, &one));
    one.end_to_end_id = STR("CHK-B");
    assert_ok(sepa_collection_add(cx, writer, &one));
    assert_ok(sepa_collections_block(cx, writer, &second));
    one.end_to_end_id = STR("CHK-C");
    assert_ok(sepa_collection_add(cx, writer, &one));
    assert_ok(sepa_file_end(cx, writer, &end));
    return buf_str(&out);
}

/* The text with the first occurrence of one part replaced by another. */
static struct str with(struct ctx *cx, struct str text, const char *part, const char *other)
{
    struct str word = str_of(part);

    for (size_t at = 0; at + word.len <= text.len; at++) {
        if (str_starts(str_from(text, at), word))
            return str_format(cx->arena, "%.*s%s%.*s", (int)at, text.ptr, other,
                              (int)(text.len - at - word.len), text.ptr + at + word.len);
    }
    fail_msg("no %s", part);
    return STR_NONE;
}

static void refused(const char *part, const char *other, const char *field, const char *words)
{
    struct ctx *cx = unit_ctx();
    struct pain_facts facts;

    err_t err = checked(cx, with(cx, written(cx), part, other), &facts);
    if (err != ERR_INVALID)
        fail_msg("%s for %s: %s", other, part, err_text(err));
    assert_string_equal(cx->faults[0].field, field);
    if (strstr(cx->faults[0].text, words) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", cx->faults[0].text, words);
    unit_ctx_free(cx);
}

CASE(a_good_file_passes_with_its_facts)
{
    struct ctx *cx = unit_ctx();
    struct pain_facts facts;

    assert_ok(checked(cx, written(cx), &facts));
    assert_str(facts.message, "pain.008.001.08");
    assert_str(facts.msg_id, "CHK-1");
    assert_int_equal(facts.blocks, 2);
    assert_int_equal(facts.count, 3);
    assert_int_equal(facts.sum_cents, 5970);
    unit_ctx_free(cx);
}

CASE(numbers_and_sums_are_computed_again)
{
    refused("<NbOfTxs>3<", "<NbOfTxs>2<", "NbOfTxs", "of the file");
    refused("<NbOfTxs>2<", "<NbOfTxs>3<", "NbOfTxs", "of a block");
    refused("<CtrlSum>59.70<", "<CtrlSum>59.71<", "CtrlSum", "of the file");
    refused("<CtrlSum>39.80<", "<CtrlSum>39.79<", "CtrlSum", "of a block");
    refused(">19.90<", ">19.91<", "CtrlSum", "of a block");
    refused("<CtrlSum>59.70</CtrlSum>", "", "CtrlSum", "of the file");
    refused("<NbOfTxs>2</NbOfTxs>", "", "NbOfTxs", "of a block");
    refused("<NbOfTxs>3<", "<NbOfTxs>x<", "NbOfTxs", "not a number");
    refused("<CtrlSum>59.70<", "<CtrlSum>59.7<", "CtrlSum", "two decimals");
}

CASE(identifiers_occur_once)
{
    refused("CHK-B", "CHK-A", "EndToEndId", "of transaction 2 is that of transaction 1");
    refused("CHK-C", "CHK-A", "EndToEndId", "of transaction 3 is that of transaction 1");
    refused("CHK-1-2", "CHK-1-1", "PmtInfId", "of block 2 is that of block 1");
    refused("<EndToEndId>CHK-B</EndToEndId>", "", "EndToEndId", "missing (transaction 2)");
    refused("<MsgId>CHK-1</MsgId>", "", "MsgId", "missing");
}

CASE(amounts_are_euro_with_two_decimals)
{
    refused("Ccy=\"EUR\">19.90<", "Ccy=\"USD\">19.90<", "InstdAmt", "euro");
    refused("<InstdAmt Ccy=\"EUR\">", "<InstdAmt>", "InstdAmt", "euro");
    refused(">19.90<", ">19.9<", "InstdAmt", "between");
    refused(">19.90<", ">19,90<", "InstdAmt", "between");
    refused(">19.90<", ">+19.90<", "InstdAmt", "between");
    refused(">19.90<", ">0.00<", "InstdAmt", "between");
    refused(">19.90<", ">1000000000.00<", "InstdAmt", "between");
    refused("<InstdAmt Ccy=\"EUR\">19.90</InstdAmt>", "", "InstdAmt", "missing");
}

CASE(texts_have_the_characters_and_lengths_of_the_scheme)
{
    refused("JEAN DUPONT", "JEAN DUPONT &amp; FILS", "Nm", "character");
    refused("JEAN DUPONT", "JEAN D\xC3\x89UPONT", "Nm", "character");
    refused("JEAN DUPONT",
            "A name that goes on and on until it has more than the seventy of Nm xxx", "Nm",
            "too long");
    refused("JEAN DUPONT", " JEAN", "Nm", "space");
    refused("CHK-A", "CHK//A", "EndToEndId", "reference");
    refused("CHK-A", "/CHK-A", "EndToEndId", "reference");
    refused("CHK-A", "123456789012345678901234567890123456", "EndToEndId", "too long");
    refused("<Ustrd>Facture F2026-0100</Ustrd>", "<Ustrd></Ustrd>", "file", "empty element");
    refused("<TwnNm>Lyon</TwnNm>", "<AdrLine>Lyon</AdrLine>", "PstlAdr", "no town");
}

CASE(other_roots_are_refused)
{
    struct ctx *cx = unit_ctx();
    struct pain_facts facts;

    assert_int_equal(
        checked(cx, STR("<Document xmlns='urn:x'><CstmrDrctDbtInitn/></Document>"), &facts),
        ERR_INVALID);
    assert_int_equal(checked(cx, STR("<Document/>"), &facts), ERR_INVALID);
    assert_int_equal(checked(cx, STR("<Other><a/></Other>"), &facts), ERR_INVALID);
    assert_int_equal(checked(cx, STR("<Document><a></Document>"), &facts), ERR_INVALID);
    assert_int_equal(checked(cx, STR("nothing"), &facts), ERR_MALFORMED);
    unit_ctx_free(cx);
}

/* Rows of a file that is never held. */
struct many {
    int64_t count;
    int64_t at;
    struct str rest;
    char row[512];
};

static err_t many_read(void *arg, char *into, size_t room, size_t *len)
{
    struct many *many = arg;

    if (many->rest.len == 0 && many->at <= many->count) {
        int size =
            many->at < many->count
                ? snprintf(many->row, sizeof many->row,
                           "<DrctDbtTxInf><PmtId><EndToEndId>E-%lld</EndToEndId></PmtId>"
                           "<InstdAmt Ccy=\"EUR\">0.01</InstdAmt></DrctDbtTxInf>",
                           (long long)many->at)
                : snprintf(many->row, sizeof many->row, "</PmtInf></CstmrDrctDbtInitn></Document>");
        many->rest = (struct str){many->row, (size_t)size};
        many->at++;
    }
    *len = many->rest.len < room ? many->rest.len : room;
    if (*len > 0)
        memcpy(into, many->rest.ptr, *len);
    many->rest = str_from(many->rest, *len);
    return OK;
}

CASE(a_hundred_thousand_transactions_take_little_memory)
{
    const int64_t count = SANITIZED ? 5000 : 100000;
    struct ctx *cx = unit_ctx();
    struct pain_facts facts;
    struct many many = {.count = count};
    struct source source = {many_read, &many};
    long before = memory_peak_kib();
    struct str sum =
        str_format(cx->arena, "%lld.%02d", (long long)(count / 100), (int)(count % 100));

    many.rest = str_format(
        cx->arena,
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.008.001.02\"><CstmrDrctDbtInitn>"
        "<GrpHdr><MsgId>M</MsgId><NbOfTxs>%lld</NbOfTxs><CtrlSum>%s</CtrlSum></GrpHdr>"
        "<PmtInf><PmtInfId>M-1</PmtInfId><NbOfTxs>%lld</NbOfTxs><CtrlSum>%s</CtrlSum>",
        (long long)count, sum.ptr, (long long)count, sum.ptr);
    assert_ok(pain_check(cx, &source, 1 << 28, &facts));
    assert_int_equal(facts.count, count);
    assert_int_equal(facts.sum_cents, count);
    if (!SANITIZED)
        assert_true(memory_peak_kib() - before < 16 * 1024);
    unit_ctx_free(cx);
}

UNIT_MAIN(T(a_good_file_passes_with_its_facts), T(numbers_and_sums_are_computed_again),
          T(identifiers_occur_once), T(amounts_are_euro_with_two_decimals),
          T(texts_have_the_characters_and_lengths_of_the_scheme), T(other_roots_are_refused),
          T(a_hundred_thousand_transactions_take_little_memory))
