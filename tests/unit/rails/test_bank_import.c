#include <sys/stat.h>

#include "core/holder.h"
#include "rails/sepa/export.h"
#include "rails/sepa/export_write.h"
#include "rails/sepa/survey.h"
#include "support/iso20022.h"
#include "unit/rails/bank_story.h"

/* The sample files, and files of ours. */

static bool samples_there(struct story *story)
{
    struct str names[64];

    if (samples_list(story->world->cx->arena, "samples-made", names, 64) > 0)
        return true;
    return false;
}

static struct sepa_imported sample_import(struct story *story, const char *name)
{
    struct sepa_imported imported;
    struct str text = sample(story->world->cx->arena, "samples-made",
                             str_format(story->world->cx->arena, "%s.xml", name));

    assert_ok(text_try(story, text, &imported));
    return imported;
}

/* --- the story ----------------------------------------------------------------------------------
 */

static const char *const FILES[][3] = {
    {"camt.053.001.02__day-batch-credit-and-return", "camt.054.001.02__returns",
     "camt.054.001.02__returns-same-content-new-ids"},
    {"camt.053.001.08__day-batch-credit-and-return", "camt.054.001.08__returns",
     "camt.054.001.08__returns-same-content-new-ids"},
};

CASE(same_content_under_new_ids_changes_nothing)
{
    for (size_t version = 0; version < ARRAY_LEN(FILES); version++) {
        struct story *story = story_new();
        if (!samples_there(story))
            return;
        sample_import(story, FILES[version][0]);
        assert_states(story, PAYMENT_DISPUTED, PAYMENT_CAPTURED, PAYMENT_CAPTURED);
        sample_import(story, FILES[version][1]);
        assert_states(story, PAYMENT_DISPUTED, PAYMENT_DISPUTED, PAYMENT_CAPTURED);
        assert_true(str_eq(debit_now(story->world, story->payments[0].id).reason, STR("AM04")));
        assert_true(str_eq(debit_now(story->world, story->payments[1].id).reason, STR("MD06")));
        int64_t legs = world_count(story->world, "ledger_leg");
        int64_t events = world_count(story->world, "event");
        struct sepa_imported again = sample_import(story, FILES[version][2]);
        assert_int_equal(again.report.facts, 0);
        assert_int_equal(again.report.known, 1);
        assert_int_equal(world_count(story->world, "ledger_leg"), legs);
        assert_int_equal(world_count(story->world, "event"), events);
        assert_int_equal(open_work(story), 0);
        story_end(story);
    }
}

CASE(files_in_any_order_give_the_same_end)
{
    static const int ORDERS[][3] = {
        {0, 1, 2},
        {0, 2, 1},
        {1, 0, 2},
        {1, 2, 0},
        {2, 0, 1},
        {2, 1, 0}
    };

    for (size_t order = 0; order < ARRAY_LEN(ORDERS); order++) {
        struct story *story = story_new();
        if (!samples_there(story))
            return;
        for (size_t i = 0; i < 3; i++)
            sample_import(story, FILES[1][ORDERS[order][i]]);
        assert_states(story, PAYMENT_DISPUTED, PAYMENT_DISPUTED, PAYMENT_CAPTURED);
        /* 185.40 came, 19.90 and 50.00 went. */
        assert_int_equal(world_balance(story->world, ACCOUNT_BANK), 18540 - 1990 - 5000);
        assert_int_equal(world_balance(story->world, ACCOUNT_SEPA), 0);
        assert_int_equal(open_work(story), 0);
        assert_int_equal(
            world_number(story->world, "SELECT COUNT(*) FROM bank_fact WHERE outcome = 'parked'"),
            0);
        story_end(story);
    }
}

