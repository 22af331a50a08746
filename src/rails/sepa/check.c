#include "base/sepa_text.h"
#include "rails/sepa/writer.h"

/* What may stand in a file that we send (sepa.md 6 to 9). */

enum { IBAN_MIN = 15, IBAN_MAX = 34, CODE_MAX = 4, RF_MIN = 5, RF_MAX = 25 };

static bool is_upper_or_digit(char byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
}

static bool all_upper_or_digits(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_upper_or_digit(text.ptr[i]))
            return false;
    }
    return true;
}

err_t check_reference(struct ctx *cx, const char *field, struct str text)
{
    if (!sepa_reference_is_valid(text))
        return fault(cx, ERR_INVALID, field, "is not a reference that a bank file may hold");
    return OK;
}

err_t check_optional_reference(struct ctx *cx, const char *field, struct str text)
{
    return text.len == 0 ? OK : check_reference(cx, field, text);
}

err_t check_name(struct ctx *cx, const char *field, struct str text)
{
    struct arena_mark mark = arena_mark(cx->arena);
    bool empty = sepa_text(cx->arena, text, SEPA_NAME_MAX).len == 0;

    arena_rewind(cx->arena, mark);
    return empty ? fault(cx, ERR_INVALID, field, "is missing") : OK;
}

/* The shape only: whether the account can exist is checked where it is entered. */
err_t check_iban(struct ctx *cx, const char *field, struct str text)
{
    if (text.len < IBAN_MIN || text.len > IBAN_MAX || !all_upper_or_digits(text))
        return fault(cx, ERR_INVALID, field, "is not an IBAN");
    return OK;
}

err_t check_bic(struct ctx *cx, const char *field, struct str text)
{
    if (text.len == 0)
        return OK;
    if ((text.len != 8 && text.len != 11) || !all_upper_or_digits(text))
        return fault(cx, ERR_INVALID, field, "is not a BIC");
    return OK;
}

err_t check_code(struct ctx *cx, const char *field, struct str text)
{
    if (text.len > CODE_MAX || !all_upper_or_digits(text))
        return fault(cx, ERR_INVALID, field, "is not an ISO 20022 code");
    return OK;
}

err_t check_amount(struct ctx *cx, const char *field, int64_t cents)
{
    if (cents < 1 || cents > SEPA_AMOUNT_MAX)
        return fault(cx, ERR_INVALID, field, "is not between 0.01 and 999999999.99");
    return OK;
}

err_t check_date(struct ctx *cx, const char *field, struct date date)
{
    return date_valid(date) ? OK : fault(cx, ERR_INVALID, field, "is not a date");
}

err_t check_address(struct ctx *cx, const char *field, const struct sepa_address *address)
{
    if ((int)address->form == 0 || address->form == SEPA_ADDRESS_NONE)
        return OK;
    if (address->country.len != 2 || !all_upper_or_digits(address->country))
        return fault(cx, ERR_INVALID, field, "has no country of two letters");
    return check_name(cx, field, address->town);
}

/* The remainder by 97 of a text in which A is 10 and Z is 35 (ISO 7064). */
static unsigned remainder_97(unsigned so_far, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (byte >= 'A')
            so_far = (so_far * 100 + byte - 'A' + 10) % 97;
        else
            so_far = (so_far * 10 + byte - '0') % 97;
    }
    return so_far;
}

bool sepa_creditor_reference_is_valid(struct str text)
{
    if (text.len < RF_MIN || text.len > RF_MAX || !str_starts(text, STR("RF")) ||
        !all_upper_or_digits(text) || !str_is_digits(str_sub(text, 2, 2)))
        return false;
    return remainder_97(remainder_97(0, str_from(text, 4)), str_sub(text, 0, 4)) == 1;
}

err_t check_remittance(struct ctx *cx, struct str remittance, struct str reference)
{
    if (reference.len == 0)
        return OK;
    if (remittance.len > 0)
        return fault(cx, ERR_INVALID, "remittance", "stands beside a reference");
    if (!sepa_creditor_reference_is_valid(reference))
        return fault(cx, ERR_INVALID, "reference", "is not an ISO 11649 reference");
    return OK;
}

err_t check_totals(struct ctx *cx, int64_t count, int64_t sum_cents)
{
    if (count < 1)
        return fault(cx, ERR_INVALID, "count", "is not positive");
    if (sum_cents < 1)
        return fault(cx, ERR_INVALID, "sum_cents", "is not positive");
    return OK;
}
