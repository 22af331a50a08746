#include "unit/simulator/bank_scene.h"

/* Monday 23 November, a week before D. */
static instant sending(void)
{
    return paris(11, 23, 10);
}

static const char *const OUTCOMES[] = {"JEAN DUPONT", "MARIE CURIE AC04", "DURAND DAM04",
                                       "PAUL DMD01"};

/* --- answers
 * ---------------------------------------------------------------------------------------- */

static void answers_fit(bool transfers, bool batch, enum sepa_scheme scheme)
{
    struct scene *scene = scene_new();
    const struct order orders[] = {
        {SEPA_GENERATION_2009, STR("OLD"), scheme, batch, OUTCOMES, 4, transfers},
        {SEPA_GENERATION_2019, STR("NEW"), scheme, batch, OUTCOMES, 4, transfers},
    };

    for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
        struct report answers[REPORTS_OF_FILE_MAX];
        struct report *days;
        simulated_bank_set_charge(scene->bank, scene->journal, 250 * (int64_t)i);
        size_t file = send(scene, order_text(scene, &orders[i]), sending());
        assert_int_equal(simulated_reports_of_file(scene->bank, file, answers), 2);
        (void)told(scene, &answers[0]);
        assert_int_equal(scene->heard.groups, 1);
        (void)told(scene, &answers[1]);
        assert_int_equal(scene->heard.transactions, 1);
        size_t count = reports(scene, 0, INT64_MAX, &days);
        for (size_t j = 0; j < count; j++)
            (void)told(scene, &days[j]);
        assert_int_equal(count, transfers ? 2 : 6);
    }
    scene_free(scene);
}

CASE(answers_about_collections_in_a_batch_fit_their_schemas)
{
    answers_fit(false, true, SEPA_SCHEME_CORE);
}

CASE(answers_about_single_collections_fit_their_schemas)
{
    answers_fit(false, false, SEPA_SCHEME_B2B);
}

CASE(answers_about_transfers_fit_their_schemas)
{
    answers_fit(true, false, SEPA_SCHEME_CORE);
    answers_fit(true, true, SEPA_SCHEME_CORE);
}

CASE(a_file_is_answered_word_for_word)
{
    struct scene *scene = scene_new();
    const struct order order = {
        SEPA_GENERATION_2019, STR("LM"), SEPA_SCHEME_CORE, true, OUTCOMES, 4, false};
    struct report answers[REPORTS_OF_FILE_MAX];
    struct report *days;

    simulated_bank_set_charge(scene->bank, scene->journal, 500);
    size_t file = send(scene, order_text(scene, &order), sending());
    assert_int_equal(simulated_reports_of_file(scene->bank, file, answers), 2);
    (void)told(scene, &answers[0]);
    heard_is(scene, "group v10 msg=SB5160B368-20261123-A1 by=TESTFRPP file=LM "
                    "name=pain.008.001.08 status=ACCP\n");
    (void)told(scene, &answers[1]);
    heard_is(scene, "tx file=LM block=LM-1 instr=AL-E2E-000001-I e2e=LM-E2 status=RJCT reason=AC04 "
                    "from=Banque de demonstration amount=1100EUR due=2026-11-30 umr=AL-UMR-000001\n"
                    "block id=LM-1 status=PART\n"
                    "group v10 msg=SB5160B368-20261123-R1 by=TESTFRPP file=LM "
                    "name=pain.008.001.08 status=PART\n");
    assert_int_equal(reports(scene, paris(11, 30, 6), paris(12, 2, 7), &days), 4);
    (void)told(scene, &days[1]);
    heard_is(scene, "camt.053 v8 msg=SB5160B368-20261130-S-1 id=SB5160B368-20261130-S-1 seq=1 "
                    "iban=FR7630006000011234567890189 ccy=EUR\n"
                    " entry 1 + amount=3500EUR status=BOOK ref=SB5160B368-3 booked=2026-11-30 "
                    "value=2026-11-30 domain=PMNT family=IDDT sub=ESDD batch=LM-1*3\n"
                    "end 1 balance=OPBD + =0EUR on=2026-11-30 balance=CLBD + =3500EUR "
                    "on=2026-11-30\n");
    (void)told(scene, &days[2]);
    heard_is(scene,
             "camt.054 v8 msg=SB5160B368-20261202-N-2 id=SB5160B368-20261202-N-2 seq=2 "
             "iban=FR7630006000011234567890189 ccy=EUR\n"
             "  detail 1.1 - amount=1700EUR original=1200EUR file=LM block=LM-1 "
             "instr=AL-E2E-000001-I e2e=LM-E3 umr=AL-UMR-000001 charge=500EUR debtor=DURAND DAM04 "
             "from=FR1420041010050500013M02606 creditor=ATELIER LUMEN SARL "
             "to=FR7630006000011234567890189 reason=AM04 from=Banque de demonstration\n"
             " entry 1 - amount=1700EUR status=BOOK ref=SB5160B368-1 booked=2026-12-02 "
             "value=2026-12-02 domain=PMNT family=IDDT sub=UPDD\n"
             "end 1\n");
    scene_free(scene);
}

