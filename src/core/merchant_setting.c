#include <string.h>

#include "base/bic.h"
#include "base/email.h"
#include "base/iban.h"
#include "base/ics.h"
#include "base/must.h"
#include "base/shown.h"
#include "core/bank_profile.h"
#include "core/colour.h"
#include "core/invoice_series.h"
#include "core/merchant_check.h"
#include "core/merchant_internal.h"
#include "store/sql.h"

/* The settings of design.md 7. A row of merchant_setting exists only where a merchant differs from
 * the default of a live one. */

enum kind {
    KIND_NAME = 1, /* of the merchant: a column of its row */
    KIND_TEXT,     /* max characters */
    KIND_INT,      /* min..max */
    KIND_WORD,     /* one of words, separated by blanks */
    KIND_TIME,
    KIND_DATE,
    KIND_FEE,
    KIND_RATE,
    KIND_CURRENCIES,
    KIND_EMAIL,
    KIND_SIREN,
    KIND_SIRET,
    KIND_VAT_NUMBER,
    KIND_IBAN,
    KIND_BIC,
    KIND_ICS,
    KIND_ACCENT,
    KIND_ACCEPTOR,
    KIND_FILE_NAME,
    KIND_PREFIX, /* of the numbers of a kind of document, which is in `min` */
};

struct rule {
    enum kind kind;
    int64_t min;
    int64_t max;
    const char *words;
    struct setting setting;
};

#define YES_NO "yes no"
#define ALL_CURRENCIES "eur,aud,cad,chf,dkk,gbp,nok,pln,sek,usd"
#define TEXT(max) KIND_TEXT, 0, max, NULL
#define INT(min, max) KIND_INT, min, max, NULL
#define WORD(words) KIND_WORD, 0, 0, words
#define ONLY(kind) kind, 0, 0, NULL
#define PREFIX(kind) KIND_PREFIX, kind, 0, NULL

