#ifndef GUICHET_TESTS_SUPPORT_PAPERS_ALL_H
#define GUICHET_TESTS_SUPPORT_PAPERS_ALL_H

#include "support/papers.h"
#include "support/papers_picture.h"

/* PAPERS, each showing something of its own, and any number of random ones. */

/* --- VAT and currencies --------------------------------------------------------------------------
 */

static inline struct invoice_paper *paper_one(struct arena *arena)
{
    struct invoice_paper_line line = paper_line("Produit 1", 263000, 30000, 2000);
    struct invoice_paper *paper = paper_new(arena);

    paper_lines(arena, paper, &line, 1);
    return paper;
}

/* One line of each rate that France knows (BR-FR-16). */
static inline struct invoice_paper *paper_rates(struct arena *arena)
{
    static const int64_t RATES[] = {2000, 1000, 550, 210, 850, 105,  175,
                                    90,   1300, 920, 960, 700, 1960, 2060};
    struct invoice_paper_line lines[ARRAY_LEN(RATES)];
    struct invoice_paper *paper = paper_new(arena);

    for (size_t i = 0; i < ARRAY_LEN(RATES); i++)
        lines[i] = paper_line("Au taux de cette ligne", 1000000 + (int64_t)i, 10000, RATES[i]);
    paper_lines(arena, paper, lines, ARRAY_LEN(lines));
    return paper;
}

/* Nothing of it bears tax, for reasons that differ. */
static inline struct invoice_paper *paper_mixed(struct arena *arena)
{
    struct invoice_paper_line lines[] = {
        paper_line("Formation professionnelle", 9000000, 10000, 0),
        paper_line("Support de cours", 250000, 120000, 550),
        paper_line("Échantillon au taux zéro", 100000, 10000, 0),
    };
    struct invoice_paper *paper = paper_new(arena);

    lines[2].category = VAT_ZERO;
    paper->nature = NATURE_MIXED;
    paper_lines(arena, paper, lines, ARRAY_LEN(lines));
    for (size_t i = 0; i < paper->rate_count; i++) {
        if (paper->rates[i].category != VAT_EXEMPT)
            continue;
        paper->rates[i].reason = STR("Exonération TVA, art. 261, 4, 4° du CGI");
        paper->rates[i].reason_code = STR_NONE;
    }
    return paper;
}

static inline struct invoice_paper *paper_pounds(struct arena *arena)
{
    struct invoice_paper *paper = paper_test_mode(arena);

    paper->currency = CURRENCY_GBP;
    paper->has_vat_eur = true;
    paper->vat_eur_minor = paper_rounded(paper->vat_minor * 12, 10);
    paper->rate_eur = STR("1 GBP = 1,2000 EUR");
    return paper;
}

/* Nothing is to be paid, though nothing was. */
static inline struct invoice_paper *paper_free(struct arena *arena)
{
    struct invoice_paper_line line = paper_line("Offert", 0, 10000, 2000);
    struct invoice_paper *paper = paper_new(arena);

    paper_lines(arena, paper, &line, 1);
    return paper;
}

static inline struct invoice_paper *paper_on_debits(struct arena *arena)
{
    struct invoice_paper *paper = paper_consumer(arena);

    paper->vat_on_debits = true;
    paper->nature = NATURE_SERVICES;
    paper->deposit_minor = paper->total_minor; /* all of it in advance */
    return paper;
}

/* Everything that may be said beside what is sold. */
static inline struct invoice_paper *paper_referred(struct arena *arena)
{
    struct invoice_paper *paper = paper_plain(arena);

    paper->references = (struct invoice_references){
        .buyer = STR("SERVICE-12"),
        .project = STR("PROJET-7"),
        .contract = STR("CONTRAT-2026-44"),
        .sales_order = STR("CV-2026-88"),
        .receipt = STR("BR-31"),
        .despatch = STR("BL-30"),
        .tender = STR("LOT-3"),
        .object = STR("COMPTEUR-0042"),
        .accounting = STR("6226-A"),
    };
    paper->delivery_name = STR("Entrepôt nord");
    paper->buyer.contact = STR("Camille Martin");
    paper->has_period = true;
    paper->period_from = (struct date){2026, 11, 1};
    paper->period_to = (struct date){2026, 11, 30};
    paper->terms = STR("Paiement à trente jours par virement");
    paper->lines[0].more = (struct invoice_line_more){
        .unit = STR("HUR"),
        .note = STR("Sur site, en semaine"),
        .description = STR("Conseil en organisation"),
        .seller_id = STR("CONS-1"),
        .buyer_id = STR("ACH-77"),
        .order_line = STR("10"),
    };
    paper->lines[1].more.unit = STR("XPK");
    return paper;
}

