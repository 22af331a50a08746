#include "unit/rails/sepa_heard.h"

/* --- samples -----------------------------------------------------------------------------------
 */

static void made_is(const char *name, const char *expected)
{
    struct ctx *cx = unit_ctx();
    struct str names[64];
    struct heard heard;

    if (samples_list(cx->arena, "samples-made", names, ARRAY_LEN(names)) == 0)
        return;
    err_t err = hear_any(cx, sample(cx->arena, "samples-made", str_of(name)), &heard);
    if (err != OK)
        fail_msg("%s: %s %s", name, cx->faults[0].field, cx->faults[0].text);
    struct str found = buf_str(&heard.out);
    if (!str_eq(found, str_of(expected)))
        fail_msg("%s gave\n%.*snot\n%s", name, (int)found.len, found.ptr, expected);
    unit_ctx_free(cx);
}

CASE(a_day_with_a_batch_and_a_return_is_read)
{
#define DAY(version)                                                                               \
    "camt.053 v" version                                                                           \
    " msg=ALS-1 id=ALS-1-1 seq=231 iban=FR7630006000011234567890189 ccy=EUR\n"                     \
    " entry 1 + amount=18540EUR status=BOOK ref=ALB1 booked=2026-11-30 value=2026-11-30 "          \
    "domain=PMNT family=IDDT sub=ESDD batch=AL-DD-0001-01*3\n"                                     \
    "  detail 2.1 - amount=1990EUR original=1990EUR file=AL-DD-0001 block=AL-DD-0001-01 "          \
    "instr=AL-E2E-000001-I e2e=AL-E2E-000001 umr=AL-UMR-000001 debtor=JEAN DUPONT "                \
    "from=FR1420041010050500013M02606 creditor=ATELIER LUMEN SARL about=Facture F2026-0100 "       \
    "reason=AM04 from=PSSTFRPPPAR\n"                                                               \
    " entry 2 - amount=1990EUR status=BOOK ref=ALR1 booked=2026-11-30 value=2026-11-30 "           \
    "domain=PMNT family=IDDT sub=UPDD\n"                                                           \
    "end 2 balance=OPBD + =1000000EUR on=2026-11-27 balance=CLBD + =1016550EUR on=2026-11-30\n"
    made_is("camt.053.001.02__day-batch-credit-and-return.xml", DAY("2"));
    made_is("camt.053.001.08__day-batch-credit-and-return.xml", DAY("8"));
}

CASE(a_day_without_movement_is_read)
{
    made_is("camt.053.001.08__day-without-movement.xml",
            "camt.053 v8 msg=ALS-2 id=ALS-2-1 seq=232 iban=FR7630006000011234567890189 ccy=EUR\n"
            "end 0 balance=OPBD + =1016550EUR on=2026-11-30 balance=CLBD + =1016550EUR "
            "on=2026-12-01\n");
}

CASE(returns_tell_original_and_charge)
{
#define RETURNS(version)                                                                           \
    "camt.054 v" version " msg=ALN-1 id=ALN-1-1 seq=1 iban=FR7630006000011234567890189 ccy=EUR\n"  \
    "  detail 1.1 - amount=1990EUR original=1990EUR file=AL-DD-0001 block=AL-DD-0001-01 "          \
    "instr=AL-E2E-000001-I e2e=AL-E2E-000001 umr=AL-UMR-000001 debtor=JEAN DUPONT "                \
    "from=FR1420041010050500013M02606 creditor=ATELIER LUMEN SARL about=Facture F2026-0100 "       \
    "reason=AM04 from=PSSTFRPPPAR\n"                                                               \
    " entry 1 - amount=1990EUR status=BOOK ref=ALR1 booked=2026-12-02 value=2026-12-02 "           \
    "domain=PMNT family=IDDT sub=UPDD\n"                                                           \
    "  detail 2.1 - amount=5000EUR original=4500EUR file=AL-DD-0001 block=AL-DD-0001-01 "          \
    "instr=AL-E2E-000002-I e2e=AL-E2E-000002 umr=AL-UMR-000002 charge=500EUR "                     \
    "debtor=MARIE CURIE from=FR7630004010060505000922177 creditor=ATELIER LUMEN SARL "             \
    "about=Facture F2026-0101 reason=MD06 from=PSSTFRPPPAR\n"                                      \
    " entry 2 - amount=5000EUR status=BOOK ref=ALR2 booked=2026-12-02 value=2026-12-02 "           \
    "domain=PMNT family=IDDT sub=UPDD\n"                                                           \
    "end 2\n"
    made_is("camt.054.001.02__returns.xml", RETURNS("2"));
    made_is("camt.054.001.08__returns.xml", RETURNS("8"));
}

