#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "core/vault_internal.h"
#include "support/core_sweep.h"

/* Where the key of the keys comes from, and what it opens. */

/* --- the KEK's file --- */

CASE(a_kek_file_must_be_private_and_well_formed)
{
    struct world *world = world_new();
    struct ctx *cx = world->cx;
    struct str path = str_format(cx->arena, "%s/kek", world->directory);
    uint8_t first[KEK_SIZE];
    uint8_t again[KEK_SIZE];

    unsetenv("GUICHET_KEK");
    unsetenv("CREDENTIALS_DIRECTORY");
    assert_int_equal(kek_load(cx, path.ptr, first), ERR_UNAVAILABLE);
    assert_ok(kek_create(cx, path.ptr));
    assert_ok(kek_load(cx, path.ptr, first));
    assert_ok(kek_create(cx, path.ptr)); /* keeps what is there */
    assert_ok(kek_load(cx, path.ptr, again));
    assert_memory_equal(first, again, sizeof first);
    assert_int_equal(chmod(path.ptr, 0640), 0);
    assert_int_equal(kek_load(cx, path.ptr, first), ERR_UNAVAILABLE);
    assert_int_equal(chmod(path.ptr, 0600), 0);
    assert_ok(kek_load(cx, path.ptr, first));
    assert_int_equal(truncate(path.ptr, 31), 0);
    assert_int_equal(kek_load(cx, path.ptr, first), ERR_UNAVAILABLE);
    world_free(world);
}

CASE(a_kek_that_was_begun_when_the_power_failed_is_made_anew)
{
    struct world *world = world_new();
    struct ctx *cx = world->cx;
    struct str path = str_format(cx->arena, "%s/kek", world->directory);
    struct str begun = str_format(cx->arena, "%s.new", path.ptr);
    uint8_t kek[KEK_SIZE];

    unsetenv("CREDENTIALS_DIRECTORY");
    int fd = open(begun.ptr, O_WRONLY | O_CREAT | O_CLOEXEC, 0400);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "0102", 4), 4);
    close(fd);
    assert_ok(kek_create(cx, path.ptr));
    assert_ok(kek_load(cx, path.ptr, kek));
    assert_int_equal(access(begun.ptr, F_OK), -1);
    world_free(world);
}

CASE(a_kek_in_the_environment_is_removed)
{
    struct ctx *cx = unit_ctx();
    uint8_t kek[KEK_SIZE];

    unsetenv("CREDENTIALS_DIRECTORY");
    setenv("GUICHET_KEK", "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20", 1);
    assert_ok(kek_load(cx, "/nonexistent/kek", kek));
    assert_int_equal(kek[31], 0x20);
    assert_null(getenv("GUICHET_KEK"));
    assert_int_equal(kek_load(cx, "/nonexistent/kek", kek), ERR_UNAVAILABLE);
    unit_ctx_free(cx);
}

static void refuses(struct ctx *cx, const char *path, const char *field, const char *text)
{
    uint8_t kek[KEK_SIZE];

    ctx_clear_faults(cx);
    assert_int_equal(kek_load(cx, path, kek), ERR_UNAVAILABLE);
    assert_int_equal(cx->fault_count, 1);
    assert_string_equal(cx->faults[0].field, field);
    assert_string_equal(cx->faults[0].text, text);
}

static void file_write(const char *path, struct str text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text.ptr, text.len), text.len);
    assert_int_equal(close(fd), 0);
}

#define HEX "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"

CASE(a_kek_is_bytes_or_digits_with_any_end_of_line)
{
    static const struct {
        const char *text;
        size_t len;
        bool good;
    } FILES[] = {
        {"\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21\22\23\24\25\26\27\30\31\32\33\34\35"
         "\36\37 ", 32,  true },
        {HEX,                64,  true },
        {HEX "\n",           65,  true },
        {HEX "\r\n",         66,  true },
        {HEX " ",            65,  false},
        {HEX HEX,            128, false},
        {"\n",               1,   false},
        {"",                 0,   false},
    };
    struct world *world = world_new();
    struct str path = str_format(world->cx->arena, "%s/kek", world->directory);
    uint8_t kek[KEK_SIZE];

    unsetenv("CREDENTIALS_DIRECTORY");
    for (size_t i = 0; i < ARRAY_LEN(FILES); i++) {
        file_write(path.ptr, (struct str){FILES[i].text, FILES[i].len});
        if (!FILES[i].good) {
            refuses(world->cx, path.ptr, "keys.kek_file",
                    "must hold 32 bytes or 64 hexadecimal digits");
            continue;
        }
        assert_ok(kek_load(world->cx, path.ptr, kek));
        assert_int_equal(kek[0], 1);
        assert_int_equal(kek[31], 32);
    }
    world_free(world);
}

CASE(a_kek_that_cannot_be_read_says_so)
{
    struct world *world = world_new();
    struct str below = str_format(world->cx->arena, "%s/guichet.db/kek", world->directory);

    unsetenv("CREDENTIALS_DIRECTORY");
    refuses(world->cx, below.ptr, "keys.kek_file", "cannot be read");
    refuses(world->cx, world->directory, "keys.kek_file", "cannot be read");
    world_free(world);
}