/* An order of the seller alone, and a period with one end. */
static inline struct invoice_paper *paper_half_referred(struct arena *arena)
{
    struct invoice_paper *paper = paper_consumer(arena);

    paper->order_number = STR_NONE;
    paper->references.sales_order = STR("CV-2026-89");
    paper->has_period = true;
    paper->period_to = (struct date){2026, 11, 30};
    return paper;
}

/* --- credit notes --------------------------------------------------------------------------------
 */

static inline struct invoice_paper *paper_credit_of(struct invoice_paper *paper)
{
    paper->kind = INVOICE_CREDIT;
    paper->number = STR("A2026-000002");
    paper->has_due = false;
    paper->deposit_minor = 0;
    paper->has_preceding = true;
    paper->preceding_number = STR("F2025-000917");
    paper->preceding_issued = (struct date){2025, 12, 31};
    return paper;
}

static inline struct invoice_paper *paper_credit_consumer(struct arena *arena)
{
    return paper_credit_of(paper_consumer(arena));
}

static inline struct invoice_paper *paper_credit_referred(struct arena *arena)
{
    return paper_credit_of(paper_referred(arena));
}

static inline struct invoice_paper *paper_credit_intra(struct arena *arena)
{
    return paper_credit_of(paper_intra(arena));
}

static inline struct invoice_paper *paper_credit_pounds(struct arena *arena)
{
    return paper_credit_of(paper_pounds(arena));
}

static inline struct invoice_paper *paper_credit_long(struct arena *arena)
{
    return paper_credit_of(paper_long(arena, 60));
}

/* --- what a page makes of it ---------------------------------------------------------------------
 */

static inline struct invoice_paper *paper_logo(struct arena *arena)
{
    struct invoice_paper *paper = paper_plain(arena);

    paper->logo = paper_picture(arena, 360, 120);
    paper->accent = STR("#0f766e");
    return paper;
}

static inline struct invoice_paper *paper_bad_logo(struct arena *arena)
{
    struct invoice_paper *paper = paper_plain(arena);

    paper->logo = STR("\x89PNG\r\n\x1a\nno more than that");
    paper->accent = STR("#ffffff");
    return paper;
}

/* Designations in many scripts and with what could break a page or a file. */
static inline struct invoice_paper *paper_scripts(struct arena *arena)
{
    static const char *const NAMES[] = {
        "Œuvre d'art « Été » – façade, 12 m² à 5 €/m²",
        "שירותי ייעוץ 2026",
        "خدمات استشارية",
        "東京コンサルティング 你好世界",
        "Ελληνικά, кириллица, Tiếng Việt, Łódź",
        "<b>gras</b> & \"guillemets\" ]]> <!-- --> &amp; %PDF-1.7 endstream",
        "retourné \xE2\x80\xAE 00,1 \xE2\x80\xAC et \x01\x02 caché \xE2\x80\x8F fin",
        "e\xCC\x81te\xCC\x81 composé, \xF0\x9F\x8E\x81 cadeau, \xEE\x80\x80 privé",
        "RindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzNochEinSehrLangesWort",
    };
    struct invoice_paper_line lines[ARRAY_LEN(NAMES)];
    struct invoice_paper *paper = paper_new(arena);

    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
        lines[i] = paper_line(NAMES[i], 1000000, 10000, 2000);
    paper->buyer.name = STR("חברת דוגמה בע\"מ");
    paper->buyer.address.lines[0] = STR("شارع الاختبار ١٢");
    paper->buyer.address.lines[1] = STR("東京都千代田区一丁目");
    paper_lines(arena, paper, lines, ARRAY_LEN(lines));
    return paper;
}