CASE(rejects_come_before_their_block_and_group)
{
#define PARTIAL(version, name)                                                                     \
    "tx file=AL-DD-0001 block=AL-DD-0001-01 instr=AL-E2E-000001-I e2e=AL-E2E-000001 status=RJCT "  \
    "reason=AC01 from=BANQUE DU DEBITEUR amount=1990EUR due=2026-11-30 umr=AL-UMR-000001\n"        \
    "tx file=AL-DD-0001 block=AL-DD-0001-01 instr=AL-E2E-000002-I e2e=AL-E2E-000002 status=ACCP "  \
    "amount=4500EUR umr=AL-UMR-000002\n"                                                           \
    "block id=AL-DD-0001-01 status=PART\n"                                                         \
    "group v" version " msg=ALBK-3 by=AGRIFRPP file=AL-DD-0001 name=" name " status=PART\n"
    made_is("pain.002.001.03__reject-partial.xml", PARTIAL("3", "pain.008.001.02"));
    made_is("pain.002.001.10__reject-partial.xml", PARTIAL("10", "pain.008.001.08"));
}

CASE(a_rejected_file_and_the_answers_to_names_are_read)
{
    made_is("pain.002.001.10__ack-file-accepted.xml",
            "group v10 msg=ALBK-1 by=AGRIFRPP file=AL-DD-0001 name=pain.008.001.08 status=ACCP\n");
    made_is("pain.002.001.10__vop-mismatch.xml",
            "tx file=AL-CT-0001 block=AL-CT-0001-01 instr=AL-PO-1-I e2e=AL-PO-1 status=RCVC "
            "amount=10055EUR\n"
            "tx file=AL-CT-0001 block=AL-CT-0001-01 instr=AL-PO-2-I e2e=AL-PO-2 status=RVMC "
            "amount=20055EUR\n"
            "tx file=AL-CT-0001 block=AL-CT-0001-01 instr=AL-PO-3-I e2e=AL-PO-3 status=RVNM "
            "amount=30055EUR\n"
            "tx file=AL-CT-0001 block=AL-CT-0001-01 instr=AL-PO-4-I e2e=AL-PO-4 status=RVNA "
            "amount=40055EUR\n"
            "block id=AL-CT-0001-01 status=RVCM\n"
            "group v10 msg=ALV-1 by=AGRIFRPP file=AL-CT-0001 name=pain.001.001.09 status=RVCM\n");
}

/* Ours to send, not to read. */
static bool is_outgoing(struct str name)
{
    return str_starts(name, STR("pain.001")) || str_starts(name, STR("pain.008"));
}

static void folder_is_read(const char *folder, const char *refused)
{
    struct ctx *cx = unit_ctx();
    struct str names[64];
    size_t count = samples_list(cx->arena, folder, names, ARRAY_LEN(names));

    for (size_t i = 0; i < count; i++) {
        struct arena_mark mark = arena_mark(cx->arena);
        struct heard heard;
        err_t err = hear_any(cx, sample(cx->arena, folder, names[i]), &heard);
        bool bad = is_outgoing(names[i]) || str_eq(names[i], str_of(refused));
        if ((err == ERR_INVALID) != bad || (err != OK) != bad)
            fail_msg("%s: %s %s", names[i].ptr, err_text(err),
                     cx->fault_count > 0 ? cx->faults[0].text : "");
        assert_true(bad || heard.statements + heard.groups > 0);
        if (!bad && strcmp(folder, "samples-made") == 0)
            assert_int_equal(heard.anomalies, 0);
        ctx_clear_faults(cx);
        arena_rewind(cx->arena, mark);
    }
    unit_ctx_free(cx);
}

