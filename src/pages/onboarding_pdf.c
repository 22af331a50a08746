#include "pages/onboarding_pdf.h"

#include "core/document.h"
#include "core/workers.h"
#include "face/drawn.h"
#include "pages/notice.h"
#include "pages/pdf.h"

enum { DRAWING_ARENA = 32 << 20 };

static const struct str FILE_NAME = STR_INIT("mandat-facturation.pdf");

/* --- a part of a page ----------------------------------------------------------------------------
 */

static size_t lines_count(struct str text)
{
    size_t count = text.len > 0 ? 1 : 0;

    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == '\n' ? 1 : 0;
    return count;
}

/* Takes a line off the text; {NULL, 0} at its end. Empty lines between paragraphs are skipped. */
static struct str line_take(struct str *rest)
{
    while (rest->len > 0 && rest->ptr[0] == '\n')
        *rest = str_from(*rest, 1);
    struct str line = str_sub(*rest, 0, str_find(*rest, '\n'));
    *rest = str_from(*rest, line.len);
    return line;
}

struct part_enrol_paper onboarding_paper(struct arena *arena, const struct enrolment_paper *paper)
{
    struct str giver = paper->facts[ENROLMENT_GIVER];
    struct str taker = paper->facts[ENROLMENT_TAKER];
    struct str text = paper->facts[ENROLMENT_TEXT];
    struct part_enrol_paper_giver *givers =
        arena_array(arena, struct part_enrol_paper_giver, lines_count(giver) + 1);
    struct part_enrol_paper_taker *takers =
        arena_array(arena, struct part_enrol_paper_taker, lines_count(taker) + 1);
    struct part_enrol_paper_paragraphs *paragraphs =
        arena_array(arena, struct part_enrol_paper_paragraphs, lines_count(text) + 1);
    struct part_enrol_paper part = {
        .title = paper->facts[ENROLMENT_TITLE],
        .test = paper->test,
        .reference = paper->reference,
        .giver = givers,
        .taker = takers,
        .paragraphs = paragraphs,
    };

    for (struct str line = line_take(&giver); line.len > 0; line = line_take(&giver)) {
        givers[part.giver_count].next = part.giver_count > 0;
        givers[part.giver_count++].line = line;
    }
    for (struct str line = line_take(&taker); line.len > 0; line = line_take(&taker)) {
        takers[part.taker_count].next = part.taker_count > 0;
        takers[part.taker_count++].line = line;
    }
    for (struct str line = line_take(&text); line.len > 0; line = line_take(&text))
        paragraphs[part.paragraphs_count++].text = line;
    return part;
}

struct str onboarding_pdf_path(const struct onboarding *at)
{
    struct str token = at->request->params[0];

    return str_format(at->request->cx->arena,
                      ENROLMENT_PATH "%.*s" ONBOARDING_PDF_NAME "?lang=%.*s", (int)token.len,
                      token.ptr, (int)onboarding_language(at).len, onboarding_language(at).ptr);
}

/* --- what was signed -----------------------------------------------------------------------------
 */

struct signed_pdf {
    struct drawn drawn; /* first */
    struct enrolment_id id;
};

static err_t signed_read(struct request *request, struct tx *tx, const struct drawn *drawn,
                         struct str *pdf, bool *ready)
{
    const struct signed_pdf *shown = (const struct signed_pdf *)drawn;

    return enrolment_pdf_read(request->core, request->cx, tx, shown->id, pdf, ready);
}

static void signed_answer(struct request *request, const struct drawn *drawn, struct str pdf)
{
    (void)drawn;
    pdf_answer(request, pdf, FILE_NAME);
}

static const struct drawn_style SIGNED = {
    .read = signed_read,
    .answer = signed_answer,
    .refuse = pdf_refuse,
    .late = pdf_late,
};

/* Whoever signed has asked for the drawing. */
static void signed_show(struct request *request, struct enrolment_id id)
{
    struct signed_pdf *shown = arena_make(request->cx->arena, struct signed_pdf);

    shown->drawn.style = &SIGNED;
    shown->id = id;
    drawn_show(request, &shown->drawn, NULL, NULL);
}

void onboarding_receipt_show(struct request *request)
{
    struct enrolment_id id;

    err_t err = enrolment_link_read(request->core, request->cx, request->params[0], &id);
    if (err != OK)
        pdf_refuse(request, err);
    else
        signed_show(request, id);
}

/* --- what is to be signed ------------------------------------------------------------------------
 */

/* Drawn when it is asked for, and kept nowhere. */
struct draft_pdf {
    struct work work; /* first */
    struct request *request;
    const struct document_maker *maker;
    struct arena *arena; /* the worker's, while it draws */
    struct enrolment_paper paper;
    struct str pdf;
    err_t result;
};

static void draft_draw(struct work *work)
{
    struct draft_pdf *draft = (struct draft_pdf *)work;

    draft->result = draft->maker->enrolment(draft->arena, &draft->paper, &draft->pdf);
}

static void draft_drawn(struct message *message)
{
    struct draft_pdf *draft = (struct draft_pdf *)message;
    struct request *request = draft->request;

    if (draft->result == OK)
        pdf_answer(request, str_dup(request->cx->arena, draft->pdf), FILE_NAME);
    else
        pdf_refuse(request, draft->result);
    arena_free(draft->arena);
    request_resume(request);
}

static void draft_show(const struct onboarding *at)
{
    struct request *request = at->request;
    struct core *core = request->core;
    struct draft_pdf *draft = arena_make(request->cx->arena, struct draft_pdf);

    err_t err = core->documents == NULL
                    ? ERR_UNAVAILABLE
                    : enrolment_paper_draft(core, request->cx, &at->visit, onboarding_language(at),
                                            &draft->paper);
    if (err != OK) {
        pdf_refuse(request, err);
        return;
    }
    draft->request = request;
    draft->maker = core->documents;
    draft->arena = arena_new(DRAWING_ARENA);
    draft->work =
        (struct work){.done = {.run = draft_drawn}, .home = core->home, .run = draft_draw};
    request_park(request);
    workers_submit(core->workers, &draft->work);
}

void onboarding_pdf_show(struct request *request)
{
    struct onboarding *at = onboarding_open(request);

    if (at == NULL)
        return;
    const struct enrolment *enrolment = &at->visit.enrolment;
    if (enrolment->steps[ENROLMENT_SIGNATURE] != 0)
        signed_show(request, enrolment->id);
    else if (at->visit.state != ENROLMENT_OPEN)
        onboarding_closed_answer(at);
    else if (enrolment->includes_signature && enrolment->steps[ENROLMENT_COMPANY] != 0)
        draft_show(at);
    else
        notice_answer(request, 404, TEXT_NOTICE_NOT_FOUND);
}
