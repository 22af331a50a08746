#include "base/country.h"
#include "base/iban.h"
#include "base/must.h"
#include "core/invoice.h"
#include "core/invoice_address.h"
#include "core/invoice_amount.h"
#include "core/invoice_payment.h"
#include "core/invoice_vat.h"

enum { QUOTE_DAYS = 30, SIREN_LEN = 9, RATE_SHOWN = 100 };

/* --- seller and buyer ---------------------------------------------------------------------------
 */

static struct str text_or_none(struct str text)
{
    return text.len == 0 ? STR_NONE : text;
}

/* "100 000 009" */
static struct str siren_grouped(struct arena *arena, struct str siren)
{
    must(siren.len == SIREN_LEN);
    return str_format(arena, "%.3s %.3s %.3s", siren.ptr, siren.ptr + 3, siren.ptr + 6);
}

/* Form and capital (C. com. R123-238), and the register (R123-237). */
static struct str form_text(struct ctx *cx, const struct invoice_seller *seller)
{
    struct str form = seller->legal_form;

    if (form.len == 0 || seller->capital.len == 0)
        return text_or_none(form);
    return str_format(cx->arena, "%.*s au capital de %.*s", (int)form.len, form.ptr,
                      (int)seller->capital.len, seller->capital.ptr);
}

/* The town, which may have been given with the sign that is ours to write. */
static struct str register_town(struct str rcs)
{
    struct str sign = STR("RCS ");
    bool signs = rcs.len > sign.len && str_eq_nocase(str_sub(rcs, 0, sign.len), sign);

    return signs ? str_trim(str_from(rcs, sign.len)) : rcs;
}

static struct str register_text(struct ctx *cx, const struct invoice_seller *seller)
{
    struct str town = register_town(seller->rcs);

    if (town.len == 0 || seller->siren.len == 0)
        return STR_NONE;
    return str_format(cx->arena, "RCS %.*s %s", (int)town.len, town.ptr,
                      siren_grouped(cx->arena, seller->siren).ptr);
}

static struct str legal_text(struct ctx *cx, const struct invoice_seller *seller)
{
    struct str form = form_text(cx, seller);
    struct str entry = register_text(cx, seller);

    if (form.len == 0 || entry.len == 0)
        return form.len == 0 ? entry : form;
    return str_format(cx->arena, "%.*s, %.*s", (int)form.len, form.ptr, (int)entry.len, entry.ptr);
}

static void seller_fill(struct ctx *cx, const struct invoice_seller *seller,
                        struct invoice_party *out)
{
    out->name = seller->name;
    out->address.lines[0] = text_or_none(seller->line);
    out->address.zip = text_or_none(seller->zip);
    out->address.city = text_or_none(seller->city);
    if (!country_code(cx->arena, seller->country, &out->address.country))
        out->address.country = STR("FR");
    out->siren = text_or_none(seller->siren);
    out->siret = text_or_none(seller->siret);
    out->vat_number = text_or_none(seller->vat_number);
    out->legal = legal_text(cx, seller);
    out->email = text_or_none(seller->email);
    if (seller->siren.len > 0) {
        out->network_scheme = STR("0225");
        out->network_id = seller->siren;
    }
}

enum invoice_buyer invoice_buyer_of(const struct invoice_draft *draft)
{
    if (draft->client_siren.len > 0 || str_starts(draft->client_vat, STR("FR")))
        return BUYER_BUSINESS;
    return draft->client_vat.len > 0 ? BUYER_ABROAD : BUYER_CONSUMER;
}

/* A French VAT number ends with it. */
static struct str client_siren(const struct invoice_draft *draft)
{
    if (draft->client_siren.len > 0)
        return draft->client_siren;
    if (!str_starts(draft->client_vat, STR("FR")))
        return STR_NONE;
    must(draft->client_vat.len > SIREN_LEN);
    return str_from(draft->client_vat, draft->client_vat.len - SIREN_LEN);
}

static void buyer_fill(struct ctx *cx, const struct invoice_draft *draft,
                       struct invoice_paper *paper)
{
    struct invoice_party *out = &paper->buyer;

    out->name = draft->name;
    if (draft->details == NULL)
        out->address = invoice_address_cut(cx->arena, draft->address);
    out->siren = client_siren(draft);
    out->vat_number = text_or_none(draft->client_vat);
    out->email = text_or_none(draft->client_email);
    paper->to = invoice_buyer_of(draft);
    if (paper->to == BUYER_BUSINESS) {
        out->network_scheme = STR("0225");
        out->network_id = out->siren;
        return;
    }
    out->network_scheme = STR("EM");
    out->network_id = out->email.len > 0 ? out->email : STR("non-communique@invalid");
}

