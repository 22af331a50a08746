#ifndef GUICHET_TESTS_SUPPORT_EINVOICE_H
#define GUICHET_TESTS_SUPPORT_EINVOICE_H

#include "core/einvoice.h"
#include "support/unit.h"

/* An invoice that keeps to every rule, and what is changed about it. Lists have room for two items
 * more than they hold. */

static inline struct decimal d(const char *text)
{
    struct decimal out = {0};

    assert_ok(decimal_read(str_of(text), &out));
    return out;
}

#define S(literal) STR(literal)

static inline struct einvoice_party einvoice_party_make(const char *name, const char *siren,
                                                        const char *vat_number)
{
    struct einvoice_party party = {.present = true, .name = str_of(name)};

    party.legal_id = (struct einvoice_id){str_of(siren), S("0002")};
    party.vat_number = str_of(vat_number);
    party.endpoint = (struct einvoice_id){str_of(siren), S("0225")};
    party.address.present = true;
    party.address.lines[0] = S("12 rue de la Démonstration");
    party.address.zip = S("75011");
    party.address.city = S("Paris");
    party.address.country = S("FR");
    return party;
}

static inline struct einvoice_line einvoice_line_make(const char *id, const char *quantity,
                                                      const char *price, const char *net,
                                                      const char *rate)
{
    return (struct einvoice_line){
        .id = str_of(id),
        .quantity = d(quantity),
        .unit = S("C62"),
        .net = d(net),
        .price = d(price),
        .vat = {S("S"), d(rate)},
        .name = S("Abonnement mensuel"),
    };
}

static inline void einvoice_notes_make(struct arena *arena, struct einvoice *invoice)
{
    invoice->notes = arena_array(arena, struct einvoice_note, 6);
    invoice->notes[0] = (struct einvoice_note){S("BAR"), S("B2B")};
    invoice->notes[1] = (struct einvoice_note){S("PMD"), S("Pénalités")};
    invoice->notes[2] = (struct einvoice_note){S("PMT"), S("40 euros")};
    invoice->notes[3] = (struct einvoice_note){S("AAB"), S("Pas d'escompte")};
    invoice->note_count = 4;
}

static inline void einvoice_lists_make(struct arena *arena, struct einvoice *invoice)
{
    invoice->preceding = arena_array(arena, struct einvoice_reference, 2);
    invoice->preceding[0] = (struct einvoice_reference){
        S("FA-1"), {2026, 10, 1},
         STR_NONE
    };
    invoice->preceding[1] = invoice->preceding[0];
    invoice->attachments = arena_array(arena, struct einvoice_attachment, 2);
    invoice->attachments[0].reference = S("annexe");
    invoice->attachments[1].reference = S("annexe");
    invoice->allowances = arena_array(arena, struct einvoice_allowance, 2);
    invoice->payment.accounts = arena_array(arena, struct einvoice_account, 2);
    invoice->payment.accounts[0].id = S("FR7630006000011234567890189");
    invoice->payment.account_count = 1;
    invoice->objects.items = arena_array(arena, struct einvoice_id, 2);
    invoice->seller.ids.items = arena_array(arena, struct einvoice_id, 2);
    invoice->buyer.ids.items = arena_array(arena, struct einvoice_id, 2);
    for (size_t i = 0; i < 2; i++) {
        struct einvoice_line *line = &invoice->lines[i];
        line->allowances = arena_array(arena, struct einvoice_allowance, 2);
        line->objects.items = arena_array(arena, struct einvoice_id, 2);
        line->classes.items = arena_array(arena, struct einvoice_id, 2);
        line->attributes = arena_array(arena, struct einvoice_attribute, 2);
        line->preceding = arena_array(arena, struct einvoice_reference, 2);
        line->preceding[0] = invoice->preceding[0];
    }
}

static inline struct einvoice_group einvoice_group_make(const char *category, struct decimal rate,
                                                        const char *base, const char *tax)
{
    struct einvoice_group group = {.base = d(base)};

    group.vat.category = str_of(category);
    group.vat.rate = rate;
    group.tax = d(tax);
    return group;
}

static inline void einvoice_head_make(struct einvoice *invoice)
{
    invoice->number = S("FA-2026-000123");
    invoice->issued = (struct date){2026, 11, 21};
    invoice->type = S("380");
    invoice->currency = S("EUR");
    invoice->due = (struct date){2026, 12, 21};
    invoice->framework = S("S1");
    invoice->profile = S("urn:cen.eu:en16931:2017");
    invoice->seller = einvoice_party_make("Atelier Exemple SARL", "100000009", "FR88100000009");
    invoice->buyer = einvoice_party_make("Client Modèle SAS", "200000008", "FR37200000008");
    invoice->delivery.present = true;
    invoice->delivery.day = (struct date){2026, 11, 20};
    invoice->payment.present = true;
    invoice->payment.means = S("30");
}

/* 3 x 33.333333 at 20 %, 2 x 19.99 at 5.5 %: 139.98 and 22.20 of VAT. */
static inline struct einvoice *einvoice_good(struct arena *arena)
{
    struct einvoice *invoice = arena_make(arena, struct einvoice);

    einvoice_head_make(invoice);
    invoice->totals.lines = d("139.98");
    invoice->totals.without_vat = d("139.98");
    invoice->totals.vat = d("22.20");
    invoice->totals.with_vat = d("162.18");
    invoice->totals.due = d("162.18");
    invoice->lines = arena_array(arena, struct einvoice_line, 2);
    invoice->lines[0] = einvoice_line_make("1", "3", "33.333333", "100.00", "20.00");
    invoice->lines[1] = einvoice_line_make("2", "2", "19.99", "39.98", "5.50");
    invoice->line_count = 2;
    invoice->groups = arena_array(arena, struct einvoice_group, 4);
    invoice->groups[0] = einvoice_group_make("S", d("20.00"), "100.00", "20.00");
    invoice->groups[1] = einvoice_group_make("S", d("5.50"), "39.98", "2.20");
    invoice->group_count = 2;
    einvoice_notes_make(arena, invoice);
    einvoice_lists_make(arena, invoice);
    return invoice;
}

/* The same, all of it in another category, at a rate of 0 or at none. */
static inline struct einvoice *einvoice_in(struct arena *arena, const char *category,
                                           struct decimal rate)
{
    struct einvoice *invoice = einvoice_good(arena);

    for (size_t i = 0; i < 2; i++)
        invoice->lines[i].vat = (struct einvoice_vat){str_of(category), rate};
    invoice->groups[0] = einvoice_group_make(category, rate, "139.98", "0.00");
    invoice->group_count = 1;
    invoice->totals.vat = d("0.00");
    invoice->totals.with_vat = d("139.98");
    invoice->totals.due = d("139.98");
    return invoice;
}

/* The rules that failed, each once, in the order of the report. */
static inline struct str einvoice_rules(struct arena *arena, const struct einvoice_report *report)
{
    struct buf out = buf_make(arena, 64 * 1024);

    for (size_t i = 0; i < report->count; i++) {
        bool before = false;
        for (size_t j = 0; j < i; j++)
            before = before || strcmp(report->failures[j].rule, report->failures[i].rule) == 0;
        if (before)
            continue;
        if (out.len > 0)
            buf_put_byte(&out, ' ');
        buf_put_cstr(&out, report->failures[i].rule);
    }
    return buf_str(&out);
}

#endif