/* name, meaning, live default, sandbox. The empty value means "not set". */
/* clang-format off */
static const struct rule RULES[] = {
    {ONLY(KIND_NAME), {"name", "name of the business, 1 to 128 characters", "", "Atelier Exemple SARL"}},
    {ONLY(KIND_ACCEPTOR), {"acceptor", "number of the merchant at the acquirer for live payments (DE 42), 1 to 15 letters, digits and hyphens; one of ours when empty", "", ""}},
    {TEXT(60), {"legal_form", "legal form as invoices print it", "", "SARL"}},
    {TEXT(40), {"capital", "share capital as invoices print it", "", "10 000 EUR"}},
    {TEXT(60), {"rcs", "town of the trade register", "", "Paris"}},
    {ONLY(KIND_SIREN), {"siren", "SIREN, 9 digits", "", "100000009"}},
    {ONLY(KIND_SIRET), {"siret", "SIRET, 14 digits", "", "10000000900017"}},
    {ONLY(KIND_VAT_NUMBER), {"vat_number", "French VAT number", "", "FR88100000009"}},
    {TEXT(70), {"address.line", "number and street", "", "12 rue de la Démonstration"}},
    {TEXT(16), {"address.zip", "postal code", "", "75011"}},
    {TEXT(35), {"address.city", "town", "", "Paris"}},
    {TEXT(35), {"address.country", "country", "France", "France"}},
    {ONLY(KIND_EMAIL), {"email", "where customers may write to", "", "atelier@example.com"}},
    {INT(1, 999999999), {"account_number", "number in SimplyPaie pay links and buttons; another one ends those made before", "", "48512"}},
    {ONLY(KIND_ICS), {"ics", "SEPA creditor identifier", "", "FR72ZZZ123456"}},
    {ONLY(KIND_IBAN), {"iban", "account that debits are collected on", "", "FR7630006000011234567890189"}},
    {ONLY(KIND_BIC), {"bic", "BIC of that account, 8 or 11 characters", "", "TESTFRPP"}},
    {INT(1, 14), {"cutoff_ibd", "inter-bank days between the bank's cut-off and collection", "2", "1"}},
    {ONLY(KIND_TIME), {"cutoff_time", "the bank's cut-off, Paris time", "10:00", "18:00"}},
    {INT(0, 30), {"prenotification_days", "days between the notice of a debit and its collection", "14", "0"}},
    {WORD("shift fail"), {"late_policy", "a debit that missed its cut-off: shift to the next possible day, or fail", "shift", "shift"}},
    {WORD(YES_NO), {"sepa_retry", "debits that came back are presented again by themselves, where their reason allows it", "no", "no"}},
    {WORD(YES_NO), {"send_frst", "the bank wants the first debit of a mandate marked FRST", "no", "no"}},
    {WORD("2009 2019"), {"pain_version", "edition of the debit files", "2019", "2019"}},
    {WORD(YES_NO), {"batch_booking", "the bank books a block of debits as one; no: ask the bank", "yes", "yes"}},
    {WORD("core b2b"), {"organisation_scheme", "mandates that companies and non-profits with a SIREN sign: core, or b2b (the merchant's bank takes such debits)", "core", "core"}},
    {WORD(YES_NO), {"split_file_by_scheme", "Core and B2B debits go in files of their own", "yes", "yes"}},
    {WORD(YES_NO), {"send_initiator_id", "files name the sender's SIREN too", "no", "no"}},
    {WORD("none structured hybrid"), {"address_form", "postal addresses in files: the merchant's, and of debtors outside the European Economic Area, who always have one", "structured", "structured"}},
    {INT(1, 1000000), {"max_tx_per_file", "transactions of one file; more go into another", "10000", "10000"}},
    {INT(1, 1024), {"max_file_mb", "about how large a file may be, megabytes", "8", "8"}},
    {INT(1, 4096), {"import_max_mb", "how large a file from the bank may be, megabytes", "192", "192"}},
    {WORD("053 054"), {"posting_source", "which report of the bank books money: statement (053) or notification (054)", "053", "053"}},
    {ONLY(KIND_DATE), {"posting_since", "first booking day (YYYY-MM-DD) for which posting_source counts, the other report having booked until then; always, when empty", "", ""}},
    {WORD("book ignore"), {"other_lines", "lines of the account that are about none of our files: book them as charges or in suspense, or ignore them where the account has other business", "book", "book"}},
    {ONLY(KIND_FILE_NAME), {"file_name.debits", "name of files of debits; {id}, which it must hold, {message}, {scheme}", "{id}.xml", "{id}.xml"}},
    {ONLY(KIND_FILE_NAME), {"file_name.transfers", "name of files of transfers; {id}, which it must hold, {message}", "{id}.xml", "{id}.xml"}},
    {ONLY(KIND_FILE_NAME), {"file_name.reversals", "name of files of reversals; {id}, which it must hold, {message}", "{id}.xml", "{id}.xml"}},
    {WORD("opt_out on_the_fly before"), {"vop_mode", "the bank compares name and account of who is paid: not for files (opt_out), while it transfers (on_the_fly), or before we release (before)", "on_the_fly", "on_the_fly"}},
    {WORD(YES_NO), {"reversal_by_file", "the bank takes reversals (pain.007): a debit refunded whole within five days leaves as one; no: as a transfer", "no", "no"}},
    {ONLY(KIND_CURRENCIES), {"currencies", "currencies taken by card, separated by commas", "eur", ALL_CURRENCIES}},
    {ONLY(KIND_FEE), {"fee.card", "fee of a card payment without VAT: basis points + minor units", "0+0", "160+50"}},
    {ONLY(KIND_FEE), {"fee.sepa", "fee of a debit without VAT: basis points + minor units", "0+0", "0+25"}},
    {INT(0, 1000000), {"fee.return", "fee of a returned debit without VAT, minor units", "0", "150"}},
    {INT(0, 1000000), {"fee.dispute", "fee of a dispute without VAT, minor units", "0", "1500"}},
    {INT(0, 10000), {"fee.vat_bp", "VAT on fees, basis points", "0", "2000"}},
    {INT(0, 99999999999), {"otp_threshold", "Safedebit: a levy from this many cents on waits for its code; 0 is never", "0", "100000"}},
    {INT(1, 99999999999), {"levy_max", "Safedebit: largest levy, cents", "99999999999", "99999999999"}},
    {WORD(YES_NO), {"require_store", "Safedebit: a levy must name its store", "no", "no"}},
    {WORD(YES_NO), {"require_identity", "Safedebit: a mandate needs proof of identity", "no", "no"}},
    {WORD("fail continue"), {"on_3ds_unavailable", "when 3-D Secure does not answer: fail or continue", "fail", "fail"}},
    {WORD("national international"), {"preferred_network", "network of a co-branded card when the payer chose none", "national", "national"}},
    {INT(1, 100000000), {"payout_min", "smallest payout, minor units", "100", "100"}},
    {WORD("transfer statement"), {"payout_mode", "transfer: we pay out; statement: the money is on the merchant's own account", "statement", "transfer"}},
    {ONLY(KIND_IBAN), {"payout.iban", "account that payouts are transferred to; `iban` when empty", "", ""}},
    {ONLY(KIND_BIC), {"payout.bic", "BIC of that account, 8 or 11 characters", "", ""}},
    {WORD("payment debits"), {"invoice.vat_on", "VAT is due on payment, or on debits", "payment", "payment"}},
    {WORD("services goods mixed"), {"invoice.operation", "what is sold", "services", "services"}},
    {INT(0, 60), {"invoice.term_days", "days to pay an invoice", "30", "30"}},
    {INT(0, 100), {"invoice.penalty_points", "late payment: points above the ECB's rate", "10", "10"}},
    {TEXT(120), {"invoice.discount", "discount for early payment; none when empty", "", ""}},
    {WORD(YES_NO), {"invoice.franchise", "small-business exemption (CGI art. 293 B): no VAT on any line", "no", "no"}},
    {TEXT(200), {"invoice.guarantee", "legal guarantee of conformity, as documents print it", "", ""}},
    {TEXT(200), {"invoice.insurance", "professional insurance of a craftsman and its area, as documents print it", "", ""}},
    {TEXT(200), {"invoice.representative", "fiscal representative: name, address, VAT number, as documents print it", "", ""}},
    {WORD(YES_NO), {"invoice.vat_group", "member of a VAT group (assujetti unique)", "no", "no"}},
    {TEXT(200), {"invoice.mention", "a further mention of every document, such as that of a margin scheme", "", ""}},
    {PREFIX(INVOICE_NORMAL), {"invoice.prefix", "what invoice numbers begin with; fixed once one was issued", "F", "F"}},
    {PREFIX(INVOICE_CREDIT), {"invoice.prefix_credit", "the same for credit notes", "A", "A"}},
    {PREFIX(INVOICE_QUOTE), {"invoice.prefix_quote", "the same for quotes", "D", "D"}},
    {PREFIX(INVOICE_RECEIPT), {"invoice.prefix_receipt", "the same for receipts", "R", "R"}},
    {WORD("real_normal_monthly real_normal_quarterly simplified franchise"), {"vat_regime", "VAT regime, which says how often is reported: real_normal_monthly, real_normal_quarterly, simplified or franchise", "real_normal_monthly", "real_normal_monthly"}},
    {WORD("monthly decade"), {"reporting.transactions", "reports of transactions: monthly or decade; as the regime has it when empty", "", ""}},
    {WORD("monthly bimonthly"), {"reporting.payments", "reports of payments: monthly or bimonthly; as the regime has it when empty", "", ""}},
    {ONLY(KIND_RATE), {"fx.usd", "euros for one dollar, on invoices; none: refused", "", "0.9000"}},
    {ONLY(KIND_RATE), {"fx.gbp", "euros for one pound, on invoices; none: refused", "", "1.2000"}},
    {ONLY(KIND_ACCENT), {"page.accent", "colour of the button on pay pages, such as #1a8f5a: 3:1 on white and on the dark page", "", ""}},
    {WORD(YES_NO), {"retry.stop_after_hard", "a card number that was refused for good is not charged again without its payer", "yes", "no"}},
    {INT(0, 20), {"retry.soft_max", "charges of a card number without its payer that may be refused for now; then 7810; 0: any number", "4", "0"}},
    {INT(1, 60), {"retry.soft_days", "days over which those are counted", "16", "16"}},
    {WORD(YES_NO), {"page.ask_holder", "pay pages ask for the name on the card", "no", "no"}},
    {WORD("fr en"), {"language", "language of pages and mails when the payer's is not known", "fr", "fr"}},
};
/* clang-format on */

