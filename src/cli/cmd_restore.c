#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/lock.h"
#include "cli/cli.h"
#include "cli/control.h"
#include "cli/file.h"
#include "core/attempt.h"
#include "core/bank_file.h"
#include "store/store.h"

static const char SQLITE_URL[] = "sqlite:";

enum { CHUNK = 1024 * 1024 };

static err_t file_copy(struct ctx *cx, const char *from, const char *to)
{
    char *chunk = arena_alloc(cx->arena, CHUNK);
    int in = open(from, O_RDONLY | O_CLOEXEC);

    if (in < 0)
        return fault(cx, ERR_IO, NULL, "the file cannot be read");
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t got = out < 0 ? -1 : 1;

    while (got > 0) {
        got = read(in, chunk, CHUNK);
        if (got > 0 && write(out, chunk, (size_t)got) != got)
            got = -1;
    }
    bool done = got == 0 && fsync(out) == 0;
    close(in);
    if (out >= 0)
        close(out);
    if (!done) {
        unlink(to);
        return fault(cx, ERR_IO, NULL, "the file could not be copied into the data directory");
    }
    return OK;
}

static err_t renumber_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    TRY(attempt_renumber(cx, tx));
    return bank_files_renumber(cx, tx);
}

/* With what belongs to it until it is opened: a log, of a database whose process was killed or
 * whose disk was copied, or the journal of a copy that was not finished. */
static err_t files_copy(struct ctx *cx, const char *from, const char *to)
{
    static const char *const WITH[] = {"-wal", "-journal"};

    TRY(file_copy(cx, from, to));
    for (size_t i = 0; i < ARRAY_LEN(WITH); i++) {
        const char *beside = str_format(cx->arena, "%s%s", from, WITH[i]).ptr;
        if (file_exists(beside))
            TRY(file_copy(cx, beside, str_format(cx->arena, "%s%s", to, WITH[i]).ptr));
    }
    return OK;
}

/* While somebody writes, the files do not belong together. Where the lock cannot be opened nobody
 * has ever written. */
static err_t source_copy(struct ctx *cx, const char *from, const char *to)
{
    int lock = open(str_format(cx->arena, "%s.lock", from).ptr, O_RDWR | O_CLOEXEC);
    err_t err = OK;

    if (lock >= 0 && lock_file(lock) != OK)
        err = fault(cx, ERR_BUSY, NULL, "the file is a database in use: guichet backup copies it");
    if (err == OK)
        err = files_copy(cx, from, to);
    if (lock >= 0)
        close(lock);
    return err;
}

/* Opens the copy, which checks that it is a database of ours and not newer than this program. Its
 * log does not go along where the file goes. */
static err_t copy_check(struct ctx *cx, const char *path)
{
    struct str url = str_format(cx->arena, "%s%s", SQLITE_URL, path);
    const struct store_options options = {.url = url.ptr, .migrate = true};
    struct store *store;

    TRY(store_open(cx, &options, &store));
    err_t err = tx_run(store, cx, renumber_body, NULL);
    if (err == OK)
        err = store_fold(store);
    store_close(store);
    unlink(str_format(cx->arena, "%s.lock", path).ptr);
    return err == OK ? OK
                     : fault(cx, err, NULL, "the copy could not be finished: is the disk full?");
}

static void leftovers_remove(struct ctx *cx, const char *path)
{
    static const char *const ENDS[] = {"-wal", "-shm", "-journal"};

    for (size_t i = 0; i < ARRAY_LEN(ENDS); i++)
        unlink(str_format(cx->arena, "%s%s", path, ENDS[i]).ptr);
}

