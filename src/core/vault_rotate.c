#include <string.h>

#include "base/must.h"
#include "base/rand.h"
#include "core/merchant_secret.h"
#include "core/vault_internal.h"
#include "store/sql.h"

/* Rotation (cards.md 13). Old keys go on opening until no row needs them, and even a retired one
 * still opens, for a job that sealed before the change and committed after the last look. */

/* A file is there three times while it is moved: as it was, open, and as it will be. */
enum { BATCH_ROWS = 500, BATCH_FILES = 1 };

/* What began before a key of fingerprints was made, or within this time after it, may hold a number
 * under the former one. */
enum { PRINT_MARGIN_S = 600 };

/* The number in the opened bytes of a row. */
typedef struct str number_of(struct str plain);

/* A table with sealed bytes. walk gives merchant, mode, name, sealed; for fingerprints also the
 * present one. */
struct sealed_table {
    const char *name;
    const struct sql *walk;
    const struct sql *move;
    bool has_key_id; /* in a column; otherwise only in front of the sealed bytes */
    bool row_has_mode;
    size_t rows;       /* at once: BATCH_ROWS at most, fewer where they are large */
    bool refusals;     /* are kept by this fingerprint too */
    number_of *number; /* of fingerprints; NULL: the bytes themselves are sealed anew */
};

static const struct sealed_table TABLES[] = {
    {"card",            &SQL_VAULT_CARDS,            &SQL_VAULT_CARD_MOVE,            true,  false, BATCH_ROWS,  false, NULL},
    {"signing_secret",  &SQL_VAULT_SECRETS,          &SQL_VAULT_SECRET_MOVE,          false, true,  BATCH_ROWS,  false,
     NULL                                                                                                                   },
    {"idempotency",     &SQL_VAULT_ANSWERS,          &SQL_VAULT_ANSWER_MOVE,          false, false, BATCH_ROWS,  false,
     NULL                                                                                                                   },
    {"bank_account",    &SQL_VAULT_ACCOUNTS,         &SQL_VAULT_ACCOUNT_MOVE,         true,  false, BATCH_ROWS,  false,
     NULL                                                                                                                   },
    {"document",        &SQL_VAULT_DOCUMENTS,        &SQL_VAULT_DOCUMENT_MOVE,        false, false, BATCH_FILES, false,
     NULL                                                                                                                   },
    {"mandate_form",    &SQL_VAULT_FORMS,            &SQL_VAULT_FORM_MOVE,            false, false, BATCH_ROWS,  false, NULL},
    {"webhook",         &SQL_VAULT_WEBHOOKS,         &SQL_VAULT_WEBHOOK_MOVE,         false, false, BATCH_ROWS,  false,
     NULL                                                                                                                   },
    {"request",         &SQL_VAULT_REQUESTS,         &SQL_VAULT_REQUEST_MOVE,         false, false, BATCH_ROWS,  false,
     NULL                                                                                                                   },
    {"sponsor_webhook", &SQL_VAULT_SPONSOR_WEBHOOKS, &SQL_VAULT_SPONSOR_WEBHOOK_MOVE, false, false,
     BATCH_ROWS,                                                                                                 false, NULL},
    {"beneficiary",     &SQL_VAULT_PAYEES,           &SQL_VAULT_PAYEE_MOVE,           false, false, BATCH_ROWS,  false,
     NULL                                                                                                                   },
    {"enrolment_part",  &SQL_VAULT_PARTS,            &SQL_VAULT_PART_MOVE,            false, false, BATCH_ROWS,  false,
     NULL                                                                                                                   },
};

static struct str card_number(struct str plain)
{
    return str_sub(plain, 0, str_find(plain, PAN_FILLER));
}

static struct str account_number(struct str plain)
{
    return str_sub(plain, 0, str_find(plain, '\0'));
}

static const struct sealed_table PRINTS[] = {
    {"card",         &SQL_VAULT_CARD_PRINTS,    &SQL_VAULT_CARD_PRINT,    false, false, BATCH_ROWS, true,
     card_number                                                                                                        },
    {"bank_account", &SQL_VAULT_ACCOUNT_PRINTS, &SQL_VAULT_ACCOUNT_PRINT, false, false, BATCH_ROWS,
     false,                                                                                               account_number},
};

/* One row on its way to another key. */
struct item {
    struct merchant_id merchant;
    struct str mode;
    struct str name;
    struct str sealed;
    struct str old;   /* what is to be replaced: the sealed bytes or the fingerprint */
    struct str fresh; /* {NULL, 0}: cannot be opened, or is right already */
    int64_t key_id;
};

