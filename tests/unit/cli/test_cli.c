#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/tls.h"
#include "cli/backend.h"
#include "cli/cli.h"
#include "cli/control.h"
#include "cli/file.h"
#include "cli/sandbox.h"

/* After the system's headers, which it includes too. */
#include "support/unit.h"

static const struct application NOTHING = {.mounts = NULL};

/* A directory of its own, removed at the end. */
struct place {
    char path[64];
    char data[80];
};

static struct place place_new(void)
{
    struct place place = {.path = "/tmp/guichet-cli-XXXXXX"};

    assert_non_null(mkdtemp(place.path));
    snprintf(place.data, sizeof place.data, "%s/data", place.path);
    return place;
}

static int place_remove(const char *path, const struct stat *info __attribute__((unused)),
                        int kind __attribute__((unused)), struct FTW *walk __attribute__((unused)))
{
    return remove(path);
}

static void place_free(struct place *place)
{
    nftw(place->path, place_remove, 8, FTW_DEPTH | FTW_PHYS);
}

/* Runs a command line with both outputs going to files; gives the exit code. */
static int run(const struct place *place, const char *const *words, size_t count)
{
    char out[96];
    char *argv[ARGS_MAX] = {NULL};
    int saved[2] = {dup(STDOUT_FILENO), dup(STDERR_FILENO)};

    snprintf(out, sizeof out, "%s/out", place->path);
    int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    argv[0] = strdup("guichet");
    for (size_t i = 0; i < count; i++)
        argv[i + 1] = strdup(words[i]);
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    int code = cli_main(&NOTHING, (int)count + 1, argv);
    dup2(saved[0], STDOUT_FILENO);
    dup2(saved[1], STDERR_FILENO);
    close(saved[0]);
    close(saved[1]);
    close(fd);
    for (size_t i = 0; i <= count; i++)
        free(argv[i]);
    return code;
}

#define RUN(place, ...)                                                                            \
    run(place, (const char *const[]){__VA_ARGS__}, ARRAY_LEN(((const char *const[]){__VA_ARGS__})))

static struct str output(struct ctx *cx, const struct place *place)
{
    struct str path = str_format(cx->arena, "%s/out", place->path);
    struct str text;

    assert_ok(file_read(cx, path.ptr, 1024 * 1024, &text));
    return text;
}

static bool output_has(struct ctx *cx, const struct place *place, const char *what)
{
    return strstr(output(cx, place).ptr, what) != NULL;
}

static mode_t mode_of(struct ctx *cx, const struct place *place, const char *name)
{
    struct stat info;

    assert_int_equal(stat(str_format(cx->arena, "%s%s", place->data, name).ptr, &info), 0);
    return info.st_mode & 0777;
}

CASE(bad_usage_exits_with_2_without_a_database)
{
    struct place place = place_new();

    assert_int_equal(RUN(&place, "nonsense"), 2);
    assert_int_equal(RUN(&place, "--data", place.data), 2);
    assert_int_equal(RUN(&place, "--data", place.data, "merchant"), 2);
    assert_int_equal(RUN(&place, "--data", place.data, "merchant", "add"), 2);
    assert_int_equal(RUN(&place, "--data", place.data, "merchant", "show", "x"), 2);
    assert_int_equal(RUN(&place, "--data", place.data, "keys", "nonsense"), 2);
    assert_int_equal(RUN(&place, "--data", place.data, "verify", "--jsno"), 2);
    assert_int_equal(RUN(&place, "--data", place.data, "backup"), 2);
    assert_int_equal(RUN(&place, "--data", place.data, "config", "--print"), 2);
    place_free(&place);
}

