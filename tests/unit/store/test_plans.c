#include "fixture.h"

#include <sqlite3.h>

/* Every statement of the program, against the real schema. */

/* A partial index holds only the rows that somebody still has to work on. */
static bool scans_partial_index(sqlite3 *db, const char *detail)
{
    static const char text[] = "SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ?1"
                               " AND sql LIKE '% WHERE %'";
    const char *at = strstr(detail, " INDEX ");
    sqlite3_stmt *stmt;

    if (at == NULL)
        return false;
    const char *name = at + strlen(" INDEX ");
    must(sqlite3_prepare_v2(db, text, -1, &stmt, NULL) == SQLITE_OK);
    must(sqlite3_bind_text(stmt, 1, name, (int)strcspn(name, " "), SQLITE_TRANSIENT) == SQLITE_OK);
    bool partial = sqlite3_step(stmt) == SQLITE_ROW;
    sqlite3_finalize(stmt);
    return partial;
}

/* A scan of one row, of a table-valued function, or of what a WITH clause of the statement made. */
static bool scan_is_harmless(sqlite3 *db, const struct sql *sql, const char *detail)
{
    char name[64];
    char made[80];

    if (strncmp(detail, "SCAN CONSTANT ROW", 17) == 0 || strstr(detail, "VIRTUAL TABLE") != NULL ||
        strncmp(detail, "SCAN (", 6) == 0 || scans_partial_index(db, detail))
        return true;
    must(sscanf(detail, "SCAN %63s", name) == 1);
    snprintf(made, sizeof made, "%s AS (", name);
    return strstr(sql->text, made) != NULL;
}

/* A merchant may own nearly every row: whoever asks for one of them needs another column. What is
 * looked up through api_key_by_merchant are a handful of keys. */
static bool reads_whole_merchant(const char *detail)
{
    static const char text[] = "(merchant=? AND mode=?)";

    return strstr(detail, text) != NULL && strstr(detail, "api_key_by_merchant") == NULL;
}

/* Counts the steps that read a whole table, or all that one merchant has in it. */
static int plan_scans(sqlite3 *db, const struct sql *sql)
{
    struct ctx *cx = unit_ctx();
    sqlite3_stmt *stmt;
    int scans = 0;

    struct str text = str_format(cx->arena, "EXPLAIN QUERY PLAN %s", sql->text);
    if (sqlite3_prepare_v2(db, text.ptr, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql->name, sqlite3_errmsg(db));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(stmt, 3);
        bool scan = strncmp(detail, "SCAN ", 5) == 0 && !scan_is_harmless(db, sql, detail);
        if (scan || reads_whole_merchant(detail)) {
            scans++;
            if (!sql->whole_table)
                print_message("%s reads a whole table: %s\n", sql->name, detail);
        }
    }
    sqlite3_finalize(stmt);
    unit_ctx_free(cx);
    return scans;
}

/* A database with all migrations, and a second connection to it. */
static sqlite3 *database_start(struct fixture *fixture)
{
    struct store_options options = {.create = true};
    sqlite3 *db;

    fixture_start(fixture);
    options.url = fixture->url;
    assert_ok(store_open(fixture->cx, &options, &fixture->store));
    must(sqlite3_open(fixture->path, &db) == SQLITE_OK);
    return db;
}

static void database_end(struct fixture *fixture, sqlite3 *db)
{
    must(sqlite3_close(db) == SQLITE_OK);
    fixture_end(fixture);
}

CASE(every_statement_prepares_and_reads_no_whole_table_unless_it_says_so)
{
    struct fixture fixture;
    int bad = 0;

    sqlite3 *db = database_start(&fixture);
    assert_int_equal(store_schema(fixture.store), store_schema_known());
    for (size_t i = 0; i < SQL_ALL_COUNT; i++) {
        int scans = plan_scans(db, SQL_ALL[i]);
        assert_int_equal(SQL_ALL[i]->number, i);
        bad += scans > 0 && !SQL_ALL[i]->whole_table ? 1 : 0;
    }
    assert_int_equal(bad, 0);
    database_end(&fixture, db);
}

/* An index without figures is one that the planner thinks useless (see the migration's end). */
CASE(every_index_of_a_merchants_rows_has_figures)
{
    static const char text[] =
        "SELECT count(*) FROM sqlite_stat1 s JOIN pragma_index_list(s.tbl) i"
        " WHERE i.origin <> 'pk' AND NOT EXISTS"
        " (SELECT 1 FROM sqlite_stat1 o WHERE o.tbl = s.tbl AND o.idx = i.name)";
    struct fixture fixture;
    sqlite3_stmt *stmt;

    sqlite3 *db = database_start(&fixture);
    must(sqlite3_prepare_v2(db, text, -1, &stmt, NULL) == SQLITE_OK);
    must(sqlite3_step(stmt) == SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(stmt, 0), 0);
    sqlite3_finalize(stmt);
    database_end(&fixture, db);
}

/* --- which tables a statement touches --- */

enum { TOUCHED_MAX = 64, TABLE_SIZE = 64 };

struct touched {
    char tables[TOUCHED_MAX][TABLE_SIZE];
    int count;
};

