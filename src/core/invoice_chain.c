#include "core/invoice_chain.h"

#include <string.h>

#include "base/must.h"
#include "core/invoice_amount.h"

enum { YEAR_DIGITS = 4 };

bool invoice_number_read(struct str number, int *year, int64_t *serial)
{
    size_t dash = number.len;
    int64_t value;

    while (dash > 0 && number.ptr[dash - 1] != '-')
        dash--;
    if (dash < YEAR_DIGITS + 2)
        return false;
    struct str of_year = str_sub(number, dash - 1 - YEAR_DIGITS, YEAR_DIGITS);
    struct str rest = str_from(number, dash);
    if (rest.len == 0 || !str_is_digits(rest) || !str_is_digits(of_year) ||
        !str_to_int64(rest, serial) || !str_to_int64(of_year, &value))
        return false;
    *year = (int)value;
    return true;
}

/* Everything computed once more from the lines alone. */
static bool adds_up(struct arena *arena, const struct invoice_paper *paper)
{
    struct invoice_paper again = *paper;
    int64_t net;

    for (size_t i = 0; i < paper->line_count; i++) {
        const struct invoice_paper_line *line = &paper->lines[i];
        if (line->price_e4 < 0 || line->quantity_e4 <= 0 ||
            invoice_line_net(line->price_e4, line->quantity_e4, &net) != OK ||
            net != line->net_minor)
            return false;
    }
    if (invoice_sum(arena, &again) != OK || again.rate_count != paper->rate_count ||
        again.net_minor != paper->net_minor || again.vat_minor != paper->vat_minor ||
        again.total_minor != paper->total_minor ||
        paper->due_minor != paper->total_minor - paper->paid_minor)
        return false;
    for (size_t i = 0; i < paper->rate_count; i++) {
        if (again.rates[i].category != paper->rates[i].category ||
            again.rates[i].rate_bp != paper->rates[i].rate_bp ||
            again.rates[i].base_minor != paper->rates[i].base_minor ||
            again.rates[i].vat_minor != paper->rates[i].vat_minor)
            return false;
    }
    return true;
}

static bool follows(const struct invoice_chain *chain, int year, int64_t serial)
{
    return year == chain->year ? serial == chain->serial + 1 : year > chain->year && serial == 1;
}

static const char *number_next(struct invoice_chain *chain, const struct invoice_paper *paper)
{
    struct date last = chain->issued;
    const char *wrong = NULL;
    int64_t serial;
    int year;

    if (!invoice_number_read(paper->number, &year, &serial) || year != paper->issued.year)
        return "a number is not that of its year";
    if (!follows(chain, year, serial))
        wrong = "a number is missing or there twice";
    else if (last.year != 0 && date_compare(paper->issued, last) < 0)
        wrong = "a day of issue goes back";
    chain->year = year;
    chain->serial = serial;
    chain->issued = paper->issued;
    return wrong;
}

const char *invoice_chain_next(struct arena *arena, struct invoice_chain *chain,
                               const struct invoice_link *link, struct invoice_paper *paper)
{
    struct str last = chain->head[0] == '\0' ? invoice_chain_start() : str_of(chain->head);
    bool chained = str_eq(link->previous, last);
    bool hashed = link->hash.len == INVOICE_HASH_LEN &&
                  str_eq(link->hash, invoice_record_hash(arena, link->previous, link->record));

    if (link->hash.len == INVOICE_HASH_LEN)
        memcpy(chain->head, link->hash.ptr, INVOICE_HASH_LEN);
    *paper = (struct invoice_paper){.test = false};
    if (invoice_record_read(arena, link->record, paper) != OK)
        return "a record cannot be read";
    const char *wrong = number_next(chain, paper);
    if (!hashed)
        return "a record is not what was hashed";
    if (!chained)
        return "a record is not chained to the one before";
    if (wrong == NULL && !adds_up(arena, paper))
        wrong = "a document does not add up";
    return wrong;
}
