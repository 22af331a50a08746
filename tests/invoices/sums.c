/* Works out invoices that it is told, by the core alone, for tests/contract/simplypaie/
 * test_invoice_sums.py, which works them out by itself.
 *
 *     usd 20.50 2                       currency, deposit, how many lines
 *     26.30 3 20 -                      price, quantity, rate, reason for 0
 *     10 1 0 export
 *
 * Each gives its record (core/invoice_record.h) and a line "end", or "refused" and what is wrong.
 */

#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "core/invoice.h"
#include "core/invoice_record.h"

enum { ARENA = 64 << 20, ROW_MAX = 256 };

static const struct invoice_seller SELLER = {
    .name = STR_INIT("Atelier Exemple SARL"),
    .legal_form = STR_INIT("SARL"),
    .capital = STR_INIT("10 000 EUR"),
    .rcs = STR_INIT("Paris"),
    .siren = STR_INIT("100000009"),
    .vat_number = STR_INIT("FR88100000009"),
    .line = STR_INIT("12 rue de la Démonstration"),
    .zip = STR_INIT("75011"),
    .city = STR_INIT("Paris"),
    .country = STR_INIT("France"),
    .nature = NATURE_SERVICES,
    .usd_e6 = 900000,
    .gbp_e6 = 1200000,
};

static struct str word_next(char **rest)
{
    char *word = strsep(rest, " \n");

    must(word != NULL);
    return str_of(word);
}

static void number_read(struct invoice_draft *draft, enum invoice_field field, struct str text,
                        int decimals, int64_t *out)
{
    if (!decimal_parse(text, decimals, out))
        draft->bad |= 1U << field;
}

static void item_read(struct arena *arena, struct invoice_draft *draft, struct invoice_item *item)
{
    char *rest = arena_alloc(arena, ROW_MAX);

    must(fgets(rest, ROW_MAX, stdin) != NULL);
    item->designation = STR("Produit");
    number_read(draft, INVOICE_PRICE, word_next(&rest), 4, &item->price_e4);
    number_read(draft, INVOICE_QUANTITY, word_next(&rest), 4, &item->quantity_e4);
    number_read(draft, INVOICE_VAT, word_next(&rest), 2, &item->rate_bp);
    struct str reason = word_next(&rest);
    if (!str_eq(reason, STR("-")) && !vat_reason_parse(reason, &item->reason))
        draft->bad |= 1U << INVOICE_VAT;
}

static bool draft_read(struct arena *arena, struct invoice_draft *draft)
{
    char *rest = arena_alloc(arena, ROW_MAX);
    int64_t count;

    if (fgets(rest, ROW_MAX, stdin) == NULL)
        return false;
    *draft = (struct invoice_draft){
        .kind = INVOICE_NORMAL,
        .name = STR("Client"),
        .address = STR("1 rue Haute\n69001 Lyon"),
    };
    must(currency_parse(word_next(&rest), &draft->currency));
    number_read(draft, INVOICE_DEPOSIT, word_next(&rest), 2, &draft->deposit_minor);
    must(str_to_int64(word_next(&rest), &count));
    draft->item_count = (size_t)count;
    draft->items = arena_array(arena, struct invoice_item, draft->item_count);
    for (size_t i = 0; i < draft->item_count; i++)
        item_read(arena, draft, &draft->items[i]);
    return true;
}

static void refused_print(const struct ctx *cx)
{
    printf("refused");
    for (size_t i = 0; i < cx->fault_count; i++)
        printf(" %s", cx->faults[i].field);
    printf("\nend\n");
}

static void work_out(struct ctx *cx, const struct invoice_draft *draft)
{
    static const struct invoice_place PLACE = {
        .number = STR_INIT("F2031-000001"),
        .issued = {2031, 6, 2},
    };
    struct invoice_paper paper;
    struct str record;

    if (invoice_check(cx, &SELLER, draft, PLACE.issued) != OK) {
        refused_print(cx);
        return;
    }
    invoice_fill(cx, &SELLER, draft, &PLACE, &paper);
    must(invoice_record_write(cx->arena, &paper, &record) == OK);
    printf("%.*send\n", (int)record.len, record.ptr);
}

int main(void)
{
    struct ctx cx = {.arena = arena_new(ARENA), .mode = MODE_TEST};
    struct invoice_draft draft;

    while (draft_read(cx.arena, &draft)) {
        work_out(&cx, &draft);
        ctx_clear_faults(&cx);
        arena_reset(cx.arena);
    }
    arena_free(cx.arena);
    return 0;
}
