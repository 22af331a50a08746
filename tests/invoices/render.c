/* Writes invoices as files, for checkers of others and for looking at:
 *
 *     render_invoices DIR            each of PAPERS (tests/support/papers_all.h)
 *     render_invoices DIR COUNT MOST COUNT random ones, of at most MOST lines
 *
 * NAME.pdf, and for what has XML NAME.cii.xml and NAME.ubl.xml. */

#include <stdio.h>
#include <stdlib.h>

#include "document/maker.h"
#include "support/fonts.h"
#include "support/papers_all.h"

static void file_write(struct arena *arena, const char *directory, const char *name,
                       const char *ending, struct str bytes)
{
    struct str path = str_format(arena, "%s/%s%s", directory, name, ending);
    FILE *file = fopen(path.ptr, "wb");

    must(file != NULL);
    must(fwrite(bytes.ptr, 1, bytes.len, file) == bytes.len);
    must(fclose(file) == 0);
}

static void write_all(struct arena *arena, const char *directory, const char *name,
                      const struct invoice_paper *paper)
{
    struct str bytes;

    must(DOCUMENT_MAKER.invoice(arena, paper, &bytes) == OK);
    file_write(arena, directory, name, ".pdf", bytes);
    if (paper->kind != INVOICE_NORMAL && paper->kind != INVOICE_CREDIT)
        return;
    must(DOCUMENT_MAKER.invoice_xml(arena, paper, INVOICE_CII, &bytes) == OK);
    file_write(arena, directory, name, ".cii.xml", bytes);
    must(DOCUMENT_MAKER.invoice_xml(arena, paper, INVOICE_UBL, &bytes) == OK);
    file_write(arena, directory, name, ".ubl.xml", bytes);
}

int main(int argc, char **argv)
{
    struct arena *arena = arena_new(256U << 20);

    if (argc != 2 && argc != 4) {
        fprintf(stderr, "usage: render_invoices DIR [COUNT MOST]\n");
        return 2;
    }
    if (argc == 2) {
        for (size_t i = 0; i < ARRAY_LEN(PAPERS); i++) {
            write_all(arena, argv[1], PAPERS[i].name, PAPERS[i].make(arena));
            arena_reset(arena);
        }
    } else {
        for (uint64_t seed = 0; seed < strtoull(argv[2], NULL, 10); seed++) {
            struct str name = str_format(arena, "random-%llu", (unsigned long long)seed);
            write_all(arena, argv[1], name.ptr,
                      paper_random(arena, seed, strtoull(argv[3], NULL, 10)));
            arena_reset(arena);
        }
    }
    arena_free(arena);
    return 0;
}