CASE(a_value_that_cannot_be_read_is_bad_usage)
{
    struct ctx *cx = unit_ctx();
    struct place place = place_new();

    assert_int_equal(RUN(&place, "init", "--store", "nowhere", place.data), 2);
    assert_int_equal(access(place.data, F_OK), -1);
    assert_int_equal(RUN(&place, "migrate", "--from", "sqlite:a", "--to", "b"), 2);
    assert_int_equal(RUN(&place, "init", place.data), 0);
    assert_int_equal(RUN(&place, "--data", place.data, "serve", "--port", "abc"), 2);
    assert_true(output_has(cx, &place, "guichet serve: --port must be a number"));
    assert_int_equal(RUN(&place, "--data", place.data, "serve", "--threads=0"), 2);
    assert_true(output_has(cx, &place, "guichet serve: --threads must be a number"));
    place_free(&place);
    unit_ctx_free(cx);
}

CASE(a_right_command_without_a_database_exits_with_1)
{
    struct ctx *cx = unit_ctx();
    struct place place = place_new();
    const char *told = str_format(cx->arena, "%s is no directory: guichet init", place.data).ptr;

    assert_int_equal(RUN(&place, "--data", place.data, "merchant", "list"), 1);
    assert_true(output_has(cx, &place, told));
    assert_int_equal(RUN(&place, "--data", place.data, "verify"), 1);
    assert_int_equal(RUN(&place, "--data", place.data, "serve"), 1);
    assert_true(output_has(cx, &place, told));
    assert_int_equal(RUN(&place, "--data", place.data, "config"), 1);
    assert_int_equal(RUN(&place, "--data", place.data, "config", "--print-default"), 0);
    place_free(&place);
    unit_ctx_free(cx);
}

CASE(every_command_has_help)
{
    static const char *const NAMES[] = {"serve",  "init",    "migrate",  "merchant",
                                        "keys",   "verify",  "backup",   "restore",
                                        "config", "openapi", "simulator"};
    struct ctx *cx = unit_ctx();
    struct place place = place_new();

    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        assert_int_equal(RUN(&place, NAMES[i], "--help"), 0);
        assert_true(output_has(cx, &place, "usage: guichet"));
    }
    assert_int_equal(RUN(&place, "--version"), 0);
    assert_true(output_has(cx, &place, "guichet 0."));
    assert_int_equal(RUN(&place, "help"), 0);
    place_free(&place);
    unit_ctx_free(cx);
}

/* Runs a command line in a child whose outputs go to `path`, or are closed, like its input, when it
 * is NULL; gives the exit code. */
