#include "core/bank_work.h"
#include "core/note.h"
#include "unit/rails/bank_story.h"

/* Lines of the account that are about none of our transactions: the bank's charges, suspense, and
 * what a person decides. */

/* --- files of the bank -------------------------------------------------------------------------
 */

struct told {
    struct buf text;
    const char *root;
    const char *inner;
};

static void told_begin(struct story *story, struct told *told, bool statement, const char *id)
{
    told->text = buf_make(story->world->cx->arena, 64 * 1024);
    told->root = statement ? "BkToCstmrStmt" : "BkToCstmrDbtCdtNtfctn";
    told->inner = statement ? "Stmt" : "Ntfctn";
    buf_format(&told->text,
               "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:%s\"><%s><GrpHdr><MsgId>%s</MsgId>"
               "<CreDtTm>2026-12-01T05:00:00</CreDtTm></GrpHdr><%s><Id>%s</Id>"
               "<CreDtTm>2026-12-01T05:00:00</CreDtTm><Acct><Id><IBAN>FR7630006000011234567890189"
               "</IBAN></Id></Acct>",
               statement ? "camt.053.001.08" : "camt.054.001.08", told->root, id, told->inner, id);
}

/* codes: "PMNT/IDDT/ESDD"; details: what lies in NtryDtls, or "". */
static void told_entry(struct told *told, const char *reference, int64_t cents, const char *codes,
                       const char *details)
{
    int64_t amount = cents < 0 ? -cents : cents;

    buf_format(&told->text,
               "<Ntry><Amt Ccy=\"EUR\">%lld.%02lld</Amt><CdtDbtInd>%s</CdtDbtInd><Sts><Cd>BOOK</Cd>"
               "</Sts><BookgDt><Dt>2026-11-30</Dt></BookgDt><AcctSvcrRef>%s</AcctSvcrRef>"
               "<BkTxCd><Domn><Cd>%.4s</Cd><Fmly><Cd>%.4s</Cd><SubFmlyCd>%.4s</SubFmlyCd></Fmly>"
               "</Domn></BkTxCd>",
               (long long)(amount / 100), (long long)(amount % 100), cents < 0 ? "DBIT" : "CRDT",
               reference, codes, codes + 5, codes + 10);
    if (details[0] != '\0')
        buf_format(&told->text, "<NtryDtls>%s</NtryDtls>", details);
    buf_put_cstr(&told->text, "</Ntry>");
}

static struct sepa_imported told_end(struct story *story, struct told *told)
{
    struct sepa_imported imported;

    buf_format(&told->text, "</%s></%s></Document>", told->inner, told->root);
    must(!told->text.failed);
    assert_ok(text_try(story, buf_str(&told->text), &imported));
    return imported;
}

/* One entry in a file of its own. */
static struct sepa_imported tell(struct story *story, bool statement, const char *id, int64_t cents,
                                 const char *codes, const char *details)
{
    struct told told;

    told_begin(story, &told, statement, id);
    told_entry(&told, id, cents, codes, details);
    return told_end(story, &told);
}

#define OF(reference) "<TxDtls><Refs><EndToEndId>" reference "</EndToEndId></Refs></TxDtls>"
#define BACK(reference, reason)                                                                    \
    "<TxDtls><Refs><EndToEndId>" reference "</EndToEndId></Refs><RtrInf><Rsn><Cd>" reason          \
    "</Cd></Rsn></RtrInf></TxDtls>"
#define BLOCK "<Btch><PmtInfId>AL-DD-0001-01</PmtInfId></Btch>"

static void assert_book(struct story *story, int64_t bank, int64_t fees, int64_t suspense)
{
    assert_int_equal(world_balance(story->world, ACCOUNT_BANK), bank);
    assert_int_equal(world_balance(story->world, ACCOUNT_BANK_FEES), fees);
    assert_int_equal(world_balance(story->world, ACCOUNT_SUSPENSE), suspense);
    world_is_sound(story->world);
}

/* --- decisions ---------------------------------------------------------------------------------
 */

enum decision { MATCH = 1, CHARGE, EXPLAIN, CLOSE };

struct deciding {
    enum decision what;
    struct bank_work_id id;
    struct str text;
};

