#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "cli/file.h"
#include "cli/history.h"
#include "cli/invoice.h"
#include "cli/whose.h"
#include "core/invoice_chain.h"
#include "core/invoice_file.h"
#include "core/verify.h"
#include "wire/stream.h"

/* An archive of issued documents (standards/einvoicing.md 9, C. com. L123-22: ten years), which
 * proves itself without the database:
 *
 *     invoice/2026/000001.txt    the record (core/invoice_record.h)
 *     invoice/2026/000001.pdf    the file that was issued
 *     whose.txt                  merchant and mode: an archive is of one
 *     chain.txt                  a line for each document, series by series, in the order of issue:
 *                                kind year serial previous-hash hash SHA-256-of-the-PDF */

enum { PORTION = 100, LINE_MAX_LEN = 512, ARCHIVE_MODE = 0600, WORDS = 6, PDF_MAX = DOCUMENT_MAX };

static const char CHAIN[] = "chain.txt";
static const char EXPLAINED[] =
    "Archive de documents émis : factures (invoice), avoirs (credit_note), devis (quote), reçus\n"
    "(receipt). Chaque document a son fichier PDF tel qu'il a été émis et son enregistrement "
    "(.txt),\n"
    "qui dit tout ce qu'il porte. chain.txt donne, par série et dans l'ordre d'émission : nature,\n"
    "année, numéro d'ordre, empreinte précédente, empreinte, empreinte SHA-256 du PDF.\n\n"
    "Empreinte = SHA-256(empreinte précédente + saut de ligne + enregistrement), en hexadécimal ;\n"
    "celle qui précède la première est faite de 64 zéros. Vérification : guichet invoice verify "
    "DOSSIER\n";

/* --- writing ------------------------------------------------------------------------------------
 */

struct archiving {
    struct merchant_id merchant; /* in */
    enum mode mode;              /* in */
    struct vault *vault;
    struct str directory;
    struct file_new chain;
    struct invoice_walk walk; /* of the series that is being written */
    struct invoice *portion;
    struct document *files;
    size_t count;
    int64_t documents;
    int64_t added;
    int64_t undrawn;
};

static const char *place_of(struct ctx *cx, const struct archiving *archiving, struct str kind,
                            int64_t year, int64_t serial, const char *ending)
{
    return str_format(cx->arena, "%.*s/%.*s/%lld/%06lld%s", (int)archiving->directory.len,
                      archiving->directory.ptr, (int)kind.len, kind.ptr, (long long)year,
                      (long long)serial, ending)
        .ptr;
}

static const char *file_of(struct ctx *cx, const struct archiving *archiving,
                           const struct invoice *invoice, const char *ending)
{
    return place_of(cx, archiving, str_of(invoice_kind_text(invoice->kind)), invoice->year,
                    invoice->serial, ending);
}

static err_t portion_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct archiving *archiving = arg;
    bool drawn;

    TRY(invoice_chain_read(cx, tx, &archiving->walk, &archiving->portion, &archiving->count));
    archiving->files = arena_array(cx->arena, struct document, archiving->count);
    for (size_t i = 0; i < archiving->count; i++) {
        TRY(invoice_file_about(cx, tx, archiving->portion[i].id, &archiving->files[i], &drawn));
        archiving->undrawn += drawn ? 0 : 1;
    }
    return OK;
}

struct opening {
    struct archiving *archiving;
    struct invoice_id id;
    struct str pdf;
};

static err_t pdf_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct opening *opening = arg;
    struct core core = {.vault = opening->archiving->vault};
    bool drawn;

    return invoice_file_read(&core, cx, tx, opening->id, &opening->pdf, &drawn);
}

/* What lies there already was written by an earlier run, and never changes. */
static err_t document_put(struct cli *cli, struct archiving *archiving,
                          const struct invoice *invoice, const struct document *file)
{
    const char *record = file_of(cli->cx, archiving, invoice, ".txt");
    const char *pdf = file_of(cli->cx, archiving, invoice, ".pdf");
    struct opening opening = {.archiving = archiving, .id = invoice->id};

    if (!file_exists(record)) {
        const char *slash = strrchr(record, '/');
        struct str folder = {record, (size_t)(slash - record)};
        TRY(directory_make(cli->cx, str_cstr(cli->cx->arena, folder)));
        TRY(file_replace(cli->cx, record, ARCHIVE_MODE, invoice->record));
        archiving->added++;
    }
    if (file->sha256.len == 0 || file_exists(pdf))
        return OK;
    TRY(backend_read(cli->cx, cli->backend, pdf_body, &opening));
    return file_replace(cli->cx, pdf, ARCHIVE_MODE, opening.pdf);
}

static err_t line_put(struct cli *cli, struct archiving *archiving, const struct invoice *invoice,
                      const struct document *file)
{
    struct str hash = file->sha256.len == 0 ? STR("-") : file->sha256;
    struct str line = str_format(
        cli->cx->arena, "%s %d %lld %.*s %.*s %.*s\n", invoice_kind_text(invoice->kind),
        invoice->year, (long long)invoice->serial, (int)invoice->previous.len,
        invoice->previous.ptr, (int)invoice->hash.len, invoice->hash.ptr, (int)hash.len, hash.ptr);

    return sink_fd(&archiving->chain.fd).write(&archiving->chain.fd, line);
}

