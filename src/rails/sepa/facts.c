#include "rails/sepa/facts.h"

#include <unistd.h>

/* --- keys ---------------------------------------------------------------------------------------
 */

/* A hash over texts, none of which can run into the next one. */
static struct str key_of(struct facts_reader *reader, const struct str *parts, size_t count)
{
    struct sha256 *sha = sha256_begin(reader->scratch);
    uint8_t hash[SHA256_SIZE];

    for (size_t i = 0; i < count; i++) {
        sha256_add(sha, str_format(reader->scratch, "%zu:", parts[i].len));
        sha256_add(sha, parts[i]);
    }
    sha256_end(sha, hash);
    return hex_encode(reader->scratch, hash, sizeof hash);
}

/* No reference of ours and no name is as long; what is cut is none of ours before and after. */
enum { TEXT_KEPT = 600 };

static void texts_cut(struct bank_fact *fact)
{
    struct str *const texts[] = {&fact->message,    &fact->payment_info, &fact->instruction,
                                 &fact->end_to_end, &fact->reason,       &fact->payee_name};

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (texts[i]->len > TEXT_KEPT)
            *texts[i] = str_utf8_start(*texts[i], TEXT_KEPT);
    }
}

static err_t give(struct facts_reader *reader, struct bank_fact *fact)
{
    texts_cut(fact);
    fact->source = str_of(sepa_file_text(reader->survey->kind));
    err_t err = reader->take(reader->arg, fact);
    arena_reset(reader->scratch);
    return err;
}

/* [doc] What says "not given" is no reference. */
static struct str reference(struct str text)
{
    return str_eq_nocase(text, STR("NOTPROVIDED")) ? STR_NONE : text;
}

static struct str reason_text(const struct sepa_reason *reasons, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (reasons[i].code.len > 0)
            return reasons[i].code;
        if (reasons[i].proprietary.len > 0)
            return reasons[i].proprietary;
    }
    return STR_NONE;
}

/* --- status files -------------------------------------------------------------------------------
 */

/* [doc] The codes of sepa.md 10.1; one that we do not know changes nothing. */
static enum bank_says says_of(struct str status)
{
    static const struct {
        const char *code;
        enum bank_says says;
    } CODES[] = {
        {"ACTC", BANK_SAYS_RECEIVED},
        {"RCVD", BANK_SAYS_RECEIVED},
        {"PDNG", BANK_SAYS_RECEIVED},
        {"ACCP", BANK_SAYS_ACCEPTED},
        {"ACSP", BANK_SAYS_ACCEPTED},
        {"ACSC", BANK_SAYS_ACCEPTED},
        {"ACCC", BANK_SAYS_ACCEPTED},
        {"ACWC", BANK_SAYS_ACCEPTED},
        {"PART", BANK_SAYS_PARTLY  },
        {"RJCT", BANK_SAYS_REJECTED},
        {"CANC", BANK_SAYS_REJECTED},
    };

    for (size_t i = 0; i < ARRAY_LEN(CODES); i++) {
        if (str_eq(status, str_of(CODES[i].code)))
            return CODES[i].says;
    }
    return BANK_SAYS_RECEIVED;
}

/* [doc] Answers to a request for cancellation: of the whole, and of one transaction (sepa.md 10.3).
 */
static enum bank_says recall_says(struct str status)
{
    if (str_eq(status, STR("CNCL")) || str_eq(status, STR("ACCR")))
        return BANK_SAYS_RECALLED;
    return str_eq(status, STR("RJCR")) ? BANK_SAYS_NOT_RECALLED : BANK_SAYS_RECALLING;
}

static err_t status_give(struct facts_reader *reader, struct str status, struct bank_fact *fact)
{
    const struct str parts[] = {STR("status"),     fact->message,    fact->payment_info,
                                fact->instruction, fact->end_to_end, status,
                                fact->reason};

    if (status.len == 0)
        return OK;
    fact->key = key_of(reader, parts, ARRAY_LEN(parts));
    fact->ours = true;
    if (reader->survey->kind == SEPA_FILE_CANCELLATION)
        fact->says = recall_says(status);
    else if (fact->says != BANK_SAYS_PAYEE)
        fact->says = says_of(status);
    else
        fact->reason = status;
    return give(reader, fact);
}

