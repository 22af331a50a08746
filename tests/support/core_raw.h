#ifndef GUICHET_TESTS_SUPPORT_CORE_RAW_H
#define GUICHET_TESTS_SUPPORT_CORE_RAW_H

#include <sqlite3.h>

#include "support/core_page.h"

/* The database file behind the core's back: to see what no call shows, and to damage it. */

static inline sqlite3 *raw_open(const struct world *world)
{
    sqlite3 *db;

    must(sqlite3_open(world->url + strlen("sqlite:"), &db) == SQLITE_OK);
    return db;
}

static inline void raw_close(sqlite3 *db)
{
    must(sqlite3_close(db) == SQLITE_OK);
}

static inline int64_t raw_number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt;

    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    must(sqlite3_step(stmt) == SQLITE_ROW);
    int64_t number = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return number;
}

/* What one number of the database says now. */
static inline int64_t world_number(struct world *world, const char *sql)
{
    sqlite3 *db = raw_open(world);
    int64_t number = raw_number(db, sql);

    raw_close(db);
    return number;
}

/* How many rows a table has. */
static inline int64_t world_count(struct world *world, const char *table)
{
    return world_number(world, str_format(world->cx->arena, "SELECT COUNT(*) FROM %s", table).ptr);
}

/* Changes the file while the core is away; the rules that guard append-only tables are taken off
 * before. */
static inline void world_tamper(struct world *world, const char *sql)
{
    world_core_close(world);
    vault_close(world->vault);
    store_close(world->store);
    sqlite3 *db = raw_open(world);
    char *message = NULL;
    if (sqlite3_exec(db,
                     "DROP TRIGGER IF EXISTS ledger_entry_fixed;"
                     "DROP TRIGGER IF EXISTS ledger_entry_kept;"
                     "DROP TRIGGER IF EXISTS invoice_fixed; DROP TRIGGER IF EXISTS invoice_kept;"
                     "DROP TRIGGER IF EXISTS invoice_series_kept;"
                     "DROP TRIGGER IF EXISTS audit_fixed; DROP TRIGGER IF EXISTS audit_kept;",
                     NULL, NULL, &message) != SQLITE_OK ||
        sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
    if (sqlite3_changes(db) == 0)
        fail_msg("%s: changes nothing", sql);
    raw_close(db);
    world_store_open(world);
    world_vault_open(world);
    world->fake->vault = world->vault;
    world_core_open(world);
}

#endif
