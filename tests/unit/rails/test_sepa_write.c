#include "unit/rails/sepa_story.h"

#include <unistd.h>

#include "base/crypto.h"

struct made {
    struct ctx *cx;
    struct buf out;
    struct sink sink;
    struct sepa_writer *writer;
    struct xml_written written;
};

static struct made *make(void)
{
    struct ctx *cx = unit_ctx();
    struct made *made = arena_make(cx->arena, struct made);

    made->cx = cx;
    made->out = buf_make(cx->arena, 1 << 20);
    made->sink = sink_buf(&made->out);
    return made;
}

static void collections(struct made *made, enum sepa_generation generation, struct str msg_id,
                        int64_t count, int64_t sum_cents)
{
    struct sepa_header header = story_header(generation, msg_id, count, sum_cents);

    assert_ok(sepa_collections_begin(made->cx, &header, &made->sink, &made->writer));
}

static void add(struct made *made, struct sepa_collection collection)
{
    err_t err = sepa_collection_add(made->cx, made->writer, &collection);

    if (err != OK)
        fail_msg("%s %s", made->cx->faults[0].field, made->cx->faults[0].text);
}

static void block(struct made *made, struct sepa_collection_block what)
{
    assert_ok(sepa_collections_block(made->cx, made->writer, &what));
}

/* The file of samples-made to the byte, but for the '&' that our names do not keep. */
static void same_as_sample(struct made *made, const char *name)
{
    struct str text = samples_read(
        made->cx->arena,
        samples_path(made->cx->arena, str_format(made->cx->arena, "samples-made/%s", name).ptr)
            .ptr);
    struct buf expected = buf_make(made->cx->arena, 1 << 20);

    if (text.ptr == NULL) {
        skip();
        return;
    }
    for (size_t at = 0; at < text.len; at++) {
        if (str_starts(str_from(text, at), STR("&amp;"))) {
            buf_put_byte(&expected, '+');
            at += 4;
        } else {
            buf_put_byte(&expected, text.ptr[at]);
        }
    }
    while (expected.len > 0 && expected.ptr[expected.len - 1] == '\n')
        expected.len--;
    assert_int_equal(made->out.ptr[made->out.len - 1], '\n');
    struct str found = str_sub(buf_str(&made->out), 0, made->out.len - 1);
    for (size_t at = 0; at < found.len && at < expected.len; at++) {
        if (found.ptr[at] != expected.ptr[at])
            fail_msg("at %zu: %.*s, expected %.*s", at, 60, found.ptr + at, 60, expected.ptr + at);
    }
    assert_int_equal(found.len, expected.len);
}

