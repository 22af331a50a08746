#include <sys/mman.h>
#include <unistd.h>

#include "rails/sepa/facts.h"

/* After the system's headers, which it includes too. */
#include "support/unit.h"

#define IBAN "FR7630006000011234567890189"
#define STATEMENT(entries)                                                                         \
    "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt>"     \
    "<Id>1</Id><Acct><Id><IBAN>" IBAN "</IBAN></Id></Acct>" entries "</Stmt></BkToCstmrStmt>"      \
    "</Document>"
#define ENTRY(cents, details)                                                                      \
    "<Ntry><Amt Ccy=\"EUR\">" cents "</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"    \
    "<BookgDt><Dt>2026-12-01</Dt></BookgDt><AcctSvcrRef>R</AcctSvcrRef><NtryDtls>" details         \
    "</NtryDtls></Ntry>"
#define NAMED(id, more) "<TxDtls><Refs><EndToEndId>" id "</EndToEndId></Refs>" more "</TxDtls>"
#define INSTRUCTED(amount)                                                                         \
    "<AmtDtls><InstdAmt><Amt Ccy=\"EUR\">" amount "</Amt></InstdAmt></AmtDtls>"

enum { BYTES_MAX = 64 * 1024 };

static int file_of(const char *text)
{
    int fd = memfd_create("facts", MFD_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

struct taken {
    struct ctx *cx;
    struct buf lines;
};

static err_t take(void *arg, const struct bank_fact *fact)
{
    struct taken *taken = arg;

    buf_format(&taken->lines, "%s %.*s %lld of %lld\n", bank_says_text(fact->says),
               (int)fact->end_to_end.len, fact->end_to_end.len == 0 ? "" : fact->end_to_end.ptr,
               (long long)fact->amount_cents, (long long)fact->original_cents);
    return OK;
}

/* What a file says after it was surveyed as another text. */
static err_t facts_after(struct ctx *cx, const char *surveyed, const char *text,
                         struct taken *taken)
{
    const struct bank_profile profile = {.iban = STR(IBAN)};
    struct survey survey;
    struct facts_reader reader = {
        .profile = &profile, .survey = &survey, .take = take, .arg = taken};
    int first = file_of(surveyed);
    int second = file_of(text);

    *taken = (struct taken){.cx = cx, .lines = buf_make(cx->arena, BYTES_MAX)};
    assert_ok(survey_read(cx, first, BYTES_MAX, &survey));
    err_t err = facts_read(cx, second, BYTES_MAX, &reader);
    close(first);
    close(second);
    return err;
}

static void check(const char *text, const char *lines)
{
    struct ctx *cx = unit_ctx();
    struct taken taken;

    assert_ok(facts_after(cx, text, text, &taken));
    assert_str(buf_str(&taken.lines), lines);
    unit_ctx_free(cx);
}

CASE(details_have_their_own_amounts)
{
    check(STATEMENT(ENTRY("30.00", NAMED("A", "<Amt Ccy=\"EUR\">10.00</Amt>")
                                       NAMED("B", "<Amt Ccy=\"EUR\">20.00</Amt>"))),
          "credit A 1000 of 0\ncredit B 2000 of 0\n");
}

CASE(the_only_detail_may_leave_its_amount_to_the_entry)
{
    check(STATEMENT(ENTRY("30.00", NAMED("A", INSTRUCTED("29.50")))), "credit A 3000 of 2950\n");
}

CASE(several_details_with_original_amounts_only_share_the_entry)
{
    check(
        STATEMENT(ENTRY("30.00", NAMED("A", INSTRUCTED("10.00")) NAMED("B", INSTRUCTED("20.00")))),
        "credit A 1000 of 1000\ncredit B 2000 of 2000\n");
}

CASE(a_file_that_changes_between_its_readings_is_refused)
{
    struct ctx *cx = unit_ctx();
    struct taken taken;

    assert_int_equal(
        facts_after(cx, STATEMENT(""), STATEMENT(ENTRY("30.00", NAMED("A", ""))), &taken),
        ERR_INVALID);
    assert_string_equal(cx->faults[0].field, "file");
    assert_int_equal(facts_after(cx, STATEMENT(""), STATEMENT(ENTRY("30.00", "")), &taken),
                     ERR_INVALID);
    unit_ctx_free(cx);
}

UNIT_MAIN(T(details_have_their_own_amounts), T(the_only_detail_may_leave_its_amount_to_the_entry),
          T(several_details_with_original_amounts_only_share_the_entry),
          T(a_file_that_changes_between_its_readings_is_refused))
