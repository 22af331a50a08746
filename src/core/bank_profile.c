#include "core/bank_profile.h"

#include <string.h>

#include "base/country.h"
#include "base/must.h"
#include "base/target.h"
#include "store/sql.h"

enum { MEGABYTE = 1024 * 1024, NAME_MAX_LEN = 200 };

static bool is_yes(const struct str *values, const char *name)
{
    return str_eq(merchant_setting_value(values, name), STR("yes"));
}

static int64_t number_of(const struct str *values, const char *name)
{
    int64_t number;

    must(str_to_int64(merchant_setting_value(values, name), &number));
    return number;
}

/* One without its town or with a country that nobody knows is none (sepa.md 8). */
static void address_read(struct ctx *cx, const struct str *values, struct bank_profile *out)
{
    struct str town = merchant_setting_value(values, "address.city");

    if (town.len == 0 || !country_code(cx->arena, merchant_setting_value(values, "address.country"),
                                       &out->address_country))
        return;
    out->address_town = town;
    out->address_line = merchant_setting_value(values, "address.line");
    out->address_zip = merchant_setting_value(values, "address.zip");
}

err_t bank_profile_load(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                        struct bank_profile *out)
{
    struct str *values;
    int64_t hour;
    int64_t minute;

    TRY(merchant_settings(cx, tx, merchant, &values));
    struct str time = merchant_setting_value(values, "cutoff_time");
    struct str form = merchant_setting_value(values, "address_form");
    must(time.len == 5);
    must(str_to_int64(str_sub(time, 0, 2), &hour));
    must(str_to_int64(str_sub(time, 3, 2), &minute));
    *out = (struct bank_profile){
        .name = merchant_setting_value(values, "name"),
        .siren = merchant_setting_value(values, "siren"),
        .ics = merchant_setting_value(values, "ics"),
        .iban = merchant_setting_value(values, "iban"),
        .bic = merchant_setting_value(values, "bic"),
        .payout_iban = merchant_setting_value(values, "payout.iban"),
        .payout_bic = merchant_setting_value(values, "payout.bic"),
        .edition_2009 = str_eq(merchant_setting_value(values, "pain_version"), STR("2009")),
        .batch_booking = is_yes(values, "batch_booking"),
        .split_schemes = is_yes(values, "split_file_by_scheme"),
        .send_initiator_id = is_yes(values, "send_initiator_id"),
        .address_hybrid = str_eq(form, STR("hybrid")),
        .address_none = str_eq(form, STR("none")),
        .posts_statement = str_eq(merchant_setting_value(values, "posting_source"), STR("053")),
        .books_others = str_eq(merchant_setting_value(values, "other_lines"), STR("book")),
        .transactions_max = number_of(values, "max_tx_per_file"),
        .bytes_max = number_of(values, "max_file_mb") * MEGABYTE,
        .import_bytes_max = number_of(values, "import_max_mb") * MEGABYTE,
        .name_debits = merchant_setting_value(values, "file_name.debits"),
        .name_transfers = merchant_setting_value(values, "file_name.transfers"),
        .name_reversals = merchant_setting_value(values, "file_name.reversals"),
        .reversals = is_yes(values, "reversal_by_file"),
        .payees_before = str_eq(merchant_setting_value(values, "vop_mode"), STR("before")),
        .payees_opted_out = str_eq(merchant_setting_value(values, "vop_mode"), STR("opt_out")),
        .cutoff_hour = (int)hour,
        .cutoff_minute = (int)minute,
    };
    struct str since = merchant_setting_value(values, "posting_since");
    if (since.len > 0)
        must(date_parse(since, &out->posts_since));
    address_read(cx, values, out);
    if (out->payout_iban.len == 0) {
        out->payout_iban = out->iban;
        out->payout_bic = out->bic;
    }
    return OK;
}

bool bank_profile_books(const struct bank_profile *profile, bool statement, struct date day)
{
    bool before = profile->posts_since.year != 0 && day.year != 0 &&
                  date_compare(day, profile->posts_since) < 0;

    return (statement == profile->posts_statement) != before;
}

instant bank_transfer_hour(const struct bank_profile *profile, instant after)
{
    return target_next_time(after, profile->cutoff_hour, profile->cutoff_minute);
}

/* --- file names ---------------------------------------------------------------------------------
 */

static const char *const WORDS[] = {"{id}", "{message}", "{scheme}"};

/* The length of the word that the text begins with; 0: none. */
static size_t word_at(struct str text, size_t *which)
{
    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++) {
        if (str_starts(text, str_of(WORDS[i]))) {
            *which = i;
            return strlen(WORDS[i]);
        }
    }
    return 0;
}

static bool plain_allowed(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '.' || byte == '_' || byte == '-';
}

bool bank_file_name_valid(struct str pattern)
{
    bool has_id = false;
    size_t which = 0;

    /* A hidden file would not be seen by what carries it to the bank. */
    if (pattern.len == 0 || pattern.len > NAME_MAX_LEN / 2 || pattern.ptr[0] == '.')
        return false;
    while (pattern.len > 0) {
        size_t word = word_at(pattern, &which);
        if (word == 0 && !plain_allowed(pattern.ptr[0]))
            return false;
        has_id |= word != 0 && which == 0;
        pattern = str_from(pattern, word == 0 ? 1 : word);
    }
    return has_id;
}

struct str bank_file_name(struct arena *arena, struct str pattern, struct str msg_id,
                          struct str message, struct str scheme)
{
    struct buf out = buf_make(arena, 4 * NAME_MAX_LEN);
    const struct str values[] = {msg_id, message, scheme.len == 0 ? STR("sepa") : scheme};
    size_t which = 0;

    must(bank_file_name_valid(pattern));
    while (pattern.len > 0) {
        size_t word = word_at(pattern, &which);
        buf_put(&out, word == 0 ? str_sub(pattern, 0, 1) : values[which]);
        pattern = str_from(pattern, word == 0 ? 1 : word);
    }
    must(!out.failed);
    return str_dup(arena, buf_str(&out));
}

/* --- whose account ------------------------------------------------------------------------------
 */

err_t merchants_of_account(struct ctx *cx, struct tx *tx, struct str iban, struct str ics,
                           size_t most, struct merchant_id *out, size_t *count)
{
    struct rows *rows;
    bool has;

    *count = 0;
    TRY(store_query(cx, tx, &SQL_MERCHANTS_OF_ACCOUNT,
                    ARGS(V_TEXT(iban.len > 0 ? iban : STR("-")),
                         V_TEXT(ics.len > 0 ? ics : STR("-")), V_INT((int64_t)most)),
                    &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        col_id(rows, 0, out[(*count)++].raw);
    }
}