CASE(file_imported_a_hundred_times)
{
    struct story *story = story_new();
    struct sepa_imported imported;

    if (!samples_there(story))
        return;
    struct str text = sample(story->world->cx->arena, "samples-made",
                             str_format(story->world->cx->arena, "%s.xml", FILES[1][0]));
    assert_ok(text_try(story, text, &imported));
    assert_false(imported.known);
    int64_t legs = world_count(story->world, "ledger_leg");
    for (int i = 0; i < 100; i++) {
        assert_ok(text_try(story, text, &imported));
        assert_true(imported.known);
    }
    assert_int_equal(world_count(story->world, "ledger_leg"), legs);
    assert_int_equal(world_count(story->world, "bank_report"), 1);
    story_end(story);
}

CASE(reject_before_settlement_and_a_credit_of_all)
{
    struct story *story = story_new();

    if (!samples_there(story))
        return;
    sample_import(story, "pain.002.001.10__ack-file-accepted");
    sample_import(story, "pain.002.001.10__reject-partial");
    assert_states(story, PAYMENT_FAILED, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT);
    assert_true(str_eq(debit_now(story->world, story->payments[0].id).reason, STR("AC01")));
    /* The credit of all three, though one was rejected; the line that takes it back balances it. */
    sample_import(story, FILES[1][0]);
    assert_states(story, PAYMENT_FAILED, PAYMENT_CAPTURED, PAYMENT_CAPTURED);
    assert_int_equal(open_work(story), 0);
    assert_int_equal(world_balance(story->world, ACCOUNT_BANK), 18540 - 1990);
    assert_int_equal(world_balance(story->world, ACCOUNT_SUSPENSE), 0);
    story_end(story);
}

CASE(whole_file_and_whole_block_may_be_rejected)
{
    static const char *const NAMES[] = {"pain.002.001.03__reject-file",
                                        "pain.002.001.10__reject-block"};

    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        struct story *story = story_new();
        if (!samples_there(story))
            return;
        struct sepa_imported imported;
        struct str text = sample(story->world->cx->arena, "samples-made",
                                 str_format(story->world->cx->arena, "%s.xml", NAMES[i]));
        /* Some of the samples are about another file of the same creditor: it is told of this one
         * here. */
        struct buf changed = buf_make(story->world->cx->arena, 1 << 20);
        for (size_t at = 0; at < text.len; at++) {
            struct str rest = str_from(text, at);
            if (str_starts(rest, STR("AL-DD-0002-03"))) {
                buf_put_cstr(&changed, "AL-DD-0001-01");
                at += 12;
            } else if (str_starts(rest, STR("AL-DD-0002"))) {
                buf_put_cstr(&changed, "AL-DD-0001");
                at += 9;
            } else {
                buf_put_byte(&changed, text.ptr[at]);
            }
        }
        assert_ok(text_try(story, buf_str(&changed), &imported));
        assert_states(story, PAYMENT_FAILED, PAYMENT_FAILED, PAYMENT_FAILED);
        assert_int_equal(world_balance(story->world, ACCOUNT_SEPA), 0);
        assert_int_equal(world_number(story->world, "SELECT COUNT(*) FROM bank_file"
                                                    " WHERE state = 'rejected'"),
                         1);
        story_end(story);
    }
}

CASE(what_nothing_explains_waits_ten_days_for_a_person)
{
    struct story *story = story_new();

    if (!samples_there(story))
        return;
    struct sepa_imported imported =
        sample_import(story, "camt.054.001.08__unknown-and-notprovided");
    assert_true(imported.report.parked > 0);
    assert_true(imported.report.work > 0);
    assert_states(story, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT);
    int64_t work = open_work(story);
    world_stop_at(story->world, PAST_CUTOFF + (PARKED_DAYS + 1) * DAY_US);
    sample_import(story, FILES[1][0]);
    assert_int_equal(
        world_number(story->world, "SELECT COUNT(*) FROM bank_fact WHERE outcome = 'parked'"), 0);
    assert_true(open_work(story) > work);
    story_end(story);
}