/* The lock that the store takes: while we have it nobody opens what we replace. */
static err_t database_replace(struct ctx *cx, const char *path, const char *copy)
{
    struct str name = str_format(cx->arena, "%s.lock", path);
    int lock = open(name.ptr, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    err_t err = OK;

    if (lock < 0 || lock_file(lock) != OK)
        err = fault(cx, ERR_BUSY, "store", "is in use by another process");
    if (err == OK) {
        leftovers_remove(cx, path);
        if (rename(copy, path) != 0 || !directory_sync(cx, path))
            err = fault(cx, ERR_IO, "store", "could not be replaced");
    }
    if (lock >= 0)
        close(lock);
    return err;
}

static err_t restore(struct cli *cli, struct str from, bool force)
{
    struct ctx *cx = cli->cx;
    struct config config;

    TRY(config_load(cx, cli->data, &config));
    if (!str_starts(config.store_url, str_of(SQLITE_URL)))
        return fault(cx, ERR_INVALID, "store.url", "is not a file");
    const char *path = str_from(config.store_url, strlen(SQLITE_URL)).ptr;
    if (control_alive(cx, cli->data))
        return fault(cx, ERR_BUSY, NULL, "a server runs on this data directory: stop it first");
    if (file_exists(path) && !force)
        return fault(cx, ERR_CONFLICT, NULL,
                     "there is a database already: --force replaces it for good");
    struct str copy = str_format(cx->arena, "%s.restore", path);
    leftovers_remove(cx, copy.ptr);
    err_t err = source_copy(cx, from.ptr, copy.ptr);
    if (err == OK)
        err = copy_check(cx, copy.ptr);
    if (err == OK)
        err = database_replace(cx, path, copy.ptr);
    unlink(copy.ptr);
    leftovers_remove(cx, copy.ptr);
    unlink(str_format(cx->arena, "%s.lock", copy.ptr).ptr);
    return err;
}

/* The database as it is, of either engine: somebody else has put it there. A server that has it
 * open would go on from the numbers that it knows. */
static err_t renumber(struct cli *cli)
{
    struct ctx *cx = cli->cx;
    struct config config;
    struct store *store;

    TRY(config_load(cx, cli->data, &config));
    if (control_alive(cx, cli->data))
        return fault(cx, ERR_BUSY, NULL, "a server runs on this data directory: stop it first");
    const struct store_options options = {
        .url = config.store_url.ptr,
        .migrate = true,
        .alone = true,
    };
    TRY(store_open(cx, &options, &store));
    err_t err = tx_run(store, cx, renumber_body, NULL);
    store_close(store);
    return err;
}

static int run_renumber(struct cli *cli, struct args *args)
{
    int code = cli_leftover(cli, args);

    if (code != EXIT_DONE)
        return code;
    err_t err = renumber(cli);
    if (err != OK)
        return cli_refused(cli, err);
    buf_put_cstr(&cli->out, "What acquirers and banks are sent goes on from other numbers. guichet "
                            "verify proves the books.\n");
    return EXIT_DONE;
}

static int run(struct cli *cli, struct args *args)
{
    bool force = args_flag(args, "--force");
    struct str file;

    if (!force && args_flag(args, "--renumber"))
        return run_renumber(cli, args);
    if (!args_next(args, &file))
        return cli_usage(cli, "from which FILE?");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    err_t err = restore(cli, path_absolute(cli->cx->arena, cli->here, file), force);
    if (err != OK)
        return cli_refused(cli, err);
    buf_put_cstr(&cli->out, "The database was restored. guichet verify proves its books.\n");
    return EXIT_DONE;
}

const struct command COMMAND_RESTORE = {
    .name = "restore",
    .summary = "puts a backup in place of the database",
    .help =
        "usage: guichet restore FILE [--force]\n"
        "       guichet restore --renumber\n\n"
        "Refuses while a server runs, when FILE is not a database of this program, is newer than "
        "it\n"
        "or in use, and over a database that exists. A log beside FILE (FILE-wal) belongs to "
        "it.\n\n"
        "  --force     replaces the database for good\n"
        "  --renumber  for a database that was brought back by other means (PostgreSQL's own, a\n"
        "              snapshot of the disk): acquirers and banks have seen numbers that it would\n"
        "              use again, so it goes on from others\n\n"
        "What left for the bank since FILE was made is due in it again: docs/operations.md tells "
        "what\n"
        "to do before the first start.\n",
    .needs = NEEDS_NOTHING,
    .run = run,
};