/* [doc] Verification of Payee, of one transfer (sepa.md 16). */
static bool is_about_payee(const struct facts_reader *reader, struct str status)
{
    static const char *const CODES[] = {"RCVC", "RVMC", "RVNM", "RVNA"};

    for (size_t i = 0; i < ARRAY_LEN(CODES); i++) {
        if (reader->survey->kind == SEPA_FILE_STATUS && str_eq(status, str_of(CODES[i])))
            return true;
    }
    return false;
}

static err_t on_transaction(struct ctx *cx, void *arg, const struct sepa_status_group *group,
                            const struct sepa_status_block *block,
                            const struct sepa_status_transaction *transaction)
{
    struct facts_reader *reader = arg;
    struct bank_fact fact = {
        .message = reference(group->original_msg_id),
        .payment_info = block == NULL ? STR_NONE : reference(block->original_payment_info_id),
        .instruction = reference(transaction->original_instruction_id),
        .end_to_end = reference(transaction->original_end_to_end_id),
        .reason = reason_text(transaction->reasons, transaction->reason_count),
        .amount_cents = transaction->amount.exact ? transaction->amount.cents : 0,
        .day = transaction->due,
    };

    (void)cx;
    /* Of which transaction is not said, and it must not be taken for all of them. */
    if (fact.instruction.len == 0 && fact.end_to_end.len == 0) {
        const struct str parts[] = {STR("nameless"),        fact.message,        fact.payment_info,
                                    transaction->status_id, transaction->status, fact.reason};
        fact.key = key_of(reader, parts, ARRAY_LEN(parts));
        fact.says = BANK_SAYS_TROUBLE;
        fact.trouble = BANK_UNMATCHED;
        return give(reader, &fact);
    }
    reader->told++;
    if (is_about_payee(reader, transaction->status)) {
        fact.says = BANK_SAYS_PAYEE;
        if (transaction->reason_count > 0)
            fact.payee_name = transaction->reasons[0].information;
    }
    return status_give(reader, transaction->status, &fact);
}

static err_t on_block(struct ctx *cx, void *arg, const struct sepa_status_group *group,
                      const struct sepa_status_block *block)
{
    struct bank_fact fact = {
        .message = reference(group->original_msg_id),
        .payment_info = reference(block->original_payment_info_id),
        .reason = reason_text(block->reasons, block->reason_count),
    };

    (void)cx;
    if (fact.payment_info.len == 0)
        return OK;
    return status_give(arg, block->status, &fact);
}

static err_t on_group(struct ctx *cx, void *arg, const struct sepa_status_group *group)
{
    struct facts_reader *reader = arg;
    struct bank_fact fact = {
        .message = reference(group->original_msg_id),
        .reason = reason_text(group->reasons, group->reason_count),
    };

    (void)cx;
    /* An answer that only names transactions has said it all. */
    if (reader->survey->kind == SEPA_FILE_CANCELLATION && fact.message.len == 0 && reader->told > 0)
        return OK;
    return status_give(reader, group->status, &fact);
}

/* --- statements ---------------------------------------------------------------------------------
 */

static err_t on_begin(struct ctx *cx, void *arg, const struct sepa_statement *statement)
{
    struct facts_reader *reader = arg;

    (void)cx;
    reader->is_ours = str_eq(statement->iban, reader->profile->iban);
    return OK;
}

/* Of direct debits that we issued, or of a transfer that came back: it must be about our files. */
static bool code_is_ours(const struct sepa_bank_code *code)
{
    return str_eq(code->family, STR("IDDT")) || str_eq(code->subfamily, STR("RRTN"));
}

/* [doc] Charges, fees and commissions of the bank itself, in any family. */
static bool code_is_charge(const struct sepa_bank_code *code)
{
    static const char *const CODES[] = {"CHRG", "FEES", "COMM"};

    for (size_t i = 0; i < ARRAY_LEN(CODES); i++) {
        if (str_eq(code->subfamily, str_of(CODES[i])))
            return true;
    }
    return false;
}

