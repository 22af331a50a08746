#include "pages/button_entry.h"

#include "base/must.h"
#include "base/shown.h"
#include "core/mail.h"
#include "wire/text.h"

/* [seed] Amounts are cents, in digits alone. */
enum { AMOUNT_MIN = 50, AMOUNT_MAX = 99999999, NAME_MAX = 70, RETURN_URL_MAX = 2048 };
static const int64_t EXPIRES_MAX = INT64_C(253402300799); /* the year 9999 */

/* The value of a name; an empty one counts as absent. */
static struct str value_of(const struct form *form, const char *name)
{
    struct str value;

    return form_get(form, str_of(name), &value) && value.len > 0 ? value : STR_NONE;
}

static bool number_read(struct str text, int64_t min, int64_t max, int64_t *out)
{
    return str_is_digits(text) && str_to_int64(text, out) && *out >= min && *out <= max;
}

static bool money_read(const struct form *query, const struct merchant *merchant, struct money *out)
{
    static const struct {
        struct str code;
        enum currency currency;
    } CODES[] = {
        {STR_INIT("EUR"), CURRENCY_EUR},
        {STR_INIT("USD"), CURRENCY_USD},
        {STR_INIT("GBP"), CURRENCY_GBP},
    };
    struct str code = value_of(query, "currency");

    out->currency = code.len == 0 ? CURRENCY_EUR : 0;
    for (size_t i = 0; i < ARRAY_LEN(CODES); i++) {
        if (str_eq(code, CODES[i].code))
            out->currency = CODES[i].currency;
    }
    return out->currency != 0 && (merchant->currencies & 1U << out->currency) != 0 &&
           number_read(value_of(query, "amount"), AMOUNT_MIN, AMOUNT_MAX, &out->minor);
}

/* One of two words; the first one is the default. */
static bool word_read(struct str text, const char *first, const char *second, bool *is_second)
{
    *is_second = str_eq(text, str_of(second));
    return text.len == 0 || *is_second || str_eq(text, str_of(first));
}

static bool name_is_good(struct str name)
{
    size_t count;

    return text_is_plain(name) && !shown_blank(name) && str_utf8_count(name, &count) &&
           count <= NAME_MAX;
}

bool button_entry_read(const struct form *query, const struct merchant *merchant, enum mode mode,
                       struct button_entry *out)
{
    struct str expires = value_of(query, "expires");
    int64_t seconds = 0;
    bool deposit;

    *out = (struct button_entry){
        .return_url = value_of(query, "returnURL"),
        .name = value_of(query, "name"),
        .email = value_of(query, "email"),
    };
    out->asks_name = out->name.len == 0;
    out->asks_email = out->email.len == 0;
    if (!money_read(query, merchant, &out->amount) ||
        !word_read(value_of(query, "type"), "standard", "preauth", &deposit) ||
        !word_read(value_of(query, "page"), "standard", "short", &out->is_short))
        return false;
    out->capture = !deposit;
    if (expires.len > 0 && !number_read(expires, 0, EXPIRES_MAX, &seconds))
        return false;
    out->expires = seconds * SECOND_US;
    if (out->return_url.len > RETURN_URL_MAX ||
        (out->return_url.len > 0 && !text_is_url(out->return_url, mode == MODE_TEST)))
        return false;
    return (out->asks_name || name_is_good(out->name)) &&
           (out->asks_email || mail_address_given(out->email));
}

bool button_entry_typed(const struct form *form, struct button_entry *entry)
{
    if (entry->asks_name) {
        entry->name = form_typed(form, STR(BUTTON_NAME));
        entry->name_error = entry->name.len == 0        ? TEXT_ERROR_PAYER_MISSING
                            : name_is_good(entry->name) ? 0
                                                        : TEXT_ERROR_PAYER_INVALID;
    }
    if (entry->asks_email) {
        entry->email = form_typed(form, STR(BUTTON_EMAIL));
        if (entry->email.len > 0 && !mail_address_given(entry->email))
            entry->email_error = TEXT_ERROR_EMAIL_INVALID;
    }
    return entry->name_error == 0 && entry->email_error == 0;
}