CASE(every_sample_is_read)
{
    folder_is_read("samples", "");
    folder_is_read("samples-made", "");
    folder_is_read("samples-other-versions", "");
}

CASE(samples_that_break_their_schema_are_read_all_the_same)
{
    folder_is_read("samples-invalid", "camt.053.001.02__genkgo__camt053.v2.wrong.xml");
}

/* --- tolerance and refusals --------------------------------------------------------------------
 */

#define ACCOUNT "<Acct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></Acct>"
#define BOOKED "<CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-30</Dt></BookgDt>"
#define ENTRY(amount, more) "<Ntry><Amt Ccy='EUR'>" amount "</Amt>" BOOKED more "</Ntry>"
#define CAMT(inside)                                                                               \
    "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt><GrpHdr>"     \
    "<MsgId>M</MsgId></GrpHdr><Stmt><Id>S</Id>" inside "</Stmt></BkToCstmrStmt></Document>"

static void refused(const char *text, err_t err, const char *field, const char *words)
{
    struct ctx *cx = unit_ctx();
    struct heard heard;

    assert_int_equal(hear_any(cx, str_of(text), &heard), err);
    assert_string_equal(cx->faults[0].field, field);
    if (strstr(cx->faults[0].text, words) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", cx->faults[0].text, words);
    unit_ctx_free(cx);
}

static unsigned anomalies(const char *text)
{
    struct ctx *cx = unit_ctx();
    struct heard heard;
    err_t err = hear_any(cx, str_of(text), &heard);

    if (err != OK)
        fail_msg("%s %s", cx->faults[0].field, cx->faults[0].text);
    unsigned found = heard.anomalies;
    unit_ctx_free(cx);
    return found;
}

CASE(unknown_roots_are_refused)
{
    refused("<Document/>", ERR_INVALID, "file", "none of the messages");
    refused("<html><body/></html>", ERR_INVALID, "file", "none of the messages");
    refused("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.054.001.02'><BkToCstmrStmt/>"
            "</Document>",
            ERR_INVALID, "file", "none of the messages");
    refused("<a><b><c><BkToCstmrStmt/></c></b></a>", ERR_INVALID, "file", "none of the messages");
    refused("no xml", ERR_MALFORMED, "file", "does not begin");
}

CASE(a_statement_needs_an_account)
{
    refused(CAMT(""), ERR_INVALID, "Acct/Id", "missing");
    refused(CAMT(ENTRY("1.00", "")), ERR_INVALID, "Acct/Id", "missing");
    refused(CAMT("<Acct><Id/></Acct>"), ERR_INVALID, "Acct/Id", "missing");
    assert_int_equal(anomalies(CAMT("<Acct><Id><Othr><Id>1</Id></Othr></Id></Acct>")), 0);
    refused("<Document><BkToCstmrStmt><GrpHdr/></BkToCstmrStmt></Document>", ERR_INVALID, "file",
            "no statement");
}

CASE(amounts_that_cannot_be_read_are_refused)
{
    refused(CAMT(ACCOUNT ENTRY("1,00", "")), ERR_INVALID, "Amt", "amount");
    refused(CAMT(ACCOUNT ENTRY("-1.00", "")), ERR_INVALID, "Amt", "amount");
    refused(CAMT(ACCOUNT ENTRY("1e2", "")), ERR_INVALID, "Amt", "amount");
    refused(CAMT(ACCOUNT ENTRY("1.000001", "")), ERR_INVALID, "Amt", "amount");
    refused(CAMT(ACCOUNT ENTRY("99999999999999999999", "")), ERR_INVALID, "Amt", "amount");
    refused(CAMT(ACCOUNT ENTRY(".", "")), ERR_INVALID, "Amt", "amount");
    refused(CAMT(ACCOUNT "<Ntry>" BOOKED "</Ntry>"), ERR_INVALID, "Ntry/Amt", "missing");
}

CASE(amounts_are_exact_or_said_not_to_be)
{
    static const struct {
        const char *text;
        int64_t cents;
        bool exact;
    } AMOUNTS[] = {
        {"19.90",            1990,            true },
        {"19.9",             1990,            true },
        {"19",               1900,            true },
        {"0019.",            1900,            true },
        {".5",               50,              true },
        {"+1.00",            100,             true },
        {"1.50000",          150,             true },
        {"1.505",            0,               false},
        {"1.00001",          0,               false},
        {"9999999999999.99", 999999999999999, true },
        {"0",                0,               true },
    };

    for (size_t i = 0; i < ARRAY_LEN(AMOUNTS); i++) {
        struct ctx *cx = unit_ctx();
        struct heard heard;
        const char *text =
            str_format(cx->arena, CAMT(ACCOUNT ENTRY("%s", "")), AMOUNTS[i].text).ptr;
        assert_ok(hear_any(cx, str_of(text), &heard));
        const char *line = str_format(cx->arena, " entry 1 + amount=%lldEUR%s status=BOOK",
                                      (long long)AMOUNTS[i].cents, AMOUNTS[i].exact ? "" : "?")
                               .ptr;
        assert_non_null(strstr(str_cstr(cx->arena, buf_str(&heard.out)), line));
        assert_int_equal(heard.anomalies, AMOUNTS[i].exact ? 0 : SEPA_ANOMALY_INEXACT);
        unit_ctx_free(cx);
    }
}

CASE(dates_that_cannot_be_read_are_refused)
{
    refused(CAMT(ACCOUNT ENTRY("1.00", "<ValDt><Dt>30/11/2026</Dt></ValDt>")), ERR_INVALID,
            "ValDt/Dt", "date");
    refused(CAMT(ACCOUNT ENTRY("1.00", "<ValDt><Dt>2026-02-30</Dt></ValDt>")), ERR_INVALID,
            "ValDt/Dt", "date");
    refused(CAMT(ACCOUNT ENTRY("1.00", "<ValDt><DtTm>2026-11-30 10:00</DtTm></ValDt>")),
            ERR_INVALID, "ValDt/DtTm", "date");
    assert_int_equal(anomalies(CAMT(ACCOUNT ENTRY(
                         "1.00", "<ValDt><DtTm>2026-11-30T23:00:00.5+01:00</DtTm></ValDt>"))),
                     0);
    assert_int_equal(anomalies(CAMT(ACCOUNT ENTRY("1.00", "<ValDt><Dt>2026-11-30Z</Dt></ValDt>"))),
                     0);
}

CASE(prefixes_encodings_and_later_versions_are_read)
{
    struct ctx *cx = unit_ctx();
    struct heard heard;

    assert_ok(hear_any(
        cx,
        STR("\xEF\xBB\xBF<?xml version='1.0' encoding='UTF-8'?>\r\n<!-- of a bank -->"
            "<n:Document xmlns:n='urn:iso:std:iso:20022:tech:xsd:camt.054.001.12'>\r\n"
            "<n:BkToCstmrDbtCdtNtfctn><n:Ntfctn><n:Acct><n:Id><n:IBAN> X1 </n:IBAN></n:Id></n:Acct>"
            "</n:Ntfctn></n:BkToCstmrDbtCdtNtfctn></n:Document>"),
        &heard));
    assert_str(buf_str(&heard.out), "camt.054 v12 iban=X1\nend 0\n");
    assert_ok(hear_any(cx,
                       STR("<?xml version='1.0' encoding='ISO-8859-15'?><Document>"
                           "<CstmrPmtStsRpt><GrpHdr><MsgId>\xE9\xA4</MsgId></GrpHdr>"
                           "</CstmrPmtStsRpt></Document>"),
                       &heard));
    assert_str(buf_str(&heard.out), "group v0 msg=\xC3\xA9\xE2\x82\xAC\n");
    unit_ctx_free(cx);
}

CASE(hostile_files_are_refused)
{
    refused("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><Document><BkToCstmrStmt>&x;"
            "</BkToCstmrStmt></Document>",
            ERR_MALFORMED, "file", "document type");
    refused("<Document><BkToCstmrStmt><Stmt>", ERR_MALFORMED, "file", "not well-formed");
}

/* --- anomalies ---------------------------------------------------------------------------------
 */

#define DETAIL(amount)                                                                             \
    "<TxDtls><AmtDtls><TxAmt><Amt Ccy='EUR'>" amount "</Amt></TxAmt></AmtDtls></TxDtls>"
#define DETAILS(inside) "<NtryDtls>" inside "</NtryDtls>"

CASE(details_must_add_up_to_their_entry)
{
    assert_int_equal(anomalies(CAMT(ACCOUNT ENTRY("3.00", DETAILS(DETAIL("1.00") DETAIL("2.00"))))),
                     0);
    assert_int_equal(anomalies(CAMT(ACCOUNT ENTRY("3.00", DETAILS(DETAIL("1.00") DETAIL("2.01"))))),
                     SEPA_ANOMALY_DETAILS_SUM);
    assert_int_equal(anomalies(CAMT(ACCOUNT ENTRY("3.00", DETAILS(DETAIL("3.00") "<TxDtls/>")))),
                     SEPA_ANOMALY_DETAILS_SUM);
    assert_int_equal(anomalies(CAMT(ACCOUNT ENTRY("3.00", DETAILS("<TxDtls/>")))), 0);
    assert_int_equal(anomalies(CAMT(ACCOUNT ENTRY(
                         "3.00", DETAILS("<Btch><NbOfTxs>3</NbOfTxs></Btch>" DETAIL("3.00"))))),
                     SEPA_ANOMALY_DETAILS_COUNT);
    assert_int_equal(
        anomalies(CAMT(ACCOUNT ENTRY("3.00", DETAILS("<Btch><NbOfTxs>3</NbOfTxs></Btch>")))), 0);
    assert_int_equal(anomalies(CAMT(ACCOUNT ENTRY(
                         "3.00", DETAILS("<TxDtls><Amt Ccy='USD'>3.00</Amt></TxDtls>")))),
                     SEPA_ANOMALY_CURRENCY);
    /* A credit with a debit in it. */
    assert_int_equal(
        anomalies(CAMT(ACCOUNT ENTRY(
            "3.00",
            DETAILS("<TxDtls><Amt Ccy='EUR'>4.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></TxDtls>"
                    "<TxDtls><Amt Ccy='EUR'>1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls>")))),
        0);
}

#define BALANCE(code, amount, sign)                                                                \
    "<Bal><Tp><CdOrPrtry><Cd>" code "</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>" amount                 \
    "</Amt><CdtDbtInd>" sign "</CdtDbtInd></Bal>"

CASE(opening_and_entries_must_be_closing)
{
    assert_int_equal(anomalies(CAMT(ACCOUNT BALANCE("OPBD", "1.00", "DBIT")
                                        BALANCE("CLBD", "2.00", "CRDT") ENTRY("3.00", ""))),
                     0);
    assert_int_equal(anomalies(CAMT(ACCOUNT BALANCE("PRCD", "1.00", "DBIT")
                                        BALANCE("CLBD", "2.01", "CRDT") ENTRY("3.00", ""))),
                     SEPA_ANOMALY_BALANCE);
    /* Balances behind the entries are wrong by the schema and right by the sums. */
    assert_int_equal(anomalies(CAMT(ACCOUNT ENTRY("3.00", "") BALANCE("OPBD", "0", "CRDT")
                                        BALANCE("CLBD", "3", "CRDT"))),
                     0);
    /* What is not booked does not count. */
    assert_int_equal(
        anomalies(CAMT(ACCOUNT BALANCE("OPBD", "1", "CRDT") BALANCE(
            "CLBD", "1",
            "CRDT") "<Ntry><Amt Ccy='EUR'>5</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts>"
                    "</Ntry>")),
        0);
    assert_int_equal(anomalies(CAMT(ACCOUNT BALANCE("OPBD", "1", "") BALANCE("CLBD", "1", "CRDT"))),
                     SEPA_ANOMALY_NO_SIGN);
    assert_int_equal(anomalies(CAMT(ACCOUNT "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries>"
                                            "</TtlNtries></TxsSummry>" ENTRY("3.00", ""))),
                     SEPA_ANOMALY_ENTRIES);
    assert_int_equal(
        anomalies(CAMT(ACCOUNT "<TxsSummry><TtlNtries><NbOfNtries>1</NbOfNtries>"
                               "<Sum>3.01</Sum></TtlNtries></TxsSummry>" ENTRY("3.00", ""))),
        SEPA_ANOMALY_ENTRIES);
}

CASE(what_a_booked_entry_lacks_is_told)
{
    assert_int_equal(anomalies(CAMT(ACCOUNT "<Ntry><Amt>1</Amt><Sts>BOOK</Sts></Ntry>")),
                     SEPA_ANOMALY_NO_SIGN | SEPA_ANOMALY_NO_DAY);
}

CASE(charges_are_read_in_both_forms)
{
    struct ctx *cx = unit_ctx();
    struct heard heard;

    assert_ok(hear_any(
        cx,
        STR(CAMT(ACCOUNT ENTRY(
            "1.00",
            DETAILS("<TxDtls><Chrgs><Amt Ccy='EUR'>5.00</Amt></Chrgs><Chrgs><Amt Ccy='EUR'>0.50"
                    "</Amt></Chrgs></TxDtls><TxDtls><Chrgs><Rcrd><Amt Ccy='EUR'>1.00</Amt></Rcrd>"
                    "<Rcrd><Amt Ccy='EUR'>2.00</Amt></Rcrd></Chrgs></TxDtls>")))),
        &heard));
    const char *text = str_cstr(cx->arena, buf_str(&heard.out));
    assert_non_null(strstr(text, "detail 1.1 + charge=500EUR charge=50EUR\n"));
    assert_non_null(strstr(text, "detail 1.2 + charge=100EUR charge=200EUR\n"));
    unit_ctx_free(cx);
}

CASE(more_of_a_kind_than_we_keep_are_left_out)
{
    struct ctx *cx = unit_ctx();
    struct buf text = buf_make(cx->arena, 1 << 24);
    struct heard heard;

    buf_put_cstr(&text, "<Document><BkToCstmrStmt><Stmt>" ACCOUNT);
    for (int i = 0; i < 10000; i++)
        buf_put_cstr(&text, BALANCE("ITBD", "1", "CRDT"));
    buf_put_cstr(&text, "<Ntry><Amt>1</Amt>" BOOKED "<NtryDtls><TxDtls><RmtInf>");
    for (int i = 0; i < 10000; i++)
        buf_put_cstr(&text, "<Ustrd>a line of text</Ustrd>");
    buf_put_cstr(&text, "</RmtInf><Chrgs>");
    for (int i = 0; i < 10000; i++)
        buf_put_cstr(&text, "<Rcrd><Amt>1</Amt></Rcrd>");
    buf_put_cstr(&text, "</Chrgs></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>");
    assert_ok(hear_any(cx, buf_str(&text), &heard));
    assert_true(heard.out.len < 8192);
    unit_ctx_free(cx);
}

/* More kinds of elements than are remembered, and names that are too long for it. */
CASE(elements_that_nobody_knows_change_nothing)
{
    struct ctx *cx = unit_ctx();
    struct buf text = buf_make(cx->arena, 1 << 24);
    struct heard heard;

    buf_put_cstr(&text, "<Document><BkToCstmrStmt><Stmt>" ACCOUNT);
    for (int i = 0; i < 600; i++)
        buf_format(&text, "<Unknown%d><Id>1</Id><Unknown%060d>2</Unknown%060d></Unknown%d>", i, i,
                   i, i);
    for (int i = 0; i < 2; i++)
        buf_put_cstr(&text, "<Ntry><Amt Ccy='EUR'>1</Amt>" BOOKED
                            "<NtryDtls><TxDtls><Refs><EndToEndId>E</EndToEndId></Refs><Chrgs><Rcrd>"
                            "<Amt Ccy='EUR'>1.00</Amt></Rcrd></Chrgs></TxDtls></NtryDtls></Ntry>");
    buf_put_cstr(&text, "</Stmt></BkToCstmrStmt></Document>");
    assert_ok(hear_any(cx, buf_str(&text), &heard));
    const char *heard_text = str_cstr(cx->arena, buf_str(&heard.out));
    assert_non_null(strstr(heard_text, "detail 1.1 + e2e=E charge=100EUR\n"));
    assert_non_null(strstr(heard_text, "detail 2.1 + e2e=E charge=100EUR\n"));
    assert_non_null(strstr(heard_text, "end 2"));
    unit_ctx_free(cx);
}

CASE(answers_to_cancellations_are_read)
{
    struct ctx *cx = unit_ctx();
    struct heard heard;

    assert_ok(hear_any(
        cx,
        STR("<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.029.001.09'><RsltnOfInvstgtn>"
            "<Assgnmt><Id>A-1</Id></Assgnmt><RslvdCase><Id>C-1</Id></RslvdCase><Sts><Conf>RJCR"
            "</Conf></Sts><CxlDtls><OrgnlGrpInfAndSts><OrgnlMsgId>AL-DD-0001</OrgnlMsgId>"
            "<OrgnlMsgNmId>pain.008</OrgnlMsgNmId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>"
            "<OrgnlPmtInfId>AL-DD-0001-01</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>E-1"
            "</OrgnlEndToEndId><TxCxlSts>RJCR</TxCxlSts><CxlStsRsnInf><Rsn><Cd>NOAS</Cd></Rsn>"
            "<AddtlInf>no</AddtlInf><AddtlInf>answer</AddtlInf></CxlStsRsnInf><OrgnlInstdAmt "
            "Ccy='EUR'>1.00</OrgnlInstdAmt></TxInfAndSts></OrgnlPmtInfAndSts></CxlDtls>"
            "<CxlDtls><TxInfAndSts><OrgnlEndToEndId>E-2</OrgnlEndToEndId><TxCxlSts>ACCR</TxCxlSts>"
            "</TxInfAndSts></CxlDtls></RsltnOfInvstgtn></Document>"),
        &heard));
    assert_str(buf_str(&heard.out),
               "tx file=AL-DD-0001 block=AL-DD-0001-01 e2e=E-1 status=RJCR reason=NOAS "
               "text=no answer amount=100EUR\n"
               "block id=AL-DD-0001-01\n"
               "tx file=AL-DD-0001 block=- e2e=E-2 status=ACCR\n"
               "group v9 msg=A-1 file=AL-DD-0001 name=pain.008 status=RJCR case=C-1\n");
    unit_ctx_free(cx);
}

/* --- many --------------------------------------------------------------------------------------
 */

struct many {
    int64_t count;
    int64_t at;
    struct str rest;
    char row[2048];
};

static err_t many_read(void *arg, char *into, size_t room, size_t *len)
{
    struct many *many = arg;

    if (many->rest.len == 0 && many->at <= many->count) {
        int size =
            many->at < many->count
                ? snprintf(many->row, sizeof many->row,
                           ENTRY("0.01",
                                 "<AcctSvcrRef>R%lld</AcctSvcrRef><NtryDtls><TxDtls><Refs>"
                                 "<EndToEndId>E%lld</EndToEndId></Refs><RmtInf><Ustrd>%0900d"
                                 "</Ustrd></RmtInf><RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf>"
                                 "</TxDtls></NtryDtls>"),
                           (long long)many->at, (long long)many->at, 1)
                : snprintf(many->row, sizeof many->row, "</Stmt></BkToCstmrStmt></Document>");
        many->rest = (struct str){many->row, (size_t)size};
        many->at++;
    }
    *len = many->rest.len < room ? many->rest.len : room;
    if (*len > 0)
        memcpy(into, many->rest.ptr, *len);
    many->rest = str_from(many->rest, *len);
    return OK;
}

struct tally {
    int64_t entries;
    int64_t details;
    int64_t cents;
    unsigned anomalies;
};

static err_t tally_begin(struct ctx *cx, void *arg, const struct sepa_statement *statement)
{
    (void)cx;
    (void)arg;
    (void)statement;
    return OK;
}

static err_t tally_detail(struct ctx *cx, void *arg, const struct sepa_statement *statement,
                          const struct sepa_entry *entry, const struct sepa_detail *detail)
{
    struct tally *tally = arg;

    (void)cx;
    (void)statement;
    (void)entry;
    tally->details += detail->is_return ? 1 : 0;
    return OK;
}

static err_t tally_entry(struct ctx *cx, void *arg, const struct sepa_statement *statement,
                         const struct sepa_entry *entry)
{
    struct tally *tally = arg;

    (void)cx;
    (void)statement;
    tally->entries++;
    tally->cents += entry->amount.cents;
    tally->anomalies |= entry->anomalies;
    return OK;
}

static err_t tally_end(struct ctx *cx, void *arg, const struct sepa_statement *statement)
{
    struct tally *tally = arg;

    (void)cx;
    tally->anomalies |= statement->anomalies;
    return OK;
}

CASE(a_hundred_thousand_entries_fit_in_constant_memory)
{
    static const struct sepa_statement_handler TALLY = {tally_begin, tally_detail, tally_entry,
                                                        tally_end};
    const int64_t count = SANITIZED ? 3000 : 100000;
    struct ctx *cx = unit_ctx();
    struct many many = {.count = count};
    struct source source = {many_read, &many};
    struct tally tally = {0};
    long before = memory_peak_kib();

    many.rest = str_format(cx->arena,
                           "<Document><BkToCstmrStmt><Stmt>" ACCOUNT BALANCE("OPBD", "0", "CRDT")
                               BALANCE("CLBD", "%lld.%02d", "CRDT"),
                           (long long)(count / 100), (int)(count % 100));
    assert_ok(sepa_statement_read(cx, &source, 1 << 28, &TALLY, &tally));
    assert_int_equal(tally.entries, count);
    assert_int_equal(tally.details, count);
    assert_int_equal(tally.cents, count);
    assert_int_equal(tally.anomalies, 0);
    if (!SANITIZED)
        assert_true(memory_peak_kib() - before < 4 * 1024);
    unit_ctx_free(cx);
}

UNIT_MAIN(T(a_day_with_a_batch_and_a_return_is_read), T(a_day_without_movement_is_read),
          T(returns_tell_original_and_charge), T(rejects_come_before_their_block_and_group),
          T(a_rejected_file_and_the_answers_to_names_are_read), T(every_sample_is_read),
          T(samples_that_break_their_schema_are_read_all_the_same), T(unknown_roots_are_refused),
          T(a_statement_needs_an_account), T(amounts_that_cannot_be_read_are_refused),
          T(amounts_are_exact_or_said_not_to_be), T(dates_that_cannot_be_read_are_refused),
          T(prefixes_encodings_and_later_versions_are_read), T(hostile_files_are_refused),
          T(details_must_add_up_to_their_entry), T(opening_and_entries_must_be_closing),
          T(what_a_booked_entry_lacks_is_told), T(charges_are_read_in_both_forms),
          T(more_of_a_kind_than_we_keep_are_left_out), T(elements_that_nobody_knows_change_nothing),
          T(answers_to_cancellations_are_read),
          T(a_hundred_thousand_entries_fit_in_constant_memory))
