#include "core/deposit.h"
#include "support/core_debit.h"
#include "support/core_request.h"

/* Each rule of core/verify.sql sees the damage it is there for. */

/* A world in which every rule has something to look at. */
static struct world *scene(void)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    struct payment refunded = pay_settled(world, 8000);
    struct payment disputed = pay_settled(world, 6000);
    struct payment_create create;

    refund(world, refunded.id, 3000);
    assert_ok(notice_try(world, attempt_now(world, disputed.attempt).trace.rrn, eur(6000), "45"));
    pay_card(world, 4000);
    pay_hold(world, 2000);
    fake_say(world->fake, CARD_AUTHORISE, CARD_UNKNOWN, "68");
    assert_ok(pay_try(world, draft_with_card(world, 1000), &create));
    assert_int_equal(payment.state, PAYMENT_CAPTURED);
    world_is_sound(world);
    return world;
}

static void detects(const char *sql, const char *what)
{
    struct world *world = scene();
    bool seen = false;

    world_tamper(world, sql);
    struct verify_report *report = world_verify(world);
    for (size_t i = 0; i < report->problem_count; i++)
        seen = seen || strcmp(report->problems[i].what, what) == 0;
    if (!seen)
        fail_msg("not detected: %s (%zu other problems)", what, report->problem_count);
    world_free(world);
}

CASE(sound_world_has_no_problem)
{
    struct world *world = scene();
    struct verify_report *report = world_verify(world);

    assert_int_equal(report->payments, 6);
    assert_int_equal(report->refunds, 1);
    assert_int_equal(report->disputes, 1);
    assert_int_equal(report->entries, 9);
    assert_true(report->legs > report->entries);
    assert_true(report->checks >= 12);
    world_free(world);
}

CASE(leg_that_was_changed_is_detected)
{
    detects("UPDATE ledger_entry SET legs = replace(legs, '\"bank ', '\"bank 1')",
            "the legs of an entry do not sum to zero");
}

CASE(entry_without_legs_is_detected)
{
    detects("UPDATE ledger_entry SET legs = '[]' WHERE id = (SELECT MIN(id) FROM ledger_entry)",
            "the legs of an entry do not sum to zero");
}

CASE(legs_that_cannot_be_read_are_detected)
{
    static const char UNREADABLE[] = "the legs of an entry cannot be read";

    detects("UPDATE ledger_entry SET legs = replace(legs, '\"bank ', '\"purse ')", UNREADABLE);
    detects("UPDATE ledger_entry SET legs = replace(legs, ',', ' ,')", UNREADABLE);
    detects("UPDATE ledger_entry SET legs = replace(legs, ' ', '')", UNREADABLE);
    detects("UPDATE ledger_entry SET currency = 'xyz'", UNREADABLE);
}

CASE(entry_that_was_removed_is_detected)
{
    detects("DELETE FROM ledger_entry WHERE id = (SELECT MIN(id) FROM ledger_entry)",
            "a balance differs from its legs");
}

CASE(entry_for_nothing_is_detected)
{
    detects("UPDATE ledger_entry SET object = '000000000000000000000000'"
            " WHERE id = (SELECT MIN(id) FROM ledger_entry)",
            "an entry is for nothing that exists");
}

/* What is looked at for refunds, disputes and payouts are entries of their own kinds alone. */
CASE(entry_of_a_kind_that_its_object_has_not_is_detected)
{
    static const char NOTHING[] = "an entry is for nothing that exists";

    detects("UPDATE ledger_entry SET object = (SELECT id FROM payment LIMIT 1)"
            " WHERE kind = 'refund_asked'",
            NOTHING);
    detects("UPDATE ledger_entry SET object = (SELECT id FROM refund) WHERE kind = 'chargeback'",
            NOTHING);
    detects("UPDATE ledger_entry SET object = (SELECT id FROM dispute)"
            " WHERE kind = 'capture_settled'",
            NOTHING);
    detects("UPDATE ledger_entry SET kind = 'payout_created' WHERE kind = 'refund_asked'", NOTHING);
    detects("UPDATE ledger_entry SET kind = 'bank_charged' WHERE kind = 'chargeback'", NOTHING);
    detects("UPDATE ledger_entry SET kind = 'suspense_kept' WHERE kind = 'chargeback'", NOTHING);
    detects("UPDATE ledger_entry SET kind = 'invoice_issued' WHERE kind = 'chargeback'", NOTHING);
    detects("UPDATE ledger_entry SET kind = 'nothing_known' WHERE kind = 'chargeback'", NOTHING);
}

