#include "api/safedebit/argument_value.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/country.h"
#include "base/crypto.h"
#include "base/email.h"
#include "base/iban.h"
#include "base/ics.h"
#include "base/must.h"
#include "base/sepa_text.h"
#include "base/umr.h"
#include "core/consumer_file.h"
#include "core/merchant_check.h"
#include "wire/text.h"

enum {
    YEAR_MIN = 1900,
    YEAR_MAX = 2200,
    RNA_LEN = 10,
    VAT_MIN = 4,
    VAT_MAX = 15,
    URI_MARK_LEN = 8,
    URI_HEAD_MAX = 256
};

static bool is_alnum(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

static bool all_alnum(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_alnum(text.ptr[i]))
            return false;
    }
    return true;
}

static struct str capitals(struct arena *arena, struct str text)
{
    return umr_key(arena, text);
}

/* --- one kind each: 0, or the code ---------------------------------------------------------------
 */

bool word_is_in(struct str word, const char *words)
{
    struct str rest = str_of(words);

    while (rest.len > 0) {
        size_t end = str_find(rest, ' ');
        if (str_eq(word, str_sub(rest, 0, end)))
            return true;
        rest = end == rest.len ? STR_NONE : str_from(rest, end + 1);
    }
    return false;
}

/* Year 0: it is none. */
static struct date date_read(struct str text)
{
    struct date none = {0};
    int64_t day;
    int64_t month;
    int64_t year;

    if (text.len != 10 || text.ptr[2] != '/' || text.ptr[5] != '/' ||
        !str_is_digits(str_sub(text, 0, 2)) || !str_is_digits(str_sub(text, 3, 2)) ||
        !str_is_digits(str_sub(text, 6, 4)))
        return none;
    must(str_to_int64(str_sub(text, 0, 2), &day) && str_to_int64(str_sub(text, 3, 2), &month) &&
         str_to_int64(str_sub(text, 6, 4), &year));
    struct date date = {(int)year, (int)month, (int)day};
    return year >= YEAR_MIN && year <= YEAR_MAX && date_valid(date) ? date : none;
}

static enum code date_check(const struct ctx *cx, const struct argument *row, struct str text)
{
    struct date date = date_read(text);

    if (date.year == 0)
        return CODE_DATE;
    if (row->kind == A_PAST && date_compare(date, date_paris(cx->now)) > 0)
        return CODE_DATE;
    return 0;
}

static enum code amount_check(struct str text)
{
    int64_t value;

    if (!str_is_digits(text) || !str_to_int64(text, &value) || value == 0)
        return CODE_AMOUNT;
    return 0;
}

static enum code reference_check(struct str text)
{
    static const char MORE[] = " _/-?:().,'+";

    for (size_t i = 0; i < text.len; i++) {
        if (!is_alnum(text.ptr[i]) && memchr(MORE, text.ptr[i], sizeof MORE - 1) == NULL)
            return CODE_CHARACTER;
    }
    return 0;
}

static enum code ip_check(struct arena *arena, struct str text)
{
    const char *address = str_cstr(arena, text);
    uint8_t bytes[16];

    return inet_pton(AF_INET, address, bytes) == 1 || inet_pton(AF_INET6, address, bytes) == 1
               ? 0
               : CODE_IP;
}

/* Two letters of the country, then 2 to 13 of the number; a French one has a key. */
static enum code vat_check(struct arena *arena, struct str *text)
{
    *text = capitals(arena, *text);
    if (text->len < VAT_MIN || text->len > VAT_MAX || !all_alnum(*text) ||
        !text_is_country(str_sub(*text, 0, 2)))
        return CODE_COMPANY;
    return str_starts(*text, STR("FR")) && !vat_number_valid(*text) ? CODE_COMPANY : 0;
}

static enum code rna_check(struct arena *arena, struct str *text)
{
    *text = capitals(arena, *text);
    return text->len == RNA_LEN && text->ptr[0] == 'W' && all_alnum(*text) ? 0 : CODE_COMPANY;
}

static enum code iban_check(struct arena *arena, struct str *text)
{
    struct iban iban;

    if (iban_read(*text, &iban) != IBAN_GOOD)
        return CODE_IBAN;
    *text = str_dup(arena, iban_text(&iban));
    crypto_wipe(&iban, sizeof iban);
    return 0;
}

static enum code alnum_check(struct arena *arena, struct str text)
{
    struct str plain = sepa_match_form(arena, text);

    for (size_t i = 0; i < plain.len; i++) {
        if (!is_alnum(plain.ptr[i]) && plain.ptr[i] != ' ')
            return CODE_CHARACTER;
    }
    return 0;
}

/* What follows "data:image/png;base64,". */
static bool uri_strip(struct str text, struct str *out)
{
    if (!str_starts(text, STR("data:")))
        return false;
    for (size_t i = 0; i + URI_MARK_LEN <= text.len && i < URI_HEAD_MAX; i++) {
        if (str_starts(str_from(text, i), STR(";base64,"))) {
            *out = str_from(text, i + URI_MARK_LEN);
            return true;
        }
    }
    return false;
}

static bool file_decode(struct arena *arena, struct str text, struct str *bytes)
{
    struct str inner;

    if (uri_strip(text, &inner))
        return base64_decode(arena, inner, bytes);
    if (!base64_decode(arena, text, bytes))
        return false;
    return uri_strip(*bytes, &inner) ? base64_decode(arena, inner, bytes) : true;
}

