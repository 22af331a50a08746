#include "fixture.h"

#include "store/copy.h"

/* Whole tables, read from one database and written to another one: here both are of the same
 * engine, which the tests of this layer change; tests/journeys/test_moving.py has both. */

static const struct migration NEEDY[] = {
    {.number = 1,
     .name = "needy",
     .checksum = "one",
     .text = "CREATE TABLE a_last (b TEXT NOT NULL, a TEXT NOT NULL,"
             " owner TEXT REFERENCES z_first (id), PRIMARY KEY (b, a));"
             "CREATE TABLE m_middle (id TEXT NOT NULL PRIMARY KEY, owner TEXT REFERENCES z_first "
             "(id),"
             " other TEXT);"
             "CREATE TABLE z_first (id TEXT NOT NULL PRIMARY KEY);"},
};

/* For a server, which wants to know a table before others point to it. */
static const struct migration NEEDY_POSTGRES[] = {
    {.number = 1,
     .name = "needy",
     .checksum = "one",
     .text = "CREATE TABLE z_first (id TEXT COLLATE \"C\" NOT NULL PRIMARY KEY);"
             "CREATE TABLE a_last (b TEXT COLLATE \"C\" NOT NULL, a TEXT COLLATE \"C\" NOT NULL,"
             " owner TEXT COLLATE \"C\" REFERENCES z_first (id), PRIMARY KEY (b, a));"
             "CREATE TABLE m_middle (id TEXT COLLATE \"C\" NOT NULL PRIMARY KEY,"
             " owner TEXT COLLATE \"C\" REFERENCES z_first (id), other TEXT COLLATE \"C\");"},
};

static const struct migration KEYLESS[] = {
    {.number = 1,
     .name = "keyless",
     .checksum = "one",
     .text = "CREATE TABLE keyless (id TEXT NOT NULL);"},
};

static const struct migration FOREIGN_TYPE[] = {
    {.number = 1,
     .name = "foreign_type",
     .checksum = "one",
     .text = "CREATE TABLE real_one (id TEXT NOT NULL PRIMARY KEY, rate REAL);"},
};

static struct copy_tables tables; /* the one that the bodies use */
static struct copy_rows wanted;

static void tables_of(struct fixture *fixture, struct copy_tables *out, err_t expected)
{
    struct reader *reader;
    struct tx *tx;

    assert_ok(reader_open(fixture->store, &reader));
    assert_ok(reader_tx(reader, &tx));
    assert_int_equal(copy_tables_read(fixture->cx, tx, out), expected);
    if (expected == OK)
        assert_ok(copy_tables_plan(fixture->cx, tx, out));
    reader_close(reader);
}

static err_t body_put_rows(struct piece *piece, struct tx *tx)
{
    return copy_rows_put(piece->cx, tx, &tables.items[0], &wanted);
}

static err_t body_begin(struct piece *piece, struct tx *tx)
{
    return copy_begin(piece->cx, tx, &tables);
}

static err_t body_end(struct piece *piece, struct tx *tx)
{
    return copy_end(piece->cx, tx);
}

static void run(struct fixture *fixture, piece_body *body, err_t expected)
{
    struct piece piece;

    piece_make(fixture, &piece, 0, body);
    pieces_run(fixture, &piece, 1);
    assert_int_equal(piece.job.result, expected);
    pieces_free(&piece, 1);
}

/* id, balance, name, parent, photo: the key and then by name. */
enum { COLUMNS = 5 };

static void row_set(struct value *row, int64_t id, struct value name, struct value photo)
{
    row[0] = V_INT(id);
    row[1] = V_INT(INT64_MAX - (id > 0 ? id : 0));
    row[2] = name;
    row[3] = V_NULL();
    row[4] = photo;
}

static struct copy_rows rows_read(struct fixture *fixture, const struct value *after)
{
    struct copy_rows rows;
    struct reader *reader;
    struct tx *tx;

    assert_ok(reader_open(fixture->store, &reader));
    assert_ok(reader_tx(reader, &tx));
    assert_ok(copy_rows_read(fixture->cx, tx, &tables.items[0], after, &rows));
    reader_close(reader);
    return rows;
}

