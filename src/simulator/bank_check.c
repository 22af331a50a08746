#include "simulator/bank_check.h"

#include <string.h>

#include "base/bic.h"
#include "base/ics.h"
#include "base/must.h"
#include "base/target.h"
#include "rails/sepa/message.h"
#include "rails/sepa/sepa_file.h"

/* --- outcomes
 * --------------------------------------------------------------------------------------- */

static const struct {
    const char *code;
    bool transfers;
} CODES[] = {
    {"AC01", true },
    {"AC04", true },
    {"AC06", true },
    {"AC13", false},
    {"AG01", false},
    {"AG02", false},
    {"AM01", false},
    {"AM02", false},
    {"AM04", false},
    {"AM05", false},
    {"AM09", false},
    {"AM10", false},
    {"BE01", true },
    {"BE04", true },
    {"BE05", false},
    {"BE07", false},
    {"CNOR", true },
    {"CURR", false},
    {"DNOR", false},
    {"DT01", false},
    {"ED05", true },
    {"FF01", false},
    {"FF05", false},
    {"FOCR", false},
    {"FR01", false},
    {"MD01", false},
    {"MD02", false},
    {"MD06", false},
    {"MD07", false},
    {"MS02", true },
    {"MS03", true },
    {"RC01", true },
    {"RR01", true },
    {"RR02", true },
    {"RR03", true },
    {"RR04", true },
    {"SL01", false},
    {"SL11", false},
    {"SL12", false},
    {"SL13", false},
    {"SL14", false},
    {"TM01", false},
};

static const char *code_known(struct str text, bool transfer)
{
    for (size_t i = 0; i < ARRAY_LEN(CODES); i++) {
        if (str_eq(text, str_of(CODES[i].code)))
            return !transfer || CODES[i].transfers ? CODES[i].code : NULL;
    }
    return NULL;
}

static void code_copy(char to[5], const char *code)
{
    must(strlen(code) == BANK_CODE_LEN);
    memcpy(to, code, BANK_CODE_LEN + 1);
}

void simulated_bank_outcome(struct str name, bool transfer, char code[5], char back[5])
{
    const char *found;

    code[0] = '\0';
    back[0] = '\0';
    if (name.len < BANK_CODE_LEN + 1)
        return;
    found = code_known(str_from(name, name.len - BANK_CODE_LEN), transfer);
    if (found == NULL)
        return;
    struct str before = str_sub(name, 0, name.len - BANK_CODE_LEN);
    if (str_ends(before, STR(" ")))
        code_copy(code, found);
    else if (str_ends(before, STR(" D")))
        code_copy(back, found);
}

const char *simulated_bank_payee(struct str text, struct str *name)
{
    static const char *const PAYEES[] = {"RVNM", "RVMC", "RVNA"};

    *name = text;
    for (size_t i = 0; i < ARRAY_LEN(PAYEES); i++) {
        if (text.len <= BANK_CODE_LEN + 1 || !str_ends(text, str_of(PAYEES[i])) ||
            text.ptr[text.len - BANK_CODE_LEN - 1] != ' ')
            continue;
        *name = str_sub(text, 0, text.len - BANK_CODE_LEN - 1);
        return PAYEES[i];
    }
    return "RCVC";
}

/* --- values
 * ----------------------------------------------------------------------------------------- */

/* A reference that is there and not too long. */
static bool fits(const char *text, size_t max)
{
    size_t len = strlen(text);

    return len > 0 && len <= max;
}

static bool is_one_of(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, words[i]) == 0)
            return true;
    }
    return false;
}

/* sepa.md 8: lines of free text are allowed, two of them, beside town and country. */
static bool address_fits(const struct told_address *address)
{
    if (address->lines == 0)
        return true;
    return address->lines <= 2 && address->town[0] != '\0' && strlen(address->country) == 2;
}

/* Cut between two characters. */
static void text_copy(char *to, size_t size, const char *from)
{
    size_t len = strlen(from);

    if (len >= size) {
        len = size - 1;
        while (len > 0 && ((unsigned char)from[len] & 0xC0U) == 0x80U)
            len--;
    }
    memcpy(to, from, len);
    to[len] = '\0';
}

static bool day_read(const char *text, struct date *out)
{
    struct str day = str_of(text);

    return day.len >= 10 && date_parse(str_sub(day, 0, 10), out) &&
           (day.len == 10 || strchr("TZ+-", day.ptr[10]) != NULL);
}

/* --- blocks
 * ----------------------------------------------------------------------------------------- */

const char *simulated_bank_check_day(instant now, struct date due)
{
    static const struct cutoff OURS = {.ibd = 1, .hour = BANK_CUTOFF_HOUR, .minute = 0};
    struct date today = date_paris(now);

    if (!target_open(due) || date_compare(due, today) <= 0 ||
        date_to_days(due) - date_to_days(today) > BANK_EARLIEST_DAYS)
        return "DT01";
    return now > target_last_moment(due, OURS) ? "TM01" : NULL;
}

