#include "unit/simulator/bank_scene.h"

static struct bank_draft draft_of(struct ctx *cx, struct str text)
{
    struct bank_draft draft;

    simulated_bank_read(cx, STR_NONE, paris(11, 23, 10), text, &draft);
    return draft;
}

struct taken {
    const char *name;
    const char *message;
    size_t blocks;
    size_t items;
    int64_t cents;
};

CASE(sample_files_are_taken)
{
    static const struct taken SAMPLES[] = {
        {"pain.008.001.02__core-rcur-3.xml",    "pain.008.001.02", 1, 3, 18540       },
        {"pain.008.001.08__core-rcur-3.xml",    "pain.008.001.08", 1, 3, 18540       },
        {"pain.008.001.08__four-blocks.xml",    "pain.008.001.08", 4, 5, 100000114038},
        {"pain.001.001.09__payout-instant.xml", "pain.001.001.09", 1, 1, 10055       },
    };
    struct ctx *cx = unit_ctx();
    struct str names[64];

    if (samples_list(cx->arena, "samples-made", names, ARRAY_LEN(names)) == 0)
        return;
    for (size_t i = 0; i < ARRAY_LEN(SAMPLES); i++) {
        const struct taken *expected = &SAMPLES[i];
        struct bank_draft draft =
            draft_of(cx, sample(cx->arena, "samples-made", str_of(expected->name)));
        assert_string_equal(draft.file.code, "");
        assert_string_equal(draft.file.message, expected->message);
        assert_int_equal(draft.blocks.count, expected->blocks);
        assert_int_equal(draft.items.count, expected->items);
        if (expected->blocks == 1)
            assert_int_equal(draft.file.sum_cents, expected->cents);
        for (size_t j = 0; j < draft.items.count; j++)
            assert_string_equal(list_at(&draft.items, struct bank_item, j)->code, "");
        simulated_bank_draft_free(&draft);
    }
    unit_ctx_free(cx);
}

CASE(a_file_that_ends_early_is_refused_wherever_it_ends)
{
    static const char *const NAMES[] = {"JEAN DUPONT"};
    struct scene *scene = scene_new();
    const struct order order = {
        SEPA_GENERATION_2019, STR("LM"), SEPA_SCHEME_CORE, true, NAMES, 1, false};
    struct str text = order_text(scene, &order);

    for (size_t len = 0; len < text.len; len += 7) {
        struct arena_mark mark = arena_mark(scene->cx->arena);
        struct bank_draft draft = draft_of(scene->cx, str_sub(text, 0, len));
        assert_string_equal(draft.file.code, "FF01");
        assert_int_equal(draft.items.count, 0);
        ctx_clear_faults(scene->cx);
        arena_rewind(scene->cx->arena, mark);
    }
    scene_free(scene);
}

/* The file with a part replaced by another one; the part must be there. */
static struct str with(struct arena *arena, struct str text, const char *part, const char *other)
{
    struct str word = str_of(part);

    for (size_t at = 0; at + word.len <= text.len; at++) {
        if (str_starts(str_from(text, at), word))
            return str_format(arena, "%.*s%s%.*s", (int)at, text.ptr, other,
                              (int)(text.len - at - word.len), text.ptr + at + word.len);
    }
    fail_msg("no %s", part);
    return STR_NONE;
}

