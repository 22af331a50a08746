#include <string.h>
#include <unistd.h>

#include "base/crypto.h"
#include "cli/backend.h"
#include "cli/file.h"
#include "cli/whose.h"

enum { OVERLAP_MAX_H = 24 * 90, OVERLAP_DEFAULT_H = 24 };

/* --- a merchant's keys --------------------------------------------------------------------------
 */

struct change {
    struct merchant_id merchant;
    enum mode mode;
    const char *face;
    struct str sponsor_id; /* whom a key of Seqino acts for */
    instant until;
    struct str which;
    struct key_pair pair;
    struct key_line *lines;
    size_t count;
};

static err_t list_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct change *change = arg;
    struct merchant merchant;

    TRY(whose_load(cx, tx, change->merchant, &merchant));
    return merchant_keys(cx, tx, change->merchant, &change->lines, &change->count);
}

static err_t add_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct change *change = arg;
    struct merchant merchant;

    TRY(whose_load(cx, tx, change->merchant, &merchant));
    if (strcmp(change->face, FACE_STANCER) == 0)
        return merchant_key_add(cx, tx, change->merchant, change->mode, &change->pair);
    change->sponsor_id = str_format(cx->arena, "sponsor_%s", merchant.sponsor.raw);
    return merchant_sponsor_key_add(cx, tx, change->merchant, change->mode,
                                    &change->pair.secret_key);
}

static err_t roll_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct change *change = arg;
    struct merchant merchant;

    TRY(whose_load(cx, tx, change->merchant, &merchant));
    return merchant_key_roll(cx, tx, change->merchant, change->mode, change->face, change->until,
                             &change->pair.secret_key);
}

static err_t revoke_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct change *change = arg;

    return merchant_key_revoke(cx, tx, change->merchant, change->which);
}

static void key_print(struct cli *cli, const struct key_line *line, bool json, bool *first)
{
    struct arena *arena = cli->cx->arena;
    const char *kind = line->kind == KEY_PUBLIC ? "public" : "secret";
    bool first_member = true;

    if (!json) {
        const char *state = line->revoked != 0 ? "revoked" : line->expires != 0 ? "ends" : "works";
        struct str until = print_instant(arena, line->revoked != 0 ? line->revoked : line->expires);
        buf_format(&cli->out, "%-8.*s %-4s %-6s %s%.*s  %s %.*s\n", (int)line->face.len,
                   line->face.ptr, mode_text(line->mode), kind,
                   line->kind == KEY_PUBLIC ? "" : "...", (int)line->shown.len, line->shown.ptr,
                   state, (int)until.len, until.ptr == NULL ? "" : until.ptr);
        return;
    }
    buf_put_cstr(&cli->out, *first ? "\n  {" : ",\n  {");
    *first = false;
    print_member(&cli->out, 4, &first_member, "hash", line->hash);
    print_member(&cli->out, 4, &first_member, "face", line->face);
    print_member(&cli->out, 4, &first_member, "mode", str_of(mode_text(line->mode)));
    print_member(&cli->out, 4, &first_member, "kind", str_of(kind));
    print_member(&cli->out, 4, &first_member, "shown", line->shown);
    print_member(&cli->out, 4, &first_member, "created", print_instant(arena, line->created));
    print_member(&cli->out, 4, &first_member, "expires", print_instant(arena, line->expires));
    print_member(&cli->out, 4, &first_member, "revoked", print_instant(arena, line->revoked));
    buf_put_cstr(&cli->out, "\n  }");
}

/* What was made, under the names of sandbox.json. */
static void made_print(struct cli *cli, const struct change *change, bool json)
{
    bool seqino = strcmp(change->face, FACE_SEQINO) == 0;
    const struct {
        const char *name;
        struct str text;
    } ROWS[] = {
        {"public_key",                      change->pair.public_key},
        {seqino ? "api_key" : "secret_key", change->pair.secret_key},
        {"sponsor_id",                      change->sponsor_id     },
    };
    bool first = true;

    buf_put_cstr(&cli->out, json ? "{" : "");
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        if (ROWS[i].text.ptr == NULL)
            continue;
        if (json)
            print_member(&cli->out, 2, &first, ROWS[i].name, ROWS[i].text);
        else
            buf_format(&cli->out, "%-10s  %s\n", ROWS[i].name, ROWS[i].text.ptr);
    }
    buf_put_cstr(&cli->out, json ? "\n}\n" : "The secret key is not shown again.\n");
}

