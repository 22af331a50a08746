#include "fixture.h"

#include <sqlite3.h>

/* A database of an earlier version, with rows, opened by this one. */

enum { OLD_SCHEMA = 1 };

static const char OLD_ROWS[] =
    "INSERT INTO sponsor (id, name, created_us) VALUES ('s', 'Sponsor', 1);"
    "INSERT INTO merchant (id, sponsor, name, acceptor, created_us)"
    " VALUES ('m', 's', 'Merchant', 'A', 1);"
    "INSERT INTO ledger_entry (merchant, mode, id, kind, object, created_us) VALUES"
    " ('m', 'test', 'e1', 'capture_decided', 'p1', 5),"
    " ('m', 'test', 'e2', 'refund_asked', 'r1', 6);"
    "INSERT INTO ledger_leg (merchant, mode, entry, position, account, currency, amount_minor)"
    " VALUES ('m', 'test', 'e1', 0, 'acquirer_receivable', 'eur', 500),"
    " ('m', 'test', 'e1', 1, 'merchant_pending', 'eur', -500),"
    " ('m', 'test', 'e1', 2, 'merchant_pending', 'eur', 58),"
    " ('m', 'test', 'e1', 4, 'fee_income', 'eur', -58),"
    " ('m', 'test', 'e2', 0, 'merchant_payable', 'gbp', 1),"
    " ('m', 'test', 'e2', 1, 'refunds_in_transit', 'gbp', -1);";

static sqlite3 *raw_open(struct fixture *fixture)
{
    sqlite3 *db;

    must(sqlite3_open(fixture->path, &db) == SQLITE_OK);
    return db;
}

static void text_is(sqlite3 *db, const char *query, const char *expected)
{
    sqlite3_stmt *stmt;

    must(sqlite3_prepare_v2(db, query, -1, &stmt, NULL) == SQLITE_OK);
    must(sqlite3_step(stmt) == SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(stmt, 0), expected);
    sqlite3_finalize(stmt);
}

/* The first version's database, with OLD_ROWS, opened by this one and closed again. */
static struct fixture scene(void)
{
    struct fixture fixture;
    struct store_options options = {.create = true};

    fixture_start(&fixture);
    options.url = fixture.url;
    assert_ok(store_open_with(fixture.cx, &options, MIGRATIONS_SQLITE, OLD_SCHEMA, &fixture.store));
    store_close(fixture.store);
    sqlite3 *db = raw_open(&fixture);
    must(sqlite3_exec(db, OLD_ROWS, NULL, NULL, NULL) == SQLITE_OK);
    must(sqlite3_close(db) == SQLITE_OK);
    options.create = false;
    options.migrate = true;
    assert_ok(store_open_with(fixture.cx, &options, MIGRATIONS_SQLITE, MIGRATIONS_SQLITE_COUNT,
                              &fixture.store));
    assert_int_equal(store_schema(fixture.store), store_schema_known());
    store_close(fixture.store);
    fixture.store = NULL;
    return fixture;
}

CASE(entries_keep_their_legs)
{
    struct fixture fixture = scene();
    sqlite3 *db = raw_open(&fixture);

    text_is(db, "SELECT legs FROM ledger_entry WHERE id = 'e1'",
            "[\"acquirer_receivable 500\",\"merchant_pending -500\",\"merchant_pending 58\","
            "\"fee_income -58\"]");
    text_is(db, "SELECT kind || object || currency || created_us FROM ledger_entry WHERE id = 'e2'",
            "refund_askedr1gbp6");
    text_is(db,
            "SELECT group_concat(position || account || amount_minor) FROM"
            " (SELECT position, account, amount_minor FROM ledger_leg WHERE entry = 'e2'"
            " ORDER BY position)",
            "0merchant_payable1,1refunds_in_transit-1");
    must(sqlite3_close(db) == SQLITE_OK);
    fixture_end(&fixture);
}

CASE(entries_are_still_append_only)
{
    struct fixture fixture = scene();
    sqlite3 *db = raw_open(&fixture);

    assert_int_not_equal(sqlite3_exec(db, "DELETE FROM ledger_entry", NULL, NULL, NULL), SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "UPDATE ledger_entry SET legs = '[]'", NULL, NULL, NULL),
                         SQLITE_OK);
    text_is(db, "SELECT COUNT(*) FROM ledger_entry", "2");
    must(sqlite3_close(db) == SQLITE_OK);
    fixture_end(&fixture);
}

UNIT_MAIN(T(entries_keep_their_legs), T(entries_are_still_append_only))