CASE(a_file_that_is_asked_for_by_name_must_be_there)
{
    struct world *world = world_new();
    struct str path = str_format(world->cx->arena, "%s/new-kek", world->directory);
    uint8_t kek[KEK_SIZE];

    assert_int_equal(kek_load_file(world->cx, path.ptr, kek), ERR_UNAVAILABLE);
    assert_string_equal(world->cx->faults[0].field, "file");
    file_write(path.ptr, STR(HEX));
    assert_ok(kek_load_file(world->cx, path.ptr, kek));
    assert_int_equal(chmod(path.ptr, 0644), 0);
    world->cx->fault_count = 0;
    assert_int_equal(kek_load_file(world->cx, path.ptr, kek), ERR_UNAVAILABLE);
    assert_string_equal(world->cx->faults[0].field, "file");
    world_free(world);
}

CASE(the_service_manager_may_hand_the_kek_over)
{
    struct world *world = world_new();
    struct str path = str_format(world->cx->arena, "%s/guichet-kek", world->directory);
    uint8_t kek[KEK_SIZE];

    unsetenv("GUICHET_KEK");
    setenv("CREDENTIALS_DIRECTORY", world->directory, 1);
    /* Not there: the other places are looked at, as far as there are any. */
    refuses(world->cx, NULL, "keys.kek_file", "does not exist");
    refuses(world->cx, "", "keys.kek_file", "does not exist");
    file_write(path.ptr, STR(HEX));
    assert_ok(kek_load(world->cx, "/nonexistent/kek", kek));
    assert_int_equal(kek[31], 32);
    /* Its mode is the manager's business. */
    assert_int_equal(chmod(path.ptr, 0640), 0);
    assert_ok(kek_load(world->cx, NULL, kek));
    /* A relative place is none. */
    setenv("CREDENTIALS_DIRECTORY", "here", 1);
    refuses(world->cx, NULL, "keys.kek_file", "does not exist");
    unsetenv("CREDENTIALS_DIRECTORY");
    world_free(world);
}

CASE(a_kek_in_the_environment_is_64_digits)
{
    struct ctx *cx = unit_ctx();

    unsetenv("CREDENTIALS_DIRECTORY");
    setenv("GUICHET_KEK", "0102", 1);
    refuses(cx, NULL, "GUICHET_KEK", "must be 64 hexadecimal digits");
    assert_null(getenv("GUICHET_KEK"));
    unit_ctx_free(cx);
}

CASE(a_kek_that_cannot_be_written_leaves_nothing)
{
    struct world *world = world_new();
    struct str path = str_format(world->cx->arena, "%s/kek", world->directory);
    struct rlimit before;

    assert_int_equal(kek_create(world->cx, "/nonexistent/kek"), ERR_IO);
    assert_string_equal(world->cx->faults[0].text, "cannot be created");
    ctx_clear_faults(world->cx);
    /* A disk without room. */
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){0, before.rlim_max}), 0);
    err_t err = kek_create(world->cx, path.ptr);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(err, ERR_IO);
    assert_string_equal(world->cx->faults[0].text, "cannot be written");
    assert_int_equal(access(path.ptr, F_OK), -1);
    world_free(world);
}

CASE(a_credential_needs_no_file_beside_it)
{
    struct world *world = world_new();
    struct ctx *cx = world->cx;
    struct str credential = str_format(cx->arena, "%s/guichet-kek", world->directory);
    struct str path = str_format(cx->arena, "%s/kek", world->directory);

    setenv("CREDENTIALS_DIRECTORY", world->directory, 1);
    assert_ok(kek_create(cx, path.ptr));
    assert_int_equal(access(path.ptr, F_OK), 0);
    assert_int_equal(rename(path.ptr, credential.ptr), 0);
    assert_ok(kek_create(cx, path.ptr));
    assert_int_equal(access(path.ptr, F_OK), -1);
    unsetenv("CREDENTIALS_DIRECTORY");
    world_free(world);
}

/* --- data keys -------------------------------------------------------------------------------- */

struct key_row {
    int64_t id;
    struct str wrapped;
};

static err_t key_row_body(struct ctx *cx, struct tx *tx, void *arg)
{
    static const struct sql INSERT = {
        .name = "test_key_insert",
        .text = "INSERT INTO data_key (id, purpose, kek, wrapped, state, created_us)"
                " VALUES ($1, 'seal', '0000000000000000', $2, 'retired', 0)",
        .number = 5002,
        .params = 2,
        .rows = 1,
    };
    const struct key_row *row = arg;

    return store_run(cx, tx, &INSERT, ARGS(V_INT(row->id), V_BLOB(row->wrapped)));
}

