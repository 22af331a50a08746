#include "core/invoice_seller.h"

#include "base/must.h"
#include "core/merchant.h"

enum { RATE_DECIMALS = 6, EURO_E6 = 1000000 };

static int64_t number_of(struct str text)
{
    int64_t number;

    must(str_to_int64(text, &number));
    return number;
}

/* "0.9000" as millionths; rate_valid has seen it. */
static int64_t rate_of(struct str text)
{
    size_t dot = str_find(text, '.');
    struct str decimals = dot < text.len ? str_from(text, dot + 1) : STR_NONE;

    if (text.len == 0)
        return 0;
    int64_t rate = number_of(str_sub(text, 0, dot));
    for (size_t i = 0; i < RATE_DECIMALS; i++)
        rate = rate * 10 + (i < decimals.len ? decimals.ptr[i] - '0' : 0);
    return rate;
}

static bool is_word(const struct str *values, const char *name, const char *word)
{
    return str_eq(merchant_setting_value(values, name), str_of(word));
}

static void identity_read(const struct str *values, struct invoice_seller *out)
{
    out->name = merchant_setting_value(values, "name");
    out->legal_form = merchant_setting_value(values, "legal_form");
    out->capital = merchant_setting_value(values, "capital");
    out->rcs = merchant_setting_value(values, "rcs");
    out->siren = merchant_setting_value(values, "siren");
    out->siret = merchant_setting_value(values, "siret");
    out->vat_number = merchant_setting_value(values, "vat_number");
    out->line = merchant_setting_value(values, "address.line");
    out->zip = merchant_setting_value(values, "address.zip");
    out->city = merchant_setting_value(values, "address.city");
    out->country = merchant_setting_value(values, "address.country");
    out->email = merchant_setting_value(values, "email");
    out->iban = merchant_setting_value(values, "iban");
    out->bic = merchant_setting_value(values, "bic");
}

static void terms_read(const struct str *values, struct invoice_seller *out)
{
    out->franchise = is_word(values, "invoice.franchise", "yes");
    out->vat_on_debits = is_word(values, "invoice.vat_on", "debits");
    out->vat_group = is_word(values, "invoice.vat_group", "yes");
    must(invoice_nature_parse(merchant_setting_value(values, "invoice.operation"), &out->nature));
    out->term_days = number_of(merchant_setting_value(values, "invoice.term_days"));
    out->penalty_points = number_of(merchant_setting_value(values, "invoice.penalty_points"));
    out->discount = merchant_setting_value(values, "invoice.discount");
    out->guarantee = merchant_setting_value(values, "invoice.guarantee");
    out->insurance = merchant_setting_value(values, "invoice.insurance");
    out->representative = merchant_setting_value(values, "invoice.representative");
    out->mention = merchant_setting_value(values, "invoice.mention");
    out->usd_e6 = rate_of(merchant_setting_value(values, "fx.usd"));
    out->gbp_e6 = rate_of(merchant_setting_value(values, "fx.gbp"));
    out->prefixes[INVOICE_NORMAL] = merchant_setting_value(values, "invoice.prefix");
    out->prefixes[INVOICE_CREDIT] = merchant_setting_value(values, "invoice.prefix_credit");
    out->prefixes[INVOICE_QUOTE] = merchant_setting_value(values, "invoice.prefix_quote");
    out->prefixes[INVOICE_RECEIPT] = merchant_setting_value(values, "invoice.prefix_receipt");
}

err_t invoice_seller_read(struct ctx *cx, struct tx *tx, struct invoice_seller *out)
{
    struct str *values;

    TRY(merchant_settings(cx, tx, cx->merchant, &values));
    *out = (struct invoice_seller){.franchise = false};
    identity_read(values, out);
    terms_read(values, out);
    return OK;
}

/* Not so a sole trader and an association: neither capital nor, by duty, an entry in the register.
 */
static bool is_company(const struct invoice_seller *seller)
{
    static const char *const NOT[] = {"EI", "EIRL", "Entrepreneur individuel", "Micro-entreprise"};
    struct str association = STR("association");

    for (size_t i = 0; i < ARRAY_LEN(NOT); i++) {
        if (str_eq_nocase(seller->legal_form, str_of(NOT[i])))
            return false;
    }
    return seller->legal_form.len < association.len ||
           !str_eq_nocase(str_sub(seller->legal_form, 0, association.len), association);
}

static void missing_find(struct ctx *cx, const struct invoice_seller *seller, const char ***names,
                         size_t *count)
{
    bool company = is_company(seller);
    const struct {
        const char *name;
        bool missing;
    } wanted[] = {
        {"address.line", seller->line.len == 0                            },
        {"address.zip",  seller->zip.len == 0                             },
        {"address.city", seller->city.len == 0                            },
        {"siren",        seller->siren.len == 0                           },
        {"legal_form",   seller->legal_form.len == 0                      },
        {"capital",      company && seller->capital.len == 0              },
        {"rcs",          company && seller->rcs.len == 0                  },
        {"vat_number",   !seller->franchise && seller->vat_number.len == 0},
    };

    *names = arena_array(cx->arena, const char *, ARRAY_LEN(wanted));
    *count = 0;
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        if (wanted[i].missing)
            (*names)[(*count)++] = wanted[i].name;
    }
}

err_t invoice_seller_check(struct ctx *cx, const struct invoice_seller *seller)
{
    const char **missing;
    size_t count;

    missing_find(cx, seller, &missing, &count);
    if (count == 0)
        return OK;
    (void)fault(cx, ERR_STATE, "account", "lacks what the law wants on an invoice");
    for (size_t i = 0; i < count; i++)
        (void)fault(cx, ERR_STATE, missing[i], "is not set");
    return ERR_STATE;
}

int64_t invoice_seller_rate(const struct invoice_seller *seller, enum currency currency)
{
    if (currency == CURRENCY_EUR)
        return EURO_E6;
    if (currency == CURRENCY_USD)
        return seller->usd_e6;
    return currency == CURRENCY_GBP ? seller->gbp_e6 : 0;
}
