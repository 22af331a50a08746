#ifndef GUICHET_TESTS_SUPPORT_PAPERS_H
#define GUICHET_TESTS_SUPPORT_PAPERS_H

#include "base/arena.h"
#include "base/must.h"
#include "core/invoice_paper.h"

/* Papers as the core makes them, for tests that draw; support/papers_all.h has the list. Sums are
 * computed here once more (api/simplypaie.md 7.2). */

static inline int64_t paper_rounded(int64_t value, int64_t per)
{
    return (value + per / 2) / per;
}

static inline struct invoice_paper_rate *paper_rate_of(struct invoice_paper *paper,
                                                       const struct invoice_paper_line *line)
{
    for (size_t i = 0; i < paper->rate_count; i++) {
        struct invoice_paper_rate *rate = &paper->rates[i];
        if (rate->category == line->category && rate->rate_bp == line->rate_bp)
            return rate;
    }
    must(paper->rate_count < INVOICE_RATES_MAX);
    struct invoice_paper_rate *rate = &paper->rates[paper->rate_count++];
    *rate = (struct invoice_paper_rate){.category = line->category, .rate_bp = line->rate_bp};
    return rate;
}

static inline void paper_reason(struct invoice_paper_rate *rate)
{
    switch (rate->category) {
    case VAT_STANDARD:
    case VAT_ZERO:
        break;
    case VAT_EXEMPT:
        rate->reason = STR("TVA non applicable, art. 293 B du CGI");
        rate->reason_code = STR("VATEX-FR-FRANCHISE");
        break;
    case VAT_REVERSE:
        rate->reason = STR("Autoliquidation");
        rate->reason_code = STR("VATEX-EU-AE");
        break;
    case VAT_INTRA:
        rate->reason = STR("Exonération TVA, art. 262 ter, I du CGI");
        rate->reason_code = STR("VATEX-EU-IC");
        break;
    case VAT_EXPORT:
        rate->reason = STR("Exonération TVA, art. 262, I du CGI");
        rate->reason_code = STR("VATEX-EU-G");
        break;
    case VAT_OUTSIDE:
        rate->reason = STR("Opération hors du champ d'application de la TVA");
        rate->reason_code = STR("VATEX-EU-O");
        break;
    }
}

/* Nets, groups and totals of the lines. */
static inline void paper_sum(struct arena *arena, struct invoice_paper *paper)
{
    paper->rates = arena_array(arena, struct invoice_paper_rate, INVOICE_RATES_MAX);
    paper->rate_count = 0;
    paper->net_minor = 0;
    paper->vat_minor = 0;
    for (size_t i = 0; i < paper->line_count; i++) {
        struct invoice_paper_line *line = &paper->lines[i];
        line->net_minor = paper_rounded(line->price_e4 * line->quantity_e4 / 10000, 100);
        if (line->price_e4 < 1000000 && line->quantity_e4 < 1000000000)
            line->net_minor = paper_rounded(line->price_e4 * line->quantity_e4, 1000000);
        paper_rate_of(paper, line)->base_minor += line->net_minor;
        paper->net_minor += line->net_minor;
    }
    for (size_t i = 0; i < paper->rate_count; i++) {
        struct invoice_paper_rate *rate = &paper->rates[i];
        rate->vat_minor = paper_rounded(rate->base_minor * rate->rate_bp, 10000);
        paper->vat_minor += rate->vat_minor;
        paper_reason(rate);
    }
    paper->total_minor = paper->net_minor + paper->vat_minor;
    paper->due_minor = paper->total_minor - paper->paid_minor;
}

static inline void paper_note(struct invoice_paper *paper, const char *code, const char *text)
{
    must(paper->note_count < INVOICE_NOTES_MAX);
    paper->notes[paper->note_count++] =
        (struct invoice_note){.code = code == NULL ? STR_NONE : str_of(code), .text = str_of(text)};
}

static inline struct invoice_paper_line paper_line(const char *designation, int64_t price_e4,
                                                   int64_t quantity_e4, int64_t rate_bp)
{
    return (struct invoice_paper_line){
        .designation = str_of(designation),
        .price_e4 = price_e4,
        .quantity_e4 = quantity_e4,
        .category = rate_bp == 0 ? VAT_EXEMPT : VAT_STANDARD,
        .rate_bp = rate_bp,
    };
}

static inline void paper_lines(struct arena *arena, struct invoice_paper *paper,
                               const struct invoice_paper_line *lines, size_t count)
{
    paper->lines = arena_array(arena, struct invoice_paper_line, count);
    paper->line_count = count;
    for (size_t i = 0; i < count; i++)
        paper->lines[i] = lines[i];
    paper_sum(arena, paper);
}