static void fixture_fill(struct fixture *fixture, err_t expected, bool fill)
{
    struct store_options options = {.url = fixture->url, .create = true, .fill = fill};

    store_close(fixture->store);
    fixture->store = NULL;
    ctx_clear_faults(fixture->cx);
    assert_int_equal(store_open_with(fixture->cx, &options,
                                     fixture->server == NULL ? FIXTURE_SQLITE : FIXTURE_POSTGRES,
                                     ARRAY_LEN(FIXTURE_SQLITE), &fixture->store),
                     expected);
}

CASE(a_table_is_told_with_its_key_first_and_kinds)
{
    struct fixture fixture = fixture_make();
    static const char *const NAMES[] = {"id", "balance", "name", "parent", "photo"};
    static const enum value_kind KINDS[] = {VALUE_INT, VALUE_INT, VALUE_TEXT, VALUE_INT,
                                            VALUE_BLOB};

    tables_of(&fixture, &tables, OK);
    assert_int_equal(tables.count, 1);
    assert_true(str_eq(tables.items[0].name, STR("account")));
    assert_int_equal(tables.items[0].key_count, 1);
    assert_int_equal(tables.items[0].column_count, COLUMNS);
    for (size_t i = 0; i < COLUMNS; i++) {
        assert_true(str_eq(tables.items[0].columns[i].name, str_of(NAMES[i])));
        assert_int_equal(tables.items[0].columns[i].kind, KINDS[i]);
    }
    struct copy_tables again;
    tables_of(&fixture, &again, OK);
    assert_true(copy_tables_same(&tables, &again));
    again.items[0].columns[1].kind = VALUE_TEXT;
    assert_false(copy_tables_same(&tables, &again));
    again.count = 0;
    assert_false(copy_tables_same(&tables, &again));
    fixture_end(&fixture);
}

static void needy_open(struct fixture *fixture, const struct migration *sqlite,
                       const struct migration *postgres)
{
    struct store_options options = {.url = fixture->url, .create = true};

    fixture_start(fixture);
    assert_ok(store_open_with(fixture->cx, &options, fixture->server == NULL ? sqlite : postgres, 1,
                              &fixture->store));
}

CASE(tables_come_after_those_that_they_point_to)
{
    struct fixture fixture;

    needy_open(&fixture, NEEDY, NEEDY_POSTGRES);
    tables_of(&fixture, &tables, OK);
    assert_int_equal(tables.count, 3);
    assert_true(str_eq(tables.items[0].name, STR("z_first")));
    assert_true(str_eq(tables.items[1].name, STR("a_last")));
    assert_true(str_eq(tables.items[2].name, STR("m_middle")));
    /* The key in its own order. */
    assert_true(str_eq(tables.items[1].columns[0].name, STR("b")));
    assert_true(str_eq(tables.items[1].columns[1].name, STR("a")));
    assert_int_equal(tables.items[1].key_count, 2);
    fixture_end(&fixture);
}

CASE(what_cannot_be_copied_is_refused)
{
    struct fixture fixture;

    needy_open(&fixture, KEYLESS, KEYLESS);
    tables_of(&fixture, &tables, ERR_STATE);
    assert_string_equal(fixture.cx->faults[0].text, "has a table without a primary key");
    fixture_end(&fixture);
    needy_open(&fixture, FOREIGN_TYPE, FOREIGN_TYPE);
    tables_of(&fixture, &tables, ERR_STATE);
    assert_string_equal(fixture.cx->faults[0].text, "has a column of a type that cannot be copied");
    fixture_end(&fixture);
}