static err_t decide_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct deciding *deciding = arg;
    bool more;

    switch (deciding->what) {
    case MATCH:
        return bank_work_match(cx, tx, deciding->id, deciding->text, &more);
    case CHARGE:
        return bank_work_charge(cx, tx, deciding->id);
    case EXPLAIN:
        return bank_work_explain(cx, tx, deciding->id, deciding->text);
    case CLOSE:
        return bank_work_close(cx, tx, deciding->id);
    }
    must_fail(__FILE__, __LINE__, "a decision is a member");
}

/* About the oldest open row. */
static struct bank_work work_first(struct story *story)
{
    struct bank_work *list;
    size_t count;

    assert_ok(bank_work_open(story->world->cx, world_read(story->world), 10, &list, &count));
    assert_true(count > 0);
    struct bank_work work = list[0];
    reader_release(story->world->core.reader);
    return work;
}

static err_t decide_on(struct story *story, struct bank_work_id id, enum decision what,
                       const char *text)
{
    struct deciding deciding = {.what = what, .id = id, .text = str_of(text)};
    struct ctx *cx = world_ctx(story->world);

    return tx_run(story->world->store, cx, decide_body, &deciding);
}

static err_t decide(struct story *story, enum decision what, const char *text)
{
    return decide_on(story, work_first(story).id, what, text);
}

/* --- suspense ----------------------------------------------------------------------------------
 */

CASE(a_line_that_matches_nothing_is_in_suspense_once)
{
    struct story *story = story_new();

    tell(story, true, "S1", 12345, "PMNT/RCDT/ESCT", OF("INVOICE 12"));
    assert_book(story, 12345, 0, -12345);
    struct bank_work work = work_first(story);
    assert_int_equal(work.what, BANK_UNMATCHED);
    assert_int_equal(work.suspense_cents, 12345);
    assert_true(str_eq(work.reference, STR("INVOICE 12")));
    for (int i = 0; i < 100; i++)
        assert_true(tell(story, true, "S1", 12345, "PMNT/RCDT/ESCT", OF("INVOICE 12")).known);
    /* The same line in another statement, beside another one. */
    struct told told;
    told_begin(story, &told, true, "S2");
    told_entry(&told, "S1", 12345, "PMNT/RCDT/ESCT", OF("INVOICE 12"));
    told_entry(&told, "S2", -700, "PMNT/ICDT/ESCT", "");
    assert_int_equal(told_end(story, &told).report.known, 1);
    assert_book(story, 12345 - 700, 0, -12345 + 700);
    assert_int_equal(open_work(story), 2);
    story_end(story);
}

/* Banks give one reference to all that belongs to one order, and some none but a word for it. */
CASE(lines_with_one_reference_of_the_bank_are_told_apart)
{
    static const char *const REFERENCES[] = {"3101963431841", "NONREF"};

    for (size_t i = 0; i < ARRAY_LEN(REFERENCES); i++) {
        const char *reference = REFERENCES[i];
        struct story *story = story_new();
        struct told told;
        told_begin(story, &told, true, "S1");
        told_entry(&told, reference, 3000, "PMNT/RCDT/ESCT", OF("INVOICE 1"));
        told_entry(&told, reference, 3000, "PMNT/RCDT/ESCT", OF("INVOICE 2"));
        told_entry(&told, reference, -150, "ACMT/MDOP/CHRG", "");
        told_entry(&told, reference, -150, "ACMT/MDOP/CHRG", "");
        told_entry(&told, "OTHER", 700, "PMNT/RCDT/ESCT", OF("INVOICE 3"));
        assert_int_equal(told_end(story, &told).report.facts, 5);
        assert_book(story, 6700 - 300, 300, -6700);
        /* The same lines in another file, in another order. */
        told_begin(story, &told, true, "S2");
        told_entry(&told, reference, -150, "ACMT/MDOP/CHRG", "");
        told_entry(&told, "OTHER", 700, "PMNT/RCDT/ESCT", OF("INVOICE 3"));
        told_entry(&told, reference, 3000, "PMNT/RCDT/ESCT", OF("INVOICE 2"));
        told_entry(&told, reference, -150, "ACMT/MDOP/CHRG", "");
        told_entry(&told, reference, 3000, "PMNT/RCDT/ESCT", OF("INVOICE 1"));
        struct bank_report report = told_end(story, &told).report;
        assert_int_equal(report.facts, 0);
        assert_int_equal(report.known, 5);
        assert_book(story, 6700 - 300, 300, -6700);
        story_end(story);
    }
}