static void key_put(struct world *world, int64_t id, size_t len)
{
    static const char BYTES[AES_KEY_SIZE] = {1};
    char name[KEK_ID_LEN + 1];

    kek_name(WORLD_KEK, name);
    struct str bound = str_format(world->cx->arena, "dek|%lld|%s", (long long)id, name);
    struct key_row row = {id,
                          aes_seal(world->cx->arena, WORLD_KEK, bound, (struct str){BYTES, len})};
    world_set_body_run(world, key_row_body, &row);
}

static void vault_refuses(struct world *world, const char *field, const char *text)
{
    struct vault *vault;

    ctx_clear_faults(world->cx);
    assert_int_equal(world_vault_try(world, WORLD_KEK, &vault), ERR_UNAVAILABLE);
    assert_null(vault);
    assert_string_equal(world->cx->faults[0].field, field);
    assert_string_equal(world->cx->faults[0].text, text);
}

CASE(a_data_key_has_its_length)
{
    struct world *world = world_new();

    key_put(world, 3, AES_KEY_SIZE - 1);
    vault_refuses(world, "vault", "holds a broken data key");
    world_free(world);
}

CASE(a_vault_holds_256_data_keys)
{
    struct world *world = world_new();
    struct vault *vault;
    int64_t moved;

    for (int64_t id = 3; id <= VAULT_KEYS_MAX; id++)
        key_put(world, id, AES_KEY_SIZE);
    assert_ok(world_vault_try(world, WORLD_KEK, &vault));
    assert_int_equal(vault_rotate_dek(world->cx, world->store, vault, &moved), ERR_LIMIT);
    vault_close(vault);
    key_put(world, VAULT_KEYS_MAX + 1, AES_KEY_SIZE);
    vault_refuses(world, "vault", "there are too many data keys");
    world_free(world);
}

/* What is sealed names its key in four bytes. */
CASE(the_number_of_a_data_key_has_four_bytes)
{
    struct world *world = world_new();
    int64_t moved;

    key_put(world, UINT32_MAX, AES_KEY_SIZE);
    assert_int_equal(vault_rotate_dek(world->cx, world->store, world->vault, &moved), ERR_LIMIT);
    assert_string_equal(world->cx->faults[0].field, "vault");
    world_free(world);
}

CASE(a_vault_without_an_active_key_is_none)
{
    struct world *world = world_new();

    sqlite3 *db = raw_open(world);
    assert_int_equal(sqlite3_exec(db,
                                  "UPDATE data_key SET state = 'retired' WHERE purpose = 'seal'",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    raw_close(db);
    vault_refuses(world, "vault", "has no data keys");
    world_free(world);
}

/* Each call of the store fails once: no vault is left half open, none half made. */
CASE(a_vault_is_opened_or_not)
{
    struct world *world = world_new();
    struct vault *vault;
    bool came = true;

    for (int n = 1; came; n++) {
        vault = NULL;
        store_fail_after(world->store, n);
        err_t err = world_vault_try(world, WORLD_KEK, &vault);
        came = failure_came(world);
        assert_int_equal(err == OK, !came);
        assert_int_equal(vault != NULL, !came);
        vault_close(vault);
    }
    world_free(world);
}

static err_t forget_keys_body(struct ctx *cx, struct tx *tx, void *arg)
{
    static const struct sql FORGET = {
        .name = "test_keys_forget",
        .text = "DELETE FROM data_key",
        .number = 5003,
        .rows = SQL_ROWS_ANY,
    };
    int64_t gone;

    (void)arg;
    return store_run_count(cx, tx, &FORGET, ARGS_NONE, &gone);
}

CASE(a_vault_gets_its_two_keys_together)
{
    struct world *world = world_new();
    uint8_t kek[KEK_SIZE];
    bool came = true;

    memcpy(kek, WORLD_KEK, sizeof kek);
    world_set_body_run(world, forget_keys_body, NULL);
    for (int n = 1; came; n++) {
        store_fail_after(world->store, n);
        err_t err = tx_run(world->store, world->cx, world_keys_body, kek);
        came = failure_came(world);
        assert_int_equal(err == OK, !came);
        assert_int_equal(world_count(world, "data_key"), came ? 0 : 2);
    }
    assert_ok(tx_run(world->store, world->cx, world_keys_body, kek));
    assert_int_equal(world_count(world, "data_key"), 2);
    world_free(world);
}

UNIT_MAIN(T(a_kek_file_must_be_private_and_well_formed),
          T(a_kek_that_was_begun_when_the_power_failed_is_made_anew),
          T(a_kek_in_the_environment_is_removed), T(a_kek_is_bytes_or_digits_with_any_end_of_line),
          T(a_kek_that_cannot_be_read_says_so), T(a_file_that_is_asked_for_by_name_must_be_there),
          T(the_service_manager_may_hand_the_kek_over), T(a_credential_needs_no_file_beside_it),
          T(a_kek_in_the_environment_is_64_digits), T(a_kek_that_cannot_be_written_leaves_nothing),
          T(a_data_key_has_its_length), T(a_vault_holds_256_data_keys),
          T(the_number_of_a_data_key_has_four_bytes), T(a_vault_without_an_active_key_is_none),
          T(a_vault_is_opened_or_not), T(a_vault_gets_its_two_keys_together))