static void four_blocks(struct made *made, enum sepa_generation generation)
{
    struct sepa_collection one = story_collection();

    collections(made, generation, STR("AL-DD-0002"), 5, 100000019239);
    block(made, story_block(STR("AL-DD-0002-01"), SEPA_SEQUENCE_FIRST, 0, 1, 700));
    one.instruction_id = STR("AL-E2E-000004-I");
    one.end_to_end_id = STR("AL-E2E-000004");
    one.amount_cents = 700;
    one.umr = STR("AL-UMR-000004");
    one.amendment.other_account = true;
    one.debtor_bic = STR_NONE;
    one.debtor_name = STR("PAUL MARTIN");
    one.debtor_iban = STR("FR7614508010080505002505961");
    one.remittance = STR("Facture F2026-0103");
    add(made, one);

    block(made, story_block(STR("AL-DD-0002-02"), SEPA_SEQUENCE_RECURRENT, 1, 2, 6490));
    one = story_collection();
    one.instruction_id = STR("AL-E2E-000001B-I");
    one.end_to_end_id = STR("AL-E2E-000001B");
    one.amendment.old_iban = STR("FR7616798010090505003297841");
    one.debtor_address = (struct sepa_address){SEPA_ADDRESS_STRUCTURED,
                                               STR("8"),
                                               STR("Rue de la Paix"),
                                               STR_NONE,
                                               STR("75002"),
                                               STR("Paris"),
                                               STR("FR")};
    add(made, one);
    one = story_collection();
    one.instruction_id = STR("AL-E2E-000002B-I");
    one.end_to_end_id = STR("AL-E2E-000002B");
    one.amount_cents = 4500;
    one.umr = STR("AL-UMR-000002");
    one.amendment.old_umr = STR("OLD-AL-UMR-000002");
    one.debtor_bic = STR("BNPAFRPP");
    one.debtor_name = STR("MARIE CURIE");
    one.debtor_iban = STR("FR7630004010060505000922177");
    one.remittance = STR("Facture F2026-0101");
    add(made, one);

    block(made, story_block(STR("AL-DD-0002-03"), SEPA_SEQUENCE_ONE_OFF, 1, 1, 99999999999));
    one = story_collection();
    one.instruction_id = STR("AL-E2E-000005-I");
    one.end_to_end_id = STR("AL-E2E-000005");
    one.amount_cents = 99999999999;
    one.umr = STR("AL-UMR-000005");
    one.debtor_bic = STR("TRZOFR21XXX");
    one.debtor_name = STR("SOPHIE BERNARD");
    one.debtor_iban = STR("FR7616798010090505003297841");
    one.remittance = STR("Facture F2026-0104");
    add(made, one);

    struct sepa_collection_block b2b =
        story_block(STR("AL-DD-0002-04"), SEPA_SEQUENCE_RECURRENT, 1, 1, 12050);
    b2b.batch_booking = false;
    b2b.scheme = SEPA_SCHEME_B2B;
    block(made, b2b);
    one = story_collection();
    one.instruction_id = STR("AL-E2E-000003B-I");
    one.end_to_end_id = STR("AL-E2E-000003B");
    one.amount_cents = 12050;
    one.umr = STR("AL-UMR-000003");
    one.amendment.old_creditor_name = STR("ANCIEN NOM SARL");
    one.amendment.old_ics = STR("FR19ZZZ654321");
    one.debtor_bic = STR("CMCIFR2A");
    one.debtor_name = STR("DURAND & FILS SAS");
    one.debtor_address =
        (struct sepa_address){SEPA_ADDRESS_HYBRID, STR("3 bis"), STR("Avenue Foch"), STR_NONE,
                              STR("59000"),        STR("Lille"), STR("FR")};
    one.debtor_iban = STR("FR7610278010070505001714081");
    one.remittance = STR("Facture F2026-0102");
    add(made, one);
    assert_ok(sepa_file_end(made->cx, made->writer, &made->written));
}

CASE(four_blocks_are_written_as_the_samples_of_2019)
{
    struct made *made = make();

    four_blocks(made, SEPA_GENERATION_2019);
    fits(made->cx, buf_str(&made->out), "pain.008.001.08", 5, 100000019239);
    same_as_sample(made, "pain.008.001.08__four-blocks.xml");
    unit_ctx_free(made->cx);
}

CASE(four_blocks_are_written_as_the_samples_of_2009)
{
    struct made *made = make();

    four_blocks(made, SEPA_GENERATION_2009);
    fits(made->cx, buf_str(&made->out), "pain.008.001.02", 5, 100000019239);
    same_as_sample(made, "pain.008.001.02__four-blocks.xml");
    unit_ctx_free(made->cx);
}

CASE(the_file_is_known_by_its_bytes)
{
    struct made *made = make();
    uint8_t sha[SHA256_SIZE];

    four_blocks(made, SEPA_GENERATION_2019);
    sha256(buf_str(&made->out), sha);
    assert_memory_equal(sha, made->written.sha256, sizeof sha);
    assert_int_equal(made->written.bytes, made->out.len);
    assert_string_equal(sepa_file_message(made->writer), "pain.008.001.08");
    unit_ctx_free(made->cx);
}

static bool holds(const struct made *made, const char *part)
{
    struct str text = buf_str(&made->out);
    struct str word = str_of(part);

    for (size_t at = 0; at + word.len <= text.len; at++) {
        if (str_starts(str_from(text, at), word))
            return true;
    }
    return false;
}