static void page_tell(struct story *story, int page, const char *reference)
{
    struct told told;

    told_begin(story, &told, true, "S1");
    buf_format(&told.text, "<StmtPgntn><PgNb>%d</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>",
               page);
    told_entry(&told, reference, -150, "ACMT/MDOP/CHRG", "");
    (void)told_end(story, &told);
}

/* Each page has lines of its own, however alike; the bank's reference tells one that is told again.
 */
CASE(equal_lines_of_two_pages_are_two)
{
    struct story *story = story_new();

    for (int round = 0; round < 2; round++) {
        page_tell(story, 2, "NONREF");
        page_tell(story, 1, "NONREF");
        page_tell(story, 1, "R1");
        page_tell(story, 2, "R1");
        assert_book(story, -450, 450, 0);
    }
    story_end(story);
}

CASE(an_amount_is_the_same_however_it_is_written)
{
    static const char *const AMOUNTS_WRITTEN[] = {">1.50<", ">01.5<", ">+1.5<"};
    struct story *story = story_new();

    for (size_t i = 0; i < ARRAY_LEN(AMOUNTS_WRITTEN); i++) {
        struct told told;
        told_begin(story, &told, true, "S1");
        told_entry(&told, "NONREF", -150, "ACMT/MDOP/CHRG", "");
        char *amount = memmem(told.text.ptr, told.text.len, AMOUNTS_WRITTEN[0], 6);
        must(amount != NULL);
        memcpy(amount, AMOUNTS_WRITTEN[i], 6);
        (void)told_end(story, &told);
        assert_book(story, -150, 150, 0);
    }
    story_end(story);
}

/* Whatever else a file tells beside it. */
CASE(a_line_is_known_beside_others_with_its_reference)
{
    struct story *story = story_new();
    struct told told;
    told_begin(story, &told, true, "S1");
    told_entry(&told, "ORDER", 3000, "PMNT/RCDT/ESCT", OF("INVOICE 1"));
    assert_int_equal(told_end(story, &told).report.facts, 1);
    told_begin(story, &told, true, "S2");
    told_entry(&told, "ORDER", 3000, "PMNT/RCDT/ESCT", OF("INVOICE 2"));
    told_entry(&told, "ORDER", 3000, "PMNT/RCDT/ESCT", OF("INVOICE 1"));
    struct bank_report both = told_end(story, &told).report;
    assert_int_equal(both.facts, 1);
    assert_int_equal(both.known, 1);
    told_begin(story, &told, true, "S3");
    told_entry(&told, "ORDER", 3000, "PMNT/RCDT/ESCT", OF("INVOICE 2"));
    assert_int_equal(told_end(story, &told).report.known, 1);
    assert_book(story, 6000, 0, -6000);
    story_end(story);
}

/* Only one of the two reports books, in whatever order they come. */
CASE(only_the_report_that_books_fills_suspense)
{
    for (int order = 0; order < 4; order++) {
        struct story *story = story_new();
        bool by_statement = order < 2;
        world_set(story->world, "posting_source", by_statement ? "053" : "054");
        for (int i = 0; i < 2; i++)
            tell(story, (i + order) % 2 == 0, "S1", -4200, "PMNT/ICDT/ESCT", OF("RENT"));
        assert_book(story, -4200, 0, 4200);
        assert_int_equal(open_work(story), 1);
        assert_int_equal(world_count(story->world, "bank_line"), 1);
        story_end(story);
    }
}

/* Days of the account before it changes are booked by the former report, in whatever order both
 * come. */
CASE(a_change_of_the_report_that_books_counts_from_its_day)
{
    static const char *const SINCE[] = {"2026-11-29", "2026-11-30", "2026-12-01"};

    for (size_t i = 0; i < 2 * ARRAY_LEN(SINCE); i++) {
        struct story *story = story_new();
        bool by_notification = i % 2 == 0;
        world_set(story->world, "posting_source", by_notification ? "054" : "053");
        world_set(story->world, "posting_since", SINCE[i / 2]);
        bool former = i / 2 == 2;
        tell(story, by_notification != former, "S1", -4200, "PMNT/ICDT/ESCT", OF("RENT"));
        assert_book(story, 0, 0, 0);
        tell(story, by_notification == former, "S1", -4200, "PMNT/ICDT/ESCT", OF("RENT"));
        assert_book(story, -4200, 0, 4200);
        assert_int_equal(world_count(story->world, "bank_line"), 1);
        story_end(story);
    }
}

