#include "core/invoice_sales.h"

#include "base/must.h"
#include "core/ledger_post.h"

enum { SALE_LEGS_MAX = 1 + 2 * INVOICE_RATES_MAX };

err_t invoice_sales_post(struct ctx *cx, struct tx *tx, const char *object,
                         const struct invoice_paper *paper)
{
    struct leg legs[SALE_LEGS_MAX];
    bool credit = paper->kind == INVOICE_CREDIT;
    int64_t sign = credit ? -1 : 1;
    size_t count = 0;

    if (paper->kind != INVOICE_NORMAL && !credit)
        return OK;
    must(paper->rate_count > 0);
    must(paper->rate_count <= INVOICE_RATES_MAX);
    legs[count++] = (struct leg){ACCOUNT_CUSTOMERS, sign * paper->total_minor};
    for (size_t i = 0; i < paper->rate_count; i++) {
        const struct invoice_paper_rate *rate = &paper->rates[i];
        legs[count++] = (struct leg){
            paper->nature == NATURE_GOODS ? ACCOUNT_SALES_GOODS : ACCOUNT_SALES_SERVICES,
            -sign * rate->base_minor,
        };
        legs[count++] = (struct leg){ACCOUNT_SALES_VAT, -sign * rate->vat_minor};
    }
    return entry_post(cx, tx, credit ? ENTRY_CREDIT_ISSUED : ENTRY_INVOICE_ISSUED, object,
                      paper->currency, legs, count);
}

err_t invoice_sales_settle(struct ctx *cx, struct tx *tx, const char *object, struct money amount)
{
    const struct leg legs[] = {
        {ACCOUNT_OPERATOR,  amount.minor },
        {ACCOUNT_CUSTOMERS, -amount.minor},
    };

    return entry_post(cx, tx, amount.minor < 0 ? ENTRY_INVOICE_UNSETTLED : ENTRY_INVOICE_SETTLED,
                      object, amount.currency, legs, ARRAY_LEN(legs));
}