struct batch {
    const struct sealed_table *table;
    struct item *items; /* BATCH_ROWS of them */
    size_t count;
    int64_t moved;
};

struct rotation {
    struct ctx *cx;
    struct store *store;
    struct reader *reader;
    struct vault *vault;
    int64_t active;
    int64_t moved;
    int64_t stuck;
};

/* --- a new key ----------------------------------------------------------------------------------
 */

struct fresh_key {
    struct vault *vault;
    const char *purpose;
    int64_t id;
    uint8_t bytes[AES_KEY_SIZE];
};

static err_t fresh_key_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct fresh_key *fresh = arg;
    const uint8_t *kek = fresh->vault->keys->kek;
    char name[KEK_ID_LEN + 1];

    TRY(data_key_next(cx, tx, &fresh->id));
    struct str wrapped = data_key_wrap(cx->arena, kek, fresh->id, fresh->bytes);
    kek_name(kek, name);
    TRY(store_run(cx, tx, &SQL_DATA_KEY_INSERT,
                  ARGS(V_INT(fresh->id), V_WORD(fresh->purpose), V_WORD(name), V_BLOB(wrapped),
                       V_INT(cx->real))));
    int64_t changed;
    return store_run_count(cx, tx, &SQL_DATA_KEY_DEMOTE,
                           ARGS(V_INT(fresh->id), V_WORD(fresh->purpose)), &changed);
}

static err_t key_add(struct ctx *cx, struct store *store, struct vault *vault, bool seals)
{
    struct fresh_key fresh = {.vault = vault, .purpose = seals ? "seal" : "fingerprint"};

    if (vault->keys->count == VAULT_KEYS_MAX)
        return fault(cx, ERR_LIMIT, "vault", "there are too many data keys");
    rand_bytes(fresh.bytes, sizeof fresh.bytes);
    err_t err = tx_run(store, cx, fresh_key_body, &fresh);
    if (err == OK) {
        must(pthread_rwlock_wrlock(&vault->lock) == 0);
        struct vault_keys *keys = vault->keys;
        struct vault_key *key = &keys->keys[keys->count];
        key->id = fresh.id;
        key->seals = seals;
        memcpy(key->bytes, fresh.bytes, sizeof key->bytes);
        if (seals) {
            keys->active = keys->count;
        } else {
            keys->former = keys->fingerprint;
            keys->fingerprint = keys->count;
        }
        keys->count++;
        must(pthread_rwlock_unlock(&vault->lock) == 0);
    }
    crypto_wipe(&fresh, sizeof fresh);
    return err;
}

/* --- moving rows --------------------------------------------------------------------------------
 */

/* What the number was refused for goes along with its cards. */
static err_t refusals_move(struct ctx *cx, struct tx *tx, const struct item *item)
{
    int64_t changed;

    return store_run_count(
        cx, tx, &SQL_CARD_REFUSAL_MOVE,
        ARGS(V_ID(item->merchant), V_TEXT(item->mode), V_BLOB(item->old), V_BLOB(item->fresh)),
        &changed);
}

static err_t batch_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct batch *batch = arg;

    batch->moved = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct item *item = &batch->items[i];
        int64_t changed;
        if (item->fresh.ptr == NULL)
            continue;
        const struct value args[] = {
            V_ID(item->merchant), V_TEXT(item->mode),  V_TEXT(item->name),
            V_BLOB(item->old),    V_BLOB(item->fresh), V_INT(item->key_id),
        };
        TRY(store_run_count(cx, tx, batch->table->move, args,
                            batch->table->has_key_id ? ARRAY_LEN(args) : ARRAY_LEN(args) - 1,
                            &changed));
        batch->moved += changed;
        if (batch->table->refusals && changed > 0)
            TRY(refusals_move(cx, tx, item));
    }
    return OK;
}

/* {NULL, 0}: it is right already. */
static struct str print_fresh(struct rotation *rotation, struct str number, struct str old)
{
    uint8_t *print = arena_alloc(rotation->cx->arena, FINGERPRINT_SIZE);
    struct str fresh = {(const char *)print, FINGERPRINT_SIZE};

    vault_fingerprint(rotation->vault, number, print);
    return str_eq(fresh, old) ? STR_NONE : fresh;
}

static void item_renew(struct rotation *rotation, const struct sealed_table *table,
                       struct item *item)
{
    struct arena *arena = rotation->cx->arena;
    struct str row =
        table->row_has_mode ? merchant_secret_row(arena, item->mode, item->name) : item->name;
    struct str plain;