CASE(openings_are_the_closings_before)
{
    struct scene *scene = scene_new();
    struct report *days;
    int64_t closing = 0;

    for (int i = 0; i < 6; i++) {
        const struct order order = {
            .generation = i % 2 == 0 ? SEPA_GENERATION_2009 : SEPA_GENERATION_2019,
            .msg_id = str_format(scene->cx->arena, "M%d", i),
            .scheme = SEPA_SCHEME_CORE,
            .batch = i % 3 == 0,
            .names = OUTCOMES,
            .count = 4,
            .transfers = i == 2 || i == 5,
        };
        (void)send(scene, order_text(scene, &order), sending());
        if (i == 3)
            simulated_bank_asked(scene->journal,
                                 simulated_bank_account(scene->bank, STR("owner"), LUMEN_IBAN),
                                 paris(12, 1, 7));
    }
    size_t count = reports(scene, 0, INT64_MAX, &days);
    /* Three mornings, and once more the first one for the files that came after the question. */
    assert_int_equal(count, 10);
    for (size_t i = 1; i < count; i += 2) {
        struct report *day = &days[i];
        assert_int_equal(day->opening_cents, closing);
        assert_int_equal(day->sequence, i / 2 + 1);
        for (size_t j = 0; j < day->count; j++)
            closing +=
                day->movements[j]->is_credit ? day->movements[j]->cents : -day->movements[j]->cents;
        (void)told(scene, day);
    }
    scene_free(scene);
}

static bool is_in_tag(struct str text, size_t at)
{
    while (at > 0 && text.ptr[at] != '<' && text.ptr[at] != '>')
        at--;
    return text.ptr[at] == '<';
}

/* Bytes of a file changed at random, the same ones in each run: anywhere, or outside the tags, so
 * that it stays well-formed. */
static struct str spoil(struct arena *arena, struct str text, bool anywhere, uint32_t *seed)
{
    static const char BYTES[] = "0195.-AZaz \n<&";
    char *copy = arena_alloc(arena, text.len);

    memcpy(copy, text.ptr, text.len);
    for (int done = 0; done < 2;) {
        *seed = *seed * 1664525 + 1013904223;
        size_t at = (*seed >> 8) % text.len;
        *seed = *seed * 1664525 + 1013904223;
        if (!anywhere && (is_in_tag(text, at) || text.ptr[at] == '>'))
            continue;
        copy[at] = BYTES[(*seed >> 8) % (sizeof BYTES - (anywhere ? 1 : 3))];
        done++;
    }
    return (struct str){copy, text.len};
}