/* Whoever looks for the entries of an object looks around the times of that alone. */
CASE(entry_of_a_time_at_which_nothing_happened_is_detected)
{
    static const char *const KINDS[] = {"capture_decided", "capture_settled", "refund_asked",
                                        "chargeback"};

    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) {
        char sql[128];
        snprintf(sql, sizeof sql,
                 "UPDATE ledger_entry SET created_us = created_us + 1 WHERE kind = '%s'", KINDS[i]);
        detects(sql, "an entry is booked when its object did not change");
    }
}

CASE(id_of_another_time_is_detected)
{
    static const char ANOTHER[] = "the id of an entry is of another time than it";

    detects("UPDATE ledger_entry SET id = 'z' || substr(id, 2) WHERE kind = 'chargeback'", ANOTHER);
    /* A test clock may be ahead by any time. */
    detects("UPDATE ledger_entry SET mode = 'live', id = '00' || substr(id, 3)"
            " WHERE kind = 'chargeback'",
            ANOTHER);
}

/* Gives all entries ids of this time. */
static void entry_ids_move(struct world *world, instant at)
{
    char sql[128];

    snprintf(sql, sizeof sql, "UPDATE ledger_entry SET id = '%.8s' || substr(id, 9)",
             id_floor(world->cx->arena, at).ptr);
    world_tamper(world, sql);
}

/* The clock went ahead and was put back while the server ran, or the machine slept in the midst of
 * its work. */
CASE(entries_of_a_clock_that_was_put_back_are_sound_and_found)
{
    for (int i = 0; i < 3; i++) {
        struct world *world = world_new();
        struct payment payment = pay_settled(world, 10000);
        size_t legs = leg_count(world, payment.id.raw);
        assert_true(legs > 4);
        entry_ids_move(world, i == 0   ? world->cx->now + HOUR_US
                              : i == 1 ? world->cx->now + DAY_US
                                       : world->cx->real - 23 * HOUR_US);
        world_is_sound(world);
        assert_int_equal(leg_count(world, payment.id.raw), legs);
        world_free(world);
    }
}

CASE(damaged_key_of_an_entry_is_told_with_its_row)
{
    static const char KEY[] = "the key of an entry cannot be read";

    detects("UPDATE ledger_entry SET id = substr(id, 1, 23) || '!' WHERE kind = 'chargeback'", KEY);
    detects("UPDATE ledger_entry SET id = id || id || id || id WHERE kind = 'chargeback'", KEY);
    detects("UPDATE ledger_entry SET id = '' WHERE kind = 'chargeback'", KEY);
    detects("UPDATE ledger_entry SET id = CAST(x'41FF' AS TEXT) WHERE kind = 'chargeback'", KEY);
    detects("UPDATE ledger_entry SET merchant = CAST(x'FF' AS TEXT), id = 'x' || id", KEY);
    detects("UPDATE ledger_entry SET merchant = 'x' || merchant WHERE kind = 'chargeback'", KEY);
    detects("PRAGMA ignore_check_constraints = 1; "
            "UPDATE ledger_entry SET mode = 'text' WHERE kind = 'chargeback'",
            KEY);
    detects("PRAGMA ignore_check_constraints = 1; UPDATE ledger_entry SET mode = 'text'", KEY);
}

/* A report that is full ends the walk. */
CASE(many_damaged_keys_fill_the_report)
{
    struct world *world = scene();

    world_tamper(world, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                        "1200) INSERT INTO ledger_entry SELECT merchant, mode, '!' || i, kind, "
                        "object, currency, legs, created_us FROM ledger_entry, n "
                        "WHERE kind = 'chargeback'");
    struct verify_report *report = world_verify(world);
    assert_int_equal(report->problem_count, VERIFY_PROBLEMS_MAX);
    assert_string_equal(report->problems[0].what, "the key of an entry cannot be read");
    assert_true(str_eq(report->problems[0].object, STR("!1")));
    world_free(world);
}

