#include "base/attr.h"
#include "einvoice/rules.h"

/* The rules of France about the document (standard XP Z12-012): BR-FR-01 to 08, 16 to 20, 27 to 31
 * and BR-FR-CO-03 to 12. Those about parties are in rules_parties.c, those about numbers in
 * rules_numbers.c. */

enum { NUMBER_MAX = 35, YEAR_MIN = 2000, YEAR_MAX = 2099 };

static const char TYPES[] = "380 389 393 501 386 500 384 471 472 473 261 262 381 396 502 503";
static const char CORRECTIVE[] = "384 471 472 473";
static const char CREDITS[] = "261 381 396 502 503";
static const char DEPOSITS[] = "386 500 503";
static const char FRAMEWORKS[] = "B1 S1 M1 B2 S2 M2 S3 B4 S4 M4 S5 S6 B7 S7 B8 S8 M8 B9 S9 M9";
static const char PAID_FRAMEWORKS[] = "B2 S2 M2";
static const char FINAL_FRAMEWORKS[] = "B4 S4 M4";
static const char BUYERS[] = "B2B B2BINT B2C B2CINT OUTOFSCOPE ARCHIVEONLY";
static const char ATTACHMENTS[] =
    "RIB LISIBLE FEUILLE_DE_STYLE PJA BORDEREAU_SUIVI DOCUMENT_ANNEXE BON_LIVRAISON BON_COMMANDE "
    "BORDEREAU_SUIVI_VALIDATION ETAT_ACOMPTE FACTURE_PAIEMENT_DIRECT RECAPITULATIF_COTRAITANCE";

/* In hundredths of a percent. */
static const int64_t RATES_BP[] = {2000, 1000, 550, 210, 0,   850,  105, 175,
                                   90,   1300, 920, 960, 700, 1960, 2060};

/* --- numbers of invoices and days ----------------------------------------------------------------
 */

static bool is_number_text(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        if (!(byte >= 'a' && byte <= 'z') && !(byte >= 'A' && byte <= 'Z') &&
            !(byte >= '0' && byte <= '9') && byte != '+' && byte != '-' && byte != '_' &&
            byte != '/')
            return false;
    }
    return true;
}

static void check_number(struct checking *checking, struct str number, const char *term, size_t at)
{
    size_t count = number.len;

    (void)str_utf8_count(number, &count);
    rule_holds(checking, count <= NUMBER_MAX, "BR-FR-01", term, at, "has more than 35 characters");
    rule_holds(checking, is_number_text(number), "BR-FR-02", term, at,
               "has other characters than letters, digits and + - _ /");
}

static void check_day(struct checking *checking, struct date day, const char *term, size_t at)
{
    rule_holds(checking, !einvoice_has_date(day) || (day.year >= YEAR_MIN && day.year <= YEAR_MAX),
               "BR-FR-03", term, at, "is not in the years 2000 to 2099");
}

static void check_reference(struct checking *checking, const struct einvoice_reference *reference,
                            size_t at)
{
    check_number(checking, reference->number, "BT-25", at);
    check_day(checking, reference->issued, "BT-26", at);
    rule_holds(checking, reference->type.len == 0 || rule_listed(reference->type, TYPES),
               "BR-FR-04", "BT-25", at, "is of a type that is not allowed");
}

static void check_numbers_and_days(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;

    check_number(checking, invoice->number, "BT-1", 0);
    check_day(checking, invoice->issued, "BT-2", 0);
    check_day(checking, invoice->vat_day, "BT-7", 0);
    check_day(checking, invoice->due, "BT-9", 0);
    check_day(checking, invoice->delivery.day, "BT-72", 0);
    check_day(checking, invoice->period.from, "BT-73", 0);
    check_day(checking, invoice->period.to, "BT-74", 0);
    for (size_t i = 0; i < invoice->preceding_count; i++)
        check_reference(checking, &invoice->preceding[i], i + 1);
    for (size_t i = 0; i < invoice->line_count; i++) {
        const struct einvoice_line *line = &invoice->lines[i];
        check_day(checking, line->period.from, "BT-134", i + 1);
        check_day(checking, line->period.to, "BT-135", i + 1);
        for (size_t j = 0; j < line->preceding_count; j++)
            check_reference(checking, &line->preceding[j], i + 1);
    }
}