CASE(values_arrive_as_they_are)
{
    struct fixture fixture = fixture_make();
    struct value row[5 * COLUMNS];
    char *large = process_alloc(1, 300000); /* more than one portion of a COPY */

    for (size_t i = 0; i < 300000; i++)
        large[i] = (char)i;
    row_set(&row[0], INT64_MIN, V_TEXT(STR("")), V_BLOB(STR("")));
    row_set(&row[5], -1, V_NULL(), V_BLOB(STR("\0\377\n")));
    row_set(&row[10], 0, V_TEXT(STR("Éloïse \\N\t\n\"'")), V_NULL());
    row_set(&row[15], 7, V_TEXT(STR("large")), V_BLOB(((struct str){large, 300000})));
    row_set(&row[20], INT64_MAX, V_TEXT(STR("last")), V_NULL());
    row[1] = V_INT(0);
    row[6] = V_INT(1);
    wanted = (struct copy_rows){.values = row, .count = 5};
    tables_of(&fixture, &tables, OK);
    run(&fixture, body_put_rows, OK);
    struct copy_rows rows = rows_read(&fixture, NULL);
    assert_int_equal(rows.count, 5);
    assert_true(values_same(rows.values, row, ARRAY_LEN(row)));
    assert_true(rows.bytes > 300000);
    rows = rows_read(&fixture, &row[10]);
    assert_int_equal(rows.count, 2);
    assert_true(values_same(rows.values, &row[15], 2 * COLUMNS));
    assert_int_equal(rows_read(&fixture, &row[20]).count, 0);
    /* Rows that large are read in smaller portions. */
    tables_of(&fixture, &tables, OK);
    assert_int_equal(tables.items[0].chunk, 16 * 1024 * 1024 / 300005);
    process_free(large);
    fixture_end(&fixture);
}

CASE(what_is_no_text_is_told_with_its_table)
{
    struct fixture fixture = fixture_make();
    struct value row[COLUMNS];

    tables_of(&fixture, &tables, OK);
    row_set(row, 1, V_TEXT(STR("caf\xE9")), V_BLOB(STR("\0\xE9")));
    wanted = (struct copy_rows){.values = row, .count = 1};
    run(&fixture, body_put_rows, ERR_INVALID);
    assert_int_equal(account_count(&fixture), 0);
    fixture_end(&fixture);
}

CASE(many_rows_are_read_in_portions)
{
    struct fixture fixture = fixture_make();
    enum { ROWS = 4500 };
    struct value *values = process_alloc(sizeof *values, (size_t)ROWS * COLUMNS);

    tables_of(&fixture, &tables, OK);
    for (int64_t i = 0; i < ROWS; i++)
        row_set(&values[i * COLUMNS], i, V_NULL(), V_NULL());
    wanted = (struct copy_rows){.values = values, .count = ROWS};
    run(&fixture, body_put_rows, OK);
    int64_t chunk = tables.items[0].chunk;
    struct copy_rows first = rows_read(&fixture, NULL);
    assert_int_equal(first.count, chunk);
    struct copy_rows second = rows_read(&fixture, &first.values[(chunk - 1) * COLUMNS]);
    assert_int_equal(second.count, chunk);
    struct copy_rows third = rows_read(&fixture, &second.values[(chunk - 1) * COLUMNS]);
    assert_int_equal(third.count, ROWS - 2 * chunk);
    assert_true(values_same(third.values, &values[2 * chunk * COLUMNS], third.count * COLUMNS));
    process_free(values);
    fixture_end(&fixture);
}

CASE(rows_that_are_there_are_a_conflict_and_nothing_remains)
{
    struct fixture fixture = fixture_make();
    struct value row[2 * COLUMNS];

    tables_of(&fixture, &tables, OK);
    row_set(&row[0], 1, V_NULL(), V_NULL());
    row_set(&row[5], 2, V_NULL(), V_NULL());
    row[1] = V_INT(1); /* COUNT adds them up */
    row[6] = V_INT(1);
    wanted = (struct copy_rows){.values = &row[5], .count = 1};
    run(&fixture, body_put_rows, OK);
    wanted = (struct copy_rows){.values = row, .count = 2};
    run(&fixture, body_put_rows, ERR_CONFLICT);
    assert_int_equal(account_count(&fixture), 1);
    row[6] = V_INT(-1); /* the table's own rule */
    row[5] = V_INT(3);
    run(&fixture, body_put_rows, ERR_INTERNAL);
    assert_int_equal(account_count(&fixture), 1);
    row[6] = V_INT(1);
    run(&fixture, body_put_rows, OK);
    assert_int_equal(account_count(&fixture), 3);
    fixture_end(&fixture);
}