size_t merchant_setting_count(void)
{
    return ARRAY_LEN(RULES);
}

struct setting merchant_setting_at(size_t index)
{
    must(index < ARRAY_LEN(RULES));
    return RULES[index].setting;
}

static size_t rule_index(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(RULES); i++) {
        if (str_eq(name, str_of(RULES[i].setting.name)))
            return i;
    }
    return ARRAY_LEN(RULES);
}

/* --- checking -----------------------------------------------------------------------------------
 */

static bool text_fits(struct str value, int64_t max)
{
    size_t count;

    if (!str_utf8_count(value, &count) || count > (size_t)max)
        return false;
    for (size_t i = 0; i < value.len; i++) {
        if ((unsigned char)value.ptr[i] < ' ' || value.ptr[i] == 127)
            return false;
    }
    return true;
}

static bool int_fits(struct str value, int64_t min, int64_t max)
{
    int64_t number;

    /* One spelling per number: "007" would be kept as it is written. */
    if (value.len > 1 && value.ptr[0] == '0')
        return false;
    return str_is_digits(value) && str_to_int64(value, &number) && number >= min && number <= max;
}

static bool word_fits(struct str value, const char *words)
{
    for (struct str rest = str_of(words); rest.len > 0;) {
        size_t blank = str_find(rest, ' ');
        if (str_eq(value, str_sub(rest, 0, blank)))
            return true;
        rest = blank < rest.len ? str_from(rest, blank + 1) : STR_NONE;
    }
    return false;
}

