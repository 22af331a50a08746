#include <stdio.h>

#include "args.h"
#include "document/maker.h"
#include "einvoice/check.h"
#include "einvoice/read.h"
#include "spread.h"
#include "support/papers.h"

/* Reads and checks one invoice again and again, as the server's workers do: each time with an arena
 * of its own. Writes the Factur-X of the same invoice to a file where one is named. */

enum { WARM = 20, MAKING_ARENA = 64 << 20 };

static err_t no_pdf(struct arena *arena, struct str pdf, struct str *xml)
{
    (void)arena;
    (void)pdf;
    (void)xml;
    return ERR_UNAVAILABLE;
}

static void examine(struct str xml)
{
    struct arena *arena = arena_new(EINVOICE_ARENA_MAX);
    struct einvoice_report report = einvoice_report_new(arena);
    struct einvoice_file file = {.bytes = xml};

    if (einvoice_read(arena, no_pdf, &file, &report) == OK)
        einvoice_check(arena, &file.invoice, &report);
    if (report.count > 0)
        bench_fail(report.failures[0].rule);
    arena_free(arena);
}

static void measure(struct str xml, int64_t seconds, struct spread *spread)
{
    int64_t end_us;

    for (int i = 0; i < WARM; i++)
        examine(xml);
    end_us = clock_monotonic_us() + seconds * SECOND_US;
    for (int64_t start_us = 0; start_us < end_us;) {
        start_us = clock_monotonic_us();
        examine(xml);
        spread_add(spread, clock_monotonic_us() - start_us);
    }
}

static void pdf_write(struct arena *arena, const struct invoice_paper *paper, const char *path)
{
    struct str pdf;
    FILE *out = fopen(path, "wb");

    if (out == NULL || DOCUMENT_MAKER.invoice(arena, paper, &pdf) != OK ||
        fwrite(pdf.ptr, 1, pdf.len, out) != pdf.len || fclose(out) != 0)
        bench_fail("the invoice cannot be written");
}

int main(int argc, char **argv)
{
    static const enum invoice_syntax SYNTAXES[] = {INVOICE_CII, INVOICE_UBL};
    static struct spread spreads[ARRAY_LEN(SYNTAXES)];
    int64_t seconds = 1;
    int64_t lines = 20;
    const char *path = NULL;
    struct str xml = STR_NONE;
    const struct bench_arg args[] = {
        {"--seconds", &seconds, NULL },
        {"--lines",   &lines,   NULL },
        {"--pdf",     NULL,     &path},
    };

    bench_args(argc, argv, args, sizeof args / sizeof *args);
    if (lines < 1 || lines > INVOICE_LINES_MAX)
        bench_fail("that many lines there are not");
    struct arena *arena = arena_new(MAKING_ARENA);
    const struct invoice_paper *paper = paper_long(arena, (size_t)lines);
    if (path != NULL)
        pdf_write(arena, paper, path);
    for (size_t i = 0; i < ARRAY_LEN(SYNTAXES); i++) {
        if (DOCUMENT_MAKER.invoice_xml(arena, paper, SYNTAXES[i], &xml) != OK)
            bench_fail("the invoice cannot be written");
        measure(xml, seconds, &spreads[i]);
    }
    printf("{\"cii_p50_us\": %lld, \"cii_p99_us\": %lld, \"ubl_p50_us\": %lld, "
           "\"ubl_p99_us\": %lld}\n",
           (long long)spread_at(&spreads[0], 500), (long long)spread_at(&spreads[0], 990),
           (long long)spread_at(&spreads[1], 500), (long long)spread_at(&spreads[1], 990));
    arena_free(arena);
    return 0;
}