static int touched_put(void *arg, int action, const char *table, const char *column,
                       const char *database, const char *view)
{
    struct touched *touched = arg;
    bool touches = action == SQLITE_READ || action == SQLITE_INSERT || action == SQLITE_UPDATE ||
                   action == SQLITE_DELETE;

    (void)column;
    (void)database;
    (void)view;
    if (!touches || strncmp(table, "sqlite_", 7) == 0)
        return SQLITE_OK;
    for (int i = 0; i < touched->count; i++) {
        if (strcmp(touched->tables[i], table) == 0)
            return SQLITE_OK;
    }
    must(touched->count < TOUCHED_MAX);
    snprintf(touched->tables[touched->count++], TABLE_SIZE, "%s", table);
    return SQLITE_OK;
}

/* Adds what SQLite says that it touches, through views and by its foreign keys, too. */
static void touched_add(sqlite3 *db, const struct sql *sql, struct touched *touched)
{
    sqlite3_stmt *stmt;

    must(sqlite3_set_authorizer(db, touched_put, touched) == SQLITE_OK);
    must(sqlite3_prepare_v2(db, sql->text, -1, &stmt, NULL) == SQLITE_OK);
    must(sqlite3_set_authorizer(db, NULL, NULL) == SQLITE_OK);
    sqlite3_finalize(stmt);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* The bits of sql->spared are the tables of all gathered statements, by name. */
static bool spares_touched(const struct sql *sql, const struct touched *gathered,
                           const struct touched *touched)
{
    for (int i = 0; i < touched->count; i++) {
        const char *table = bsearch(touched->tables[i], gathered->tables, (size_t)gathered->count,
                                    TABLE_SIZE, by_name);
        if (table == NULL)
            continue;
        size_t bit = (size_t)(table - gathered->tables[0]) / TABLE_SIZE;
        if ((sql->spared >> bit & 1) != 0) {
            print_message("%s touches %s\n", sql->name, table);
            return true;
        }
    }
    return false;
}

CASE(every_statement_says_which_tables_of_gathered_ones_it_touches)
{
    struct touched gathered = {.count = 0};
    struct fixture fixture;
    int bad = 0;

    sqlite3 *db = database_start(&fixture);
    for (size_t i = 0; i < SQL_ALL_COUNT; i++) {
        if (SQL_ALL[i]->gathered != NULL)
            touched_add(db, SQL_ALL[i], &gathered);
    }
    assert_true(gathered.count > 0);
    qsort(gathered.tables, (size_t)gathered.count, TABLE_SIZE, by_name);
    for (size_t i = 0; i < SQL_ALL_COUNT; i++) {
        struct touched touched = {.count = 0};
        touched_add(db, SQL_ALL[i], &touched);
        bad += spares_touched(SQL_ALL[i], &gathered, &touched) ? 1 : 0;
    }
    assert_int_equal(bad, 0);
    database_end(&fixture, db);
}

/* The whole plan of a statement as one text. */
static struct str plan_text(struct ctx *cx, sqlite3 *db, const char *name)
{
    struct buf out = buf_make(cx->arena, 4096);
    sqlite3_stmt *stmt;
    size_t at = 0;

    while (!str_eq(str_of(SQL_ALL[at]->name), str_of(name)))
        must(++at < SQL_ALL_COUNT);
    struct str text = str_format(cx->arena, "EXPLAIN QUERY PLAN %s", SQL_ALL[at]->text);
    must(sqlite3_prepare_v2(db, text.ptr, -1, &stmt, NULL) == SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        buf_format(&out, "%s\n", (const char *)sqlite3_column_text(stmt, 3));
    sqlite3_finalize(stmt);
    buf_put_byte(&out, '\0');
    must(!out.failed);
    return buf_str(&out);
}

/* However many lines the list of payments has, a page of it is read along an index that holds all
 * that is asked of it, and in the order of the page (api/simplypaie.md 4). */
CASE(pages_of_the_list_are_read_along_their_index)
{
    static const struct {
        const char *name;
        const char *index;
        bool sorted;
    } PAGES[] = {
        {"listing_walk",        "COVERING INDEX listing_by_facet",  true },
        {"listing_count_walk",  "COVERING INDEX listing_by_facet",  true },
        {"listing_page_email",  "INDEX listing_by_email",           true },
        {"listing_page_amount", "COVERING INDEX listing_by_amount", false},
        {"listing_named",       "COVERING INDEX listing_by_payer",  true },
    };
    struct fixture fixture;

    sqlite3 *db = database_start(&fixture);
    for (size_t i = 0; i < ARRAY_LEN(PAGES); i++) {
        struct str plan = plan_text(fixture.cx, db, PAGES[i].name);
        bool good = strstr(plan.ptr, PAGES[i].index) != NULL &&
                    (strstr(plan.ptr, "TEMP B-TREE") == NULL) == PAGES[i].sorted;
        if (!good)
            print_message("%s:\n%s", PAGES[i].name, plan.ptr);
        assert_true(good);
    }
    database_end(&fixture, db);
}

/* However much waits for one receiver, the next one is a step away. */
CASE(receivers_are_found_without_passing_over_what_waits)
{
    struct fixture fixture;

    sqlite3 *db = database_start(&fixture);
    struct str plan = plan_text(fixture.cx, db, "outbox_receiver_next");
    assert_non_null(strstr(plan.ptr, "outbox_by_due ((merchant,mode,receiver,due_us)>"));
    database_end(&fixture, db);
}

UNIT_MAIN(T(every_statement_says_which_tables_of_gathered_ones_it_touches),
          T(pages_of_the_list_are_read_along_their_index),
          T(every_index_of_a_merchants_rows_has_figures),
          T(receivers_are_found_without_passing_over_what_waits),
          T(every_statement_prepares_and_reads_no_whole_table_unless_it_says_so))