static const char *check_collections(const struct bank_file *file, const struct told_block *told,
                                     const struct bank_block *block)
{
    static const char *const SCHEMES[] = {"CORE", "B2B"};
    static const char *const SEQUENCES[] = {"FRST", "RCUR", "FNAL", "OOFF"};

    if (!is_one_of(told->scheme, SCHEMES, ARRAY_LEN(SCHEMES)))
        return "FF05";
    if (!is_one_of(told->sequence, SEQUENCES, ARRAY_LEN(SEQUENCES)))
        return "AG02";
    if (told->ics[0] != '\0' && !ics_valid(str_of(told->ics)))
        return "BE05";
    return simulated_bank_check_day(file->now, block->day);
}

const char *simulated_bank_check_block(const struct bank_file *file, const struct told_block *told,
                                       struct bank_block *out)
{
    const char *code = NULL;
    bool day = day_read(told->day, &out->day);

    text_copy(out->id, sizeof out->id, told->id);
    text_copy(out->iban, sizeof out->iban, told->iban);
    text_copy(out->name, sizeof out->name, told->name);
    text_copy(out->scheme, sizeof out->scheme, told->scheme);
    out->batch = strcmp(told->batch, "false") != 0 && strcmp(told->batch, "0") != 0;
    if (!day)
        out->day = date_paris(file->now);
    if (!fits(told->id, BANK_REFERENCE_MAX) ||
        strcmp(told->method, file->transfers ? "TRF" : "DD") != 0 || told->name[0] == '\0')
        code = "FF01";
    else if (!iban_valid(str_of(told->iban)))
        code = "AC01";
    else if (!address_fits(&told->address))
        code = "BE04";
    else if (told->service[0] != '\0' && strcmp(told->service, "SEPA") != 0)
        code = "FF05";
    else if (!day)
        code = "DT01";
    else if (!file->transfers)
        code = check_collections(file, told, out);
    if (code != NULL)
        code_copy(out->code, code);
    return code;
}

/* --- transactions
 * ----------------------------------------------------------------------------------- */

/* Beyond it an answer could not repeat the amount: 18 digits [doc]. */
#define AMOUNT_TOLD_MAX INT64_C(999999999999999)

static const char *check_amount(const struct told_item *told, int64_t *out)
{
    struct sepa_amount amount;

    /* A text that fills its place may have been cut. */
    if (strlen(told->amount) == sizeof told->amount - 1 ||
        !sepa_amount_parse(str_of(told->amount), &amount) || !amount.exact ||
        amount.cents > AMOUNT_TOLD_MAX)
        return "AM09";
    *out = amount.cents;
    if (strcmp(told->currency, "EUR") != 0)
        return "CURR";
    if (amount.cents == 0)
        return "AM01";
    return amount.cents > SEPA_AMOUNT_MAX ? "AM02" : NULL;
}

static const char *check_mandate(const struct told_block *block, const struct told_item *told)
{
    const char *ics = told->ics[0] != '\0' ? told->ics : block->ics;
    struct date day;

    if (!ics_valid(str_of(ics)))
        return "BE05";
    return fits(told->umr, BANK_REFERENCE_MAX) && day_read(told->signed_on, &day) ? NULL : "MD02";
}

const char *simulated_bank_check_item(const struct bank_file *file, const struct told_block *block,
                                      const struct told_item *told, struct bank_item *out)
{
    const char *amount = check_amount(told, &out->cents);
    const char *code = NULL;

    text_copy(out->end_to_end, sizeof out->end_to_end, told->end_to_end);
    text_copy(out->instruction, sizeof out->instruction, told->instruction);
    text_copy(out->umr, sizeof out->umr, told->umr);
    text_copy(out->iban, sizeof out->iban, told->iban);
    text_copy(out->name, sizeof out->name, told->name);
    simulated_bank_outcome(str_of(told->name), file->transfers, out->code, out->back);
    if (!fits(told->end_to_end, BANK_REFERENCE_MAX) ||
        strlen(told->instruction) > BANK_REFERENCE_MAX)
        code = "FF01";
    else if (amount != NULL)
        code = amount;
    else if (!iban_valid(str_of(told->iban)))
        code = "AC01";
    else if (told->bic[0] != '\0' && !bic_valid(str_of(told->bic)))
        code = "RC01";
    else if (told->name[0] == '\0')
        code = file->transfers ? "RR03" : "RR02";
    else if (!address_fits(&told->address))
        code = file->transfers ? "BE04" : "BE07";
    else if (!file->transfers)
        code = check_mandate(block, told);
    if (code != NULL)
        code_copy(out->code, code);
    if (out->code[0] != '\0')
        out->back[0] = '\0';
    return out->code[0] == '\0' ? NULL : out->code;
}

const char *simulated_bank_check_reversal(const struct told_item *told, struct bank_item *out)
{
    const char *code = check_amount(told, &out->cents);

    text_copy(out->end_to_end, sizeof out->end_to_end, told->end_to_end);
    text_copy(out->instruction, sizeof out->instruction, told->instruction);
    if (!fits(told->end_to_end, BANK_REFERENCE_MAX) ||
        strlen(told->instruction) > BANK_REFERENCE_MAX)
        code = "FF01";
    if (code != NULL)
        code_copy(out->code, code);
    return code;
}