static int list(struct cli *cli, struct change *change, bool json)
{
    bool first = true;
    err_t err = backend_read(cli->cx, cli->backend, list_body, change);

    if (err != OK)
        return cli_refused(cli, err);
    buf_put_cstr(&cli->out, json ? "[" : "");
    for (size_t i = 0; i < change->count; i++)
        key_print(cli, &change->lines[i], json, &first);
    buf_put_cstr(&cli->out, json ? "\n]\n" : "");
    return EXIT_DONE;
}

static int change_pair(struct cli *cli, tx_body *body, struct change *change, bool json)
{
    err_t err = backend_write(cli->cx, cli->backend, body, change);

    if (err != OK)
        return cli_refused(cli, err);
    made_print(cli, change, json);
    return EXIT_DONE;
}

static int key_revoke(struct cli *cli, struct change *change)
{
    err_t err = backend_write(cli->cx, cli->backend, revoke_body, change);

    if (err != OK)
        return cli_refused(cli, err);
    buf_put_cstr(&cli->out, "The key does not work any more.\n");
    return EXIT_DONE;
}

/* "24" hours; 0: the old keys end at once. */
static bool overlap_parse(struct ctx *cx, struct str text, instant *until)
{
    int64_t hours = OVERLAP_DEFAULT_H;

    if (text.ptr != NULL && (!str_to_int64(text, &hours) || hours < 0 || hours > OVERLAP_MAX_H))
        return false;
    *until = hours == 0 ? 0 : cx->real + hours * HOUR_US;
    return true;
}

static bool face_read(struct args *args, const char **face)
{
    struct str text;

    *face = FACE_STANCER;
    if (!args_option(args, "--face", &text))
        return true;
    if (str_eq(text, STR(FACE_SEQINO)))
        *face = FACE_SEQINO;
    return str_eq(text, str_of(*face));
}

static int of_merchant(struct cli *cli, struct args *args, struct str what, bool json)
{
    struct change change = {.mode = args_flag(args, "--live") ? MODE_LIVE : MODE_TEST};
    struct str overlap;
    struct str id;

    args_option(args, "--overlap-h", &overlap);
    if (!face_read(args, &change.face))
        return cli_usage(cli, "--face is stancer or seqino");
    if (!args_next(args, &id) || id.len < ID_LEN ||
        !ID_PARSE(str_from(id, id.len - ID_LEN), &change.merchant))
        return cli_usage(cli, "the ID of a merchant is missing");
    if (!overlap_parse(cli->cx, overlap, &change.until))
        return cli_usage(cli, "--overlap-h takes 0 to 2160 hours");
    if (str_eq(what, STR("revoke")) && !args_next(args, &change.which))
        return cli_usage(cli, "revoke needs ID and the KEY, its hash or its last 6 characters");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    if (str_eq(what, STR("list")))
        return list(cli, &change, json);
    if (str_eq(what, STR("add")))
        return change_pair(cli, add_body, &change, json);
    if (str_eq(what, STR("roll")))
        return change_pair(cli, roll_body, &change, json);
    return key_revoke(cli, &change);
}

/* --- keys of the vault --------------------------------------------------------------------------
 */

struct statuses {
    struct key_status *keys;
    size_t count;
};

static err_t status_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct statuses *statuses = arg;

    return vault_status(cx, tx, &statuses->keys, &statuses->count);
}

static void status_print(struct cli *cli, const struct key_status *key, bool json, bool *first)
{
    struct str created = instant_rfc3339(cli->cx->arena, key->created);
    bool first_member = true;

    bool told = key->rows != KEY_ROWS_UNTOLD;

    if (!json) {
        struct str rows =
            told ? str_format(cli->cx->arena, "%lld", (long long)key->rows) : STR("unknown");
        buf_format(&cli->out, "%4lld  %-11.*s  %-12.*s  %10.*s rows  %.*s\n", (long long)key->id,
                   (int)key->purpose.len, key->purpose.ptr, (int)key->state.len, key->state.ptr,
                   (int)rows.len, rows.ptr, (int)created.len, created.ptr);
        return;
    }
    buf_put_cstr(&cli->out, *first ? "\n  {" : ",\n  {");
    *first = false;
    print_member_int(&cli->out, 4, &first_member, "id", key->id);
    print_member(&cli->out, 4, &first_member, "purpose", key->purpose);
    print_member(&cli->out, 4, &first_member, "state", key->state);
    if (told)
        print_member_int(&cli->out, 4, &first_member, "rows", key->rows);
    else
        print_member(&cli->out, 4, &first_member, "rows", STR_NONE);
    print_member(&cli->out, 4, &first_member, "created", created);
    buf_put_cstr(&cli->out, "\n  }");
}