/* --- mentions -----------------------------------------------------------------------------------
 */

static void note(struct invoice_paper *paper, const char *code, struct str text, bool silent)
{
    if (text.len == 0)
        return;
    must(paper->note_count < INVOICE_NOTES_MAX);
    paper->notes[paper->note_count++] = (struct invoice_note){
        .code = code == NULL ? STR_NONE : str_of(code),
        .text = text,
        .silent = silent,
    };
}

/* PMT, PMD and AAB stand on every invoice, once each (BR-FR-05), although the fee is owed by
 * businesses only (C. com. D441-5). */
static void terms_note(struct ctx *cx, const struct invoice_seller *seller,
                       struct invoice_paper *paper)
{
    bool consumer = paper->to == BUYER_CONSUMER;

    note(paper, "PMD",
         str_format(cx->arena,
                    "Pénalités en cas de retard de paiement : taux directeur de la BCE majoré de "
                    "%lld points",
                    (long long)seller->penalty_points),
         false);
    note(paper, "PMT",
         consumer ? STR("Indemnité forfaitaire pour frais de recouvrement de 40 EUR : due par les "
                        "seuls clients professionnels")
                  : STR("Indemnité forfaitaire pour frais de recouvrement en cas de retard de "
                        "paiement : 40 EUR"),
         consumer);
    note(paper, "AAB",
         seller->discount.len > 0 ? seller->discount : STR("Pas d'escompte pour paiement anticipé"),
         false);
}

static void invoice_notes(struct ctx *cx, const struct invoice_seller *seller,
                          struct invoice_paper *paper)
{
    terms_note(cx, seller, paper);
    note(paper, "REG", form_text(cx, seller), true);
    note(paper, "ABL", register_text(cx, seller), true);
    note(paper, "BAR", str_of(invoice_buyer_text(paper->to)), true);
    note(paper, "TXD", seller->vat_group ? STR("Membre d'un assujetti unique") : STR_NONE, false);
}

static void mentions_fill(struct ctx *cx, const struct invoice_seller *seller,
                          struct invoice_paper *paper)
{
    paper->note_count = 0;
    if (paper->kind == INVOICE_NORMAL || paper->kind == INVOICE_CREDIT)
        invoice_notes(cx, seller, paper);
    note(paper, NULL, seller->representative, false);
    note(paper, NULL, seller->guarantee, false);
    note(paper, NULL, seller->insurance, false);
    note(paper, NULL, seller->mention, false);
}

/* --- days and money -----------------------------------------------------------------------------
 */

static struct date days_after(struct date day, int64_t days)
{
    return date_from_days(date_to_days(day) + days);
}

static void days_fill(const struct invoice_seller *seller, const struct invoice_draft *draft,
                      struct invoice_paper *paper)
{
    paper->supplied = draft->has_date ? draft->date : paper->issued;
    paper->has_due = paper->kind != INVOICE_RECEIPT;
    if (!paper->has_due)
        return;
    if (draft->has_due)
        paper->due = draft->due;
    else if (paper->kind == INVOICE_QUOTE)
        paper->due = days_after(paper->supplied, QUOTE_DAYS);
    else
        paper->due = days_after(paper->issued, seller->term_days);
}

static void lines_fill(struct ctx *cx, const struct invoice_seller *seller,
                       const struct invoice_draft *draft, struct invoice_paper *paper)
{
    paper->line_count = draft->item_count;
    paper->lines = arena_array(cx->arena, struct invoice_paper_line, draft->item_count);
    for (size_t i = 0; i < draft->item_count; i++) {
        const struct invoice_item *item = &draft->items[i];
        struct invoice_paper_line *line = &paper->lines[i];
        *line = (struct invoice_paper_line){
            .designation = item->designation,
            .price_e4 = item->price_e4,
            .quantity_e4 = item->quantity_e4,
            .category = invoice_vat_category(seller, item),
            .rate_bp = item->rate_bp,
            .more = item->more,
        };
        must(invoice_line_net(item->price_e4, item->quantity_e4, &line->net_minor) == OK);
    }
    must(invoice_sum(cx->arena, paper) == OK);
    invoice_vat_reasons(cx, draft, paper);
}

/* "1 USD = 0,9000 EUR": four decimals, or the six that a rate may have. */
static struct str rate_text(struct ctx *cx, enum currency currency, int64_t rate_e6)
{
    const char *code = currency == CURRENCY_USD ? "USD" : "GBP";
    long long whole = (long long)(rate_e6 / 1000000);
    long long rest = (long long)(rate_e6 % 1000000);

