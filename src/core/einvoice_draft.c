#include "core/einvoice_draft.h"

#include "base/arena.h"
#include "base/country.h"
#include "base/email.h"
#include "base/must.h"
#include "core/invoice_facts.h"
#include "core/invoice_vat.h"
#include "core/merchant_check.h"

enum { RATE_DECIMALS = 2, E4_DECIMALS = 4, OWN_NOTES = 3, NETWORK_MAX = 125 };

/* What is read, and where what cannot be read is told. */
struct reading {
    struct ctx *cx;
    const struct invoice_seller *seller;
    const struct einvoice *invoice;
    struct invoice_draft *draft;
    struct invoice_details *details;
    struct einvoice_report *report;
};

static void refuse(struct reading *reading, const char *term, size_t at, const char *text)
{
    einvoice_fail(reading->report, RULE_ISSUE, term, at, text);
}

/* A text of its own; a refusal when it cannot stand on a page. */
static void text_take(struct reading *reading, struct str text, const char *term, size_t at,
                      struct str *out)
{
    if (text.len == 0)
        return;
    if (invoice_text_shows(text, INVOICE_MORE_MAX, false))
        *out = text;
    else
        refuse(reading, term, at, "must have at most 500 characters that can be printed");
}

/* --- header --------------------------------------------------------------------------------------
 */

static void kind_take(struct reading *reading)
{
    struct str type = reading->invoice->type;

    reading->draft->kind = INVOICE_NORMAL;
    if (type.len > 0 && !str_eq(type, STR("380")))
        refuse(reading, "BT-3", 0,
               "only invoices (380) are issued from drafts: a credit note undoes a whole invoice");
}

static void currency_take(struct reading *reading)
{
    struct str currency = reading->invoice->currency;
    struct str lower = str_lower(reading->cx->arena, currency);

    reading->draft->currency = CURRENCY_EUR;
    if (currency.len > 0 && !currency_parse(lower, &reading->draft->currency))
        reading->draft->bad |= 1U << INVOICE_CURRENCY;
}

/* The letter of BT-23; its digit is what the paper makes of it. */
static void nature_take(struct reading *reading)
{
    struct str framework = reading->invoice->framework;
    char letter = framework.len == 0 ? '\0' : framework.ptr[0];

    reading->draft->nature = letter == 'B'   ? NATURE_GOODS
                             : letter == 'S' ? NATURE_SERVICES
                             : letter == 'M' ? NATURE_MIXED
                                             : reading->seller->nature;
}

static void days_take(struct reading *reading)
{
    const struct einvoice *invoice = reading->invoice;
    struct invoice_draft *draft = reading->draft;

    draft->has_date = einvoice_has_date(invoice->delivery.day);
    draft->date = invoice->delivery.day;
    draft->has_due = einvoice_has_date(invoice->due);
    draft->due = invoice->due;
    reading->details->has_issued = einvoice_has_date(invoice->issued);
    reading->details->issued = invoice->issued;
    reading->details->has_period =
        invoice->period.present &&
        (einvoice_has_date(invoice->period.from) || einvoice_has_date(invoice->period.to));
    reading->details->period_from = invoice->period.from;
    reading->details->period_to = invoice->period.to;
}

static void references_take(struct reading *reading)
{
    const struct einvoice *invoice = reading->invoice;
    struct invoice_references *out = &reading->details->references;

    text_take(reading, invoice->buyer_reference, "BT-10", 0, &out->buyer);
    text_take(reading, invoice->project, "BT-11", 0, &out->project);
    text_take(reading, invoice->contract, "BT-12", 0, &out->contract);
    text_take(reading, invoice->order, "BT-13", 0, &reading->draft->order_number);
    text_take(reading, invoice->sales_order, "BT-14", 0, &out->sales_order);
    text_take(reading, invoice->receipt, "BT-15", 0, &out->receipt);
    text_take(reading, invoice->despatch, "BT-16", 0, &out->despatch);
    text_take(reading, invoice->tender, "BT-17", 0, &out->tender);
    text_take(reading, invoice->accounting, "BT-19", 0, &out->accounting);
    text_take(reading, invoice->terms, "BT-20", 0, &reading->details->terms);
    if (invoice->objects.count == 1 && invoice->objects.items[0].scheme.len == 0)
        text_take(reading, invoice->objects.items[0].id, "BT-18", 0, &out->object);
    else if (invoice->objects.count > 0)
        refuse(reading, "BT-18", 0, "one identifier without a scheme is issued");
}

/* Ours are about the seller; the others are its own words. */
static bool is_ours(struct str code)
{
    return str_eq(code, STR("REG")) || str_eq(code, STR("ABL")) || str_eq(code, STR("BAR")) ||
           str_eq(code, STR("TXD"));
}