CASE(balance_that_was_changed_is_detected)
{
    detects("INSERT INTO ledger_balance (merchant, mode, account, currency, amount_minor)"
            " SELECT id, 'live', 'bank', 'eur', 1 FROM merchant LIMIT 1",
            "a balance differs from its legs");
    detects("INSERT INTO ledger_balance (merchant, mode, account, currency, amount_minor)"
            " SELECT merchant, mode, 'purse', 'eur', 1 FROM ledger_balance LIMIT 1",
            "a balance differs from its legs");
    detects("INSERT INTO ledger_balance (merchant, mode, account, currency, amount_minor)"
            " SELECT merchant, mode, 'reserve', 'usd', 1 FROM ledger_balance LIMIT 1",
            "a balance differs from its legs");
    detects("UPDATE ledger_balance SET amount_minor = amount_minor - 1 WHERE account = 'bank'",
            "a balance differs from its legs");
}

CASE(balance_that_was_removed_is_detected)
{
    detects("DELETE FROM ledger_balance WHERE account = 'bank'",
            "an account has legs but no balance");
}

CASE(state_without_its_entries_is_detected)
{
    detects("UPDATE payment SET state = 'captured' WHERE state = 'to_capture'",
            "a payment has other entries than its state calls for");
    detects("UPDATE payment SET state = 'new' WHERE state = 'captured'",
            "a payment has other entries than its state calls for");
    detects("UPDATE payment SET state = 'canceled' WHERE state = 'to_capture'",
            "a payment has other entries than its state calls for");
    detects("UPDATE payment SET state = 'to_capture' WHERE state = 'authorized'",
            "a payment has other entries than its state calls for");
}

CASE(amount_that_was_changed_is_detected)
{
    detects("UPDATE payment SET amount_minor = amount_minor + 1 WHERE state = 'to_capture'",
            "a payment's entries have other amounts than it");
    detects("UPDATE payment SET amount_minor = amount_minor + 1 WHERE state = 'captured'",
            "a payment's entries have other amounts than it");
    detects("UPDATE payment SET fee_minor = fee_minor + 1 WHERE state = 'captured'",
            "a payment's entries have other amounts than it");
    detects("UPDATE payment SET fee_vat_minor = 0 WHERE state = 'disputed'",
            "a payment's entries have other amounts than it");
}

CASE(refund_that_was_changed_is_detected)
{
    detects("UPDATE refund SET state = 'refunded'",
            "a refund's entries are not what its state calls for");
    detects("UPDATE refund SET state = 'not_honored'",
            "a refund's entries are not what its state calls for");
    detects("UPDATE refund SET state = 'payment_canceled'",
            "a refund's entries are not what its state calls for");
    detects("UPDATE refund SET amount_minor = amount_minor - 1",
            "a refund's entries are not what its state calls for");
}

CASE(refunded_total_that_was_changed_is_detected)
{
    detects("UPDATE payment SET refunded_minor = refunded_minor - 1 WHERE refunded_minor > 0",
            "a payment's refunded total differs from its refunds");
    detects("UPDATE payment SET refunded_minor = 1 WHERE state = 'disputed'",
            "a payment's refunded total differs from its refunds");
}

CASE(dispute_that_was_changed_is_detected)
{
    detects("UPDATE dispute SET state = 'settled'",
            "a dispute's entries are not what its state calls for");
    detects("UPDATE dispute SET amount_minor = 1",
            "a dispute's entries are not what its state calls for");
    detects("UPDATE dispute SET fee_minor = 0",
            "a dispute's entries are not what its state calls for");
}