CASE(other_lines_are_left_alone_where_the_account_has_other_business)
{
    struct story *story = story_new();

    world_set(story->world, "other_lines", "ignore");
    tell(story, true, "S1", 12345, "PMNT/RCDT/ESCT", OF("INVOICE 12"));
    tell(story, true, "S2", -500, "ACMT/MDOP/CHRG", "");
    assert_book(story, 0, 0, 0);
    assert_int_equal(open_work(story), 0);
    /* What by its kind is about our files is still looked for, and so are charges for them. */
    tell(story, true, "S3", -30, "PMNT/IDDT/CHRG", OF("AL-E2E-000001"));
    assert_book(story, -30, 30, 0);
    story_end(story);
}

CASE(a_line_of_our_kind_is_in_suspense_after_ten_days)
{
    struct story *story = story_new();

    tell(story, true, "S1", -1234, "PMNT/IDDT/UPDD", BACK("NOT-OURS", "AM04"));
    assert_book(story, 0, 0, 0);
    assert_int_equal(open_work(story), 0);
    world_stop_at(story->world, PAST_CUTOFF + (PARKED_DAYS + 1) * DAY_US);
    tell(story, true, "S2", 100, "PMNT/RCDT/ESCT", "");
    assert_book(story, -1234 + 100, 0, 1234 - 100);
    assert_int_equal(open_work(story), 2);
    story_end(story);
}

CASE(an_entry_that_is_not_its_details_is_in_suspense_as_a_whole)
{
    struct story *story = story_new();

    tell(story, true, "S1", 5000, "PMNT/IDDT/ESDD",
         "<TxDtls><Refs><EndToEndId>AL-E2E-000001</EndToEndId></Refs><Amt Ccy=\"EUR\">19.90</Amt>"
         "<CdtDbtInd>CRDT</CdtDbtInd></TxDtls>");
    assert_book(story, 5000, 0, -5000);
    assert_int_equal(work_first(story).what, BANK_ENTRY_SUM);
    assert_states(story, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT);
    story_end(story);
}

CASE(a_second_credit_of_a_debit_is_in_suspense_until_it_is_taken_back)
{
    struct story *story = story_new();

    tell(story, true, "S1", 1990, "PMNT/IDDT/ESDD", OF("AL-E2E-000001"));
    assert_book(story, 1990, 0, 0);
    tell(story, true, "S2", 1990, "PMNT/IDDT/ESDD", OF("AL-E2E-000001"));
    assert_book(story, 2 * 1990, 0, -1990);
    struct bank_work work = work_first(story);
    assert_int_equal(work.what, BANK_CONTRADICTION);
    assert_string_equal(work.object, story->payments[0].id.raw);
    tell(story, true, "S3", -1990, "PMNT/IDDT/ESDD", OF("AL-E2E-000001"));
    assert_book(story, 1990, 0, 0);
    assert_int_equal(open_work(story), 0);
    assert_states(story, PAYMENT_CAPTURED, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT);
    story_end(story);
}

static void reject_first(struct story *story)
{
    struct sepa_imported imported;

    assert_ok(text_try(
        story,
        STR("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10\"><CstmrPmtStsRpt>"
            "<GrpHdr><MsgId>P1</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>AL-DD-0001"
            "</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>AL-DD-0001-01"
            "</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>AL-E2E-000001</OrgnlEndToEndId><TxSts>"
            "RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts>"
            "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"),
        &imported));
}

/* [doc] Some banks credit a block whole, and take back what was rejected. */
CASE(a_rejected_debit_that_was_credited_is_taken_back_in_any_order)
{
    for (int order = 0; order < 2; order++) {
        struct story *story = story_new();
        reject_first(story);
        for (int i = 0; i < 2; i++) {
            if (i == order)
                tell(story, true, "S1", 18540, "PMNT/IDDT/ESDD", BLOCK);
            else
                tell(story, true, "S2", -1990, "PMNT/IDDT/UPDD", BACK("AL-E2E-000001", "AC04"));
            world_is_sound(story->world);
            assert_int_equal(open_work(story), i == 0 ? 1 : 0);
        }
        assert_book(story, 18540 - 1990, 0, 0);
        assert_states(story, PAYMENT_FAILED, PAYMENT_CAPTURED, PAYMENT_CAPTURED);
        story_end(story);
    }
}

/* --- charges -----------------------------------------------------------------------------------
 */

