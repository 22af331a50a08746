#include "api/safedebit/call.h"
#include "api/safedebit/levy.h"
#include "wire/text.h"

enum { LETTRAGE_MAX = 35, DATE_LEN = 8, CENT_DIGITS = 2 };

static bool is_number(struct str text, size_t len)
{
    return text.len == len && str_is_digits(text);
}

static bool is_reference(struct str text)
{
    size_t count = 0;

    return text.len > 0 && text_is_plain(text) && str_utf8_count(text, &count) &&
           count <= LETTRAGE_MAX;
}

static bool is_outlet(struct str text)
{
    return is_number(text, 8);
}

static bool is_post(struct str text)
{
    return is_number(text, 3);
}

static bool is_operation(struct str text)
{
    return is_number(text, 1);
}

/* YYYYMMDD */
static bool is_day(struct str text)
{
    int64_t value = 0;

    if (!is_number(text, DATE_LEN) || !str_to_int64(text, &value))
        return false;
    return date_valid((struct date){.year = (int)(value / 10000),
                                    .month = (int)(value / 100 % 100),
                                    .day = (int)(value % 100)});
}

/* Digits, a dot, two decimals. */
static bool is_amount(struct str text)
{
    size_t point = str_find(text, '.');

    return point > 0 && point + 1 + CENT_DIGITS == text.len &&
           str_is_digits(str_sub(text, 0, point)) &&
           str_is_digits(str_sub(text, point + 1, CENT_DIGITS));
}

static bool is_sign(struct str text)
{
    return word_is_in(text, "E D E/D");
}

/* [our choice] about the keys of the seed's example. */
static const struct {
    struct str name;
    bool (*is_good)(struct str text);
} KEYS[] = {
    {STR_INIT("ref_lettrage"),        is_reference},
    {STR_INIT("pdv_emetteur_ventes"), is_outlet   },
    {STR_INIT("postes_de_ventes"),    is_post     },
    {STR_INIT("type_operation"),      is_operation},
    {STR_INIT("date"),                is_day      },
    {STR_INIT("montant"),             is_amount   },
    {STR_INIT("signe"),               is_sign     },
};

static bool key_is_good(const struct json_member *members, size_t count, size_t key)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(members[i].name, KEYS[key].name))
            return json_kind(members[i].value) == JSON_TEXT &&
                   KEYS[key].is_good(json_text(members[i].value));
    }
    return false;
}

bool account_data_is_good(struct request *request, struct str source)
{
    struct json_member *members;
    struct json root;

    if (source.len == 0)
        return true;
    bool good = argument_json(request, source, &root) && json_kind(root) == JSON_OBJECT;
    if (good) {
        size_t count = json_members(request->cx->arena, root, &members);
        for (size_t key = 0; good && key < ARRAY_LEN(KEYS); key++)
            good = key_is_good(members, count, key);
    }
    json_forget(request->json);
    return good;
}