static bool is_term(struct str code)
{
    return str_eq(code, STR("PMT")) || str_eq(code, STR("PMD")) || str_eq(code, STR("AAB"));
}

static void notes_take(struct reading *reading)
{
    const struct einvoice *invoice = reading->invoice;
    struct invoice_details *details = reading->details;
    size_t free_notes = 0;

    details->notes = arena_array(reading->cx->arena, struct invoice_note, INVOICE_NOTES_GIVEN_MAX);
    for (size_t i = 0; i < invoice->note_count; i++) {
        const struct einvoice_note *note = &invoice->notes[i];
        struct invoice_note taken = {.code = note->code.len > 0 ? note->code : STR("AAI")};
        if (is_ours(note->code))
            continue;
        free_notes += is_term(note->code) ? 0 : 1;
        if (free_notes > INVOICE_NOTES_GIVEN_MAX - OWN_NOTES ||
            details->note_count == INVOICE_NOTES_GIVEN_MAX) {
            refuse(reading, "BT-22", i + 1, "five notes beside those of the law are issued");
            return;
        }
        text_take(reading, note->text, "BT-22", i + 1, &taken.text);
        if (taken.text.len > 0)
            details->notes[details->note_count++] = taken;
    }
}

/* --- the buyer -----------------------------------------------------------------------------------
 */

static void address_take(struct reading *reading, const struct einvoice_address *address,
                         const char *country, const char *line, struct invoice_address *out)
{
    struct arena *arena = reading->cx->arena;

    for (size_t i = 0; i < ARRAY_LEN(out->lines); i++)
        text_take(reading, address->lines[i], line, 0, &out->lines[i]);
    text_take(reading, address->city, line, 0, &out->city);
    text_take(reading, address->zip, line, 0, &out->zip);
    if (address->country.len != 2 || !country_code(arena, address->country, &out->country))
        refuse(reading, country, 0, "must be the code of a country, of two letters");
}

static bool is_network_id(struct str text)
{
    static const struct str OTHERS = STR_INIT("+-_.");

    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        bool alphanumeric = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                            (byte >= 'a' && byte <= 'z');
        if (!alphanumeric && str_find(OTHERS, byte) == OTHERS.len)
            return false;
    }
    return text.len > 0 && text.len <= NETWORK_MAX;
}

/* BR-FR-21 and 25: a company's begins with its SIREN; whoever has none has an e-mail address. */
static void network_take(struct reading *reading)
{
    const struct einvoice_id *endpoint = &reading->invoice->buyer.endpoint;
    struct invoice_party *out = &reading->details->buyer;
    struct str siren = reading->draft->client_siren;
    bool routed = str_eq(endpoint->scheme, STR("0225")) && is_network_id(endpoint->id) &&
                  siren.len > 0 && str_starts(endpoint->id, siren);
    bool mail = str_eq(endpoint->scheme, STR("EM")) && siren.len == 0 && email_valid(endpoint->id);

    if (endpoint->id.len == 0)
        return;
    if (!routed && !mail) {
        refuse(reading, "BT-49", 0,
               "must begin with the buyer's SIREN, scheme 0225; without a SIREN: an e-mail "
               "address, scheme EM");
        return;
    }
    out->network_id = endpoint->id;
    out->network_scheme = endpoint->scheme;
}

static void buyer_ids_take(struct reading *reading)
{
    const struct einvoice_party *buyer = &reading->invoice->buyer;
    struct invoice_party *out = &reading->details->buyer;
    struct einvoice_id legal = buyer->legal_id;

    if (legal.id.len > 0 && !str_eq(legal.scheme, SCHEME_SIREN))
        refuse(reading, "BT-47", 0, "must be a SIREN, scheme 0002");
    else
        reading->draft->client_siren = legal.id;
    reading->draft->client_vat = buyer->vat_number;
    if (buyer->ids.count == 0)
        return;
    struct einvoice_id id = buyer->ids.items[0];
    if (buyer->ids.count > 1 || !str_eq(id.scheme, SCHEME_SIRET) || !siret_valid(id.id) ||
        !str_starts(id.id, legal.id))
        refuse(reading, "BT-46", 0, "one SIRET of the buyer's SIREN, scheme 0009, is issued");
    else
        out->siret = id.id;
}