CASE(charges_of_the_bank_are_booked)
{
    static const char *const CODES[] = {"ACMT/MDOP/CHRG", "PMNT/IDDT/CHRG", "PMNT/MDOP/FEES",
                                        "PMNT/CCRD/COMM"};
    struct story *story = story_new();
    struct told told;

    told_begin(story, &told, true, "S1");
    for (size_t i = 0; i < ARRAY_LEN(CODES); i++)
        told_entry(&told, CODES[i], -250, CODES[i], "");
    /* One given back; and one for a debit of ours, which is no return of it. */
    told_entry(&told, "C1", 250, "ACMT/MCOP/CHRG", "");
    told_entry(&told, "C2", -30, "PMNT/IDDT/CHRG", BACK("AL-E2E-000001", "AM04"));
    told_end(story, &told);
    assert_book(story, -3 * 250 - 30, 3 * 250 + 30, 0);
    assert_int_equal(open_work(story), 0);
    assert_states(story, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT);
    tell(story, false, "N1", -250, "ACMT/MDOP/CHRG", "");
    assert_book(story, -3 * 250 - 30, 3 * 250 + 30, 0);
    story_end(story);
}

/* Whichever report tells first of a return, the line that books has the last word on its price. */
CASE(what_a_return_costs_is_a_charge_in_any_order)
{
    for (int order = 0; order < 2; order++) {
        struct story *story = story_new();
        tell(story, true, "S1", 18540, "PMNT/IDDT/ESDD", BLOCK);
        for (int i = 0; i < 2; i++) {
            if (i == order)
                tell(story, false, "N1", -4500, "PMNT/IDDT/UPDD", BACK("AL-E2E-000002", "MD06"));
            else
                tell(
                    story, true, "S2", -5000, "PMNT/IDDT/UPDD",
                    "<TxDtls><Refs><EndToEndId>AL-E2E-000002</EndToEndId></Refs><AmtDtls><InstdAmt>"
                    "<Amt Ccy=\"EUR\">45.00</Amt></InstdAmt></AmtDtls><RtrInf><Rsn><Cd>MD06</Cd>"
                    "</Rsn></RtrInf></TxDtls>");
            world_is_sound(story->world);
        }
        assert_states(story, PAYMENT_CAPTURED, PAYMENT_DISPUTED, PAYMENT_CAPTURED);
        assert_book(story, 18540 - 5000, 500, 0);
        /* It cannot come back twice. */
        tell(story, true, "S3", -4500, "PMNT/IDDT/UPDD", BACK("AL-E2E-000002", "MD06"));
        assert_book(story, 18540 - 5000 - 4500, 500, 4500);
        assert_int_equal(open_work(story), 1);
        story_end(story);
    }
}

#define KEPT(reference, whole, kept)                                                               \
    "<TxDtls><Refs><EndToEndId>" reference "</EndToEndId></Refs><AmtDtls><InstdAmt>"               \
    "<Amt Ccy=\"EUR\">" whole "</Amt></InstdAmt></AmtDtls><Chrgs><Rcrd><Amt Ccy=\"EUR\">" kept     \
    "</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs></TxDtls>"

CASE(a_charge_kept_of_a_credit_is_booked_beside_it)
{
    struct story *story = story_new();

    tell(story, true, "S1", 1980, "PMNT/IDDT/ESDD", KEPT("AL-E2E-000001", "19.90", "0.10"));
    assert_states(story, PAYMENT_CAPTURED, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT);
    assert_book(story, 1980, 10, 0);
    /* One that does not explain the difference is none. */
    tell(story, true, "S2", 4400, "PMNT/IDDT/ESDD", KEPT("AL-E2E-000002", "45.00", "0.10"));
    assert_states(story, PAYMENT_CAPTURED, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURE_SENT);
    assert_book(story, 1980 + 4400, 10, -4400);
    assert_int_equal(work_first(story).what, BANK_AMOUNT);
    story_end(story);
}

CASE(returns_told_as_a_sum_are_explained_by_the_other_report)
{
    for (int order = 0; order < 2; order++) {
        struct story *story = story_new();
        tell(story, true, "S1", 18540, "PMNT/IDDT/ESDD", BLOCK);
        for (int i = 0; i < 2; i++) {
            if (i == order) {
                tell(story, true, "S2", -6490, "PMNT/IDDT/UPDD", BLOCK);
                continue;
            }
            struct told told;
            told_begin(story, &told, false, "N1");
            told_entry(&told, "A", -1990, "PMNT/IDDT/UPDD", BACK("AL-E2E-000001", "AM04"));
            told_entry(&told, "B", -4500, "PMNT/IDDT/UPDD", BACK("AL-E2E-000002", "AM04"));
            told_end(story, &told);
        }
        assert_book(story, 18540 - 6490, 0, 0);
        assert_int_equal(
            world_number(story->world, "SELECT COUNT(*) FROM bank_fact WHERE outcome = 'parked'"),
            0);
        assert_int_equal(open_work(story), 0);
        story_end(story);
    }
}