/* A collection with everything that is optional, in both generations. */
static void everything(enum sepa_generation generation, const char *message)
{
    struct made *made = make();
    struct sepa_header header = story_header(generation, STR("ALL-1"), 1, 1990);
    struct sepa_collection_block what =
        story_block(STR("ALL-1-1"), SEPA_SEQUENCE_FINAL, 0, 1, 1990);
    struct sepa_collection one = story_collection();

    header.created_utc = true;
    header.initiator_id = STR("100000009");
    assert_ok(sepa_collections_begin(made->cx, &header, &made->sink, &made->writer));
    what.category_purpose = STR("SUPP");
    what.ultimate_creditor = STR("Élan & Cie");
    what.creditor_address.complement = STR("Bâtiment B");
    block(made, what);
    one.debtor_is_company = true;
    one.debtor_id = STR("CONTRACT-1");
    one.debtor_name = STR("Société à façon « Œuvres »");
    one.debtor_address =
        (struct sepa_address){SEPA_ADDRESS_STRUCTURED,
                              STR("12345678901234567"),
                              STR("Straße"),
                              STR("A complement of more than thirty-five characters"),
                              STR("1200"),
                              STR("Genève"),
                              STR("CH")};
    one.ultimate_debtor = STR("Tiers");
    one.purpose = STR("GDDS");
    one.remittance = STR_NONE;
    one.reference = STR("RF18539007547034");
    add(made, one);
    assert_ok(sepa_file_end(made->cx, made->writer, &made->written));
    fits(made->cx, buf_str(&made->out), message, 1, 1990);
    assert_true(holds(made, "<CreDtTm>2026-11-23T07:00:00Z</CreDtTm>"));
    assert_true(holds(made, "<Id><OrgId><Othr><Id>100000009</Id></Othr></OrgId></Id></InitgPty>"));
    assert_true(holds(made, "<CtgyPurp><Cd>SUPP</Cd></CtgyPurp>"));
    assert_true(holds(made, "<UltmtCdtr><Nm>Elan + Cie</Nm></UltmtCdtr>"));
    assert_true(holds(made, "<Nm>Societe a facon ' OEuvres '</Nm>"));
    assert_true(holds(made, "<StrtNm>12345678901234567 Strasse</StrtNm>"));
    assert_true(holds(made, "<Id><OrgId><Othr><Id>CONTRACT-1</Id></Othr></OrgId></Id></Dbtr>"));
    assert_true(holds(made, "<Purp><Cd>GDDS</Cd></Purp><RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry>"
                            "<Cd>SCOR</Cd></CdOrPrtry><Issr>ISO</Issr></Tp>"
                            "<Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>"));
    assert_int_equal(holds(made, "<BldgNm>Batiment B</BldgNm>"),
                     generation == SEPA_GENERATION_2019);
    unit_ctx_free(made->cx);
}

CASE(everything_optional_fits_the_schemas)
{
    everything(SEPA_GENERATION_2019, "pain.008.001.08");
    everything(SEPA_GENERATION_2009, "pain.008.001.02");
}

/* --- refusals ----------------------------------------------------------------------------------
 */

static void refused(struct sepa_collection collection, const char *field)
{
    struct made *made = make();

    collections(made, SEPA_GENERATION_2019, STR("R-1"), 1, 1990);
    block(made, story_block(STR("R-1-1"), SEPA_SEQUENCE_RECURRENT, 0, 1, 1990));
    assert_int_equal(sepa_collection_add(made->cx, made->writer, &collection), ERR_INVALID);
    assert_string_equal(made->cx->faults[0].field, field);
    unit_ctx_free(made->cx);
}

#define REFUSED(member, value, name)                                                               \
    do {                                                                                           \
        struct sepa_collection one = story_collection();                                           \
        one.member = (value);                                                                      \
        refused(one, name);                                                                        \
    } while (0)

CASE(what_may_not_stand_in_a_file_is_refused)
{
    REFUSED(end_to_end_id, STR_NONE, "end_to_end_id");
    REFUSED(end_to_end_id, STR("a//b"), "end_to_end_id");
    REFUSED(end_to_end_id, STR("123456789012345678901234567890123456"), "end_to_end_id");
    REFUSED(instruction_id, STR("/a"), "instruction_id");
    REFUSED(amount_cents, 0, "amount_cents");
    REFUSED(amount_cents, -1, "amount_cents");
    REFUSED(amount_cents, SEPA_AMOUNT_MAX + 1, "amount_cents");
    REFUSED(umr, STR("with space"), "umr");
    REFUSED(signed_on, ((struct date){2026, 2, 30}), "signed_on");
    REFUSED(debtor_bic, STR("ABC"), "debtor_bic");
    REFUSED(debtor_name, STR("  "), "debtor_name");
    REFUSED(debtor_iban, STR("FR76"), "debtor_iban");
    REFUSED(debtor_iban, STR("FR14 2004 1010 0505 0001 3M02 606"), "debtor_iban");
    REFUSED(debtor_address, ((struct sepa_address){.form = SEPA_ADDRESS_HYBRID}), "debtor_address");
    REFUSED(debtor_address,
            ((struct sepa_address){.form = SEPA_ADDRESS_STRUCTURED, .country = STR("FR")}),
            "debtor_address");
    REFUSED(purpose, STR("TOOLONG"), "purpose");
    REFUSED(reference, STR("RF18539007547034"), "remittance");
    struct sepa_collection one = story_collection();
    one.remittance = STR_NONE;
    one.reference = STR("RF19539007547034");
    refused(one, "reference");
    one = story_collection();
    one.amendment.other_account = true;
    one.amendment.old_iban = LUMEN_IBAN;
    refused(one, "amendment.old_iban");
}