    item->fresh = STR_NONE;
    if (vault_unseal(rotation->vault, arena, table->name, item->merchant, row, item->sealed,
                     &plain) != OK) {
        rotation->stuck++;
        return;
    }
    if (table->number != NULL)
        item->fresh = print_fresh(rotation, table->number(plain), item->old);
    else
        item->fresh = vault_seal(rotation->vault, arena, table->name, item->merchant, row, plain,
                                 &item->key_id);
    text_wipe(plain);
}

static err_t walk_query(struct rotation *rotation, const struct sealed_table *table,
                        const struct item *last, struct tx *tx, struct rows **rows)
{
    struct ctx *cx = rotation->cx;
    char prefix[VAULT_PREFIX_LEN];
    /* Before the first row comes the empty text, which is not NULL. */
    struct value merchant = V_TEXT(ID_NONE(last->merchant) ? STR("") : ID_TEXT(last->merchant));
    struct value most = V_INT((int64_t)table->rows);

    if (table->number != NULL)
        return store_query(cx, tx, table->walk,
                           ARGS(merchant, V_TEXT(last->mode), V_TEXT(last->name), most), rows);
    vault_prefix(rotation->active, prefix);
    struct value key =
        table->has_key_id ? V_INT(rotation->active) : V_BLOB((struct str){prefix, sizeof prefix});
    return store_query(cx, tx, table->walk,
                       ARGS(merchant, V_TEXT(last->mode), V_TEXT(last->name), key, most), rows);
}

/* Reads the next rows after *last. */
static err_t batch_read(struct rotation *rotation, const struct sealed_table *table,
                        const struct item *last, struct batch *batch)
{
    struct tx *tx;
    struct rows *rows;
    bool has;

    TRY(reader_tx(rotation->reader, &tx));
    TRY(walk_query(rotation, table, last, tx, &rows));
    for (batch->count = 0;; batch->count++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        must(batch->count < table->rows);
        struct item *item = &batch->items[batch->count];
        col_id(rows, 0, item->merchant.raw);
        item->mode = col_text(rows, 1);
        item->name = col_text(rows, 2);
        item->sealed = col_blob(rows, 3);
        item->old = table->number != NULL ? col_blob(rows, 4) : item->sealed;
    }
}

/* The last row of a batch in memory that outlives the batch. */
struct place {
    struct item at;
    char mode[8];
    char name[128];
};

static void place_move(struct place *place, const struct item *item)
{
    must(item->mode.len < sizeof place->mode);
    must(item->name.len < sizeof place->name);
    memcpy(place->mode, item->mode.ptr, item->mode.len);
    memcpy(place->name, item->name.ptr, item->name.len);
    place->at.merchant = item->merchant;
    place->at.mode = (struct str){place->mode, item->mode.len};
    place->at.name = (struct str){place->name, item->name.len};
}

static err_t table_rotate(struct rotation *rotation, const struct sealed_table *table)
{
    struct ctx *cx = rotation->cx;
    struct place place = {
        .at = {.mode = STR(""), .name = STR("")}
    };

    for (;;) {
        struct arena_mark mark = arena_mark(cx->arena);
        struct batch batch = {.table = table};
        batch.items = arena_array(cx->arena, struct item, BATCH_ROWS);
        err_t err = batch_read(rotation, table, &place.at, &batch);
        reader_release(rotation->reader);
        for (size_t i = 0; err == OK && i < batch.count; i++)
            item_renew(rotation, table, &batch.items[i]);
        if (err == OK && batch.count > 0) {
            place_move(&place, &batch.items[batch.count - 1]);
            err = tx_run(rotation->store, cx, batch_body, &batch);
            rotation->moved += batch.moved;
        }
        if (err != OK)
            return err;
        arena_rewind(cx->arena, mark);
        if (batch.count < table->rows)
            return OK;
    }
}

/* --- retiring -----------------------------------------------------------------------------------
 */

static err_t rows_of_key(struct ctx *cx, struct tx *tx, int64_t id, int64_t *count)
{
    char prefix[VAULT_PREFIX_LEN];
    struct rows *rows;
    bool found;

    vault_prefix(id, prefix);
    TRY(store_query_one(cx, tx, &SQL_VAULT_COUNT,
                        ARGS(V_INT(id), V_BLOB((struct str){prefix, sizeof prefix})), &rows,
                        &found));
    *count = col_int(rows, 0);
    return OK;
}

static err_t retire_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const int64_t *id = arg;
    int64_t changed;

    return store_run_count(cx, tx, &SQL_DATA_KEY_RETIRE, ARGS(V_INT(*id)), &changed);
}