CASE(task_that_was_removed_is_detected)
{
    detects("DELETE FROM task WHERE kind = 'card_batch'",
            "something waits for a task that does not exist");
    detects("UPDATE task SET due_us = 1 WHERE kind = 'card_batch'",
            "something waits for a task that does not exist");
    detects("UPDATE task SET attempt = (SELECT MAX(id) || 'z' FROM payment) "
            "WHERE kind = 'card_batch'",
            "something waits for a task that does not exist");
    detects("DELETE FROM task WHERE kind = 'hold_expiry'",
            "something waits for a task that does not exist");
    detects("DELETE FROM task WHERE kind = 'card_refund'",
            "something waits for a task that does not exist");
}

CASE(reversal_that_was_removed_is_detected)
{
    detects("DELETE FROM task WHERE kind = 'card_reverse'",
            "an attempt waits for a reversal that does not exist");
}

CASE(total_that_was_changed_is_detected)
{
    detects("UPDATE counter_span SET count = count + 1 WHERE kind = 'payment'",
            "a total differs from the rows it counts");
    detects("UPDATE counter_total SET count = count + 1 WHERE kind = 'payment'",
            "a total differs from the rows it counts");
    detects("UPDATE counter SET count = count + 1 WHERE kind = 'payment'",
            "a total differs from the rows it counts");
    detects("DELETE FROM counter WHERE kind = 'refund'", "a total differs from the rows it counts");
    detects("UPDATE counter SET hour = hour + 1 WHERE kind = 'dispute'",
            "a total differs from the rows it counts");
    detects("INSERT INTO counter SELECT merchant, mode, 'customer', hour, 1 FROM counter LIMIT 1",
            "a total differs from the rows it counts");
}

/* A payout that was paid, one that failed, one that waits, and what is in none yet. */
static struct world *paid_out(void)
{
    static const enum payout_state STATES[] = {PAYOUT_PAID, PAYOUT_FAILED, PAYOUT_TO_PAY};
    struct world *world = world_new();
    struct payout_create create;

    for (size_t i = 0; i < ARRAY_LEN(STATES); i++)
        assert_ok(payout_of_payment_try(world, pay_settled(world, 10000).id, STATES[i], &create));
    struct payment waiting = pay_settled(world, 8000);
    refund(world, waiting.id, 3000);
    world_is_sound(world);
    return world;
}

static void sees(const char *sql, const char *what)
{
    struct world *world = paid_out();
    bool seen = false;

    world_tamper(world, sql);
    struct verify_report *report = world_verify(world);
    for (size_t i = 0; i < report->problem_count; i++)
        seen = seen || strcmp(report->problems[i].what, what) == 0;
    if (!seen)
        fail_msg("not detected: %s (%zu other problems)", what, report->problem_count);
    world_free(world);
}

CASE(payout_without_its_entries_is_detected)
{
    static const char WHAT[] = "a payout's entries are not what its state calls for";

    sees("UPDATE payout SET state = 'paid' WHERE state = 'to_pay'", WHAT);
    sees("UPDATE payout SET state = 'sent' WHERE state = 'paid'", WHAT);
    sees("UPDATE payout SET state = 'failed' WHERE state = 'to_pay'", WHAT);
    sees("UPDATE payout SET state = 'to_pay' WHERE state = 'failed'", WHAT);
    sees("UPDATE payout SET amount_minor = amount_minor + 1 WHERE state = 'paid'", WHAT);
}

CASE(payout_that_is_not_its_lines_is_detected)
{
    static const char WHAT[] = "a payout is not the sum of its lines";

    sees("UPDATE payout SET amount_minor = 1 WHERE state = 'failed'", WHAT);
    sees("UPDATE payout SET currency = 'usd' WHERE state = 'paid'", WHAT);
    sees("DELETE FROM payout_line WHERE failed = 1", WHAT);
    sees("UPDATE payout_line SET fee_minor = fee_minor + 1 WHERE payout IS NOT NULL", WHAT);
}

CASE(breakdown_that_was_changed_is_detected)
{
    static const char WHAT[] = "a payout's breakdown differs from its lines";

    sees("UPDATE payout_part SET amount_minor = amount_minor + 1", WHAT);
    sees("UPDATE payout_part SET count = count + 1", WHAT);
    sees("UPDATE payout_part SET fees_vat_minor = 0", WHAT);
    sees("UPDATE payout_part SET method = 'sepa'", WHAT);
    sees("DELETE FROM payout_part", WHAT);
}

