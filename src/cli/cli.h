#ifndef GUICHET_CLI_CLI_H
#define GUICHET_CLI_CLI_H

#include "cli/args.h"
#include "cli/config.h"
#include "core/merchant.h"
#include "core/vault.h"

struct event_writer;
struct mount;

/* What main.c hands over: the faces and pages, which this layer may not know by name. */
struct application {
    const struct mount *mounts;
    size_t mount_count;
    const struct mount *sandbox_mounts; /* served in a sandbox only */
    size_t sandbox_mount_count;
    const struct mount *safedebit; /* is served under further prefixes too: safedebit.prefixes */
    const struct event_writer *const *writers; /* how faces tell what happened */
    size_t writer_count;
};

/* How a subcommand ends. */
enum {
    EXIT_DONE = 0,
    EXIT_REFUSED = 1,
    EXIT_USAGE = 2,
    CHECKED = -1, /* no end yet: the arguments are right, see cli_leftover */
};

/* The database as commands see it: opened for one command, or the server's own. */
struct backend {
    struct store *store;
    struct vault *vault;  /* NULL: vault_why tells */
    struct str vault_why; /* field and text of the fault */
    struct generation *generation;
    struct presence *presence; /* among several servers; NULL: the database is this process's own */
};

/* The largest document lies in the arena three times while it is sealed anew. */
enum { OUT_MAX = 8 * 1024 * 1024, CLI_ARENA_MAX = 128 * 1024 * 1024 };

/* What a command runs in. It prints into out and err, never to the terminal: it may run in the
 * server for a client of the control socket. */
struct cli {
    struct ctx *cx;
    const struct application *application;
    const struct command *command;
    struct config *config;   /* NULL for commands that need none */
    struct backend *backend; /* NULL likewise */
    struct str here;         /* the caller's directory, where relative paths begin */
    struct str data;         /* the data directory, absolute */
    struct buf out;
    struct buf err;
    bool checking; /* only the arguments are looked at: there is no database yet */
};

/* What a command needs before it runs. */
enum needs {
    NEEDS_NOTHING = 1, /* runs in the calling process */
    NEEDS_STORE,       /* runs in the server when there is one, else with a store of its own */
    NEEDS_MIGRATION,   /* the same, and its own store is brought up to date */
};

struct command {
    const char *name;
    const char *summary; /* one line; NULL: help does not show it */
    const char *help;    /* what follows the usage line */
    enum needs needs;
    bool reads_long; /* changes nothing here, so that others need not wait for it in a server */
    /* NULL, or whether with these arguments it NEEDS_NOTHING. */
    bool (*needs_nothing)(const struct args *args);
    int (*run)(struct cli *cli, struct args *args);
};

/* One per file cmd_<name>.c; "-" in names is left out. */
extern const struct command COMMAND_BACKUP;
extern const struct command COMMAND_CLIENT;
extern const struct command COMMAND_CONFIG;
extern const struct command COMMAND_COVERAGE; /* asked for as an option */
extern const struct command COMMAND_EXAMINE;
extern const struct command COMMAND_ENROLMENT;
extern const struct command COMMAND_FEC;
extern const struct command COMMAND_INIT;
extern const struct command COMMAND_INVOICE;
extern const struct command COMMAND_KEYS;
extern const struct command COMMAND_LEVY;
extern const struct command COMMAND_SETTLEMENT;
extern const struct command COMMAND_LOGIN;
extern const struct command COMMAND_MAIL;
extern const struct command COMMAND_MANDATE;
extern const struct command COMMAND_MERCHANT;
extern const struct command COMMAND_MIGRATE;
extern const struct command COMMAND_OPENAPI;
extern const struct command COMMAND_OPERATOR;
extern const struct command COMMAND_PAYMENT;
extern const struct command COMMAND_PAYOUT;
extern const struct command COMMAND_PDFXML; /* which only we call */
extern const struct command COMMAND_RESTORE;
extern const struct command COMMAND_SEPA;
extern const struct command COMMAND_SERVE;
extern const struct command COMMAND_SIMULATOR;
extern const struct command COMMAND_TOTALS;
extern const struct command COMMAND_VERIFY;
extern const struct command COMMAND_WEBHOOK;

/* The whole program: argv as main got it. Gives the exit code. */
int cli_main(const struct application *application, int argc, char **argv);

/* The command of this name, or NULL. */
const struct command *command_find(struct str name);

/* Runs the command that args begin with, which is cli->command. */
int command_run(struct cli *cli, struct args *args);

/* A context for a command; its ids come from `ids`, or from a source of its own when NULL. */
struct ctx *command_ctx(struct id_source *ids);
void command_ctx_free(struct ctx *cx, bool own_ids);

/* --- ending a command ---------------------------------------------------------------------------
 */

/* "guichet merchant: what"; EXIT_USAGE. */
int cli_usage(struct cli *cli, const char *what);

/* The faults of the context, or the result's name when there are none; EXIT_REFUSED. */
int cli_refused(struct cli *cli, err_t err);

/* To be called when all arguments were read, before anything is done; the command goes on when it
 * gives EXIT_DONE, and returns what it gives otherwise: EXIT_USAGE when arguments are left that
 * nobody read, CHECKED when the command was called to look at its arguments only. So bad usage is
 * told without opening the database. */
int cli_leftover(struct cli *cli, struct args *args);

/* --- printing
 * ------------------------------------------------------------------------------------- */

/* `"name": "text"`, with a comma and a new line before it unless it is the first of its object;
 * indent in blanks. Texts of {NULL, 0} are null. */
void print_member(struct buf *out, int indent, bool *first, const char *name, struct str text);
void print_member_int(struct buf *out, int indent, bool *first, const char *name, int64_t value);

/* "2019-08-24T14:15:22Z", or {NULL, 0} for 0. */
struct str print_instant(struct arena *arena, instant at);

#endif
