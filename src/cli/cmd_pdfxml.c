#include <unistd.h>

#include "base/arena.h"
#include "cli/cli.h"
#include "cli/documents.h"
#include "cli/pdf_child.h"
#include "cli/process.h"
#include "wire/stream.h"

/* Takes the invoice out of the PDF at the standard input, for a server that does not open PDF files
 * of others itself (cli/pdf_child.h). What it writes is longer than cli->out may be. */

enum { PDF_ARENA_MAX = 3 * EINVOICE_BYTES_MAX };

static err_t input_read(struct arena *arena, struct str *pdf)
{
    const int fd = STDIN_FILENO;
    struct source source = source_fd(&fd);
    char *bytes = arena_alloc(arena, EINVOICE_BYTES_MAX + 1);
    size_t len = 0;
    size_t got = 1;

    while (got > 0 && len <= EINVOICE_BYTES_MAX) {
        TRY(source.read(source.arg, bytes + len, EINVOICE_BYTES_MAX + 1 - len, &got));
        len += got;
    }
    *pdf = (struct str){bytes, len};
    return len <= EINVOICE_BYTES_MAX ? OK : ERR_LIMIT;
}

static err_t xml_write(struct arena *arena)
{
    const int fd = STDOUT_FILENO;
    struct sink sink = sink_fd(&fd);
    struct str pdf;
    struct str xml;

    TRY(input_read(arena, &pdf));
    TRY(DOCUMENTS.attachment(arena, pdf, "factur-x.xml", &xml));
    return sink.write(sink.arg, xml);
}

static int run(struct cli *cli, struct args *args)
{
    int code = cli_leftover(cli, args);

    if (code != EXIT_DONE)
        return code;
    process_bound(PDF_CHILD_MEMORY, PDF_CHILD_CPU_S);
    struct arena *arena = arena_new(PDF_ARENA_MAX);
    err_t err = xml_write(arena);
    arena_free(arena);
    return err == OK ? EXIT_DONE : EXIT_REFUSED;
}

const struct command COMMAND_PDFXML = {
    .name = "pdf-xml",
    .help = "usage: guichet pdf-xml < FILE.pdf\n\n"
            "Writes the invoice factur-x.xml that a PDF carries. The server calls it.\n",
    .needs = NEEDS_NOTHING,
    .run = run,
};