static err_t series_put(struct cli *cli, struct archiving *archiving, enum invoice_kind kind)
{
    struct ctx *cx = cli->cx;

    archiving->walk = (struct invoice_walk){.kind = kind, .limit = PORTION};
    do {
        struct arena_mark portion = arena_mark(cx->arena);
        TRY(backend_read(cx, cli->backend, portion_body, archiving));
        for (size_t i = 0; i < archiving->count; i++) {
            struct arena_mark one = arena_mark(cx->arena);
            TRY(document_put(cli, archiving, &archiving->portion[i], &archiving->files[i]));
            TRY(line_put(cli, archiving, &archiving->portion[i], &archiving->files[i]));
            archiving->walk.year = archiving->portion[i].year;
            archiving->walk.serial = archiving->portion[i].serial;
            archiving->documents++;
            arena_rewind(cx->arena, one);
        }
        arena_rewind(cx->arena, portion);
    } while (archiving->count == PORTION);
    return OK;
}

/* Numbers of two merchants, or of both modes, would lie in each other's place. */
static err_t owner_put(struct ctx *cx, const struct archiving *archiving)
{
    struct str path = str_format(cx->arena, "%s/whose.txt", archiving->directory.ptr);
    struct str owner =
        str_format(cx->arena, "%s %s\n", archiving->merchant.raw, mode_text(archiving->mode));
    struct str before;
    err_t err = file_read(cx, path.ptr, LINE_MAX_LEN, &before);

    if (err == ERR_NOT_FOUND)
        return file_replace(cx, path.ptr, ARCHIVE_MODE, owner);
    if (err == OK && !str_eq(before, owner))
        return fault(cx, ERR_STATE, "directory", "is the archive of another merchant or mode");
    return err;
}

static err_t archive_put(struct cli *cli, struct archiving *archiving)
{
    static const enum invoice_kind KINDS[] = {INVOICE_NORMAL, INVOICE_CREDIT, INVOICE_QUOTE,
                                              INVOICE_RECEIPT};
    struct ctx *cx = cli->cx;
    struct str directory = archiving->directory;
    err_t err = OK;

    TRY(directory_make(cx, directory.ptr));
    TRY(owner_put(cx, archiving));
    TRY(file_replace(cx, str_format(cx->arena, "%s/LISEZMOI.txt", directory.ptr).ptr, ARCHIVE_MODE,
                     str_of(EXPLAINED)));
    TRY(file_new_begin(cx, str_format(cx->arena, "%s/%s", directory.ptr, CHAIN).ptr, ARCHIVE_MODE,
                       &archiving->chain));
    for (size_t i = 0; i < ARRAY_LEN(KINDS) && err == OK; i++)
        err = series_put(cli, archiving, KINDS[i]);
    return file_new_keep(cx, &archiving->chain, err);
}

static err_t whose_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct archiving *archiving = arg;
    struct merchant merchant;

    return whose_enter(cx, tx, archiving->merchant, archiving->mode, &merchant);
}

int invoice_archive_run(struct cli *cli, struct args *args)
{
    struct archiving *archiving = arena_make(cli->cx->arena, struct archiving);
    struct str merchant;
    struct str directory;

    archiving->mode = args_flag(args, "--live") ? MODE_LIVE : MODE_TEST;
    if (!args_next(args, &merchant) || !ID_PARSE(merchant, &archiving->merchant) ||
        !args_next(args, &directory))
        return cli_usage(cli, "whose, and into which directory? MERCHANT DIRECTORY");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    archiving->vault = cli->backend->vault;
    archiving->directory = path_absolute(cli->cx->arena, cli->here, directory);
    err_t err = backend_read(cli->cx, cli->backend, whose_body, archiving);
    if (err == OK)
        err = archive_put(cli, archiving);
    if (err == ERR_IO)
        err = fault(cli->cx, err, "directory", "cannot be written");
    if (err != OK)
        return cli_refused(cli, err);
    buf_format(&cli->out, "%lld documents, %lld of them new", (long long)archiving->documents,
               (long long)archiving->added);
    if (archiving->undrawn > 0)
        buf_format(&cli->out, "; the files of %lld are not drawn yet: call again",
                   (long long)archiving->undrawn);
    buf_put_cstr(&cli->out, "\n");
    return EXIT_DONE;
}

/* --- verifying ----------------------------------------------------------------------------------
 */

struct broken {
    const char *what;
    char where[LINE_MAX_LEN];
};

struct checking {
    struct archiving archive; /* where it lies */
    struct str kind;          /* of the series that is being read */
    char kind_text[LINE_MAX_LEN];
    struct invoice_chain chain;
    int64_t documents;
    int64_t problems;
    struct broken first[VERIFY_PROBLEMS_MAX]; /* of them */
};

static void tell(struct checking *checking, const char *what, struct str where)
{
    struct broken *broken;

    if (checking->problems++ >= VERIFY_PROBLEMS_MAX)
        return;
    broken = &checking->first[checking->problems - 1];
    broken->what = what;
    memcpy(broken->where, where.ptr, where.len);
}