static void buyer_take(struct reading *reading)
{
    const struct einvoice_party *buyer = &reading->invoice->buyer;
    struct invoice_party *out = &reading->details->buyer;

    reading->draft->name = buyer->name;
    reading->draft->client_email = buyer->contact.email;
    buyer_ids_take(reading);
    network_take(reading);
    text_take(reading, buyer->contact.name, "BT-56", 0, &out->contact);
    text_take(reading, buyer->contact.phone, "BT-57", 0, &out->phone);
    address_take(reading, &buyer->address, "BT-55", "BT-50", &out->address);
}

static void delivery_take(struct reading *reading)
{
    const struct einvoice_delivery *delivery = &reading->invoice->delivery;

    text_take(reading, delivery->name, "BT-70", 0, &reading->details->delivery_name);
    reading->details->has_delivery = delivery->address.present;
    if (delivery->address.present)
        address_take(reading, &delivery->address, "BT-80", "BT-75", &reading->details->delivery);
}

/* --- lines ---------------------------------------------------------------------------------------
 */

static const struct einvoice_group *group_of(const struct einvoice *invoice,
                                             const struct einvoice_vat *vat)
{
    for (size_t i = 0; i < invoice->group_count; i++) {
        const struct einvoice_vat *of = &invoice->groups[i].vat;
        if (str_eq(of->category, vat->category) && decimal_equal(of->rate, vat->rate))
            return &invoice->groups[i];
    }
    return NULL;
}

/* CGI art. 293 B is the seller's own reason; every other exemption is told in its group. */
static void exempt_take(struct reading *reading, const struct einvoice_line *line, size_t at,
                        struct invoice_item *out)
{
    const struct einvoice_group *group = group_of(reading->invoice, &line->vat);
    struct str code = group == NULL ? STR_NONE : group->reason_code;

    if (reading->seller->franchise && (code.len == 0 || str_eq(code, STR("VATEX-FR-FRANCHISE"))))
        return;
    out->reason = REASON_EXEMPT;
    if (group == NULL || group->reason.len == 0) {
        refuse(reading, "BT-120", at, "the VAT breakdown must say why a line is exempt");
        return;
    }
    if (!invoice_text_shows(group->reason, INVOICE_REASON_MAX, false)) {
        refuse(reading, "BT-120", (size_t)(group - reading->invoice->groups) + 1,
               "must have at most 200 characters that can be printed");
        return;
    }
    out->reason_text = group->reason;
    out->reason_code = code;
}

static void vat_take(struct reading *reading, const struct einvoice_line *line, size_t at,
                     struct invoice_item *out)
{
    enum vat_category category = VAT_STANDARD;

    if (line->vat.rate.present && !decimal_to(line->vat.rate, RATE_DECIMALS, &out->rate_bp))
        refuse(reading, "BT-152", at, "must be a rate with at most two decimals");
    if (!vat_category_parse(line->vat.category, &category)) {
        refuse(reading, "BT-151", at, "must be one of S, E, AE, K, G");
        return;
    }
    switch (category) {
    case VAT_STANDARD:
        if (out->rate_bp == 0)
            refuse(reading, "BT-152", at, "must be above zero in category S");
        return;
    case VAT_EXEMPT:
        exempt_take(reading, line, at, out);
        return;
    case VAT_REVERSE:
        out->reason = REASON_REVERSE;
        return;
    case VAT_INTRA:
        out->reason = REASON_INTRA;
        return;
    case VAT_EXPORT:
        out->reason = REASON_EXPORT;
        return;
    case VAT_ZERO:
    case VAT_OUTSIDE:
        refuse(reading, "BT-151", at, "Z and O are not issued here");
        return;
    }
}

struct bound {
    int64_t most_e4;
    const char *text;
};
static const struct bound PRICE = {INVOICE_PRICE_MAX_E4, "must be at most 9999999.9999"};
static const struct bound QUANTITY = {INVOICE_QUANTITY_MAX_E4, "must be at most 999999"};

static void amount_take(struct reading *reading, struct decimal number, const char *term, size_t at,
                        const struct bound *bound, int64_t *out)
{
    if (!number.present)
        refuse(reading, term, at, "is missing");
    else if (number.units < 0)
        refuse(reading, term, at, "must not be below zero: a credit note undoes an invoice");
    else if (!decimal_to(number, E4_DECIMALS, out))
        refuse(reading, term, at,
               number.decimals > E4_DECIMALS ? "must have at most four decimals" : bound->text);
    else if (*out > bound->most_e4)
        refuse(reading, term, at, bound->text);
}

/* Price and quantity are for one unit. */
static void price_take(struct reading *reading, const struct einvoice_line *line, size_t at,
                       struct invoice_item *out)
{
    amount_take(reading, line->price, "BT-146", at, &PRICE, &out->price_e4);
    amount_take(reading, line->quantity, "BT-129", at, &QUANTITY, &out->quantity_e4);
    if (line->base_quantity.present && !decimal_equal(line->base_quantity, decimal_of(1, 0)))
        refuse(reading, "BT-149", at, "prices are for one unit");
}