/* --- notes ---------------------------------------------------------------------------------------
 */

static size_t notes_of(const struct einvoice *invoice, struct str code)
{
    size_t count = 0;

    for (size_t i = 0; i < invoice->note_count; i++)
        count += str_eq(invoice->notes[i].code, code) && invoice->notes[i].text.len > 0;
    return count;
}

static void check_notes(struct checking *checking)
{
    static const struct {
        struct str code;
        bool needed;
        const char *missing;
    } NOTES[] = {
        {STR_INIT("PMT"), true,  "the note PMT (fee for recovery) is missing" },
        {STR_INIT("PMD"), true,  "the note PMD (late penalties) is missing"   },
        {STR_INIT("AAB"), true,  "the note AAB (discount, or none) is missing"},
        {STR_INIT("TXD"), false, ""                                           },
    };
    const struct einvoice *invoice = checking->invoice;

    for (size_t i = 0; i < ARRAY_LEN(NOTES); i++) {
        size_t count = notes_of(invoice, NOTES[i].code);
        rule_holds(checking, count > 0 || !NOTES[i].needed, "BR-FR-05", "BT-22", 0,
                   NOTES[i].missing);
        rule_holds(checking, count <= 1, "BR-FR-06", "BT-21", 0, "a note stands there twice");
    }
    rule_holds(checking, notes_of(invoice, STR("BAR")) <= 1, "BR-FR-31", "BT-21", 0,
               "the note BAR stands there twice");
    for (size_t i = 0; i < invoice->note_count; i++)
        rule_holds(checking,
                   !str_eq(invoice->notes[i].code, STR("BAR")) ||
                       rule_listed(invoice->notes[i].text, BUYERS),
                   "BR-FR-20", "BT-22", i + 1,
                   "the note BAR says something else than B2B, B2BINT, B2C, B2CINT, OUTOFSCOPE or "
                   "ARCHIVEONLY");
}

/* --- rates, attachments, objects -----------------------------------------------------------------
 */

static bool is_french_rate(struct decimal rate)
{
    for (size_t i = 0; i < ARRAY_LEN(RATES_BP); i++) {
        if (decimal_equal(rate, decimal_of(RATES_BP[i], 2)))
            return true;
    }
    return !rate.present;
}

static void check_rate(struct checking *checking, struct decimal rate, const char *term, size_t at)
{
    rule_holds(checking, is_french_rate(rate), "BR-FR-16", term, at, "is no rate of VAT in France");
}

static void check_rates(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;

    for (size_t i = 0; i < invoice->line_count; i++)
        check_rate(checking, invoice->lines[i].vat.rate, "BT-152", i + 1);
    for (size_t i = 0; i < invoice->allowance_count; i++)
        check_rate(checking, invoice->allowances[i].vat.rate,
                   rule_side(invoice->allowances[i].charge, "BT-96", "BT-103"), i + 1);
    for (size_t i = 0; i < invoice->group_count; i++)
        check_rate(checking, invoice->groups[i].vat.rate, "BT-119", i + 1);
}

static void check_attachments(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;
    size_t readable = 0;

    for (size_t i = 0; i < invoice->attachment_count; i++) {
        struct str code = invoice->attachments[i].description;
        readable += str_eq(code, STR("LISIBLE"));
        rule_holds(checking, code.len == 0 || rule_listed(code, ATTACHMENTS), "BR-FR-17", "BT-123",
                   i + 1, "is not one of the kinds of attachments");
    }
    rule_holds(checking, readable <= 1, "BR-FR-18", "BT-123", 0,
               "there are two attachments of the kind LISIBLE");
}

static void check_objects(struct checking *checking, const struct einvoice_ids *objects,
                          const char *rule, const char *term, size_t at)
{
    static const struct str KINDS[] = {STR_INIT("AFL"), STR_INIT("AVV")};

    for (size_t kind = 0; kind < ARRAY_LEN(KINDS); kind++) {
        size_t count = 0;
        for (size_t i = 0; i < objects->count; i++) {
            bool is = str_eq(objects->items[i].scheme, KINDS[kind]);
            count += is;
            rule_holds(checking, !is || objects->items[i].id.len > 0, rule, term, at,
                       "has a scheme but no identifier");
        }
        rule_holds(checking, count <= 1, rule, term, at, "has two identifiers of one scheme");
    }
}

