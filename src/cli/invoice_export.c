#include "cli/documents.h"
#include "cli/file.h"
#include "cli/history.h"
#include "cli/invoice.h"
#include "core/invoice_file.h"

/* One document as a file: as it was issued, or drawn anew. */

enum { FILE_MODE = 0600 };

enum format { FORMAT_PDF = 1, FORMAT_CII, FORMAT_UBL, FORMAT_RECORD, FORMAT_DRAWN };

struct exporting {
    struct invoice_asked asked; /* in */
    enum format format;         /* likewise */
    struct str file;            /* likewise; {NULL, 0}: printed */
    struct vault *vault;
    struct invoice invoice;
    struct invoice_paper paper;
    struct str pdf;
    bool drawn;
};

static err_t export_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct exporting *exporting = arg;
    struct core core = {.vault = exporting->vault};

    TRY(invoice_asked_find(cx, tx, &exporting->asked, &exporting->invoice));
    TRY(invoice_paper_of(cx, &exporting->invoice, &exporting->paper));
    if (exporting->format != FORMAT_PDF)
        return OK;
    TRY(invoice_file_read(&core, cx, tx, exporting->invoice.id, &exporting->pdf,
                          &exporting->drawn));
    return exporting->drawn ? OK : fault(cx, ERR_STATE, "file", "is not drawn yet");
}

static err_t xml_make(struct ctx *cx, const struct exporting *exporting, enum invoice_syntax syntax,
                      struct str *out)
{
    err_t err = DOCUMENTS.invoice_xml(cx->arena, &exporting->paper, syntax, out);

    return err == ERR_INVALID ? fault(cx, err, "document", "is no invoice and has no XML") : err;
}

static err_t bytes_make(struct ctx *cx, const struct exporting *exporting, struct str *out)
{
    switch (exporting->format) {
    case FORMAT_PDF:
        *out = exporting->pdf;
        return OK;
    case FORMAT_CII:
        return xml_make(cx, exporting, INVOICE_CII, out);
    case FORMAT_UBL:
        return xml_make(cx, exporting, INVOICE_UBL, out);
    case FORMAT_RECORD:
        *out = exporting->invoice.record;
        return OK;
    case FORMAT_DRAWN:
        return DOCUMENTS.invoice(cx->arena, &exporting->paper, out);
    }
    return ERR_INTERNAL;
}

static err_t bytes_put(struct cli *cli, struct str file, struct str bytes)
{
    if (file.len == 0) {
        buf_put(&cli->out, bytes);
        return cli->out.failed ? ERR_LIMIT : OK;
    }
    struct str path = path_absolute(cli->cx->arena, cli->here, file);
    if (file_replace(cli->cx, path.ptr, FILE_MODE, bytes) != OK)
        return fault(cli->cx, ERR_IO, "file", "cannot be written");
    buf_format(&cli->out, "%s\n", path.ptr);
    return OK;
}

static int exporting_run(struct cli *cli, struct args *args, struct exporting *exporting)
{
    struct str bytes;

    if (!invoice_asked_read(args, &exporting->asked))
        return invoice_which(cli);
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    exporting->vault = cli->backend->vault;
    err_t err = backend_read(cli->cx, cli->backend, export_body, exporting);
    if (err == OK)
        err = bytes_make(cli->cx, exporting, &bytes);
    if (err == OK)
        err = bytes_put(cli, exporting->file, bytes);
    return err == OK ? EXIT_DONE : cli_refused(cli, err);
}

static bool format_parse(struct str word, enum format *out)
{
    static const char *const WORDS[] = {
        [FORMAT_PDF] = "pdf",
        [FORMAT_CII] = "cii",
        [FORMAT_UBL] = "ubl",
        [FORMAT_RECORD] = "record",
    };

    for (size_t i = FORMAT_PDF; i < ARRAY_LEN(WORDS); i++) {
        *out = (enum format)i;
        if (str_eq(word, str_of(WORDS[i])))
            return true;
    }
    return false;
}

int invoice_export_run(struct cli *cli, struct args *args)
{
    struct exporting *exporting = arena_make(cli->cx->arena, struct exporting);
    struct str format;

    if (!args_option(args, "--format", &format) || !format_parse(format, &exporting->format))
        return cli_usage(cli, "export needs --format pdf, cii, ubl or record");
    bool named = args_option(args, "--out", &exporting->file);
    if (exporting->format == FORMAT_PDF && !named)
        return cli_usage(cli, "a PDF needs --out FILE");
    return exporting_run(cli, args, exporting);
}

int invoice_render_run(struct cli *cli, struct args *args)
{
    struct exporting *exporting = arena_make(cli->cx->arena, struct exporting);

    exporting->format = FORMAT_DRAWN;
    if (!args_option(args, "--out", &exporting->file))
        return cli_usage(cli, "render needs --out FILE");
    return exporting_run(cli, args, exporting);
}