CASE(line_of_a_payout_that_is_gone_is_detected)
{
    sees("DELETE FROM payout WHERE state = 'paid'", "a line is in a payout that does not exist");
}

CASE(object_in_two_payouts_is_detected)
{
    sees("DROP INDEX payout_line_once; INSERT INTO payout_line SELECT merchant, mode, object, back,"
         " 7, kind, method, currency, amount_minor, fee_minor, fee_vat_minor, payout, 0, created_us"
         " FROM payout_line WHERE failed = 0 AND payout IS NOT NULL",
         "an object is in two payouts");
}

CASE(line_that_differs_from_its_object_is_detected)
{
    static const char WHAT[] = "a line has other amounts than its object";

    sees("UPDATE payout_line SET amount_minor = amount_minor - 1 WHERE kind = 'payment'", WHAT);
    sees("UPDATE payout_line SET amount_minor = -amount_minor WHERE kind = 'refund'", WHAT);
    sees("UPDATE payout_line SET fee_vat_minor = 0 WHERE kind = 'payment'", WHAT);
    sees("UPDATE payout_line SET object = '000000000000000000000000' WHERE kind = 'refund'", WHAT);
}

CASE(payable_that_no_line_explains_is_detected)
{
    static const char WHAT[] = "what waits for a payout is not what is payable";

    sees("DELETE FROM payout_line WHERE payout IS NULL AND kind = 'refund'", WHAT);
    sees("UPDATE ledger_balance SET amount_minor = 0 WHERE account = 'merchant_payable'", WHAT);
}

CASE(payout_that_nobody_makes_is_detected)
{
    sees("DELETE FROM task WHERE kind = 'payout'",
         "something waits for a payout that will not be made");
}

/* A request that is open and one that is paid. */
static void request_detects(const char *sql, const char *what)
{
    struct world *world = world_new();
    struct request_terms terms = terms_of(5000);

    (void)ask(world, terms);
    terms.card = card_of(world, VISA);
    terms.authenticate = false;
    assert_int_equal(ask(world, terms).state, REQUEST_CAPTURED);
    world_is_sound(world);
    world_tamper(world, sql);
    struct verify_report *report = world_verify(world);
    bool seen = false;
    for (size_t i = 0; i < report->problem_count; i++)
        seen = seen || strcmp(report->problems[i].what, what) == 0;
    if (!seen)
        fail_msg("not detected: %s (%zu other problems)", sql, report->problem_count);
    world_free(world);
}

CASE(request_that_does_not_fit_its_payments_is_detected)
{
    static const char what[] = "a request is not what its payments make of it";

    request_detects("UPDATE request SET state = 'unpaid' WHERE state = 'captured'", what);
    request_detects("UPDATE request SET state = 'authorized' WHERE state = 'captured'", what);
    request_detects("UPDATE request SET payment = NULL WHERE state = 'captured'", what);
    request_detects("UPDATE request SET state = 'captured' WHERE state = 'require_method'", what);
    request_detects("DELETE FROM request_payment", what);
    request_detects("DELETE FROM task WHERE kind = 'request_expiry'",
                    "something waits for a task that does not exist");
    request_detects("UPDATE counter SET count = count + 1 WHERE kind = 'request'",
                    "a total differs from the rows it counts");
}

/* Debits in every state that verify has to know. */
static struct world *scene_of_debits(void)
{
    struct world *world = world_new();
    struct bank_account account = account_bare(world);
    struct refund_create cancel;

    mandate_made_of(world, account.id, MANDATE_ONE_OFF, MANDATE_CORE);
    debit_leaves(world, pay_from(world, account.id, 7000).id);
    pay_debit(world, 1000);
    assert_ok(refund_try(world, pay_debit(world, 2000).id, WHOLE, &cancel));
    struct payment rejected = pay_debit(world, 3000);
    debit_leaves(world, rejected.id);
    assert_ok(reject_try(world, rejected.id, "AM04"));
    debit_settles(world, pay_debit(world, 4000).id);
    struct payment returned = pay_debit(world, 5000);
    debit_settles(world, returned.id);
    assert_ok(comes_back_try(world, returned.id, "AM04", 5000));
    world_is_sound(world);
    return world;
}