CASE(a_target_may_be_opened_as_one_only_until_it_is_whole)
{
    struct fixture fixture;
    struct value *last;
    struct reader *reader;
    struct tx *tx;

    fixture_start(&fixture);
    fixture_fill(&fixture, OK, true);
    fixture_fill(&fixture, ERR_STATE, false);
    assert_string_equal(fixture.cx->faults[0].text,
                        "was not filled to the end: guichet migrate goes on with it");
    fixture_fill(&fixture, OK, true);
    tables_of(&fixture, &tables, OK);
    assert_int_equal(tables.count, 1); /* not that of the mark */
    assert_ok(reader_open(fixture.store, &reader));
    assert_ok(reader_tx(reader, &tx));
    assert_ok(copy_rows_last(fixture.cx, tx, &tables.items[0], &last));
    assert_null(last);
    reader_close(reader);
    struct value row[COLUMNS];
    row_set(row, 5, V_NULL(), V_NULL());
    wanted = (struct copy_rows){.values = row, .count = 1};
    run(&fixture, body_put_rows, OK);
    assert_ok(reader_open(fixture.store, &reader));
    assert_ok(reader_tx(reader, &tx));
    assert_ok(copy_rows_last(fixture.cx, tx, &tables.items[0], &last));
    assert_true(values_same(last, row, 1));
    reader_close(reader);
    run(&fixture, body_end, OK);
    fixture_fill(&fixture, ERR_STATE, true);
    assert_string_equal(fixture.cx->faults[0].text, "is not empty");
    fixture_fill(&fixture, OK, false);
    fixture_end(&fixture);
}

CASE(what_migrations_left_goes_and_what_was_copied_stays)
{
    struct fixture fixture;
    struct piece piece;

    fixture_start(&fixture);
    fixture_fill(&fixture, OK, true);
    tables_of(&fixture, &tables, OK);
    piece_make(&fixture, &piece, 1, body_put);
    pieces_run(&fixture, &piece, 1);
    pieces_free(&piece, 1);
    run(&fixture, body_begin, OK);
    assert_int_equal(account_count(&fixture), 0);
    piece_make(&fixture, &piece, 2, body_put);
    pieces_run(&fixture, &piece, 1);
    pieces_free(&piece, 1);
    run(&fixture, body_begin, OK);
    assert_int_equal(account_count(&fixture), 1);
    fixture_end(&fixture);
}

CASE(one_who_is_alone_keeps_others_out_and_waits_for_none)
{
    struct fixture fixture = fixture_make();
    struct store_options options = {.url = fixture.url, .create = true, .alone = true};
    const struct migration *migrations = fixture.server == NULL ? FIXTURE_SQLITE : FIXTURE_POSTGRES;
    struct store *second;

    assert_int_equal(store_open_with(fixture.cx, &options, migrations, 2, &second), ERR_BUSY);
    assert_true(str_starts(str_of(fixture.cx->faults[0].text), STR("is in use by ")));
    store_close(fixture.store);
    assert_ok(store_open_with(fixture.cx, &options, migrations, 2, &fixture.store));
    options.alone = false;
    assert_int_equal(store_open_with(fixture.cx, &options, migrations, 2, &second), ERR_BUSY);
    fixture_end(&fixture);
}

UNIT_MAIN(T(a_table_is_told_with_its_key_first_and_kinds),
          T(tables_come_after_those_that_they_point_to), T(what_cannot_be_copied_is_refused),
          T(values_arrive_as_they_are), T(what_is_no_text_is_told_with_its_table),
          T(many_rows_are_read_in_portions),
          T(rows_that_are_there_are_a_conflict_and_nothing_remains),
          T(a_target_may_be_opened_as_one_only_until_it_is_whole),
          T(what_migrations_left_goes_and_what_was_copied_stays),
          T(one_who_is_alone_keeps_others_out_and_waits_for_none))