/* Everywhere a name can stand: markup, controls, turned directions, bytes that are no text. */
static inline struct invoice_paper *paper_hostile(struct arena *arena)
{
    static const char NAME[] = "</x:xmpmeta><script>&'\"() \xE2\x80\xAEtxt.exe\xE2\x81\xA6 "
                               "\xFF\xFE \xC0\x80 \xED\xA0\x80 \x1B[31m\r\n\t\x7F\xC2\x85 fin)";
    struct invoice_paper *paper = paper_new(arena);

    paper->seller.name = str_of(NAME);
    paper->seller.legal = str_of(NAME);
    paper->seller.phone = str_of(NAME);
    paper->buyer.name = str_of(NAME);
    for (size_t i = 0; i < ARRAY_LEN(paper->buyer.address.lines); i++)
        paper->buyer.address.lines[i] = str_of(NAME);
    paper->buyer.address.city = str_of(NAME);
    paper->order_number = str_of(NAME);
    paper->lines[0].designation = str_of(NAME);
    paper_note(paper, "AAI", NAME);
    paper_note(paper, NULL, NAME);
    return paper;
}

/* Everything as long as it may be. */
static inline struct invoice_paper *paper_limits(struct arena *arena)
{
    struct invoice_paper *paper = paper_new(arena);
    struct buf word = buf_make(arena, 600);
    struct buf lines = buf_make(arena, 600);

    while (word.len < 255)
        buf_put_byte(&word, 'W');
    while (lines.len < 499)
        buf_put_cstr(&lines, "x\n");
    paper->number = STR("ABCDEFGHIJKLMNOPQRSTUVWXYZ-20260001");
    paper->preceding_number = paper->number;
    paper->buyer.name = buf_str(&word);
    paper->buyer.address.lines[0] = buf_str(&word);
    paper->seller.name = buf_str(&word);
    paper->seller.legal = buf_str(&word);
    paper->seller.email = buf_str(&word);
    paper->order_number = buf_str(&word);
    paper->pay_url =
        str_format(arena, "https://pay.example.com/%s", str_cstr(arena, buf_str(&word)));
    paper->lines = arena_array(arena, struct invoice_paper_line, 4);
    paper->line_count = 4;
    paper->lines[0] = paper_line(str_cstr(arena, buf_str(&word)), 99999999999, 10000, 2000);
    paper->lines[1] = paper_line("Au plus petit", 1, 9999990000, 550);
    paper->lines[2] = paper_line(str_cstr(arena, buf_str(&lines)), 0, 1, 550);
    paper->lines[3] = paper_line("x", 333333, 30001, 105);
    paper_sum(arena, paper);
    return paper;
}

typedef struct invoice_paper *paper_maker(struct arena *arena);

struct paper_sample {
    const char *name;
    paper_maker *make;
};

static const struct paper_sample PAPERS[] = {
    {"plain",           paper_plain          },
    {"one",             paper_one            },
    {"rates",           paper_rates          },
    {"mixed",           paper_mixed          },
    {"pounds",          paper_pounds         },
    {"free",            paper_free           },
    {"on-debits",       paper_on_debits      },
    {"referred",        paper_referred       },
    {"half-referred",   paper_half_referred  },
    {"credit-referred", paper_credit_referred},
    {"credit-consumer", paper_credit_consumer},
    {"credit-intra",    paper_credit_intra   },
    {"credit-pounds",   paper_credit_pounds  },
    {"credit-long",     paper_credit_long    },
    {"logo",            paper_logo           },
    {"bad-logo",        paper_bad_logo       },
    {"hostile",         paper_hostile        },
    {"test-mode",       paper_test_mode      },
    {"paid",            paper_paid           },
    {"part-paid",       paper_part_paid      },
    {"consumer",        paper_consumer       },
    {"franchise",       paper_franchise      },
    {"reverse",         paper_reverse        },
    {"intra",           paper_intra          },
    {"export",          paper_export         },
    {"outside",         paper_outside        },
    {"dollars",         paper_dollars        },
    {"credit",          paper_credit         },
    {"quote",           paper_quote          },
    {"receipt",         paper_receipt        },
    {"ten",             paper_ten            },
    {"forty",           paper_forty          },
    {"five-hundred",    paper_five_hundred   },
    {"scripts",         paper_scripts        },
    {"limits",          paper_limits         },
};

