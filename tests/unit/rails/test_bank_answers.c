#include "core/bank_cancellation.h"
#include "core/bank_work.h"
#include "core/payout.h"
#include "unit/rails/bank_story.h"

/* What the bank answers besides yes and no: to a request for cancellation (camt.029), and about who
 * is paid (VoP). */

static struct bank_work *work_all(struct story *story, size_t *count)
{
    struct bank_work *list;

    assert_ok(bank_work_open(story->world->cx, world_read(story->world), 10, &list, count));
    reader_release(story->world->core.reader);
    return list;
}

static struct sepa_imported read_text(struct story *story, struct str text)
{
    struct sepa_imported imported;

    assert_ok(text_try(story, text, &imported));
    return imported;
}

/* --- cancellation -------------------------------------------------------------------------------
 */

static err_t cancel_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct payment_id *id = arg;

    return bank_cancellation_ask(cx, tx, *id);
}

static err_t cancel_try(struct story *story, size_t which)
{
    struct ctx *cx = world_ctx(story->world);

    return tx_run(story->world->store, cx, cancel_body, &story->payments[which].id);
}

/* About the transaction with this reference; or, without one, about the whole file. */
static struct sepa_imported answer(struct story *story, const char *id, const char *reference,
                                   const char *status, const char *reason)
{
    struct arena *arena = story->world->cx->arena;
    struct str details =
        reference == NULL
            ? STR("")
            : str_format(arena,
                         "<TxInfAndSts><OrgnlEndToEndId>%s</OrgnlEndToEndId><TxCxlSts>%s</TxCxlSts>"
                         "<CxlStsRsnInf><Rsn><Cd>%s</Cd></Rsn></CxlStsRsnInf></TxInfAndSts>",
                         reference, status, reason);

    return read_text(
        story,
        str_format(arena,
                   "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.029.001.03\">"
                   "<RsltnOfInvstgtn><Assgnmt><Id>%s</Id></Assgnmt><Sts><Conf>%s</Conf></Sts>"
                   "<CxlDtls><OrgnlGrpInfAndSts><OrgnlMsgId>AL-DD-0001</OrgnlMsgId>"
                   "</OrgnlGrpInfAndSts>%s</CxlDtls></RsltnOfInvstgtn></Document>",
                   id, reference == NULL ? status : "PECR", details.ptr));
}

CASE(a_confirmed_cancellation_cancels_the_payment)
{
    struct story *story = story_new();

    assert_ok(cancel_try(story, 0));
    assert_int_equal(cancel_try(story, 0), ERR_STATE);
    answer(story, "A1", "AL-E2E-000001", "PDCR", "");
    assert_states(story, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT);
    answer(story, "A2", "AL-E2E-000001", "ACCR", "");
    assert_states(story, PAYMENT_CANCELED, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT);
    assert_int_equal(world_balance(story->world, ACCOUNT_SEPA), AMOUNTS[1] + AMOUNTS[2]);
    assert_true(str_eq(debit_now(story->world, story->payments[0].id).reason, STR("CUST")));
    assert_int_equal(
        mandate_at(story->world, debit_now(story->world, story->payments[0].id).mandate).state,
        MANDATE_ACTIVE);
    answer(story, "A3", "AL-E2E-000001", "ACCR", "");
    assert_int_equal(open_work(story), 0);
    assert_int_equal(cancel_try(story, 0), ERR_STATE);
    story_end(story);
}

CASE(a_refused_cancellation_leaves_the_debit_as_it_is)
{
    struct story *story = story_new();
    size_t count;

    assert_ok(cancel_try(story, 1));
    answer(story, "A1", "AL-E2E-000002", "RJCR", "NOAS");
    assert_states(story, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT);
    struct bank_work *work = work_all(story, &count);
    assert_int_equal(count, 1);
    assert_int_equal(work[0].what, BANK_CANCELLATION);
    assert_true(str_eq(work[0].reason, STR("NOAS")));
    /* It may be asked again. */
    assert_ok(cancel_try(story, 1));
    answer(story, "A2", NULL, "CNCL", "");
    assert_states(story, PAYMENT_CAPTURE_SENT, PAYMENT_CANCELED, PAYMENT_CAPTURE_SENT);
    story_end(story);
}