CASE(whatever_comes_the_answers_fit_their_schemas)
{
    enum { RUNS = 300 };
    struct scene *scene = scene_new();
    uint32_t seed = 7;
    int taken = 0;

    for (int i = 0; i < RUNS; i++) {
        struct arena_mark mark = arena_mark(scene->cx->arena);
        const struct order order = {
            .generation = i % 2 == 0 ? SEPA_GENERATION_2009 : SEPA_GENERATION_2019,
            .msg_id = str_format(scene->cx->arena, "M%d", i),
            .scheme = SEPA_SCHEME_CORE,
            .batch = i % 3 == 0,
            .names = OUTCOMES,
            .count = 4,
            .transfers = i % 5 == 0,
        };
        struct report answers[REPORTS_OF_FILE_MAX];
        struct str text = spoil(scene->cx->arena, order_text(scene, &order), i % 4 == 0, &seed);
        size_t file = send(scene, text, sending());
        taken += simulated_bank_file_at(scene->bank, file)->code[0] == '\0' ? 1 : 0;
        for (size_t j = 0; j < simulated_reports_of_file(scene->bank, file, answers); j++)
            (void)told(scene, &answers[j]);
        ctx_clear_faults(scene->cx);
        arena_rewind(scene->cx->arena, mark);
    }
    assert_in_range(taken, RUNS / 10, RUNS - 1);
    struct report *days;
    size_t count = reports(scene, 0, INT64_MAX, &days);
    for (size_t i = 0; i < count; i++)
        (void)told(scene, &days[i]);
    scene_free(scene);
}

/* --- the journal
 * ------------------------------------------------------------------------------------ */

CASE(the_journal_gives_the_same_bytes_again)
{
    struct scene *scene = scene_new();
    const struct order order = {
        SEPA_GENERATION_2019, STR("LM"), SEPA_SCHEME_CORE, false, OUTCOMES, 4, false};
    struct report *days;
    struct str before[6];
    size_t file;
    uint8_t hash[SHA256_SIZE];
    struct str text = order_text(scene, &order);

    (void)send(scene, text, sending());
    assert_int_equal(reports(scene, 0, INT64_MAX, &days), ARRAY_LEN(before));
    for (size_t i = 0; i < ARRAY_LEN(before); i++)
        before[i] = told(scene, &days[i]);
    scene_again(scene);
    assert_int_equal(reports(scene, 0, INT64_MAX, &days), ARRAY_LEN(before));
    for (size_t i = 0; i < ARRAY_LEN(before); i++)
        assert_true(str_eq(before[i], told(scene, &days[i])));
    sha256(text, hash);
    assert_true(simulated_bank_file_find(scene->bank, STR("owner"),
                                         hex_encode(scene->cx->arena, hash, sizeof hash), &file));
    scene_free(scene);
}

/* --- reversals ----------------------------------------------------------------------------------
 */

struct reversing {
    const char *end_to_end;
    int64_t original_cents;
    int64_t cents;
};

static struct str reversal_text(struct scene *scene, struct str msg_id, struct str original,
                                const struct reversing *list, size_t count)
{
    struct buf *out = arena_make(scene->cx->arena, struct buf);
    struct sink sink = sink_buf(out);
    struct sepa_reversal_header header = {.original_msg_id = original,
                                          .original_name = STR("pain.008.001.08")};
    struct sepa_reversal_block block = {
        .original_payment_info_id =
            str_format(scene->cx->arena, "%.*s-1", (int)original.len, original.ptr),
        .count = (int64_t)count,
    };
    struct sepa_writer *writer;
    struct xml_written written;

    for (size_t i = 0; i < count; i++)
        block.sum_cents += list[i].cents;
    header.header = story_header(SEPA_GENERATION_2019, msg_id, block.count, block.sum_cents);
    *out = buf_make(scene->cx->arena, 1 << 20);
    assert_ok(sepa_reversals_begin(scene->cx, &header, &sink, &writer));
    assert_ok(sepa_reversals_block(scene->cx, writer, &block));
    for (size_t i = 0; i < count; i++) {
        const struct sepa_reversal reversal = {
            .reversal_id = str_format(scene->cx->arena, "R%zu", i + 1),
            .original_end_to_end_id = str_of(list[i].end_to_end),
            .original_cents = list[i].original_cents,
            .reversed_cents = list[i].cents,
            .reason = STR("MS02"),
        };
        assert_ok(sepa_reversal_add(scene->cx, writer, &reversal));
    }
    assert_ok(sepa_file_end(scene->cx, writer, &written));
    return buf_str(out);
}

