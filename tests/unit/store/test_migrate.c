#include "fixture.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

/* Opens with another list and closes again; gives the error and leaves the fault in the context. */
static err_t try_open(struct fixture *fixture, struct store_options options,
                      const struct migration *migrations, size_t count)
{
    struct store *store;

    options.url = fixture->url;
    ctx_clear_faults(fixture->cx);
    err_t err = store_open_with(fixture->cx, &options, migrations, count, &store);
    if (err == OK)
        store_close(store);
    return err;
}

static void script(struct fixture *fixture, const char *text)
{
    sqlite3 *db;

    must(sqlite3_open(fixture->path, &db) == SQLITE_OK);
    must(sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK);
    must(sqlite3_close(db) == SQLITE_OK);
}

static const struct store_options PLAIN = {.create = false};
static const struct store_options CREATE = {.create = true};
static const struct store_options MIGRATE = {.migrate = true};

static void assert_fault(const struct fixture *fixture, const char *text)
{
    assert_int_equal(fixture->cx->fault_count, 1);
    assert_string_equal(fixture->cx->faults[0].field, "store");
    assert_string_equal(fixture->cx->faults[0].text, text);
}

CASE(a_new_database_gets_the_whole_schema_and_is_its_owners_alone)
{
    struct fixture fixture = fixture_make();
    struct stat info;

    assert_int_equal(store_schema(fixture.store), 2);
    must(stat(fixture.path, &info) == 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    fixture_reopen(&fixture);
    assert_int_equal(store_schema(fixture.store), 2);
    fixture_end(&fixture);
}

CASE(a_missing_database_is_not_made_unless_asked)
{
    struct fixture fixture;

    fixture_start(&fixture);
    assert_int_equal(try_open(&fixture, PLAIN, FIXTURE_SQLITE, 2), ERR_NOT_FOUND);
    assert_fault(&fixture, "does not exist");
    assert_int_equal(access(fixture.path, F_OK), -1);
    snprintf(fixture.url, sizeof fixture.url, "sqlite:%s/no/store.db", fixture.directory);
    assert_int_equal(try_open(&fixture, CREATE, FIXTURE_SQLITE, 2), ERR_NOT_FOUND);
    snprintf(fixture.url, sizeof fixture.url, "mysql:%s", fixture.path);
    assert_int_equal(try_open(&fixture, CREATE, FIXTURE_SQLITE, 2), ERR_INVALID);
    fixture_end(&fixture);
}

/* An empty file is a disk that is full or not mounted more often than a beginning. */
CASE(an_empty_file_is_no_beginning_unless_asked)
{
    struct fixture fixture;

    fixture_start(&fixture);
    int fd = open(fixture.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    must(fd >= 0 && close(fd) == 0);
    assert_int_equal(try_open(&fixture, PLAIN, FIXTURE_SQLITE, 2), ERR_STATE);
    assert_fault(&fixture, "is empty");
    assert_int_equal(try_open(&fixture, MIGRATE, FIXTURE_SQLITE, 2), ERR_STATE);
    assert_ok(try_open(&fixture, CREATE, FIXTURE_SQLITE, 2));
    fixture_end(&fixture);
}

/* Killed while it was made, before a row was in it. */
CASE(a_target_that_was_half_made_is_made_to_the_end)
{
    static const struct store_options FILL = {.create = true, .fill = true};
    struct fixture fixture;

    fixture_start(&fixture);
    assert_ok(try_open(&fixture, FILL, FIXTURE_SQLITE, 1));
    assert_ok(try_open(&fixture, FILL, FIXTURE_SQLITE, 2));
    assert_int_equal(try_open(&fixture, MIGRATE, FIXTURE_SQLITE, 2), ERR_STATE);
    assert_fault(&fixture, "was not filled to the end: guichet migrate goes on with it");
    fixture_end(&fixture);
}

CASE(an_older_schema_is_migrated_only_when_asked)
{
    struct fixture fixture;

    fixture_start(&fixture);
    assert_ok(try_open(&fixture, CREATE, FIXTURE_SQLITE, 1));
    assert_int_equal(try_open(&fixture, PLAIN, FIXTURE_SQLITE, 2), ERR_STATE);
    assert_fault(&fixture, "was written by an older version and must be migrated");
    assert_int_equal(try_open(&fixture, CREATE, FIXTURE_SQLITE, 2), ERR_STATE);
    assert_ok(try_open(&fixture, MIGRATE, FIXTURE_SQLITE, 2));
    assert_ok(try_open(&fixture, PLAIN, FIXTURE_SQLITE, 2));
    fixture_end(&fixture);
}

CASE(a_newer_schema_is_refused)
{
    struct fixture fixture;

    fixture_start(&fixture);
    assert_ok(try_open(&fixture, CREATE, FIXTURE_SQLITE, 2));
    assert_int_equal(try_open(&fixture, MIGRATE, FIXTURE_SQLITE, 1), ERR_STATE);
    assert_fault(&fixture, "was written by a newer version of this program");
    fixture_end(&fixture);
}

CASE(an_edited_migration_is_refused)
{
    struct fixture fixture;
    struct migration edited[2] = {FIXTURE_SQLITE[0], FIXTURE_SQLITE[1]};

    fixture_start(&fixture);
    assert_ok(try_open(&fixture, CREATE, FIXTURE_SQLITE, 2));
    edited[0].checksum = "0ne";
    assert_int_equal(try_open(&fixture, MIGRATE, edited, 2), ERR_STATE);
    assert_fault(&fixture, "has a migration that was edited after it was applied");
    script(&fixture, "DELETE FROM schema_migration WHERE number = 1");
    assert_int_equal(try_open(&fixture, MIGRATE, FIXTURE_SQLITE, 2), ERR_STATE);
    assert_fault(&fixture, "lacks a migration between two others");
    fixture_end(&fixture);
}

CASE(a_migration_that_fails_leaves_nothing_behind)
{
    static const struct migration broken[] = {
        {.number = 1, .name = "a", .checksum = "a", .text = "CREATE TABLE a (b INTEGER) STRICT;"},
        {.number = 2,
         .name = "b",
         .checksum = "b",
         .text = "CREATE TABLE c (d INTEGER) STRICT; CREATE TABLE a (b INTEGER) STRICT;"        },
    };
    const struct migration mended[] = {
        broken[0],
        {.number = 2, .name = "b", .checksum = "b", .text = "CREATE TABLE c (d INTEGER) STRICT;"},
    };
    struct fixture fixture;

    fixture_start(&fixture);
    assert_int_equal(try_open(&fixture, CREATE, broken, 2), ERR_INTERNAL);
    assert_ok(try_open(&fixture, MIGRATE, mended, 2));
    fixture_end(&fixture);
}

CASE(a_migration_may_rebuild_a_table_but_not_orphan_rows)
{
    const struct migration rebuild[] = {
        FIXTURE_SQLITE[0],
        FIXTURE_SQLITE[1],
        {.number = 3,
             .name = "rebuild",
             .checksum = "3",
             .text = "CREATE TABLE next (id INTEGER PRIMARY KEY, name TEXT UNIQUE,"
                 " balance INTEGER NOT NULL, parent INTEGER REFERENCES account (id),"
                 " photo BLOB) STRICT; INSERT INTO next (id, balance, parent)"
                 " SELECT id, balance, parent FROM account; DROP TABLE account;"
                 " ALTER TABLE next RENAME TO account;" },
        {.number = 4,
             .name = "orphan",
             .checksum = "4",
             .text = "DELETE FROM account WHERE id = 1;"},
    };
    struct fixture fixture;

    fixture_start(&fixture);
    assert_ok(try_open(&fixture, CREATE, rebuild, 2));
    script(&fixture, "INSERT INTO account (id, balance, parent) VALUES (1, 0, NULL), (2, 0, 1)");
    assert_ok(try_open(&fixture, MIGRATE, rebuild, 3));
    assert_int_equal(try_open(&fixture, MIGRATE, rebuild, 4), ERR_STATE);
    assert_ok(try_open(&fixture, PLAIN, rebuild, 3));
    fixture_end(&fixture);
}

CASE(a_second_opener_is_refused_however_it_spells_the_path)
{
    struct fixture fixture = fixture_make();
    char link[96];

    assert_int_equal(try_open(&fixture, PLAIN, FIXTURE_SQLITE, 2), ERR_BUSY);
    assert_fault(&fixture, "is in use by another process");
    snprintf(link, sizeof link, "%s/link.db", fixture.directory);
    must(symlink(fixture.path, link) == 0);
    snprintf(fixture.url, sizeof fixture.url, "sqlite:%s", link);
    assert_int_equal(try_open(&fixture, PLAIN, FIXTURE_SQLITE, 2), ERR_BUSY);
    /* The first one works on. */
    assert_int_equal(account_count(&fixture), 0);
    store_close(fixture.store);
    fixture.store = NULL;
    assert_ok(try_open(&fixture, PLAIN, FIXTURE_SQLITE, 2));
    fixture_end(&fixture);
}

CASE(what_is_not_ours_is_left_alone)
{
    struct fixture fixture;
    static const char text[] = "This is no database at all, but long enough to be looked at. "
                               "This is no database at all, but long enough to be looked at.";

    fixture_start(&fixture);
    script(&fixture, "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
    assert_int_equal(try_open(&fixture, MIGRATE, FIXTURE_SQLITE, 2), ERR_STATE);
    assert_fault(&fixture, "is a database of another program");
    unlink(fixture.path);
    FILE *file = fopen(fixture.path, "w");
    must(file != NULL);
    must(fwrite(text, 1, sizeof text, file) == sizeof text);
    must(fclose(file) == 0);
    assert_int_equal(try_open(&fixture, MIGRATE, FIXTURE_SQLITE, 2), ERR_STATE);
    assert_fault(&fixture, "is not a database");
    fixture_end(&fixture);
}

UNIT_MAIN(T(a_new_database_gets_the_whole_schema_and_is_its_owners_alone),
          T(a_missing_database_is_not_made_unless_asked),
          T(an_empty_file_is_no_beginning_unless_asked),
          T(a_target_that_was_half_made_is_made_to_the_end),
          T(an_older_schema_is_migrated_only_when_asked), T(a_newer_schema_is_refused),
          T(an_edited_migration_is_refused), T(a_migration_that_fails_leaves_nothing_behind),
          T(a_migration_may_rebuild_a_table_but_not_orphan_rows),
          T(a_second_opener_is_refused_however_it_spells_the_path),
          T(what_is_not_ours_is_left_alone))