static bool acceptor_valid(struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        bool fits =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
        if (!fits)
            return false;
    }
    return value.len >= 1 && value.len <= ACCEPTOR_LEN;
}

static bool value_fits(const struct rule *rule, struct str value)
{
    int64_t bp;
    int64_t minor;
    unsigned bits;
    struct colour accent;
    struct date date;

    switch (rule->kind) {
    case KIND_NAME:
        return !shown_blank(value) && text_fits(value, 128);
    case KIND_TEXT:
        return text_fits(value, rule->max);
    case KIND_INT:
        return int_fits(value, rule->min, rule->max);
    case KIND_WORD:
        return word_fits(value, rule->words);
    case KIND_TIME:
        return clock_time_valid(value);
    case KIND_DATE:
        return date_parse(value, &date);
    case KIND_FEE:
        return fee_parse(value, &bp, &minor);
    case KIND_RATE:
        return rate_valid(value);
    case KIND_CURRENCIES:
        return currencies_parse(value, &bits);
    case KIND_EMAIL:
        return email_valid(value);
    case KIND_SIREN:
        return siren_valid(value);
    case KIND_SIRET:
        return siret_valid(value);
    case KIND_VAT_NUMBER:
        return vat_number_valid(value);
    case KIND_IBAN:
        return iban_valid(value);
    case KIND_BIC:
        return bic_valid(value);
    case KIND_ICS:
        return ics_valid(value);
    case KIND_FILE_NAME:
        return bank_file_name_valid(value);
    case KIND_PREFIX:
        return invoice_prefix_valid(value);
    case KIND_ACCEPTOR:
        return acceptor_valid(value);
    case KIND_ACCENT:
        return colour_parse(value, &accent) && colour_is_accent(accent);
    }
    must_fail(__FILE__, __LINE__, "a kind of setting");
}

