#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/must.h"
#include "base/rand.h"
#include "core/vault_internal.h"
#include "store/sql.h"

/* --- the KEK ------------------------------------------------------------------------------------
 */

enum { KEK_TEXT_MAX = 128 };

void text_wipe(struct str text)
{
    crypto_wipe((void *)(uintptr_t)text.ptr, text.len);
}

void kek_name(const uint8_t kek[KEK_SIZE], char name[KEK_ID_LEN + 1])
{
    static const char DIGITS[] = "0123456789abcdef";
    uint8_t hash[SHA256_SIZE];

    hmac_sha256((struct str){(const char *)kek, KEK_SIZE}, STR("guichet kek name"), hash);
    for (size_t i = 0; i < KEK_ID_LEN; i++)
        name[i] = DIGITS[i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 15];
    name[KEK_ID_LEN] = '\0';
}

/* 32 bytes as they are, or 64 hexadecimal digits with an optional end of line. */
static bool kek_parse(struct str text, uint8_t kek[KEK_SIZE])
{
    if (text.len == KEK_SIZE) {
        memcpy(kek, text.ptr, KEK_SIZE);
        return true;
    }
    while (text.len > 0 && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r'))
        text.len--;
    return hex_decode(text, kek, KEK_SIZE);
}

struct kek_file {
    const char *path;
    const char *field; /* in faults */
    bool check_mode;
    int flags; /* for open() */
};

static err_t kek_from_file(struct ctx *cx, const struct kek_file *file, uint8_t kek[KEK_SIZE])
{
    char text[KEK_TEXT_MAX];
    struct stat info;
    int fd = open(file->path, O_RDONLY | O_CLOEXEC | file->flags);

    if (fd < 0)
        return errno == ENOENT ? ERR_NOT_FOUND
                               : fault(cx, ERR_UNAVAILABLE, file->field, "cannot be read");
    ssize_t len = fstat(fd, &info) == 0 ? read(fd, text, sizeof text) : -1;
    close(fd);
    if (len < 0)
        return fault(cx, ERR_UNAVAILABLE, file->field, "cannot be read");
    bool parsed = kek_parse((struct str){text, (size_t)len}, kek);
    crypto_wipe(text, sizeof text);
    if (file->check_mode && ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0 || info.st_uid != geteuid()))
        return fault(cx, ERR_UNAVAILABLE, file->field,
                     "must belong to the service and have mode 0400 or 0600");
    if (!parsed)
        return fault(cx, ERR_UNAVAILABLE, file->field,
                     "must hold 32 bytes or 64 hexadecimal digits");
    return OK;
}

static err_t kek_from_environment(struct ctx *cx, uint8_t kek[KEK_SIZE])
{
    char *text = getenv("GUICHET_KEK");

    if (text == NULL)
        return fault(cx, ERR_UNAVAILABLE, "keys.kek_file", "does not exist");
    bool parsed = hex_decode(str_of(text), kek, KEK_SIZE);
    /* The process's own copy goes too, or it could be read for as long as we run. */
    crypto_wipe(text, strlen(text));
    unsetenv("GUICHET_KEK");
    return parsed ? OK : fault(cx, ERR_UNAVAILABLE, "GUICHET_KEK", "must be 64 hexadecimal digits");
}

/* Where systemd puts the key for this service alone; NULL: nowhere. */
static const char *kek_credential(struct arena *arena)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");

    return credentials != NULL && credentials[0] == '/'
               ? str_format(arena, "%s/guichet-kek", credentials).ptr
               : NULL;
}

err_t kek_load(struct ctx *cx, const char *file, uint8_t kek[KEK_SIZE])
{
    const struct kek_file credential = {kek_credential(cx->arena), "keys.kek_file", false, 0};
    const struct kek_file own = {file, "keys.kek_file", true, 0};
    err_t err = ERR_NOT_FOUND;

    if (credential.path != NULL)
        err = kek_from_file(cx, &credential, kek);
    if (err == ERR_NOT_FOUND && file != NULL && file[0] != '\0')
        err = kek_from_file(cx, &own, kek);
    if (err == ERR_NOT_FOUND)
        err = kek_from_environment(cx, kek);
    return err;
}

err_t kek_load_file(struct ctx *cx, const char *file, uint8_t kek[KEK_SIZE])
{
    /* Of a pipe nobody may be at the other end, and a server reads this while it works. */
    const struct kek_file named = {file, "file", true, O_NONBLOCK};
    err_t err = kek_from_file(cx, &named, kek);

    return err == ERR_NOT_FOUND ? fault(cx, ERR_UNAVAILABLE, "file", "does not exist") : err;
}