static int status(struct cli *cli, bool json)
{
    struct statuses statuses;
    bool first = true;
    err_t err = backend_read(cli->cx, cli->backend, status_body, &statuses);

    if (err != OK)
        return cli_refused(cli, err);
    buf_put_cstr(&cli->out, json ? "[" : "");
    for (size_t i = 0; i < statuses.count; i++)
        status_print(cli, &statuses.keys[i], json, &first);
    buf_put_cstr(&cli->out, json ? "\n]\n" : "");
    if (!json && cli->backend->vault == NULL)
        buf_format(&cli->out, "The vault is closed: %s\n", cli->backend->vault_why.ptr);
    return EXIT_DONE;
}

static err_t vault_needed(struct cli *cli)
{
    return cli->backend->vault != NULL
               ? OK
               : fault(cli->cx, ERR_UNAVAILABLE, NULL, cli->backend->vault_why.ptr);
}

/* Servers read the keys when they start. */
static err_t rotation_possible(struct cli *cli)
{
    bool alone;

    TRY(vault_needed(cli));
    TRY(backend_alone(cli->cx, cli->backend, &alone));
    return alone ? OK
                 : fault(cli->cx, ERR_BUSY, "store",
                         "is in use by other servers, which know the former keys only: stop all "
                         "but one");
}

static int rotate_dek(struct cli *cli, bool json)
{
    int64_t moved = 0;
    err_t err = rotation_possible(cli);

    if (err == OK)
        err = vault_rotate_dek(cli->cx, cli->backend->store, cli->backend->vault, &moved);
    if (err != OK)
        return cli_refused(cli, err);
    if (json)
        buf_format(&cli->out, "{\"moved\": %lld}\n", (long long)moved);
    else
        buf_format(&cli->out, "%lld rows were moved to the active data key.\n", (long long)moved);
    return EXIT_DONE;
}

static int rotate_fingerprint(struct cli *cli, bool json)
{
    int64_t changed = 0;
    int64_t waiting = 0;
    err_t err = rotation_possible(cli);

    if (err == OK)
        err = vault_rotate_fingerprint(cli->cx, cli->backend->store, cli->backend->vault, &changed,
                                       &waiting);
    if (err != OK)
        return cli_refused(cli, err);
    if (json) {
        buf_format(&cli->out, "{\"changed\": %lld, \"waiting\": %lld}\n", (long long)changed,
                   (long long)waiting);
        return EXIT_DONE;
    }
    buf_format(&cli->out, "%lld fingerprints were made anew.\n", (long long)changed);
    if (waiting > 0)
        buf_format(
            &cli->out,
            "The former key is still needed: %lld attempts wait for their reversal. Run this "
            "again\nin a while to retire it.\n",
            (long long)waiting);
    return EXIT_DONE;
}

static err_t kek_write(struct ctx *cx, const char *path, const uint8_t kek[KEK_SIZE],
                       const char *otherwise)
{
    struct str hex = hex_encode(cx->arena, kek, KEK_SIZE);
    struct str line = str_format(cx->arena, "%s\n", hex.ptr);

    return file_replace(cx, path, 0400, line) == OK ? OK
                                                    : fault(cx, ERR_IO, "keys.kek_file", otherwise);
}

/* Puts the new key where the server looks for it at its next start; the former one stays beside it,
 * wherever it came from, because older backups need it. */
static err_t kek_install(struct cli *cli, const uint8_t kek[KEK_SIZE],
                         const uint8_t former[KEK_SIZE])
{
    struct ctx *cx = cli->cx;
    const char *path = cli->config->kek_file.ptr;

    TRY(kek_write(cx, str_format(cx->arena, "%s.old", path).ptr, former,
                  "could not be kept as .old: put the new key in its place by hand"));
    return kek_write(cx, path, kek, "could not be written: put the new key in its place by hand");
}

