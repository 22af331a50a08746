#include "core/invoice_amount.h"

#include "base/arena.h"
#include "base/must.h"

/* Ten-thousandths times ten-thousandths, a hundred times too small for cents. */
#define NET_PER INT64_C(1000000)
#define BP_PER INT64_C(10000)
#define RATE_PER INT64_C(1000000)

/* The unit of the amounts does not matter to the arithmetic. */
static err_t times(int64_t a, int64_t b, int64_t per, int64_t *out)
{
    struct money product;

    TRY(money_times((struct money){a, CURRENCY_EUR}, b, per, ROUND_HALF_UP, &product));
    *out = product.minor;
    return OK;
}

err_t invoice_line_net(int64_t price_e4, int64_t quantity_e4, int64_t *net_minor)
{
    must(price_e4 >= 0);
    must(quantity_e4 > 0);
    TRY(times(price_e4, quantity_e4, NET_PER, net_minor));
    return *net_minor > INVOICE_TOTAL_MAX ? ERR_LIMIT : OK;
}

static err_t group_of(struct invoice_paper *paper, const struct invoice_paper_line *line,
                      struct invoice_paper_rate **out)
{
    for (size_t i = 0; i < paper->rate_count; i++) {
        *out = &paper->rates[i];
        if ((*out)->category == line->category && (*out)->rate_bp == line->rate_bp)
            return OK;
    }
    if (paper->rate_count == INVOICE_RATES_MAX)
        return ERR_LIMIT;
    *out = &paper->rates[paper->rate_count++];
    **out = (struct invoice_paper_rate){.category = line->category, .rate_bp = line->rate_bp};
    return OK;
}

err_t invoice_sum(struct arena *arena, struct invoice_paper *paper)
{
    struct invoice_paper_rate *group;

    paper->rates = arena_array(arena, struct invoice_paper_rate, INVOICE_RATES_MAX);
    paper->rate_count = 0;
    paper->net_minor = 0;
    paper->vat_minor = 0;
    for (size_t i = 0; i < paper->line_count; i++) {
        TRY(group_of(paper, &paper->lines[i], &group));
        group->base_minor += paper->lines[i].net_minor;
        paper->net_minor += paper->lines[i].net_minor;
        if (paper->net_minor > INVOICE_TOTAL_MAX)
            return ERR_LIMIT;
    }
    for (size_t i = 0; i < paper->rate_count; i++) {
        group = &paper->rates[i];
        TRY(times(group->base_minor, group->rate_bp, BP_PER, &group->vat_minor));
        paper->vat_minor += group->vat_minor;
    }
    paper->total_minor = paper->net_minor + paper->vat_minor;
    paper->due_minor = paper->total_minor;
    return paper->total_minor > INVOICE_TOTAL_MAX ? ERR_LIMIT : OK;
}

void invoice_share(const struct invoice_paper *paper, int64_t amount_minor, int64_t *parts)
{
    struct money part;
    int64_t left = amount_minor;
    int64_t most = -1;
    size_t largest = 0;

    must(paper->rate_count > 0);
    for (size_t i = 0; i < paper->rate_count; i++) {
        int64_t group = paper->rates[i].base_minor + paper->rates[i].vat_minor;
        parts[i] = 0;
        if (group > most)
            largest = i;
        most = group > most ? group : most;
        if (paper->total_minor == 0)
            continue;
        must(money_times((struct money){amount_minor, CURRENCY_EUR}, group, paper->total_minor,
                         ROUND_DOWN, &part) == OK);
        parts[i] = part.minor;
        left -= part.minor;
    }
    parts[largest] += left;
}

err_t invoice_to_euro(int64_t minor, int64_t rate_e6, int64_t *out_minor)
{
    return times(minor, rate_e6, RATE_PER, out_minor);
}