static bool is_former(const struct key_status *key, const char *purpose)
{
    return str_eq(key->purpose, str_of(purpose)) && str_eq(key->state, STR("decrypt_only"));
}

/* A retired key has none left. */
static err_t rows_of_prints(struct ctx *cx, struct tx *tx, struct key_status *keys, size_t count)
{
    int64_t all = KEY_ROWS_UNTOLD;
    bool rotates = false;
    struct rows *rows;
    bool found;

    for (size_t i = 0; i < count; i++)
        rotates = rotates || is_former(&keys[i], "fingerprint");
    if (!rotates) {
        TRY(store_query_one(cx, tx, &SQL_VAULT_PRINTS_COUNT, ARGS_NONE, &rows, &found));
        all = col_int(rows, 0);
        rows_end(rows);
    }
    for (size_t i = 0; i < count; i++) {
        if (str_eq(keys[i].purpose, STR("fingerprint")))
            keys[i].rows = str_eq(keys[i].state, STR("retired")) ? 0 : all;
    }
    return OK;
}

err_t vault_status(struct ctx *cx, struct tx *tx, struct key_status **out, size_t *count)
{
    struct key_status *keys = arena_array(cx->arena, struct key_status, VAULT_KEYS_MAX);
    struct rows *rows;
    bool has;

    *count = 0;
    TRY(store_query(cx, tx, &SQL_DATA_KEY_LIST, ARGS_NONE, &rows));
    for (;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            break;
        must(*count < VAULT_KEYS_MAX);
        struct key_status *key = &keys[*count];
        key->id = col_int(rows, 0);
        key->purpose = col_text(rows, 1);
        key->state = col_text(rows, 4);
        key->created = col_int(rows, 5);
    }
    for (size_t i = 0; i < *count; i++) {
        if (str_eq(keys[i].purpose, STR("seal")))
            TRY(rows_of_key(cx, tx, keys[i].id, &keys[i].rows));
    }
    *out = keys;
    return rows_of_prints(cx, tx, keys, *count);
}

static err_t keys_retire(struct rotation *rotation)
{
    struct key_status *keys;
    size_t count;
    struct tx *tx;

    TRY(reader_tx(rotation->reader, &tx));
    TRY(vault_status(rotation->cx, tx, &keys, &count));
    reader_release(rotation->reader);
    for (size_t i = 0; i < count; i++) {
        if (is_former(&keys[i], "seal") && keys[i].rows == 0)
            TRY(tx_run(rotation->store, rotation->cx, retire_body, &keys[i].id));
    }
    return OK;
}

/* --- entry points -------------------------------------------------------------------------------
 */

static err_t unfinished(struct rotation *rotation, const char *purpose, bool *yes)
{
    struct key_status *keys;
    size_t count;
    struct tx *tx;

    *yes = false;
    TRY(reader_tx(rotation->reader, &tx));
    TRY(vault_status(rotation->cx, tx, &keys, &count));
    reader_release(rotation->reader);
    for (size_t i = 0; i < count; i++)
        *yes |= is_former(&keys[i], purpose);
    return OK;
}

static err_t rotation_run(struct rotation *rotation)
{
    struct vault *vault = rotation->vault;
    bool resumed;

    TRY(unfinished(rotation, "seal", &resumed));
    if (!resumed)
        TRY(key_add(rotation->cx, rotation->store, vault, true));
    rotation->active = vault->keys->keys[vault->keys->active].id;
    for (size_t i = 0; i < ARRAY_LEN(TABLES); i++)
        TRY(table_rotate(rotation, &TABLES[i]));
    TRY(keys_retire(rotation));
    if (rotation->stuck > 0)
        return fault(rotation->cx, ERR_INTERNAL, "vault",
                     "holds rows that their key does not open; they were left as they are");
    return OK;
}

err_t vault_rotate_dek(struct ctx *cx, struct store *store, struct vault *vault, int64_t *moved)
{
    struct rotation rotation = {.cx = cx, .store = store, .vault = vault};

    *moved = 0;
    TRY(reader_open(store, &rotation.reader));
    err_t err = rotation_run(&rotation);
    reader_close(rotation.reader);
    *moved = rotation.moved;
    return err;
}

/* --- fingerprints -------------------------------------------------------------------------------
 */

static err_t nothing_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)cx;
    (void)tx;
    (void)arg;
    return OK;
}