/* The more special code counts. */
static bool is_charge(const struct sepa_entry *entry, const struct sepa_detail *detail)
{
    return code_is_charge(detail != NULL && detail->code.subfamily.len > 0 ? &detail->code
                                                                           : &entry->code);
}

/* [doc] We reverse; a bank reverses nothing of its own under this code. */
static bool is_reversal(const struct sepa_entry *entry, const struct sepa_detail *detail)
{
    return str_eq(entry->code.subfamily, STR("PRDD")) ||
           (detail != NULL && str_eq(detail->code.subfamily, STR("PRDD")));
}

/* What the bank says that it charges, in euro; 0 where that cannot be said. */
static int64_t charges_sum(const struct sepa_charge *charges, size_t count)
{
    int64_t sum = 0;

    for (size_t i = 0; i < count; i++) {
        int64_t cents = charges[i].amount.cents;
        bool other = !charges[i].amount.exact || (charges[i].amount.currency.len > 0 &&
                                                  !str_eq(charges[i].amount.currency, STR("EUR")));
        if (other || add_overflows(sum, charges[i].sign == SEPA_CREDIT ? -cents : cents, &sum))
            return 0;
    }
    return sum > 0 ? sum : 0;
}

static bool in_euro(const struct sepa_amount *amount)
{
    return amount->exact && str_eq(amount->currency, STR("EUR"));
}

static bool may_count(const struct facts_reader *reader, const struct sepa_entry *entry)
{
    return reader->is_ours && entry->is_booked;
}

static enum bank_says says_by(enum sepa_sign sign)
{
    return sign == SEPA_CREDIT ? BANK_SAYS_CREDIT : BANK_SAYS_DEBIT;
}

/* What makes an entry worth nothing until a person has looked at it. */
enum {
    UNUSABLE = SEPA_ANOMALY_INEXACT | SEPA_ANOMALY_NO_SIGN | SEPA_ANOMALY_DETAILS_SUM |
               SEPA_ANOMALY_CURRENCY,
};

/* What an entry or detail moved on the account, where that is sure. */
static int64_t moved_cents(const struct sepa_amount *amount, enum sepa_sign sign)
{
    if (!in_euro(amount) || (int)sign == 0)
        return 0;
    return sign == SEPA_CREDIT ? amount->cents : -amount->cents;
}

/* Lines about none of our files are only looked at in the report that books. */
static bool is_kept(const struct facts_reader *reader, bool named, const struct bank_fact *fact)
{
    return named || fact->ours || bank_profile_books(reader->profile, fact->statement, fact->day);
}

static struct str entry_key(struct facts_reader *reader, const char *what, int64_t number)
{
    const struct survey_entry *row = &reader->survey->entries[reader->entry];
    const struct str parts[] = {
        {(const char *)row->key, sizeof row->key},
        str_of(what),
        str_format(reader->scratch, "%lld", (long long)number),
    };

    return key_of(reader, parts, ARRAY_LEN(parts));
}

/* What the survey noted of the entry that is being read; NULL, with a fault, when it saw fewer. */
static const struct survey_entry *surveyed(struct ctx *cx, const struct facts_reader *reader)
{
    if (reader->entry < reader->survey->entry_count)
        return &reader->survey->entries[reader->entry];
    (void)fault(cx, ERR_INVALID, "file", "changes while it is read");
    return NULL;
}

/* The only detail may leave its amount to the entry; of several the original amounts make the sum.
 */
static const struct sepa_amount *amount_of(const struct sepa_entry *entry,
                                           const struct sepa_detail *detail, bool shared)
{
    if (detail->amount.text.len > 0)
        return &detail->amount;
    return shared ? &detail->instructed : &entry->amount;
}

