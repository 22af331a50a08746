#include "document/enrolment.h"

#include "base/must.h"
#include "document/agreement.h"

struct labels {
    const char *test;
    const char *draft;
    const char *reference;
    const char *giver;
    const char *taker;
    const char *evidence;
    const char *level;
    const char *signer;
    const char *consented;
    const char *signed_at;
    const char *code;
    const char *ip;
    const char *browser;
    const char *hash;
    const char *events;
    const char *unsigned_yet;
};

static const struct labels FRENCH = {
    .test = "Document d'essai, sans effet.",
    .draft = "Texte provisoire, à remplacer avant toute utilisation réelle.",
    .reference = "Référence",
    .giver = "L'entreprise",
    .taker = "Le mandataire",
    .evidence = "Signature électronique",
    .level = "Signature électronique simple (règlement (UE) n° 910/2014, article 25).",
    .signer = "Signataire",
    .consented = "Accord donné le",
    .signed_at = "Signé le",
    .code = "Code envoyé par courriel à",
    .ip = "Adresse IP",
    .browser = "Navigateur",
    .hash = "Empreinte SHA-256 du texte présenté",
    .events = "Déroulement",
    .unsigned_yet = "Ce document n'est pas signé.",
};
static const struct labels ENGLISH = {
    .test = "Test document, without effect.",
    .draft = "Provisional text, to be replaced before any real use.",
    .reference = "Reference",
    .giver = "The company",
    .taker = "The agent",
    .evidence = "Electronic signature",
    .level = "Simple electronic signature (Regulation (EU) No 910/2014, article 25).",
    .signer = "Signed by",
    .consented = "Consent given",
    .signed_at = "Signed",
    .code = "Code sent by e-mail to",
    .ip = "IP address",
    .browser = "Browser",
    .hash = "SHA-256 of the text shown",
    .events = "What happened",
    .unsigned_yet = "This document is not signed.",
};

static const struct labels *labels_of(enum mandate_language language)
{
    switch (language) {
    case MANDATE_FR:
        return &FRENCH;
    case MANDATE_EN:
        return &ENGLISH;
    }
    must_fail(__FILE__, __LINE__, "language is a member");
}

#define EVIDENCE_ROOM 120.0

static const struct canvas_style CODE = {.size = 10, .fixed = true, .align = CANVAS_LEFT};
static const struct canvas_style SMALL = {.size = 8, .align = CANVAS_LEFT};

struct drawing {
    struct arena *arena;
    const struct enrolment_paper *paper;
    const struct labels *labels;
    struct sheet *sheet;
};

static void row(const struct drawing *d, const char *label, const struct canvas_style *style,
                struct str value)
{
    if (value.len > 0)
        sheet_row(d->sheet, &AGREEMENT_LABEL, str_of(label), style, value);
}

static void put_head(const struct drawing *d)
{
    const struct enrolment_paper *paper = d->paper;

    agreement_head(d->sheet, paper->test ? d->labels->test : NULL,
                   paper->draft ? d->labels->draft : NULL, paper->facts[ENROLMENT_TITLE]);
    row(d, d->labels->reference, &CODE, paper->reference);
    row(d, d->labels->giver, &AGREEMENT_VALUE, paper->facts[ENROLMENT_GIVER]);
    row(d, d->labels->taker, &AGREEMENT_VALUE, paper->facts[ENROLMENT_TAKER]);
    sheet_space(d->sheet, AGREEMENT_GAP);
}

static void put_text(const struct drawing *d)
{
    struct str rest = d->paper->facts[ENROLMENT_TEXT];

    while (rest.len > 0) {
        size_t end = 0;
        while (end < rest.len && !str_starts(str_from(rest, end), STR("\n\n")))
            end++;
        sheet_text(d->sheet, &AGREEMENT_BODY, str_sub(rest, 0, end));
        sheet_space(d->sheet, AGREEMENT_GAP / 2);
        rest = end < rest.len ? str_from(rest, end + 2) : STR_NONE;
    }
    sheet_space(d->sheet, AGREEMENT_GAP / 2);
}

static struct str signer(const struct drawing *d)
{
    struct str first = d->paper->facts[ENROLMENT_FIRST_NAME];
    struct str last = d->paper->facts[ENROLMENT_LAST_NAME];

    return str_format(d->arena, "%.*s %.*s", (int)first.len, first.ptr, (int)last.len, last.ptr);
}

static void put_signature(const struct drawing *d)
{
    const struct str *facts = d->paper->facts;
    const struct labels *labels = d->labels;

    if (facts[ENROLMENT_SIGNED].len == 0) {
        sheet_text(d->sheet, &AGREEMENT_HEAD, str_of(labels->unsigned_yet));
        return;
    }
    sheet_need(d->sheet, EVIDENCE_ROOM);
    sheet_text(d->sheet, &AGREEMENT_HEAD, str_of(labels->evidence));
    row(d, labels->signer, &AGREEMENT_VALUE, signer(d));
    row(d, labels->signed_at, &AGREEMENT_VALUE, facts[ENROLMENT_SIGNED]);
    row(d, labels->consented, &AGREEMENT_VALUE, facts[ENROLMENT_CONSENTED]);
    row(d, labels->code, &AGREEMENT_VALUE, facts[ENROLMENT_CODE_TO]);
    row(d, labels->ip, &AGREEMENT_VALUE, facts[ENROLMENT_IP]);
    row(d, labels->browser, &SMALL, facts[ENROLMENT_BROWSER]);
    row(d, labels->hash, &AGREEMENT_FOOT, facts[ENROLMENT_SHA256]);
    row(d, labels->events, &SMALL, facts[ENROLMENT_EVENTS]);
    sheet_space(d->sheet, AGREEMENT_GAP);
    sheet_text(d->sheet, &SMALL, str_of(labels->level));
}

err_t enrolment_draw(struct arena *arena, const struct enrolment_paper *paper, struct str *pdf)
{
    struct drawing d = {.arena = arena, .paper = paper, .labels = labels_of(paper->language)};

    d.sheet =
        sheet_new(arena, paper->facts[ENROLMENT_TITLE], mandate_language_text(paper->language));
    put_head(&d);
    put_text(&d);
    put_signature(&d);
    sheet_foot(d.sheet, &AGREEMENT_FOOT,
               str_format(arena, "%.*s %.*s", (int)paper->facts[ENROLMENT_TITLE].len,
                          paper->facts[ENROLMENT_TITLE].ptr, (int)paper->reference.len,
                          paper->reference.ptr));
    return sheet_end(d.sheet, pdf);
}