/* --- storing ------------------------------------------------------------------------------------
 */

static err_t value_store(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                         const struct rule *rule, struct str value)
{
    struct str name = str_of(rule->setting.name);
    int64_t changed;

    TRY(merchants_changed(cx, tx));
    if (rule->kind == KIND_NAME)
        return store_run(cx, tx, &SQL_MERCHANT_RENAME, ARGS(V_ID(merchant), V_TEXT(value)));
    if (value.len == 0 || str_eq(value, str_of(rule->setting.live)))
        return store_run_count(cx, tx, &SQL_SETTING_DROP, ARGS(V_ID(merchant), V_TEXT(name)),
                               &changed);
    return store_run(cx, tx, &SQL_SETTING_PUT, ARGS(V_ID(merchant), V_TEXT(name), V_TEXT(value)));
}

/* A prefix is nobody else's, and stays what it was once a number has it. */
static err_t prefix_check(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                          const struct rule *rule, struct str value)
{
    struct str *values;
    bool used;

    TRY(merchant_settings(cx, tx, merchant, &values));
    size_t index = (size_t)(rule - RULES);
    if (str_eq(values[index], value))
        return OK;
    for (size_t i = 0; i < ARRAY_LEN(RULES); i++) {
        if (RULES[i].kind == KIND_PREFIX && i != index && str_eq(values[i], value))
            return fault(cx, ERR_CONFLICT, rule->setting.name, "is that of other documents");
    }
    TRY(invoice_series_used(cx, tx, merchant, (enum invoice_kind)rule->min, &used));
    return used ? fault(cx, ERR_STATE, rule->setting.name, "is fixed: numbers were issued with it")
                : OK;
}

static err_t acceptor_put(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                          struct str value)
{
    struct merchant_id holder;
    err_t err = merchant_of_acceptor(cx, tx, str_cstr(cx->arena, value), &holder);

    if (err == ERR_NOT_FOUND)
        return store_run(cx, tx, &SQL_ACCEPTOR_INSERT, ARGS(V_TEXT(value), V_ID(merchant)));
    TRY(err);
    return ID_EQ(holder, merchant) ? OK
                                   : fault(cx, ERR_CONFLICT, "acceptor", "is another merchant's");
}

/* A number is one merchant's, by which chargebacks find it; what repeats and undoes carries the
 * number of the first sending. One with which nothing was approved is free again. */
static err_t acceptor_change(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                             struct str value)
{
    struct str *values;
    struct rows *rows;
    int64_t dropped;
    bool waits;

    TRY(merchant_settings(cx, tx, merchant, &values));
    struct str before = merchant_setting_value(values, "acceptor");
    if (str_eq(before, value))
        return OK;
    TRY(store_query_one(cx, tx, &SQL_ACCEPTOR_WAITS, ARGS(V_ID(merchant)), &rows, &waits));
    if (waits)
        return fault(cx, ERR_STATE, "acceptor",
                     "stays as it is while the acquirer has captures, refunds, holds or totals to "
                     "answer");
    if (value.len > 0)
        TRY(acceptor_put(cx, tx, merchant, value));
    return before.len == 0 ? OK
                           : store_run_count(cx, tx, &SQL_ACCEPTOR_DROP,
                                             ARGS(V_TEXT(before), V_ID(merchant)), &dropped);
}

/* Bank details may be copied from where they are written for people. */
static struct str value_plain(struct ctx *cx, const struct rule *rule, struct str value)
{
    struct iban iban;
    struct bic bic;