/* LM-E1 is settled, LM-E2 rejected, LM-E3 comes back on the second day, LM-E4 after ten. */
static size_t reversals_send(struct scene *scene, const char *msg_id, const char *original,
                             const struct reversing *list, size_t count, instant now)
{
    return send(scene, reversal_text(scene, str_of(msg_id), str_of(original), list, count), now);
}

static const char *code_at(struct scene *scene, size_t file, size_t which)
{
    const struct bank_file *sent = simulated_bank_file_at(scene->bank, file);
    const struct bank_block *block = simulated_bank_block_at(scene->bank, sent->first_block);

    return simulated_bank_item_at(scene->bank, block->first_item + which)->code;
}

static struct scene *collected(void)
{
    struct scene *scene = scene_new();
    const struct order order = {
        SEPA_GENERATION_2019, STR("LM"), SEPA_SCHEME_CORE, true, OUTCOMES, 4, false};

    send(scene, order_text(scene, &order), sending());
    return scene;
}

CASE(collections_are_reversed_within_five_days)
{
    struct scene *scene = collected();
    static const struct reversing LIST[] = {
        {"LM-E1",   1000, 1000},
        {"LM-E2",   1100, 1100},
        {"LM-E3",   1200, 1200},
        {"LM-E4",   1300, 700 },
        {"NOWHERE", 100,  100 },
        {"LM-E1",   1000, 1000},
    };
    static const char *const CODES[] = {"", "NOOR", "ARDT", "AM09", "NOOR", "AM05"};
    /* The same content twice would be one file too many. */
    static const struct reversing LAST[] = {
        {"LM-E4", 1300, 1200},
        {"LM-E4", 1300, 1100},
        {"LM-E4", 1300, 1000},
        {"LM-E4", 1300, 1300},
    };
    struct report answers[REPORTS_OF_FILE_MAX];
    struct report *days;

    size_t early = reversals_send(scene, "R0", "LM", &LAST[0], 1, paris(11, 29, 12));
    assert_string_equal(code_at(scene, early, 0), "NOOR");
    size_t file = reversals_send(scene, "R1", "LM", LIST, ARRAY_LEN(LIST), paris(12, 3, 12));
    for (size_t i = 0; i < ARRAY_LEN(CODES); i++)
        assert_string_equal(code_at(scene, file, i), CODES[i]);
    assert_int_equal(simulated_reports_of_file(scene->bank, file, answers), 2);
    (void)told(scene, &answers[0]);
    (void)told(scene, &answers[1]);
    heard_is(scene, "tx file=R1 block=LM-1 e2e=LM-E2 status=RJCT reason=NOOR from=Banque de "
                    "demonstration amount=1100EUR\n"
                    "tx file=R1 block=LM-1 instr=AL-E2E-000001-I e2e=LM-E3 status=RJCT reason=ARDT "
                    "from=Banque de demonstration amount=1200EUR\n"
                    "tx file=R1 block=LM-1 instr=AL-E2E-000001-I e2e=LM-E4 status=RJCT reason=AM09 "
                    "from=Banque de demonstration amount=700EUR\n"
                    "tx file=R1 block=LM-1 e2e=NOWHERE status=RJCT reason=NOOR from=Banque de "
                    "demonstration amount=100EUR\n"
                    "tx file=R1 block=LM-1 instr=AL-E2E-000001-I e2e=LM-E1 status=RJCT reason=AM05 "
                    "from=Banque de demonstration amount=1000EUR\n"
                    "block id=LM-1 status=PART\n"
                    "group v3 msg=SB5160B368-20261203-R3 by=TESTFRPP file=R1 name=pain.007.001.02 "
                    "status=PART\n");
    /* The next morning, on our account; and after a restart the bank knows it. */
    scene_again(scene);
    assert_int_equal(reports(scene, paris(12, 3, 7), paris(12, 4, 7), &days), 2);
    (void)told(scene, &days[1]);
    size_t again = reversals_send(scene, "R2", "LM", LIST, 1, paris(12, 4, 12));
    assert_string_equal(code_at(scene, again, 0), "AM05");
    /* Five business days after the 30th. */
    size_t late = reversals_send(scene, "R3", "LM", &LAST[1], 1, paris(12, 8, 12));
    assert_string_equal(code_at(scene, late, 0), "TM01");
    size_t other = reversals_send(scene, "R4", "XX", &LAST[2], 1, paris(12, 7, 12));
    assert_string_equal(code_at(scene, other, 0), "NOOR");
    size_t last = reversals_send(scene, "R5", "LM", &LAST[3], 1, paris(12, 7, 12));
    assert_string_equal(code_at(scene, last, 0), "");
    scene_free(scene);
}