/* An ordinary invoice between two businesses of France. */
static inline struct invoice_paper *paper_new(struct arena *arena)
{
    const struct invoice_paper_line lines[] = {
        paper_line("Refonte de la page d'accueil et de la charte graphique", 4500000, 10000, 2000),
        paper_line("Journée de développement", 5200000, 25000, 2000),
        paper_line("Guide imprimé de l'utilisateur", 263000, 30000, 550),
    };
    struct invoice_paper *paper = arena_make(arena, struct invoice_paper);

    *paper = (struct invoice_paper){
        .kind = INVOICE_NORMAL,
        .number = STR("F2026-000001"),
        .issued = {2026,                               11, 29},
        .supplied = {                         2026,      11, 20                       },
        .has_due = true,
        .due = {               2026, 12,                                                 29        },
        .nature = NATURE_SERVICES,
        .to = BUYER_BUSINESS,
        .seller =
            {
                   .name = STR("Atelier Exemple SARL"),
                   .address =
                    {{STR("12 rue de la Démonstration")}, STR("75011"), STR("Paris"), STR("FR")},
                   .siren = STR("100000009"),
                   .siret = STR("10000000900017"),
                   .vat_number = STR("FR88100000009"),
                   .legal = STR("SARL au capital de 10 000 €, RCS Paris 100 000 009"),
                   .email = STR("atelier@example.com"),
                   .phone = STR("+33 1 99 00 00 00"),
                   .network_scheme = STR("0225"),
                   .network_id = STR("100000009"),
                   },
        .buyer =
            {
                   .name = STR("Client Modèle SAS"),
                   .address = {{STR("5 cours de l'Essai"), STR("Bâtiment C")},
                            STR("69003"),
                            STR("Lyon"),
                            STR("FR")},
                   .siren = STR("200000008"),
                   .vat_number = STR("FR37200000008"),
                   .email = STR("compta@example.org"),
                   .network_scheme = STR("0225"),
                   .network_id = STR("200000008"),
                   },
        .currency = CURRENCY_EUR,
        .iban = STR("FR76 3000 6000 0112 3456 7890 189"),
        .bic = STR("AGRIFRPPXXX"),
    };
    paper_lines(arena, paper, lines, ARRAY_LEN(lines));
    paper_note(paper, "PMT", "Indemnité forfaitaire pour frais de recouvrement : 40 €.");
    paper_note(paper, "PMD",
               "Pénalités de retard : taux de la Banque centrale européenne majoré de 10 points.");
    paper_note(paper, "AAB", "Pas d'escompte pour paiement anticipé.");
    return paper;
}

/* --- each with something of its own --------------------------------------------------------------
 */

static inline struct invoice_paper *paper_plain(struct arena *arena)
{
    struct invoice_paper *paper = paper_new(arena);

    paper->pay_url = STR("https://pay.example.com/p/3f2a9c0d41b7");
    return paper;
}

static inline struct invoice_paper *paper_test_mode(struct arena *arena)
{
    struct invoice_paper *paper = paper_new(arena);

    paper->test = true;
    paper->deposit_minor = 50000;
    paper->order_number = STR("BC-2026/117");
    paper->has_delivery = true;
    paper->delivery = (struct invoice_address){
        {STR("Entrepôt Nord"), STR("8 allée des Essais")},
        STR("59000"), STR("Lille"), STR("FR")
    };
    paper->nature = NATURE_MIXED;
    paper->vat_on_debits = true;
    paper->accent = STR("#1a8f5a");
    return paper;
}

static inline struct invoice_paper *paper_paid(struct arena *arena)
{
    struct invoice_paper *paper = paper_new(arena);

    paper->paid_minor = paper->total_minor;
    paper->due_minor = 0;
    paper->due = (struct date){2026, 11, 28};
    paper->paid_by = STR("carte bancaire, 28/11/2026");
    return paper;
}

static inline struct invoice_paper *paper_part_paid(struct arena *arena)
{
    struct invoice_paper *paper = paper_new(arena);

    paper->paid_minor = 60000;
    paper->due_minor -= 60000;
    paper->paid_by = STR("carte bancaire, 28/11/2026");
    paper->accent = STR("#c2410c");
    return paper;
}

static inline struct invoice_paper *paper_consumer(struct arena *arena)
{
    const struct invoice_paper_line lines[] = {paper_line("Produit 1", 263000, 30000, 2000)};
    struct invoice_paper *paper = paper_new(arena);

    paper->to = BUYER_CONSUMER;
    paper->supplied = (struct date){2017, 12, 1};
    paper->nature = NATURE_GOODS;
    paper->buyer = (struct invoice_party){
        .name = STR("Hélène Martin"),
        .address = {{STR("3 quai du Test")}, STR("33000"), STR("Bordeaux"), STR("FR")},
        .network_scheme = STR("EM"),
        .network_id = STR("non-communique@invalid"),
    };
    paper_lines(arena, paper, lines, ARRAY_LEN(lines));
    return paper;
}

static inline struct invoice_paper *paper_franchise(struct arena *arena)
{
    const struct invoice_paper_line lines[] = {
        paper_line("Cours particulier de piano, deux heures", 600000, 40000, 0)};
    struct invoice_paper *paper = paper_new(arena);

    paper->seller.name = STR("Camille Dupré EI");
    paper->seller.legal = STR("Entrepreneur individuel");
    paper_lines(arena, paper, lines, ARRAY_LEN(lines));
    return paper;
}

