#include "document/mandate.h"

#include "base/must.h"
#include "document/agreement.h"

/* The words around the text of the scheme. */
struct labels {
    const char *test;
    const char *draft;
    const char *umr;
    const char *creditor;
    const char *address;
    const char *ics;
    const char *debtor;
    const char *iban;
    const char *bic;
    const char *type;
    const char *recurrent;
    const char *one_off;
    const char *place_date;
    const char *signature;
    const char *evidence;
    const char *signer;
    const char *time;
    const char *channel;
    const char *channels[MANDATE_EMAIL + 1];
    const char *code_to;
    const char *address_ip;
    const char *browser;
    const char *hash;
    const char *to_return;
    const char *reference;
};

static const struct labels FRENCH = {
    .test = "Document d'essai : aucun prélèvement réel n'aura lieu.",
    .draft = "Texte provisoire, à remplacer par le texte officiel avant toute utilisation réelle.",
    .umr = "Référence unique du mandat",
    .creditor = "Créancier",
    .address = "Adresse",
    .ics = "Identifiant créancier SEPA",
    .debtor = "Débiteur",
    .iban = "Compte à débiter (IBAN)",
    .bic = "Code de la banque (BIC)",
    .type = "Type de prélèvement",
    .recurrent = "récurrent",
    .one_off = "ponctuel",
    .place_date = "Fait à, le",
    .signature = "Signature du débiteur",
    .evidence = "Signature",
    .signer = "Signataire",
    .time = "Date et heure",
    .channel = "Preuve",
    .channels =
        {
                   [MANDATE_DECLARED] = "déclarée par le créancier, qui conserve l'original signé",
                   [MANDATE_DOCUMENT] = "document signé remis par le créancier",
                   [MANDATE_BOX] = "accord donné en ligne",
                   [MANDATE_SMS] = "code reçu par SMS",
                   [MANDATE_EMAIL] = "code reçu par courriel",
                   },
    .code_to = "Code envoyé à",
    .address_ip = "Adresse IP",
    .browser = "Navigateur",
    .hash = "Empreinte SHA-256 du document présenté",
    .to_return = "À retourner signé au créancier. ",
    .reference = "Mandat ",
};
static const struct labels ENGLISH = {
    .test = "Test document: no real debit will take place.",
    .draft = "Provisional text, to be replaced by the official one before any real use.",
    .umr = "Unique mandate reference",
    .creditor = "Creditor",
    .address = "Address",
    .ics = "SEPA creditor identifier",
    .debtor = "Debtor",
    .iban = "Account to be debited (IBAN)",
    .bic = "Code of the bank (BIC)",
    .type = "Type of payment",
    .recurrent = "recurrent",
    .one_off = "one-off",
    .place_date = "Signed at, on",
    .signature = "Signature of the debtor",
    .evidence = "Signature",
    .signer = "Signed by",
    .time = "Date and time",
    .channel = "Proof",
    .channels =
        {
                   [MANDATE_DECLARED] = "declared by the creditor, who keeps the signed original",
                   [MANDATE_DOCUMENT] = "signed document handed in by the creditor",
                   [MANDATE_BOX] = "consent given online",
                   [MANDATE_SMS] = "code received by SMS",
                   [MANDATE_EMAIL] = "code received by e-mail",
                   },
    .code_to = "Code sent to",
    .address_ip = "IP address",
    .browser = "Browser",
    .hash = "SHA-256 of the document shown",
    .to_return = "Return signed to the creditor. ",
    .reference = "Mandate ",
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

static const struct canvas_style STRONG = {
    .size = 10.5, .weight = CANVAS_BOLD, .align = CANVAS_LEFT};
static const struct canvas_style CODE = {.size = 10.5, .fixed = true, .align = CANVAS_LEFT};

#define SIGNATURE_ROOM 88.0

struct drawing {
    struct arena *arena;
    const struct mandate_paper *paper;
    const struct labels *labels;
    struct sheet *sheet;
};

static void row(struct drawing *d, const char *label, const struct canvas_style *style,
                struct str value)
{
    sheet_row(d->sheet, &AGREEMENT_LABEL, str_of(label), style, value);
}

/* Nothing where there is nothing to say. */
static void row_if(struct drawing *d, const char *label, const struct canvas_style *style,
                   struct str value)
{
    if (value.len > 0)
        row(d, label, style, value);
}

static struct str lines_of(struct drawing *d, const struct paper_party *party)
{
    struct buf out = buf_make(d->arena, 4096);

    for (size_t i = 0; i < ARRAY_LEN(party->lines) && party->lines[i].len > 0; i++) {
        if (i > 0)
            buf_put_byte(&out, '\n');
        buf_put(&out, party->lines[i]);
    }
    return buf_str(&out);
}

static void put_head(struct drawing *d)
{
    const struct mandate_paper *paper = d->paper;

    agreement_head(d->sheet, paper->test ? d->labels->test : NULL,
                   paper->text->draft ? d->labels->draft : NULL, paper->text->title);
    row(d, d->labels->umr, &CODE, paper->umr);
    sheet_space(d->sheet, AGREEMENT_GAP);
}

static void put_text(struct drawing *d)
{
    for (size_t i = 0; i < d->paper->text->count; i++) {
        struct str paragraph = d->paper->text->paragraphs[i];
        sheet_text(d->sheet, &AGREEMENT_BODY,
                   mandate_text_fill(d->arena, paragraph, d->paper->creditor.name));
        sheet_space(d->sheet, AGREEMENT_GAP / 2);
    }
    sheet_space(d->sheet, AGREEMENT_GAP / 2);
}

static void put_parties(struct drawing *d)
{
    const struct mandate_paper *paper = d->paper;

    row(d, d->labels->debtor, &STRONG, paper->debtor.name);
    row_if(d, d->labels->address, &AGREEMENT_VALUE, lines_of(d, &paper->debtor));
    row(d, d->labels->iban, &CODE, paper->iban);
    row_if(d, d->labels->bic, &CODE, paper->bic);
    sheet_space(d->sheet, AGREEMENT_GAP);
    row(d, d->labels->creditor, &STRONG, paper->creditor.name);
    row_if(d, d->labels->ics, &CODE, paper->ics);
    row_if(d, d->labels->address, &AGREEMENT_VALUE, lines_of(d, &paper->creditor));
    sheet_space(d->sheet, AGREEMENT_GAP);
}

/* A ticked and an empty box, as on paper. */
static void put_type(struct drawing *d)
{
    bool recurrent = d->paper->type == MANDATE_RECURRENT;

    row(d, d->labels->type, &AGREEMENT_VALUE,
        str_format(d->arena, "%s %s      %s %s", recurrent ? "\u2612" : "\u2610",
                   d->labels->recurrent, recurrent ? "\u2610" : "\u2612", d->labels->one_off));
}

static struct str place_and_date(struct drawing *d)
{
    struct str place = d->paper->place;
    struct str date = d->paper->date;

    if (place.len == 0)
        return date;
    return str_format(d->arena, "%.*s, %.*s", (int)place.len, place.ptr, (int)date.len, date.ptr);
}

static void put_signature(struct drawing *d)
{
    const struct mandate_paper *paper = d->paper;
    const struct mandate_evidence *evidence = &paper->evidence;
    const struct labels *labels = d->labels;

    row(d, labels->place_date, &AGREEMENT_VALUE, place_and_date(d));
    sheet_space(d->sheet, AGREEMENT_GAP);
    if (!paper->has_evidence) {
        sheet_frame(d->sheet, &AGREEMENT_LABEL, SIGNATURE_ROOM, str_of(labels->signature));
        return;
    }
    sheet_need(d->sheet, SIGNATURE_ROOM);
    sheet_text(d->sheet, &AGREEMENT_HEAD, str_of(labels->evidence));
    row_if(d, labels->signer, &AGREEMENT_VALUE, evidence->signer);
    row(d, labels->time, &AGREEMENT_VALUE, paper->evidence_time);
    row(d, labels->channel, &AGREEMENT_VALUE, str_of(labels->channels[evidence->channel]));
    row_if(d, labels->code_to, &AGREEMENT_VALUE, evidence->code_to);
    row_if(d, labels->address_ip, &AGREEMENT_VALUE, evidence->ip);
    row_if(d, labels->browser, &AGREEMENT_VALUE, evidence->user_agent);
    row_if(d, labels->hash, &AGREEMENT_FOOT, evidence->document_sha256);
}

static void put_foot(struct drawing *d)
{
    const char *to_return = d->paper->has_evidence ? "" : d->labels->to_return;

    sheet_foot(d->sheet, &AGREEMENT_FOOT,
               str_format(d->arena, "%s%s%.*s", to_return, d->labels->reference,
                          (int)d->paper->umr.len, d->paper->umr.ptr));
}

err_t mandate_draw(struct arena *arena, const struct mandate_paper *paper, struct str *pdf)
{
    struct drawing d = {.arena = arena, .paper = paper, .labels = labels_of(paper->language)};

    d.sheet = sheet_new(arena, paper->text->title, mandate_language_text(paper->language));
    put_head(&d);
    put_text(&d);
    put_parties(&d);
    put_type(&d);
    put_signature(&d);
    put_foot(&d);
    return sheet_end(d.sheet, pdf);
}
