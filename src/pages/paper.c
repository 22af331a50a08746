#include "pages/paper.h"

#include "base/attr.h"

enum text_warning paper_warning(const struct sepa_check *check)
{
    static const struct str DEAD[] = {STR_INIT("AC01"), STR_INIT("AC04"), STR_INIT("AC06")};
    enum { CLOSE = 50, SAME = 100 };

    if (check->status != SEPA_CHECK_CHECKED)
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(DEAD); i++) {
        if (str_eq(check->response, DEAD[i]))
            return TEXT_WARNING_ACCOUNT;
    }
    if (check->score_name == SCORE_UNKNOWN || check->score_name >= SAME)
        return 0;
    return check->score_name < CLOSE ? TEXT_WARNING_NAME : TEXT_WARNING_CLOSE;
}

static size_t lines_count(const struct paper_party *party)
{
    size_t count = 0;

    while (count < ARRAY_LEN(party->lines) && party->lines[count].len > 0)
        count++;
    return count;
}

struct part_paper paper_part(struct arena *arena, const struct mandate_paper *paper)
{
    size_t creditor = lines_count(&paper->creditor);
    size_t debtor = lines_count(&paper->debtor);
    struct part_paper_creditor_lines *creditor_lines =
        arena_array(arena, struct part_paper_creditor_lines, creditor);
    struct part_paper_debtor_lines *debtor_lines =
        arena_array(arena, struct part_paper_debtor_lines, debtor);
    struct part_paper_paragraphs *paragraphs =
        arena_array(arena, struct part_paper_paragraphs, paper->text->count);

    for (size_t i = 0; i < creditor; i++)
        creditor_lines[i].line = paper->creditor.lines[i];
    for (size_t i = 0; i < debtor; i++)
        debtor_lines[i].line = paper->debtor.lines[i];
    for (size_t i = 0; i < paper->text->count; i++)
        paragraphs[i].text =
            mandate_text_fill(arena, paper->text->paragraphs[i], paper->creditor.name);
    return (struct part_paper){
        .title = paper->text->title,
        .test = paper->test,
        .umr = paper->umr,
        .creditor = paper->creditor.name,
        .creditor_lines = creditor_lines,
        .creditor_lines_count = creditor,
        .ics = paper->ics,
        .debtor = paper->debtor.name,
        .debtor_lines = debtor_lines,
        .debtor_lines_count = debtor,
        .number = paper->iban,
        .bic = paper->bic,
        .recurrent = paper->type == MANDATE_RECURRENT,
        .place = paper->place,
        .day = paper->date,
        .paragraphs = paragraphs,
        .paragraphs_count = paper->text->count,
    };
}