static err_t on_detail(struct ctx *cx, void *arg, const struct sepa_statement *statement,
                       const struct sepa_entry *entry, const struct sepa_detail *detail)
{
    struct facts_reader *reader = arg;
    const struct survey_entry *noted = surveyed(cx, reader);

    (void)statement;
    if (noted == NULL)
        return ERR_INVALID;
    if (!may_count(reader, entry) || (noted->anomalies & UNUSABLE) != 0)
        return OK;
    const struct sepa_amount *amount = amount_of(entry, detail, noted->shared);
    struct bank_fact fact = {
        .says = says_by(detail->sign != 0 ? detail->sign : entry->sign),
        .statement = reader->survey->kind == SEPA_FILE_STATEMENT,
        .ours = detail->is_return || code_is_ours(&entry->code) || code_is_ours(&detail->code),
        .is_charge = is_charge(entry, detail),
        .is_reversal = is_reversal(entry, detail),
        .message = reference(detail->msg_id),
        .payment_info = reference(detail->payment_info_id),
        .instruction = reference(detail->instruction_id),
        .end_to_end = reference(detail->end_to_end_id),
        .reason = reason_text(&detail->reason, 1),
        .amount_cents = amount->cents,
        .original_cents = detail->instructed.exact ? detail->instructed.cents : 0,
        .charge_cents = charges_sum(detail->charges, detail->charge_count),
        .day = entry->booking_day,
    };
    bool named = fact.instruction.len > 0 || fact.end_to_end.len > 0;
    if (!is_kept(reader, named, &fact))
        return OK;
    fact.key = entry_key(reader, "detail", detail->ordinal);
    if (!in_euro(amount)) {
        fact.says = BANK_SAYS_TROUBLE;
        fact.trouble = amount->exact ? BANK_CURRENCY : BANK_UNREADABLE;
    } else if (!named && fact.ours && !fact.is_charge) {
        /* It must not be taken for the whole block. */
        fact.moved_cents = fact.says == BANK_SAYS_CREDIT ? amount->cents : -amount->cents;
        fact.says = BANK_SAYS_TROUBLE;
        fact.trouble = BANK_UNMATCHED;
    } else if (!named) {
        fact.message = STR_NONE;
        fact.payment_info = STR_NONE;
    }
    return give(reader, &fact);
}

static err_t entry_trouble(struct facts_reader *reader, const struct sepa_entry *entry)
{
    bool sum = (entry->anomalies & SEPA_ANOMALY_DETAILS_SUM) != 0;
    bool currency = (entry->anomalies & SEPA_ANOMALY_CURRENCY) != 0;
    struct bank_fact fact = {
        .key = entry_key(reader, "trouble", 0),
        .says = BANK_SAYS_TROUBLE,
        .statement = reader->survey->kind == SEPA_FILE_STATEMENT,
        .trouble = sum        ? BANK_ENTRY_SUM
                   : currency ? BANK_CURRENCY
                              : BANK_UNREADABLE,
        .moved_cents = moved_cents(&entry->amount, entry->sign),
        .end_to_end = entry->servicer_reference,
        .amount_cents = entry->amount.exact ? entry->amount.cents : 0,
        .day = entry->booking_day,
    };

    return give(reader, &fact);
}

/* An entry without details stands for the blocks that it names. */
static err_t entry_give(struct facts_reader *reader, const struct sepa_entry *entry)
{
    bool batched = entry->batch_count == 1;
    const struct sepa_batch *batch = batched ? &entry->batches[0] : NULL;
    struct bank_fact fact = {
        .says = says_by(entry->sign),
        .statement = reader->survey->kind == SEPA_FILE_STATEMENT,
        .ours = code_is_ours(&entry->code),
        .is_charge = is_charge(entry, NULL),
        .is_reversal = is_reversal(entry, NULL),
        .message = batched ? reference(batch->msg_id) : STR_NONE,
        .payment_info = batched ? reference(batch->payment_info_id) : STR_NONE,
        .amount_cents = entry->amount.cents,
        .charge_cents = charges_sum(entry->charges, entry->charge_count),
        .day = entry->booking_day,
    };
    bool named = fact.message.len > 0 || fact.payment_info.len > 0;

    if (!is_kept(reader, named, &fact))
        return OK;
    fact.key = entry_key(reader, "entry", 0);
    if (!in_euro(&entry->amount)) {
        fact.says = BANK_SAYS_TROUBLE;
        fact.trouble = BANK_CURRENCY;
    }
    return give(reader, &fact);
}

