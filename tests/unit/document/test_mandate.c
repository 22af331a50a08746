#include "document/mandate.h"

#include "document/maker.h"
#include "document/sheet.h"
#include "support/fonts.h"
#include "support/unit.h"

static const struct core NO_TEXTS;

static struct mandate_paper paper_of(enum mandate_language language, enum mandate_scheme scheme)
{
    return (struct mandate_paper){
        .language = language,
        .text = mandate_text_of(&NO_TEXTS, str_of(mandate_language_text(language)), scheme),
        .test = true,
        .umr = STR("G4PSG3HOXSL3D2WRXG4M"),
        .scheme = scheme,
        .type = MANDATE_RECURRENT,
        .ics = STR("FR72ZZZ123456"),
        .creditor = {STR("Atelier Exemple SARL"), {STR("12 rue de la Démonstration")}},
        .debtor = {STR("Hélène Martin"),      {STR_NONE}                          },
        .iban = STR("FR76 3000 6000 0112 3456 7890 189"),
    };
}

/* The number of pages, as the file itself tells. */
static size_t pages_of(struct str pdf)
{
    static const char mark[] = "/Count ";
    const char *at = memmem(pdf.ptr, pdf.len, mark, strlen(mark));

    assert_non_null(at);
    return (size_t)(at[strlen(mark)] - '0');
}

static void is_whole(struct str pdf, size_t pages)
{
    assert_true(str_starts(pdf, STR("%PDF-")));
    assert_true(str_ends(pdf, STR("%%EOF\n")));
    assert_int_equal(pages_of(pdf), pages);
}

CASE(every_language_and_scheme_fits_on_a_page)
{
    static const enum mandate_language LANGUAGES[] = {MANDATE_FR, MANDATE_EN};
    static const enum mandate_scheme SCHEMES[] = {MANDATE_CORE, MANDATE_B2B};
    struct ctx *cx = unit_ctx();

    for (size_t i = 0; i < 2; i++) {
        for (size_t j = 0; j < 2; j++) {
            struct mandate_paper paper = paper_of(LANGUAGES[i], SCHEMES[j]);
            struct str pdf;
            assert_ok(mandate_draw(cx->arena, &paper, &pdf));
            is_whole(pdf, 1);
        }
    }
    unit_ctx_free(cx);
}

CASE(all_that_may_be_known_is_drawn_with_its_evidence)
{
    struct ctx *cx = unit_ctx();
    struct mandate_paper paper = paper_of(MANDATE_FR, MANDATE_B2B);
    struct str pdf;

    paper.type = MANDATE_ONE_OFF;
    paper.bic = STR("TESTFRPP");
    paper.debtor.lines[0] = STR("3 quai du Test");
    paper.debtor.lines[1] = STR("69001 Lyon");
    paper.place = STR("Lyon");
    paper.date = STR("29/11/2026");
    paper.has_evidence = true;
    paper.evidence = (struct mandate_evidence){
        .channel = MANDATE_SMS,
        .signer = STR("Hélène Martin, +33 6 •• •• •• 01"),
        .ip = STR("203.0.113.9"),
        .user_agent = STR("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
        .document_sha256 = STR("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    };
    paper.evidence_time = STR("2026-11-29 10:00:00 UTC");
    assert_ok(mandate_draw(cx->arena, &paper, &pdf));
    is_whole(pdf, 1);
    assert_ptr_equal(DOCUMENT_MAKER.mandate, mandate_draw);
    unit_ctx_free(cx);
}

CASE(a_long_text_goes_on_on_the_next_page)
{
    struct ctx *cx = unit_ctx();
    struct mandate_paper paper = paper_of(MANDATE_EN, MANDATE_CORE);
    struct mandate_text text = {.title = STR("Long"), .count = MANDATE_PARAGRAPHS_MAX};
    struct buf words = buf_make(cx->arena, 4096);
    struct str pdf;

    while (words.len < 2000)
        buf_put(&words, STR("word "));
    for (size_t i = 0; i < text.count; i++)
        text.paragraphs[i] = buf_str(&words);
    paper.text = &text;
    assert_ok(mandate_draw(cx->arena, &paper, &pdf));
    assert_true(pages_of(pdf) > 1);
    unit_ctx_free(cx);
}

CASE(nothing_of_a_text_is_taken_for_markup)
{
    struct ctx *cx = unit_ctx();
    struct mandate_paper paper = paper_of(MANDATE_EN, MANDATE_CORE);
    struct str pdf;

    paper.debtor.name = STR("<b>& Sons %s</b> \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xe4\xbd\xa0");
    paper.umr = STR("a/-?:().,'+Z");
    assert_ok(mandate_draw(cx->arena, &paper, &pdf));
    is_whole(pdf, 1);
    unit_ctx_free(cx);
}

CASE(empty_texts_are_no_harm)
{
    struct ctx *cx = unit_ctx();
    struct canvas_style style = {.size = 9, .align = CANVAS_RIGHT};
    struct sheet *sheet = sheet_new(cx->arena, STR_NONE, "fr");
    struct str pdf;

    sheet_text(sheet, &style, STR_NONE);
    sheet_row(sheet, &style, STR_NONE, &style, STR_NONE);
    sheet_frame(sheet, &style, 20, STR_NONE);
    sheet_foot(sheet, &style, STR_NONE);
    assert_ok(sheet_end(sheet, &pdf));
    is_whole(pdf, 1);
    unit_ctx_free(cx);
}

UNIT_MAIN(T(every_language_and_scheme_fits_on_a_page),
          T(all_that_may_be_known_is_drawn_with_its_evidence),
          T(a_long_text_goes_on_on_the_next_page), T(nothing_of_a_text_is_taken_for_markup),
          T(empty_texts_are_no_harm))