static int run_into(const char *path, const char *const *words, size_t count)
{
    pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (child == 0) {
        char *argv[ARGS_MAX] = {(char[]){"guichet"}};
        for (size_t i = 0; i < count; i++)
            argv[i + 1] = strdup(words[i]);
        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
            close(fd);
        if (path != NULL) {
            (void)!open("/dev/null", O_RDONLY);
            (void)!open(path, O_WRONLY);
            (void)!dup(STDOUT_FILENO);
        }
        _exit(cli_main(&NOTHING, (int)count + 1, argv));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

#define RUN_INTO(path, ...)                                                                        \
    run_into(path, (const char *const[]){__VA_ARGS__},                                             \
             ARRAY_LEN(((const char *const[]){__VA_ARGS__})))

CASE(output_that_cannot_be_written_exits_with_1)
{
    assert_int_equal(RUN_INTO("/dev/null", "--version"), 0);
    assert_int_equal(RUN_INTO("/dev/full", "--version"), 1);
    assert_int_equal(RUN_INTO("/dev/full", "help"), 1);
    assert_int_equal(RUN_INTO("/dev/full", "nonsense"), 2);
    assert_int_equal(RUN_INTO(NULL, "--version"), 1);
}

CASE(init_makes_a_private_directory_and_may_run_again)
{
    struct ctx *cx = unit_ctx();
    struct place place = place_new();
    struct sandbox_file first;
    struct sandbox_file again;

    assert_int_equal(RUN(&place, "init", "--sandbox", place.data), 0);
    assert_int_equal(mode_of(cx, &place, ""), 0700);
    assert_int_equal(mode_of(cx, &place, "/sandbox.json"), 0600);
    assert_int_equal(mode_of(cx, &place, "/kek"), 0400);
    assert_int_equal(mode_of(cx, &place, "/tls/ca.key"), 0600);
    assert_int_equal(mode_of(cx, &place, "/guichet.db"), 0600);
    assert_ok(sandbox_read(cx, str_of(place.data), &first));
    assert_str(first.simplypaie_id, "123456");
    assert_str(first.base_url, "http://127.0.0.1:8080");
    assert_int_equal(RUN(&place, "init", "--sandbox", place.data), 0);
    assert_true(output_has(cx, &place, "already"));
    assert_ok(sandbox_read(cx, str_of(place.data), &again));
    assert_true(str_eq(first.secret_key, again.secret_key));
    place_free(&place);
    unit_ctx_free(cx);
}

CASE(a_sandbox_whose_file_was_lost_gets_another)
{
    struct ctx *cx = unit_ctx();
    struct place place = place_new();

    assert_int_equal(RUN(&place, "init", "--sandbox", place.data), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(unlink(str_format(cx->arena, "%s/sandbox.json", place.data).ptr), 0);
        assert_int_equal(RUN(&place, "init", "--sandbox", place.data), 0);
        assert_int_equal(mode_of(cx, &place, "/sandbox.json"), 0600);
    }
    assert_int_equal(RUN(&place, "--data", place.data, "operator", "list"), 0);
    assert_true(output_has(cx, &place, "operateur@example.com"));
    place_free(&place);
    unit_ctx_free(cx);
}

CASE(another_sandbox_merchant_is_printed_in_the_same_form)
{
    struct ctx *cx = unit_ctx();
    struct place place = place_new();

    assert_int_equal(RUN(&place, "init", "--sandbox", place.data), 0);
    assert_int_equal(RUN(&place, "--data", place.data, "merchant", "add", "--sandbox", "--json"),
                     0);
    assert_true(output_has(cx, &place, "\"stancer\": {"));
    assert_true(output_has(cx, &place, "\"callback_secret\""));
    assert_int_equal(RUN(&place, "--data", place.data, "merchant", "list"), 0);
    assert_int_equal(RUN(&place, "--data", place.data, "merchant", "set",
                         "000000000000000000000000", "email", "a@b.fr"),
                     1);
    place_free(&place);
    unit_ctx_free(cx);
}

CASE(a_directory_that_is_no_sandbox_gets_no_sandbox_merchant)
{
    struct place place = place_new();

    assert_int_equal(RUN(&place, "init", place.data), 0);
    assert_int_equal(RUN(&place, "--data", place.data, "merchant", "add", "--sandbox"), 1);
    assert_int_equal(RUN(&place, "init", "--sandbox", place.data), 1);
    assert_int_equal(RUN(&place, "--data", place.data, "merchant", "add", "--live", "--name", "X"),
                     0);
    place_free(&place);
}

CASE(a_backup_is_restored_only_over_nothing_or_by_force)
{
    struct place place = place_new();
    char backup[96];

    snprintf(backup, sizeof backup, "%s/backup.db", place.path);
    assert_int_equal(RUN(&place, "init", "--sandbox", place.data), 0);
    assert_int_equal(RUN(&place, "--data", place.data, "backup", backup), 0);
    assert_int_equal(RUN(&place, "--data", place.data, "backup", backup), 1);
    assert_int_equal(RUN(&place, "--data", place.data, "restore", backup), 1);
    assert_int_equal(RUN(&place, "--data", place.data, "restore", backup, "--force"), 0);
    assert_int_equal(RUN(&place, "--data", place.data, "verify"), 0);
    assert_int_equal(RUN(&place, "--data", place.data, "restore", "/etc/hostname", "--force"), 1);
    assert_int_equal(RUN(&place, "--data", place.data, "verify"), 0);
    place_free(&place);
}

CASE(a_rotated_kek_opens_the_database_at_the_next_start)
{
    struct ctx *cx = unit_ctx();
    struct place place = place_new();
    char kek[96];

    snprintf(kek, sizeof kek, "%s/new-kek", place.path);
    assert_int_equal(RUN(&place, "init", "--sandbox", place.data), 0);
    assert_ok(kek_create(cx, kek));
    assert_int_equal(RUN(&place, "--data", place.data, "keys", "rotate-kek", "--new", kek), 0);
    assert_int_equal(RUN(&place, "--data", place.data, "keys", "rotate-dek"), 0);
    assert_int_equal(mode_of(cx, &place, "/kek"), 0400);
    place_free(&place);
    unit_ctx_free(cx);
}

/* Older backups need it, and what gives the service its key is told to give the new one. */
CASE(the_kek_of_a_credential_is_kept_when_it_is_rotated)
{
    struct ctx *cx = unit_ctx();
    struct place place = place_new();
    char kek[96];
    struct str kept;
    struct str former;

    snprintf(kek, sizeof kek, "%s/guichet-kek", place.path);
    assert_ok(kek_create(cx, kek));
    assert_ok(file_read(cx, kek, 100, &former));
    setenv("CREDENTIALS_DIRECTORY", place.path, 1);
    assert_int_equal(RUN(&place, "init", "--sandbox", place.data), 0);
    snprintf(kek, sizeof kek, "%s/new-kek", place.path);
    unsetenv("CREDENTIALS_DIRECTORY");
    assert_ok(kek_create(cx, kek));
    setenv("CREDENTIALS_DIRECTORY", place.path, 1);
    assert_int_equal(RUN(&place, "--data", place.data, "keys", "rotate-kek", "--new", kek), 0);
    unsetenv("CREDENTIALS_DIRECTORY");
    assert_true(output_has(cx, &place, "/kek.old"));
    assert_ok(file_read(cx, str_format(cx->arena, "%s/kek.old", place.data).ptr, 100, &kept));
    assert_true(str_eq(kept, former));
    assert_int_equal(mode_of(cx, &place, "/kek.old"), 0400);
    place_free(&place);
    unit_ctx_free(cx);
}

CASE(a_pipe_that_nobody_writes_into_holds_up_no_command)
{
    struct ctx *cx = unit_ctx();
    struct place place = place_new();
    const char *pipe = str_format(cx->arena, "%s/pipe", place.path).ptr;

    assert_int_equal(RUN(&place, "init", place.data), 0);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(RUN(&place, "--data", place.data, "operator", "add", "a@example.com",
                         "--password-file", pipe),
                     1);
    assert_int_equal(RUN(&place, "--data", place.data, "keys", "rotate-kek", "--new", pipe), 1);
    place_free(&place);
    unit_ctx_free(cx);
}

/* --- the control socket --- */

CASE(while_a_server_runs_commands_go_through_it)
{
    struct ctx *cx = unit_ctx();
    struct place place = place_new();
    struct config config;
    struct backend backend;
    struct control *control;
    const struct backend_options options = {.migrate = true};

    assert_int_equal(RUN(&place, "init", "--sandbox", place.data), 0);
    assert_ok(config_load(cx, str_of(place.data), &config));
    assert_ok(backend_open(cx, &config, &options, &backend));
    /* The lock is ours: without a control socket nobody else gets in. */
    assert_int_equal(RUN(&place, "--data", place.data, "merchant", "list"), 1);
    const struct control_options serving = {&NOTHING, &config, &backend, cx->ids};
    assert_ok(control_start(cx, &serving, &control));
    assert_int_equal(mode_of(cx, &place, "/control.sock"), 0600);
    assert_int_equal(RUN(&place, "--data", place.data, "merchant", "list"), 0);
    assert_true(output_has(cx, &place, "Atelier Exemple SARL"));
    assert_int_equal(
        RUN(&place, "--data", place.data, "merchant", "show", "000000000000000000000000"), 1);
    assert_true(output_has(cx, &place, "does not exist"));
    assert_int_equal(RUN(&place, "init", "--sandbox", place.data), 0);
    assert_int_equal(RUN(&place, "--data", place.data, "restore", "x", "--force"), 1);
    control_stop(control);
    backend_close(&backend);
    assert_int_equal(RUN(&place, "--data", place.data, "merchant", "list"), 0);
    place_free(&place);
    unit_ctx_free(cx);
}

static void nonsense_send(const struct place *place, const void *bytes, size_t len)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char answer[64];
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%.80s/control.sock", place->data);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(send(fd, bytes, len, MSG_NOSIGNAL), (ssize_t)len);
    shutdown(fd, SHUT_WR);
    while (recv(fd, answer, sizeof answer, 0) > 0)
        continue;
    close(fd);
}

CASE(nonsense_on_the_control_socket_harms_nobody)
{
    static const uint32_t MAGIC = 0x47433031;
    struct ctx *cx = unit_ctx();
    struct place place = place_new();
    struct config config;
    struct backend backend;
    struct control *control;
    const struct backend_options options = {.migrate = true};
    const uint32_t too_long[] = {MAGIC, 64 * 1024 + 1};
    const uint32_t cut_off[] = {MAGIC, 100};
    const uint32_t empty[] = {MAGIC, 0};
    const struct {
        uint32_t head[2];
        char text[4];
    } no_end = {
        {MAGIC, 4 },
        { 'a', 'b', 'c', 'd'}
    };

    assert_int_equal(RUN(&place, "init", "--sandbox", place.data), 0);
    assert_ok(config_load(cx, str_of(place.data), &config));
    assert_ok(backend_open(cx, &config, &options, &backend));
    const struct control_options serving = {&NOTHING, &config, &backend, cx->ids};
    assert_ok(control_start(cx, &serving, &control));
    nonsense_send(&place, "GET / HTTP/1.1\r\n\r\n", 18);
    nonsense_send(&place, too_long, sizeof too_long);
    nonsense_send(&place, cut_off, sizeof cut_off);
    nonsense_send(&place, empty, sizeof empty);
    nonsense_send(&place, &no_end, sizeof no_end);
    nonsense_send(&place, "x", 1);
    assert_int_equal(RUN(&place, "--data", place.data, "merchant", "list"), 0);
    control_stop(control);
    backend_close(&backend);
    place_free(&place);
    unit_ctx_free(cx);
}

/* --- certificates --- */

CASE(a_certificate_is_renewed_before_it_ends)
{
    struct ctx *cx = unit_ctx();
    struct tls_pair ca;
    struct tls_pair other;
    struct tls_pair server;

    assert_ok(tls_make_ca(cx->arena, cx->real, &ca));
    assert_ok(tls_make_ca(cx->arena, cx->real, &other));
    assert_ok(tls_make_cert(cx->arena, cx->real, &ca, &server));
    assert_true(tls_cert_lasts(server.cert, ca.cert, cx->real, 30));
    assert_true(tls_cert_lasts(server.cert, ca.cert, cx->real + 365 * DAY_US, 30));
    assert_false(tls_cert_lasts(server.cert, ca.cert, cx->real + 367 * DAY_US, 30));
    assert_false(tls_cert_lasts(server.cert, other.cert, cx->real, 30));
    assert_false(tls_cert_lasts(STR("no certificate"), ca.cert, cx->real, 30));
    const struct tls_pair broken = {STR("x"), STR("y")};
    assert_int_equal(tls_make_cert(cx->arena, cx->real, &broken, &server), ERR_INVALID);
    unit_ctx_free(cx);
}

UNIT_MAIN(T(bad_usage_exits_with_2_without_a_database), T(a_value_that_cannot_be_read_is_bad_usage),
          T(a_right_command_without_a_database_exits_with_1), T(every_command_has_help),
          T(output_that_cannot_be_written_exits_with_1),
          T(init_makes_a_private_directory_and_may_run_again),
          T(a_sandbox_whose_file_was_lost_gets_another),
          T(another_sandbox_merchant_is_printed_in_the_same_form),
          T(a_directory_that_is_no_sandbox_gets_no_sandbox_merchant),
          T(a_backup_is_restored_only_over_nothing_or_by_force),
          T(a_rotated_kek_opens_the_database_at_the_next_start),
          T(the_kek_of_a_credential_is_kept_when_it_is_rotated),
          T(a_pipe_that_nobody_writes_into_holds_up_no_command),
          T(while_a_server_runs_commands_go_through_it),
          T(nonsense_on_the_control_socket_harms_nobody),
          T(a_certificate_is_renewed_before_it_ends))