static err_t on_entry(struct ctx *cx, void *arg, const struct sepa_statement *statement,
                      const struct sepa_entry *entry)
{
    struct facts_reader *reader = arg;
    const struct survey_entry *noted = surveyed(cx, reader);
    err_t err = OK;

    (void)statement;
    if (noted == NULL)
        return ERR_INVALID;
    if (may_count(reader, entry)) {
        if ((entry->anomalies & UNUSABLE) != 0)
            err = entry_trouble(reader, entry);
        else if (entry->detail_count == 0)
            err = entry_give(reader, entry);
    }
    reader->entry++;
    return err;
}

/* The day of a date or a moment as it is written. */
static bool day_of(struct str text, struct date *out)
{
    return text.len >= 10 && date_parse(str_sub(text, 0, 10), out);
}

/* The last day that it is about; year 0 when it tells none. */
static struct date statement_day(const struct sepa_statement *statement)
{
    const struct sepa_balance *closing = sepa_statement_closing(statement);
    struct date day = {.year = 0};

    if (closing != NULL && closing->day.year != 0)
        return closing->day;
    if (!day_of(statement->to, &day) && !day_of(statement->created, &day))
        (void)day_of(statement->file.created, &day);
    return day;
}

static bool number_read(struct str text, int64_t *out)
{
    return str_is_digits(text) && str_to_int64(text, out);
}

static bool balance_read(const struct sepa_balance *balance, int64_t *out)
{
    if (balance == NULL || !in_euro(&balance->amount) || (int)balance->sign == 0)
        return false;
    *out = moved_cents(&balance->amount, balance->sign);
    return true;
}

static err_t on_end(struct ctx *cx, void *arg, const struct sepa_statement *statement)
{
    enum { WRONG = SEPA_ANOMALY_BALANCE | SEPA_ANOMALY_ENTRIES };
    struct facts_reader *reader = arg;
    struct bank_statement out = {
        .account = statement->iban,
        .kind = str_of(sepa_file_text(reader->survey->kind)),
        .name = statement->id.len > 0 ? statement->id : statement->file.msg_id,
        .day = statement_day(statement),
        .adds_up = (statement->anomalies & WRONG) == 0,
        .made = statement->created.len > 0 ? statement->created : statement->file.created,
    };

    (void)cx;
    if (!reader->is_ours || out.day.year == 0)
        return OK;
    if (out.name.len == 0)
        out.name = STR("-");
    if (out.made.len == 0)
        out.made = STR("-");
    out.has_number = number_read(statement->sequence, &out.number);
    out.has_legal_number = number_read(statement->legal_sequence, &out.legal_number);
    out.has_opening = balance_read(sepa_statement_opening(statement), &out.opening_cents);
    out.has_closing = balance_read(sepa_statement_closing(statement), &out.closing_cents);
    return reader->statement(reader->arg, &out);
}

/* --- the file -----------------------------------------------------------------------------------
 */

err_t facts_read(struct ctx *cx, int fd, size_t bytes_max, struct facts_reader *reader)
{
    static const struct sepa_status_handler STATUS = {on_transaction, on_block, on_group};
    static const struct sepa_statement_handler STATEMENT = {on_begin, on_detail, on_entry, on_end};
    const struct source source = source_fd(&fd);
    err_t err = OK;

    if (lseek(fd, 0, SEEK_SET) != 0)
        return fault(cx, ERR_IO, "file", "cannot be read");
    reader->entry = 0;
    reader->told = 0;
    reader->is_ours = false;
    reader->scratch = arena_new((size_t)1 << 20);
    switch (reader->survey->kind) {
    case SEPA_FILE_STATUS:
        err = sepa_status_read(cx, &source, bytes_max, &STATUS, reader);
        break;
    case SEPA_FILE_CANCELLATION:
        err = sepa_cancellation_read(cx, &source, bytes_max, &STATUS, reader);
        break;
    case SEPA_FILE_STATEMENT:
    case SEPA_FILE_NOTIFICATION:
        err = sepa_statement_read(cx, &source, bytes_max, &STATEMENT, reader);
        break;
    }
    arena_free(reader->scratch);
    return err;
}