    if (rest % RATE_SHOWN == 0)
        return str_format(cx->arena, "1 %s = %lld,%04lld EUR", code, whole, rest / RATE_SHOWN);
    return str_format(cx->arena, "1 %s = %lld,%06lld EUR", code, whole, rest);
}

/* CO-12: the VAT is told in euro too. */
static void euro_fill(struct ctx *cx, const struct invoice_seller *seller,
                      struct invoice_paper *paper)
{
    int64_t rate_e6 = invoice_seller_rate(seller, paper->currency);

    if (paper->currency == CURRENCY_EUR || rate_e6 == 0)
        return; /* a quote or a receipt needs no rate */
    paper->has_vat_eur = true;
    paper->rate_eur = rate_text(cx, paper->currency, rate_e6);
    must(invoice_to_euro(paper->vat_minor, rate_e6, &paper->vat_eur_minor) == OK);
}

static void bank_fill(struct ctx *cx, const struct invoice_seller *seller,
                      struct invoice_paper *paper)
{
    struct iban iban;

    if (paper->kind == INVOICE_RECEIPT || iban_parse(seller->iban, &iban) != NULL)
        return;
    paper->iban = iban_grouped(cx->arena, &iban);
    paper->bic = text_or_none(seller->bic);
}

/* --- details ------------------------------------------------------------------------------------
 */

static void details_fill(const struct invoice_details *details, struct invoice_paper *paper)
{
    const struct invoice_party *buyer = &details->buyer;

    paper->buyer.address = buyer->address;
    paper->buyer.siret = buyer->siret;
    paper->buyer.contact = buyer->contact;
    paper->buyer.phone = buyer->phone;
    if (buyer->network_id.len > 0) {
        paper->buyer.network_scheme = buyer->network_scheme;
        paper->buyer.network_id = buyer->network_id;
    }
    paper->has_delivery = details->has_delivery;
    paper->delivery = details->delivery;
    paper->delivery_name = details->delivery_name;
    paper->references = details->references;
    paper->has_period = details->has_period;
    paper->period_from = details->period_from;
    paper->period_to = details->period_to;
    paper->terms = details->terms;
}

/* After ours: PMT, PMD and AAB in the seller's own words, and others beside them. */
static void notes_replace(const struct invoice_details *details, struct invoice_paper *paper)
{
    must(details->note_count <= INVOICE_NOTES_GIVEN_MAX);
    for (size_t i = 0; i < details->note_count; i++) {
        const struct invoice_note *given = &details->notes[i];
        size_t at = 0;
        while (at < paper->note_count && !str_eq(paper->notes[at].code, given->code))
            at++;
        must(at < INVOICE_NOTES_MAX);
        paper->notes[at] = *given;
        if (at == paper->note_count)
            paper->note_count++;
    }
}

void invoice_finish(struct ctx *cx, const struct invoice_seller *seller,
                    struct invoice_paper *paper)
{
    paper->test = cx->mode == MODE_TEST;
    paper->vat_on_debits = seller->vat_on_debits;
    paper->seller = (struct invoice_party){.name = seller->name};
    seller_fill(cx, seller, &paper->seller);
    euro_fill(cx, seller, paper);
    bank_fill(cx, seller, paper);
    mentions_fill(cx, seller, paper);
}

void invoice_fill(struct ctx *cx, const struct invoice_seller *seller,
                  const struct invoice_draft *draft, const struct invoice_place *place,
                  struct invoice_paper *out)
{
    *out = (struct invoice_paper){
        .kind = draft->kind,
        .number = place->number,
        .issued = place->issued,
        .nature = draft->nature != 0 ? draft->nature : seller->nature,
        .order_number = text_or_none(draft->order_number),
        .currency = draft->currency,
    };
    buyer_fill(cx, draft, out);
    if (draft->details != NULL) {
        details_fill(draft->details, out);
    } else if (draft->delivery_address.len > 0) {
        out->has_delivery = true;
        out->delivery = invoice_address_cut(cx->arena, draft->delivery_address);
    }
    days_fill(seller, draft, out);
    lines_fill(cx, seller, draft, out);
    if (out->kind == INVOICE_RECEIPT) {
        out->paid_minor = out->total_minor;
        out->due_minor = 0;
    }
    if (draft->source != NULL)
        invoice_source_fill(cx, draft->source, out);
    /* What was paid was paid of it first. */
    if (draft->deposit_minor > out->paid_minor)
        out->deposit_minor = draft->deposit_minor - out->paid_minor;
    invoice_finish(cx, seller, out);
    if (draft->details != NULL)
        notes_replace(draft->details, out);
}