/* --- what a person decides ---------------------------------------------------------------------
 */

CASE(a_person_matches_a_line_with_a_debit)
{
    struct story *story = story_new();

    tell(story, true, "S1", 4500, "PMNT/RCDT/ESCT", OF("MUTILATED"));
    assert_book(story, 4500, 0, -4500);
    struct bank_work_id id = work_first(story).id;
    assert_int_equal(decide(story, MATCH, story->payments[0].id.raw), ERR_STATE);
    assert_int_equal(decide(story, MATCH, "000000000000000000000000"), ERR_NOT_FOUND);
    assert_int_equal(decide(story, MATCH, "AL-DD-0001-01"), ERR_STATE);
    assert_int_equal(decide(story, CLOSE, NULL), ERR_STATE);
    assert_book(story, 4500, 0, -4500);
    assert_ok(decide(story, MATCH, story->payments[1].id.raw));
    assert_states(story, PAYMENT_CAPTURE_SENT, PAYMENT_CAPTURED, PAYMENT_CAPTURE_SENT);
    assert_book(story, 4500, 0, 0);
    assert_int_equal(open_work(story), 0);
    assert_int_equal(decide_on(story, id, MATCH, story->payments[1].id.raw), ERR_STATE);
    /* The line has its place: what brings it again changes nothing. */
    struct told told;
    told_begin(story, &told, true, "S2");
    told_entry(&told, "S1", 4500, "PMNT/RCDT/ESCT", OF("MUTILATED"));
    told_end(story, &told);
    assert_book(story, 4500, 0, 0);
    story_end(story);
}

CASE(a_person_matches_a_line_with_a_block_and_a_return)
{
    struct story *story = story_new();

    tell(story, true, "S1", 18540, "PMNT/RCDT/ESCT", "");
    assert_ok(decide(story, MATCH, "AL-DD-0001-01"));
    assert_states(story, PAYMENT_CAPTURED, PAYMENT_CAPTURED, PAYMENT_CAPTURED);
    assert_book(story, 18540, 0, 0);
    tell(story, true, "S2", -5000, "PMNT/ICDT/ESCT", "");
    assert_ok(decide(story, MATCH, story->payments[1].id.raw));
    assert_states(story, PAYMENT_CAPTURED, PAYMENT_DISPUTED, PAYMENT_CAPTURED);
    assert_book(story, 18540 - 5000, 500, 0);
    assert_int_equal(open_work(story), 0);
    story_end(story);
}

CASE(a_person_says_that_it_is_a_charge_or_not_of_this_book)
{
    struct story *story = story_new();
    char text[NOTE_MAX + 2];

    tell(story, true, "S1", -990, "PMNT/ICDT/ESCT", "");
    tell(story, true, "S2", 70000, "PMNT/RCDT/ESCT", OF("RENT"));
    assert_ok(decide(story, CHARGE, NULL));
    assert_book(story, -990 + 70000, 990, -70000);
    memset(text, 'x', sizeof text);
    text[NOTE_MAX + 1] = '\0';
    assert_int_equal(decide(story, EXPLAIN, text), ERR_INVALID);
    assert_int_equal(decide(story, EXPLAIN, ""), ERR_INVALID);
    text[NOTE_MAX] = '\0';
    assert_ok(decide(story, EXPLAIN, text));
    assert_book(story, -990, 990, 0);
    assert_int_equal(open_work(story), 0);
    assert_int_equal(world_number(story->world, "SELECT COUNT(*) FROM bank_line WHERE state ="
                                                " 'explained' AND length(note) = 200"),
                     1);
    story_end(story);
}

CASE(work_without_money_is_only_closed)
{
    struct story *story = story_new();

    tell(story, false, "N1", -777, "PMNT/IDDT/UPDD", "<TxDtls/>");
    assert_book(story, 0, 0, 0);
    assert_int_equal(decide(story, CHARGE, NULL), ERR_STATE);
    struct bank_work_id id = work_first(story).id;
    assert_ok(decide(story, CLOSE, NULL));
    assert_int_equal(decide_on(story, id, CLOSE, NULL), ERR_STATE);
    assert_int_equal(open_work(story), 0);
    story_end(story);
}

