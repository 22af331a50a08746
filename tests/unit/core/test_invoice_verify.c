#include "core/invoice_chain.h"
#include "support/core_invoice.h"
#include "support/core_raw.h"

/* Whoever changes a document, takes one away or adds one is found out, and the place is told. */

static struct world *scene(void)
{
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();

    for (int i = 0; i < 3; i++)
        invoice_made(world, &draft);
    draft.kind = INVOICE_QUOTE;
    invoice_made(world, &draft);
    return world;
}

static void detects(const char *sql, const char *what, const char *where)
{
    struct world *world = scene();
    bool seen = false;

    world_tamper(world, sql);
    struct verify_report *report = world_verify(world);
    for (size_t i = 0; i < report->problem_count; i++)
        seen |= strcmp(report->problems[i].what, what) == 0 &&
                str_eq(report->problems[i].object, str_of(where));
    if (!seen)
        fail_msg("not detected: %s at %s (%zu problems, first: %s)", what, where,
                 report->problem_count, report->problem_count == 0 ? "" : report->problems[0].what);
    world_free(world);
}

CASE(sound_series_have_no_problem)
{
    struct world *world = scene();
    struct verify_report *report = world_verify(world);

    assert_int_equal(report->problem_count, 0);
    assert_int_equal(report->invoices, 4);
    world_free(world);
}

/* Records are read by the hundred. */
CASE(long_series_is_proved_to_its_end)
{
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();

    for (int i = 0; i < 203; i++)
        invoice_made(world, &draft);
    struct verify_report *report = world_verify(world);
    assert_int_equal(report->problem_count, 0);
    assert_int_equal(report->invoices, 203);
    world_tamper(world, "UPDATE invoice SET buyer = 'x' WHERE number = 'F2031-000203'");
    report = world_verify(world);
    assert_int_equal(report->problem_count, 1);
    assert_true(str_eq(report->problems[0].object, STR("F2031-000203")));
    world_free(world);
}

CASE(changed_record_is_detected)
{
    detects("UPDATE invoice SET record = replace(record, 'Produit 1', 'Produit 2') WHERE number = "
            "'F2031-000002'",
            "a record is not what was hashed", "F2031-000002");
    detects("UPDATE invoice SET record = record || 'x' WHERE number = 'F2031-000002'",
            "a record cannot be read", "F2031-000002");
}

CASE(changed_record_with_a_hash_of_its_own_breaks_the_chain)
{
    detects("UPDATE invoice SET previous = (SELECT hash FROM invoice WHERE number = "
            "'D2031-000001') WHERE number = 'F2031-000002'",
            "a record is not what was hashed", "F2031-000002");
    detects("UPDATE invoice SET hash = (SELECT hash FROM invoice WHERE number = 'D2031-000001'), "
            "previous = (SELECT previous FROM invoice WHERE number = 'D2031-000001'), record = "
            "(SELECT record FROM invoice WHERE number = 'D2031-000001') WHERE number = "
            "'F2031-000002'",
            "a record is not chained to the one before", "F2031-000002");
}

CASE(missing_number_is_detected)
{
    detects("DELETE FROM invoice WHERE number = 'F2031-000002'",
            "a record is not chained to the one before", "F2031-000003");
    detects("DELETE FROM invoice WHERE number = 'F2031-000003'",
            "a series does not end where it says", "invoice");
    detects("DELETE FROM invoice_series WHERE kind = 'quote'",
            "a document is in no series of numbers", "D2031-000001");
}

/* Also one in front of all others. */
CASE(forged_row_is_detected_wherever_it_lies)
{
    static const char *const PLACES[] = {"year, 0", "year, -1", "0, 0", "-1, 5", "year, 9"};

    for (size_t i = 0; i < ARRAY_LEN(PLACES); i++) {
        char sql[256];
        snprintf(sql, sizeof sql,
                 "UPDATE invoice SET (year, serial) = (SELECT %s) WHERE number = 'F2031-000002'",
                 PLACES[i]);
        detects(sql, "a record is not chained to the one before", "F2031-000003");
        snprintf(sql, sizeof sql,
                 "UPDATE invoice SET (year, serial) = (SELECT %s) WHERE number = 'F2031-000001'",
                 PLACES[i]);
        detects(sql,
                i < 4 ? "a document's row is not what its record says"
                      : "a record is not chained to the one before",
                "F2031-000001");
    }
}

