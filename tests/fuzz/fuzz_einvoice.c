#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"
#include "einvoice/check.h"
#include "einvoice/read.h"

/* Any bytes as an electronic invoice: what is read keeps its bounds, and every rule can look at it
 * without harm. What comes out of a PDF is what stands after its first line. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static err_t after_line(struct arena *arena, struct str pdf, struct str *xml)
{
    size_t end = str_find(pdf, '\n');

    (void)arena;
    *xml = str_from(pdf, end < pdf.len ? end + 1 : end);
    return xml->len > 0 ? OK : ERR_INVALID;
}

static void texts_are_texts(const struct einvoice *invoice)
{
    size_t count;

    must(str_utf8_count(invoice->number, &count));
    must(str_utf8_count(invoice->seller.name, &count));
    must(invoice->line_count <= EINVOICE_LINES_MAX);
    must(invoice->note_count <= EINVOICE_ITEMS_MAX);
    must(invoice->group_count <= EINVOICE_ITEMS_MAX);
    for (size_t i = 0; i < invoice->line_count; i++) {
        must(invoice->lines[i].allowance_count <= EINVOICE_ITEMS_MAX);
        must(str_utf8_count(invoice->lines[i].name, &count));
    }
}

static void failures_are_told(const struct einvoice_report *report)
{
    must(report->count <= EINVOICE_FAILURES_MAX);
    must(report->more == 0 || report->count == EINVOICE_FAILURES_MAX);
    for (size_t i = 0; i < report->count; i++) {
        must(report->failures[i].rule != NULL);
        must(strlen(report->failures[i].text) > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *arena;
    struct einvoice_file file = {.attached = true};

    file.bytes = (struct str){(const char *)data, size};
    if (arena == NULL)
        arena = arena_new(EINVOICE_ARENA_MAX);
    arena_reset(arena);
    struct einvoice_report report = einvoice_report_new(arena);
    err_t err = einvoice_read(arena, after_line, &file, &report);
    must(err == OK || err == ERR_INVALID);
    must((err == OK) == (report.count == 0));
    if (err == OK) {
        texts_are_texts(&file.invoice);
        einvoice_check(arena, &file.invoice, &report);
    }
    failures_are_told(&report);
    return 0;
}