/* --- statements one behind the other -----------------------------------------------------------
 */

static void statement_tell(struct story *story, int number, int64_t opening, int64_t closing,
                           int64_t cents)
{
    struct told told;
    char name[16];

    snprintf(name, sizeof name, "S%d", number);
    told_begin(story, &told, true, name);
    buf_format(&told.text,
               "<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">%lld.00</Amt>"
               "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-%02d</Dt></Dt></Bal>"
               "<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">%lld.00</Amt>"
               "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-%02d</Dt></Dt></Bal>"
               "<ElctrncSeqNb>%d</ElctrncSeqNb>",
               (long long)opening, number, (long long)closing, number, number);
    told_entry(&told, name, cents, "ACMT/MDOP/CHRG", "");
    told_end(story, &told);
}

CASE(statements_are_followed_from_file_to_file)
{
    struct story *story = story_new();

    statement_tell(story, 10, 100, 99, -100);
    statement_tell(story, 12, 98, 97, -100);
    assert_int_equal(open_work(story), 2);
    assert_int_equal(work_first(story).what, BANK_GAP);
    statement_tell(story, 11, 99, 98, -100);
    assert_int_equal(open_work(story), 0);
    /* It is read all the same. */
    statement_tell(story, 13, 97, 90, -100);
    assert_int_equal(open_work(story), 1);
    assert_int_equal(work_first(story).what, BANK_BALANCE);
    assert_ok(decide(story, CLOSE, NULL));
    assert_book(story, -400, 400, 0);
    story_end(story);
}

/* --- verify ------------------------------------------------------------------------------------
 */

static int64_t problems_after(struct story *story, const char *sql)
{
    world_tamper(story->world, sql);
    desk_begin(story);
    return (int64_t)world_verify(story->world)->problem_count;
}

CASE(verify_sees_suspense_that_nobody_has_before_them)
{
    static const char *const WRONGS[] = {
        "UPDATE bank_work SET closed_us = 1",
        "UPDATE bank_line SET state = 'explained', closed_us = 1",
        "UPDATE bank_line SET cents = cents + 1",
        "UPDATE bank_line SET state = 'charge'",
        "DELETE FROM bank_line",
        "UPDATE ledger_entry SET legs = '[]' WHERE legs LIKE '%suspense%'",
    };

    for (size_t i = 0; i < ARRAY_LEN(WRONGS); i++) {
        struct story *story = story_new();
        tell(story, true, "S1", 12345, "PMNT/RCDT/ESCT", OF("INVOICE 12"));
        world_is_sound(story->world);
        assert_true(problems_after(story, WRONGS[i]) > 0);
        world_free(story->world);
        process_free(story);
    }
}

UNIT_MAIN(T(a_line_that_matches_nothing_is_in_suspense_once),
          T(lines_with_one_reference_of_the_bank_are_told_apart),
          T(equal_lines_of_two_pages_are_two), T(an_amount_is_the_same_however_it_is_written),
          T(a_line_is_known_beside_others_with_its_reference),
          T(only_the_report_that_books_fills_suspense),
          T(a_change_of_the_report_that_books_counts_from_its_day),
          T(other_lines_are_left_alone_where_the_account_has_other_business),
          T(a_line_of_our_kind_is_in_suspense_after_ten_days),
          T(an_entry_that_is_not_its_details_is_in_suspense_as_a_whole),
          T(a_second_credit_of_a_debit_is_in_suspense_until_it_is_taken_back),
          T(a_rejected_debit_that_was_credited_is_taken_back_in_any_order),
          T(charges_of_the_bank_are_booked), T(what_a_return_costs_is_a_charge_in_any_order),
          T(a_charge_kept_of_a_credit_is_booked_beside_it),
          T(returns_told_as_a_sum_are_explained_by_the_other_report),
          T(a_person_matches_a_line_with_a_debit),
          T(a_person_matches_a_line_with_a_block_and_a_return),
          T(a_person_says_that_it_is_a_charge_or_not_of_this_book),
          T(work_without_money_is_only_closed), T(statements_are_followed_from_file_to_file),
          T(verify_sees_suspense_that_nobody_has_before_them))