static void detects_of_debits(const char *sql, const char *what)
{
    struct world *world = scene_of_debits();
    bool seen = false;

    world_tamper(world, sql);
    struct verify_report *report = world_verify(world);
    for (size_t i = 0; i < report->problem_count; i++)
        seen = seen || strcmp(report->problems[i].what, what) == 0;
    if (!seen)
        fail_msg("not detected: %s (%zu other problems)", what, report->problem_count);
    world_free(world);
}

CASE(debit_that_does_not_fit_its_payment_is_detected)
{
    static const char BROKEN[] = "a debit is not what its payment's state calls for";

    detects_of_debits("DELETE FROM debit WHERE sent_us IS NULL AND ended_us IS NULL", BROKEN);
    detects_of_debits("UPDATE payment SET state = 'captured' WHERE state = 'capture_sent'", BROKEN);
    detects_of_debits("UPDATE payment SET state = 'to_capture' WHERE state = 'canceled'", BROKEN);
    detects_of_debits("UPDATE debit SET ended_us = NULL WHERE reason IS NOT NULL"
                      " AND settled_us IS NULL",
                      BROKEN);
    detects_of_debits("UPDATE debit SET returned_us = NULL", BROKEN);
    detects_of_debits("UPDATE debit SET due = '2031-06-04'", BROKEN);
    detects_of_debits("UPDATE payment SET paid_us = paid_us + 1 WHERE state = 'captured'", BROKEN);
    detects_of_debits("UPDATE ledger_entry SET kind = 'debit_settled' WHERE kind = 'debit_final'",
                      BROKEN);
    detects_of_debits("UPDATE payment SET method = 'card' WHERE state = 'to_capture'", BROKEN);
    detects_of_debits("UPDATE debit SET released_us = 1 WHERE settled_us IS NOT NULL",
                      "a payment's entries have other amounts than it");
    detects_of_debits("UPDATE ledger_entry SET kind = 'chargeback' WHERE kind = 'debit_returned'",
                      "a dispute's entries are not what its state calls for");
}

CASE(debit_that_nobody_sends_or_releases_is_detected)
{
    detects_of_debits("DELETE FROM task WHERE kind = 'sepa_export'",
                      "a debit waits for a file that will not be made");
    detects_of_debits("DELETE FROM task WHERE kind = 'debit_release'",
                      "something waits for a task that does not exist");
}

CASE(debit_of_nothing_is_detected)
{
    static const char BROKEN[] = "a debit names what does not exist";

    detects_of_debits("UPDATE debit SET account = 'nobody' WHERE reason IS NULL", BROKEN);
    detects_of_debits("UPDATE debit SET mandate = 'nobody' WHERE reason IS NULL", BROKEN);
    detects_of_debits("UPDATE mandate SET state = 'active' WHERE type = 'OOFF'", BROKEN);
}

/* The hold of the scene is cashed in part. */
static void deposit_detects(const char *sql)
{
    static const char WHAT[] = "more was cashed than held, or the rest is kept back";
    struct world *world = world_new();
    struct deposit_cash cash = {
        .merchant = &world->merchant, .payment = pay_hold(world, 2000).id, .amount_minor = 500};

    WORLD_RUN(world, &cash, deposit_cash);
    assert_ok(cash.operation.result);
    world_is_sound(world);
    world_tamper(world, sql);
    struct verify_report *report = world_verify(world);
    assert_true(report->problem_count > 0);
    assert_string_equal(report->problems[report->problem_count - 1].what, WHAT);
    world_free(world);
}

CASE(deposit_that_keeps_the_rest_is_detected)
{
    deposit_detects("DELETE FROM task WHERE kind = 'card_release'");
    deposit_detects("UPDATE card_attempt SET amount_minor = 499");
}