static enum code file_check(struct arena *arena, struct str *text)
{
    struct str bytes;

    if (!file_decode(arena, *text, &bytes) || bytes.len > CONSUMER_FILE_MAX ||
        !file_is_known(bytes))
        return CODE_FILE;
    *text = bytes;
    return 0;
}

/* --- all of them ---------------------------------------------------------------------------------
 */

static enum code kind_check(struct ctx *cx, const struct argument *row, bool test, struct str *text)
{
    switch (row->kind) {
    case A_TEXT:
    case A_OBJECT:
    case A_LIST:
        return 0;
    case A_WORD:
        return word_is_in(*text, row->more) ? 0 : CODE_VALUE;
    case A_FLAG:
        return str_eq(*text, STR("0")) || str_eq(*text, STR("1")) ? 0 : CODE_VALUE;
    case A_DATE:
    case A_PAST:
        return date_check(cx, row, *text);
    case A_AMOUNT:
        return amount_check(*text);
    case A_REFERENCE:
        return reference_check(*text);
    case A_UMR:
        return umr_valid(*text) ? 0 : CODE_CHARACTER;
    case A_DIGITS:
        return str_is_digits(*text) ? 0 : CODE_CHARACTER;
    case A_EMAIL:
        return email_shaped(*text) ? 0 : CODE_EMAIL;
    case A_PHONE:
        return text_is_phone(*text) ? 0 : CODE_PHONE;
    case A_URL:
        return text_is_url(*text, test) ? 0 : CODE_URL;
    case A_IBAN:
        return iban_check(cx->arena, text);
    case A_SIREN:
        return siren_valid(*text) ? 0 : CODE_COMPANY;
    case A_NIC:
        return text->len == 5 && str_is_digits(*text) ? 0 : CODE_COMPANY;
    case A_VAT:
        return vat_check(cx->arena, text);
    case A_RNA:
        return rna_check(cx->arena, text);
    case A_ICS:
        *text = capitals(cx->arena, *text);
        return ics_valid(*text) ? 0 : CODE_ICS;
    case A_IP:
        return ip_check(cx->arena, *text);
    case A_COUNTRY:
        return country_is_code(*text) ? 0 : CODE_VALUE;
    case A_FILE:
        return file_check(cx->arena, text);
    case A_ALNUM:
        return alnum_check(cx->arena, *text);
    }
    must_fail(__FILE__, __LINE__, "kind is an argument_kind");
}

/* What is decoded or parsed says itself what is wrong with it. */
static bool is_source(enum argument_kind kind)
{
    return kind == A_FILE || kind == A_OBJECT || kind == A_LIST;
}

/* Of an account number the blanks do not count. */
static size_t length_of(const struct argument *row, struct str text)
{
    size_t count = 0;

    must(str_utf8_count(text, &count));
    for (size_t i = 0; row->kind == A_IBAN && i < text.len; i++)
        count -= text.ptr[i] == ' ' ? 1 : 0;
    return count;
}

enum code argument_value(struct ctx *cx, const struct argument *row, bool test, struct str *text)
{
    /* What is no account number is told so, however long it is. */
    if (row->max > 0 && row->kind != A_IBAN && length_of(row, *text) > (size_t)row->max)
        return CODE_TOO_LONG;
    if (!is_source(row->kind) && !text_is_plain(*text))
        return CODE_CHARACTER;
    return kind_check(cx, row, test, text);
}

const char *argument_problem(const struct argument *row)
{
    switch (row->kind) {
    case A_TEXT:
    case A_REFERENCE:
    case A_UMR:
    case A_ALNUM:
        return "is too long, or has characters that are not permitted";
    case A_WORD:
    case A_FLAG:
    case A_COUNTRY:
        return "is not one of the permitted values";
    case A_DATE:
        return "is not a day, DD/MM/YYYY";
    case A_PAST:
        return "is not a day that has come, DD/MM/YYYY";
    case A_AMOUNT:
        return "is not an amount in cents";
    case A_DIGITS:
        return "is not made of digits, or too long";
    case A_EMAIL:
        return "is not an e-mail address";
    case A_PHONE:
        return "is not a phone number";
    case A_URL:
        return "is not an absolute https URL";
    case A_IBAN:
        return "is not an IBAN of the SEPA area";
    case A_SIREN:
    case A_NIC:
    case A_VAT:
    case A_RNA:
        return "is not such a number";
    case A_ICS:
        return "is not a SEPA creditor identifier";
    case A_IP:
        return "is not an address";
    case A_FILE:
        return "is not a PDF, PNG, GIF or JPEG file in base64, or too large";
    case A_OBJECT:
    case A_LIST:
        return "has the wrong type";
    }
    must_fail(__FILE__, __LINE__, "kind is an argument_kind");
}

int64_t argument_longest(enum argument_kind kind)
{
    return kind == A_FILE ? 16 << 20 : 64;
}

/* --- values that were checked --------------------------------------------------------------------
 */

struct date argument_date(struct str text)
{
    struct date date = date_read(text);

    must(date.year != 0);
    return date;
}

struct str date_wire(struct arena *arena, struct date date)
{
    return str_format(arena, "%02d/%02d/%04d", date.day, date.month, date.year);
}

int64_t argument_amount(struct str text)
{
    int64_t value = 0;

    must(str_to_int64(text, &value));
    return value;
}
