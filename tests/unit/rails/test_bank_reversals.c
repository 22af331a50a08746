#include "rails/sepa/export_write.h"
#include "support/iso20022.h"
#include "unit/rails/bank_story.h"

/* Refunds of debits that leave as reversals (standards/sepa.md 9.4). */

#define SETTLED_DAY "2026-11-30"

/* All three debits are settled, and the bank takes reversals. */
static struct story *settled_new(void)
{
    struct story *story = story_new();
    struct sepa_imported imported;

    world_set(story->world, "reversal_by_file", "yes");
    assert_ok(text_try(
        story,
        STR("<Document "
            "xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt>"
            "<Id>S</Id><Acct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></Acct><Ntry>"
            "<Amt "
            "Ccy=\"EUR\">185.40</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</"
            "Sts><BookgDt><Dt>" SETTLED_DAY
            "</Dt></BookgDt><NtryDtls><Btch><PmtInfId>AL-DD-0001-01</PmtInfId></Btch>"
            "</NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"),
        &imported));
    assert_states(story, PAYMENT_CAPTURED, PAYMENT_CAPTURED, PAYMENT_CAPTURED);
    return story;
}

static void at_day(struct story *story, int month, int day)
{
    world_stop_at(story->world, instant_paris((struct wall){
                                    {2026, month, day},
                                    12, 0, 0
    }));
}

static void files_take(struct story *story)
{
    assert_ok(tx_run(story->world->store, story->world->cx, fake_bank_take_body, NULL));
}

static int64_t items_in(struct story *story, const char *kind)
{
    return world_number(
        story->world,
        str_format(story->world->cx->arena,
                   "SELECT COUNT(*) FROM bank_item i JOIN bank_file f ON f.id = i.file"
                   " WHERE i.kind = 'refund' AND f.kind = '%s'",
                   kind)
            .ptr);
}

CASE(only_whole_refunds_in_time_are_reversals)
{
    struct story *story = settled_new();

    /* Monday, five TARGET days after D. */
    at_day(story, 12, 7);
    refund(story->world, story->payments[0].id, WHOLE);
    refund(story->world, story->payments[1].id, 1000);
    files_take(story);
    assert_int_equal(items_in(story, "reversals"), 1);
    assert_int_equal(items_in(story, "transfers"), 1);
    at_day(story, 12, 8);
    refund(story->world, story->payments[2].id, WHOLE);
    refund(story->world, story->payments[1].id, WHOLE);
    files_take(story);
    assert_int_equal(items_in(story, "reversals"), 1);
    assert_int_equal(items_in(story, "transfers"), 3);
    story_end(story);
}

CASE(without_the_setting_they_are_transfers)
{
    struct story *story = settled_new();

    world_set(story->world, "reversal_by_file", "no");
    at_day(story, 12, 1);
    refund(story->world, story->payments[0].id, WHOLE);
    files_take(story);
    assert_int_equal(items_in(story, "reversals"), 0);
    assert_int_equal(items_in(story, "transfers"), 1);
    story_end(story);
}

static struct bank_file reversal_file(struct story *story)
{
    struct bank_file *files;
    size_t count;

    assert_ok(bank_files_newest(story->world->cx, world_read(story->world), 1, &files, &count));
    reader_release(story->world->core.reader);
    assert_int_equal(count, 1);
    assert_int_equal(files[0].kind, BANK_FILE_REVERSALS);
    return files[0];
}

