#ifndef GUICHET_TESTS_UNIT_RAILS_SEPA_HEARD_H
#define GUICHET_TESTS_UNIT_RAILS_SEPA_HEARD_H

#include "rails/sepa/sepa_file.h"
#include "support/iso20022.h"

/* What a reader calls back, one line for each call. */
struct heard {
    struct buf out;
    int statements;
    int64_t entries;
    int64_t details;
    int groups;
    int blocks;
    int64_t transactions;
    unsigned anomalies;
};

static inline void put_str(struct buf *out, const char *name, struct str text)
{
    if (text.len > 0) {
        buf_put_byte(out, ' ');
        buf_put_cstr(out, name);
        buf_put_byte(out, '=');
        buf_put(out, text);
    }
}

static inline void put_cents(struct buf *out, const char *name, const struct sepa_amount *amount)
{
    if (amount->text.len > 0)
        buf_format(out, " %s=%lld%.*s%s", name, (long long)amount->cents, (int)amount->currency.len,
                   amount->currency.len == 0 ? "" : amount->currency.ptr, amount->exact ? "" : "?");
}

static inline void put_day(struct buf *out, const char *name, struct date day)
{
    if (day.year != 0)
        buf_format(out, " %s=%04d-%02d-%02d", name, day.year, day.month, day.day);
}

static inline void put_sign(struct buf *out, enum sepa_sign sign)
{
    buf_put_cstr(out, sign == SEPA_CREDIT ? " +" : sign == SEPA_DEBIT ? " -" : " ?");
}

static inline void put_anomalies(struct buf *out, unsigned anomalies)
{
    if (anomalies != 0)
        buf_format(out, " !%u", anomalies);
}

static inline void put_reasons(struct buf *out, const struct sepa_reason *reasons, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put_str(out, "reason", reasons[i].code);
        put_str(out, "own", reasons[i].proprietary);
        put_str(out, "text", reasons[i].information);
        put_str(out, "from", reasons[i].originator);
    }
}

static inline err_t heard_transaction(struct ctx *cx, void *arg,
                                      const struct sepa_status_group *group,
                                      const struct sepa_status_block *block,
                                      const struct sepa_status_transaction *transaction)
{
    struct heard *heard = arg;
    struct buf *out = &heard->out;

    (void)cx;
    heard->transactions++;
    buf_put_cstr(out, "tx");
    put_str(out, "file", group->original_msg_id);
    put_str(out, "block", block == NULL ? STR("-") : block->original_payment_info_id);
    put_str(out, "instr", transaction->original_instruction_id);
    put_str(out, "e2e", transaction->original_end_to_end_id);
    put_str(out, "status", transaction->status);
    put_reasons(out, transaction->reasons, transaction->reason_count);
    put_cents(out, "amount", &transaction->amount);
    put_day(out, "due", transaction->due);
    put_str(out, "umr", transaction->umr);
    buf_put_byte(out, '\n');
    return OK;
}

static inline err_t heard_block(struct ctx *cx, void *arg, const struct sepa_status_group *group,
                                const struct sepa_status_block *block)
{
    struct heard *heard = arg;

    (void)cx;
    (void)group;
    heard->blocks++;
    buf_put_cstr(&heard->out, "block");
    put_str(&heard->out, "id", block->original_payment_info_id);
    put_str(&heard->out, "status", block->status);
    put_reasons(&heard->out, block->reasons, block->reason_count);
    buf_put_byte(&heard->out, '\n');
    return OK;
}

static inline err_t heard_group(struct ctx *cx, void *arg, const struct sepa_status_group *group)
{
    struct heard *heard = arg;
    struct buf *out = &heard->out;

    (void)cx;
    heard->groups++;
    buf_format(out, "group v%d", group->id.version);
    put_str(out, "msg", group->id.msg_id);
    put_str(out, "by", group->id.sender);
    put_str(out, "file", group->original_msg_id);
    put_str(out, "name", group->original_name);
    put_str(out, "status", group->status);
    put_str(out, "case", group->case_id);
    put_reasons(out, group->reasons, group->reason_count);
    buf_put_byte(out, '\n');
    return OK;
}

static inline err_t heard_begin(struct ctx *cx, void *arg, const struct sepa_statement *statement)
{
    struct heard *heard = arg;
    struct buf *out = &heard->out;

    (void)cx;
    buf_format(out, "%s v%d", sepa_file_text(statement->file.kind), statement->file.version);
    put_str(out, "msg", statement->file.msg_id);
    put_str(out, "id", statement->id);
    put_str(out, "seq", statement->sequence);
    put_str(out, "iban", statement->iban);
    put_str(out, "other", statement->other_account);
    put_str(out, "ccy", statement->currency);
    buf_put_byte(out, '\n');
    return OK;
}