CASE(a_block_or_a_transaction_that_does_not_fit_says_why)
{
    static const char *const NAMES[] = {"JEAN DUPONT"};
    static const struct {
        const char *part;
        const char *other;
        const char *block;
        const char *item;
    } CHANGES[] = {
        {"<Cd>CORE</Cd>",                     "<Cd>COR1</Cd>",                     "FF05", ""    },
        {"<Cd>SEPA</Cd>",                     "<Cd>URGP</Cd>",                     "FF05", ""    },
        {"<SeqTp>RCUR</SeqTp>",               "<SeqTp>RPRE</SeqTp>",               "AG02", ""    },
        {"<PmtMtd>DD</PmtMtd>",               "<PmtMtd>TRF</PmtMtd>",              "FF01", ""    },
        {">2026-11-30</ReqdColltnDt>",        ">30.11.2026</ReqdColltnDt>",        "DT01", ""    },
        {">2026-11-30</ReqdColltnDt>",        ">2026-11-29</ReqdColltnDt>",        "DT01", ""    },
        {"<Id>FR72ZZZ123456</Id>",            "<Id>FR73ZZZ123456</Id>",            "BE05", "BE05"},
        {"<Id>FR72ZZZ123456</Id>",            "",                                  "",     "BE05"},
        {"<IBAN>FR7630006000011234567890189", "<IBAN>FR7630006000011234567890188", "AC01", ""    },
        {"<IBAN>FR1420041010050500013M02606", "<IBAN>FR1520041010050500013M02606", "",     "AC01"},
        {">PSSTFRPPPAR<",                     ">PSST1RPPPAR<",                     "",     "RC01"},
        {"Ccy=\"EUR\"",                       "Ccy=\"CHF\"",                       "",     "CURR"},
        {"<DtOfSgntr>2026-01-15",             "<DtOfSgntr>15/01/2026",             "",     "MD02"},
        {"<EndToEndId>LM-E1</EndToEndId>",    "",                                  "",     "FF01"},
        {">JEAN DUPONT<",                     ">JEAN DUPONT AM04<",                "",     "AM04"},
        {">JEAN DUPONT<",                     ">\n  JEAN &amp; CO\tDAM04 <",       "",     ""    },
        {"<BtchBookg>true</BtchBookg>",       "",                                  "",     ""    },
    };
    struct scene *scene = scene_new();
    const struct order order = {
        SEPA_GENERATION_2019, STR("LM"), SEPA_SCHEME_CORE, true, NAMES, 1, false};
    struct str text = order_text(scene, &order);

    for (size_t i = 0; i < ARRAY_LEN(CHANGES); i++) {
        struct str changed = with(scene->cx->arena, text, CHANGES[i].part, CHANGES[i].other);
        struct bank_draft draft = draft_of(scene->cx, changed);
        assert_string_equal(draft.file.code, "");
        assert_string_equal(list_at(&draft.blocks, struct bank_block, 0)->code, CHANGES[i].block);
        assert_string_equal(list_at(&draft.items, struct bank_item, 0)->code, CHANGES[i].item);
        assert_true(list_at(&draft.blocks, struct bank_block, 0)->batch);
        simulated_bank_draft_free(&draft);
    }
    scene_free(scene);
}

CASE(sums_are_counted_again)
{
    static const char *const NAMES[] = {"JEAN DUPONT", "MARIE CURIE"};
    static const struct {
        const char *part;
        const char *other;
        const char *code;
    } CHANGES[] = {
        {"<NbOfTxs>2</NbOfTxs>",                                   "<NbOfTxs>3</NbOfTxs>",                   "AM10"},
        {"<NbOfTxs>2</NbOfTxs>",                                   "<NbOfTxs>two</NbOfTxs>",                 "FF01"},
        {"<NbOfTxs>2</NbOfTxs>",                                   "",                                       "FF01"},
        {"<CtrlSum>21.00</CtrlSum>",                               "<CtrlSum>21.01</CtrlSum>",               "AM10"},
        {"<CtrlSum>21.00</CtrlSum>",                               "<CtrlSum>-1</CtrlSum>",                  "FF01"},
        {"<CtrlSum>21.00</CtrlSum>",                               "",                                       ""    },
        {"<CtrlSum>21.00</CtrlSum>",                               "<CtrlSum>21</CtrlSum>",                  ""    },
        {">10.00</InstdAmt>",                                      ">99999999999999999999999.00</InstdAmt>", "AM10"},
        {">10.00</InstdAmt>",                                      ">10.01</InstdAmt>",                      "AM10"},
        {"<NbOfTxs>2</NbOfTxs><CtrlSum>21.00</CtrlSum><PmtTpInf>",
         "<NbOfTxs>1</NbOfTxs><CtrlSum>21.00</CtrlSum><PmtTpInf>",                                           "AM10"},
        {"<NbOfTxs>2</NbOfTxs><CtrlSum>21.00</CtrlSum><PmtTpInf>", "<PmtTpInf>",                             ""    },
    };
    struct scene *scene = scene_new();
    const struct order order = {
        SEPA_GENERATION_2019, STR("LM"), SEPA_SCHEME_CORE, true, NAMES, 2, false};
    struct str text = order_text(scene, &order);

    for (size_t i = 0; i < ARRAY_LEN(CHANGES); i++) {
        struct str changed = with(scene->cx->arena, text, CHANGES[i].part, CHANGES[i].other);
        struct bank_draft draft = draft_of(scene->cx, changed);
        assert_string_equal(draft.file.code, CHANGES[i].code);
        simulated_bank_draft_free(&draft);
    }
    scene_free(scene);
}

UNIT_MAIN(T(sample_files_are_taken), T(a_file_that_ends_early_is_refused_wherever_it_ends),
          T(a_block_or_a_transaction_that_does_not_fit_says_why), T(sums_are_counted_again))
