#include "pages/debit_entry.h"

#include "base/crypto.h"
#include "core/mail.h"
#include "pages/countries.h"
#include "pages/errors.h"

/* [doc] AT-14, the debtor's name: 70 characters (sepa.md 2.1); addresses as api/stancer.md 11. */
enum { HOLDER_MAX = 70, LINE_MAX = 50, ZIP_MAX = 16, CITY_MAX = 50, EMAIL_MAX = 64 };

/* --- reading ---------------------------------------------------------------------------------- */

/* These texts go into files and mails: each is one line. */
static enum text_error line_take(struct str typed, size_t max, enum text_error missing,
                                 struct str *out)
{
    *out = typed;
    return typed.len == 0 ? missing : text_error_of(typed, max);
}

static enum text_error holder_take(struct str typed, struct str *out)
{
    enum text_error error = line_take(typed, HOLDER_MAX, TEXT_ERROR_ACCOUNT_HOLDER_MISSING, out);

    return error == TEXT_ERROR_VALUE_LONG ? TEXT_ERROR_ACCOUNT_HOLDER_LONG : error;
}

static enum text_error email_take(struct str typed, struct str *out)
{
    *out = typed;
    return typed.len == 0 || (typed.len <= EMAIL_MAX && mail_address_given(typed))
               ? 0
               : TEXT_ERROR_EMAIL_INVALID;
}

bool debit_entry_read(const struct form *form, struct debit_asks asks, struct debit_entry *entry)
{
    *entry = (struct debit_entry){.country = STR("FR")};
    entry->agreed = str_eq(form_typed(form, STR("agree")), STR("1"));
    entry->iban_error = iban_entry_read(form_typed(form, STR("iban")), entry->iban);
    entry->holder_error = holder_take(form_typed(form, STR("account_holder")), &entry->holder);
    if (asks.address) {
        struct str country;
        if (country_listed(form_typed(form, STR("address_country")), &country))
            entry->country = country;
        entry->line_error = line_take(form_typed(form, STR("address_line")), LINE_MAX,
                                      TEXT_ERROR_LINE_MISSING, &entry->line);
        entry->zip_error = line_take(form_typed(form, STR("address_zip")), ZIP_MAX,
                                     TEXT_ERROR_ZIP_MISSING, &entry->zip);
        entry->city_error = line_take(form_typed(form, STR("address_city")), CITY_MAX,
                                      TEXT_ERROR_CITY_MISSING, &entry->city);
    }
    if (asks.email)
        entry->email_error = email_take(form_typed(form, STR("email")), &entry->email);
    return entry->iban_error == 0 && entry->holder_error == 0 && entry->line_error == 0 &&
           entry->zip_error == 0 && entry->city_error == 0 && entry->email_error == 0;
}

struct page_debtor debit_entry_debtor(const struct debit_entry *entry, struct debit_asks asks)
{
    struct page_debtor debtor = {
        .iban = str_of(entry->iban),
        .name = entry->holder,
        .has_address = asks.address,
        .email = entry->email,
    };

    if (asks.address)
        debtor.address = (struct address){
            .line1 = entry->line,
            .zip_code = entry->zip,
            .city = entry->city,
            .country = entry->country,
            .metadata = STR("{}"),
        };
    return debtor;
}

void debit_entry_wipe(struct debit_entry *entry, const struct form *form)
{
    crypto_wipe(entry->iban, sizeof entry->iban);
    /* The decoded form lies in the request's own arena; it is constant for everyone else. */
    for (size_t i = 0; i < form->count; i++) {
        if (str_eq(form->pairs[i].name, STR("iban")) && form->pairs[i].value.len > 0)
            crypto_wipe((void *)(uintptr_t)form->pairs[i].value.ptr, form->pairs[i].value.len);
    }
}