/* --- what depends on type and framework ----------------------------------------------------------
 */

static size_t dated_references(const struct einvoice_reference *references, size_t count)
{
    size_t dated = 0;

    for (size_t i = 0; i < count; i++)
        dated += references[i].number.len > 0 && einvoice_has_date(references[i].issued);
    return dated;
}

static bool each_line_refers(const struct einvoice *invoice)
{
    for (size_t i = 0; i < invoice->line_count; i++) {
        if (dated_references(invoice->lines[i].preceding, invoice->lines[i].preceding_count) == 0)
            return false;
    }
    return invoice->line_count > 0;
}

static void check_type(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;
    size_t dated = dated_references(invoice->preceding, invoice->preceding_count);

    rule_holds(checking, invoice->type.len == 0 || rule_listed(invoice->type, TYPES), "BR-FR-04",
               "BT-3", 0, "is not one of the types that are allowed in France");
    if (str_eq(invoice->type, STR("262")))
        rule_holds(checking,
                   invoice->contract.len > 0 && einvoice_has_date(invoice->period.from) &&
                       einvoice_has_date(invoice->period.to),
                   "BR-FR-CO-03", "BT-12", 0, "a global rebate needs a contract and a period");
    if (rule_listed(invoice->type, CORRECTIVE))
        rule_holds(checking, dated == 1 && invoice->preceding_count == 1, "BR-FR-CO-04", "BT-25", 0,
                   "a corrective invoice refers to exactly one invoice with its day");
    if (rule_listed(invoice->type, CREDITS))
        rule_holds(checking, dated > 0 || each_line_refers(invoice), "BR-FR-CO-05", "BT-25", 0,
                   "a credit note refers to an invoice with its day, or each line does");
}

static void check_paid(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;

    if (!rule_listed(invoice->framework, PAID_FRAMEWORKS))
        return;
    rule_holds(checking, decimal_equal(invoice->totals.paid, invoice->totals.with_vat),
               "BR-FR-CO-09", "BT-113", 0, "is not the total, though it is said to be paid");
    rule_holds(checking, decimal_sign(invoice->totals.due) == 0, "BR-FR-CO-09", "BT-115", 0,
               "is not 0, though the invoice is said to be paid");
    rule_holds(checking, einvoice_has_date(invoice->due), "BR-FR-CO-09", "BT-9", 0,
               "the day of the payment is missing");
}

static void check_framework(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;
    bool deposit = rule_listed(invoice->type, DEPOSITS);
    bool paid = rule_listed(invoice->framework, PAID_FRAMEWORKS);

    rule_holds(checking, rule_listed(invoice->framework, FRAMEWORKS), "BR-FR-08", "BT-23", 0,
               "is none of the frameworks of invoicing");
    rule_holds(checking, !rule_listed(invoice->framework, FINAL_FRAMEWORKS) || !deposit,
               "BR-FR-CO-08", "BT-3", 0, "a final invoice is not of a type for deposits");
    rule_holds(checking,
               deposit || paid || !einvoice_has_date(invoice->due) ||
                   !einvoice_has_date(invoice->issued) ||
                   date_compare(invoice->due, invoice->issued) >= 0,
               "BR-FR-CO-07", "BT-9", 0, "is before the day of issue");
    check_paid(checking);
}

static void check_currency(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;

    if (invoice->currency.len == 0 || str_eq(invoice->currency, STR("EUR")))
        return;
    rule_holds(checking,
               str_eq(invoice->vat_currency, STR("EUR")) && invoice->totals.vat_accounting.present,
               "BR-FR-CO-12", "BT-6", 0,
               "another currency than the euro needs BT-6 EUR and the VAT in euro");
}

void rules_french(struct checking *checking)
{
    const struct einvoice *invoice = checking->invoice;

    check_numbers_and_days(checking);
    check_type(checking);
    check_notes(checking);
    check_framework(checking);
    check_rates(checking);
    check_attachments(checking);
    check_objects(checking, &invoice->objects, "BR-FR-29", "BT-18", 0);
    for (size_t i = 0; i < invoice->line_count; i++)
        check_objects(checking, &invoice->lines[i].objects, "BR-FR-30", "BT-128", i + 1);
    check_currency(checking);
}
