#ifndef GUICHET_TESTS_SUPPORT_CORE_INVOICE_H
#define GUICHET_TESTS_SUPPORT_CORE_INVOICE_H

#include "core/invoice_file.h"
#include "support/core.h"

/* Invoices of the sandbox merchant, drawn by a maker that writes their numbers. */

static inline err_t paper_invoice(struct arena *arena, const struct invoice_paper *paper,
                                  struct str *pdf)
{
    *pdf = str_format(arena, "%%PDF of %.*s", (int)paper->number.len, paper->number.ptr);
    return OK;
}

static inline err_t paper_xml(struct arena *arena, const struct invoice_paper *paper,
                              enum invoice_syntax syntax, struct str *xml)
{
    *xml = str_format(arena, "<%s>%.*s</%s>", syntax == INVOICE_CII ? "cii" : "ubl",
                      (int)paper->number.len, paper->number.ptr,
                      syntax == INVOICE_CII ? "cii" : "ubl");
    return OK;
}

static const struct document_maker PAPER_MAKER = {
    .invoice = paper_invoice,
    .invoice_xml = paper_xml,
};

static inline struct world *invoice_world(void)
{
    struct world *world = world_new();

    world->core.documents = &PAPER_MAKER;
    return world;
}

/* 26.30 * 3 at 20 %, as the seed has it. */
static struct invoice_item SEED_ITEM[1] = {
    {.designation = {"Produit 1", 9}, .price_e4 = 263000, .quantity_e4 = 30000, .rate_bp = 2000},
};

static inline struct invoice_draft seed_draft(void)
{
    return (struct invoice_draft){
        .kind = INVOICE_NORMAL,
        .name = STR("Société SARL"),
        .address = STR("12 rue de la Paix\n75002 Paris"),
        .currency = CURRENCY_EUR,
        .items = SEED_ITEM,
        .item_count = 1,
    };
}

/* In the arena of the world. */
static inline struct invoice_issue *invoice_try(struct world *world,
                                                const struct invoice_draft *draft)
{
    struct invoice_issue *issue = arena_make(world->cx->arena, struct invoice_issue);

    issue->draft = *draft;
    WORLD_RUN(world, issue, invoice_issue);
    return issue;
}

static inline struct invoice_issue *invoice_made(struct world *world,
                                                 const struct invoice_draft *draft)
{
    struct invoice_issue *issue = invoice_try(world, draft);

    if (issue->operation.result != OK)
        fail_msg("%s: %s", err_text(issue->operation.result),
                 issue->operation.cx->fault_count == 0 ? "" : issue->operation.cx->faults[0].field);
    return issue;
}

/* What an issued one says. */
static inline struct invoice_paper *invoice_says(struct world *world, struct invoice_id id)
{
    struct invoice_paper *paper = arena_make(world->cx->arena, struct invoice_paper);
    struct invoice invoice;

    assert_ok(invoice_load(world->cx, world_read(world), id, &invoice));
    assert_ok(invoice_paper_of(world->cx, &invoice, paper));
    reader_release(world->core.reader);
    return paper;
}

#endif
