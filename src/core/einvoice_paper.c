#include "core/einvoice_paper.h"

#include "base/arena.h"
#include "base/must.h"
#include "core/invoice_facts.h"

enum { E4 = 4, BP = 2 };

static struct decimal money_of(int64_t minor)
{
    return decimal_of(minor, 2);
}

/* --- parties -------------------------------------------------------------------------------------
 */

static struct einvoice_address address_of(const struct invoice_address *address)
{
    return (struct einvoice_address){
        .present = true,
        .lines = {address->lines[0], address->lines[1], address->lines[2]},
        .city = address->city,
        .zip = address->zip,
        .country = address->country,
    };
}

static struct einvoice_ids siret_of(struct arena *arena, struct str siret)
{
    struct einvoice_ids ids = {arena_array(arena, struct einvoice_id, 1), 1};

    if (siret.len == 0)
        return (struct einvoice_ids){NULL, 0};
    ids.items[0] = (struct einvoice_id){siret, SCHEME_SIRET};
    return ids;
}

static void party_of(struct arena *arena, const struct invoice_paper *paper,
                     const struct invoice_party *party, struct einvoice_party *out)
{
    *out = (struct einvoice_party){
        .present = true,
        .name = party->name,
        .ids = siret_of(arena, party->siret),
        .vat_number = fact_has_vat_numbers(paper) ? party->vat_number : STR_NONE,
        .legal = party->legal,
        .endpoint = {party->network_id, party->network_scheme},
        .address = address_of(&party->address),
        .contact = { party->contact,     party->phone,          party->email},
    };
    if (party->siren.len > 0)
        out->legal_id = (struct einvoice_id){party->siren, SCHEME_SIREN};
}

static void delivery_of(const struct invoice_paper *paper, struct einvoice_delivery *out)
{
    const struct invoice_address *delivery = bg15_delivery(paper);

    *out = (struct einvoice_delivery){
        .present = true,
        .name = paper->delivery_name,
        .day = paper->supplied,
    };
    if (delivery != NULL)
        out->address = address_of(delivery);
}

/* --- what is sold --------------------------------------------------------------------------------
 */

static struct einvoice_vat vat_of(enum vat_category category, int64_t rate_bp)
{
    struct einvoice_vat vat = {.category = str_of(vat_category_text(category))};

    if (fact_has_rate(category))
        vat.rate = decimal_of(rate_bp, BP);
    return vat;
}

static void line_of(struct arena *arena, const struct invoice_paper_line *line, size_t number,
                    struct einvoice_line *out)
{
    *out = (struct einvoice_line){
        .id = str_format(arena, "%zu", number),
        .note = line->more.note,
        .quantity = decimal_of(line->quantity_e4, E4),
        .unit = bt130_unit(line),
        .net = money_of(line->net_minor),
        .order_line = line->more.order_line,
        .price = decimal_of(line->price_e4, E4),
        .vat = vat_of(line->category, line->rate_bp),
        .name = line->designation,
        .description = line->more.description,
        .seller_id = line->more.seller_id,
        .buyer_id = line->more.buyer_id,
    };
}

static void groups_of(struct arena *arena, const struct invoice_paper *paper, struct einvoice *out)
{
    out->group_count = paper->rate_count;
    out->groups = arena_array(arena, struct einvoice_group, paper->rate_count);
    for (size_t i = 0; i < paper->rate_count; i++) {
        const struct invoice_paper_rate *rate = &paper->rates[i];
        out->groups[i] = (struct einvoice_group){
            .vat = vat_of(rate->category, rate->rate_bp),
            .base = money_of(rate->base_minor),
            .tax = money_of(rate->vat_minor),
            .reason = rate->reason,
            .reason_code = rate->reason_code,
        };
    }
}

static void totals_of(const struct invoice_paper *paper, struct einvoice_totals *out)
{
    *out = (struct einvoice_totals){
        .lines = money_of(paper->net_minor),
        .without_vat = money_of(paper->net_minor),
        .vat = money_of(paper->vat_minor),
        .with_vat = money_of(paper->total_minor),
        .due = money_of(paper->due_minor),
    };
    if (paper->has_vat_eur)
        out->vat_accounting = money_of(paper->vat_eur_minor);
    if (paper->paid_minor != 0)
        out->paid = money_of(paper->paid_minor);
}

static void payment_of(struct arena *arena, const struct invoice_paper *paper,
                       struct einvoice_payment *out)
{
    out->remittance = paper->number;
    if (!fact_has_account(paper))
        return;
    *out = (struct einvoice_payment){
        .present = true,
        .means = MEANS_TRANSFER,
        .remittance = paper->number,
        .accounts = arena_array(arena, struct einvoice_account, 1),
        .account_count = 1,
    };
    out->accounts[0] = (struct einvoice_account){
        .id = bt84_account(arena, paper),
        .bic = paper->bic,
    };
}

/* --- all of it -----------------------------------------------------------------------------------
 */

static void references_of(struct arena *arena, const struct invoice_paper *paper,
                          struct einvoice *out)
{
    const struct invoice_references *references = &paper->references;