CASE(report_stops_at_its_maximum)
{
    struct world *world = scene();

    world_tamper(
        world,
        "INSERT INTO ledger_entry WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
        " FROM n WHERE i < 300) SELECT p.merchant, p.mode, printf('%024d', n.i),"
        " 'capture_decided', p.id, 'eur', '[]', 0 FROM n, (SELECT * FROM payment LIMIT 1) p");
    assert_int_equal(world_verify(world)->problem_count, VERIFY_PROBLEMS_MAX);
    world_free(world);
}

/* More than the memory of the test would hold, and the last one is looked at like the first. */
CASE(long_ledger_needs_no_more_memory)
{
    struct world *world = scene();

    world_tamper(world, "INSERT INTO ledger_entry WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
                        " SELECT i + 1 FROM n WHERE i < 100000) SELECT p.merchant, p.mode,"
                        " substr(p.id, 1, 8) || printf('%016d', n.i), CASE n.i % 2 WHEN 0 THEN "
                        "'capture_decided' ELSE"
                        " 'capture_reversed' END, p.id, 'eur', printf('[\"suspense %d\",\"bank"
                        " %d\"]', n.i % 2 * 2 - 1, 1 - n.i % 2 * 2), p.paid_us"
                        " FROM n, (SELECT * FROM payment WHERE state = 'to_capture') p");
    struct verify_report *report = world_verify(world);
    assert_int_equal(report->entries, 9 + 100000);
    for (size_t i = 0; i < report->problem_count; i++)
        assert_string_equal(report->problems[i].what, "an account has legs but no balance");
    world_tamper(world, "UPDATE ledger_entry SET legs = '[\"bank 1\",\"suspense -2\"]'"
                        " WHERE substr(id, 9) = '0000000000100000'");
    report = world_verify(world);
    assert_true(report->problem_count > 0);
    assert_string_equal(report->problems[0].what, "the legs of an entry do not sum to zero");
    assert_true(str_ends(report->problems[0].object, STR("0000000000100000")));
    world_free(world);
}

CASE(client_of_another_sponsor_is_detected)
{
    detects(
        "INSERT INTO sponsor (id, name, created_us) VALUES ('000000000000000000000000', 's', 1);"
        "UPDATE client SET sponsor = '000000000000000000000000'",
        "a client is no merchant of its sponsor");
}

UNIT_MAIN(T(client_of_another_sponsor_is_detected), T(sound_world_has_no_problem),
          T(leg_that_was_changed_is_detected), T(entry_without_legs_is_detected),
          T(legs_that_cannot_be_read_are_detected), T(long_ledger_needs_no_more_memory),
          T(entry_of_a_kind_that_its_object_has_not_is_detected),
          T(entry_of_a_time_at_which_nothing_happened_is_detected),
          T(id_of_another_time_is_detected),
          T(entries_of_a_clock_that_was_put_back_are_sound_and_found),
          T(damaged_key_of_an_entry_is_told_with_its_row), T(many_damaged_keys_fill_the_report),
          T(entry_that_was_removed_is_detected), T(entry_for_nothing_is_detected),
          T(balance_that_was_changed_is_detected), T(balance_that_was_removed_is_detected),
          T(state_without_its_entries_is_detected), T(amount_that_was_changed_is_detected),
          T(refund_that_was_changed_is_detected), T(refunded_total_that_was_changed_is_detected),
          T(dispute_that_was_changed_is_detected), T(task_that_was_removed_is_detected),
          T(reversal_that_was_removed_is_detected), T(total_that_was_changed_is_detected),
          T(payout_without_its_entries_is_detected), T(payout_that_is_not_its_lines_is_detected),
          T(breakdown_that_was_changed_is_detected), T(line_of_a_payout_that_is_gone_is_detected),
          T(object_in_two_payouts_is_detected), T(line_that_differs_from_its_object_is_detected),
          T(payable_that_no_line_explains_is_detected), T(payout_that_nobody_makes_is_detected),
          T(request_that_does_not_fit_its_payments_is_detected),
          T(deposit_that_keeps_the_rest_is_detected), T(report_stops_at_its_maximum),
          T(debit_that_does_not_fit_its_payment_is_detected),
          T(debit_that_nobody_sends_or_releases_is_detected), T(debit_of_nothing_is_detected))
