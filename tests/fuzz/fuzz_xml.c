#include <stdint.h>
#include <string.h>

#include "base/must.h"
#include "base/sepa_text.h"
#include "rails/sepa/pain_check.h"
#include "rails/sepa/sepa_file.h"
#include "wire/xml.h"

/* Any bytes as a bank's file: the reader keeps its promises, and every message's tables read what
 * it gives without harm. Texts are transliterated, and written and read again. */

enum { ARENA_MAX = 256 * 1024 * 1024, BYTES_MAX = 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Writing and reading each text again would leave little time for other bytes. */
enum { TEXTS_BACK = 4 };

struct seen {
    size_t depth;
    int texts;
};

static err_t seen_open(struct ctx *cx, void *arg, const struct xml_element *element)
{
    struct seen *seen = arg;
    size_t count;

    (void)cx;
    must(element->depth == ++seen->depth);
    must(element->depth <= XML_DEPTH_MAX);
    must(element->attribute_count <= XML_ATTRIBUTES_MAX);
    must(element->name.len > 0);
    for (size_t i = 0; i < element->attribute_count; i++)
        must(str_utf8_count(element->attributes[i].value, &count));
    return OK;
}

static void text_comes_back(struct ctx *cx, struct str text);

static err_t seen_close(struct ctx *cx, void *arg, struct str name, struct str text)
{
    struct seen *seen = arg;
    struct arena_mark mark = arena_mark(cx->arena);
    size_t count;

    must(seen->depth-- > 0);
    must(str_utf8_count(name, &count));
    must(str_utf8_count(text, &count));
    must(text.len <= XML_TEXT_MAX);
    struct str plain = sepa_text(cx->arena, text, SEPA_REMITTANCE_MAX);
    must(plain.len <= SEPA_REMITTANCE_MAX);
    must(sepa_is_clean(plain));
    must(str_eq(sepa_text(cx->arena, plain, SEPA_REMITTANCE_MAX), plain));
    if (seen->texts++ < TEXTS_BACK)
        text_comes_back(cx, text);
    arena_rewind(cx->arena, mark);
    return OK;
}

static err_t back_open(struct ctx *cx, void *arg, const struct xml_element *element)
{
    (void)cx;
    (void)arg;
    must(str_eq(element->name, STR("a")));
    return OK;
}

static err_t back_close(struct ctx *cx, void *arg, struct str name, struct str text)
{
    const struct str *expected = arg;

    (void)cx;
    (void)name;
    must(str_eq(text, *expected));
    return OK;
}

/* What the writer takes, the reader gives. */
static void text_comes_back(struct ctx *cx, struct str text)
{
    static const struct xml_handler BACK = {back_open, back_close};
    struct buf out = buf_make(cx->arena, BYTES_MAX);
    struct sink sink = sink_buf(&out);
    struct xml_writer *writer = xml_writer_new(cx->arena, &sink);
    struct xml_written written;

    xml_text(writer, "a", text);
    if (text.len == 0 || xml_writer_end(writer, &written) != OK)
        return;
    struct str bytes = buf_str(&out);
    struct source source = source_text(&bytes);
    must(xml_read(cx, &source, BYTES_MAX, &BACK, &text) == OK);
}

/* --- messages ----------------------------------------------------------------------------------
 */

static err_t on_transaction(struct ctx *cx, void *arg, const struct sepa_status_group *group,
                            const struct sepa_status_block *block,
                            const struct sepa_status_transaction *transaction)
{
    (void)cx;
    (void)arg;
    (void)block;
    must(group->reason_count <= SEPA_REASONS_MAX);
    must(transaction->reason_count <= SEPA_REASONS_MAX);
    return OK;
}

static err_t on_block(struct ctx *cx, void *arg, const struct sepa_status_group *group,
                      const struct sepa_status_block *block)
{
    (void)cx;
    (void)arg;
    (void)group;
    must(block->reason_count <= SEPA_REASONS_MAX);
    return OK;
}

static err_t on_group(struct ctx *cx, void *arg, const struct sepa_status_group *group)
{
    (void)cx;
    (void)arg;
    must(group->reason_count <= SEPA_REASONS_MAX);
    return OK;
}

static err_t on_begin(struct ctx *cx, void *arg, const struct sepa_statement *statement)
{
    (void)cx;
    (void)arg;
    must(statement->iban.len + statement->other_account.len > 0);
    return OK;
}

static err_t on_detail(struct ctx *cx, void *arg, const struct sepa_statement *statement,
                       const struct sepa_entry *entry, const struct sepa_detail *detail)
{
    (void)cx;
    (void)arg;
    (void)statement;
    must(detail->charge_count <= SEPA_CHARGES_MAX);
    must(detail->ordinal == entry->detail_count);
    return OK;
}

static err_t on_entry(struct ctx *cx, void *arg, const struct sepa_statement *statement,
                      const struct sepa_entry *entry)
{
    (void)cx;
    (void)arg;
    must(entry->ordinal == statement->entry_count);
    must(entry->amount.cents >= 0);
    must(entry->amount.exact || (entry->anomalies & SEPA_ANOMALY_INEXACT) != 0);
    return OK;
}

static err_t on_end(struct ctx *cx, void *arg, const struct sepa_statement *statement)
{
    (void)cx;
    (void)arg;
    must(statement->balance_count <= SEPA_BALANCES_MAX);
    return OK;
}

static void messages(struct ctx *cx, struct str text)
{
    static const struct sepa_status_handler STATUS = {on_transaction, on_block, on_group};
    static const struct sepa_statement_handler STATEMENT = {on_begin, on_detail, on_entry, on_end};
    struct str rest = text;
    struct source source = source_text(&rest);
    struct pain_facts facts;
    enum sepa_file kind;

    if (sepa_file_detect(cx, &source, &kind) == OK)
        must(sepa_file_text(kind) != NULL);
    rest = text;
    (void)!sepa_status_read(cx, &source, BYTES_MAX, &STATUS, NULL);
    rest = text;
    (void)!sepa_cancellation_read(cx, &source, BYTES_MAX, &STATUS, NULL);
    rest = text;
    (void)!sepa_statement_read(cx, &source, BYTES_MAX, &STATEMENT, NULL);
    rest = text;
    (void)!pain_check(cx, &source, BYTES_MAX, &facts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct xml_handler SEEN = {seen_open, seen_close};
    static struct ctx cx;
    struct str text = {(const char *)data, size};
    struct source source = source_text(&text);
    struct seen seen = {0};

    if (cx.arena == NULL)
        cx.arena = arena_new(ARENA_MAX);
    arena_reset(cx.arena);
    ctx_clear_faults(&cx);
    err_t err = xml_read(&cx, &source, BYTES_MAX, &SEEN, &seen);
    must((err == OK) == (cx.fault_count == 0));
    must(err != OK || seen.depth == 0);
    messages(&cx, (struct str){(const char *)data, size});
    return 0;
}
