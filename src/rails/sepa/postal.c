#include "rails/sepa/postal.h"

/* --- a line as people write it ------------------------------------------------------------------
 */

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static size_t word_end(struct str text, size_t from)
{
    while (from < text.len && text.ptr[from] != ' ' && text.ptr[from] != ',')
        from++;
    return from;
}

/* [our choice] What stands between a French number and its street. */
static bool is_repetition(struct str word)
{
    return str_eq_nocase(word, STR("bis")) || str_eq_nocase(word, STR("ter")) ||
           str_eq_nocase(word, STR("quater"));
}

/* "12 bis, rue des Forges" is number and street; "Bahnhofstrasse 3" is a street. */
static void line_split(struct str line, struct str *number, struct str *street)
{
    size_t end = word_end(line, 0);

    *number = STR("");
    *street = line;
    if (line.len == 0 || !is_digit(line.ptr[0]) || end == line.len)
        return;
    if (line.ptr[end] == ' ') {
        size_t second = word_end(line, end + 1);
        if (is_repetition(str_sub(line, end + 1, second - end - 1)))
            end = second;
    }
    size_t rest = end;
    while (rest < line.len && (line.ptr[rest] == ' ' || line.ptr[rest] == ','))
        rest++;
    if (rest == line.len)
        return;
    *number = str_sub(line, 0, end);
    *street = str_from(line, rest);
}

/* --- addresses ----------------------------------------------------------------------------------
 */

static struct str joined(struct arena *arena, struct str first, struct str second)
{
    if (first.len == 0 || second.len == 0)
        return first.len > 0 ? first : second;
    return str_format(arena, "%.*s, %.*s", (int)first.len, first.ptr, (int)second.len, second.ptr);
}

struct sepa_address postal_of(struct arena *arena, const struct bank_profile *profile,
                              const struct address *address)
{
    struct sepa_address out = {
        .form = profile->address_hybrid ? SEPA_ADDRESS_HYBRID : SEPA_ADDRESS_STRUCTURED,
        .complement = joined(arena, address->line2, address->line3),
        .postcode = address->zip_code,
        .town = address->city,
        .country = address->country,
    };

    line_split(address->line1, &out.number, &out.street);
    return out;
}

struct sepa_address postal_of_merchant(const struct bank_profile *profile)
{
    struct sepa_address out = {.form = SEPA_ADDRESS_NONE};

    if (profile->address_none || profile->address_town.len == 0)
        return out;
    out = (struct sepa_address){
        .form = profile->address_hybrid ? SEPA_ADDRESS_HYBRID : SEPA_ADDRESS_STRUCTURED,
        .postcode = profile->address_zip,
        .town = profile->address_town,
        .country = profile->address_country,
    };
    line_split(profile->address_line, &out.number, &out.street);
    return out;
}