CASE(file_that_cannot_be_read_to_its_end_has_no_effect)
{
    struct story *story = story_new();
    struct sepa_imported imported;

    if (!samples_there(story))
        return;
    struct str text = sample(story->world->cx->arena, "samples-made",
                             str_format(story->world->cx->arena, "%s.xml", FILES[1][0]));
    assert_int_equal(text_try(story, str_sub(text, 0, text.len - 20), &imported), ERR_MALFORMED);
    assert_states(story, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT);
    assert_int_equal(world_count(story->world, "bank_report"), 0);
    assert_int_equal(text_try(story, STR("<Unknown/>"), &imported), ERR_INVALID);
    story_end(story);
}

/* --- what was answered --------------------------------------------------------------------------
 */

static err_t heard_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct bank_file_id *id = arg;

    return bank_file_heard(cx, tx, *id);
}

static size_t unheard(struct story *story)
{
    struct bank_file *files;
    size_t count;

    assert_ok(bank_files_unheard(story->world->cx, world_read(story->world), 10, &files, &count));
    reader_release(story->world->core.reader);
    return count;
}

/* An answer is several reports: a crash behind the first one must not lose the others. */
/* --- files that are more than any bank sends ----------------------------------------------------
 */

enum { HUGE = 48 << 20 };

static const char STATEMENT_BEGIN[] =
    "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><GrpHdr>"
    "<MsgId>X</MsgId></GrpHdr><Stmt><Id>X</Id><Acct><Id><IBAN>FR7630006000011234567890189</IBAN>"
    "</Id></Acct>";
static const char STATEMENT_END[] = "</Stmt></BkToCstmrStmt></Document>";

static err_t huge_try(struct story *story, struct buf *text, struct sepa_imported *out)
{
    buf_put_cstr(text, STATEMENT_END);
    must(!text->failed);
    return text_try(story, buf_str(text), out);
}

/* Of more than one portion. */
CASE(texts_that_are_longer_than_any_are_cut)
{
    static const char *const REFERENCES[] = {"MsgId", "PmtInfId", "InstrId", "EndToEndId"};
    enum { LINES = BANK_FACTS_MAX + 100, LONG = 4000 };
    struct story *story = story_new();
    struct arena *arena = arena_new(2 * HUGE);
    struct buf text = buf_make(arena, HUGE);
    char *word = arena_alloc(arena, LONG + 1);
    struct sepa_imported imported;

    memset(word, 'x', LONG);
    word[LONG] = '\0';
    buf_put_cstr(&text, STATEMENT_BEGIN);
    buf_put_cstr(&text, "<Ntry><Amt Ccy=\"EUR\">600.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>"
                        "BOOK</Cd></Sts><BookgDt><Dt>2026-11-30</Dt></BookgDt><NtryDtls>");
    for (int i = 0; i < LINES; i++) {
        buf_put_cstr(&text, "<TxDtls><Refs>");
        for (size_t j = 0; j < ARRAY_LEN(REFERENCES); j++) {
            buf_format(&text, "<%s>", REFERENCES[j]);
            buf_put_cstr(&text, word);
            buf_format(&text, "</%s>", REFERENCES[j]);
        }
        buf_put_cstr(&text, "</Refs><Amt Ccy=\"EUR\">1.00</Amt><RtrInf><Rsn><Prtry>");
        buf_put_cstr(&text, word);
        buf_put_cstr(&text, "</Prtry></Rsn></RtrInf></TxDtls>");
    }
    buf_put_cstr(&text, "</NtryDtls></Ntry>");
    assert_ok(huge_try(story, &text, &imported));
    assert_int_equal(imported.report.facts, LINES);
    assert_int_equal(imported.report.parked, LINES);
    arena_free(arena);
    story_end(story);
}

CASE(more_entries_than_are_read_are_refused)
{
    struct story *story = story_new();
    struct arena *arena = arena_new(2 * HUGE);
    struct buf text = buf_make(arena, HUGE);
    struct sepa_imported imported;

    buf_put_cstr(&text, STATEMENT_BEGIN);
    for (int i = 0; i <= SURVEY_ENTRIES_MAX; i++)
        buf_put_cstr(&text, "<Ntry><Amt>1</Amt></Ntry>");
    assert_int_equal(huge_try(story, &text, &imported), ERR_LIMIT);
    assert_int_equal(world_count(story->world, "bank_report"), 0);
    arena_free(arena);
    story_end(story);
}