CASE(sums_that_were_told_wrong_are_refused)
{
    struct made *made = make();

    collections(made, SEPA_GENERATION_2019, STR("R-1"), 1, 1990);
    block(made, story_block(STR("R-1-1"), SEPA_SEQUENCE_RECURRENT, 0, 1, 1991));
    add(made, story_collection());
    assert_int_equal(sepa_file_end(made->cx, made->writer, &made->written), ERR_INVALID);
    assert_string_equal(made->cx->faults[0].field, "sum_cents");
    unit_ctx_free(made->cx);
    made = make();
    collections(made, SEPA_GENERATION_2019, STR("R-1"), 2, 1990);
    block(made, story_block(STR("R-1-1"), SEPA_SEQUENCE_RECURRENT, 0, 1, 1990));
    add(made, story_collection());
    assert_int_equal(sepa_file_end(made->cx, made->writer, &made->written), ERR_INVALID);
    assert_string_equal(made->cx->faults[0].field, "count");
    unit_ctx_free(made->cx);
}

CASE(message_ids_leave_room_for_what_is_made_of_them)
{
    struct made *made = make();
    struct sepa_header header =
        story_header(SEPA_GENERATION_2019, STR("123456789012345678901234567890"), 1, 1990);

    assert_ok(sepa_collections_begin(made->cx, &header, &made->sink, &made->writer));
    header.msg_id = STR("1234567890123456789012345678901");
    assert_int_equal(sepa_collections_begin(made->cx, &header, &made->sink, &made->writer),
                     ERR_INVALID);
    unit_ctx_free(made->cx);
}

CASE(creditor_references_have_their_check_digits)
{
    assert_true(sepa_creditor_reference_is_valid(STR("RF18539007547034")));
    assert_false(sepa_creditor_reference_is_valid(STR("RF18539007547035")));
    assert_false(sepa_creditor_reference_is_valid(STR("RF18")));
    assert_false(sepa_creditor_reference_is_valid(STR("rf18539007547034")));
    assert_false(sepa_creditor_reference_is_valid(STR("RF1853900754703412345678901234")));
    assert_false(sepa_creditor_reference_is_valid(STR("RFA8539007547034")));
}

/* --- transfers and reversals -------------------------------------------------------------------
 */

static struct sepa_transfer_block payout_block(struct str id, int64_t count, int64_t sum_cents)
{
    return (struct sepa_transfer_block){
        .payment_info_id = id,
        .count = count,
        .sum_cents = sum_cents,
        .execution = {2026, 11, 24},
        .debtor_name = LUMEN,
        .debtor_iban = LUMEN_IBAN,
        .debtor_bic = STR("AGRIFRPP"),
    };
}

static struct sepa_transfer payout(struct str instruction, struct str id, int64_t cents,
                                   struct str name, struct str iban, struct str remittance)
{
    return (struct sepa_transfer){
        .instruction_id = instruction,
        .end_to_end_id = id,
        .amount_cents = cents,
        .creditor_name = name,
        .creditor_iban = iban,
        .remittance = remittance,
    };
}

static struct sepa_address neuve(void)
{
    return (struct sepa_address){SEPA_ADDRESS_STRUCTURED,
                                 STR("1"),
                                 STR("Rue Neuve"),
                                 STR_NONE,
                                 STR("69001"),
                                 STR("Lyon"),
                                 STR("FR")};
}

static void transfer(struct made *made, struct sepa_transfer one)
{
    assert_ok(sepa_transfer_add(made->cx, made->writer, &one));
}