/* --- random ones ---------------------------------------------------------------------------------
 */

/* The same numbers for the same seed, on every machine. */
struct paper_dice {
    uint64_t state;
};

static inline int64_t paper_roll(struct paper_dice *dice, int64_t below)
{
    dice->state = dice->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((dice->state >> 33) % (uint64_t)below);
}

static inline int64_t paper_magnitude(struct paper_dice *dice, int digits)
{
    int64_t below = 10;

    for (int64_t i = paper_roll(dice, digits); i > 0; i--)
        below *= 10;
    return paper_roll(dice, below);
}

static inline struct invoice_paper_line paper_random_line(struct paper_dice *dice)
{
    static const char *const NAMES[] = {
        "Café", "Prestation d'été", "你好",
        "מחיר", "A & B <c>",        "Étude préalable, relevé sur place et rapport de synthèse"};
    static const int64_t RATES[] = {2000, 1000, 550, 210, 850, 175, 105, 90, 1300};

    return paper_line(NAMES[paper_roll(dice, ARRAY_LEN(NAMES))], paper_magnitude(dice, 9),
                      paper_magnitude(dice, 7) + 1, RATES[paper_roll(dice, ARRAY_LEN(RATES))]);
}

/* The categories that may stand beside one another: the standard rates with one without tax. */
static inline void paper_random_lines(struct arena *arena, struct invoice_paper *paper,
                                      struct paper_dice *dice, size_t count)
{
    static const enum vat_category FREE[] = {VAT_EXEMPT, VAT_ZERO, VAT_REVERSE, VAT_INTRA,
                                             VAT_EXPORT};
    enum vat_category category = FREE[paper_roll(dice, ARRAY_LEN(FREE))];

    paper->lines = arena_array(arena, struct invoice_paper_line, count);
    paper->line_count = count;
    for (size_t i = 0; i < count; i++) {
        paper->lines[i] = paper_random_line(dice);
        if (paper_roll(dice, 4) == 0) {
            paper->lines[i].category = category;
            paper->lines[i].rate_bp = 0;
        }
    }
    paper_sum(arena, paper);
}

/* With at most so many lines. */
static inline struct invoice_paper *paper_random(struct arena *arena, uint64_t seed, size_t most)
{
    static const enum currency CURRENCIES[] = {CURRENCY_EUR, CURRENCY_EUR, CURRENCY_USD,
                                               CURRENCY_GBP};
    struct paper_dice dice = {seed * UINT64_C(0x9E3779B97F4A7C15) + 1};
    struct invoice_paper *paper = paper_new(arena);

    paper->number = str_format(arena, "F2026-%06llu", (unsigned long long)(seed % 1000000));
    paper->nature = (enum invoice_nature)(NATURE_GOODS + paper_roll(&dice, 3));
    paper->vat_on_debits = paper_roll(&dice, 2) == 0;
    paper_random_lines(arena, paper, &dice, (size_t)paper_roll(&dice, (int64_t)most) + 1);
    paper->currency = CURRENCIES[paper_roll(&dice, ARRAY_LEN(CURRENCIES))];
    if (paper->currency != CURRENCY_EUR) {
        paper->has_vat_eur = true;
        paper->vat_eur_minor = paper_rounded(paper->vat_minor * 9, 10);
        paper->rate_eur = STR("1 = 0,9000 EUR");
    }
    if (paper_roll(&dice, 4) == 0) {
        paper->kind = INVOICE_CREDIT;
        paper->has_preceding = true;
        paper->preceding_number = STR("F2026-000001");
        paper->preceding_issued = (struct date){2026, 11, 1};
        paper->has_due = paper_roll(&dice, 2) == 0;
    } else if (paper_roll(&dice, 3) == 0) {
        paper->paid_minor = paper_roll(&dice, paper->total_minor + 1);
        paper->due_minor = paper->total_minor - paper->paid_minor;
    } else if (paper_roll(&dice, 3) == 0) {
        paper->deposit_minor = paper_roll(&dice, paper->total_minor + 1);
    }
    if (paper_roll(&dice, 3) == 0)
        paper->iban = STR_NONE;
    return paper;
}

#endif
