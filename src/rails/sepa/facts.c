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

static err_t give(struct facts_reader *reader, struct bank_fact *fact)
{
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
        {"RVNM", BANK_SAYS_TROUBLE },
        {"RVNA", BANK_SAYS_TROUBLE },
        {"RVMC", BANK_SAYS_TROUBLE },
    };

    for (size_t i = 0; i < ARRAY_LEN(CODES); i++) {
        if (str_eq(status, str_of(CODES[i].code)))
            return CODES[i].says;
    }
    return BANK_SAYS_RECEIVED;
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
    fact->trouble = BANK_PAYEE;
    if (fact->says != BANK_SAYS_TROUBLE)
        fact->says = says_of(status);
    /* We never ask for a cancellation by file. */
    if (reader->survey->kind == SEPA_FILE_CANCELLATION) {
        fact->says = BANK_SAYS_TROUBLE;
        fact->trouble = BANK_CANCELLATION;
    }
    return give(reader, fact);
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
    struct bank_fact fact = {
        .message = reference(group->original_msg_id),
        .reason = reason_text(group->reasons, group->reason_count),
    };

    (void)cx;
    return status_give(arg, group->status, &fact);
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
    UNUSABLE = SEPA_ANOMALY_INEXACT | SEPA_ANOMALY_NO_SIGN | SEPA_ANOMALY_DETAILS_SUM,
};

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
        .message = reference(detail->msg_id),
        .payment_info = reference(detail->payment_info_id),
        .instruction = reference(detail->instruction_id),
        .end_to_end = reference(detail->end_to_end_id),
        .reason = reason_text(&detail->reason, 1),
        .amount_cents = amount->cents,
        .original_cents = detail->instructed.exact ? detail->instructed.cents : 0,
        .day = entry->booking_day,
    };
    bool named = fact.instruction.len > 0 || fact.end_to_end.len > 0;
    if (!named && !fact.ours)
        return OK;
    fact.key = entry_key(reader, "detail", detail->ordinal);
    if (!in_euro(amount)) {
        fact.says = BANK_SAYS_TROUBLE;
        fact.trouble = amount->exact ? BANK_CURRENCY : BANK_UNREADABLE;
    } else if (!named) {
        /* It must not be taken for the whole block. */
        fact.says = BANK_SAYS_TROUBLE;
        fact.trouble = BANK_UNMATCHED;
    }
    return give(reader, &fact);
}

static err_t entry_trouble(struct facts_reader *reader, const struct sepa_entry *entry)
{
    bool sum = (entry->anomalies & SEPA_ANOMALY_DETAILS_SUM) != 0;
    struct bank_fact fact = {
        .key = entry_key(reader, "trouble", 0),
        .says = BANK_SAYS_TROUBLE,
        .trouble = sum ? BANK_ENTRY_SUM : BANK_UNREADABLE,
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
        .message = batched ? reference(batch->msg_id) : STR_NONE,
        .payment_info = batched ? reference(batch->payment_info_id) : STR_NONE,
        .amount_cents = entry->amount.cents,
        .day = entry->booking_day,
    };
    bool named = fact.message.len > 0 || fact.payment_info.len > 0;

    if (!named && !fact.ours)
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

static err_t on_end(struct ctx *cx, void *arg, const struct sepa_statement *statement)
{
    struct facts_reader *reader = arg;
    const struct str parts[] = {STR("statement"),    str_of(sepa_file_text(reader->survey->kind)),
                                statement->iban,     statement->id,
                                statement->sequence, statement->created};

    (void)cx;
    if (!reader->is_ours ||
        (statement->anomalies & (SEPA_ANOMALY_BALANCE | SEPA_ANOMALY_ENTRIES)) == 0)
        return OK;
    struct bank_fact fact = {
        .key = key_of(reader, parts, ARRAY_LEN(parts)),
        .says = BANK_SAYS_TROUBLE,
        .trouble = BANK_BALANCE,
        .message = statement->id,
    };
    return give(reader, &fact);
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