/* [doc] Instead of a camt.029: a reject with the reason of a cancellation. */
CASE(a_reject_with_our_reason_is_the_answer)
{
    for (int asked = 0; asked < 2; asked++) {
        struct story *story = story_new();
        if (asked == 1)
            assert_ok(cancel_try(story, 0));
        read_text(story,
                  STR("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10\">"
                      "<CstmrPmtStsRpt><GrpHdr><MsgId>P1</MsgId></GrpHdr><OrgnlGrpInfAndSts>"
                      "<OrgnlMsgId>AL-DD-0001</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>"
                      "<OrgnlPmtInfId>AL-DD-0001-01</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>"
                      "AL-E2E-000001</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>DUPL"
                      "</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt>"
                      "</Document>"));
        assert_int_equal(state_of(story, 0), asked == 1 ? PAYMENT_CANCELED : PAYMENT_FAILED);
        story_end(story);
    }
}

/* The bank was quicker than the person who recorded the request. */
CASE(an_answer_before_the_request_is_recorded_waits_for_it)
{
    struct story *story = story_new();

    struct sepa_imported imported = answer(story, "A1", "AL-E2E-000001", "ACCR", "");
    assert_int_equal(imported.report.parked, 2);
    assert_states(story, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT);
    assert_ok(cancel_try(story, 0));
    assert_states(story, PAYMENT_CANCELED, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT);
    /* The answer of the whole file was about nothing else. */
    assert_int_equal(
        world_number(story->world, "SELECT COUNT(*) FROM bank_fact WHERE outcome = 'parked'"), 0);
    assert_int_equal(open_work(story), 0);
    story_end(story);
}

CASE(an_answer_that_nobody_asked_for_is_work_after_ten_days)
{
    struct story *story = story_new();
    size_t count;

    answer(story, "A1", NULL, "CNCL", "");
    assert_int_equal(open_work(story), 0);
    world_stop_at(story->world, PAST_CUTOFF + (PARKED_DAYS + 1) * DAY_US);
    answer(story, "A2", NULL, "RJCR", "");
    assert_states(story, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT);
    struct bank_work *work = work_all(story, &count);
    assert_int_equal(count, 1);
    assert_int_equal(work[0].what, BANK_UNMATCHED);
    story_end(story);
}

/* --- payees -------------------------------------------------------------------------------------
 */

enum { TRANSFERS = 4 };

struct payees {
    struct story *story;
    struct refund refunds[TRANSFERS];
};

/* Refunds of settled debits, on their way in one file with the number CT. */
static struct payees payees_new(size_t count, const char *mode)
{
    struct payees payees = {.story = story_new()};
    struct story *story = payees.story;

    world_set(story->world, "vop_mode", mode);
    read_text(
        story,
        STR("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>"
            "<Stmt><Id>S</Id><Acct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></Acct>"
            "<Ntry><Amt Ccy=\"EUR\">185.40</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>"
            "<BookgDt><Dt>2026-11-30</Dt></BookgDt><NtryDtls><Btch><PmtInfId>AL-DD-0001-01"
            "</PmtInfId></Btch></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"));
    for (size_t i = 0; i < count; i++)
        payees.refunds[i] = refund(story->world, story->payments[i % DEBITS].id, 100 + (int64_t)i);
    assert_ok(tx_run(story->world->store, story->world->cx, fake_bank_take_body, NULL));
    assert_ok(tx_run(story->world->store, story->world->cx, fake_bank_release_body, NULL));
    world_tamper(story->world,
                 "UPDATE bank_message SET msg_id = 'CT' WHERE msg_id <> 'AL-DD-0001';");
    desk_begin(story);
    return payees;
}

static void payee_say(struct payees *payees, size_t which, const char *status, const char *name)
{
    struct story *story = payees->story;

    read_text(story,
              str_format(story->world->cx->arena,
                         "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10\">"
                         "<CstmrPmtStsRpt><GrpHdr><MsgId>V-%s-%zu</MsgId></GrpHdr>"
                         "<OrgnlGrpInfAndSts><OrgnlMsgId>CT</OrgnlMsgId><GrpSts>RVCM</GrpSts>"
                         "</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>%s"
                         "</OrgnlEndToEndId><TxSts>%s</TxSts><StsRsnInf><AddtlInf>%s</AddtlInf>"
                         "</StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt>"
                         "</Document>",
                         status, which, payees->refunds[which].id.raw, status, name));
}

static enum refund_state refund_state_of(struct payees *payees, size_t which)
{
    return refund_now(payees->story->world, payees->refunds[which].id).state;
}

enum verdict { RELEASE = 1, REFUSE, CLOSE };

struct deciding {
    enum verdict what;
    struct bank_work_id id;
};