static struct str hash_of(struct arena *arena, struct str bytes)
{
    uint8_t hash[SHA256_SIZE];

    sha256(bytes, hash);
    return hex_encode(arena, hash, sizeof hash);
}

static const char *pdf_problem(struct cli *cli, const struct checking *checking,
                               const struct str *words, int64_t year, int64_t serial)
{
    struct str bytes;

    if (str_eq(words[5], STR("-")))
        return "a file was not drawn when the archive was written";
    const char *path = place_of(cli->cx, &checking->archive, words[0], year, serial, ".pdf");
    if (file_read(cli->cx, path, PDF_MAX, &bytes) != OK)
        return "a file is missing";
    return str_eq(hash_of(cli->cx->arena, bytes), words[5]) ? NULL
                                                            : "a file is not what was issued";
}

static const char *document_problem(struct cli *cli, struct checking *checking,
                                    const struct str *words)
{
    struct invoice_paper *paper = arena_make(cli->cx->arena, struct invoice_paper);
    struct invoice_link link = {.previous = words[3], .hash = words[4]};
    int64_t year;
    int64_t serial;

    if (!str_to_int64(words[1], &year) || !str_to_int64(words[2], &serial))
        return "a line of chain.txt is none of ours";
    const char *path = place_of(cli->cx, &checking->archive, words[0], year, serial, ".txt");
    if (file_read(cli->cx, path, INVOICE_RECORD_MAX, &link.record) != OK)
        return "a record is missing";
    const char *wrong = invoice_chain_next(cli->cx->arena, &checking->chain, &link, paper);
    if (wrong == NULL && (paper->issued.year != year || checking->chain.serial != serial ||
                          !str_eq(words[0], str_of(invoice_kind_text(paper->kind)))))
        wrong = "a record is not where it belongs";
    return wrong == NULL ? pdf_problem(cli, checking, words, year, serial) : wrong;
}

/* Six words; false: another line. */
static bool words_cut(struct str line, struct str *words)
{
    for (size_t i = 0; i < WORDS; i++) {
        size_t blank = str_find(line, ' ');
        words[i] = str_sub(line, 0, blank);
        if (words[i].len == 0 || (blank < line.len) == (i == WORDS - 1))
            return false;
        line = blank < line.len ? str_from(line, blank + 1) : STR_NONE;
    }
    return true;
}

static void line_check(struct cli *cli, struct checking *checking, struct str line)
{
    struct str words[WORDS];
    const char *wrong;

    if (line.len > 0 && line.ptr[line.len - 1] == '\n')
        line.len--;
    if (!words_cut(line, words)) {
        tell(checking, "a line of chain.txt is none of ours", line);
        return;
    }
    if (!str_eq(words[0], checking->kind)) {
        memcpy(checking->kind_text, words[0].ptr, words[0].len);
        checking->kind = (struct str){checking->kind_text, words[0].len};
        checking->chain = (struct invoice_chain){.year = 0};
    }
    checking->documents++;
    wrong = document_problem(cli, checking, words);
    if (wrong != NULL)
        tell(checking, wrong, str_sub(line, 0, words[0].len + words[1].len + words[2].len + 2));
}

static void checking_print(struct cli *cli, const struct checking *checking, bool json)
{
    bool first = true;

    if (json) {
        buf_put_byte(&cli->out, '{');
        print_member_int(&cli->out, 2, &first, "documents", checking->documents);
        print_member_int(&cli->out, 2, &first, "problems", checking->problems);
        buf_put_cstr(&cli->out, "\n}\n");
        return;
    }
    for (int64_t i = 0; i < checking->problems && i < VERIFY_PROBLEMS_MAX; i++)
        buf_format(&cli->out, "WRONG: %s: %s\n", checking->first[i].what, checking->first[i].where);
    buf_format(&cli->out, "%lld documents, %lld problems\n", (long long)checking->documents,
               (long long)checking->problems);
}

int invoice_archive_check(struct cli *cli, struct str directory, bool json)
{
    struct checking *checking = arena_make(cli->cx->arena, struct checking);
    char line[LINE_MAX_LEN];

    checking->archive.directory = path_absolute(cli->cx->arena, cli->here, directory);
    struct str path = str_format(cli->cx->arena, "%s/%s", checking->archive.directory.ptr, CHAIN);
    FILE *file = fopen(path.ptr, "re");
    if (file == NULL)
        return cli_refused(cli, fault(cli->cx, ERR_NOT_FOUND, CHAIN, "cannot be read"));
    while (fgets(line, sizeof line, file) != NULL) {
        struct arena_mark mark = arena_mark(cli->cx->arena);
        line_check(cli, checking, str_of(line));
        arena_rewind(cli->cx->arena, mark);
    }
    bool whole = ferror(file) == 0;
    if (fclose(file) != 0 || !whole)
        return cli_refused(cli, fault(cli->cx, ERR_IO, CHAIN, "cannot be read"));
    checking_print(cli, checking, json);
    return checking->problems == 0 ? EXIT_DONE : EXIT_REFUSED;
}