CASE(file_is_heard_when_all_of_its_answer_was_read)
{
    struct story *story = story_new();
    struct bank_file *files;
    size_t count;

    if (!samples_there(story))
        return;
    assert_int_equal(unheard(story), 1);
    sample_import(story, "pain.002.001.10__ack-file-accepted");
    assert_ok(
        bank_files_unanswered(story->world->cx, world_read(story->world), 10, &files, &count));
    assert_int_equal(count, 0);
    assert_ok(bank_files_newest(story->world->cx, world_read(story->world), 10, &files, &count));
    reader_release(story->world->core.reader);
    assert_int_equal(unheard(story), 1);
    assert_ok(tx_run(story->world->store, story->world->cx, heard_body, &files[0].id));
    assert_int_equal(unheard(story), 0);
    story_end(story);
}

/* --- files of ours ------------------------------------------------------------------------------
 */

static struct story *export_new(void)
{
    struct story *story = process_make(struct story);

    story->world = world_new();
    debits_make(story);
    desk_begin(story);
    return story;
}

static err_t export_try(struct story *story, struct sepa_exported *out)
{
    reader_release(story->world->core.reader);
    err_t err = sepa_export(world_ctx(story->world), &story->desk, out);
    reader_release(story->world->core.reader);
    return err;
}

/* Without a bank to send it to in test mode nothing is touched. */
CASE(without_a_way_to_the_bank_everything_waits)
{
    struct story *story = export_new();
    struct sepa_exported exported;

    assert_int_equal(export_try(story, &exported), ERR_UNAVAILABLE);
    assert_int_equal(world_count(story->world, "bank_file"), 0);
    assert_states(story, PAYMENT_TO_CAPTURE, PAYMENT_TO_CAPTURE, PAYMENT_TO_CAPTURE);
    story_end(story);
}

static struct bank_file only_file(struct story *story)
{
    struct bank_file *files;
    size_t count;

    assert_ok(bank_files_newest(story->world->cx, world_read(story->world), 10, &files, &count));
    reader_release(story->world->core.reader);
    assert_int_equal(count, 1);
    return files[0];
}

static err_t write_body(struct story *story, const struct bank_file *file, struct buf *into,
                        struct str *version)
{
    struct bank_profile profile;
    struct xml_written written;
    const struct sink sink = sink_buf(into);

    assert_ok(bank_profile_load(story->world->cx, world_read(story->world),
                                story->world->made.merchant, &profile));
    reader_release(story->world->core.reader);
    const struct sepa_order order = {.desk = &story->desk, .profile = &profile, .file = file};
    return sepa_file_write(world_ctx(story->world), &order, &sink, version, &written);
}

CASE(same_rows_give_the_same_bytes_and_they_fit_the_schema)
{
    static const char *const EDITIONS[] = {"2009", "2019"};

    for (size_t i = 0; i < ARRAY_LEN(EDITIONS); i++) {
        struct story *story = export_new();
        struct buf first = buf_make(story->world->cx->arena, 1 << 20);
        struct buf second = buf_make(story->world->cx->arena, 1 << 20);
        struct str version;
        world_set(story->world, "pain_version", EDITIONS[i]);
        assert_ok(tx_run(story->world->store, story->world->cx, fake_bank_take_body, NULL));
        struct bank_file file = only_file(story);
        assert_int_equal(file.count, DEBITS);
        assert_int_equal(file.sum_cents, 18540);
        assert_ok(write_body(story, &file, &first, &version));
        assert_ok(write_body(story, &file, &second, &version));
        assert_true(str_eq(buf_str(&first), buf_str(&second)));
        struct str schemas = samples_path(story->world->cx->arena, "xsd");
        if (access(schemas.ptr, R_OK) == 0) {
            struct str rest = buf_str(&first);
            const struct source source = source_text(&rest);
            assert_ok(xml_validate(story->world->cx, schemas, version, &source, 1 << 20));
        }
        story_end(story);
    }
}

