#include "core/einvoice_fit.h"

#include "base/arena.h"
#include "core/invoice_facts.h"

static void means_fit(struct einvoice_payment *payment)
{
    if (payment->present || payment->remittance.len + payment->mandate.len == 0)
        return;
    payment->present = true;
    payment->means = MEANS_UNDEFINED;
}

/* What does not fit into a number is told as the price. */
static void price_fit(struct einvoice_line *line)
{
    if (line->gross_price.present || !line->price_discount.present)
        return;
    if (decimal_add(line->price, line->price_discount, &line->gross_price) != OK)
        line->gross_price = line->price;
}

void einvoice_fit(struct arena *arena, const struct einvoice *invoice, enum invoice_syntax syntax,
                  struct einvoice *out)
{
    *out = *invoice;
    if (syntax == INVOICE_UBL) {
        means_fit(&out->payment);
        return;
    }
    out->lines = arena_array(arena, struct einvoice_line, invoice->line_count);
    for (size_t i = 0; i < invoice->line_count; i++) {
        out->lines[i] = invoice->lines[i];
        price_fit(&out->lines[i]);
    }
}