static inline struct invoice_party paper_abroad(const char *vat, const char *country)
{
    return (struct invoice_party){
        .name = STR("Müller & Söhne GmbH"),
        .address = {{STR("Prüfstraße 7")}, STR("10115"), STR("Berlin"), str_of(country)},
        .vat_number = str_of(vat),
        .email = STR("buchhaltung@example.de"),
        .network_scheme = STR("EM"),
        .network_id = STR("buchhaltung@example.de"),
    };
}

static inline struct invoice_paper *paper_of_category(struct arena *arena,
                                                      enum vat_category category, const char *vat,
                                                      const char *country)
{
    struct invoice_paper_line line =
        paper_line("Machine à essayer, n° de série 42", 12345000, 10000, 0);
    struct invoice_paper *paper = paper_new(arena);

    line.category = category;
    paper->to = BUYER_ABROAD;
    paper->buyer = paper_abroad(vat, country);
    paper_lines(arena, paper, &line, 1);
    return paper;
}

static inline struct invoice_paper *paper_reverse(struct arena *arena)
{
    return paper_of_category(arena, VAT_REVERSE, "DE123456788", "DE");
}

static inline struct invoice_paper *paper_intra(struct arena *arena)
{
    struct invoice_paper *paper = paper_of_category(arena, VAT_INTRA, "DE123456788", "DE");

    paper->nature = NATURE_GOODS;
    return paper;
}

static inline struct invoice_paper *paper_export(struct arena *arena)
{
    struct invoice_paper *paper = paper_of_category(arena, VAT_EXPORT, "", "US");

    paper->nature = NATURE_GOODS;
    return paper;
}

static inline struct invoice_paper *paper_outside(struct arena *arena)
{
    return paper_of_category(arena, VAT_OUTSIDE, "", "CH");
}

static inline struct invoice_paper *paper_dollars(struct arena *arena)
{
    struct invoice_paper *paper = paper_new(arena);

    paper->currency = CURRENCY_USD;
    paper->has_vat_eur = true;
    paper->vat_eur_minor = paper_rounded(paper->vat_minor * 9, 10);
    paper->rate_eur = STR("1 USD = 0,9000 EUR");
    return paper;
}

static inline struct invoice_paper *paper_credit(struct arena *arena)
{
    struct invoice_paper *paper = paper_new(arena);

    paper->kind = INVOICE_CREDIT;
    paper->number = STR("A2026-000001");
    paper->has_due = false;
    paper->has_preceding = true;
    paper->preceding_number = STR("F2026-000001");
    paper->preceding_issued = (struct date){2026, 11, 28};
    return paper;
}

static inline struct invoice_paper *paper_quote(struct arena *arena)
{
    struct invoice_paper *paper = paper_new(arena);

    paper->kind = INVOICE_QUOTE;
    paper->number = STR("D2026-000012");
    paper->supplied = paper->issued;
    paper->deposit_minor = 60000;
    paper->note_count = 0;
    return paper;
}

static inline struct invoice_paper *paper_receipt(struct arena *arena)
{
    struct invoice_paper *paper = paper_consumer(arena);

    paper->kind = INVOICE_RECEIPT;
    paper->number = STR("R2026-000345");
    paper->supplied = paper->issued;
    paper->has_due = false;
    paper->paid_minor = paper->total_minor;
    paper->due_minor = 0;
    paper->paid_by = STR("carte bancaire, 29/11/2026");
    paper->note_count = 0;
    return paper;
}

/* A row for each of what a designation may be, as often as wanted. */
static inline struct invoice_paper *paper_long(struct arena *arena, size_t count)
{
    static const char *const NAMES[] = {
        "Abonnement mensuel", "Pièce détachée, référence 4711-B",
        "Intervention sur site : diagnostic, remplacement du module défectueux, essais et remise "
        "en "
        "service, y compris le déplacement et deux heures de main-d'œuvre",
        "Câble", "Heure supplémentaire de nuit"};
    static const int64_t RATES[] = {2000, 1000, 550, 210};
    struct invoice_paper *paper = paper_new(arena);

    paper->lines = arena_array(arena, struct invoice_paper_line, count);
    paper->line_count = count;
    for (size_t i = 0; i < count; i++)
        paper->lines[i] = paper_line(NAMES[i % ARRAY_LEN(NAMES)], (int64_t)(i * 7919 % 1000000) + 1,
                                     (int64_t)(i % 7 + 1) * 10000, RATES[i % ARRAY_LEN(RATES)]);
    paper_sum(arena, paper);
    return paper;
}

static inline struct invoice_paper *paper_ten(struct arena *arena)
{
    return paper_long(arena, 10);
}

static inline struct invoice_paper *paper_forty(struct arena *arena)
{
    return paper_long(arena, 40);
}

static inline struct invoice_paper *paper_five_hundred(struct arena *arena)
{
    return paper_long(arena, INVOICE_LINES_MAX);
}

#endif