static void payouts(enum sepa_generation generation, const char *message, const char *name)
{
    struct made *made = make();
    struct sepa_header header = story_header(generation, STR("AL-CT-0001"), 4, 100220);
    struct sepa_transfer_block what = payout_block(STR("AL-CT-0001-01"), 4, 100220);

    assert_ok(sepa_transfers_begin(made->cx, &header, &made->sink, &made->writer));
    assert_ok(sepa_transfers_block(made->cx, made->writer, &what));
    struct sepa_transfer one =
        payout(STR("AL-PO-1-I"), STR("AL-PO-1"), 10055, STR("BOULANGERIE MARTIN"),
               STR("FR7630004008280000123456703"), STR("Reversement 1"));
    one.creditor_address = neuve();
    transfer(made, one);
    one = payout(STR("AL-PO-2-I"), STR("AL-PO-2"), 20055, STR("GARAGE PETIT"),
                 STR("DE89370400440532013000"), STR("Reversement 2"));
    one.creditor_address = (struct sepa_address){
        SEPA_ADDRESS_HYBRID, STR("4"), STR("Hauptstrasse"), STR_NONE, STR("50667"),
        STR("Koeln"),        STR("DE")};
    transfer(made, one);
    transfer(made, payout(STR("AL-PO-3-I"), STR("AL-PO-3"), 30055, STR("LIBRAIRIE NOIR"),
                          STR("FR7610278060000002020202009"), STR("Reversement 3")));
    transfer(made, payout(STR("AL-PO-4-I"), STR("AL-PO-4"), 40055, STR("EPICERIE FINE"),
                          STR("BE68539007547034"), STR("Reversement 4")));
    assert_ok(sepa_file_end(made->cx, made->writer, &made->written));
    fits(made->cx, buf_str(&made->out), message, 4, 100220);
    same_as_sample(made, name);
    unit_ctx_free(made->cx);
}

CASE(payouts_are_written_as_the_samples)
{
    payouts(SEPA_GENERATION_2019, "pain.001.001.09", "pain.001.001.09__payouts.xml");
    payouts(SEPA_GENERATION_2009, "pain.001.001.03", "pain.001.001.03__payouts.xml");
}

CASE(an_instant_payout_is_written_as_the_sample)
{
    struct made *made = make();
    struct sepa_header header = story_header(SEPA_GENERATION_2019, STR("AL-CT-0002"), 1, 10055);
    struct sepa_transfer_block what = payout_block(STR("AL-CT-0002-01"), 1, 10055);
    struct sepa_transfer one =
        payout(STR("AL-PO-1-I"), STR("AL-PO-1"), 10055, STR("BOULANGERIE MARTIN"),
               STR("FR7630004008280000123456703"), STR("Reversement 1"));

    one.creditor_address = neuve();
    what.is_instant = true;
    assert_ok(sepa_transfers_begin(made->cx, &header, &made->sink, &made->writer));
    assert_ok(sepa_transfers_block(made->cx, made->writer, &what));
    transfer(made, one);
    assert_ok(sepa_file_end(made->cx, made->writer, &made->written));
    fits(made->cx, buf_str(&made->out), "pain.001.001.09", 1, 10055);
    same_as_sample(made, "pain.001.001.09__payout-instant.xml");
    unit_ctx_free(made->cx);
}

CASE(an_instant_payout_may_name_its_moment_in_2019_only)
{
    struct made *made = make();
    struct sepa_header header = story_header(SEPA_GENERATION_2019, STR("I-1"), 1, 100);
    struct sepa_transfer_block what = payout_block(STR("I-1-1"), 1, 100);
    struct sepa_transfer one =
        payout(STR_NONE, STR("I-1-1-1"), 100, STR("X"), STR("BE68539007547034"), STR_NONE);

    what.is_instant = true;
    what.execution_at = story_time();
    what.debtor_bic = STR_NONE;
    one.creditor_bic = STR("BPOTBEB1");
    one.ultimate_creditor = STR("Y");
    one.purpose = STR("SALA");
    assert_ok(sepa_transfers_begin(made->cx, &header, &made->sink, &made->writer));
    assert_ok(sepa_transfers_block(made->cx, made->writer, &what));
    transfer(made, one);
    assert_ok(sepa_file_end(made->cx, made->writer, &made->written));
    assert_true(holds(made, "<ReqdExctnDt><DtTm>2026-11-23T07:00:00Z</DtTm></ReqdExctnDt>"));
    assert_true(holds(made, "<CdtrAgt><FinInstnId><BICFI>BPOTBEB1</BICFI></FinInstnId></CdtrAgt>"));
    header.generation = SEPA_GENERATION_2009;
    assert_ok(sepa_transfers_begin(made->cx, &header, &made->sink, &made->writer));
    assert_int_equal(sepa_transfers_block(made->cx, made->writer, &what), ERR_INVALID);
    ctx_clear_faults(made->cx);
    fits(made->cx, buf_str(&made->out), "pain.001.001.09", 1, 100);
    unit_ctx_free(made->cx);
}