/* Never over one that is there: what its first user has sealed would be lost. */
static bool kek_place(struct ctx *cx, const char *fresh, const char *file)
{
    const char *slash = strrchr(file, '/');
    struct str parent = slash == NULL ? STR(".") : (struct str){file, (size_t)(slash - file + 1)};

    if (link(fresh, file) != 0 && errno != EEXIST)
        return false;
    int fd = open(str_cstr(cx->arena, parent), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return synced;
}

static bool kek_write(struct ctx *cx, int fd)
{
    uint8_t kek[KEK_SIZE];

    rand_bytes(kek, sizeof kek);
    struct str hex = hex_encode(cx->arena, kek, sizeof kek);
    struct str line = str_format(cx->arena, "%s\n", hex.ptr);
    bool written = write(fd, line.ptr, line.len) == (ssize_t)line.len && fsync(fd) == 0;
    crypto_wipe(kek, sizeof kek);
    text_wipe(hex);
    text_wipe(line);
    return close(fd) == 0 && written;
}

err_t kek_create(struct ctx *cx, const char *file)
{
    const char *credential = kek_credential(cx->arena);
    const char *fresh = str_format(cx->arena, "%s.new", file).ptr;

    if ((credential != NULL && access(credential, F_OK) == 0) || access(file, F_OK) == 0)
        return OK;
    unlink(fresh);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
    if (fd < 0)
        return fault(cx, ERR_IO, "keys.kek_file", "cannot be created");
    bool placed = kek_write(cx, fd) && kek_place(cx, fresh, file);
    unlink(fresh);
    return placed ? OK : fault(cx, ERR_IO, "keys.kek_file", "cannot be written");
}

/* --- data keys ----------------------------------------------------------------------------------
 */

static struct str wrap_bound(struct arena *arena, const uint8_t kek[KEK_SIZE], int64_t id)
{
    char name[KEK_ID_LEN + 1];

    kek_name(kek, name);
    return str_format(arena, "dek|%lld|%s", (long long)id, name);
}

struct str data_key_wrap(struct arena *arena, const uint8_t kek[KEK_SIZE], int64_t id,
                         const uint8_t key[AES_KEY_SIZE])
{
    return aes_seal(arena, kek, wrap_bound(arena, kek, id),
                    (struct str){(const char *)key, AES_KEY_SIZE});
}

err_t data_key_next(struct ctx *cx, struct tx *tx, int64_t *id)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_DATA_KEY_LAST, ARGS_NONE, &rows, &found));
    *id = col_int(rows, 0) + 1;
    if (*id > UINT32_MAX)
        return fault(cx, ERR_LIMIT, "vault", "there are too many data keys");
    return OK;
}

static err_t data_key_make(struct ctx *cx, struct tx *tx, const uint8_t kek[KEK_SIZE],
                           const char *purpose)
{
    uint8_t key[AES_KEY_SIZE];
    char name[KEK_ID_LEN + 1];
    int64_t id;

    TRY(data_key_next(cx, tx, &id));
    rand_bytes(key, sizeof key);
    struct str wrapped = data_key_wrap(cx->arena, kek, id, key);
    crypto_wipe(key, sizeof key);
    kek_name(kek, name);
    return store_run(
        cx, tx, &SQL_DATA_KEY_INSERT,
        ARGS(V_INT(id), V_WORD(purpose), V_WORD(name), V_BLOB(wrapped), V_INT(cx->real)));
}

err_t vault_init(struct ctx *cx, struct tx *tx, const uint8_t kek[KEK_SIZE])
{
    int64_t next;

    TRY(data_key_next(cx, tx, &next));
    if (next > 1)
        return OK;
    TRY(data_key_make(cx, tx, kek, "seal"));
    return data_key_make(cx, tx, kek, "fingerprint");
}

/* One row of data_key: id, purpose, kek, wrapped, state. */
static err_t key_unwrap(struct ctx *cx, struct rows *rows, struct vault_keys *keys)
{
    struct str plain;

    if (keys->count == VAULT_KEYS_MAX)
        return fault(cx, ERR_UNAVAILABLE, "vault", "there are too many data keys");
    struct vault_key *key = &keys->keys[keys->count];
    key->id = col_int(rows, 0);
    key->seals = str_eq(col_text(rows, 1), STR("seal"));
    if (aes_open(cx->arena, keys->kek, wrap_bound(cx->arena, keys->kek, key->id), col_blob(rows, 3),
                 &plain) != OK)
        return fault(cx, ERR_UNAVAILABLE, "keys.kek_file", "does not open the data keys");
    if (plain.len != AES_KEY_SIZE)
        return fault(cx, ERR_UNAVAILABLE, "vault", "holds a broken data key");
    memcpy(key->bytes, plain.ptr, AES_KEY_SIZE);
    text_wipe(plain);
    if (str_eq(col_text(rows, 4), STR("active"))) {
        if (key->seals)
            keys->active = keys->count;
        else
            keys->fingerprint = keys->count;
    } else if (!key->seals && str_eq(col_text(rows, 4), STR("decrypt_only"))) {
        keys->former = keys->count;
    }
    keys->count++;
    return OK;
}

static err_t keys_read(struct ctx *cx, struct tx *tx, struct vault_keys *keys)
{
    struct rows *rows;
    bool has;

    keys->active = VAULT_KEYS_MAX;
    keys->fingerprint = VAULT_KEYS_MAX;
    keys->former = VAULT_KEYS_MAX;
    TRY(store_query(cx, tx, &SQL_DATA_KEY_LIST, ARGS_NONE, &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            break;
        err_t err = key_unwrap(cx, rows, keys);
        if (err != OK) {
            rows_end(rows);
            return err;
        }
    }
    if (keys->active == VAULT_KEYS_MAX || keys->fingerprint == VAULT_KEYS_MAX)
        return fault(cx, ERR_UNAVAILABLE, "vault", "has no data keys");
    return OK;
}

err_t vault_open(struct ctx *cx, struct tx *tx, const uint8_t kek[KEK_SIZE], struct vault **out)
{
    struct vault_keys *keys = crypto_locked_alloc(sizeof *keys);

    *out = NULL;
    if (keys == NULL)
        return fault(cx, ERR_UNAVAILABLE, "vault", "memory cannot be locked");
    memcpy(keys->kek, kek, KEK_SIZE);
    err_t err = keys_read(cx, tx, keys);
    if (err != OK) {
        crypto_locked_free(keys);
        return err;
    }
    struct vault *vault = process_make(struct vault);
    must(pthread_rwlock_init(&vault->lock, NULL) == 0);
    vault->keys = keys;
    *out = vault;
    return OK;
}

void vault_close(struct vault *vault)
{
    if (vault == NULL)
        return;
    crypto_locked_free(vault->keys); /* wipes */
    pthread_rwlock_destroy(&vault->lock);
    process_free(vault);
}