/* The time at which the key was made that makes fingerprints now. */
static err_t print_key_made(struct rotation *rotation, int64_t *former, instant *made)
{
    struct key_status *keys;
    size_t count;
    struct tx *tx;

    TRY(reader_tx(rotation->reader, &tx));
    TRY(vault_status(rotation->cx, tx, &keys, &count));
    reader_release(rotation->reader);
    *former = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_former(&keys[i], "fingerprint"))
            *former = keys[i].id;
        else if (str_eq(keys[i].purpose, STR("fingerprint")) &&
                 str_eq(keys[i].state, STR("active")))
            *made = keys[i].created;
    }
    return OK;
}

static err_t prints_waiting(struct rotation *rotation, instant made, int64_t *waiting)
{
    struct ctx *cx = rotation->cx;
    struct str before = id_floor(cx->arena, made + PRINT_MARGIN_S * SECOND_US);
    struct rows *rows;
    struct tx *tx;
    bool found;

    TRY(reader_tx(rotation->reader, &tx));
    TRY(store_query_one(cx, tx, &SQL_VAULT_PRINTS_WAITING, ARGS(V_TEXT(before)), &rows, &found));
    *waiting = col_int(rows, 0);
    rows_end(rows);
    reader_release(rotation->reader);
    return OK;
}

/* Nobody looks for fingerprints of the former key any more. */
static err_t print_key_retire(struct rotation *rotation, int64_t former)
{
    struct vault *vault = rotation->vault;

    TRY(tx_run(rotation->store, rotation->cx, retire_body, &former));
    must(pthread_rwlock_wrlock(&vault->lock) == 0);
    vault->keys->former = VAULT_KEYS_MAX;
    must(pthread_rwlock_unlock(&vault->lock) == 0);
    return OK;
}

static err_t prints_rotate(struct rotation *rotation, int64_t *waiting)
{
    int64_t former;
    instant made = 0;

    bool resumed;

    TRY(unfinished(rotation, "fingerprint", &resumed));
    if (!resumed)
        TRY(key_add(rotation->cx, rotation->store, rotation->vault, false));
    /* Bodies that ran before the key was there have been committed when this one has: the walk
     * finds what they wrote, and those after it use the new key (card_prepare). */
    TRY(tx_run(rotation->store, rotation->cx, nothing_body, NULL));
    for (size_t i = 0; i < ARRAY_LEN(PRINTS); i++)
        TRY(table_rotate(rotation, &PRINTS[i]));
    if (rotation->stuck > 0)
        return fault(rotation->cx, ERR_INTERNAL, "vault",
                     "holds rows that their key does not open; they were left as they are");
    TRY(print_key_made(rotation, &former, &made));
    TRY(prints_waiting(rotation, made, waiting));
    return *waiting > 0 || former == 0 ? OK : print_key_retire(rotation, former);
}

err_t vault_rotate_fingerprint(struct ctx *cx, struct store *store, struct vault *vault,
                               int64_t *changed, int64_t *waiting)
{
    struct rotation rotation = {.cx = cx, .store = store, .vault = vault};

    *changed = 0;
    *waiting = 0;
    TRY(reader_open(store, &rotation.reader));
    err_t err = prints_rotate(&rotation, waiting);
    reader_close(rotation.reader);
    *changed = rotation.moved;
    return err;
}

struct rewrap {
    struct vault *vault;
    const uint8_t *kek;
};

static err_t rewrap_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct rewrap *rewrap = arg;
    const struct vault_keys *keys = rewrap->vault->keys;
    char name[KEK_ID_LEN + 1];

    kek_name(rewrap->kek, name);
    for (size_t i = 0; i < keys->count; i++) {
        const struct vault_key *key = &keys->keys[i];
        struct str wrapped = data_key_wrap(cx->arena, rewrap->kek, key->id, key->bytes);
        TRY(store_run(cx, tx, &SQL_DATA_KEY_WRAP,
                      ARGS(V_INT(key->id), V_WORD(name), V_BLOB(wrapped))));
    }
    return OK;
}

err_t vault_rotate_kek(struct ctx *cx, struct store *store, struct vault *vault,
                       const uint8_t kek[KEK_SIZE], uint8_t former[KEK_SIZE])
{
    struct rewrap rewrap = {.vault = vault, .kek = kek};

    TRY(tx_run(store, cx, rewrap_body, &rewrap));
    must(pthread_rwlock_wrlock(&vault->lock) == 0);
    memcpy(former, vault->keys->kek, KEK_SIZE);
    memcpy(vault->keys->kek, kek, KEK_SIZE);
    must(pthread_rwlock_unlock(&vault->lock) == 0);
    return OK;
}
