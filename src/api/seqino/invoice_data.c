#include "api/seqino/invoice_data.h"

#include "base/arena.h"
#include "base/must.h"

/* Each byte of EINVOICE_TEXT_MAX may become two, and each of 100 000 elements has a name. */
enum { TEXT_MAX = 2 * EINVOICE_TEXT_MAX + (16 << 20) };

/* --- lists ---------------------------------------------------------------------------------------
 *
 * A list of the wire is one of structs with what the core has behind `given`.
 */

#define LIST_READ(arena, list, wire, core, to, how_many)                                           \
    do {                                                                                           \
        const struct field_list list_ = (list);                                                    \
        const struct wire *from_ = list_.items;                                                    \
        (how_many) = list_.count;                                                                  \
        (to) = arena_array(arena, struct core, list_.count);                                       \
        for (size_t at_ = 0; at_ < list_.count; at_++)                                             \
            (to)[at_] = from_[at_].of;                                                             \
    } while (0)

/* Rows of texts and decimals are shown without being given. */
#define LIST_SHOW(arena, from, how_many, wire, out, member)                                        \
    do {                                                                                           \
        size_t count_ = (how_many);                                                                \
        struct wire *to_ = arena_array(arena, struct wire, count_);                                \
        for (size_t at_ = 0; at_ < count_; at_++)                                                  \
            to_[at_].of = (from)[at_];                                                             \
        (out)->member = (struct field_list){to_, count_};                                          \
        if (count_ > 0)                                                                            \
            GIVE(out, member);                                                                     \
    } while (0)

#define GIVE_IF(out, member, there)                                                                \
    do {                                                                                           \
        if (there)                                                                                 \
            GIVE(out, member);                                                                     \
    } while (0)

static void ids_read(struct arena *arena, const struct field_list *list, struct einvoice_ids *out)
{
    LIST_READ(arena, *list, data_id, einvoice_id, out->items, out->count);
}

/* Allowances and charges are one list in the core. */
static void allowances_read(struct arena *arena, const struct field_list *allowances,
                            const struct field_list *charges, struct einvoice_allowance **out,
                            size_t *count)
{
    const struct data_allowance *items = allowances->items;
    const struct data_allowance *more = charges->items;

    *out = arena_array(arena, struct einvoice_allowance, allowances->count + charges->count);
    *count = 0;
    for (size_t i = 0; i < allowances->count; i++)
        (*out)[(*count)++] = items[i].of;
    for (size_t i = 0; i < charges->count; i++) {
        (*out)[*count] = more[i].of;
        (*out)[(*count)++].charge = true;
    }
}

static void allowances_show(struct arena *arena, const struct einvoice_allowance *items,
                            size_t count, bool charges, struct field_list *out)
{
    struct data_allowance *to = arena_array(arena, struct data_allowance, count);
    size_t shown = 0;

    for (size_t i = 0; i < count; i++) {
        if (items[i].charge == charges)
            to[shown++].of = items[i];
    }
    *out = (struct field_list){to, shown};
}

static struct data_id id_shown(const struct einvoice_id *id)
{
    return (struct data_id){.of = *id};
}

static void references_show(struct arena *arena, const struct einvoice_reference *items,
                            size_t count, struct field_list *out)
{
    struct data_reference *to = arena_array(arena, struct data_reference, count);

    for (size_t i = 0; i < count; i++) {
        to[i].of = items[i];
        GIVE_IF(&to[i], of.issued, einvoice_has_date(items[i].issued));
    }
    *out = (struct field_list){to, count};
}

/* --- parts ---------------------------------------------------------------------------------------
 */

static void address_read(const struct data_address *data, bool given, struct einvoice_address *out)
{
    *out = data->of;
    out->present = given;
}

static void period_read(const struct data_period *data, bool given, struct einvoice_period *out)
{
    *out = data->of;
    out->present = given;
}

static void period_show(const struct einvoice_period *period, struct data_period *out)
{
    out->of = *period;
    GIVE_IF(out, of.from, einvoice_has_date(period->from));
    GIVE_IF(out, of.to, einvoice_has_date(period->to));
}

static void party_read(struct arena *arena, const struct data_party *data, bool given,
                       struct einvoice_party *out)
{
    *out = data->of;
    out->present = given;
    ids_read(arena, &data->ids, &out->ids);
    out->legal_id = data->legal_id.of;
    out->endpoint = data->endpoint.of;
    address_read(&data->address, GIVEN(data, address), &out->address);
    out->contact = data->contact.of;
}

static void party_show(struct arena *arena, const struct einvoice_party *party,
                       struct data_party *out)
{
    const struct einvoice_contact *contact = &party->contact;

