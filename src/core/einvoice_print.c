#include "core/einvoice_print.h"

#include "base/arena.h"
#include "base/bic.h"
#include "base/iban.h"
#include "core/invoice_facts.h"

enum { MONEY = 2, BP = 2 };

/* A number that a paper can hold; else 0, in which the comparison sees it. */
static int64_t number_of(struct decimal number, int decimals)
{
    int64_t units;

    return decimal_to(number, decimals, &units) ? units : 0;
}

static int64_t minor_of(struct decimal amount)
{
    return number_of(amount, MONEY);
}

/* --- head and parties ----------------------------------------------------------------------------
 */

static enum currency currency_of(struct arena *arena, struct str code)
{
    struct str lower = str_dup(arena, code);
    char *letters = arena_alloc(arena, code.len + 1);
    enum currency currency;

    for (size_t i = 0; i < code.len; i++) {
        char letter = lower.ptr[i];
        letters[i] = letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
    }
    return currency_parse((struct str){letters, code.len}, &currency) ? currency : CURRENCY_EUR;
}

static enum invoice_nature nature_of(struct str framework)
{
    if (str_starts(framework, STR("B")))
        return NATURE_GOODS;
    return str_starts(framework, STR("S")) ? NATURE_SERVICES : NATURE_MIXED;
}

static struct invoice_address address_of(const struct einvoice_address *address)
{
    return (struct invoice_address){
        .lines = {address->lines[0], address->lines[1], address->lines[2]},
        .zip = address->zip,
        .city = address->city,
        .country = address->country,
    };
}

static struct invoice_party party_of(const struct einvoice_party *party)
{
    struct invoice_party out = {
        .name = party->name,
        .address = address_of(&party->address),
        .vat_number = party->vat_number,
        .legal = party->legal,
        .contact = party->contact.name,
        .email = party->contact.email,
        .phone = party->contact.phone,
        .network_scheme = party->endpoint.scheme,
        .network_id = party->endpoint.id,
    };

    if (str_eq(party->legal_id.scheme, SCHEME_SIREN))
        out.siren = party->legal_id.id;
    if (party->ids.count > 0 && str_eq(party->ids.items[0].scheme, SCHEME_SIRET))
        out.siret = party->ids.items[0].id;
    return out;
}

static void references_of(const struct einvoice *invoice, struct invoice_paper *out)
{
    out->order_number = invoice->order;
    out->references = (struct invoice_references){
        .buyer = invoice->buyer_reference,
        .project = invoice->project,
        .contract = invoice->contract,
        .sales_order = invoice->sales_order,
        .receipt = invoice->receipt,
        .despatch = invoice->despatch,
        .tender = invoice->tender,
        .accounting = invoice->accounting,
    };
    out->has_preceding = invoice->preceding_count > 0;
    if (out->has_preceding) {
        out->preceding_number = invoice->preceding[0].number;
        out->preceding_issued = invoice->preceding[0].issued;
    }
}

/* --- what is sold, and what it comes to ----------------------------------------------------------
 */

static enum vat_category category_of(struct str code)
{
    enum vat_category category;

    return vat_category_parse(code, &category) ? category : VAT_STANDARD;
}

static void lines_of(struct arena *arena, const struct einvoice *invoice, struct invoice_paper *out)
{
    out->line_count = invoice->line_count;
    out->lines = arena_array(arena, struct invoice_paper_line, out->line_count);
    for (size_t i = 0; i < out->line_count; i++) {
        const struct einvoice_line *line = &invoice->lines[i];
        out->lines[i] = (struct invoice_paper_line){
            .designation = line->name,
            .category = category_of(line->vat.category),
            .rate_bp = number_of(line->vat.rate, BP),
            .net_minor = minor_of(line->net),
            .more = {.unit = line->unit,
                     .note = line->note,
                     .description = line->description,
                     .seller_id = line->seller_id,
                     .buyer_id = line->buyer_id,
                     .order_line = line->order_line},
        };
    }
}

static void rates_of(struct arena *arena, const struct einvoice *invoice, struct invoice_paper *out)
{
    out->rate_count = invoice->group_count;
    out->rates = arena_array(arena, struct invoice_paper_rate, out->rate_count);
    for (size_t i = 0; i < out->rate_count; i++) {
        const struct einvoice_group *group = &invoice->groups[i];
        out->rates[i] = (struct invoice_paper_rate){
            .category = category_of(group->vat.category),
            .rate_bp = number_of(group->vat.rate, BP),
            .base_minor = minor_of(group->base),
            .vat_minor = minor_of(group->tax),
            .reason = group->reason,
            .reason_code = group->reason_code,
        };
    }
}

static void totals_of(const struct einvoice *invoice, struct invoice_paper *out)
{
    const struct einvoice_totals *totals = &invoice->totals;

    out->net_minor = minor_of(totals->without_vat);
    out->vat_minor = minor_of(totals->vat);
    out->total_minor = minor_of(totals->with_vat);
    out->paid_minor = minor_of(totals->paid);
    out->due_minor = minor_of(totals->due);
    out->has_vat_eur = str_eq(invoice->vat_currency, STR("EUR")) && totals->vat_accounting.present;
    out->vat_eur_minor = minor_of(totals->vat_accounting);
}

/* The account that the code for bank apps names. */
static void account_of(struct arena *arena, const struct einvoice_payment *payment,
                       struct invoice_paper *out)
{
    bool transfer = str_eq(payment->means, MEANS_TRANSFER) || str_eq(payment->means, MEANS_SEPA);
    const struct einvoice_account *account = payment->accounts;
    struct iban iban;

    if (!transfer || payment->account_count == 0 || iban_parse(account->id, &iban) != NULL)
        return;
    out->iban = iban_grouped(arena, &iban);
    if (bic_valid(account->bic))
        out->bic = account->bic;
}

static enum invoice_kind kind_of(struct str type)
{
    static const struct str CREDITS[] = {STR_INIT("381"), STR_INIT("261"), STR_INIT("262"),
                                         STR_INIT("396"), STR_INIT("502"), STR_INIT("503")};

    for (size_t i = 0; i < ARRAY_LEN(CREDITS); i++) {
        if (str_eq(type, CREDITS[i]))
            return INVOICE_CREDIT;
    }
    return INVOICE_NORMAL;
}

void paper_of_einvoice(struct arena *arena, const struct einvoice *invoice,
                       struct invoice_paper *out)
{
    const struct einvoice_delivery *delivery = &invoice->delivery;
    bool has_day = einvoice_has_date(delivery->day);

    *out = (struct invoice_paper){
        .kind = kind_of(invoice->type),
        .number = invoice->number,
        .issued = invoice->issued,
        .supplied = has_day ? delivery->day : invoice->issued,
        .has_due = einvoice_has_date(invoice->due),
        .due = invoice->due,
        .nature = nature_of(invoice->framework),
        .to = BUYER_BUSINESS,
        .seller = party_of(&invoice->seller),
        .buyer = party_of(&invoice->buyer),
        .has_delivery = delivery->address.present,
        .delivery = address_of(&delivery->address),
        .delivery_name = delivery->name,
        .has_period = invoice->period.present,
        .period_from = invoice->period.from,
        .period_to = invoice->period.to,
        .terms = invoice->terms,
        .currency = currency_of(arena, invoice->currency),
        .written = invoice,
    };
    references_of(invoice, out);
    lines_of(arena, invoice, out);
    rates_of(arena, invoice, out);
    totals_of(invoice, out);
    account_of(arena, &invoice->payment, out);
}