/* --- who is paid --------------------------------------------------------------------------------
 */

CASE(payees_in_doubt_are_told_in_the_newer_edition)
{
    static const char *const NAMES[] = {"JEAN DUPONT", "MARIE CURIE RVNM", "DURAND SA RVMC",
                                        "PAUL RVNA"};
    struct scene *scene = scene_new();
    const struct order old = {
        SEPA_GENERATION_2009, STR("OLD"), SEPA_SCHEME_CORE, false, NAMES, 4, true};
    const struct order order = {
        SEPA_GENERATION_2019, STR("LM"), SEPA_SCHEME_CORE, false, NAMES, 4, true};
    struct report answers[REPORTS_OF_FILE_MAX];

    size_t file = send(scene, order_text(scene, &old), sending());
    assert_int_equal(simulated_reports_of_file(scene->bank, file, answers), 1);
    file = send(scene, order_text(scene, &order), sending() + DAY_US);
    assert_int_equal(simulated_reports_of_file(scene->bank, file, answers), 2);
    (void)told(scene, &answers[1]);
    heard_is(scene, "tx file=LM block=LM-1 e2e=LM-E1 status=RCVC\n"
                    "tx file=LM block=LM-1 e2e=LM-E2 status=RVNM\n"
                    "tx file=LM block=LM-1 e2e=LM-E3 status=RVMC text=DURAND SA\n"
                    "tx file=LM block=LM-1 e2e=LM-E4 status=RVNA\n"
                    "block id=LM-1 status=RVCM\n"
                    "group v10 msg=SB5160B368-20261124-P2 by=TESTFRPP file=LM name=pain.001.001.09 "
                    "status=RVCM\n");
    scene_free(scene);
}

static err_t apply_line(struct bank *bank, const char *const *values, size_t count)
{
    struct record record = {.count = count};

    for (size_t i = 0; i < count; i++)
        record.values[i] = str_of(values[i]);
    return simulated_bank_apply(bank, &record);
}

CASE(lines_that_are_none_of_the_banks_are_told)
{
    struct bank *bank = simulated_bank_new();

    assert_int_equal(apply_line(bank, (const char *const[]){"X"}, 1), ERR_NOT_FOUND);
    assert_int_equal(apply_line(bank, (const char *const[]){"C"}, 1), ERR_MALFORMED);
    assert_int_equal(apply_line(bank, (const char *const[]){"I", "1"}, 2), ERR_MALFORMED);
    assert_int_equal(apply_line(bank, (const char *const[]){"F", "1"}, 2), ERR_MALFORMED);
    assert_int_equal(apply_line(bank, (const char *const[]){"A", "o", "i", "1"}, 4), ERR_MALFORMED);
    assert_int_equal(apply_line(bank, (const char *const[]){"Q", "x"}, 2), ERR_MALFORMED);
    simulated_bank_free(bank);
}

UNIT_MAIN(T(answers_about_collections_in_a_batch_fit_their_schemas),
          T(answers_about_single_collections_fit_their_schemas),
          T(answers_about_transfers_fit_their_schemas), T(a_file_is_answered_word_for_word),
          T(openings_are_the_closings_before), T(whatever_comes_the_answers_fit_their_schemas),
          T(the_journal_gives_the_same_bytes_again), T(collections_are_reversed_within_five_days),
          T(payees_in_doubt_are_told_in_the_newer_edition),
          T(lines_that_are_none_of_the_banks_are_told))