static inline void put_code(struct buf *out, const struct sepa_bank_code *code)
{
    put_str(out, "domain", code->domain);
    put_str(out, "family", code->family);
    put_str(out, "sub", code->subfamily);
    put_str(out, "bank", code->proprietary);
}

static inline err_t heard_detail(struct ctx *cx, void *arg, const struct sepa_statement *statement,
                                 const struct sepa_entry *entry, const struct sepa_detail *detail)
{
    struct heard *heard = arg;
    struct buf *out = &heard->out;

    (void)cx;
    (void)statement;
    heard->details++;
    buf_format(out, "  detail %lld.%lld", (long long)entry->ordinal, (long long)detail->ordinal);
    put_sign(out, detail->sign);
    put_cents(out, "amount", &detail->amount);
    put_cents(out, "original", &detail->instructed);
    put_str(out, "file", detail->msg_id);
    put_str(out, "block", detail->payment_info_id);
    put_str(out, "instr", detail->instruction_id);
    put_str(out, "e2e", detail->end_to_end_id);
    put_str(out, "umr", detail->umr);
    for (size_t i = 0; i < detail->charge_count; i++)
        put_cents(out, "charge", &detail->charges[i].amount);
    put_str(out, "debtor", detail->debtor_name);
    put_str(out, "from", detail->debtor_account);
    put_str(out, "creditor", detail->creditor_name);
    put_str(out, "to", detail->creditor_account);
    put_str(out, "about", detail->remittance);
    put_str(out, "ref", detail->creditor_reference);
    put_reasons(out, &detail->reason, detail->is_return ? 1 : 0);
    buf_put_byte(out, '\n');
    return OK;
}

static inline err_t heard_entry(struct ctx *cx, void *arg, const struct sepa_statement *statement,
                                const struct sepa_entry *entry)
{
    struct heard *heard = arg;
    struct buf *out = &heard->out;

    (void)cx;
    (void)statement;
    heard->entries++;
    heard->anomalies |= entry->anomalies;
    buf_format(out, " entry %lld", (long long)entry->ordinal);
    put_sign(out, entry->sign);
    put_cents(out, "amount", &entry->amount);
    put_str(out, "status", entry->status);
    put_str(out, "ref", entry->servicer_reference);
    put_day(out, "booked", entry->booking_day);
    put_day(out, "value", entry->value_day);
    put_code(out, &entry->code);
    for (size_t i = 0; i < entry->batch_count; i++) {
        put_str(out, "batch", entry->batches[i].payment_info_id);
        buf_format(out, "*%lld", (long long)entry->batches[i].count);
    }
    put_anomalies(out, entry->anomalies);
    buf_put_byte(out, '\n');
    return OK;
}

static inline err_t heard_end(struct ctx *cx, void *arg, const struct sepa_statement *statement)
{
    struct heard *heard = arg;
    struct buf *out = &heard->out;

    (void)cx;
    heard->statements++;
    heard->anomalies |= statement->anomalies;
    buf_format(out, "end %lld", (long long)statement->entry_count);
    for (size_t i = 0; i < statement->balance_count; i++) {
        const struct sepa_balance *balance = &statement->balances[i];
        put_str(out, "balance", balance->code);
        put_sign(out, balance->sign);
        put_cents(out, "", &balance->amount);
        put_day(out, "on", balance->day);
    }
    put_anomalies(out, statement->anomalies);
    buf_put_byte(out, '\n');
    return OK;
}

static const struct sepa_status_handler HEARD_STATUS = {heard_transaction, heard_block,
                                                        heard_group};
static const struct sepa_statement_handler HEARD_STATEMENT = {heard_begin, heard_detail,
                                                              heard_entry, heard_end};

/* Whatever it is, as an import does: look what it is, then read it. */
static inline err_t hear_any(struct ctx *cx, struct str text, struct heard *heard)
{
    struct str rest = text;
    struct source source = source_text(&rest);
    enum sepa_file kind;

    *heard = (struct heard){.out = buf_make(cx->arena, 8U << 20)};
    TRY(sepa_file_detect(cx, &source, &kind));
    rest = text;
    switch (kind) {
    case SEPA_FILE_STATUS:
        return sepa_status_read(cx, &source, 1 << 28, &HEARD_STATUS, heard);
    case SEPA_FILE_CANCELLATION:
        return sepa_cancellation_read(cx, &source, 1 << 28, &HEARD_STATUS, heard);
    case SEPA_FILE_STATEMENT:
    case SEPA_FILE_NOTIFICATION:
        return sepa_statement_read(cx, &source, 1 << 28, &HEARD_STATEMENT, heard);
    }
    fail_msg("kind %d", (int)kind);
    return ERR_INTERNAL;
}

#endif