    out->of = *party;
    LIST_SHOW(arena, party->ids.items, party->ids.count, data_id, out, ids);
    out->legal_id = id_shown(&party->legal_id);
    GIVE_IF(out, legal_id, party->legal_id.id.len > 0);
    out->endpoint = id_shown(&party->endpoint);
    GIVE_IF(out, endpoint, party->endpoint.id.len > 0);
    out->address.of = party->address;
    GIVE_IF(out, address, party->address.present);
    out->contact.of = *contact;
    GIVE_IF(out, contact, contact->name.len + contact->phone.len + contact->email.len > 0);
}

static void line_read(struct arena *arena, const struct data_line *data, struct einvoice_line *out)
{
    *out = data->of;
    ids_read(arena, &data->objects, &out->objects);
    period_read(&data->period, GIVEN(data, period), &out->period);
    allowances_read(arena, &data->allowances, &data->charges, &out->allowances,
                    &out->allowance_count);
    out->standard_id = data->standard_id.of;
    ids_read(arena, &data->classes, &out->classes);
    LIST_READ(arena, data->attributes, data_attribute, einvoice_attribute, out->attributes,
              out->attribute_count);
    LIST_READ(arena, data->preceding, data_reference, einvoice_reference, out->preceding,
              out->preceding_count);
}

static void line_show(struct arena *arena, const struct einvoice_line *line, struct data_line *out)
{
    out->of = *line;
    LIST_SHOW(arena, line->objects.items, line->objects.count, data_id, out, objects);
    period_show(&line->period, &out->period);
    GIVE_IF(out, period, line->period.present);
    allowances_show(arena, line->allowances, line->allowance_count, false, &out->allowances);
    GIVE_IF(out, allowances, out->allowances.count > 0);
    allowances_show(arena, line->allowances, line->allowance_count, true, &out->charges);
    GIVE_IF(out, charges, out->charges.count > 0);
    out->standard_id = id_shown(&line->standard_id);
    GIVE_IF(out, standard_id, line->standard_id.id.len > 0);
    LIST_SHOW(arena, line->classes.items, line->classes.count, data_id, out, classes);
    LIST_SHOW(arena, line->attributes, line->attribute_count, data_attribute, out, attributes);
    references_show(arena, line->preceding, line->preceding_count, &out->preceding);
    GIVE_IF(out, preceding, line->preceding_count > 0);
}

static void delivery_read(const struct data_delivery *data, bool given,
                          struct einvoice_delivery *out)
{
    *out = data->of;
    out->present = given;
    out->location = data->location.of;
    address_read(&data->address, GIVEN(data, address), &out->address);
}

static void delivery_show(const struct einvoice_delivery *delivery, struct data_delivery *out)
{
    out->of = *delivery;
    out->location = id_shown(&delivery->location);
    GIVE_IF(out, location, delivery->location.id.len > 0);
    GIVE_IF(out, of.day, einvoice_has_date(delivery->day));
    out->address.of = delivery->address;
    GIVE_IF(out, address, delivery->address.present);
}

static void payment_read(struct arena *arena, const struct data_payment *data, bool given,
                         struct einvoice_payment *out)
{
    *out = data->of;
    out->present = given;
    LIST_READ(arena, data->accounts, data_account, einvoice_account, out->accounts,
              out->account_count);
}

static void payment_show(struct arena *arena, const struct einvoice_payment *payment,
                         struct data_payment *out)
{
    out->of = *payment;
    LIST_SHOW(arena, payment->accounts, payment->account_count, data_account, out, accounts);
}

/* --- reading -------------------------------------------------------------------------------------
 */

static void objects_read(struct arena *arena, const struct invoice_data *data,
                         struct einvoice_ids *out)
{
    ids_read(arena, &data->objects, out);
    if (data->object.len == 0)
        return;
    out->items = arena_array(arena, struct einvoice_id, 1);
    out->items[0] = (struct einvoice_id){.id = data->object};
    out->count = 1;
}

static void lists_read(struct arena *arena, const struct invoice_data *data, struct einvoice *out)
{
    const struct data_line *lines = data->lines.items;

    objects_read(arena, data, &out->objects);
    LIST_READ(arena, data->notes, data_note, einvoice_note, out->notes, out->note_count);
    LIST_READ(arena, data->preceding, data_reference, einvoice_reference, out->preceding,
              out->preceding_count);
    allowances_read(arena, &data->allowances, &data->charges, &out->allowances,
                    &out->allowance_count);
    LIST_READ(arena, data->groups, data_group, einvoice_group, out->groups, out->group_count);
    LIST_READ(arena, data->attachments, data_attachment, einvoice_attachment, out->attachments,
              out->attachment_count);
    out->line_count = data->lines.count;
    out->lines = arena_array(arena, struct einvoice_line, out->line_count);
    for (size_t i = 0; i < out->line_count; i++)
        line_read(arena, &lines[i], &out->lines[i]);
}