/* What a payer has typed decides about no other debit. */
CASE(names_that_cannot_be_written_hold_up_no_file)
{
    static const char *const NAMES[] = {"    ", "\u0301\u0301\u0301", "\u3000\u3000\u3000"};

    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        struct story *story = export_new();
        struct buf text = buf_make(story->world->cx->arena, 1 << 20);
        struct str version;
        world_tamper(story->world, str_format(story->world->cx->arena,
                                              "UPDATE bank_account SET name = '%s'", NAMES[i])
                                       .ptr);
        desk_begin(story);
        assert_ok(tx_run(story->world->store, story->world->cx, fake_bank_take_body, NULL));
        struct bank_file file = only_file(story);
        assert_ok(write_body(story, &file, &text, &version));
        buf_put_byte(&text, '\0');
        assert_non_null(strstr(text.ptr, "<Dbtr><Nm>NOTPROVIDED</Nm></Dbtr>"));
        story_end(story);
    }
}

CASE(files_are_split_at_their_largest_number)
{
    struct story *story = export_new();

    world_set(story->world, "max_tx_per_file", "2");
    assert_ok(tx_run(story->world->store, story->world->cx, fake_bank_take_body, NULL));
    assert_int_equal(world_count(story->world, "bank_file"), 2);
    assert_int_equal(world_number(story->world, "SELECT MAX(tx_count) FROM bank_file"), 2);
    story_end(story);
}

CASE(more_files_than_are_listed_at_once_leave_together)
{
    enum { ALL = BANK_FILES_MAX + 1, CONTEXTS_AT_ONCE = 100 };
    struct story *story = process_make(struct story);
    struct sepa_exported exported;

    story->world = world_new();
    world_set(story->world, "max_tx_per_file", "1");
    for (int i = 0; i < ALL; i++) {
        pay_debit(story->world, 1000);
        if (i % CONTEXTS_AT_ONCE == 0)
            world_contexts_free(story->world);
    }
    world_stop_at(story->world, PAST_CUTOFF);
    desk_begin(story);
    story->desk.bank_url = "http://127.0.0.1:1/";
    story->desk.bank_secret = "";
    story->desk.timeout_ms = 1000;
    assert_int_equal(export_try(story, &exported), ERR_UNAVAILABLE);
    assert_int_equal(exported.released, ALL);
    story_end(story);
}

/* A server that stood still for longer than its lease; the bank has the file by then. */
CASE(a_file_that_another_server_has_released_is_not_published_again)
{
    struct story *story = export_new();
    struct ctx *cx = world_ctx(story->world);
    struct sepa_exported exported;
    struct str out = str_format(cx->arena, "%s/out", story->world->directory);

    all_live(story->world);
    world_tamper(story->world,
                 "CREATE TRIGGER other AFTER UPDATE OF state ON bank_item WHEN new.state = 'sent'"
                 " BEGIN UPDATE bank_file SET state = 'released', released_us = built_us"
                 " WHERE id = new.file; END; UPDATE merchant SET name = name;");
    assert_int_equal(mkdir(out.ptr, 0700), 0);
    desk_begin(story);
    story->desk.out_dir = out;
    cx->mode = MODE_LIVE;
    assert_int_equal(sepa_export(cx, &story->desk, &exported), ERR_STATE);
    assert_int_equal(exported.taken, DEBITS);
    assert_int_equal(rmdir(out.ptr), 0); /* it is empty */
    world_free(story->world);
    process_free(story);
}

