#include "pages/card_entry.h"

#include "base/crypto.h"
#include "base/luhn.h"
#include "base/separator.h"
#include "core/card_facts.h"
#include "pages/errors.h"

enum { CVC_MIN = 3, YEAR_MAX = 2099, EXPIRY_MAX = 16 };

/* Copies the digits; false when there is anything else or more than max. out is NUL-terminated. */
static bool digits_read(struct str text, char *out, size_t max)
{
    size_t len = 0;

    while (text.len > 0) {
        size_t skip = separator_len(text);
        if (skip == 0) {
            if (text.ptr[0] < '0' || text.ptr[0] > '9' || len == max)
                return false;
            out[len++] = text.ptr[0];
            skip = 1;
        }
        text = str_from(text, skip);
    }
    out[len] = '\0';
    return true;
}

static enum text_error number_read(struct str typed, struct card_entry *entry)
{
    if (typed.len == 0)
        return TEXT_ERROR_NUMBER_MISSING;
    if (!digits_read(typed, entry->number, CARD_NUMBER_MAX))
        return TEXT_ERROR_NUMBER_INVALID;
    struct str number = str_of(entry->number);
    return number.len >= CARD_NUMBER_MIN && luhn_valid(number) ? 0 : TEXT_ERROR_NUMBER_INVALID;
}

/* Takes leading digits off *text. */
static struct str leading_digits(struct str *text)
{
    size_t len = 0;

    while (len < text->len && text->ptr[len] >= '0' && text->ptr[len] <= '9')
        len++;
    struct str digits = str_sub(*text, 0, len);
    *text = str_from(*text, len);
    return digits;
}

/* Splits 1/27, 01 27, 01-2027, 01.27, 0127 and 012027 into month and year. */
static bool expiry_split(struct str typed, struct str *month, struct str *year)
{
    bool separated = false;

    *month = leading_digits(&typed);
    while (typed.len > 0 && (separator_len(typed) > 0 || typed.ptr[0] == '/')) {
        size_t len = separator_len(typed);
        typed = str_from(typed, len > 0 ? len : 1);
        separated = true;
    }
    *year = leading_digits(&typed);
    if (typed.len > 0)
        return false;
    if (!separated && (month->len == 4 || month->len == 6)) {
        *year = str_from(*month, 2);
        *month = str_sub(*month, 0, 2);
    }
    return (month->len == 1 || month->len == 2) && (year->len == 2 || year->len == 4);
}

static enum text_error expiry_read(struct str typed, struct date today, struct card_entry *entry)
{
    struct str month;
    struct str year;

    if (typed.len == 0)
        return TEXT_ERROR_EXPIRY_MISSING;
    if (typed.len > EXPIRY_MAX || !expiry_split(typed, &month, &year) ||
        !str_to_int64(month, &entry->exp_month) || !str_to_int64(year, &entry->exp_year))
        return TEXT_ERROR_EXPIRY_INVALID;
    if (year.len == 2)
        entry->exp_year += 2000;
    if (entry->exp_month < 1 || entry->exp_month > 12 || entry->exp_year > YEAR_MAX)
        return TEXT_ERROR_EXPIRY_INVALID;
    if (entry->exp_year < today.year ||
        (entry->exp_year == today.year && entry->exp_month < today.month))
        return TEXT_ERROR_EXPIRY_PAST;
    return 0;
}

/* Three digits, four on American Express (cards.md 11). */
static enum text_error cvc_read(struct str typed, struct str brand, struct card_entry *entry)
{
    if (typed.len == 0)
        return TEXT_ERROR_CVC_MISSING;
    if (!digits_read(typed, entry->cvc, CARD_CVC_MAX))
        return TEXT_ERROR_CVC_INVALID;
    size_t len = str_of(entry->cvc).len;
    if (brand.len == 0)
        return len == CVC_MIN || len == CARD_CVC_MAX ? 0 : TEXT_ERROR_CVC_INVALID;
    size_t wanted = str_eq(brand, STR("amex")) ? CARD_CVC_MAX : CVC_MIN;
    return len == wanted ? 0 : TEXT_ERROR_CVC_INVALID;
}

/* The choice counts for a number that can carry two networks: not for one whose issuer is known to
 * be foreign. "The other one" is the brand of the number. */
static struct str network_of(bool national, const struct card_facts *facts)
{
    bool visa = str_eq(facts->brand, STR("visa"));
    bool mastercard =
        str_eq(facts->brand, STR("mastercard")) || str_eq(facts->brand, STR("maestro"));
    bool foreign = facts->country.len > 0 && !str_eq(facts->country, STR("FR"));

    if ((!visa && !mastercard) || (foreign && !facts->maybe_cobadged))
        return STR_NONE;
    if (national)
        return STR("national");
    return visa ? STR("visa") : STR("mastercard");
}

static enum text_error holder_read(struct str typed, bool needed, struct card_entry *entry)
{
    if (typed.len == 0)
        return needed ? TEXT_ERROR_HOLDER_MISSING : 0;
    if (!card_name_fits(typed))
        return TEXT_ERROR_HOLDER_MISSING;
    entry->holder = typed;
    return text_error_of(typed, CARD_HOLDER_MAX);
}

bool card_entry_read(const struct form *form, struct date today, bool holder_needed,
                     struct card_entry *entry)
{
    struct card_facts facts = {0};

    *entry = (struct card_entry){0};
    entry->national = str_eq(form_typed(form, STR("preferred_network")), STR("national"));
    entry->number_error = number_read(form_typed(form, STR("card_number")), entry);
    if (entry->number_error == 0 && !card_facts(str_of(entry->number), &facts))
        entry->number_error = TEXT_ERROR_NUMBER_INVALID;
    struct str expiry = form_typed(form, STR("card_expiry"));
    entry->expiry = expiry.len <= EXPIRY_MAX ? expiry : STR_NONE;
    entry->expiry_error = expiry_read(expiry, today, entry);
    entry->cvc_error = cvc_read(form_typed(form, STR("card_cvc")), facts.brand, entry);
    entry->holder_error = holder_read(form_typed(form, STR("card_holder")), holder_needed, entry);
    entry->preferred_network = network_of(entry->national, &facts);
    return entry->number_error == 0 && entry->expiry_error == 0 && entry->cvc_error == 0 &&
           entry->holder_error == 0;
}

/* The decoded form lies in the request's own arena; it is constant for everyone else. */
static void form_wipe(const struct form *form, struct str name)
{
    for (size_t i = 0; i < form->count; i++) {
        if (str_eq(form->pairs[i].name, name) && form->pairs[i].value.len > 0)
            crypto_wipe((void *)(uintptr_t)form->pairs[i].value.ptr, form->pairs[i].value.len);
    }
}

void card_entry_wipe(struct card_entry *entry, const struct form *form)
{
    crypto_wipe(entry->number, sizeof entry->number);
    crypto_wipe(entry->cvc, sizeof entry->cvc);
    form_wipe(form, STR("card_number"));
    form_wipe(form, STR("card_cvc"));
}
