#include "core/invoice_facts.h"

#include "base/arena.h"
#include "base/must.h"
#include "core/einvoice.h"
#include "core/french.h"

struct str bt3_type(const struct invoice_paper *paper)
{
    if (paper->written != NULL)
        return paper->written->type;
    switch (paper->kind) {
    case INVOICE_NORMAL:
        return STR("380");
    case INVOICE_CREDIT:
        return STR("381");
    case INVOICE_QUOTE:
    case INVOICE_RECEIPT:
        break;
    }
    must_fail(__FILE__, __LINE__, "the kind has a type");
}

static bool is_wholly_paid(const struct invoice_paper *paper)
{
    return paper->has_due && paper->due_minor == 0 && paper->total_minor > 0 &&
           paper->paid_minor == paper->total_minor;
}

struct str bt23_framework(const struct invoice_paper *paper)
{
    bool paid = is_wholly_paid(paper);

    if (paper->written != NULL)
        return paper->written->framework;
    switch (paper->nature) {
    case NATURE_GOODS:
        return paid ? STR("B2") : STR("B1");
    case NATURE_SERVICES:
        return paid ? STR("S2") : STR("S1");
    case NATURE_MIXED:
        return paid ? STR("M2") : STR("M1");
    }
    must_fail(__FILE__, __LINE__, "nature is a member");
}

struct str bt24_profile(void)
{
    return STR("urn:cen.eu:en16931:2017");
}

struct str fact_currency(struct arena *arena, enum currency currency)
{
    struct str text = str_dup(arena, str_of(currency_text(currency)));
    char *upper = arena_alloc(arena, text.len);

    for (size_t i = 0; i < text.len; i++)
        upper[i] = (char)(text.ptr[i] - 'a' + 'A');
    return (struct str){upper, text.len};
}

struct str fact_amount(struct arena *arena, enum currency currency, int64_t minor)
{
    return money_decimal(arena, (struct money){minor, currency});
}

bool fact_has_rate(enum vat_category category)
{
    return category != VAT_OUTSIDE;
}

static bool has_category(const struct invoice_paper *paper, enum vat_category category)
{
    for (size_t i = 0; i < paper->rate_count; i++) {
        if (paper->rates[i].category == category)
            return true;
    }
    return false;
}

bool fact_has_vat_numbers(const struct invoice_paper *paper)
{
    return paper->written != NULL || !has_category(paper, VAT_OUTSIDE);
}

struct str bt130_unit(const struct invoice_paper_line *line)
{
    return line->more.unit.len > 0 ? line->more.unit : STR("C62");
}

/* The codes of UNTDID 2475. */
static const struct {
    enum vat_day day;
    struct str code;
} VAT_DAYS[] = {
    {VAT_DAY_ISSUE,    STR_INIT("5") },
    {VAT_DAY_DELIVERY, STR_INIT("29")},
    {VAT_DAY_PAYMENT,  STR_INIT("72")},
};

static enum vat_day vat_day_written(const struct einvoice *written)
{
    for (size_t i = 0; i < ARRAY_LEN(VAT_DAYS); i++) {
        if (str_eq(written->vat_day_code, VAT_DAYS[i].code))
            return VAT_DAYS[i].day;
    }
    return VAT_DAY_NONE;
}

enum vat_day fact_vat_day(const struct invoice_paper *paper)
{
    if (paper->written != NULL)
        return vat_day_written(paper->written);
    if (!has_category(paper, VAT_STANDARD))
        return VAT_DAY_NONE;
    if (paper->vat_on_debits)
        return VAT_DAY_ISSUE;
    return paper->nature == NATURE_GOODS ? VAT_DAY_DELIVERY : VAT_DAY_PAYMENT;
}

struct str fact_vat_day_code(const struct invoice_paper *paper)
{
    enum vat_day day = fact_vat_day(paper);

    for (size_t i = 0; i < ARRAY_LEN(VAT_DAYS); i++) {
        if (VAT_DAYS[i].day == day)
            return VAT_DAYS[i].code;
    }
    return STR_NONE;
}

struct str bt20_terms(struct arena *arena, const struct invoice_paper *paper)
{
    if (paper->deposit_minor > 0)
        return str_format(
            arena, "Acompte à verser : %s ; solde : %s",
            french_amount(arena, paper->currency, paper->deposit_minor).ptr,
            french_amount(arena, paper->currency, paper->due_minor - paper->deposit_minor).ptr);
    if (paper->written != NULL || paper->terms.len > 0 || paper->has_due || paper->due_minor == 0)
        return paper->terms;
    /* BR-CO-25: an amount due has a day or terms. */
    if (paper->kind == INVOICE_CREDIT)
        return STR("Avoir à déduire ou à rembourser");
    return STR("À réception de la facture");
}

const struct invoice_address *bg15_delivery(const struct invoice_paper *paper)
{
    if (paper->has_delivery)
        return &paper->delivery;
    return paper->written == NULL && has_category(paper, VAT_INTRA) ? &paper->buyer.address : NULL;
}

const struct invoice_note *bg1_notes(struct arena *arena, const struct invoice_paper *paper,
                                     size_t *count)
{
    struct invoice_note *notes = arena_array(arena, struct invoice_note, paper->note_count + 1);
    bool has_bar = false;

    *count = 0;
    for (size_t i = 0; i < paper->note_count; i++) {
        if (paper->notes[i].code.len == 0)
            continue;
        has_bar = has_bar || str_eq(paper->notes[i].code, STR("BAR"));
        notes[(*count)++] = paper->notes[i];
    }
    if (!has_bar)
        notes[(*count)++] = (struct invoice_note){
            .code = STR("BAR"), .text = str_of(invoice_buyer_text(paper->to)), .silent = true};
    return notes;
}

bool fact_has_account(const struct invoice_paper *paper)
{
    return paper->kind == INVOICE_NORMAL && paper->due_minor > 0 && paper->iban.len > 0;
}

struct str bt84_account(struct arena *arena, const struct invoice_paper *paper)
{
    struct buf out = buf_make(arena, paper->iban.len + 1);

    for (size_t i = 0; i < paper->iban.len; i++) {
        if (paper->iban.ptr[i] != ' ')
            buf_put_byte(&out, paper->iban.ptr[i]);
    }
    return buf_str(&out);
}
