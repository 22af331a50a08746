#include "fixture.h"

#include <sqlite3.h>

/* Databases of older versions, with rows in them, go through the migrations that touch those rows.
 */

static void run(sqlite3 *db, const char *text)
{
    char *message = NULL;

    if (sqlite3_exec(db, text, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %.80s", message, text);
}

static const char *word(struct ctx *cx, sqlite3 *db, const char *text)
{
    sqlite3_stmt *stmt;

    if (sqlite3_prepare_v2(db, text, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", text, sqlite3_errmsg(db));
    must(sqlite3_step(stmt) == SQLITE_ROW);
    const char *found = (const char *)sqlite3_column_text(stmt, 0);
    const char *copy = found == NULL ? "(null)" : str_dup(cx->arena, str_of(found)).ptr;
    sqlite3_finalize(stmt);
    return copy;
}

/* A database as it was after the migrations before `number`. */
static sqlite3 *database_before(int number)
{
    sqlite3 *db;

    must(sqlite3_open(":memory:", &db) == SQLITE_OK);
    for (size_t i = 0; i < MIGRATIONS_SQLITE_COUNT; i++) {
        if (MIGRATIONS_SQLITE[i].number < number)
            run(db, MIGRATIONS_SQLITE[i].text);
    }
    run(db, "INSERT INTO sponsor (id, name, created_us) VALUES ('s', 's', 1);"
            "INSERT INTO merchant (id, sponsor, name, acceptor, created_us)"
            " VALUES ('m', 's', 'm', 'a', 1);");
    return db;
}

static void migrate(sqlite3 *db, int number)
{
    for (size_t i = 0; i < MIGRATIONS_SQLITE_COUNT; i++) {
        if (MIGRATIONS_SQLITE[i].number == number)
            run(db, MIGRATIONS_SQLITE[i].text);
    }
}

static int number_of(const char *name)
{
    for (size_t i = 0; i < MIGRATIONS_SQLITE_COUNT; i++) {
        if (strcmp(MIGRATIONS_SQLITE[i].name, name) == 0)
            return MIGRATIONS_SQLITE[i].number;
    }
    fail_msg("no migration is named %s", name);
    return 0;
}

static void put_card(struct ctx *cx, sqlite3 *db, const char *id, bool reusable, bool erased)
{
    run(db, str_format(cx->arena,
                       "INSERT INTO card (merchant, mode, id, brand, last4, exp_month, exp_year,"
                       " reusable, fingerprint, created_us)"
                       " VALUES ('m', 'test', '%s', 'visa', '4242', 12, 2030, %d, %s, 1)",
                       id, reusable ? 1 : 0, erased ? "NULL" : "x'0102'")
                .ptr);
}

/* A payment and its one attempt have the same id. */
static void put_payment(struct ctx *cx, sqlite3 *db, const char *id, const char *card,
                        const char *state, const char *txn, bool proven)
{
    run(db, str_format(cx->arena,
                       "INSERT INTO payment (merchant, mode, id, state, amount_minor, currency,"
                       " capture, methods, card, auth_asked, attempt, created_us)"
                       " VALUES ('m', 'test', '%s', 'to_capture', 500, 'eur', 1, 2, '%s', 0, '%s',"
                       " 1);"
                       "INSERT INTO card_attempt (merchant, mode, id, payment, card, op, state,"
                       " stan, rrn, amount_minor, currency, network_txn, eci, sent_us)"
                       " VALUES ('m', 'test', '%s', '%s', '%s', 'authorise', '%s', 1, '1', 500,"
                       " 'eur', '%s', %s, 1)",
                       id, card, id, id, id, card, state, txn, proven ? "'05'" : "NULL")
                .ptr);
}

CASE(entries_of_before_0002_keep_their_legs)
{
    struct ctx *cx = unit_ctx();
    sqlite3 *db = database_before(2);

    run(db, "INSERT INTO ledger_entry (merchant, mode, id, kind, object, created_us) VALUES"
            " ('m', 'test', 'e1', 'capture_decided', 'p1', 5),"
            " ('m', 'test', 'e2', 'refund_asked', 'r1', 6);"
            "INSERT INTO ledger_leg (merchant, mode, entry, position, account, currency,"
            " amount_minor) VALUES ('m', 'test', 'e1', 0, 'acquirer_receivable', 'eur', 500),"
            " ('m', 'test', 'e1', 1, 'merchant_pending', 'eur', -500),"
            " ('m', 'test', 'e1', 2, 'merchant_pending', 'eur', 58),"
            " ('m', 'test', 'e1', 4, 'fee_income', 'eur', -58),"
            " ('m', 'test', 'e2', 0, 'merchant_payable', 'gbp', 1),"
            " ('m', 'test', 'e2', 1, 'refunds_in_transit', 'gbp', -1);");
    migrate(db, 2);
    assert_string_equal(word(cx, db, "SELECT legs FROM ledger_entry WHERE id = 'e1'"),
                        "[\"acquirer_receivable 500\",\"merchant_pending -500\","
                        "\"merchant_pending 58\",\"fee_income -58\"]");
    assert_string_equal(
        word(cx, db,
             "SELECT kind || object || currency || created_us FROM ledger_entry WHERE id = 'e2'"),
        "refund_askedr1gbp6");
    assert_string_equal(word(cx, db,
                             "SELECT group_concat(position || account || amount_minor) FROM"
                             " (SELECT position, account, amount_minor FROM ledger_leg"
                             " WHERE entry = 'e2' ORDER BY position)"),
                        "0merchant_payable1,1refunds_in_transit-1");
    assert_int_not_equal(sqlite3_exec(db, "DELETE FROM ledger_entry", NULL, NULL, NULL), SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "UPDATE ledger_entry SET legs = '[]'", NULL, NULL, NULL),
                         SQLITE_OK);
    must(sqlite3_close(db) == SQLITE_OK);
    unit_ctx_free(cx);
}

CASE(cards_of_before_0003_keep_what_is_to_be_quoted_and_held)
{
    struct ctx *cx = unit_ctx();
    sqlite3 *db = database_before(3);

    put_card(cx, db, "kept", true, false);
    put_payment(cx, db, "p1", "kept", "declined", "T1", false);
    put_payment(cx, db, "p2", "kept", "approved", "T2", false);
    put_payment(cx, db, "p3", "kept", "approved", "T3", true);
    put_payment(cx, db, "p4", "kept", "approved", "T4", true);
    put_card(cx, db, "alone", true, false);
    put_payment(cx, db, "p5", "alone", "approved", "T5", false);
    put_card(cx, db, "once", false, true);
    put_payment(cx, db, "p6", "once", "approved", "T6", false);
    put_card(cx, db, "new", true, false);
    put_payment(cx, db, "p7", "new", "unknown", "", false);
    put_payment(cx, db, "p8", "once", "unknown", "", false);
    run(db, "INSERT INTO dispute (merchant, mode, id, payment, kind, state, amount_minor, currency,"
            " response, fee_minor, fee_vat_minor, created_us)"
            " VALUES ('m', 'test', 'd', 'p3', 'chargeback', 'open', 500, 'eur', '45', 0, 0, 1)");
    migrate(db, 3);
    static const char text[] = "SELECT network_txn || ' ' || network_txn_payer FROM card"
                               " WHERE id = '%s'";
    assert_string_equal(word(cx, db, str_format(cx->arena, text, "kept").ptr), "T3 1");
    assert_string_equal(word(cx, db, str_format(cx->arena, text, "alone").ptr), "T5 0");
    assert_string_equal(word(cx, db, str_format(cx->arena, text, "once").ptr), "(null)");
    assert_string_equal(word(cx, db, str_format(cx->arena, text, "new").ptr), "(null)");
    assert_string_equal(word(cx, db, "SELECT network_txn_payer FROM card WHERE id = 'new'"), "0");
    assert_string_equal(word(cx, db, "SELECT group_concat(attempt) FROM card_unreversed"), "p7");
    assert_string_equal(word(cx, db, "SELECT count(*) FROM dispute WHERE notice IS NULL"), "1");
    must(sqlite3_close(db) == SQLITE_OK);
    unit_ctx_free(cx);
}

/* Dropping an index takes its figures along; what is new has its own, once. */
CASE(figures_after_0003_stand_once_for_each_index)
{
    struct ctx *cx = unit_ctx();
    sqlite3 *db = database_before(3);

    migrate(db, 3);
    assert_string_equal(word(cx, db,
                             "SELECT count(*) FROM (SELECT 1 FROM sqlite_stat1"
                             " GROUP BY tbl, idx HAVING count(*) > 1)"),
                        "0");
    assert_string_equal(
        word(cx, db, "SELECT count(*) FROM sqlite_stat1 WHERE idx = 'card_attempt_unknown'"), "0");
    assert_string_equal(
        word(cx, db, "SELECT count(*) FROM sqlite_stat1 WHERE idx = 'dispute_once'"), "1");
    must(sqlite3_close(db) == SQLITE_OK);
    unit_ctx_free(cx);
}

CASE(mails_and_links_of_before_the_forms_are_kept)
{
    struct ctx *cx = unit_ctx();
    int number = number_of("mandate_form");
    sqlite3 *db = database_before(number);

    run(db,
        "INSERT INTO link (hash, merchant, mode, kind, object)"
        " VALUES ('h', 'm', 'test', 'authentication', 'a1');"
        "INSERT INTO outbox (merchant, mode, id, channel, receiver, address, event, type, object,"
        " body, due_us, tries, code, why, created_us)"
        " VALUES ('m', 'test', 'd1', 'mail', 'mail', 'a@b', 'e', 't', 'o', 'b', 7, 2, 5, 'w', 3);"
        "INSERT INTO mail (merchant, mode, id, language, subject, text)"
        " VALUES ('m', 'test', 'd1', 'fr', 'subject', 'text');");
    migrate(db, number);
    assert_string_equal(word(cx, db, "SELECT kind || object FROM link"), "authenticationa1");
    assert_string_equal(
        word(cx, db,
             "SELECT o.channel || o.receiver || o.address || o.event || o.type || o.object"
             " || o.body || o.due_us || o.tries || o.code || o.why || o.created_us || m.text"
             " FROM outbox o JOIN mail m ON m.merchant = o.merchant AND m.mode = o.mode"
             " AND m.id = o.id"),
        "mailmaila@betob725w3text");
    run(db, "PRAGMA foreign_keys = ON; DELETE FROM outbox");
    assert_string_equal(word(cx, db, "SELECT count(*) FROM mail"), "0");
    run(db, "INSERT INTO link (hash, merchant, mode, kind, object)"
            " VALUES ('i', 'm', 'test', 'mandate_form', 'f1')");
    must(sqlite3_close(db) == SQLITE_OK);
    unit_ctx_free(cx);
}

/* One fact, of which the day and the message may be missing. */
static void put_fact(struct ctx *cx, sqlite3 *db, const char *key, const char *source,
                     const char *scope, int created)
{
    run(db, str_format(cx->arena,
                       "INSERT INTO bank_fact (merchant, mode, key, report, what, source, outcome,"
                       " message, day, created_us, amount_cents)"
                       " VALUES ('m', 'live', '%s', 'r', 'credit', '%s', 'parked', %s, %s, %d, 7)",
                       key, source, strcmp(source, "pain.002") == 0 ? scope : "'other'",
                       strcmp(source, "pain.002") == 0 ? "'2030-01-01'" : scope, created)
                .ptr);
}

CASE(facts_of_before_the_sets_are_found_where_they_are_looked_for)
{
    struct ctx *cx = unit_ctx();
    int number = number_of("moving");
    sqlite3 *db = database_before(number);

    put_fact(cx, db, "k4", "camt.053", "'2031-06-03'", 40);
    put_fact(cx, db, "k1", "camt.054", "'2031-06-03'", 10);
    put_fact(cx, db, "k2", "pain.002", "'M-1'", 20);
    put_fact(cx, db, "k3", "pain.002", "NULL", 30);
    put_fact(cx, db, "k5", "camt.054", "NULL", 50);
    run(db, "INSERT INTO bank_link (merchant, mode, files) VALUES ('m', 'live', 3)");
    migrate(db, number);
    assert_string_equal(word(cx, db,
                             "SELECT group_concat(serial || key || created_us, ' ') FROM"
                             " (SELECT * FROM bank_fact ORDER BY serial)"),
                        "1k110 2k220 3k330 4k440 5k550");
    assert_string_equal(word(cx, db,
                             "SELECT group_concat(scope || ' ' || first_serial || last_serial)"
                             " FROM (SELECT * FROM bank_fact_span ORDER BY scope)"),
                        "- 35,2031-06-03 14,M-1 22");
    assert_string_equal(word(cx, db, "SELECT files || ' ' || facts FROM bank_link"), "3 5");
    assert_string_equal(word(cx, db,
                             "SELECT message || amount_cents FROM bank_fact"
                             " WHERE key = 'k2'"),
                        "M-17");
    must(sqlite3_close(db) == SQLITE_OK);
    unit_ctx_free(cx);
}

/* All that a table says, column by column in the order of their names. */
static const char *dump(struct ctx *cx, sqlite3 *db, const char *table)
{
    const char *columns =
        word(cx, db,
             str_format(cx->arena,
                        "SELECT group_concat('quote(' || name || ')', ' || '','' || ') FROM"
                        " (SELECT name FROM pragma_table_info('%s') ORDER BY name)",
                        table)
                 .ptr);

    return word(cx, db,
                str_format(cx->arena, "SELECT group_concat(%s, ';') FROM %s", columns, table).ptr);
}

CASE(debits_and_their_files_are_kept_when_their_checks_are_said_otherwise)
{
    static const char *const TABLES[] = {"levy", "outbox", "debit", "bank_item", "mail"};
    struct ctx *cx = unit_ctx();
    int number = number_of("plain_checks");
    sqlite3 *db = database_before(number);
    const char *before[ARRAY_LEN(TABLES)];

    run(db,
        "INSERT INTO levy (merchant, mode, payment, consumer, sdd_reference, payment_reference,"
        " beneficiary, url_callback, url_status, account_data, status, validated_us, ended_us,"
        " created_us) VALUES ('m', 'test', 'p1', 'c1', 's1', 'r1', 'b', 'u', 'v', '{}', 'returned',"
        " 5, 6, 4);"
        "INSERT INTO outbox (merchant, mode, id, channel, receiver, address, event, type, object,"
        " body, due_us, tries, code, why, created_us)"
        " VALUES ('m', 'test', 'd1', 'mail', 'mail', 'a@b', 'e', 't', 'o', 'b', 7, 2, 5, 'w', 3);"
        "INSERT INTO mail (merchant, mode, id, language, subject, text)"
        " VALUES ('m', 'test', 'd1', 'fr', 'subject', 'text');"
        "INSERT INTO debit (merchant, mode, payment, account, mandate, scheme, sequence, due,"
        " end_to_end, cutoff_us, file, reason, retry_of, presentation, sent_us, settled_us,"
        " released_us, returned_us, created_us, umr) VALUES ('m', 'live', 'p1', 'a1', 'm1', 'B2B',"
        " 'FNAL', '2026-01-05', 'e1', 2, 'f1', 'AM04', 'p0', 3, 3, 4, 5, 6, 1, 'U1');"
        "INSERT INTO bank_item (merchant, mode, file, block, object, kind, end_to_end,"
        " amount_cents, state, reason, credit, back, back_cents, reverses, payee, payee_name, held)"
        " VALUES ('m', 'test', 'f1', 1, 'o1', 'payout', 'e1', 500, 'returned', 'AM04', 'c', 'k', 5,"
        " 'r', 'y', 'n', 'h');");
    for (size_t i = 0; i < ARRAY_LEN(TABLES); i++)
        before[i] = dump(cx, db, TABLES[i]);
    migrate(db, number);
    for (size_t i = 0; i < ARRAY_LEN(TABLES); i++)
        assert_string_equal(dump(cx, db, TABLES[i]), before[i]);
    must(sqlite3_close(db) == SQLITE_OK);
    unit_ctx_free(cx);
}

CASE(merchants_with_a_reference_become_clients_of_their_sponsor)
{
    struct ctx *cx = unit_ctx();
    int number = number_of("clients");
    sqlite3 *db = database_before(number);

    run(db, "INSERT INTO merchant (id, sponsor, name, acceptor, created_us)"
            " VALUES ('m2', 's', 'm2', 'a2', 2), ('m3', 's', 'm3', 'a3', 3);"
            "INSERT INTO merchant_setting (merchant, name, value)"
            " VALUES ('m', 'external_ref', 'sandbox'), ('m', 'email', 'a@b.example'),"
            " ('m2', 'external_ref', 'sandbox'), ('m3', 'external_ref', 'no key');"
            "INSERT INTO api_key (hash, merchant, mode, face, kind, shown, created_us)"
            " VALUES ('h1', 'm', 'test', 'seqino', 'secret', 'x', 1),"
            " ('h2', 'm', 'test', 'seqino', 'secret', 'x', 1),"
            " ('h3', 'm2', 'test', 'seqino', 'secret', 'x', 1),"
            " ('h4', 'm3', 'test', 'stancer', 'secret', 'x', 1);");
    migrate(db, number);
    assert_string_equal(
        word(cx, db,
             "SELECT group_concat(sponsor || mode || merchant || external_ref || organization_name"
             " || contact_email || status || created_us) FROM client"),
        "stestmsandboxma@b.exampleactive1");
    assert_string_equal(word(cx, db, "SELECT group_concat(name) FROM merchant_setting"), "email");
    must(sqlite3_close(db) == SQLITE_OK);
    unit_ctx_free(cx);
}

/* An issued document with nothing but what is counted. */
static void put_invoice(struct ctx *cx, sqlite3 *db, const char *id, const char *kind,
                        int64_t created_us)
{
    run(db, str_format(cx->arena,
                       "INSERT INTO invoice (merchant, mode, id, reference, kind, number, year,"
                       " serial, issued, buyer, currency, total_minor, due_minor, preceding,"
                       " record, previous, hash, created_us) SELECT 'm', 'test', '%s', COUNT(*),"
                       " '%s', 'F' || COUNT(*), 2026, COUNT(*), '2026-01-01', 'b', 'eur', 1, 1,"
                       " CASE WHEN '%s' = 'credit_note' THEN 'i' END, 'r', 'p', 'h', %lld"
                       " FROM invoice",
                       id, kind, kind, (long long)created_us)
                .ptr);
}

CASE(invoices_of_before_are_counted_and_quotes_are_not)
{
    struct ctx *cx = unit_ctx();
    int number = number_of("counted_invoices");
    sqlite3 *db = database_before(number);

    put_invoice(cx, db, "i1", "invoice", HOUR_US);
    put_invoice(cx, db, "i2", "credit_note", HOUR_US + 1);
    put_invoice(cx, db, "i3", "quote", HOUR_US);
    put_invoice(cx, db, "i4", "receipt", HOUR_US);
    put_invoice(cx, db, "i5", "invoice", 200 * HOUR_US);
    migrate(db, number);
    assert_string_equal(
        word(cx, db, "SELECT group_concat(kind || hour || 'x' || count) FROM counter"),
        "invoice_issued1x2,invoice_issued200x1");
    assert_string_equal(
        word(cx, db, "SELECT group_concat(kind || span || 'x' || count) FROM counter_span"),
        "invoice_issued0x2,invoice_issued1x1");
    must(sqlite3_close(db) == SQLITE_OK);
    unit_ctx_free(cx);
}

CASE(what_was_counted_by_the_hour_is_counted_as_a_whole)
{
    struct ctx *cx = unit_ctx();
    int number = number_of("long_years");
    sqlite3 *db = database_before(number);

    run(db, "INSERT INTO counter (merchant, mode, kind, hour, count) VALUES"
            " ('m', 'test', 'card', 1, 2), ('m', 'test', 'card', 200, 3), ('m', 'test', 'refund', "
            "1, 1)");
    migrate(db, number);
    assert_string_equal(
        word(cx, db, "SELECT group_concat(kind || 'x' || count) FROM counter_total"),
        "cardx5,refundx1");
    must(sqlite3_close(db) == SQLITE_OK);
    unit_ctx_free(cx);
}

CASE(files_of_before_0038_are_to_be_read_anew)
{
    struct ctx *cx = unit_ctx();
    int number = number_of("listed_files");
    sqlite3 *db = database_before(number);

    run(db, "INSERT INTO document (merchant, mode, id, kind, object, sha256, size, sealed,"
            " created_us) VALUES ('m', 'test', 'd', 'submission', 's1', 'x', 1, x'00', 7);"
            "INSERT INTO submission (merchant, mode, id, direction, state, format, number, year,"
            " issued, seller, recipient, file_name, document, created_us) VALUES ('m', 'test',"
            " 's1', 'incoming', 'kept', 'CII', 'N1', 2026, '2026-01-01', 's', 'r', 'f', 'd', 7);");
    migrate(db, number);
    assert_string_equal(
        word(cx, db, "SELECT group_concat(kind || object || due_us || tries) FROM task"),
        "submission_termss170");
    assert_string_equal(word(cx, db, "SELECT buyer_name FROM submission"), "(null)");
    must(sqlite3_close(db) == SQLITE_OK);
    unit_ctx_free(cx);
}

CASE(releases_of_each_debit_become_those_of_their_day)
{
    struct ctx *cx = unit_ctx();
    int number = number_of("less_of_each_debit");
    sqlite3 *db = database_before(number);

    run(db,
        "INSERT INTO debit (merchant, mode, payment, account, scheme, sequence, due, end_to_end,"
        " cutoff_us, file, presentation, sent_us, settled_us, released_us, created_us) VALUES"
        " ('m', 'live', 'p1', 'a', 'CORE', 'RCUR', '2026-12-01', 'e1', 2, 'f', 1, 3,"
        "  1796079600000000, NULL, 1),"
        " ('m', 'live', 'p2', 'a', 'CORE', 'RCUR', '2026-12-01', 'e2', 2, 'f', 1, 3,"
        "  1796079600000000, NULL, 1),"
        " ('m', 'live', 'p3', 'a', 'B2B', 'RCUR', '2026-12-01', 'e3', 2, 'f', 1, 3,"
        "  1796079600000000, NULL, 1),"
        " ('m', 'live', 'p4', 'a', 'CORE', 'RCUR', '2026-12-01', 'e4', 2, 'f', 1, 3,"
        "  1796079500000000, 1796079700000000, 1);"
        "INSERT INTO task (merchant, mode, kind, object, due_us, created_us) VALUES"
        " ('m', 'live', 'debit_release', 'p1', 20, 1),"
        " ('m', 'live', 'debit_release', 'p2', 10, 1),"
        " ('m', 'live', 'debit_release', 'p3', 5, 1), ('m', 'live', 'hold_expiry', 'p1', 1, 1);");
    migrate(db, number);
    assert_string_equal(word(cx, db,
                             "SELECT group_concat(kind || ' ' || object || ' ' || due_us)"
                             " FROM (SELECT kind, object, due_us FROM task ORDER BY due_us)"),
                        "hold_expiry p1 1,debit_release 1796079600000000B2B00000 5,"
                        "debit_release 1796079600000000CORE0000 10");
    must(sqlite3_close(db) == SQLITE_OK);
    unit_ctx_free(cx);
}

UNIT_MAIN(T(releases_of_each_debit_become_those_of_their_day),
          T(what_was_counted_by_the_hour_is_counted_as_a_whole),
          T(files_of_before_0038_are_to_be_read_anew),
          T(invoices_of_before_are_counted_and_quotes_are_not),
          T(merchants_with_a_reference_become_clients_of_their_sponsor),
          T(facts_of_before_the_sets_are_found_where_they_are_looked_for),
          T(debits_and_their_files_are_kept_when_their_checks_are_said_otherwise),
          T(mails_and_links_of_before_the_forms_are_kept),
          T(entries_of_before_0002_keep_their_legs),
          T(cards_of_before_0003_keep_what_is_to_be_quoted_and_held),
          T(figures_after_0003_stand_once_for_each_index))