void invoice_data_read(struct arena *arena, const struct invoice_data *data, struct einvoice *out)
{
    *out = data->of;
    lists_read(arena, data, out);
    party_read(arena, &data->seller, GIVEN(data, seller), &out->seller);
    party_read(arena, &data->buyer, GIVEN(data, buyer), &out->buyer);
    party_read(arena, &data->payee, GIVEN(data, payee), &out->payee);
    party_read(arena, &data->representative, GIVEN(data, representative), &out->representative);
    delivery_read(&data->delivery, GIVEN(data, delivery), &out->delivery);
    period_read(&data->period, GIVEN(data, period), &out->period);
    payment_read(arena, &data->payment, GIVEN(data, payment), &out->payment);
    out->totals = data->totals.of;
}

/* --- showing -------------------------------------------------------------------------------------
 */

static void days_show(const struct einvoice *invoice, struct invoice_data *out)
{
    GIVE_IF(out, of.issued, einvoice_has_date(invoice->issued));
    GIVE_IF(out, of.due, einvoice_has_date(invoice->due));
    GIVE_IF(out, of.vat_day, einvoice_has_date(invoice->vat_day));
}

static void parties_show(struct arena *arena, const struct einvoice *invoice,
                         struct invoice_data *out)
{
    party_show(arena, &invoice->seller, &out->seller);
    GIVE_IF(out, seller, invoice->seller.present);
    party_show(arena, &invoice->buyer, &out->buyer);
    GIVE_IF(out, buyer, invoice->buyer.present);
    party_show(arena, &invoice->payee, &out->payee);
    GIVE_IF(out, payee, invoice->payee.present);
    party_show(arena, &invoice->representative, &out->representative);
    GIVE_IF(out, representative, invoice->representative.present);
}

static void objects_show(struct arena *arena, const struct einvoice_ids *objects,
                         struct invoice_data *out)
{
    if (objects->count == 1 && objects->items[0].scheme.len == 0)
        out->object = objects->items[0].id;
    else
        LIST_SHOW(arena, objects->items, objects->count, data_id, out, objects);
}

static void lists_show(struct arena *arena, const struct einvoice *invoice,
                       struct invoice_data *out)
{
    struct data_line *lines = arena_array(arena, struct data_line, invoice->line_count);

    objects_show(arena, &invoice->objects, out);
    LIST_SHOW(arena, invoice->notes, invoice->note_count, data_note, out, notes);
    references_show(arena, invoice->preceding, invoice->preceding_count, &out->preceding);
    GIVE_IF(out, preceding, invoice->preceding_count > 0);
    allowances_show(arena, invoice->allowances, invoice->allowance_count, false, &out->allowances);
    GIVE_IF(out, allowances, out->allowances.count > 0);
    allowances_show(arena, invoice->allowances, invoice->allowance_count, true, &out->charges);
    GIVE_IF(out, charges, out->charges.count > 0);
    LIST_SHOW(arena, invoice->groups, invoice->group_count, data_group, out, groups);
    LIST_SHOW(arena, invoice->attachments, invoice->attachment_count, data_attachment, out,
              attachments);
    for (size_t i = 0; i < invoice->line_count; i++)
        line_show(arena, &invoice->lines[i], &lines[i]);
    out->lines = (struct field_list){lines, invoice->line_count};
    GIVE_IF(out, lines, invoice->line_count > 0);
}

void invoice_data_show(struct arena *arena, const struct einvoice *invoice,
                       struct invoice_data *out)
{
    *out = (struct invoice_data){.of = *invoice};
    days_show(invoice, out);
    parties_show(arena, invoice, out);
    delivery_show(&invoice->delivery, &out->delivery);
    GIVE_IF(out, delivery, invoice->delivery.present);
    period_show(&invoice->period, &out->period);
    GIVE_IF(out, period, invoice->period.present);
    payment_show(arena, &invoice->payment, &out->payment);
    GIVE_IF(out, payment, invoice->payment.present);
    out->totals.of = invoice->totals;
    GIVE(out, totals);
    lists_show(arena, invoice, out);
}

struct str invoice_data_text(struct arena *arena, const struct einvoice *invoice)
{
    struct invoice_data *data = arena_make(arena, struct invoice_data);
    struct buf out = buf_make(arena, TEXT_MAX);

    invoice_data_show(arena, invoice, data);
    field_write(&out, &SEQINO_INVOICE_DATA, ED_ALL, data);
    must(!out.failed);
    return buf_str(&out);
}