static bool is_unit(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        bool digit = text.ptr[i] >= '0' && text.ptr[i] <= '9';
        bool upper = text.ptr[i] >= 'A' && text.ptr[i] <= 'Z';
        if (!digit && !upper)
            return false;
    }
    return text.len >= 2 && text.len <= 3;
}

static void line_take(struct reading *reading, const struct einvoice_line *line, size_t at,
                      struct invoice_item *out)
{
    struct invoice_line_more *more = &out->more;

    text_take(reading, line->name, "BT-153", at, &out->designation);
    price_take(reading, line, at, out);
    vat_take(reading, line, at, out);
    if (line->unit.len > 0 && !is_unit(line->unit))
        refuse(reading, "BT-130", at,
               "must be a unit of UN/ECE Recommendation 20, like C62 or HUR");
    else if (!str_eq(line->unit, STR("C62")))
        more->unit = line->unit;
    text_take(reading, line->note, "BT-127", at, &more->note);
    text_take(reading, line->description, "BT-154", at, &more->description);
    text_take(reading, line->seller_id, "BT-155", at, &more->seller_id);
    text_take(reading, line->buyer_id, "BT-156", at, &more->buyer_id);
    text_take(reading, line->order_line, "BT-132", at, &more->order_line);
}

/* Once, however many lines are supplied inside the Union. */
static void intra_check(struct reading *reading)
{
    const struct invoice_draft *draft = reading->draft;
    bool intra = false;

    for (size_t i = 0; i < draft->item_count; i++)
        intra |= draft->items[i].reason == REASON_INTRA;
    if (intra && draft->client_vat.len > 0 && !vat_number_is_of_another_state(draft->client_vat))
        refuse(reading, "BT-48", 0, "must be that of another member state in category K");
}

static void lines_take(struct reading *reading)
{
    const struct einvoice *invoice = reading->invoice;
    struct invoice_draft *draft = reading->draft;

    if (invoice->line_count > INVOICE_LINES_MAX) {
        refuse(reading, "BG-25", 0, "at most 500 lines are issued");
        return;
    }
    draft->item_count = invoice->line_count;
    draft->items = arena_array(reading->cx->arena, struct invoice_item, invoice->line_count);
    for (size_t i = 0; i < invoice->line_count; i++)
        line_take(reading, &invoice->lines[i], i + 1, &draft->items[i]);
    intra_check(reading);
}

/* --- all of it -----------------------------------------------------------------------------------
 */

void einvoice_draft_fill(struct ctx *cx, const struct invoice_seller *seller,
                         const struct einvoice *invoice, struct einvoice_draft *out,
                         struct einvoice_report *report)
{
    struct reading reading = {cx, seller, invoice, &out->draft, &out->details, report};

    *out = (struct einvoice_draft){.draft = {.bad = 0}};
    out->draft.details = &out->details;
    kind_take(&reading);
    currency_take(&reading);
    nature_take(&reading);
    days_take(&reading);
    references_take(&reading);
    notes_take(&reading);
    buyer_take(&reading);
    delivery_take(&reading);
    lines_take(&reading);
}

const char *einvoice_field_term(enum invoice_field field)
{
    switch (field) {
    case INVOICE_NAME:
        return "BT-44";
    case INVOICE_ADDRESS:
        return "BG-8";
    case INVOICE_TYPE:
        return "BT-3";
    case INVOICE_DATE:
        return "BT-72";
    case INVOICE_CURRENCY:
        return "BT-5";
    case INVOICE_DEPOSIT:
    case INVOICE_PAYMENT:
        return "BT-113";
    case INVOICE_ITEMS:
        return "BG-25";
    case INVOICE_DESIGNATION:
        return "BT-153";
    case INVOICE_PRICE:
        return "BT-146";
    case INVOICE_QUANTITY:
        return "BT-129";
    case INVOICE_VAT:
        return "BT-152";
    case INVOICE_CLIENT_SIREN:
        return "BT-47";
    case INVOICE_CLIENT_VAT:
        return "BT-48";
    case INVOICE_CLIENT_EMAIL:
        return "BT-58";
    case INVOICE_DELIVERY:
        return "BG-15";
    case INVOICE_ORDER_NUMBER:
        return "BT-13";
    case INVOICE_DUE:
        return "BT-9";
    case INVOICE_OPERATION:
        return "BT-23";
    case INVOICE_ISSUED:
        return "BT-2";
    }
    must_fail(__FILE__, __LINE__, "a field of an invoice");
}