static int rotate_kek(struct cli *cli, struct str file)
{
    struct ctx *cx = cli->cx;
    struct str path = path_absolute(cx->arena, cli->here, file);
    uint8_t kek[KEK_SIZE];
    uint8_t former[KEK_SIZE];
    err_t err = rotation_possible(cli);

    if (err == OK)
        err = kek_load_file(cx, path.ptr, kek);
    if (err == OK)
        err = vault_rotate_kek(cx, cli->backend->store, cli->backend->vault, kek, former);
    if (err == OK)
        err = kek_install(cli, kek, former);
    crypto_wipe(kek, sizeof kek);
    crypto_wipe(former, sizeof former);
    if (err != OK)
        return cli_refused(cli, err);
    buf_format(&cli->out,
               "Every data key is wrapped with the new key, which is now in %s;\n"
               "the former one is in %s.old: older backups need it. A systemd credential\n"
               "comes before that file: replace it too where there is one.\n",
               cli->config->kek_file.ptr, cli->config->kek_file.ptr);
    return EXIT_DONE;
}

static int of_vault(struct cli *cli, struct args *args, struct str what, bool json)
{
    struct str file;
    bool rotates_kek = str_eq(what, STR("rotate-kek"));

    if (rotates_kek && !args_option(args, "--new", &file))
        return cli_usage(cli, "rotate-kek needs --new FILE");
    int code = cli_leftover(cli, args);
    if (code != EXIT_DONE)
        return code;
    if (rotates_kek)
        return rotate_kek(cli, file);
    if (str_eq(what, STR("rotate-fingerprint")))
        return rotate_fingerprint(cli, json);
    return str_eq(what, STR("status")) ? status(cli, json) : rotate_dek(cli, json);
}

static int run(struct cli *cli, struct args *args)
{
    static const char *const OF_MERCHANT[] = {"list", "add", "roll", "revoke"};
    static const char *const OF_VAULT[] = {"status", "rotate-dek", "rotate-kek",
                                           "rotate-fingerprint"};
    bool json = args_flag(args, "--json");
    struct str what;

    args_next(args, &what);
    for (size_t i = 0; i < ARRAY_LEN(OF_MERCHANT); i++) {
        if (str_eq(what, str_of(OF_MERCHANT[i])))
            return of_merchant(cli, args, what, json);
    }
    for (size_t i = 0; i < ARRAY_LEN(OF_VAULT); i++) {
        if (str_eq(what, str_of(OF_VAULT[i])))
            return of_vault(cli, args, what, json);
    }
    return cli_usage(cli, "list, add, roll, revoke, status, rotate-dek, rotate-kek or "
                          "rotate-fingerprint?");
}

const struct command COMMAND_KEYS = {
    .name = "keys",
    .summary = "API keys of merchants, and the keys that encrypt the database",
    .help = "usage: guichet keys list ID [--json]\n"
            "       guichet keys add ID [--face FACE] [--live] [--json]\n"
            "       guichet keys roll ID [--face FACE] [--live] [--overlap-h HOURS] [--json]\n"
            "       guichet keys revoke ID KEY\n"
            "       guichet keys status [--json]\n"
            "       guichet keys rotate-dek [--json]\n"
            "       guichet keys rotate-kek --new FILE\n"
            "       guichet keys rotate-fingerprint [--json]\n\n"
            "FACE is stancer unless told otherwise, or seqino: such a key acts for the sponsor of "
            "the\n"
            "merchant. roll makes a new secret key; the old ones go on for 24 hours unless told "
            "otherwise\n"
            "(0: not at all). KEY is the key, its hash or its last 6 characters. rotate-dek "
            "re-encrypts\n"
            "everything with a new data key, and finishes a rotation that was interrupted. "
            "rotate-kek wraps\n"
            "the data keys with the key in FILE (32 bytes or 64 hexadecimal digits, mode 0400) "
            "and installs\n"
            "it. rotate-fingerprint makes a new key of fingerprints (by which two cards are known "
            "to have\n"
            "the same number) and all of them anew, and finishes a rotation that was interrupted. "
            "Where\n"
            "several servers share a database, one of them alone rotates keys while the others "
            "are stopped.\n",
    .needs = NEEDS_STORE,
    .run = run,
};