CASE(damaged_key_of_a_series_is_told)
{
    static const char *const CHANGES[] = {"merchant = 'x' || merchant", "mode = 'text'",
                                          "merchant = CAST(x'FF' AS TEXT)"};

    for (size_t i = 0; i < ARRAY_LEN(CHANGES); i++) {
        char sql[256];
        snprintf(sql, sizeof sql,
                 "PRAGMA ignore_check_constraints = 1; DROP TRIGGER invoice_series_rises;"
                 "UPDATE invoice_series SET %s WHERE kind = 'quote'",
                 CHANGES[i]);
        detects(sql, "the key of a series cannot be read", "quote");
    }
}

CASE(changed_column_is_detected)
{
    static const char *const CHANGES[] = {
        "buyer = 'x'",
        "issued = '2031-06-01'",
        "currency = 'usd'",
        "due_minor = 1",
    };

    for (size_t i = 0; i < ARRAY_LEN(CHANGES); i++) {
        char sql[128];
        snprintf(sql, sizeof sql, "UPDATE invoice SET %s WHERE number = 'F2031-000002'",
                 CHANGES[i]);
        detects(sql, "a document's row is not what its record says", "F2031-000002");
    }
}

CASE(missing_entry_and_missing_task_are_detected)
{
    detects("DELETE FROM ledger_entry WHERE object = (SELECT id FROM invoice WHERE number = "
            "'F2031-000001')",
            "an invoice is not booked for what it comes to", "F2031-000001");
    detects("DELETE FROM task WHERE kind = 'invoice_file'",
            "a document has no file, and none will be drawn", "F2031-000001");
}

/* A paper as whoever forges one would write it: the record has a hash, but does not add up. */
static const char *forged(struct ctx *cx, const struct invoice_paper *paper)
{
    struct invoice_paper *read = arena_make(cx->arena, struct invoice_paper);
    struct invoice_chain chain = {.year = 0};
    struct str record;

    assert_ok(invoice_record_write(cx->arena, paper, &record));
    const struct invoice_link link = {
        record, invoice_chain_start(),
        invoice_record_hash(cx->arena, invoice_chain_start(), record)};
    return invoice_chain_next(cx->arena, &chain, &link, read);
}

CASE(forged_sums_are_detected)
{
    struct world *world = scene();
    struct invoice invoice;

    assert_ok(invoice_by_number(world->cx, world_read(world), STR("F2031-000001"), &invoice));
    struct invoice_paper *paper = invoice_says(world, invoice.id);
    assert_null(forged(world->cx, paper));
    int64_t *const amounts[] = {
        &paper->net_minor,          &paper->vat_minor,           &paper->total_minor,
        &paper->due_minor,          &paper->lines[0].net_minor,  &paper->lines[0].price_e4,
        &paper->rates[0].vat_minor, &paper->rates[0].base_minor, &paper->rates[0].rate_bp,
    };
    for (size_t i = 0; i < ARRAY_LEN(amounts); i++) {
        int64_t was = *amounts[i];
        *amounts[i] = was + 100;
        assert_string_equal(forged(world->cx, paper), "a document does not add up");
        *amounts[i] = was;
    }
    paper->number = STR("F2031-000002");
    assert_string_equal(forged(world->cx, paper), "a number is missing or there twice");
    paper->number = STR("F2032-000001");
    assert_string_equal(forged(world->cx, paper), "a number is not that of its year");
    world_free(world);
}

CASE(rows_of_documents_cannot_be_changed)
{
    static const char *const TRIES[] = {
        "UPDATE invoice SET buyer = 'x'",
        "DELETE FROM invoice",
        "UPDATE invoice_series SET serial = serial - 1",
        "UPDATE invoice_series SET prefix = 'X'",
        "UPDATE invoice_series SET issued = '2030-01-01', serial = serial + 1",
        "DELETE FROM invoice_series",
    };
    struct world *world = scene();
    sqlite3 *db = raw_open(world);

    for (size_t i = 0; i < ARRAY_LEN(TRIES); i++)
        assert_int_not_equal(sqlite3_exec(db, TRIES[i], NULL, NULL, NULL), SQLITE_OK);
    raw_close(db);
    assert_int_equal(world_verify(world)->problem_count, 0);
    world_free(world);
}

UNIT_MAIN(T(sound_series_have_no_problem), T(long_series_is_proved_to_its_end),
          T(changed_record_is_detected), T(changed_record_with_a_hash_of_its_own_breaks_the_chain),
          T(missing_number_is_detected), T(forged_row_is_detected_wherever_it_lies),
          T(damaged_key_of_a_series_is_told), T(changed_column_is_detected),
          T(missing_entry_and_missing_task_are_detected), T(forged_sums_are_detected),
          T(rows_of_documents_cannot_be_changed))