/* Another one may be about to publish it. */
CASE(a_file_is_published_under_a_lease_that_surely_holds)
{
    struct story *story = export_new();
    struct ctx *cx = world_ctx(story->world);
    struct sepa_exported exported;
    struct str out = str_format(cx->arena, "%s/out", story->world->directory);

    all_live(story->world);
    assert_int_equal(mkdir(out.ptr, 0700), 0);
    desk_begin(story);
    story->desk.out_dir = out;
    cx->mode = MODE_LIVE;
    assert_ok(holder_join(cx, story->world->store, &story->desk.holder));
    assert_ok(holder_leave(cx, story->desk.holder));
    assert_int_equal(sepa_export(cx, &story->desk, &exported), ERR_STATE);
    assert_int_equal(exported.taken, DEBITS);
    assert_int_equal(rmdir(out.ptr), 0); /* it is empty */
    assert_int_equal(mkdir(out.ptr, 0700), 0);
    ctx_clear_faults(cx);
    assert_ok(holder_renew(cx, story->desk.holder));
    assert_ok(sepa_export(cx, &story->desk, &exported));
    assert_int_equal(exported.released, 1);
    assert_true(rmdir(out.ptr) != 0);
    holder_free(story->desk.holder);
    world_free(story->world);
    process_free(story);
}

/* Its row promises bytes that are lost and cannot be made again. */
CASE(a_file_that_cannot_be_finished_holds_up_no_other)
{
    struct story *story = export_new();
    struct sepa_exported exported;

    world_set(story->world, "max_tx_per_file", "2");
    assert_ok(tx_run(story->world->store, story->world->cx, fake_bank_take_body, NULL));
    world_tamper(story->world, "UPDATE bank_file SET state = 'built', version = 'pain.008.001.08', "
                               "name = 'lost.xml', sha256 = '0', built_us = created_us WHERE id = "
                               "(SELECT MIN(id) FROM bank_file)");
    desk_begin(story);
    story->desk.bank_url = "http://127.0.0.1:1/";
    story->desk.bank_secret = "";
    story->desk.timeout_ms = 1000;
    assert_int_equal(export_try(story, &exported), ERR_INTERNAL);
    assert_int_equal(exported.released, 1);
    assert_int_equal(
        world_number(story->world, "SELECT tx_count FROM bank_file WHERE state = 'released'"), 1);
    story_end(story);
}

static err_t live_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct bank_file_id *id = arg;

    TRY(bank_file_blocked(cx, tx, *id, STR("because")));
    return bank_file_give_up(cx, tx, *id);
}

CASE(blocked_file_gives_its_debits_back_when_a_person_says_so)
{
    struct story *story = export_new();

    assert_ok(tx_run(story->world->store, story->world->cx, fake_bank_take_body, NULL));
    struct bank_file file = only_file(story);
    assert_ok(tx_run(story->world->store, story->world->cx, live_body, &file.id));
    assert_int_equal(world_count(story->world, "bank_item"), 0);
    assert_true(ID_NONE(debit_now(story->world, story->payments[0].id).file));
    assert_ok(tx_run(story->world->store, story->world->cx, fake_bank_take_body, NULL));
    assert_int_equal(world_count(story->world, "bank_item"), DEBITS);
    assert_int_equal(world_count(story->world, "bank_file"), 2);
    story_end(story);
}

UNIT_MAIN(T(same_content_under_new_ids_changes_nothing), T(files_in_any_order_give_the_same_end),
          T(file_imported_a_hundred_times), T(reject_before_settlement_and_a_credit_of_all),
          T(whole_file_and_whole_block_may_be_rejected),
          T(what_nothing_explains_waits_ten_days_for_a_person),
          T(file_that_cannot_be_read_to_its_end_has_no_effect),
          T(texts_that_are_longer_than_any_are_cut), T(more_entries_than_are_read_are_refused),
          T(file_is_heard_when_all_of_its_answer_was_read),
          T(without_a_way_to_the_bank_everything_waits),
          T(same_rows_give_the_same_bytes_and_they_fit_the_schema),
          T(names_that_cannot_be_written_hold_up_no_file),
          T(files_are_split_at_their_largest_number),
          T(more_files_than_are_listed_at_once_leave_together),
          T(a_file_that_another_server_has_released_is_not_published_again),
          T(a_file_is_published_under_a_lease_that_surely_holds),
          T(a_file_that_cannot_be_finished_holds_up_no_other),
          T(blocked_file_gives_its_debits_back_when_a_person_says_so))