    if (rule->kind == KIND_IBAN && iban_parse(value, &iban) == NULL)
        return str_dup(cx->arena, iban_text(&iban));
    if (rule->kind == KIND_BIC && bic_parse(value, &bic))
        return str_dup(cx->arena, str_of(bic.raw));
    return value;
}

err_t merchant_set(struct ctx *cx, struct tx *tx, struct merchant_id merchant, struct str name,
                   struct str value)
{
    size_t index = rule_index(name);
    struct rows *rows;
    bool found;

    if (index == ARRAY_LEN(RULES))
        return fault(cx, ERR_INVALID, "setting", "does not exist");
    const struct rule *rule = &RULES[index];
    value = value_plain(cx, rule, value);
    bool resets = value.len == 0 && rule->kind != KIND_NAME;
    if (!resets && !value_fits(rule, value))
        return fault(cx, ERR_INVALID, rule->setting.name,
                     str_format(cx->arena, "does not fit: %s", rule->setting.about).ptr);
    TRY(store_query_one(cx, tx, &SQL_MERCHANT_FIND, ARGS(V_ID(merchant)), &rows, &found));
    if (!found)
        return fault(cx, ERR_NOT_FOUND, "merchant", "does not exist");
    if (rule->kind == KIND_PREFIX)
        TRY(prefix_check(cx, tx, merchant, rule, resets ? str_of(rule->setting.live) : value));
    if (rule->kind == KIND_ACCEPTOR)
        TRY(acceptor_change(cx, tx, merchant, value));
    return value_store(cx, tx, merchant, rule, value);
}

err_t merchant_set_sandbox(struct ctx *cx, struct tx *tx, struct merchant_id merchant)
{
    for (size_t i = 0; i < ARRAY_LEN(RULES); i++) {
        struct str value = str_of(RULES[i].setting.sandbox);
        if (value.len == 0)
            continue;
        must(value_fits(&RULES[i], value));
        TRY(value_store(cx, tx, merchant, &RULES[i], value));
    }
    return OK;
}

err_t merchant_settings(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                        struct str **out)
{
    struct str *values = arena_array(cx->arena, struct str, ARRAY_LEN(RULES));
    struct rows *rows;
    bool has;

    TRY(store_query_one(cx, tx, &SQL_MERCHANT_FIND, ARGS(V_ID(merchant)), &rows, &has));
    if (!has)
        return ERR_NOT_FOUND;
    for (size_t i = 0; i < ARRAY_LEN(RULES); i++)
        values[i] = RULES[i].kind == KIND_NAME ? col_text(rows, 1) : str_of(RULES[i].setting.live);
    TRY(store_query(cx, tx, &SQL_SETTING_LIST, ARGS(V_ID(merchant)), &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            break;
        size_t index = rule_index(col_text(rows, 0));
        /* A row of a setting that this version does not know is left alone. */
        if (index < ARRAY_LEN(RULES))
            values[index] = col_text(rows, 1);
    }
    *out = values;
    return OK;
}

struct str merchant_setting_value(const struct str *values, const char *name)
{
    size_t index = rule_index(str_of(name));

    must(index < ARRAY_LEN(RULES));
    return values[index];
}

/* --- the typed ones -----------------------------------------------------------------------------
 */

static int64_t int_value(const struct str *values, const char *name)
{
    int64_t number;

    must(str_to_int64(merchant_setting_value(values, name), &number));
    return number;
}

/* "12 rue de la Démonstration, 75011 Paris", without what is not set. */
static struct str address_line(struct arena *arena, const struct str *values)
{
    struct buf line = buf_make(arena, 1024);
    const struct str parts[] = {
        merchant_setting_value(values, "address.line"),
        merchant_setting_value(values, "address.zip"),
        merchant_setting_value(values, "address.city"),
    };

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (parts[i].len == 0)
            continue;
        if (line.len > 0)
            buf_put(&line, i == 1 || parts[1].len == 0 ? STR(", ") : STR(" "));
        buf_put(&line, parts[i]);
    }
    must(!line.failed);
    return buf_str(&line);
}

