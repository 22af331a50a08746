/* Reads invoices of EN 16931, writes each in both syntaxes and on pages, and proves that nothing is
 * lost:
 *
 *     convert_invoices DIR FILE...   NAME.cii.xml, NAME.ubl.xml and NAME.pdf in DIR, for checkers
 *                                    of others
 *
 * What is written is read again, must break no rule and say the same, term by term, and so there
 * and back. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"
#include "core/einvoice_fit.h"
#include "core/einvoice_same.h"
#include "document/facturx.h"
#include "document/invoice_xml.h"
#include "einvoice/check.h"
#include "einvoice/read.h"
#include "support/fonts.h"

enum { FILE_MAX = 4 << 20 };

static err_t pdf_none(struct arena *arena, struct str pdf, struct str *xml)
{
    (void)arena;
    (void)pdf;
    (void)xml;
    return ERR_INVALID;
}

static struct str bytes_of(struct arena *arena, const char *path)
{
    char *bytes = arena_alloc(arena, FILE_MAX);
    FILE *in = fopen(path, "rb");

    must(in != NULL);
    size_t len = fread(bytes, 1, FILE_MAX, in);
    must(fclose(in) == 0);
    return (struct str){bytes, len};
}

static void bytes_write(struct arena *arena, const char *directory, const char *path,
                        const char *ending, struct str bytes)
{
    const char *slash = strrchr(path, '/');
    struct str name = str_of(slash == NULL ? path : slash + 1);
    struct str out =
        str_format(arena, "%s/%.*s.%s", directory, (int)name.len - 4, name.ptr, ending);
    FILE *to = fopen(out.ptr, "wb");

    must(to != NULL);
    must(fwrite(bytes.ptr, 1, bytes.len, to) == bytes.len);
    must(fclose(to) == 0);
}

static bool complain(const char *path, const char *what, const char *term, size_t at)
{
    fprintf(stderr, "%s: %s: %s, %zu\n", path, what, term == NULL ? "" : term, at);
    return false;
}

static bool read_good(struct arena *arena, const char *path, struct str bytes,
                      struct einvoice *invoice)
{
    struct einvoice_report report = einvoice_report_new(arena);
    struct einvoice_file file = {.bytes = bytes, .attached = true};

    if (einvoice_read(arena, pdf_none, &file, &report) != OK)
        return complain(path, report.failures[0].text, report.failures[0].term, 0);
    einvoice_check(arena, &file.invoice, &report);
    if (report.count > 0)
        return complain(path, report.failures[0].rule, report.failures[0].term,
                        report.failures[0].at);
    *invoice = file.invoice;
    return true;
}

static bool write_same(struct arena *arena, const char *path, const struct einvoice *invoice,
                       enum invoice_syntax syntax, struct str *xml, struct einvoice *again)
{
    struct einvoice_difference difference;
    struct einvoice fitted;

    einvoice_fit(arena, invoice, syntax, &fitted);
    if (einvoice_xml(arena, &fitted, syntax, xml) != OK)
        return complain(path, "cannot be written", NULL, (size_t)syntax);
    if (!read_good(arena, path, *xml, again))
        return false;
    return einvoice_same(&fitted, again, &difference) ||
           complain(path, syntax == INVOICE_CII ? "differs in CII" : "differs in UBL",
                    difference.term, difference.at);
}

static bool draw(struct arena *arena, const char *directory, const char *path,
                 const struct einvoice *invoice)
{
    struct einvoice_difference lost = {0};
    struct str pdf;

    if (einvoice_draw(arena, invoice, false, &lost, &pdf) != OK)
        return complain(path, "has no room on a page", lost.term, lost.at);
    bytes_write(arena, directory, path, "pdf", pdf);
    return true;
}

static bool convert(struct arena *arena, const char *directory, const char *path)
{
    struct einvoice invoice;
    struct einvoice once;
    struct einvoice twice;
    struct str cii;
    struct str ubl;
    struct str back;

    if (!read_good(arena, path, bytes_of(arena, path), &invoice))
        return false;
    if (!write_same(arena, path, &invoice, INVOICE_CII, &cii, &once) ||
        !write_same(arena, path, &once, INVOICE_UBL, &ubl, &twice) ||
        !write_same(arena, path, &twice, INVOICE_CII, &back, &once) ||
        !draw(arena, directory, path, &invoice))
        return false;
    bytes_write(arena, directory, path, "cii.xml", cii);
    bytes_write(arena, directory, path, "ubl.xml", ubl);
    return true;
}

int main(int argc, char **argv)
{
    struct arena *arena = arena_new(EINVOICE_ARENA_MAX);
    int bad = 0;

    if (argc < 3) {
        fprintf(stderr, "usage: convert_invoices DIR FILE...\n");
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        bad += !convert(arena, argv[1], argv[i]);
        arena_reset(arena);
    }
    arena_free(arena);
    return bad > 0;
}
