#include <stdint.h>
#include <string.h>

#include "document/invoice_clean.h"
#include "document/maker.h"
#include "support/fonts.h"
#include "support/papers.h"
#include "wire/xml.h"

/* Any bytes as the names of an invoice: it is drawn, and both kinds of XML can be read again and
 * hold the names as they were meant. */

enum { ARENA_MAX = 256 << 20, SIZE_MAX_READ = 2 * 1024, LINES_MAX = 40 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What stands up to the next byte of 0. */
static struct str text_next(struct str *rest)
{
    size_t end = str_find(*rest, '\0');
    struct str text = str_sub(*rest, 0, end);

    *rest = str_from(*rest, end < rest->len ? end + 1 : end);
    return text;
}

static struct invoice_paper *paper_of(struct arena *arena, struct str rest)
{
    struct invoice_paper *paper = paper_new(arena);
    struct str *const texts[] = {
        &paper->buyer.name,
        &paper->buyer.address.lines[0],
        &paper->buyer.address.city,
        &paper->buyer.email,
        &paper->seller.name,
        &paper->seller.legal,
        &paper->order_number,
        &paper->notes[0].text,
        &paper->paid_by,
        &paper->logo,
    };
    struct invoice_paper_line lines[LINES_MAX];
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LEN(texts) && rest.len > 0; i++)
        *texts[i] = text_next(&rest);
    do {
        lines[count] = paper_line("", 100 + (int64_t)count, 10000, 2000);
        lines[count++].designation = text_next(&rest);
    } while (rest.len > 0 && count < LINES_MAX);
    paper_lines(arena, paper, lines, count);
    return paper;
}

/* Whether the buyer's name came back as it was meant. */
struct seen {
    struct str buyer;
    bool found;
};

static err_t element_open(struct ctx *cx, void *arg, const struct xml_element *element)
{
    (void)cx;
    (void)arg;
    must(element->name.len > 0);
    return OK;
}

static err_t element_close(struct ctx *cx, void *arg, struct str name, struct str text)
{
    struct seen *seen = arg;

    (void)cx;
    if (str_eq(name, STR("Name")) || str_eq(name, STR("RegistrationName")))
        seen->found = seen->found || str_eq(text, seen->buyer);
    return OK;
}

static void reads_back(struct ctx *cx, const struct invoice_paper *paper,
                       enum invoice_syntax syntax)
{
    static const struct xml_handler HANDLER = {element_open, element_close};
    struct seen seen = {.buyer = text_clean(cx->arena, paper->buyer.name, false)};
    struct str xml;

    must(DOCUMENT_MAKER.invoice_xml(cx->arena, paper, syntax, &xml) == OK);
    struct str rest = xml;
    struct source source = source_text(&rest);
    must(xml_read(cx, &source, xml.len + 1, &HANDLER, &seen) == OK);
    must(seen.found || seen.buyer.len == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > SIZE_MAX_READ)
        return 0;
    struct arena *arena = arena_new(ARENA_MAX);
    struct ctx cx = {.arena = arena};
    struct invoice_paper *paper = paper_of(arena, (struct str){(const char *)data, size});
    struct str pdf;

    must(DOCUMENT_MAKER.invoice(arena, paper, &pdf) == OK);
    must(str_starts(pdf, STR("%PDF-1.7\n")));
    reads_back(&cx, paper, INVOICE_CII);
    reads_back(&cx, paper, INVOICE_UBL);
    arena_free(arena);
    return 0;
}