static bool is_set(const struct str *values, const char *name, const char *word)
{
    return str_eq(merchant_setting_value(values, name), str_of(word));
}

static void debit_terms_read(const struct str *values, struct debit_terms *out)
{
    struct str ics = merchant_setting_value(values, "ics");
    struct str time = merchant_setting_value(values, "cutoff_time");

    must(ics.len <= ICS_MAX);
    if (ics.len > 0)
        memcpy(out->ics, ics.ptr, ics.len);
    out->has_account = merchant_setting_value(values, "iban").len > 0;
    must(clock_time_valid(time)); /* "18:00" */
    out->cutoff = (struct cutoff){
        .ibd = (int)int_value(values, "cutoff_ibd"),
        .hour = (time.ptr[0] - '0') * 10 + time.ptr[1] - '0',
        .minute = (time.ptr[3] - '0') * 10 + time.ptr[4] - '0',
    };
    out->prenotification_days = (int)int_value(values, "prenotification_days");
    out->late_fails = is_set(values, "late_policy", "fail");
    out->retries = is_set(values, "sepa_retry", "yes");
    out->sends_first = is_set(values, "send_frst", "yes");
    out->offers_b2b = is_set(values, "organisation_scheme", "b2b");
}

void merchant_read_settings(struct arena *arena, const struct str *values, struct merchant *out)
{
    struct fee_terms *fees = &out->fees;

    struct str acceptor = merchant_setting_value(values, "acceptor");
    must(acceptor.len <= ACCEPTOR_LEN);
    if (acceptor.len > 0)
        memcpy(out->live_acceptor, acceptor.ptr, acceptor.len);
    out->siren = merchant_setting_value(values, "siren");
    out->email = merchant_setting_value(values, "email");
    out->language = merchant_setting_value(values, "language");
    out->account = merchant_setting_value(values, "account_number");
    if (out->account.len == 0)
        out->account = STR("0");
    out->address = address_line(arena, values);
    must(fee_parse(merchant_setting_value(values, "fee.card"), &fees->card_bp,
                   &fees->card_fixed_minor));
    must(fee_parse(merchant_setting_value(values, "fee.sepa"), &fees->sepa_bp,
                   &fees->sepa_fixed_minor));
    fees->return_minor = int_value(values, "fee.return");
    fees->dispute_minor = int_value(values, "fee.dispute");
    fees->vat_bp = int_value(values, "fee.vat_bp");
    out->levies = (struct levy_terms){
        .otp_threshold = int_value(values, "otp_threshold"),
        .max = int_value(values, "levy_max"),
        .require_store = is_set(values, "require_store", "yes"),
        .require_identity = is_set(values, "require_identity", "yes"),
    };
    out->retry.hard = str_eq(merchant_setting_value(values, "retry.stop_after_hard"), STR("yes"));
    out->retry.soft_max = int_value(values, "retry.soft_max");
    out->retry.soft_days = int_value(values, "retry.soft_days");
    must(currencies_parse(merchant_setting_value(values, "currencies"), &out->currencies));
    out->continue_without_3ds =
        str_eq(merchant_setting_value(values, "on_3ds_unavailable"), STR("continue"));
    out->prefer_national =
        str_eq(merchant_setting_value(values, "preferred_network"), STR("national"));
    out->payout_min_minor = int_value(values, "payout_min");
    out->payout_transfer = str_eq(merchant_setting_value(values, "payout_mode"), STR("transfer"));
    debit_terms_read(values, &out->debits);
    out->ask_holder = str_eq(merchant_setting_value(values, "page.ask_holder"), STR("yes"));
    out->accent = merchant_setting_value(values, "page.accent");
}