static bool contains(struct str text, const char *part)
{
    return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

CASE(the_file_names_the_debits_and_fits_its_schema)
{
    struct story *story = settled_new();
    struct buf text = buf_make(story->world->cx->arena, 1 << 20);
    const struct sink sink = sink_buf(&text);
    struct bank_profile profile;
    struct xml_written written;
    struct str version;

    world_tamper(story->world, "UPDATE bank_file SET version = 'pain.008.001.08';");
    desk_begin(story);
    at_day(story, 12, 1);
    refund(story->world, story->payments[0].id, WHOLE);
    refund(story->world, story->payments[2].id, WHOLE);
    files_take(story);
    struct bank_file file = reversal_file(story);
    assert_int_equal(file.count, 2);
    assert_int_equal(file.sum_cents, AMOUNTS[0] + AMOUNTS[2]);
    assert_ok(bank_profile_load(story->world->cx, world_read(story->world),
                                story->world->made.merchant, &profile));
    reader_release(story->world->core.reader);
    const struct sepa_order order = {.desk = &story->desk, .profile = &profile, .file = &file};
    assert_ok(sepa_file_write(world_ctx(story->world), &order, &sink, &version, &written));
    assert_true(str_eq(version, STR("pain.007.001.02")));
    assert_true(contains(buf_str(&text), "<OrgnlMsgId>AL-DD-0001</OrgnlMsgId>"
                                         "<OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId>"));
    assert_true(contains(buf_str(&text), "<OrgnlPmtInfId>AL-DD-0001-01</OrgnlPmtInfId>"));
    assert_true(contains(buf_str(&text), "<OrgnlEndToEndId>AL-E2E-000003</OrgnlEndToEndId>"));
    assert_true(contains(buf_str(&text), "<RvsdInstdAmt Ccy=\"EUR\">120.50</RvsdInstdAmt>"));
    struct str schemas = samples_path(story->world->cx->arena, "xsd");
    if (access(schemas.ptr, R_OK) == 0) {
        struct str rest = buf_str(&text);
        const struct source source = source_text(&rest);
        assert_ok(xml_validate(story->world->cx, schemas, version, &source, 1 << 20));
    }
    story_end(story);
}

/* Both are on their way to the bank: a reversal of the first debit, in a file of its own. */
static struct refund reversal_sent(struct story *story)
{
    at_day(story, 12, 1);
    struct refund made = refund(story->world, story->payments[0].id, WHOLE);
    files_take(story);
    assert_ok(tx_run(story->world->store, story->world->cx, fake_bank_release_body, NULL));
    assert_int_equal(refund_now(story->world, made.id).state, REFUND_SENT);
    return made;
}

static void line_tell(struct story *story, const char *id, const char *refs)
{
    struct sepa_imported imported;
    struct str text = str_format(
        story->world->cx->arena,
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt>"
        "<Id>%s</Id><Acct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></Acct><Ntry>"
        "<Amt Ccy=\"EUR\">19.90</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>"
        "2026-12-02</Dt></BookgDt><AcctSvcrRef>%s</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly>"
        "<Cd>IDDT</Cd><SubFmlyCd>PRDD</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs>%s"
        "</Refs></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>",
        id, id, refs);

    assert_ok(text_try(story, text, &imported));
}

CASE(the_banks_line_settles_the_refund_and_returns_nothing)
{
    static const char *const REFERENCES[] = {
        "<EndToEndId>AL-E2E-000001</EndToEndId>",
        "<MsgId>AL-DD-0001</MsgId><EndToEndId>AL-E2E-000001</EndToEndId>",
        "<MsgId>OURS</MsgId><EndToEndId>AL-E2E-000001</EndToEndId>",
    };

    for (size_t i = 0; i < ARRAY_LEN(REFERENCES); i++) {
        struct story *story = settled_new();
        struct refund made = reversal_sent(story);
        world_tamper(story->world,
                     "UPDATE bank_message SET msg_id = 'OURS' WHERE msg_id <> 'AL-DD-0001';");
        desk_begin(story);
        at_day(story, 12, 2);
        line_tell(story, "L1", REFERENCES[i]);
        assert_int_equal(refund_now(story->world, made.id).state, REFUND_REFUNDED);
        assert_states(story, PAYMENT_CAPTURED, PAYMENT_CAPTURED, PAYMENT_CAPTURED);
        assert_int_equal(world_balance(story->world, ACCOUNT_BANK), 18540 - 1990);
        assert_int_equal(open_work(story), 0);
        /* It cannot happen twice. */
        line_tell(story, "L2", REFERENCES[i]);
        assert_int_equal(open_work(story), 1);
        assert_int_equal(world_balance(story->world, ACCOUNT_SUSPENSE), 1990);
        story_end(story);
    }
}

/* A reversal that is not ours is a return (standards/sepa.md 4). */
CASE(without_one_on_record_it_is_a_return)
{
    struct story *story = settled_new();

    at_day(story, 12, 2);
    line_tell(story, "L1", "<EndToEndId>AL-E2E-000001</EndToEndId>");
    assert_states(story, PAYMENT_DISPUTED, PAYMENT_CAPTURED, PAYMENT_CAPTURED);
    story_end(story);
}

/* What the bank says of the block that is in the file of reversals. */
static void block_told(struct story *story, const char *what)
{
    struct sepa_imported imported;
    struct str text = str_format(
        story->world->cx->arena,
        "<Document "
        "xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.03\"><CstmrPmtStsRpt><GrpHdr>"
        "<MsgId>P1</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>%s</OrgnlMsgId>"
        "</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>AL-DD-0001-01</OrgnlPmtInfId>%s"
        "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>",
        str_cstr(story->world->cx->arena, reversal_file(story).msg_id), what);

    assert_ok(text_try(story, text, &imported));
}

CASE(a_refused_reversal_gives_the_money_back_and_a_transfer_follows)
{
    struct story *story = settled_new();
    struct refund made = reversal_sent(story);

    block_told(story, str_format(story->world->cx->arena,
                                 "<TxInfAndSts><OrgnlInstrId>%s</OrgnlInstrId><OrgnlEndToEndId>"
                                 "AL-E2E-000001</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf>"
                                 "<Rsn><Cd>TM01</Cd></Rsn></StsRsnInf></TxInfAndSts>",
                                 story->payments[0].id.raw)
                          .ptr);
    assert_int_equal(refund_now(story->world, made.id).state, REFUND_NOT_HONORED);
    assert_states(story, PAYMENT_CAPTURED, PAYMENT_CAPTURED, PAYMENT_CAPTURED);
    refund(story->world, story->payments[0].id, WHOLE);
    files_take(story);
    assert_int_equal(items_in(story, "reversals"), 1);
    assert_int_equal(items_in(story, "transfers"), 1);
    story_end(story);
}

/* Its blocks have no number but that of the debits. */
CASE(a_refused_block_of_reversals_returns_none_of_its_debits)
{
    struct story *story = settled_new();
    struct refund made = reversal_sent(story);

    block_told(story, "<PmtInfSts>RJCT</PmtInfSts>");
    assert_int_equal(refund_now(story->world, made.id).state, REFUND_NOT_HONORED);
    assert_states(story, PAYMENT_CAPTURED, PAYMENT_CAPTURED, PAYMENT_CAPTURED);
    assert_int_equal(reversal_file(story).state, BANK_FILE_REJECTED);
    assert_int_equal(open_work(story), 0);
    story_end(story);
}

CASE(reversals_may_be_booked_as_a_block)
{
    struct story *story = settled_new();
    struct refund made = reversal_sent(story);

    block_told(story, "<PmtInfSts>ACCP</PmtInfSts>");
    at_day(story, 12, 2);
    struct str text = str_format(
        story->world->cx->arena,
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt>"
        "<Id>B</Id><Acct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></Acct><Ntry>"
        "<Amt Ccy=\"EUR\">19.90</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>"
        "2026-12-02</Dt></BookgDt><NtryDtls><Btch><MsgId>%s</MsgId><PmtInfId>AL-DD-0001-01"
        "</PmtInfId></Btch></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>",
        str_cstr(story->world->cx->arena, reversal_file(story).msg_id));
    struct sepa_imported imported;
    assert_ok(text_try(story, text, &imported));
    assert_int_equal(refund_now(story->world, made.id).state, REFUND_REFUNDED);
    assert_states(story, PAYMENT_CAPTURED, PAYMENT_CAPTURED, PAYMENT_CAPTURED);
    assert_int_equal(world_balance(story->world, ACCOUNT_BANK), 18540 - 1990);
    story_end(story);
}

UNIT_MAIN(T(only_whole_refunds_in_time_are_reversals), T(without_the_setting_they_are_transfers),
          T(the_file_names_the_debits_and_fits_its_schema),
          T(the_banks_line_settles_the_refund_and_returns_nothing),
          T(without_one_on_record_it_is_a_return),
          T(a_refused_reversal_gives_the_money_back_and_a_transfer_follows),
          T(a_refused_block_of_reversals_returns_none_of_its_debits),
          T(reversals_may_be_booked_as_a_block))