CASE(reversals_fit_their_schema)
{
    struct made *made = make();
    struct sepa_reversal_header header = {
        .header = story_header(SEPA_GENERATION_2019, STR("AL-RV-1"), 2, 6490),
        .original_msg_id = STR("AL-DD-0001"),
        .original_name = STR("pain.008.001.08"),
    };
    struct sepa_reversal_block what = {STR("AL-DD-0001-01"), 2, 6490};
    struct sepa_reversal one = {
        STR("AL-RV-1-1"), STR("AL-E2E-000001-I"), STR("AL-E2E-000001"), 1990, 1990, STR("AM05")};

    assert_ok(sepa_reversals_begin(made->cx, &header, &made->sink, &made->writer));
    assert_ok(sepa_reversals_block(made->cx, made->writer, &what));
    assert_ok(sepa_reversal_add(made->cx, made->writer, &one));
    one = (struct sepa_reversal){STR_NONE, STR_NONE, STR("AL-E2E-000002"), 4500, 4500, STR("MD05")};
    assert_ok(sepa_reversal_add(made->cx, made->writer, &one));
    assert_ok(sepa_file_end(made->cx, made->writer, &made->written));
    fits(made->cx, buf_str(&made->out), "pain.007.001.02", 2, 6490);
    one.reversed_cents = 4501;
    assert_int_equal(sepa_reversal_add(made->cx, made->writer, &one), ERR_INVALID);
    unit_ctx_free(made->cx);
}

/* --- many --------------------------------------------------------------------------------------
 */

/* The file on disk: neither writing it, nor its schema, nor the second look holds it. */
CASE(a_hundred_thousand_transactions_fit_in_constant_memory)
{
    const int64_t count = SANITIZED ? 2000 : 100000;
    struct ctx *cx = unit_ctx();
    FILE *file = tmpfile();
    assert_non_null(file);
    int fd = fileno(file);
    struct sink sink = sink_fd(&fd);
    struct source source = source_fd(&fd);
    struct sepa_header header =
        story_header(SEPA_GENERATION_2019, STR("BIG-1"), count, count * 1990);
    struct sepa_collection_block what =
        story_block(STR("BIG-1-1"), SEPA_SEQUENCE_RECURRENT, 0, count, count * 1990);
    struct sepa_collection one = story_collection();
    struct sepa_writer *writer;
    struct xml_written written;
    struct pain_facts facts;

    long before = memory_peak_kib();
    assert_ok(sepa_collections_begin(cx, &header, &sink, &writer));
    assert_ok(sepa_collections_block(cx, writer, &what));
    for (int64_t i = 0; i < count; i++) {
        char id[32];
        int len = snprintf(id, sizeof id, "BIG-%lld", (long long)i);
        one.end_to_end_id = (struct str){id, (size_t)len};
        assert_ok(sepa_collection_add(cx, writer, &one));
    }
    assert_ok(sepa_file_end(cx, writer, &written));
    assert_int_equal(lseek(fd, 0, SEEK_CUR), written.bytes);
    assert_true(written.bytes > count * 400);
    assert_true(SANITIZED || memory_peak_kib() - before < 2 * 1024);

    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_ok(pain_check(cx, &source, (size_t)written.bytes, &facts));
    assert_int_equal(facts.count, count);
    assert_true(SANITIZED || memory_peak_kib() - before < 16 * 1024);

    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    err_t err = xml_validate(cx, samples_path(cx->arena, "xsd"), str_of(sepa_file_message(writer)),
                             &source, (size_t)written.bytes);
    assert_true(err == OK || err == ERR_NOT_FOUND);
    assert_true(SANITIZED || memory_peak_kib() - before < 24 * 1024);
    fclose(file);
    unit_ctx_free(cx);
}

UNIT_MAIN(T(four_blocks_are_written_as_the_samples_of_2019),
          T(four_blocks_are_written_as_the_samples_of_2009), T(the_file_is_known_by_its_bytes),
          T(everything_optional_fits_the_schemas), T(what_may_not_stand_in_a_file_is_refused),
          T(sums_that_were_told_wrong_are_refused),
          T(message_ids_leave_room_for_what_is_made_of_them),
          T(creditor_references_have_their_check_digits), T(payouts_are_written_as_the_samples),
          T(an_instant_payout_is_written_as_the_sample),
          T(an_instant_payout_may_name_its_moment_in_2019_only), T(reversals_fit_their_schema),
          T(a_hundred_thousand_transactions_fit_in_constant_memory))