static err_t decide_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct deciding *deciding = arg;

    switch (deciding->what) {
    case RELEASE:
        return bank_work_release(cx, tx, deciding->id);
    case REFUSE:
        return bank_work_refuse(cx, tx, deciding->id);
    case CLOSE:
        return bank_work_close(cx, tx, deciding->id);
    }
    must_fail(__FILE__, __LINE__, "a verdict is a member");
}

static err_t decide(struct story *story, struct bank_work_id id, enum verdict what)
{
    struct deciding deciding = {what, id};
    struct ctx *cx = world_ctx(story->world);

    return tx_run(story->world->store, cx, decide_body, &deciding);
}

CASE(payees_in_doubt_are_held_and_names_shown)
{
    struct payees payees = payees_new(TRANSFERS, "before");
    struct story *story = payees.story;
    size_t count;

    payee_say(&payees, 0, "RCVC", "");
    payee_say(&payees, 1, "RVMC", "DUPOND JEAN");
    payee_say(&payees, 2, "RVNM", "");
    payee_say(&payees, 3, "RVNA", "");
    payee_say(&payees, 2, "RVNM", "");
    struct bank_work *work = work_all(story, &count);
    assert_int_equal(count, 3);
    assert_true(str_eq(work[0].payee_name, STR("DUPOND JEAN")));
    assert_false(work[0].holds);
    assert_true(str_eq(work[1].reason, STR("RVNM")));
    assert_true(work[1].holds);
    assert_string_equal(work[1].object, payees.refunds[2].id.raw);
    assert_true(work[2].holds);
    world_is_sound(story->world);

    assert_int_equal(decide(story, work[1].id, CLOSE), ERR_STATE);
    assert_int_equal(decide(story, work[0].id, RELEASE), ERR_STATE);
    assert_ok(decide(story, work[0].id, CLOSE));
    assert_ok(decide(story, work[1].id, RELEASE));
    assert_ok(decide(story, work[2].id, REFUSE));
    assert_int_equal(decide(story, work[2].id, REFUSE), ERR_STATE);
    assert_int_equal(refund_state_of(&payees, 2), REFUND_SENT);
    assert_int_equal(refund_state_of(&payees, 3), REFUND_NOT_HONORED);
    assert_int_equal(open_work(story), 0);
    story_end(story);
}

static void book(struct payees *payees, size_t which)
{
    struct story *story = payees->story;

    read_text(story,
              str_format(story->world->cx->arena,
                         "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">"
                         "<BkToCstmrStmt><Stmt><Id>B</Id><Acct><Id><IBAN>"
                         "FR7630006000011234567890189</IBAN></Id></Acct><Ntry><Amt Ccy=\"EUR\">"
                         "1.0%zu</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>"
                         "2026-12-02</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>%s"
                         "</EndToEndId></Refs></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt>"
                         "</Document>",
                         which, payees->refunds[which].id.raw));
}

/* A bank that compares while it transfers has decided by itself; one that was to wait has not. */
CASE(a_held_transfer_that_is_booked_is_over)
{
    static const char *const MODES[] = {"on_the_fly", "before"};

    for (size_t i = 0; i < ARRAY_LEN(MODES); i++) {
        struct payees payees = payees_new(2, MODES[i]);
        payee_say(&payees, 0, "RVNM", "");
        assert_int_equal(open_work(payees.story), 1);
        book(&payees, 0);
        assert_int_equal(refund_state_of(&payees, 0), REFUND_REFUNDED);
        assert_int_equal(open_work(payees.story), i == 0 ? 0 : 1);
        story_end(payees.story);
    }
}

/* [doc] An order that is alone in its file cannot be opted out. */
CASE(of_several_orders_that_are_opted_out_none_is_held)
{
    for (size_t count = 1; count <= 2; count++) {
        struct payees payees = payees_new(count, "opt_out");
        size_t open;
        payee_say(&payees, 0, "RVNM", "");
        struct bank_work *work = work_all(payees.story, &open);
        assert_int_equal(open, 1);
        assert_int_equal(work[0].holds, count == 1);
        assert_ok(decide(payees.story, work[0].id, count == 1 ? RELEASE : CLOSE));
        story_end(payees.story);
    }
}

UNIT_MAIN(T(a_confirmed_cancellation_cancels_the_payment),
          T(a_refused_cancellation_leaves_the_debit_as_it_is),
          T(a_reject_with_our_reason_is_the_answer),
          T(an_answer_before_the_request_is_recorded_waits_for_it),
          T(an_answer_that_nobody_asked_for_is_work_after_ten_days),
          T(payees_in_doubt_are_held_and_names_shown), T(a_held_transfer_that_is_booked_is_over),
          T(of_several_orders_that_are_opted_out_none_is_held))