    out->buyer_reference = references->buyer;
    out->project = references->project;
    out->contract = references->contract;
    out->order = paper->order_number;
    out->sales_order = references->sales_order;
    out->receipt = references->receipt;
    out->despatch = references->despatch;
    out->tender = references->tender;
    out->accounting = references->accounting;
    if (references->object.len > 0) {
        out->objects = (struct einvoice_ids){arena_array(arena, struct einvoice_id, 1), 1};
        out->objects.items[0].id = references->object;
    }
    if (paper->has_preceding) {
        out->preceding = arena_array(arena, struct einvoice_reference, 1);
        out->preceding_count = 1;
        out->preceding[0] = (struct einvoice_reference){
            .number = paper->preceding_number,
            .issued = paper->preceding_issued,
        };
    }
}

static void notes_of(struct arena *arena, const struct invoice_paper *paper, struct einvoice *out)
{
    const struct invoice_note *notes = bg1_notes(arena, paper, &out->note_count);

    out->notes = arena_array(arena, struct einvoice_note, out->note_count);
    for (size_t i = 0; i < out->note_count; i++)
        out->notes[i] = (struct einvoice_note){notes[i].code, notes[i].text};
}

/* --- what is drawn from what somebody wrote ------------------------------------------------------
 */

/* Of two equal numbers the one that was written: with its decimals, or as none at all. */
static void number_written(struct decimal written, struct decimal *out)
{
    if (decimal_equal(written, *out))
        *out = written;
}

static void party_written(const struct einvoice_party *written, struct einvoice_party *out)
{
    out->trading_name = written->trading_name;
    out->ids = written->ids;
    out->legal_id = written->legal_id;
    out->tax_number = written->tax_number;
    out->address.subdivision = written->address.subdivision;
}

static void line_written(const struct einvoice_line *written, struct einvoice_line *out)
{
    number_written(written->net, &out->net);
    number_written(written->vat.rate, &out->vat.rate);
    out->id = written->id;
    out->objects = written->objects;
    out->quantity = written->quantity;
    out->unit = written->unit;
    out->accounting = written->accounting;
    out->period = written->period;
    out->allowances = written->allowances;
    out->allowance_count = written->allowance_count;
    out->price = written->price;
    out->price_discount = written->price_discount;
    out->gross_price = written->gross_price;
    out->base_quantity = written->base_quantity;
    out->base_unit = written->base_unit;
    out->standard_id = written->standard_id;
    out->classes = written->classes;
    out->origin = written->origin;
    out->attributes = written->attributes;
    out->attribute_count = written->attribute_count;
    out->preceding = written->preceding;
    out->preceding_count = written->preceding_count;
}

static void totals_written(const struct einvoice_totals *written, struct einvoice_totals *out)
{
    number_written(written->without_vat, &out->without_vat);
    number_written(written->vat, &out->vat);
    number_written(written->with_vat, &out->with_vat);
    number_written(written->due, &out->due);
    out->lines = written->lines;
    out->allowances = written->allowances;
    out->charges = written->charges;
    out->rounding = written->rounding;
}

/* What the page shows of it (document/invoice_told.h), and what is for programs alone. */
static void written_put(const struct einvoice *written, struct einvoice *out)
{
    out->profile = written->profile;
    out->vat_day = written->vat_day;
    out->objects = written->objects;
    out->notes = written->notes;
    out->note_count = written->note_count;
    out->preceding = written->preceding;
    out->preceding_count = written->preceding_count;
    party_written(&written->seller, &out->seller);
    party_written(&written->buyer, &out->buyer);
    out->payee = written->payee;
    out->representative = written->representative;
    out->delivery.location = written->delivery.location;
    out->delivery.address.subdivision = written->delivery.address.subdivision;
    if (!einvoice_has_date(written->delivery.day))
        out->delivery.day = written->delivery.day;
    out->payment = written->payment;
    out->allowances = written->allowances;
    out->allowance_count = written->allowance_count;
    out->attachments = written->attachments;
    out->attachment_count = written->attachment_count;
    totals_written(&written->totals, &out->totals);
    for (size_t i = 0; i < out->group_count && i < written->group_count; i++)
        number_written(written->groups[i].vat.rate, &out->groups[i].vat.rate);
    for (size_t i = 0; i < out->line_count && i < written->line_count; i++)
        line_written(&written->lines[i], &out->lines[i]);
}

void einvoice_of_paper(struct arena *arena, const struct invoice_paper *paper, struct einvoice *out)
{
    *out = (struct einvoice){
        .number = paper->number,
        .issued = paper->issued,
        .type = bt3_type(paper),
        .currency = fact_currency(arena, paper->currency),
        .vat_currency = paper->has_vat_eur ? STR("EUR") : STR_NONE,
        .vat_day_code = fact_vat_day_code(paper),
        .terms = bt20_terms(arena, paper),
        .framework = bt23_framework(paper),
        .profile = bt24_profile(),
        .period = {paper->has_period, paper->period_from, paper->period_to},
    };
    if (paper->has_due)
        out->due = paper->due;
    references_of(arena, paper, out);
    notes_of(arena, paper, out);
    party_of(arena, paper, &paper->seller, &out->seller);
    party_of(arena, paper, &paper->buyer, &out->buyer);
    delivery_of(paper, &out->delivery);
    payment_of(arena, paper, &out->payment);
    totals_of(paper, &out->totals);
    groups_of(arena, paper, out);
    out->line_count = paper->line_count;
    out->lines = arena_array(arena, struct einvoice_line, paper->line_count);
    for (size_t i = 0; i < paper->line_count; i++)
        line_of(arena, &paper->lines[i], i + 1, &out->lines[i]);
    if (paper->written != NULL)
        written_put(paper->written, out);
}
